"""Rules, their modifiers, and rows of tables."""

from __future__ import annotations

from typing import Any, cast

from lark import Token, Transformer

from scorelang import nodes as n
from scorelang.build.parts import (
    SPELLINGS,
    Children,
    Points,
    all_of,
    has_token,
    nodes_of,
    number_of,
    only,
    only_once,
    percent_of,
    text_of,
    with_spans,
    word_of,
)
from scorelang.source import Span


@with_spans
class BuildRules(Transformer[Token, n.Node]):
    """Rules, their modifiers, and rows of tables."""

    # --- rules

    def if_rule(self, span: Span, children: Children) -> n.Rule:
        return self._scoring_rule(span, "if", children[1:])

    def events_rule(self, span: Span, children: Children) -> n.Rule:
        return self._scoring_rule(span, "events", children)

    def each_rule(self, span: Span, children: Children) -> n.Rule:
        return self._scoring_rule(span, "each", children[1:])

    def otherwise_rule(self, span: Span, children: Children) -> n.Rule:
        return self._scoring_rule(span, "otherwise", [None, *children])

    def _scoring_rule(self, span: Span, form: Any, children: Children) -> n.Rule:
        points = only(children, Points)
        modifiers = tuple(child for child in children[1:] if isinstance(child, n.Modifier))
        bounds = all_of(modifiers, n.Bound)
        for how in ("at least", "at most"):
            only_once(f"the bound `{how}`", [bound for bound in bounds if bound.how == how])
        only_once("the number of times", all_of(modifiers, n.Frequency))
        only_once("`during`", all_of(modifiers, n.During))
        return n.Rule(form, children[0], points.item, modifiers, only(children[1:], n.Text), span=span)

    def points(self, span: Span, children: Children) -> Points:
        return Points(children[0], span=span)

    def because(self, span: Span, children: Children) -> n.Text:
        return text_of(children[1])

    def choose(self, span: Span, children: Children) -> n.Choose:
        return n.Choose(has_token(children, "BEST"), span=span)

    def matrix(self, span: Span, children: Children) -> n.Matrix:
        by_row, by_column, *rest = nodes_of(children)
        return n.Matrix(by_row, by_column, only(rest, n.Text), span=span)

    def bound(self, span: Span, children: Children) -> n.Bound:
        how: Any = word_of(children[0])
        return n.Bound(how, children[1], span=span)

    def bounds(self, span: Span, children: Children) -> tuple[n.Bound, n.Bound]:
        low, _, high = children
        return n.Bound("at least", low, span=low.span), n.Bound("at most", high, span=high.span)

    def once(self, span: Span, children: Children) -> n.Frequency:
        return n.Frequency(1, cast(Any, str(children[-1])), span=span)

    def frequency(self, span: Span, children: Children) -> n.Frequency:
        number = number_of(children[0])
        whole = int(number.value) if number.value.is_integer() else 0
        return n.Frequency(whole, cast(Any, str(children[-1])), span=span)

    def losing(self, span: Span, children: Children) -> n.Losing:
        return n.Losing(percent_of(children[1]), children[-1], span=span)

    def fading(self, span: Span, children: Children) -> n.Fading:
        return n.Fading(children[-1], span=span)

    def during(self, span: Span, children: Children) -> n.During:
        return n.During(*nodes_of(children), span=span)

    def preset(self, span: Span, children: Children) -> n.Preset:
        return n.Preset(children[0], span=span)

    # --- tables

    def row(self, span: Span, children: Children) -> n.Row:
        return n.Row(all_of(children, n.Cell), span=span)

    def cell(self, span: Span, children: Children) -> n.Cell:
        words = [child for child in children if isinstance(child, Token)]
        values = tuple(nodes_of(children))
        if not children:
            return n.Cell("empty")
        if not words:
            return n.Cell("value", values, span=span)
        if words[-1].type == "TO":
            return n.Cell("range", values, span=span)
        word = word_of(words[0])
        return n.Cell(SPELLINGS.get(word, word), values, span=span)
