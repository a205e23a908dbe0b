"""The values of the language: types, how data becomes them, and how text, pages and points compare.

Inside the engines a text is a folded `str`, a number a finite `float`, a flag a `bool`, a date an `int` of microseconds
since 1970-01-01T00:00Z, a text list a `frozenset` of folded texts; a missing value of any type is `None`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Context, Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Value = str | float | bool | int | frozenset[str] | None


class Type(Enum):
    """What a value is; the value of the member is the word for it in a `.score` file and in messages."""

    TEXT = "text"
    PAGE = "page"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    TEXT_LIST = "text list"
    # Of a field or attribute that is only asked whether it is known: whatever data has there is then True.
    ANYTHING = "value of any type"
    STAGE = "stage"
    GRADE = "grade"
    PERSONA = "persona"

    @property
    def is_text(self) -> bool:
        """Whether values of this type compare as text."""
        return self in (Type.TEXT, Type.PAGE)


DATA_TYPES = (Type.TEXT, Type.PAGE, Type.NUMBER, Type.FLAG, Type.DATE, Type.TEXT_LIST)

EXPECTED = {
    Type.TEXT: "a text",
    Type.PAGE: "a page (a URL or a path)",
    Type.NUMBER: "a number",
    Type.FLAG: "a flag (yes or no)",
    Type.DATE: "a date (ISO 8601, such as 2026-11-21 or 2026-11-21T14:30Z)",
    Type.TEXT_LIST: "a text list (a list of texts, or one text with `;` between them)",
    Type.ANYTHING: "a value",
}


class Unfit(Exception):  # noqa: N818
    """A value that does not fit the type it should have."""


# --- text -----------------------------------------------------------------------------------------------------------

# Every character for which Python's `str.isspace` holds, written out so that all engines trim the same ones.
SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def fold(text: str) -> str:
    """The form in which texts are compared: lower case, equal on every engine over all of Unicode.

    `İ` is the one character whose lower case is two, and `ς` the one whose lower case depends on its place.
    """
    return text.replace("İ", "i").lower().replace("ς", "σ")


def fold_page(text: str, *, pattern: bool = False) -> str:
    """The path of a URL or path, folded: no scheme, host, query, fragment or final `/` (but `/` itself stays).

    In a pattern `?` stands for one character, unless what follows it reads as a query (`?name=value`).
    """
    text = re.sub(r"^(?:[A-Za-z][A-Za-z0-9+.\-]*:)?//[^/?#]*", "", text.strip(SPACES)).partition("#")[0]
    if pattern:
        text = re.sub(r"(?<!\\)\?(?=[^?*=/]*=).*", "", text, flags=re.DOTALL)
    else:
        text = text.partition("?")[0]
    return fold(text.strip(SPACES).rstrip("/" + SPACES) or "/")


def fold_as(type_: Type, text: str) -> str:
    """`text` as it is compared with values of a text type."""
    return fold_page(text) if type_ is Type.PAGE else fold(text.strip(SPACES))


def matches(pattern: str, text: str) -> bool:
    r"""Whether the whole text matches: `*` is any run, `?` one character, `\` takes the next one literally."""
    if not has_glob(pattern) and "\\" not in pattern:
        return pattern == text
    parts = _parts(pattern)
    at, part, star, retry = 0, 0, -1, 0
    while at < len(text):
        if part < len(parts) and parts[part] == "*":
            star, retry, part = part, at, part + 1
        elif part < len(parts) and (parts[part] == "?" or parts[part][-1] == text[at]):
            at, part = at + 1, part + 1
        elif star >= 0:
            # Let the last star take one character more, and try again from there.
            retry += 1
            at, part = retry, star + 1
        else:
            return False
    return all(rest == "*" for rest in parts[part:])


@lru_cache(maxsize=4096)
def has_glob(pattern: str) -> bool:
    """Whether the pattern holds a `*` or `?` that is not escaped."""
    return any(part in "*?" for part in _parts(pattern))


@lru_cache(maxsize=4096)
def _parts(pattern: str) -> tuple[str, ...]:
    r"""The characters of a pattern, each with the `\` before it."""
    return tuple(re.findall(r"\\[\s\S]|[\s\S]", pattern))


def mentions(text: str, words: str) -> bool:
    """Whether `text` contains `words` as whole words; whatever is not a letter or digit parts words."""
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not _joins(text, at) and not _joins(text, end):
            return True
        at = text.find(words, at + 1)
    return False


def _joins(text: str, at: int) -> bool:
    """Whether the characters on both sides of `at` are letters or digits, so that a cut there would cut a word."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


WORD = re.compile(r"[^\W_]+")  # letters and digits, as `str.isalnum` has them


def first_word(phrase: str) -> str:
    """The letters and digits that a phrase begins with; "" where it begins with something else."""
    found = WORD.match(phrase)
    return found[0] if found else ""


def first_words(text: str) -> frozenset[str]:
    """The first words of all that a text can mention: its own words, and "" for what begins with none."""
    return frozenset(("", *WORD.findall(text)))


# --- numbers and points ---------------------------------------------------------------------------------------------

NUMBER_TEXT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
NOT_A_NUMBER = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)


# Beyond this many points, sums of thousands of rules could leave the 64 bits that other engines count in.
MOST_POINTS = 1_000_000_000
EXACT_PERIODS = 128


def rounded(exact: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    size = math.floor(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


def left_after(periods: int, lost: Fraction) -> Fraction:
    """The share that is left when each of so many periods takes a share of what was left.

    It is exact, but after very many periods to a hundred digits: then no share lies halfway between two hundredths, and
    the exact one may have millions of digits.
    """
    left = 1 - lost
    if periods <= EXACT_PERIODS:
        return left**periods
    precise = Context(prec=100, Emin=-200, traps=[])
    return Fraction(precise.power(precise.divide(Decimal(left.numerator), Decimal(left.denominator)), periods))


def to_hundredths(number: float) -> int:
    """A double as whole hundredths, halves (of the double times 100) away from zero, within `MOST_POINTS`."""
    limit = MOST_POINTS * 100
    return rounded(Fraction(min(max(number * 100, -limit), limit)))


def from_hundredths(hundredths: int) -> float:
    """Whole hundredths as the double nearest to them."""
    return hundredths / 100


def finite(number: float) -> float | None:
    """The number, or None (missing) for NaN and infinity."""
    return number if math.isfinite(number) else None


# --- time -----------------------------------------------------------------------------------------------------------

EPOCH = datetime(1970, 1, 1)
SECOND = 1_000_000
DAY = 86_400 * SECOND
UNITS = {
    "minute": 60 * SECOND,
    "hour": 3_600 * SECOND,
    "day": DAY,
    "week": 7 * DAY,
    "month": 30 * DAY,
    "quarter": 90 * DAY,
    "year": 365 * DAY,
}
DATE_TEXT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)


def zone_of(name: str) -> tzinfo:
    """The time zone of an IANA name; raises `ZoneInfoNotFoundError` or `ValueError` for what is none."""
    return UTC if name.upper() == "UTC" else ZoneInfo(name)


def parse_instant(text: str, zone: tzinfo) -> int:
    """ISO 8601 text as microseconds; without an offset it is local to `zone`. Raises `Unfit`."""
    match = DATE_TEXT.fullmatch(text)
    if match is None:
        raise Unfit
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    micro = int((fraction or "").ljust(6, "0")[:6])
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micro)
        return instant_of(moment.replace(tzinfo=_offset(offset) if offset else None), zone)
    except ValueError:
        raise Unfit from None


def _offset(text: str) -> tzinfo:
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        raise Unfit
    return _fixed(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))


def _fixed(offset: timedelta) -> tzinfo:
    from datetime import timezone

    return timezone(offset)


def instant_of(moment: datetime, zone: tzinfo) -> int:
    """A datetime as microseconds; without an offset it is local to `zone`."""
    local = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    offset = local.utcoffset() or timedelta()
    # Subtracting the offset here, not by `astimezone`, keeps the first and last day of the calendar usable.
    return (local.replace(tzinfo=None) - EPOCH - offset) // timedelta(microseconds=1)


def local_date(instant: int, zone: tzinfo) -> date:
    """The calendar day of an instant in `zone`."""
    low, high = (limit - EPOCH for limit in (datetime.min + timedelta(2), datetime.max - timedelta(2)))
    since = min(max(timedelta(microseconds=instant), low), high)
    return (EPOCH + since).replace(tzinfo=UTC).astimezone(zone).date()


def format_instant(instant: int) -> str:
    """Microseconds as ISO 8601 in UTC: `2026-11-21T00:00:00Z`, with six decimals only where there are any."""
    try:
        return (EPOCH + timedelta(microseconds=instant)).isoformat() + "Z"
    except OverflowError:
        return f"{instant} µs from 1970"


# --- data to values -------------------------------------------------------------------------------------------------


def coerce(type_: Type, raw: object, zone: tzinfo) -> Value:
    """A value of data as a value of the language; None when it is missing. Raises `Unfit` when it does not fit."""
    raw = _plain(raw)
    if raw is None or (isinstance(raw, str) and not raw.strip(SPACES)):
        return None
    return _READERS[type_](raw, zone)


def _plain(raw: Any) -> object:
    """The Python value of what numerical libraries wrap (numpy's scalars, `Decimal`); their not-a-number is missing."""
    if raw is None or isinstance(raw, str | bool | int | float | list | tuple | set | frozenset):
        return raw
    if type(raw).__module__.partition(".")[0] == "numpy" and hasattr(raw, "tolist"):
        return _plain(raw.tolist())
    if isinstance(raw, Decimal | Fraction):
        return _of_exact(raw)
    try:
        return None if bool(raw != raw) else raw
    except Exception:
        # `pandas.NA` is neither equal to itself nor not.
        return None if type(raw).__name__ == "NAType" else raw


def _of_exact(raw: Decimal | Fraction) -> int | float | None:
    # Past a double's range; asked for before `int`, which would write out millions of digits.
    if isinstance(raw, Decimal) and (not raw.is_finite() or raw.adjusted() > 308):
        return None
    try:
        return int(raw) if raw == int(raw) else float(raw)
    except OverflowError:
        return None


def _text(raw: object) -> str | None:
    if isinstance(raw, str):
        return raw.strip(SPACES)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _digits(raw)
    if isinstance(raw, float):
        if not math.isfinite(raw):
            return None
        if raw.is_integer():
            return _digits(int(raw))
    raise Unfit


def _digits(number: int) -> str:
    """The digits of a whole number of any length."""
    try:
        return str(number)
    except ValueError:
        raise Unfit from None


def _folded(raw: object, _zone: tzinfo) -> str | None:
    text = _text(raw)
    return None if text is None else fold(text)


def _page(raw: object, _zone: tzinfo) -> str | None:
    text = _text(raw)
    return None if text is None else fold_page(text)


def _number(raw: object, _zone: tzinfo) -> float | None:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        try:
            return finite(float(raw))
        except OverflowError:
            return None
    if isinstance(raw, str):
        text = raw.strip(SPACES)
        if NUMBER_TEXT.fullmatch(text):
            return finite(float(text))
        if NOT_A_NUMBER.fullmatch(text):
            return None
    raise Unfit


_FLAGS = dict.fromkeys(("yes", "true", "y", "t", "1"), True) | dict.fromkeys(("no", "false", "n", "f", "0"), False)


def _flag(raw: object, _zone: tzinfo) -> bool | None:
    if isinstance(raw, float) and math.isnan(raw):
        return None
    if isinstance(raw, int | float) and raw in (0, 1):
        return bool(raw)
    if isinstance(raw, str) and raw.strip(SPACES).lower() in _FLAGS:
        return _FLAGS[raw.strip(SPACES).lower()]
    raise Unfit


def _date(raw: object, zone: tzinfo) -> int | None:
    if isinstance(raw, datetime):
        return instant_of(raw, zone)
    if isinstance(raw, date):
        return instant_of(datetime.combine(raw, time()), zone)
    if isinstance(raw, str):
        return parse_instant(raw.strip(SPACES), zone)
    if isinstance(raw, float) and math.isnan(raw):
        return None
    raise Unfit


def _text_list(raw: object, zone: tzinfo) -> frozenset[str] | None:
    if isinstance(raw, float) and math.isnan(raw):
        return None
    if isinstance(raw, str):
        members: Collection[object] = raw.split(";")
    elif isinstance(raw, list | tuple | set | frozenset):
        members = raw
    else:
        raise Unfit
    texts = frozenset(str(text) for member in members if (text := coerce(Type.TEXT, member, zone)) is not None)
    return texts or None


def _anything(raw: object, _zone: tzinfo) -> bool | None:
    """Whether there is a value: an empty list and what is no number (NaN, infinity) are none, as an empty text is."""
    if isinstance(raw, float) and not math.isfinite(raw):
        return None
    return None if isinstance(raw, list | tuple | set | frozenset) and not raw else True


_READERS: dict[Type, Callable[[object, tzinfo], Value]] = {
    Type.TEXT: _folded,
    Type.PAGE: _page,
    Type.NUMBER: _number,
    Type.FLAG: _flag,
    Type.DATE: _date,
    Type.TEXT_LIST: _text_list,
    Type.ANYTHING: _anything,
}


def identity(raw: object) -> str | None:
    """A lead's identity as text: trimmed, a whole number as its digits; None when it is missing. Raises `Unfit`."""
    plain = _plain(raw)
    return (_text(plain) or None) if plain is not None else None
