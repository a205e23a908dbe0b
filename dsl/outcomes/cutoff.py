"""Where a threshold should lie: by what sales can take, by a wanted precision or recall, or by costs and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.rates import Rate, is_small, rate, rate_of, total
from scorelang.outcomes.table import NEVER, Goal, Table
from scorelang.suggest import plural
from scorelang.values import DAY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEEK = 7 * DAY


class NoThresholdError(Exception):
    """No threshold does what is wanted; the message says what can be had."""


@frozen
class Wanted:
    """What a threshold is to do; one of them. `capacity` is leads a week, or leads in all where `in_all`.

    `value` is what one that gets there is worth: the mean of `mean_of` leads, or as it was said (None).
    """

    capacity: float | None = None
    in_all: bool = False
    precision: float | None = None
    recall: float | None = None
    cost: float | None = None
    value: float | None = None
    mean_of: int | None = None


@frozen
class Side:
    """The leads on one side of a threshold.

    `leads` are all, `a_week` how many a week (None where times are not known), `goal` the share that got there of
    those that count, `of_all` the share of all that got there, `value` what those were worth, over `valued` leads.
    `profit` is the value of who got there less the cost of all, where costs are given.
    """

    leads: int
    a_week: float | None
    goal: Rate
    of_all: Rate
    value: float
    valued: int
    profit: float | None


@frozen
class Cutoff:
    """A threshold, and what it does to either side. `disqualified` leads are below whatever their score.

    `small`: too few leads are above it to rely on their rate.
    """

    points: float
    above: Side
    below: Side
    disqualified: int
    small: bool


def weeks_of(table: Table) -> float | None:
    """How many weeks the first decisions span; None where times are not known, or span less than a week."""
    known = table.first[table.first != NEVER]
    if not len(known):
        return None
    span = int(known.max()) - int(known.min())
    return span / WEEK if span >= WEEK else None


def find_cutoff(table: Table, goal: Goal, wanted: Wanted) -> Cutoff:
    """The threshold that does what is wanted. Raises `NoThresholdError` when none does."""
    import numpy as np

    points = np.unique(table.scores[table.qualified])
    if not len(points):
        raise NoThresholdError("no lead is qualified, whatever its score")
    above = _counts(table.scores, points, table.qualified)
    counting = _counts(table.scores, points, table.qualified & goal.counts)
    reached = _counts(table.scores, points, table.qualified & goal.reached)
    at = _chosen(table, goal, wanted, above, counting, reached)
    return cutoff_at(table, goal, int(points[at]), wanted)


def _counts(scores: NDArray[np.int64], points: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of the chosen leads have each number of points, or more."""
    import numpy as np

    ordered = np.sort(scores[chosen])
    found: NDArray[np.int64] = len(ordered) - np.searchsorted(ordered, points, side="left")
    return found


def _chosen(
    table: Table,
    goal: Goal,
    wanted: Wanted,
    above: NDArray[np.int64],
    counting: NDArray[np.int64],
    reached: NDArray[np.int64],
) -> int:
    """The number of the threshold, 0 for the lowest."""
    import numpy as np

    if wanted.capacity is not None:
        weeks = 1.0 if wanted.in_all else weeks_of(table)
        if weeks is None:
            raise NoThresholdError("no times say how many leads come in a week; `--capacity 500` is of all of these")
        fits = np.flatnonzero(above / weeks <= wanted.capacity)
        if not len(fits):
            least = f"{above[-1]:,} in all" if wanted.in_all else f"{above[-1] / weeks:,.2f} a week"
            raise NoThresholdError(f"even the highest score alone is had by more leads than that: {least}")
        return int(fits[0])
    if wanted.precision is not None:
        shares = np.divide(reached, counting, out=np.zeros(len(above)), where=counting > 0)
        fits = np.flatnonzero(shares >= wanted.precision)
        if not len(fits):
            best = int(shares.argmax())
            found = rate(int(reached[best]), int(counting[best]))
            raise NoThresholdError(
                f"no threshold is that precise; the best has {found.share:.1%} of {plural(found.of, 'lead')}"
            )
        return int(fits[0])
    if wanted.recall is not None:
        whole = int(goal.reached.sum())
        fits = np.flatnonzero(reached >= wanted.recall * whole)
        if not len(fits):
            raise NoThresholdError(
                f"{whole - int(reached[0]):,} of {whole:,} that got there are disqualified, so no threshold has so many"
            )
        return int(fits[-1])
    profit = reached * (wanted.value or 0.0) - counting * (wanted.cost or 0.0)
    # Of equally good ones the highest, which is the least work.
    return int(len(profit) - 1 - np.argmax(profit[::-1]))


def cutoff_at(table: Table, goal: Goal, points: int, wanted: Wanted | None = None) -> Cutoff:
    """What a threshold (hundredths) does to either side."""
    above = table.qualified & (table.scores >= points)
    found = _side(table, goal, above, wanted)
    overall = rate_of(goal.reached, goal.counts)
    return Cutoff(
        points / 100,
        found,
        _side(table, goal, ~above, wanted),
        int((~table.qualified).sum()),
        is_small(found.goal.of, overall.share),
    )


def _side(table: Table, goal: Goal, chosen: NDArray[np.bool_], wanted: Wanted | None) -> Side:
    weeks = weeks_of(table)
    leads, counting = int(chosen.sum()), chosen & goal.counts
    here = rate_of(goal.reached, counting)
    worth = table.values[counting & goal.reached]
    profit = None
    if wanted is not None and wanted.cost is not None and wanted.value is not None:
        profit = here.count * wanted.value - here.of * wanted.cost
    return Side(
        leads=leads,
        a_week=None if weeks is None else leads / weeks,
        goal=here,
        of_all=rate(here.count, int(goal.reached.sum())),
        value=total(worth),
        valued=int((worth == worth).sum()),
        profit=profit,
    )


def mean_value(table: Table, goal: Goal) -> tuple[float, int] | None:
    """What a lead that got there was worth in the mean, and of how many that is known; None when of none."""
    worth = table.values[goal.reached]
    known = int((worth == worth).sum())
    return (total(worth) / known, known) if known else None
