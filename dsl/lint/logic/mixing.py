"""Leads made of others: what a rule looks at is taken from a lead that it fires on, and put into another lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from attrs import evolve, frozen

from scorelang import model as m
from scorelang.check.walk import query_of
from scorelang.interpret import evaluate
from scorelang.leads import Facts
from scorelang.lint.logic.parts import (
    Way,
    condition_of,
    conjuncts,
    gates_of,
    is_open,
    rules_in,
    scorings,
    within,
)
from scorelang.lint.logic.samples import Holds, Sample, Samples

# Rules are gone through so often: what one takes away, another may have given.
PASSES = 2
EVENT = "event "


@frozen(eq=False)
class Unit:
    """A rule, choice or matrix, its group, the identities that it gives points under, and what it looks at.

    `place` is that of the group in the model; rules outside all groups have the place after the last one. It is timed
    when it looks at dates of the calendar, or gives points only between two of them.
    """

    scoring: m.Scoring
    group: m.Group | None
    place: int
    ids: tuple[str, ...]
    about: frozenset[str]
    is_timed: bool = False

    def donor(self, samples: Samples, sign: int) -> Sample | None:
        """The lead that it gives the most (or, with -1, takes the most from)."""
        return max(samples.giving(self.ids), key=lambda sample: sign * self.points(sample), default=None)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What it looks at, in one order."""
        return tuple(sorted(self.about))

    @cached_property
    def is_of_one(self) -> bool:
        """Whether it looks at one thing, whatever the day."""
        return len(self.about) == 1 and not self.is_timed

    def points(self, sample: Sample) -> int:
        """What it gives a lead, in hundredths."""
        if len(self.ids) == 1:
            return sample.points.get(self.ids[0], 0)
        return next((sample.points[id_] for id_ in self.ids if id_ in sample.points), 0)


def units_of(model: m.CheckedModel) -> tuple[Unit, ...]:
    """Every rule, choice and matrix of a model."""
    places: dict[int | None, int] = {id(group): at for at, group in enumerate(model.groups)}
    places[None] = len(model.groups)
    return tuple(
        _unit(group, places[None if group is None else id(group)], scoring) for group, scoring in scorings(model)
    )


def _unit(group: m.Group | None, place: int, scoring: m.Scoring) -> Unit:
    if isinstance(scoring, m.Grid):
        tests = [test for test in (*scoring.rows, *scoring.columns) if test is not None]
        return Unit(scoring, group, place, (scoring.id,), about(tests))
    looked_at: list[m.Expression] = []
    for rule in rules_in(scoring):
        parts = (condition_of(rule), rule.points)
        looked_at += [part for part in parts if isinstance(part, m.Expression)]
    rules = rules_in(scoring)
    timed = any(rule.modifiers.during is not None or _is_dated(rule) for rule in rules)
    return Unit(scoring, group, place, tuple(rule.id for rule in rules), about(looked_at), timed)


def _is_dated(rule: m.Rule) -> bool:
    periods = [rule.query.period] if rule.query is not None else []
    for one in within(rule.condition) if rule.condition is not None else ():
        query = query_of(one)
        periods.append(query.period if query is not None else one.period if isinstance(one, m.InPeriod) else None)
    return any(period is not None and (period.since, period.before) != (None, None) for period in periods)


def about(expressions: Iterable[m.Expression]) -> frozenset[str]:
    """The fields that expressions look at, and the kinds of events, each as `event KIND`."""
    found: set[str] = set()
    for expression in expressions:
        for one in within(expression):
            query = query_of(one)
            if query is not None:
                found.add(f"{EVENT}{query.kind}")
            elif isinstance(one, m.FieldValue):
                found.add(one.name)
    return frozenset(found)


def mixed(into: Facts, from_: Facts, names: frozenset[str]) -> Facts:
    """A lead with the fields and events of these names from another, as old as they are there."""
    giver = moved(from_, into.as_of)
    fields = {name: giver.fields.get(name) if name in names else value for name, value in into.fields.items()}
    kinds = {name.removeprefix(EVENT) for name in names if name.startswith(EVENT)}
    kept = (event for event in into.events if event.kind not in kinds)
    taken = (event for event in giver.events if event.kind in kinds)
    return evolve(into, fields=fields, events=(*kept, *taken))


def moved(facts: Facts, as_of: int) -> Facts:
    """A lead at another time, its events and dates as old as they were."""
    shift = as_of - facts.as_of
    if not shift:
        return facts
    fields = {
        name: value + shift if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in facts.fields.items()
    }
    return evolve(facts, fields=fields, events=facts.events_at(as_of), as_of=as_of)


Need = tuple[Holds, frozenset[str]]


def needed(model: m.CheckedModel, way: Way) -> Iterator[Need]:
    """What has to be so for a way to a stage to be open, and what each looks at."""
    for gate in gates_of(model, way.stage):
        yield (lambda outcome, gate=gate: is_open(gate, outcome)), about([gate.condition])  # type: ignore[misc]
    if way.condition is not None:
        yield evolve(way, threshold=None).holds, about([way.condition])


def needs_of(condition: m.Expression) -> Iterator[Need]:
    """What has to be so for a condition to be true, part by part."""
    for one in conjuncts(condition):
        yield (lambda outcome, one=one: evaluate(one, outcome.scope) is True), about([one])  # type: ignore[misc]


def combined(samples: Samples, base: Sample, needs: Iterable[Need]) -> Sample:
    """A lead with everything that is needed, as far as taking it from other leads goes."""
    wanted = list(needs)
    for _ in range(PASSES):
        for is_met, names in wanted:
            if is_met(base):
                continue
            donor = samples.first(is_met)
            if donor is not None:
                base = samples.add(mixed(base.facts, donor.facts, names))
    return base
