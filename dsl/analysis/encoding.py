"""A model over one unknown lead, its events and `as of`: all of it as formulas."""

from __future__ import annotations

from attrs import define, field

from scorelang.analysis.clock import OutOfTimeError
from scorelang.analysis.conditions import Conditions
from scorelang.analysis.events import Events
from scorelang.analysis.logic import Formula
from scorelang.analysis.points import Aim, Points
from scorelang.analysis.results import Results
from scorelang.analysis.shapes import Shapes
from scorelang.analysis.solving import Solving
from scorelang.analysis.witness import Guess, guesses_of


@define(eq=False)
class Encoding(Solving):
    """A model over an unknown lead. Its parts are written out when something is asked of them."""

    conditions: Conditions = field(init=False)
    points: Points = field(init=False)
    results: Results = field(init=False)

    def write(self) -> None:
        """Make the parts, which write nothing yet."""
        shapes = Shapes()
        start = self.model.start_over
        self.events = Events(self.model, self.now, shapes, () if start is None else (start,), clock=self.clock)
        self.conditions = Conditions(self.model, self.facts, shapes, lead=self.lead, now=self.now, events=self.events)
        self.points = Points(self.model, self.conditions, self.events, self.now, self.facts)
        self.results = Results(self.model, self.conditions, self.events, self.points, self.facts)
        self.conditions.results = self.results

    @property
    def loose(self) -> list[Formula]:
        """What of a lead the formulas say less of than the model does."""
        return [*self.conditions.loose, *self.events.loose]

    @property
    def aims(self) -> list[Aim]:
        """Points that events give from their own numbers."""
        return self.points.aims

    @property
    def guesses(self) -> list[Guess]:
        """Conditions of which nothing is known."""
        return guesses_of(self.conditions)

    @property
    def spread(self) -> dict[str, int]:
        """Classes whose events are best so far apart, in microseconds."""
        return self.points.spread


__all__ = ["Encoding", "OutOfTimeError"]
