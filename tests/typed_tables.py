"""Leads and events as tables whose columns have the types of a model: what `scorelang sql` scores."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

from attrs import Factory, define

import scorelang
from scorelang import Model
from scorelang import model as m
from scorelang.interpret import interpret
from scorelang.leads import look_up, read_lead
from scorelang.result import result_of
from scorelang.values import EPOCH, Type, Unfit, coerce

from .duckdb_engine import unflattened


@define
class Tables:
    """Columns with their types, rows, and what the reference says of each lead."""

    leads: dict[str, Type]
    events: dict[str, Type]
    lead_rows: list[list[Any]] = Factory(list)
    event_rows: list[list[Any]] = Factory(list)
    expected: dict[str, dict[str, Any]] = Factory(dict)

    def agree(self, answers: Mapping[str, dict[str, Any] | None]) -> int:
        """Assert that all answers are those of the reference; gives how many leads were left to it."""
        assert answers.keys() == self.expected.keys()
        for lead, got in answers.items():
            if got is not None:
                assert got == self.expected[lead]
                assert repr(got) == repr(self.expected[lead])
        return list(answers.values()).count(None)


def tables_of(model: Model, histories: Iterable[tuple[dict[str, Any], Sequence[Any]]], as_of: str) -> Tables | None:
    """Typed tables of leads with their events, but for leads that do not fit; each has an identity of its own.

    None where two attributes of different types share a column.
    """
    checked = model.checked
    key = next((known for known in checked.fields if known.name == checked.key), None)
    own = m.FieldDefinition(checked.key, Type.TEXT) if key is None else key
    if own.type is not Type.TEXT:
        return None
    leads = columns([*checked.fields, own])
    named = [
        m.FieldDefinition(name, type_) for name, type_ in (("lead", Type.TEXT), ("type", Type.TEXT), ("at", Type.DATE))
    ]
    events = columns([*(one for kind in checked.kinds.values() for one in kind.attributes), *named])
    if leads is None or events is None:
        return None
    tables = Tables(leads, events)
    instant = model.instant(as_of)
    for at, (lead, happened) in enumerate(histories):
        lead = {**lead, (own.column or own.name): f"Lead {at}"}
        lead.pop(own.name if own.column else "", None)
        facts, problems = read_lead(checked, lead, happened, instant)
        if problems or not plain(lead) or not plain(list(happened)):
            continue
        assert facts.id is not None
        rows = [event_row(model, events, event, facts.id) for event in happened]
        tables.lead_rows.append(row(model, leads, lead, [*checked.fields, own]))
        tables.event_rows += [one for one in rows if one is not None]
        tables.expected[facts.id] = result_of(checked, interpret(checked, facts)).to_dict()
    return tables


def columns(definitions: Sequence[m.FieldDefinition]) -> dict[str, Type] | None:
    found: dict[str, Type] = {}
    alike = {Type.PAGE: Type.TEXT}
    for one in definitions:
        type_ = alike.get(one.type, one.type)
        if found.setdefault(one.column or one.name, type_) is not type_:
            return None
    return found


def row(model: Model, names: dict[str, Type], owner: Any, definitions: Sequence[m.FieldDefinition]) -> list[Any]:
    values = {one.column or one.name: value_of(model, one, look_up(owner, one)) for one in definitions}
    return [values.get(name) for name in names]


def event_row(model: Model, names: dict[str, Type], event: Any, lead: str) -> list[Any] | None:
    kind = model.checked.kinds.get(str(event["type"]).strip())
    found = row(model, names, event, [] if kind is None else list(kind.attributes))
    values = dict(zip(names, found, strict=True))
    at = value_of(model, m.FieldDefinition("at", Type.DATE), event.get("at")) if kind is not None else None
    return list((values | {"lead": f" {lead.upper()} ", "type": event["type"], "at": at}).values())


def value_of(model: Model, definition: m.FieldDefinition, raw: object) -> Any:
    """A raw value as a table of typed columns holds it."""
    if isinstance(raw, str) and definition.type in (Type.TEXT, Type.PAGE):
        return raw
    if not isinstance(raw, str | int | float | bool | list):
        return None
    try:
        value = coerce(definition.type, raw, model.checked.zone)
    except Unfit:  # of an event that is ignored, or a value that means missing
        return None
    if value is None or (
        definition.type is not Type.TEXT_LIST and value in definition.missing and isinstance(raw, str)
    ):
        return None
    match definition.type:
        case Type.DATE:
            assert isinstance(value, int)
            return (EPOCH + timedelta(microseconds=value)).replace(tzinfo=UTC)
        case Type.TEXT_LIST:
            return raw if isinstance(raw, list) and all(isinstance(one, str) for one in raw) else sorted(value)  # type: ignore[arg-type]
        case Type.ANYTHING:
            return True
        case Type.NUMBER:
            return float(value)  # type: ignore[arg-type]
    return value


def plain(value: object) -> bool:
    """Whether it holds only texts that every database does: no NUL, no half of a surrogate pair."""
    if isinstance(value, str):
        return "\0" not in value and not any(0xD800 <= ord(one) < 0xE000 for one in value)
    if isinstance(value, dict):
        return all(map(plain, value.values()))
    return all(map(plain, value)) if isinstance(value, list | tuple) else True


def answer(model: Model, names: Sequence[str], values: Sequence[Any]) -> tuple[str, bool, dict[str, Any]]:
    """A row of the query, whose first column is `refer`: the lead, whether it is left to the reference, its result."""
    at = names.index("as_of")
    lists = [names.index(name) for name in ("blocked_by", "fired")]
    found = [json.loads(one) if here in lists and isinstance(one, str) else one for here, one in enumerate(values)]
    # JSONB keeps no order of keys, and no fraction of whole points.
    found[lists[0]] = [{key: gate[key] for key in ("rule", "because", "was")} for gate in found[lists[0]]]
    found[lists[1]] = [{"rule": rule["rule"], "points": float(rule["points"])} for rule in found[lists[1]]]
    instant = found[at].isoformat().replace("+00:00", "") + "Z"
    result = unflattened(model.checked, tuple(names[1:]), tuple(found[1:]), instant)
    return result["id"], bool(found[0]), result


__all__ = ["Tables", "answer", "scorelang", "tables_of"]
