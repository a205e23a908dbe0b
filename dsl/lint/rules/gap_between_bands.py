"""Scores that fall between two bands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang import model as m
from scorelang import wording
from scorelang.interpret import evaluate
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.parts import bare, conjuncts
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Scored, points_of

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions

# Bands are meant to meet when they leave so many hundredths between them, or this share of the narrower one. What is
# between others is left out on purpose.
WIDEST = 200
SHARE = Fraction(1, 3)
# Where a band has no end.
FAR = 10**12
# Numbers that are added up or (-1) taken away: the score (`score`) and categories by their names, in one order.
Sum = tuple[tuple[int, str], ...]
SCORE: Sum = ((1, "score"),)


@frozen
class Band:
    """What a condition asks of the score, a category or a sum of them, from the least to the greatest, in hundredths.

    `besides` is what it asks for more, as numbers of shapes; bands are only neighbours when that is the same.
    """

    what: Sum
    least: int
    most: int
    place: m.Place
    besides: frozenset[int]
    conditions: tuple[m.Expression, ...]

    def room(self, above: Band) -> int:
        """How far above it another one may begin and still be meant to meet it, in hundredths."""
        narrower = min(self.most - self.least, above.most - above.least)
        return WIDEST if narrower >= FAR // 2 else max(WIDEST, floor((narrower + 1) * SHARE))


class GapBetweenBands(LogicRule):
    """Two bands of the score, a category or a sum next to each other, and points between them that a lead can have.

    With `score from 0 to 39` and `score from 40 to 100` a lead with 39.5 points is in neither. Points have hundredths,
    and decays and shares make them so. With `0 to 29` and `31 to 60` one with 30 is not.

    Write `score < 40` and `score >= 40`, or a `grade`, whose bands leave no gap. Looked at are the lines of the route
    and the conditions of stages that ask for a band, and for the same besides. A gap of more than two points, and more
    than a third of the narrower band, is let be: what is in it is left out on purpose. The lead that falls between them
    was found and scored. Fields are let be: `50 to 199` and `200 to 499` employees leave nothing out.
    """

    name = "gap-between-bands"
    code = "SL408"
    bad = (
        'if intent > 0 then +intent / 10\nscore from 0 to 100\nroute:\n    "Call" if score from 40 to 100\n'
        '    "Write" if score from 20 to 39\n    "Wait" otherwise'
    )
    good = (
        'if funded then +10\nif demo then +30\nscore from 0 to 100\nroute:\n    "Call" if score from 40 to 100\n'
        '    "Write" if score from 20 to 39\n    "Wait" otherwise'
    )

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every such gap that a lead can fall into."""
        model = logic.model
        stages = [stage.when for stage in model.stages if stage.when is not None and stage.threshold is None]
        for conditions in ([to.condition for to in model.route if to.condition is not None], stages):
            bands = [band for band in (_band(logic, condition) for condition in conditions) if band is not None]
            for low, high in _neighbours(bands):
                if self.is_here(high.place):
                    yield from self._between(logic, low, high)

    def _between(self, logic: Logic, low: Band, high: Band) -> Iterator[Finding]:
        def points(outcome: Scored) -> int:
            return sum(sign * points_of(outcome, name) for sign, name in low.what)

        def falls(outcome: Scored) -> bool:
            besides = all(evaluate(each, outcome.scope) is True for each in low.conditions)
            return besides and low.most < points(outcome) < high.least

        def goals(asked: Questions) -> list[Formula]:
            results = asked.encoding.results
            parts = ((sign, results.score if name == "score" else results.sums(name).value) for sign, name in low.what)
            term = sum(sign * part for sign, part in parts)
            besides = [asked.encoding.conditions.truth(each).true for each in low.conditions]
            return [term > low.most, term < high.least, *besides]

        reply = logic.can(self.name, falls, goals)
        if reply.sample is not None:
            found = wording.points(points(reply.sample))
            what = "a score of" if low.what == SCORE else f"a lead whose {_said(low.what)} is"
            yield self.report(
                self.line(high.place),
                f"{what} {found} is in neither of two bands: not in this one, nor in `{low.place.text}`",
                f"that band, on line {low.place.line}, ends at {wording.points(low.most)}",
            )


def _neighbours(bands: Sequence[Band]) -> Iterator[tuple[Band, Band]]:
    """Bands of one thing that follow upon each other and leave little between them."""
    for low in bands:
        alike = (band for band in bands if (band.what, band.besides) == (low.what, low.besides))
        high = min((band for band in alike if band.least > low.most), key=lambda band: band.least, default=None)
        if high is not None and 1 < high.least - low.most <= low.room(high):
            yield low, high


def _band(logic: Logic, condition: m.Expression) -> Band | None:
    """The band of one thing that a condition asks for, whatever it asks for besides; one end may be open."""
    what, least, most = None, -FAR, FAR
    besides: list[m.Expression] = []
    for part in conjuncts(condition):
        end = _end(part)
        if end is None or what not in (None, end[0]):
            besides.append(part)
        else:
            what, least, most = end[0], max(least, end[1]), min(most, end[2])
    if what is None:
        return None
    shapes = frozenset(logic.shapes.of(part) for part in besides)
    return Band(what, least, most, condition.place, shapes, tuple(besides))


def _said(what: Sum) -> str:
    return "".join(f" {'+' if sign > 0 else '-'} {name}" for sign, name in what).removeprefix(" + ").strip()


def _end(part: m.Expression) -> tuple[Sum, int, int] | None:
    """Of which number a condition asks to be no less and no more than what."""
    one = bare(part)
    if not isinstance(one, m.Apply) or len(one.operands) != 2:
        return None
    left, right = (bare(operand) for operand in one.operands)
    what = _sum(left)
    if what is None or not isinstance(right, m.Constant) or not isinstance(right.value, float):
        return None
    exactly = round(right.value * 100, 6)
    ends = {
        ">=": (ceil(exactly), FAR),
        ">": (floor(exactly) + 1, FAR),
        "<=": (-FAR, floor(exactly)),
        "<": (-FAR, ceil(exactly) - 1),
    }
    if one.operator not in ends:
        return None
    return (what, *ends[one.operator])


def _sum(number: m.Expression) -> Sum | None:
    """What a number is the sum of, where it is one of the score and categories."""
    terms = number.terms if isinstance(number, m.Added) else ((1, number),)
    parts = [(sign, bare(term)) for sign, term in terms]
    found = [
        (sign, "score" if part.what == "score" else part.name)
        for sign, part in parts
        if isinstance(part, m.ResultValue) and part.what in ("score", "category")
    ]
    return tuple(sorted(found, key=lambda each: (-each[0], each[1]))) if len(found) == len(parts) else None
