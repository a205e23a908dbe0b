"""`scorelang lint` on the command line: paths, settings, reports, exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from scorelang.cli import program
from scorelang.lint import all_rules

ROOT = Path(__file__).resolve().parent.parent
HEAD = 'model "Acme", version 3, owner "ops@acme.example"\n'
CLEAN = HEAD + 'if title mentions "CTO" then +20\ntest "a chief":\n    given title "CTO"\n    expect score 20\n'
TRAP = CLEAN.replace("mentions", "contains")
DOUBLE = CLEAN.replace("if title", 'list chiefs = ["CEO", "Ceo"]  # both\nif title in chiefs or title')
BROKEN = "if title is then +5\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def lint(*arguments: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(program, ["lint", *arguments], input=input)


def found(result: Result) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(result.stdout)
    return rows


def names(*arguments: str) -> list[object]:
    return [one["name"] for one in found(lint(*arguments, "--format", "json"))]


# --- exit codes and paths -------------------------------------------------------------------------------------------


def test_nothing_found_is_0_something_is_1_and_no_model_is_2(folder: Path) -> None:
    for text, expected in ((CLEAN, 0), (TRAP, 1), (BROKEN, 2)):
        write(folder, "acme.score", text)
        assert lint("acme.score").exit_code == expected


def test_without_a_path_the_folder_is_linted_and_a_file_that_is_no_model_does_not_stop_the_rest(folder: Path) -> None:
    write(folder, "a/broken.score", BROKEN)
    write(folder, "b/trap.score", TRAP)
    result = lint("--format", "json")
    assert [(one["path"], one["code"]) for one in found(result)] == [
        ("a/broken.score", "SL000"),
        ("b/trap.score", "SL101"),
    ]
    assert result.exit_code == 2


def test_errors_of_a_file_that_two_models_use_are_told_once(folder: Path) -> None:
    write(folder, "base.score", "list a = []\n")
    for name in ("one.score", "two.score"):
        write(folder, name, 'use a from "base.score"\nif b in a then +1\n')
    assert names("one.score", "two.score") == ["empty-list"]


def test_what_is_no_file_is_an_error_that_does_not_stop_the_rest(folder: Path) -> None:
    write(folder, "trap.score", TRAP)
    result = lint("none.score", "trap.score")
    assert "none.score: there is no such file" in result.stderr
    assert "substring-in-word" in result.stdout
    assert result.exit_code == 2


def test_text_that_is_not_utf_8_is_an_error_in_every_report(folder: Path) -> None:
    (folder / "acme.score").write_bytes(b"if a then +1\n# \xff\n")
    result = lint("acme.score", "--format", "json")
    told = [(one["name"], one["path"], one["line"], one["column"]) for one in found(result)]
    assert (told, result.exit_code) == ([("not-utf-8", "acme.score", 2, 3)], 2)


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("trap.score", "trap.score would be overwritten"),
        ("other.score", "other.score is a model, and would be written over"),
        ("chiefs.csv", "chiefs.csv is a CSV file, and would be written over"),
        ("none/lint.json", "none/lint.json: there is no folder none"),
    ],
)
def test_a_report_is_written_over_no_model_or_list_and_its_folder_is_asked_for_first(
    folder: Path, out: str, message: str
) -> None:
    for name in ("trap.score", "other.score", "chiefs.csv"):
        write(folder, name, TRAP)
    result = lint("trap.score", "--format", "json", "-o", out)
    assert (result.exit_code, message in result.stderr, result.stdout) == (2, True, "")
    assert (folder / "trap.score").read_text("utf-8") == (folder / "other.score").read_text("utf-8") == TRAP
    assert (folder / "chiefs.csv").read_text("utf-8") == TRAP


def test_standard_input_is_linted_under_the_name_that_it_is_given(folder: Path) -> None:
    write(folder, "scorelang.toml", '[lint.per-file-ignores]\n"old.score" = ["all"]\n')
    assert found(lint("-", "--format", "json", input=TRAP))[0]["path"] == "standard input"
    assert found(lint("-", "--format", "json", "--stdin-filename", "new.score", input=TRAP))[0]["path"] == "new.score"
    assert found(lint("-", "--format", "json", "--stdin-filename", "old.score", input=TRAP)) == []
    assert lint("acme.score", "--stdin-filename", "x.score").exit_code == 2


# --- which rules run ------------------------------------------------------------------------------------------------


def test_rules_are_chosen_by_name_code_beginning_of_code_and_group(folder: Path) -> None:
    write(folder, "acme.score", 'model "Acme"\nif title contains "cto" then 0\n')
    default = ["no-tests", "no-owner", "no-version", "substring-in-word", "zero-points"]
    assert names("acme.score") == default
    assert names("acme.score", "--select", "SL1") == ["substring-in-word"]
    assert names("acme.score", "--select", "zero-points,SL101") == ["substring-in-word", "zero-points"]
    assert names("acme.score", "--select", "default", "--ignore", "no-tests, SL306,no-version") == default[3:]
    assert "rule-without-reason" in names("acme.score", "--select", "all")


def test_a_rule_that_there_is_not_is_an_error_with_the_nearest_one(folder: Path) -> None:
    write(folder, "acme.score", CLEAN)
    for option in ("--select", "--ignore", "--explain"):
        result = lint("acme.score", option, "zero-point")
        assert result.exit_code == 2
        assert "no lint rule is called `zero-point`; did this mean `zero-points`?" in result.stderr


def test_a_rule_explains_itself(folder: Path) -> None:
    for rule in all_rules().values():
        result = lint("--explain", rule.name)
        assert result.stdout.startswith(f"{rule.name} ({rule.code}, {rule.severity}")
        assert rule.explanation() in result.stdout
        assert rule.bad.splitlines()[0] in result.stdout
    lines = lint("--explain", "all").stdout.splitlines()
    assert [line.split()[1] for line in lines] == list(all_rules())


def test_data_that_cannot_be_read_is_an_error(folder: Path) -> None:
    write(folder, "acme.score", CLEAN)
    result = lint("acme.score", "--data", "none.csv")
    assert result.exit_code == 2
    assert "none.csv" in result.stderr


# --- settings -------------------------------------------------------------------------------------------------------


def test_settings_of_the_nearest_folder_count(folder: Path) -> None:
    write(folder, "acme/deep/trap.score", TRAP)
    write(folder, "pyproject.toml", '[tool.scorelang.lint]\nignore = ["substring-in-word"]\n')
    assert names() == []
    assert names("--no-config") == ["substring-in-word"]
    write(folder, "acme/pyproject.toml", "[tool.other]\nx = 1\n")
    assert names() == []
    write(folder, "acme/scorelang.toml", '[lint.severity]\nsubstring-in-word = "error"\n')
    [one] = found(lint("--format", "json"))
    assert one["severity"] == "error"
    other = write(folder, "other.toml", '[lint]\nselect = ["SL2"]\n')
    assert names("--config", str(other)) == []


def test_globs_of_the_settings_are_about_their_folder(folder: Path) -> None:
    for name in ("old/one.score", "old/deep/two.score", "new/three.score"):
        write(folder, name, TRAP)
    write(folder, "scorelang.toml", '[lint.per-file-ignores]\n"old/*.score" = ["SL1"]\n')
    assert [one["path"] for one in found(lint("--format", "json"))] == ["new/three.score"]
    write(folder, "scorelang.toml", '[lint.per-file-ignores]\n"three.score" = ["SL101"]\n')
    assert [one["path"] for one in found(lint("--format", "json"))] == ["old/deep/two.score", "old/one.score"]


def test_the_command_line_takes_the_place_of_the_settings(folder: Path) -> None:
    write(folder, "trap.score", TRAP)
    write(folder, "scorelang.toml", '[lint]\nignore = ["all"]\n')
    assert names() == []
    assert names("--select", "SL101") == ["substring-in-word"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[lint]\nselekt = []", "[lint] has no key `selekt`; did this mean `select`?"),
        ('[lint]\nselect = "all"', "lint.select is 'all'; expected a list of rules"),
        ('[lint]\nignore = ["no-test"]', "lint.ignore: no lint rule is called `no-test`; did this mean `no-tests`?"),
        ('[lint.severity]\nno-tests = "fatal"', "lint.severity.no-tests is 'fatal'; expected one of error, warning"),
        ('[lint.severity]\nno-test = "error"', "lint.severity.no-test: no lint rule is called `no-test`"),
        ("[lint]\nseverity = 3", "lint.severity is 3; expected a table: [lint.severity]"),
        ('[lint.per-file-ignores]\n"*" = "all"', "lint.per-file-ignores.* is 'all'; expected a list of rules"),
        ("[lint]\nlogic-seconds = 0", "lint.logic-seconds is 0; expected a number of seconds, more than 0 and at most"),
        ("[lint]\nlogic-seconds = true", "lint.logic-seconds is True; expected a number of seconds"),
        ("lint = 3", "lint is 3; expected a table: [lint]"),
        ("[lint", "this is not TOML"),
    ],
)
def test_settings_that_cannot_be_meant_are_an_error(folder: Path, text: str, message: str) -> None:
    write(folder, "acme.score", CLEAN)
    write(folder, "scorelang.toml", text)
    for arguments in ((), ("--config", "scorelang.toml")):
        result = lint("acme.score", *arguments)
        assert result.exit_code == 2
        assert message in result.stderr
        assert "scorelang.toml: " in result.stderr


def test_a_file_of_settings_without_any_and_two_options_that_exclude_each_other_are_errors(folder: Path) -> None:
    write(folder, "acme.score", CLEAN)
    write(folder, "pyproject.toml", "[project]\n")
    result = lint("acme.score", "--config", "pyproject.toml")
    assert "there is no [tool.scorelang.lint] in it" in result.stderr
    assert result.exit_code == 2
    assert lint("acme.score", "--config", "none.toml").exit_code == 2
    assert lint("acme.score", "--config", "pyproject.toml", "--no-config").exit_code == 2


def test_a_glob_with_two_stars_means_the_folder_of_the_settings_too(folder: Path) -> None:
    for name in ("sub/one.score", "sub/deep/two.score"):
        write(folder, name, TRAP)
    write(folder, "sub/scorelang.toml", '[lint.per-file-ignores]\n"**/*.score" = ["SL1"]\n')
    assert names() == []


def test_a_file_that_two_paths_lead_to_is_linted_once(folder: Path) -> None:
    write(folder, "trap.score", TRAP)
    assert names("trap.score", "./trap.score", ".") == ["substring-in-word"]


@pytest.mark.parametrize("arguments", [("-o", ""), ("--select", ""), ("--select", ","), ("--ignore", ",")])
def test_an_option_with_nothing_in_it_is_an_error(folder: Path, arguments: tuple[str, ...]) -> None:
    write(folder, "trap.score", TRAP)
    result = lint("trap.score", *arguments)
    assert result.exit_code == 2
    assert f"{arguments[0]}: " in result.stderr


def test_a_model_that_wrong_settings_keep_from_being_linted_is_named(folder: Path) -> None:
    write(folder, "wrong/trap.score", TRAP)
    write(folder, "wrong/scorelang.toml", "[lint]\nselekt = []\n")
    assert "trap.score was not linted: the settings cannot be read" in lint().stderr
    write(folder, "wrong/other.score", TRAP)
    told = lint().stderr
    assert (told.count("error: "), told.count("2 files were not linted")) == (1, 1)


# --- mending --------------------------------------------------------------------------------------------------------


def test_fix_mends_what_is_safe_and_leaves_the_rest(folder: Path) -> None:
    path = write(folder, "acme.score", DOUBLE.replace("mentions", "contains"))
    result = lint("acme.score", "--fix")
    assert path.read_text(encoding="utf-8").splitlines()[1] == 'list chiefs = ["CEO"]  # both'
    assert "contains" in path.read_text(encoding="utf-8")
    assert "1 fix applied" in result.stderr
    assert result.exit_code == 1
    lint("acme.score", "--unsafe-fixes")
    assert "mentions" in path.read_text(encoding="utf-8")


def test_diff_shows_what_would_change_and_writes_nothing(folder: Path) -> None:
    path = write(folder, "acme.score", DOUBLE)
    result = lint("acme.score", "--diff")
    assert '-list chiefs = ["CEO", "Ceo"]  # both' in result.stdout.splitlines()
    assert '+list chiefs = ["CEO"]  # both' in result.stdout.splitlines()
    assert path.read_text(encoding="utf-8") == DOUBLE
    assert result.exit_code == 1


def test_line_ends_and_a_byte_order_mark_stay(folder: Path) -> None:
    path = write(folder, "acme.score", "\ufeff" + DOUBLE.replace("\n", "\r\n"))
    lint("acme.score", "--fix")
    fixed = DOUBLE.replace(', "Ceo"', "").replace("\n", "\r\n")
    assert path.read_bytes().decode("utf-8") == "\ufeff" + fixed


def test_a_file_without_anything_to_mend_is_not_written(folder: Path) -> None:
    path = write(folder, "acme.score", TRAP)
    path.chmod(0o444)
    before = path.stat().st_mtime_ns
    assert lint("acme.score", "--fix").exit_code == 1
    assert path.stat().st_mtime_ns == before


def test_standard_input_is_mended_to_standard_output(folder: Path) -> None:
    result = lint("-", "--fix", input=DOUBLE)
    assert result.stdout == DOUBLE.replace(', "Ceo"', "")
    assert result.exit_code == 0


# --- reports --------------------------------------------------------------------------------------------------------


def test_json_is_an_array_with_an_object_a_finding(folder: Path) -> None:
    write(folder, "acme.score", TRAP)
    [one] = found(lint("acme.score", "--format", "json"))
    assert set(one) == {"name", "code", "severity", "path", "line", "column", "message", "fix"}
    assert {key: one[key] for key in ("name", "code", "severity", "path", "line", "column")} == {
        "name": "substring-in-word", "code": "SL101", "severity": "warning", "path": "acme.score", "line": 2,
        "column": 19,
    }  # fmt: skip
    assert one["fix"] == {
        "message": "write `mentions`",
        "safe": False,
        "edits": [{"line": 2, "column": 10, "end_line": 2, "end_column": 18, "text": "mentions"}],
    }
    write(folder, "acme.score", CLEAN)
    assert found(lint("acme.score", "--format", "json")) == []


def test_github_gets_a_command_a_finding(folder: Path) -> None:
    write(folder, "acme,b.score", TRAP)
    [line] = lint("acme,b.score", "--format", "github").stdout.splitlines()
    assert line.startswith(
        "::warning file=acme%2Cb.score,line=2,endLine=2,col=19,endColumn=24,title=substring-in-word (SL101)::"
    )


def test_sarif_has_what_the_standard_asks_for(folder: Path) -> None:
    write(folder, "one.score", DOUBLE.replace("mentions", "contains"))
    write(folder, "two.score", BROKEN)
    log = json.loads(lint("--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "scorelang"
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == 3
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note", "none")
        assert result["message"]["text"]
        [location] = result["locations"]
        assert re.fullmatch(r"(one|two)\.score", location["physicalLocation"]["artifactLocation"]["uri"])
        region = location["physicalLocation"]["region"]
        assert all(region[key] >= 1 for key in ("startLine", "startColumn", "endLine", "endColumn"))
        for fix in result.get("fixes", ()):
            for change in fix["artifactChanges"]:
                assert change["artifactLocation"]["uri"] == "one.score"
                assert all("deletedRegion" in one for one in change["replacements"])


def test_junit_has_a_suite_a_file_and_a_failure_a_finding(folder: Path) -> None:
    write(folder, "clean.score", CLEAN)
    write(folder, "trap.score", TRAP)
    write(folder, "wrong.score", BROKEN)
    root = ElementTree.fromstring(lint("--format", "junit").stdout.partition("\n")[2])
    assert {suite.get("name"): (suite.get("failures"), suite.get("errors")) for suite in root} == {
        "clean.score": ("0", "0"), "trap.score": ("1", "0"), "wrong.score": ("0", "1"),
    }  # fmt: skip
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")


def test_several_reports_in_one_run_go_where_they_are_told(folder: Path) -> None:
    write(folder, "trap.score", TRAP)
    result = lint("--format", "text", "--format", "json=lint.json", "--format", "sarif=lint.sarif")
    assert "warning[substring-in-word]" in result.stdout
    assert len(json.loads((folder / "lint.json").read_text(encoding="utf-8"))) == 1
    assert json.loads((folder / "lint.sarif").read_text(encoding="utf-8"))["runs"]
    lint("-o", "lint.txt")
    assert (folder / "lint.txt").read_text(encoding="utf-8").startswith("warning[substring-in-word]")
    for wrong in (("--format", "xml"), ("--format", "json="), ("--format", "json", "--format", "text")):
        assert lint(*wrong).exit_code == 2


def test_statistics_count_the_findings_of_each_rule(folder: Path) -> None:
    write(folder, "one.score", 'if a then 0\nif b then 0\nif title contains "cto" then +1\n')
    lines = lint("--statistics", "--select", "SL101,SL302").stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [["2", "SL302", "zero-points"], ["1", "SL101", "substring-in-word"]]


def test_nothing_is_found_in_the_examples_and_the_standard_library() -> None:
    for name in ("examples", "stdlib"):
        result = lint(str(ROOT / name))
        assert result.stdout == ""
        assert result.exit_code == 0
