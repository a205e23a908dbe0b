"""Numbers, dates, durations and shares as the engines have them."""

from __future__ import annotations

import math
import re
from decimal import ROUND_UP, Decimal
from fractions import Fraction

from scorelang import nodes as n
from scorelang.check.slips import is_thousands
from scorelang.check.state import Around, State
from scorelang.model import Fading, Losing, Period
from scorelang.values import DAY, MOST_POINTS, UNITS, Unfit, parse_instant, zone_of

BASIC_DATE = re.compile(r"(\d{4})(0\d|1[0-2])([0-2]\d|3[01])")


def hundredths(state: State, around: Around, number: n.Number) -> int | None:
    """A number of points as whole hundredths."""
    if is_thousands(state, around, number):
        return None
    # Nearly all points are whole, and small: these need no fractions.
    if len(number.text) < 6 and number.text.lstrip("-").isdecimal():
        return int(number.text) * 100
    exact = Fraction(Decimal(number.text)) * 100
    if abs(exact) > MOST_POINTS * 100:
        state.error(
            around, number.span, "too-many-points", f"points go to {MOST_POINTS:,} at most", "this number is larger"
        )
        return None
    if exact.denominator != 1:
        nearest = Decimal(number.text).quantize(Decimal("0.01"), ROUND_UP)
        state.error(
            around,
            number.span,
            "too-many-decimals",
            "points have at most two decimals",
            "a hundredth is the least",
            help=(f"write `{nearest:{'+' if number.signed else ''}}`",),
        )
        return None
    return int(exact)


def number_value(state: State, around: Around, number: n.Number) -> float | None:
    """A number as a double."""
    if not math.isfinite(number.value):
        state.error(around, number.span, "number-too-large", "this number is too large", "a number goes to about 1e308")
        return None
    return None if is_thousands(state, around, number) else number.value


def quoted_number(node: n.Node) -> str | None:
    """How to write a number that stands in quotes."""
    if isinstance(node, n.Text) and node.value.strip().replace(".", "", 1).replace("_", "").isdigit():
        return f"a number stands without quotes: `{node.value.strip()}`"
    return None


def hyphened_date(node: n.Node) -> str | None:
    """How to write a date that stands without its hyphens: `20261121`."""
    if isinstance(node, n.Number) and (match := BASIC_DATE.fullmatch(node.text)):
        return f"a date is typed with hyphens: `{match[1]}-{match[2]}-{match[3]}`"
    return None


def whole(state: State, around: Around, number: n.Number, what: str, *, least: int = 0) -> int | None:
    """A number that counts something."""
    if not number.value.is_integer() or number.value < least:
        state.error(
            around, number.span, "not-a-count", f"{what} is a whole number, at least {least}", f"found {number.text}"
        )
        return None
    return int(number.value)


def date_value(state: State, around: Around, date: n.Date) -> int | None:
    """A date as microseconds; without an offset in the model's time zone."""
    try:
        return parse_instant(date.text, zone_of(state.zone_name))
    except Unfit:
        state.error(
            around,
            date.span,
            "no-such-date",
            f"there is no date {date.text}",
            "a date is year-month-day, with 24 hours in the day",
            help=(
                "midnight is `00:00` of the day that begins" if "T24" in date.text else None,
                "write it like 2026-11-21 or 2026-11-21T14:30",
            ),
        )
        return None


def duration_value(duration: n.Duration) -> int:
    """A duration in microseconds."""
    return int(Fraction(duration.number.text) * UNITS[duration.unit])


def _positive(state: State, around: Around, duration: n.Duration) -> int | None:
    micros = duration_value(duration)
    if micros <= 0:
        state.error(
            around,
            duration.span,
            "no-time",
            "a period takes some time",
            f"found {duration.number.text} {duration.unit}s",
        )
        return None
    return micros


def losing_value(state: State, around: Around, node: n.Losing) -> Losing | None:
    """`losing 50% every 30 days`, checked."""
    share = Fraction(node.percent) / 100
    every = _positive(state, around, node.every)
    if not 0 < share <= 1:
        state.error(
            around,
            node.span,
            "impossible-share",
            f"a share of {node.percent}% cannot be lost",
            "more than 0% and at most 100%",
        )
        return None
    return None if every is None else Losing(share, every)


def fading_value(state: State, around: Around, node: n.Fading) -> Fading | None:
    """`fading out over 90 days`, checked."""
    over = _positive(state, around, node.over)
    return None if over is None else Fading(over)


def during_value(state: State, around: Around, node: n.During) -> tuple[int, int] | None:
    """The instants of `during A to B`, the end exclusive; an end without a time of day counts with its whole day."""
    start, end = date_value(state, around, node.start), date_value(state, around, node.end)
    if start is None or end is None:
        return None
    if start > end:
        state.error(
            around, node.span, "ends-before-start", "this span ends before it begins", "the earlier date stands first"
        )
        return None
    return start, _next_day(state, node.end, end) if "T" not in node.end.text else end + 1


def _next_day(state: State, date: n.Date, instant: int) -> int:
    """Midnight of the day after, which daylight saving may put 23 or 25 hours later."""
    from datetime import date as calendar
    from datetime import timedelta

    try:
        following = calendar.fromisoformat(date.text) + timedelta(1)
    except OverflowError:
        return instant + DAY
    return parse_instant(following.isoformat(), zone_of(state.zone_name))


def period_value(state: State, around: Around, window: n.Window, *, of_events: bool) -> Period | None:
    """A window as the ages or instants that count."""
    text = around.source.slice(window.span)
    low, high = window.low, window.high
    match window.form:
        case "since" | "before":
            assert isinstance(low, n.Date)
            instant = date_value(state, around, low)
            if instant is None:
                return None
            return Period(text, since=instant) if window.form == "since" else Period(text, before=instant)
        case "within next":
            assert isinstance(high, n.Duration)
            if of_events:
                state.error(
                    around,
                    window.span,
                    "future-events",
                    "events to come do not exist yet",
                    "this can never be true",
                    help=("look back with `within 14 days`, or use a date of the lead",),
                )
                return None
            return Period(text, least_age=-duration_value(high), most_age=0)
        case "more than":
            assert isinstance(low, n.Duration)
            return Period(text, least_age=duration_value(low), past=True)
    least = duration_value(low) if isinstance(low, n.Duration) else 0
    most = duration_value(high) if isinstance(high, n.Duration) else 0
    if least > most:
        state.error(
            around, window.span, "ends-before-start", "nothing lies between these two", "the shorter time stands first"
        )
        return None
    return Period(text, least_age=least, most_age=most)
