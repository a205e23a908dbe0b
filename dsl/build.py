"""From the grammar's rules to syntax nodes: one method a rule, called while the text is parsed."""

from __future__ import annotations

import json
from typing import Any, cast

from attrs import evolve, frozen
from lark import Token, Transformer, v_args

from scorelang import nodes as n
from scorelang.source import NOWHERE, Span
from scorelang.values import Type

# What the parser hands to a method: nodes that are built already, and the tokens of words that the grammar keeps.
Children = list[Any]

SPELLINGS = {"=": "is", "==": "is", "!=": "is not"}


class BadText(Exception):
    """A text in quotes with an escape that there is not."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


def token_span(token: Token) -> Span:
    """The span of a token."""
    assert token.start_pos is not None and token.end_pos is not None
    return Span(token.start_pos, token.end_pos)


def _extent(child: Any) -> Span:
    """The span of whatever a method is handed."""
    if isinstance(child, Token):
        return token_span(child)
    if isinstance(child, tuple | list):
        return _extent(child[0]).to(_extent(child[-1])) if child else NOWHERE
    return cast(Span, child.span)


def _with_span(method: Any, _rule: str, children: Children, _meta: object) -> Any:
    """Call a method with the span from the first to the last of what its rule matched."""
    return method(_extent(children), children)


def _word(token: Token) -> str:
    return " ".join(token.split())


def _has(children: Children, *types: str) -> bool:
    return any(isinstance(child, Token) and child.type in types for child in children)


def _nodes(children: Children) -> list[Any]:
    return [child for child in children if not isinstance(child, Token)]


def _only(children: Children, kind: type[Any]) -> Any:
    """The child of that kind, or None."""
    return next((child for child in children if isinstance(child, kind)), None)


def _all(children: Children, *kinds: type[Any]) -> tuple[Any, ...]:
    return tuple(child for child in children if isinstance(child, kinds))


def _after(children: Children, type_: str) -> Any:
    """The child that follows the keyword, or None."""
    at = next((at for at, child in enumerate(children) if isinstance(child, Token) and child.type == type_), None)
    return None if at is None else children[at + 1]


def _text(token: Token) -> n.Text:
    span = token_span(token)
    try:
        return n.Text(str(json.loads(str(token), strict=False)), span=span)
    except json.JSONDecodeError:
        raise BadText(span) from None


def _number(token: Token, sign: str = "", span: Span | None = None) -> n.Number:
    digits = token.replace("_", "")
    return n.Number("-" + digits if sign == "-" else digits, bool(sign), span=span or token_span(token))


def _percent(token: Token) -> str:
    return token.rstrip("% \t").replace("_", "")


# Parts of a rule that are no nodes of their own: they only tell what their content is for.


@frozen
class _Where(n.Node):
    item: n.Node


@frozen
class _OrWhen(n.Node):
    item: n.Node


@frozen
class _Points(n.Node):
    item: n.Node


@frozen
class _Silence(n.Node):
    item: n.Losing | n.Preset


@frozen
class _Weight(n.Node):
    percent: str


@frozen
class _Member(n.Node):
    name: n.Name


@frozen
class _Filter(n.Node):
    pattern: n.Text | None
    members: n.Node | None


@frozen
class _Repeat(n.Node):
    number: n.Number


def _repeat(given: n.Given, number: n.Number) -> n.Given:
    """The same event so many times; a number that is not whole becomes 0, which the checker reports."""
    return evolve(given, times=int(number.value) if number.value.is_integer() else 0)


@v_args(wrapper=_with_span)
class Build(Transformer[Token, n.Node]):
    """Builds the nodes of one line. Rules that only group are inlined by the grammar and have no method."""

    # --- names, texts, numbers

    def name(self, span: Span, children: Children) -> n.Name:
        return n.Name(str(children[0]), span=span)

    def label_text(self, span: Span, children: Children) -> n.Name:
        return n.Name(_text(children[0]).value, span=span)

    def text(self, span: Span, children: Children) -> n.Text:
        return _text(children[0])

    def number(self, span: Span, children: Children) -> n.Number:
        return _number(children[0])

    def signed(self, span: Span, children: Children) -> n.Number:
        sign = str(children[0]) if len(children) > 1 else ""
        return _number(children[-1], sign, span)

    def flag(self, span: Span, children: Children) -> n.Flag:
        return n.Flag(children[0].type == "YES", span=span)

    def date(self, span: Span, children: Children) -> n.Date:
        return n.Date(str(children[0]), span=span)

    def list_literal(self, span: Span, children: Children) -> n.ListOf:
        return n.ListOf(tuple(_nodes(children)), span=span)

    def dotted(self, span: Span, children: Children) -> n.Dotted:
        base, member = children
        if isinstance(base, Token):
            text = _text(base)
            base = n.Name(text.value, span=text.span)
        return n.Dotted(base, member, span=span)

    def call(self, span: Span, children: Children) -> n.Call:
        return n.Call(children[0], tuple(_nodes(children[1:])), span=span)

    def bracket(self, span: Span, children: Children) -> n.Node:
        return evolve(cast(n.Node, children[1]), span=span)

    # --- arithmetic

    def sum(self, span: Span, children: Children) -> n.Node:
        if not isinstance(children[0], Token):
            children = [Token("SIGN", "+"), *children]
        elif len(children) == 2 and isinstance(children[1], n.Number) and not children[1].signed:
            number = children[1]
            minus = "-" if children[0] == "-" else ""
            return n.Number(minus + number.text, True, span=span)
        signs, terms = children[::2], children[1::2]
        return n.Sum(tuple((cast(Any, str(sign)), term) for sign, term in zip(signs, terms, strict=True)), span=span)

    def product(self, span: Span, children: Children) -> n.Product:
        operators = ["*", *map(str, children[1::2])]
        return n.Product(tuple((cast(Any, o), one) for o, one in zip(operators, children[::2], strict=True)), span=span)

    def aggregate(self, span: Span, children: Children) -> n.Aggregate:
        return n.Aggregate(_word(children[0]).split()[0], children[1], span=span)

    def days_since(self, span: Span, children: Children) -> n.DaysSince:
        return n.DaysSince(children[1], span=span)

    def days_since_last(self, span: Span, children: Children) -> n.DaysSinceLast:
        return n.DaysSinceLast(children[1], span=span)

    # --- conditions

    def or_(self, span: Span, children: Children) -> n.Or:
        return n.Or(tuple(_nodes(children)), span=span)

    def and_(self, span: Span, children: Children) -> n.And:
        return n.And(tuple(_nodes(children)), span=span)

    def not_(self, span: Span, children: Children) -> n.Node:
        *words, item = children
        # Two `not`s are none: a thousand of them must not nest a thousand nodes.
        return n.Not(item, span=span) if len(words) % 2 else n.Not(n.Not(item, span=span), span=span)

    def operand(self, span: Span, children: Children) -> n.Node:
        return cast(n.Node, children[0])

    def compare(self, span: Span, children: Children) -> n.Compare:
        left, operator, right = children
        word = _word(operator)
        return n.Compare(SPELLINGS.get(word, word), left, right, span=span)

    def compare_rank(self, span: Span, children: Children) -> n.Node:
        left, is_, rank, right = children
        node = n.Compare(f"is {_word(rank)}", left, right, span=span)
        return n.Not(node, span=node.span) if is_.type == "IS_NOT" else node

    def known(self, span: Span, children: Children) -> n.Known:
        value, is_, what = children
        return n.Known(value, (what.type == "MISSING") != (is_.type == "IS_NOT"), span=span)

    def between(self, span: Span, children: Children) -> n.Between:
        return n.Between(*_nodes(children), span=span)

    def quorum(self, span: Span, children: Children) -> n.Quorum:
        how: Any = _word(children[0])
        return n.Quorum(how, _number(children[1]), tuple(_nodes(children)), span=span)

    def occurs(self, span: Span, children: Children) -> n.Occurs:
        pattern = next((_text(child) for child in children if isinstance(child, Token)), None)
        return self._occurs(span, children[0], pattern, None, children)

    def in_occurs(self, span: Span, children: Children) -> n.Node:
        left, operator, members, tail = children
        if operator.type == "NOT_IN" or not isinstance(left, n.Name):
            # No such events: the resolver says so at the window, where the slip shows.
            return n.Compare(_word(operator), left, n.Occurs(n.Events(n.Name("", span=span))), span=span)
        return self._occurs(span, left, None, members, [tail])

    def _occurs(self, span: Span, kind: n.Name, pattern: n.Text | None, members: Any, rest: Children) -> n.Occurs:
        tail: list[Any] = _only(rest, list) or []
        times, window = _only(tail, n.Times), _only(tail, n.Window)
        where = next((part.item for part in tail if isinstance(part, _Where)), None)
        end = times.span.start if times is not None and (window is None or window.span.start > times.span.start) else None
        events = n.Events(kind, pattern, members, where, window, span=Span(span.start, end) if end and not window else span)
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
        chosen = _only(rest, _Filter)
        where = _only(rest, _Where)
        return n.Events(
            kind,
            chosen.pattern if chosen else None,
            chosen.members if chosen else None,
            where.item if where else None,
            _only(rest, n.Window),
            next((part.name for part in rest if isinstance(part, _Member)), None),
            span=span,
        )

    def filter(self, span: Span, children: Children) -> _Filter:
        if isinstance(children[0], Token) and children[0].type == "STRING":
            return _Filter(_text(children[0]), None, span=span)
        return _Filter(None, children[-1], span=span)

    def member(self, span: Span, children: Children) -> _Member:
        return _Member(children[0], span=span)

    def where(self, span: Span, children: Children) -> _Where:
        nots = sum(1 for child in children if isinstance(child, Token) and child.type == "NOT")
        item = children[-1]
        return _Where(self.not_(span, [*range(nots), item]) if nots else item, span=span)

    def times(self, span: Span, children: Children) -> n.Times:
        how: Any = _word(children[0])
        return n.Times(how, _number(children[1]), span=span)

    def window(self, span: Span, children: Children) -> n.Window:
        word, limit = _word(children[0]), children[1]
        if word in ("since", "before"):
            return n.Window(cast(Any, word), low=limit, span=span)
        if word == "more than":
            return n.Window("more than", low=limit, span=span)
        return n.Window("within" if word == "within" else "within next", high=limit, span=span)

    def window_between(self, span: Span, children: Children) -> n.Window:
        numbers = [child for child in children if isinstance(child, Token) and child.type in ("NUMBER", "UNIT")]
        high = _only(children, n.Duration)
        unit = str(numbers[1]).removesuffix("s") if len(numbers) > 1 else high.unit
        low = n.Duration(_number(numbers[0]), unit, span=token_span(numbers[0]))
        return n.Window("between", low=low, high=high, span=span)

    def duration(self, span: Span, children: Children) -> n.Duration:
        return n.Duration(_number(children[0]), str(children[1]).removesuffix("s"), span=span)

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
        points = _only(children, _Points)
        modifiers = tuple(child for child in children[1:] if isinstance(child, n.Modifier))
        return n.Rule(form, children[0], points.item, modifiers, _only(children[1:], n.Text), span=span)

    def points(self, span: Span, children: Children) -> _Points:
        return _Points(children[0], span=span)

    def because(self, span: Span, children: Children) -> n.Text:
        return _text(children[1])

    def choose(self, span: Span, children: Children) -> n.Choose:
        return n.Choose(_has(children, "BEST"), span=span)

    def matrix(self, span: Span, children: Children) -> n.Matrix:
        by_row, by_column, *rest = _nodes(children)
        return n.Matrix(by_row, by_column, _only(rest, n.Text), span=span)

    def bound(self, span: Span, children: Children) -> n.Bound:
        how: Any = _word(children[0])
        return n.Bound(how, children[1], span=span)

    def bounds(self, span: Span, children: Children) -> tuple[n.Bound, n.Bound]:
        low, _, high = children
        return n.Bound("at least", low, span=low.span), n.Bound("at most", high, span=high.span)

    def once(self, span: Span, children: Children) -> n.Frequency:
        return n.Frequency(1, cast(Any, str(children[-1])), span=span)

    def frequency(self, span: Span, children: Children) -> n.Frequency:
        number = _number(children[0])
        whole = int(number.value) if number.value.is_integer() else 0
        return n.Frequency(whole, cast(Any, str(children[-1])), span=span)

    def losing(self, span: Span, children: Children) -> n.Losing:
        return n.Losing(_percent(children[1]), children[-1], span=span)

    def fading(self, span: Span, children: Children) -> n.Fading:
        return n.Fading(children[-1], span=span)

    def during(self, span: Span, children: Children) -> n.During:
        return n.During(*_nodes(children), span=span)

    def preset(self, span: Span, children: Children) -> n.Preset:
        return n.Preset(children[0], span=span)

    # --- tables

    def row(self, span: Span, children: Children) -> n.Row:
        return n.Row(_all(children, n.Cell), span=span)

    def cell(self, span: Span, children: Children) -> n.Cell:
        words = [child for child in children if isinstance(child, Token)]
        values = tuple(_nodes(children))
        if not children:
            return n.Cell("empty")
        if not words:
            return n.Cell("value", values, span=span)
        if words[0].type == "TO":
            return n.Cell("range", values, span=span)
        word = _word(words[0])
        return n.Cell(SPELLINGS.get(word, word), values, span=span)

    # --- statements

    def header(self, span: Span, children: Children) -> n.Header:
        name = next((_text(child) for child in children if isinstance(child, Token) and child.type == "STRING"), None)
        return n.Header(name, _all(children, tuple), span=span)

    def header_item(self, span: Span, children: Children) -> tuple[n.Name, n.Node]:
        word, value = children
        return n.Name(str(word), span=token_span(word)), _text(value) if isinstance(value, Token) else value

    def timezone(self, span: Span, children: Children) -> n.Header:
        word, value = children
        return n.Header(None, ((n.Name("timezone", span=token_span(word)), _text(value)),), span=span)

    def use(self, span: Span, children: Children) -> n.Use:
        return n.Use(_all(children, n.Name), _text(children[-1]), span=span)

    use_model = use

    def lead(self, span: Span, children: Children) -> n.Lead:
        return n.Lead(_only(children, n.Name), span=span)

    def attribute(self, span: Span, children: Children) -> n.Field:
        name, type_, *rest = children
        column = _after(rest, "FROM")
        missing = tuple(_nodes(rest))
        return n.Field(name, Type(_word(type_)), _text(column) if column is not None else None, missing, span=span)

    def missing_value(self, span: Span, children: Children) -> n.Node:
        match children[-1].type:
            case "STRING":
                return self.text(span, children)
            case "DATE":
                return self.date(span, children)
            case "NUMBER":
                return self.signed(span, children)
        return self.flag(span, children)

    def event(self, span: Span, children: Children) -> n.Event:
        return n.Event(children[1], _all(children, n.Field), span=span)

    def named_list(self, span: Span, children: Children) -> n.NamedList:
        return n.NamedList(_only(children, n.Name), items=_only(children, n.ListOf), span=span)

    def list_file(self, span: Span, children: Children) -> n.NamedList:
        column = _after(children, "COLUMN")
        path = _text(_after(children, "FROM"))
        return n.NamedList(_only(children, n.Name), path=path, column=_text(column) if column else None, span=span)

    def define(self, span: Span, children: Children) -> n.Define:
        return n.Define(*_nodes(children), span=span)

    def decay(self, span: Span, children: Children) -> n.Decay:
        return n.Decay(*_nodes(children), span=span)

    def category(self, span: Span, children: Children) -> n.Category:
        word: Any = str(children[0])
        bounds: list[n.Bound] = []
        for child in children[2:]:
            bounds.extend(child if isinstance(child, tuple) else [child] if isinstance(child, n.Bound) else [])
        silence = next((child.item for child in children if isinstance(child, _Silence)), None)
        weight = next((child.percent for child in children if isinstance(child, _Weight)), None)
        return n.Category(word, children[1], tuple(bounds), weight, silence, span=span)

    def weight(self, span: Span, children: Children) -> _Weight:
        return _Weight(_percent(children[1]), span=span)

    def silence(self, span: Span, children: Children) -> _Silence:
        return _Silence(children[0], span=span)

    def score_bounds(self, span: Span, children: Children) -> n.ScoreBounds:
        bounds = _all(children, n.Bound)
        if not bounds:
            low, high = _nodes(children)
            bounds = (n.Bound("at least", low, span=low.span), n.Bound("at most", high, span=high.span))
        return n.ScoreBounds(bounds, span=span)

    def start_over(self, span: Span, children: Children) -> n.StartOver:
        return n.StartOver(children[1], span=span)

    def require(self, span: Span, children: Children) -> n.Require:
        reason = children[-1] if len(children) > 2 and isinstance(children[-1], n.Text) else None
        return n.Require(children[1], _after(children, "FOR"), reason, span=span)

    def disqualify(self, span: Span, children: Children) -> n.Disqualify:
        reason = children[-1] if len(children) > 3 else None
        return n.Disqualify(children[2], reason, span=span)

    def stage(self, span: Span, children: Children) -> n.Stage:
        or_when = tuple(child.item for child in children if isinstance(child, _OrWhen))
        return n.Stage(children[1], _after(children, "FROM"), _after(children, "WHEN"), or_when, span=span)

    def or_when(self, span: Span, children: Children) -> _OrWhen:
        return _OrWhen(children[-1], span=span)

    def grade(self, span: Span, children: Children) -> n.Grade:
        return n.Grade(children[1], _all(children, tuple), _after(children, "ELSE"), span=span)

    def band(self, span: Span, children: Children) -> tuple[n.Name, n.Number]:
        label, threshold = _nodes(children)
        return label, threshold

    def route(self, span: Span, children: Children) -> n.Route:
        return n.Route(span=span)

    def to_if(self, span: Span, children: Children) -> n.Destination:
        return n.Destination(_text(children[0]), children[2], span=span)

    def to_otherwise(self, span: Span, children: Children) -> n.Destination:
        return n.Destination(_text(children[0]), span=span)

    def test(self, span: Span, children: Children) -> n.Test:
        return n.Test(_text(children[1]), span=span)

    def invariant(self, span: Span, children: Children) -> n.Invariant:
        word: Any = str(children[0])
        return n.Invariant(word, _text(children[1]), children[2], span=span)

    # --- tests

    def given(self, span: Span, children: Children) -> n.GivenLine:
        items: list[n.Given] = []
        for child in children[1:]:
            if isinstance(child, _Repeat):
                items[-1:] = [_repeat(items[-1], child.number)] if items else []
            else:
                items.append(child)
        return n.GivenLine(tuple(items), span=span)

    def given_item(self, span: Span, children: Children) -> n.Given:
        name, *rest = children
        pairs = _all(rest, tuple)
        on = _only(rest[-1:], n.Date) if _has(rest, "ON") else None
        age = _only(rest, n.Duration)
        value = rest[0] if rest and isinstance(rest[0], n.Node) and rest[0] is not age else None
        return n.Given(name, value, pairs, age, on, span=span)

    def with_(self, span: Span, children: Children) -> tuple[n.Name, n.Node]:
        return children[0], children[1]

    def given_missing(self, span: Span, children: Children) -> n.Known:
        return n.Known(n.Name("", span=span), True, span=span)

    def given_times(self, span: Span, children: Children) -> _Repeat:
        return _Repeat(_number(children[0]), span=span)

    def expect(self, span: Span, children: Children) -> n.ExpectLine:
        return n.ExpectLine(tuple(children[1:]), span=span)

    def expect_value(self, span: Span, children: Children) -> n.Expect:
        what, value = children
        return n.Expect("value", what, _text(value) if isinstance(value, Token) else value, span=span)

    def expect_condition(self, span: Span, children: Children) -> n.Expect:
        return n.Expect("condition", children[0], span=span)

    def expect_reason(self, span: Span, children: Children) -> n.Expect:
        form: Any = _word(children[0])
        return n.Expect(form, _text(children[1]), span=span)

    def as_of(self, span: Span, children: Children) -> n.AsOf:
        return n.AsOf(children[1], span=span)
