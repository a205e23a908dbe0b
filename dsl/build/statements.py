"""The statements of a file."""

from __future__ import annotations

from typing import Any

from lark import Token

from scorelang import nodes as n
from scorelang.build.parts import (
    Children,
    OrWhen,
    Silence,
    Weight,
    after,
    all_of,
    nodes_of,
    only,
    only_once,
    percent_of,
    signed_of,
    text_of,
    token_span,
    with_spans,
    word_of,
)
from scorelang.build.values import BuildValues
from scorelang.source import Span
from scorelang.values import Type


@with_spans
class BuildStatements(BuildValues):
    """The statements of a file."""

    # --- statements

    def header(self, span: Span, children: Children) -> n.Header:
        name = next((text_of(child) for child in children if isinstance(child, Token) and child.type == "STRING"), None)
        return n.Header(name, all_of(children, tuple), span=span)

    def header_item(self, span: Span, children: Children) -> tuple[n.Name, n.Node]:
        word, value = children
        return n.Name(str(word), span=token_span(word)), text_of(value) if isinstance(value, Token) else value

    def timezone(self, span: Span, children: Children) -> n.Header:
        word, value = children
        return n.Header(None, ((n.Name("timezone", span=token_span(word)), text_of(value)),), span=span)

    def use(self, span: Span, children: Children) -> n.Use:
        return n.Use(all_of(children, n.Name), text_of(children[-1]), span=span)

    use_model = use

    def lead(self, span: Span, children: Children) -> n.Lead:
        return n.Lead(only(children, n.Name), span=span)

    def attribute(self, span: Span, children: Children) -> n.Field:
        name, type_, *rest = children
        column = after(rest, "FROM")
        missing = tuple(nodes_of(rest))
        return n.Field(name, Type(word_of(type_)), text_of(column) if column is not None else None, missing, span=span)

    def missing_value(self, span: Span, children: Children) -> n.Node:
        match children[-1].type:
            case "STRING":
                return text_of(children[-1])
            case "DATE":
                return n.Date(str(children[-1]), span=span)
            case "NUMBER":
                return signed_of(children, span)
        return n.Flag(children[-1].type == "YES", span=span)

    def event(self, span: Span, children: Children) -> n.Event:
        return n.Event(children[1], all_of(children, n.Field), span=span)

    def named_list(self, span: Span, children: Children) -> n.NamedList:
        return n.NamedList(only(children, n.Name), items=only(children, n.ListOf), span=span)

    def list_file(self, span: Span, children: Children) -> n.NamedList:
        column = after(children, "COLUMN")
        path = text_of(after(children, "FROM"))
        return n.NamedList(only(children, n.Name), path=path, column=text_of(column) if column else None, span=span)

    def define(self, span: Span, children: Children) -> n.Define:
        return n.Define(*nodes_of(children), span=span)

    def decay(self, span: Span, children: Children) -> n.Decay:
        return n.Decay(*nodes_of(children), span=span)

    def category(self, span: Span, children: Children) -> n.Category:
        word: Any = str(children[0])
        bounds: list[n.Bound] = []
        for child in children[2:]:
            bounds.extend(child if isinstance(child, tuple) else [child] if isinstance(child, n.Bound) else [])
        for how in ("at least", "at most"):
            only_once(f"the bound `{how}`", [bound for bound in bounds if bound.how == how])
        silence = only_once("`of silence`", all_of(children, Silence))
        weight = only_once("`weight`", all_of(children, Weight))
        return n.Category(
            word, children[1], tuple(bounds), weight and weight.percent, silence and silence.item, span=span
        )

    def weight(self, span: Span, children: Children) -> Weight:
        return Weight(percent_of(children[1]), span=span)

    def silence(self, span: Span, children: Children) -> Silence:
        return Silence(children[0], span=span)

    def score_bounds(self, span: Span, children: Children) -> n.ScoreBounds:
        bounds = all_of(children, n.Bound)
        if not bounds:
            low, high = nodes_of(children)
            bounds = (n.Bound("at least", low, span=low.span), n.Bound("at most", high, span=high.span))
        return n.ScoreBounds(bounds, span=span)

    def start_over(self, span: Span, children: Children) -> n.StartOver:
        return n.StartOver(children[1], span=span)

    def require(self, span: Span, children: Children) -> n.Require:
        reason = children[-1] if len(children) > 2 and isinstance(children[-1], n.Text) else None
        return n.Require(children[1], after(children, "FOR"), reason, span=span)

    def disqualify(self, span: Span, children: Children) -> n.Disqualify:
        reason = children[-1] if len(children) > 3 else None
        return n.Disqualify(children[2], reason, span=span)

    def stage(self, span: Span, children: Children) -> n.Stage:
        or_when = tuple(child.item for child in children if isinstance(child, OrWhen))
        return n.Stage(children[1], after(children, "FROM"), after(children, "WHEN"), or_when, span=span)

    def or_when(self, span: Span, children: Children) -> OrWhen:
        return OrWhen(children[-1], span=span)

    def grade(self, span: Span, children: Children) -> n.Grade:
        return n.Grade(children[1], all_of(children, tuple), after(children, "ELSE"), span=span)

    def band(self, span: Span, children: Children) -> tuple[n.Name, n.Number]:
        label, threshold = nodes_of(children)
        return label, threshold

    def route(self, span: Span, children: Children) -> n.Route:
        return n.Route(span=span)

    def to_if(self, span: Span, children: Children) -> n.Destination:
        return n.Destination(text_of(children[0]), children[2], span=span)

    def to_otherwise(self, span: Span, children: Children) -> n.Destination:
        return n.Destination(text_of(children[0]), span=span)

    def outcomes(self, span: Span, children: Children) -> n.Outcomes:
        return n.Outcomes(span=span)

    def outcome(self, span: Span, children: Children) -> n.OutcomeWords:
        return n.OutcomeWords(children[0], tuple(text_of(word) for word in children[2:]), span=span)

    def test(self, span: Span, children: Children) -> n.Test:
        return n.Test(text_of(children[1]), span=span)

    def invariant(self, span: Span, children: Children) -> n.Invariant:
        word: Any = str(children[0])
        return n.Invariant(word, text_of(children[1]), children[2], span=span)
