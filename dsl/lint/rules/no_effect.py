"""Rules that change the score, and nothing that is done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING

from scorelang import model as m
from scorelang.analysis.spans import span_of
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic, Reply
from scorelang.lint.logic.crossing import Crossing, crossing_of
from scorelang.lint.logic.mixing import Unit
from scorelang.lint.logic.parts import gates_of
from scorelang.lint.logic.ranges import NOTHING
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Scored
from scorelang.lint.logic.watched import SCORE, Watched, watched
from scorelang.lint.logic.without import given_by

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula, Term
    from scorelang.analysis.questions import Questions


# This is asked of every rule, and takes the most time: so much of what is left is kept for other questions.
SPARE = 0.1


class NoEffect(LogicRule):
    """A rule that never changes a stage, a grade or the route.

    With stages from 20 and 40 and rules of ten points each, one of +1 changes nothing that anybody acts on. The same
    goes for points that only disqualified leads get, or that a bound always takes away again.

    Give it the points that it should have, or take it out. It is proved for all leads: with and without the rule, each
    has the same stage, grades and route. A `choose` or matrix is looked at as a whole. Where neither stages nor grades
    nor the route look at the score, it is there for its own sake, and nothing is told.
    """

    name = "no-effect"
    code = "SL415"
    is_long = True
    severity = "info"
    bad = "if funded then +20\nif demo then +20\nif newsletter then +5\nstage MQL from 20\nstage SQL from 40"
    good = "if funded then +20\nif demo then +15\nif newsletter then +5\nstage MQL from 20\nstage SQL from 40"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every rule, choice and matrix that fires, and makes no difference."""
        seen = watched(logic.model)
        if not seen.score:
            return
        logic.enrich()
        crossing, spare = crossing_of(logic), SPARE * logic.left
        for unit in logic.units:
            if self.is_here(unit.scoring.place) and self._is_idle(logic, crossing, unit, spare):
                what = {m.Choice: "choice", m.Grid: "matrix"}.get(type(unit.scoring), "rule")
                yield self.report(
                    self.line(unit.scoring.place),
                    f"this {what} changes no stage, no grade and no route",
                    "with and without it every lead has the same",
                )

    def _is_idle(self, logic: Logic, crossing: Crossing, unit: Unit, spare: float) -> bool:
        """Whether it can give points, and they never matter; so many seconds are left to other rules."""
        if logic.ranges.of(unit.scoring) == NOTHING or crossing.is_known(unit):
            return False
        is_late = not logic.goes_on or 0 < logic.left <= spare
        if not is_late and crossing.is_shown(unit):
            return False
        # Time may have run out while a lead was looked for.
        if is_late or not logic.goes_on:
            logic.open.add(self.name, "time")
            return False

        def matters(outcome: Scored) -> bool:
            points = given_by(unit.scoring, outcome.scope)
            sums = crossing.mixes.reckoning.sums(outcome)
            return bool(points) and crossing.differs(outcome, sums, unit, points or 0)

        ways = _Ways(logic.model, crossing.seen, unit)
        reply = Reply("no") if ways.never_reach(logic.units) else logic.may(self.name, matters, ways.goals)
        if reply.sample is not None:
            crossing.look_at(reply.sample)
        # Of what never gives anything other rules tell.
        return reply.no and any(unit.points(sample) for sample in logic.samples.giving(unit.ids))


class _Ways:
    """Where the points of a rule could make a difference, as formulas."""

    def __init__(self, model: m.CheckedModel, seen: Watched, unit: Unit) -> None:
        self.model = model
        self.seen = seen
        self.unit = unit
        # The categories whose values the points may change: that of the rule, and those that it bounds.
        self.moved: set[str] = set()
        group = unit.group
        if group is not None and group.word == "category":
            self.moved.add(group.name)
            for other in model.groups:
                if self.moved & {other.least, other.most}:
                    self.moved.add(other.name)

    def goals(self, asked: Questions) -> Iterator[list[Formula]]:
        """That it fires, and that a number is on one side of a cut with it, and may be on the other without."""
        from scorelang.analysis.logic import both, either

        results = asked.encoding.results
        amount = asked.encoding.points.amount(self.unit.scoring)
        if self._is_vague:
            yield [amount.fires]
            return
        moves, parts = self._moves(asked, amount.points)
        kept = self._kept(asked, amount.points)
        for cut in sorted(self.seen.cuts, key=lambda cut: (cut.what, cut.at)):
            if cut.what not in (SCORE, *self.moved) or (cut.what == SCORE and not self._is_within(cut.at)):
                continue
            term = results.total if cut.what == SCORE else results.sums(cut.what).value
            far = (term - cut.at) * parts
            gates = [] if cut.stage is None else self._open(asked, cut.stage)
            yield [amount.fires, either(both(far >= 0, far < moves), both(far < 0, far >= moves)), *kept, *gates]

    def never_reach(self, units: Sequence[Unit]) -> bool:
        """Whether the points are fewer than what all other numbers are multiples of: then no cut is reached by them."""
        model, group = self.model, self.unit.group
        worn = any(each.silence is not None or each.weight is not None for each in model.groups)
        if worn or self._is_vague or not (group is None or self._is_plain(group)):
            return False
        grains = [span_of(each.scoring).grain for each in units if each is not self.unit]
        bounds = [model.least, model.most, *(bound for each in model.groups for bound in (each.least, each.most))]
        grains += [bound for bound in bounds if isinstance(bound, int)]
        grains += [cut.at for cut in self.seen.cuts if cut.what in (SCORE, *self.moved)]
        span = span_of(self.unit.scoring)
        return span.low == 0 and span.high is not None and span.high < gcd(*grains)

    def _open(self, asked: Questions, stage: m.Stage) -> list[Formula]:
        """What the stage asks for besides points."""
        gates = [asked.encoding.results.opens(gate) for gate in gates_of(self.model, stage)]
        return gates if stage.when is None else [*gates, asked.encoding.conditions.truth(stage.when).true]

    @property
    def _is_vague(self) -> bool:
        """Whether what they may change is looked at in other ways than by comparing it with a number."""
        group = self.unit.group
        if group is not None and group.word == "persona" and self.seen.persona:
            return True
        return bool(self.seen.otherwise & {SCORE, *self.moved})

    def _moves(self, asked: Questions, points: Term) -> tuple[Term, int]:
        """How far the points move the score or a category at most, in so many parts of a hundredth."""
        from scorelang.analysis.results import bounded

        group = self.unit.group
        if group is None:
            return points, 1
        if self._is_plain(group):
            sums = asked.encoding.results.sums(group.name, group.word)
            return sums.value - bounded(sums.total - points, group.least, group.most), 1
        factor = self._factor()
        return points * factor.numerator, factor.denominator

    def _kept(self, asked: Questions, points: Term) -> list[Formula]:
        """That the bounds of the group leave something of the points; nothing of a group that silence acts on."""
        from scorelang.analysis.results import bounded

        group = self.unit.group
        if group is None or group.silence is not None:
            return []
        results = asked.encoding.results
        sums = results.sums(group.name, group.word)
        return [sums.value != bounded(sums.total - points, *results.limits(group))]

    def _is_plain(self, group: m.Group) -> bool:
        """Whether a category is the sum of its rules within bounds of its own, and bounds no other."""
        is_sum = group.word == "category" and group.weight is None and group.silence is None
        return is_sum and self.moved == {group.name} and not {type(group.least), type(group.most)} & {str}

    def _factor(self) -> Fraction:
        """How many hundredths of the score one hundredth of the group can move at most."""
        weights = (_weight(other) for other in self.model.groups if other.name in self.moved)
        return max(Fraction(1), sum(weights, Fraction(0)))

    def _is_within(self, at: int) -> bool:
        """Whether the score can be on either side of a cut, within its bounds."""
        model = self.model
        return (model.least is None or at > model.least) and (model.most is None or at <= model.most)


def _weight(group: m.Group) -> Fraction:
    if group.weight is None or not isinstance(group.most, int):
        return Fraction(1)
    # Rounding may move it by one more.
    return Fraction(group.weight * 100, group.most) + 1
