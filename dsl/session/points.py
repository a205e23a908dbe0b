"""What a rule gives over its events, each aged on its own."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from heapq import heappop, heappush, heapreplace
from typing import Any

from attrs import Factory, define, field

from scorelang.codegen import stepwise as s
from scorelang.codegen.points import decay_of
from scorelang.codegen.runtime import NEVER, Decay, aged, latest_of_each, losing, period_of, ratio
from scorelang.session.tallies import FOREVER, Instants, Numbers, Records, Window, slice_of

# When what an event gives changes next; when it was, its points, and what of them is counted now.
Step = tuple[int, int, int, int]


@define
class Points:
    """The sum of what events give, and whether there was one; of each calendar period perhaps only the latest few."""

    window: Window
    decays: tuple[Decay, ...]
    number: int
    period: Callable[[int], Any] | None
    until: int = NEVER
    values: tuple[int, bool] = (0, False)
    total: int = 0
    fired: bool = False
    entries: list[tuple[int, int]] = Factory(list)
    # With so many entries, those that no longer matter are looked for.
    crowded: int = 64
    left: Callable[[int, int], int] = field(init=False)
    # Which of the entries count now, and until when it is the same ones.
    span: tuple[int, int] = field(default=(0, 0), init=False)
    edge: int = field(default=NEVER, init=False)
    # The next step of every entry, the first one first, what all give now, and up to when all is forgotten.
    steps: list[Step] = field(factory=list, init=False)
    given: int = field(default=0, init=False)
    since: int | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self.left = _left_of(self.decays)

    def add(self, at: int, points: int) -> None:
        """Note what an event gives, before it ages."""
        if not self.window.since <= at < self.window.before:
            return
        entries, entry = self.entries, (at, points)
        if not entries or entry >= entries[-1]:
            entries.append(entry)
        else:
            insort(entries, entry)
        if self.since is not None:
            heappush(self.steps, (at + self.window.delay, at, points, 0))
        self.until = NEVER

    def refresh(self, as_of: int, since: int) -> None:
        """See `Gathering`."""
        if len(self.entries) > self.crowded:
            self._thin(as_of)
            self.crowded = max(64, 2 * len(self.entries))
        start, end, self.edge = slice_of(self.window, self.entries, as_of, since)
        self.until = self.edge
        if self.window.lasting and not self.decays and self.period is None:
            self.total += sum([points for _, points in self.entries[:end]])
            self.fired = self.fired or end > 0
            del self.entries[:end]
            self.values = (self.total, self.fired)
            return
        self.span = (start, end)
        if self.period is None:
            given = self._stepped(as_of, since)
            self.until = min(self.edge, self.steps[0][0] if self.steps else FOREVER)
        else:
            given = self.given_at(as_of)
            if self.decays:
                ages = ((at, self._next_age(points, as_of - at)) for at, points in self.counted)
                self.until = min([self.edge, *(at + age for at, age in ages if age is not None)])
        self.values = (given, self.fired or start < end)

    @property
    def counted(self) -> list[tuple[int, int]]:
        """The entries that count now."""
        return self.entries[slice(*self.span)]

    def given_at(self, as_of: int) -> int:
        """What those that count now give at a time, if they still count then."""
        left = self.left
        amounts = [(at, left(points, as_of - at)) for at, points in self.counted]
        if self.period is not None:
            return latest_of_each(amounts, self.number, self.period)
        return sum([points for _, points in amounts])

    def _stepped(self, as_of: int, since: int) -> int:
        """What all give, after the steps since the last time."""
        if since != self.since:
            self.since, self.given = since, 0
            self.steps = [(at + self.window.delay, at, points, 0) for at, points in self.entries]
        steps, left, most = self.steps, self.left, self.window.most
        given = self.given
        while steps and steps[0][0] <= as_of:
            _, at, points, before = steps[0]
            age = as_of - at
            if at <= since or (most is not None and age > most):
                given -= before
                heappop(steps)
                continue
            now = left(points, age)
            given += now - before
            later = [] if most is None else [at + most + 1]
            if (step := self._next_age(points, age)) is not None:
                later.append(at + step)
            if now and later:
                heapreplace(steps, (min(later), at, points, now))
            else:
                heappop(steps)
        self.given = given
        return given

    def _next_age(self, points: int, age: int) -> int | None:
        return next_age(points, self.decays, age, self.left) if self.decays else None

    def _thin(self, as_of: int) -> None:
        """Drop what will never count again: all but the latest of each period, and what has faded to nothing."""
        entries = self.entries
        end = bisect_left(entries, (as_of - self.window.delay + 1,))
        if self.period is not None:
            seen: dict[Any, int] = {}
            kept = []
            for entry in reversed(entries[:end]):
                period = self.period(entry[0])
                seen[period] = seen.get(period, 0) + 1
                if seen[period] <= self.number:
                    kept.append(entry)
            entries[:end] = reversed(kept)
        elif self.decays and self.window.lasting:
            kept = [(at, points) for at, points in entries[:end] if self.left(points, as_of - at)]
            self.fired = self.fired or len(kept) < end
            entries[:end] = kept

    def saved(self) -> list[Any]:
        """See `Gathering`."""
        return [self.total, self.fired, [list(entry) for entry in self.entries]]

    def load(self, saved: list[Any]) -> None:
        """See `Gathering`."""
        self.total, self.fired, entries = saved
        self.entries = [(at, points) for at, points in entries]


def _left_of(decays: tuple[Decay, ...]) -> Callable[[int, int], int]:
    """A function from points and an age to what is left of them."""
    if not decays:
        return lambda points, age: points
    [(share, period), *more] = decays
    if more:
        return lambda points, age: aged(points, decays, age)
    if share is not None:
        return losing(share, period)
    return lambda points, age: ratio(points * (period - age), period) if age < period else 0


def next_age(
    points: int, decays: tuple[Decay, ...], age: int, left: Callable[[int, int], int] | None = None
) -> int | None:
    """An age, after this one, before which what is left of points is the same; None when nothing is left of them.

    `left` is a function from points and an age to what is left of them, if there is one.
    """
    left = left or _left_of(decays)
    now = abs(left(points, age))
    if not now:
        return None
    whole = [every for share, every in decays if share is not None]
    fading = [over for share, over in decays if share is None]
    if not fading:
        return min((age // every + 1) * every for every in whole)
    if not whole and len(fading) == 1:
        # Halves are rounded away from zero: it is `now` as long as points * (over - age) / over is at least now - 1/2.
        return fading[0] * (2 * abs(points) - 2 * now + 1) // (2 * abs(points)) + 1
    low, high = age, min(fading)
    while high - low > 1:
        middle = (low + high) // 2
        if abs(left(points, middle)) == now:
            low = middle
        else:
            high = middle
    return high


Tally = Instants | Numbers | Points


def tallies_of(gathered: s.Gathered, steps: s.Steps, timezone: str, *, resets: bool) -> list[Tally]:
    """Tallies without events."""
    return [_tally(tally, Window.of(tally.period, steps, resets=resets), timezone) for tally in gathered.tallies]


def _tally(tally: s.Tally, window: Window, timezone: str) -> Tally:
    if tally.form == "instants":
        return Instants(window)
    if tally.form == "numbers":
        return Numbers(window)
    frequency = tally.frequency
    decays = tuple(decay_of(decay) for decay in tally.decays)
    if frequency is None:
        return Points(window, decays, 0, None)
    return Points(window, decays, frequency.number, period_of(frequency.period, timezone))


def records_of(gathered: s.Gathered, steps: s.Steps, *, resets: bool) -> list[Records]:
    """Records of no events yet."""
    forgotten = steps.starting_over and steps.lasting and not resets
    return [Records(kept.horizon, forgotten) for kept in gathered.kept]
