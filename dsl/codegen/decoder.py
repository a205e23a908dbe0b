"""Leads from JSON: decoded into structs that generated code reads without looking names up.

msgspec makes the structs, and datetimes of the usual timestamps. What it refuses (a date without a time, a number past
all doubles), and what it would read otherwise than the language does, is decoded into dictionaries instead.
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
    _decode: msgspec.json.Decoder[Any] | None

    def decode(self, data: bytes | str) -> Any:
        """A lead, with its events in `events`, from one JSON object. Raises `LeadError` for what is none."""
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        try:
            if self._decode is not None and (b"." not in raw or not _FINER(raw)):
                return self._decode.decode(raw)
        except msgspec.MsgspecError:
            pass
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
        return Decoder(None, None)
    event = _struct("Event", slots.event, slots.event_dates, slots.event_unset, {})
    lead = _struct("Lead", slots.lead, slots.lead_dates, slots.lead_unset, {"events": list[event] | None})  # type: ignore[valid-type]
    return Decoder(lead, msgspec.json.Decoder(lead))


def _struct(
    name: str, slots: dict[str, str], dates: Iterable[str], unset: Iterable[str], more: dict[str, Any]
) -> type[Any]:
    """A struct with a slot for each name, readable as a mapping too, by the names that data has."""
    fields: list[tuple[str, Any, Any]] = []
    for key, slot in slots.items():
        type_ = more.get(key, datetime | None if key in dates else Any)
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
