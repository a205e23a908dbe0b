"""What a checked model compares its data with: the values at which conditions turn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import attrs
from attrs import Factory, define

from scorelang import model as m
from scorelang.values import DAY, Value

# A field of the lead, or an attribute of a kind of event.
Owner = tuple[str | None, str]


@define(slots=False)
class Constants:
    """The constants of a model: values by the field or attribute they are compared with, ages and instants."""

    values: dict[Owner, set[Value]] = Factory(dict)
    patterns: dict[Owner, set[str]] = Factory(dict)
    ages: set[int] = Factory(set)
    instants: set[int] = Factory(set)

    def note(self, owner: Owner, values: set[Value]) -> None:
        """Values that the owner is compared with."""
        self.values.setdefault(owner, set()).update(values)

    @cached_property
    def sorted_ages(self) -> tuple[int, ...]:
        """Ages in microseconds, in an order that does not depend on hashing."""
        return tuple(sorted(self.ages))

    @cached_property
    def sorted_instants(self) -> tuple[int, ...]:
        """Instants in microseconds, sorted."""
        return tuple(sorted(self.instants))

    def of(self, owner: Owner, *types: type) -> tuple[Any, ...]:
        """The values of those Python types that the owner is compared with, sorted."""
        found = {value for value in self.values.get(owner, ()) if type(value) in types}
        return tuple(sorted(found))  # type: ignore[type-var]

    def patterns_of(self, owner: Owner) -> tuple[str, ...]:
        """The patterns that the owner is held against, sorted."""
        return tuple(sorted(self.patterns.get(owner, ())))


def constants_of(model: m.CheckedModel) -> Constants:
    """Every constant of a model, found by going through all that it is made of."""
    constants = Constants()
    seen: set[int] = set()
    stack: list[tuple[object, str | None]] = [(model, None)]
    while stack:
        item, kind = stack.pop()
        if id(item) in seen or isinstance(item, m.Place):
            continue
        if isinstance(item, m.Query | m.Rule):
            kind = item.kind if isinstance(item, m.Query) else item.query.kind if item.query else kind
        if not isinstance(item, m.Defined):
            seen.add(id(item))
        _note(constants, item, kind)
        stack.extend((part, kind) for part in _parts(item))
    return constants


def _parts(item: object) -> Iterator[object]:
    if isinstance(item, list | tuple):
        yield from item
    elif attrs.has(type(item)):
        yield from (getattr(item, field.name) for field in attrs.fields(type(item)))


def below(item: object, kind: str | None = None) -> Iterator[tuple[object, str | None]]:
    """An expression and all that it is made of, each with the kind of event that it looks at."""
    stack = [(item, kind)]
    while stack:
        found, around = stack.pop()
        if isinstance(found, m.Place):
            continue
        yield found, around
        inside = found.kind if isinstance(found, m.Query) else around
        stack.extend((part, inside) for part in _parts(found))


def _note(constants: Constants, item: object, kind: str | None) -> None:
    match item:
        case m.Apply():
            _note_comparison(constants, item, kind)
        case m.Query(first=str(first), pattern=pattern, members=members):
            constants.note((item.kind, first), set(members or ()))
            if pattern is not None:
                constants.patterns.setdefault((item.kind, first), set()).add(pattern)
        case m.Period():
            constants.ages.update(age for age in (item.least_age, item.most_age) if age is not None)
            constants.instants.update(at for at in (item.since, item.before) if at is not None)
        case m.Losing(every=every):
            constants.ages.update((every, 2 * every, 3 * every, 20 * every))
        case m.Fading(over=over):
            constants.ages.update((over, over // 2, over // 3))
        case m.Modifiers(during=(start, end)):
            constants.instants.update((start, end))


def _note_comparison(constants: Constants, item: m.Apply, kind: str | None) -> None:
    """What stands in one comparison is compared with each other, whatever is worked out from it first."""
    parts = list(below(item, kind))
    values: set[Value] = set()
    for part, _ in parts:
        if isinstance(part, m.Constant):
            values.add(part.value)
        elif isinstance(part, m.Items):
            values.update(part.values[:20])
    for part, around in parts:
        if isinstance(part, m.FieldValue | m.AttributeValue):
            owner = (None if isinstance(part, m.FieldValue) else around, part.name)
            constants.note(owner, values)
            if item.operator == "like":
                constants.patterns.setdefault(owner, set()).update(text for text in values if isinstance(text, str))
        elif isinstance(part, m.DaysSince | m.DaysSinceLast):
            days = [value for value in values if isinstance(value, float) and abs(value) < 1e6]
            constants.ages.update(round(value * DAY) for value in days)
    constants.instants.update(value for value in values if type(value) is int)
