"""Whole checks, in processes of their own, some time after the last keystroke; what they find goes to the client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from scorelang.editor.problems import Report, is_small
from scorelang.editor.session import Session, State
from scorelang.lsp.worker import StoppedError, Worker

T = TypeVar("T")

# Seconds of quiet before a whole check, at least and at most; between them it is half of what the last one took.
LEAST_QUIET = 0.05
MOST_QUIET = 0.4
# Seconds of quiet before a thorough one, where nothing was opened or saved.
LONG_QUIET = 2.0
# Seconds after which a check is ended whose text is not that of the document any more. Most end before.
LONGEST = 10.0


class Lane:
    """A process for checks, the thread that waits for it, and the document that it works on, if it does."""

    def __init__(self, name: str) -> None:
        self.pool = ThreadPoolExecutor(1, name)
        self.worker = Worker()
        self.key = ""
        self.since = 0.0

    async def do(self, key: str, work: Callable[[Worker], T]) -> T:
        """What some work on a document gives, once the work before it is done."""

        def done() -> T:
            self.key, self.since = key, time.monotonic()
            try:
                return work(self.worker)
            finally:
                self.key = ""

        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self.pool, done)
            except StoppedError:
                continue  # that was meant for work on another document: this task would be cancelled

    def leave(self, key: str, seconds: float = 0.0) -> None:
        """End the work on a document, if it goes on for so long already."""
        if self.key == key and time.monotonic() - self.since >= seconds:
            self.worker.stop()

    def stop(self) -> None:
        """End all work."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.worker.stop()


class Checks:
    """Runs at most one check at a time, and beside it at most one thorough one, which takes seconds."""

    def __init__(
        self,
        session: Session,
        publish: Callable[[State], None],
        settled: Callable[[State], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self.session = session
        self.publish = publish
        self.settled = settled
        self.fail = fail
        self._quick = Lane("check")
        self._slow = Lane("thorough")
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._wanted: set[str] = set()
        self._provers = 0

    def start(self) -> None:
        """Have the process there when it is needed."""
        self._quick.pool.submit(self._quick.worker.start)

    def soon(self, key: str, *, thorough: bool | None = None) -> None:
        """Check a document once nothing was typed for a while; the check that waits for the same one is dropped.

        A thorough check follows: at once, or after a longer while. Which it is, where that is not said, is as it was
        for the one that was dropped: an editor tells of the file that it saved once more, as of one that changed on
        the disk.
        """
        self._cancel(key)
        if thorough is None:
            thorough = key in self._wanted
        (self._wanted.add if thorough else self._wanted.discard)(key)
        self._waiting[key] = asyncio.get_running_loop().create_task(self._later(key, thorough))

    def drop(self, key: str) -> None:
        """A document was closed."""
        self._cancel(key)
        self._wanted.discard(key)

    def stop(self) -> None:
        """The server ends."""
        for task in self._waiting.values():
            task.cancel()
        self._quick.stop()
        self._slow.stop()

    def _cancel(self, key: str) -> None:
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            waiting.cancel()
        self._quick.leave(key, LONGEST)
        self._slow.leave(key)

    async def _later(self, key: str, thorough: bool) -> None:
        await asyncio.sleep(self._quiet(key))
        try:
            job = self.session.job(key)
            self._accept(await self._quick.do(key, lambda worker: worker.run(job)))
            state = self.session.states.get(key)
            model = state.model_now if state is not None else None
            if model is not None and is_small(model):
                await asyncio.sleep(0 if thorough else LONG_QUIET)
                await self._prove(key)
            self._wanted.discard(key)
        except Exception as error:
            # A bug of ours must not end the session: the client is told, and the next keystroke tries again.
            self.fail(error)

    async def _prove(self, key: str) -> None:
        """What is true of every lead, and which numbers the score comes to at all."""
        self._provers += 1
        try:
            thorough = self.session.job(key, thorough=True)
            self._accept(await self._slow.do(key, lambda worker: worker.run(thorough)))
            job = self.session.job(key)
            exact = await self._slow.do(key, lambda worker: worker.exact(job))
            found = self.session.accept_exact(job.document, exact)
            if found is not None:
                self.settled(found)
        finally:
            self._provers -= 1
            if not self._provers:
                self._slow.worker.stop()  # it holds memory, and is not needed for a while

    def _accept(self, report: Report) -> None:
        state = self.session.accept(report)
        if state is not None:
            self.publish(state)
            self.settled(state)

    def _quiet(self, key: str) -> float:
        state = self.session.states.get(key)
        took = state.report.seconds if state is not None and state.report is not None else 0.0
        return min(MOST_QUIET, max(LEAST_QUIET, took / 2))
