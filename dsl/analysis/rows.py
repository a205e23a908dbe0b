"""Sums of columns, and rows that bound them: what a program of whole numbers is made of."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import Factory, frozen

# A Boolean: the number of its column and one, below 0 for what is true where the column is 0. Column 0 is always 1.
Literal = int
TRUE: Literal = 1
# Columns with their factors.
Factors = Mapping[int, int]
# The least and the most that something can be; None for no end.
Ends = tuple[int | None, int | None]


@frozen
class Sum:
    """Columns with their factors, and a constant."""

    factors: Factors = Factory(dict)
    constant: int = 0

    def plus(self, other: Sum, times: int = 1) -> Sum:
        """With so many times another one."""
        factors = dict(self.factors)
        for column, factor in other.factors.items():
            factors[column] = factors.get(column, 0) + times * factor
        kept = {column: factor for column, factor in factors.items() if factor}
        return Sum(kept, self.constant + times * other.constant)

    def times(self, factor: int) -> Sum:
        """So many times as much."""
        return Sum().plus(self, factor)


@frozen
class Row:
    """A sum of columns, and between which numbers it lies; None for no end."""

    factors: Factors
    low: int | None
    high: int | None


def largest(factors: Factors) -> int:
    """The largest factor, whatever its sign."""
    return max(abs(factor) for factor in factors.values())


def of_literal(literal: Literal) -> Sum:
    """A Boolean as 1 or 0."""
    if abs(literal) == TRUE:
        return Sum({}, int(literal > 0))
    return Sum({literal - 1: 1}) if literal > 0 else Sum({-literal - 1: -1}, 1)


def between(shape: str, one: Ends, other: Ends) -> Ends:
    """Between which numbers a choice lies."""
    lows, highs = [one[0], other[0]], [one[1], other[1]]
    known_lows, known_highs = ([end for end in ends if end is not None] for ends in (lows, highs))
    low = min(known_lows) if None not in lows else None
    high = max(known_highs) if None not in highs else None
    if shape == "lesser":
        high = min(known_highs, default=None)
    if shape == "greater":
        low = max(known_lows, default=None)
    return low, high
