"""Two ways to score held against each other on the same leads, and how much the best tenth has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.rates import Estimate, Rate, rate, rate_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TENTH = 0.1
CONFIDENCE = 0.95


@frozen
class Top:
    """The tenth of the leads with the highest scores: the share that got there, and its lift over everybody.

    Of leads with the score at the edge as many count as there is room for, at the rate that those leads have. The
    interval of the lift is Wilson's of the share, over the share of everybody.
    """

    rate: Rate
    lift: float | None
    low: float | None
    high: float | None


def top_of(numbers: NDArray[np.float64] | NDArray[np.int64], reached: NDArray[np.bool_]) -> Top:
    """The best tenth of the leads by their numbers."""
    import numpy as np

    size = max(1, round(len(numbers) * TENTH))
    edge = np.sort(numbers)[-size]
    above, at = numbers > edge, numbers == edge
    room = size - int(above.sum())
    count = float(reached[above].sum()) + room * float(reached[at].mean())
    share, overall = rate(round(count), size), rate_of(reached).share
    if not overall or share.low is None or share.high is None:
        return Top(share, None, None, None)
    return Top(share, count / size / overall, share.low / overall, share.high / overall)


def auc_gain(
    new: NDArray[np.float64] | NDArray[np.int64],
    old: NDArray[np.float64] | NDArray[np.int64],
    reached: NDArray[np.bool_],
) -> Estimate | None:
    """By how much the AUC of one score is larger than that of another on the same leads, with its interval.

    DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988): both are means of placements over the leads that got there
    and over the others, so that the variance of the difference is that of differences of placements. None unless there
    are two leads of both sorts.
    """
    import numpy as np
    from scipy.stats import norm

    if min(int(reached.sum()), int((~reached).sum())) < 2:
        return None
    ones, others = (one - other for one, other in zip(_placed(new, reached), _placed(old, reached), strict=True))
    value = float(ones.mean())
    error = float(np.sqrt(ones.var(ddof=1) / len(ones) + others.var(ddof=1) / len(others)))
    reach = float(norm.ppf((1 + CONFIDENCE) / 2)) * error
    return Estimate(value, value - reach, value + reach)


def _placed(
    numbers: NDArray[np.float64] | NDArray[np.int64], reached: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each lead that got there the share of others that have less (equal ones half), and the other way round."""
    from scipy.stats import rankdata

    ranks, ones, others = rankdata(numbers), int(reached.sum()), int((~reached).sum())
    above = (ranks[reached] - rankdata(numbers[reached])) / others
    below = 1 - (ranks[~reached] - rankdata(numbers[~reached])) / ones
    return above, below
