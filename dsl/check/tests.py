"""`test` blocks: the leads that they make, and what they expect of the result."""

from __future__ import annotations

from attrs import evolve

from scorelang import nodes as n
from scorelang.check.cells import check_cell
from scorelang.check.expressions import condition
from scorelang.check.given import check_given, field_of, literal
from scorelang.check.literals import date_value
from scorelang.check.state import Around, State, place
from scorelang.model import Expectation, TestCase, TestRow
from scorelang.resolve import RESULTS, Scope
from scorelang.source import Span
from scorelang.suggest import closest, listed
from scorelang.values import Type, Value, parse_instant, zone_of

# A test never depends on the clock: without `as of` it is this instant.
DEFAULT_AS_OF = "2026-01-01T00:00Z"


def check_tests(state: State, scope: Scope, file: n.File, reasons: dict[str, str]) -> tuple[TestCase, ...]:
    """Every test of a file. `reasons` are the identities of rules and gates by identity and by reason."""
    around = Around(scope, "test")
    nodes = [node for node in file.statements if isinstance(node, n.Test)]
    return tuple(_test(state, around, node, reasons) for node in nodes)


def _test(state: State, around: Around, node: n.Test, reasons: dict[str, str]) -> TestCase:
    as_of = _as_of(state, around, node)
    fields, events = check_given(state, around, node, as_of)
    items = [item for line in node.lines if isinstance(line, n.ExpectLine) for item in line.items]
    expectations = tuple(found for item in items if (found := _expectation(state, around, item, reasons)) is not None)
    _check_dated(state, around, node)
    rows = _table(state, around, node, reasons)
    if not items and not any(row.expectations for row in rows):
        state.error(
            around,
            node.name.span,
            "expects-nothing",
            "this test expects nothing",
            "it could never fail",
            help=("add a line like `expect score 65`",),
        )
    return TestCase(node.name.value, place(around, node.span), as_of, fields, events, expectations, rows)


def _as_of(state: State, around: Around, node: n.Test) -> int:
    lines = [line for line in node.lines if isinstance(line, n.AsOf)]
    for extra in lines[1:]:
        state.error(around, extra.span, "declared-twice", "this test has two days", "one `as of` a test")
    value = date_value(state, around, lines[0].date) if lines else None
    return parse_instant(DEFAULT_AS_OF, zone_of("UTC")) if value is None else value


def _check_dated(state: State, around: Around, node: n.Test) -> None:
    if any(isinstance(line, n.AsOf) for line in node.lines):
        return
    for line in node.lines:
        for item in line.items if isinstance(line, n.GivenLine) else ():
            if item.on is not None:
                state.error(
                    around,
                    item.on.span,
                    "test-without-as-of",
                    "this test says when something was, but not what day it is",
                    "",
                    help=(f"add a line `as of {item.on.text}`, or say how long ago it was",),
                )


# --- expectations ---------------------------------------------------------------------------------------------------


def _expectation(state: State, around: Around, item: n.Expect, reasons: dict[str, str]) -> Expectation | None:
    at = place(around, item.span)
    if item.form == "condition" or item.form == "value":
        test = condition(state, around, _as_condition(state, item))
        return None if test is None else Expectation(at, "condition", test, None)
    assert isinstance(item.what, n.Text)
    identity = reasons.get(item.what.value)
    if identity is None:
        near = closest(item.what.value, reasons)
        state.error(
            around,
            item.what.span,
            "unknown-reason",
            f"no rule or gate has the reason `{item.what.value}`",
            f"did this mean `{near}`?" if near else "",
            help=(f"reasons: {listed(_said(reasons))}" if reasons else None,),
        )
        return None
    return Expectation(at, item.form, None, identity)


def _said(reasons: dict[str, str]) -> list[str]:
    """What can be asked for: reasons as they stand in the file, and the identities of what has none."""
    with_reason = {identity for said, identity in reasons.items() if said != identity}
    return [said for said, identity in reasons.items() if said != identity or identity not in with_reason]


def _as_condition(state: State, item: n.Expect) -> n.Node:
    """`score 65` is `score is 65`; some of these read as something else at first: `score -5` as a difference."""
    what, span = item.what, item.span
    if item.form == "value":
        assert item.value is not None
        subject = _unquoted(what)
        if isinstance(item.value, n.Known):
            return n.Known(subject, True, span=span)
        return n.Compare("is", subject, item.value, span=span)
    match what:
        case n.Occurs(
            events=n.Events(kind=kind, pattern=n.Text() as text, members=None, where=None, window=None), times=None
        ):
            if kind.name in RESULTS or kind.name in state.categories:
                return n.Compare("is", kind, text, span=span)
        case n.Sum(terms=(("+", subject), ("-", n.Number() as number))):
            return n.Compare("is", _unquoted(subject), n.Number("-" + number.text, True, span=number.span), span=span)
    return what


def _unquoted(subject: n.Node) -> n.Node:
    """What is expected to have a value; the name of a category may stand in quotes."""
    return n.Name(subject.value, span=subject.span) if isinstance(subject, n.Text) else subject


# --- tables ---------------------------------------------------------------------------------------------------------


def _table(state: State, around: Around, node: n.Test, reasons: dict[str, str]) -> tuple[TestRow, ...]:
    rows = [line for line in node.lines if isinstance(line, n.Row)]
    if not rows:
        return ()
    head, *body = rows
    if not body:
        state.error(around, head.span, "empty-block", "this table has no rows", "its first row only names the columns")
    subjects = [_subject(state, around, cell, head) for cell in head.cells]
    checked: list[TestRow] = []
    for row in body:
        if len(row.cells) != len(subjects):
            state.error(
                around,
                row.span,
                "uneven-row",
                f"this row has {len(row.cells)} cells, the first one {len(subjects)}",
                "every row has a cell for every column",
            )
            continue
        fields: dict[str, Value] = {}
        expectations: list[Expectation] = []
        for subject, cell in zip(subjects, row.cells, strict=True):
            if subject is not None:
                _cell(state, around, subject, cell, fields, expectations)
        checked.append(TestRow(place(around, row.span), fields, tuple(expectations)))
    return tuple(checked)


def _subject(state: State, around: Around, cell: n.Cell, head: n.Row) -> n.Node | None:
    node = cell.values[0] if cell.form == "value" else None
    if isinstance(node, n.Text):
        return n.Name(node.value, span=node.span)
    if cell.form in ("missing", "known", "otherwise"):
        # A field may be called so: in the first row these words are names like any other.
        return n.Name(around.source.slice(cell.span), span=cell.span)
    if not isinstance(node, n.Name | n.Dotted):
        span = cell.span if cell.span.end else Span(head.span.start, head.span.end)
        state.error(around, span, "not-a-column", "a column is a field or a result", "such as `employees` or `score`")
        return None
    return node


def _is_result(state: State, subject: n.Node) -> bool:
    return isinstance(subject, n.Dotted) or (
        isinstance(subject, n.Name) and (subject.name in RESULTS or subject.name in state.categories)
    )


def _cell(
    state: State,
    around: Around,
    subject: n.Node,
    cell: n.Cell,
    fields: dict[str, Value],
    expectations: list[Expectation],
) -> None:
    if cell.form in ("empty", "otherwise"):
        return
    if _is_result(state, subject):
        test = check_cell(state, around, subject, cell)
        if test:
            expectations.append(Expectation(place(around, cell.span), "condition", test, None))
        return
    assert isinstance(subject, n.Name)
    item = n.Given(subject, cell.values[0] if cell.form == "value" else None, span=cell.span)
    slot = field_of(state, around, item if cell.form == "value" else evolve(item, value=n.Known(subject, True)))
    if slot is None:
        return
    if cell.form not in ("value", "missing"):
        state.error(
            around,
            cell.span,
            "not-a-value",
            f"`{subject.name}` is given one value a row",
            "a test stands below results only",
        )
        return
    value = (
        None if cell.form == "missing" else literal(state, around, cell.values[0], slot.type or Type.TEXT, subject.name)
    )
    if subject.name in state.fields:
        fields[subject.name] = value
