"""A text as editors count in it: lines and columns, in the units that client and server agreed on."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from attrs import frozen

# How a column is counted: in bytes, in UTF-16 code units (what editors use unless they say otherwise), in characters.
Units = Literal["utf-8", "utf-16", "utf-32"]
LINE_END = re.compile(r"\r\n|\r|\n")
BOM = "\ufeff"


@frozen
class Place:
    """A line and a column, both from 0; the column in whatever units are spoken of."""

    line: int
    column: int


class Text:
    """A text as the client has it: with its own line ends, and a byte-order mark if there is one."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each line begins."""
        return (0, *(match.end() for match in LINE_END.finditer(self.raw)))

    @cached_property
    def lines(self) -> list[str]:
        """Every line without its end; there is always one."""
        return LINE_END.split(self.raw)

    @property
    def marked(self) -> int:
        """How many characters a byte-order mark takes at the start: our columns do not count it."""
        return len(BOM) if self.raw.startswith(BOM) else 0

    @property
    def line_end(self) -> str:
        """How its first line ends."""
        found = LINE_END.search(self.raw)
        return found.group() if found else "\n"

    def to_client(self, place: Place, units: Units) -> Place:
        """A place in characters, the byte-order mark not counted, as the client counts it."""
        line = min(place.line, len(self.lines) - 1)
        text = self.lines[line]
        column = place.column + (self.marked if line == 0 else 0)
        return Place(place.line, units_in(text[:column], units))

    def from_client(self, place: Place, units: Units) -> Place:
        """A place as the client counts, in characters; past the end of a line it is the line's end."""
        if place.line >= len(self.lines):
            return Place(len(self.lines) - 1, len(self.lines[-1]) - (self.marked if len(self.lines) == 1 else 0))
        column = characters_in(self.lines[place.line], place.column, units)
        return Place(place.line, max(0, column - (self.marked if place.line == 0 else 0)))

    def changed(self, start: Place, end: Place, new: str, units: Units) -> Text:
        """The text after what is between two places of the client was replaced."""
        first, last = sorted((self._offset(start, units), self._offset(end, units)))
        return Text(self.raw[:first] + new + self.raw[last:])

    def _offset(self, place: Place, units: Units) -> int:
        """Where a place of the client is in the raw text."""
        if place.line >= len(self.lines):
            return len(self.raw)
        return self.starts[place.line] + characters_in(self.lines[place.line], place.column, units)


def units_in(text: str, units: Units) -> int:
    """How many units a text takes."""
    if text.isascii() or units == "utf-32":
        return len(text)
    return sum(_width(character, units) for character in text)


def characters_in(line: str, count: int, units: Units) -> int:
    """How many characters of a line so many units are; a unit inside a character means the start of it."""
    if line.isascii() or units == "utf-32":
        return min(max(0, count), len(line))
    taken = 0
    for at, character in enumerate(line):
        taken += _width(character, units)
        if taken > count:
            return at
    return len(line)


def _width(character: str, units: Units) -> int:
    code = ord(character)
    if units == "utf-16":
        return 2 if code > 0xFFFF else 1
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
