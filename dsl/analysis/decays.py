"""Points that wear off, as steps: from which age on a rule gives how much."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from scorelang import model as m
from scorelang.interpret import share_left
from scorelang.values import rounded

# With more steps than these, a few of them stand for all, and points are only known to lie between two of them.
MOST_STEPS = 48
COARSE_STEPS = 16
# No age is larger: the calendar is not that long.
OLDEST = 320_000_000_000_000_000

Decays = tuple[m.Losing | m.Fading, ...]


@lru_cache(maxsize=4096)
def worn(whole: int, decays: Decays, age: int | None) -> int:
    """What is left of whole hundredths at an age in microseconds; None is an age past every other."""
    share = Fraction(1)
    for decay in decays:
        share *= 0 if age is None else share_left(decay, age)
    return rounded(whole * share)


def youngest(queries: Sequence[m.Query]) -> int:
    """How old, in microseconds, events are at least that any of these references means, as their windows say."""
    periods = (query.period for query in queries)
    ages = [0 if each is None or each.least_age is None else each.least_age + each.past for each in periods]
    return max(0, min(ages, default=0))


@lru_cache(maxsize=256)
def steps(whole: int, decays: Decays, last: int | None) -> Sequence[int]:
    """The ages, rising and from 0, at which points change, up to `last`; only some of them where there are many."""
    end = OLDEST if last is None else last
    found = [0]
    while len(found) <= MOST_STEPS:
        at = _next_change(whole, decays, found[-1], end)
        if at is None:
            return found
        found.append(at)
    return _coarse(decays, end)


def _next_change(whole: int, decays: Decays, age: int, end: int) -> int | None:
    now = worn(whole, decays, age)
    if now == 0 or worn(whole, decays, end) == now:
        return None
    if all(isinstance(decay, m.Losing) for decay in decays):
        return _next_period(whole, decays, age, end)
    step = min(decay.every if isinstance(decay, m.Losing) else decay.over for decay in decays)
    low, high = age, age
    while worn(whole, decays, min(high, end)) == now:
        low, high = min(high, end), high + step
    high = min(high, end)
    while high - low > 1:
        middle = (low + high) // 2
        if worn(whole, decays, middle) == now:
            low = middle
        else:
            high = middle
    return high


def _next_period(whole: int, decays: Decays, age: int, end: int) -> int | None:
    """The same where points change only as a period ends."""
    periods = [decay.every for decay in decays if isinstance(decay, m.Losing)]
    now = worn(whole, decays, age)
    while worn(whole, decays, age) == now:
        age = min((age // period + 1) * period for period in periods)
        if age > end:
            return None
    return age


def _coarse(decays: Decays, end: int) -> list[int]:
    ages = {0}
    for decay in decays:
        if isinstance(decay, m.Fading):
            ages |= {decay.over * at // COARSE_STEPS for at in range(COARSE_STEPS + 1)}
        else:
            ages |= {decay.every * at for at in range(COARSE_STEPS + 1)}
    return sorted(age for age in ages if age <= end)
