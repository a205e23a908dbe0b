"""Time limits that are kept: by what is written out, which looks at the clock, and by z3, which is stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import z3
from attrs import define

from scorelang.analysis.logic import Formula

# z3 does not always keep a limit that it was given: so long after it, and then again and again, it is told to stop.
GRACE = 0.1
AGAIN = 0.05


class OutOfTimeError(Exception):
    """There was no answer in the time that was given."""


@define
class Clock:
    """When there must be an answer, by `time.monotonic`; None for whenever it comes."""

    until: float | None = None

    def check(self) -> None:
        """Raise `OutOfTimeError` once it is too late."""
        if self.until is not None and time.monotonic() > self.until:
            raise OutOfTimeError

    @contextmanager
    def set(self, until: float) -> Iterator[None]:
        """An earlier time, for as long as the block runs."""
        before = self.until
        self.until = until if before is None else min(before, until)
        try:
            yield
        finally:
            self.until = before


def checked(solver: z3.Solver, until: float, *goals: Formula) -> bool:
    """Whether a solver finds a model by then. Raises `OutOfTimeError` where it does not find out."""
    left = until - time.monotonic()
    if left <= 0:
        raise OutOfTimeError
    solver.set("timeout", max(1, int(left * 1000)))
    done = threading.Event()
    guard = threading.Thread(target=_stop, args=(solver, left + GRACE, done), daemon=True)
    guard.start()
    try:
        found = solver.check(*goals)
    finally:
        done.set()
        guard.join()
    if found == z3.unknown:
        raise OutOfTimeError
    return bool(found == z3.sat)


def _stop(solver: z3.Solver, seconds: float, done: threading.Event) -> None:
    """Tell a solver to stop once the time is over, until it has."""
    if done.wait(seconds):
        return
    while not done.wait(AGAIN):
        solver.interrupt()
