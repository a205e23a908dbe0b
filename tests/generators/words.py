"""Names, texts, numbers, durations and dates, as a `.score` file writes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import TypeVar

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

T = TypeVar("T")

# Names of fields; those that are keywords elsewhere are names where a field can stand.
FIELDS = (
    "title", "industry", "employees", "funded", "created", "interests", "email", "x", "größe", "ID_2", "国", "days",
    "from", "times", "version", "list", "event", "text", "best", "week", "lead", "points_2", "since", "named", "Z",
)  # fmt: skip
ATTRIBUTES = ("path_2", "plan", "amount_2", "ok", "when_2", "tags", "weight", "über", "unit_price", "seats")
KINDS = ("trial_start", "signup", "ping", "Ευρώ", "crm_note")
CATEGORIES = ("Fit", "Behaviour", "Organisation", "Big fit", "Größe 1", "intent")
PERSONAS = ("Buyer", "User", "Tech lead", "Économiste")
STAGES = ("MQL", "SQL", "Opportunity", "Hot lead", "won")
GRADES = ("A", "B", "C", "D", "Very hot", "cold")

# Texts that differ in what folding, trimming, word ends, patterns and encodings make of them; the plainest first.
TEXTS = (
    "a", "CEO", "VP", "vp", "VP, Sales", "SVP", "SaaS", "Fintech", "no", "missing", "unknown", "007", "7", "1e3", "-5",
    "İstanbul", "istanbul", "ΣΊΣΥΦΟΣ", "σίσυφος", "straße", "STRASSE", "ﬁn", "e\u0301", "é", "É", "日本", "日本語",
    "\U0001d518\U00010400", "x\u200bx",
    'say "hi"', "back\\slash", "a;b", "100%", "50 %", "don't", "Ǆ", "ǆ", "Kelvin", "a\tb", "a b", "a  b", "_a", "a_b",
    "ann@acme.example", "acme.example", "Bob@Acme.Example", "@", "a@b@c", "x" * 40,
)  # fmt: skip
PATTERNS = (
    "a*", "*", "?", "VP*", "*sales*", "a?b", "\\*", "*\\?", "??", "*a*b*", "İ*", "σ*σ", "\U0001d518?", "a\\b",
    "[a]*", "%_",
)  # fmt: skip
PAGES = (
    "/pricing", "/", "/Pricing/", "/blog/2026/post", "/a b", "/straße", "https://acme.example/Pricing/?q=1#top",
    "pricing", "//acme.example/careers", "/careers", "/x?y=1", "/blog/",
)  # fmt: skip
PAGE_PATTERNS = ("/blog/*", "/pric?ng", "*", "/*/post", "/careers?utm=*", "/\\*", "*/")
REASONS = ("decision maker", "gone quiet", "decision-maker", "Größe", "!!!", "a b", "7", "日本", "a" * 90)
UNITS = ("day", "days", "minutes", "hour", "week", "weeks", "month", "months", "quarter", "years", "hours", "minute")
ZONES = (
    "Europe/Berlin", "America/New_York", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia",
    "America/St_Johns", "Africa/Casablanca", "utc", "Pacific/Kiritimati",
)  # fmt: skip
# Days around new years, leap days, changes of daylight saving in those zones, a skipped day, and the calendar's ends.
DAYS = (
    "2026-01-01", "2025-12-31", "2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2024-02-29", "2026-04-05",
    "2011-12-30", "1970-01-01", "1969-12-31", "2026-06-30", "2020-12-28", "1900-01-01", "2262-04-12",
    "0001-01-01", "9999-12-31",
)  # fmt: skip
HOURS = ("00:00", "14:30", "02:30", "02:00:00", "01:59:59.999999", "23:59:59.999999", "03:00:00.000001", "12:00:00.5")
OFFSETS = ("", "Z", "+00:00", "+02:00", "-0500", "+14:00", "-11:30")


# No file can hold the character 0, and a text of white space alone is missing.
_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=6).filter(
    lambda text: bool(text.strip())
)
_PERCENT = st.integers(1, 100)


@cache
def _between(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def _index(length: int) -> st.SearchStrategy[int]:
    """Where one of so many stands. Making a strategy takes longer than drawing from it, so they are kept."""
    return _between(0, length - 1)


@frozen
class Words:
    """Draws the smallest parts of a model's text."""

    draw: DrawFn

    def pick(self, some: Sequence[T]) -> T:
        """One of them; the first is the simplest."""
        return some[self.draw(_index(len(some)))]

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self.draw(_between(low, high))

    def chance(self, percent: int) -> bool:
        """True so often."""
        return self.draw(_PERCENT) > 100 - percent

    def some(self, items: Sequence[T], low: int, high: int) -> list[T]:
        """So many different ones, or all of them where there are fewer."""
        rest = list(items)
        wanted = self.number(min(low, len(rest)), min(high, len(rest)))
        return [rest.pop(self.draw(_index(len(rest)))) for _ in range(wanted)]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All of them in any order."""
        return self.some(items, len(items), len(items))

    # --- literals

    def quoted(self, text: str) -> str:
        """A text in quotes, its characters as they are or as escapes."""
        return json.dumps(text, ensure_ascii=self.chance(10))

    def text(self) -> str:
        """The value of a text literal: not blank."""
        if not self.chance(8):
            return self.pick(TEXTS)
        return self.draw(_ANY_TEXT)

    def text_of(self, type_: str, *, pattern: bool = False) -> str:
        """The value of a literal that is compared with that type; with `pattern`, perhaps one with `*` and `?`."""
        if type_ == "page":
            return self.pick(PAGE_PATTERNS if pattern and self.chance(40) else PAGES)
        return self.pick(PATTERNS) if pattern and self.chance(50) else self.text()

    def count(self) -> str:
        """A number without a sign."""
        if self.chance(75):
            return str(self.number(0, 12))
        return self.pick(
            ("100", "200", "4_999", "5_000", "2.5", "0.01", "0.005", "1_000_000", "9007199254740993", "0.1", "1")
        )

    def signed(self) -> str:
        """A number, perhaps with a sign."""
        return self.pick(("", "", "", "-", "+")) + self.count()

    def hundredths(self, low: int = -5_000, high: int = 5_000) -> int:
        """Points in hundredths, more often whole than not, seldom very large."""
        if self.chance(3):
            return max(min(self.pick((100_000_000_000, -100_000_000_000, 99_999_999_999)), high), low)
        whole = self.number(-(-low // 100), high // 100) * 100
        return whole if self.chance(70) else max(min(whole + self.number(-99, 99), high), low)

    def date(self) -> str:
        """A date, with or without a time of day and an offset."""
        day = self.pick(DAYS)
        if not self.chance(45) or day in ("0001-01-01", "9999-12-31"):
            return day
        return f"{day}T{self.pick(HOURS)}{self.pick(OFFSETS)}"

    def duration(self) -> tuple[str, str]:
        """A number and a unit, more than no time."""
        if self.chance(85):
            return str(self.number(1, 30)), self.pick(UNITS)
        return self.pick(("0.5", "1.5", "90", "0.01", "0.000001", "365", "100_000", "2.25", "3_000_000")), self.pick(
            UNITS
        )


def points(hundredths: int) -> str:
    """Hundredths as points with their sign."""
    return f"{Decimal(hundredths) / 100:+}"


def unsigned(hundredths: int) -> str:
    """Hundredths as a number, with a sign only below 0."""
    return f"{Decimal(hundredths) / 100}"
