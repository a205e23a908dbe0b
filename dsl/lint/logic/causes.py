"""Why a condition can never be true: the fewest parts of it that cannot be so together, and of what sort they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from scorelang import model as m
from scorelang import wording
from scorelang.lint.logic.asking import Goals, Logic
from scorelang.lint.logic.parts import bare, condition_of, conjoined, conjuncts, within
from scorelang.values import Type

if TYPE_CHECKING:
    from scorelang.analysis.questions import Questions

Sort = Literal["windows", "amount", "other"]


@frozen(eq=False)
class Part:
    """A part of what must be true: what it says, its formula, and the times that it is about.

    `times` names the dates and kinds of events whose times it compares with something; it is empty where anything else
    is asked as well. `is_window` is whether it says when, and not only whether.
    """

    text: str
    place: m.Place | None
    goals: Goals
    condition: m.Expression | None
    times: frozenset[str]
    is_window: bool


@frozen(eq=False)
class Cause:
    """Parts that cannot be true together, and none of which could be left out."""

    sort: Sort
    parts: tuple[Part, ...]

    @property
    def follows(self) -> bool:
        """Whether a part looks at a stage, grade, persona or at `qualified`, of which other rules may say that."""
        inner = (one for part in self.parts if part.condition is not None for one in within(part.condition))
        return any(isinstance(one, m.ResultValue) and one.what not in ("score", "category") for one in inner)

    @property
    def told(self) -> str:
        """The parts as typed."""
        return " and ".join(f"`{part.text}`" for part in self.parts)


def cause_of(logic: Logic, condition: m.Expression, rule: m.Rule | None = None) -> Cause:
    """Why a condition, of which it is known that it can never be true, cannot; with a rule, in that rule's time."""
    parts = list(_parts(condition))
    if rule is not None and rule.modifiers.during is not None:
        parts.append(_during(rule, logic.model))
    core = _fewest(logic, parts)
    return Cause(_sort(core), tuple(core))


def cause_of_rule(logic: Logic, rule: m.Rule) -> Cause | None:
    """The same for a rule; None for an `otherwise`."""
    condition = condition_of(rule)
    return None if condition is None else cause_of(logic, condition, rule)


def _parts(condition: m.Expression) -> Iterator[Part]:
    # A range is two comparisons that are written as one.
    for _, written in groupby(conjuncts(condition), lambda one: one.place.span):
        alike = tuple(written)
        one = conjoined(alike, alike[0].place)
        times, is_window = _times(one)
        yield Part(one.place.text, one.place, _true(one), one, times, is_window)


def _true(condition: m.Expression) -> Goals:
    return lambda asked: [asked.encoding.conditions.truth(condition).true]


def _during(rule: m.Rule, model: m.CheckedModel) -> Part:
    during = rule.modifiers.during
    assert during is not None

    def goals(asked: Questions) -> list[object]:
        now = asked.encoding.now
        return [now >= during[0], now < during[1]]

    return Part(f"during {wording.during(during, model.zone)}", None, goals, None, frozenset(), is_window=True)


def _fewest(logic: Logic, parts: Sequence[Part]) -> list[Part]:
    """Those of the parts that cannot be true together, as few as leaving out one after the other finds."""
    core = list(parts)
    for part in parts:
        fewer = [one for one in core if one is not part]
        if fewer and logic.leaves_room(_all(fewer)) is False:
            core = fewer
    return core


def _all(parts: Iterable[Part]) -> Goals:
    chosen = tuple(parts)
    return lambda asked: [goal for part in chosen for goal in part.goals(asked)]


def _sort(core: Sequence[Part]) -> Sort:
    if len(core) == 1 and core[0].condition is not None and isinstance(bare(core[0].condition), m.AmountOf):
        return "amount"
    about = frozenset[str]().union(*(part.times for part in core))
    timed = all(part.times or part.condition is None for part in core)
    return "windows" if timed and len(about) == 1 and sum(part.is_window for part in core) >= 2 else "other"


def _times(condition: m.Expression) -> tuple[frozenset[str], bool]:
    """The dates and kinds of events that a condition says the time of, and whether it does; empty for any other."""
    inner = bare(condition)
    while isinstance(inner, m.Negated):
        inner = bare(inner.item)
    if isinstance(inner, m.IsKnown):
        return frozenset(), False
    found: set[str] = set()
    is_window = False
    for one in within(condition):
        match one:
            case m.Happened(query=query) | m.OnlyHappened(query=query):
                found.add(f"event {query.kind}")
                is_window = is_window or query.period is not None
            case m.InPeriod(value=m.FieldValue(name=name)) | m.DaysSince(value=m.FieldValue(name=name)):
                found.add(f"field {name}")
                is_window = True
            case m.DaysSinceLast(query=query):
                found.add(f"event {query.kind}")
                is_window = True
            case m.FieldValue(name=name, type=Type.DATE):
                found.add(f"field {name}")
                is_window = True
            case m.FieldValue() | m.ResultValue() | m.CountOf() | m.Measured():
                return frozenset(), False
    return frozenset(found), is_window
