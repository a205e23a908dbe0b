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

from scorelang.diagnostics import Diagnostics, ModelError
from scorelang.format import words
from scorelang.format.columns import align
from scorelang.format.entries import entries
from scorelang.format.pieces import piece
from scorelang.layout import read_layout
from scorelang.parse import parse
from scorelang.source import Source, source_of

__all__ = ["FormatBug", "format_text"]


class FormatBug(Exception):  # noqa: N818
    """A formatted text that does not say what the text said: a bug of ours, met before it could do harm."""


def format_text(text: str, *, name: str = "model.score") -> str:
    """The text of a `.score` file in its one layout, with line feeds as line ends and without a byte-order mark.

    Formatting it again changes nothing. Every comment is kept, in its order. Raises `ModelError`, in which the file is
    called `name`, for a text with syntax errors; whether its names are declared does not matter.
    """
    source, found = source_of(name, text), Diagnostics()
    said = parse(source, found)
    found.raise_if_any()
    formatted = source_of(name, _formatted(source))
    if formatted.text == source.text:
        return formatted.text
    again = parse(formatted, found)
    # With spaces in it, a line may be longer than a line can be.
    limits = [diagnostic for diagnostic in found.found if diagnostic.code.endswith("-too-long")]
    if limits:
        raise ModelError(limits)
    if again != said or found.found or _comments(formatted) != _comments(source):
        what = found.found[0].code if found.found else "another meaning" if again != said else "other comments"
        raise FormatBug(f"{name} would not say the same when formatted ({what})")
    return formatted.text


def _formatted(source: Source) -> str:
    pieces = [piece(source, entry) for entry in entries(source, read_layout(source, Diagnostics()))]
    align(pieces)
    rows = [row for piece in pieces for row in (*([""] if piece.blank else []), *map(str, piece.rows))]
    return "".join(f"{row}\n" for row in rows)


def _comments(source: Source) -> list[str]:
    spans = read_layout(source, Diagnostics()).comments
    return [words.comment(source.text[span.start : span.end]) for span in spans]
