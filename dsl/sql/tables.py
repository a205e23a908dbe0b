"""Scoring tables of other libraries: DuckDB relations, PyArrow tables, Polars and pandas frames, Arrow streams."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec

from scorelang import model as m
from scorelang.data.from_parquet import NANOSECONDS
from scorelang.data.results import FiredAs
from scorelang.diagnostics import LeadError, ScorelangError
from scorelang.sql import spell as s
from scorelang.sql.cells import Kind, kind_of, read_identity
from scorelang.sql.raw import fetch
from scorelang.sql.run import Run
from scorelang.sql.sources import LEAD, Table

if TYPE_CHECKING:
    import duckdb


class TableError(ScorelangError, ValueError):
    """A table that cannot be scored: what it is, and which kinds of tables can be."""


KINDS = (
    "a DuckDB relation, a PyArrow table, a Polars, pandas or narwhals frame, a Spark DataFrame, or an object with "
    "`__arrow_c_stream__`"
)


def score_table(model: m.CheckedModel, leads: Any, events: Any, as_of: int, fired: FiredAs = "list") -> Any:
    """The results of a table of leads, as a table of the same kind.

    One row a lead, in the order of the leads; the columns are those of a results file (`scorelang.data.results`).
    Raises `TableError` for what is no table, `LeadError` for the first lead that does not fit.
    """
    found = _scored(model, _native(leads), _native(events), as_of, fired)
    return _library("narwhals").from_native(found) if _library_of(leads) == "narwhals" else found


def _scored(model: m.CheckedModel, leads: Any, events: Any, as_of: int, fired: FiredAs) -> Any:
    kind = _kind(leads)
    if kind == "pyspark":
        from scorelang.sql.frames import score_frame

        return score_frame(model, leads, events, as_of, fired)
    from scorelang.data.from_parquet import connect

    connection = connect()
    with _told(), TemporaryDirectory(prefix="scorelang-") as folder:
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


@contextmanager
def _told() -> Iterator[None]:
    """Raises `TableError` in DuckDB's words where it cannot read a table."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        said = str(error).partition("\n")[0].rpartition("Error: ")[2]
        raise TableError(f"DuckDB cannot read such a table: {said}") from None


def _library_of(table: Any) -> str:
    return type(table).__module__.partition(".")[0].lstrip("_")


def _native(table: Any) -> Any:
    """The table inside a frame of narwhals; any other as it is."""
    return table.to_native() if _library_of(table) == "narwhals" else table


def _kind(table: Any) -> str:
    """Which library a table is of."""
    library = _library_of(table)
    if library in ("duckdb", "pyarrow", "polars", "pandas", "pyspark"):
        return "lazy" if library == "polars" and hasattr(table, "collect") else library
    if hasattr(table, "__arrow_c_stream__"):
        return "arrow"
    raise TableError(f"this is {type(table).__name__}, which is no table of leads; what can be scored is {KINDS}")


def _given(connection: duckdb.DuckDBPyConnection, table: Any, file: Path, *, rows: bool) -> Table:
    """A table as the query reads it: its columns renamed, and with `rows` numbered."""
    name, kind = ("leads" if rows else "events"), _kind(table)
    if kind == "duckdb":
        # It belongs to a database of its own, and may be larger than memory: it comes by way of a file.
        scan = _through_parquet(table, file)
        return described(connection, name, rows=rows, scan=scan)
    if kind == "lazy":
        table = table.collect()
    if kind == "pandas":
        table, objects = _of_pandas(table)
        connection.register(name, table)
        return described(connection, name, rows=rows, objects=objects)
    # A stream can be read only once, and the query may read it twice.
    once = kind != "pyarrow" or hasattr(table, "__arrow_c_stream__")
    connection.register(name, _library("pyarrow").table(table) if once else table)
    return described(connection, name, rows=rows)


# What pandas calls a column of objects which DuckDB reads value by value as Python does.
ALIKE = frozenset({"string", "boolean", "floating", "datetime64", "datetime", "date", "bytes", "empty"})


def _of_pandas(frame: Any) -> tuple[Any, frozenset[str]]:
    """A frame as DuckDB can read it, and which of its columns are texts of JSON there: those of several types.

    Left to itself, DuckDB would make one type of what such a column holds.
    """
    infer, series = _library("pandas.api.types").infer_dtype, _library("pandas").Series
    if getattr(frame, "ndim", 2) != 2:
        raise TableError(f"this is a {type(frame).__name__}, which has no columns; what can be scored is {KINDS}")
    names = [str(name) for name in frame.columns]
    if twice := [name for name in names if names.count(name) > 1]:
        raise TableError(f"two columns are called `{twice[0]}`")
    encode = msgspec.json.Encoder(enc_hook=_in_json, decimal_format="number").encode
    frame, objects = frame.copy(deep=False), set()
    for at, name in enumerate(frame.columns):
        column = frame.iloc[:, at]
        if column.dtype == object and infer(column, skipna=True) not in ALIKE:
            pairs = zip(column, column.isna(), strict=True)
            cells = [None if missing else encode(value).decode() for value, missing in pairs]
            frame[name] = series(cells, index=frame.index, dtype=object)
            objects.add(names[at])
    return frame, frozenset(objects)


def _in_json(value: Any) -> object:
    """A value of numpy or pandas in Python's types, for JSON."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return None if type(value).__name__ == "NAType" else str(value)


def _through_parquet(relation: duckdb.DuckDBPyRelation, file: Path) -> str:
    """Write a relation into a file, and give SQL that stands after FROM and reads it with the relation's own types.

    Whole numbers of 128 bits, which Parquet would have as doubles, are texts in the file.
    """
    pairs = [(_quoted(name), str(type_)) for name, type_ in zip(relation.columns, relation.types, strict=True)]
    large = {name: type_ for name, type_ in pairs if "HUGEINT" in type_}
    if large:
        columns = (
            f"CAST({name} AS {large[name].replace('UHUGEINT', 'VARCHAR').replace('HUGEINT', 'VARCHAR')}) AS {name}"
            if name in large
            else name
            for name, _ in pairs
        )
        relation = relation.project(", ".join(columns))
    relation.write_parquet(str(file))
    quoted = "'" + str(file).replace("'", "''") + "'"
    scan = f"read_parquet({quoted}, hive_partitioning = false)"
    back = ", ".join(f"CAST({name} AS {type_}) AS {name}" for name, type_ in large.items())
    return f"(SELECT * REPLACE ({back}) FROM {scan})" if large else scan


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
    objects: Collection[str] = (),
) -> Table:
    """A view of a table or of a scan (SQL that stands after FROM), with plain names for its columns.

    With `rows` it has a column `row` that numbers them from 0; `number` is the SQL of that number. The column
    called `without` is none of the table's; those called `objects` are texts that hold JSON.
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
        kind = columns[column] = "json" if column in objects else _kind_of(type_)
        spelled[column] = f"d{at}"
        value = _read(_quoted(column), str(type_.id), kind) if column not in objects else f"{_quoted(column)}::JSON"
        if kind == "list":
            members[column] = _kind_of(type_.children[0][1])
            if str(type_.children[0][1].id) == "struct":
                columns[column], value = "json", f"to_json({value})"
        selected.append(f'{value} AS "d{at}"')
    view = f"view_{name}"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {_quoted(view)} AS SELECT {', '.join(selected)} FROM {source}")
    return Table(view, columns, members, spelled)


def _read(value: str, type_: str, kind: Kind) -> str:
    """SQL for a column in the one type that those of its kind are read in."""
    if type_ in NANOSECONDS:
        # Digits beyond microseconds are dropped, as those of a text are; a cast would round.
        value = value if kind == "local" else f"CAST({value} AS TIMESTAMP_NS)"
        nanos = f"epoch_ns({value})"
        micros = f"make_timestamp({nanos} // 1000 - CAST({nanos} % 1000 < 0 AS BIGINT))"
        kept = f"CASE WHEN isfinite({value}) THEN {micros} WHEN {value} IS NOT NULL THEN TIMESTAMP 'infinity' END"
        return kept if kind == "local" else f"CAST({kept} AS TIMESTAMPTZ)"
    return f"CAST({value} AS VARCHAR)" if kind == "text" and type_ != "varchar" else value


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
        case "polars" | "lazy":
            frame = _library("polars").DataFrame(relation.to_arrow_table())
            return frame.lazy() if kind == "lazy" else frame
    return relation.to_arrow_table()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
