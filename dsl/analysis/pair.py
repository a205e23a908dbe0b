"""Two versions of a model over one unknown lead: all of both as formulas, and what both have in common only once."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field, frozen

from scorelang.analysis.conditions import Conditions
from scorelang.analysis.events import Events
from scorelang.analysis.joint import Joint, Reading
from scorelang.analysis.later import Later
from scorelang.analysis.logic import Formula
from scorelang.analysis.points import Aim, Amount, Points
from scorelang.analysis.results import Results
from scorelang.analysis.shapes import Shapes
from scorelang.analysis.solving import Solving
from scorelang.analysis.views import View
from scorelang.analysis.witness import Guess, guesses_of

OLD, NEW = "old: ", "new: "


@frozen(eq=False)
class Side:
    """One of the versions as formulas."""

    reading: Reading
    conditions: Conditions
    points: Points
    results: Results

    @property
    def guesses(self) -> list[Guess]:
        """Conditions of which nothing is known."""
        return guesses_of(self.conditions, self.reading.names)


@define(eq=False)
class Pair(Solving):
    """Both versions. `groups` are the old one's categories and personas (by their places) by the new one's."""

    joint: Joint = field(kw_only=True)
    groups: Mapping[int, int] = field(kw_only=True)
    old: Side = field(init=False)
    new: Side = field(init=False)
    later: Later = field(init=False)

    def write(self) -> None:
        """Make the parts of both, which write nothing yet."""
        shapes, joint = Shapes(), self.joint
        one_event = shapes.beside("", {}, frozenset(), single=True)
        self.events = Events(joint.model, self.now, one_event, joint.forgotten, joint.new.unheard, self.clock)
        # A day begins elsewhere in another time zone, and `once a day` means something else.
        alike: dict[int, Amount] = {}
        others = alike if joint.old.model.timezone == joint.new.model.timezone else {}
        self.old = self._side(OLD, joint.old, shapes, alike, None)
        self.new = self._side(NEW, joint.new, shapes, others, self.old.results)
        assert isinstance(self.new.results, Later)
        self.later = self.new.results

    def _side(
        self, name: str, reading: Reading, shapes: Shapes, alike: dict[int, Amount], earlier: Results | None
    ) -> Side:
        model = reading.model
        definitions = {each.name: each for each in model.fields}
        view = View(self.lead, definitions, reading.names, reading.missing, reading.absent)
        own = shapes.beside(name, reading.names, reading.apart)
        conditions = Conditions(model, self.facts, own, lead=view, now=self.now, events=self.events)
        points = Points(model, conditions, self.events, self.now, self.facts, name, alike)
        written = (model, conditions, self.events, points, self.facts, name)
        results = Results(*written) if earlier is None else Later(*written, earlier=earlier, groups=self.groups)
        conditions.results = results
        return Side(reading, conditions, points, results)

    @property
    def loose(self) -> list[Formula]:
        """What of a lead the formulas say less of than the models do."""
        return [*self.old.conditions.loose, *self.new.conditions.loose, *self.events.loose]

    @property
    def aims(self) -> list[Aim]:
        """Points that events give from their own numbers."""
        return [*self.old.points.aims, *self.new.points.aims]

    @property
    def guesses(self) -> list[Guess]:
        """Conditions of which nothing is known."""
        return [*self.old.guesses, *self.new.guesses]

    @property
    def spread(self) -> dict[str, int]:
        """Classes whose events are best so far apart, in microseconds."""
        return {**self.old.points.spread, **self.new.points.spread}
