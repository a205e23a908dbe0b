"""Where a decoded lead and its events hold what data has under a name: names of ours, whatever a model says."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from scorelang import model as m
from scorelang.values import Type


@frozen
class Slots:
    """For the lead and for events of any kind: each name's slot, which of an event's hold dates, which tell absence.

    Absence matters where a field may stand under the name of its column instead.
    """

    lead: dict[str, str]
    lead_unset: frozenset[str]
    event: dict[str, str]
    event_dates: frozenset[str]
    event_unset: frozenset[str]


def slots_of(model: m.CheckedModel) -> Slots | None:
    """The slots of a model's leads; None where a field is called as the events are."""
    names = [name for field in model.fields for name in (field.name, field.column)]
    if "events" in (*names, model.key):
        return None
    attributes = [attribute for kind in model.kinds.values() for attribute in kind.attributes]
    lead, _, lead_unset = _slots(model.fields, (model.key, "events"))
    event, event_dates, event_unset = _slots(attributes, ("type", "at"))
    return Slots(lead, lead_unset, event, event_dates | {"at"}, event_unset)


def _slots(
    definitions: Iterable[m.FieldDefinition], more: tuple[str, str]
) -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    slots = {name: f"s{at}" for at, name in enumerate(more)}
    dates: set[str] = set()
    others: set[str] = set(more)
    unset: set[str] = set()
    for definition in definitions:
        if definition.column is not None:
            unset.add(definition.name)
        for name in filter(None, (definition.name, definition.column)):
            slots.setdefault(name, f"s{len(slots)}")
            (dates if definition.type is Type.DATE and not definition.missing else others).add(name)
    return slots, frozenset(dates - others), frozenset(unset)
