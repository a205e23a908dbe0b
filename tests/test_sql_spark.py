"""Spark gives every lead the result that the reference gives it: the specification, and generated models.

A query takes Spark a second or more: by default only some cases are tried, with SCORELANG_HYPOTHESIS set all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import event, given

import scorelang
import scorelang.spark
from scorelang import Model
from scorelang.sql import spell as s
from scorelang.sql import texts
from scorelang.sql.lower import NotLowered
from scorelang.sql.spell import Sql
from scorelang.values import fold, fold_page, matches, mentions

from .generators import examples
from .generators.cases import Case, cases
from .spark_session import SPARK, score, session
from .test_spec import Case as Specified
from .test_sql_parts import assigned, made
from .test_sql_spec import groups, histories_of
from .typed_tables import tables_of

EVERY = 1 if "SCORELANG_HYPOTHESIS" in os.environ else 40

# Spark's own warnings: of its sockets, and of pandas.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session() as found:
        yield found


def same(spark: Any, model: Model, histories: list[tuple[dict[str, Any], list[Any]]], as_of: str) -> int:
    """Assert that all answers are equal; gives how many leads were left to the reference."""
    tables = tables_of(model, histories, as_of)
    if tables is None:
        return 0
    return tables.agree(score(spark, model, tables, as_of))


@pytest.mark.parametrize("cases", list(groups())[::EVERY])
def test_spark_scores_leads_as_specified(spark: Any, cases: list[Specified], tmp_path: Path) -> None:
    model = scorelang.loads(cases[0].model.block.text, folder=cases[0].model.folder(tmp_path))
    try:
        same(spark, model, histories_of(cases), cases[0].said.get("as_of", "2026-01-01"))
    except NotLowered as error:
        pytest.skip(str(error))


@examples(2)
@given(case=cases())
def test_generated_leads_get_the_results_of_the_reference(spark: Any, case: Case) -> None:
    histories = [(dict(history.lead), list(history.events)) for history in case.histories]
    try:
        referred = same(spark, case.model, histories, case.histories[0].as_of)
    except NotLowered as error:
        event(error.found[0].why)
        return
    event(f"left to the reference: {referred}")


# --- texts ----------------------------------------------------------------------------------------------------------


def evaluated(spark: Any, nodes: list[Sql], values: list[str]) -> list[Any]:
    """What expressions on the column `v` give for each value."""
    spark.createDataFrame([(value,) for value in values], "v STRING").createOrReplaceTempView("given")
    columns = ", ".join(SPARK.sql(SPARK.spelled(node)) for node in nodes)
    return [tuple(row) for row in spark.sql(f"SELECT {columns} FROM given").collect()]


def test_every_character_is_folded_trimmed_and_parts_words_as_in_python(spark: Any) -> None:
    framed = [f"{one}vp{one}" for one in assigned()]
    asked = SPARK.mentions(s.col("v"), ["vp"], lambda node: node)
    found = evaluated(spark, [texts.read_text(s.col("v")), asked], framed)
    wanted = [(fold(one.strip()), mentions(one, "vp")) for one in framed]
    assert [(o, w, g) for o, w, g in zip(framed, wanted, found, strict=True) if w != g] == []


def test_pages_patterns_and_whole_words_are_read_as_in_python(spark: Any) -> None:
    random = Random(1)
    parts = ("http://", "https://", "//", "/", "a", "B", "?", "#", "x=1", " ", ".", "İ", "\n", "é", "acme.example", ":")
    given = ["".join(random.choices(parts, k=random.randrange(1, 8))) for _ in range(2_000)]
    given += [made(random, "ab*?%_!\\.é| \n'\"") for _ in range(400)]
    patterns = sorted({made(random, "ab*?%_!\\.é|~'\"\n") for _ in range(12)} - {""})
    nodes = [texts.read_page(s.col("v"))]
    for pattern in patterns:
        nodes += [texts.like(s.col("v"), pattern), SPARK.mentions(s.col("v"), [pattern], lambda node: node)]
    for one, got in zip(given, evaluated(spark, nodes, given), strict=True):
        wanted: list[Any] = [fold_page(one) if one.strip() else None]
        for pattern in patterns:
            wanted += [matches(pattern, one), mentions(one, pattern)]
        assert list(got) == wanted, one


# --- DataFrames -----------------------------------------------------------------------------------------------------

MODEL = """lead:
    title text
    size number
    demo flag
    tags text list
    created date
    budget number
event visit(path page, seconds number)
category Fit, at most 30:
    if title mentions "vp" then +10
    if size > 10 then +5
    if tags contains "x" then +1
    if created within 30 days then +2
    if budget >= 1_000.5 then +4
visit "/pricing" within 10 days then +7
if sum of visit.seconds > 1 then +3
each visit then +1, losing 50% every 3 days, once a month
require demo because "wants to see it"
stage MQL from 10
"""
LEADS = "id STRING, title STRING, size INT, demo STRING, tags STRING, created TIMESTAMP, budget DECIMAL(12, 2)"
EVENTS = "lead STRING, type STRING, at STRING, path STRING, seconds DOUBLE"
CREATED = datetime(2025, 12, 30, tzinfo=UTC)
ROWS = [
    ("1", "VP, Sales", 50, "yes", "X; y", CREATED, Decimal("1000.50")),
    ("2", None, None, "", None, None, None),
    ("3", " ceo ", 1, "no", ";", None, Decimal("0")),
]
HAPPENED = [
    ("1", "visit", "2025-12-31", "https://acme.example/Pricing/", 0.1),
    ("1 ", "visit", "2025-12-30T23:30:00-05:00", "/x", 0.2),
    ("3", "visit", "2025-12-01T00:00:00.000001Z", "/PRICING", 1e300),
    ("3", "other", "", None, None),
]


def frames(spark: Any, rows: list[Any] = ROWS, happened: list[Any] = HAPPENED) -> tuple[Any, Any]:
    return spark.createDataFrame(rows, LEADS), spark.createDataFrame(happened, EVENTS)


def test_a_dataframe_of_leads_gives_one_of_results_equal_to_those_of_the_reference(spark: Any) -> None:
    model = scorelang.loads(MODEL, engine="reference")
    found = scorelang.spark.score(model, *frames(spark), as_of="2026-01-01")
    names = [name.partition(" ")[0] for name in LEADS.split(", ")]
    leads = [dict(zip(names, row, strict=False)) for row in ROWS]
    events = [dict(zip(("lead", "type", "at", "path", "seconds"), row, strict=True)) for row in HAPPENED]
    wanted = {one.id: one for one in model.score_many(leads, events, as_of="2026-01-01")}
    rows = {row["id"]: row for row in found.collect()}
    assert rows.keys() == wanted.keys()
    for lead, row in rows.items():
        one = wanted[lead]
        assert (row["score"], row["Fit"], row["stage"]) == (one.score, one.categories["Fit"], one.stage)
        assert [(fired["rule"], fired["points"]) for fired in row["fired"]] == [(f.rule, f.points) for f in one.fired]
        assert [gate["was"] for gate in row["blocked_by"]] == [gate.was for gate in one.blocked_by]
        assert row["as_of"] == datetime(2026, 1, 1)
    assert rows["1"]["score"] > 20


def test_a_spark_dataframe_is_a_table_that_models_score(spark: Any) -> None:
    model = scorelang.loads(MODEL)
    leads, events = frames(spark)
    found = model.score_table(leads, events, as_of="2026-01-01")
    assert found.columns == scorelang.spark.score(model, leads, events, "2026-01-01").columns
    assert found.count() == 3


def test_a_value_that_does_not_fit_is_the_error_of_the_reference(spark: Any) -> None:
    leads, events = frames(spark, [("9", "CEO", 1, "perhaps", None, None, None)])
    with pytest.raises(scorelang.LeadError, match="demo"):
        scorelang.spark.score(scorelang.loads(MODEL), leads, events, "2026-01-01")


def test_an_event_that_names_no_lead_is_an_error(spark: Any) -> None:
    leads, events = frames(spark, happened=[(" ", "visit", "2025-12-31", "/", 1.0)])
    with pytest.raises(scorelang.LeadError, match="lead"):
        scorelang.spark.score(scorelang.loads(MODEL), leads, events, "2026-01-01")
