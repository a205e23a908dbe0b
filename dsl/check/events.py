"""References to events: the kind, what narrows it, and which names are events at all."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from scorelang import nodes as n
from scorelang.check.declarations import declare_kind
from scorelang.check.lists import check_items
from scorelang.check.literals import period_value
from scorelang.check.names import may_be_inferred
from scorelang.check.slips import meant_event
from scorelang.check.state import Around, Kind, Slot, State, place
from scorelang.diagnostics import Note
from scorelang.model import Expression, Query
from scorelang.operators import operators
from scorelang.resolve import RESULTS, Symbol
from scorelang.suggest import closest, listed
from scorelang.values import SPACES, Type, Value, fold, fold_page

Condition = Callable[[State, Around, n.Node], Expression | None]

# In these no event is named: most of a file's nodes are names, texts and numbers, many of them in lists.
NO_EVENTS = (n.Name, n.Text, n.Number, n.NamedList)
# What the one attribute of a kind of event is called that is named by a text and declared nowhere.
INFERRED_FIRST = "name"


def collect_event_names(statements: tuple[n.Node, ...], *, of_tests: bool) -> set[str]:
    """The names that can only be events, by where they stand, in tests or in all the rest; no type is known yet."""
    names: set[str] = set()
    stack = [one for one in statements if isinstance(one, n.Test | n.Invariant) is of_tests]
    while stack:
        node = stack.pop()
        if isinstance(node, NO_EVENTS):
            continue
        stack.extend(n.below(node))
        match node:
            case n.NoEvents(events=events) | n.OnlyEvents(events=events) | n.Aggregate(events=events):
                names.add(events.kind.name)
            case n.DaysSinceLast(events=events) | n.StartOver(events=events):
                names.add(events.kind.name)
            case n.Rule(form="each", condition=n.Events(kind=kind)):
                names.add(kind.name)
            case n.Occurs(events=events, times=times):
                if times is not None or events.pattern or events.members or events.where:
                    names.add(events.kind.name)
            case n.Given(name=name, value=value):
                if node.attributes or node.times != 1 or (value is not None and (node.age or node.on)):
                    names.add(name.name)
            case n.Expect(form="condition", what=n.Occurs(events=events)):
                names.discard(events.kind.name)
    return names - set(RESULTS)


def is_event_name(state: State, around: Around, node: n.Node, *, certain: bool = False) -> bool:
    """Whether a name means a kind of event here; `certain` leaves out what is one only without a `lead:` block."""
    if not isinstance(node, n.Name):
        return False
    name = node.name
    if name in RESULTS or name in around.scope.lost or (around.event and name in state.kinds[around.event].attributes):
        return False
    symbol = around.scope.symbols.get(name)
    if symbol is not None:
        return symbol.what == "event"
    slot = state.fields.get(name)
    if slot is not None and slot.declared:
        return False
    return name in state.common.symbols or (not certain and not state.declared_fields and name in state.event_names)


def _symbol(state: State, around: Around, name: str) -> Symbol | None:
    """The declaration of a kind: the model's own one first, so that a redeclared event is one kind everywhere."""
    for scope in (state.main, around.scope, state.common):
        symbol = scope.symbols.get(name)
        if symbol is not None and symbol.what == "event":
            return symbol
    return None


def kind_of(state: State, around: Around, node: n.Name) -> Kind | None:
    """The kind of event that a name means; None, and a diagnostic, when it means none."""
    if not is_event_name(state, around, node):
        _not_an_event(state, around, node)
        return None
    if not state.testing:
        state.named_kinds.add(node.name)
    symbol = _symbol(state, around, node.name)
    if symbol is not None:
        state.used.add(id(symbol))
    kind = state.kinds.get(node.name)
    if kind is None:
        if symbol is None and not (
            may_be_inferred(state, around, node, "event") and _is_none_other(state, around, node)
        ):
            return None
        kind = declare_kind(state, symbol) if symbol else Kind(node.name, open=True)
        state.kinds[node.name] = kind
    return kind


def _is_none_other(state: State, around: Around, node: n.Name) -> bool:
    """Whether a kind that nothing declares is not just another form of one of the common ones: `visits`, `vist`."""
    meant = meant_event(node.name, state.common.symbols)
    if meant is None:
        return True
    state.error(
        around,
        node.span,
        "unknown-event",
        f"no event is called `{node.name}`",
        f"did this mean `{meant}`?",
        help=(f"if the data has events of that name, declare them: `event {node.name}(name text)`",),
    )
    return False


def _not_an_event(state: State, around: Around, node: n.Name) -> None:
    name, scope = node.name, around.scope
    if name in scope.lost:
        return
    symbol = scope.symbols.get(name)
    if symbol is not None or name in state.fields:
        what = symbol.what if symbol else "field"
        notes = (symbol.note,) if symbol else ()
        hint = f'write `{name} is "…"`' if what == "field" else None
        state.error(
            around,
            node.span,
            "not-an-event",
            f"`{name}` is a {what}, not an event",
            "an event is needed here",
            help=(hint,),
            notes=notes,
        )
        return
    known = [name for name, symbol in (*scope.symbols.items(), *state.common.symbols.items()) if symbol.what == "event"]
    near = closest(name, known)
    state.error(
        around,
        node.span,
        "unknown-event",
        f"no event is called `{name}`",
        f"did this mean `{near}`?" if near else "",
        help=(f"events: {listed(dict.fromkeys(known))}", f"declare it: `event {name}(name text)`"),
    )


def check_query(state: State, around: Around, events: n.Events, condition: Condition) -> Query | None:
    """Which events are meant, checked."""
    kind = kind_of(state, around, events.kind)
    if kind is None or not _is_looked_at(state, around, events.kind):
        return None
    events = _with_dated_where(kind, events)
    first: str | None = None
    pattern: str | None = None
    members: frozenset[Value] | None = None
    if events.pattern is not None or events.members is not None:
        first = _first(state, around, kind, events)
        if first is None:
            return None
        type_ = kind.attributes[first].type or Type.TEXT
        if events.pattern is not None:
            pattern = _pattern(state, around, events.pattern, type_)
        if events.members is not None:
            items = check_items(state, around, operators()["in"], type_, events.members)
            members = frozenset(items.values) if items is not None else None
        if pattern is None and members is None:
            return None
    where = condition(state, around.inside(kind.name), events.where) if events.where is not None else None
    period = period_value(state, around, events.window, of_events=True) if events.window is not None else None
    if (events.where is not None and where is None) or (events.window is not None and period is None):
        return None
    return Query(kind.name, place(around, events.span), first, pattern, members, where, period)


def _is_looked_at(state: State, around: Around, node: n.Name) -> bool:
    """Whether the model names that kind; what a test asks of an event that it does not name says nothing about it."""
    if not state.testing or node.name in state.named_kinds:
        return True
    state.error(
        around,
        node.span,
        "unknown-event",
        f"the model looks at no `{node.name}`",
        "a test sees the events that the model names",
        help=(f"if they shall count, declare them: `event {node.name}(name text)`",),
    )
    return False


def _with_dated_where(kind: Kind, events: n.Events) -> n.Events:
    """`webinar where due within 30 days`: a date alone is no condition, so that the window is the date's."""
    where, window = events.where, events.window
    slot = kind.attributes.get(where.name) if isinstance(where, n.Name) else None
    if not isinstance(where, n.Name) or window is None or slot is None or slot.type is not Type.DATE:
        return events
    dated = n.Occurs(n.Events(where, window=window, span=where.span), span=where.span.to(window.span))
    return attrs.evolve(events, where=dated, window=None)


def is_undeclared(kind: Kind) -> bool:
    """Whether only its uses say what attributes a kind has."""
    return kind.open and not any(slot.declared for slot in kind.attributes.values())


def infer_first(state: State, kind: Kind, note: Note | None = None) -> None:
    """Give a kind that nothing declares its first attribute, whatever attributes of it were seen before."""
    if state.testing or not is_undeclared(kind):
        return
    slot = kind.attributes.pop(INFERRED_FIRST, None)
    if slot is not None and slot.type is None:
        slot.type, slot.note, state.changed = Type.TEXT, note, True
    if slot is None:
        slot = Slot(Type.TEXT, False, note)
        state.changed = True
    kind.attributes = {INFERRED_FIRST: slot, **kind.attributes}


def _first(state: State, around: Around, kind: Kind, events: n.Events) -> str | None:
    """The first attribute, which a text after the event's name tests."""
    span = (events.pattern or events.members or events.kind).span
    infer_first(state, kind, Note(around.source, span, "read as a text from this"))
    name = INFERRED_FIRST if is_undeclared(kind) else next(iter(kind.attributes), "")
    slot = kind.attributes.get(name)
    if slot is None:
        state.error(
            around,
            span,
            "no-attribute",
            f"`{kind.name}` has no attribute that this could be",
            "",
            help=(f"declare one: `event {kind.name}(name text)`",),
        )
        return None
    if slot.type is not None and not slot.type.is_text and (events.pattern is not None or slot.type is not Type.NUMBER):
        state.error(
            around,
            span,
            "type-mismatch",
            f"the first attribute of `{kind.name}` is `{name}`, a {slot.type.value}",
            "this is a text",
            help=(f"write `{kind.name} where {name} …`",),
            notes=(slot.note,) if slot.note else (),
        )
        return None
    return name


def _pattern(state: State, around: Around, text: n.Text, type_: Type) -> str | None:
    if not text.value.strip():
        state.error(
            around, text.span, "empty-text", "an empty text is a missing value", "leave it out to mean every event"
        )
        return None
    return fold_page(text.value, pattern=True) if type_ is Type.PAGE else fold(text.value.strip(SPACES))
