"""Leads as what their scores are made of: which points that can be learned each has, and what it has besides.

Leads with the same are one pattern, so that scores under other points are worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from scorelang import model as m
from scorelang.outcomes.categories import is_plain
from scorelang.outcomes.table import Table
from scorelang.tune.lines import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen(eq=False)
class Design:
    """Patterns of leads.

    `firings` is patterns × lines (bool). `besides` is patterns × (groups and, last, no group): the hundredths that
    rules other than the lines give there. `rest` are the hundredths that nothing here explains: what a category adds
    that loses points for silence. `of` is the number of each lead's pattern.
    """

    model: m.CheckedModel
    lines: tuple[Line, ...]
    firings: NDArray[np.bool_]
    besides: NDArray[np.int64]
    rest: NDArray[np.int64]
    of: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.firings)

    def sums(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        """Patterns × groups: the sums of the points of each group before its bounds, in hundredths."""
        # In floats, whose products are quick and exact as long as nobody has 90 million million points.
        found = self._firing @ (self._places * points[:, None])
        return self.besides + found.astype(self.besides.dtype)

    def scores(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        """The score of each pattern when the lines give these points, in hundredths."""
        return self.totals(self.sums(points))

    def totals(self, sums: NDArray[np.int64]) -> NDArray[np.int64]:
        """From the sums of the groups to scores: bounds, weights, and the bounds of the score."""
        total = self.rest + sums[:, -1]
        for number, group in enumerate(self.model.groups):
            if is_plain(group):
                total = total + added(group, sums[:, number])
        return _bounded(total, self.model.least, self.model.most)

    def present(self) -> NDArray[np.int64]:
        """The points that the lines have now."""
        import numpy as np

        return np.array([line.points for line in self.lines], dtype=np.int64)

    def worth(self) -> NDArray[np.float64]:
        """How many points of the score one point of each line is, where no bound is reached."""
        return self._worths

    @cached_property
    def _worths(self) -> NDArray[np.float64]:
        import numpy as np

        groups = [None if line.group is None else self.model.groups[line.group] for line in self.lines]
        return np.array([1.0 if group is None else _worth(group) for group in groups])

    @cached_property
    def _firing(self) -> NDArray[np.float64]:
        """Patterns × lines: 1 where a line fired."""
        import numpy as np

        return self.firings.astype(np.float64)

    @cached_property
    def _places(self) -> NDArray[np.float64]:
        """Lines × groups: 1 where a line's points go to."""
        import numpy as np

        found = np.zeros((len(self.lines), self.besides.shape[1]))
        for at, line in enumerate(self.lines):
            found[at, place_of(line)] = 1.0
        return found

    def counts(self, chosen: NDArray[np.bool_], reached: NDArray[np.bool_]) -> Counts:
        """How many of the chosen leads each pattern has, of those that got there and of the others."""
        import numpy as np

        ones = np.bincount(self.of[chosen & reached], minlength=len(self))
        others = np.bincount(self.of[chosen & ~reached], minlength=len(self))
        return Counts(ones.astype(np.float64), others.astype(np.float64))


@frozen(eq=False)
class Counts:
    """For each pattern how many leads got there (`ones`) and how many did not."""

    ones: NDArray[np.float64]
    others: NDArray[np.float64]


def place_of(line: Line) -> int:
    """The column of `Design.besides` that a line's points go to."""
    return -1 if line.group is None else line.group


def added(group: m.Group, sums: NDArray[np.int64]) -> NDArray[np.int64]:
    """What a category adds to the score when its rules give so much; rounded as the interpreter does."""
    import numpy as np

    assert not isinstance(group.least, str)
    assert not isinstance(group.most, str)
    value = _bounded(sums, group.least, group.most)
    if group.weight is None or group.most is None:
        return value
    over = group.most * group.weight.denominator
    twice = 2 * np.abs(value * group.weight.numerator * 100) + over
    found: NDArray[np.int64] = np.sign(value) * (twice // (2 * over))
    return found


def _worth(group: m.Group) -> float:
    if group.weight is None or not isinstance(group.most, int):
        return 1.0
    return float(group.weight) * 100 / group.most


def _bounded(points: NDArray[np.int64], least: int | None, most: int | None) -> NDArray[np.int64]:
    import numpy as np

    found = points if least is None else np.maximum(points, least)
    return found if most is None else np.minimum(found, most)


def design_of(table: Table, lines: Sequence[Line]) -> Design:
    """The leads of a table as patterns. At the present points they have the scores that the engine gave them."""
    import numpy as np

    groups = {group.name: number for number, group in enumerate(table.model.groups)}
    firings = np.zeros((len(table), len(lines)), dtype=bool, order="F")
    besides = np.zeros((len(table), len(groups) + 1), dtype=np.int64, order="F")
    for number, rule in enumerate(table.rules):
        fired = table.fired[number]
        mine = [at for at, line in enumerate(lines) if line.rule == number]
        rest = np.ones(len(fired.rows), dtype=bool)
        for at in mine:
            ours = fired.points == lines[at].points if lines[at].cell else rest.copy()
            firings[fired.rows[ours], at] = True
            rest &= ~ours
        place = -1 if rule.group is None else groups[rule.group]
        besides[fired.rows[rest], place] += fired.points[rest]
    everyone = np.arange(len(table), dtype=np.int32)
    every = Design(table.model, tuple(lines), firings, besides, np.zeros(len(table), dtype=np.int64), everyone)
    every = evolve(every, rest=_unexplained(every, table.scores))
    return folded(every)


def _unexplained(design: Design, scores: NDArray[np.int64]) -> NDArray[np.int64]:
    """What scores have besides what the rules explain; a score at its bound that they explain has nothing."""
    import numpy as np

    explained = design.scores(design.present())
    unbounded = evolve(design, model=evolve(design.model, least=None, most=None)).scores(design.present())
    return np.where(explained == scores, 0, scores - unbounded)


def folded(design: Design) -> Design:
    """Leads or patterns with the same become one."""
    import numpy as np

    packed = np.packbits(design.firings, axis=1)
    numbers = np.ascontiguousarray(np.column_stack([design.besides, design.rest]))
    rows = np.ascontiguousarray(np.column_stack([packed, numbers.view(np.uint8).reshape(len(numbers), -1)]))
    keys = rows.view(np.dtype((np.void, rows.shape[1]))).ravel()
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return evolve(
        design,
        firings=design.firings[first],
        besides=design.besides[first],
        rest=design.rest[first],
        of=place.astype(np.int32)[design.of],
    )
