"""What the methods that build nodes share: spans, texts, numbers, and parts that are no nodes of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from attrs import evolve, frozen
from lark import Token

from scorelang import nodes as n
from scorelang.source import COMMENT, NOWHERE, Span

# What the parser hands to a method: nodes that are built already, and the tokens of words that the grammar keeps.
Children = list[Any]
Builder = TypeVar("Builder")

# Line ends and the like may stand in a text as they are.
TEXTS = json.JSONDecoder(strict=False)
SPELLINGS = {"=": "is", "==": "is", "!=": "is not"}


# Escapes can name what no file can hold: half a character, or the one that ends a text in other languages.
UNWRITABLE = re.compile("[\ud800-\udfff\0]")


class BadText(Exception):  # noqa: N818
    """A text in quotes with an escape that there is not."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


class Twice(Exception):  # noqa: N818
    """Something that a line may say once, said again: what it is, where it stands, and where it stood first."""

    def __init__(self, what: str, span: Span, first: Span) -> None:
        super().__init__(what, span, first)
        self.what = what
        self.span = span
        self.first = first


def only_once(what: str, parts: Sequence[Any]) -> Any:
    """The only one of the parts, or None; raises `Twice` where there are more."""
    if len(parts) > 1:
        raise Twice(what, parts[1].span, parts[0].span)
    return parts[0] if parts else None


def token_span(token: Token) -> Span:
    """The span of a token."""
    assert token.start_pos is not None
    assert token.end_pos is not None
    return Span(token.start_pos, token.end_pos)


def extent_of(children: Sequence[Any]) -> Span:
    """The span from the first to the last of what a rule matched."""
    # Most rules match words and nodes; only a few match groups of them.
    first, last = (children[0], children[-1]) if children else (None, None)
    if isinstance(first, Token):
        start, end = first.start_pos, first.end_pos
    elif isinstance(first, n.Node):
        start, end = first.span.start, first.span.end
    else:
        return Span(*_edges(children))
    if last is first:
        return Span(start, end)  # type: ignore[arg-type]
    return Span(start, max(end, _edges(last)[1]))  # type: ignore[arg-type, type-var]


def _edges(child: Any) -> tuple[int, int]:
    """Where something that a method is handed begins and ends."""
    if isinstance(child, Token):
        assert child.start_pos is not None
        assert child.end_pos is not None
        return child.start_pos, child.end_pos
    if not isinstance(child, list | tuple):
        return child.span.start, child.span.end
    if not child:
        return NOWHERE.start, NOWHERE.end
    start, end = _edges(child[0])
    return start, max(end, _edges(child[-1])[1]) if len(child) > 1 else end


def with_spans(builder: type[Builder]) -> type[Builder]:
    """Marks a class that builds nodes: its methods take a span and children, and the parser hands them the children."""
    for name, method in list(vars(builder).items()):
        if not name.startswith("_"):
            setattr(builder, name, _with_span(method))
    return builder


def _with_span(method: Callable[[Any, Span, Children], Any]) -> Callable[[Any, Children], Any]:
    @wraps(method)
    def build(self: Any, children: Children) -> Any:
        return method(self, extent_of(children), children)

    return build


def word_of(token: Token) -> str:
    """The keyword of a token, with single spaces."""
    return " ".join(COMMENT.sub("", token).split())


def has_token(children: Children, *types: str) -> bool:
    """Whether one of those keywords was typed."""
    return any(isinstance(child, Token) and child.type in types for child in children)


def nodes_of(children: Children) -> list[Any]:
    """The nodes among the children."""
    return [child for child in children if not isinstance(child, Token)]


def only(children: Children, kind: type[Any]) -> Any:
    """The child of that kind, or None."""
    return next((child for child in children if isinstance(child, kind)), None)


def all_of(children: Sequence[Any], *kinds: type[Any]) -> tuple[Any, ...]:
    """The children of those kinds."""
    return tuple(child for child in children if isinstance(child, kinds))


def after(children: Children, type_: str) -> Any:
    """The child that follows the keyword, or None."""
    at = next((at for at, child in enumerate(children) if isinstance(child, Token) and child.type == type_), None)
    return None if at is None else children[at + 1]


def text_of(token: Token) -> n.Text:
    """The text of a token in quotes; raises `BadText` for an escape that JSON does not have."""
    span = token_span(token)
    try:
        # Most texts have no escape in them.
        text = str(TEXTS.decode(str(token))) if "\\" in token else token[1:-1]
    except json.JSONDecodeError:
        raise BadText(span) from None
    if UNWRITABLE.search(text):
        raise BadText(span)
    return n.Text(text, span=span)


def signed_of(children: Children, span: Span) -> n.Number:
    """The number at the end of the children, with the sign before it, if there is one."""
    return number_of(children[-1], str(children[0]) if len(children) > 1 else "", span)


def number_of(token: Token, sign: str = "", span: Span | None = None) -> n.Number:
    """The number of a token, with its sign."""
    digits = token.replace("_", "")
    return n.Number("-" + digits if sign == "-" else digits, bool(sign), span=span or token_span(token))


def percent_of(token: Token) -> str:
    """The digits of a percentage."""
    return token.rstrip("% \t").replace("_", "")


# Parts of a rule that are no nodes of their own: they only tell what their content is for.


@frozen(eq=False, repr=False)
class Where(n.Node):
    """`where …`."""

    item: n.Node


@frozen(eq=False, repr=False)
class OrWhen(n.Node):
    """`or when …`."""

    item: n.Node


@frozen(eq=False, repr=False)
class Points(n.Node):
    """The points of a rule."""

    item: n.Node


@frozen(eq=False, repr=False)
class Silence(n.Node):
    """`… of silence`."""

    item: n.Losing | n.Preset


@frozen(eq=False, repr=False)
class Weight(n.Node):
    """`weight 40%`."""

    percent: str


@frozen(eq=False, repr=False)
class Member(n.Node):
    """`.amount`."""

    name: n.Name


@frozen(eq=False, repr=False)
class Filter(n.Node):
    """What stands after an event: a text, or `in LIST`."""

    pattern: n.Text | None
    members: n.Node | None


@frozen(eq=False, repr=False)
class Repeat(n.Node):
    """`3 times`."""

    number: n.Number


def repeated(given: n.Given, number: n.Number) -> n.Given:
    """The same event so many times; a number that is not whole becomes 0, which the checker reports."""
    return evolve(given, times=int(number.value) if number.value.is_integer() else 0)
