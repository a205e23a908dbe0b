"""Tallies as time moves them: their values now, such that what is decided with them tells when it turns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any

from scorelang.codegen.runtime import NEVER
from scorelang.session.moving import LAST, Moving, Watch
from scorelang.session.points import Points
from scorelang.session.tallies import FOREVER, Gathering, Instants


def watch_of(as_of: int, followed: Iterable[Gathering], others: Iterable[Gathering]) -> Watch:
    """A watch up to the first instant at which tallies change in a way that their numbers do not follow."""
    return Watch(as_of, min([LAST + 1, *map(_edge, followed), *(part.until for part in others)]))


def _edge(part: Gathering) -> int:
    if isinstance(part, Points):
        return part.edge if _is_one_way(part) else part.until
    if isinstance(part, Instants):
        # The latest event changes with the next one that comes to count, and when it is the last one to leave.
        latest = part.values[1]
        window = part.window
        left = FOREVER if window.most is None or latest == NEVER else latest + window.most + 1
        return min(left, part.pending + window.delay)
    return part.until


def followed(part: Gathering, watch: Watch, since: int) -> tuple[Any, ...]:
    """A tally's values up to its edge; `since` is the last instant that is forgotten."""
    if isinstance(part, Points) and _is_one_way(part):
        falling = any(points > 0 for _, points in part.counted)
        return Moving(watch, part.given_at, not falling, still=part.until), part.values[1]
    if isinstance(part, Instants) and part.until < watch.until:
        return _leaving(part, watch, since), part.values[1]
    return part.values


def _is_one_way(part: Points) -> bool:
    """Whether all that a rule gives fades, and all of it from above 0 or all from below."""
    return bool(part.decays) and len({points > 0 for _, points in part.counted if points}) == 1


def _leaving(part: Instants, watch: Watch, since: int) -> Moving:
    """How many events there still are, while none is added."""
    instants, window = part.instants, part.window
    end = bisect_right(instants, watch.now - window.delay)

    def count(at: int) -> int:
        return end - bisect_left(instants, window.first(at, since), 0, end)

    return Moving(watch, count, False, still=part.until)
