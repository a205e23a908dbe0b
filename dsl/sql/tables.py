"""Scoring tables of other libraries: DuckDB relations, PyArrow tables, Polars and pandas frames, Arrow streams."""

from __future__ import annotations

import warnings
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from scorelang import model as m
from scorelang.data.results import FiredAs
from scorelang.diagnostics import LeadError, ScorelangError
from scorelang.sql import spell as s
from scorelang.sql.cells import Kind, kind_of, read_identity
from scorelang.sql.lower import LEAD
from scorelang.sql.raw import fetch
from scorelang.sql.run import Run
from scorelang.sql.sources import Table

if TYPE_CHECKING:
    import duckdb


class TableError(ScorelangError, ValueError):
    """A table that cannot be scored: what it is, and which kinds of tables can be."""


KINDS = (
    "a DuckDB relation, a PyArrow table, a Polars or pandas frame, a Spark DataFrame, or an object with "
    "`__arrow_c_stream__`"
)


def score_table(model: m.CheckedModel, leads: Any, events: Any, as_of: int, fired: FiredAs = "list") -> Any:
    """The results of a table of leads, as a table of the same kind.

    One row a lead, in the order of the leads; the columns are those of a results file (`scorelang.data.results`).
    Raises `TableError` for what is no table, `LeadError` for the first lead that does not fit.
    """
    kind = _kind(leads)
    if kind == "pyspark":
        from scorelang.sql.frames import score_frame

        return score_frame(model, leads, events, as_of, fired)
    from scorelang.data.from_parquet import connect

    connection = connect()
    with TemporaryDirectory(prefix="scorelang-") as folder:
        given = _given(connection, leads, Path(folder) / "leads.parquet", rows=True)
        also = None
        if events is not None:
            also = _given(connection, events, Path(folder) / "events.parquet", rows=False)
            _check_leads_of(connection, also)
        run = Run.of(connection, model, as_of, given, also, fired)
        run.fill()
        for row, answer in run.referred():
            if isinstance(answer, LeadError):
                raise answer
            run.replace(row, answer)
    names = ", ".join(_quoted(name) for name in run.columns.names)
    return _as(kind, connection.sql(f'SELECT {names} FROM "{run.scores}" ORDER BY "row"'))


def _kind(table: Any) -> str:
    """Which library a table is of."""
    library = type(table).__module__.partition(".")[0].lstrip("_")
    if library in ("duckdb", "pyarrow", "polars", "pandas", "pyspark"):
        return library
    if hasattr(table, "__arrow_c_stream__"):
        return "arrow"
    raise TableError(f"this is {type(table).__name__}, which is no table of leads; what can be scored is {KINDS}")


def _given(connection: duckdb.DuckDBPyConnection, table: Any, file: Path, *, rows: bool) -> Table:
    """A table as the query reads it: its columns renamed, and with `rows` numbered."""
    name, kind = ("leads" if rows else "events"), _kind(table)
    if kind == "duckdb":
        # It belongs to a database of its own, and may be larger than memory: it comes by way of a file.
        table.write_parquet(str(file))
        quoted = "'" + str(file).replace("'", "''") + "'"
        return described(connection, name, rows=rows, scan=f"read_parquet({quoted}, hive_partitioning = false)")
    if kind == "polars" and hasattr(table, "collect"):
        table = table.collect()
    # A stream can be read only once, and the query may read it twice.
    connection.register(name, table if kind in ("pandas", "pyarrow") else _library("pyarrow").table(table))
    return described(connection, name, rows=rows)


def _library(name: str) -> Any:
    """A library that only those need who have its tables."""
    try:
        return import_module(name)
    except ImportError:
        raise TableError(f"such a table is read by way of {name}, which is not installed: pip install {name}") from None


def described(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    *,
    rows: bool,
    scan: str | None = None,
    number: str = "(row_number() OVER ()) - 1",
    without: str | None = None,
) -> Table:
    """A view of a table or of a scan (SQL that stands after FROM), with plain names for its columns.

    With `rows` it has a column `row` that numbers them from 0; `number` is the SQL of that number. The column
    called `without` is none of the table's.
    """
    source = scan or _quoted(name)
    found: Any = connection.execute(f"SELECT * FROM {source} LIMIT 0").description
    columns: dict[str, Kind] = {}
    members: dict[str, Kind] = {}
    spelled: dict[str, str] = {}
    selected = [f'{number} AS "row"'] if rows else []
    for at, (column, type_, *_) in enumerate(found):
        if column == without:
            continue
        kind = columns[column] = _kind_of(type_)
        spelled[column] = f"d{at}"
        value = _quoted(column)
        if kind == "list":
            members[column] = _kind_of(type_.children[0][1])
            if str(type_.children[0][1].id) == "struct":
                columns[column], value = "json", f"to_json({value})"
        selected.append(f'{value} AS "d{at}"')
    view = f"view_{name}"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {_quoted(view)} AS SELECT {', '.join(selected)} FROM {source}")
    return Table(view, columns, members, spelled)


def _kind_of(type_: Any) -> Kind:
    return "json" if str(type_) == "JSON" else kind_of(str(type_.id))


def _check_leads_of(connection: duckdb.DuckDBPyConnection, events: Table) -> None:
    """Raise `LeadError` for an event that names no lead."""
    raw = events.look_up(LEAD)
    cell = read_identity(raw)
    stray = s.missing(cell.value)
    for _, record in fetch(connection, events, s.whole(0), stray, limit=1):
        raise LeadError(None, "lead", record.get("lead"), "the identity of the event's lead", event="event")


def _as(kind: str, relation: duckdb.DuckDBPyRelation) -> Any:
    """A relation as the kind of table that the leads came in. A relation keeps its database alive."""
    match kind:
        case "duckdb":
            return relation
        case "pandas":
            with warnings.catch_warnings():
                # DuckDB calls what pandas 4 will no longer have.
                warnings.simplefilter("ignore", DeprecationWarning)
                return relation.df()
        case "polars":
            return _library("polars").DataFrame(relation.to_arrow_table())
    return relation.to_arrow_table()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
