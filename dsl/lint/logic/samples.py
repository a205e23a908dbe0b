"""Leads of a model that were made and scored: most of what can be, one of them shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, timedelta
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Protocol

from attrs import Factory, define, evolve, field

from scorelang import model as m
from scorelang.diagnostics import LeadError
from scorelang.interpret import Amount, Outcome, Scope, Subtotal, interpret
from scorelang.leads import Fact, Facts
from scorelang.lint.logic.material import quick_material_of
from scorelang.testing.leads import Material, generated
from scorelang.values import EPOCH, Type, Value, fold, from_hundredths, to_hundredths

if TYPE_CHECKING:
    from scorelang.engines import Python
    from scorelang.result import Result

UTC_EPOCH = EPOCH.replace(tzinfo=UTC)
# So many leads are made for a model at once, and so many more for one question that none of them answers.
AT_FIRST = 40
AIMED = 8
# From so many leads on, it pays to compile the model: they are scored in a tenth of the time.
WORTH_COMPILING = 60


class Scored(Protocol):
    """What is asked of a lead that was scored: an `Outcome`, or a `Sample`, which works out late what takes long."""

    @property
    def scope(self) -> Scope:
        """What conditions are evaluated against."""

    @property
    def score(self) -> int:
        """In hundredths."""

    @property
    def stage(self) -> str:
        """Its name, or `none`."""

    @property
    def grades(self) -> Mapping[str, str]:
        """By what they are of."""

    @property
    def persona(self) -> str | None:
        """Its name, if there is one."""

    @property
    def qualified(self) -> bool:
        """Whether no gate is in the way."""

    @property
    def route(self) -> str | None:
        """Where it goes, if anywhere."""

    @property
    def total(self) -> int:
        """The score before it is bounded."""

    @property
    def subtotals(self) -> tuple[Subtotal, ...]:
        """The categories and personas."""

    @property
    def loose(self) -> tuple[Amount, ...]:
        """What rules outside all of them gave."""


Holds = Callable[[Scored], bool]


@define(eq=False)
class Sample:
    """A lead, the points that rules gave it by their identities, and what it comes to, in hundredths."""

    model: m.CheckedModel
    facts: Facts
    points: Mapping[str, int]
    values: Mapping[str, int]
    score: int
    stage: str
    grades: Mapping[str, str]
    persona: str | None
    qualified: bool
    route: str | None
    _scope: Scope | None = None
    _outcome: Outcome | None = None

    @property
    def scope(self) -> Scope:
        """What conditions are evaluated against."""
        if self._scope is None:
            self._scope = self._quick_scope() if self.model.start_over is None else self.outcome.scope
        return self._scope

    @property
    def outcome(self) -> Outcome:
        """All that the interpreter works out."""
        if self._outcome is None:
            self._outcome = interpret(self.model, self.facts)
        return self._outcome

    @property
    def total(self) -> int:
        """The score before it is bounded."""
        return self.outcome.total

    @property
    def subtotals(self) -> tuple[Subtotal, ...]:
        """The categories and personas."""
        return self.outcome.subtotals

    @property
    def loose(self) -> tuple[Amount, ...]:
        """What rules outside all of them gave."""
        return self.outcome.loose

    def _quick_scope(self) -> Scope:
        happened = tuple(event for event in self.facts.events if event.at <= self.facts.as_of)
        results: dict[tuple[str, str], Value] = {
            ("category", name): from_hundredths(at) for name, at in self.values.items()
        }
        results.update({("grade", what): grade for what, grade in self.grades.items()})
        results["score", "score"] = from_hundredths(self.score)
        results["persona", "persona"] = self.persona or "none"
        results["qualified", "qualified"] = self.qualified
        results["stage", "stage"] = self.stage
        results["route", "route"] = None if self.route is None else fold(self.route)
        return Scope(evolve(self.facts, events=happened), self.model.zone, results=results)


def points_of(outcome: Scored, what: str) -> int:
    """The score (`score`) or a category of a lead, in hundredths."""
    if what == "score":
        return outcome.score
    value = outcome.scope.results["category", what]
    assert isinstance(value, float)
    return to_hundredths(value)


def of_outcome(model: m.CheckedModel, facts: Facts, outcome: Outcome) -> Sample:
    """A lead that the interpreter has scored."""
    amounts = [*(amount for done in outcome.subtotals for amount in done.amounts), *outcome.loose]
    return Sample(
        model,
        facts,
        {amount.id: amount.points for amount in amounts},
        {done.group.name: done.value for done in outcome.subtotals if done.group.word == "category"},
        outcome.score,
        outcome.stage,
        outcome.grades,
        outcome.persona,
        outcome.qualified,
        outcome.route,
        outcome.scope,
        outcome,
    )


def _of_result(model: m.CheckedModel, facts: Facts, result: Result) -> Sample:
    return Sample(
        model,
        facts,
        {fired.rule: _hundredths(fired.points) for fired in result.fired},
        {name: _hundredths(value) for name, value in result.categories.items()},
        _hundredths(result.score),
        result.stage,
        result.grades,
        result.persona,
        result.qualified,
        result.route,
    )


def _hundredths(points: float) -> int:
    """What a result says, which is exact to the hundredth."""
    return round(points * 100)


@define(eq=False)
class Samples:
    """The leads of one model. The same model gets the same leads."""

    model: m.CheckedModel
    found: list[Sample] = Factory(list)
    # Those that a rule gave something, by its identity.
    given: defaultdict[str, list[Sample]] = Factory(lambda: defaultdict(list))
    _random: Random = Factory(lambda: Random(0))
    _material: Material | None = None
    _engine: Python | None = None
    _begun: bool = field(default=False, init=False)

    def begin(self) -> None:
        """Make the first leads."""
        if not self._begun:
            self._begun = True
            for _ in range(AT_FIRST):
                self._make(self.material)

    def first(self, holds: Holds) -> Sample | None:
        """The first lead made so far of which something holds, if there is one."""
        self.begin()
        return next((sample for sample in self.found if holds(sample)), None)

    def giving(self, ids: Iterable[str]) -> list[Sample]:
        """The leads that rules gave something."""
        return [sample for id_ in ids for sample in self.given.get(id_, ())]

    def aimed(self, goal: m.Expression, number: int = AIMED) -> Iterator[Sample]:
        """New leads that are made to have a condition true, or that come near it."""
        material = evolve(self.material, goals=(goal,))
        for _ in range(number):
            yield self._make(material)

    @property
    def material(self) -> Material:
        """What leads are made of."""
        if self._material is None:
            self._material = quick_material_of(self.model)
        return self._material

    def add(self, facts: Facts) -> Sample:
        """Score a lead, and keep it."""
        result = self._scored(facts) if len(self.found) >= WORTH_COMPILING and not self._is_interpreted else None
        if result is None:
            sample = of_outcome(self.model, facts, interpret(self.model, facts))
        else:
            sample = _of_result(self.model, facts, result)
        self.found.append(sample)
        for id_ in sample.points:
            self.given[id_].append(sample)
        return sample

    @cached_property
    def _is_interpreted(self) -> bool:
        """Whether the interpreter's outcome is asked of every lead in any case, so that compiling is of no use."""
        return self.model.start_over is not None or any(group.word == "persona" for group in self.model.groups)

    def _scored(self, facts: Facts) -> Result | None:
        """What the compiled model says; None where data could not hold such a lead, as one with a date for its name."""
        if self._engine is None:
            from scorelang.engines import Python

            self._engine = Python(self.model)
        dates = {each.name for each in self.model.fields if each.type is Type.DATE}
        lead = {name: _raw(value, name in dates) for name, value in facts.fields.items() if value is not None}
        try:
            return self._engine.score(lead, [self._event(event) for event in facts.events], facts.as_of, True)
        except LeadError:
            return None

    def _event(self, event: Fact) -> dict[str, object]:
        dates = {each.name for each in self.model.kinds[event.kind].attributes if each.type is Type.DATE}
        known = ((name, value) for name, value in event.attributes.items() if value is not None)
        return {**{name: _raw(value, name in dates) for name, value in known}, "type": event.kind, "at": _at(event.at)}

    def _make(self, material: Material) -> Sample:
        return self.add(generated(material, self._random))


def _raw(value: Value, is_date: bool) -> object:
    """A value as data would have it."""
    if is_date and isinstance(value, int):
        return _at(value)
    return list(value) if isinstance(value, frozenset) else value


def _at(instant: int) -> object:
    return UTC_EPOCH + timedelta(microseconds=instant)
