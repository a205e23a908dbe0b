"""Bounds of categories, of the score and of single rules that nothing reaches."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Literal

from attrs import evolve

from scorelang import model as m
from scorelang import wording
from scorelang.analysis.bounded import Bounded
from scorelang.interpret import Scope, matching, rule_points
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.parts import aim_at_points, condition_of, conjoined, rules_in, scorings
from scorelang.lint.logic.ranges import Range
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Scored
from scorelang.values import DAY, Type

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions

# The scale that scores are mostly given on, in hundredths.
SCALE = (0, 100_00)
# Points that come to so much of a bound are near enough: the rest is room for a rule more.
NEAR = Fraction(4, 5)
# To bring a rule for each event to its bound, there are so many of them, so many days apart.
MANY = 60
APART = (0, 1, 7, 31)
Side = Literal["least", "most"]


class IdleBound(LogicRule):
    """A bound of a category, a persona, the score or a rule that no lead comes near.

    It looks as if it held something back, and it changes nothing: the rules of a `category Fit, 0 to 50` that come to
    30 together never meet the 50. Whoever reads "30 of 50" thinks that a lead could do better.

    Give the bound a number that matters, or leave it out. A bound that points come to, or to four fifths of it, is let
    be: it says how far they go, and leaves room for a rule more. So are scales, `score from 0 to 100` and bounds as
    `-25 to 25`, and the bounds of weighted categories, whose maximum is what 100% is. It is proved for all leads; "may
    come to" is a limit reckoned from the points alone, and leads may stay below it.

    `category Person, at most Company` changes nothing where Person never has more points than Company, nor does
    `if seats from 10 to 60 then +seats / 10, at most 8`, which comes to 6. A bound of 0 is let be: it keeps points from
    turning into others.
    """

    name = "idle-bound"
    code = "SL407"
    severity = "info"
    bad = "category Fit, at most 50:\n    if funded then +20\n    if demo then +10"
    good = "category Fit, at most 25:\n    if funded then +20\n    if demo then +10"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every bound that is not even reached."""
        logic.enrich()
        model = logic.model
        for group in model.groups:
            if group.weight is None and self.is_here(group.place):
                yield from self._of(logic, group, "least")
                yield from self._of(logic, group, "most")
        if self.subject.score_bounds is not None and (model.least, model.most) != SCALE:
            yield from self._of(logic, None, "least")
            yield from self._of(logic, None, "most")
        for _, scoring in scorings(model):
            for rule in rules_in(scoring) if self.is_here(scoring.place) else ():
                yield from self._of_rule(logic, rule, "least", rule.modifiers.least)
                yield from self._of_rule(logic, rule, "most", rule.modifiers.most)

    def _of_rule(self, logic: Logic, rule: m.Rule, side: Side, bound: int | None) -> Iterator[Finding]:
        if bound and not self._is_met(logic, rule, side, bound):
            told = f"this rule never comes near its bound, {wording.points(bound)}"
            yield self.report(self.line(rule.place), told)

    def _is_met(self, logic: Logic, rule: m.Rule, side: Side, bound: int) -> bool:
        """Whether the points of a rule come to its bound for some lead, or that is not known."""
        near, sign = _near(side, bound), 1 if side == "most" else -1
        free = evolve(rule, modifiers=evolve(rule.modifiers, least=None, most=None))

        def meets(scope: Scope) -> bool:
            points = rule_points(free, scope)
            return points is not None and sign * (points - near) >= 0

        def goals(asked: Questions) -> list[Formula]:
            amount = asked.encoding.points.amount(free)
            return [amount.fires, _formula(sign * (amount.points - near) >= 0)]

        if logic.can_hold(self.name, rule).no:
            return True
        if any(meets(scope) for sample in logic.samples.giving([rule.id]) for scope in _with_many(rule, sample.scope)):
            return True
        parts = [part for part in (condition_of(rule),) if part is not None]
        if isinstance(rule.points, m.Expression) and rule.query is None:
            end = m.Constant(Type.NUMBER, rule.place, near / 100)
            parts.append(m.Apply(Type.FLAG, rule.place, ">=" if side == "most" else "<=", (rule.points, end)))
        aim = conjoined(parts, rule.place) if parts else None
        return not logic.can(self.name, lambda outcome: meets(outcome.scope), goals, aim).no

    def _of(self, logic: Logic, group: m.Group | None, side: Side) -> Iterator[Finding]:
        owner = logic.model if group is None else group
        bound = owner.least if side == "least" else owner.most
        is_scale = isinstance(owner.least, int) and isinstance(owner.most, int) and owner.least == -owner.most
        starts = side == "least" and bound == 0
        if bound is None or is_scale or starts or self._is_reached(logic, group, side, bound):
            return
        word, name = ("score", "score") if group is None else (group.word, group.name)
        limit = bound if isinstance(bound, str) else wording.points(bound)
        end = logic.ranges.before_bounds(group)
        reach = end.least if side == "least" else end.most
        is_short = isinstance(bound, int) and _is_beyond(end, side, _near(side, bound))
        label = f"its points may come to {wording.points(reach)}" if is_short and reach is not None else ""
        of = "the score" if group is None else f"the {word} `{name}`"
        span = self.subject.score_bounds if group is None else self.line(group.place)
        assert span is not None
        past = "goes below" if side == "least" else "goes above"
        never = "comes near" if isinstance(bound, int) else past
        yield self.report(span, f"{of} never {never} its bound, {limit}", label)

    def _is_reached(self, logic: Logic, group: m.Group | None, side: Side, bound: int | str) -> bool:
        """Whether some lead comes to the bound, or past it where it is another category; or that is not known."""
        if isinstance(bound, int):
            bound = _near(side, bound)
            if _is_beyond(logic.ranges.before_bounds(group), side, bound):
                return False

        bounded = Bounded(group, bound)
        sign = 1 if side == "most" else -1
        # At 0 every category comes to every other one.
        past = 0 if isinstance(bound, int) else 1

        def reaches(outcome: Scored) -> bool:
            points, at = bounded.of_lead(outcome.subtotals, outcome.total)
            return sign * (points - at) >= past

        def goals(asked: Questions) -> list[Formula]:
            points, limit = bounded.as_formulas(asked.encoding.results)
            return [_formula(sign * (points - limit) >= past)]

        place = None if group is None else logic.model.groups.index(group)
        sums = logic.mixes.reckoning.sums
        far = max(
            logic.samples.found, key=lambda each: sign * (sum(sums(each)) if place is None else sums(each)[place])
        )
        if reaches(far):
            return True
        aim = aim_at_points(logic.model, group, up=side == "most")
        return not logic.can(self.name, reaches, goals, aim).no


def _with_many(rule: m.Rule, scope: Scope) -> Iterator[Scope]:
    """A lead as it is, and with many of the events that a rule gives points for, at several distances."""
    yield scope
    meant = [] if rule.query is None else matching(rule.query, scope)
    for event in meant[:1]:
        for days in APART:
            more = tuple(evolve(event, at=event.at - days * DAY * number) for number in range(MANY))
            yield evolve(scope, facts=evolve(scope.facts, events=more))


def _formula(holds: Formula | bool) -> Formula:
    """A comparison, which is a plain one where all of the points are known beforehand."""
    from scorelang.analysis.logic import NO, YES

    return holds if not isinstance(holds, bool) else YES if holds else NO


def _near(side: Side, bound: int) -> int:
    """What is near enough to a bound, in hundredths."""
    return floor(bound * NEAR) if (bound > 0) is (side == "most") else bound


def _is_beyond(range_: Range, side: Side, bound: int) -> bool:
    if side == "least":
        return range_.least is not None and range_.least > bound
    return range_.most is not None and range_.most < bound
