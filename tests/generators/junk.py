"""Values that no lead should hold, and that one may hold all the same."""

from __future__ import annotations

import enum
import re
import uuid
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen
from hypothesis import strategies as st


class Colour(enum.Enum):
    """An enumeration, as an ORM may give one."""

    RED = "red"


class Word(str):
    """A text of a class of its own."""


class Number(int):
    """A whole number of a class of its own."""


@frozen
class Thing:
    """An object with attributes that a lead or an event may have."""

    type: Any = "visit"
    at: Any = "2026-01-01"
    title: Any = None


ODD: tuple[Any, ...] = (
    None, "", " ", "x", True, 0, -1, 3.5, float("nan"), float("inf"), 10**400, -(10**5_000), b"bytes", bytearray(b"x"),
    1j, ..., object(), len, int, Colour.RED, Word("Word"), Number(7), Thing(), (), [], {}, set(), frozenset({"a"}),
    range(3),
    [None], [[1]], [1.5], [True], ["\ud800"], {"a": 1}, {"type": "visit"}, [{"type": "visit", "at": None}],
    Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e400000"), Decimal("1e-400000"), Decimal("-0"),
    Fraction(1, 3), Fraction(10**400), date.min, date.max, datetime.min, datetime.max, time(1), timedelta(1),
    datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
    uuid.UUID(int=7), re.compile("a"), "\x00", "\ud800", "İ" * 1_000, "2026-01-01", "9999-12-31T23:59:59.999999-14:00",
    "0001-01-01T00:00+14:00", "2026-02-30", "24:00", "1" * 5_000, "-" * 5_000, "1e999999", "\u0663", "\uff11\uff12",
    "½",
    "0x10", "1_000", "nan", "yes;no", ";;;", (1, "a", None), memoryview(b"ab"), NotImplemented, Exception("x"),
)  # fmt: skip


def junk() -> st.SearchStrategy[Any]:
    """Anything at all, nested sometimes."""
    plain = (
        st.sampled_from(ODD)
        | st.text(max_size=4)
        | st.floats()
        | st.integers()
        | st.datetimes()
        | st.binary(max_size=3)
    )
    return plain | st.lists(plain, max_size=3) | st.dictionaries(st.text(max_size=3), plain, max_size=2)
