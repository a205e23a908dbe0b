"""A file in an editor: its lines in blocks, each read on its own, so that one keystroke reads one line anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from attrs import Factory, define

from scorelang import nodes as n
from scorelang.diagnostics import Diagnostics
from scorelang.editor.names import Named, names_of
from scorelang.editor.relaid import relaid
from scorelang.editor.text import Place, Text
from scorelang.layout import Layout, Line, read_layout
from scorelang.parse import INSIDE, STARTS, read_line
from scorelang.source import Span, source_of
from scorelang.syntax_errors import Stop


@define(eq=False)
class Reading:
    """What one line says, by itself: its node, with spans from the line's start, or where reading stopped."""

    node: n.Node | None
    stop: Stop | None
    inside: str | None = None
    """The place in the grammar of the lines of its block, for a line that has one."""
    _names: tuple[Named, ...] | None = None

    @property
    def names(self) -> tuple[Named, ...]:
        """The names in the line."""
        if self._names is None:
            self._names = names_of(self.node) if self.node is not None else ()
        return self._names


@define(eq=False)
class Entry:
    """A line of a document: where it stands (`place` as in the grammar), what it says, the lines of its block."""

    line: Line
    place: str
    reading: Reading
    parent: Entry | None = None
    inner: list[Entry] = Factory(list)

    @property
    def at(self) -> int:
        """Where the line begins."""
        return self.line.span.start

    @property
    def node(self) -> n.Node | None:
        """What the line says, with spans from `at`; a block's node has no lines in it."""
        return self.reading.node

    @property
    def end(self) -> int:
        """Where the line or the last one of its block ends."""
        return self.inner[-1].end if self.inner else self.line.span.end

    def put(self, span: Span, reading: Reading, parent: Entry | None) -> Entry:
        """The same line at another place, without the lines of its block."""
        line = self.line
        return Entry(Line(span, line.indent, line.word, line.opens), self.place, reading, parent)

    def take(self, inner: list[Entry]) -> None:
        """Have these lines in its block."""
        self.inner = inner
        self.line.block = [entry.line for entry in inner]

    def span(self, inside: Span) -> Span:
        """A span of the line in the whole text."""
        return Span(self.at + inside.start, self.at + inside.end)

    def walk(self) -> Iterator[Entry]:
        """The line and all in its block, in the order of the text."""
        yield self
        for entry in self.inner:
            yield from entry.walk()

    @property
    def outermost(self) -> Entry:
        """The statement that the line is of."""
        entry = self
        while entry.parent is not None:
            entry = entry.parent
        return entry


Readings = dict[tuple[str, str], Reading]


class Document:
    """One version of a file. What a version before it read of the same lines is taken over from `before`."""

    def __init__(
        self, key: str, text: Text, path: Path | None = None, version: int = 0, before: Document | None = None
    ) -> None:
        self.key = key
        """What the file is known by: its real path, its name in the standard library, or else its URI."""
        self.path = path
        self.text = text
        self.version = version
        self.source = source_of(str(path) if path is not None else key, text.raw)
        self._before: Readings = before.readings if before is not None else {}
        self._old = before if before is not None and "_laid" in before.__dict__ else None

    @property
    def folder(self) -> Path | None:
        """Where its `use` paths begin."""
        return self.path.parent if self.path is not None else None

    @property
    def layout(self) -> Layout:
        """Its logical lines."""
        return self._laid[0]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Its statements."""
        return self._laid[1]

    @cached_property
    def readings(self) -> Readings:
        """What each line says, by its text and place; filled when `entries` are read."""
        return {}

    @cached_property
    def _laid(self) -> tuple[Layout, tuple[Entry, ...]]:
        old, self._old = self._old, None
        moved = relaid(old, self) if old is not None else None
        if moved is not None:
            self.readings.update(self._before)
        else:
            layout = read_layout(self.source, Diagnostics())
            moved = layout, tuple(self._entry(line, "top", None) for line in layout.lines)
        self._before = {}
        return moved

    def _entry(self, line: Line, place: str, parent: Entry | None) -> Entry:
        entry = Entry(line, place, self.reading(line.span, place), parent)
        if line.block:
            inside = entry.reading.inside or INSIDE.get(line.word) or place
            entry.inner = [self._entry(inner, inside, entry) for inner in line.block]
        return entry

    def reading(self, span: Span, place: str) -> Reading:
        """What the line of a span says, which stands in a place of the grammar."""
        key = self.source.text[span.start : span.end], place
        known = self.readings.get(key) or self._before.get(key)
        self.readings[key] = known = known or read(*key)
        return known

    @cached_property
    def lines(self) -> tuple[Entry, ...]:
        """Every line, in the order of the text."""
        return tuple(inner for entry in self.entries for inner in entry.walk())

    @cached_property
    def broken(self) -> tuple[Entry, ...]:
        """The lines that cannot be read where they stand."""
        return tuple(entry for entry in self.lines if entry.reading.stop is not None)

    # --- places

    def offset(self, place: Place) -> int:
        """Where a place (in characters) is in the source's text."""
        line = min(max(0, place.line), self.source.text.count("\n"))
        start = self._starts[line]
        end = self._starts[line + 1] - 1 if line + 1 < len(self._starts) else len(self.source.text)
        return min(start + place.column, end)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in re.finditer("\n", self.source.text)))

    def place(self, offset: int) -> Place:
        """The line and column (in characters, from 0) of an offset of the source's text."""
        line = self.source.line_of(offset)
        return Place(line - 1, self.source.column_of(offset) - 1)

    def entry_at(self, offset: int) -> Entry | None:
        """The line that an offset is in or at the end of; None between lines."""
        low, high = 0, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            if self.lines[middle].at <= offset:
                low = middle + 1
            else:
                high = middle
        entry = self.lines[low - 1] if low else None
        return entry if entry is not None and offset <= entry.line.span.end else None

    def named_at(self, offset: int) -> tuple[Entry, Named] | None:
        """The name that an offset is in or at the end of."""
        entry = self.entry_at(offset)
        if entry is None:
            return None
        inside = offset - entry.at
        here = [name for name in entry.reading.names if name.span.start <= inside <= name.span.end]
        # Between two names the one that begins here is meant.
        return (entry, here[-1]) if here else None


def read(text: str, place: str) -> Reading:
    """What a line says that stands in a place of the grammar."""
    found = read_line(text, place)
    if not isinstance(found, Stop):
        return Reading(found, None, place_inside(found))
    node = None
    if place != "top":
        # In the wrong block, or in one whose head cannot be read: its names count all the same.
        node = next((one for other in STARTS if not isinstance(one := read_line(text, other), Stop)), None)
    return Reading(node, found, place_inside(node))


def place_inside(node: n.Node | None) -> str | None:
    """The place that the lines of a node's block are in, or None for a node without a block."""
    return None if node is None else INSIDE.get(type(node).__name__.lower())
