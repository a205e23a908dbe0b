"""`Model.score_table`: a table of leads in, a table of the same kind with their results out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

import scorelang
from scorelang import LeadError, ScorelangError

pa = pytest.importorskip("pyarrow")

MODEL = scorelang.loads("""
lead:
    title text
    size number
    demo flag
    tags text list
event visit(path page, seconds number)
category Fit, at most 30:
    if title mentions "vp" then +10
    if size > 10 then +5
    if tags contains "x" then +1
visit "/pricing" within 10 days then +7
each visit then +1, losing 50% every 3 days
require demo
grade Fit: A from 10, else B
stage MQL from 10
""")
AS_OF = "2026-01-01"
LEADS = {
    "id": [1, 2, 3],
    "title": ["VP Sales", None, "ceo"],
    "size": [5.5, 100.0, float("nan")],
    "demo": [True, False, None],
    "tags": [["X"], [], None],
}
EVENTS = {
    "lead": ["1", "1", "2"],
    "type": ["visit", "visit", "visit"],
    "at": [datetime(2025, 12, 31, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)],
    "path": ["/Pricing/", "/x", "/pricing"],
}


def leads(**changed: list[Any]) -> Any:
    return pa.table(LEADS | changed)


def expected() -> list[tuple[object, ...]]:
    rows = leads().to_pylist()
    results = MODEL.score_many(rows, pa.table(EVENTS).to_pylist(), AS_OF)
    return [
        (found.id, found.score, found.categories["Fit"], found.grades["Fit"], found.stage, found.qualified,
         [one.rule for one in found.fired], [one.was for one in found.blocked_by])
        for found in results
    ]  # fmt: skip


def said(rows: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    names = ("id", "score", "Fit", "Fit grade", "stage", "qualified")
    return [
        (
            *(row[name] for name in names),
            [one["rule"] for one in row["fired"]],
            [one["was"] for one in row["blocked_by"]],
        )
        for row in rows
    ]


def test_an_arrow_table_gives_an_arrow_table_in_the_order_of_the_leads() -> None:
    found = MODEL.score_table(leads(), pa.table(EVENTS), as_of=AS_OF)
    assert isinstance(found, pa.Table)
    assert said(found.to_pylist()) == expected()


def test_a_relation_of_duckdb_gives_a_relation() -> None:
    found = MODEL.score_table(duckdb.from_arrow(leads()), duckdb.from_arrow(pa.table(EVENTS)), as_of=AS_OF)
    assert isinstance(found, duckdb.DuckDBPyRelation)
    assert said(found.to_arrow_table().to_pylist()) == expected()
    assert found.select("id, score").fetchall() == [row[:2] for row in expected()]


def test_anything_with_an_arrow_stream_is_a_table() -> None:
    class Stream:
        def __arrow_c_stream__(self, schema: object = None) -> object:
            return leads().__arrow_c_stream__(schema)

    assert said(MODEL.score_table(Stream(), pa.table(EVENTS), as_of=AS_OF).to_pylist()) == expected()


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_a_frame_gives_a_frame(library: str) -> None:
    module = pytest.importorskip(library)
    made = module.from_arrow(leads()) if library == "polars" else leads().to_pandas()
    found = MODEL.score_table(made, pa.table(EVENTS), as_of=AS_OF)
    assert isinstance(found, module.DataFrame)
    assert list(found["score"]) == [row[1] for row in expected()]


def test_the_events_of_a_lead_may_stand_in_a_column_of_its_own() -> None:
    own = [
        [
            {"type": "visit", "at": EVENTS["at"][0], "path": "/Pricing/"},
            {"type": "visit", "at": EVENTS["at"][1], "path": "/x"},
        ],
        [{"type": "visit", "at": EVENTS["at"][2], "path": "/pricing"}],
        None,
    ]  # fmt: skip
    found = MODEL.score_table(leads(events=own), as_of=AS_OF)
    assert said(found.to_pylist()) == expected()


def test_a_value_that_does_not_fit_is_the_error_that_the_reference_gives() -> None:
    with pytest.raises(LeadError) as raised:
        MODEL.score_table(leads(demo=[1, 2, 0]), pa.table(EVENTS), as_of=AS_OF)
    assert str(raised.value) == "lead 2: demo is 2, which is not a flag (yes or no)"


def test_an_event_that_names_no_lead_is_the_error_that_the_reference_gives() -> None:
    events = pa.table(EVENTS | {"lead": ["1", None, "2"]})
    with pytest.raises(LeadError) as wanted:
        list(MODEL.score_many(leads().to_pylist(), events.to_pylist(), AS_OF))
    with pytest.raises(LeadError) as raised:
        MODEL.score_table(leads(), events, as_of=AS_OF)
    assert str(raised.value) == str(wanted.value)


def test_sums_of_numbers_that_no_fixed_point_holds_are_those_of_the_reference() -> None:
    model = scorelang.loads(
        'lead:\n    n number\nevent order(amount number)\nif sum of order.amount > 0.3 then +1 because "more"\n'
        "if average of order.amount < 0.001 then +2\n"
    )
    amounts = [[0.1, 0.2], [0.1, 0.2, 5.551115123125783e-17], [1e-40, 3e-40], [1e300, 1e300, -1e300]]
    rows = [(str(at), amount) for at, some in enumerate(amounts) for amount in some]
    events = pa.table(
        {
            "lead": [row[0] for row in rows],
            "type": ["order"] * len(rows),
            "at": [datetime(2025, 1, 1)] * len(rows),
            "amount": [row[1] for row in rows],
        }
    )
    given = pa.table({"id": [str(at) for at in range(len(amounts))], "n": [None] * len(amounts)})
    found = model.score_table(given, events, as_of=AS_OF)
    wanted = [one.score for one in model.score_many(given.to_pylist(), events.to_pylist(), AS_OF)]
    assert found.column("score").to_pylist() == wanted


def test_what_is_no_table_is_named() -> None:
    with pytest.raises(ScorelangError, match="this is list, which is no table of leads"):
        MODEL.score_table([{"id": 1}], as_of=AS_OF)
