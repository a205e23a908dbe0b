"""Shares with their intervals, and how well a number sorts. All intervals are of 95 %."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A group of fewer leads, or with fewer expected successes or failures, is too small to be ranked by its rate.
LEAST_LEADS = 30
LEAST_EXPECTED = 5


@frozen
class Rate:
    """`count` of `of`: its `share` with Wilson's interval from `low` to `high`; all three None when `of` is 0."""

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None


@frozen
class Estimate:
    """A number with its interval; `low` and `high` are None where none can be told."""

    value: float
    low: float | None
    high: float | None

    @property
    def above(self) -> bool:
        """Whether all of the interval is above 0."""
        return self.low is not None and self.low > 0

    @property
    def below(self) -> bool:
        """Whether all of the interval is below 0."""
        return self.high is not None and self.high < 0


def rate(count: int, of: int) -> Rate:
    """A share with Wilson's score interval, from statsmodels."""
    if of == 0:
        return Rate(int(count), 0, None, None, None)
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(int(count), int(of), method="wilson")
    return Rate(int(count), int(of), count / of, float(low), float(high))


def rate_of(reached: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> Rate:
    """The share of leads that `reached`, of all or of those `among` which it is asked."""
    if among is None:
        return rate(int(reached.sum()), len(reached))
    return rate(int((reached & among).sum()), int(among.sum()))


def is_small(size: int, share: float | None) -> bool:
    """Whether a group of that size says little, where `share` of all leads succeed."""
    expected = size * min(share, 1 - share) if share is not None else 0
    return size < LEAST_LEADS or expected < LEAST_EXPECTED


@frozen
class Auc:
    """How often a lead that got there has more than one that did not, equal ones counted half; 0.5 is chance.

    The interval is DeLong's; `low` and `high` are None where none can be told. `reached` and `others` are how many
    leads there are of each.
    """

    value: float
    low: float | None
    high: float | None
    reached: int
    others: int


def auc(numbers: NDArray[np.float64] | NDArray[np.int64], reached: NDArray[np.bool_]) -> Auc | None:
    """The area under the ROC curve; None unless there are leads of both sorts.

    From statsmodels' `rank_compare_2indep`, whose variance, Brunner and Munzel's (2000) of the placements, is the one
    of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988). The interval is the normal one, cut off at 0 and 1.
    """
    from statsmodels.stats.nonparametric import rank_compare_2indep

    ones, zeros = numbers[reached], numbers[~reached]
    if not len(ones) or not len(zeros):
        return None
    low: float | None = None
    high: float | None = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of divisions by a variance of 0, which are looked at below
        compared = rank_compare_2indep(ones, zeros, use_t=False)
        if len(ones) > 1 and len(zeros) > 1 and compared.var > 0:
            low, high = (min(max(float(bound), 0.0), 1.0) for bound in compared.conf_int())
    return Auc(float(compared.prob1), low, high, len(ones), len(zeros))


def evidence(fired_reached: int, fired: int, reached: int, leads: int) -> Estimate | None:
    """The weight of evidence of a group: the logarithm of its share of those that got there over its share of the rest.

    Above 0 the group speaks for getting there. The interval is that of the logarithm of a risk ratio, from statsmodels'
    `Table2x2`; where a cell is empty, half a lead is added to each. None unless leads of both sorts and of both groups
    are there.
    """
    from statsmodels.stats.contingency_tables import Table2x2

    others, fired_others = leads - reached, fired - fired_reached
    if not reached or not others or not fired or fired == leads:
        return None
    cells = [[fired_reached, reached - fired_reached], [fired_others, others - fired_others]]
    compared = Table2x2(cells, shift_zeros=True)
    low, high = compared.log_riskratio_confint()
    return Estimate(float(compared.log_riskratio), float(low), float(high))


def difference(one: Rate, other: Rate) -> Estimate | None:
    """By how much a share is larger than another, with Newcombe's interval, from statsmodels."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    if one.share is None or other.share is None:
        return None
    low, high = confint_proportions_2indep(one.count, one.of, other.count, other.of, method="newcomb", compare="diff")
    return Estimate(one.share - other.share, float(low), float(high))


def total(numbers: Iterable[float]) -> float:
    """The exact sum of those that are no NaN."""
    from math import fsum, isnan

    return fsum(number for number in numbers if not isnan(number))
