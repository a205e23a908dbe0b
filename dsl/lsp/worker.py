"""Checks in a process of their own: whoever types waits for none, and one that nobody needs any more can be ended.

The process is this module. It takes orders from its standard input and answers on its standard output, both pickled;
nothing but the server has the other ends. It ends when its input does, and so with the server.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from attrs import frozen

from scorelang.editor.document import Document
from scorelang.editor.problems import Report
from scorelang.editor.session import Job
from scorelang.editor.text import Text

# What the process says when it is ready. `-P`: a folder that is open in the editor must not hold what Python imports.
READY = "ready"
COMMAND = (sys.executable, "-P", "-m", "scorelang.lsp.worker")
# On Windows no window is to open for it.
FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class WorkerError(Exception):
    """A check came to no end, by a mistake of ours; the text says which."""


class StoppedError(Exception):
    """A check was not wanted any more."""


@frozen
class Order:
    """What the process is to do: check a document, thoroughly or not, or find out its score's range."""

    what: Literal["check", "exact"]
    key: str
    path: Path | None
    text: str
    texts: dict[str, bytes]
    thorough: bool = False


class Worker:
    """A process that does one job at a time, started with the first one. `run` and `exact` are for one thread.

    Where no process can be started, jobs are done here.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._is_needless = False
        self._changing = Lock()
        self._working = Lock()

    def run(self, job: Job) -> Report:
        """What a job finds. Raises `StoppedError` where it was stopped meanwhile, and `WorkerError`."""
        order = _order("check", job)
        with self._working:
            answer = self._asked(order)
        if answer is None:
            return job.run()
        problems, summary, seconds = answer
        return Report(job.document, problems, summary, seconds, job.thorough)

    def exact(self, job: Job) -> str | None:
        """The score's range, as `Job.exact`. Raises what `run` does."""
        order = _order("exact", job)
        with self._working:
            answer = self._asked(order)
        found: str | None = job.exact() if answer is None else answer[0]
        return found

    def start(self) -> None:
        """Start the process, so that it is there when it is needed; nothing where it runs."""
        with self._changing:
            if self._process is None and not self._is_needless:
                try:
                    self._process = _popen()
                except (OSError, ValueError):
                    self._is_needless = True
                self._is_ready = False

    def stop(self) -> None:
        """End the process, whatever it does; the next job starts another."""
        with self._changing:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            if self._working.acquire(blocking=False):  # else whoever waits for the answer closes them
                _close(process)
                self._working.release()

    def _asked(self, order: Order) -> tuple[Any, ...] | None:
        """The process's answer; None where there can be no process."""
        self.start()
        process = self._process
        if process is None:
            if self._is_needless:
                return None
            raise StoppedError
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if not self._is_ready:
                self._is_ready = pickle.load(process.stdout) == READY
            pickle.dump(order, process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            answer: tuple[Any, ...] | str = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            why = self._ended(process)
            self._is_needless = not self._is_ready and not isinstance(why, StoppedError)
            if self._is_needless:
                return None  # what cannot be started once cannot be the next time
            raise why from None
        if isinstance(answer, str):
            raise WorkerError(answer)
        return answer

    def _ended(self, process: subprocess.Popen[bytes]) -> Exception:
        """Why a process ended that should not have: it was stopped, or it broke."""
        with self._changing:
            was_stopped = self._process is not process
            if not was_stopped:
                self._process = None
        process.kill()
        code = process.wait()
        _close(process)
        return StoppedError() if was_stopped else WorkerError(f"the process of checks ended with {code}")


def _popen() -> subprocess.Popen[bytes]:
    return subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, creationflags=FLAGS)


def _order(what: Literal["check", "exact"], job: Job) -> Order:
    document = job.document
    return Order(what, document.key, document.path, document.text.raw, job.texts, job.thorough)


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            pass  # what was not sent yet is not wanted any more


# --- in the process -------------------------------------------------------------------------------------------------


def answer_to(order: Order) -> tuple[Any, ...] | str:
    """What an order comes to; a text for a mistake of ours."""
    job = Job(Document(order.key, Text(order.text), order.path), order.texts, order.thorough)
    try:
        if order.what == "exact":
            return (job.exact(),)
        report = job.run()
    except Exception as error:
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"
    return report.problems, report.summary, report.seconds


def main() -> None:
    """Do what comes in, until nothing does any more."""
    # The server is told to end, and ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever prints must not get between the answers.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answer: object = READY
    with redirect_stdout(sys.stderr):
        try:
            while True:
                pickle.dump(answer, out, pickle.HIGHEST_PROTOCOL)
                out.flush()
                answer = answer_to(pickle.load(sys.stdin.buffer))
        except (EOFError, BrokenPipeError):
            return


if __name__ == "__main__":
    main()
