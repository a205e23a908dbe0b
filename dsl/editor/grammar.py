"""What may follow the beginning of a line: asked of the parser itself, so that it knows what the language knows."""

from __future__ import annotations

import re
from functools import cache

from attrs import frozen
from lark import Token
from lark.exceptions import LarkError

from scorelang.build import BadText, Twice
from scorelang.keywords import KINDS, Kind, spelled
from scorelang.parse import parser
from scorelang.source import Span

# A finite list of words as the grammar's terminals spell it: alternatives, perhaps in brackets, perhaps in the plural.
WORDS = re.compile(r"(?:\(\?:)?(?P<words>[a-z |]+)\)?(?P<plural>s\?)?(?P<rest> [a-z]+)?")


@frozen
class Follows:
    """The words that begin a line, by their terminals, and the terminals that may come next."""

    before: tuple[tuple[str, str], ...]
    next: frozenset[str]

    @property
    def last(self) -> str:
        """The terminal that the line ends with so far; nothing at its beginning."""
        return self.before[-1][0] if self.before else ""

    def has(self, *terminals: str) -> bool:
        """Whether one of the terminals is among the words so far."""
        return any(kind in terminals for kind, _ in self.before)

    def since(self, *terminals: str) -> tuple[tuple[str, str], ...]:
        """The words behind the last of these terminals; all of them where there is none."""
        for at in range(len(self.before), 0, -1):
            if self.before[at - 1][0] in terminals:
                return self.before[at:]
        return self.before


def follows(text: str, place: str) -> Follows | None:
    """What may follow a text, in a place of the grammar; None where the text itself cannot be read."""
    parsing = parser().parse_interactive(text, start=place)
    try:
        tokens: list[Token] = parsing.exhaust_lexer()
        accepted = frozenset(parsing.accepts())  # type: ignore[no-untyped-call]
    except (LarkError, BadText, Twice):
        return None
    return Follows(tuple((token.type, str(token)) for token in tokens), accepted)


def word_at(text: str, place: str, offset: int) -> tuple[str, Span] | None:
    """The terminal that an offset of a line is in or at the end of, and its span; None behind what cannot be read."""
    parsing = parser().parse_interactive(text, start=place)
    try:
        for token in parsing.iter_parse():
            start = token.start_pos or 0
            if start <= offset <= start + len(token):
                return token.type, Span(start, start + len(token))
    except (LarkError, BadText, Twice):
        pass
    return None


@cache
def words_of(terminal: str) -> tuple[str, ...]:
    """The ways in which a keyword is spelled, units in the plural; none for what is no keyword."""
    if KINDS.get(terminal) in (None, Kind.NAME, Kind.NUMBER, Kind.DATE, Kind.TEXT, Kind.SIGN, Kind.BLANK, Kind.COMMENT):
        return ()
    pattern = spelled()[terminal].partition("(?=")[0].replace(r"\b", "").replace(r"\s+", " ").replace("times?", "times")
    match = WORDS.fullmatch(pattern)
    if match is None:
        return ()
    plural, rest = "s" if match["plural"] else "", match["rest"] or ""
    return tuple(f"{word}{plural}{rest}" for word in match["words"].split("|"))
