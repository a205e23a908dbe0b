"""What differs between two matrices: rows and columns by what they ask, and the cells that both have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from scorelang import model as m
from scorelang import wording
from scorelang.diff.meaning import Meaning
from scorelang.diff.pairing import in_another_order
from scorelang.diff.parts import Aspect


def grid_aspects(old: m.Grid, new: m.Grid, whole: Meaning, named: Meaning) -> Iterator[Aspect]:
    """What differs; nothing where only a define or list in a row or column has become another."""
    if whole.of((old.rows, old.columns, old.points)) == whole.of((new.rows, new.columns, new.points)):
        return
    rows = _keys(old.rows, named), _keys(new.rows, named)
    columns = _keys(old.columns, named), _keys(new.columns, named)
    yield from _lines("row", old, new, *rows)
    yield from _lines("column", old, new, *columns)
    before, after = _cells(old, rows[0], columns[0]), _cells(new, rows[1], columns[1])
    for key, (label, points) in after.items():
        if key in before and before[key][1] != points:
            yield Aspect(label, wording.signed(before[key][1]), wording.signed(points))


def _keys(tests: Sequence[m.Expression | None], named: Meaning) -> list[int]:
    return [named.of(test) for test in tests]


def _lines(
    word: Literal["row", "column"], old: m.Grid, new: m.Grid, before: Sequence[int], after: Sequence[int]
) -> Iterator[Aspect]:
    """Rows or columns that were added, removed, or stand in another order: the first that matches counts."""
    axis = 0 if word == "row" else 1
    for key, label, points in zip(after, new.labels[axis], _points(new, axis), strict=True):
        if key not in before:
            yield Aspect(f"{word} {label}", "", points)
    for key, label, points in zip(before, old.labels[axis], _points(old, axis), strict=True):
        if key not in after:
            yield Aspect(f"{word} {label}", points, "")
    if in_another_order(before, after):
        yield Aspect(f"order of {word}s", ", ".join(old.labels[axis]), ", ".join(new.labels[axis]))


def _points(grid: m.Grid, axis: int) -> list[str]:
    """The points of each row, or of each column, on one line."""
    lines = grid.points if axis == 0 else tuple(zip(*grid.points, strict=True))
    return [", ".join(map(wording.signed, line)) for line in lines]


def _cells(grid: m.Grid, rows: Sequence[int], columns: Sequence[int]) -> dict[tuple[int, int], tuple[str, int]]:
    """What each cell is called and gives; of rows that ask the same only the first ever counts."""
    found: dict[tuple[int, int], tuple[str, int]] = {}
    for row, row_label, points in zip(rows, grid.labels[0], grid.points, strict=True):
        for column, column_label, cell in zip(columns, grid.labels[1], points, strict=True):
            found.setdefault((row, column), (f"{row_label} and {column_label}", cell))
    return found
