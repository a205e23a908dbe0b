"""A line while it is being mended: its text, and the place that every character of it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, Protocol

import attrs
from attrs import field, frozen
from lark.utils import TextSlice

from scorelang import nodes as n
from scorelang.source import NOWHERE, Source, Span

# Texts in quotes, comments: what stands in them is no slip.
OPAQUE = re.compile(r'"(?:\\.|[^"\\\n])*"|#[^\n]*')
# Texts longer than this are not compared character by character.
ALIGNED = 300
FILLER = "\ue000"


@frozen
class Stop:
    """Where the parser stopped in a text: the start and end of what it could not take there."""

    at: int
    end: int
    twice: str = ""
    """What stands here for the second time."""
    first: Span = NOWHERE
    """Where that stood first."""


class Grammar(Protocol):
    """What mending a line needs of the parser."""

    spellings: Mapping[str, str]
    """The terminals that are always typed alike, and how: `{"THEN": "then", "COMMA": ","}`."""

    def read(self, text: str | TextSlice[str], start: str) -> n.Node | Stop:
        """The node of a line, or where the parser stopped in it."""

    def accepts(self, text: str, start: str) -> frozenset[str]:
        """The terminals that may follow the beginning of a line."""


@frozen
class Draft:
    """The text of a line with what was mended so far; `origin` is the offset in the source of every character."""

    text: str
    origin: tuple[int, ...]
    masked: str = field(init=False, repr=False, eq=False)
    """The text with the inside of every text in quotes, and every comment, blotted out."""

    @masked.default
    def _mask(self) -> str:
        return OPAQUE.sub(_blot, self.text)

    def replaced(self, start: int, end: int, text: str) -> Draft:
        """The draft with other text from `start` to `end`; what both texts begin or end with stays where it was."""
        same = _alike(self.text[start:end], text)
        start, text = start + same, text[same:]
        same = _alike(self.text[start:end][::-1], text[::-1])
        end, text = end - same, text[: len(text) - same]
        return Draft(
            self.text[:start] + text + self.text[end:],
            self.origin[:start] + self._origins(start, end, text) + self.origin[end:],
        )

    def _origins(self, start: int, end: int, text: str) -> tuple[int, ...]:
        """Where the characters of new text come from: those that stood in the old text are where they were."""
        origins = [self.origin[start]] * len(text)
        if max(len(text), end - start) > ALIGNED:
            return tuple(origins)
        for block in SequenceMatcher(None, self.text[start:end], text, autojunk=False).get_matching_blocks():
            for at in range(len(text) - block.b):
                origins[block.b + at] = self.origin[start + block.a + min(at, block.size)]
        return tuple(origins)

    def span(self, start: int, end: int) -> Span:
        """The span in the source of the characters from `start` to `end`."""
        # What was written at the end of a line ends with the line.
        last = min(self.origin[end - 1] + 1, self.origin[-1]) if end > start else self.origin[start]
        return Span(self.origin[start], last)

    def cut(self, start: int, end: int) -> Draft:
        """The part of the draft from `start` to `end`."""
        return Draft(self.text[start:end], self.origin[start : end + 1])


def draft_of(source: Source, span: Span) -> Draft:
    """The text of a span as it was typed."""
    return Draft(source.text[span.start : span.end], tuple(range(span.start, span.end + 1)))


def _alike(one: str, other: str) -> int:
    """With how many characters both texts begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _blot(match: re.Match[str]) -> str:
    text = match.group()
    if text.startswith("#"):
        return " " * len(text)
    return f'"{FILLER * (len(text) - 2)}"'


def placed(node: Any, draft: Draft) -> Any:
    """The node of a mended text with its spans in the source."""
    if isinstance(node, tuple):
        return tuple(placed(item, draft) for item in node)
    if not isinstance(node, n.Node):
        return node
    changes = {
        attribute.name: placed(getattr(node, attribute.name), draft)
        for attribute in attrs.fields(type(node))
        if attribute.name != "span"
    }
    return attrs.evolve(node, span=draft.span(node.span.start, node.span.end), **changes)
