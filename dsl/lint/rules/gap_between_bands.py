"""Scores that fall between two bands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang import model as m
from scorelang import wording
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.parts import bare, conjuncts
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Scored, points_of

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions

# Bands that leave more than so many points between them are no neighbours: what is between them is left out on purpose.
WIDEST = 1


@frozen
class Band:
    """What a condition asks of the score or a category: from the least to the greatest, in hundredths."""

    what: str
    least: int
    most: int
    place: m.Place


class GapBetweenBands(LogicRule):
    """Two bands of the score or a category next to each other, and points between them that a lead can have.

    With `score from 0 to 39` and `score from 40 to 100` a lead with 39.5 points is in neither. Points have hundredths,
    and decays and shares make them so.

    Write `score < 40` and `score >= 40`, or a `grade`, whose bands leave no gap. Looked at are the lines of the route
    and the conditions of stages that ask for nothing but a band. The lead that falls between them was found and scored.
    Fields are let be: `50 to 199` and `200 to 499` employees leave nothing out.
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
            bands = [band for band in map(_band, conditions) if band is not None]
            for low, high in _neighbours(bands):
                if self.is_here(high.place):
                    yield from self._between(logic, low, high)

    def _between(self, logic: Logic, low: Band, high: Band) -> Iterator[Finding]:
        def points(outcome: Scored) -> int:
            return points_of(outcome, low.what)

        def falls(outcome: Scored) -> bool:
            return low.most < points(outcome) < high.least

        def goals(asked: Questions) -> list[Formula]:
            results = asked.encoding.results
            term = results.score if low.what == "score" else results.sums(low.what).value
            return [term > low.most, term < high.least]

        reply = logic.can(self.name, falls, goals)
        if reply.sample is not None:
            found = wording.points(points(reply.sample))
            what = "a score of" if low.what == "score" else f"a lead whose {low.what} is"
            yield self.report(
                self.line(high.place),
                f"{what} {found} is in neither of two bands: not in this one, nor in `{low.place.text}`",
                f"that band, on line {low.place.line}, ends at {wording.points(low.most)}",
            )


def _neighbours(bands: Sequence[Band]) -> Iterator[tuple[Band, Band]]:
    """Bands of one thing that follow upon each other and leave no more than one point between them."""
    for low in bands:
        above = [band for band in bands if band.what == low.what and band.least > low.most]
        if above:
            high = min(above, key=lambda band: band.least)
            if 1 < high.least - low.most <= WIDEST * 100:
                yield low, high


def _band(condition: m.Expression) -> Band | None:
    """The band that a condition asks for, and nothing else; one end may be open."""
    what, least, most = None, -(10**12), 10**12
    for part in conjuncts(condition):
        one = bare(part)
        if not isinstance(one, m.Apply) or len(one.operands) != 2:
            return None
        left, right = (bare(operand) for operand in one.operands)
        if not isinstance(left, m.ResultValue) or left.what not in ("score", "category"):
            return None
        if not isinstance(right, m.Constant) or not isinstance(right.value, float):
            return None
        name = "score" if left.what == "score" else left.name
        if what not in (None, name):
            return None
        what, exactly = name, round(right.value * 100, 6)
        match one.operator:
            case ">=":
                least = max(least, ceil(exactly))
            case ">":
                least = max(least, floor(exactly) + 1)
            case "<=":
                most = min(most, floor(exactly))
            case "<":
                most = min(most, ceil(exactly) - 1)
            case _:
                return None
    return None if what is None else Band(what, least, most, condition.place)
