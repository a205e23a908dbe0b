"""The one way to write a model: its layout and spelling, with every comment and nothing said differently.

| step | from → to | where |
|---|---|---|
| entries | text → lines, comments and empty lines | `entries.py` |
| words | line → tree of its words, each in its one spelling | `tree.py`, `words.py`, `respell.py` |
| shape | tree → words and places where the line may break | `shape.py`, `parts.py` |
| rows | line that does not fit → rows | `wrap.py` |
| columns | rules, fields, routes, tables → text in columns | `columns.py` |
"""

from __future__ import annotations

from scorelang.cache import WORTH, keep, recall
from scorelang.diagnostics import Diagnostics, ModelError
from scorelang.format import words
from scorelang.format.columns import align
from scorelang.format.entries import entries
from scorelang.format.pieces import piece
from scorelang.parse import Typed, parse_typed
from scorelang.source import Source, source_of

__all__ = ["FormatBug", "format_text"]

# What is kept in the user's cache of a text that is in the one layout: that it is.
KIND = "formatted"


class FormatBug(Exception):  # noqa: N818
    """A formatted text that does not say what the text said: a bug of ours, met before it could do harm."""


def format_text(text: str, *, name: str = "model.score") -> str:
    """The text of a `.score` file in its one layout, with line feeds as line ends and without a byte-order mark.

    Formatting it again changes nothing. Every comment is kept, in its order. Raises `ModelError`, in which the file is
    called `name`, for a text with syntax errors; whether its names are declared does not matter.
    """
    source, found = source_of(name, text), Diagnostics()
    if len(source.text) >= WORTH and recall(KIND, source.text) is True:
        return source.text
    typed = parse_typed(source, found)
    found.raise_if_any()
    formatted = source_of(name, _formatted(source, typed))
    if formatted.text == source.text:
        if len(source.text) >= WORTH:
            keep(KIND, source.text, True)
        return formatted.text
    again = parse_typed(formatted, found)
    # With spaces in it, a line may be longer than a line can be.
    limits = [diagnostic for diagnostic in found.found if diagnostic.code.endswith("-too-long")]
    if limits:
        raise ModelError(limits)
    is_same = again.file == typed.file
    if not is_same or found.found or _comments(formatted, again) != _comments(source, typed):
        what = found.found[0].code if found.found else "other comments" if is_same else "another meaning"
        raise FormatBug(f"{name} would not say the same when formatted ({what})")
    return formatted.text


def _formatted(source: Source, typed: Typed) -> str:
    pieces = [piece(source, entry, typed.steps) for entry in entries(source, typed.layout)]
    align(pieces)
    rows = [row for piece in pieces for row in (*([""] if piece.blank else []), *map(str, piece.rows))]
    return "".join(f"{row}\n" for row in rows)


def _comments(source: Source, typed: Typed) -> list[str]:
    return [words.comment(source.text[span.start : span.end]) for span in typed.layout.comments]
