"""Bands of scores: how many leads of each got there, how far above the average that is, and what they were worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang import wording
from scorelang.model import CheckedModel
from scorelang.outcomes.rates import Rate, rate, rate_of, total
from scorelang.outcomes.table import Goal, Table, goal_of
from scorelang.outcomes.words import GOALS, Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Without grades or bands of their own, scores are cut into about so many bands of like size.
USUAL_BANDS = 10


@frozen
class Edges:
    """Where bands begin, in hundredths, falling; what is below the last is a band too. `names` name the bands."""

    from_: tuple[int, ...]
    names: tuple[str, ...]

    def number(self, scores: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each score the number of its band, 0 for the highest."""
        import numpy as np

        rising = np.array(self.from_[::-1], dtype=np.int64)
        found: NDArray[np.int64] = len(self.from_) - np.searchsorted(rising, scores, side="right")
        return found


@frozen
class Band:
    """A band of scores, or a stage.

    `goal` is the share that got to the goal, with its interval; `lift` is that share over the share of all leads, and
    so are `lift_low` and `lift_high` the bounds of its interval. `leads_share` and `gain` are the shares of all leads,
    and of all that got there, in this band and those above. `steps` are the shares that got to each step the data has.
    `value` is what the leads that got to the goal were worth, `valued` how many of those have a value. `before` is the
    share in the leads of earlier times, where these were set apart.
    """

    name: str
    leads: int
    goal: Rate
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    leads_share: float
    gain: float | None
    steps: dict[Step, Rate]
    value: float
    valued: int
    before: Rate | None = None


def edges_of(table: Table, given: Sequence[int] | None) -> Edges:
    """The bands asked for (hundredths), else those of `grade score`, else about ten of like size."""
    if given is not None:
        return _named(sorted(set(given), reverse=True))
    return edges_by("score", table.scores, table.model)


def edges_by(what: str, numbers: NDArray[np.int64], model: CheckedModel, most: int = USUAL_BANDS) -> Edges:
    """The bands of a category's points, or of `score`: those of its grade, else up to `most` of like size."""
    graded = next((grade for grade in model.grades if grade.what == what), None)
    if graded is None:
        return _named(_like_sized(numbers, most))
    lows = [least for _, least in graded.bands]
    names = [f"{label} from {wording.points(least)}" for label, least in graded.bands]
    return Edges(tuple(lows), (*names, f"{graded.otherwise} below {wording.points(lows[-1])}"))


def _named(lows: Sequence[int]) -> Edges:
    if not lows:
        return Edges((), ("all",))
    names = [f"from {wording.points(lows[0])}"]
    names += [f"{wording.points(low)} to below {wording.points(high)}" for high, low in pairwise(lows)]
    return Edges(tuple(lows), (*names, f"below {wording.points(lows[-1])}"))


def _like_sized(numbers: NDArray[np.int64], most: int) -> list[int]:
    """Numbers that cut all into bands of about the same size, falling; equal ones stay together."""
    import numpy as np

    if not len(numbers):
        return []
    shares = np.arange(1, most) / most
    cuts = np.quantile(numbers, shares, method="higher")
    return sorted({int(cut) for cut in cuts} - {int(numbers.min())}, reverse=True)


def score_bands(table: Table, goal: Goal, edges: Edges, before: tuple[Table, Goal] | None = None) -> tuple[Band, ...]:
    """The bands from the highest down, over the leads that count. `before` are leads of earlier times."""
    earlier = None if before is None else (edges.number(before[0].scores), before[1])
    return tuple(_bands(table, goal, edges.number(table.scores), edges.names, earlier))


def stage_bands(table: Table, goal: Goal, before: tuple[Table, Goal] | None = None) -> tuple[Band, ...]:
    """The stages from the highest down, over the leads that count; none when the model has no stages."""
    names = table.stage_names[::-1]
    last = len(names) - 1
    earlier = None if before is None else (last - before[0].stages, before[1])
    return tuple(_bands(table, goal, last - table.stages, names, earlier)) if last else ()


def _bands(
    table: Table,
    goal: Goal,
    numbers: NDArray[np.integer],
    names: Sequence[str],
    earlier: tuple[NDArray[np.integer], Goal] | None,
) -> Iterator[Band]:
    overall = rate_of(goal.reached, goal.counts)
    goals = {step: goal_of(table, step) for step in GOALS if step in table.said}
    leads_above = reached_above = 0
    for number, name in enumerate(names):
        inside = (numbers == number) & goal.counts
        here = rate_of(goal.reached, inside)
        leads_above += here.of
        reached_above += here.count
        lifts = [_over(bound, overall) for bound in (here.share, here.low, here.high)]
        worth = table.values[inside & goal.reached]
        yield Band(
            name=name,
            leads=here.of,
            goal=here,
            lift=lifts[0],
            lift_low=lifts[1],
            lift_high=lifts[2],
            leads_share=leads_above / overall.of if overall.of else 0.0,
            gain=reached_above / overall.count if overall.count else None,
            steps={step: rate_of(one.reached, one.counts & (numbers == number)) for step, one in goals.items()},
            value=total(worth),
            valued=int((worth == worth).sum()),
            before=None if earlier is None else rate_of(earlier[1].reached, (earlier[0] == number) & earlier[1].counts),
        )


def _over(share: float | None, overall: Rate) -> float | None:
    return None if share is None or not overall.share else share / overall.share


@frozen
class Gain:
    """The highest `leads_share` of all leads: how many they are, how many got there, and what share of those."""

    leads_share: float
    leads: int
    reached: int
    gain: float
    lift: float


def gains(scores: NDArray[np.int64], reached: NDArray[np.bool_], steps: int = 10) -> tuple[Gain, ...]:
    """Cumulative gains at every tenth of the leads; equal scores share what they have, as if in random order."""
    import numpy as np

    if not len(scores) or not reached.any():
        return ()
    values, place = np.unique(-scores, return_inverse=True)
    sizes = np.bincount(place, minlength=len(values))
    hits = np.bincount(place, weights=reached, minlength=len(values))
    leads, found = np.concatenate([[0], np.cumsum(sizes)]), np.concatenate([[0.0], np.cumsum(hits)])
    rows = []
    for step in range(1, steps + 1):
        wanted = len(scores) * step / steps
        there = float(np.interp(wanted, leads, found))
        gain = there / float(found[-1])
        rows.append(Gain(step / steps, round(wanted), round(there), gain, gain * steps / step))
    return tuple(rows)


@frozen
class Threshold:
    """What a threshold does: the leads `from` it on, how many of them got there (precision), and of all (recall)."""

    points: float
    leads: int
    precision: Rate
    recall: Rate


def thresholds(
    scores: NDArray[np.int64], reached: NDArray[np.bool_], most: int | None = None, always: Sequence[int] = ()
) -> tuple[Threshold, ...]:
    """Precision and recall at every score that occurs, the highest first.

    With `most`, about so many of them, evenly among the leads; `always` (hundredths) are among those, occur or not.
    The counts behind them are those of scikit-learn's `precision_recall_curve`, which a test holds them to.
    """
    import numpy as np

    values, place = np.unique(scores, return_inverse=True)
    leads = np.cumsum(np.bincount(place, minlength=len(values))[::-1])[::-1]
    hits = np.cumsum(np.bincount(place, weights=reached, minlength=len(values))[::-1])[::-1].astype(np.int64)
    chosen = np.arange(len(values))
    if most is not None and len(values) > most:
        wanted = np.linspace(0, len(scores) - 1, most)
        chosen = np.unique(np.searchsorted(-leads, -(len(scores) - wanted), side="left"))
    points = sorted({*(int(values[at]) for at in chosen if at < len(values)), *always}, reverse=True)
    whole = int(reached.sum())
    rows = []
    for point in points:
        at = int(np.searchsorted(values, point))
        count, of = (int(hits[at]), int(leads[at])) if at < len(values) else (0, 0)
        rows.append(Threshold(point / 100, of, rate(count, of), rate(count, whole)))
    return tuple(rows)
