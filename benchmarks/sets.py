"""Sets of leads: the data and the rules that sets_peers.py, growth.py and planning.py measure with.

Leads and events are generated into Parquet files. The rules are said twice: as a model, and as the SQL that a person
would write, one GROUP BY with a FILTER for each rule about events, one CASE for each. The floor is the least that any
way does: the same columns read, events grouped by lead, joined and written; no rules.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

import scorelang

AS_OF = "2026-01-01"
TITLES = [
    f"{rank} {area}"
    for rank in ("Chief", "VP", "Director", "Manager", "Head of")
    for area in ("Sales", "Marketing", "Data", "Finance", "People", "Product", "Operations", "Support")
]
INDUSTRIES = [
    "SaaS",
    "Fintech",
    "Healthcare",
    "Retail",
    "Energy",
    "Education",
    "Media",
    "Travel",
    "Public",
    "Logistics",
]
COUNTRIES = ["DE", "FR", "US", "GB", "NL", "SE", "PL", "ES", "IT", "CH", "AT", "DK", "NO", "FI", "BE", "IE", "PT", "CZ"]
PAGES = [f"/{area}/{number}" for area in ("pricing", "blog", "docs", "careers", "demo") for number in range(8)]


def generate(folder: Path, leads: int, events: int) -> None:
    """Leads and events with values in mixed case, some of them missing, from a fixed seed."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")

    def pick(values: list[str], salt: int) -> str:
        listed = ", ".join(f"'{value}'" for value in values)
        return f"[{listed}][1 + (hash(i * 31 + {salt}) % {len(values)})::INT]"

    connection.execute(f"""
        COPY (SELECT 'L' || i AS id,
            CASE WHEN hash(i + 1) % 20 = 0 THEN NULL WHEN hash(i + 2) % 3 = 0 THEN upper({pick(TITLES, 1)})
                 ELSE {pick(TITLES, 1)} END AS title,
            CASE WHEN hash(i + 3) % 25 = 0 THEN NULL ELSE {pick(INDUSTRIES, 2)} END AS industry,
            {pick(COUNTRIES, 3)} AS country,
            CASE WHEN hash(i + 4) % 10 = 0 THEN NULL ELSE (hash(i + 5) % 10000)::DOUBLE END AS employees,
            (hash(i + 6) % 100)::DOUBLE / 10 AS intent,
            CASE WHEN hash(i + 7) % 8 = 0 THEN NULL ELSE hash(i + 8) % 2 = 0 END AS funded,
            'user' || i || '@' || {pick(["gmail.com", "acme.example", "beta.example", "corp.example"], 4)} AS email
        FROM range({leads}) t(i)) TO '{folder}/leads.parquet' (FORMAT parquet)""")
    connection.execute(f"""
        COPY (SELECT 'L' || (hash(i) % {leads}) AS lead,
            ['visit', 'visit', 'visit', 'email_click', 'webinar', 'download'][1 + (hash(i * 7 + 1) % 6)::INT] AS type,
            TIMESTAMP '2025-07-01' + to_microseconds((hash(i * 7 + 2) % 15800000000000)::BIGINT) AS "at",
            {pick(PAGES, 5)} AS path, {pick([f"c{n}" for n in range(30)], 6)} AS campaign,
            (hash(i * 7 + 3) % 120)::DOUBLE AS minutes
        FROM range({events}) t(i)) TO '{folder}/events.parquet' (FORMAT parquet)""")


# --- the rules, once as a model and once as the SQL that a person would write ----------------------------------------

WHEN = '"at"'  # a keyword of DuckDB 2


# A line of the model, its condition in SQL, its points there, and for a rule about events their filter.
Line = tuple[str, str, int, str | None]


def rules_of(number: int) -> list[Line]:
    """So many rules: two thirds look at what is known of a lead, the others at its events."""
    attributes = number * 2 // 3
    return [*map(_about_lead, range(attributes)), *map(_about_events, range(number - attributes))]


def _about_lead(at: int) -> Line:
    points = 1 + at % 9
    title, industry = TITLES[at % len(TITLES)], INDUSTRIES[at % len(INDUSTRIES)]
    country, other = COUNTRIES[at % len(COUNTRIES)], COUNTRIES[(at * 5 + 3) % len(COUNTRIES)]
    line, sql = [
        (f'if title is "{title}" then +{points}', f"lower(trim(title)) = '{title.lower()}'"),
        (
            f'if industry in ["{industry}", "{INDUSTRIES[(at + 3) % 10]}"] then +{points}',
            f"lower(trim(industry)) IN ('{industry.lower()}', '{INDUSTRIES[(at + 3) % 10].lower()}')",
        ),
        (
            f"if employees from {at * 100} to {at * 100 + 999} then +{points}",
            f"employees BETWEEN {at * 100} AND {at * 100 + 999}",
        ),
        (
            f'if country in ["{country}", "{other}"] and intent > {at % 9} then +{points}',
            f"lower(trim(country)) IN ('{country.lower()}', '{other.lower()}') AND intent > {at % 9}",
        ),
        (
            f'if title contains "{title.split()[-1]}" and not funded then -{points}',
            f"lower(trim(title)) LIKE '%{title.split()[-1].lower()}%' AND NOT funded",
        ),
    ][at % 5]
    return line, sql, -points if at % 5 == 4 else points, None


def _about_events(at: int) -> Line:
    points, days = 1 + at % 7, 10 + 7 * at
    page, campaign = PAGES[at * 3 % len(PAGES)], f"c{at % 30}"
    since = f"{WHEN} >= TIMESTAMP '{AS_OF}' - INTERVAL '{days}' DAY"
    line, where, test = [
        (
            f'visit "{page}" within {days} days then +{points}',
            f"type = 'visit' AND lower(trim(path)) = '{page}' AND {since}",
            1,
        ),
        (
            f'visit "/{page.split("/")[1]}/*" at least 2 times within {days} days then +{points}',
            f"type = 'visit' AND lower(trim(path)) LIKE '/{page.split('/')[1]}/%' AND {since}",
            2,
        ),
        (
            f'email_click where campaign is "{campaign}" then +{points}',
            f"type = 'email_click' AND lower(trim(campaign)) = '{campaign}'",
            1,
        ),
        (
            f"webinar where minutes >= {at * 5 % 100} then +{points}",
            f"type = 'webinar' AND minutes >= {at * 5 % 100}",
            1,
        ),
    ][at % 4]
    return f'{line} because "event rule {at}"', f"e{at} >= {test}", points, where


def model_of(rules: list[Line]) -> scorelang.Model:
    """The model, with a category for what is known of a lead, a stage and a grade."""
    attributes = "\n    ".join(line for line, _, _, where in rules if where is None)
    about_events = "\n    ".join(line for line, _, _, where in rules if where is not None)
    return scorelang.loads(f"""
lead:
    title text
    industry text
    country text
    employees number
    intent number
    funded flag
    email text
event visit(path text)
event email_click(campaign text)
event webinar(minutes number)
category Fit:
    {attributes}
category Behaviour:
    {about_events}
stage MQL from 20
grade Fit: A from 20, B from 10, else C
""")


def by_hand(rules: list[Line], folder: Path, out: Path) -> str:
    """The SQL that a person would write for DuckDB."""
    return f"""COPY ({query(rules, f"'{folder}/leads.parquet'", f"'{folder}/events.parquet'")})
        TO '{out}' (FORMAT parquet)"""


def query(rules: list[Line], leads: str, events: str) -> str:
    """The same as a query over what stands after FROM."""
    counts = ", ".join(
        f"count(*) FILTER (WHERE {where}) AS e{at}"
        for at, where in enumerate(where for *_, where in rules if where is not None)
    )
    fit = " + ".join(f"CASE WHEN {sql} THEN {points} ELSE 0 END" for _, sql, points, where in rules if where is None)
    behaviour = " + ".join(f"CASE WHEN {sql} THEN {points} ELSE 0 END" for _, sql, points, where in rules if where)
    return f"""
        WITH counted AS (SELECT lower(trim(lead)) AS lead, {counts} FROM {events}
                         WHERE {WHEN} <= TIMESTAMP '{AS_OF}' GROUP BY lower(trim(lead))),
        added AS (SELECT id, {fit} AS fit, {behaviour} AS behaviour
                  FROM {leads} l LEFT JOIN counted c ON lower(trim(l.id)) = c.lead)
        SELECT id, CAST(fit + behaviour AS DOUBLE) AS score, CAST(fit AS DOUBLE) AS fit,
            CAST(behaviour AS DOUBLE) AS behaviour,
            CASE WHEN fit >= 20 THEN 'A' WHEN fit >= 10 THEN 'B' ELSE 'C' END AS grade,
            CASE WHEN fit + behaviour >= 20 THEN 'MQL' ELSE 'none' END AS stage
        FROM added"""


def floor(folder: Path, out: Path) -> str:
    """The least that any contender does: read the columns, group, join, write."""
    return f"""COPY (
        WITH counted AS (SELECT lead, count(*) AS n, max("at") AS latest, max(length(type)) AS kinds,
                            max(length(path)) AS paths, max(length(campaign)) AS campaigns, max(minutes) AS minutes
                         FROM '{folder}/events.parquet' GROUP BY lead)
        SELECT id, coalesce(n, 0)::DOUBLE AS score, length(title) + employees AS fit, intent + minutes AS behaviour,
            industry AS grade, country AS stage, funded, latest, kinds, paths, campaigns
        FROM '{folder}/leads.parquet' l LEFT JOIN counted c ON l.id = c.lead) TO '{out}' (FORMAT parquet)"""
