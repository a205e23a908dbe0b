"""Findings in JSON's types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import Attribute, fields, has

from scorelang.result import plain
from scorelang.values import format_instant

# Numbers that were estimated say nothing past so many decimals.
DECIMALS = 6


def as_data(found: Any) -> Any:
    """A finding as objects, arrays, texts and numbers: a class is an object of its fields, in their order."""
    if has(type(found)):
        shown = [one for one in fields(type(found)) if not one.metadata.get("hidden")]
        return {one.name.rstrip("_"): _field(one, getattr(found, one.name)) for one in shown}
    if isinstance(found, Mapping):
        return {str(key): as_data(value) for key, value in found.items()}
    if isinstance(found, tuple | list):
        return [as_data(value) for value in found]
    if isinstance(found, float):
        return plain(round(found, DECIMALS)) if found == found else None
    return found


def _field(one: Attribute[Any], value: Any) -> Any:
    """The value of a field; microseconds that are an instant are ISO 8601."""
    return format_instant(value) if one.metadata.get("instant") and value is not None else as_data(value)
