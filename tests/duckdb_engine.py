"""The SQL engine for tests: leads in memory through DuckDB, as JSON or in typed columns, results as dictionaries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from scorelang import LeadError, Model
from scorelang.model import CheckedModel
from scorelang.result import plain
from scorelang.sql import spell as s
from scorelang.sql.fired import Packing
from scorelang.sql.flat import columns_of
from scorelang.sql.lower import lower
from scorelang.sql.run import SCORES, Run
from scorelang.sql.sources import Table
from scorelang.sql.tables import described
from scorelang.values import Unfit, fold, format_instant, identity


def connected() -> duckdb.DuckDBPyConnection:
    """A database in memory."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET threads = 1")
    return connection


def score_many(
    connection: duckdb.DuckDBPyConnection, model: Model, leads: Sequence[Any], events: Iterable[Any] | None, as_of: str
) -> list[dict[str, Any] | LeadError]:
    """Every lead's result in JSON's types, or the error that refuses it."""
    table = _objects(connection, "given_leads", leads)
    given = None if events is None else _objects(connection, "given_events", list(events))
    return finished(Run.of(connection, model.checked, model.instant(as_of), table, given))


def finished(run: Run) -> list[dict[str, Any] | LeadError]:
    """The results of a run, in the order of the leads."""
    run.fill()
    names = columns_of(run.plan).names
    selected = ", ".join('"' + name.replace('"', '""') + '"' for name in names if name != "as_of")
    rows = run.connection.execute(f'SELECT "row", {selected} FROM "{SCORES}" ORDER BY "row"').fetchall()
    at = names.index("as_of")
    instant = format_instant(run.plan.as_of)
    found: dict[int, Any] = {
        number: unflattened(run.plan.model, names, (*row[:at], instant, *row[at:]), instant) for number, *row in rows
    }
    for row, answer in run.referred():
        found[row] = answer if isinstance(answer, LeadError) else answer.to_dict()
    return [found[row] for row in sorted(found)]


def unflattened(model: CheckedModel, names: tuple[str, ...], row: tuple[Any, ...], as_of: str) -> dict[str, Any]:
    """A row of the results as `Result.to_dict` gives it."""
    values = dict(zip(names, row, strict=True))
    categories = [group.name for group in model.groups if group.word == "category"]
    at = 2
    said = dict(zip(categories, row[at : at + len(categories)], strict=True))
    grades = {grade.what: values[f"{grade.what} grade"] for grade in model.grades}
    return {
        "id": values["id"],
        "score": plain(values["score"]),
        "categories": {name: plain(value) for name, value in said.items()},
        "grades": grades,
        "persona": values["persona"],
        "stage": values["stage"],
        "qualified": values["qualified"],
        "blocked_by": values["blocked_by"],
        "route": values["route"],
        "fired": [{"rule": one["rule"], "points": plain(one["points"])} for one in values["fired"]],
        "as_of": as_of,
        "model": {"name": model.name, "version": model.version, "fingerprint": model.fingerprint},
    }


def packed_many(
    connection: duckdb.DuckDBPyConnection, model: Model, leads: Sequence[Any], as_of: str
) -> tuple[Packing, list[tuple[bool, dict[str, Any], list[Any]]]]:
    """Of every lead: whether the query leaves it over, which rules fired as they are packed, and the list of that."""
    run = Run.of(connection, model.checked, model.instant(as_of), _objects(connection, "given_leads", leads), None)
    packing = Packing.of(model.checked, [run.plan])
    connection.execute(packing.declared())
    columns = {"row": s.col("row"), "refer": run.plan.refer, "packed": packing.packed(run.plan)}
    query = run.plan.query([s.aliased(value, name) for name, value in columns.items()]).sql("duckdb")
    listed = packing.listed('"packed"')
    rows = connection.execute(f'SELECT "refer", "packed", {listed} FROM ({query}) ORDER BY "row"').fetchall()
    return packing, rows


def score_rows(
    connection: duckdb.DuckDBPyConnection, model: Model, leads: list[Any], events: list[Any], as_of: str
) -> list[dict[str, Any] | LeadError]:
    """As `score_many`, but in tables whose columns have the types of what they hold."""
    given = _typed(connection, "typed_leads", leads, rows=True)
    also = _typed(connection, "typed_events", events, rows=False)
    return finished(Run.of(connection, model.checked, model.instant(as_of), given, also))


def _typed(connection: duckdb.DuckDBPyConnection, name: str, records: list[Any], *, rows: bool) -> Table:
    columns = (list(records[0]) if records else []) or ["lead", "type", "at"]
    records = [dict.fromkeys(columns) | record for record in records]
    types = {column: _type([record[column] for record in records]) for column in columns}
    made = ", ".join(f'"c{at}" {type_}' for at, type_ in enumerate(types.values()))
    connection.execute(f"DROP VIEW IF EXISTS view_{name}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name}({made})")
    marks = ", ".join("?" for _ in columns)
    for record in records:
        values = [
            _written(record[column]) if types[column] == "JSON" and record[column] is not None else record[column]
            for column in columns
        ]
        connection.execute(f"INSERT INTO {name} VALUES ({marks})", values)
    found = described(connection, name, rows=rows)
    names = {f"c{at}": column for at, column in enumerate(columns)}
    return Table(
        found.named,
        {names[column]: kind for column, kind in found.columns.items()},
        {names[column]: kind for column, kind in found.members.items()},
        {names[column]: spelled for column, spelled in found.spelled.items()},
    )


def _written(value: Any) -> str:
    return json.dumps(value.isoformat() if isinstance(value, datetime) else value)


def _type(values: list[Any]) -> str:
    """The type of a column that holds these values and keeps them as they are; JSON where they are of several."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        return "VARCHAR"
    if kinds == {bool}:
        return "BOOLEAN"
    if kinds == {int} and all(abs(value) < 2**63 for value in values if value is not None):
        return "BIGINT"
    if kinds == {float}:
        return "DOUBLE"
    if kinds == {datetime}:
        return "TIMESTAMPTZ"
    if kinds == {list} and all(isinstance(one, str | None) for value in values for one in value or ()):
        return "VARCHAR[]"
    return "JSON"


def _objects(connection: duckdb.DuckDBPyConnection, name: str, records: Sequence[Any]) -> Table:
    connection.execute(f'CREATE OR REPLACE TEMP TABLE {name}("row" BIGINT, "object" JSON)')
    rows = [[at, json.dumps(record)] for at, record in enumerate(records)]
    if rows:
        connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)
    return Table(name, objects="object")


def key_of(lead: Mapping[str, Any], model: Model) -> str | None:
    """The identity by which events find a lead; None for one that has none."""
    try:
        found = identity(lead.get(model.checked.key))
    except Unfit:
        return None
    return None if found is None else fold(found)


def moved_many(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    leads: Sequence[Any],
    events: Iterable[Any] | None,
    as_of: Sequence[str],
) -> list[dict[str, Any] | None]:
    """Of every lead at a moment of its own: what a table of outcomes takes of it; None where it is left over."""
    table = _objects(connection, "given_leads", leads)
    given = None if events is None else _objects(connection, "given_events", list(events))
    meant = model.instant("2026-01-01")
    connection.execute('CREATE OR REPLACE TEMP TABLE "moments"("row" BIGINT, "key" VARCHAR, "moved" BIGINT)')
    keys: list[str | None] = []
    for row, (lead, moment) in enumerate(zip(leads, as_of, strict=True)):
        key = key_of(lead, model)
        connection.execute(
            'INSERT INTO "moments" VALUES (?, ?, ?)',
            [row, None if key in keys else key, meant - model.instant(moment)],
        )
        keys.append(key)
    plan = lower(model.checked, meant, table, given, moments="moments")
    packing = Packing.of(model.checked, [plan])
    connection.execute(packing.declared())
    out = plan.outcome
    columns = {"row": s.col("row"), "refer": plan.refer, "score": out.score, "qualified": out.qualified}
    columns |= {"stage": out.stage, "packed": packing.packed(plan)}
    query = plan.query([s.aliased(value, name) for name, value in columns.items()]).sql("duckdb")
    listed = packing.listed('"packed"')
    found = connection.execute(
        f'SELECT "refer", "score", "qualified", "stage", {listed} FROM ({query}) ORDER BY "row"'
    ).fetchall()
    names = ("score", "qualified", "stage", "fired")
    return [None if refer else dict(zip(names, values, strict=True)) for refer, *values in found]
