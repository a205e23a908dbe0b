"""Events as conditions, and dates in periods."""

from __future__ import annotations

from scorelang import nodes as n
from scorelang.check.events import check_query, is_event_name
from scorelang.check.expressions import Checked, checks, condition, of_type
from scorelang.check.literals import period_value, whole
from scorelang.check.slips import is_no_event
from scorelang.check.state import Around, State, place
from scorelang.model import (
    Happened,
    InPeriod,
    OnlyHappened,
)
from scorelang.values import Type


def happened(state: State, around: Around, events: n.Events, times: n.Times | None, node: n.Node) -> Checked:
    """Events as a condition: so many of them happened."""
    query = check_query(state, around, events, condition)
    count = 1 if times is None else whole(state, around, times.number, "a number of times")
    if query is None or count is None:
        return None
    return Happened(Type.FLAG, place(around, node.span), query, times.how if times else "at least", count)


@checks(n.Occurs)
def _occurs(state: State, around: Around, node: n.Occurs, want: Type | None) -> Checked:
    events = node.events
    only_window = events.pattern is None and events.members is None and events.where is None and node.times is None
    if only_window and events.window is not None and not is_event_name(state, around, events.kind):
        return _in_period(state, around, events, node)
    return happened(state, around, events, node.times, node)


def _in_period(state: State, around: Around, events: n.Events, node: n.Node) -> Checked:
    assert events.window is not None
    value = of_type(state, around, events.kind, Type.DATE)
    period = period_value(state, around, events.window, of_events=False)
    if value is None or period is None:
        return None
    return InPeriod(Type.FLAG, place(around, node.span), value, period)


@checks(n.NoEvents)
def _no_events(state: State, around: Around, node: n.NoEvents, want: Type | None) -> Checked:
    kind = node.events.kind
    if not is_event_name(state, around, kind, certain=True) and kind.name in state.fields:
        state.error(
            around,
            node.span,
            "type-mismatch",
            f"`no` counts events, and `{kind.name}` is a field",
            "",
            help=(f"write `not {kind.name}`, or `{kind.name} is missing`",),
        )
        return None
    if is_no_event(state, around, node):
        return None
    query = check_query(state, around, node.events, condition)
    return None if query is None else Happened(Type.FLAG, place(around, node.span), query, "exactly", 0)


@checks(n.OnlyEvents)
def _only_events(state: State, around: Around, node: n.OnlyEvents, want: Type | None) -> Checked:
    query = check_query(state, around, node.events, condition)
    return None if query is None else OnlyHappened(Type.FLAG, place(around, node.span), query)
