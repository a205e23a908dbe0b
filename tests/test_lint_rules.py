"""Every rule finds what its page in tests/lint shows, and nothing else; and what its own examples say.

In a page of `tests/lint/`, a `score` block is a model; with `file=NAME` it is a file beside the next one, and `csv` is
the data. The `text` block below a model holds the findings of the page's rule: `LINE:COLUMN severity: message` each,
and below each that can be mended `safe` or `unsafe` and the lines that change. Without one, nothing is found. A
character that cannot be seen is typed as its code: `<U+200B>`. `SCORELANG_BLESS=1` writes the `text` blocks anew.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

import pytest
from attrs import frozen

from scorelang.lint import Finding, Lint, Rule, all_rules, lint_source, named
from scorelang.lint.data import Data, read_data
from scorelang.lint.fixing import edited
from scorelang.lint.project import project_of
from scorelang.source import source_of

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(page for page in (Path(__file__).parent / "lint").glob("*.md") if page.stem != "README")
BLESS = os.environ.get("SCORELANG_BLESS") == "1"
FENCE = re.compile(
    r"^```(?P<kind>score|csv)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^```\n(?:\n```text\n(?P<found>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
CODED = re.compile(r"<U\+([0-9A-F]{4,6})>")


def decoded(text: str) -> str:
    return CODED.sub(lambda match: chr(int(match[1], 16)), text)


def encoded(text: str) -> str:
    return "".join(one if one.isprintable() or one == "\n" else f"<U+{ord(one):04X}>" for one in text)


@frozen
class Case:
    """A model of a page, with the files and data that stand above it."""

    page: Path
    line: int
    text: str
    files: dict[str, str]
    data: str
    found: str

    @property
    def rule(self) -> type[Rule]:
        return all_rules()[self.page.stem]


def cases_of(page: Path) -> list[Case]:
    text = page.read_text(encoding="utf-8")
    files: dict[str, str] = {}
    data = ""
    cases = []
    for match in FENCE.finditer(text):
        body = decoded(match["text"])
        if match["kind"] == "csv":
            data = body
        elif match["file"]:
            files[match["file"]] = body
        else:
            line = text.count("\n", 0, match.start()) + 1
            cases.append(Case(page, line, body, dict(files), data, match["found"] or ""))
            files = {}
    return cases


CASES = [case for page in PAGES for case in cases_of(page)]


def lint_text(
    text: str, rule: type[Rule], folder: Path, files: dict[str, str] | None = None, data: str = ""
) -> tuple[Finding, ...]:
    """What one rule finds in a text, in a folder with files."""
    for name, other in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(other, encoding="utf-8")
    path = folder / "model.score"
    path.write_text(text, encoding="utf-8")
    read: Data | None = None
    if data:
        (folder / "leads.csv").write_text(data, encoding="utf-8")
        read = read_data(str(folder / "leads.csv"))
    chosen = named([rule.name])
    if rule.name == "unused-ignore":
        chosen = named(["all"])
    lint = Lint(chosen, {}, read, project_of([str(path)]))
    found = lint_source(source_of("model.score", text), folder, lint, path)
    return tuple(one for one in found if one.name == rule.name or one.is_error_of_model)


def told(found: tuple[Finding, ...], folder: Path) -> str:
    lines = []
    for one in found:
        lines.append(f"{one.line}:{one.column} {one.severity}: {one.message}".replace(f"{folder}{os.sep}", ""))
        if one.fix is not None:
            before = one.source.text.splitlines()
            after = edited(one.source.text, one.fix.edits).splitlines()
            lines.append(f"  {'safe' if one.fix.safe else 'unsafe'}: {one.fix.message}")
            lines += [f"  {line}" for line in difflib.ndiff(before, after) if line[:1] in "+-"]
    return encoded("".join(f"{line.rstrip()}\n" for line in lines))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page.stem}:{case.line}")
def test_a_rule_finds_what_its_page_shows_and_nothing_else(case: Case, tmp_path: Path) -> None:
    found = told(lint_text(case.text, case.rule, tmp_path, case.files, case.data), tmp_path)
    if not BLESS:
        assert found == case.found


@pytest.mark.skipif(not BLESS, reason="findings are only written anew when SCORELANG_BLESS is 1")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_findings_are_written_anew(page: Path, tmp_path: Path) -> None:
    cases = {case.line: case for case in cases_of(page)}
    text = page.read_text(encoding="utf-8")

    def with_found(match: re.Match[str]) -> str:
        case = cases.get(text.count("\n", 0, match.start()) + 1)
        head = match[0].partition("\n```text\n")[0] if match["found"] is not None else match[0]
        if case is None:
            return head
        folder = tmp_path / str(case.line)
        folder.mkdir()
        found = told(lint_text(case.text, case.rule, folder, case.files, case.data), folder)
        return f"{head}\n```text\n{found}```\n" if found else head

    page.write_text(FENCE.sub(with_found, text), encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_something_that_is_found_and_something_that_only_looks_like_it(page: Path) -> None:
    found = [bool(case.found) for case in cases_of(page)]
    assert any(found)
    assert not all(found)


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.name)
def test_a_rule_finds_something_in_its_bad_example_and_nothing_in_the_good_one(
    rule: type[Rule], tmp_path: Path
) -> None:
    bad, good = (lint_text(text, rule, tmp_path, None, rule.data) for text in (rule.bad, rule.good))
    assert [one.name for one in bad] == [rule.name] * len(bad)
    assert bad
    assert good == ()
