"""Literals, names, arithmetic and functions."""

from __future__ import annotations

from scorelang import nodes as n
from scorelang.check.events import check_query, is_event_name
from scorelang.check.expressions import Checked, checks, condition, expression, mismatch, number, of_type, operand
from scorelang.check.literals import date_value, number_value
from scorelang.check.names import check_grade, check_name, check_result_label
from scorelang.check.occurrences import happened
from scorelang.check.slips import is_a_name, is_comment
from scorelang.check.state import Around, Slot, State, place
from scorelang.model import (
    Added,
    Apply,
    Constant,
    CountOf,
    DaysSince,
    DaysSinceLast,
    Measured,
    Multiplied,
)
from scorelang.operators import operators
from scorelang.suggest import closest, listed
from scorelang.values import Type, fold


@checks(n.Text)
def _text(state: State, around: Around, node: n.Text, want: Type | None) -> Checked:
    named = check_result_label(state, around, node)
    if named is not None:
        return named
    if not node.value.strip():
        state.error(
            around,
            node.span,
            "empty-text",
            "an empty text is a missing value",
            "",
            help=("ask for it with `is missing` or `is known`",),
        )
        return None
    return Constant(Type.TEXT, place(around, node.span), fold(node.value))


@checks(n.Number)
def _number(state: State, around: Around, node: n.Number, want: Type | None) -> Checked:
    value = number_value(state, around, node)
    return None if value is None else Constant(Type.NUMBER, place(around, node.span), value)


@checks(n.Flag)
def _flag(state: State, around: Around, node: n.Flag, want: Type | None) -> Checked:
    return Constant(Type.FLAG, place(around, node.span), node.value)


@checks(n.Date)
def _date(state: State, around: Around, node: n.Date, want: Type | None) -> Checked:
    value = date_value(state, around, node)
    return None if value is None else Constant(Type.DATE, place(around, node.span), value)


@checks(n.Name)
def _name(state: State, around: Around, node: n.Name, want: Type | None) -> Checked:
    if is_event_name(state, around, node):
        if want in (Type.FLAG, Type.ANYTHING, None):
            return happened(state, around, n.Events(node, span=node.span), None, node)
        hint = f'write `{node.name} "…"`' if want is not None and want.is_text else f"write `count of {node.name}`"
        state.error(
            around,
            node.span,
            "not-a-value",
            f"`{node.name}` is an event, not a value",
            "events happened or did not; what is compared is how many there were",
            help=(hint, f"if the lead has a field of that name, declare it in a `lead:` block: `{node.name} …`"),
        )
        return None
    return check_name(state, around, node, want, expression)


@checks(n.Dotted)
def _dotted(state: State, around: Around, node: n.Dotted, want: Type | None) -> Checked:
    return check_grade(state, around, node)


@checks(n.Sum)
def _sum(state: State, around: Around, node: n.Sum, want: Type | None) -> Checked:
    if is_comment(state, around, node):
        return None
    terms = [(1 if sign == "+" else -1, number(state, around, term)) for sign, term in node.terms]
    done = tuple((sign, term) for sign, term in terms if term is not None)
    return Added(Type.NUMBER, place(around, node.span), done) if len(done) == len(terms) else None


@checks(n.Product)
def _product(state: State, around: Around, node: n.Product, want: Type | None) -> Checked:
    factors = [(operator == "/", number(state, around, factor)) for operator, factor in node.factors]
    done = tuple((divides, factor) for divides, factor in factors if factor is not None)
    return Multiplied(Type.NUMBER, place(around, node.span), done) if len(done) == len(factors) else None


@checks(n.Call)
def _call(state: State, around: Around, node: n.Call, want: Type | None) -> Checked:
    functions = {row.name: row for row in operators().values() if row.form == "function"}
    row = functions.get(node.function.name)
    if row is None:
        near = closest(node.function.name, functions)
        state.error(
            around,
            node.function.span,
            "unknown-function",
            f"there is no function `{node.function.name}`",
            f"did this mean `{near}`?" if near else "",
            help=(f"functions: {listed(functions)}",),
        )
        return None
    if len(node.arguments) != 1:
        state.error(
            around, node.span, "wrong-arguments", f"`{row.name}` takes one value", help=(f"write `{row.example}`",)
        )
        return None
    value = operand(state, around, row, node.arguments[0])
    return None if value is None else Apply(row.result, place(around, node.span), row.name, (value,))


@checks(n.Aggregate)
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
            around,
            node.events.span,
            "no-attribute",
            f"`{node.function} of` needs an attribute to take numbers from",
            "",
            help=(f"write `{node.function} of {node.events.kind.name}.ATTRIBUTE`",),
        )
        return None
    kind = state.kinds[query.kind]
    if not kind.open and attribute.name not in kind.attributes:
        near = closest(attribute.name, kind.attributes)
        state.error(
            around,
            attribute.span,
            "no-attribute",
            f"`{kind.name}` has no attribute `{attribute.name}`",
            f"did this mean `{near}`?" if near else "",
            help=(f"attributes of {kind.name}: {listed(kind.attributes)}" if kind.attributes else None,),
        )
        return None
    if kind.open and not is_a_name(attribute.name) and not state.testing:
        # Behind a dot no word joins conditions.
        kind.attributes.setdefault(attribute.name, Slot(Type.NUMBER, False))
    value = expression(state, around.inside(query.kind), attribute, Type.NUMBER)
    if value is None:
        return None
    if value.type is not Type.NUMBER or attribute.name not in state.kinds[query.kind].attributes:
        mismatch(state, around, value, "a number that the event has")
        return None
    return Measured(Type.NUMBER, at, node.function, query, attribute.name)


@checks(n.DaysSince)
def _days_since(state: State, around: Around, node: n.DaysSince, want: Type | None) -> Checked:
    if isinstance(node.value, n.Name) and is_event_name(state, around, node.value):
        state.error(
            around,
            node.value.span,
            "type-mismatch",
            f"`{node.value.name}` is an event; a date is needed here",
            "an event",
            help=(f"write `days since last {node.value.name}`",),
        )
        return None
    value = of_type(state, around, node.value, Type.DATE)
    return None if value is None else DaysSince(Type.NUMBER, place(around, node.span), value)


@checks(n.DaysSinceLast)
def _days_since_last(state: State, around: Around, node: n.DaysSinceLast, want: Type | None) -> Checked:
    query = check_query(state, around, node.events, condition)
    return None if query is None else DaysSinceLast(Type.NUMBER, place(around, node.span), query)
