"""From text to syntax nodes, a logical line at a time, so that one slip does not hide the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from attrs import define, evolve, field
from lark import Lark, UnexpectedInput
from lark.exceptions import VisitError
from lark.lexer import PatternStr
from lark.utils import TextSlice

from scorelang import nodes as n
from scorelang.build import BadText, Build
from scorelang.cache import cache_file
from scorelang.diagnostics import Diagnostics
from scorelang.layout import Line, read_layout
from scorelang.operators import operators
from scorelang.source import NOWHERE, Source
from scorelang.syntax_errors import Stop, SyntaxErrors

STARTS = ("top", "rule", "field", "destination", "test_line", "row")
# Which lines stand in the block that a word opens.
INSIDE = {
    "lead": "field", "category": "rule", "persona": "rule", "choose": "rule",
    "matrix": "row", "route": "destination", "test": "test_line",
}  # fmt: skip


@cache
def parser() -> Lark:
    """The parser of a logical line; built once, when the first text is parsed, or read from the user's cache."""
    words = sorted((row.name for row in operators().values() if row.form == "word"), key=len, reverse=True)
    spelled = "|".join(word.replace(" ", r"\s+") for word in words)
    grammar = resources.files("scorelang").joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        f"{grammar}\nWORD_OPERATOR.2: /(?:{spelled})\\b/\n",
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        maybe_placeholders=False,
        transformer=Build(),
        cache=cache_file("grammar.lark") or False,
    )


@cache
def spellings() -> Mapping[str, str]:
    """The terminals that are always typed alike: keywords and signs."""
    spelled = {}
    for terminal in parser().terminals:
        text = terminal.pattern.value.replace(r"\s+", " ").removesuffix(r"\b")
        if isinstance(terminal.pattern, PatternStr) or re.fullmatch(r"[a-z ]+|=", text):
            spelled[terminal.name] = text
    return spelled


@define
class LineGrammar:
    """The parser as the mending of lines sees it."""

    spellings: Mapping[str, str] = field(factory=spellings)

    def read(self, text: str | TextSlice[str], start: str) -> n.Node | Stop:
        """The node of a line, or where the parser stopped in it."""
        try:
            node: n.Node = parser().parse(text, start=start)  # type: ignore[assignment]
            return node
        except UnexpectedInput as error:
            return _stop(text, error)
        except BadText as error:
            return Stop(error.span.start, error.span.end)
        except VisitError as error:
            if not isinstance(error.orig_exc, BadText):
                raise
            return Stop(error.orig_exc.span.start, error.orig_exc.span.end)

    def accepts(self, text: str, start: str) -> frozenset[str]:
        """The terminals that may follow the beginning of a line."""
        parsing = parser().parse_interactive(text, start=start)
        try:
            parsing.exhaust_lexer()
        except (UnexpectedInput, BadText, VisitError):
            return frozenset()
        return frozenset(parsing.accepts())


def _stop(text: str | TextSlice[str], error: UnexpectedInput) -> Stop:
    whole = text if isinstance(text, str) else text.text
    limit = len(text) if isinstance(text, str) else text.end
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        return Stop(limit, limit)
    at = int(error.pos_in_stream or 0)
    if token is not None:
        return Stop(at, at + len(token))
    word = re.compile(r"\w+").match(whole, at, limit)
    return Stop(at, word.end() if word else at + 1)


def parse(source: Source, found: Diagnostics) -> n.File:
    """The statements of a file that can be read; whatever cannot goes to `found`."""
    layout = read_layout(source, found)
    reader = _Reader(source, SyntaxErrors(source, found, LineGrammar()))
    statements = [reader.statement(line, "top") for line in layout.lines]
    return n.File(tuple(statement for statement in statements if statement is not None))


@define
class _Reader:
    source: Source
    errors: SyntaxErrors

    def statement(self, line: Line, start: str) -> n.Node | None:
        """The node of a line and its block, or None when it cannot be read."""
        node = self._line(line, start)
        inside = INSIDE.get(line.word)
        if inside is None:
            return node
        children = [self.statement(child, inside) for child in line.block]
        block = tuple(child for child in children if child is not None)
        return None if node is None else _with_block(node, block)

    def _line(self, line: Line, start: str) -> n.Node | None:
        reading = self.errors.grammar.read(TextSlice(self.source.text, line.span.start, line.span.end), start)
        if isinstance(reading, Stop):
            stop = Stop(reading.at - line.span.start, reading.end - line.span.start)
            return self.errors.explain(line, start, stop)
        return reading


def _with_block(node: n.Node, block: tuple[Any, ...]) -> n.Node:
    """The header of a block together with the block's lines."""
    end = block[-1].span if block else NOWHERE
    span = node.span.to(end)
    match node:
        case n.Lead():
            return evolve(node, fields=block, span=span)
        case n.Category():
            return evolve(node, rules=block, span=span)
        case n.Choose():
            return evolve(node, branches=block, span=span)
        case n.Matrix():
            return evolve(node, rows=block, span=span)
        case n.Route():
            return evolve(node, destinations=block, span=span)
        case n.Test():
            return evolve(node, lines=block, span=span)
    return node
