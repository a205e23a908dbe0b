"""Sessions give what scoring afresh gives: generated models × leads × orders of events and times, every field.

`make differential N=20` tries twenty times the examples and prints the seed that repeats the run.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from scorelang import LeadError, Model
from scorelang.session.moving import LAST
from scorelang.values import DAY

from .generators import examples
from .generators.cases import Case, cases
from .generators.leads import History
from .generators.raw import instant_text

STEPS = (0, 0, 1, 3_600_000_000, DAY, 29 * DAY, 30 * DAY, 30 * DAY + 1, 400 * DAY)


def fresh(model: Model, lead: dict[str, Any], events: list[Any], instant: int) -> dict[str, object] | None:
    """The lead scored with all events; None where that is refused."""
    try:
        return model._scorer().score(lead, events, instant, True).to_dict()
    except LeadError:
        return None


def text(instant: int) -> str:
    """An instant as ISO 8601."""
    return instant_text(instant, UTC)


def times_of(history: History, data: DataObject) -> list[int]:
    """Rising times, at least one of which is the history's own."""
    back = [history.instant - data.draw(st.sampled_from(STEPS)) for _ in range(2)]
    onward = [history.instant + data.draw(st.sampled_from(STEPS)) for _ in range(2)]
    first = -62_135_596_800_000_000 + 86_400_000_000
    return sorted(min(max(at, first), LAST - DAY) for at in [*back, history.instant, *onward])


def replay(model: Model, history: History, other: History, data: DataObject) -> None:
    """Events come in any order, times rise, the lead changes, the state is saved: every result is that of `score`."""
    events = data.draw(st.permutations(history.events))
    times = times_of(history, data)
    number = data.draw(st.integers(0, len(events)))
    lead, known = history.lead, events[:number]
    session = model.session(lead, known, text(times[0]))
    assert session.result.to_dict() == fresh(model, lead, known, times[0])
    rest = events[number:]
    for at in times:
        while rest and data.draw(st.booleans()):
            known = [*known, rest.pop(0)]
            assert session.add(known[-1]).to_dict() == fresh(model, lead, known, model.instant(session.result.as_of))
        if data.draw(st.integers(0, 3)) == 0:
            session = model.resume(session.to_json())
        if data.draw(st.integers(0, 3)) == 0:
            lead = other.lead
            session.update(lead)
        assert session.advance(text(at)).to_dict() == fresh(model, lead, known, at)
    assert session.add(*rest).to_dict() == fresh(model, lead, [*known, *rest], times[-1])


@examples(60)
@given(cases(number=2), st.data())
def test_a_session_gives_what_scoring_afresh_gives(case: Case, data: DataObject) -> None:
    first, second = case.histories
    replay(case.model, first, second, data)


@examples(20)
@given(cases(number=2, rich=True), st.data())
def test_a_session_reads_every_type_of_value_as_scoring_does(case: Case, data: DataObject) -> None:
    first, second = case.histories
    replay(case.model, first, second, data)
