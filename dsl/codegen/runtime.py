"""What generated functions call once a lead is read: operators, points, ages.

It needs the standard library, `values` and `raw` only, so that it can stand in a module of its own.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from scorelang.codegen.raw import MOST_REMEMBERED
from scorelang.values import has_glob, left_after, local_date, matches, mentions, rounded, zone_of

ONCE = (None,)
NEVER = -(1 << 62)
# The longest table of what is left of a rule's points; what fades more slowly is worked out for each age.
LONGEST_TABLE = 200
WORDS = re.compile(r"[^\W_]+").findall


# --- operators ------------------------------------------------------------------------------------------------------


def contains_any(text: Any, parts: tuple[str, ...]) -> bool:
    """Whether any of the parts stands in a text, or is a member of a text list."""
    return any(part in text for part in parts)


def mentions_any(words: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a text has any of these as whole words."""
    first: dict[str, list[str]] = {}
    rest: list[str] = []
    for word in words:
        tokens = WORDS(word)
        if tokens and word.startswith(tokens[0]):
            first.setdefault(tokens[0], []).append(word)
        else:
            rest.append(word)

    def test(text: str) -> bool:
        for token in WORDS(text):
            for word in first.get(token, ()):
                if word == token or mentions(text, word):
                    return True
        return any(mentions(text, word) for word in rest)

    return test


def like(pattern: str) -> Callable[[str], bool]:
    """Whether a text matches a pattern; the usual shapes of patterns without stepping through the text."""
    parts = pattern.split("*")
    if "?" in pattern or "\\" in pattern:
        return lambda text: matches(pattern, text)
    if len(parts) == 1:
        return lambda text: text == pattern
    head, *middle, tail = parts
    least = len(head) + len(tail)

    def test(text: str) -> bool:
        if len(text) < least or not text.startswith(head) or not text.endswith(tail):
            return False
        at, end = len(head), len(text) - len(tail)
        for part in middle:
            found = text.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return True

    return test


def like_any(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a text matches any of the patterns."""
    whole = frozenset(pattern for pattern in patterns if not has_glob(pattern) and "\\" not in pattern)
    tests = tuple(like(pattern) for pattern in patterns if pattern not in whole)
    return lambda text: text in whole or any(test(text) for test in tests)


# --- numbers and points ---------------------------------------------------------------------------------------------


def finite_or_none(number: float) -> float | None:
    """The number; None (missing) for NaN and infinity."""
    return number if -math.inf < number < math.inf else None


MOST_HUNDREDTHS = 100_000_000_000


def hundredths(number: float) -> int:
    """A number of points as whole hundredths, halves away from zero, within what points can be."""
    number = number * 100
    if number >= MOST_HUNDREDTHS:
        return MOST_HUNDREDTHS
    if number <= -MOST_HUNDREDTHS:
        return -MOST_HUNDREDTHS
    whole = int(number)
    # The difference of a double and its whole part is exact.
    part = number - whole
    return whole + 1 if part >= 0.5 else whole - 1 if part <= -0.5 else whole


def ratio(number: int, divisor: int) -> int:
    """A whole number divided by one above 0, rounded, halves away from zero."""
    size = (2 * abs(number) + divisor) // (2 * divisor)
    return size if number >= 0 else -size


def total_of(numbers: list[float]) -> float | None:
    """The exact sum, rounded once; None (missing) when it is no double."""
    try:
        return finite_or_none(math.fsum(numbers))
    except OverflowError:
        return None


def average_of(numbers: list[float]) -> float | None:
    """The average; None (missing) without numbers."""
    if not numbers:
        return None
    try:
        return finite_or_none(math.fsum(numbers) / len(numbers))
    except OverflowError:
        return None


# --- age ------------------------------------------------------------------------------------------------------------

# A decay is (share lost, every so many microseconds) or (None, over so many microseconds).
Decay = tuple[Fraction | None, int]


def share_left(decay: Decay, age: int) -> Fraction:
    """The share of the points that is left at an age."""
    share, period = decay
    if share is None:
        return max(Fraction(0), 1 - Fraction(age, period))
    return left_after(age // period, share)


def aged(points: int, decays: tuple[Decay, ...], age: int) -> int:
    """Points less what their age takes, rounded once."""
    share = Fraction(1)
    for decay in decays:
        share *= share_left(decay, age)
    return rounded(points * share)


def losing(share: Fraction, period: int) -> Callable[[int, int], int]:
    """A function from points and an age to what is left of them."""
    decays = ((share, period),)
    known: dict[tuple[int, int], int] = {}

    def left(points: int, age: int) -> int:
        periods = age // period
        if periods <= 0:
            return points if periods == 0 else aged(points, decays, age)
        found = known.get((points, periods))
        if found is None:
            found = aged(points, decays, age)
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[points, periods] = found
        return found

    return left


def table_of(points: int, share: Fraction) -> tuple[int, ...] | None:
    """What is left after 0, 1, 2 … whole periods until nothing is; None when that takes too long."""
    table = [points]
    while table[-1]:
        if len(table) > LONGEST_TABLE:
            return None
        table.append(rounded(points * left_after(len(table), share)))
    return tuple(table)


def period_of(period: str, timezone: str) -> Callable[[int], Any]:
    """The calendar day, ISO week or month of an instant."""
    zone = zone_of(timezone)

    def calendar(at: int) -> Any:
        day = local_date(at, zone)
        return day if period == "day" else day.isocalendar()[:2] if period == "week" else (day.year, day.month)

    return calendar


def latest_of_each(amounts: list[tuple[int, int]], number: int, period: Callable[[int], Any]) -> int:
    """The sum of the latest so many amounts of each period; of equally late ones the larger."""
    count: dict[Any, int] = {}
    total = 0
    for at, points in sorted(amounts, reverse=True):
        key = period(at)
        count[key] = seen = count.get(key, 0) + 1
        if seen <= number:
            total += points
    return total


__all__ = ["bisect_right"]
