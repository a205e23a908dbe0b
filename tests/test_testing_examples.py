"""How many changes of the example models their own tests notice, held against the table of `docs/testing.md`.

`make mutants` measures all of them; the largest takes too long for here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scorelang import load
from scorelang.testing.mutate import mutate
from scorelang.testing.suite import Suite, items_of

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| \[(\w+)\]\(../examples/\1\) \| (\d+) \| (\d+) of (\d+) \| (\d+) \|$", re.MULTILINE)
TABLE = {row[0]: tuple(map(int, row[1:])) for row in ROW.findall((ROOT / "docs/testing.md").read_text("utf-8"))}
LARGE = {"acme"}


def suites(example: str) -> list[Suite]:
    """The tests of an example, file by file."""
    models = [(str(path), load(path).checked) for path in sorted((ROOT / "examples" / example).glob("*.score"))]
    found = [Suite(path, model, items_of(model, path)) for path, model in models]
    return [suite for suite in found if suite.items]


def test_the_table_has_every_example() -> None:
    assert set(TABLE) == {path.parent.name for path in (ROOT / "examples").glob("*/*.score")}


@pytest.mark.parametrize("example", sorted(TABLE))
def test_an_example_has_as_many_tests_as_the_table_says_and_they_notice_nine_tenths(example: str) -> None:
    tests, noticed, of, _ = TABLE[example]
    assert sum(len(suite.items) for suite in suites(example)) == tests
    assert noticed >= 0.9 * of


@pytest.mark.parametrize("example", sorted(TABLE.keys() - LARGE))
def test_the_tests_of_an_example_notice_what_the_table_says(example: str) -> None:
    found = mutate(suites(example), lambda count, of: None)
    _, *counts = TABLE[example]
    assert [found.noticed, found.noticed + found.unnoticed, len(found.same)] == counts
