"""The instants at which periods begin and end.

Lines outside the loop over events work with microseconds. The loop itself compares datetimes, as data has them; only
where an instant lies outside the calendar it is run with microseconds too.
"""

from __future__ import annotations

from datetime import timedelta

from attrs import Factory, define, frozen

from scorelang import model as m
from scorelang.codegen.raw import moment_of
from scorelang.codegen.writer import Constants


@frozen
class Instant:
    """The later (`max`) or earlier (`min`) of so many microseconds before `as_of` and of an instant."""

    which: str
    ages: tuple[int, ...]
    fixed: tuple[int, ...]

    @property
    def in_calendar(self) -> bool:
        """Whether all of it can be said in datetimes."""
        try:
            for age in self.ages:
                timedelta(microseconds=age)
            for at in self.fixed:
                moment_of(at)
        except OverflowError:
            return False
        return True

    def in_microseconds(self) -> str:
        """The text that works it out."""
        return self._text([*(f"as_of - {age}" for age in self.ages), *map(str, self.fixed)])

    def as_datetime(self, constants: Constants) -> str:
        """The text that works it out from `upto`, which is a datetime."""
        ages = [f"upto - {constants.name(timedelta(microseconds=age))}" for age in self.ages]
        return self._text([*ages, *(constants.made("moment_of", at) for at in self.fixed)])

    def _text(self, texts: list[str]) -> str:
        return texts[0] if len(texts) == 1 else f"{self.which}({', '.join(texts)})"


@define
class Windows:
    """Every instant that is needed, and its local."""

    prefix: str
    names: dict[Instant, str] = Factory(dict)

    def bounds(self, period: m.Period, *, happened: bool) -> tuple[str | None, str | None]:
        """From when a period counts, and before when; what has `happened` is not later than `as_of`."""
        lows = () if period.most_age is None else (period.most_age,)
        highs: tuple[int, ...] = ()
        if period.least_age is not None and not (happened and period.least_age <= 0 and not period.past):
            highs = (period.least_age if period.past else period.least_age - 1,)
        since = () if period.since is None else (period.since,)
        before = () if period.before is None else (period.before,)
        return self._named(Instant("max", lows, since)), self._named(Instant("min", highs, before))

    def _named(self, instant: Instant) -> str | None:
        if not instant.ages and not instant.fixed:
            return None
        return self.names.setdefault(instant, f"{self.prefix}{len(self.names)}")

    def in_microseconds(self) -> list[str]:
        """The lines that work all of them out."""
        return [f"{name} = {instant.in_microseconds()}" for instant, name in self.names.items()]
