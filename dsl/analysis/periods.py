"""How short a day, a week and a month can be where clocks are put forward, and where the date line moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from scorelang.values import DAY, zone_of

# Zones have been told apart since the first date, and by the last one what changes yearly has been seen.
FIRST, LAST = datetime(1840, 1, 1), datetime(2045, 1, 1)


@lru_cache(maxsize=64)
def shortest(timezone: str) -> Mapping[str, int]:
    """The shortest day, week and month of a time zone in microseconds; no date is any that is left out."""
    if timezone == "UTC":
        return {"day": DAY, "week": 7 * DAY, "month": 28 * DAY}
    offsets = _offsets(timezone)
    # Where clocks are put forward by a whole day, a date is left out, and those beside it are as long as ever.
    day = max(forward % DAY for days in (1, 2) for forward in _forward(offsets, days))
    week, month = (max(_forward(offsets, days)) for days in (8, 32))
    return {"day": DAY - day, "week": 7 * DAY - week, "month": 28 * DAY - month}


def _offsets(timezone: str) -> list[int]:
    """How far clocks are ahead of UTC on one day after the other, in microseconds."""
    zone = zone_of(timezone)
    days = (FIRST + timedelta(days=at) for at in range((LAST - FIRST).days))
    ahead = (day.replace(tzinfo=zone).utcoffset() or timedelta() for day in days)
    return [each // timedelta(microseconds=1) for each in ahead]


def _forward(offsets: list[int], days: int) -> set[int]:
    """How far clocks are put forward within so many days."""
    return {0, *(later - now for now, later in zip(offsets, offsets[days:], strict=False) if later > now)}
