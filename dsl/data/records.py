"""What reading a file of data gives: records, those that could not be read, and the run through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from attrs import frozen

# So much of a record that could not be read is kept for messages and rejects, in characters.
LONGEST_RAW = 10_000


@frozen
class Record:
    """One lead or event as the file has it.

    `line` is the line on which the record starts, from 1; in a Parquet file, which has no lines, the number of the row.
    """

    values: Mapping[str, object]
    line: int


@frozen
class BadRecord:
    """A record that could not be read: where, why, and its text (of a long one the start), or its values.

    `partial` are the values as far as they could be told apart, `lead` is the identity of the lead that it names.
    """

    line: int
    message: str
    raw: str | Mapping[str, object]
    path: str
    partial: Mapping[str, object] | None = None
    lead: str | None = None


def bad_record(path: str, line: int, message: str, raw: str, partial: Mapping[str, object] | None = None) -> BadRecord:
    """A bad record with its text cut to a length that can be shown."""
    text = raw.rstrip("\r\n")
    return BadRecord(line, message, text if len(text) <= LONGEST_RAW else text[:LONGEST_RAW] + "…", path, partial)


class Records(Iterator[Record | BadRecord]):
    """The records of one file, read as they are asked for; a context manager that closes the file.

    `path` is the path as typed, `format` one of `csv`, `ndjson`, `json` and `parquet`, `columns` the names of the
    columns in their order, or None for JSON, where each record has its own. Taking the next record raises `DataError`
    when the rest of the file cannot be read.
    """

    def __init__(
        self,
        path: str,
        format: str,
        columns: tuple[str, ...] | None,
        items: Iterator[Record | BadRecord],
        resources: ExitStack,
    ) -> None:
        self.path = path
        self.format = format
        self.columns = columns
        self._items = items
        self._resources = resources

    def __next__(self) -> Record | BadRecord:
        return next(self._items)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; standard input stays open."""
        self._items = iter(())
        self._resources.close()
