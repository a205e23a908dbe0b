"""What a bound holds back, and where it lies: as formulas over an unknown lead, and of a lead that was scored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang import model as m
from scorelang.interpret import Subtotal

if TYPE_CHECKING:
    from scorelang.analysis.logic import Term
    from scorelang.analysis.results import Results


@frozen(eq=False)
class Bounded:
    """The points of a category or persona, or (None) of the score, and their bound: hundredths, or a category."""

    group: m.Group | None
    bound: int | str

    def as_formulas(self, results: Results) -> tuple[Term, Term]:
        """The points before any bound, and where this one lies; in hundredths."""
        points = results.total if self.group is None else results.sums(self.group.name, self.group.word).quiet
        return points, results.sums(self.bound).value if isinstance(self.bound, str) else self.bound

    def of_lead(self, subtotals: Sequence[Subtotal], total: int) -> tuple[int, int]:
        """The same of a lead with these subtotals and this sum of all points."""
        if self.group is not None:
            total = next(done.after_silence for done in subtotals if done.group is self.group)
        if isinstance(self.bound, int):
            return total, self.bound
        values = {done.group.name: done.value for done in subtotals if done.group.word == "category"}
        return total, values[self.bound]
