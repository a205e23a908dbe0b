"""Columns: the `then` of rules, the fields of a lead, the lines of a route, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from attrs import Factory, define

from scorelang.format.parts import text_width
from scorelang.format.wrap import WIDTH, Row

# Where the longest and the shortest of neighbours differ by more, columns would only part what belongs together.
RAGGED = 16

NUMBER = re.compile(r"(?:(?:[<>]=?|!?=) )?[+-]?\d[\d_.]*(?: to [+-]?\d[\d_.]*)?")


@define(eq=False)
class Piece:
    """Rows of the file that belong together: a line or a comment, with an empty line before it or none.

    A line of a `kind` that stands in columns also has `cells`, which give the text of its last row, `row`.
    """

    rows: list[Row]
    blank: bool = False
    kind: str = ""
    cells: list[str] = Factory(list)

    @property
    def row(self) -> Row:
        """The last row."""
        return self.rows[-1]


def align(pieces: Sequence[Piece]) -> None:
    """Write the cells of all pieces that have some into their last rows."""
    for run in _runs(pieces):
        table = [piece.cells for piece in run]
        match run[0].kind:
            case "row":
                texts = _table(table)
            case "field":
                texts = _with_comments(_aligned(table, "  "), [piece.row.comment for piece in run])
            case kind:
                texts = _if_even(table, WIDTH - run[0].row.indent, RAGGED if kind == "rule" else WIDTH)
        for piece, text in zip(run, texts, strict=True):
            comment = "" if piece.kind == "field" else piece.row.comment
            piece.rows[-1] = Row(piece.row.indent, text, comment)


def _runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces of one kind below each other, perhaps with comments between them; an empty line ends all but tables."""
    run: list[Piece] = []
    for piece in pieces:
        goes_on = run and piece.row.indent == run[0].row.indent and (not piece.blank or run[0].kind == "row")
        if goes_on and not piece.row.text:
            continue
        if run and not (goes_on and piece.kind == run[0].kind):
            yield run
            run = []
        if piece.kind:
            run.append(piece)
    if run:
        yield run


def _with_comments(texts: list[str], comments: list[str]) -> list[str]:
    """Texts with their comments, in a column of their own if that leaves no wide gaps."""
    widths = [text_width(text) for text, comment in zip(texts, comments, strict=True) if comment]
    even = bool(widths) and max(widths) - min(widths) <= RAGGED
    return [
        f"{_padded(text, max(widths)) if even else text}  {comment}" if comment else text
        for text, comment in zip(texts, comments, strict=True)
    ]


def _if_even(table: list[list[str]], room: int, ragged: int) -> list[str]:
    """Cells in columns, if these leave no wide gaps and have room; else with a space between them."""
    widths = [text_width(row[0]) for row in table]
    texts = _aligned(table, " ")
    if max(widths) - min(widths) <= ragged and all(text_width(text) <= room for text in texts):
        return texts
    return [" ".join(row) for row in table]


def _aligned(table: list[list[str]], gap: str) -> list[str]:
    widths = _widths(table)
    return [
        gap.join(_padded(cell, width) for cell, width in zip(row, widths, strict=False)).rstrip(" ") for row in table
    ]


def _table(table: list[list[str]]) -> list[str]:
    """The rows of a table between bars; columns of numbers end at the same place."""
    widths = _widths(table)
    right = [_is_numeric(column) for column in zip_longest(*table, fillvalue="")]
    return ["| " + " | ".join(_padded(*cell) for cell in zip(row, widths, right, strict=False)) + " |" for row in table]


def _is_numeric(column: Sequence[str]) -> bool:
    """Whether a column holds numbers below its head, or tests of numbers; a matrix's tests of rows have no head."""
    head, *cells = column
    numbers = [cell for cell in cells if cell not in ("", "missing")]
    return bool(head) and bool(numbers) and all(map(NUMBER.fullmatch, numbers))


def _widths(table: list[list[str]]) -> list[int]:
    return [max(map(text_width, column)) for column in zip_longest(*table, fillvalue="")]


def _padded(cell: str, width: int, right: bool = False) -> str:
    space = " " * (width - text_width(cell))
    return space + cell if right else cell + space
