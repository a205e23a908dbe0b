"""Decays that are over before they begin to count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scorelang import model as m
from scorelang import wording
from scorelang.interpret import rule_points
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.decayed import is_over_before, least_age, may_wear_off
from scorelang.lint.logic.parts import condition_of, rules_in, scorings
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Scored
from scorelang.values import SECOND

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions


class DecayOver(LogicRule):
    """Points that have worn off before the window of their events begins.

    `visit more than 90 days ago then +10, fading out over 60 days` never gives anything: when a visit is old enough to
    count, nothing is left of its points. Mostly a window and a decay were changed apart from each other.

    Let the decay take longer, or count younger events. It is reckoned from the least age that the events can have, and
    proved where it is other conditions that say how old they are; with `losing`, nothing is left when less than half a
    hundredth is.
    """

    name = "decay-over"
    code = "SL413"
    bad = "visit more than 90 days ago then +10, fading out over 60 days"
    good = "visit more than 30 days ago then +10, fading out over 60 days"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every rule of which nothing is ever left."""
        for _, scoring in scorings(logic.model):
            for rule in rules_in(scoring):
                if not self.is_here(rule.place):
                    continue
                if is_over_before(rule):
                    yield self._found(rule, f"its events are {_told(least_age(rule))}", "nothing is left by then")
                elif self._is_never_left(logic, rule):
                    yield self._found(rule, "its events are old whenever it fires", "nothing is left then")

    def _found(self, rule: m.Rule, label: str, why: str) -> Finding:
        worn = " and ".join(wording.decay(decay) for decay in rule.modifiers.decays)
        return self.report(
            self.line(rule.place), "nothing is ever left of these points", label, help=(f"{worn}: {why}",)
        )

    def _is_never_left(self, logic: Logic, rule: m.Rule) -> bool:
        """Whether a rule fires, and what it asks for besides leaves nothing of its points."""
        condition = condition_of(rule)
        if condition is None or rule.query is not None or not may_wear_off(rule):
            return False
        if any(sample.points[rule.id] for sample in logic.samples.giving([rule.id])):
            return False

        def gives(outcome: Scored) -> bool:
            return bool(rule_points(rule, outcome.scope))

        def goals(asked: Questions) -> Iterable[Formula]:
            amount = asked.encoding.points.amount(rule)
            return [amount.fires, amount.points != 0]

        return logic.can_hold(self.name, rule).yes and logic.can(self.name, gives, goals, condition).no


def _told(age: int) -> str:
    """How old something is at least: a microsecond more than a whole number of seconds is `more than` that."""
    if age % SECOND == 1:
        return f"more than {wording.duration(age - 1)} old"
    return f"{wording.duration(age)} old or older"
