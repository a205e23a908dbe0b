"""What a table keeps of the results of leads: whole numbers in arrays, which another process can hand over."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from attrs import define, field, frozen

from scorelang import model as m
from scorelang.result import Result

# So many whole numbers are kept of each lead besides the rules that fired.
WIDTH = 3


@frozen(eq=False)
class Scores:
    """The results of leads, one after the other.

    `whole` has three numbers a lead: its score in hundredths, 1 where it is qualified, and the number of its stage, 0
    for none. `fired` has for each rule of the model the numbers of the leads on which it fired, which rise, and the
    points that it gave, in hundredths.
    """

    whole: array[int]
    fired: tuple[tuple[array[int], array[int]], ...]

    @classmethod
    def none_of(cls, model: m.CheckedModel) -> Scores:
        """Of no leads yet."""
        return cls(array("q"), tuple((array("i"), array("q")) for _ in m.rules_of(model.ordered)))

    def __len__(self) -> int:
        return len(self.whole) // WIDTH

    def extend(self, more: Scores) -> None:
        """Put the results of more leads behind these."""
        before = len(self)
        self.whole.extend(more.whole)
        for (rows, points), (more_rows, more_points) in zip(self.fired, more.fired, strict=True):
            rows.extend([row + before for row in more_rows])
            points.extend(more_points)


@define(eq=False)
class Gatherer:
    """Takes results, one after the other, of a model."""

    model: m.CheckedModel
    scores: Scores = field(init=False)
    # By a rule's identity: what takes the number of the lead and the points.
    _takers: dict[str, tuple[Callable[[int], None], Callable[[int], None]]] = field(init=False)
    _stages: dict[str, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.scores = Scores.none_of(self.model)
        self._takers = {
            rule.id: (rows.append, points.append)
            for rule, (rows, points) in zip(m.rules_of(self.model.ordered), self.scores.fired, strict=True)
        }
        self._stages = {name: at for at, name in enumerate(["none", *(stage.name for stage in self.model.stages)])}

    def add(self, result: Result) -> None:
        """Take the result of the next lead."""
        row, takers = len(self.scores), self._takers
        self.scores.whole.extend((round(result.score * 100), result.qualified, self._stages[result.stage]))
        for fired in result.fired:
            add_row, add_points = takers[fired.rule]
            add_row(row)
            add_points(round(fired.points * 100))
