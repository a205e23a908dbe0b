"""What tests are given: fields with their values, and events."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from scorelang import nodes as n
from scorelang.check.events import INFERRED_FIRST, is_event_name, is_undeclared, kind_of
from scorelang.check.literals import date_value, duration_value
from scorelang.check.names import may_be_inferred
from scorelang.check.state import Around, Kind, Slot, State
from scorelang.model import GivenEvent
from scorelang.suggest import closest, listed
from scorelang.values import EXPECTED, Type, Unfit, Value, coerce, zone_of


def check_given(
    state: State, around: Around, node: n.Test, as_of: int
) -> tuple[dict[str, Value], tuple[GivenEvent, ...]]:
    """The fields and events that a test gives its lead; `as_of` (microseconds) is what ages are counted from."""
    fields: dict[str, Value] = {}
    events: list[GivenEvent] = []
    for line in node.lines:
        for item in _joined(state, line.items) if isinstance(line, n.GivenLine) else ():
            if not is_event_name(state, around, item.name):
                _give_field(state, around, item, as_of, fields)
            elif (event := _event(state, around, item)) is not None:
                events.append(event)
    return fields, tuple(events)


def _joined(state: State, items: tuple[n.Given, ...]) -> list[n.Given]:
    """`webinar with attended yes, minutes 30 2 days ago`: what follows an event and is its attribute is part of it."""
    joined: list[n.Given] = []
    for item in items:
        if joined and _goes_on(state, joined[-1], item):
            assert item.value is not None
            pairs = (*joined[-1].attributes, (item.name, item.value))
            joined[-1] = evolve(joined[-1], attributes=pairs, age=item.age, on=item.on, times=item.times)
        else:
            joined.append(item)
    return joined


def _goes_on(state: State, event: n.Given, item: n.Given) -> bool:
    """Whether an item is one more attribute of the event before it."""
    kind = state.kinds.get(event.name.name)
    if kind is None or not event.attributes or event.age or event.on:
        return False
    return item.name.name in kind.attributes and item.value is not None and not item.attributes


def _give_field(state: State, around: Around, item: n.Given, as_of: int, fields: dict[str, Value]) -> None:
    name = item.name.name
    slot = field_of(state, around, item)
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


def field_of(state: State, around: Around, item: n.Given) -> Slot | None:
    """The field that a test gives a value; None where there is none, which was reported."""
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
