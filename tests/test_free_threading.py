"""Threads that score at the same time, with and without Python's global lock."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import scorelang
from scorelang.codegen.alone import module_of

MODEL = """lead:
    title     text
    employees number
event visit(path page)
category Fit, at most 50:
    if title mentions ["CEO", "VP"] then +20
    if employees from 200 to 4_999 then +10
category Behaviour, losing 25% every 30 days of silence:
    visit "/pricing" within 30 days then +10
    each visit within 90 days then +2, losing 50% every 7 days, at most 20
stage MQL from 30
"""
# Run by another Python, which finds the module and nothing else: what eight threads give, and whether there is a lock.
THREADS = """
import json, sys, threading
sys.setswitchinterval(1e-6)
import scoring
with open("leads.json", encoding="utf-8") as file:
    leads = json.load(file)
alone = None
for turn in range(3):
    found, barrier = [None] * 8, threading.Barrier(8)
    def run(at):
        barrier.wait()
        found[at] = [scoring.score(lead, as_of="2026-06-30T00:00:00Z") for lead in leads]
    threads = [threading.Thread(target=run, args=(at,)) for at in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    alone = alone or [scoring.score(lead, as_of="2026-06-30T00:00:00Z") for lead in leads]
    assert found == [alone] * 8
print(json.dumps([getattr(sys, "_is_gil_enabled", lambda: True)(), [result["score"] for result in alone]]))
"""
FREE = ("python3.14t", "python3.13t")


def leads() -> list[dict[str, object]]:
    """Two hundred leads whose titles are nearly all different, so that what is remembered of texts changes."""
    return [
        {
            "id": str(at),
            "title": f"{('CEO', 'Clerk', 'VP')[at % 3]} of number {at}",
            "employees": at * 31 % 6_000,
            "events": [{"type": "visit", "at": f"2026-06-{1 + (at + day) % 28:02}T10:00:00Z",
                        "path": ("/pricing", "/docs")[day % 2]} for day in range(at % 9)],
        }
        for at in range(200)
    ]  # fmt: skip


def in_threads(python: str, folder: Path) -> tuple[bool, list[float]]:
    """Whether that Python has its lock, and the scores that its threads agree on."""
    (folder / "scoring.py").write_text(module_of(scorelang.loads(MODEL).checked, ()), encoding="utf-8")
    (folder / "leads.json").write_text(json.dumps(leads()), encoding="utf-8")
    (folder / "threads.py").write_text(THREADS, encoding="utf-8")
    command = [python, "-s", "-E", str(folder / "threads.py")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    lock, scores = json.loads(done.stdout)
    return lock, scores


def expected() -> list[float]:
    model = scorelang.loads(MODEL, engine="reference")
    return [model.score(lead, as_of="2026-06-30").score for lead in leads()]


def test_a_compiled_module_scores_in_eight_threads_as_it_does_alone(tmp_path: Path) -> None:
    assert in_threads(sys.executable, tmp_path)[1] == expected()


@pytest.mark.parametrize("python", FREE)
def test_a_compiled_module_scores_in_eight_threads_without_the_lock(python: str, tmp_path: Path) -> None:
    found = shutil.which(python)
    if found is None:
        pytest.skip(f"{python} is not installed")
    assert in_threads(found, tmp_path) == (False, expected())


def test_one_decoder_reads_in_eight_threads_what_it_reads_alone() -> None:
    model = scorelang.loads(MODEL)
    decoder, lines = model.decoder(), [json.dumps(lead).encode() for lead in leads()]

    def scores(_: int) -> list[float]:
        return [model.score(decoder.decode(line), as_of="2026-06-30").score for line in lines]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(scores, range(8))) == [expected()] * 8
    finally:
        sys.setswitchinterval(interval)
