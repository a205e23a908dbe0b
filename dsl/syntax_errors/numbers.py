"""Slips in numbers, points, durations and dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scorelang.syntax_errors.slip import NUMBER, slip

WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), 1
    )
}  # fmt: skip
SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "bn": 9, "b": 9, "billion": 9}
UNITS = {
    "min": "minutes", "mins": "minutes", "h": "hours", "hr": "hours", "hrs": "hours", "d": "days", "w": "weeks",
    "wk": "weeks", "wks": "weeks", "mo": "months", "mos": "months", "mth": "months", "mths": "months", "q": "quarters",
    "qtr": "quarters", "qtrs": "quarters", "y": "years", "yr": "years", "yrs": "years",
}  # fmt: skip
UNIT = r"(?:minute|hour|day|week|month|quarter|year)s?"
MONTHS = "january february march april may june july august september october november december".split()
MONTH = rf"({'|'.join(month[:3] for month in MONTHS)})[a-z]*\.?"
WORD = rf"\b({'|'.join(WORDS)})\b"
SIGN = {"minus": "-", "subtract": "-", "subtracts": "-", "deduct": "-", "remove": "-", "lose": "-"}


def _grouped(groups: Sequence[str]) -> str:
    return re.sub(r"[,.'’ \u00a0\u202f]", "_", groups[0])


def _scaled(groups: Sequence[str]) -> str:
    """`10_000` of `10k`."""
    whole, _, part = groups[1].replace("_", "").partition(".")
    zeros = SCALES[groups[2].lower()]
    return f"{int(whole + part.ljust(zeros, '0')[:zeros]):_}"


def _signed(groups: Sequence[str]) -> str:
    return f"{groups[2].strip() or '+'}{groups[3]}"


def _points(groups: Sequence[str]) -> str:
    """`then +10` of `then add 10`."""
    sign = groups[3].strip() or SIGN.get(groups[2].split()[0].lower(), "+")
    return f"{groups[1]} {sign}{groups[4]}"


def _iso(year: str, month: str | int, day: str | int) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


def _slashed(groups: Sequence[str]) -> str:
    """An ISO date of `21/11/2026` or `11/21/2026`; the day is the number that can be no month."""
    first, second, year = groups[1:4]
    return _iso(year, second, first) if int(first) > 12 else _iso(year, first, second)


def _either(groups: Sequence[str]) -> str:
    first, second, year = groups[1:4]
    return f"a date is typed year-month-day: `{_iso(year, first, second)}` or `{_iso(year, second, first)}`"


def _named(groups: Sequence[str]) -> str:
    """An ISO date of `21 Nov 2026` or `November 21, 2026`."""
    day, month, year = groups[1:4] if groups[1] else (groups[5], groups[4], groups[6])
    number = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(month.lower()[:3]))
    return _iso(year, number, day)


def _dashed(groups: Sequence[str]) -> str:
    return _iso(groups[1], groups[2], groups[3])


DATES = "a date is typed year-month-day"

SLIPS = (
    # dates
    slip("date-format", r"(?<!\S)(\d{1,2})\.(\d{1,2})\.(\d{4})\b", DATES, lambda g: f"write `{_iso(g[3], g[2], g[1])}`",
         lambda g: _iso(g[3], g[2], g[1])),
    slip("date-format", r"\b(1[3-9]|2\d|3[01])/(0?[1-9]|1[0-2])/(\d{4})\b", DATES, lambda g: f"write `{_slashed(g)}`", _slashed),
    slip("date-format", r"\b(0?[1-9]|1[0-2])/(1[3-9]|2\d|3[01])/(\d{4})\b", DATES, lambda g: f"write `{_slashed(g)}`", _slashed),
    slip("date-format", r"\b(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])/(\d{4})\b", "`{0}` can be read in two ways", _either),
    slip("date-format", r"\b(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})\b", DATES, lambda g: f"write `{_dashed(g)}`", _dashed),
    slip("date-format", rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.)?\s+{MONTH},?\s+(\d{{4}})\b|\b{MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b",
         DATES, lambda g: f"write `{_named(g)}`", _named),
    slip("date-format", r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)", "a `T` stands between the date and the time of day", "write `{1}T{2}`", "{1}T{2}"),
    slip("date-format", r'"(\d{4}-\d\d-\d\d)"', "a date stands without quotes", "write `{1}`", "{1}", raw=True),
    slip("date-format", r"\b(since|before|after)\s+(\d{4})(?=\s|$)", "a date has a month and a day", "write `{2}-01-01`",
         "{1} {2}-01-01", mark=2),
    # points
    slip("points-unit", rf"\b(then|otherwise)\s+([+-]?)\s*({NUMBER})\s*-?(points?|pts?|p)\b\.?", "points are typed without a unit",
         "leave `{4}` out", lambda g: f"{g[1]} {_signed(g)}", mark=4),
    slip("points-unit", rf"\b(then|otherwise)\s+([+-]?)\s*({NUMBER})\s*%", "points are a number, not a share",
         lambda g: f"write `{_signed(g)}`", lambda g: f"{g[1]} {_signed(g)}"),
    slip("points-words", rf"\b(then|otherwise)\s+((?:add|adds|plus|give|gives|get|gets|award|score\s*\+?=?|\+=|=|:|minus|subtracts?|deduct|remove|lose)\s*:?)"
         rf"\s*([+-]?)\s*({NUMBER})(?:\s*(?:points?|pts?)\b)?", "points are a number with its sign", lambda g: f"write `{_points(g)}`", _points, mark=2),
    slip("points-sign", rf"\b(then|otherwise)\s+(\+-|-\+|\+\+|±)\s*({NUMBER})", "points have one sign", "`+` adds, `-` takes away", lambda g: f"{g[1]} {'-' if '-' in g[2] else '+'}{g[3]}", mark=2),
    slip("missing-points", r"\b(then|otherwise)\s*($|\bbecause\b|,)", "the points are missing after `{1}`", "write them with their sign, such as `+10`", mark=1),
    # numbers
    slip("grouped-number", r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])", "`{0}` is not a number here", lambda g: f"write `{_grouped(g)}`", _grouped),
    slip("grouped-number", r"(?<![\w.])\d{1,3}(?:[ \u00a0\u202f'’.]\d{3})+(?!\w)", "`{0}` is not a number here", lambda g: f"write `{_grouped(g)}`", _grouped),
    slip("decimal-comma", r"(?<![\w.,])(\d+),(\d{1,2})(?![\w,])", "a number has a decimal point", "write `{1}.{2}`", "{1}.{2}"),
    slip("short-number", rf"(?<![\w.])({NUMBER})\s*({'|'.join(sorted(SCALES, key=len, reverse=True))})\b", "`{0}` is not a number here",
         lambda g: f"write `{_scaled(g)}`", _scaled),
    slip("short-number", r"(?<![\w.])\.(\d+)", "a number begins with a digit", "write `0.{1}`", "0.{1}"),
    slip("short-number", r"(?<![\w.])(\d+)\.(?!\d)", "no digits follow the point", "write `{1}`", "{1}"),
    slip("short-number", r"(?<![\w.])(\d+)_+(?!\d)", "no digits follow the `_`", "write `{1}`", "{1}"),
    slip("open-ended", rf"({NUMBER})\s*\+(?=\s|$|,|\|)", "`{0}` is not a number here", "write `>= {1}`", ">= {1}"),
    slip("open-ended", rf"\b(is|=|>=)\s+({NUMBER})\s*\+(?=\s|$)", "`{2}+` is not a number here", "write `>= {2}`", ">= {2}"),
    slip("number-range", rf"\bfrom\s+({NUMBER})\s*(?:-|–|—|\.\.+|\buntil\b|\btill\b|\band\b)\s*({NUMBER})\b", "a span of numbers is typed with `to`",
         "write `from {1} to {2}`", "from {1} to {2}"),
    slip("number-range", rf"\b(?:is\s+|in\s+|=\s*)?(?:between\s+)?({NUMBER})\s*(?:-|–|—|\.\.+|\bto\b|\band\b)\s*({NUMBER})\b", "a span of numbers is typed `from … to …`",
         "write `from {1} to {2}`", "from {1} to {2}"),
    slip("number-range", rf"({NUMBER})\s*(?:-|–|—|\.\.+)\s*({NUMBER})\b", "a span of numbers is typed with `to`", "write `{1} to {2}`", "{1} to {2}"),
    # shares
    slip("missing-percent", rf"\b(losing|weight)\s+({NUMBER})(?=\s|,|:|$)", "a share has a percent sign", "write `{2}%`", "{1} {2}%", mark=2),
    slip("missing-percent", rf"\b({NUMBER})\s*(percent|per\s+cent|pct|pc)\b\.?", "a share has a percent sign", "write `{1}%`", "{1}%"),
    slip("missing-percent", r"\b(losing)\s+(a\s+|one\s+)?(half|quarter|third)\b", "a share is a number with a percent sign",
         lambda g: f"write `{ {'half': '50%', 'quarter': '25%', 'third': '33.33%'}[g[3].lower()] }`",
         lambda g: f"{g[1]} { {'half': '50%', 'quarter': '25%', 'third': '33.33%'}[g[3].lower()] }", mark=3),
    # durations
    slip("unknown-unit", rf"({NUMBER})\s*-?({'|'.join(sorted(UNITS, key=len, reverse=True))})\b\.?", "`{2}` is not a unit of time",
         lambda g: f"write `{g[1]} {UNITS[g[2].lower()]}`", lambda g: f"{g[1]} {UNITS[g[2].lower()]}"),
    slip("unknown-unit", rf"\b({NUMBER})\s*-\s*({UNIT})\b", "a space parts a number from its unit", "write `{1} {2}`", "{1} {2}"),
    slip("unknown-unit", rf"\b({NUMBER})({UNIT})\b", "a space parts a number from its unit", "write `{1} {2}`", "{1} {2}"),
    slip("unknown-unit", rf"\b({NUMBER})\s*(?:sec|second|s)s?\b", "the shortest unit of time is the minute", "write it in minutes"),
    slip("unknown-unit", rf"\b({NUMBER})\s+(?:business|working|calendar)\s+days\b", "all days count alike", "write `{1} days`", "{1} days"),
    slip("missing-unit", rf"\b(within|within the next|over|every|more than|between {NUMBER} and)\s+({NUMBER})(?=\s*(?:$|,|:|\)|\b(?:then|and|or|of|ago|because)\b))", "a duration has a unit",
         "did this mean `{2} days`?", "{1} {2} days", mark=2),
    slip("missing-unit", rf"\b({NUMBER})\s+ago\b", "a duration has a unit", "did this mean `{1} days ago`?", "{1} days ago"),
    slip("time-window", rf"\b((?:with)?in|during|over|from|for)\s+(?:the\s+)?(?:last|past|previous|preceding|recent)\s+({NUMBER})\s+({UNIT})\b", "time back from now is typed with `within`",
         "write `within {2} {3}`", "within {2} {3}"),
    slip("time-window", rf"\b((?:with)?in|during|over|from|for)\s+(?:the\s+)?(?:last|past|previous|preceding)\s+({UNIT})\b", "time back from now is typed with `within`",
         "write `within 1 {2}`", "within 1 {2}"),
    slip("time-window", rf"\b(?:the\s+)?(?:last|past|previous)\s+({NUMBER})\s+({UNIT})\b", "time back from now is typed with `within`",
         "write `within {1} {2}`", "within {1} {2}"),
    slip("time-window", rf"\b(?:in|during)\s+(?:the\s+)?(?:next|coming|following)\s+({NUMBER})\s+({UNIT})\b", "time ahead is typed with `within the next`",
         "write `within the next {1} {2}`", "within the next {1} {2}"),
    slip("time-window", rf"\bwithin\s+(?:next|the\s+coming)\s+({NUMBER})\s+({UNIT})\b", "time ahead is typed with `within the next`",
         "write `within the next {1} {2}`", "within the next {1} {2}"),
    slip("time-window", rf"\bwithin\s+(?:a|an|one|the)\s+({UNIT})\b", "a duration is a number and a unit", "write `1 {1}`", "within 1 {1}"),
    slip("time-window", rf"\b(?:in|less\s+than|fewer\s+than|under|at\s+most|not\s+more\s+than)\s+({NUMBER})\s+({UNIT})(?:\s+ago)?\b", "time back from now is typed with `within`",
         "write `within {1} {2}`", "within {1} {2}"),
    slip("time-window", rf"\b(?:older\s+than|over|more\s+than|longer\s+than|before)\s+({NUMBER})\s+({UNIT})(?:\s+ago|\s+old)?\b", "time further back is typed with `more than … ago`",
         "write `more than {1} {2} ago`", "more than {1} {2} ago"),
    slip("time-window", rf"\bbetween\s+({NUMBER})\s*-\s*({NUMBER})\s+({UNIT})(?:\s+ago)?\b", "two ages are typed with `and`",
         "write `between {1} and {2} {3} ago`", "between {1} and {2} {3} ago"),
    slip("time-window", rf"\bsince\s+({NUMBER})\s+({UNIT})(?:\s+ago)?\b", "`since` has a date",
         "write `within {1} {2}`", "within {1} {2}"),
    slip("time-window", r"\btoday\b", "time back from now is typed with `within`", "write `within 1 day`", "within 1 day"),
    slip("number-words", rf"{WORD}(?=\s+(?:{UNIT}|times)\b)", "a number is typed in digits", lambda g: f"write `{WORDS[g[1].lower()]}`",
         lambda g: str(WORDS[g[1].lower()])),
    slip("number-words", rf"\b(at least|at most|exactly|fewer than|more than)\s+{WORD}", "a number is typed in digits",
         lambda g: f"write `{WORDS[g[2].lower()]}`", lambda g: f"{g[1]} {WORDS[g[2].lower()]}", mark=2),
    # how often
    slip("every-period", rf"\bevery\s+(?:single\s+|other\s+)?(minute|hour|day|week|month|quarter|year)\b", "a period has a number", "write `every 1 {1}`", "every 1 {1}"),
    slip("every-period", rf"\b(?:a|per|each)\s+({UNIT})(?=\s+of\b|\s*[,:]|\s*$)", "a share is lost after whole periods", "write `every 1 {1}`", "every 1 {1}"),
    slip("every-period", rf"\b(?:per|each|in)\s+({NUMBER})\s+({UNIT})\b", "a share is lost after whole periods", "write `every {1} {2}`", "every {1} {2}"),
    slip("how-often", rf"\b(once|times)\s*(?:per|each|every|in\s+a|/)\s*(day|week|month)\b", "how often is typed with `a`", "write `{1} a {2}`", "{1} a {2}"),
    slip("how-often", rf"\btwice\s+(?:a|per|each|every)\s+(day|week|month)\b", "how often is typed in digits", "write `2 times a {1}`", "2 times a {1}"),
    slip("how-often", r",\s*\b(dai|week|month)ly\b", "how often is typed `once a day`", lambda g: f"write `once a { {'dai': 'day'}.get(g[1].lower(), g[1].lower()) }`",
         lambda g: f", once a { {'dai': 'day'}.get(g[1].lower(), g[1].lower()) }"),
    slip("how-often", rf"\b({NUMBER})\s*(?:x|×)\s+(?:a|per)\s+(day|week|month)\b", "how often is typed in words", "write `{1} times a {2}`", "{1} times a {2}"),
    slip("how-often", rf"\b(?:at least\s+)?({NUMBER})\s*(?:x|×)(?=\s|$)", "how often is typed in words", "write `at least {1} times`", "at least {1} times"),
    slip("how-often", rf"\b(once|times)\s+(?:a|an|per)\s+(hour|minute|quarter|year)\b", "how often counts by day, week or month", "write `a day`, `a week` or `a month`"),
)  # fmt: skip
