"""What generated code calls in sessions: parts of the run time that take numbers which time moves, and tallies."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from scorelang.codegen import runtime
from scorelang.codegen.runtime import Decay
from scorelang.session.moving import Moving
from scorelang.session.tallies import Summary


class Members(frozenset[Any]):
    """The members of a list, among which such a number can be looked for."""

    def __contains__(self, value: object) -> bool:
        if isinstance(value, Moving):
            # One by one, as the number may be a member, or another one, only later.
            return any(value == member for member in self)
        return super().__contains__(value)


def settled(value: Any) -> Any:
    """A value as it is now, whatever moves in it; when that will be otherwise is noted."""
    if isinstance(value, Moving):
        return value.plain()
    if isinstance(value, tuple | list):
        return type(value)(map(settled, value))
    return value


def total_of(numbers: Any) -> float | None:
    """The exact sum, rounded once; None (missing) when it is no double."""
    return numbers.total() if isinstance(numbers, Summary) else runtime.total_of(numbers)


def average_of(numbers: Any) -> float | None:
    """The average; None (missing) without numbers."""
    return numbers.average() if isinstance(numbers, Summary) else runtime.average_of(numbers)


def hundredths(number: Any) -> Any:
    """A number of points as whole hundredths."""
    return number.through(runtime.hundredths) if isinstance(number, Moving) else runtime.hundredths(number)


def ratio(number: Any, divisor: int) -> Any:
    """A whole number divided by one above 0, rounded."""
    if isinstance(number, Moving):
        return number.through(lambda value: runtime.ratio(value, divisor))
    return runtime.ratio(number, divisor)


def aged(points: Any, decays: tuple[Decay, ...], age: Any) -> Any:
    """Points less what their age takes."""
    return _faded(points, age, lambda points, age: runtime.aged(points, decays, age))


def _faded(points: Any, age: Any, left: Callable[[Any, Any], Any]) -> Any:
    if isinstance(points, Moving) and isinstance(age, Moving):
        return points.with_other(age, left)
    if isinstance(points, Moving):
        return points.through(lambda value: left(value, age))
    if isinstance(age, Moving):
        return age.through(lambda value: left(points, value), turned=points > 0)
    return left(points, age)


def losing(share: Fraction, period: int) -> Callable[[Any, Any], Any]:
    """A function from points and an age to what is left of them."""
    left = runtime.losing(share, period)

    return lambda points, age: _faded(points, age, left)


PLAIN = {"total_of": total_of, "average_of": average_of}
WATCHED = {**PLAIN, "hundredths": hundredths, "ratio": ratio, "aged": aged, "losing": losing}
