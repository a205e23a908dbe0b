"""What the `model` line says: name, version, owner, time zone."""

from __future__ import annotations

from zoneinfo import ZoneInfoNotFoundError

from attrs import Factory, define

from scorelang import nodes as n
from scorelang.check.state import Around, State
from scorelang.source import Span
from scorelang.values import zone_of


@define
class Header:
    """The values by their words; `name` is the text after `model`."""

    said: dict[str, n.Text | n.Number] = Factory(dict)

    def text(self, word: str) -> str | None:
        """A value as text, or None when it was not given."""
        value = self.said.get(word)
        return None if value is None else value.value if isinstance(value, n.Text) else value.text

    @property
    def version(self) -> float | int | str | None:
        """The version: a number where a number was typed."""
        value = self.said.get("version")
        if isinstance(value, n.Number):
            return int(value.value) if value.value.is_integer() else value.value
        return None if value is None else value.value


def check_header(state: State, around: Around, file: n.File) -> Header:
    """Read the `model` and `timezone` lines, and set the time zone that dates are read in."""
    header = Header()
    for node in file.statements:
        if not isinstance(node, n.Header):
            continue
        if node.name is not None:
            _say(state, around, header, "name", node.name, node.span)
        for word, value in node.items:
            _say(state, around, header, word.name, value, word.span)
    zone = header.said.get("timezone")
    if zone is not None:
        _set_zone(state, around, zone)
    return header


def _say(state: State, around: Around, header: Header, word: str, value: n.Text | n.Number, span: Span) -> None:
    if word in header.said:
        state.error(around, span, "declared-twice", f"the model's {word} is given twice", "once is enough")
    header.said[word] = value


def _set_zone(state: State, around: Around, zone: n.Text | n.Number) -> None:
    name = zone.value if isinstance(zone, n.Text) else zone.text
    try:
        zone_of(name)
        state.zone_name = name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"there is no time zone `{name}`"
        state.error(around, zone.span, "unknown-timezone", message, "a name such as `Europe/Berlin` or `UTC`")
