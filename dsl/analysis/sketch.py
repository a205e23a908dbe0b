"""A model of which no rule is written out: points may be anything that their rules could add up to.

More leads are thought possible than are. What no lead can be even so is proved in no time: that who is disqualified has
no stage, that a category stays within its bounds. Of anything else a sketch says nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from attrs import define

from scorelang import model as m
from scorelang.analysis.clock import OutOfTimeError
from scorelang.analysis.encoding import Encoding
from scorelang.analysis.logic import Formula, Term, no
from scorelang.analysis.results import Results
from scorelang.analysis.spans import Span, sum_of

# A sketch is asked for no longer than this, in seconds.
SECONDS = 2.0


@define(eq=False)
class SketchedResults(Results):
    """What is worked out from points of which only the ends are known."""

    def summed(self, group: m.Group, name: str) -> Term:
        """The sum of a group's rules: any number that it could be."""
        return self._within(sum_of(group.scoring))

    def parts(self, scoring: Sequence[m.Scoring]) -> list[Term]:
        """What rules outside categories add, all in one."""
        return [self._within(sum_of(scoring))] if scoring else []

    def _within(self, span: Span) -> Term:
        term = self.amounts.term("sketch")
        self.facts += [] if span.low is None else [term >= span.low]
        self.facts += [] if span.high is None else [term <= span.high]
        return term


@define(eq=False)
class Sketch(Encoding):
    """A model as a sketch."""

    def write(self) -> None:
        """Make the parts."""
        Encoding.write(self)
        self.results = SketchedResults(self.model, self.conditions, self.events, self.points, self.facts)
        self.conditions.results = self.results


def is_impossible(model: m.CheckedModel, wanted: Sequence[tuple[m.Expression, bool]], seconds: float = SECONDS) -> bool:
    """Whether a sketch already shows that no lead makes all these conditions known true (or, with False, not so)."""
    sketch = Sketch(model)
    sketch.clock.until = until = time.monotonic() + min(seconds, SECONDS)
    goals: list[Formula] = []
    try:
        for condition, value in wanted:
            true = sketch.conditions.truth(condition).true
            goals.append(true if value else no(true))
        return not sketch.allows(goals, until)
    except OutOfTimeError:
        return False
