"""DuckDB gives every lead the result that the reference gives it: generated models, leads, events and times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

import scorelang
from scorelang import LeadError, Model
from scorelang.sql.lower import NotLowered

from .duckdb_engine import connected, key_of, moved_many, packed_many, score_many, score_rows
from .generators import examples
from .generators.cases import Case, cases

CONNECTION = connected()


def reference(model: Model, leads: list[Any], events: list[Any] | None, as_of: str) -> list[object]:
    """What the interpreter says, each result in JSON's types or the text of its error."""
    loaded = scorelang.Model(model.checked, engine="reference")
    answers = loaded.score_many(leads, events, as_of=as_of, errors="return")
    return [str(answer) if isinstance(answer, LeadError) else answer.to_dict() for answer in answers]


def same(expected: list[object], answers: list[dict[str, Any] | LeadError]) -> None:
    """Assert that all answers are equal, and whole numbers written as such."""
    for want, got in zip(expected, answers, strict=True):
        have = str(got) if isinstance(got, LeadError) else got
        assert have == want
        assert repr(have) == repr(want)


@examples(8)
@given(cases())
def test_leads_with_their_own_events_get_the_results_of_the_reference(case: Case) -> None:
    as_of = case.histories[0].as_of
    leads = [history.lead | {"events": history.events} for history in case.histories]
    try:
        answers = score_many(CONNECTION, case.model, leads, None, as_of)
    except NotLowered as error:
        event(error.found[0].why)
        return
    same(reference(case.model, leads, None, as_of), answers)


@examples(8)
@given(cases())
def test_leads_with_a_table_of_events_get_the_results_of_the_reference(case: Case) -> None:
    as_of = case.histories[-1].as_of
    leads, events = together(case)
    try:
        answers = score_many(CONNECTION, case.model, leads, events, as_of)
    except NotLowered as error:
        event(error.found[0].why)
        return
    same(reference(case.model, leads, events, as_of), answers)


@examples(8)
@given(cases(), st.booleans())
def test_tables_with_typed_columns_get_the_results_of_the_reference(case: Case, as_timestamps: bool) -> None:
    as_of = case.histories[-1].as_of
    leads, events = together(case)
    leads, events = table(leads, as_timestamps), table(events, as_timestamps)
    try:
        answers = score_rows(CONNECTION, case.model, leads, events, as_of)
    except NotLowered as error:
        event(error.found[0].why)
        return
    same(reference(case.model, leads, events, as_of), answers)


@examples(8)
@given(cases())
def test_what_the_table_of_results_keeps_of_fired_rules_says_their_list(case: Case) -> None:
    as_of = case.histories[0].as_of
    leads = [history.lead | {"events": history.events} for history in case.histories]
    try:
        packing, rows = packed_many(CONNECTION, case.model, leads, as_of)
    except NotLowered as error:
        event(error.found[0].why)
        return
    answers = case.model.score_many(leads, as_of=as_of, errors="return")
    for answer, (left_over, packed, listed) in zip(answers, rows, strict=True):
        if left_over or isinstance(answer, LeadError):
            continue
        assert listed == [{"rule": fired.rule, "points": fired.points} for fired in answer.fired]
        assert packed == packing.packed_value(answer)


@examples(12)
@given(cases(), st.booleans())
def test_leads_that_each_have_a_moment_of_their_own_get_the_results_of_the_reference(case: Case, apart: bool) -> None:
    moments = [history.as_of for history in case.histories]
    leads, events = [history.lead | {"events": history.events} for history in case.histories], None
    if apart:
        leads, events = together(case)
        keys = [key for lead in leads if (key := key_of(lead, case.model)) is not None]
        # Of several leads of one identity each has the events of all, and a moment of its own.
        assume(len(set(keys)) == len(keys))
    try:
        answers = moved_many(CONNECTION, case.model, leads, events, moments)
    except NotLowered as error:
        event(error.found[0].why)
        return
    for at, (lead, moment, answer) in enumerate(zip(leads, moments, answers, strict=True)):
        if answer is None:
            continue
        own = None if events is None else [one for one in events if one["lead"] == lead.get(case.model.checked.key)]
        [expected] = case.model.score_many([lead], own, as_of=moment, errors="return")
        assert not isinstance(expected, LeadError), at
        assert answer == {
            "score": round(expected.score * 100),
            "qualified": expected.qualified,
            "stage": expected.stage,
            "fired": [{"rule": fired.rule, "points": fired.points} for fired in expected.fired],
        }


def together(case: Case) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The leads of a case, and the events of those that can be told by their identity."""
    leads, events = [], []
    for history in case.histories:
        leads.append(dict(history.lead))
        key = history.lead.get(case.model.checked.key)
        if key is not None:
            events += [one | {"lead": key} for one in history.events]
    return leads, events


def table(records: list[dict[str, Any]], as_timestamps: bool) -> list[dict[str, Any]]:
    """Records that all have the same columns; times in UTC as datetimes if need be."""
    names = dict.fromkeys(name for record in records for name in record)
    return [
        {name: moment(record.get(name)) if as_timestamps else record.get(name) for name in names} for record in records
    ]


def moment(value: Any) -> Any:
    """A text that is an instant in UTC, as a datetime."""
    if isinstance(value, str) and value.endswith("Z") and value[:4].isdigit():
        return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(UTC)
    return value


# What was found to differ once: the model, a lead and its events.
CASES = (
    (
        'visit then -11 / days since last webinar, fading out over 7 days because "missing points stay missing"',
        {"id": "1"},
        [{"type": "visit", "at": "2025-12-01"}],
    ),
    (
        "lead:\n    n number\nvisit where (n > 1 and only download) then +5",
        {"id": "1", "n": 2},
        [{"type": "visit", "at": "2025-12-01"}, {"type": "download", "at": "2025-12-02"}],
    ),
    (
        "lead:\n    n number\nif (n is 1) is no then +5\nif (n > 1) is not (n < 3) then +2",
        {"id": "1", "n": 2},
        [],
    ),
    (
        "start over after recycled where not yes is no\nvisit then +3",
        {"id": "1"},
        [{"type": "visit", "at": "2025-12-01"}, {"type": "recycled", "at": "2025-12-02"}],
    ),
    (
        "lead:\n    limit number\nevent download(size number)\n"
        "start over after download where size > limit\nvisit then +3",
        {"id": "1", "limit": 5},
        [{"type": "visit", "at": "2025-12-01"}, {"type": "download", "at": "2025-12-02", "size": 6}],
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_what_differed_once_is_equal(case: tuple[str, dict[str, Any], list[dict[str, Any]]]) -> None:
    text, lead, events = case
    model = scorelang.loads(text)
    leads = [lead | {"events": events}, lead | {"id": "2", "events": []}]
    same(reference(model, leads, None, "2026-01-01"), score_many(CONNECTION, model, leads, None, "2026-01-01"))


def test_a_rule_that_has_no_exact_sql_is_named_before_anything_runs() -> None:
    model = scorelang.loads(
        "lead:\n    n number\nif n > 1 then +1\neach visit then +n, losing 50% every 1 day, fading out over 9 days\n"
    )
    with pytest.raises(NotLowered, match=r"model.score:4: .*too many different values"):
        score_many(CONNECTION, model, [{"n": 1, "events": []}], None, "2026-01-01")
