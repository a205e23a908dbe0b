"""Conditions and references to events."""

from __future__ import annotations

from typing import Any, cast

from lark import Token, Transformer

from scorelang import nodes as n
from scorelang.build.parts import (
    SPELLINGS,
    Children,
    Filter,
    Member,
    Where,
    nodes_of,
    number_of,
    only,
    text_of,
    token_span,
    with_spans,
    word_of,
)
from scorelang.source import Span


@with_spans
class BuildConditions(Transformer[Token, n.Node]):
    """Conditions and references to events."""

    # --- conditions

    def or_(self, span: Span, children: Children) -> n.Or:
        return n.Or(tuple(nodes_of(children)), span=span)

    def and_(self, span: Span, children: Children) -> n.And:
        return n.And(tuple(nodes_of(children)), span=span)

    def not_(self, span: Span, children: Children) -> n.Node:
        *words, item = children
        return _negated(len(words), item, span)

    def operand(self, span: Span, children: Children) -> n.Node:
        return cast(n.Node, children[0])

    def compare(self, span: Span, children: Children) -> n.Compare:
        left, operator, right = children
        word = word_of(operator)
        return n.Compare(SPELLINGS.get(word, word), left, right, span=span)

    def compare_rank(self, span: Span, children: Children) -> n.Node:
        left, is_, rank, right = children
        node = n.Compare(f"is {word_of(rank)}", left, right, span=span)
        return n.Not(node, span=node.span) if is_.type == "IS_NOT" else node

    def known(self, span: Span, children: Children) -> n.Known:
        value, is_, what = children
        return n.Known(value, (what.type == "MISSING") != (is_.type == "IS_NOT"), span=span)

    def between(self, span: Span, children: Children) -> n.Between:
        return n.Between(*nodes_of(children), span=span)

    def quorum(self, span: Span, children: Children) -> n.Quorum:
        how: Any = word_of(children[0])
        return n.Quorum(how, number_of(children[1]), tuple(nodes_of(children)), span=span)

    def occurs(self, span: Span, children: Children) -> n.Occurs:
        pattern = next((text_of(child) for child in children if isinstance(child, Token)), None)
        return self._occurs(span, children[0], pattern, None, children)

    def in_occurs(self, span: Span, children: Children) -> n.Node:
        left, operator, members, tail = children
        if operator.type == "NOT_IN" or not isinstance(left, n.Name):
            # No such events: the resolver says so at the window, where the slip shows.
            return n.Compare(word_of(operator), left, n.Occurs(n.Events(n.Name("", span=span))), span=span)
        return self._occurs(span, left, None, members, [tail])

    def _occurs(self, span: Span, kind: n.Name, pattern: n.Text | None, members: Any, rest: Children) -> n.Occurs:
        tail: list[Any] = only(rest, list) or []
        times, window = only(tail, n.Times), only(tail, n.Window)
        where = next((part.item for part in tail if isinstance(part, Where)), None)
        end = (
            times.span.start if times is not None and (window is None or window.span.start > times.span.start) else None
        )
        events = n.Events(
            kind, pattern, members, where, window, span=Span(span.start, end) if end and not window else span
        )
        return n.Occurs(events, times, span=span)

    def tail(self, span: Span, children: Children) -> list[Any]:
        return list(children)

    def no_events(self, span: Span, children: Children) -> n.NoEvents:
        return n.NoEvents(children[1], span=span)

    def only_events(self, span: Span, children: Children) -> n.OnlyEvents:
        return n.OnlyEvents(children[1], span=span)

    # --- events

    def events(self, span: Span, children: Children) -> n.Events:
        kind, *rest = children
        chosen = only(rest, Filter)
        where = only(rest, Where)
        return n.Events(
            kind,
            chosen.pattern if chosen else None,
            chosen.members if chosen else None,
            where.item if where else None,
            only(rest, n.Window),
            next((part.name for part in rest if isinstance(part, Member)), None),
            span=span,
        )

    def filter(self, span: Span, children: Children) -> Filter:
        if isinstance(children[0], Token) and children[0].type == "STRING":
            return Filter(text_of(children[0]), None, span=span)
        return Filter(None, children[-1], span=span)

    def member(self, span: Span, children: Children) -> Member:
        return Member(children[0], span=span)

    def where(self, span: Span, children: Children) -> Where:
        nots = sum(1 for child in children if isinstance(child, Token) and child.type == "NOT")
        item = children[-1]
        return Where(_negated(nots, item, span) if nots else item, span=span)

    def times(self, span: Span, children: Children) -> n.Times:
        how: Any = word_of(children[0])
        return n.Times(how, number_of(children[1]), span=span)

    def window(self, span: Span, children: Children) -> n.Window:
        word, limit = word_of(children[0]), children[1]
        if word in ("since", "before"):
            return n.Window(cast(Any, word), low=limit, span=span)
        if word == "more than":
            return n.Window("more than", low=limit, span=span)
        return n.Window("within" if word == "within" else "within next", high=limit, span=span)

    def window_between(self, span: Span, children: Children) -> n.Window:
        numbers = [child for child in children if isinstance(child, Token) and child.type in ("NUMBER", "UNIT")]
        high = only(children, n.Duration)
        unit = str(numbers[1]).removesuffix("s") if len(numbers) > 1 else high.unit
        low = n.Duration(number_of(numbers[0]), unit, span=token_span(numbers[0]))
        return n.Window("between", low=low, high=high, span=span)

    def duration(self, span: Span, children: Children) -> n.Duration:
        return n.Duration(number_of(children[0]), str(children[1]).removesuffix("s"), span=span)


def _negated(nots: int, item: n.Node, span: Span) -> n.Not:
    """What stands behind so many `not`s. Two are none: a thousand of them must not nest a thousand nodes."""
    return n.Not(item if nots % 2 else n.Not(item, span=span), span=span)
