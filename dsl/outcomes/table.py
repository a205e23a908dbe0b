"""A table of judged leads: their scores, which rules fired with how many points, and what became of them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from scorelang import model as m
from scorelang.outcomes.columns import Column, ColumnBuilder, built
from scorelang.outcomes.history import History
from scorelang.outcomes.words import GOALS, STEPS, Step
from scorelang.result import Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Where no time is known; no real instant is that long ago.
NEVER = -(2**63)
# The steps whose times the measures of a team need.
TIMED: tuple[Step, ...] = ("conversation", "opportunity", "won")
_NO_TIMES = [NEVER] * len(TIMED)
NAN = float("nan")
BITS = {step: 1 << at for at, step in enumerate(STEPS)}


@frozen(eq=False)
class Fired:
    """The leads on which a rule fired, as numbers of rows that rise, and the points that it gave, in hundredths."""

    rows: NDArray[np.int32]
    points: NDArray[np.int64]


@frozen(eq=False)
class Table:
    """Judged leads, one a row. All arrays have one value for each lead.

    `scores` are hundredths (int64); `stages` number `stage_names`, of which the first is `none`; `as_of`, `first` (the
    first decision) and `times` are microseconds, `NEVER` where not known; `values` are NaN where there is none.
    `said` are the steps that the data itself has, not only by way of a further one. `fired` has an entry for each rule.
    """

    model: m.CheckedModel
    rules: tuple[m.Rule | m.Grid, ...]
    fired: tuple[Fired, ...]
    scores: NDArray[np.int64]
    qualified: NDArray[np.bool_]
    stages: NDArray[np.int16]
    as_of: NDArray[np.int64]
    first: NDArray[np.int64]
    steps: NDArray[np.uint8]
    times: Mapping[Step, NDArray[np.int64]]
    values: NDArray[np.float64]
    reasons: Column
    columns: Mapping[str, Column]
    said: frozenset[Step]

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def stage_names(self) -> tuple[str, ...]:
        """The stages that `stages` number, from none to the highest."""
        return ("none", *(stage.name for stage in self.model.stages))

    def has(self, *steps: Step) -> NDArray[np.bool_]:
        """For each lead whether it got to any of the steps."""
        bits = sum(BITS[step] for step in steps)
        found: NDArray[np.bool_] = (self.steps & bits) != 0
        return found

    def did_fire(self, rule: int) -> NDArray[np.bool_]:
        """For each lead whether the rule of that number fired."""
        import numpy as np

        found = np.zeros(len(self), dtype=bool)
        found[self.fired[rule].rows] = True
        return found

    def matrix(self, rules: Sequence[int] | None = None) -> NDArray[np.bool_]:
        """Leads × rules: whether each rule fired. `rules` are numbers; default: all."""
        import numpy as np

        numbers = range(len(self.rules)) if rules is None else rules
        found = np.zeros((len(self), len(numbers)), dtype=bool, order="F")
        for at, rule in enumerate(numbers):
            found[self.fired[rule].rows, at] = True
        return found

    def points(self) -> NDArray[np.int64]:
        """Leads × rules: the points of each rule that fired, in hundredths, else 0."""
        import numpy as np

        found = np.zeros((len(self), len(self.rules)), dtype=np.int64, order="F")
        for at, fired in enumerate(self.fired):
            found[fired.rows, at] = fired.points
        return found

    def where(self, chosen: NDArray[np.bool_]) -> Table:
        """The table of some of the leads."""
        import numpy as np

        number = (np.cumsum(chosen) - 1).astype(np.int32)
        return evolve(
            self,
            fired=tuple(
                Fired(number[each.rows[kept]], each.points[kept])
                for each in self.fired
                for kept in (chosen[each.rows],)
            ),
            scores=self.scores[chosen],
            qualified=self.qualified[chosen],
            stages=self.stages[chosen],
            as_of=self.as_of[chosen],
            first=self.first[chosen],
            steps=self.steps[chosen],
            times={step: times[chosen] for step, times in self.times.items()},
            values=self.values[chosen],
            reasons=self.reasons.where(chosen),
            columns={name: column.where(chosen) for name, column in self.columns.items()},
        )


@define(eq=False)
class TableBuilder:
    """Takes scored leads with what became of them.

    `names` are the columns to keep, each with the names under which the data may have it; None keeps all columns but
    those of `leave_out`.
    """

    model: m.CheckedModel
    names: Mapping[str, Sequence[str]] | None = field(factory=dict)
    leave_out: frozenset[str] = frozenset()
    said: set[Step] = field(factory=set)
    count: int = 0
    _rules: tuple[m.Rule | m.Grid, ...] = field(init=False)
    _points: list[tuple[array[int], array[int]]] = field(init=False)
    # By a rule's identity: what takes the row and the points.
    _fired: dict[str, tuple[Callable[[int], None], Callable[[int], None]]] = field(init=False)
    _bits: dict[frozenset[Step], int] = field(factory=dict, init=False)
    _stages: dict[str, int] = field(init=False)
    _columns: dict[str, ColumnBuilder] = field(factory=dict, init=False)
    _reasons: ColumnBuilder = field(factory=ColumnBuilder, init=False)
    # All whole numbers of a lead, one lead after the other.
    _whole: array[int] = field(factory=lambda: array("q"), init=False)
    _values: array[float] = field(factory=lambda: array("d"), init=False)

    def __attrs_post_init__(self) -> None:
        self._rules = tuple(m.rules_of(self.model.ordered))
        self._points = [(array("i"), array("q")) for _ in self._rules]
        self._fired = {
            rule.id: (rows.append, points.append)
            for rule, (rows, points) in zip(self._rules, self._points, strict=True)
        }
        self._stages = {name: at for at, name in enumerate(["none", *(stage.name for stage in self.model.stages)])}
        for name in self.names or ():
            self._columns[name] = ColumnBuilder()

    def add(self, result: Result, values: Mapping[str, object], history: History, as_of: int) -> None:
        """Take a lead: its result, its data, what became of it, and when it was scored."""
        times = history.times
        self._whole.extend((
            round(result.score * 100),
            result.qualified,
            self._stages[result.stage],
            as_of,
            NEVER if history.first is None else history.first,
            self._bits.get(history.steps) or self._noted(history.steps),
            *([times.get(step, NEVER) for step in TIMED] if times else _NO_TIMES),
        ))  # fmt: skip
        self._values.append(NAN if history.value is None else history.value)
        self._reasons.add(history.reason)
        row, by_rule = self.count, self._fired
        for fired in result.fired:
            add_row, add_points = by_rule[fired.rule]
            add_row(row)
            add_points(round(fired.points * 100))
        if self.names is None or self.names:
            self._add_columns(values)
        self.count += 1

    def _noted(self, steps: frozenset[Step]) -> int:
        bits = self._bits[steps] = sum(BITS[step] for step in steps)
        return bits

    def _add_columns(self, values: Mapping[str, object]) -> None:
        if self.names is None:
            for name in values:
                if name not in self._columns and name not in self.leave_out:
                    late = self._columns[name] = ColumnBuilder()
                    late.codes.extend([-1] * self.count)
            for name, column in self._columns.items():
                column.add(values.get(name))
            return
        for name, names in self.names.items():
            self._columns[name].add(next((values[each] for each in names if each in values), None))

    def finished(self) -> Table:
        """The table of all leads that were taken."""
        import numpy as np

        width = 6 + len(TIMED)
        whole = [np.ascontiguousarray(part) for part in np.array(self._whole, dtype=np.int64).reshape(-1, width).T]
        scores, qualified, stages, as_of, first, steps, *times = whole
        return Table(
            model=self.model,
            rules=self._rules,
            fired=tuple(
                Fired(np.array(rows, dtype=np.int32), np.array(points, dtype=np.int64)) for rows, points in self._points
            ),
            scores=scores,
            qualified=qualified.astype(bool),
            stages=stages.astype(np.int16),
            as_of=as_of,
            first=first,
            steps=steps.astype(np.uint8),
            times=dict(zip(TIMED, times, strict=True)),
            values=np.array(self._values, dtype=np.float64),
            reasons=built("reason", self._reasons),
            columns={name: built(name, column) for name, column in self._columns.items()},
            said=frozenset(self.said),
        )


@frozen(eq=False)
class Goal:
    """What a model is judged by: the step, which leads count (the others are still open), and which got there.

    Both arrays have a value for each lead.
    """

    step: Step
    counts: NDArray[np.bool_]
    reached: NDArray[np.bool_]


def furthest(said: Iterable[Step]) -> Step | None:
    """The furthest step that the data has; None where it has none that can be a goal."""
    found = set(said)
    return next((step for step in reversed(GOALS) if step in found), None)


def goal_of(table: Table, step: Step) -> Goal:
    """The goal: of a deal won, leads count that were won, lost or rejected; of acceptance, accepted or rejected ones.

    Of the other steps all leads with an outcome count, and so they do where the data has no word for the contrary.
    """
    import numpy as np

    reached = table.has(step)
    contraries: dict[Step, tuple[Step, ...]] = {"won": ("lost", "rejected"), "accepted": ("rejected",)}
    contrary = contraries.get(step, ())
    if table.said & set(contrary):
        return Goal(step, reached | table.has(*contrary), reached)
    return Goal(step, np.ones(len(table), dtype=bool), reached)
