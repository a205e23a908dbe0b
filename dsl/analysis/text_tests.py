"""Tests of a text: what operators ask of it, apart from the field it is in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import field, frozen

from scorelang.operators import operators
from scorelang.values import SPACES, fold_page

How = Literal["is", "starts with", "ends with", "contains", "mentions", "like", "at least", "known"]
HOWS: tuple[How, ...] = ("is", "starts with", "ends with", "contains", "mentions", "like")
# No longer text is made.
LONGEST = 5_000
# An address needs something before its domain, and a domain that is any.
BEFORE_DOMAIN = "ann@"
NOWHERE = "nowhere.example"


class UndecidedError(Exception):
    """There are too many texts to go through."""


@frozen
class Test:
    """What is asked of a text: whether an operator holds for any of `values`.

    `at least` asks for so many characters (`number`), `known` nothing at all. With `of_domain` the domain of the text,
    an address, is asked, and the test fails where there is none.
    """

    __test__ = False

    how: How
    values: frozenset[str] = frozenset()
    number: int = 0
    of_domain: bool = False
    _hash: int = field(init=False, repr=False, eq=False)

    @_hash.default
    def _hashed(self) -> int:
        return hash((self.how, self.values, self.number, self.of_domain))

    def __hash__(self) -> int:
        return self._hash

    def passes(self, text: str) -> bool:
        """Whether a text passes, as the operators define it."""
        if self.of_domain:
            host = operators()["domain"].reference(text)
            return host is not None and self.asks(host)
        return self.asks(text)

    def asks(self, text: str) -> bool:
        """Whether a text passes, or with `of_domain` a domain."""
        match self.how:
            case "known":
                return True
            case "at least":
                return len(text) >= self.number
            case "is":
                return text in self.values
        reference = operators()[self.how].reference
        return any(reference(text, value) for value in self.values)

    @property
    def finite(self) -> bool:
        """Whether only the values themselves pass."""
        return self.how == "is" and not self.of_domain

    def examples(self) -> Iterator[str]:
        """A few texts that pass, or nearly do."""
        if self.number > LONGEST:
            return
        values = sorted(self.values, key=lambda value: (len(value), value))[:12]
        for value in values or ("x" * self.number,):
            pieces = pieces_of(value) if self.how == "like" else [("char", each) for each in value]
            plain = "".join(each if sort == "char" else "x" if sort == "one" else "" for sort, each in pieces)
            host = plain or NOWHERE
            yield f"{BEFORE_DOMAIN}{host}" if self.of_domain else plain


def fits(text: str, page: bool) -> bool:
    """Whether a value of the language can be this text: trimmed, not empty, and of a page only its path."""
    if not text or text[0] in SPACES or text[-1] in SPACES:
        return False
    return not page or fold_page(text) == text


def includes(one: Test, other: Test) -> bool:
    """Whether what passes the one passes the other, as far as their values alone show it."""
    if other.of_domain and not one.of_domain and one.how in ("is", "ends with"):
        # What stands behind the last @ of an ending is the domain.
        hosts = [operators()["domain"].reference(value) for value in one.values if "@" in value]
        return len(hosts) == len(one.values) > 0 and all(host is not None and other.asks(host) for host in hosts)
    if one.of_domain and not other.of_domain and one.how in ("is", "ends with"):
        # A text ends as its domain does.
        return includes(Test("ends with", one.values), other)
    if one.of_domain is not other.of_domain:
        return other.how == "known" and other.of_domain is False
    if other.how == "known" or (one.how == other.how and one.values and one.values <= other.values):
        return True
    if one.how == "at least":
        return other.how == "at least" and one.number >= other.number
    if one.how not in ("starts with", "ends with", "contains", "mentions"):
        return False
    if other.how == one.how or other.how == "contains":
        reference = operators()[other.how].reference
        return all(any(reference(value, each) for each in other.values) for value in one.values)
    return False


def pieces_of(pattern: str) -> list[tuple[str, str]]:
    """A pattern as characters (`char`), `?` (`one`) and `*` (`run`), each with the character it is about."""
    pieces: list[tuple[str, str]] = []
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\" and at + 1 < len(pattern):
            pieces.append(("char", pattern[at + 1]))
            at += 2
            continue
        char = pattern[at]
        pieces.append(("run", "") if char == "*" else ("one", "") if char == "?" else ("char", char))
        at += 1
    return pieces
