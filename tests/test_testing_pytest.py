"""The pytest plugin: what it collects, shows and leaves alone."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import scorelang

pytest_plugins = ("pytester",)

# Loaded before any inner run, which would otherwise load it anew, with the parser's tables, each time.
scorelang.loads("visit then +1").score({})
importlib.import_module("scorelang.testing.as_text")

MODEL = """\
if title is "CEO" then +20 because "boss"
test "a boss":
    given title "CEO"
    expect score 20
"""
FAILS = 'test "a clerk":\n    given title "Clerk"\n    expect score 20\n'


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder for a run of pytest that has this plugin and no other, whatever is installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p scorelang.pytest_plugin")
    return pytester


def score(pytester: pytest.Pytester, **files: str) -> None:
    for name, text in files.items():
        (pytester.path / f"{name}.score").write_text(text, encoding="utf-8")


def test_tests_in_score_files_are_items(run: pytest.Pytester) -> None:
    score(run, acme=MODEL + FAILS + 'always "small": score < 30\n')
    result = run.runpytest_inprocess("-v")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["acme.score::a boss PASSED*", "acme.score::a clerk FAILED*", "acme.score::always: small *"]
    )


def test_a_failure_has_the_text_of_scorelang_test_and_no_traceback(run: pytest.Pytester) -> None:
    score(run, acme=MODEL + FAILS)
    result = run.runpytest_inprocess()
    result.stdout.fnmatch_lines(
        [
            "FAILED acme.score:5  a clerk",
            "  expected  score 20  (line 7)",
            "  actual    score is 0, 20 too little",
            '    would do     +20  title is "CEO" because "boss"  (line 1)',
            '                      title is "Clerk"',
            "FAILED acme.score::a clerk*",
        ]
    )
    result.stdout.no_fnmatch_line("*runtest*")
    result.stdout.no_fnmatch_line("*Traceback*")


def test_rows_and_tests_of_one_name_are_items_of_their_own(run: pytest.Pytester) -> None:
    table = 'test "t":\n    | title | score |\n    | "CEO" | 20 |\n    | "VP" | 0 |\n'
    score(run, acme=MODEL + MODEL.partition("\n")[2] + table)
    result = run.runpytest_inprocess("--collect-only", "-q")
    result.stdout.fnmatch_lines(
        ["acme.score::a boss", "acme.score::a boss (2)", "acme.score::t [[]row 1[]]", "acme.score::t [[]row 2[]]"]
    )


def test_k_and_a_path_choose_items(run: pytest.Pytester) -> None:
    score(run, acme=MODEL + FAILS, other=MODEL)
    run.runpytest_inprocess("-k", "boss").assert_outcomes(passed=2, deselected=1)
    run.runpytest_inprocess("acme.score::a boss").assert_outcomes(passed=1)


def test_a_wrong_model_is_a_collection_error_with_its_diagnostics(run: pytest.Pytester) -> None:
    score(run, acme=MODEL, bad='if titel is then +1\ntest "x":\n    expect score 0\n')
    result = run.runpytest_inprocess("--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*bad.score:1:*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_used_files_are_named_from_where_pytest_runs(run: pytest.Pytester) -> None:
    inner = run.path / "models"
    inner.mkdir()
    (inner / "lists.score").write_text('list chiefs = ["CEO", VP]\n', encoding="utf-8")
    text = 'use chiefs from "lists.score"\nif title in chiefs then +1\ntest "x":\n    expect score 1\n'
    (inner / "acme.score").write_text(text, encoding="utf-8")
    run.runpytest_inprocess().stdout.fnmatch_lines(["*┌─ models?lists.score:1:23"])
    (inner / "lists.score").write_text('list chiefs = ["CEO"]\ncategory C:\n    if a then +1\n', encoding="utf-8")
    (inner / "acme.score").write_text(text.replace("use chiefs", "use chiefs, C"), encoding="utf-8")
    told = run.runpytest_inprocess().stdout
    told.fnmatch_lines(["FAILED models?acme.score:3  x", "    would do      +1  a  (models?lists.score:3)"])


def test_a_score_file_without_tests_is_not_even_parsed(run: pytest.Pytester) -> None:
    score(run, library="if titel is then +1\n")
    result = run.runpytest_inprocess()
    result.assert_outcomes()
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_score_model_loads_a_model_once_from_the_root_folder(run: pytest.Pytester) -> None:
    score(run, acme=MODEL)
    run.makepyfile(
        """
        import pytest, scorelang

        def test_scores(score_model):
            assert score_model("acme.score").score({"title": "CEO"}).score == 20
            assert score_model("acme.score") is score_model("acme.score")

        def test_wrong(score_model, tmp_path):
            (tmp_path / "bad.score").write_text("if x then then +1")
            with pytest.raises(scorelang.ModelError):
                score_model(tmp_path / "bad.score")
        """
    )
    run.runpytest_inprocess("-k", "scores or wrong").assert_outcomes(passed=2, deselected=1)


def test_score_model_says_in_one_line_that_a_file_cannot_be_read(run: pytest.Pytester) -> None:
    run.makepyfile("def test_x(score_model):\n    score_model('nosuch.score')\n")
    result = run.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["score_model: *nosuch.score: no such file or directory"])
    result.stdout.no_fnmatch_line("*FileNotFoundError*")


def test_seed_and_number_of_leads_can_be_set(run: pytest.Pytester) -> None:
    more = 'if seats > 3 then +5\nif country is "Chile" then +5\nvisit "/pricing" then +1\n'
    score(run, acme=more + MODEL + 'always "small": score < 31\n')
    run.runpytest_inprocess().assert_outcomes(passed=1, failed=1)
    run.runpytest_inprocess("--score-max-examples", "5").assert_outcomes(passed=2)
    run.runpytest_inprocess("--score-max-examples", "5", "--score-seed", "4").assert_outcomes(passed=1, failed=1)


def test_a_run_without_score_files_loads_nothing_that_parses_or_explains(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(
        "import sys\n"
        "def test_x():\n"
        "    heavy = ('lark', 'scorelang.check', 'scorelang.parse', 'scorelang.explain', 'scorelang.testing.suite')\n"
        "    assert [name for name in heavy if name in sys.modules] == []\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "scorelang.pytest_plugin", str(tmp_path)]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout
