"""Leads as other methods want them: a number or a name in each field, and what events say by way of rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang import model as m
from scorelang.check.walk import query_of, walk
from scorelang.outcomes.fields import Field, fields_of
from scorelang.outcomes.table import Table
from scorelang.tune.undeclared import field_of
from scorelang.values import DAY, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Names of a column that has more of them tell single leads apart.
MOST_NAMES = 1_000


@frozen(eq=False)
class Feature:
    """A value for each lead: numbers, NaN where missing; of texts (`named`) the number of the text, NaN likewise."""

    name: str
    named: bool
    values: NDArray[np.float64]


def features_of(table: Table, leave_out: Collection[str]) -> tuple[Feature, ...]:
    """All columns of a table but those left out, as the model reads them where it has them as fields.

    What a rule says that looks at events is a feature too: fields do not say it.
    """
    found: list[Feature] = []
    fields = list(fields_of(table))
    known = {table.columns[field.name].name for field in fields}
    for field in fields:
        if field.name not in leave_out and table.columns[field.name].name not in leave_out:
            found += _of_field(field, table)
    for name, column in {column.name: column for column in table.columns.values()}.items():
        if name not in known and name not in leave_out and not column.full:
            found += _of_field(field_of(column, (), table.model.zone), table)
    for number, rule in enumerate(table.rules):
        if looks_at_events(rule):
            found.append(Feature(rule.id, False, table.did_fire(number).astype(float)))
    return tuple(found)


def looks_at_events(rule: m.Rule | m.Grid) -> bool:
    """Whether what a rule gives depends on events."""
    if isinstance(rule, m.Grid):
        tests = (test for test in (*rule.rows, *rule.columns) if test is not None)
        return any(query_of(one) is not None for test in tests for one in walk(test))
    if rule.query is not None:
        return True
    parts = (part for part in (rule.condition, rule.points) if isinstance(part, m.Expression))
    return any(query_of(one) is not None for part in parts for one in walk(part))


def _of_field(field: Field, table: Table) -> Iterator[Feature]:
    import numpy as np

    if field.type in (Type.NUMBER, Type.FLAG, Type.DATE):
        numbers = np.array([float("nan") if value is None else float(value) for value in field.values])  # type: ignore[arg-type]
        values = numbers[field.codes]
        if field.type is Type.DATE:
            values = (table.as_of - values) / DAY
        yield Feature(field.name, False, values)
        return
    yield from _of_parts(field)
    names: dict[object, int] = {}
    codes = [float("nan") if value is None else float(names.setdefault(value, len(names))) for value in field.values]
    if len(names) <= MOST_NAMES and field.type is not Type.TEXT_LIST:
        yield Feature(field.name, True, np.array(codes)[field.codes])


def _of_parts(field: Field) -> Iterator[Feature]:
    """Whether each lead's text mentions a word, or its list has a member."""
    parts = field.parts
    if parts is not None:
        for shown, holding in zip(parts.shown, parts.holding, strict=True):
            yield Feature(f"{field.name} {parts.operator} {shown}", False, holding[field.codes].astype(float))
