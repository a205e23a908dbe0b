"""Work of a database inside a command: its errors in words, and signals that reach whoever sent them."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from scorelang.cli.console import Ticker, is_terminal
from scorelang.cli.errors import CommandError

if TYPE_CHECKING:
    import duckdb

GLANCE = 0.2  # seconds between looks at how far a query has come


@contextmanager
def explained() -> Iterator[None]:
    """Work of DuckDB; raises `CommandError` in its words where it stops, and what a signal raised meanwhile."""
    import duckdb

    try:
        with heeded():
            yield
    except duckdb.OutOfMemoryException:
        hint = "give it more with `--memory-limit`, or name a larger disk with TMPDIR"
        raise CommandError("DuckDB has not enough memory, or no room on the disk for the rest", hint) from None
    except duckdb.Error as error:
        said = str(error).partition("\n")[0].rpartition("Error: ")[2]
        raise CommandError(f"DuckDB stopped: {said}", "`--engine python` scores without it") from None


@contextmanager
def watched(connection: duckdb.DuckDBPyConnection, label: str) -> Iterator[None]:
    """Shows on a terminal how much of a query is done, in percent, on standard error."""
    if not is_terminal(sys.stderr):
        yield
        return
    connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    ended = threading.Event()
    with Ticker(label, lambda: 100, shown=True) as ticker:

        def watch() -> None:
            while not ended.wait(GLANCE):
                ticker.tick(max(0, int(connection.query_progress())))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()


@contextmanager
def heeded() -> Iterator[None]:
    """Raises again what the handler of a signal raised: DuckDB makes a `RuntimeError` of that."""
    raised: list[BaseException] = []

    def noting(handler: Callable[[int, FrameType | None], Any]) -> Callable[[int, FrameType | None], None]:
        def run(number: int, frame: FrameType | None) -> None:
            try:
                handler(number, frame)
            except BaseException as error:
                raised.append(error)
                raise

        return run

    # Only the main thread has a say in signals.
    numbers = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    saved = {number: signal.getsignal(number) for number in numbers}
    for number, handler in saved.items():
        if callable(handler):
            signal.signal(number, noting(handler))
    try:
        yield
    except RuntimeError:
        if raised:
            raise raised[0] from None
        raise
    finally:
        for number, handler in saved.items():
            if callable(handler):
                signal.signal(number, handler)
