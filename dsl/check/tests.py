"""`test` blocks: the leads that they make, and what they expect of the result."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from scorelang import nodes as n
from scorelang.check.cells import check_cell
from scorelang.check.events import INFERRED_FIRST, is_event_name, is_undeclared, kind_of
from scorelang.check.expressions import condition
from scorelang.check.literals import date_value, duration_value
from scorelang.check.names import may_be_inferred
from scorelang.check.state import Around, Kind, Slot, State, place
from scorelang.model import Expectation, GivenEvent, TestCase, TestRow
from scorelang.resolve import RESULTS, Scope
from scorelang.source import Span
from scorelang.suggest import closest, listed
from scorelang.values import EXPECTED, Type, Unfit, Value, coerce, parse_instant, zone_of

# A test never depends on the clock: without `as of` it is this instant.
DEFAULT_AS_OF = "2026-01-01T00:00Z"


def check_tests(state: State, scope: Scope, file: n.File, reasons: dict[str, str]) -> tuple[TestCase, ...]:
    """Every test of a file. `reasons` are the identities of rules and gates by identity and by reason."""
    around = Around(scope, "test")
    nodes = [node for node in file.statements if isinstance(node, n.Test)]
    return tuple(_test(state, around, node, reasons) for node in nodes)


def _test(state: State, around: Around, node: n.Test, reasons: dict[str, str]) -> TestCase:
    as_of = _as_of(state, around, node)
    fields: dict[str, Value] = {}
    events: list[GivenEvent] = []
    expectations: list[Expectation] = []
    for line in node.lines:
        if isinstance(line, n.GivenLine):
            for item in _joined(state, around, line.items):
                _given(state, around, item, as_of, fields, events)
        elif isinstance(line, n.ExpectLine):
            expectations.extend(found for item in line.items if (found := _expectation(state, around, item, reasons)))
    _check_dated(state, around, node)
    rows = _table(state, around, node, reasons)
    expects = any(isinstance(line, n.ExpectLine) for line in node.lines)
    if not expects and not any(row.expectations for row in rows):
        state.error(
            around,
            node.name.span,
            "expects-nothing",
            "this test expects nothing",
            "it could never fail",
            help=("add a line like `expect score 65`",),
        )
    return TestCase(node.name.value, place(around, node.span), as_of, fields, tuple(events), tuple(expectations), rows)


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


# --- givens ---------------------------------------------------------------------------------------------------------


def _joined(state: State, around: Around, items: tuple[n.Given, ...]) -> list[n.Given]:
    """`webinar with attended yes, minutes 30 2 days ago`: what follows an event and is its attribute is part of it."""
    joined: list[n.Given] = []
    for item in items:
        last = joined[-1] if joined else None
        kind = (
            state.kinds.get(last.name.name)
            if last is not None and last.attributes and not last.age and not last.on
            else None
        )
        if (
            last is not None
            and kind is not None
            and item.name.name in kind.attributes
            and item.value is not None
            and not item.attributes
        ):
            pairs = (*last.attributes, (item.name, item.value))
            joined[-1] = evolve(last, attributes=pairs, age=item.age, on=item.on, times=item.times)
        else:
            joined.append(item)
    return joined


def _given(
    state: State, around: Around, item: n.Given, as_of: int, fields: dict[str, Value], events: list[GivenEvent]
) -> None:
    if is_event_name(state, around, item.name):
        event = _event(state, around, item)
        if event is not None:
            events.append(event)
        return
    name = item.name.name
    slot = _field(state, around, item)
    if slot is None:
        return
    if name in fields:
        state.error(around, item.name.span, "declared-twice", f"`{name}` is given twice", "one value a field")
    if item.attributes or item.times != 1:
        state.error(
            around, item.span, "not-an-event", f"`{name}` is a field: it has one value", "only events have these"
        )
        return
    value = _field_value(state, around, item, slot, as_of)
    if name in state.fields:
        fields[name] = value


def _field(state: State, around: Around, item: n.Given) -> Slot | None:
    name = item.name.name
    slot = state.fields.get(name)
    if slot is None and not state.declared_fields and name not in around.scope.symbols:
        if not may_be_inferred(state, around, item.name, "field"):
            return None
        # The model looks at no such field: it is read here, and makes no difference.
        return Slot(Type.DATE if item.age is not None or item.on is not None else Type.ANYTHING, False)
    if slot is None:
        near = closest(name, [*state.fields, *state.common.symbols, *around.scope.symbols])
        state.error(
            around,
            item.name.span,
            "unknown-name",
            f"no field or event is called `{name}`",
            f"did this mean `{near}`?" if near else "",
            help=(f"fields: {listed(state.fields)}",),
        )
        return None
    return slot


def _field_value(state: State, around: Around, item: n.Given, slot: Slot, as_of: int) -> Value:
    if item.age is not None or item.on is not None:
        if slot.type is Type.ANYTHING:
            return True
        if slot.type is not Type.DATE:
            type_ = (slot.type or Type.TEXT).value
            state.error(
                around, item.span, "type-mismatch", f"`{item.name.name}` is a {type_}, not a date or an event", ""
            )
            return None
        return _when(state, around, item, as_of)
    if item.value is None:
        if slot.type in (Type.FLAG, Type.ANYTHING):
            return True
        state.error(
            around,
            item.span,
            "no-value",
            f"`{item.name.name}` is given no value",
            "",
            help=(f"write `given {item.name.name} …`, or `given {item.name.name} missing`",),
        )
        return None
    return literal(state, around, item.value, slot.type or Type.TEXT, item.name.name)


def _when(state: State, around: Around, item: n.Given, as_of: int) -> int | None:
    if item.on is not None:
        return date_value(state, around, item.on)
    return as_of - duration_value(item.age) if item.age is not None else as_of


def literal(state: State, around: Around, node: n.Node, type_: Type, name: str) -> Value:
    """A literal as a value of that type, read as data would be."""
    match node:
        case n.Known():
            return None
        case n.Date():
            raw: Any = node.text
            if type_ is Type.DATE:
                return date_value(state, around, node)
        case n.Text(value=value) | n.Flag(value=value):
            raw = value
        case n.Number():
            raw = int(node.value) if node.value.is_integer() else node.value
        case n.ListOf(items=items):
            raw = [getattr(item, "value", None) for item in items]
        case _:
            raw = node
    try:
        if isinstance(raw, bool) and type_ not in (Type.FLAG, Type.ANYTHING):
            raise Unfit
        return coerce(type_, raw, zone_of(state.zone_name))
    except Unfit:
        hint = f'a text stands in quotes: `"{around.source.slice(node.span)}"`' if isinstance(node, n.Name) else None
        state.error(
            around,
            node.span,
            "type-mismatch",
            f"`{name}` is a {type_.value}",
            f"expected {EXPECTED.get(type_, type_.value)}",
            help=(hint,),
        )
        return None


def _event(state: State, around: Around, item: n.Given) -> GivenEvent | None:
    kind = kind_of(state, around, item.name)
    if kind is None:
        return None
    attributes: dict[str, Value] = {}
    if item.value is not None:
        first = _first(state, around, kind, item)
        if first in kind.attributes:
            attributes[first] = literal(state, around, item.value, kind.attributes[first].type or Type.TEXT, first)
    for name, value in item.attributes:
        slot = _attribute(state, around, kind, name)
        if slot is not None:
            attributes[name.name] = literal(state, around, value, slot.type or Type.TEXT, name.name)
    if item.times < 1:
        state.error(around, item.span, "not-a-count", "a number of times is a whole number, at least 1", "")
    at = date_value(state, around, item.on) if item.on is not None else None
    age = None if item.on is not None else duration_value(item.age) if item.age is not None else 0
    # One of a kind that the model does not name makes no difference.
    return GivenEvent(kind.name, attributes, age, at, max(1, item.times)) if kind.name in state.named_kinds else None


def _first(state: State, around: Around, kind: Kind, item: n.Given) -> str | None:
    assert item.value is not None
    first = INFERRED_FIRST if is_undeclared(kind) else next(iter(kind.attributes), None)
    if first is None:
        state.error(around, item.value.span, "no-attribute", f"`{kind.name}` has no attribute that this could be", "")
    return first


def _attribute(state: State, around: Around, kind: Kind, name: n.Name) -> Slot | None:
    slot = kind.attributes.get(name.name)
    if slot is None and not kind.open:
        near = closest(name.name, kind.attributes)
        state.error(
            around,
            name.span,
            "unknown-name",
            f"`{kind.name}` has no attribute `{name.name}`",
            f"did this mean `{near}`?" if near else "",
            help=(f"attributes of {kind.name}: {listed(kind.attributes)}" if kind.attributes else None,),
        )
    return slot


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
    slot = _field(state, around, item if cell.form == "value" else evolve(item, value=n.Known(subject, True)))
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
