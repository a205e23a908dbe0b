"""Reading CSV: any of four delimiters, quoted line ends, and a clear word on every row that does not fit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from scorelang.data.errors import DataError
from scorelang.data.inputs import LONGEST_LINE, Input, byte_lines, not_utf8
from scorelang.data.records import BadRecord, Record, bad_record

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 16 << 20  # characters
SAMPLE_ROWS = 50


def read_csv(file: Input, delimiters: Sequence[str]) -> tuple[tuple[str, ...], Iterator[Record | BadRecord]]:
    """The columns of a CSV file and its rows.

    Empty cells stay empty texts; blank lines are skipped; a row with another number of cells than the header, or one
    that is not CSV, is a `BadRecord`. Raises `DataError` for a header that cannot be one.
    """
    # The limit belongs to the process; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    sample = file.head.decode("utf-8", "ignore")
    rows = _Rows(file, delimiter_of(sample, delimiters), sample)
    for cells, line, raw in rows:
        if cells is None:
            raise DataError(f"the header line is not CSV: {raw}", file.path, line)
        if "\0" in raw:
            raise DataError("the header holds a NUL byte, so this is no text", file.path, line, "save it as CSV UTF-8")
        if len(cells) > 1 or (cells and cells[0].strip()):
            columns = _checked([cell.strip() for cell in cells], file.path, line)
            return columns, _records(rows, columns, file.path)
    raise DataError("there is no header line", file.path, hint="the first line of a CSV file names its columns")


def _records(rows: _Rows, columns: tuple[str, ...], path: str) -> Iterator[Record | BadRecord]:
    width = len(columns)
    for cells, line, raw in rows:
        if cells is None:
            yield bad_record(path, line, rows.problem, raw)
        elif "\0" in raw:
            yield bad_record(path, line, "the row holds a NUL byte", raw, dict(zip(columns, cells, strict=False)))
        elif len(cells) == width:
            yield Record(dict(zip(columns, cells, strict=True)), line)
        elif len(cells) > 1 or (cells and cells[0].strip()):
            # Cells are mostly lacking, or too many, at the end.
            partial = dict(zip(columns, cells, strict=False))
            yield bad_record(path, line, _misfit(len(cells), width, raw), raw, partial)


class _Rows:
    """The rows of a CSV file, blank ones included: their cells, first line and text.

    The cells of a row that is not CSV are None, and `problem` says why.
    """

    def __init__(self, file: Input, delimiter: str, sample: str) -> None:
        self.problem = ""
        self._path = file.path
        self._lines = _text_lines(file)
        self._taken: list[str] = []
        self._size = 0
        # `"a", "b"`: without this the second cell would begin with a space and its quotes be part of it.
        spaced = f'{delimiter} "' in sample
        self._reader = csv.reader(self._feed(), delimiter=delimiter, skipinitialspace=spaced, strict=True)

    def __iter__(self) -> Iterator[tuple[list[str] | None, int, str]]:
        taken, reader = self._taken, self._reader
        while True:
            taken.clear()
            self._size = 0
            line = reader.line_num + 1
            cells: list[str] | None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.problem = self._explained(error, line)
                cells = None
            yield cells, line, "".join(taken)

    def _feed(self) -> Iterator[str]:
        for line in self._lines:
            self._taken.append(line)
            self._size += len(line)
            if self._size > LONGEST_LINE:
                raise _unclosed(self._path, self._reader.line_num - len(self._taken) + 2)
            yield line

    def _explained(self, error: csv.Error, line: int) -> str:
        """What is wrong with a row, in words; raises `DataError` where the rest of the file went with it."""
        text = str(error)
        if "end of data" in text or ("field limit" in text and len(self._taken) > 1):
            raise _unclosed(self._path, line)
        if "field limit" in text:
            return f"a cell is longer than {LONGEST_CELL >> 20} MiB"
        if "expected after" in text:
            return 'a quoted cell goes on after its closing quote (a quote inside quotes is written "")'
        return "the row holds a line end without quotes around it"


def _unclosed(path: str, line: int) -> DataError:
    return DataError(
        "a quote opened in the row that starts here is never closed",
        path,
        line,
        'close the quote; a quote inside quotes is written ""',
    )


def _text_lines(file: Input) -> Iterator[str]:
    """The lines of the file with their line ends. Raises `DataError` where one is not UTF-8."""
    if b"\r" in file.head and b"\n" not in file.head:
        yield from _lines_of_old_macs(file)
        return
    for number, line in enumerate(byte_lines(file.stream, file.path), 1):
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise not_utf8(line, number, error, file.path) from None


def _lines_of_old_macs(file: Input) -> Iterator[str]:
    """Lines that end in a carriage return alone, as Excel's "CSV (Macintosh)" has them."""
    number = 0
    for block in byte_lines(file.stream, file.path):
        # What has no line feeds is one long line, which `byte_lines` bounds.
        for line in io.BytesIO(block.replace(b"\r", b"\n")):
            number += 1
            try:
                yield line.decode()
            except UnicodeDecodeError as error:
                raise not_utf8(line, number, error, file.path) from None


def delimiter_of(sample: str, candidates: Sequence[str]) -> str:
    """The delimiter under which most rows have as many cells as the header, and of equals the one with most cells."""
    lines = list(io.StringIO(sample, newline=""))
    if len(lines) > 1 and not lines[-1].endswith(("\r", "\n")):
        lines.pop()  # it may be cut off
    whole = [line for line in lines if line.strip()][:SAMPLE_ROWS]
    best, best_rank = candidates[0], (0.0, 1)
    for candidate in candidates:
        widths = _widths(whole, candidate)
        if widths and widths[0] > 1:
            rank = (widths.count(widths[0]) / len(widths), widths[0])
            if rank > best_rank:
                best, best_rank = candidate, rank
    return best


def _widths(lines: list[str], delimiter: str) -> list[int]:
    """How many cells each row has; 0 for one that is not CSV, as `"a";"b"` is not where commas delimit."""
    widths = []
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        try:
            widths.append(len(next(reader)))
        except StopIteration:
            return widths
        except csv.Error:
            widths.append(0)


def _checked(columns: list[str], path: str, line: int) -> tuple[str, ...]:
    """The names of the columns, if each has one of its own."""
    first: dict[str, int] = {}
    for number, name in enumerate(columns, 1):
        if not name:
            raise DataError(
                f"column {number} of {len(columns)} has no name", path, line, "name every column in the header line"
            )
        if name in first:
            both = f"columns {first[name]} and {number}"
            raise DataError(f"{both} are both called `{name}`", path, line, "give each column its own name")
        first[name] = number
    return tuple(columns)


def _misfit(cells: int, width: int, raw: str) -> str:
    counted = f"{cells} cell{'s' if cells != 1 else ''}"
    lines = raw.rstrip("\r\n").count("\n") + 1
    spread = f" (it takes {lines} lines: is a quote not closed?)" if lines > 1 else ""
    return f"the row has {counted} where the header has {width}{spread}"
