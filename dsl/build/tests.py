"""The lines of a test."""

from __future__ import annotations

from typing import Any

from lark import Token, Transformer

from scorelang import nodes as n
from scorelang.build.parts import (
    Children,
    Repeat,
    all_of,
    has_token,
    number_of,
    only,
    only_once,
    repeated,
    text_of,
    with_spans,
    word_of,
)
from scorelang.source import Span


@with_spans
class BuildTests(Transformer[Token, n.Node]):
    """The lines of a test."""

    # --- tests

    def given(self, span: Span, children: Children) -> n.GivenLine:
        items: list[n.Given] = []
        repeats: list[Repeat] = []
        for child in children[1:]:
            if isinstance(child, Repeat):
                only_once("the number of times", [*repeats, child])
                repeats.append(child)
                items[-1:] = [repeated(items[-1], child.number)] if items else []
            else:
                items.append(child)
                repeats.clear()
        return n.GivenLine(tuple(items), span=span)

    def given_item(self, span: Span, children: Children) -> n.Given:
        name, *rest = children
        pairs = all_of(rest, tuple)
        on = only(rest[-1:], n.Date) if has_token(rest, "ON") else None
        age = only(rest, n.Duration)
        value = rest[0] if rest and isinstance(rest[0], n.Node) and rest[0] is not age else None
        return n.Given(name, value, pairs, age, on, span=span)

    def with_(self, span: Span, children: Children) -> tuple[n.Name, n.Node]:
        return children[0], children[1]

    def given_missing(self, span: Span, children: Children) -> n.Known:
        return n.Known(n.Name("", span=span), True, span=span)

    def given_times(self, span: Span, children: Children) -> Repeat:
        return Repeat(number_of(children[0]), span=span)

    def expect(self, span: Span, children: Children) -> n.ExpectLine:
        return n.ExpectLine(tuple(children[1:]), span=span)

    def expect_value(self, span: Span, children: Children) -> n.Expect:
        what, value = children
        return n.Expect("value", what, text_of(value) if isinstance(value, Token) else value, span=span)

    def expect_condition(self, span: Span, children: Children) -> n.Expect:
        return n.Expect("condition", children[0], span=span)

    def expect_reason(self, span: Span, children: Children) -> n.Expect:
        form: Any = word_of(children[0])
        return n.Expect(form, text_of(children[1]), span=span)

    def as_of(self, span: Span, children: Children) -> n.AsOf:
        return n.AsOf(children[1], span=span)
