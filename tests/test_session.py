"""Sessions: the specification holds in them however events arrive, and what a session refuses and tells."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import scorelang
from scorelang import LeadError, Session, SessionError

from .test_spec import AS_OF, Case, all_of, as_events, difference, loaded

LONG_AGO = "0001-01-03"

Arrival = Callable[[scorelang.Model, dict[str, Any], list[Any], str], Session]


def together(model: scorelang.Model, lead: dict[str, Any], events: list[Any], as_of: str) -> Session:
    """All events are there from the start."""
    return model.session(lead, events, as_of)


def before_they_happen(model: scorelang.Model, lead: dict[str, Any], events: list[Any], as_of: str) -> Session:
    """Events are told in advance, and time comes to them."""
    session = model.session(lead, events, LONG_AGO)
    session.advance(as_of)
    return session


def late(model: scorelang.Model, lead: dict[str, Any], events: list[Any], as_of: str) -> Session:
    """Events arrive one by one after the time of scoring, the last one first."""
    session = model.session(lead, [], as_of)
    for event in reversed(events):
        session.add(event)
    return session


def saved_between(model: scorelang.Model, lead: dict[str, Any], events: list[Any], as_of: str) -> Session:
    """The state is saved and taken back between all events; the lead is told last."""
    key = model.checked.key
    session = model.session({key: lead.get(key)}, [], LONG_AGO)
    for event in events:
        session.add(event)
        session = model.resume(session.to_json())
    session.advance(as_of)
    session.update(lead)
    return session


ARRIVALS: dict[str, Arrival] = {
    "together": together,
    "before they happen": before_they_happen,
    "late": late,
    "saved between": saved_between,
}


def refused(model: scorelang.Model, lead: object, events: Any, as_of: str) -> bool:
    """Whether the lead does not fit."""
    try:
        model.score(lead, events, as_of)
    except LeadError:
        return True
    return False


@pytest.mark.parametrize("case", all_of("cases"))
def test_a_lead_in_a_session_scores_as_specified(case: Case, tmp_path: Path) -> None:
    said = case.said
    lead = dict(said["lead"])
    events = as_events(said.get("events", lead.get("events")))
    model = loaded(case.model.block.text, case.model.folder(tmp_path), "python")
    as_of = said.get("as_of", AS_OF)
    if "error" in said:
        with pytest.raises(LeadError) as raised:
            model.session(lead, events, as_of)
        parts = [said["error"]] if isinstance(said["error"], str) else said["error"]
        assert [part for part in parts if part not in str(raised.value)] == [], str(raised.value)
        return
    if refused(model, lead, events, "9999-12-30"):
        # An event that does not fit is told in advance: `test_an_event_that_does_not_fit_is_refused_at_once`.
        return
    for arrival, arrive in ARRIVALS.items():
        session = arrive(model, lead, events or [], as_of)
        assert difference(said.get("result", said.get("expect")), session.result.to_dict()) is None, arrival


# --- events ---------------------------------------------------------------------------------------------------------

TEXT = """
lead:
    title     text
    employees number
    interests text list
    created   date
event visit(path page, seconds number)
category Fit, 0 to 50:
    if title mentions "VP" then +20
    if interests contains "crm" then +5
    if created within 7 days then +1
category Behaviour, at most 60:
    visit "/pricing" within 30 days then +10
    each visit "/docs" then +1, once a day
    each visit where (seconds > employees) then +2
    if sum of visit.seconds > 100 then +4
stage MQL from 25
route:
    "call" if stage is MQL
"""
LEAD = {"id": 7, "title": "VP, Sales", "employees": 10, "interests": ["crm", "ai"], "created": "2026-01-01"}
PRICING = {"type": "visit", "at": "2026-01-10T09:00:00Z", "path": "/pricing", "seconds": 40}


def model() -> scorelang.Model:
    """A model for short tests."""
    return loaded(TEXT, None, "auto")


def test_an_event_adds_what_it_gives() -> None:
    session = model().session(LEAD, as_of="2026-01-11")
    assert session.result.score == 25
    assert session.add(PRICING).score == 37
    assert session.result == model().score(LEAD, [PRICING], "2026-01-11")


def test_several_events_are_added_at_once_with_a_later_time() -> None:
    session = model().session(LEAD, as_of="2026-01-09")
    assert session.add(PRICING, PRICING, as_of="2026-01-11").score == 39


def test_without_an_as_of_an_event_is_added_at_the_time_that_the_session_has_come_to() -> None:
    session = model().session(LEAD, as_of="2026-01-09")
    assert session.add(PRICING).score == 25
    assert session.advance("2026-01-10T08:59:59.999999Z").score == 25
    assert session.advance("2026-01-10T09:00:00Z").score == 37


def test_a_session_begins_with_the_leads_own_events() -> None:
    assert model().session(LEAD | {"events": [PRICING]}, as_of="2026-01-11").result.score == 37


def test_leads_and_events_may_be_decoded_or_objects() -> None:
    decoder = model().decoder()
    line = json.dumps(LEAD | {"events": [PRICING]})
    assert model().session(decoder.decode(line), as_of="2026-01-11").result.score == 37
    session = model().session(SimpleNamespace(**LEAD), iter([PRICING]), "2026-01-11")
    assert session.add(SimpleNamespace(**PRICING)).score == 39


def test_a_model_scored_by_the_interpreter_has_sessions_too() -> None:
    session = loaded(TEXT, None, "reference").session(LEAD, [PRICING], "2026-01-11")
    assert session.result == loaded(TEXT, None, "reference").score(LEAD, [PRICING], "2026-01-11")


def test_a_session_begins_now_and_goes_on_to_now() -> None:
    session = model().session(LEAD)
    assert session.advance().as_of >= session.result.as_of


def test_an_event_that_does_not_fit_is_refused_at_once() -> None:
    session = model().session(LEAD, as_of="2026-01-11")
    state = session.to_dict()
    for bad in ({"type": "visit", "at": "2030-01-01", "seconds": "long"}, {"type": "visit", "at": "soon"}, 5):
        with pytest.raises(LeadError):
            session.add(PRICING, bad)
    assert session.to_dict() == state


def test_the_leads_fields_may_change() -> None:
    session = model().session(LEAD, [PRICING], "2026-01-11")
    assert session.update(LEAD | {"title": "Clerk", "employees": 50}).score == 15
    assert session.result == model().score(LEAD | {"title": "Clerk", "employees": 50}, [PRICING], "2026-01-11")


def test_fields_that_do_not_fit_change_nothing() -> None:
    session = model().session(LEAD, [PRICING], "2026-01-11")
    with pytest.raises(LeadError):
        session.update(LEAD | {"employees": "many"})
    assert session.result.score == 37


def test_time_does_not_go_back() -> None:
    session = model().session(LEAD, as_of="2026-01-11")
    with pytest.raises(SessionError) as raised:
        session.advance("2026-01-10")
    assert str(raised.value) == (
        "this session has come to 2026-01-11T00:00:00Z and keeps nothing of 2026-01-10T00:00:00Z: "
        "score the lead with all its events, or make a new session"
    )
    with pytest.raises(SessionError):
        session.add(PRICING, as_of="2026-01-10")
    assert session.result.score == 25


# --- what is kept ---------------------------------------------------------------------------------------------------


def size(text: str, number: int) -> int:
    """How many bytes the state of a lead has after so many visits, one an hour."""
    session = loaded(text, None, "auto").session({"id": 1}, as_of="2020-01-01")
    for hour in range(number):
        day, rest = divmod(hour, 24)
        at = f"2020-{1 + day // 28:02}-{1 + day % 28:02}T{rest:02}:00:00Z"
        session.add({"type": "visit", "at": at, "path": "/docs", "seconds": 2}, as_of=at)
    return len(session.to_json())


@pytest.mark.parametrize(
    "rule",
    [
        "visit then +1",
        'visit "/docs" at least 100 times then +1',
        "only visit then +1",
        "no visit more than 2 hours ago then +1",
        "each visit then +1, at most 50",
        "each visit then +seconds, at most 50",
        "visit within 5 hours then +1",
        "each visit then +9, losing 50% every 2 hours",
        "if sum of visit.seconds > 100 and largest of visit.seconds < 5 then +1",
        "if average of visit.seconds within 1 day > 1 then +1",
        "if days since last visit > 3 then +1",
        "visit then +10, fading out over 90 days",
        "start over after visit where seconds > 1\nvisit then +1",
    ],
)
def test_a_state_does_not_grow_with_events_of_which_a_sum_is_enough(rule: str) -> None:
    assert size(rule, 600) <= size(rule, 150) + 150


def test_a_state_names_its_model() -> None:
    state = model().session(LEAD, as_of="2026-01-11").to_dict()
    assert state["fingerprint"] == model().fingerprint
    other = scorelang.loads(TEXT + "stage SQL from 40\n")
    with pytest.raises(SessionError) as raised:
        other.resume(state)
    assert str(raised.value) == (
        f"this state is of the model {model().fingerprint}, not of {other.fingerprint}: "
        "make a new session from the lead and all its events"
    )


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (b"{", "this is no state of a session: "),
        (b"\xff", "this is no state of a session: "),
        ([], "this is no state of a session: `to_dict` or `to_json` of one gives it"),
        (None, "this is no state of a session: `to_dict` or `to_json` of one gives it"),
        ({"format": 0}, "and this version of scorelang reads 1"),
        ({"counted": []}, "this state of a session is damaged: "),
        ({"last": 5}, "this state of a session is damaged: "),
        ({"fields": None}, "this state of a session is damaged: "),
    ],
)
def test_what_is_no_state_is_refused(state: Any, told: str) -> None:
    whole = model().session(LEAD, as_of="2026-01-11").to_dict()
    with pytest.raises(SessionError) as raised:
        model().resume(whole | state if isinstance(state, dict) else state)
    assert told in str(raised.value)


def test_a_session_goes_on_from_its_state() -> None:
    session = model().session(LEAD, [PRICING], "2026-01-05")
    for again in (
        model().resume(session.to_dict()),
        model().resume(json.loads(json.dumps(session.to_dict()))),
        model().resume(session.to_json()),
        model().resume(session.to_json().decode()),
        pickle.loads(pickle.dumps(session)),
    ):
        assert again.result == session.result
        assert again.to_dict() == session.to_dict()
        assert again.advance("2026-01-11").score == 37


def test_a_saved_state_does_not_change_with_its_session() -> None:
    session = model().session(LEAD, [PRICING], "2026-01-05")
    state = session.to_dict()
    text = json.dumps(state)
    session.add(PRICING, as_of="2026-02-01")
    assert json.dumps(state) == text


def test_a_session_says_whose_it_is_and_when() -> None:
    assert repr(model().session(LEAD, as_of="2026-01-11")) == "<Session of lead 7 at 2026-01-11T00:00:00Z>"


# --- what comes next ------------------------------------------------------------------------------------------------


def test_the_next_change_is_told_with_what_changes() -> None:
    session = model().session(LEAD | {"created": None}, [PRICING], "2026-01-11")
    change = session.next_change()
    assert change is not None
    assert change.at == "2026-02-09T09:00:00.000001Z"
    assert (change.before.score, change.after.score) == (37, 27)
    assert change.fields["score"] == (37, 27)
    assert str(change) == "2026-02-09T09:00:00.000001Z: score 37 to 27, Behaviour 12 to 2"
    assert session.advance(change.at) == change.after
    assert session.next_change() is None


def test_the_next_change_of_a_stage_looks_at_nothing_else() -> None:
    session = model().session(LEAD | {"interests": None}, [PRICING], "2026-01-02")
    change = session.next_change("stage")
    assert change is not None
    told = "score 21 to 32, stage none to MQL, route none to call, Fit 21 to 20, Behaviour 0 to 12"
    assert str(change) == f"2026-01-10T09:00:00Z: {told}"


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("visit within 60 days then +1\nno visit within 60 days then +1", "visit-within-60-days no longer fires"),
        ("visit within 60 days then +1\nno visit within 60 days then +1", "no-visit-within-60-days gives 1"),
        ("visit then +5, losing 50% every 31 days\nscore at most 1", "visit gives 2.5"),
        ("require no visit within 60 days\nrequire zip is 1", "no-visit-within-60-days is no longer in the way"),
        ("require visit within 60 days\nrequire zip is 1", "visit-within-60-days is in the way: false"),
        ("require visit within 60 days", "qualified yes to no"),
    ],
)
def test_a_change_is_told_in_words(rules: str, told: str) -> None:
    lead = {"id": 1, "asked": "2025-01-01", "events": VISITS}
    assert told in str(change_of(rules, lead))


def test_an_event_to_come_is_a_change() -> None:
    session = model().session(LEAD | {"created": None}, [PRICING], "2026-01-05")
    assert str(session.next_change()) == "2026-01-10T09:00:00Z: score 25 to 37, Behaviour 0 to 12"


def test_no_later_change_is_looked_for_than_asked() -> None:
    session = model().session(LEAD | {"created": None}, [PRICING], "2026-01-11")
    assert session.next_change(until="2026-02-09T09:00:00Z") is None
    assert session.next_change(until="2026-02-09T09:00:00.000001Z") is not None


def test_only_fields_of_a_result_can_be_looked_at() -> None:
    with pytest.raises(SessionError) as raised:
        model().session(LEAD, as_of="2026-01-11").next_change("points")
    assert "there is no 'points'" in str(raised.value)


def change_of(rule: str, lead: dict[str, Any], *of: str, as_of: str = "2026-01-01") -> str | None:
    """When a model of one rule changes next, in words."""
    change = scorelang.loads(rule).session(lead, as_of=as_of).next_change(*of)
    return None if change is None else str(change)


VISITS = [{"type": "visit", "at": f"2025-12-{day:02}"} for day in (1, 10, 20)]


@pytest.mark.parametrize(
    ("rule", "of", "told"),
    [
        ("if days since born > 365_0 then +1", (), "2030-01-09T00:00:00Z: score 0 to 1"),
        ("if days since born in [4_000, 4_010] then +1", (), "2030-12-24T00:00:00Z: score 0 to 1"),
        ("if days since born - days since asked > 200 then +1", (), None),
        ("if days since born / days since asked > 0.999 then +1", (), "2047-05-20T00:00:00Z: score 0 to 1"),
        ("if days since last visit > days since asked then +1", (), None),
        ("category B, 0 to 5:\n    if asked is known then -days since asked / 10", ("score",), None),
        ("each visit then +10, fading out over 90 days, at most 1", (), "2026-03-11T01:04:48.000001Z: score 1 to 0.99"),
        ("visit then +1, during 2026-02-01 to 2026-02-10", (), "2026-02-01T00:00:00Z: score 0 to 1"),
        ("each visit then +1, 2 times a month", (), None),
        ("visit at least 2 times within 30 days then +1", (), "2026-01-09T00:00:00.000001Z: score 1 to 0"),
        ("visit between 30 and 60 days ago then +1", (), "2026-02-18T00:00:00.000001Z: score 1 to 0"),
        ("visit then +10, losing 50% every 30 days", (), "2026-01-19T00:00:00Z: score 10 to 5"),
        ("start over after visit within 15 days\nno visit then +1", (), "2026-01-04T00:00:00.000001Z: score 1 to 0"),
    ],
)
def test_what_time_alone_changes(rule: str, of: tuple[str, ...], told: str | None) -> None:
    lead = {"id": 1, "born": "2020-01-11", "asked": "2020-01-01", "events": VISITS}
    assert change_of(rule, lead, *of) == told
