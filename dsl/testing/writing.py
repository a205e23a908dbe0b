"""A lead as the lines of a `test` block that makes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from scorelang import model as m
from scorelang.leads import Fact, Facts
from scorelang.source import Source
from scorelang.testing.vocabulary import FIRST, LAST, USUAL
from scorelang.values import UNITS, Type, Value, format_instant

INDENT = "    "


def as_test(
    model: m.CheckedModel, name: str, facts: Facts, expectations: Sequence[str], source: Source | None = None
) -> str:
    """A `test` block that gives this lead and expects this of it; it ends with a line end.

    It is indented as the file that it is for, which is the model's own unless `source` is another.
    """
    lines = [f"test {quoted(name)}:", *givens(model, facts), *(f"expect {text}" for text in expectations)]
    # Tabs and spaces may not mix in one file.
    indent = "\t" if re.search(r"^\t", (source or model.source).text, re.MULTILINE) else INDENT
    return "".join(f"{indent if number else ''}{line}\n" for number, line in enumerate(lines))


def uses(model: m.CheckedModel, facts: Facts) -> str:
    """Lines that bring in what a test could not name: events of the lead that only other files of the model declare."""
    lines: list[str] = []
    for kind in sorted({event.kind for event in facts.events}):
        declares = re.compile(rf"^event {re.escape(kind)}\b", re.MULTILINE)
        homes = [source.name for source in model.sources if declares.search(source.text)]
        if homes and model.source.name not in homes and not homes[0].startswith("std/"):
            lines.append(f"use {kind} from {quoted(homes[0])}\n")
    return "".join(lines)


def givens(model: m.CheckedModel, facts: Facts) -> Iterator[str]:
    """The lines that make the lead: when it is scored (if that matters), its fields, its events."""
    lines = [*_fields(model, facts), *_events(model, facts)]
    if facts.as_of != USUAL or any(" on " in line for line in lines):
        yield f"as of {instant(facts.as_of)}"
    yield from lines


def _fields(model: m.CheckedModel, facts: Facts) -> Iterator[str]:
    for definition in model.fields:
        value = facts.fields.get(definition.name)
        if value is not None:
            yield f"given {definition.name} {_field(definition.type, value, facts.as_of)}"


def _field(type_: Type, value: Value, as_of: int) -> str:
    if type_ is Type.DATE:
        ago = _ago(as_of - int(value)) if isinstance(value, int) else None
        return f"{ago} ago" if ago else literal(type_, value)
    if isinstance(value, frozenset):
        return f"[{', '.join(quoted(member) for member in sorted(value))}]"
    return literal(type_, value)


def _events(model: m.CheckedModel, facts: Facts) -> Iterator[str]:
    """The events, the latest first, equal ones on one line."""
    counted: dict[str, int] = {}
    for event in sorted(facts.events, key=lambda event: (-event.at, event.kind)):
        text = _event(model, event, facts.as_of)
        counted[text] = counted.get(text, 0) + 1
    for text, times in counted.items():
        yield f"given {text}" + (f", {times} times" if times > 1 else "")


def _event(model: m.CheckedModel, event: Fact, as_of: int) -> str:
    definitions = model.kinds[event.kind].attributes
    known = [(each.name, each.type, event.attributes[each.name]) for each in definitions]
    known = [(name, type_, value) for name, type_, value in known if value is not None]
    text = event.kind
    if known and known[0][0] == definitions[0].name and known[0][1] in (Type.TEXT, Type.PAGE):
        text += f" {literal(*known.pop(0)[1:])}"
    if known:
        text += " with " + ", ".join(f"{name} {literal(type_, value)}" for name, type_, value in known)
    if event.at == as_of:
        return text
    ago = _ago(as_of - event.at)
    return f"{text} {ago} ago" if ago else f"{text} on {instant(event.at)}"


def _ago(age: int) -> str | None:
    """A whole number of the largest unit that measures an age; None where no unit does."""
    for unit in ("day", "hour", "minute"):
        number, rest = divmod(age, UNITS[unit])
        if rest == 0 and number > 0:
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return None


def literal(type_: Type, value: Value) -> str:
    """A value as a `.score` file writes it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return quoted(value)
        case frozenset():
            # An attribute takes one literal; a text with `;` is read as a list.
            return quoted("; ".join(sorted(value)))
        case None:
            return "missing"
    return instant(int(value)) if type_ is Type.DATE else number(float(value))


def number(value: float) -> str:
    """A number without an exponent, with all digits that it has."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def instant(at: int) -> str:
    """An instant in UTC: as a bare date only with its time and `Z`, as a model's own time zone may be another."""
    assert FIRST <= at <= LAST
    return format_instant(at).replace(":00Z", "Z")


def quoted(text: str) -> str:
    """A text in double quotes; what cannot be seen is escaped."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in plain)
