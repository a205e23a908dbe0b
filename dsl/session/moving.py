"""Numbers that time moves: what a function decides with them, it decides alike until an instant that is noted.

Generated code is run with an `as_of` that is such a number. Whatever it is compared with, rounded to or looked up by,
the first instant at which the answer would be another is noted; before the earliest of these the code takes the same
way to the same result. Every number moves in one direction only, so that this instant is found by halving.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from itertools import product
from typing import Any

from attrs import define, field

from scorelang.values import DAY

# The end of the calendar: 9999-12-31T23:59:59.999999Z, in microseconds since 1970. No `as of` is later.
LAST = 253_402_300_799_999_999
# Sums of more than so many moving parts are no longer followed as one.
DEEPEST = 20
# So many stretches of time are looked at for one decision about a number that goes up and down.
MOST_STRETCHES = 1000
# Whole days and such numbers are added up without rounding.
MOST_EXACT = 1 << 50


Compare = Callable[[Any, Any], bool]
Bounds = Callable[[int, int], tuple[Any, Any]]


@define(eq=False)
class Watch:
    """The instant looked at, and the first one at which something may be decided otherwise."""

    now: int
    until: int = LAST + 1

    def as_of(self) -> Moving:
        """The time itself."""
        return Moving(self, lambda at: at, True, is_time=True)


@define(eq=False)
class Moving:
    """A number at every instant from now on, which `at` gives.

    Which way it moves tells when a decision about it turns:

    - One that is `rising` never falls; where that is False, it never rises.
    - One with `turns` is the same every day, and changes at these times of day.
    - Any other goes up and down, within what `bounds` tells for a stretch of time.

    One that `is_time` grows by 1 with every microsecond. Whole days, and what is made of them by adding up and taking
    away, have `days`: how often those that begin at each time of day count.
    """

    watch: Watch
    at: Callable[[int], Any]
    rising: bool | None = None
    depth: int = 0
    is_time: bool = False
    days: dict[int, int] = field(factory=dict)
    turns: frozenset[int] = frozenset()
    bounds: Bounds | None = None
    # Up to when, at least, it stays as it is.
    still: int | None = None
    now: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.now = self.at(self.watch.now)

    # --- deciding ---------------------------------------------------------------------------------------------------

    def _decide(self, other: Any, compare: Compare) -> bool:
        """What a comparison (not one for equality) says now; when it will say otherwise is noted."""
        if isinstance(other, Moving):
            apart = self - other
            return apart._decide(0, compare) if isinstance(apart, Moving) else compare(apart, 0)
        answer, watch = compare(self.now, other), self.watch

        def same(at: int) -> bool:
            return compare(self.at(at), other) == answer

        if self.rising is not None:
            watch.until = _first(watch.now, watch.until, same, self.still)
        elif self.bounds is None:
            begins = (watch.now + 1 + (turn - watch.now - 1) % DAY for turn in self.turns)
            watch.until = min([watch.until, *(at for at in begins if not same(at))])
        else:
            watch.until = self._searched(lambda number: compare(number, other) == answer)
        return answer

    def _searched(self, same: Callable[[Any], bool]) -> int:
        """The first instant at which a decision may turn, found by looking at ever shorter stretches of time."""
        assert self.bounds is not None
        stretches = [(self.watch.now + 1, self.watch.until - 1)]
        for _ in range(MOST_STRETCHES):
            if not stretches:
                return self.watch.until
            low, high = stretches.pop()
            if low > high or all(map(same, self.bounds(low, high))):
                continue
            if low == high:
                return low
            middle = (low + high) // 2
            stretches += [(middle + 1, high), (low, middle)]
        # So far nothing turned; from here on it is looked at again.
        return stretches[-1][0] if stretches else self.watch.until

    def between(self, low: int, high: int) -> tuple[Any, Any]:
        """Bounds of the number in a stretch of time, both ends included."""
        if self.bounds is not None:
            return self.bounds(low, high)
        if self.rising is None:
            values = [self.at(low + (turn - low) % DAY) for turn in self.turns]
            return min(values), max(values)
        first, last = self.at(low), self.at(high)
        return (first, last) if self.rising else (last, first)

    def plain(self) -> Any:
        """The number as it is now; when it will be another is noted."""
        if self.rising is not True:
            self._decide(self.now, operator.lt)
        if self.rising is not False:
            self._decide(self.now, operator.gt)
        return self.now

    def __lt__(self, other: Any) -> bool:
        return self._decide(other, operator.lt)

    def __le__(self, other: Any) -> bool:
        return self._decide(other, operator.le)

    def __gt__(self, other: Any) -> bool:
        return self._decide(other, operator.gt)

    def __ge__(self, other: Any) -> bool:
        return self._decide(other, operator.ge)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moving | int | float):
            return False
        return not (self < other or self > other)

    def __hash__(self) -> int:
        return hash(self.plain())

    def __bool__(self) -> bool:
        return self != 0

    def __index__(self) -> int:
        return operator.index(self.plain())

    def __float__(self) -> float:
        return float(self.plain())

    # --- arithmetic -------------------------------------------------------------------------------------------------

    def through(self, function: Callable[[Any], Any], *, turned: bool = False) -> Moving:
        """What a function makes of it that never falls as its argument rises, or, when `turned`, never rises."""
        if self.depth >= DEEPEST:
            value = function(self.plain())
            return Moving(self.watch, lambda at: value, True)
        inner, between = self.at, self.bounds
        rising = None if self.rising is None else self.rising is not turned
        bounds = None if between is None else lambda low, high: _ends([function(end) for end in between(low, high)])
        depth = self.depth + 1
        moved = Moving(self.watch, lambda at: function(inner(at)), rising, depth, turns=self.turns, bounds=bounds)
        moved.still = self.still
        return moved

    def with_other(self, other: Moving, function: Callable[[Any, Any], Any], *, divides: bool = False) -> Moving:
        """What a function makes of two numbers that, for each value of one, moves one way with the other.

        With `divides` that is so only where the other one has the same sign.
        """
        if self.depth + other.depth >= DEEPEST:
            value = function(self.plain(), other.plain())
            return Moving(self.watch, lambda at: value, True)
        first, second = self, other

        def at(instant: int) -> Any:
            return function(first.at(instant), second.at(instant))

        def bounds(low: int, high: int) -> tuple[Any, Any]:
            least, most = second.between(low, high)
            if divides and least <= 0 <= most:
                return -math.inf, math.inf
            return _ends([function(*pair) for pair in product(first.between(low, high), (least, most))])

        return Moving(self.watch, at, None, self.depth + other.depth + 1, bounds=bounds)

    def _moved(self, function: Callable[[Any], Any], by: Any, *, times: int = 1) -> Moving:
        """What a function makes of it that adds `by`, or takes it so many `times` (1 or -1) first."""
        moved = self.through(function, turned=times < 0)
        whole = isinstance(by, int) and isinstance(self.now, int)
        if moved.depth and (whole or (float(by).is_integer() and abs(by) < MOST_EXACT)):
            moved.days = {turn: times * number for turn, number in self.days.items()}
            moved.is_time = self.is_time and times > 0
        return moved

    def _joined(self, other: Moving) -> Any:
        """The sum of two numbers of whole days."""
        days = {turn: self.days.get(turn, 0) + other.days.get(turn, 0) for turn in {**self.days, **other.days}}
        days = {turn: number for turn, number in days.items() if number}
        if not days:
            return self.now + other.now
        joined = self.with_other(other, operator.add)
        signs = {number > 0 for number in days.values()}
        if joined.bounds is not None and (len(signs) == 1 or sum(days.values()) == 0):
            joined.bounds, joined.days = None, days
            joined.rising = signs.pop() if len(signs) == 1 else None
            joined.turns = frozenset(days) if joined.rising is None else joined.turns
        return joined

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Moving):
            return self._moved(lambda value: value + other, other)
        if self.days and other.days:
            return self._joined(other)
        joined = self.with_other(other, operator.add)
        if self.rising is not None and self.rising is other.rising and joined.bounds is not None:
            joined.rising, joined.bounds = self.rising, None
        return joined

    def __radd__(self, other: Any) -> Any:
        return self._moved(lambda value: other + value, other)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return self._moved(lambda value: other - value, other, times=-1)

    def __neg__(self) -> Any:
        return self._moved(operator.neg, 0, times=-1)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Moving):
            return self.with_other(other, operator.mul)
        return self.through(lambda value: value * other, turned=other < 0)

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Any:
        whole = self.through(lambda value: value // other, turned=other < 0)
        if self.is_time and other == DAY:
            whole.days = {(self.watch.now - self.now) % DAY: 1}
        return whole

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Moving):
            return self.with_other(other, operator.truediv, divides=True)
        return self.through(lambda value: value / other, turned=other < 0)

    def __rtruediv__(self, other: Any) -> Any:
        return Moving(self.watch, lambda at: other, True).with_other(self, operator.truediv, divides=True)


def _first(now: int, until: int, same: Callable[[int], bool], still: int | None) -> int:
    """The first instant after now at which something is no longer the same; `until` when it is so up to then.

    It turns at most once, and not before the instant `still`, if that is known.
    """
    low, high = now, until - 1
    if still is not None and low < still <= high:
        if not same(still):
            return still
        low = still
    if high <= low or same(high):
        return until
    while high - low > 1:
        middle = (low + high) // 2
        if same(middle):
            low = middle
        else:
            high = middle
    return high


def _ends(numbers: list[Any]) -> tuple[Any, Any]:
    """The least and the greatest."""
    if any(number != number for number in numbers):
        return -math.inf, math.inf
    return min(numbers), max(numbers)
