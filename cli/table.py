"""Tables of text that fit the terminal."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest

from attrs import frozen
from rich.cells import cell_len, set_cell_size

from scorelang.cli.console import printable

GAP = "  "
# In characters; narrower than that a text says nothing.
NARROWEST = 12
WIDEST_WHOLE = 40
# Columns that may be left out are, before texts that go on below become narrower than this.
READABLE = 24
# So many rows are looked at before the first is shown: they settle how wide the columns are.
SAMPLE = 1_000


@frozen
class Column:
    """A column: its title, and what it holds.

    `number`: to the right, and never cut; `whole`: not cut either, unless very long; `wrapped`: what is too long goes
    on below, instead of ending in `…`; `optional`: may be left out where there is no room.
    """

    title: str
    number: bool = False
    whole: bool = False
    wrapped: bool = False
    optional: bool = False


def table_width(to_terminal: bool, *, otherwise: int = 80) -> int:
    """How many characters a line may have: what COLUMNS says, else those of the terminal, else `otherwise`."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and int(said) > 0:
        return int(said)
    return shutil.get_terminal_size((otherwise, 24)).columns if to_terminal else otherwise


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """The lines of a table, its header first, none longer than `width` where that can be.

    Where even the narrowest columns are too wide, optional ones are left out, the last first, and the line after the
    table says which.
    """
    rest = iter(rows)
    sample = list(islice(rest, SAMPLE))
    header = [column.title for column in columns]
    widths, left_out = _widths(columns, [header, *sample], width)
    kept = [number for number in range(len(columns)) if number not in left_out]
    for row in chain([header], sample, rest):
        cells = [_lines(columns[number], printable(row[number]), widths[number]) for number in kept]
        for parts in zip_longest(*cells):
            padded = (_padded(columns[at], part or "", widths[at]) for at, part in zip(kept, parts, strict=True))
            yield GAP.join(padded).rstrip()
    if left_out:
        titles = dict.fromkeys(columns[number].title for number in sorted(left_out))
        yield from textwrap.wrap(f"(no room for {', '.join(titles)}: `--format csv` has everything)", width)


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> tuple[list[int], set[int]]:
    """The widths of the columns, and the numbers of those that are left out."""
    widths = [max(cell_len(printable(row[number])) for row in rows) for number in range(len(columns))]
    cells = [[row[number] for row in rows[1:]] for number in range(len(columns))]
    least = list(map(_least, columns, widths, cells))
    wanted = [
        max(low, min(natural, READABLE)) if column.wrapped and not column.optional else low
        for column, low, natural in zip(columns, least, widths, strict=True)
    ]
    left_out: set[int] = set()
    for number in reversed(range(len(columns))):
        if columns[number].optional and _total(wanted, left_out) > width:
            left_out.add(number)
    while _total(widths, left_out) > width:
        spare = [at for at in range(len(columns)) if at not in left_out and widths[at] > least[at]]
        if not spare:
            break
        widths[max(spare, key=lambda at: widths[at])] -= 1
    return widths, left_out


def _least(column: Column, natural: int, cells: Sequence[str]) -> int:
    """How narrow a column may become; a number keeps its digits, but a long title of one may lose letters."""
    if column.number:
        return max(map(cell_len, [column.title[:NARROWEST], *cells]))
    return min(natural, WIDEST_WHOLE if column.whole else NARROWEST)


def _total(widths: Sequence[int], left_out: set[int]) -> int:
    kept = [width for number, width in enumerate(widths) if number not in left_out]
    return sum(kept) + len(GAP) * (len(kept) - 1)


def _lines(column: Column, text: str, width: int) -> list[str]:
    """A cell in lines that are narrow enough."""
    if cell_len(text) <= width or (column.number and text.lstrip("-")[:1].isdigit()):
        return [text]
    if column.wrapped:
        return textwrap.wrap(text, width) or [""]
    return [set_cell_size(text, max(width - 1, 0)) + "…"]


def _padded(column: Column, text: str, width: int) -> str:
    space = " " * (width - cell_len(text))
    return space + text if column.number else text + space
