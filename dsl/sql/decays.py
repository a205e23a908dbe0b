"""Decay without powers or dates: the reference's own shares, worked out beforehand for every age that changes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import gcd

from scorelang import model as m
from scorelang.interpret import share_left
from scorelang.sql import spell as s
from scorelang.sql.spell import Sql
from scorelang.values import rounded

# Larger points than these (in hundredths) nothing holds: a 64-bit sum of them would be full.
LARGEST = 2**61
# Beyond so many different values a decay would make a query that takes longer to read than to run.
MOST_STEPS = 20_000

Bind = Callable[[Sql], Sql]


class TooManySteps(Exception):  # noqa: N818
    """A decay that has too many different values to be written out."""


def aged(points: int | Sql, decays: Sequence[m.Losing | m.Fading], at: Sql, as_of: int, bind: Bind) -> Sql:
    """Whole points less what their age takes, rounded once. `at` is the instant of the event, never after `as_of`."""
    if isinstance(points, int):
        if points == 0:
            return s.long(0)
        if len(decays) == 1 and isinstance(decays[0], m.Fading):
            return _faded(s.long(points), decays[0].over, at, as_of)
        return _table(constant_steps(points, tuple(decays)), "BIGINT", decays, at, as_of)
    if len(decays) == 1 and isinstance(decays[0], m.Fading):
        return _faded(points, decays[0].over, at, as_of)
    steps = share_steps(tuple(decays))
    over = _table([(age, share.numerator) for age, share in steps], "HUGEINT", decays, at, as_of)
    under = _table([(age, share.denominator) for age, share in steps], "HUGEINT", decays, at, as_of)
    return scaled(points, bind(over), bind(under))


def scaled(points: Sql, over: Sql, under: Sql) -> Sql:
    """Whole points times a fraction, rounded once, half away from zero."""
    size = s.cast(s.call("ABS", points), "HUGEINT")
    share = s.huge_over(
        s.plus(s.times(s.times(s.cast(s.whole(2), "HUGEINT"), size), over), under),
        s.times(s.cast(s.whole(2), "HUGEINT"), under),
    )
    return s.cast(s.case([(s.lt(points, s.long(0)), s.minus(s.cast(s.whole(0), "HUGEINT"), share))], share), "BIGINT")


def _huge(value: int) -> Sql:
    return s.cast(s.whole(value), "HUGEINT")


def _faded(points: Sql, over: int, at: Sql, as_of: int) -> Sql:
    left = s.minus(_huge(over), s.minus(s.long(as_of), at))
    faded = scaled(points, left, _huge(over))
    # Points that are missing are so at any age.
    return s.case([(s.gt(at, s.whole(as_of - over)), faded), (s.known(points), s.long(0))])


def _table(
    steps: Sequence[tuple[int, int]], type_: str, decays: Sequence[m.Losing | m.Fading], at: Sql, as_of: int
) -> Sql:
    """The value of the last step whose age is reached."""
    if len(steps) <= s.MOST_BRANCHES:
        pairs = pairwise(steps)
        branches = [(s.gt(at, s.whole(as_of - age)), s.cast(s.whole(value), type_)) for (_, value), (age, _) in pairs]
        return s.case(branches, s.cast(s.whole(steps[-1][1]), type_))
    every = decays[0].every if len(decays) == 1 and isinstance(decays[0], m.Losing) else 0
    if every and steps[-1][0] // every < MOST_STEPS:
        periods = s.whole_over(s.minus(s.whole(as_of), at), s.whole(every))
        last = steps[-1][0] // every
        values = _of_each_period(steps, every)
        index = s.plus(s.call("LEAST", periods, s.whole(last)), s.whole(1))
        return s.element(s.cast(s.text(f"[{', '.join(map(str, values))}]"), f"{type_}[]"), index)
    middle = len(steps) // 2
    earlier = s.gt(at, s.whole(as_of - steps[middle][0]))
    return s.case(
        [(earlier, _table(steps[:middle], type_, (), at, as_of))], _table(steps[middle:], type_, (), at, as_of)
    )


def _of_each_period(steps: Sequence[tuple[int, int]], every: int) -> list[int]:
    """The value after each number of whole periods."""
    values = []
    for (age, value), (end, _) in zip(steps, [*steps[1:], (steps[-1][0] + every, 0)], strict=True):
        values += [value] * ((end - age) // every)
    return values


@lru_cache(maxsize=256)
def share_steps(decays: tuple[m.Losing | m.Fading, ...]) -> tuple[tuple[int, Fraction], ...]:
    """From which age which share is left (rounded so that no points tell), until nothing is left of any points."""
    if any(isinstance(decay, m.Fading) for decay in decays):
        raise TooManySteps
    losses = [decay for decay in decays if isinstance(decay, m.Losing)]
    steps = [(0, Fraction(1))]
    share = Fraction(1)
    while share * LARGEST * 2 >= 1:
        age = min((steps[-1][0] // loss.every + 1) * loss.every for loss in losses)
        share = _share(losses, age)
        steps.append((age, _below(share)))
        if len(steps) > MOST_STEPS:
            raise TooManySteps
    return (*steps[:-1], (steps[-1][0], Fraction(0)))


def _share(decays: Sequence[m.Losing | m.Fading], age: int) -> Fraction:
    share = Fraction(1)
    for decay in decays:
        share *= share_left(decay, age)
    return share


@lru_cache(maxsize=1024)
def constant_steps(points: int, decays: tuple[m.Losing | m.Fading, ...]) -> tuple[tuple[int, int], ...]:
    """From which age how many points are left: found by halves, since they only ever fall."""
    losses = [decay.every for decay in decays if isinstance(decay, m.Losing)]
    # Where nothing fades, points change at whole periods only.
    unit = gcd(*losses) if len(losses) == len(decays) else 1

    def value(units: int) -> int:
        return rounded(points * _share(decays, units * unit))

    steps = [(0, value(0))]
    reach = min(decay.every if isinstance(decay, m.Losing) else max(1, decay.over // 64) for decay in decays) // unit
    while steps[-1][1] != 0:
        low, high = steps[-1][0], steps[-1][0] + reach
        while value(high) == steps[-1][1]:
            low, high = high, high + 2 * (high - low)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if value(middle) == steps[-1][1] else (low, middle)
        steps.append((high, value(high)))
        if len(steps) > MOST_STEPS:
            raise TooManySteps
    return tuple((units * unit, left) for units, left in steps)


def _below(share: Fraction) -> Fraction:
    """The largest fraction that is not above the share and whose denominator is not above 2 × LARGEST.

    Points p (up to LARGEST) times a share round up at j − ½, that is where the share is (2j − 1) ÷ 2p: a fraction with
    such a denominator. None lies between the one given here and the share itself, so both round all points alike.
    """
    limit = 2 * LARGEST
    if share.denominator <= limit:
        return share
    near = share.limit_denominator(limit)
    if near <= share:
        return near
    # The neighbour below `near` among the fractions of such denominators: near − 1 ÷ (b × d) with d as large as can be.
    over, under = near.numerator, near.denominator
    inverse = pow(over, -1, under) if under > 1 else 0
    largest = limit - (limit - inverse) % under if under > 1 else limit
    return Fraction((over * largest - 1) // under, largest)
