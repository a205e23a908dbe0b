"""Workloads for one_record.py: a model, the same scoring as a programmer would write it in Python, and leads.

The Python does the same work: texts are compared without regard to case and white space around them, missing values
earn and cost nothing, points are whole hundredths, events are gone through once, later ones do not count.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

AS_OF = datetime(2026, 6, 30, 12, tzinfo=UTC)

TITLES = (
    "CEO",
    "CTO",
    "VP Sales",
    "Head of Marketing",
    "Engineer",
    "Analyst",
    "Consultant",
    "Student",
    "Owner",
    "Intern",
)
INDUSTRIES = (
    "SaaS",
    "Fintech",
    "Healthcare",
    "Retail",
    "Education",
    "Energy",
    "Media",
    "Travel",
    "Public sector",
    "Food",
)
COUNTRIES = ("Germany", "France", "Spain", "Italy", "Poland", "Austria", "Sweden", "Ireland", "Norway", "Portugal")
SOURCES = ("Web", "Referral", "Event", "Partner", "Cold call", "Newsletter", "Ad", "Search")
PATHS = tuple(f"/{word}" for word in ("pricing", "demo", "docs", "blog", "careers", "contact", "about", "security"))
TEXTS = {"title": TITLES, "industry": INDUSTRIES, "country": COUNTRIES, "source": SOURCES}
NUMBERS = {"employees": 10_000, "revenue": 500, "visits": 60, "age_days": 900}
FLAGS = ("funded", "demo", "newsletter")

LEAD = """lead:
    title      text
    industry   text
    country    text
    source     text
    employees  number
    revenue    number
    visits     number
    age_days   number
    funded     flag
    demo       flag
    newsletter flag
"""
EVENTS = "event visit(path text)\nevent email_click(campaign text)\nevent webinar(name text, minutes number)\n"


@dataclass(frozen=True)
class Workload:
    """A model's text, a hand-written function that gives hundredths, and leads with their events."""

    name: str
    model: str
    by_hand: str
    leads: list[dict[str, Any]]
    events: list[list[dict[str, Any]]]

    def function(self) -> Callable[[dict[str, Any], list[dict[str, Any]], datetime], int]:
        """The hand-written function."""
        namespace: dict[str, Any] = {"timedelta": timedelta}
        exec(self.by_hand, namespace)
        scored: Callable[[dict[str, Any], list[dict[str, Any]], datetime], int] = namespace["score"]
        return scored


def attribute_rule(rng: random.Random) -> tuple[str, str]:
    """A condition on the lead, as the model and as Python say it."""
    form = rng.choices(("is", "in", "number", "between", "flag", "both"), (30, 20, 25, 8, 7, 10))[0]
    field = rng.choice(list(TEXTS))
    number, most = rng.choice(list(NUMBERS.items()))
    if form == "is":
        value = rng.choice(TEXTS[field])
        return f'{field} is "{value}"', f"{field} == {value.lower()!r}"
    if form == "in":
        values = rng.sample(TEXTS[field], 3)
        listed = ", ".join(f'"{value}"' for value in values)
        return f"{field} in [{listed}]", f"{field} in {{{', '.join(repr(value.lower()) for value in values)}}}"
    if form == "number":
        sign, limit = rng.choice(("<", "<=", ">", ">=")), rng.randrange(most)
        return f"{number} {sign} {limit}", f"{number} is not None and {number} {sign} {limit}"
    if form == "between":
        low = rng.randrange(most - 1)
        high = rng.randrange(low, most)
        return f"{number} from {low} to {high}", f"{number} is not None and {low} <= {number} <= {high}"
    flag = rng.choice(FLAGS)
    if form == "flag":
        return flag, f"{flag} is True"
    value = rng.choice(TEXTS[field])
    return f'{field} is "{value}" and not {flag}', f"{flag} is False and {field} == {value.lower()!r}"


def event_rule(rng: random.Random, at: int, paths: tuple[str, ...]) -> tuple[str, str, str, str, str]:
    """A rule on events: its line in the model, its kind, and as Python what is gathered, how, and the points for it."""
    form = rng.choice(("once", "times", "each", "none", "where"))
    days = rng.choice((7, 14, 30, 60, 90))
    points = rng.choice((100, 250, 500, -150))
    shown = f"{points / 100:+g}"
    path = rng.choice(paths)
    since = f"at >= since_{days}"
    count = f"n{at}"
    match form:
        case "once":
            head, kind, test = f'visit "{path}" within {days} days', "visit", f"path == {path!r} and {since}"
        case "times":
            head = f'visit "{path}" at least 3 times within {days} days'
            return (f"    {head} then {shown}\n", "visit", count, f"path == {path!r} and {since}",
                    f"if {count} >= 3: total += {points}")  # fmt: skip
        case "each":
            campaign = f"campaign {rng.randrange(12)}"
            head = f'each email_click "{campaign}" within {days} days'
            test = f"campaign == {campaign!r} and {since}"
            gives = f"total += min({count} * {points}, 1000)"
            return f"    {head} then {shown}, at most 10\n", "email_click", count, test, gives
        case "none":
            head = f'no visit "{path}" within {days} days'
            return (f"    {head} then {shown}\n", "visit", count, f"path == {path!r} and {since}",
                    f"if {count} == 0: total += {points}")  # fmt: skip
        case _:
            minutes = rng.randrange(5, 60)
            head, kind = f"webinar where minutes >= {minutes} within {days} days", "webinar"
            test = f"minutes is not None and minutes >= {minutes} and {since}"
    return f"    {head} then {shown}\n", kind, count, test, f"if {count}: total += {points}"


def lead_of(rng: random.Random, number: int) -> dict[str, Any]:
    """A lead as data has it: texts in any case, one value in ten missing."""
    lead: dict[str, Any] = {"id": str(number)}
    for field, texts in TEXTS.items():
        text = rng.choice(texts)
        lead[field] = rng.choice((text, text, text.upper(), f" {text} "))
    for field, most in NUMBERS.items():
        lead[field] = rng.randrange(most)
    for field in FLAGS:
        lead[field] = rng.random() < 0.5
    for field in (*TEXTS, *NUMBERS, *FLAGS):
        if rng.random() < 0.1:
            lead[field] = None
    return lead


def events_of(rng: random.Random, number: int, paths: tuple[str, ...]) -> list[dict[str, Any]]:
    """So many events of the last 120 days."""
    events: list[dict[str, Any]] = []
    for _ in range(number):
        event: dict[str, Any] = {
            "type": rng.choice(("visit", "visit", "email_click", "webinar")),
            "at": AS_OF - timedelta(seconds=rng.randrange(120 * 86_400)),
        }
        match event["type"]:
            case "visit":
                event["path"] = rng.choice(paths)
            case "email_click":
                event["campaign"] = f"campaign {rng.randrange(12)}"
            case _:
                event |= {"name": "Product tour", "minutes": rng.randrange(90)}
        events.append(event)
    return events


READ_LEAD = "".join(
    [
        *(f'    {field} = (lead.get("{field}") or "").strip().lower()\n' for field in TEXTS),
        *(f'    {field} = lead.get("{field}")\n' for field in (*NUMBERS, *FLAGS)),
    ]
)


def workload(name: str, *, attributes: int, events: int = 0, history: int = 0, leads: int = 200) -> Workload:
    """A workload of so many rules on attributes and on events; each lead has `history` events."""
    rng = random.Random(name)
    paths = (
        PATHS if events <= 20 else tuple(f"/{word}/{number}" for word in ("product", "docs") for number in range(25))
    )
    model, hand = [LEAD, EVENTS if events else "", "category All:\n"], [READ_LEAD, "    total = 0\n"]
    for _ in range(attributes):
        condition, python = attribute_rule(rng)
        points = rng.choice((100, 200, 250, 500, 1000, -300))
        model.append(f"    if {condition} then {points / 100:+g}\n")
        hand.append(f"    if {python}: total += {points}\n")
    if events:
        hand.append(_events_by_hand(rng, events, paths, model))
    made = [lead_of(rng, number) for number in range(leads)]
    histories = [events_of(rng, history, paths) for _ in made]
    text = "".join(["def score(lead, events, as_of):\n", *hand, "    return total\n"])
    return Workload(name, "".join(model), text, made, histories)


ATTRIBUTES = {
    "visit": (("path", '(event.get("path") or "").strip().lower()'),),
    "email_click": (("campaign", '(event.get("campaign") or "").strip().lower()'),),
    "webinar": (("minutes", 'event.get("minutes")'),),
}


def _events_by_hand(rng: random.Random, number: int, paths: tuple[str, ...], model: list[str]) -> str:
    """One pass over the events, with the tests of a type under that type."""
    rules = [event_rule(rng, at, paths) for at in range(number)]
    model.extend(line for line, *_ in rules)
    lines = [f"since_{days} = as_of - timedelta({days})" for days in (7, 14, 30, 60, 90)]
    lines += [f"{count} = 0" for _, _, count, _, _ in rules]
    lines += ["for event in events:", '    at = event["at"]', "    if at > as_of: continue", '    kind = event["type"]']
    for kind, attributes in ATTRIBUTES.items():
        lines.append(f'    {"if" if kind == "visit" else "elif"} kind == "{kind}":')
        lines += [f"        {name} = {read}" for name, read in attributes]
        lines += [f"        if {test}: {count} += 1" for _, of, count, test, _ in rules if of == kind]
    lines += [points for *_, points in rules]
    return "".join(f"    {line}\n" for line in lines)


def workloads() -> list[Workload]:
    """All of them."""
    return [
        workload("10 attribute rules", attributes=10),
        workload("40 attribute rules", attributes=40),
        workload("200 attribute rules", attributes=200),
        workload("20 + 20 rules, 30 events", attributes=20, events=20, history=30),
        workload("100 event rules, 30 events", attributes=0, events=100, history=30),
    ]
