"""What of a model its tests reach: not which lines, but which outcomes of which rules and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import define, evolve, field, frozen

from scorelang import model as m
from scorelang import wording
from scorelang.check.walk import children, query_of
from scorelang.interpret import Outcome, Scope, evaluate, grid_cell
from scorelang.result import fired_amounts
from scorelang.values import Type

Kind = Literal["rule", "condition", "cell", "stage", "grade", "persona", "route"]
KINDS: tuple[Kind, ...] = ("rule", "condition", "cell", "stage", "grade", "persona", "route")


@frozen
class Spot:
    """Something in a model with outcomes that tests can reach.

    These are `fired` and `silent` for a rule; `true`, `false` and, where that can be, `unknown` for a condition;
    `reached` for the rest. `rule` is the identity of a rule or matrix.
    """

    kind: Kind
    text: str
    place: m.Place
    outcomes: tuple[str, ...]
    rule: str | None = None


@frozen
class Covered:
    """The spots of a model, and which outcomes of each were seen."""

    path: str
    model: m.CheckedModel
    spots: tuple[Spot, ...]
    seen: tuple[frozenset[str], ...]

    @property
    def total(self) -> int:
        """How many outcomes there are."""
        return sum(len(spot.outcomes) for spot in self.spots)

    @property
    def reached(self) -> int:
        """How many of them were seen."""
        return sum(map(len, self.seen))

    @property
    def percent(self) -> float:
        """The share of outcomes that were seen, 0 to 100; 100 for a model that has none."""
        return 100 * self.reached / self.total if self.total else 100.0

    def of(self, kind: Kind) -> tuple[int, int]:
        """How many outcomes of one kind were seen, of how many."""
        these = [(spot, seen) for spot, seen in zip(self.spots, self.seen, strict=True) if spot.kind == kind]
        return sum(len(seen) for _, seen in these), sum(len(spot.outcomes) for spot, _ in these)

    def missed(self) -> Iterator[tuple[Spot, tuple[str, ...]]]:
        """What was not seen: each spot with the outcomes that it lacks, in the order of the model."""
        for spot, seen in zip(self.spots, self.seen, strict=True):
            lacks = tuple(outcome for outcome in spot.outcomes if outcome not in seen)
            if lacks:
                yield spot, lacks


@define(eq=False)
class Recorder:
    """Watches the outcomes of one model's tests."""

    path: str
    model: m.CheckedModel
    spots: list[Spot] = field(init=False)
    _seen: list[set[str]] = field(init=False)
    _watched: list[tuple[int, m.Expression, m.Query | None]] = field(init=False, factory=list)
    _known: set[int] = field(init=False, factory=set)
    _of_results: dict[tuple[Kind, str], int] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.spots = []
        for part in self.model.ordered:
            for rule in m.rules_of((part,)):
                self._rule(rule)
        for gate in self.model.gates:
            self._condition(gate.condition)
        for stage in self.model.stages:
            self._result("stage", stage.name, stage.name, stage.place)
            for when in (stage.when, *stage.or_when):
                self._condition(when)
        for grade in self.model.grades:
            for label in (*(label for label, _ in grade.bands), grade.otherwise):
                self._result("grade", f"{grade.what}.grade {label}", f"{grade.what}.{label}", grade.place)
        for group in self.model.groups:
            if group.word == "persona":
                self._result("persona", group.name, group.name, group.place)
        for number, to in enumerate(self.model.route):
            self._result("route", wording.quoted(to.text), str(number), to.place)
            self._condition(to.condition)
        self._seen = [set() for _ in self.spots]

    # --- what there is ---

    def _rule(self, rule: m.Rule | m.Grid) -> None:
        if isinstance(rule, m.Grid):
            for row, labels in enumerate(rule.points):
                for column in range(len(labels)):
                    text = f"{wording.grid(rule)}: row {rule.labels[0][row]}, column {rule.labels[1][column]}"
                    key = f"{rule.id} {row} {column}"
                    self._result("cell", text, key, rule.place, rule.id)
            for test in (*rule.rows, *rule.columns):
                self._condition(test)
            return
        self._of_results["rule", rule.id] = len(self.spots)
        self.spots.append(Spot("rule", rule.text, rule.place, ("fired", "silent"), rule.id))
        self._condition(rule.condition)
        if rule.query is not None:
            self._query(rule.query)

    def _result(self, kind: Kind, text: str, key: str, place: m.Place, rule: str | None = None) -> None:
        self._of_results[kind, key] = len(self.spots)
        self.spots.append(Spot(kind, text, place, ("reached",), rule))

    def _condition(self, condition: m.Expression | None, query: m.Query | None = None) -> None:
        """A condition and its parts: those of a define once, and those of the standard library not at all."""
        named = None
        while isinstance(condition, m.Defined | m.Negated):
            # `not` turns its part's outcomes round, and has none of its own.
            named = condition if isinstance(condition, m.Defined) and _is_standard(condition.expression) else named
            condition = condition.expression if isinstance(condition, m.Defined) else condition.item
        if condition is None or condition.type is not Type.FLAG or id(condition) in self._known:
            return
        self._known.add(id(condition))
        self._watched.append((len(self.spots), condition, query))
        outcomes = ("true", "false", "unknown") if _may_be_missing(condition) else ("true", "false")
        place = condition.place if named is None else named.place
        self.spots.append(Spot("condition", place.text, place, outcomes))
        if named is not None:
            return
        for part in children(condition) if isinstance(condition, m.AllOf | m.AnyOf | m.AmountOf) else ():
            # `employees from 10 to 50` is one part to its reader.
            if part.place != condition.place:
                self._condition(part, query)
        inner = query_of(condition)
        if inner is not None:
            self._query(inner)

    def _query(self, query: m.Query) -> None:
        self._condition(query.where, query)

    # --- what is seen ---

    def record(self, outcome: Outcome) -> None:
        """Note what one lead reaches."""
        for number, seen in self.reached(outcome):
            self._seen[number].add(seen)

    def reached(self, outcome: Outcome) -> set[tuple[int, str]]:
        """What one lead reaches: the number of each spot, and its outcome."""
        found = [(self._of_results.get(key), "reached") for key in self._results(outcome)]
        fired = {amount.id for amount in fired_amounts(self.model, outcome)}
        for rule in m.rules_of(self.model.ordered):
            if isinstance(rule, m.Rule):
                found.append((self._of_results["rule", rule.id], "fired" if rule.id in fired else "silent"))
        for number, condition, query in self._watched:
            for scope in _scopes(query, outcome.scope):
                value = evaluate(condition, scope)
                found.append((number, "unknown" if value is None else "true" if value else "false"))
        return {(number, seen) for number, seen in found if number is not None}

    def _results(self, outcome: Outcome) -> Iterator[tuple[Kind, str]]:
        """The cells, stage, grades, persona and destination of a lead."""
        for rule in m.rules_of(self.model.ordered):
            cell = grid_cell(rule, outcome.scope) if isinstance(rule, m.Grid) else None
            if cell is not None:
                yield "cell", f"{rule.id} {cell[0]} {cell[1]}"
        yield "stage", outcome.stage
        for what, label in outcome.grades.items():
            yield "grade", f"{what}.{label}"
        if outcome.persona is not None:
            yield "persona", outcome.persona
        taken = (number for number, to in enumerate(self.model.route) if _holds(to.condition, outcome.scope))
        yield "route", str(next(taken, None))

    def covered(self) -> Covered:
        """What was seen so far."""
        seen = (frozenset(seen & set(spot.outcomes)) for spot, seen in zip(self.spots, self._seen, strict=True))
        return Covered(self.path, self.model, tuple(self.spots), tuple(seen))


def merged(covered: Sequence[Covered]) -> tuple[Covered, ...]:
    """One for each model: a model's own tests, and those of files that test it, add up."""
    found: dict[frozenset[str], Covered] = {}
    for one in covered:
        key = model_key(one.model)
        known = found.get(key)
        if known is None:
            found[key] = one
            continue
        seen = tuple(first | second for first, second in zip(known.seen, one.seen, strict=True))
        found[key] = evolve(known, seen=seen)
    return tuple(found.values())


def model_key(model: m.CheckedModel) -> frozenset[str]:
    """What is the same for a model and for files that test it: the texts of what scores."""
    places = (rule.place for rule in m.rules_of(model.ordered))
    return frozenset({model.source.text, *(place.source.text for place in places)})


def _holds(condition: m.Expression | None, scope: Scope) -> bool:
    return condition is None or evaluate(condition, scope) is True


def _scopes(query: m.Query | None, scope: Scope) -> Iterator[Scope]:
    """What a condition is evaluated against: the lead, or each of its events of a kind."""
    if query is None:
        yield scope
        return
    yield from (evolve(scope, event=event) for event in scope.facts.events if event.kind == query.kind)


def _is_standard(expression: m.Expression) -> bool:
    return expression.place.source.name.startswith("std/")


def _may_be_missing(expression: m.Expression) -> bool:
    """Whether an expression can have no value, so that a condition can be unknown."""
    match expression:
        case m.Constant() | m.Items() | m.IsKnown() | m.AmountOf():
            return False
        case m.Happened() | m.OnlyHappened() | m.CountOf():
            return False
        case m.Measured(function=function):
            return function != "sum"
        case m.ResultValue(what=what):
            return what == "route"
        case m.Apply(operator="domain"):
            return True
        case m.Multiplied(factors=factors) if any(divides for divides, _ in factors):
            return True
        case m.Apply() | m.Added() | m.Multiplied() | m.Negated() | m.AllOf() | m.AnyOf() | m.Defined():
            return any(map(_may_be_missing, children(expression)))
        case m.InPeriod() | m.DaysSince():
            return any(map(_may_be_missing, children(expression)))
    return True


__all__ = ["KINDS", "Covered", "Kind", "Recorder", "Spot", "merged", "model_key"]
