"""Rules that change the score, and nothing that is done with it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice
from math import ceil, floor
from random import Random
from typing import TYPE_CHECKING

from scorelang import model as m
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.mixing import NOBODY, Unit, mixed, moved, summed
from scorelang.lint.logic.ranges import NOTHING
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Sample, Scored
from scorelang.lint.logic.watched import SCORE, Cut, Watched, watched
from scorelang.lint.logic.without import Without, given_by

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula, Term
    from scorelang.analysis.questions import Questions


# So many leads that a rule fires on are mixed with so many that are near to a cut, of so many that are looked at.
MOST_DONORS = 6
MOST_LOOKED_AT = 300
MOST_MIXED = 6


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
    severity = "info"
    bad = "if funded then +20\nif demo then +20\nif newsletter then +5\nstage MQL from 20\nstage SQL from 40"
    good = "if funded then +20\nif demo then +15\nif newsletter then +5\nstage MQL from 20\nstage SQL from 40"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every rule, choice and matrix that fires, and makes no difference."""
        seen = watched(logic.model)
        if not seen.score:
            return
        logic.enrich()
        asking = _Asking(logic, seen, Without(logic.model))
        for unit in logic.units:
            if self.is_here(unit.scoring.place) and asking.is_idle(self.name, unit):
                what = {m.Choice: "choice", m.Grid: "matrix"}.get(type(unit.scoring), "rule")
                yield self.report(
                    self.line(unit.scoring.place),
                    f"this {what} changes no stage, no grade and no route",
                    "with and without it every lead has the same",
                )


class _Asking:
    """Asks of each rule whether leaving it out makes a difference."""

    def __init__(self, logic: Logic, seen: Watched, without: Without) -> None:
        self.logic = logic
        self.seen = seen
        self.without = without
        self.random = Random(0)
        self.cuts: dict[int | None, list[Cut]] = {}
        self.sums: dict[tuple[int, str], int] = {}
        model = logic.model
        self.own = {group.name: [unit for unit in logic.units if unit.group is group] for group in model.groups}
        self.loose = [unit for unit in logic.units if unit.group is None]
        self.is_summed = all(group.word == "category" and group.weight is None for group in model.groups)
        self.names = frozenset[str]().union(*(unit.about for unit in logic.units))

    def is_idle(self, name: str, unit: Unit) -> bool:
        """Whether it can give points, and they never matter."""
        scoring, group = unit.scoring, unit.group
        if self.logic.ranges.of(scoring) == NOTHING:
            return False
        if not self.logic.goes_on:
            self.logic.open.add(name, late=True)
            return False

        def matters(outcome: Scored) -> bool:
            points = given_by(scoring, outcome)
            return bool(points) and self._differs(outcome, group, points or 0)

        found = chain(self.logic.samples.giving(unit.ids), self._mixed(unit))
        if any(self._is_shown(unit, sample) for sample in found):
            return False
        reply = self.logic.may(name, matters, lambda asked: self._ways(asked, group, scoring))
        # Of what never gives anything other rules tell.
        return reply.no and any(unit.points(sample) for sample in self.logic.samples.giving(unit.ids))

    def _is_shown(self, unit: Unit, sample: Sample) -> bool:
        """Whether leaving it out makes a difference to a lead."""
        points = unit.points(sample)
        near = points and self._is_near(sample, unit.group, points)
        return bool(near) and self._differs(sample, unit.group, points)

    def _mixed(self, unit: Unit) -> Iterator[Sample]:
        """Leads on which it fires, made of some that are near to a cut, and of one with many points that loses them."""
        found = self.logic.samples.found
        firing = [sample for sample in self.logic.samples.giving(unit.ids) if unit.points(sample)]
        donors = firing[:: max(1, len(firing) // MOST_DONORS)][:MOST_DONORS]
        for donor in donors:
            idle = (sample for sample in found[: -MOST_LOOKED_AT - 1 : -1] if not unit.points(sample))
            near = (sample for sample in idle if self._is_near(sample, unit.group, -unit.points(donor)))
            for sample in tuple(islice(near, MOST_MIXED)) if self.logic.left else ():
                yield self._put(unit, donor, sample)
        for donor in donors if self.logic.left else ():
            yield from self._falling(unit, donor)

    def _put(self, unit: Unit, donor: Sample, sample: Sample) -> Sample:
        """What the rule looks at taken from one lead and put into another."""
        into = moved(sample.facts, donor.facts.as_of) if unit.is_timed else sample.facts
        return self.logic.samples.add(mixed(into, donor.facts, unit.about))

    def _falling(self, unit: Unit, donor: Sample) -> Iterator[Sample]:
        """A lead with many points that loses one thing after the other, and qualifies as long as it can."""
        samples = self.logic.samples
        lead = self._put(unit, donor, self.logic.enrich())
        others = self.names - unit.about
        for name in sorted(sorted(others), key=lambda _: self.random.random()):
            trial = samples.add(mixed(lead.facts, NOBODY, frozenset([name])))
            yield trial
            if trial.qualified or not lead.qualified:
                lead = trial

    def _differs(self, outcome: Scored, group: m.Group | None, points: int) -> bool:
        other = self.without.less(outcome, group, points)
        return (outcome.stage, outcome.grades, outcome.route) != (other.stage, other.grades, other.route)

    # --- where it could make a difference ---

    def _is_near(self, sample: Sample, group: m.Group | None, points: int) -> bool:
        """Whether a lead is as near to a cut as points could move it (`-points`: as they could move it there)."""
        moves = self._move(sample, group, points)
        for cut in self._cuts(group) if moves else ():
            value = self._total(sample) if cut.what == SCORE else sample.values[cut.what]
            crosses = (self._bounded(cut, value) >= cut.at) is not (self._bounded(cut, value - moves) >= cut.at)
            if crosses and (sample.qualified or not cut.qualified):
                return True
        return self._is_vague(group)

    def _move(self, sample: Sample, group: m.Group | None, points: int) -> int:
        """How far points move the score of a lead, as far as that is known: at most so far."""
        if group is None or not self._is_plain(group):
            return ceil(self._factor(group) * points) if points > 0 else floor(self._factor(group) * points)
        less = self._sum(sample, group) - points
        less = less if group.least is None else max(less, int(group.least))
        return sample.values[group.name] - (less if group.most is None else min(less, int(group.most)))

    def _sum(self, sample: Sample, group: m.Group) -> int:
        key = (id(sample), group.name)
        if key not in self.sums:
            self.sums[key] = summed(self.own[group.name])(sample)
        return self.sums[key]

    def _is_plain(self, group: m.Group) -> bool:
        """Whether a category is the sum of its rules within bounds of its own, and bounds no other."""
        is_sum = group.word == "category" and group.weight is None and group.silence is None
        return is_sum and self._moved(group) == {group.name} and not {type(group.least), type(group.most)} & {str}

    def _total(self, sample: Sample) -> int:
        """The score before it is bounded, where that is a plain sum."""
        if self.is_summed:
            return sum(sample.values.values()) + summed(self.loose)(sample)
        return sample.score

    def _bounded(self, cut: Cut, value: int) -> int:
        """The score within its bounds; a category as it is."""
        if cut.what != SCORE:
            return value
        model = self.logic.model
        value = value if model.least is None else max(value, model.least)
        return value if model.most is None else min(value, model.most)

    def _cuts(self, group: m.Group | None) -> list[Cut]:
        """The cuts that points in a group may move a lead over."""
        key = None if group is None else id(group)
        if key not in self.cuts:
            self.cuts[key] = self._cuts_of(group)
        return self.cuts[key]

    def _cuts_of(self, group: m.Group | None) -> list[Cut]:
        names = {SCORE, *self._moved(group)}
        return [cut for cut in sorted(self.seen.cuts, key=lambda cut: (cut.what, cut.at)) if cut.what in names]

    def _moved(self, group: m.Group | None) -> set[str]:
        """The categories whose values points in a group may change: its own, and those that it bounds."""
        if group is None or group.word == "persona":
            return set()
        moved = {group.name}
        for other in self.logic.model.groups:
            if moved & {other.least, other.most}:
                moved.add(other.name)
        return moved

    def _is_vague(self, group: m.Group | None) -> bool:
        """Whether what they may change is looked at in other ways than by comparing it with a number."""
        if group is not None and group.word == "persona" and self.seen.persona:
            return True
        return bool(self.seen.otherwise & {SCORE, *self._moved(group)})

    def _factor(self, group: m.Group | None) -> Fraction:
        """How many hundredths of the score one hundredth of a group can move at most."""
        moved = self._moved(group)
        return max(
            Fraction(1), sum((_weight(other) for other in self.logic.model.groups if other.name in moved), Fraction(0))
        )

    def _ways(self, asked: Questions, group: m.Group | None, scoring: m.Scoring) -> Iterator[list[Formula]]:
        """That it fires, and that a number is on one side of a cut with it, and may be on the other without."""
        from scorelang.analysis.logic import both, either

        results = asked.encoding.results
        amount = asked.encoding.points.amount(scoring)
        if self._is_vague(group):
            yield [amount.fires]
            return
        moves, parts = self._moves(asked, group, amount.points)
        for cut in self._cuts(group):
            if cut.what == SCORE and not self._is_within(cut.at):
                continue
            term = results.total if cut.what == SCORE else results.sums(cut.what).value
            far = (term - cut.at) * parts
            gates = [results.qualified] if cut.qualified else []
            yield [amount.fires, either(both(far >= 0, far < moves), both(far < 0, far >= moves)), *gates]

    def _moves(self, asked: Questions, group: m.Group | None, points: Term) -> tuple[Term, int]:
        """How far the points move the score or a category at most, in so many parts of a hundredth."""
        from scorelang.analysis.results import bounded

        if group is None:
            return points, 1
        if self._is_plain(group):
            sums = asked.encoding.results.sums(group.name, group.word)
            return sums.value - bounded(sums.total - points, group.least, group.most), 1
        factor = self._factor(group)
        return points * factor.numerator, factor.denominator

    def _is_within(self, at: int) -> bool:
        """Whether the score can be on either side of a cut, within its bounds."""
        model = self.logic.model
        return (model.least is None or at > model.least) and (model.most is None or at <= model.most)


def _weight(group: m.Group) -> Fraction:
    if group.weight is None or not isinstance(group.most, int):
        return Fraction(1)
    # Rounding may move it by one more.
    return Fraction(group.weight * 100, group.most) + 1
