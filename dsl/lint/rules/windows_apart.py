"""Windows of time that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.causes import Cause, cause_of, cause_of_rule
from scorelang.lint.logic.parts import rules_in, scorings, stage_conditions
from scorelang.lint.logic.rule import LogicRule


class WindowsApart(LogicRule):
    """Windows of time on the same events or date that exclude each other.

    `no visit within 60 days and visit within 14 days` is never true: what happened in the last 14 days happened in the
    last 60. So are a date `within 30 days` and `more than 60 days ago`, and events `since` a day after the rule's
    `during` has ended.

    Mend one of the windows, or write `or`. Windows on other events or dates do not matter here, nor do windows that
    can both be met by two events: `visit within 7 days and visit more than 60 days ago` is somebody who came back. It
    is proved for all leads, at any time.
    """

    name = "windows-apart"
    code = "SL412"
    bad = "if no visit within 60 days and visit within 14 days then +5"
    good = "if visit within 14 days and visit more than 60 days ago then +5"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every condition that is never true for its windows."""
        for _, scoring in scorings(logic.model):
            for rule in rules_in(scoring) if self.is_here(scoring.place) else ():
                if logic.can_hold(self.name, rule).no:
                    yield from self._found(rule.place, cause_of_rule(logic, rule))
        for gate in logic.model.gates:
            yield from self._of(logic, gate.condition, gate.place)
        for _, condition in stage_conditions(logic.model):
            yield from self._of(logic, condition, condition.place)

    def _of(self, logic: Logic, condition: m.Expression, place: m.Place) -> Iterator[Finding]:
        if self.is_here(place) and logic.can_be_true(self.name, condition).no:
            yield from self._found(place, cause_of(logic, condition))

    def _found(self, place: m.Place, cause: Cause | None) -> Iterator[Finding]:
        if cause is not None and cause.sort == "windows":
            yield self.report(
                self.line(place), "these windows exclude each other", help=(f"never together: {cause.told}",)
            )
