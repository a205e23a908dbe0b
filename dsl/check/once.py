"""Statements that a model has at most once: the score's bounds, and what it starts over after."""

from __future__ import annotations

from scorelang import nodes as n
from scorelang.check.events import check_query
from scorelang.check.expressions import condition
from scorelang.check.literals import hundredths
from scorelang.check.state import Around, State
from scorelang.model import Query


def check_start_over(state: State, around: Around, file: n.File) -> Query | None:
    """The events after which a lead starts over."""
    nodes = [node for node in file.statements if isinstance(node, n.StartOver)]
    for extra in nodes[1:]:
        message = "a model starts over after one thing only"
        state.error(around, extra.span, "declared-twice", message, "there is one above")
    return check_query(state, around, nodes[0].events, condition) if nodes else None


def check_score_bounds(state: State, around: Around, file: n.File) -> tuple[int | None, int | None]:
    """The least and the most that the score can be, in hundredths."""
    nodes = [node for node in file.statements if isinstance(node, n.ScoreBounds)]
    for extra in nodes[1:]:
        state.error(around, extra.span, "declared-twice", "the score's bounds are given twice", "one line gives both")
    limits: dict[str, int | None] = {}
    for bound in nodes[0].bounds if nodes else ():
        if isinstance(bound.limit, n.Number):
            limits[bound.how] = hundredths(state, around, bound.limit)
        else:
            message = "only a category's bound may be another category"
            state.error(around, bound.limit.span, "bad-bound", message, "the score's bounds are numbers")
    least, most = limits.get("at least"), limits.get("at most")
    if least is not None and most is not None and least > most:
        message = "the least score is more than the most"
        state.error(around, nodes[0].span, "ends-before-start", message, "the smaller number stands first")
    return least, most
