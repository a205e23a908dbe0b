"""What a lead's events add up to, and how long that stays so by itself.

A tally keeps what may still change it. As time only goes on, an event that counts for good becomes part of a sum, and
one whose window is over is dropped. What lies later than `as of` waits until it happens. `until` is the first instant
at which the values may be others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from copy import copy
from operator import itemgetter
from typing import Any, Protocol

from attrs import Factory, define, evolve, field

from scorelang import model as m
from scorelang.codegen import stepwise as s
from scorelang.codegen.runtime import NEVER

FOREVER = 1 << 62
# Every double is a whole number of these parts of 1.
PARTS = 1 << 1074


@define
class Window:
    """When events count: from `delay` microseconds after they happened, and until they are `most` old."""

    delay: int
    most: int | None
    since: int
    before: int
    # Whether what counts does so for good, and what is forgotten stays so.
    lasting: bool
    forgotten: bool

    @classmethod
    def of(cls, period: m.Period | None, steps: s.Steps, *, resets: bool) -> Window:
        """The window of a period; `resets` for what is never forgotten."""
        period = period or m.Period("")
        least = 0 if period.least_age is None else period.least_age + period.past
        since = NEVER if period.since is None else period.since
        before = FOREVER if period.before is None else period.before
        starting_over = steps.starting_over and not resets
        lasting = period.most_age is None and not starting_over
        return cls(max(least, 0), period.most_age, since, before, lasting, starting_over and steps.lasting)

    def first(self, as_of: int, since: int) -> int:
        """The first instant that counts, where `since` is the last one that is forgotten."""
        return since + 1 if self.most is None else max(as_of - self.most, since + 1)

    def past(self, as_of: int, since: int) -> int:
        """The instant before which nothing will count again."""
        over = NEVER if self.most is None else as_of - self.most
        return max(over, since + 1) if self.forgotten else over


class Gathering(Protocol):
    """A tally: its values at a time, and what it needs to go on."""

    until: int
    values: tuple[Any, ...]

    def refresh(self, as_of: int, since: int) -> None:
        """Work out the values at a time, which is not before that of any call before."""

    def saved(self) -> list[Any]:
        """What it keeps, in JSON's types."""

    def load(self, saved: list[Any]) -> None:
        """Take what was saved."""


@define
class Instants:
    """How many events there were, and when the latest was."""

    window: Window
    until: int = NEVER
    values: tuple[int, int] = (0, NEVER)
    count: int = 0
    latest: int = NEVER
    instants: list[int] = Factory(list)
    # The first event that does not count yet.
    pending: int = FOREVER

    def add(self, at: int) -> None:
        """Note an event."""
        if not self.window.since <= at < self.window.before:
            return
        instants = self.instants
        if not instants or at >= instants[-1]:
            instants.append(at)
        else:
            insort(instants, at)
        self.until = NEVER

    def refresh(self, as_of: int, since: int) -> None:
        """See `Gathering`."""
        window, instants = self.window, self.instants
        end = bisect_right(instants, as_of - window.delay)
        if window.lasting:
            if end:
                self.count += end
                self.latest = max(self.latest, instants[end - 1])
                del instants[:end]
            self.values = (self.count, self.latest)
            self.pending = instants[0] if instants else FOREVER
            self.until = self.pending + window.delay
            return
        over = bisect_left(instants, window.past(as_of, since), 0, end)
        if over:
            del instants[:over]
            end -= over
        start = bisect_left(instants, window.first(as_of, since), 0, end)
        self.values = (end - start, instants[end - 1] if start < end else NEVER)
        self.pending = instants[end] if end < len(instants) else FOREVER
        self.until = self.pending + window.delay
        if window.most is not None and start < end:
            self.until = min(self.until, instants[start] + window.most + 1)

    def saved(self) -> list[Any]:
        """See `Gathering`."""
        return [self.count, self.latest if self.count else None, list(self.instants)]

    def load(self, saved: list[Any]) -> None:
        """See `Gathering`."""
        count, latest, instants = saved
        self.count, self.latest, self.instants = count, NEVER if latest is None else latest, list(instants)


@define
class Numbers:
    """The values of an attribute: those that count for good as their exact sum, their number and the extremes."""

    window: Window
    until: int = NEVER
    values: tuple[Summary] = field(init=False)
    summary: Summary = Factory(lambda: Summary())
    entries: list[tuple[int, float]] = Factory(list)

    def __attrs_post_init__(self) -> None:
        self.values = (self.summary,)

    def add(self, at: int, number: float) -> None:
        """Note an event's value."""
        if self.window.since <= at < self.window.before:
            insort(self.entries, (at, number))
            self.until = NEVER

    def refresh(self, as_of: int, since: int) -> None:
        """See `Gathering`."""
        window, entries = self.window, self.entries
        start, end, self.until = slice_of(window, entries, as_of, since)
        if window.lasting:
            for _, number in entries[:end]:
                self.summary.add(number)
            del entries[:end]
            self.values = (self.summary,)
            return
        summary = Summary()
        for _, number in entries[start:end]:
            summary.add(number)
        self.values = (summary,)

    def saved(self) -> list[Any]:
        """See `Gathering`."""
        known = self.summary
        return [known.count, hex(known.parts), known.least, known.most, [list(entry) for entry in self.entries]]

    def load(self, saved: list[Any]) -> None:
        """See `Gathering`."""
        count, parts, least, most, entries = saved
        self.summary = Summary(count, int(parts, 16), float(least), float(most))
        self.values = (self.summary,)
        self.entries = [(at, float(number)) for at, number in entries]


@define
class Summary:
    """Numbers: how many, their exact sum in 2⁻¹⁰⁷⁴, and the extremes. Goes through the extremes, as a list of all."""

    count: int = 0
    parts: int = 0
    least: float = 0.0
    most: float = 0.0

    def add(self, number: float) -> None:
        """Take one more."""
        above, below = number.as_integer_ratio()
        self.parts += above * (PARTS // below)
        self.least = min(self.least, number) if self.count else number
        self.most = max(self.most, number) if self.count else number
        self.count += 1

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Any:
        return iter((self.least, self.most))

    def total(self) -> float | None:
        """The sum, rounded once; None (missing) when it is no double."""
        try:
            return self.parts / PARTS
        except OverflowError:
            return None

    def average(self) -> float | None:
        """The average; None (missing) without numbers."""
        total = self.total()
        return None if total is None or not self.count else total / self.count


@define
class Records:
    """Events that are gone through one by one: when each was, and its attributes."""

    horizon: int | None
    forgotten: bool
    until: int = NEVER
    values: tuple[list[tuple[Any, ...]]] = Factory(lambda: ([],))
    records: list[tuple[Any, ...]] = Factory(list)

    def add(self, record: tuple[Any, ...]) -> None:
        """Note an event."""
        records = self.records
        if not records or record[0] >= records[-1][0]:
            records.append(record)
        else:
            insort(records, record, key=itemgetter(0))
        self.until = NEVER

    def refresh(self, as_of: int, since: int) -> None:
        """See `Gathering`."""
        over = NEVER if self.horizon is None else as_of - self.horizon
        over = max(over, since + 1) if self.forgotten else over
        end = bisect_right(self.records, as_of, key=itemgetter(0))
        past = bisect_left(self.records, over, 0, end, key=itemgetter(0))
        del self.records[:past]
        end -= past
        self.values = (self.records[:end] if end < len(self.records) else self.records,)
        self.until = self.records[end][0] if end < len(self.records) else FOREVER

    def saved(self) -> list[Any]:
        """See `Gathering`. Lists of texts are in the order of the alphabet."""
        return [
            [sorted(value) if isinstance(value, frozenset) else value for value in record] for record in self.records
        ]

    def load(self, saved: list[Any]) -> None:
        """See `Gathering`."""
        self.records = [
            tuple(frozenset(value) if isinstance(value, list) else value for value in record) for record in saved
        ]


def slice_of(window: Window, entries: list[tuple[int, Any]], as_of: int, since: int) -> tuple[int, int, int]:
    """Which entries count, those dropped that never will again, and when that changes."""
    end = bisect_left(entries, (as_of - window.delay + 1,))
    start = 0
    if not window.lasting:
        over = bisect_left(entries, (window.past(as_of, since),), 0, end)
        del entries[:over]
        end -= over
        start = bisect_left(entries, (window.first(as_of, since),), 0, end)
    until = entries[end][0] + window.delay if end < len(entries) else FOREVER
    if window.most is not None and start < end:
        until = min(until, entries[start][0] + window.most + 1)
    return start, end, until


def copied(part: Any) -> Any:
    """A tally or records that go on by themselves."""
    kept = {name: copy(value) for name in MUTABLE if (value := getattr(part, name, None)) is not None}
    return evolve(part, until=NEVER, **kept)


# What changes in place.
MUTABLE = ("instants", "entries", "records", "summary")
