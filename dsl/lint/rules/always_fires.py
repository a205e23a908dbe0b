"""Conditions that every lead meets."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.parts import bare, plain_rules, stage_conditions
from scorelang.lint.logic.rule import LogicRule


class AlwaysFires(LogicRule):
    """A rule, gate or condition that every lead meets.

    Points that everybody gets tell no lead from another, and a `require` that everybody passes requires nothing.
    Mostly an `or` should be an `and`, or what is missing was meant to stay outside: `employees < 50 or employees >= 50`
    is not one of these, for it is unknown where the number is.

    This is proved for all leads, those included of which nothing is known. Take the rule out, or say what was meant.
    `otherwise`, rules with `during`, and the last line of a route are let be.
    """

    name = "always-fires"
    code = "SL402"
    bad = 'if title is missing or not title is "CEO" or title is known then +5'
    good = 'if title is missing or not title is "CEO" then +5'

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every such rule outside choices, gate, and condition of a stage."""
        model = logic.model
        for _, rule in plain_rules(model):
            if rule.condition is not None and rule.modifiers.during is None:
                yield from self._of(logic, rule.place, rule.condition, "this rule fires for every lead")
        for gate in model.gates:
            stands = gate.word == "disqualify"
            told = "every lead is disqualified here" if stands else "every lead passes this `require`"
            yield from self._of(logic, gate.place, gate.condition, told)
        for stage, condition in stage_conditions(model):
            told = f"this condition for the stage `{stage.name}` is always true"
            yield from self._of(logic, condition.place, condition, told)

    def _of(self, logic: Logic, place: m.Place, condition: m.Expression, message: str) -> Iterator[Finding]:
        # Of `at most 2 of (…)` that always holds, `impossible-amount` tells.
        if not self.is_here(place) or isinstance(bare(condition), m.AmountOf):
            return
        if logic.can_fail(self.name, condition).no:
            yield self.report(self.line(place), message, "its condition is true whatever the lead")
