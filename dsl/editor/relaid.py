"""The lines of a document after a small edit within one of them: those of before, moved.

Most keystrokes change no line's place among the others. What cannot be seen to be such a keystroke gives None, and the
whole text is laid out anew; a test holds the two together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.layout import (
    BLOCKS,
    CONTINUES,
    KEYED,
    LEAD,
    MAX_LINE,
    RULE,
    STATEMENT,
    WHITE,
    WHOLE,
    Layout,
    first_word,
)  # fmt: skip
from scorelang.source import Span

if TYPE_CHECKING:
    from scorelang.editor.document import Document, Entry

# Signs that no line is parted, joined or nested by, wherever they are typed.
HARMLESS = re.compile(r"[\w .,<>=+%-]*")
# Signs that a harmless one may undo, or make up, by standing beside them.
AROUND = ("#", "\\", "*/")
# What decides how a line joins those around it.
SHAPES = (STATEMENT, WHOLE, CONTINUES, LEAD, KEYED, RULE)
# Lines that begin like this are read in ways of their own.
SPECIAL = ("", "|", "/", "-", "<", "#")


@frozen
class Change:
    """What is different between two texts: the characters from `start` to `old_end` became those up to `new_end`."""

    start: int
    old_end: int
    new_end: int

    @property
    def shift(self) -> int:
        """How far what stands behind the change moved."""
        return self.new_end - self.old_end


def change_between(old: str, new: str) -> Change:
    """The smallest stretch outside which two texts are equal."""
    start = _common(old, new)
    most = min(len(old), len(new)) - start
    end = _common(old[len(old) - most :][::-1], new[len(new) - most :][::-1]) if most else 0
    return Change(start, len(old) - end, len(new) - end)


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


@frozen
class Move:
    """A harmless change: where every offset of the text before it is by now.

    `old_tail` and `new_tail` are where the content of the line that it is in ends, without white space.
    """

    change: Change
    old_tail: int
    new_tail: int

    @property
    def first(self) -> int:
        """What ends before this stays as it is; the change may be in white space behind a line's content."""
        return min(self.change.start, self.old_tail)

    def span(self, span: Span) -> Span:
        """A line's or comment's span after the change."""
        by = self.change.shift
        if span.end == self.old_tail:
            return Span(span.start, self.new_tail)
        if span.end < self.first:
            return span
        return Span(span.start + by if span.start > self.change.start else span.start, span.end + by)

    def is_inside(self, span: Span) -> bool:
        """Whether a line of the text before holds the change."""
        return span.start <= self.change.start and self.old_tail <= span.end


def move_between(old: str, new: str) -> Move | None:
    """The change between two texts, if it leaves every line where it is among the others, as far as can be seen."""
    change = change_between(old, new)
    if not HARMLESS.fullmatch(old, change.start, change.old_end) or not HARMLESS.fullmatch(
        new, change.start, change.new_end
    ):
        return None
    start = old.rfind("\n", 0, change.start) + 1
    before, after = _line(old, start, change.old_end), _line(new, start, change.new_end)
    was, now = before.lstrip(WHITE), after.lstrip(WHITE)
    white = len(before) - len(was)
    if white != len(after) - len(now) or change.start <= start + white:
        return None
    if any(sign in each for sign in AROUND for each in (before, after)):
        return None
    was, now = was.rstrip(), now.rstrip()
    word = first_word(was)
    if word in SPECIAL or word != first_word(now) or (was[-1] != now[-1] and {was[-1], now[-1]} & {":", "|"}):
        return None
    if any(bool(shape.match(was)) is not bool(shape.match(now)) for shape in SHAPES) or len(now) > MAX_LINE // 2:
        return None
    return Move(change, start + white + len(was), start + white + len(now))


def _line(text: str, start: int, at: int) -> str:
    end = text.find("\n", at)
    return text[start : end if end >= 0 else len(text)]


def relaid(old: Document, new: Document) -> tuple[Layout, tuple[Entry, ...]] | None:
    """The layout and the entries of a document by those of the version before; None where that cannot be seen."""
    move = move_between(old.source.text, new.source.text)
    if move is None:
        return None
    for entry in old.lines:
        line = entry.line
        is_long = line.span.end - line.span.start > MAX_LINE // 2
        if move.is_inside(line.span) and (line.word in BLOCKS or line.block or line.opens or is_long):
            return None
    entries = tuple(_moved(entry, None, move, new) for entry in old.entries)
    comments = [move.span(span) for span in old.layout.comments]
    return Layout([entry.line for entry in entries], comments), entries


def _moved(entry: Entry, parent: Entry | None, move: Move, new: Document) -> Entry:
    change, span = move.change, entry.line.span
    if parent is None and entry.end < move.first:
        return entry  # above the change nothing moves
    if span.start > change.old_end and span.end != move.old_tail:
        return _shifted(entry, parent, change.shift)
    reading = new.reading(move.span(span), entry.place) if move.is_inside(span) else entry.reading
    moved = entry.put(move.span(span), reading, parent)
    moved.take([_moved(inner, moved, move, new) for inner in entry.inner])
    return moved


def _shifted(entry: Entry, parent: Entry | None, by: int) -> Entry:
    """A line and its block, so many characters further on."""
    span = entry.line.span
    moved = entry.put(Span(span.start + by, span.end + by), entry.reading, parent)
    if entry.inner:
        moved.take([_shifted(inner, moved, by) for inner in entry.inner])
    return moved
