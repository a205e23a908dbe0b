"""What a change does to the work of sales: the leads at or above a stage, in all and week by week."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from attrs import Factory, define, frozen

DAYS = 7


@frozen
class Weekly:
    """Leads at or above the line by the week in which they came.

    A week begins on Monday; `weeks` counts all from the first to the last one with a lead, those without leads
    included. The averages are leads a week over these. `undated` leads have no date, and are in no week.
    """

    weeks: int
    first: date
    last: date
    dated: int
    undated: int
    before: float
    after: float
    busiest_before: int
    busiest_after: int


@frozen
class Workload:
    """Leads at or above the stage `line`, of `leads`: before, after, and how many came over it and fell below it."""

    line: str
    leads: int
    before: int
    after: int
    gained: int
    lost: int
    weekly: Weekly | None = None

    @property
    def change(self) -> float | None:
        """By which share of what was before it grew; None where nothing was."""
        return (self.after - self.before) / self.before if self.before else None


@define
class Weeks:
    """Counts leads that were, and that now are, at or above the line."""

    leads: int = 0
    before: int = 0
    after: int = 0
    gained: int = 0
    lost: int = 0
    undated: int = 0
    # By the number of the week: all leads, those over the line before, and those over it now.
    all: Counter[int] = Factory(Counter)
    over_before: Counter[int] = Factory(Counter)
    over_after: Counter[int] = Factory(Counter)

    def add(self, day: date | None, was: bool, now: bool, times: int = 1) -> None:
        """Take a lead, or so many alike, that came on that day; without one it is in no week."""
        self.leads += times
        self.before += times * was
        self.after += times * now
        self.gained += times * (now and not was)
        self.lost += times * (was and not now)
        if day is None:
            self.undated += times
            return
        # The first day of the calendar is a Monday.
        week = (day.toordinal() - 1) // DAYS
        self.all[week] += times
        self.over_before[week] += times * was
        self.over_after[week] += times * now

    def workload(self, line: str) -> Workload:
        """What was counted. Without a single date there are no weeks."""
        return Workload(line, self.leads, self.before, self.after, self.gained, self.lost, self._weekly())

    def _weekly(self) -> Weekly | None:
        if not self.all:
            return None
        first, last = min(self.all), max(self.all)
        weeks = last - first + 1
        return Weekly(
            weeks=weeks,
            first=_monday(first),
            last=_monday(last) + timedelta(DAYS - 1) if last < _LAST else date.max,
            dated=self.all.total(),
            undated=self.undated,
            before=self.over_before.total() / weeks,
            after=self.over_after.total() / weeks,
            busiest_before=max(self.over_before.values()),
            busiest_after=max(self.over_after.values()),
        )


_LAST = (date.max.toordinal() - 1) // DAYS


def _monday(week: int) -> date:
    return date.fromordinal(week * DAYS + 1)
