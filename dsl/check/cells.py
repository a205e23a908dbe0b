"""The cells of a matrix or table: a test of its row's or column's subject."""

from __future__ import annotations

from typing import Literal

from scorelang import nodes as n
from scorelang.check.expressions import condition, expression
from scorelang.check.literals import hundredths
from scorelang.check.state import Around, State
from scorelang.model import Expression
from scorelang.values import Type


def check_cell(state: State, around: Around, subject: n.Node, cell: n.Cell) -> Expression | Literal[False] | None:
    """The test that a cell makes of the subject; None for `otherwise`; False when it is wrong, which was reported."""
    node = _as_condition(state, around, subject, cell)
    if node is None:
        return None if cell.form == "otherwise" else False
    return condition(state, around, node) or False


def _as_condition(state: State, around: Around, subject: n.Node, cell: n.Cell) -> n.Node | None:
    """The cell written out: `< 200` below `employees` is `employees < 200`."""
    span = cell.span
    match cell.form, cell.values:
        case "otherwise", _:
            return None
        case "empty", _:
            state.error(
                around,
                cell.span if cell.span.end else subject.span,
                "empty-cell",
                "a cell of this matrix is empty",
                "",
                help=("every row and column has a test; `otherwise` matches everything",),
            )
            return None
        case "missing", _:
            return n.Known(subject, True, span=span)
        case "known", _:
            return n.Known(subject, False, span=span)
        case "range", (low, high):
            return n.Between(subject, low, high, span=span)
        case "value", (n.Flag(value=flag),) if _is_flag(state, around, subject):
            return subject if flag else n.Not(subject, span=span)
        case "value", (value,):
            return n.Compare("is", subject, value, span=span)
        case form, (value,):
            return n.Compare(form, subject, value, span=span)
    raise AssertionError(cell.form)


def _is_flag(state: State, around: Around, subject: n.Node) -> bool:
    checked = expression(state, around, subject, Type.FLAG)
    return checked is not None and checked.type is Type.FLAG


def points_of_cell(state: State, around: Around, cell: n.Cell, row: n.Row) -> int | None:
    """The points in a cell, in hundredths."""
    if cell.form == "value" and isinstance(cell.values[0], n.Number):
        points = cell.values[0]
        if points.signed or points.value == 0:
            return hundredths(state, around, points)
        state.error(
            around,
            cell.span,
            "unsigned-points",
            "points carry a sign",
            "more points or fewer?",
            help=(f"write `+{points.text}` to add, `-{points.text}` to take away",),
        )
        return None
    span = cell.span if cell.span.end else row.span
    state.error(around, span, "not-points", "a cell of this row holds no points", "points like `+5`, or `0`")
    return None
