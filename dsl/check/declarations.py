"""The fields of the lead, the kinds of event and their attributes, as they are declared."""

from __future__ import annotations

from collections.abc import Iterable

from scorelang import nodes as n
from scorelang.check.literals import date_value
from scorelang.check.state import Around, Kind, Slot, State
from scorelang.diagnostics import Note
from scorelang.model import FieldDefinition, KindDefinition
from scorelang.resolve import RESULTS, Symbol
from scorelang.source import Span
from scorelang.values import SPACES, Type, Value, fold

# Names that a condition could never mean, or that leads have for something else.
UNREADABLE = ("yes", "no", "true", "false", "not", "only", "exactly", "events")
KEYS_OF_EVENTS = ("type", "at", "lead")
KEYS = "every event has that one already: its kind, when it was, and whose it is"


def declare_lead(state: State, around: Around) -> None:
    """Note every field of the model's `lead:` block."""
    scope = around.scope
    if scope.lead is None or scope.lead_module is None:
        return
    state.declared_fields = True
    inside = Around(state.resolver.scope_of(scope.lead_module), "rule")
    if not scope.lead.fields:
        head = Span(scope.lead.span.start, scope.lead.span.start + 4)
        message = "this `lead:` block has no fields"
        state.error(inside, head, "empty-block", message, "indent lines like `title text` below it")
    for name, slot in slots_of(state, inside, scope.lead.fields).items():
        _check_field_name(state, inside, slot, name)
        state.fields[name] = slot


def _check_field_name(state: State, around: Around, slot: Slot, name: str) -> None:
    assert slot.note is not None
    span = slot.note.span
    if name in UNREADABLE:
        message = f"a field cannot be called `{name}`"
        why = "a lead brings its events under that name" if name == "events" else "a condition would read it as a word"
        hint = f"give it another name and say where it comes from: `{_renamed(name, slot)}`"
        state.error(around, span, "reserved-name", message, why, help=(hint,))
    if name in RESULTS:
        state.error(
            around,
            span,
            "reserved-name",
            f"a field cannot be called `{name}`",
            f"the model's own {name} is called that",
            help=(f"give it another name and say where it comes from: `{_renamed(name, slot)}`",),
        )
    symbol = around.scope.symbols.get(name)
    if symbol is not None:
        state.error(
            around,
            span,
            "declared-twice",
            f"`{name}` is declared as a field and as a {symbol.what}",
            "give one of them another name",
            notes=(symbol.note,),
        )


def _renamed(name: str, slot: Slot) -> str:
    return f'crm_{name} {slot.type.value if slot.type else "text"} from "{name}"'


def declare_kind(state: State, symbol: Symbol) -> Kind:
    """The kind of event that a symbol declares; those of the standard library may grow without a `lead:` block."""
    assert isinstance(symbol.node, n.Event)
    around = Around(symbol.scope, "rule")
    kind = Kind(symbol.node.name.name, slots_of(state, around, symbol.node.attributes))
    kind.open = symbol.scope.module.is_standard and not state.declared_fields
    for name, slot in kind.attributes.items():
        if name in KEYS_OF_EVENTS:
            assert slot.note is not None
            state.error(
                around,
                slot.note.span,
                "reserved-name",
                f"an event's attribute cannot be called `{name}`",
                KEYS,
            )
    return kind


def slots_of(state: State, around: Around, fields: Iterable[n.Field]) -> dict[str, Slot]:
    """What fields or attributes are declared as, by name; a name that stands twice is reported."""
    slots: dict[str, Slot] = {}
    for field in fields:
        name = field.name.name
        note = Note(around.source, field.name.span, f"declared here as {_a(field.type)}")
        if name in slots:
            state.error(
                around,
                field.name.span,
                "declared-twice",
                f"`{name}` is declared twice",
                "give one of them another name",
                notes=(slots[name].note,) if slots[name].note else (),  # type: ignore[arg-type]
            )
            continue
        column = field.column.value.strip(SPACES) if field.column else None
        definition = FieldDefinition(name, field.type, column, _missing(state, around, field))
        slots[name] = Slot(field.type, True, note, definition)
    return slots


def _a(type_: Type) -> str:
    return f"a {type_.value}"


def _missing(state: State, around: Around, field: n.Field) -> frozenset[Value]:
    """The values of data that mean missing: texts as data has them, and what they are as values of the type."""
    values: set[Value] = set()
    for node in field.missing:
        match node:
            case n.Text(value=text):
                values.add(fold(text.strip(SPACES)))
            case n.Number():
                values.add(node.value)
                values.add(node.text)
            case n.Flag(value=flag):
                values.update((flag, "yes" if flag else "no"))
            case n.Date():
                instant = date_value(state, around, node)
                values.update(() if instant is None else (instant,))
    return frozenset(values)


def field_definitions(slots: dict[str, Slot]) -> tuple[FieldDefinition, ...]:
    """The definitions of fields or attributes; one that was inferred, and of which nothing told more, is a text."""
    return tuple(slot.definition or FieldDefinition(name, slot.type or Type.TEXT) for name, slot in slots.items())


def kind_definition(kind: Kind) -> KindDefinition:
    """The definition of a kind of event."""
    return KindDefinition(kind.name, field_definitions(kind.attributes))
