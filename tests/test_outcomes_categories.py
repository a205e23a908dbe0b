"""The points of categories, worked out of a table of outcomes, against those of the engine."""

from __future__ import annotations

import numpy as np
import pytest

import scorelang
from scorelang.outcomes.categories import category_points
from scorelang.outcomes.history import history_of
from scorelang.outcomes.table import Table, TableBuilder

MODEL = """\
lead:
    a flag
    b flag
    n number
category Fit, -5 to 20:
    if a then +12.5
    if b then -8
    if n > 0 then +0.25 * n, at most 10
    choose:
        if n > 50 then +15
        otherwise -1
category Free:
    if b then +3
category Most, at most 4:
    matrix by n and a:
        |           | yes | otherwise |
        | < 10      |  +2 |        +5 |
        | otherwise |  -9 |         0 |
category Below, at most Fit:
    if a then +30
category Quiet, losing 50% every 10 days of silence:
    if a then +30
    visit then +5
if b then +100
"""
WEIGHTED = """\
lead:
    a flag
    b flag
category Fit, 0 to 20, weight 40%:
    if a then +15
category Other, 0 to 10, weight 60%:
    if b then +7
"""


def taken(text: str) -> tuple[Table, dict[str, list[int]]]:
    """A table of leads, and what the engine says of the points of each category."""
    model = scorelang.loads(text)
    builder = TableBuilder(model.checked)
    said: dict[str, list[int]] = {}
    for at in range(120):
        lead = {"a": at % 2 == 0, "b": at % 3 == 0, "n": at * 7 % 90 if at % 5 else None}
        result = model.score(lead, [{"type": "visit", "at": "2025-12-01"}], "2026-01-01")
        builder.add(result, lead, history_of([("won", None, None, None)]), 0)
        for name, points in result.categories.items():
            said.setdefault(name, []).append(round(points * 100))
    return builder.finished(), said


@pytest.mark.parametrize(("text", "names"), [(MODEL, ("Fit", "Free", "Most")), (WEIGHTED, ("Fit", "Other"))])
def test_the_points_of_a_category_are_those_of_the_engine(text: str, names: tuple[str, ...]) -> None:
    table, said = taken(text)
    for name in names:
        found = category_points(table, name)
        assert found is not None
        assert found.tolist() == said[name], name
    part = np.arange(len(table)) % 4 == 1
    some = category_points(table.where(part), names[0])
    assert some is not None
    assert some.tolist() == np.array(said[names[0]])[part].tolist()


@pytest.mark.parametrize("name", ["Below", "Quiet"])
def test_points_that_do_not_follow_from_those_of_rules_alone_are_not_worked_out(name: str) -> None:
    assert category_points(taken(MODEL)[0], name) is None
