"""`next_change` is right: until the instant that it tells nothing changes, and then something does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from scorelang import Model
from scorelang.session.moving import LAST
from scorelang.session.session import FIELDS
from scorelang.values import DAY

from .generators import examples
from .generators.cases import Case, cases, facts_of
from .generators.constants import constants_of
from .generators.leads import History

Wanted = tuple[str, ...]


def looked_at(model: Model, history: History, at: int, of: Wanted) -> list[Any]:
    """What is looked at of the result at an instant, scored afresh."""
    result = model._scorer().score(history.lead, history.events, at, True)
    return [getattr(result, name) for name in of]


def breakpoints(model: Model, history: History) -> Iterator[int]:
    """Instants about which something may change: every date and event, at every age that the model names."""
    constants = constants_of(model.checked)
    later = History(history.lead, history.events, "", LAST)
    facts = facts_of(model, later)
    dates = [value for value in facts.fields.values() if type(value) is int]
    for event in facts.events:
        dates += [event.at, *(value for value in event.attributes.values() if type(value) is int)]
    ages = {0, *constants.ages, *(day * DAY for day in range(40))}
    yield from constants.instants
    yield from (date + age for date in dates for age in ages)


def samples(model: Model, history: History, end: int, data: DataObject) -> list[int]:
    """Instants from the history's to before the end: about breakpoints, at halves of the way, and anywhere."""
    now = history.instant
    around = {at + by for at in breakpoints(model, history) for by in (-1, 0, 1)}
    halves = [end - ((end - now) >> by) for by in range(1, 60)]
    anywhere = [data.draw(st.integers(now, end - 1)) for _ in range(5)]
    found = sorted(at for at in around if now < at < end)
    some = found if len(found) <= 60 else [*found[:20], *found[-10:], *data.draw(st.permutations(found))[:30]]
    return [at for at in [*some, *halves, *anywhere, end - 1] if now <= at < end]


def assert_right(model: Model, history: History, of: Wanted, data: DataObject) -> None:
    """Nothing changes before the instant told, and something does then."""
    session = model.session(history.lead, history.events, history.as_of)
    change = session.next_change(*of)
    of = of or FIELDS
    before = looked_at(model, history, history.instant, of)
    if change is None:
        end = LAST + 1
    else:
        end = model.instant(change.at)
        assert end > history.instant
        assert looked_at(model, history, end, of) != before
        assert change.before == session.result
        assert change.after.to_dict() == model._scorer().score(history.lead, history.events, end, True).to_dict()
        assert change.fields
        assert str(change).startswith(f"{change.at}: ")
    for at in samples(model, history, end, data):
        assert looked_at(model, history, at, of) == before, (change, at)


@examples(45)
@given(cases(number=2), st.data())
def test_until_the_next_change_nothing_changes_and_then_something_does(case: Case, data: DataObject) -> None:
    for history in case.histories:
        assert_right(case.model, history, (), data)


@examples(20)
@given(cases(number=1, wanted=("stages",)), st.data())
def test_the_next_change_of_some_fields_is_that_of_these_fields(case: Case, data: DataObject) -> None:
    of = tuple(data.draw(st.sets(st.sampled_from(FIELDS), min_size=1, max_size=3)))
    assert_right(case.model, case.histories[0], of, data)
