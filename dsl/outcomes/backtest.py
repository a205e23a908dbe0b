"""A model held against what became of its leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from scorelang.outcomes.bands import (
    Band,
    Gain,
    Threshold,
    edges_of,
    gains,
    score_bands,
    stage_bands,
    thresholds,
)
from scorelang.outcomes.calibration import Calibration, calibrate
from scorelang.outcomes.columns import grouped
from scorelang.outcomes.leaks import Suspect, suspects
from scorelang.outcomes.per_rule import Impact, impacts
from scorelang.outcomes.rates import Auc, Rate, auc, is_small, rate_of
from scorelang.outcomes.table import NEVER, Goal, Table, goal_of
from scorelang.outcomes.team import Measure, measures
from scorelang.outcomes.words import Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# So many thresholds are told; between them lie about equally many leads.
MOST_THRESHOLDS = 200
MOST_SEGMENTS = 30


@frozen
class Until:
    """Where time is cut: at an instant (microseconds), or after a share of the leads."""

    instant: int | None = None
    share: float | None = None


@frozen
class Question:
    """What is asked of a backtest: the goal, the bands (hundredths), where time is cut, what to look at besides.

    `by` are columns of the table; `targets` are what the measures of the team are held against.
    """

    goal: Step
    bands: Sequence[int] | None = None
    until: Until | None = None
    by: Sequence[str] = ()
    leaks: bool = False
    targets: Mapping[str, float] = field(factory=dict)


@frozen
class Segment:
    """Leads with the same value of a column. `small`: too few to say much; their rate ranks them nowhere."""

    name: str
    leads: int
    goal: Rate
    auc: Auc | None
    small: bool


@frozen
class Part:
    """Leads of a time: how many count, how many of those got there, and how well the score tells them apart.

    `first` and `last` are the earliest and latest decision, in microseconds, None where no times are known.
    """

    goal: Rate
    auc: Auc | None
    first: int | None = field(metadata={"instant": True})
    last: int | None = field(metadata={"instant": True})


@frozen
class Backtest:
    """What a backtest found.

    `leads` have an outcome, `open` of them are not decided yet; all else is over the others. With a time at which the
    leads are cut, `before` are the earlier ones, and all else is over the later ones.
    """

    goal: Step
    leads: int
    open: int
    whole: Part
    before: Part | None
    bands: tuple[Band, ...]
    stages: tuple[Band, ...]
    gains: tuple[Gain, ...]
    thresholds: tuple[Threshold, ...]
    marks: frozenset[float] = field(metadata={"hidden": True})
    calibration: Calibration | None
    measures: tuple[Measure, ...]
    segments: dict[str, tuple[Segment, ...]]
    rules: tuple[Impact, ...]
    leaks: tuple[Suspect, ...] | None


def backtest(table: Table, question: Question) -> Backtest:
    """Hold a model against what became of the leads of a table."""
    goal = goal_of(table, question.goal)
    before: tuple[Table, Goal] | None = None
    if question.until is not None:
        early = is_early(table, question.until)
        before = table.where(early), _of(goal, early)
        table, goal = table.where(~early), _of(goal, ~early)
    edges = edges_of(table, question.bands)
    scores, reached = table.scores[goal.counts], goal.reached[goal.counts]
    # Where bands and stages begin.
    marks = {*edges.from_, *(stage.threshold for stage in table.model.stages if stage.threshold is not None)}
    past = None if before is None else (before[0].scores[before[1].counts], before[1].reached[before[1].counts])
    return Backtest(
        goal=question.goal,
        leads=len(table),
        open=int((~goal.counts).sum()),
        whole=_part(table, goal),
        before=None if before is None else _part(*before),
        bands=score_bands(table, goal, edges, before),
        stages=stage_bands(table, goal, before),
        gains=gains(scores, reached),
        thresholds=thresholds(scores, reached, MOST_THRESHOLDS, sorted(marks)) if len(scores) else (),
        marks=frozenset(mark / 100 for mark in marks),
        calibration=calibrate(scores, reached, past),
        measures=measures(table, question.targets),
        segments={name: segments(table, goal, name) for name in question.by},
        rules=impacts(table, goal, before),
        leaks=suspects(table, goal) if question.leaks else None,
    )


def is_early(table: Table, until: Until) -> NDArray[np.bool_]:
    """For each lead whether it lies before the cut: by its first decision, or else in the order of the file.

    A share of the leads is counted in that order. Leads decided at the very instant of a cut are late.
    """
    import numpy as np

    if until.share is None:
        early: NDArray[np.bool_] = (table.first != NEVER) & (table.first < (until.instant or 0))
        return early
    found = np.zeros(len(table), dtype=bool)
    order = np.argsort(table.first, kind="stable")
    found[order[: int(len(table) * until.share)]] = True
    return found


def _of(goal: Goal, chosen: NDArray[np.bool_]) -> Goal:
    return Goal(goal.step, goal.counts[chosen], goal.reached[chosen])


def _part(table: Table, goal: Goal) -> Part:
    times = table.first[goal.counts & (table.first != NEVER)]
    return Part(
        rate_of(goal.reached, goal.counts),
        auc(table.scores[goal.counts], goal.reached[goal.counts]),
        int(times.min()) if len(times) else None,
        int(times.max()) if len(times) else None,
    )


def segments(table: Table, goal: Goal, name: str) -> tuple[Segment, ...]:
    """The leads by a column, the largest groups first; those that are too small to say much come last."""
    overall = rate_of(goal.reached, goal.counts)
    numbers, names = grouped(table.columns[name], MOST_SEGMENTS)
    found = []
    for number, shown in enumerate(names):
        inside = (numbers == number) & goal.counts
        here = rate_of(goal.reached, inside)
        if here.of:
            ranked = auc(table.scores[inside], goal.reached[inside])
            found.append(Segment(shown, here.of, here, ranked, is_small(here.of, overall.share)))
    return tuple(sorted(found, key=lambda one: (one.small, -one.leads)))
