"""For Pygments: `.score` files in colours, in Sphinx, MkDocs, rich and wherever else Pygments is.

Pygments loads this module whenever it looks for any lexer, so that the language is loaded when a text is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pygments import token
from pygments.lexer import Lexer

# What Pygments calls each kind of piece; the names are those of scorelang.keywords.Kind.
TOKENS = {
    "STATEMENT": token.Keyword.Declaration,
    "CONDITION": token.Keyword,
    "OPERATOR": token.Operator.Word,
    "EVENT": token.Keyword.Pseudo,
    "CONSTANT": token.Keyword.Constant,
    "TYPE": token.Keyword.Type,
    "UNIT": token.Number.Integer,
    "NUMBER": token.Number,
    "DATE": token.Literal.Date,
    "TEXT": token.String.Double,
    "ESCAPE": token.String.Escape,
    "COMMENT": token.Comment.Single,
    "NAME": token.Name,
    "DECLARED": token.Name.Class,
    "FIELD": token.Name.Variable,
    "MEMBER": token.Name.Attribute,
    "FUNCTION": token.Name.Function,
    "RESULT": token.Name.Builtin,
    "SIGN": token.Punctuation,
}


class ScoreLexer(Lexer):  # type: ignore[misc]  # Pygments has no types
    """A lexer for the scorelang language."""

    name = "scorelang"
    aliases: ClassVar[list[str]] = ["scorelang"]
    filenames: ClassVar[list[str]] = ["*.score"]
    mimetypes: ClassVar[list[str]] = ["text/x-scorelang"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        """The pieces of a text, each with its offset and its type; what is no text of the language is an `Error`."""
        from scorelang.keywords import pieces

        offset = 0
        for line in text.splitlines(keepends=True):
            at = 0
            for start, end, kind in pieces(line.rstrip("\r\n")):
                yield from _between(line, at, start, offset)
                yield offset + start, TOKENS[kind.name], line[start:end]
                at = end
            yield from _between(line, at, len(line), offset)
            offset += len(line)


def _between(line: str, start: int, end: int, offset: int) -> Iterator[tuple[int, Any, str]]:
    """What no pattern finds: white space, or signs that the language does not have."""
    text = line[start:end]
    if text:
        yield offset + start, token.Error if text.strip() else token.Whitespace, text
