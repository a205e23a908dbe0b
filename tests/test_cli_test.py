"""`scorelang test` as it is typed: what it runs, prints, writes and returns."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from scorelang.cli import program
from scorelang.cli.outputs import outputs_of

MODEL = """\
if title is "CEO" then +20 because "boss"
visit "/pricing" then +5
stage MQL from 20
test "a boss":
    given title "CEO"
    expect score 20, stage MQL
"""
FAILS = 'test "pricing":\n    given visit "/pricing"\n    expect score 25\n'
NEVER = 'never "an untitled MQL": title is missing and stage is MQL\n'
BROKEN = 'never "a visiting boss": score >= 25\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and a cache folder that is nobody else's."""
    monkeypatch.setenv("SCORELANG_CACHE", str(tmp_path / "cache"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def write(**files: str) -> None:
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ".score")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(*arguments: str, input: str | None = None) -> Result:
    result = CliRunner().invoke(program, ["test", *arguments], input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def names(result: Result) -> list[str]:
    return [test["name"] for file in json.loads(result.stdout)["files"] for test in file["tests"]]


@pytest.mark.usefixtures("folder")
class TestRuns:
    def test_tests_that_hold_are_counted_and_the_exit_code_is_0(self) -> None:
        write(acme=MODEL + NEVER)
        result = run("acme.score")
        assert result.exit_code == 0
        assert result.stdout.splitlines()[:2] == ["acme.score", "  2 passed"]
        assert "2 passed in 1 file (" in result.stdout

    def test_a_test_that_fails_says_why_and_the_exit_code_is_1(self) -> None:
        write(acme=MODEL + FAILS)
        result = run("acme.score")
        assert result.exit_code == 1
        assert "  1 passed, 1 failed\n" in result.stdout
        assert "\nFAILED acme.score:7  pricing\n  expected  score 25  (line 9)\n" in result.stdout
        assert '    would do     +20  title is "CEO" because "boss"  (line 1)\n' in result.stdout

    def test_a_file_stands_apart_from_the_failures_above_it(self) -> None:
        write(a=MODEL + FAILS, b=MODEL)
        assert "\n\nb.score\n  1 passed\n" in run().stdout

    def test_without_a_path_the_folder_and_those_below_it_are_searched(self) -> None:
        write(acme=MODEL, sub__other=MODEL.replace("a boss", "another"), plain="visit then +1\n")
        result = run("--format", "json")
        assert names(result) == ["a boss", "another"]
        assert result.exit_code == 0

    def test_a_file_that_is_wrong_is_told_and_the_others_are_run(self) -> None:
        write(acme=MODEL, bad="if titel is then +1\n")
        result = run(".")
        assert result.exit_code == 2
        assert "error[" in result.stderr
        assert "bad.score:1:" in result.stderr
        assert "1 passed in 1 file, 1 file is wrong (" in result.stdout

    def test_only_files_that_are_wrong_are_no_run(self) -> None:
        write(bad="if titel is then +1\n")
        assert run(".").stdout.startswith("no test was run, 1 file is wrong (")

    def test_a_folder_without_models_is_wrong_unless_that_is_allowed(self) -> None:
        Path("empty").mkdir()
        result = run("empty")
        assert (result.exit_code, "there is no .score file in this folder" in result.stderr) == (2, True)
        result = run("empty", "--allow-empty")
        assert (result.exit_code, result.stdout.startswith("no test was run (")) == (0, True)

    def test_a_wrong_model_outweighs_a_failed_test(self) -> None:
        write(acme=MODEL + FAILS, bad="if titel is then +1\n")
        assert run(".").exit_code == 2

    def test_a_path_that_is_not_there_is_wrong_and_the_others_are_run(self) -> None:
        write(acme=MODEL)
        result = run("nothing.score", "acme.score")
        assert result.exit_code == 2
        assert "nothing.score: there is no such file" in result.stderr
        assert "1 passed" in result.stdout

    def test_no_test_at_all_is_wrong_unless_that_is_allowed(self) -> None:
        write(acme="visit then +1\n")
        result = run()
        assert result.exit_code == 2
        assert ".: there is no test\n  = `--allow-empty` makes this fine" in result.stderr
        assert run("--allow-empty").exit_code == 0

    def test_standard_input_is_called_so_everywhere(self) -> None:
        result = run("-", "--format", "json", input=MODEL)
        assert [file["path"] for file in json.loads(result.stdout)["files"]] == ["standard input"]
        assert run("-", input="if funded then +1\n").stderr.startswith("error: standard input: there is no test\n")
        assert run("-", "--coverage", input=MODEL).stdout.count("coverage of standard input") == 1

    def test_standard_input_is_a_model_too(self) -> None:
        result = run("-", "--format", "json", input=MODEL)
        assert names(result) == ["a boss"]
        assert result.exit_code == 0
        assert run("-", input=MODEL).stdout.startswith("standard input\n  1 passed\n")

    def test_a_test_file_runs_its_own_tests_only(self) -> None:
        write(acme=MODEL, acme_test='use model "acme.score"\ntest "outside":\n    expect score 0\n')
        assert names(run("acme_test.score", "--format", "json")) == ["outside"]
        assert names(run("--format", "json")) == ["a boss", "outside"]


@pytest.mark.usefixtures("folder")
class TestChoosing:
    def test_k_chooses_by_words_in_names_and_files(self) -> None:
        write(acme=MODEL + FAILS + NEVER)
        assert names(run("-k", "boss or untitled", "--format", "json")) == ["a boss", "an untitled MQL"]
        assert names(run("-k", "acme and not never", "--format", "json")) == ["a boss", "pricing"]

    def test_k_that_chooses_nothing_is_wrong_and_one_that_cannot_be_read_too(self) -> None:
        write(acme=MODEL)
        result = run("-k", "nobody")
        assert (result.exit_code, "no test is called so" in result.stderr) == (2, True)
        result = run("-k", "(boss")
        assert (result.exit_code, "-k: a bracket is not closed in `(boss`" in result.stderr) == (2, True)

    def test_fail_fast_stops_at_the_first_failure(self) -> None:
        write(a=MODEL + FAILS + FAILS.replace("pricing", "later", 1), b=MODEL)
        assert names(run("--fail-fast", "--format", "json")) == ["a boss", "pricing"]

    def test_last_failed_runs_what_failed_until_it_holds(self) -> None:
        write(acme=MODEL + FAILS, other=MODEL)
        assert run("--last-failed").stderr.startswith("note: no test here failed when it was last run: running all")
        # The line moves, and the test is still known.
        write(acme="# moved\n" + MODEL + FAILS)
        assert names(run("--last-failed", "--format", "json")) == ["pricing"]
        write(acme=MODEL + FAILS.replace("25", "5"))
        assert names(run("--last-failed", "--format", "json")) == ["pricing"]
        assert len(names(run("--last-failed", "--format", "json"))) == 3

    def test_what_is_not_run_keeps_what_is_known_of_it(self) -> None:
        write(acme=MODEL + FAILS)
        run()
        run("-k", "boss")
        assert names(run("--last-failed", "--format", "json")) == ["pricing"]

    def test_the_last_failed_are_kept_in_the_cache_folder_and_nowhere_else(self, folder: Path) -> None:
        write(acme=MODEL + FAILS)
        run()
        assert [file.name for file in folder.iterdir()] == ["acme.score"]
        assert "test pricing" in (folder.parent / "cache" / "last-failed.json").read_text(encoding="utf-8")


@pytest.mark.usefixtures("folder")
class TestInvariants:
    def test_a_broken_never_is_shown_as_a_test_that_can_be_pasted(self) -> None:
        write(acme=MODEL + BROKEN)
        result = run("acme.score")
        assert result.exit_code == 1
        pasted = result.stdout.partition("as long as it is broken:\n\n")[2].partition("\n1 passed")[0]
        assert pasted == (
            'test "never: a visiting boss":\n'
            '    given title "ceo"\n'
            '    given visit "/pricing"\n'
            "    expect not (score >= 25)\n"
        )
        write(acme=MODEL + pasted)
        assert run("acme.score").exit_code == 1
        write(acme=MODEL.replace("+5", "+4") + pasted)
        assert run("acme.score").exit_code == 0

    def test_the_seed_and_the_number_of_examples_settle_what_is_found(self) -> None:
        write(acme=MODEL + BROKEN)
        assert [run("--seed", "7", "--format", "json").stdout.count('"test": "test') for _ in range(2)] == [1, 1]
        first, second = (json.loads(run("--seed", "7", "--format", "json").stdout)["files"][0]["tests"] for _ in "ab")
        assert [test["broken_by"] for test in first] == [test["broken_by"] for test in second]
        assert run("--max-examples", "1").exit_code == 0


@pytest.mark.usefixtures("folder")
class TestFormats:
    def test_several_formats_are_written_in_one_run(self) -> None:
        write(acme=MODEL + FAILS)
        result = run("--format", "pretty", "--format", "junit=report.xml", "--format", "json=report.json")
        assert "FAILED acme.score:7  pricing" in result.stdout
        assert json.loads(Path("report.json").read_text(encoding="utf-8"))["failed"] == 1
        root = ElementTree.parse("report.xml").getroot()
        assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "2", "1")

    def test_json_holds_what_was_expected_found_and_why(self) -> None:
        write(acme=MODEL + FAILS)
        result = run("--format", "json")
        data = json.loads(result.stdout)
        assert (data["passed"], data["failed"], data["wrong"]) == (1, 1, 0)
        [_, test] = data["files"][0]["tests"]
        assert (test["kind"], test["path"], test["line"], test["passed"]) == ("test", "acme.score", 7, False)
        [failure] = test["failures"]
        assert (failure["expected"], failure["difference"], failure["line"]) == ("score 25", -20, 9)
        assert [part["points"] for part in failure["fired"]] == [5]
        assert [[part["rule"] for part in remedy] for remedy in failure["remedies"]] == [["boss"]]
        assert result.stderr.startswith("1 passed, 1 failed in 1 file")

    def test_junit_holds_the_failure_text_and_files_that_are_wrong(self) -> None:
        write(acme=MODEL + FAILS, bad="if titel is then +1\n")
        root = ElementTree.fromstring(run("--format", "junit").stdout)
        assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
        cases = {case.get("name"): case for case in root.iter("testcase")}
        failure = cases["pricing"].find("failure")
        assert failure is not None
        assert failure.get("message") == "expected score 25, score is 5, 20 too little"
        assert "would do" in str(failure.text)
        assert (cases["pricing"].get("file"), cases["pricing"].get("line")) == ("acme.score", "7")
        error = cases["load"].find("error")
        assert error is not None
        assert "bad.score:1:" in str(error.text)

    def test_junit_can_be_read_whatever_a_name_holds(self) -> None:
        write(acme=MODEL.replace('"a boss"', '"a <boss> & \\u0007\\ufffe"'))
        root = ElementTree.fromstring(run("--format", "junit").stdout)
        assert [case.get("name") for case in root.iter("testcase")] == ["a <boss> & \ufffd\ufffd"]

    def test_output_is_where_the_one_format_without_a_file_goes(self) -> None:
        write(acme=MODEL + FAILS)
        result = run("--format", "json", "-o", "report.json")
        assert (result.stdout, json.loads(Path("report.json").read_text(encoding="utf-8"))["failed"]) == ("", 1)
        run("-o", "report.txt")
        assert "FAILED acme.score:7  pricing" in Path("report.txt").read_text(encoding="utf-8")

    def test_a_report_that_cannot_be_written_takes_nothing_from_what_is_shown(self) -> None:
        write(acme=MODEL + FAILS)
        Path("report.xml").mkdir()
        result = run("--format", "pretty", "--format", "junit=report.xml")
        assert (result.exit_code, "report.xml" in result.stderr) == (2, True)
        assert "1 passed, 1 failed in 1 file (" in result.stdout

    def test_a_report_into_no_folder_is_told_before_anything_runs(self) -> None:
        write(acme=MODEL + FAILS)
        result = run("--format", "pretty", "--format", "junit=nowhere/report.xml")
        assert (result.exit_code, "there is no folder nowhere" in result.stderr, result.stdout) == (2, True, "")

    def test_a_report_does_not_overwrite_a_model(self) -> None:
        write(acme=MODEL)
        result = run("acme.score", "--format", "json=acme.score")
        assert (result.exit_code, "acme.score would be overwritten" in result.stderr) == (2, True)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--format", "xml"], "--format xml: it is pretty, json or junit"),
            (["--format", "junit="], "--format junit=: it is pretty, json or junit, with a file"),
            (["--format", "json", "--format", "junit"], "json and junit would both go to the same place"),
            (["--format", "json=a", "-o", "b"], "-o b: every format has a file of its own already"),
        ],
    )
    def test_formats_that_cannot_be_meant_are_an_error(self, arguments: list[str], message: str) -> None:
        result = run(*arguments)
        assert (result.exit_code, message in result.stderr) == (2, True)

    def test_verbose_has_a_line_for_every_test(self) -> None:
        write(acme=MODEL + FAILS)
        lines = run("-v").stdout.splitlines()
        assert lines[1].startswith("  passed  a boss  ")
        assert lines[2].startswith("  FAILED  pricing  ")


def test_a_dash_is_standard_output() -> None:
    def outputs(formats: list[str], output: str | None = None) -> list[tuple[str, str | None]]:
        return outputs_of(formats, output, ("pretty", "json", "junit"), "junit=report.xml")

    assert outputs(["pretty", "junit=r.xml"]) == [("pretty", None), ("junit", "r.xml")]
    assert outputs(["json=-"], "-") == [("json", None)]
    assert outputs([], "r.txt") == [("pretty", "r.txt")]


def test_a_file_that_is_named_twice_is_run_once(folder: Path) -> None:
    (folder / "twice").mkdir()
    (folder / "twice" / "model.score").write_text('if a then +1\ntest "a":\n    given a yes\n    expect score 1\n')
    result = run("twice/model.score", "./twice/model.score", "twice")
    assert result.exit_code == 0
    assert "1 passed in 1 file" in result.output
