"""From a mapping or object to the facts that engines score: every value read as its type, none guessed or dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, evolve, frozen

from scorelang.diagnostics import LeadError
from scorelang.model import CheckedModel, FieldDefinition
from scorelang.values import EXPECTED, SPACES, Type, Unfit, Value, coerce, fold, identity


@frozen
class Fact:
    """One event: its kind, when it was (microseconds), and its attributes; those that are missing are None."""

    kind: str
    at: int
    attributes: Mapping[str, Value]


@frozen
class Facts:
    """A lead as engines see it: its identity, the values of its fields, and its events up to `as_of`, in no order."""

    id: str | None
    fields: Mapping[str, Value]
    events: tuple[Fact, ...]
    as_of: int

    def events_at(self, as_of: int) -> tuple[Fact, ...]:
        """The events as long before another time as they are before this one."""
        by = as_of - self.as_of
        return tuple(evolve(event, at=event.at + by) for event in self.events)


_ABSENT = object()
_NO_LEADS = (str, bytes, int, float, list, tuple, set, type(None))


@define
class _Reader:
    model: CheckedModel
    as_of: int
    problems: list[LeadError]
    lead: str | None = None

    def problem(self, field: str, value: object, expected: str, event: str | None = None) -> None:
        self.problems.append(LeadError(self.lead, field, value, expected, event=event))

    def identify(self, lead: object) -> None:
        definition = next((known for known in self.model.fields if known.name == self.model.key), None)
        raw = look_up(lead, definition or FieldDefinition(self.model.key, Type.TEXT))
        try:
            self.lead = None if raw is _ABSENT else identity(raw)
        except Unfit:
            self.problem(self.model.key, raw, "an identity (a text or a whole number)")

    def fields(
        self, owner: object, definitions: Iterable[FieldDefinition], event: str | None = None
    ) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for definition in definitions:
            raw = look_up(owner, definition)
            values[definition.name] = None if raw is _ABSENT else self.value(definition, raw, event)
        return values

    def value(self, definition: FieldDefinition, raw: object, event: str | None) -> Value:
        missing = definition.missing
        if missing and isinstance(raw, str) and fold(raw.strip(SPACES)) in missing:
            return None
        try:
            value = coerce(definition.type, raw, self.model.zone)
        except Unfit:
            self.problem(definition.name, raw, EXPECTED[definition.type], event)
            return None
        if missing and isinstance(value, frozenset):
            return frozenset(member for member in value if member not in missing) or None
        return None if missing and value in missing else value

    def events(self, events: object) -> tuple[Fact, ...]:
        if events is None:
            return ()
        if isinstance(events, str | bytes | Mapping) or not isinstance(events, Iterable):
            self.problem("events", events, "a list of events, each with `type` and `at`")
            return ()
        facts = [self.event(event) for event in events]
        return tuple(fact for fact in facts if fact is not None)

    def event(self, event: object) -> Fact | None:
        """One event; None for one of a kind that the model does not name, or that has not happened yet."""
        if isinstance(event, _NO_LEADS) and not hasattr(event, "_fields"):
            self.problem("events", event, "an event (a mapping or object with `type` and `at`)")
            return None
        kind = look_up(event, _TYPE)
        if not isinstance(kind, str) or not kind.strip(SPACES):
            self.problem("type", None if kind is _ABSENT else kind, "the kind of an event", "event")
            return None
        definition = self.model.kinds.get(kind.strip(SPACES))
        if definition is None:
            return None
        at = self.instant(event, definition.name)
        if at is None or at > self.as_of:
            return None
        return Fact(definition.name, at, self.fields(event, definition.attributes, definition.name))

    def instant(self, event: object, kind: str) -> int | None:
        raw = look_up(event, _AT)
        try:
            at = None if raw is _ABSENT else coerce(Type.DATE, raw, self.model.zone)
        except Unfit:
            at = None
        if at is None:
            self.problem("at", None if raw is _ABSENT else raw, EXPECTED[Type.DATE], kind)
            return None
        assert isinstance(at, int)
        return at


_TYPE = FieldDefinition("type", Type.TEXT)
_AT = FieldDefinition("at", Type.DATE)


def look_up(owner: Any, definition: FieldDefinition) -> object:
    """The raw value under the field's own name, else under the name of its column; `_ABSENT` when there is neither."""
    names = (definition.name,) if definition.column is None else (definition.name, definition.column)
    if hasattr(owner, "keys") and hasattr(owner, "__getitem__"):
        for name in names:
            try:
                return owner[name]
            except (KeyError, IndexError):
                continue
        return _ABSENT
    for name in names:
        found = getattr(owner, name, _ABSENT)
        if found is not _ABSENT:
            return found
    return _ABSENT


def events_of(lead: object) -> object:
    """The events that a lead brings along, or None."""
    raw = look_up(lead, FieldDefinition("events", Type.TEXT))
    return None if raw is _ABSENT else raw


def read_lead(model: CheckedModel, lead: object, events: object, as_of: int) -> tuple[Facts, list[LeadError]]:
    """A lead's facts, and every value that does not fit its type (which is missing in the facts).

    `events` may be None: then they are the lead's own `events`, if it has any. `as_of` is in microseconds.
    """
    reader = _Reader(model, as_of, [])
    if isinstance(lead, _NO_LEADS) and not hasattr(lead, "_fields"):
        reader.problem("lead", lead, "a lead (a mapping, or an object with attributes)")
        return Facts(None, {}, (), as_of), reader.problems
    reader.identify(lead)
    fields = reader.fields(lead, model.fields)
    facts = reader.events(events_of(lead) if events is None else events)
    return Facts(reader.lead, fields, facts, as_of), reader.problems
