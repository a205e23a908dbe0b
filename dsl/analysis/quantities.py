"""Numbers that rise or fall with one unknown number: what is asked of them is asked of it, at the exact place."""

from __future__ import annotations

import math
from collections.abc import Callable

from attrs import frozen

from scorelang.analysis.logic import NO, YES, Formula, both, no
from scorelang.analysis.numbers import LARGEST, Number, after, least

Worked = Callable[[float], float | None]


def hundredths_at_least(value: float) -> int:
    """The fewest hundredths that are, as points, no less than a value."""
    number = math.floor(max(-1e15, min(value, 1e15)) * 100) - 2
    while number / 100 < value and number < 1e17:
        number += 1
    return number


@frozen(eq=False)
class Quantity:
    """A number: whether it is known, and what makes it no less than a value. `number` is the field it is, if any.

    Where `exactly` does not hold, the number may be another one.
    """

    known: Formula
    at_least: Callable[[float], Formula]
    number: Number | None = None
    # What the field is changed by, and whether it rises with it.
    worked: Worked | None = None
    rising: bool = True
    exactly: Formula = YES

    def compares(self, operator: str, value: float) -> Formula:
        """That it is more, less or equal; `in` is read as `is`."""
        match operator:
            case ">=":
                return self.at_least(value)
            case ">":
                return self.at_least(after(value))
            case "<":
                return no(self.at_least(value))
            case "<=":
                return no(self.at_least(after(value)))
        return both(self.at_least(value), no(self.at_least(after(value))))

    def through(self, worked: Worked) -> Quantity | None:
        """What arithmetic with constants makes of it; None where that does not simply rise or fall."""
        values = [worked(each) for each in (-2.0, -1.0, 0.0, 1.0, 2.0)]
        known = [value for value in values if value is not None]
        if len(known) != len(values) or sorted(known) not in (known, known[::-1]) or known[0] == known[-1]:
            return None
        rising = known[-1] > known[0]
        top = _last_known(worked, LARGEST)
        bottom = -_last_known(lambda each: worked(-each), LARGEST)

        def reaches(value: float) -> Callable[[float], bool]:
            def check(each: float) -> bool:
                found = worked(each)
                return found is not None and (found >= value if rising else found < value)

            return check

        def at_least(value: float) -> Formula:
            place = least(reaches(value), bottom, top)
            beyond = NO if place is None else self.at_least(place)
            return beyond if rising else no(beyond)

        in_range = both(
            YES if bottom == -LARGEST else self.at_least(bottom),
            YES if top == LARGEST else no(self.at_least(after(top))),
        )
        return Quantity(both(self.known, in_range), at_least, self.number, worked, rising, self.exactly)


def _last_known(worked: Worked, largest: float) -> float:
    """The largest number, 0 or above, for which something can be worked out."""
    unknown = least(lambda each: worked(each) is None, 0.0, largest)
    return largest if unknown is None else math.nextafter(unknown, 0.0)
