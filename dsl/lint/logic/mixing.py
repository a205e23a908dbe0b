"""Leads made of others: what a rule looks at is taken from a lead that it fires on, and put into another lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

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
    ways_to,
    within,
)
from scorelang.lint.logic.samples import Holds, Sample, Samples

# Rules are gone through so often: what one takes away, another may have given.
PASSES = 2
EVENT = "event "
# A lead of which nothing is known, and that did nothing.
NOBODY = Facts(None, {}, (), 0)

Value = Callable[[Sample], int]


@frozen(eq=False)
class Unit:
    """A rule, choice or matrix, its group, the identities that it gives points under, and what it looks at."""

    scoring: m.Scoring
    group: m.Group | None
    ids: tuple[str, ...]
    about: frozenset[str]

    @property
    def is_timed(self) -> bool:
        """Whether it looks at dates of the calendar, or gives points only between two of them."""
        rules = rules_in(self.scoring)
        return any(rule.modifiers.during is not None or _is_dated(rule) for rule in rules)

    def donor(self, samples: Samples, sign: int) -> Sample | None:
        """The lead that it gives the most (or, with -1, takes the most from)."""
        return max(samples.giving(self.ids), key=lambda sample: sign * self.points(sample), default=None)

    def points(self, sample: Sample) -> int:
        """What it gives a lead, in hundredths."""
        return next((sample.points[id_] for id_ in self.ids if id_ in sample.points), 0)


def units_of(model: m.CheckedModel) -> tuple[Unit, ...]:
    """Every rule, choice and matrix of a model."""
    return tuple(_unit(group, scoring) for group, scoring in scorings(model))


def _unit(group: m.Group | None, scoring: m.Scoring) -> Unit:
    if isinstance(scoring, m.Grid):
        tests = [test for test in (*scoring.rows, *scoring.columns) if test is not None]
        return Unit(scoring, group, (scoring.id,), about(tests))
    looked_at: list[m.Expression] = []
    for rule in rules_in(scoring):
        parts = (condition_of(rule), rule.points)
        looked_at += [part for part in parts if isinstance(part, m.Expression)]
    return Unit(scoring, group, tuple(rule.id for rule in rules_in(scoring)), about(looked_at))


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
    events = tuple(evolve(event, at=event.at + shift) for event in facts.events)
    return evolve(facts, fields=fields, events=events, as_of=as_of)


GoesOn = Callable[[], bool]


def climbed(samples: Samples, units: Iterable[Unit], value: Value, goes_on: GoesOn, *, up: bool) -> Sample:
    """The lead with the most (or fewest) points that taking rule after rule from other leads finds in its time."""
    sign = 1 if up else -1
    best = max(samples.found, key=lambda sample: sign * value(sample))
    chosen = [(unit, unit.donor(samples, sign)) for unit in units if goes_on()]
    for _ in range(PASSES):
        for unit, donor in chosen:
            if not goes_on() or donor is None or sign * unit.points(donor) <= sign * unit.points(best):
                continue
            trial = samples.add(mixed(best.facts, donor.facts, unit.about))
            if sign * value(trial) > sign * value(best):
                best = trial
    return best


def enriched(samples: Samples, model: m.CheckedModel, goes_on: GoesOn) -> Sample:
    """Add leads that reach far, while it goes on: many and few points of every group, ways to stages through gates.

    The lead that is given back has many points, and qualifies if one was found that does.
    """
    units = units_of(model)
    for group in model.groups:
        own = [unit for unit in units if unit.group is group]
        for up in (True, False):
            climbed(samples, own, summed(own), goes_on, up=up)
    climbed(samples, units, whole, goes_on, up=False)
    best = climbed(samples, units, whole, goes_on, up=True)
    for stage in model.stages:
        for way in ways_to(stage) if goes_on() else ():
            combined(samples, best, _needed(model, way))
    return max(samples.found, key=lambda sample: (sample.qualified, whole(sample)))


def summed(units: Sequence[Unit]) -> Value:
    """What some rules give a lead together."""
    return lambda sample: sum(unit.points(sample) for unit in units)


def whole(sample: Sample) -> int:
    """What all rules give a lead together."""
    return sum(sample.points.values())


Need = tuple[Holds, frozenset[str]]


def _needed(model: m.CheckedModel, way: Way) -> Iterator[Need]:
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
