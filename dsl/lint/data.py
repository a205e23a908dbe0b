"""The leads that a model is compared with: which columns there are, and which values each has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import Factory, define, frozen

from scorelang.values import SPACES


@define
class Column:
    """One column: how many of the records have a value in it, and how often each value is there."""

    known: int = 0
    values: Counter[object] = Factory(Counter)


@frozen(eq=False)
class Data:
    """All records of a file, by column."""

    path: str
    records: int
    columns: Mapping[str, Column]


def read_data(path: str) -> Data:
    """The columns and values of a file of leads. Raises `DataError` for one that cannot be read.

    Records that cannot be read are passed over: `scorelang score` reports them.
    """
    from scorelang.data import BadRecord, read_records

    columns: dict[str, Column] = {}
    count = 0
    with read_records(path) as records:
        for name in records.columns or ():
            columns[name] = Column()
        for record in records:
            if isinstance(record, BadRecord):
                continue
            count += 1
            for name, value in record.values.items():
                column = columns.setdefault(name, Column())
                if value is not None and not (isinstance(value, str) and not value.strip(SPACES)):
                    column.known += 1
                    _add(column.values, value)
    return Data(path, count, columns)


def _add(values: Counter[object], value: object) -> None:
    if isinstance(value, list | tuple | set | frozenset):
        for member in value:
            _add(values, member)
    elif not isinstance(value, dict):
        values[value] += 1
