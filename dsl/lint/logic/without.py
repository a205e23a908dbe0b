"""What becomes of a lead without one rule."""

from __future__ import annotations

from attrs import define, evolve

from scorelang import model as m
from scorelang.interpret import Outcome, choice_points, grid_cell, interpret, rule_points
from scorelang.lint.logic.samples import Scored
from scorelang.source import Span


def given_by(scoring: m.Scoring, outcome: Scored) -> int | None:
    """What a rule, choice or grid gives a lead, in hundredths; None when it does not fire."""
    match scoring:
        case m.Rule():
            return rule_points(scoring, outcome.scope)
        case m.Choice():
            chosen = choice_points(scoring, outcome.scope)
            return None if chosen is None else chosen.points
        case m.Grid():
            cell = grid_cell(scoring, outcome.scope)
            return None if cell is None else scoring.points[cell[0]][cell[1]]


@define(eq=False)
class Without:
    """Leaves points out: rules are not worked out again, for what they gave is known."""

    model: m.CheckedModel

    def less(self, outcome: Scored, group: m.Group | None, points: int) -> Outcome:
        """What is worked out for a lead that gets so many hundredths less in a group, or (None) outside all of them."""
        loose = sum(amount.points for amount in outcome.loose)
        groups = tuple(
            evolve(done.group, scoring=(self._fixed(done.total - (points if done.group is group else 0)),))
            for done in outcome.subtotals
        )
        scoring = (self._fixed(loose - (points if group is None else 0)),)
        return interpret(evolve(self.model, groups=groups, scoring=scoring), outcome.scope.facts)

    def _fixed(self, points: int) -> m.Rule:
        place = m.Place(self.model.source, Span(0, 0))
        return m.Rule("fixed", place, None, "if", None, None, points, m.Modifiers(), (), None)
