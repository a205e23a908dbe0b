"""Which attributes of events a model asks for: those that its conditions and points read."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from scorelang import model as m


def asked_for(model: m.CheckedModel) -> frozenset[tuple[str, str]]:
    """The kinds of events with those of their attributes that a rule, gate, stage, route or `start over` reads."""
    parts = (model.ordered, model.gates, model.stages, model.route, model.start_over)
    return frozenset(pair for part in _below(parts, set()) for pair in _read_by(part))


def _read_by(part: object) -> Iterator[tuple[str, str]]:
    match part:
        case m.Query(kind=kind, first=first, where=where):
            if first is not None and (part.pattern is not None or part.members is not None):
                yield kind, first
            yield from _named(kind, where)
        case m.Measured(query=query, attribute=attribute):
            yield query.kind, attribute
        case m.Rule(query=m.Query(kind=kind), points=points):
            yield from _named(kind, points)


def _named(kind: str, expression: object) -> Iterator[tuple[str, str]]:
    """The attributes that an expression about one event names."""
    return ((kind, part.name) for part in _below(expression, set()) if isinstance(part, m.AttributeValue))


def _below(thing: object, seen: set[int]) -> Iterator[object]:
    """A part of a model and all parts below it, each define once."""
    kind = type(thing)
    if isinstance(thing, tuple):
        for member in thing:
            yield from _below(member, seen)
    elif attrs.has(kind) and not isinstance(thing, m.Place | m.Constant | m.Items) and id(thing) not in seen:
        seen.add(id(thing))
        yield thing
        for field in attrs.fields(kind):
            yield from _below(getattr(thing, field.name), seen)
