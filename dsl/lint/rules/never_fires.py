"""Conditions that no lead can meet."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.causes import Cause, cause_of, cause_of_rule
from scorelang.lint.logic.parts import rules_in, scorings, stage_conditions
from scorelang.lint.logic.rule import LogicRule


class NeverFires(LogicRule):
    """A rule, gate or condition that no lead can ever meet.

    Its points are never given, whatever the data: `employees < 50 and employees > 200` reads well and is never true.
    Mostly an `and` should be an `or`, or a number was mistyped. Looked at are rules, branches, the rows and columns of
    a matrix, gates, the conditions of stages, and lines of the route.

    This is proved for all leads, with any events, at any time. The parts that cannot be true together are told. Where
    it is windows that exclude each other, or so many conditions that never hold at once, `windows-apart` or
    `impossible-amount` says so instead.
    """

    name = "never-fires"
    code = "SL401"
    bad = "if employees < 50 and employees > 200 then +10"
    good = "if employees < 50 or employees > 200 then +10"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every condition that is never true, and every rule that never fires although its own may be."""
        for _, scoring in scorings(logic.model):
            if not self.is_here(scoring.place):
                continue
            for rule in rules_in(scoring):
                if logic.can_hold(self.name, rule).no:
                    yield from self._found(rule.place, cause_of_rule(logic, rule), "this rule never fires")
                elif isinstance(scoring, m.Rule) and not isinstance(rule.points, int):
                    yield from self._without_points(logic, rule)
            if isinstance(scoring, m.Grid):
                yield from self._of_grid(logic, scoring)
        yield from self._after_the_score(logic)

    def _without_points(self, logic: Logic, rule: m.Rule) -> Iterator[Finding]:
        """A rule whose condition may be true, and whose points are then missing."""
        if logic.can_give(self.name, rule).no:
            yield self.report(self.line(rule.place), "this rule never fires: its points are always missing")

    def _of_grid(self, logic: Logic, grid: m.Grid) -> Iterator[Finding]:
        for what, tests, labels in (("row", grid.rows, grid.labels[0]), ("column", grid.columns, grid.labels[1])):
            for test, label in zip(tests, labels, strict=True):
                if test is not None and logic.can_be_true(self.name, test).no:
                    cause = cause_of(logic, test)
                    yield from self._found(test.place, cause, f"this {what} never matches: `{label}`")

    def _after_the_score(self, logic: Logic) -> Iterator[Finding]:
        for gate in logic.model.gates:
            if self.is_here(gate.place) and logic.can_be_true(self.name, gate.condition).no:
                stands = gate.word == "require"
                told = "no lead passes this `require`" if stands else "this `disqualify` never stands in the way"
                yield from self._found(gate.place, cause_of(logic, gate.condition), told)
        for stage, condition in stage_conditions(logic.model):
            if self.is_here(condition.place) and logic.can_be_true(self.name, condition).no:
                told = f"this condition for the stage `{stage.name}` is never true"
                yield from self._found(condition.place, cause_of(logic, condition), told)
        for to in logic.model.route:
            if to.condition is not None and self.is_here(to.place) and logic.can_be_true(self.name, to.condition).no:
                cause = cause_of(logic, to.condition)
                # A line about a stage that no lead reaches is told of at the stage.
                if len(cause.parts) > 1 or not cause.follows:
                    yield from self._found(to.place, cause, "no lead meets this line of the route")

    def _found(self, place: m.Place, cause: Cause | None, message: str) -> Iterator[Finding]:
        if cause is None or cause.sort != "other":
            return
        label = "its parts cannot all be true" if len(cause.parts) > 1 else "no lead meets it"
        shown = (f"never together: {cause.told}",) if len(cause.parts) > 1 else ()
        yield self.report(self.line(place), message, label, help=shown)
