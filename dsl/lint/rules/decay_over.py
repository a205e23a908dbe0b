"""Decays that are over before they begin to count."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import wording
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.decayed import is_over_before, least_age
from scorelang.lint.logic.parts import rules_in, scorings
from scorelang.lint.logic.rule import LogicRule
from scorelang.values import SECOND


class DecayOver(LogicRule):
    """Points that have worn off before the window of their events begins.

    `visit more than 90 days ago then +10, fading out over 60 days` never gives anything: when a visit is old enough to
    count, nothing is left of its points. Mostly a window and a decay were changed apart from each other.

    Let the decay take longer, or count younger events. It is reckoned from the least age that the events can have; with
    `losing`, nothing is left when less than half a hundredth is.
    """

    name = "decay-over"
    code = "SL413"
    bad = "visit more than 90 days ago then +10, fading out over 60 days"
    good = "visit more than 30 days ago then +10, fading out over 60 days"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every rule of which nothing is ever left."""
        for _, scoring in scorings(logic.model):
            for rule in rules_in(scoring):
                if self.is_here(rule.place) and is_over_before(rule):
                    worn = " and ".join(wording.decay(decay) for decay in rule.modifiers.decays)
                    yield self.report(
                        self.line(rule.place),
                        "nothing is ever left of these points",
                        f"its events are {_told(least_age(rule))}",
                        help=(f"{worn}: nothing is left by then",),
                    )


def _told(age: int) -> str:
    """How old something is at least: a microsecond more than a whole number of seconds is `more than` that."""
    if age % SECOND == 1:
        return f"more than {wording.duration(age - 1)} old"
    return f"{wording.duration(age)} old or older"
