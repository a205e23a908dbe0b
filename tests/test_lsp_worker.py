"""The process in which whole checks run: it answers as a check here does, can be ended, and ends with the server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scorelang.editor.session import Job, Session
from scorelang.lsp import worker as worker_module
from scorelang.lsp.checks import Lane
from scorelang.lsp.worker import COMMAND, Order, StoppedError, Worker, WorkerError, answer_to

MODEL = 'category Fit:\n    if title is "CEO" then +20\n    if seats > 5 then +1\n'
# To check it takes longer than a test.
LONG = "".join(f"if a{number} * b{number} > c{number} * {number + 3} then +1\n" for number in range(4_000))


def job_of(text: str, path: Path | None = None, *, thorough: bool = False) -> Job:
    session = Session()
    session.open("untitled:x" if path is None else str(path), text, path)
    return session.job("untitled:x" if path is None else str(path), thorough=thorough)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A process that all tests share that do not end it."""
    started = Worker()
    yield started
    started.stop()


@pytest.mark.parametrize(
    "text", [MODEL, "if titel is is 1\nif b then +1\n", "if a > 5 then +1\nif a > 5 then +2\n", "", "\ud800 😀\r\nif"]
)
def test_a_check_in_the_process_finds_what_one_here_does(worker: Worker, text: str) -> None:
    job = job_of(text)
    there, here = worker.run(job), job.run()
    assert (there.document, there.problems, there.summary) == (here.document, here.problems, here.summary)
    assert [one.fix for one in there.problems] == [one.fix for one in here.problems]
    assert there.thorough is False


def test_texts_that_are_not_saved_count_there_too(worker: Worker, tmp_path: Path) -> None:
    session = Session()
    main, lists = (str((tmp_path / name).resolve()) for name in ("m.score", "a.score"))
    session.open(main, 'use xs from "a.score"\nif title in xs then +1\n', Path(main))
    session.open(lists, 'list xs = ["a"]\n', Path(lists))
    assert "unknown-file" not in [one.code for one in worker.run(session.job(main)).problems]


def test_the_scores_range_is_found_out_there(worker: Worker) -> None:
    assert worker.exact(job_of("if seats > 5 then +10\nif seats < 5 then -3\n")) == "score: -3 to 10"
    assert worker.exact(job_of("if (")) is None


def test_what_is_stopped_says_so_and_the_next_job_starts_another(worker: Worker) -> None:
    started = Worker()
    started.run(job_of(MODEL))
    raised: list[Exception] = []
    job = job_of(LONG)

    def work() -> None:
        try:
            started.run(job)
        except StoppedError as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while not started._working.locked():
        time.sleep(0.01)
    time.sleep(0.3)
    started.stop()
    thread.join(60)
    assert len(raised) == 1
    assert started.run(job_of(MODEL)).summary == job_of(MODEL).run().summary
    started.stop()
    started.stop()


def test_a_process_that_breaks_is_told_and_the_next_job_starts_another() -> None:
    started = Worker()
    started.run(job_of(MODEL))
    assert started._process is not None
    started._process.kill()
    with pytest.raises(WorkerError, match="ended with"):
        started.run(job_of(MODEL))
    assert started.run(job_of(MODEL)).summary is not None
    started.stop()


@pytest.mark.parametrize("command", [("no-such-program",), (sys.executable, "-c", "raise SystemExit(3)")])
def test_where_no_process_can_be_started_checks_run_here(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(worker_module, "COMMAND", command)
    started = Worker()
    assert started.run(job_of(MODEL)).summary == job_of(MODEL).run().summary
    assert started.exact(job_of("if a > 1 then +5\n")) == "score: 0 to 5"
    assert started._process is None
    started.stop()


def test_a_mistake_of_ours_is_told_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(job: Job) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(Job, "run", broken)
    assert answer_to(Order("check", "untitled:x", None, "", {})) == "RecursionError: too deep"


def test_the_process_ends_when_nothing_comes_in_any_more() -> None:
    done = subprocess.run(COMMAND, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_folder_that_is_open_holds_nothing_that_the_process_runs(tmp_path: Path) -> None:
    for name in ("pickle.py", "scorelang.py", "lark.py"):
        (tmp_path / name).write_text("raise SystemExit('this was run')\n", encoding="utf-8")
    done = subprocess.run(COMMAND, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")


def test_work_is_ended_that_nobody_needs_any_more_and_no_other() -> None:
    job = job_of(LONG)

    async def typed() -> list[object]:
        lane = Lane("test")
        old = asyncio.create_task(lane.do("a", lambda worker: worker.run(job)))
        while not lane.key:
            await asyncio.sleep(0.01)
        lane.leave("b")
        lane.leave("a", 1000)
        still = lane.key
        next_ = asyncio.create_task(lane.do("b", lambda worker: worker.run(job_of(MODEL))))
        old.cancel()
        lane.leave("a")
        found: list[object] = [still, (await next_).summary is not None, old.cancelled()]
        lane.stop()
        return found

    assert asyncio.run(typed()) == ["a", True, True]


def test_work_that_was_ended_by_mistake_is_done_again() -> None:
    tries: list[int] = []

    def work(worker: Worker) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise StoppedError
        return "done"

    async def worked() -> str:
        lane = Lane("test")
        found = await lane.do("a", work)
        lane.stop()
        return found

    assert asyncio.run(worked()) == "done"
