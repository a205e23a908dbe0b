"""Every command names a model's files from the folder it runs in, and writes over none of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorelang.cli import program
from scorelang.cli.errors import FINE, WRONG

MODEL = """\
model "Acme", version 1, owner "ops@acme.example"
use chiefs, Size from "lists.score"
list named from "named.csv"
if title in chiefs then +5 because "chief"
if company in named then +3 because "named"
"""
LISTS = """\
list chiefs = ["CEO", "VP"]
category Size:
    if employees >= 200 then +7 because "large"
"""
TEST = 'use model "../acme.score"\ntest "a chief":\n    given title "CEO"\n    expect score 5\n'
NAMED = "Acme\nGlobex\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model in one of its own, its tests in a third, and leads beside them."""
    models = tmp_path / "models"
    (models / "tests").mkdir(parents=True)
    (models / "acme.score").write_text(MODEL, encoding="utf-8")
    (models / "lists.score").write_text(LISTS, encoding="utf-8")
    (models / "named.csv").write_text(NAMED, encoding="utf-8")
    (models / "tests" / "acme_test.score").write_text(TEST, encoding="utf-8")
    (tmp_path / "leads.csv").write_text("id,title,employees,company\n1,CEO,300,Acme\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCORELANG_CACHE", str(tmp_path / "cache"))
    return models


def run(line: str) -> Result:
    result = CliRunner().invoke(program, line.split())
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.mark.parametrize("command", ["check", "lint --no-config", "test", "prove", "bounds", "compile", "rules"])
@pytest.mark.parametrize("model", ["models/acme.score", "models/tests/acme_test.score"])
def test_an_error_in_a_used_file_is_told_with_its_path_from_here(folder: Path, command: str, model: str) -> None:
    (folder / "lists.score").write_text(LISTS.replace('"VP"', "VP"), encoding="utf-8")
    result = run(f"{command} {model}")
    assert result.exit_code == WRONG
    assert "┌─ models/lists.score:1:23" in result.output
    assert "models/lists.score: 1 error" in result.stderr


def test_an_error_in_a_file_that_two_files_use_is_told_once(folder: Path) -> None:
    (folder / "lists.score").write_text(LISTS.replace('"VP"', "VP"), encoding="utf-8")
    for command in ("check", "lint --no-config"):
        assert run(f"{command} models").output.count("┌─") == 1


def test_an_error_beside_the_current_folder_keeps_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "lists.score").write_text(LISTS.replace('"VP"', "VP"), encoding="utf-8")
    monkeypatch.chdir(folder)
    assert "┌─ lists.score:1:23" in run("check acme.score").output
    monkeypatch.chdir(folder / "tests")
    assert "┌─ ../lists.score:1:23" in run("check acme_test.score").output


@pytest.mark.parametrize("model", ["models/acme.score", "models/tests/acme_test.score"])
def test_an_explanation_names_the_files_of_its_rules_from_here(model: str) -> None:
    asked = f"explain {model} leads.csv --id 1 --as-of 2026-01-01"
    result = run(asked)
    assert result.exit_code == FINE
    assert "(models/lists.score, line 3)" in result.output
    (told,) = json.loads(run(f"{asked} --format json").output)
    assert told["path"] == "models/acme.score"
    assert {line["path"] for line in told["score"]["lines"]} == {"models/acme.score", "models/lists.score"}


@pytest.mark.parametrize("model", ["models/acme.score", "models/tests/acme_test.score"])
def test_the_rules_of_a_model_name_their_files_from_here(model: str) -> None:
    found = json.loads(run(f"rules {model} --format json").output)
    assert {rule["path"] for rule in found} == {"models/acme.score", "models/lists.score"}


@pytest.mark.parametrize(
    "command",
    [
        "prove models/acme.score --format json -o",
        "bounds models/acme.score --format json -o",
        "compile models/acme.score -o",
        "explain models/acme.score leads.csv --id 1 --html",
        "test models --format json -o",
        "lint models --format json -o",
        "rules models/acme.score --format csv -o",
        "rules models/tests/acme_test.score --format csv -o",
        "sql models/acme.score --as-of 2026-01-01 -o",
        "score models/acme.score leads.csv --format csv -o",
        "diff models/acme.score models/acme.score --format json -o",
    ],
)
@pytest.mark.parametrize("output", ["models/named.csv", "models/lists.score"])
def test_what_a_model_reads_is_not_written_over(folder: Path, command: str, output: str) -> None:
    result = run(f"{command} {output}")
    assert result.exit_code == WRONG
    assert output in result.stderr
    assert "written" in result.stderr
    assert (folder / "named.csv").read_text(encoding="utf-8") == NAMED
    assert (folder / "lists.score").read_text(encoding="utf-8") == LISTS


def test_lint_names_the_other_file_of_a_finding_from_here(folder: Path) -> None:
    (folder / "acme.score").write_text(f'{MODEL}if role in ["VP", "CEO"] then +2\n', encoding="utf-8")
    (folder / "lists.score").write_text(f'{LISTS}list heads = ["Head", "Lead"]\n', encoding="utf-8")
    with (folder / "acme.score").open("a", encoding="utf-8") as file:
        file.write('if role in ["Lead", "Head"] then +3\nif employees >= 200 then +1\n')
    told = run("lint models/acme.score --no-config --select SL308").output
    assert "this list is `heads` of models/lists.score" in told
    assert "this list is called `chiefs`" in told
