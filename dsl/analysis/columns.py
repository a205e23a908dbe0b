"""Columns of whole numbers, and rows that bound their sums: a program for a solver of such programs.

Rows of moderate numbers are written; a comparison that has none is a Boolean that is free. Numbers of events have no
end: their columns end where `caps` says, and a comparison that more of them could change is free too.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise
from math import gcd

from attrs import Factory, define

from scorelang.analysis.rows import TRUE, Factors, Literal, Row, Sum, largest, of_literal

# A comparison is written as rows where its sides are no further apart than this, for each unit of the largest factor.
WIDEST = 10_000_000


@define(eq=False, kw_only=True)
class Columns:
    """Columns, between which numbers each lies, and rows of them."""

    low: list[int | None] = Factory(lambda: [1])
    high: list[int | None] = Factory(lambda: [1])
    rows: list[Row] = Factory(list)
    # The number of events after which a column of such a number, or what depends on one, says no more.
    caps: dict[int, int] = Factory(dict)
    # Booleans that no row ties to what they say.
    free: set[Literal] = Factory(set)
    # What sums of columns are compared with, rising, and the Boolean of each.
    _cuts: dict[tuple[tuple[int, int], ...], tuple[list[int], dict[int, Literal]]] = Factory(dict)

    def column(self, low: int | None, high: int | None) -> int:
        """A new column."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    # --- rows ---

    def at_least(self, whole: Sum) -> None:
        """A sum that is never below 0."""
        low, high = self.ends(whole)
        endless = self.endless(whole)
        if (low is not None and low >= 0) or not whole.factors:
            return
        if endless and not (len(whole.factors) == 2 and sum(whole.factors.values()) == 0 and len(endless) == 2):
            return
        if low is None or high is None or high - low > WIDEST * largest(whole.factors):
            self.clause(self.reaches(whole, 0))
            return
        self.row(whole.factors, -whole.constant, None)

    def clause(self, *literals: Literal) -> None:
        """Any of them holds."""
        if TRUE in literals:
            return
        whole = Sum()
        for literal in literals:
            whole = whole.plus(of_literal(literal))
        self.row(whole.factors, 1 - whole.constant, None)

    def row(self, factors: Factors, low: int | None, high: int | None) -> None:
        """A sum of columns lies between two numbers."""
        self.rows.append(Row(factors, low, high))

    def endless(self, whole: Sum) -> Factors:
        """The columns of a sum that stand for numbers without an end."""
        return {column: factor for column, factor in whole.factors.items() if column in self.caps}

    def cap(self, whole: Sum) -> int:
        """How much a sum is at least, above its other columns, where a column of it is at its end."""
        return min(abs(factor) * self.caps[column] for column, factor in self.endless(whole).items())

    def when(self, literal: Literal, whole: Sum) -> None:
        """Where a Boolean holds, a sum is at least 0."""
        low, _ = self.ends(whole)
        if low is None or low >= 0 or -low > WIDEST * largest(whole.factors):
            return
        row = whole.plus(of_literal(-literal), -low)
        self.row(row.factors, -row.constant, None)

    def ends(self, whole: Sum) -> tuple[int | None, int | None]:
        """The least and the most that a sum could be, as far as its columns' bounds tell."""
        low: int | None = whole.constant
        high: int | None = whole.constant
        for column, factor in whole.factors.items():
            least, most = self.low[column], self.high[column]
            if factor < 0:
                least, most = most, least
            low = None if low is None or least is None else low + factor * least
            high = None if high is None or most is None else high + factor * most
        return low, high

    # --- comparisons ---

    def reaches(self, whole: Sum, value: int) -> Literal:
        """The Boolean of a sum being no less than a value."""
        if not whole.factors:
            return TRUE if whole.constant >= value else -TRUE
        if whole.factors[min(whole.factors)] < 0:
            return -self.reaches(whole.times(-1), 1 - value)
        by = gcd(*whole.factors.values())
        bare = Sum({column: factor // by for column, factor in whole.factors.items()})
        return self._cut(bare, -((whole.constant - value) // by))

    def _cut(self, whole: Sum, value: int) -> Literal:
        low, high = self.ends(whole)
        rising = [factor > 0 for factor in self.endless(whole).values()]
        if low is not None and value <= low and all(rising):
            return TRUE
        if high is not None and value > high and not any(rising):
            return -TRUE
        if (low, high, value) == (0, 1, 1) and len(whole.factors) == 1 and not rising:
            return next(iter(whole.factors)) + 1
        known, cuts = self._cuts.setdefault(tuple(sorted(whole.factors.items())), ([], {}))
        if value not in cuts:
            insort(known, value)
            cuts[value] = self.column(0, 1) + 1
            if low is None or high is None or not self._tells(whole, value, low, high, rising):
                self.free.add(cuts[value])
            else:
                self.when(cuts[value], whole.plus(Sum({}, -value)))
                self.when(-cuts[value], Sum({}, value - 1).plus(whole, -1))
        return cuts[value]

    def _tells(self, whole: Sum, value: int, low: int, high: int, rising: Sequence[bool]) -> bool:
        """Whether rows can tell, and more events than columns have room for never change it."""
        if high - low > WIDEST * largest(whole.factors):
            return False
        if not rising:
            return True
        if all(rising):
            return self.cap(whole) >= value - low
        return not any(rising) and self.cap(whole) >= high - value + 1

    def order(self) -> None:
        """What is no less than a value is no less than a smaller one, and so is what is no less than it."""
        for known, cuts in self._cuts.values():
            for lower, upper in pairwise(known):
                self.clause(cuts[lower], -cuts[upper])
        for key, (known, cuts) in list(self._cuts.items()):
            if len(key) == 2 and {factor for _, factor in key} == {1, -1}:
                one, other = sorted((column for column, _ in key), key=lambda column: -dict(key)[column])
                for value in known:
                    self._carry(cuts[value], other, one, value)
                    self._carry(-cuts[value], one, other, 1 - value)

    def _carry(self, holds: Literal, from_: int, to: int, more: int) -> None:
        """Where a Boolean holds, one column is so much more than another: what that one reaches is carried over."""
        known, cuts = self._cuts.get(((from_, 1),), ([], {}))
        others, reached = self._cuts.get(((to, 1),), ([], {}))
        for value in known:
            at = bisect_right(others, value + more)
            if at:
                self.clause(-holds, -cuts[value], reached[others[at - 1]])
