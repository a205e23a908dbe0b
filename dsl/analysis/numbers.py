"""Numbers that are not known: doubles in order, cut where something asks for more or less."""

from __future__ import annotations

import math
import struct
from bisect import bisect_left
from collections.abc import Callable
from decimal import ROUND_CEILING, Context, Decimal

import z3
from attrs import Factory, define

from scorelang.analysis.logic import NO, YES, Formula, Term, either, no

LARGEST = 1.7976931348623157e308
# Ordinary numbers are no larger, and are written with no more digits.
ORDINARY = 1e100
DIGITS = Context(prec=15, rounding=ROUND_CEILING)


def ordinal(number: float) -> int:
    """The place of a finite double in the order of all of them; both zeros have place 0."""
    bits: int = struct.unpack("<q", struct.pack("<d", number))[0]
    return bits if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)


def double(place: int) -> float:
    """The double at a place."""
    number: float = struct.unpack("<d", struct.pack("<q", abs(place)))[0]
    return number if place >= 0 else -number


def after(number: float) -> float:
    """The next larger double; infinity after the largest one."""
    return math.nextafter(number, math.inf)


def least(holds: Callable[[float], bool], low: float, high: float) -> float | None:
    """The least double from `low` to `high` for which something holds that holds for all above it; None for none."""
    if not holds(high):
        return None
    below, above = ordinal(low) - 1, ordinal(high)
    while above - below > 1:
        middle = (below + above) // 2
        if holds(double(middle)):
            above = middle
        else:
            below = middle
    return double(above)


def plain_between(low: float, high: float, avoided: frozenset[object] = frozenset()) -> float | None:
    """A number as plain as can be, `low` <= it < `high`; None when all that were tried are to be avoided."""
    tries = [0.0, 1.0, 10.0]
    if math.isfinite(low):
        tries += [low, float(math.ceil(low)), math.ceil(low * 100) / 100 if abs(low) < 1e12 else low]
        tries += [math.ceil(low) + 1.0, after(low)]
    if math.isfinite(high):
        tries += [math.ceil(high) - 1.0, math.nextafter(high, -math.inf)]
        tries += [math.ceil(high) - 2.0, high - 0.01]
    if math.isfinite(low) and math.isfinite(high):
        tries.append(low + (high - low) / 2)
    fitting = [each for each in tries if low <= each < high and math.isfinite(each) and each not in avoided]
    return min(fitting, key=lambda each: (not float(each).is_integer(), abs(each)), default=None)


def is_ordinary_between(low: float, high: float) -> bool:
    """Whether any number of 15 digits is, as a double, no less than the one and less than the other."""
    near = float(f"{low:.14e}")
    return low <= near < high or float(DIGITS.plus(Decimal(low))) < high


@define(eq=False)
class Number:
    """One number: a Boolean for each cut, that it is no less; `linked` terms move with it.

    An ordinary one is at most 10^100, whatever its sign, and of 15 digits: so `0.1 * n >= 5` asks the same as
    `n >= 50`, though a tenth of the double below 50 is rounded to 5.
    """

    name: str
    avoided: frozenset[object] = frozenset()
    facts: list[Formula] = Factory(list)
    ordinary: bool = False
    cuts: dict[float, Formula] = Factory(dict)
    _ordered: list[float] = Factory(list)
    linked: list[tuple[Callable[[float], int | None], bool, Term]] = Factory(list)

    def at_least(self, value: float) -> Formula:
        """That the number is no less than a value."""
        largest = ORDINARY if self.ordinary else LARGEST
        if math.isnan(value) or value > largest:
            return NO
        if value <= -largest:
            return YES
        value = value + 0.0  # one zero
        if value not in self.cuts:
            cut = z3.Bool(f"{self.name} >= {value!r}")
            at = bisect_left(self._ordered, value)
            self._ordered.insert(at, value)
            self.cuts[value] = cut
            if at > 0:
                self._order(self._ordered[at - 1], value)
            if at + 1 < len(self._ordered):
                self._order(value, self._ordered[at + 1])
            for link in self.linked:
                self._bound(link, value)
        return self.cuts[value]

    def _order(self, low: float, high: float) -> None:
        """Note that what is no less than the one is no less than the other, which is below it."""
        below, above = self.cuts[low], self.cuts[high]
        self.facts.append(either(no(above), below))
        if self.ordinary and not is_ordinary_between(low, high):
            self.facts.append(either(no(below), above))

    def avoid(self) -> None:
        """Note that data that says one of `avoided` says nothing."""
        for value in self.avoided:
            if isinstance(value, float):
                self.facts.append(either(no(self.at_least(value)), self.at_least(after(value))))

    def link(self, value: Callable[[float], int | None], rising: bool, term: Term) -> None:
        """Tie a term to the number, of which it is a function that only rises (or only falls)."""
        link = (value, rising, term)
        self.linked.append(link)
        for cut in (0.0, *self._ordered):
            self.at_least(cut)
            self._bound(link, cut)

    def _bound(self, link: tuple[Callable[[float], int | None], bool, Term], cut: float) -> None:
        value, rising, term = link
        above, below = value(cut), value(math.nextafter(cut, -math.inf))
        holds = self.cuts[cut]
        if above is not None:
            self.facts.append(either(no(holds), term >= above if rising else term <= above))
        if below is not None:
            self.facts.append(either(holds, term <= below if rising else term >= below))

    def bounds(self, model: z3.ModelRef, *, whole: bool = False) -> tuple[float, float]:
        """From which double, and before which one, the number lies in a model of z3.

        Cuts that the model leaves open do not count, or (`whole`) are taken for false.
        """
        low, high = -math.inf, math.inf
        for value in self._ordered:
            held = model.eval(self.cuts[value], model_completion=whole)
            if z3.is_true(held):
                low = value
            elif z3.is_false(held):
                return low, value
        return low, high

    def value(self, model: z3.ModelRef) -> float | None:
        """A number as a model of z3 has it."""
        low, high = self.bounds(model)
        for value, rising, term in self.linked:
            wanted = model.eval(term)
            if not z3.is_int_value(wanted):
                continue
            goal = wanted.as_long()
            near = solved(value, rising, goal, max(low, -LARGEST), high, self.avoided)
            if near is not None and low <= near < high and value(near) == goal:
                return near
        return plain_between(low, high, self.avoided)


def solved(
    value: Callable[[float], int | None],
    rising: bool,
    goal: int,
    low: float,
    high: float,
    avoided: frozenset[object] = frozenset(),
) -> float | None:
    """A plain number from `low` and before `high` for which a function that only rises (or falls) is `goal`."""

    def reached(number: float) -> bool:
        found = value(number)
        if found is None:
            return (number > 0) is rising
        return found >= goal if rising else found <= goal

    def passed(number: float) -> bool:
        found = value(number)
        if found is None:
            return (number > 0) is rising
        return found > goal if rising else found < goal

    last = min(high, LARGEST)
    first = least(reached, low, last)
    if first is None:
        return None
    beyond = least(passed, low, last)
    return plain_between(first, high if beyond is None else beyond, avoided)
