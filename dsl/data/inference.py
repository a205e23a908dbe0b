"""Guessing the fields of a lead from data, as a first draft of a model's `lead:` block."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice

from attrs import Factory, define, frozen

from scorelang.data import shapes
from scorelang.data.naming import field_names
from scorelang.data.records import BadRecord, Record

MOST_RECORDS = 10_000
MOST_TOP = 5

# What a text of a model cannot hold: the character 0, and halves of characters.
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


@frozen
class InferredField:
    """What a column of data looks like as a field.

    `type` is the language's word for it, or None when no type reads all its values (objects, mixtures of kinds), and
    when its name or what stands for none has a character that no model can hold.
    `missing` is the share of the `records` looked at, from 0 to 1, that have no value: none at all or one of
    `missing_values`, which seem to stand for none. `distinct` counts the other values, and `top` holds the most
    frequent of them, each with its count (members, for a text list). `low` and `high` bound a number.
    """

    column: str
    name: str
    type: str | None
    records: int
    missing: float
    missing_values: tuple[str, ...]
    distinct: int
    top: tuple[tuple[str, int], ...]
    low: float | None = None
    high: float | None = None


def infer_lead(records: Iterable[Record | BadRecord], limit: int | None = MOST_RECORDS) -> list[InferredField]:
    """The columns of the first `limit` records (None: of all) as fields, in the order in which they are met.

    Bad records are passed over. The guesses are a draft, to be read and corrected by a person.
    """
    columns: dict[str, _Column] = {}
    count = 0
    for record in islice((record for record in records if isinstance(record, Record)), limit):
        count += 1
        for name, value in record.values.items():
            column = columns.get(name)
            if column is None:
                column = columns[name] = _Column()
            column.add(value)
    names = field_names(columns)
    return [_field(column, name, columns[column], count) for column, name in zip(columns, names, strict=True)]


@define
class _Column:
    """The values of a column that are there: how many, of which kinds, as texts and (of lists) as members."""

    known: int = 0
    kinds: set[str] = Factory(set)
    texts: Counter[str] = Factory(Counter)
    members: Counter[str] = Factory(Counter)

    def add(self, value: object) -> None:
        kind, text = ("text", value.strip()) if type(value) is str else _kind_and_text(value)
        if isinstance(value, list | tuple):
            parts = [_kind_and_text(member) for member in value]
            kind = "list" if {part for part, _ in parts} <= {"text", "whole", ""} else "other"
            self.members.update({member for _, member in parts if member})
        elif text:
            self.texts[text] += 1
        elif kind == "text":
            return
        if kind:
            self.known += 1
            self.kinds.add(kind)


def _kind_and_text(value: object) -> tuple[str, str]:
    """What kind of value it is (an empty text for none at all), and the value as text."""
    match value:
        case str():
            return "text", value.strip()
        case bool():
            return "flag", "yes" if value else "no"
        case int():
            return "whole", str(value)
        case Decimal() if not value.is_finite():
            return "", ""
        case float() if not math.isfinite(value):
            return "", ""
        case float() | Decimal():
            return ("whole", str(int(value))) if value == int(value) else ("fraction", str(value))
        case date():
            return "date", value.isoformat()
        case None:
            return "", ""
    return "other", ""


def _field(column: str, name: str, values: _Column, records: int) -> InferredField:
    kind, absent = shapes.guess(name, values.kinds, values.texts)
    found = _members(values) if kind == "text list" else values.texts
    numbers = {text: float(text) for text in found if text not in absent} if kind == "number" else {}
    absent |= shapes.sentinels(numbers, values.texts, records)
    left = {text: count for text, count in found.items() if text not in absent}
    present = values.known - sum(values.texts[text] for text in absent)
    within = [number for text, number in numbers.items() if text in left and math.isfinite(number)]
    missing_values = _spellings(absent, values.texts)
    return InferredField(
        column=column,
        name=name,
        type=None if any(map(_UNWRITABLE.search, (column, *missing_values))) else kind,
        records=records,
        missing=(records - present) / records,
        missing_values=missing_values,
        distinct=len(left),
        top=tuple(sorted(left.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TOP]),
        low=min(within, default=None),
        high=max(within, default=None),
    )


def _members(values: _Column) -> Mapping[str, int]:
    """The members of lists, whether written as lists or as one text, and how many lists have each."""
    members = Counter(values.members)
    for text, count in values.texts.items():
        for member in {part.strip() for part in text.split(";")} - {""}:
            members[member] += count
    return members


def _spellings(absent: Iterable[str], counts: Mapping[str, int]) -> tuple[str, ...]:
    """The texts, most frequent first, each once: the language does not regard case."""
    spelled: dict[str, str] = {}
    for text in sorted(absent, key=lambda text: (-counts[text], text)):
        spelled.setdefault(text.lower(), text)
    return tuple(spelled.values())
