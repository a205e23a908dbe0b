"""Branches, rows, columns and lines that those above them leave nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scorelang import model as m
from scorelang import nodes as n
from scorelang.interpret import choice_points, evaluate
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Goals, Logic
from scorelang.lint.logic.parts import condition_of, conjoined, scorings
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Scored
from scorelang.source import Span
from scorelang.values import Type

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions


class ShadowedBranch(LogicRule):
    """A branch of `choose`, a row or column of a matrix, or a line of the route that is never the one that counts.

    The first that is true counts, and no other. Below `if employees >= 200` a branch `if employees >= 5_000` is never
    reached: the order is the wrong way round. Of `choose best` it is a branch that another always beats.

    Put the narrower condition first. It is proved for all leads. An `otherwise` that is never needed is let be where
    it gives nothing, and so is that of a route. What is never true on its own, `never-fires` tells.
    """

    name = "shadowed-branch"
    code = "SL403"
    bad = "choose:\n    if employees >= 200 then +5\n    if employees >= 5_000 then +10"
    good = "choose:\n    if employees >= 5_000 then +10\n    if employees >= 200 then +5"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every one of them that can be true, and never is the first."""
        for _, scoring in scorings(logic.model):
            if self.is_here(scoring.place):
                match scoring:
                    case m.Choice():
                        yield from self._of_choice(logic, scoring)
                    case m.Grid():
                        yield from self._of_grid(logic, scoring)
        yield from self._of_route(logic)

    def _of_choice(self, logic: Logic, choice: m.Choice) -> Iterator[Finding]:
        for branch in choice.branches:
            if logic.can_hold(self.name, branch).no or (branch.form == "otherwise" and branch.points == 0):
                continue
            if self._is_never_chosen(logic, choice, branch):
                why = "another branch always gives as much" if choice.best else "the branches above leave it no lead"
                why = why if branch.form != "otherwise" else "one of the other branches is always true"
                yield self.report(self.line(branch.place), "this branch never counts", why)

    def _is_never_chosen(self, logic: Logic, choice: m.Choice, branch: m.Rule) -> bool:
        def is_chosen(outcome: Scored) -> bool:
            amount = choice_points(choice, outcome.scope)
            return amount is not None and amount.id == branch.id

        if logic.samples.giving([branch.id]):
            return False
        if not choice.best and branch is choice.branches[0]:
            return False
        others = [condition_of(other) for other in choice.branches if other is not branch]
        above = others if choice.best or branch.form == "otherwise" else others[: choice.branches.index(branch)]
        aim = _alone(condition_of(branch), above)
        return logic.can(self.name, is_chosen, lambda asked: asked.chosen_goals(choice, branch), aim).no

    def _of_grid(self, logic: Logic, grid: m.Grid) -> Iterator[Finding]:
        columns = tuple(zip(*grid.points, strict=True))
        for what, tests, labels, points in (
            ("row", grid.rows, grid.labels[0], grid.points),
            ("column", grid.columns, grid.labels[1], columns),
        ):
            for at, test in enumerate(tests):
                if at == 0 or (test is None and not any(points[at])):
                    continue
                if test is not None and logic.can_be_true(self.name, test).no:
                    continue
                if self._is_never_first(logic, tests, at):
                    told = f"this {what} never counts: `{labels[at]}`"
                    yield self.report(self._cell(grid, what, at), told, f"the {what}s before it leave it no lead")

    def _cell(self, grid: m.Grid, what: str, at: int) -> Span:
        """Where a row or column says what it is for."""
        matrix = next(each for each in self.subject.each(n.Matrix) if each.span == grid.place.span)
        return (matrix.rows[at + 1].cells[0] if what == "row" else matrix.rows[0].cells[at + 1]).span

    def _of_route(self, logic: Logic) -> Iterator[Finding]:
        tests = [to.condition for to in logic.model.route]
        for at, to in enumerate(logic.model.route):
            if at and to.condition is not None and self.is_here(to.place):
                if not logic.can_be_true(self.name, to.condition).yes:
                    continue
                if self._is_never_first(logic, tests, at):
                    yield self.report(self.line(to.place), "no lead is routed here", "the lines above leave it none")

    def _is_never_first(self, logic: Logic, tests: Sequence[m.Expression | None], at: int) -> bool:
        def is_first(outcome: Scored) -> bool:
            values = (test is None or evaluate(test, outcome.scope) is True for test in tests[: at + 1])
            return next((place for place, value in enumerate(values) if value), None) == at

        aim = _alone(tests[at], tests[:at])
        return logic.can(self.name, is_first, _first(tests, at), aim).no


def _alone(test: m.Expression | None, above: Sequence[m.Expression | None]) -> m.Expression | None:
    """That a condition is true, and those above it are false."""
    against = [m.Negated(Type.FLAG, one.place, one) for one in above if one is not None]
    parts = [*([] if test is None else [test]), *against]
    return conjoined(parts, parts[0].place) if parts else None


def _first(tests: Sequence[m.Expression | None], at: int) -> Goals:
    """That a test is the first that is true."""

    def goals(asked: Questions) -> Iterable[Formula]:
        from scorelang.analysis.logic import NO, YES, no

        truths = [YES if test is None else asked.encoding.conditions.truth(test).true for test in tests[: at + 1]]
        return [*(NO if truth is YES else no(truth) for truth in truths[:-1]), truths[-1]]

    return goals
