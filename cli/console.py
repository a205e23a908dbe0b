"""The terminal: what may be printed on it, in which colours, and how far a long run has come."""

from __future__ import annotations

import os
import sys
import time
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, TextIO

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# A run that ends sooner shows no progress.
PATIENCE = 0.5  # seconds


def prepare_streams() -> None:
    """Make standard output and standard error take any text.

    Whatever is no terminal gets UTF-8, even where Windows would have a code page; a terminal keeps its encoding, and
    shows what it lacks as escapes. A stream that was closed before we started swallows what is written, and one to
    read from is empty.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            keeps = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if keeps else "utf-8", errors="backslashreplace")


def is_terminal(stream: IO[str]) -> bool:
    """Whether a person may be looking at the stream."""
    return stream.isatty()


def wants_colour(stream: IO[str]) -> bool:
    """Whether the stream is a terminal whose user has nothing against colours."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def show(text: str, *, err: bool = False) -> None:
    """Print a line on standard output or standard error, in colour only on a terminal whose user wants it.

    Where nobody reads any more it goes nowhere: that somebody has read enough does not change how a run ends.
    """
    stream = sys.stderr if err else sys.stdout
    try:
        click.echo(text, file=stream, color=wants_colour(stream))
    except BrokenPipeError:
        swallow(stream)


def swallow(stream: IO[str]) -> None:
    """Let whatever is still written to a stream, whose reader is gone, go nowhere."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def note(text: str) -> None:
    """Say something that is worth knowing and no error, on standard error."""
    show(f"{click.style('note', fg='cyan', bold=True)}: {text}", err=True)


def printable(text: str) -> str:
    """The text on one line, without whatever else could move the cursor: data must not rewrite a terminal."""
    if text.isprintable():
        return text
    return "".join(each if unicodedata.category(each)[0] not in "CZ" or each == " " else " " for each in text)


class Ticker:
    """Shows on a terminal how many records were read, on standard error, once that takes long.

    `total` is asked for only then; None is not known. Does nothing unless `shown`.
    """

    def __init__(self, label: str, total: Callable[[], int | None], *, shown: bool) -> None:
        self._label = label
        self._total = total
        self._start = time.monotonic() if shown and is_terminal(sys.stderr) else None
        self._bar: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        return self

    def tick(self, count: int) -> None:
        """So many records were read."""
        if self._bar is not None:
            progress, task = self._bar
            progress.update(task, completed=count)
        elif self._start is not None and time.monotonic() - self._start > PATIENCE:
            self._bar = self._begun()

    def _begun(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        progress = Progress(*columns, console=Console(stderr=True), transient=True)
        progress.start()
        return progress, progress.add_task(self._label, total=self._total())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar[0].stop()
