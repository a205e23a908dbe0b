"""Time limits that are kept: by what is written out, which looks at the clock, and by z3, which is stopped."""

from __future__ import annotations

import gc
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import z3
from attrs import Factory, define

from scorelang.analysis.logic import Formula

# z3 does not always keep a limit that it was given: so long after it, and then again and again, it is told to stop.
GRACE = 0.1
AGAIN = 0.05
# After so many looks at which no solver was at work nobody looks any more.
IDLE = 5
# What ends a process, where signals can be held; on Windows they cannot.
ENDING = (signal.SIGINT, signal.SIGTERM) if hasattr(signal, "pthread_sigmask") else ()


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


@define(eq=False)
class _Watched:
    """A solver at work, and when it is told to stop. Without it, it has stopped."""

    solver: z3.Solver | None
    until: float
    _lock: threading.Lock = Factory(threading.Lock)

    def stop_if_late(self, *, ending: bool) -> None:
        """Tell it to stop, unless it has; at once, where the process is to end."""
        with self._lock:
            if self.solver is not None and (ending or time.monotonic() > self.until):
                self.solver.interrupt()

    def done(self) -> None:
        """It has stopped; no other thread is to be the last that holds it."""
        with self._lock:
            self.solver = None


class _Watch:
    """One thread that looks after all solvers at work. It ends when for a while there are none."""

    def __init__(self) -> None:
        self._watched: list[_Watched] = []
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, solver: z3.Solver, until: float) -> Iterator[None]:
        """Stop a solver that is at work later than that, as long as the block runs."""
        watched = _Watched(solver, until)
        self._watched.append(watched)
        # A process that was forked has the list and not the thread.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._look, daemon=True)
            self._thread.start()
        try:
            yield
        finally:
            watched.done()
            self._watched.remove(watched)

    def _look(self) -> None:
        idle = 0
        while idle < IDLE or not self._ends():
            time.sleep(AGAIN)
            idle = 0 if self._watched else idle + 1
            ending = bool(ENDING) and not signal.sigpending().isdisjoint(ENDING)
            for watched in tuple(self._watched):
                watched.stop_if_late(ending=ending)

    def _ends(self) -> bool:
        """Whether nobody needs the thread; whoever comes after that starts another."""
        self._thread = None
        if self._watched:
            self._thread = threading.current_thread()
        return self._thread is None


_watch = _Watch()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """While z3 is at work, no thread throws terms of it away, which breaks it, and signals to end wait for the watch.

    Python would look at them only after z3 is done, and z3 takes Ctrl-C for a time limit.
    """
    collects, held = gc.isenabled(), signal.pthread_sigmask(signal.SIG_BLOCK, ()) if ENDING else set()
    # A signal may come at any of these lines: whatever was done by then is undone.
    try:
        gc.disable()
        if ENDING:
            signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        yield
    finally:
        if collects:
            gc.enable()
        if ENDING:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)


def checked(solver: z3.Solver, until: float, *goals: Formula) -> bool:
    """Whether a solver finds a model by then. Raises `OutOfTimeError` where it does not find out."""
    left = until - time.monotonic()
    if left <= 0:
        raise OutOfTimeError
    solver.set("timeout", max(1, int(left * 1000)))
    # The thread that watches is to hold the signal too: so it starts after the signal is held.
    with _undisturbed(), _watch.over(solver, until + GRACE):
        found = solver.check(*goals)
    if found == z3.unknown:
        raise OutOfTimeError
    return bool(found == z3.sat)
