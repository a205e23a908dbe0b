"""`make fuzz`, for a few seconds: no text crashes, hangs or confuses the parser, the checker or the formatter."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "fuzz.py"
# A seed of its own, so that a failure here is always the same; `make fuzz` takes another one every time.
SEED = "ci"


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = spec_from_file_location("fuzz", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_some_seconds_of_any_texts_find_nothing() -> None:
    line = [sys.executable, SCRIPT, "--seconds", "15", "--seed", SEED]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"seed {SEED}\n")


def test_a_run_without_a_terminal_says_how_far_it_is() -> None:
    line = [sys.executable, SCRIPT, "--number", "60", "--seed", SEED]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", check=False)
    assert "60 of 60 inputs\n" in done.stderr
    assert "60 inputs in " in done.stdout


def test_an_input_follows_from_its_seed_and_number(fuzz: ModuleType) -> None:
    assert [fuzz.input_of("a", index) for index in range(30)] == [fuzz.input_of("a", index) for index in range(30)]
    assert len({fuzz.input_of("a", index) for index in range(30)}) > 25


def test_what_is_wrong_is_found_and_made_smaller(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes) -> None:
        if b"boom" in data:
            raise fuzz.Wrong("boom")

    monkeypatch.setattr(fuzz, "check", fails)
    data = b"if a then +1\nif boom then +2\n# more\n"
    kind, report = fuzz.problem_with(data)
    assert kind == "Wrong boom"
    assert "boom" in report
    assert fuzz.smaller(data, kind) == b"boom"


def test_a_text_that_takes_too_long_is_a_finding(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def lasts(data: bytes) -> None:
        while True:
            pass

    if not hasattr(fuzz.signal, "setitimer"):
        pytest.skip("this system has no timer for it")
    monkeypatch.setattr(fuzz, "LONGEST", 0.05)
    monkeypatch.setattr(fuzz, "check", lasts)
    kind, _ = fuzz.problem_with(b"x")
    assert kind == "Hang"


def test_the_corpus_holds_models_of_every_folder(fuzz: ModuleType) -> None:
    texts = fuzz.corpus()
    assert len(texts) > 100
    assert any('model "Acme inbound"' in text for text in texts)
