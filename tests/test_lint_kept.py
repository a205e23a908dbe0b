"""What lint found in a file once is kept, and found out again when anything changed that it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scorelang.check import check_once
from scorelang.diagnostics import Diagnostics
from scorelang.lint import Finding, Lint, Rule, all_rules, lint_source, named
from scorelang.lint.data import Data, read_data
from scorelang.lint.logic.budget import Budget
from scorelang.lint.project import Project, project_of
from scorelang.source import Source, source_of

MODEL = """\
model "Long", version 1, owner "Ann"
use chiefs from "lists.score"
list names from "names.csv"
if title in chiefs then +10
if name in names then +5
if a then +0
test "a chief":
    given title "CEO"
    expect score 10
"""
LISTS = 'list chiefs = ["CEO", "CTO"]\n'
TESTS = 'use model "model.score"\ntest "a name":\n    given name "Ann"\n    expect score 5\n'
OPEN = "if employees / seats > 5 and seats / employees > 5 then +1\n"
IMPOSSIBLE = "if employees < 5 and employees > 9 then +1\n"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what is kept, in which nothing is too short to keep."""
    monkeypatch.setenv("SCORELANG_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr("scorelang.lint.kept.WORTH", 0)
    return tmp_path / "kept"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "model.score").write_text(MODEL)
    (folder / "lists.score").write_text(LISTS)
    (folder / "names.csv").write_text("Ann\nBen\n")
    return folder


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that a rule looked at, in order."""
    looked: list[str] = []
    rule = all_rules()["zero-points"]
    check = rule.check

    def counted(self: Rule) -> Iterator[Finding]:
        looked.append(self.subject.source.name)
        return check(self)

    monkeypatch.setattr(rule, "check", counted)
    return looked


def linted(folder: Path, **settings: object) -> tuple[Finding, ...]:
    path = folder / "model.score"
    lint = Lint(**{"project": Project(), **settings})  # type: ignore[arg-type]
    return lint_source(source_of("model.score", path.read_text()), folder, lint, path)


def test_a_file_that_did_not_change_is_not_looked_at_again(folder: Path, runs: list[str]) -> None:
    first = linted(folder)
    assert "zero-points" in {one.name for one in first}
    assert linted(folder) == first
    assert [one.source.name for one in first] == ["model.score"] * len(first)
    assert len(runs) == 1


@pytest.mark.parametrize("name", ["model.score", "lists.score", "names.csv", "model_test.score", "user.score"])
def test_a_file_is_looked_at_again_when_it_or_one_around_it_changed(name: str, folder: Path, runs: list[str]) -> None:
    (folder / "model_test.score").write_text(TESTS)
    (folder / "user.score").write_text('use names from "model.score"\nif surname in names then +1\n')
    linted(folder)
    linted(folder)
    assert len(runs) == 1
    (folder / name).write_text((folder / name).read_text().replace("Ann", "Anna").replace("CTO", "CFO") + "\n")
    linted(folder)
    assert len(runs) == 2


def test_a_file_is_looked_at_again_when_one_comes_or_goes_beside_it(folder: Path, runs: list[str]) -> None:
    def unpinned() -> list[int]:
        return [one.line for one in linted(folder) if one.name == "points-no-test-pins"]

    assert unpinned() == [5]
    (folder / "model_test.score").write_text(TESTS)
    assert unpinned() == []
    (folder / "model_test.score").unlink()
    assert unpinned() == [5]
    assert len(runs) == 2


def test_a_file_that_a_test_lacked_is_noticed_when_it_comes(folder: Path) -> None:
    (folder / "model_test.score").write_text('use more from "more.score"\n' + TESTS)
    assert "points-no-test-pins" in {one.name for one in linted(folder)}
    (folder / "more.score").write_text('list more = ["x"]\n')
    assert "points-no-test-pins" not in {one.name for one in linted(folder)}


def test_other_rules_look_for_themselves_and_severities_are_as_now(folder: Path, runs: list[str]) -> None:
    linted(folder)
    assert {one.name for one in linted(folder, rules=named(["zero-points"]))} == {"zero-points"}
    assert len(runs) == 2
    [found] = linted(folder, rules=named(["zero-points"]), severities={"zero-points": "error"})
    assert found.severity == "error"
    assert len(runs) == 2


def test_leads_are_compared_each_time(folder: Path, runs: list[str], tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("id,title,name,a\n1,CEO,Ann,yes\n")
    for _ in range(2):
        linted(folder, data=read_data(str(leads)))
    assert len(runs) == 2


@pytest.mark.parametrize("text", [OPEN, IMPOSSIBLE])
def test_what_was_left_open_is_told_again(text: str) -> None:
    source = source_of("model.score", text)
    budgets = [Budget(), Budget()]
    for budget in budgets:
        assert lint_source(source, None, Lint(seconds=0.000001, budget=budget)) is not None
    assert budgets[0].undecided["model.score"] == budgets[1].undecided["model.score"]


def test_what_was_left_open_is_asked_again_where_there_is_more_time_and_then_is_known() -> None:
    source = source_of("model.score", IMPOSSIBLE)
    rules = named(["never-fires"])
    assert lint_source(source, None, Lint(rules, seconds=0.000001)) == ()
    [found] = lint_source(source, None, Lint(rules, seconds=60))
    assert found.name == "never-fires"
    assert lint_source(source, None, Lint(rules, seconds=0.000001)) == (found,)


def test_what_cannot_be_read_back_is_found_again(folder: Path, runs: list[str], kept: Path) -> None:
    first = linted(folder)
    for file in kept.glob("linted-*"):
        file.write_bytes(b"\x80\x04 no pickle")
    assert linted(folder) == first
    assert len(runs) == 2


def test_each_file_of_a_run_is_checked_once_until_something_that_it_uses_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "model_test.score").write_text(TESTS)
    paths = [folder / name for name in ("lists.score", "model.score", "model_test.score")]
    project = project_of(map(str, paths))
    checked: list[str] = []
    once = check_once

    def counted(source: Source, folder: Path | None, found: Diagnostics) -> object:
        checked.append(Path(source.name).name)
        return once(source, folder, found)

    monkeypatch.setattr("scorelang.lint.project.check_once", counted)

    def lint_all() -> list[tuple[Finding, ...]]:
        lint = Lint(named(["points-no-test-pins"]), project=project, data=Data("", 0, {}))
        return [lint_source(source_of(str(path), path.read_text()), folder, lint, path) for path in paths]

    first = lint_all()
    assert sorted(checked) == ["lists.score", "model.score", "model_test.score"]
    assert lint_all() == first
    assert len(checked) == 3
    (folder / "names.csv").write_text("Carl\n")
    lint_all()
    assert sorted(checked[3:]) == ["model.score", "model_test.score"]
