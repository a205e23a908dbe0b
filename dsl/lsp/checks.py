"""Whole checks, in threads, some time after the last keystroke; what they find goes to the client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from scorelang.editor.problems import Report, is_small
from scorelang.editor.ranges import exact_score
from scorelang.editor.session import Job, Session, State

# Seconds of quiet before a whole check, at least and at most; between them it is half of what the last one took.
LEAST_QUIET = 0.05
MOST_QUIET = 0.4


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
        self._quick = ThreadPoolExecutor(1, "check")
        self._slow = ThreadPoolExecutor(1, "thorough")
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._wanted: set[str] = set()

    def soon(self, key: str, *, thorough: bool | None = None) -> None:
        """Check a document once nothing was typed for a while; the check that waits for the same one is dropped.

        Whether it is thorough, where that is not said, is as it was for the one that was dropped: an editor tells of
        the file that it saved once more, as of one that changed on the disk.
        """
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            waiting.cancel()
        if thorough is None:
            thorough = key in self._wanted
        (self._wanted.add if thorough else self._wanted.discard)(key)
        self._waiting[key] = asyncio.get_running_loop().create_task(self._later(key, thorough))

    def drop(self, key: str) -> None:
        """A document was closed."""
        waiting = self._waiting.pop(key, None)
        self._wanted.discard(key)
        if waiting is not None:
            waiting.cancel()

    def stop(self) -> None:
        """The server ends."""
        for task in self._waiting.values():
            task.cancel()
        self._quick.shutdown(wait=False, cancel_futures=True)
        self._slow.shutdown(wait=False, cancel_futures=True)

    async def _later(self, key: str, thorough: bool) -> None:
        await asyncio.sleep(self._quiet(key))
        try:
            await self._run(self.session.job(key), self._quick)
            state = self.session.states.get(key)
            model = state.model_now if state is not None else None
            if thorough and model is not None and is_small(model):
                await self._run(self.session.job(key, thorough=True), self._slow)
                await self._find_out(key)
            self._wanted.discard(key)
        except Exception as error:
            # A bug of ours must not end the session: the client is told, and the next keystroke tries again.
            self.fail(error)

    async def _run(self, job: Job, pool: ThreadPoolExecutor) -> None:
        report: Report = await asyncio.get_running_loop().run_in_executor(pool, job.run)
        state = self.session.accept(report)
        if state is not None:
            self.publish(state)
            self.settled(state)

    async def _find_out(self, key: str) -> None:
        """Which numbers the score comes to at all."""
        state = self.session.states.get(key)
        model = state.model_now if state is not None else None
        if state is None or model is None:
            return
        document = state.document
        exact = await asyncio.get_running_loop().run_in_executor(self._slow, exact_score, model)
        found = self.session.accept_exact(document, exact)
        if found is not None:
            self.settled(found)

    def _quiet(self, key: str) -> float:
        state = self.session.states.get(key)
        took = state.report.seconds if state is not None and state.report is not None else 0.0
        return min(MOST_QUIET, max(LEAST_QUIET, took / 2))
