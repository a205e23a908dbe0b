"""Rules, choices and matrices."""

from __future__ import annotations

from scorelang import nodes as n
from scorelang.check.cells import check_cell, points_of_cell
from scorelang.check.events import check_query
from scorelang.check.expressions import condition, number
from scorelang.check.identities import identity_of
from scorelang.check.literals import hundredths
from scorelang.check.modifiers import check_modifiers
from scorelang.check.state import Around, State, place
from scorelang.check.walk import children, dating_queries
from scorelang.model import (
    Choice,
    Defined,
    Expression,
    Grid,
    Happened,
    OnlyHappened,
    Query,
    Rule,
    Scoring,
)
from scorelang.source import Span


def check_scoring(
    state: State, around: Around, group: str | None, nodes: tuple[n.RuleNode, ...]
) -> tuple[Scoring, ...]:
    """The rules of a block, those with errors left out."""
    checked = [_scoring(state, around, group, node) for node in nodes]
    return tuple(scoring for scoring in checked if scoring is not None)


def _scoring(state: State, around: Around, group: str | None, node: n.RuleNode) -> Scoring | None:
    match node:
        case n.Choose():
            return _choice(state, around, group, node)
        case n.Matrix():
            return _grid(state, around, group, node)
    if node.form == "otherwise":
        state.error(
            around,
            Span(node.span.start, node.span.start + 9),
            "stray-otherwise",
            "`otherwise` stands here without a `choose:`",
            "it is the last line of a `choose:` block",
            help=("for points that every lead gets, raise the bounds or the stages instead",),
        )
        return None
    return _rule(state, around, group, node)


# --- one rule -------------------------------------------------------------------------------------------------------


def _rule(state: State, around: Around, group: str | None, node: n.Rule, before: str = "") -> Rule | None:
    test: Expression | None = None
    query: Query | None = None
    if node.form == "each":
        assert isinstance(node.condition, n.Events)
        query = check_query(state, around, node.condition, condition)
        if query is None:
            return None
    elif node.condition is not None:
        test = condition(state, around, node.condition)
        if test is not None and node.form == "events":
            _check_events_only(state, around, node, test)
    points = _points(state, around.inside(query.kind) if query else around, node.points)
    modifiers = check_modifiers(state, around, node)
    if state.inferring:
        return None  # the types that it tells are taken down, and nobody looks at more of it
    if points is None or modifiers is None or (node.condition is not None and test is None and query is None):
        return None
    dated_by = dating_queries(test) if test is not None else ()
    if modifiers.decays and query is None and not dated_by:
        state.error(
            around,
            node.span,
            "decay-without-event",
            "points lose with the age of an event, and this rule asks for none",
            "",
            help=("points for a field do not age; leave the decay out, or let the category lose for silence",),
        )
        return None
    reason = node.reason.value if node.reason else None
    form: str = "each" if query else "if" if test else "otherwise"
    text = around.source.slice(node.condition.span) if node.condition else f"otherwise {before}"
    identity = state.new_id(identity_of(f"each {text}" if query else text, node.reason))
    return Rule(identity, place(around, node.span), group, form, test, query, points, modifiers, dated_by, reason)  # type: ignore[arg-type]


def _check_events_only(state: State, around: Around, node: n.Rule, test: Expression) -> None:
    """Without `if` a rule is about events: a line that begins with a field's name would not read."""
    if _only_events(test):
        return
    assert node.condition is not None
    text = around.source.slice(node.condition.span)
    state.error(
        around,
        node.condition.span,
        "missing-if",
        "a rule about the lead's fields begins with `if`"
        if not isinstance(test, Defined)
        else "a rule about a `define` begins with `if`",
        "",
        help=(f"write `if {text} then …`",),
    )


def _only_events(test: Expression) -> bool:
    if isinstance(test, Happened | OnlyHappened):
        return True
    below = children(test)
    return bool(below) and not isinstance(test, Defined) and all(_only_events(child) for child in below)


def _points(state: State, around: Around, node: n.Node) -> int | Expression | None:
    """Points in hundredths, or an expression that is worked out for each lead or event."""
    signed = around.source.text[node.span.start : node.span.start + 1] in ("+", "-")
    is_zero = isinstance(node, n.Number) and node.value == 0
    if not signed and not is_zero:
        text = around.source.slice(node.span)
        state.error(
            around,
            node.span,
            "unsigned-points",
            "points carry a sign",
            "more points or fewer?",
            help=(f"write `+{text}` to add, `-{text}` to take away",),
        )
        return None
    if isinstance(node, n.Number):
        return hundredths(state, around, node)
    return number(state, around, node)


# --- choices and matrices -------------------------------------------------------------------------------------------


def _choice(state: State, around: Around, group: str | None, node: n.Choose) -> Choice | None:
    if not node.branches:
        state.error(around, node.span, "empty-block", "this `choose:` has no lines", "indent its rules below it")
        return None
    branches: list[Rule] = []
    first = ""
    for at, branch in enumerate(node.branches):
        if not isinstance(branch, n.Rule) or branch.form == "each":
            state.error(
                around,
                branch.span,
                "not-a-branch",
                "a `choose:` holds rules with a condition, and `otherwise`",
                "one branch gives points",
                help=("put this outside the `choose:`",),
            )
            continue
        if branch.form == "otherwise" and at != len(node.branches) - 1:
            state.error(
                around,
                Span(branch.span.start, branch.span.start + 9),
                "stray-otherwise",
                "`otherwise` is the last line of a `choose:`",
                "nothing below it could ever be chosen",
            )
            continue
        rule = _rule(state, around, group, branch, first)
        if rule is not None:
            branches.append(rule)
            first = first or rule.text
    return Choice(place(around, node.span), node.best, tuple(branches))


def _grid(state: State, around: Around, group: str | None, node: n.Matrix) -> Grid | None:
    if len(node.rows) < 2 or len(node.rows[0].cells) < 2:
        state.error(
            around,
            node.span,
            "empty-block",
            "this matrix has no points",
            "its first row holds tests, every further one a test and points",
            help=('write rows like `| "Education" | +5 | +10 |` below it',),
        )
        return None
    head, *body = node.rows
    if head.cells[0].form != "empty":
        state.error(
            around, head.cells[0].span, "matrix-corner", "the first cell of a matrix is empty", "leave it blank"
        )
    columns = [check_cell(state, around, node.by_column, cell) for cell in head.cells[1:]]
    rows, points = [], []
    for row in body:
        if len(row.cells) != len(head.cells):
            state.error(
                around,
                row.span,
                "uneven-row",
                f"this row has {len(row.cells)} cells, the first one {len(head.cells)}",
                "every row has a cell for every column",
            )
            continue
        rows.append(check_cell(state, around, node.by_row, row.cells[0]))
        points.append(tuple(points_of_cell(state, around, cell, row) for cell in row.cells[1:]))
    flat = [cell for line in points for cell in line]
    if any(test is False for test in (*columns, *rows)) or None in flat or len(points) != len(body):
        return None
    at = place(around, node.span)
    by = f"matrix {around.source.slice(node.by_row.span)} {around.source.slice(node.by_column.span)}"
    identity = state.new_id(identity_of(by, node.reason))
    labels = (_labels(around, [row.cells[0] for row in body]), _labels(around, list(head.cells[1:])))
    reason = node.reason.value if node.reason else None
    return Grid(identity, at, group, tuple(rows), tuple(columns), tuple(points), reason, labels)  # type: ignore[arg-type]


def _labels(around: Around, cells: list[n.Cell]) -> tuple[str, ...]:
    return tuple(around.source.slice(cell.span) for cell in cells)
