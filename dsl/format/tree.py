"""The words of a line as a tree: every one that was typed, and which of them belong together."""

from __future__ import annotations

from functools import cache

from lark import Lark, Token, Tree
from lark.utils import TextSlice

from scorelang.cache import cache_file
from scorelang.parse import PLUGINS, STARTS, parser
from scorelang.source import Source, Span

Words = Tree[Token]
Child = Words | Token


@cache
def tree_parser() -> Lark:
    """A parser of the language's grammar that keeps the words which nodes do without: commas, brackets, signs."""
    return Lark(
        parser().source_grammar,
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        maybe_placeholders=False,
        keep_all_tokens=True,
        cache=cache_file("words.lark") or False,
        _plugins=PLUGINS,
    )


def tree_of(source: Source, span: Span, start: str) -> Words:
    """The tree of a line that is known to parse; `start` is the place where it stands, as in `parse.STARTS`."""
    return tree_parser().parse(TextSlice(source.text, span.start, span.end), start=start)


def words_of(child: Child) -> list[Token]:
    """The words of a tree in the order of the text; of a word, itself."""
    if isinstance(child, Token):
        return [child]
    return [word for inner in child.children for word in words_of(inner)]


def is_one(child: Child, *kinds: str) -> bool:
    """Whether a child is a word of one of those types, or a tree that one of those rules made."""
    return (child.type if isinstance(child, Token) else child.data) in kinds
