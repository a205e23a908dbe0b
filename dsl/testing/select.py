"""Choosing tests by their names: `pricing and not (webinar or "gone quiet")`."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import define

from scorelang.diagnostics import ScorelangError

Choice = Callable[[str], bool]

_TOKEN = re.compile(r'\s*("(?:[^"]*)"?|[()]|[^\s()"]+)')


class SelectionError(ScorelangError):
    """An expression that does not choose tests; the message says what was found, and what was expected."""


def selection(expression: str) -> Choice:
    """Whether a name is meant by an expression of words with `and`, `or`, `not` and brackets.

    A word, or several in a row, are meant when the name contains them, in any case of letters; in quotes they may be
    any text. Raises `SelectionError`.
    """
    parser = _Parser(expression, [token for token in _TOKEN.findall(expression) if token])
    if not parser.tokens:
        raise SelectionError("nothing is chosen: the expression is empty")
    chosen = parser.either()
    if parser.tokens:
        raise SelectionError(f"`{parser.tokens[0]}` closes nothing in `{expression}`")
    return chosen


@define
class _Parser:
    expression: str
    tokens: list[str]

    def either(self) -> Choice:
        first = self.both()
        while self.took("or"):
            first = _either(first, self.both())
        return first

    def both(self) -> Choice:
        first = self.negated()
        while self.took("and"):
            first = _both(first, self.negated())
        return first

    def negated(self) -> Choice:
        if self.took("not"):
            inner = self.negated()
            return lambda name: not inner(name)
        if self.took("("):
            inner = self.either()
            if not self.took(")"):
                raise SelectionError(f"a bracket is not closed in `{self.expression}`")
            return inner
        return self.words()

    def words(self) -> Choice:
        found: list[str] = []
        while self.tokens and self.tokens[0].lower() not in ("and", "or", "not", "(", ")"):
            token = self.tokens.pop(0)
            if token.startswith('"') and (len(token) < 2 or not token.endswith('"')):
                raise SelectionError(f"a quote is not closed in `{self.expression}`")
            found.append(token.strip('"') if token.startswith('"') else token)
        if not found:
            near = f"`{self.tokens[0]}`" if self.tokens else "the end"
            raise SelectionError(f"a word is expected before {near} in `{self.expression}`")
        wanted = " ".join(found).casefold()
        return lambda name: wanted in name.casefold()

    def took(self, token: str) -> bool:
        if self.tokens and self.tokens[0].lower() == token:
            self.tokens.pop(0)
            return True
        return False


def _either(first: Choice, second: Choice) -> Choice:
    return lambda name: first(name) or second(name)


def _both(first: Choice, second: Choice) -> Choice:
    return lambda name: first(name) and second(name)
