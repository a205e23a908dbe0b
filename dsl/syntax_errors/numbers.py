"""Slips in numbers, points and dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scorelang.syntax_errors.slip import NUMBER, Slip, slip, spaced

WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ROUND = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60, "ninety": 90}
DIGITS = dict(zip(WORDS, range(1, 13), strict=True)) | ROUND
DIGIT_WORD = rf"({'|'.join(DIGITS)})\b"
SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "bn": 9, "b": 9, "billion": 9}
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTH = rf"({'|'.join(month[:3] for month in MONTHS)})[a-z]*\.?"
ORDINAL = r"(\d{1,2})(?:st|nd|rd|th|\.)?"
DAY, MONTH_NUMBER = r"(1[3-9]|2\d|3[01])", r"(0?[1-9]|1[0-2])"
DASH = r"(?:-|–|—|\.\.+|…)"

GIVES = r"(?:add|plus|give|get|award|earn|score|assign)s?\s*\+?=?|\+=|=|:|->"
TAKES = r"(?:minus|subtract|deduct|remove|lose|take)s?(?:\s+away)?|-="
UNIT = r"(?:points?|pts?|p)\b\.?"


def _grouped(groups: Sequence[str]) -> str:
    return re.sub(r"\D", "_", groups[0])


def _with_decimals(groups: Sequence[str]) -> str:
    """`10_000.5` of `10.000,5` or `10,000.5`; decimals that are 0 are left out."""
    whole = re.sub(r"\D", "_", groups[1])
    return f"{whole}.{groups[2]}" if groups[2].strip("0") else whole


def _scaled(groups: Sequence[str]) -> str:
    """`10_000` of `10k`."""
    whole, _, part = groups[1].replace("_", "").partition(".")
    zeros = SCALES[groups[2].lower()]
    return f"{int(whole + part.ljust(zeros, '0')[:zeros]):_}"


def _signed(groups: Sequence[str]) -> str:
    return f"{groups[2].strip() or '+'}{groups[3]}"


def _given(groups: Sequence[str]) -> str:
    """`+10` of `add 10`."""
    takes = re.fullmatch(TAKES, groups[2].strip(), re.IGNORECASE)
    return f"{groups[3].strip() or ('-' if takes else '+')}{groups[4]}"


def _digits(groups: Sequence[str]) -> str:
    return str(DIGITS[groups[-1].lower()])


def _iso(year: str, month: str | int, day: str | int) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


def _either(groups: Sequence[str]) -> str:
    first, second, year = groups[1:4]
    return f"write `{_iso(year, first, second)}` or `{_iso(year, second, first)}`"


def _named(groups: Sequence[str]) -> str:
    """An ISO date of `21 Nov 2026` or `November 21, 2026`."""
    day, month, year = groups[1:4] if groups[1] else (groups[5], groups[4], groups[6])
    number = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(month.lower()[:3]))
    return _iso(year, number, day)


def _date(pattern: str, order: str) -> Slip:
    """A row for dates whose groups are in this order, such as `321` for day, month, year."""
    year, month, day = (int(at) for at in order)

    def fix(groups: Sequence[str]) -> str:
        return _iso(groups[year], groups[month], groups[day])

    return slip("date-format", pattern, DATES, lambda groups: f"write `{fix(groups)}`", fix)


DATES = "a date is typed year-month-day"
SPAN = "a span of numbers is typed `from … to …`"
POINTS = "points are a number with its sign"
NOT_NUMBER = "`{0}` is not a number here"

SLIPS = (
    # dates
    _date(r"(?<!\S)(\d{1,2})\.(\d{1,2})\.(\d{4})\b", "321"),
    _date(rf"\b{DAY}[/-]{MONTH_NUMBER}[/-](\d{{4}})\b", "321"),
    _date(rf"\b{MONTH_NUMBER}[/-]{DAY}[/-](\d{{4}})\b", "312"),
    _date(r"\b(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})\b", "123"),
    slip(
        "date-format", rf"\b{MONTH_NUMBER}[/-]{MONTH_NUMBER}[/-](\d{{4}})\b", "`{0}` could be either of two days",
        _either,
    ),
    slip(
        "date-format", rf"\b{ORDINAL}\s+{MONTH},?\s+(\d{{4}})\b|\b{MONTH}\s+{ORDINAL},?\s+(\d{{4}})\b", DATES,
        lambda groups: f"write `{_named(groups)}`", _named,
    ),
    slip(
        "date-format", r"(\d{4}-\d\d-\d\d)\s+(\d\d:\d\d)", "a `T` stands between the date and the time of day",
        "write `{1}T{2}`", "{1}T{2}",
    ),
    slip("date-format", r'"(\d{4}-\d\d-\d\d)"', "a date stands without quotes", "write `{1}`", "{1}", raw=True),
    slip(
        "date-format", r"\b(since|before|after|on)\s+(\d{4})(?=\s|$)", "a date has a month and a day",
        "write `{2}-01-01`", "{1} {2}-01-01", mark=2,
    ),
    # points
    slip(
        "points-unit", rf"\b(then|otherwise)\s+([+-]?)\s*({NUMBER})\s*-?({UNIT})", "points are typed without a unit",
        lambda groups: f"write `{_signed(groups)}`", lambda groups: f"{groups[1]} {_signed(groups)}", mark=4,
    ),
    slip(
        "points-unit", rf"\b(then|otherwise)\s+(([+-]?)\s*({NUMBER})\s*%)", "points are a number, not a share",
        lambda groups: f"write `{_signed(groups[1:])}`", lambda groups: f"{groups[1]} {_signed(groups[1:])}", mark=2,
    ),
    slip(
        "points-words", rf"\b(then|otherwise)\s+((?:{GIVES}|{TAKES})\s*:?)\s*([+-]?)\s*({NUMBER})(?:\s*{UNIT})?",
        POINTS, lambda groups: f"write `{_given(groups)}`", lambda groups: f"{groups[1]} {_given(groups)}", mark=2,
    ),
    slip(
        "points-words", rf"\b(then|otherwise)\s+([+-±][+-])\s*({NUMBER})", "points have one sign",
        "`+` gives points, `-` takes them away",
        lambda groups: f"{groups[1]} {'-' if '-' in groups[2] else '+'}{groups[3]}", mark=2,
    ),
    slip(
        "points-words", rf"\b(then|otherwise)\s+{DIGIT_WORD}(?:\s*{UNIT})?", POINTS,
        lambda groups: f"write `+{_digits(groups)}`", lambda groups: f"{groups[1]} +{_digits(groups)}", mark=2,
    ),
    slip(
        "missing-points", r"\b(then|otherwise)\s*(?:$|\bbecause\b|,)", "the points are missing after `{1}`",
        "write them with their sign, such as `+10`", mark=1,
    ),
    slip(
        "points-words", rf"\b(?:then|otherwise)\s+([+-]?\s*{NUMBER}\s*{DASH}\s*{NUMBER})", POINTS,
        "a rule gives so many points, and not a span", mark=1,
    ),
    # numbers
    slip(
        "grouped-number", r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+),(\d{1,2})(?![\w,])", NOT_NUMBER,
        lambda groups: f"write `{_with_decimals(groups)}`", _with_decimals,
    ),
    slip(
        "grouped-number", r"(?<![\w.,])(\d{1,3}(?:,\d{3})+)\.(\d{1,2})(?![\w,.])", NOT_NUMBER,
        lambda groups: f"write `{_with_decimals(groups)}`", _with_decimals,
    ),
    slip(
        "grouped-number", r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])", NOT_NUMBER,
        lambda groups: f"write `{_grouped(groups)}`", _grouped,
    ),
    slip(
        "grouped-number", r"(?<![\w.])\d{1,3}(?:[ \u00a0\u202f'’.]\d{3})+(?!\w)", NOT_NUMBER,
        lambda groups: f"write `{_grouped(groups)}`", _grouped,
    ),
    slip(
        "decimal-comma", r"(?<![\w.,])(\d+),(\d{1,2})(?![\w,])", "a number has a decimal point, not a comma",
        "write `{1}.{2}`", "{1}.{2}",
    ),
    slip(
        "short-number", rf"(?<![\w.])({NUMBER})\s*({spaced(SCALES)})\b", NOT_NUMBER,
        lambda groups: f"write `{_scaled(groups)}`", _scaled,
    ),
    slip("short-number", r"(?<![\w.])\.(\d+)", "a number begins with a digit", "write `0.{1}`", "0.{1}"),
    slip("short-number", r"(?<![\w.])(\d+)\.(?![\d.])", "no digit follows the point", "write `{1}`", "{1}"),
    slip("short-number", r"(?<![\w.])(\d[\d_]*?)_+(?!\w)", "no digit follows the `_`", "write `{1}`", "{1}"),
    slip(
        "open-ended", rf"\b(?:is|=|>=)\s+({NUMBER})\s*\+(?=\s|$)", "`{1}+` is not a number here", "write `>= {1}`",
        ">= {1}",
    ),
    slip("open-ended", rf"({NUMBER})\s*\+(?=\s|$|,|\|)", NOT_NUMBER, "write `>= {1}`", ">= {1}"),
    slip(
        "number-range", rf"\bfrom\s+({NUMBER})\s*(?:{DASH}|\buntil\b|\btill\b|\band\b)\s*({NUMBER})\b", SPAN,
        "write `from {1} to {2}`", "from {1} to {2}",
    ),
    slip(
        "number-range",
        rf"\b(?:is\s+|in\s+|=\s*)?(?:between\s+)?({NUMBER})\s*(?:{DASH}|\bto\b|\band\b)\s*({NUMBER})\b", SPAN,
        "write `from {1} to {2}`", "from {1} to {2}", places="top rule destination",
    ),
    slip(
        "number-range", rf"({NUMBER})\s*{DASH}\s*({NUMBER})\b", "a span of numbers is typed with `to`",
        "write `{1} to {2}`", "{1} to {2}", places="row test_line top",
    ),
    slip(
        "number-words", rf"\b(?:at least|at most|exactly|fewer than|more than)\s+{DIGIT_WORD}",
        "a number is typed in digits", lambda groups: f"write `{_digits(groups)}`",
        lambda groups: f"{groups[0][: -len(groups[1])]}{_digits(groups)}", mark=1,
    ),
)  # fmt: skip
