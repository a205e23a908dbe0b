"""The tables of the documents list what there is: no more, no less, and nothing else.

A table is marked by `<!-- table: NAME -->` above it. `SCORELANG_BLESS=1` writes those anew that are made from the code.
"""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import click
import pytest

import scorelang
from scorelang import layout, modules, values
from scorelang.check import lists, literals, names
from scorelang.cli import program
from scorelang.operators import operators

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = ROOT / "docs" / "language.md"
BLESS = os.environ.get("SCORELANG_BLESS") == "1"


def rows(page: Path, name: str) -> list[list[str]]:
    """The cells of the table below `<!-- table: NAME -->`, without its head."""
    text = page.read_text(encoding="utf-8").partition(f"<!-- table: {name} -->\n")[2]
    lines = re.match(r"(?:\n|\|.*\n)*", text)
    assert lines is not None
    body = [line for line in lines[0].splitlines() if line][2:]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in body]


def quoted(text: str) -> str:
    return f"`{text}`"


def operator_rows() -> list[list[str]]:
    """A row an operator: its name, an example, and what it means."""
    return [[quoted(row.name), quoted(row.example), row.doc] for row in operators().values()]


def command_rows() -> list[list[str]]:
    """A row a command: how it is typed, and the first sentence of its help."""
    made = []
    with click.Context(program) as context:
        for name in program.list_commands(context):
            command = program.get_command(context, name)
            assert command is not None
            arguments = command.collect_usage_pieces(context)[1:]  # the first one is `[OPTIONS]`
            made.append([quoted(" ".join(["scorelang", name, *arguments])), command.get_short_help_str(200)])
    return made


# The tables that are made from the code: which page, which table, its rows.
MADE: dict[str, tuple[Path, Callable[[], list[list[str]]]]] = {
    "operators": (LANGUAGE, operator_rows),
    "commands": (ROOT / "README.md", command_rows),
}


@pytest.mark.parametrize("name", MADE)
def test_a_table_that_is_made_from_the_code_is_up_to_date(name: str) -> None:
    page, made = MADE[name]
    if BLESS:
        write_table(page, name, made())
    assert rows(page, name) == made(), "run `SCORELANG_BLESS=1 pytest tests/test_docs_tables.py`"


@pytest.mark.parametrize("page", ["README.md", ".github/CONTRIBUTING.md"])
def test_the_least_python_is_the_one_that_the_package_asks_for(page: str) -> None:
    least = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    said = re.search(r"Python ([\d.]+) or newer", (ROOT / page).read_text(encoding="utf-8"))
    assert least is not None
    assert said is not None
    assert said[1] == least[1]


def test_the_architecture_says_where_everything_is() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:dsl|cli|stdlib)/[\w./]*)`", text))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    tracked = subprocess.run(["git", "ls-files", "dsl"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    there = {re.sub(r"(?<=/).*", "", path.removeprefix("dsl/")) for path in tracked.split()}
    assert sorted({f"dsl/{name}" for name in there} - named - {"dsl/py.typed"}) == []


def test_the_reference_lists_every_type() -> None:
    assert [row[0] for row in rows(LANGUAGE, "types")] == [quoted(type_.value) for type_ in values.DATA_TYPES]


def test_the_reference_lists_every_unit_of_time_and_its_length() -> None:
    lengths = {unit: length / values.DAY for unit, length in values.UNITS.items()}
    assert {row[0].strip("`"): eval(row[1]) for row in rows(LANGUAGE, "units")} == pytest.approx(lengths)


def test_the_reference_lists_the_keys_of_a_result_in_their_order() -> None:
    result = scorelang.loads("if a then +1").score({}, as_of="2026-01-01").to_dict()
    assert [row[0] for row in rows(LANGUAGE, "result")] == [quoted(key) for key in result]


def test_the_page_on_embedding_names_all_that_is_public() -> None:
    text = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    assert [name for name in scorelang.__all__ if not re.search(rf"`(?:scorelang\.)?{name}\b", text)] == []


def test_the_home_page_lists_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = {row[0].strip("`") for row in rows(ROOT / "docs" / "index.md", "extras")}
    assert listed == set(project["optional-dependencies"]) - {"dev"}


def test_the_reference_lists_every_limit_and_its_value() -> None:
    limits = {
        "characters in a file": layout.MAX_CHARACTERS,
        "characters in a line, with its continuations": layout.MAX_LINE,
        "lines in a file": layout.MAX_LINES,
        "brackets inside each other": layout.MAX_BRACKETS,
        "blocks inside each other": layout.MAX_BLOCKS,
        "conditions inside each other, those of defines included": names.MAX_DEPTH,
        "files of a model, the standard library's included": modules.MAX_FILES,
        "bytes of a `.score` file that is brought in": modules.MAX_BYTES,
        "bytes of a list's file": modules.MAX_LIST_BYTES,
        "members of a list from a file": lists.MAX_ITEMS,
        "points, more or fewer, that one number in a file can be": literals.MOST_POINTS,
    }
    assert {row[0]: int(row[1].replace(",", "")) for row in rows(LANGUAGE, "limits")} == limits


def write_table(page: Path, name: str, made: list[list[str]]) -> None:
    """Write the rows of a table below its head."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"(<!-- table: {name} -->\n+\|.*\n\|.*\n)((?:\|.*\n)*)", text)
    assert found is not None
    lines = "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in made)
    page.write_text(text[: found.start(2)] + lines + text[found.end() :], encoding="utf-8")
