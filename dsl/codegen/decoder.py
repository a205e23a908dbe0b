"""Leads from JSON: decoded into structs that generated code reads without looking names up.

msgspec makes the structs, and datetimes of events' timestamps, which are many. Where one of these is of another form (a
date without a time, digits beyond microseconds), the dates stay texts, which generated code reads as in any lead. What
msgspec refuses altogether, such as a number past all doubles, is decoded into dictionaries instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from attrs import define

from scorelang.codegen.slots import Slots
from scorelang.diagnostics import LeadError

# Digits beyond microseconds: msgspec rounds them, the language drops them.
_FINER = re.compile(rb":\d\d[.,]\d{7}").search
EXPECTED = "a lead as a JSON object"


@define(eq=False)
class Decoder:
    """Decodes leads of one model; what it gives is scored by that model, and by no other."""

    lead: type[Any] | None
    _dated: msgspec.json.Decoder[Any] | None
    _undated: msgspec.json.Decoder[Any] | None

    def decode(self, data: bytes | str) -> Any:
        """A lead, with its events in `events`, from one JSON object. Raises `LeadError` for what is none."""
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        if self.lead is None or self._dated is None or self._undated is None:
            return _plainly(raw)
        try:
            if b"." not in raw or not _FINER(raw):
                return self._dated.decode(raw)
        except msgspec.MsgspecError:
            pass
        try:
            return self.lead(*msgspec.structs.astuple(self._undated.decode(raw)))
        except msgspec.MsgspecError:
            return _plainly(raw)


def _plainly(raw: bytes) -> Any:
    """A lead as the standard library reads it."""
    try:
        lead = json.loads(raw)
    except (ValueError, RecursionError):
        raise LeadError(None, "lead", raw, EXPECTED) from None
    if not isinstance(lead, dict):
        raise LeadError(None, "lead", lead, EXPECTED)
    return lead


def decoder_of(slots: Slots | None) -> Decoder:
    """The decoder for leads with these slots; without any it gives dictionaries."""
    if slots is None:
        return Decoder(None, None, None)
    lead, undated = (
        _struct("Lead", slots.lead, slots.lead_unset, {"events": list[_event(slots, dates)] | None})  # type: ignore[misc]
        for dates in (slots.event_dates, frozenset())
    )
    return Decoder(lead, msgspec.json.Decoder(lead), msgspec.json.Decoder(undated))


def _event(slots: Slots, dates: frozenset[str]) -> type[Any]:
    return _struct("Event", slots.event, slots.event_unset, dict.fromkeys(dates, datetime | None))


def _struct(name: str, slots: dict[str, str], unset: Iterable[str], types: dict[str, Any]) -> type[Any]:
    """A struct with a slot for each name, readable as a mapping too, by the names that data has."""
    fields: list[tuple[str, Any, Any]] = []
    for key, slot in slots.items():
        type_ = types.get(key, Any)
        absent = key in unset
        fields.append(
            (
                slot,
                type_ | msgspec.UnsetType if absent and type_ is not Any else type_,
                msgspec.UNSET if absent else None,
            )
        )

    def item(self: Any, key: str) -> Any:
        value = getattr(self, slots[key])
        if value is msgspec.UNSET:
            raise KeyError(key)
        return value

    methods = {"keys": lambda self: [key for key, slot in slots.items() if getattr(self, slot) is not msgspec.UNSET]}
    return msgspec.defstruct(
        name, fields, rename={slot: key for key, slot in slots.items()}, namespace={**methods, "__getitem__": item}
    )
