"""Scoring DataFrames of Spark: one query for the cluster, and the reference for the few leads that it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlglot import exp

from scorelang import model as m
from scorelang.data.results import FiredAs
from scorelang.diagnostics import LeadError, ScorelangError
from scorelang.interpret import interpret
from scorelang.leads import read_lead
from scorelang.result import Result, result_of
from scorelang.sql import flat
from scorelang.sql import spell as s
from scorelang.sql.cells import Kind, read_identity
from scorelang.sql.dialect import dialect_of
from scorelang.sql.lower import Plan, lower
from scorelang.sql.sources import LEAD, Table, folded_identity
from scorelang.sql.spell import Sql
from scorelang.sql.written import columns_of
from scorelang.values import EPOCH

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SPARK = dialect_of("spark")
Record = dict[str, Any]

# What each of Spark's types is read as, and how a column of it is selected.
_READ: dict[str, tuple[Kind, str]] = {
    "string": ("text", "{}"),
    "char": ("text", "CAST({} AS STRING)"),
    "varchar": ("text", "CAST({} AS STRING)"),
    "tinyint": ("whole", "{}"),
    "smallint": ("whole", "{}"),
    "int": ("whole", "{}"),
    "bigint": ("whole", "{}"),
    "float": ("double", "CAST({} AS DOUBLE)"),
    "double": ("double", "{}"),
    "decimal": ("digits", "CAST({} AS STRING)"),
    "boolean": ("flag", "{}"),
    "date": ("local", "CAST({} AS TIMESTAMP_NTZ)"),
    "timestamp_ntz": ("local", "{}"),
    # An instant: as a number, no time zone of a session is asked.
    "timestamp": ("micros", "UNIX_MICROS({})"),
}
_views = count()


@frozen
class Given:
    """A DataFrame as the query reads it: a view whose columns have plain names."""

    frame: DataFrame
    table: Table

    def record(self, values: Any) -> Record:
        """A row of the view as data has it."""
        return {name: _value(self.table.columns[name], values[spelled]) for name, spelled in self.table.spelled.items()}

    def query(self, node: exp.Expression) -> DataFrame:
        """What a query in the plan's words gives."""
        return self.frame.sparkSession.sql(SPARK.sql(SPARK.spelled(node)))


def score_frame(
    model: m.CheckedModel, leads: DataFrame, events: DataFrame | None, as_of: int, fired: FiredAs = "list"
) -> DataFrame:
    """The results of a DataFrame of leads as one: a row a lead, in no order, with the columns of a results file.

    `as_of` is in microseconds since 1970 in UTC. The column `as_of` is a TIMESTAMP_NTZ in UTC. Nothing is computed but
    for the leads that are left to the reference, which come to the driver. Raises `LeadError` for one that does not
    fit, and `NotLowered` for a rule that has no exact SQL.
    """
    given = given_frame(leads, "leads", row="MONOTONICALLY_INCREASING_ID()")
    also = None if events is None else given_frame(events, "events")
    if also is None and given.table.columns.get("events") == "other":
        raise ScorelangError("the leads have a column `events`: on Spark events are a DataFrame of their own, with the "
                             "columns lead, type and at")  # fmt: skip
    if also is not None:
        _check_leads_of(also)
    plan = lower(model, as_of, given.table, None if also is None else also.table, SPARK)
    answers = [_row(plan, result, fired) for result in _referred(plan, given, also)]
    query = plan.query(columns_of(plan, fired))
    query.set("where", exp.Where(this=s.negated(plan.refer)))
    found = given.query(query)
    if answers:
        found = found.unionByName(leads.sparkSession.createDataFrame(answers, found.schema))
    return found


def given_frame(frame: DataFrame, what: str, row: str | None = None, without: str | None = None) -> Given:
    """A DataFrame as the query reads it; `row` is the SQL of a column `row`, over columns called `d0`, `d1` and so on.

    The column called `without` is none of the data's.
    """
    names = frame.columns
    columns: dict[str, Kind] = {}
    members: dict[str, Kind] = {}
    selected = [] if row is None else [f"{row} AS `row`"]
    for at, (name, field) in enumerate(zip(names, frame.schema.fields, strict=True)):
        if name == without:
            continue
        type_ = field.dataType.simpleString()
        kind, way = _READ.get(type_.partition("(")[0], ("other", "{}"))
        if type_.startswith("array<"):
            member = _READ.get(type_[len("array<") : -1].partition("(")[0], ("other", "{}"))[0]
            if member in ("text", "whole", "double", "flag"):
                kind, members[name] = "list", member
        columns[name] = kind
        selected.append(f"{way.format(f'`d{at}`')} AS `d{at}`")
    view = f"scorelang_{what}_{next(_views)}"
    read = frame.toDF(*(f"d{at}" for at in range(len(names)))).selectExpr(*selected)
    read.createOrReplaceTempView(view)
    spelled = {name: f"d{at}" for at, name in enumerate(names) if name != without}
    return Given(read, Table(view, columns, members, spelled))


def _check_leads_of(events: Given) -> None:
    """Raise `LeadError` for an event that names no lead."""
    identity = read_identity(events.table.look_up(LEAD)).value
    query = s.select([exp.Star()], s.table(events.table.named), s.missing(identity))
    query.set("limit", exp.Limit(expression=s.whole(1)))
    for row in events.query(query).collect():
        value = events.record(row).get("lead")
        raise LeadError(None, "lead", value, "the identity of the event's lead", event="event")


# --- leads that the query leaves to the reference -------------------------------------------------------------------


def _referred(plan: Plan, leads: Given, events: Given | None) -> Iterator[Result]:
    """What the reference says of the leads that the query does not score. Raises `LeadError`."""
    columns = [s.col("key"), *(s.aliased(s.col(read), column) for column, read in plan.raws.items())]
    query = plan.query(columns)
    query.set("where", exp.Where(this=plan.refer))
    rows = leads.query(query).collect()
    happened = _events_of({row["key"] for row in rows} - {None}, events) if rows and events is not None else {}
    for row in rows:
        read = {name: spelled for name, spelled in leads.table.spelled.items() if spelled in plan.raws}
        record = {name: _value(leads.table.columns[name], row[spelled]) for name, spelled in read.items()}
        own = None if events is None else happened.get(row["key"], [])
        facts, problems = read_lead(plan.model, record, own, plan.as_of)
        if problems:
            raise problems[0]
        yield result_of(plan.model, interpret(plan.model, facts))


def _events_of(keys: set[str], events: Given) -> dict[str, list[Record]]:
    """The events of some leads, by what leads and events are matched by."""
    found: dict[str, list[Record]] = {}
    if not keys:
        return found
    raw = events.table.look_up(LEAD)
    key = folded_identity(raw, s.cast(read_identity(raw).value, "VARCHAR"))
    wanted: list[Sql] = [s.text(one) for one in sorted(keys)]
    query = s.select([s.aliased(key, "key"), exp.Star()], s.table(events.table.named), s.among(key, wanted))
    for row in events.query(query).collect():
        found.setdefault(row["key"], []).append(events.record(row))
    return found


def _value(kind: Kind, value: Any) -> Any:
    if kind == "micros" and value is not None:
        try:
            return (EPOCH + timedelta(microseconds=value)).replace(tzinfo=UTC)
        except OverflowError:
            return f"{value} microseconds since 1970"
    return value


def _row(plan: Plan, result: Result, fired: FiredAs) -> list[Any]:
    """A result as a row; its time without a zone."""
    columns = flat.columns_of(plan, fired)
    values = dict(zip(columns.names, flat.flat_values(result, columns), strict=True))
    values["as_of"] = EPOCH + timedelta(microseconds=plan.as_of)
    return list(values.values())
