"""The fields of a model over a table's leads, read as the model reads them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import tzinfo
from functools import cache, cached_property
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang import wording
from scorelang.model import FieldDefinition
from scorelang.operators import operators
from scorelang.outcomes.columns import Column
from scorelang.outcomes.parts import Parts, parts_of
from scorelang.outcomes.table import Table
from scorelang.stdlib import read_list
from scorelang.values import SPACES, Type, Unfit, Value, coerce, fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Of a field's values so many are looked at one by one, the most frequent first.
MOST_VALUES = 50
# Numbers are cut at so many places.
CUTS = 10
# Lists of std/email that addresses are looked up in.
MAIL_LISTS = ("free_mail", "disposable_mail")


@frozen(eq=False)
class Field:
    """A field over all leads: `codes` number `values`, which are as the model compares them; None is missing."""

    name: str
    type: Type
    codes: NDArray[np.int32]
    values: tuple[Value, ...]
    shown: tuple[str, ...]

    def where(self, test: list[bool]) -> NDArray[np.bool_]:
        """For each lead whether the test of its value holds; there is a test for each of `values`."""
        import numpy as np

        return np.array(test, dtype=bool)[self.codes]

    @property
    def missing(self) -> NDArray[np.bool_]:
        """For each lead whether the field is missing."""
        return self.where([value is None for value in self.values])

    @property
    def holds_mail(self) -> bool:
        """Whether it is a text with addresses of e-mail, of which only the domain tells more than one lead."""
        return self.type is Type.TEXT and any(isinstance(value, str) and "@" in value for value in self.values)

    @cached_property
    def parts(self) -> Parts | None:
        """The words of a text that has many values, or the members of a list; None of what is made of none."""
        return None if self.holds_mail else parts_of(self.type, self.values, self.shown, self.codes)


@frozen(eq=False)
class Condition:
    """A condition in the words of the language, and for each lead whether it is known true."""

    text: str
    true: NDArray[np.bool_]


def fields_of(table: Table) -> Iterator[Field]:
    """The model's fields that the table has as columns, but for those with too many values."""
    zone = table.model.zone
    for definition in table.model.fields:
        column = table.columns.get(definition.name)
        if column is None or column.full:
            continue
        values = [_read(definition, raw, zone) for raw in column.values]
        shown = [str(raw).strip(SPACES) for raw in column.values]
        yield Field(definition.name, definition.type, _with_missing_last(column), (*values, None), (*shown, ""))


def _with_missing_last(column: Column) -> NDArray[np.int32]:
    import numpy as np

    return np.where(column.codes < 0, len(column.values), column.codes).astype(np.int32)


def _read(definition: FieldDefinition, raw: object, zone: tzinfo) -> Value:
    """A value as the model reads it; what does not fit is missing here, for such a lead is not scored."""
    missing = definition.missing
    if missing and isinstance(raw, str) and fold(raw.strip(SPACES)) in missing:
        return None
    try:
        value = coerce(definition.type, raw, zone)
    except Unfit:
        return None
    return None if missing and not isinstance(value, frozenset) and value in missing else value


def conditions_of(field: Field) -> Iterator[Condition]:
    """Conditions on a field that are simple enough to stand in a model."""
    missing = field.missing
    if missing.any() and not missing.all():
        yield Condition(f"{field.name} is missing", missing)
    match field.type:
        case Type.TEXT | Type.PAGE:
            yield from _texts(field)
            yield from _parts(field)
        case Type.TEXT_LIST:
            yield from _parts(field)
        case Type.FLAG:
            yield Condition(field.name, field.where([value is True for value in field.values]))
            yield Condition(f"not {field.name}", field.where([value is False for value in field.values]))
        case Type.NUMBER:
            yield from _numbers(field)


def _texts(field: Field) -> Iterator[Condition]:
    import numpy as np

    if field.holds_mail:
        domain = operators()["domain"].reference
        hosts = [domain(value) if isinstance(value, str) else None for value in field.values]
        for name in MAIL_LISTS:
            known = _members(name)
            yield Condition(f"domain({field.name}) in {name}", field.where([host in known for host in hosts]))
        return
    sizes = np.bincount(field.codes, minlength=len(field.values))
    first: dict[Value, int] = {}
    for code in np.argsort(-sizes, kind="stable"):
        value = field.values[int(code)]
        if value is not None and len(first) < MOST_VALUES:
            first.setdefault(value, int(code))
    for value, code in first.items():
        text = json.dumps(field.shown[code], ensure_ascii=False)
        yield Condition(f"{field.name} is {text}", field.where([each == value for each in field.values]))


def _parts(field: Field) -> Iterator[Condition]:
    """Conditions on words that texts mention, or on members of lists."""
    parts = field.parts
    if parts is not None:
        for shown, holding in zip(parts.shown, parts.holding, strict=True):
            text = json.dumps(shown, ensure_ascii=False)
            yield Condition(f"{field.name} {parts.operator} {text}", holding[field.codes])


@cache
def _members(name: str) -> frozenset[str]:
    """The members of a list of std/email, folded."""
    text = read_list(f"lists/{name}.csv") or ""
    return frozenset(fold(row["domain"]) for row in csv.DictReader(text.splitlines()))


def _numbers(field: Field) -> Iterator[Condition]:
    import numpy as np

    numbers = np.array([np.nan if value is None else value for value in field.values], dtype=float)[field.codes]
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return
    for cut in np.unique(np.quantile(known, np.arange(1, CUTS) / CUTS, method="higher")):
        text = wording.about(float(cut))
        if cut > known.min() and float(text) == cut:
            yield Condition(f"{field.name} < {text}", numbers < cut)
            yield Condition(f"{field.name} >= {text}", numbers >= cut)
