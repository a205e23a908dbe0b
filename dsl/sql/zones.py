"""A time zone as steps: from which instant, or from which local time, which offset holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from scorelang.sql.spell import Sql, case, cast, element, ge, long, lt, minus, plus, text, times, whole, whole_over
from scorelang.values import DAY, EPOCH, instant_of

# The calendar repeats itself after 400 years, and so do the rules of every zone after the last change that was decreed.
CYCLE = 146_097 * DAY
YEAR = CYCLE // 400
FIRST = (datetime(1800, 1, 1) - EPOCH) // timedelta(microseconds=1)
SETTLED = (datetime(2100, 1, 1) - EPOCH) // timedelta(microseconds=1)
CHANGEFUL = tuple((datetime(year, 1, 1) - EPOCH) // timedelta(microseconds=1) for year in (1900, 2030))

Steps = tuple[tuple[int, int], ...]


@lru_cache(maxsize=16)
def local_steps(zone: tzinfo) -> Steps:
    """From which local time (microseconds, ascending) which offset (microseconds) holds; of two, the earlier one."""
    return _steps(lambda local: local - instant_of(EPOCH + timedelta(microseconds=local), zone))


@lru_cache(maxsize=16)
def instant_steps(zone: tzinfo) -> Steps:
    """From which instant (microseconds, ascending) which offset (microseconds) holds."""

    def offset(instant: int) -> int:
        moment = (EPOCH + timedelta(microseconds=instant)).replace(tzinfo=UTC).astimezone(zone)
        return (moment.utcoffset() or timedelta()) // timedelta(microseconds=1)

    return _steps(offset)


def _steps(offset: Callable[[int], int]) -> Steps:
    """The steps of a function of time, looked for day by day and then by halves."""
    at, value = FIRST, offset(FIRST)
    steps = [(FIRST, value)]
    while at < SETTLED + CYCLE:
        # Only in the twentieth century did clocks change and change back within weeks.
        low, high = at, at + (DAY if CHANGEFUL[0] <= at < CHANGEFUL[1] else 7 * DAY)
        found = offset(high)
        if found != value:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == value else (low, middle)
            value = offset(high)
            steps.append((high, value))
        at = high
    return tuple(steps)


def local_to_instant(local: Sql, zone: tzinfo) -> Sql:
    """The instant of a local time, both in microseconds."""
    return local if zone is UTC else minus(local, _offset(local, local_steps(zone)))


def instant_to_local(instant: Sql, zone: tzinfo) -> Sql:
    """The local time of an instant, both in microseconds."""
    return instant if zone is UTC else plus(instant, _offset(instant, instant_steps(zone)))


def _offset(at: Sql, steps: Steps) -> Sql:
    """The offset at a time: found by its year in lists that say what holds when it begins, and each change in it."""
    if len(steps) == 1:
        return long(steps[0][1])
    # Whole cycles are taken off what is later than one.
    cycles = whole_over(minus(at, whole(SETTLED)), whole(CYCLE))
    time = case([(lt(at, whole(SETTLED)), at)], minus(at, times(cycles, whole(CYCLE))))
    year = plus(whole_over(minus(time, whole(FIRST)), whole(YEAR)), whole(1))
    begins, changes = _by_year(steps)
    branches = [(ge(time, _entry(moments, year)), _entry(offsets, year)) for moments, offsets in reversed(changes)]
    return case([(lt(at, whole(FIRST)), long(steps[0][1])), *branches], _entry(begins, year))


def _entry(values: list[int], index: Sql) -> Sql:
    """An element of a list that is written as one literal: hundreds of nodes would take their time to build."""
    return element(cast(text(f"[{', '.join(map(str, values))}]"), "BIGINT[]"), index)


def _by_year(steps: Steps) -> tuple[list[int], list[tuple[list[int], list[int]]]]:
    """For each year since FIRST the offset that it begins with, and its changes: their times and offsets."""
    years = (SETTLED + CYCLE - FIRST) // YEAR + 1
    found: list[list[tuple[int, int]]] = [[] for _ in range(years)]
    for step in steps[1:]:
        if (year := (step[0] - FIRST) // YEAR) < years:
            found[year].append(step)
    begins, offset = [], steps[0][1]
    for changes in found:
        begins.append(offset)
        offset = changes[-1][1] if changes else offset
    most = max(map(len, found))
    never = 2**62
    filled = [changes + [(never, 0)] * (most - len(changes)) for changes in found]
    return begins, [([one[at][0] for one in filled], [one[at][1] for one in filled]) for at in range(most)]
