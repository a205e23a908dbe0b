"""Slips in shares, durations and how often."""

from __future__ import annotations

from collections.abc import Sequence

from scorelang.syntax_errors.numbers import DASH, DIGIT_WORD, DIGITS
from scorelang.syntax_errors.slip import NUMBER, slip, spaced

UNITS = {
    "min": "minutes", "mins": "minutes", "h": "hours", "hr": "hours", "hrs": "hours", "d": "days", "w": "weeks",
    "wk": "weeks", "wks": "weeks", "mo": "months", "mos": "months", "mth": "months", "mths": "months", "q": "quarters",
    "qtr": "quarters", "qtrs": "quarters", "y": "years", "yr": "years", "yrs": "years",
}  # fmt: skip
UNIT = r"(?:minute|hour|day|week|month|quarter|year)s?"
PERIODS = {"daily": "day", "weekly": "week", "monthly": "month"}
SHARES = {"half": "50%", "quarter": "25%", "third": "33.33%"}
LASTING = r"(?=\s*(?:$|[,:)]|\b(?:then|and|or|of|ago|because)\b))"
BACK = r"(?:last|past|previous|preceding|recent|trailing)"
AHEAD = r"(?:next|coming|following)"

SHARE = "a share has a percent sign"
WITHIN = "time back from now is typed with `within`"
OLDER = "time further back is typed with `more than … ago`"
NEXT = "time ahead is typed with `within the next`"


def _unit(groups: Sequence[str]) -> str:
    return f"{groups[1]} {UNITS[groups[2].lower()]}"


def _share(groups: Sequence[str]) -> str:
    return SHARES[groups[1].lower()]


def _every(groups: Sequence[str]) -> str:
    return f"once a {PERIODS[groups[1].lower()]}"


def _digits(groups: Sequence[str]) -> str:
    return str(DIGITS[groups[1].lower()])


SLIPS = (
    # shares
    slip("missing-percent", rf"\b(losing|weight)\s+({NUMBER})(?=\s|,|:|$)", SHARE, "write `{2}%`", "{1} {2}%", mark=2),
    slip("missing-percent", rf"\b({NUMBER})\s*(?:percent|per\s+cent|pct|pc)\b\.?", SHARE, "write `{1}%`", "{1}%"),
    slip(
        "missing-percent", r"(?<=\blosing\s)\s*(?:a\s+|one\s+)?(half|quarter|third)\b", SHARE,
        lambda groups: f"write `{_share(groups)}`", _share,
    ),
    # units
    slip(
        "unknown-unit", rf"(?<![\w.])({NUMBER})\s*-?({spaced(UNITS)})\b\.?", "`{2}` is not a unit of time",
        lambda groups: f"write `{_unit(groups)}`", _unit,
    ),
    slip(
        "unknown-unit", rf"\b({NUMBER})-?({UNIT})\b", "a space parts a number from its unit", "write `{1} {2}`",
        "{1} {2}",
    ),
    slip(
        "unknown-unit", rf"\b({NUMBER})\s*(?:sec|second|s)s?\b", "the shortest unit of time is the minute",
        "write it in minutes",
    ),
    slip(
        "unknown-unit", rf"\b({NUMBER})\s+(?:business|working|calendar)\s+days\b", "all days count alike",
        "write `{1} days`", "{1} days",
    ),
    slip(
        "missing-unit",
        rf"\b(within|within the next|over|every|more than|between {NUMBER} and)\s+({NUMBER}){LASTING}",
        "a duration has a unit", "did this mean `{2} days`?", "{1} {2} days", mark=2,
    ),
    slip(
        "missing-unit", rf"\b({NUMBER})\s+ago\b", "a duration has a unit", "did this mean `{1} days ago`?",
        "{1} days ago",
    ),
    slip(
        "number-words", rf"\b{DIGIT_WORD}(?=\s+(?:{UNIT}|times)\b)", "a number is typed in digits",
        lambda groups: f"write `{_digits(groups)}`", _digits,
    ),
    slip(
        "missing-number", r"\b(?:a|an)\s+(minute|hour|day|week|month|quarter|year)(?=\s+ago\b)",
        "a duration has a number", "write `1 {1}`", "1 {1}",
    ),
    # windows
    slip(
        "time-window", rf"\b(?:within|in|during|over|from|for)\s+(?:the\s+)?{BACK}\s+({NUMBER})\s+({UNIT})\b", WITHIN,
        "write `within {1} {2}`", "within {1} {2}",
    ),
    slip(
        "time-window", rf"\b(?:within|in|during|over|from|for)\s+(?:the\s+)?{BACK}\s+({UNIT})\b", WITHIN,
        "write `within 1 {1}`", "within 1 {1}",
    ),
    slip(
        "time-window", rf"\b(?:the\s+)?{BACK}\s+({NUMBER})\s+({UNIT})\b", WITHIN, "write `within {1} {2}`",
        "within {1} {2}",
    ),
    slip(
        "time-window", rf"\bwithin\s+(?:a|an|one|the|this)\s+({UNIT})\b", WITHIN, "write `within 1 {1}`",
        "within 1 {1}",
    ),
    slip(
        "time-window",
        rf"\b(?:in|under|(?:less|fewer|newer|not\s+more)\s+than|at\s+most)\s+({NUMBER})\s+({UNIT})(?:\s+ago)?\b",
        WITHIN, "write `within {1} {2}`", "within {1} {2}",
    ),
    slip(
        "time-window", rf"\bsince\s+({NUMBER})\s+({UNIT})(?:\s+ago)?\b", WITHIN, "write `within {1} {2}`",
        "within {1} {2}",
    ),
    slip(
        "time-window", rf"\bwithin\s+({NUMBER})\s+({UNIT})\s+ago\b", WITHIN, "write `within {1} {2}`",
        "within {1} {2}",
    ),
    slip("time-window", r"\btoday\b", WITHIN, "write `within 1 day`", "within 1 day"),
    slip(
        "time-window", rf"\b(?:in|during|within)\s+(?:the\s+)?{AHEAD}\s+({NUMBER})\s+({UNIT})\b", NEXT,
        "write `within the next {1} {2}`", "within the next {1} {2}",
    ),
    slip(
        "time-window",
        rf"\b(?:(?:older|more|longer|earlier)\s+than|over|before)\s+({NUMBER})\s+({UNIT})(?:\s+ago|\s+old)?\b", OLDER,
        "write `more than {1} {2} ago`", "more than {1} {2} ago",
    ),
    slip(
        "time-window", rf"\bbetween\s+({NUMBER})\s*{DASH}\s*({NUMBER})\s+({UNIT})(?:\s+ago)?\b",
        "two ages are typed with `and`", "write `between {1} and {2} {3} ago`", "between {1} and {2} {3} ago",
    ),
    slip(
        "time-window", rf"\bfrom\s+({NUMBER})\s+(?:to|-)\s+({NUMBER})\s+({UNIT})(?:\s+ago)?\b",
        "two ages are typed with `between`", "write `between {1} and {2} {3} ago`", "between {1} and {2} {3} ago",
    ),
    # every so often
    slip(
        "every-period", r"\bevery\s+(?:single\s+)?(minute|hour|day|week|month|quarter|year)\b",
        "a period has a number", "write `every 1 {1}`", "every 1 {1}",
    ),
    slip(
        "every-period", rf"\b(losing\s+{NUMBER}\s*%)(?=\s*(?:$|,|because\b|of\s+silence\b))",
        "a share is lost with every period", "did this mean `{1} every 30 days`?", "{1} every 30 days",
    ),
    slip(
        "every-period", rf"(?<=%\s)\s*(?:a|per|each)\s+({UNIT})\b", "a share is lost with every period",
        "write `every 1 {1}`", "every 1 {1}",
    ),
    slip(
        "every-period", rf"(?<=%\s)\s*(?:per|each|in|after|over)\s+({NUMBER})\s+({UNIT})\b",
        "a share is lost with every period", "write `every {1} {2}`", "every {1} {2}",
    ),
    slip(
        "how-often", r"\b(once|times)\s*(?:per|each|every|in\s+a|/)\s*(day|week|month)\b",
        "how often is typed with `a`", "write `{1} a {2}`", "{1} a {2}",
    ),
    slip(
        "how-often", r"\btwice\s+(?:a|per|each|every)\s+(day|week|month)\b", "how often is typed in digits",
        "write `2 times a {1}`", "2 times a {1}",
    ),
    slip(
        "how-often", r"(?<=[,\s])(daily|weekly|monthly)\b", "how often is typed with `a`",
        lambda groups: f"write `{_every(groups)}`", _every,
    ),
    slip(
        "how-often", rf"\b({NUMBER})\s*[x×]\s+(?:a|per)\s+(day|week|month)\b", "how often is typed in words",
        "write `{1} times a {2}`", "{1} times a {2}",
    ),
    slip(
        "how-often", rf"\b(?:at least\s+)?({NUMBER})\s*[x×](?=\s|$)", "how often is typed in words",
        "write `at least {1} times`", "at least {1} times",
    ),
    slip(
        "how-often", r"\b(?:once|times)\s+(?:a|an|per)\s+(hour|minute|quarter|year)\b",
        "how often counts by the day, the week or the month", "write `a day`, `a week` or `a month`",
    ),
)  # fmt: skip
