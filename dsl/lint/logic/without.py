"""What becomes of a lead without one rule."""

from __future__ import annotations

from attrs import define, evolve

from scorelang import model as m
from scorelang.interpret import Outcome, Scope, choice_points, grid_cell, interpret, rule_points
from scorelang.leads import Facts
from scorelang.lint.logic.reckoned import Sums
from scorelang.source import Span


def given_by(scoring: m.Scoring, scope: Scope) -> int | None:
    """What a rule, choice or grid gives a lead, in hundredths; None when it does not fire."""
    match scoring:
        case m.Rule():
            return rule_points(scoring, scope)
        case m.Choice():
            chosen = choice_points(scoring, scope)
            return None if chosen is None else chosen.points
        case m.Grid():
            cell = grid_cell(scoring, scope)
            return None if cell is None else scoring.points[cell[0]][cell[1]]


@define(eq=False)
class Without:
    """Leaves points out: rules are not worked out again, for what they gave is known."""

    model: m.CheckedModel

    def less(self, facts: Facts, sums: Sums, place: int, points: int) -> Outcome:
        """What is worked out for a lead that gets so many hundredths less in the group at a place."""
        left = [fixed - (points if at == place else 0) for at, fixed in enumerate(sums)]
        groups = tuple(
            evolve(each, scoring=(self._fixed(fixed),)) for each, fixed in zip(self.model.groups, left, strict=False)
        )
        return interpret(evolve(self.model, groups=groups, scoring=(self._fixed(left[-1]),)), facts)

    def _fixed(self, points: int) -> m.Rule:
        place = m.Place(self.model.source, Span(0, 0))
        return m.Rule("fixed", place, None, "if", None, None, points, m.Modifiers(), (), None)
