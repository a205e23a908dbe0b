"""Leads to learn from, with everything that learning asks of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.table import Table
from scorelang.tune.design import Design
from scorelang.tune.findings import Question
from scorelang.tune.fit import Fit, Limits, fit
from scorelang.tune.folds import Folds
from scorelang.tune.likelihood import area, loss

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen(eq=False)
class Leads:
    """The leads that count, who of them got there, what their scores are made of, and how they are parted."""

    table: Table
    reached: NDArray[np.bool_]
    design: Design
    folds: Folds

    def fitted(self, chosen: NDArray[np.bool_], limits: Limits) -> Fit:
        """Points from the chosen leads."""
        return fit(self.design, self.design.counts(chosen, self.reached), limits)

    def loss(self, found: Fit, chosen: NDArray[np.bool_]) -> float:
        """The negative logarithm of the likelihood of what became of the chosen leads."""
        log_odds = found.chance.log_odds(self.design.scores(found.points))
        return loss(log_odds, self.design.counts(chosen, self.reached))

    def area(self, points: NDArray[np.int64], chosen: NDArray[np.bool_]) -> float:
        """The AUC of the scores that the chosen leads have with those points."""
        return area(self.design.scores(points), self.design.counts(chosen, self.reached))

    def scored(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        """The score of each lead with those points."""
        found: NDArray[np.int64] = self.design.scores(points)[self.design.of]
        return found


def limits_of(question: Question, spread: float) -> Limits:
    """What a fit may do when points may be drawn so far from the author's."""
    factor = None if question.doubling is None else question.doubling / math.log(2)
    return Limits(spread, question.most_changes, factor)


def mean(numbers: Sequence[float]) -> float | None:
    """The mean; None of nothing."""
    return math.fsum(numbers) / len(numbers) if numbers else None
