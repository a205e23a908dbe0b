"""What becomes of rows that cannot be scored: a file of them, and a few words on standard error."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self

from attrs import Factory, define

from scorelang.cli.console import note, printable, show
from scorelang.cli.models import called
from scorelang.data import Reject, RejectsWriter, open_output

MOST_SHOWN = 20
MOST_SHOWN_WITH_FILE = 3


def default_path(output: str) -> str:
    """Where rejects go when the results go to this file."""
    return f"{output}.rejects.ndjson"


@define
class Rejects:
    """Takes rejects, and writes them to `path` (None: nowhere) if the block ends without an exception.

    `named` is whether the user named the file: then it is written even when there are no rejects; otherwise one that
    an earlier run left behind is removed, because it says nothing of this run.
    """

    path: str | None
    named: bool = False
    count: int = 0
    first: list[Reject] = Factory(list)
    _files: ExitStack = Factory(ExitStack)
    _writer: RejectsWriter | None = None

    def __enter__(self) -> Self:
        if self.named:
            self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.__exit__(kind, error, trace)
        if error is None and self.path is not None and self.count == 0 and not self.named and os.path.isfile(self.path):
            with suppress(OSError):
                os.unlink(self.path)
                note(f"{self.path} is removed: it was left by an earlier run, and now nothing is rejected")

    def add(self, reject: Reject) -> None:
        """Take one reject."""
        self.count += 1
        if len(self.first) < MOST_SHOWN:
            self.first.append(reject)
        if self.path is not None:
            (self._writer or self._open()).write(reject)

    def _open(self) -> RejectsWriter:
        self._writer = RejectsWriter(self._files.enter_context(open_output(self.path)))
        return self._writer

    def say(self) -> None:
        """Show the first rejects on standard error, and say where the others are."""
        most = MOST_SHOWN if self.path is None else MOST_SHOWN_WITH_FILE
        for reject in self.first[:most]:
            show(f"{place_of(reject)}: {printable(reject.message)}", err=True)
        if self.count > most:
            where = "" if self.path is None else f" in {self.path}"
            show(f"and {self.count - most:,} more{where}", err=True)
            if self.path is None:
                show("  = `--rejects FILE` writes them all down", err=True)


def place_of(reject: Reject) -> str:
    """`leads.csv:17`; rows of Parquet files are numbered, not lines."""
    name = called(reject.file)
    return name if reject.line is None else f"{name}:{reject.line}"
