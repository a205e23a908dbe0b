"""Comparisons: operands of fitting types, literals folded, labels of stages and grades known."""

from __future__ import annotations

import re

from attrs import evolve

from scorelang import nodes as n
from scorelang.check.events import is_event_name
from scorelang.check.expressions import (
    RESULT_TYPES,
    Checked,
    checks,
    expression,
    is_open,
    mismatch,
    operand,
    told_of,
)
from scorelang.check.lists import check_items
from scorelang.check.literals import hyphened_date, quoted_number
from scorelang.check.names import bare_name
from scorelang.check.occurrences import happened
from scorelang.check.slips import is_compared_by_mistake
from scorelang.check.state import Around, State, place
from scorelang.model import (
    AllOf,
    Apply,
    Constant,
    Expression,
    Items,
    Negated,
    ResultValue,
)
from scorelang.operators import Operator, operators
from scorelang.suggest import closest, listed
from scorelang.values import Type


@checks(n.Compare)
def _compare(state: State, around: Around, node: n.Compare, want: Type | None) -> Checked:
    if node.operator in ("is not", "not in"):
        plain = _compare(state, around, evolve(node, operator=node.operator.replace("not", "").strip()), want)
        return None if plain is None else Negated(Type.FLAG, plain.place, plain)
    if isinstance(node.right, n.Occurs) and node.right.events.kind.name:
        return _beside_event(state, around, node, node.right)
    if isinstance(node.right, n.Occurs):
        state.error(
            around,
            node.span,
            "not-events",
            "a window of time belongs to events or a date",
            "this is neither",
            help=("name the events first: `visit in key_pages within 30 days`, or put `no` before them",),
        )
        return None
    if node.operator == "in" and isinstance(node.left, n.Name) and is_event_name(state, around, node.left):
        return happened(state, around, n.Events(node.left, members=node.right, span=node.span), None, node)
    if node.operator in ("is at least", "is at most"):
        return _compare_rank(state, around, node)
    row = operators()[node.operator]
    left = _left(state, around, row, node)
    if left is None or (left.type not in RESULT_TYPES and is_compared_by_mistake(state, around, node)):
        # The other side may hold mistakes of its own, or names whose types it tells.
        return None
    if row.name in ("is", "in") and left.type in RESULT_TYPES:
        return _compare_label(state, around, node, left)
    if _is_turned(state, around, node):
        return None
    right = _right(state, around, row, left, node.right)
    return None if right is None else Apply(row.result, place(around, node.span), row.name, (left, right))


def _is_turned(state: State, around: Around, node: n.Compare) -> bool:
    """Report `"crm" in interests`, whose right side is a field: what a field has is asked the other way round."""
    name, text = node.right, node.left
    if node.operator != "in" or not isinstance(name, n.Name) or not isinstance(text, n.Text):
        return False
    slot = state.fields.get(name.name)
    told = slot.type if slot is not None else None
    if name.name in around.scope.symbols or (slot is None and state.declared_fields):
        return False
    if told is not None and not told.is_text and told is not Type.TEXT_LIST:
        return False
    contains = f"write `{name.name} contains {around.source.slice(text.span)}`"
    if slot is not None:
        message = f"`{name.name}` is a field, not a list"
        state.error(around, name.span, "not-a-list", message, "", help=(contains,))
    else:
        hints = (f"if it is a field of the lead, {contains}", f'declare it: `list {name.name} = ["…", "…"]`')
        state.error(around, name.span, "unknown-list", f"no list is called `{name.name}`", "", help=hints)
    return True


def _beside_event(state: State, around: Around, node: n.Compare, right: n.Occurs) -> Checked:
    """`title is (CEO "x")`: no value is equal to an event."""
    pattern = right.events.pattern
    quoted = f'"{right.events.kind.name} {pattern.value}"' if pattern is not None else None
    state.error(
        around,
        right.span,
        "not-a-value",
        f"`{around.source.slice(right.span)}` asks for an event, and that is no value to compare with",
        "",
        help=(f"a text stands in quotes as a whole: `{quoted}`" if quoted else None,),
    )
    return None


def _left(state: State, around: Around, row: Operator, node: n.Compare) -> Checked:
    """The first operand; where its type is open, the second one tells it."""
    want = row.left[0] if row.form == "word" else _told_by(state, around, node.right)
    if want is Type.TEXT and want not in row.left and isinstance(node.right, n.Text):
        # `employees > "100"`: a number or a date that stands in quotes by mistake.
        want = Type.DATE if re.match(r"\d{4}-\d\d-\d\d", node.right.value) else Type.NUMBER
    left = expression(state, around, node.left, want)
    if left is None or left.type in row.left:
        return left
    return operand(state, around, row, node.left)


def _told_by(state: State, around: Around, node: n.Node) -> Type | None:
    """The type that a second operand gives an undeclared first one."""
    match node:
        case n.Text():
            return Type.TEXT
        case n.Number() | n.Sum() | n.Product() | n.Aggregate() | n.DaysSince() | n.DaysSinceLast():
            return Type.NUMBER
        case n.Date():
            return Type.DATE
        case n.Flag():
            return Type.FLAG
        case n.ListOf(items=items):
            return _told_by(state, around, items[0]) if items else None
        case n.Name(name=name):
            symbol = around.scope.symbols.get(name)
            if symbol is not None and isinstance(symbol.node, n.NamedList):
                return _told_by(state, around, symbol.node.items) if symbol.node.items else Type.TEXT
            if symbol is not None and symbol.what == "define":
                name = bare_name(symbol) or ""
            slot = state.fields.get(name)
            return slot.type if slot else Type.NUMBER if name in state.categories or name == "score" else None
    return None


def _right(state: State, around: Around, row: Operator, left: Expression, node: n.Node) -> Checked:
    """The second operand, folded for the first one's type."""
    type_ = row.right or left.type
    if row.many and (row.name == "in" or isinstance(node, n.ListOf) or _is_list(around, node)):
        type_ = left.type if row.name == "in" else _part_type(left.type)
        return check_items(state, around, row, type_, node, told=told_of(state, around, left))
    if isinstance(left, ResultValue) and left.what == "route" and isinstance(node, n.Name):
        message = f"`{node.name}` is a name; where a lead goes is a text"
        hint = f'a text stands in quotes: `"{node.name}"`'
        state.error(around, node.span, "type-mismatch", message, "no text", help=(hint,))
        return None
    right = expression(state, around, node, None if row.right is None and is_open(state, around, left) else type_)
    if right is None:
        return None
    if right.type is not type_ and not (right.type.is_text and type_.is_text):
        _mismatched_sides(state, around, row, left, right, node)
        return None
    if isinstance(right, Constant) and isinstance(right.value, str):
        return Constant(right.type, right.place, row.fold(_part_type(left.type), right.value))
    return right


def _part_type(type_: Type) -> Type:
    return Type.TEXT if type_ is Type.TEXT_LIST else type_


def _is_list(around: Around, node: n.Node) -> bool:
    symbol = around.scope.symbols.get(node.name) if isinstance(node, n.Name) else None
    return symbol is not None and symbol.what == "list"


def _mismatched_sides(
    state: State, around: Around, row: Operator, left: Expression, right: Expression, node: n.Node
) -> None:
    hint = None
    if left.type is Type.NUMBER:
        hint = quoted_number(node)
    elif left.type.is_text and isinstance(node, n.Number):
        hint = f'a text stands in quotes: `"{node.text}"`'
    elif left.type is Type.FLAG and isinstance(node, n.Text):
        hint = f"`{left.place.text}` is a flag: `{left.place.text} is yes`, or just `{left.place.text}`"
    elif left.type is Type.DATE and isinstance(node, n.Text):
        hint = "a date stands without quotes: `2026-11-21`"
    elif left.type is Type.DATE:
        hint = hyphened_date(node)
    told = told_of(state, around, left)
    state.error(
        around,
        right.place.span,
        "type-mismatch",
        f"`{left.place.text}` is a {left.type.value}, and this is a {right.type.value}",
        f"`{row.name}` needs a {left.type.value} here",
        help=(hint,),
        notes=(told,) if told else (),
    )


def _compare_label(state: State, around: Around, node: n.Compare, left: Expression) -> Checked:
    """`stage is MQL`, `Fit.grade in [A, B]`: labels, not values."""
    nodes = node.right.items if isinstance(node.right, n.ListOf) else (node.right,)
    labels = tuple(_label(state, around, left, item) for item in nodes)
    if None in labels:
        return None
    at = place(around, node.right.span)
    right = Items(left.type, at, labels) if node.operator == "in" else Constant(left.type, at, labels[0])
    return Apply(Type.FLAG, place(around, node.span), node.operator, (left, right))


def labels_of(state: State, left: Expression) -> list[str]:
    """What a stage, grade or persona can be."""
    if left.type is Type.STAGE:
        return [*state.stages, "none"]
    if left.type is Type.PERSONA:
        return [*state.personas, "none"]
    return list(state.grades.get(left.name, ())) if isinstance(left, ResultValue) else []


def _label(state: State, around: Around, left: Expression, node: n.Node) -> str | None:
    name = node.name if isinstance(node, n.Name) else node.value if isinstance(node, n.Text) else None
    known = labels_of(state, left)
    if name in known:
        return name
    near = closest(name, known) if name else None
    state.error(
        around,
        node.span,
        f"unknown-{left.type.value}",
        f"there is no {left.type.value} `{around.source.slice(node.span)}`",
        f"did this mean `{near}`?" if near else "",
        help=(f"{left.type.value}s: {listed(known)}",),
    )
    return None


def _compare_rank(state: State, around: Around, node: n.Compare) -> Checked:
    left = expression(state, around, node.left)
    if left is None:
        return None
    if left.type is not Type.STAGE:
        sign = ">=" if node.operator == "is at least" else "<="
        mismatch(
            state,
            around,
            left,
            f"`{node.operator}` compares stages; one",
            help=f"numbers and dates are compared with `{sign}`: `{left.place.text} {sign} …`",
        )
        return None
    label = _label(state, around, left, node.right)
    if label is None:
        return None
    ranks = ["none", *state.stages]
    at = ranks.index(label)
    reached = ranks[at:] if node.operator == "is at least" else ranks[: at + 1]
    items = Items(Type.STAGE, place(around, node.right.span), tuple(reached))
    return Apply(Type.FLAG, place(around, node.span), "in", (left, items))


@checks(n.Between)
def _between(state: State, around: Around, node: n.Between, want: Type | None) -> Checked:
    low = _compare(state, around, n.Compare(">=", node.value, node.low, span=node.span), want)
    high = _compare(state, around, n.Compare("<=", node.value, node.high, span=node.span), want) if low else None
    if low is None or high is None:
        return None
    if isinstance(node.low, n.Number) and isinstance(node.high, n.Number) and node.low.value > node.high.value:
        state.error(
            around,
            node.span,
            "ends-before-start",
            "nothing lies between these two",
            "the smaller one stands first",
            help=(f"write `from {node.high.text} to {node.low.text}`",),
        )
        return None
    return AllOf(Type.FLAG, place(around, node.span), (low, high))
