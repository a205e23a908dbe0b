"""The rules of the linter, their page in docs/lint.md and their cases in tests/lint list the same things."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

from scorelang.lint import Rule, all_rules

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "lint.md"
MARK = "<!-- made from the rules: SCORELANG_BLESS=1 pytest tests/test_lint_docs.py -->\n"
BLESS = os.environ.get("SCORELANG_BLESS") == "1"
every_rule = pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.name)


def told(rule: type[Rule]) -> str:
    """The part of the page that is about one rule."""
    default = "on by default" if rule.default else "runs when asked for"
    data = f"The data:\n\n```csv file=leads.csv\n{rule.data}```\n\n" if rule.data else ""
    return (
        f"### {rule.name}\n\n{rule.summary()}\n\n`{rule.code}`, {rule.severity}, {default}.\n\n{rule.explanation()}\n\n"
        f"{data}Found in:\n\n```score\n{rule.bad}\n```\n\nNot found in:\n\n```score\n{rule.good}\n```\n"
    )


def table() -> str:
    rows = "".join(
        f"| [`{rule.name}`](#{rule.name}) | {rule.code} | {rule.severity} | {'yes' if rule.default else 'no'} "
        f"| {rule.summary().replace('|', chr(92) + '|')} |\n"
        for rule in all_rules().values()
    )
    return f"| rule | code | severity | by default | finds |\n|---|---|---|---|---|\n{rows}"


def test_the_page_of_the_rules_is_made_from_them() -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, mark, rest = text.partition(MARK)
    assert mark
    made = "\n" + "\n".join((table(), *map(told, all_rules().values())))
    if BLESS:
        PAGE.write_text(head + mark + made, encoding="utf-8")
        return
    assert rest == made, "run `SCORELANG_BLESS=1 pytest tests/test_lint_docs.py`"


def test_the_settings_that_the_page_shows_can_be_read(tmp_path: Path) -> None:
    from scorelang.lint.settings import KEYS, read_settings

    block = re.search(r"(?m)(?:^    .*\n|^\n)+(?=^Globs)", PAGE.read_text(encoding="utf-8"))
    assert block is not None
    toml = re.sub("(?m)^    ", "", block[0])
    (tmp_path / "pyproject.toml").write_text(toml, encoding="utf-8")
    assert read_settings(tmp_path / "pyproject.toml").severity == {"unused-list": "error"}
    assert set(tomllib.loads(toml)["tool"]["scorelang"]["lint"]) == set(KEYS)


def test_names_and_codes_are_unlike_and_codes_are_of_their_group() -> None:
    found = list(all_rules().values())
    assert len({rule.code for rule in found}) == len(found)
    assert all(re.fullmatch(r"SL[1234]\d\d", rule.code) for rule in found)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name) for rule in found)


@every_rule
def test_a_rule_is_in_a_module_of_its_name_and_has_cases_in_a_page_of_its_name(rule: type[Rule]) -> None:
    assert rule.__module__.rpartition(".")[2] == rule.name.replace("-", "_")
    assert (ROOT / "tests" / "lint" / f"{rule.name}.md").is_file()


def test_every_page_of_cases_is_of_a_rule() -> None:
    pages = {page.stem for page in (ROOT / "tests" / "lint").glob("*.md")} - {"README"}
    assert pages == set(all_rules())


@every_rule
def test_a_rule_says_what_it_finds_why_it_matters_and_what_to_do(rule: type[Rule]) -> None:
    assert rule.summary().endswith(".")
    assert len(rule.explanation().split("\n\n")) >= 2
