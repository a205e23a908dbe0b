"""Spark on two threads of this machine, for tests."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from scorelang import Model
from scorelang.sql.dialect import dialect_of
from scorelang.sql.written import spelled, table_of
from scorelang.values import Type

from .typed_tables import Tables, answer

SPARK = dialect_of("spark")
TYPES = {
    Type.TEXT: "STRING",
    Type.NUMBER: "DOUBLE",
    Type.FLAG: "BOOLEAN",
    Type.DATE: "TIMESTAMP_NTZ",
    Type.TEXT_LIST: "ARRAY<STRING>",
    Type.ANYTHING: "BOOLEAN",
}


@contextmanager
def session() -> Iterator[Any]:
    """A session of its own. Skips where there is no pyspark: it is 491 MB, so that not every test run installs it."""
    pytest.importorskip(
        "pyspark", reason="pyspark (491 MB) is no part of the extra dev: pip install 'scorelang[spark]'"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.default.parallelism", "2")
        # A zone whose clocks change: no result may depend on it.
        builder = builder.config("spark.sql.session.timeZone", "America/New_York")
        found = builder.getOrCreate()
        found.sparkContext.setLogLevel("OFF")
        try:
            yield found
        finally:
            found.stop()


def score(session: Any, model: Model, tables: Tables, as_of: str) -> dict[str, dict[str, Any] | None]:
    """The result of each lead; None for one that the query leaves to the reference."""
    fill(session, "given_leads", tables.leads, tables.lead_rows)
    fill(session, "given_events", tables.events, tables.event_rows)
    given = (table_of(name) for name in ("given_leads", "given_events"))
    found = session.sql(SPARK.sql(spelled(model.checked, model.instant(as_of), *given, SPARK)))
    rows = ([plain(value) for value in row] for row in found.collect())
    answers = (answer(model, found.columns, row) for row in rows)
    return {lead: None if refer else result for lead, refer, result in answers}


def plain(value: Any) -> Any:
    """A value of a row, with its groups as dictionaries."""
    return [one.asDict() for one in value] if isinstance(value, list) else value


def fill(session: Any, name: str, columns: dict[str, Type], rows: list[list[Any]]) -> None:
    """A temporary view."""
    from pyspark.sql import types

    fields = [types.StructField(column, types.DataType.fromDDL(TYPES[type_])) for column, type_ in columns.items()]
    plain_rows = [[value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for value in row] for row in rows]
    session.createDataFrame(plain_rows, types.StructType(fields)).createOrReplaceTempView(name)
