"""What a score would be if other rules had fired: which of them could make up a difference.

Every answer is tried out. The rules are replaced by the points that they came to (or would have come to), so that a
trial costs no conditions, and keeps all that stands above the rules: choices, bounds, weights, silence, personas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, islice

from attrs import define, evolve, field, frozen

from scorelang import model as m
from scorelang.interpret import Outcome, grid_cell, interpret, rule_holds, rule_points
from scorelang.values import Type

# How many single rules and pairs of them are tried out, and how many answers are given.
MOST_SINGLE = 200
MOST_PAIRS = 100
MOST_ANSWERS = 4


@frozen
class Switch:
    """A rule that could come out otherwise: a silent one that `fires` after all, or a fired one that does not.

    `gain` is what that adds, in hundredths. `cell` is the other cell of a matrix that would be met.
    """

    id: str
    fires: bool
    gain: int
    cell: tuple[int, int] | None = None


Switches = tuple[Switch, ...]


def ways_to(
    model: m.CheckedModel, outcome: Outcome, holds: Callable[[Outcome], bool], gap: int, groups: frozenset[str | None]
) -> list[Switches]:
    """Single rules, or else pairs, with which `holds` would be true of the outcome.

    `gap` is what is to be made up, in hundredths; `groups` are the categories and personas whose rules count for it,
    None for rules outside all of them. The likeliest, those whose points are exactly the gap, stand first.
    """
    trials = _Trials(model, outcome)
    switches = [switch for switch in trials.switches() if trials.groups[switch.id] in groups]
    switches.sort(key=lambda switch: abs(switch.gain - gap))
    single = (
        (switch,) for switch in switches[:MOST_SINGLE] if switch.gain * gap > 0 and holds(trials.outcome((switch,)))
    )
    found: list[Switches] = list(islice(single, MOST_ANSWERS))
    if found:
        # Others do it too where a bound or another branch takes up the rest; they are told only when none fits exactly.
        return [way for way in found if way[0].gain == gap] or found
    # A rule with its one amount is the likelier; the cells of a matrix add up to nearly everything.
    pairs = combinations([switch for switch in switches if switch.cell is None], 2)
    exact = (pair for pair in pairs if pair[0].gain + pair[1].gain == gap)
    return list(islice((pair for pair in islice(exact, MOST_PAIRS) if holds(trials.outcome(pair))), MOST_ANSWERS))


@define
class _Trials:
    """A lead's rules with their points settled, to be scored again with some of them switched."""

    model: m.CheckedModel
    lead: Outcome
    groups: dict[str, str | None] = field(factory=dict)

    def switches(self) -> Iterator[Switch]:
        for scoring in m.rules_of(self.model.ordered):
            self.groups[scoring.id] = scoring.group
            if isinstance(scoring, m.Grid):
                yield from self._cells(scoring)
                continue
            points, would = self._came_to(scoring), self._worth(scoring)
            if points and scoring.form != "otherwise":  # which fires whenever nothing above it does
                yield Switch(scoring.id, False, -points)
            elif points is None and would:
                yield Switch(scoring.id, True, would)

    def _cells(self, grid: m.Grid) -> Iterator[Switch]:
        here = grid_cell(grid, self.lead.scope)
        points = grid.points[here[0]][here[1]] if here else 0
        for row, cells in enumerate(grid.points):
            for column, cell in enumerate(cells):
                if cell != points:
                    yield Switch(grid.id, True, cell - points, (row, column))

    def _came_to(self, rule: m.Rule) -> int | None:
        return rule_points(rule, self.lead.scope)

    def _worth(self, rule: m.Rule) -> int | None:
        """What a silent rule would add if it fired: as if its event were new, and for `each` as if there were one."""
        plain = evolve(rule.modifiers, frequency=None, decays=(), during=None)
        return rule_points(evolve(rule, form="otherwise", condition=None, query=None, modifiers=plain), self.lead.scope)

    def outcome(self, switches: Sequence[Switch]) -> Outcome:
        """What the lead would come to; nothing that follows the score is worked out."""
        by_id = {switch.id: switch for switch in switches}
        model = evolve(
            self.model,
            groups=tuple(evolve(group, scoring=self._settled(group.scoring, by_id)) for group in self.model.groups),
            scoring=self._settled(self.model.scoring, by_id),
            gates=(),
            stages=(),
            grades=(),
            route=(),
            # What was forgotten is gone already.
            start_over=None,
        )
        return interpret(model, self.lead.scope.facts)

    def _settled(self, scoring: Sequence[m.Scoring], switches: Mapping[str, Switch]) -> tuple[m.Scoring, ...]:
        return tuple(self._settled_one(each, switches) for each in scoring)

    def _settled_one(self, scoring: m.Scoring, switches: Mapping[str, Switch]) -> m.Scoring:
        match scoring:
            case m.Choice():
                branches = (self._settled_rule(branch, switches.get(branch.id)) for branch in scoring.branches)
                return evolve(scoring, branches=tuple(branches))
            case m.Grid():
                return self._settled_grid(scoring, switches.get(scoring.id))
        return self._settled_rule(scoring, switches.get(scoring.id))

    def _settled_rule(self, rule: m.Rule, switch: Switch | None) -> m.Rule:
        points = self._came_to(rule)
        fires = points is not None if switch is None else switch.fires
        if switch is None and points is None and rule.form == "if" and rule_holds(rule, self.lead.scope):
            # True with its points missing: it may still be the one branch of a choice that is chosen.
            return rule
        if switch is not None and switch.fires:
            points = switch.gain
        if rule.form == "otherwise" and switch is None:
            # Whether it fires is for the choice to say.
            return evolve(rule, points=points or 0, modifiers=m.Modifiers(), dated_by=())
        condition = m.Constant(Type.FLAG, rule.place, fires)
        return evolve(
            rule, form="if", condition=condition, query=None, points=points or 0, modifiers=m.Modifiers(), dated_by=()
        )

    def _settled_grid(self, grid: m.Grid, switch: Switch | None) -> m.Rule | m.Grid:
        cell = grid_cell(grid, self.lead.scope) if switch is None else switch.cell
        points = grid.points[cell[0]][cell[1]] if cell is not None else 0
        condition = m.Constant(Type.FLAG, grid.place, cell is not None)
        return m.Rule(
            grid.id, grid.place, grid.group, "if", condition, None, points, m.Modifiers(), (), grid.reason
        )  # fmt: skip
