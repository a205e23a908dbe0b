"""Everything that a report tells, worked out of a table of judged leads."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import Factory, define, field, frozen

from scorelang.model import CheckedModel
from scorelang.outcomes.backtest import Backtest, Question, Until, backtest, is_early
from scorelang.outcomes.bands import Edges, edges_by, edges_of
from scorelang.outcomes.categories import category_points
from scorelang.outcomes.drift import Drifts, drifts
from scorelang.outcomes.over_time import OverTime, Per, over_time
from scorelang.outcomes.rates import Rate, rate
from scorelang.outcomes.table import NEVER, Goal, Table, goal_of
from scorelang.outcomes.words import GOALS, Step
from scorelang.result import Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Scores are counted in about so many bins.
MOST_BINS = 40
# A category without grades is cut into so many parts.
PARTS = 4
# What can have become of a lead, the best first; and of several of these, which one says it.
FATES: tuple[Step, ...] = (*reversed(GOALS), "lost", "rejected")
FINAL: tuple[Step, ...] = ("won", "lost", "rejected", *reversed(GOALS[:-1]))
# Where the other version of a model puts a lead that it cannot read.
UNREADABLE = "not readable"


@frozen
class Bin:
    """Leads with scores from `low` to below `high`, in points: how many got to the goal, and how many did not."""

    low: float
    high: float
    reached: int
    others: int


@frozen
class Flow:
    """How many leads went from each name of `left` to each of `right`; both from the highest down."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]

    @property
    def leads(self) -> int:
        """All leads of the flow."""
        return sum(self.counts.values())


@frozen
class Change:
    """What became of leads that another version of the model scored as well.

    `what` is what the flow is between, stages or grades; `other` is how that version is called. `moved` leads have
    another score.
    """

    other: str
    what: str
    flow: Flow
    moved: Rate


@frozen
class Matrix:
    """Two categories: for each band of the one and each of the other the share that got to the goal."""

    down: str
    across: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Rate, ...], ...]


@frozen
class Stability:
    """Leads held against those of a `reference`, and over time; either may not be known."""

    reference: str
    drifts: Drifts | None
    times: OverTime | None


@frozen(eq=False)
class Findings:
    """All that a report tells. `overall` is the share of all leads that count which got to the goal."""

    model: CheckedModel
    leads: str
    version: str
    backtest: Backtest
    bins: tuple[Bin, ...]
    flow: Flow
    flow_of: str
    change: Change | None
    matrix: Matrix | None
    stability: Stability

    @property
    def overall(self) -> Rate:
        """The share of the leads that count which got to the goal."""
        return self.backtest.whole.goal


@define(eq=False)
class Beside:
    """Takes what a table does not keep of each judged lead: points of categories, and another version's result.

    Points of categories that follow from those of their rules are worked out of the table; nobody need take them.
    """

    categories: tuple[str, ...]
    what: str | None = None
    moves: Counter[tuple[str, str]] = Factory(Counter)
    moved: int = 0
    _totals: dict[str, array[int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._totals = {name: array("q") for name in self.categories}

    def add(self, result: Result, other: Result | None) -> None:
        """Take a lead; `other` is what another version gives it, None where that cannot read it."""
        points = result.categories if self._totals else {}
        for name, totals in self._totals.items():
            totals.append(round(points[name] * 100))
        if self.what is not None:
            before = UNREADABLE if other is None else _label(other, self.what)
            self.moves[before, _label(result, self.what)] += 1
            self.moved += other is None or other.score != result.score

    def totals(self, name: str) -> NDArray[np.int64]:
        """The points of a category for each lead, in hundredths."""
        import numpy as np

        return np.array(self._totals[name], dtype=np.int64)


def _label(result: Result, what: str) -> str:
    return result.stage if what == "stage" else result.grades["score"]


def findings(
    table: Table,
    question: Question,
    beside: Beside,
    *,
    leads: str,
    version: str,
    other: tuple[str, CheckedModel] | None = None,
    reference: tuple[str, Table] | None = None,
    per: Per | None = None,
) -> Findings:
    """Work everything out. `other` is another version with its name, `reference` other leads with theirs."""
    goal = goal_of(table, question.goal)
    late = _late(table, question.until)
    here, kept = table.where(late), Goal(goal.step, goal.counts[late], goal.reached[late])
    flow, flow_of = _fates(here, question.bands)
    return Findings(
        model=table.model,
        leads=leads,
        version=version,
        backtest=backtest(table, question),
        bins=tuple(_bins(here.scores[kept.counts], kept.reached[kept.counts])),
        flow=flow,
        flow_of=flow_of,
        change=None if other is None else _change(*other, table, beside),
        matrix=_matrix(beside, late, here, kept),
        stability=_stability(table, goal, question, reference, per),
    )


def _late(table: Table, until: Until | None) -> NDArray[np.bool_]:
    """Which leads a backtest is about: all, or those after the cut."""
    import numpy as np

    return np.ones(len(table), dtype=bool) if until is None else ~is_early(table, until)


def _bins(scores: NDArray[np.int64], reached: NDArray[np.bool_]) -> list[Bin]:
    """Bins of whole, round widths over all scores."""
    import numpy as np

    if not len(scores):
        return []
    width = _width(int(scores.max()) - int(scores.min()))
    numbers = scores // width
    first, count = int(numbers.min()), int(numbers.max() - numbers.min()) + 1
    hits = np.bincount(numbers - first, weights=reached, minlength=count).astype(int)
    every = np.bincount(numbers - first, minlength=count)
    return [
        Bin((first + at) * width / 100, (first + at + 1) * width / 100, int(hits[at]), int(every[at] - hits[at]))
        for at in range(count)
    ]


def _width(span: int) -> int:
    """1, 2 or 5 points, or ten times as many, and so on: the least that needs at most `MOST_BINS` bins."""
    width = 100
    while span // width >= MOST_BINS:
        width = width * 5 // 2 if str(width)[0] == "2" else width * 2
    return width


# --- flows ----------------------------------------------------------------------------------------------------------


def _fates(table: Table, bands: Sequence[int] | None) -> tuple[Flow, str]:
    """From stages, or bands of the score where the model has none, to what became of leads."""
    import numpy as np

    if table.model.stages:
        left, what = table.stage_names[::-1], "stage"
        numbers = len(table.model.stages) - table.stages.astype(np.int64)
    else:
        edges = edges_of(table, bands)
        left, numbers, what = edges.names, edges.number(table.scores), "score"
    names: list[str] = [step for step in FATES if table.has(step).any()]
    fates = np.full(len(table), len(names), dtype=np.int64)
    for step in reversed(FINAL):
        if step in names:
            fates[table.has(step)] = names.index(step)
    counts = {
        (left[one], names[two]): int(found)
        for one in range(len(left))
        for two in range(len(names))
        for found in [((numbers == one) & (fates == two)).sum()]
        if found
    }
    ends = tuple(name for name in names if any(to == name for _, to in counts))
    return Flow(tuple(left), ends, counts), what


def _change(name: str, other: CheckedModel, table: Table, beside: Beside) -> Change | None:
    """The flow from the other version's stages to this one's; None where there is nothing to flow between."""
    if beside.what is None:
        return None
    if beside.what == "stage":
        sides = [[stage.name for stage in reversed(model.stages)] + ["none"] for model in (other, table.model)]
    else:
        sides = [_grades(model) for model in (other, table.model)]
    left = tuple(one for one in (*sides[0], UNREADABLE) if any(key[0] == one for key in beside.moves))
    right = tuple(one for one in sides[1] if any(key[1] == one for key in beside.moves))
    return Change(name, beside.what, Flow(left, right, dict(beside.moves)), rate(beside.moved, len(table)))


def _grades(model: CheckedModel) -> list[str]:
    graded = next(grade for grade in model.grades if grade.what == "score")
    return [*(label for label, _ in graded.bands), graded.otherwise]


# --- two categories -------------------------------------------------------------------------------------------------


def _matrix(beside: Beside, late: NDArray[np.bool_], table: Table, goal: Goal) -> Matrix | None:
    if len(beside.categories) < 2:
        return None
    down, across = beside.categories[:2]
    sides = []
    for name in (down, across):
        points = category_points(table, name)
        if points is None:
            points = beside.totals(name)[late]
        edges = edges_by(name, points, table.model, PARTS)
        sides.append((edges, edges.number(points)))
    (rows, row), (columns, column) = sides
    cells = [[_cell(goal, (row == at) & (column == to)) for to in _numbers(columns)] for at in _numbers(rows)]
    return Matrix(down, across, rows.names, columns.names, tuple(map(tuple, cells)))


def _numbers(edges: Edges) -> range:
    return range(len(edges.names))


def _cell(goal: Goal, inside: NDArray[np.bool_]) -> Rate:
    among = inside & goal.counts
    return rate(int((among & goal.reached).sum()), int(among.sum()))


# --- stability ------------------------------------------------------------------------------------------------------


def _stability(
    table: Table, goal: Goal, question: Question, reference: tuple[str, Table] | None, per: Per | None
) -> Stability:
    """Against the reference, else later leads against earlier ones, where the order of the decisions is known."""
    times = over_time([table], per, [(goal.reached, goal.counts)])
    if reference is not None:
        return Stability(reference[0], drifts(reference[1], table, question.bands), times)
    timed = (table.first != NEVER).all()
    if question.until is None and not timed:
        return Stability("", None, times)
    early = is_early(table, question.until or Until(share=0.5))
    what = "the earlier leads" if question.until else "the earlier half of the leads"
    if early.all() or not early.any():
        return Stability("", None, times)
    return Stability(what, drifts(table.where(early), table.where(~early), question.bands), times)
