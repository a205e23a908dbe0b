"""Expressions: every name bound, every type known, every literal in the form in which it is compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve

from scorelang import nodes as n
from scorelang.check.literals import quoted_number
from scorelang.check.names import deep_enough
from scorelang.check.state import Around, Slot, State
from scorelang.diagnostics import Note
from scorelang.model import (
    AttributeValue,
    Defined,
    Expression,
    FieldValue,
)
from scorelang.operators import Operator
from scorelang.source import Span
from scorelang.suggest import listed
from scorelang.values import Type

RESULT_TYPES = (Type.STAGE, Type.GRADE, Type.PERSONA)
Checked = Expression | None
Checker = Callable[[State, Around, Any, Type | None], Checked]
_CHECKERS: dict[type[n.Node], Checker] = {}


def checks(kind: type[n.Node]) -> Callable[[Checker], Checker]:
    """Marks the function that checks nodes of that kind."""

    def mark(checker: Checker) -> Checker:
        _CHECKERS[kind] = checker
        return checker

    return mark


def condition(state: State, around: Around, node: n.Node) -> Checked:
    """A condition, or None when it is none or something in it is wrong."""
    checked = expression(state, around, _regrouped(state, around, node), Type.FLAG)
    if checked is None or checked.type is Type.FLAG:
        return checked
    what = around.source.slice(node.span)
    fixes = {
        Type.NUMBER: f"compare it with a number: `{what} >= 1`",
        Type.DATE: f"say when: `{what} within 30 days`, or `{what} is known`",
        Type.TEXT_LIST: f'say what it has: `{what} contains "…"`, or `{what} is known`',
    }
    state.error(
        around,
        node.span,
        "not-a-condition",
        f"`{what}` is a {checked.type.value}, not a condition",
        "a condition is true or false",
        help=(fixes.get(checked.type, f'compare it: `{what} is "…"`, or `{what} is known`'),),
    )
    return None


def _regrouped(state: State, around: Around, node: n.Node) -> n.Node:
    """`count of webinar where attended >= 2`: a flag is not compared with a number, so the count is."""
    if not isinstance(node, n.Aggregate | n.DaysSinceLast):
        return node
    where = node.events.where
    compared = where.item if isinstance(where, n.Not) else where
    if not isinstance(compared, n.Compare) or not isinstance(compared.left, n.Name):
        return node
    kind = state.kinds.get(node.events.kind.name)
    slot = kind.attributes.get(compared.left.name) if kind is not None else None
    if slot is None or slot.type is not Type.FLAG or not isinstance(compared.right, n.Number):
        return node
    flag = evolve(where, item=compared.left) if isinstance(where, n.Not) else compared.left
    span = Span(node.span.start, compared.left.span.end)
    counted = evolve(node, events=evolve(node.events, where=flag), span=span)
    return n.Compare(compared.operator, counted, compared.right, span=node.span)


def number(state: State, around: Around, node: n.Node) -> Checked:
    """An expression whose value is a number."""
    return of_type(state, around, node, Type.NUMBER)


def of_type(state: State, around: Around, node: n.Node, type_: Type) -> Checked:
    """An expression of exactly that type."""
    checked = expression(state, around, node, type_)
    if checked is None or checked.type is type_ or (checked.type.is_text and type_.is_text):
        return checked
    mismatch(state, around, checked, f"a {type_.value}", help=quoted_number(node) if type_ is Type.NUMBER else None)
    return None


def _slot_of(state: State, around: Around, checked: Expression) -> Slot | None:
    """What is known of the field or attribute that an expression is, perhaps under the name of a define."""
    while isinstance(checked, Defined):
        checked = checked.expression
    if isinstance(checked, FieldValue):
        return state.fields.get(checked.name)
    if isinstance(checked, AttributeValue) and around.event is not None:
        return state.kinds[around.event].attributes.get(checked.name)
    return None


def told_of(state: State, around: Around, checked: Expression) -> Note | None:
    """Where a field or attribute got its type."""
    slot = _slot_of(state, around, checked)
    return slot.note if slot is not None else None


def is_open(state: State, around: Around, checked: Expression) -> bool:
    """Whether nothing has told the type of an undeclared name yet, so that it must not tell that of another."""
    slot = _slot_of(state, around, checked)
    return slot is not None and slot.type is None


def mismatch(state: State, around: Around, checked: Expression, wanted: str, *, help: str | None = None) -> None:
    """Report a value of the wrong type, and where a field got its type."""
    told = told_of(state, around, checked)
    is_open = checked.type is Type.ANYTHING
    state.error(
        around,
        checked.place.span,
        "type-mismatch",
        f"`{checked.place.text}` is a {checked.type.value}; {wanted} is needed here",
        "the model only asks whether it is known" if is_open else f"a {checked.type.value}",
        help=(help,),
        notes=(told,) if told else (),
    )


def expression(state: State, around: Around, node: n.Node, want: Type | None = None) -> Checked:
    """A checked expression; `want` is what an undeclared name at this place must be."""
    checker = _CHECKERS.get(type(node))
    if checker is None:
        state.error(around, node.span, "not-a-value", "a list can only follow `in`, `contains` and the like", "")
        return None
    if not deep_enough(state, around, node, 1):
        return None
    return checker(state, around.deeper(), node, want)


def operand(state: State, around: Around, row: Operator, node: n.Node) -> Checked:
    """The first operand of an operator, of one of its types."""
    want: Type | None = row.left[0]
    if row.form == "comparison" and len(row.left) > 2:
        want = None
    elif len(row.left) == 2 and state.inferring and not state.guessing:
        want, state.unsure = None, True
    value = expression(state, around, node, want)
    if value is None or value.type in row.left:
        return value
    types = listed((f"{type_.value}s" for type_ in row.left if type_ not in RESULT_TYPES), last="or")
    hints = {
        (Type.TEXT_LIST, "is"): f'use `contains`: `{value.place.text} contains "…"`',
        (Type.TEXT_LIST, "in"): f"use `contains`: `{value.place.text} contains […]`",
        (Type.STAGE, ">="): f"stages are compared with `is at least`: `{value.place.text} is at least …`",
    }
    does = "takes" if row.form == "function" else "compares"
    mismatch(state, around, value, f"`{row.name}` {does} {types}; one of them", help=hints.get((value.type, row.name)))
    return None
