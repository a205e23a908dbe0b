"""Names, texts, numbers and arithmetic."""

from __future__ import annotations

from typing import Any, cast

from attrs import evolve
from lark import Token, Transformer

from scorelang import nodes as n
from scorelang.build.parts import Children, nodes_of, number_of, signed_of, text_of, with_spans, word_of
from scorelang.source import Span


@with_spans
class BuildValues(Transformer[Token, n.Node]):
    """Names, texts, numbers and arithmetic."""

    # --- names, texts, numbers

    def name(self, span: Span, children: Children) -> n.Name:
        return n.Name(str(children[0]), span=span)

    column = name

    def label_text(self, span: Span, children: Children) -> n.Name:
        return n.Name(text_of(children[0]).value, span=span)

    def text(self, span: Span, children: Children) -> n.Text:
        return text_of(children[0])

    def number(self, span: Span, children: Children) -> n.Number:
        return number_of(children[0])

    def signed(self, span: Span, children: Children) -> n.Number:
        return signed_of(children, span)

    def flag(self, span: Span, children: Children) -> n.Flag:
        return n.Flag(children[0].type == "YES", span=span)

    def date(self, span: Span, children: Children) -> n.Date:
        return n.Date(str(children[0]), span=span)

    def list_literal(self, span: Span, children: Children) -> n.ListOf:
        return n.ListOf(tuple(nodes_of(children)), span=span)

    def dotted(self, span: Span, children: Children) -> n.Dotted:
        base, member = children
        if isinstance(base, Token):
            text = text_of(base)
            base = n.Name(text.value, span=text.span)
        return n.Dotted(base, member, span=span)

    def call(self, span: Span, children: Children) -> n.Call:
        return n.Call(children[0], tuple(nodes_of(children[1:])), span=span)

    def bracket(self, span: Span, children: Children) -> n.Node:
        return evolve(cast(n.Node, children[1]), span=span)

    # --- arithmetic

    def unary(self, span: Span, children: Children) -> n.Node:
        sign, item = children
        if isinstance(item, n.Number) and not item.signed:
            return n.Number(f"-{item.text}" if sign == "-" else item.text, True, span=span)
        return n.Sum(((cast(Any, str(sign)), item),), span=span)

    def sum(self, span: Span, children: Children) -> n.Sum:
        first, *rest = children
        # `-a + b` is one sum of two terms.
        terms = first.terms if isinstance(first, n.Sum) and len(first.terms) == 1 else (("+", first),)
        more = tuple((cast(Any, str(sign)), term) for sign, term in zip(rest[::2], rest[1::2], strict=True))
        return n.Sum((*terms, *more), span=span)

    def product(self, span: Span, children: Children) -> n.Product:
        operators = ["*", *map(str, children[1::2])]
        return n.Product(tuple((cast(Any, o), one) for o, one in zip(operators, children[::2], strict=True)), span=span)

    def aggregate(self, span: Span, children: Children) -> n.Aggregate:
        return n.Aggregate(word_of(children[0]).split()[0], children[1], span=span)

    def days_since(self, span: Span, children: Children) -> n.DaysSince:
        return n.DaysSince(children[1], span=span)

    def days_since_last(self, span: Span, children: Children) -> n.DaysSinceLast:
        return n.DaysSinceLast(children[1], span=span)
