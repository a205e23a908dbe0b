"""What runs in other people's repositories: the hooks for pre-commit, and the workflow that docs/ci.md shows."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from pre_commit.clientlib import load_config, load_manifest

from scorelang.cli import program

ROOT = Path(__file__).resolve().parent.parent
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))}
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
WORKFLOW, CONFIG = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
RUNS = [
    step["run"]
    for step in yaml.safe_load(WORKFLOW)["jobs"]["models"]["steps"]
    if step.get("run", "").startswith("scorelang ")
]
MODEL = """\
model "Acme", version 1, owner "sales"

if title is "CEO" then +10

test "a chief":
    given title "CEO"
    expect score = 10

test "anybody else":
    given title "Clerk"
    expect score = 0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model in which nothing is to be found, which is the current one."""
    (tmp_path / "acme.score").write_text(MODEL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str, *paths: str) -> Result:
    name, *arguments = shlex.split(command)
    assert name == "scorelang"
    return CliRunner().invoke(program, [*arguments, *paths])


def run_hook(id_: str) -> Result:
    """Run a hook as pre-commit does: with the files that changed, or without any."""
    return run(HOOKS[id_]["entry"], *(["acme.score"] if HOOKS[id_]["pass_filenames"] else []))


def test_there_is_a_hook_for_each_command_that_judges_models() -> None:
    assert list(HOOKS) == ["scorelang-check", "scorelang-lint", "scorelang-fmt", "scorelang-test"]
    for id_, hook in HOOKS.items():
        assert hook["entry"] == id_.replace("-", " ")
        assert hook["language"] == "python"
        assert re.search(hook["files"], "models/acme.score")
        assert not re.search(hook["files"], "models/acme.score.orig")


@pytest.mark.parametrize("id_", HOOKS)
def test_a_hook_passes_a_model_in_which_nothing_is_to_be_found(id_: str, folder: Path) -> None:
    done = run_hook(id_)
    assert done.exit_code == 0, done.output
    assert (folder / "acme.score").read_text(encoding="utf-8") == MODEL


@pytest.mark.parametrize(
    ("id_", "before", "after"),
    [
        ("scorelang-check", "title is", "title iz"),
        ("scorelang-lint", '"CEO" then', '"CEO " then'),
        ("scorelang-test", "score = 10", "score = 11"),
    ],
)
def test_a_hook_stops_a_model_that_it_has_something_against(id_: str, before: str, after: str, folder: Path) -> None:
    (folder / "acme.score").write_text(MODEL.replace(before, after), encoding="utf-8")
    assert run_hook(id_).exit_code in (1, 2)


def test_the_hook_for_the_layout_writes_the_file_anew_which_stops_the_commit(folder: Path) -> None:
    (folder / "acme.score").write_text(MODEL.replace("then +10", "then   + 10"), encoding="utf-8")
    assert run_hook("scorelang-fmt").exit_code == 0
    assert (folder / "acme.score").read_text(encoding="utf-8") == MODEL


@pytest.mark.skipif(shutil.which("git") is None, reason="pre-commit needs git")
def test_the_documented_configuration_names_the_hooks_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    [repository] = load_config(str(tmp_path / "config.yaml"))["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == list(HOOKS)


@pytest.mark.parametrize("command", RUNS)
def test_the_workflow_has_only_commands_and_options_that_there_are(command: str) -> None:
    _, name, *arguments = shlex.split(command)
    found = program.get_command(program.make_context("scorelang", [name]), name)
    assert found is not None
    found.make_context(name, arguments)


def test_the_workflow_runs_clean_on_a_model_in_which_nothing_is_to_be_found(folder: Path) -> None:
    assert [command.split()[1] for command in RUNS] == ["check", "lint", "fmt", "test"]
    for command in RUNS:
        done = run(command)
        assert done.exit_code == 0, done.output
    assert "<testsuites" in (folder / "scorelang.xml").read_text(encoding="utf-8")


def test_the_workflow_shows_what_lint_finds_beside_the_line(folder: Path) -> None:
    (folder / "acme.score").write_text(MODEL.replace('"CEO" then', '"CEO " then'), encoding="utf-8")
    [lint] = [command for command in RUNS if " lint " in command]
    done = run(lint)
    assert done.exit_code == 1
    assert re.search(r"^::(?:error|warning|notice) .*file=acme\.score,line=3", done.stdout, re.MULTILINE)


def test_the_table_of_exit_codes_is_true(folder: Path) -> None:
    spoiled = {
        "check": (MODEL.replace("title is", "title iz"), 2),
        "lint": (MODEL.replace('"CEO" then', '"CEO " then'), 1),
        "fmt": (MODEL.replace("then +10", "then   +10"), 1),
        "test": (MODEL.replace("score = 10", "score = 11"), 1),
    }
    rows = re.findall(r"^\| `(scorelang (\w+) [^`]*)`", PAGE, re.MULTILINE)
    assert [name for _, name in rows] == list(spoiled)
    for command, name in rows:
        text, code = spoiled[name]
        (folder / "acme.score").write_text(text, encoding="utf-8")
        assert run(command).exit_code == code
        (folder / "acme.score").write_text(spoiled["check"][0], encoding="utf-8")
        assert run(command).exit_code == 2
    (folder / "acme.score").write_text("if a then +1\n", encoding="utf-8")
    assert run("scorelang test .").exit_code == 2
