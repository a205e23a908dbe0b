"""`and`, `or`, `not`, N of M, known and missing."""

from __future__ import annotations

from scorelang import nodes as n
from scorelang.check.events import is_event_name
from scorelang.check.expressions import Checked, checks, condition, expression
from scorelang.check.literals import whole
from scorelang.check.slips import is_joined_by_mistake
from scorelang.check.state import Around, State, place
from scorelang.model import (
    AllOf,
    AmountOf,
    AnyOf,
    Apply,
    Constant,
    Expression,
    IsKnown,
    Negated,
)
from scorelang.values import Type


@checks(n.Known)
def _known(state: State, around: Around, node: n.Known, want: Type | None) -> Checked:
    if isinstance(node.value, n.Name) and is_event_name(state, around, node.value):
        name = node.value.name
        state.error(
            around,
            node.span,
            "type-mismatch",
            f"`{name}` is an event: it happened or it did not",
            "an event is never missing",
            help=(f"write `{'no ' if node.negated else ''}{name}`",),
        )
        return None
    value = expression(state, around, node.value, Type.ANYTHING)
    if value is None:
        return None
    known: Expression = IsKnown(Type.FLAG, place(around, node.span), value)
    if value.type is Type.PERSONA:
        # A lead of no persona has `none` to compare with, and none that is known.
        none = Constant(Type.PERSONA, known.place, "none")
        known = Negated(Type.FLAG, known.place, Apply(Type.FLAG, known.place, "is", (value, none)))
    return Negated(Type.FLAG, known.place, known) if node.negated else known


@checks(n.Not)
def _not(state: State, around: Around, node: n.Not, want: Type | None) -> Checked:
    item = condition(state, around, node.item)
    return None if item is None else Negated(Type.FLAG, place(around, node.span), item)


def _all(state: State, around: Around, node: n.And | n.Or | n.Quorum) -> tuple[Expression, ...] | None:
    if isinstance(node, n.And | n.Or) and is_joined_by_mistake(state, around, node):
        return None
    items = [condition(state, around, item) for item in node.items]
    done = tuple(item for item in items if item is not None)
    return done if len(done) == len(items) else None


@checks(n.And)
def _and(state: State, around: Around, node: n.And, want: Type | None) -> Checked:
    items = _all(state, around, node)
    return None if items is None else AllOf(Type.FLAG, place(around, node.span), items)


@checks(n.Or)
def _or(state: State, around: Around, node: n.Or, want: Type | None) -> Checked:
    items = _all(state, around, node)
    return None if items is None else AnyOf(Type.FLAG, place(around, node.span), items)


@checks(n.Quorum)
def _quorum(state: State, around: Around, node: n.Quorum, want: Type | None) -> Checked:
    items = _all(state, around, node)
    count = whole(state, around, node.number, "a number of conditions")
    if count is not None and count > len(node.items):
        state.error(
            around,
            node.number.span,
            "impossible-count",
            f"there are only {len(node.items)} conditions here",
            f"{node.how} {count} of them can never be, or always is",
        )
        return None
    return (
        None
        if items is None or count is None
        else AmountOf(Type.FLAG, place(around, node.span), node.how, count, items)
    )
