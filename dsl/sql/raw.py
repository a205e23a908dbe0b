"""Raw leads and events fetched as Python values, for those leads that the reference has to score or refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.sources import Table
from scorelang.sql.spell import Sql

if TYPE_CHECKING:
    import duckdb

Record = dict[str, Any]


def fetch(
    connection: duckdb.DuckDBPyConnection, source: Table, key: Sql, where: Sql | None = None, limit: int | None = None
) -> Iterator[tuple[Any, Record]]:
    """Each row of a table as a record, with the value of `key`."""
    if source.objects is not None:
        columns = [s.cast(s.col(source.objects), "VARCHAR")]
    else:
        columns = [_readable(source, name) for name in source.columns]
    query = s.select([key, *columns], s.table(source.named), where)
    if limit is not None:
        query.set("limit", exp.Limit(expression=s.whole(limit)))
    for found, *values in connection.execute(query.sql("duckdb")).fetchall():
        if source.objects is not None:
            yield found, json.loads(values[0])
        else:
            pairs = zip(source.columns, values, strict=True)
            yield found, {name: _value(source, name, value) for name, value in pairs}


def _readable(source: Table, name: str) -> Sql:
    """A column in a type that DuckDB hands out as a Python value without help."""
    column, kind = s.col(source.spelled.get(name, name)), source.columns[name]
    cast = {"text": "VARCHAR", "instant": "TIMESTAMP", "json": "VARCHAR"}.get(kind)
    return s.cast(column, cast) if cast else column


def _value(source: Table, name: str, value: Any) -> Any:
    match source.columns[name]:
        case "instant" if isinstance(value, datetime):
            return value.replace(tzinfo=UTC)
        case "json" if isinstance(value, str):
            return json.loads(value)
        case "list" if source.members.get(name) == "json" and isinstance(value, list):
            return [None if member is None else json.loads(member) for member in value]
    return value
