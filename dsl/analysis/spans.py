"""Between which numbers points lie at any rate: what each rule can add at least and at most, added up.

No condition is looked at, so that a lead need not reach the ends; no lead goes beyond.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd

from attrs import frozen

from scorelang import model as m
from scorelang.analysis.decays import worn, youngest
from scorelang.values import rounded


@frozen
class Span:
    """From `low` to `high` hundredths, None for no end; every number in it that occurs is a multiple of `grain`."""

    low: int | None
    high: int | None
    grain: int = 0

    def plus(self, other: Span) -> Span:
        """The sum of a number of the one and a number of the other."""
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Span(low, high, gcd(self.grain, other.grain))

    def or_(self, other: Span) -> Span:
        """A number of the one or of the other."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Span(low, high, gcd(self.grain, other.grain))

    def bounded(self, least: Span | None, most: Span | None) -> Span:
        """Within bounds; the upper one holds where they contradict each other."""
        low, high, grain = self.low, self.high, self.grain
        if least is not None:
            low = least.low if low is None else low if least.low is None else max(low, least.low)
            high = None if high is None or least.high is None else max(high, least.high)
            grain = gcd(grain, least.grain)
        if most is not None:
            high = most.high if high is None else high if most.high is None else min(high, most.high)
            low = None if low is None or most.low is None else min(low, most.low)
            grain = gcd(grain, most.grain)
        return Span(low, high, grain)


NOTHING = Span(0, 0)
ANYTHING = Span(None, None, 1)


def exactly(points: int) -> Span:
    """This number of hundredths."""
    return Span(points, points, abs(points))


def _limit(bound: int | None) -> Span | None:
    return None if bound is None else exactly(bound)


def total(spans: Iterable[Span]) -> Span:
    """The sum of a number of each."""
    whole = NOTHING
    for span in spans:
        whole = whole.plus(span)
    return whole


def span_of(scoring: m.Scoring) -> Span:
    """What a rule, choice or grid adds, or nothing."""
    found = NOTHING
    match scoring:
        case m.Rule():
            return found.or_(_rule(scoring))
        case m.Choice(branches=branches):
            for branch in branches:
                found = found.or_(_rule(branch))
        case m.Grid(points=rows):
            for points in (each for row in rows for each in row):
                found = found.or_(exactly(points))
    return found


def _rule(rule: m.Rule) -> Span:
    """What a rule adds where it fires."""
    points, modifiers = rule.points, rule.modifiers
    found = exactly(points) if isinstance(points, int) else ANYTHING
    if modifiers.decays:
        found = found if not isinstance(points, int) else exactly(worn(points, modifiers.decays, _least_age(rule)))
        found = Span(found.or_(NOTHING).low, found.or_(NOTHING).high, 1)
    if rule.query is not None and isinstance(points, int):
        found = Span(0 if points >= 0 else None, 0 if points <= 0 else None, found.grain)
    return found.bounded(_limit(modifiers.least), _limit(modifiers.most))


def _least_age(rule: m.Rule) -> int:
    """How old the events at least are that points wear off with; 0 where there may be none, which leaves them whole."""
    condition = rule.condition
    happened = isinstance(condition, m.Happened) and condition.how == "at least" and condition.number >= 1
    return youngest(rule.dated_by) if happened else 0


def sum_of(scoring: Sequence[m.Scoring]) -> Span:
    """The sum of rules."""
    return total(map(span_of, scoring))


def spans_of(model: m.CheckedModel) -> dict[tuple[str, str], tuple[Span, Span]]:
    """Of each category and persona, by its word and name: what it comes to, and what it adds to the score."""
    found: dict[tuple[str, str], tuple[Span, Span]] = {}
    for group in model.groups:
        points = sum_of(group.scoring)
        if group.silence is not None:
            points = Span(points.or_(NOTHING).low, points.or_(NOTHING).high, 1)
        limits = [
            found["category", bound][0] if isinstance(bound, str) else _limit(bound)
            for bound in (group.least, group.most)
        ]
        value = points.bounded(*limits)
        adds = value
        if group.weight is not None and isinstance(group.most, int):
            share = Fraction(group.weight * 100, group.most)
            low, high = (None if end is None else rounded(end * share) for end in (value.low, value.high))
            adds = Span(low, high, 1)
        found[group.word, group.name] = (value, adds)
    return found


def score_span(model: m.CheckedModel) -> tuple[Span, Span]:
    """The score before it is bounded, and the score."""
    spans = spans_of(model)
    personas = NOTHING
    for (word, _), (_, adds) in spans.items():
        personas = personas.or_(adds) if word == "persona" else personas
    whole = total(adds for (word, _), (_, adds) in spans.items() if word == "category")
    whole = whole.plus(personas).plus(sum_of(model.scoring))
    return whole, whole.bounded(_limit(model.least), _limit(model.most))
