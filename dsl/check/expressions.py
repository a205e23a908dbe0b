"""Expressions: every name bound, every type known, every literal in the form in which it is compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve

from scorelang import nodes as n
from scorelang.check.events import check_query, is_event_name
from scorelang.check.lists import check_items
from scorelang.check.literals import date_value, number_value, period_value, whole
from scorelang.check.names import check_grade, check_name, check_result_label, deep_enough
from scorelang.check.state import Around, State, place
from scorelang.model import (
    Added,
    AllOf,
    AmountOf,
    AnyOf,
    Apply,
    Constant,
    CountOf,
    DaysSince,
    DaysSinceLast,
    Expression,
    FieldValue,
    Happened,
    InPeriod,
    IsKnown,
    Items,
    Measured,
    Multiplied,
    Negated,
    OnlyHappened,
    ResultValue,
)
from scorelang.operators import Operator, operators
from scorelang.suggest import closest, listed
from scorelang.values import Type, fold

RESULT_TYPES = (Type.STAGE, Type.GRADE, Type.PERSONA)
Checked = Expression | None


def condition(state: State, around: Around, node: n.Node) -> Checked:
    """A condition, or None when it is none or something in it is wrong."""
    checked = expression(state, around, node, Type.FLAG)
    if checked is None or checked.type is Type.FLAG:
        return checked
    what = around.source.slice(node.span)
    fixes = {
        Type.NUMBER: f"compare it with a number: `{what} >= 1`",
        Type.DATE: f"say when: `{what} within 30 days`, or `{what} is known`",
        Type.TEXT_LIST: f'say what it has: `{what} contains "…"`, or `{what} is known`',
    }
    state.error(
        around, node.span, "not-a-condition", f"`{what}` is a {checked.type.value}, not a condition",
        "a condition is true or false", help=(fixes.get(checked.type, f'compare it: `{what} is "…"`, or `{what} is known`'),),
    )  # fmt: skip
    return None


def number(state: State, around: Around, node: n.Node) -> Checked:
    """An expression whose value is a number."""
    return of_type(state, around, node, Type.NUMBER)


def of_type(state: State, around: Around, node: n.Node, type_: Type) -> Checked:
    """An expression of exactly that type."""
    checked = expression(state, around, node, type_)
    if checked is None or checked.type is type_ or (checked.type.is_text and type_.is_text):
        return checked
    mismatch(state, around, checked, f"a {type_.value}", help=_quoted_number(node) if type_ is Type.NUMBER else None)
    return None


def _quoted_number(node: n.Node) -> str | None:
    if isinstance(node, n.Text) and node.value.strip().replace(".", "", 1).replace("_", "").isdigit():
        return f"a number stands without quotes: `{node.value.strip()}`"
    return None


def mismatch(state: State, around: Around, checked: Expression, wanted: str, *, help: str | None = None) -> None:
    """Report a value of the wrong type, and where a field got its type."""
    notes = ()
    if isinstance(checked, FieldValue) and (slot := state.fields.get(checked.name)) and slot.note:
        notes = (slot.note,)  # type: ignore[assignment]
    state.error(
        around, checked.place.span, "type-mismatch", f"`{checked.place.text}` is a {checked.type.value}; {wanted} is needed here",
        f"a {checked.type.value}", help=(help,), notes=notes,
    )  # fmt: skip


def expression(state: State, around: Around, node: n.Node, want: Type | None = None) -> Checked:
    """A checked expression; `want` is what an undeclared name at this place must be."""
    checker = _CHECKERS.get(type(node))
    if checker is None:
        state.error(around, node.span, "not-a-value", "a list can only follow `in`, `contains` and the like", "")
        return None
    if not deep_enough(state, around, node, 1):
        return None
    return checker(state, evolve(around, depth=around.depth + 1), node, want)


# --- values ---------------------------------------------------------------------------------------------------------


def _text(state: State, around: Around, node: n.Text, want: Type | None) -> Checked:
    named = check_result_label(state, around, node)
    if named is not None:
        return named
    if not node.value.strip():
        state.error(
            around, node.span, "empty-text", "an empty text is a missing value", "",
            help=("ask for it with `is missing` or `is known`",),
        )  # fmt: skip
        return None
    return Constant(Type.TEXT, place(around, node.span), fold(node.value))


def _number(state: State, around: Around, node: n.Number, want: Type | None) -> Checked:
    value = number_value(state, around, node)
    return None if value is None else Constant(Type.NUMBER, place(around, node.span), value)


def _flag(state: State, around: Around, node: n.Flag, want: Type | None) -> Checked:
    return Constant(Type.FLAG, place(around, node.span), node.value)


def _date(state: State, around: Around, node: n.Date, want: Type | None) -> Checked:
    value = date_value(state, around, node)
    return None if value is None else Constant(Type.DATE, place(around, node.span), value)


def _name(state: State, around: Around, node: n.Name, want: Type | None) -> Checked:
    if is_event_name(state, around, node) and want in (Type.FLAG, None):
        return _happened(state, around, n.Events(node, span=node.span), None, node)
    return check_name(state, around, node, want, expression)


def _dotted(state: State, around: Around, node: n.Dotted, want: Type | None) -> Checked:
    return check_grade(state, around, node)


def _sum(state: State, around: Around, node: n.Sum, want: Type | None) -> Checked:
    terms = [(1 if sign == "+" else -1, number(state, around, term)) for sign, term in node.terms]
    done = tuple((sign, term) for sign, term in terms if term is not None)
    return Added(Type.NUMBER, place(around, node.span), done) if len(done) == len(terms) else None


def _product(state: State, around: Around, node: n.Product, want: Type | None) -> Checked:
    factors = [(operator == "/", number(state, around, factor)) for operator, factor in node.factors]
    done = tuple((divides, factor) for divides, factor in factors if factor is not None)
    return Multiplied(Type.NUMBER, place(around, node.span), done) if len(done) == len(factors) else None


def _call(state: State, around: Around, node: n.Call, want: Type | None) -> Checked:
    functions = {row.name: row for row in operators().values() if row.form == "function"}
    row = functions.get(node.function.name)
    if row is None:
        near = closest(node.function.name, functions)
        state.error(
            around, node.function.span, "unknown-function", f"there is no function `{node.function.name}`",
            f"did this mean `{near}`?" if near else "", help=(f"functions: {listed(functions)}",),
        )  # fmt: skip
        return None
    if len(node.arguments) != 1:
        state.error(around, node.span, "wrong-arguments", f"`{row.name}` takes one value", help=(f"write `{row.example}`",))
        return None
    value = _operand(state, around, row, node.arguments[0])
    return None if value is None else Apply(row.result, place(around, node.span), row.name, (value,))


def _operand(state: State, around: Around, row: Operator, node: n.Node) -> Checked:
    """The first operand of an operator, of one of its types."""
    value = expression(state, around, node, row.left[0] if len(row.left) < 3 or row.form != "comparison" else None)
    if value is None or value.type in row.left:
        return value
    types = listed((f"{type_.value}s" for type_ in row.left if type_ not in RESULT_TYPES), last="or")
    hints = {
        (Type.TEXT_LIST, "is"): f'use `contains`: `{value.place.text} contains "…"`',
        (Type.TEXT_LIST, "in"): f'use `contains`: `{value.place.text} contains […]`',
        (Type.STAGE, ">="): f"stages are compared with `is at least`: `{value.place.text} is at least …`",
    }
    mismatch(state, around, value, f"`{row.name}` compares {types}; one of them", help=hints.get((value.type, row.name)))
    return None


def _aggregate(state: State, around: Around, node: n.Aggregate, want: Type | None) -> Checked:
    at = place(around, node.span)
    query = check_query(state, around, node.events, condition)
    if query is None:
        return None
    if node.function == "count":
        return CountOf(Type.NUMBER, at, query)
    attribute = node.events.attribute
    if attribute is None:
        state.error(
            around, node.events.span, "no-attribute", f"`{node.function} of` needs an attribute to take numbers from", "",
            help=(f"write `{node.function} of {node.events.kind.name}.ATTRIBUTE`",),
        )  # fmt: skip
        return None
    value = expression(state, around.inside(query.kind), attribute, Type.NUMBER)
    if value is None:
        return None
    if value.type is not Type.NUMBER or attribute.name not in state.kinds[query.kind].attributes:
        mismatch(state, around, value, "a number that the event has")
        return None
    return Measured(Type.NUMBER, at, node.function, query, attribute.name)


def _days_since(state: State, around: Around, node: n.DaysSince, want: Type | None) -> Checked:
    if isinstance(node.value, n.Name) and is_event_name(state, around, node.value):
        state.error(
            around, node.value.span, "type-mismatch", f"`{node.value.name}` is an event; a date is needed here", "an event",
            help=(f"write `days since last {node.value.name}`",),
        )  # fmt: skip
        return None
    value = of_type(state, around, node.value, Type.DATE)
    return None if value is None else DaysSince(Type.NUMBER, place(around, node.span), value)


def _days_since_last(state: State, around: Around, node: n.DaysSinceLast, want: Type | None) -> Checked:
    query = check_query(state, around, node.events, condition)
    return None if query is None else DaysSinceLast(Type.NUMBER, place(around, node.span), query)


# --- conditions -----------------------------------------------------------------------------------------------------


def _compare(state: State, around: Around, node: n.Compare, want: Type | None) -> Checked:
    if node.operator in ("is not", "not in"):
        plain = _compare(state, around, evolve(node, operator=node.operator.replace("not", "").strip()), want)
        return None if plain is None else Negated(Type.FLAG, plain.place, plain)
    if isinstance(node.right, n.Occurs):
        state.error(
            around, node.span, "not-events", "a window of time belongs to events or a date", "this is neither",
            help=("name the events first: `visit in key_pages within 30 days`, or put `no` before them",),
        )  # fmt: skip
        return None
    if node.operator == "in" and isinstance(node.left, n.Name) and is_event_name(state, around, node.left):
        return _happened(state, around, n.Events(node.left, members=node.right, span=node.span), None, node)
    if node.operator in ("is at least", "is at most"):
        return _compare_rank(state, around, node)
    row = operators()[node.operator]
    left = _left(state, around, row, node)
    if left is None:
        # The other side may hold mistakes of its own, or names whose types it tells.
        return None
    if row.name in ("is", "in") and left.type in RESULT_TYPES:
        return _compare_label(state, around, node, left)
    right = _right(state, around, row, left, node.right)
    return None if right is None else Apply(row.result, place(around, node.span), row.name, (left, right))


def _left(state: State, around: Around, row: Operator, node: n.Compare) -> Checked:
    """The first operand; where its type is open, the second one tells it."""
    want = row.left[0] if row.form == "word" else _told_by(state, around, node.right)
    left = expression(state, around, node.left, want)
    if left is None or left.type in row.left:
        return left
    return _operand(state, around, row, node.left)


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
            slot = state.fields.get(name)
            return slot.type if slot else Type.NUMBER if name in state.categories or name == "score" else None
    return None


def _right(state: State, around: Around, row: Operator, left: Expression, node: n.Node) -> Checked:
    """The second operand, folded for the first one's type."""
    type_ = row.right or left.type
    if row.many and (row.name == "in" or isinstance(node, n.ListOf) or _is_list(around, node)):
        return check_items(state, around, row, left.type if row.name == "in" else _part_type(left.type), node)
    right = expression(state, around, node, type_)
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


def _mismatched_sides(state: State, around: Around, row: Operator, left: Expression, right: Expression, node: n.Node) -> None:
    hint = None
    if left.type is Type.NUMBER:
        hint = _quoted_number(node)
    elif left.type.is_text and isinstance(node, n.Number):
        hint = f'a text stands in quotes: `"{node.text}"`'
    elif left.type is Type.FLAG and isinstance(node, n.Text):
        hint = f"`{left.place.text}` is a flag: `{left.place.text} is yes`, or just `{left.place.text}`"
    elif left.type is Type.DATE and isinstance(node, n.Text):
        hint = "a date stands without quotes: `2026-11-21`"
    slot = state.fields.get(left.name) if isinstance(left, FieldValue) else None
    state.error(
        around, right.place.span, "type-mismatch",
        f"`{left.place.text}` is a {left.type.value}, and this is a {right.type.value}", f"`{row.name}` needs a {left.type.value} here",
        help=(hint,), notes=(slot.note,) if slot is not None and slot.note else (),
    )  # fmt: skip


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
        around, node.span, f"unknown-{left.type.value}", f"there is no {left.type.value} `{around.source.slice(node.span)}`",
        f"did this mean `{near}`?" if near else "", help=(f"{left.type.value}s: {listed(known)}",),
    )  # fmt: skip
    return None


def _compare_rank(state: State, around: Around, node: n.Compare) -> Checked:
    left = expression(state, around, node.left)
    if left is None:
        return None
    if left.type is not Type.STAGE:
        sign = ">=" if node.operator == "is at least" else "<="
        mismatch(state, around, left, f"`{node.operator}` compares stages; one",
                 help=f"numbers and dates are compared with `{sign}`: `{left.place.text} {sign} …`")  # fmt: skip
        return None
    label = _label(state, around, left, node.right)
    if label is None:
        return None
    ranks = ["none", *state.stages]
    at = ranks.index(label)
    reached = ranks[at:] if node.operator == "is at least" else ranks[: at + 1]
    items = Items(Type.STAGE, place(around, node.right.span), tuple(reached))
    return Apply(Type.FLAG, place(around, node.span), "in", (left, items))


def _between(state: State, around: Around, node: n.Between, want: Type | None) -> Checked:
    low = _compare(state, around, n.Compare(">=", node.value, node.low, span=node.span), want)
    high = _compare(state, around, n.Compare("<=", node.value, node.high, span=node.span), want) if low else None
    if low is None or high is None:
        return None
    if isinstance(node.low, n.Number) and isinstance(node.high, n.Number) and node.low.value > node.high.value:
        state.error(
            around, node.span, "ends-before-start", "nothing lies between these two", "the smaller one stands first",
            help=(f"write `from {node.high.text} to {node.low.text}`",),
        )  # fmt: skip
        return None
    return AllOf(Type.FLAG, place(around, node.span), (low, high))


def _known(state: State, around: Around, node: n.Known, want: Type | None) -> Checked:
    if isinstance(node.value, n.Name) and is_event_name(state, around, node.value):
        name = node.value.name
        state.error(
            around, node.span, "type-mismatch", f"`{name}` is an event: it happened or it did not", "an event is never missing",
            help=(f"write `{'no ' if node.negated else ''}{name}`",),
        )  # fmt: skip
        return None
    value = expression(state, around, node.value)
    if value is None:
        return None
    known = IsKnown(Type.FLAG, place(around, node.span), value)
    return Negated(Type.FLAG, known.place, known) if node.negated else known


def _not(state: State, around: Around, node: n.Not, want: Type | None) -> Checked:
    item = condition(state, around, node.item)
    return None if item is None else Negated(Type.FLAG, place(around, node.span), item)


def _all(state: State, around: Around, node: n.And | n.Or | n.Quorum) -> tuple[Expression, ...] | None:
    items = [condition(state, around, item) for item in node.items]
    done = tuple(item for item in items if item is not None)
    return done if len(done) == len(items) else None


def _and(state: State, around: Around, node: n.And, want: Type | None) -> Checked:
    items = _all(state, around, node)
    return None if items is None else AllOf(Type.FLAG, place(around, node.span), items)


def _or(state: State, around: Around, node: n.Or, want: Type | None) -> Checked:
    items = _all(state, around, node)
    return None if items is None else AnyOf(Type.FLAG, place(around, node.span), items)


def _quorum(state: State, around: Around, node: n.Quorum, want: Type | None) -> Checked:
    items = _all(state, around, node)
    count = whole(state, around, node.number, "a number of conditions")
    if count is not None and count > len(node.items):
        state.error(
            around, node.number.span, "impossible-count", f"there are only {len(node.items)} conditions here",
            f"{node.how} {count} of them can never be, or always is",
        )  # fmt: skip
        return None
    return None if items is None or count is None else AmountOf(Type.FLAG, place(around, node.span), node.how, count, items)


# --- events ---------------------------------------------------------------------------------------------------------


def _occurs(state: State, around: Around, node: n.Occurs, want: Type | None) -> Checked:
    events = node.events
    only_window = events.pattern is None and events.members is None and events.where is None and node.times is None
    if only_window and events.window is not None and not is_event_name(state, around, events.kind):
        return _in_period(state, around, events, node)
    return _happened(state, around, events, node.times, node)


def _in_period(state: State, around: Around, events: n.Events, node: n.Node) -> Checked:
    assert events.window is not None
    value = of_type(state, around, events.kind, Type.DATE)
    period = period_value(state, around, events.window, of_events=False)
    if value is None or period is None:
        return None
    return InPeriod(Type.FLAG, place(around, node.span), value, period)


def _happened(state: State, around: Around, events: n.Events, times: n.Times | None, node: n.Node) -> Checked:
    query = check_query(state, around, events, condition)
    count = 1 if times is None else whole(state, around, times.number, "a number of times")
    if query is None or count is None:
        return None
    return Happened(Type.FLAG, place(around, node.span), query, times.how if times else "at least", count)


def _no_events(state: State, around: Around, node: n.NoEvents, want: Type | None) -> Checked:
    kind = node.events.kind
    if not is_event_name(state, around, kind, certain=True) and kind.name in state.fields:
        state.error(
            around, node.span, "type-mismatch", f"`no` counts events, and `{kind.name}` is a field", "",
            help=(f"write `not {kind.name}`, or `{kind.name} is missing`",),
        )  # fmt: skip
        return None
    query = check_query(state, around, node.events, condition)
    return None if query is None else Happened(Type.FLAG, place(around, node.span), query, "exactly", 0)


def _only_events(state: State, around: Around, node: n.OnlyEvents, want: Type | None) -> Checked:
    query = check_query(state, around, node.events, condition)
    return None if query is None else OnlyHappened(Type.FLAG, place(around, node.span), query)


_CHECKERS: dict[type[n.Node], Callable[[State, Around, Any, Type | None], Checked]] = {
    n.Text: _text, n.Number: _number, n.Flag: _flag, n.Date: _date, n.Name: _name, n.Dotted: _dotted, n.Sum: _sum,
    n.Product: _product, n.Call: _call, n.Aggregate: _aggregate, n.DaysSince: _days_since, n.DaysSinceLast: _days_since_last,
    n.Compare: _compare, n.Between: _between, n.Known: _known, n.Not: _not, n.And: _and, n.Or: _or, n.Quorum: _quorum,
    n.Occurs: _occurs, n.NoEvents: _no_events, n.OnlyEvents: _only_events,
}  # fmt: skip
