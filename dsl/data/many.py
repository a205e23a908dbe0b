"""Several files as one: those that a pattern such as `leads/*.parquet` stands for."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

from scorelang.data.errors import DataError
from scorelang.data.records import BadRecord, Record, Records


def paths_of(path: str) -> list[str]:
    """The files that a path stands for, by name: itself, or those that match where it is a pattern.

    Patterns are those of Python's `glob`: `*`, `?`, `[…]`, and `**` for folders at any depth. A file that is called as
    the pattern is that file. Raises `DataError` where nothing matches.
    """
    if path == "-" or "://" in path or not glob.has_magic(path) or os.path.exists(path):
        return [path]
    found = sorted(each for each in glob.glob(path, recursive=True) if not os.path.isdir(each))
    if not found:
        raise DataError("no file matches this pattern", path, hint="in quotes it stays what was typed; is it right?")
    return found


class ManyRecords(Records):
    """The records of several files, one file after the other; `path` is that of the file which is being read."""

    def __init__(self, paths: Sequence[str], read: Callable[[str], Records]) -> None:
        self._current = ExitStack()
        columns: dict[str, None] | None = {}
        formats = set()
        for path in paths:
            with read(path) as records:
                formats.add(records.format)
                columns = (
                    None if columns is None or records.columns is None else columns | dict.fromkeys(records.columns)
                )
        if len(formats) > 1:
            raise DataError("the files are of several formats", paths[0], hint="name those of one format by a pattern")
        names = None if columns is None else tuple(columns)
        super().__init__(paths[0], formats.pop(), names, self._each(paths, read), self._current)

    def _each(self, paths: Sequence[str], read: Callable[[str], Records]) -> Iterator[Record | BadRecord]:
        for path in paths:
            self.path = path
            with read(path) as records:
                yield from records
