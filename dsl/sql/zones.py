"""A time zone as steps: from which instant, or from which local time, which offset holds."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from attrs import frozen

from scorelang.sql.spell import (
    Sql,
    both,
    case,
    cast,
    element,
    ge,
    long,
    lt,
    minus,
    plus,
    text,
    times,
    whole,
    whole_over,
)
from scorelang.values import DAY, EPOCH

# The calendar repeats itself after 400 years, and so do the rules of every zone after the last change that was decreed.
CYCLE = 146_097 * DAY
YEAR = CYCLE // 400
BEGINNING, DENSE, RULED = datetime(1800, 1, 1), datetime(1900, 1, 1), datetime(2100, 1, 1)
FIRST, SETTLED = ((moment - EPOCH) // timedelta(microseconds=1) for moment in (BEGINNING, RULED))
SECOND, DAYS = timedelta(seconds=1), timedelta(days=1)
MICROS = 1_000_000
NEVER = 10**11  # seconds: later than any time

Bind = Callable[[Sql], Sql]

Steps = tuple[tuple[int, int], ...]


@lru_cache(maxsize=16)
def local_steps(zone: tzinfo) -> Steps:
    """From which local time (microseconds, ascending) which offset (microseconds) holds; of two, the earlier one."""
    return _steps(lambda moment: moment.replace(tzinfo=zone).utcoffset())


@lru_cache(maxsize=16)
def instant_steps(zone: tzinfo) -> Steps:
    """From which instant (microseconds, ascending) which offset (microseconds) holds."""
    return _steps(lambda moment: zone.fromutc(moment.replace(tzinfo=zone)).utcoffset())


def _steps(offset: Callable[[datetime], timedelta | None]) -> Steps:
    """The steps of a function of time, looked for every few days and then by halves to the second.

    Clocks change at whole seconds. The shortest time between two changes is 4 days, in Freetown in 1939, and 7 days
    after: so says the time zone database of 2026.
    """
    at, value = BEGINNING, offset(BEGINNING)
    steps = [(at, value)]
    while at < _year(RULED.year + 30):
        after = at + (3 * DAYS if DENSE <= at < RULED else 7 * DAYS)
        if offset(after) != value:
            before, change = 0, (after - at) // SECOND
            while change - before > 1:
                middle = (before + change) // 2
                before, change = (middle, change) if offset(at + middle * SECOND) == value else (before, middle)
            after = at + change * SECOND
            value = offset(after)
            steps.append((after, value))
        at = after
    micro = timedelta(microseconds=1)
    return tuple(((moment - EPOCH) // micro, (shift or timedelta()) // micro) for moment, shift in _to_the_end(steps))


def _to_the_end(steps: list[tuple[datetime, timedelta | None]]) -> Iterator[tuple[datetime, timedelta | None]]:
    """The steps, and those of the rest of the cycle.

    Where only rules are left, a year's changes are those of any year as long that begins on the same day of the week.
    """
    looked_at = RULED.year + 29
    yield from (step for step in steps if step[0].year < looked_at)
    alike = {
        (isleap(year), _year(year).weekday()): (_year(year), [step for step in steps if step[0].year == year])
        for year in range(RULED.year + 1, looked_at)
    }
    for year in range(looked_at, RULED.year + 400):
        begins, changes = alike[isleap(year), _year(year).weekday()]
        yield from ((_year(year) + (moment - begins), shift) for moment, shift in changes)


def _year(number: int) -> datetime:
    return datetime(number, 1, 1)


def local_to_instant(local: Sql, zone: tzinfo, bind: Bind) -> Sql:
    """The instant of a local time, both in microseconds."""
    return local if zone is UTC else minus(local, _offset(local, local_steps(zone), bind))


def instant_to_local(instant: Sql, zone: tzinfo, bind: Bind) -> Sql:
    """The local time of an instant, both in microseconds."""
    return instant if zone is UTC else plus(instant, _offset(instant, instant_steps(zone), bind))


def _offset(at: Sql, steps: Steps, bind: Bind) -> Sql:
    """The offset at a time: lists have what holds when a part of a year begins, and when that changes."""
    if len(steps) == 1:
        return long(steps[0][1])
    known = _parts(steps)
    # Whole cycles are taken off what is later than one.
    cycles = whole_over(minus(at, whole(SETTLED)), whole(CYCLE))
    time = bind(case([(lt(at, whole(SETTLED)), at)], minus(at, times(cycles, whole(CYCLE)))))
    within = plus(whole_over(minus(time, whole(FIRST)), whole(known.width)), whole(1))
    part = bind(case([(ge(time, whole(FIRST)), within)]))
    changed = ge(time, times(_entry(known.changes, part), long(MICROS)))
    found = times(_entry(known.begins, plus(part, case([(changed, whole(1))], whole(0)))), long(MICROS))
    crowded = [(both(ge(time, whole(begin)), lt(time, whole(end))), long(shift)) for begin, end, shift in known.crowded]
    return case([(lt(at, whole(FIRST)), long(steps[0][1])), *crowded], found)


def _entry(values: tuple[int, ...], index: Sql) -> Sql:
    """An element of a list that is written as one literal: hundreds of nodes would take their time to build."""
    return element(cast(text(f"[{', '.join(map(str, values))}]"), "BIGINT[]"), index)


@frozen
class _Parts:
    """Parts of years from FIRST on, of one width: in seconds with which offset each begins, and when that changes.

    Where it changes more than once in a part, `crowded` says from when to when which offset holds, in microseconds.
    """

    width: int
    begins: tuple[int, ...]
    changes: tuple[int, ...]
    crowded: tuple[tuple[int, int, int], ...]

    @property
    def size(self) -> int:
        """What reading it costs, about, in entries of a list."""
        return len(self.begins) + 100 * len(self.crowded)


@lru_cache(maxsize=32)
def _parts(steps: Steps) -> _Parts:
    """The parts, as wide as is best."""
    return min((_parts_of(steps, YEAR // number) for number in (1, 2, 4, 8)), key=lambda parts: parts.size)


def _parts_of(steps: Steps, width: int) -> _Parts:
    number = (SETTLED + CYCLE - FIRST) // width + 1
    found: list[list[tuple[int, int]]] = [[] for _ in range(number)]
    for step in steps[1:]:
        found[(step[0] - FIRST) // width].append(step)
    begins, changes, crowded = [steps[0][1] // MICROS], [], []
    for at, inside in enumerate(found):
        changes.append(inside[0][0] // MICROS if inside else NEVER)
        begins.append(inside[-1][1] // MICROS if inside else begins[-1])
        if len(inside) > 1:
            ends = [*(moment for moment, _ in inside[1:]), FIRST + (at + 1) * width]
            crowded += [(begin, end, shift) for (begin, shift), end in zip(inside, ends, strict=True)]
    return _Parts(width, tuple(begins), tuple(changes), tuple(crowded))
