"""Reading Parquet, through DuckDB and in batches."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scorelang.data.errors import DataError
from scorelang.data.inputs import Input
from scorelang.data.records import BadRecord, Record

if TYPE_CHECKING:
    import duckdb

BATCH = 4096  # rows
MAGIC = b"PAR1"

Convert = Callable[[Any], object]

# Times with nanoseconds, which Python's own cannot hold.
NANOSECONDS = frozenset({"timestamp_ns", "timestamptz_ns"})

# The types of DuckDB that have a Python type which is none of the language's: their text is what people see.
AS_TEXT = frozenset({"uuid", "time", "time_ns", "time with time zone", "interval", "bit"})


def read_parquet(file: Input, resources: ExitStack) -> tuple[tuple[str, ...], Iterator[Record | BadRecord]]:
    """The columns of a Parquet file and its rows, numbered from 1.

    Timestamps are datetimes (with UTC where the file says that they are instants), lists are lists, groups are
    dictionaries. Raises `DataError` for a file that is not Parquet or whose columns share a name.
    """
    if not file.head.startswith(MAGIC):
        raise DataError("this is not a Parquet file", file.path, hint="every Parquet file begins with PAR1")
    scanned = _on_disk(file, resources)
    import duckdb

    try:
        connection = resources.enter_context(connect())
        columns = _columns(connection, scanned)
        described = connection.execute(f"SELECT * FROM {_SCAN} LIMIT 0", [scanned]).description
        plans = [(name, *_plan(kind)) for name, kind, *_ in described]
        selected = ", ".join(f"CAST({quoted(name)} AS {cast})" if cast else quoted(name) for name, cast, _ in plans)
        connection.execute(f"SELECT {selected} FROM {_SCAN}", [scanned])
    except duckdb.Error as error:
        raise broken(error, file.path, scanned) from None
    first: dict[str, int] = {}
    for number, name in enumerate(columns, 1):
        if first.setdefault(name, number) != number:
            raise DataError(f"columns {first[name]} and {number} are both called `{name}`", file.path)
    return columns, _records(connection, columns, [convert for _, _, convert in plans], file.path, scanned)


def file_rows(path: str, rows: Sequence[int]) -> Iterator[Record]:
    """Some rows of a Parquet file on disk, by their numbers from 0, as `read_parquet` gives them."""
    import duckdb

    scanned = os.path.abspath(path)
    with connect() as connection:
        try:
            described = connection.execute(f"SELECT * FROM {_SCAN} LIMIT 0", [scanned]).description
            plans = [(name, *_plan(kind)) for name, kind, *_ in described]
            selected = ", ".join(f"CAST({quoted(name)} AS {cast})" if cast else quoted(name) for name, cast, _ in plans)
            wanted = "file_row_number IN (SELECT UNNEST(?::BIGINT[]))"
            query = f"SELECT file_row_number, {selected} FROM {_SCAN} WHERE {wanted} ORDER BY file_row_number"
            found = connection.execute(query, [scanned, list(rows)]).fetchall()
        except duckdb.Error as error:
            raise broken(error, path, scanned) from None
    for row, *values in found:
        pairs = zip(plans, values, strict=True)
        yield Record({name: convert(value) if convert else value for (name, _, convert), value in pairs}, row + 1)


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that fetches nothing from anywhere and whose instants are in UTC."""
    import duckdb

    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


_SCAN = "read_parquet(?, hive_partitioning = false)"


def _on_disk(file: Input, resources: ExitStack) -> str:
    """A path from which DuckDB can read the file: its own, or that of a copy."""
    # DuckDB takes these for a pattern.
    if file.on_disk is not None and not any(character in file.on_disk for character in "*?["):
        return file.on_disk
    folder = resources.enter_context(tempfile.TemporaryDirectory(prefix="scorelang-"))
    path = os.path.join(folder, "data.parquet")
    with open(path, "wb") as copy:
        shutil.copyfileobj(file.stream, copy)
    return path


def _columns(connection: duckdb.DuckDBPyConnection, path: str) -> tuple[str, ...]:
    """The names of the top-level columns as the file has them: DuckDB renames those that differ only in case."""
    schema = connection.execute("SELECT name, num_children FROM parquet_schema(?)", [path]).fetchall()
    names, inside = [], 0
    for name, children in schema[1:]:
        if inside == 0:
            names.append(name)
            inside = 1
        inside += (children or 0) - 1
    return tuple(names)


def _plan(kind: Any) -> tuple[str | None, Convert | None]:
    """How a type is read: the type to cast it to, and what to do with the Python value; None is nothing.

    DuckDB hands out instants only with pytz installed, so they come as timestamps in UTC and get their zone here.
    """
    if kind.id == "timestamp with time zone":
        return "TIMESTAMP", _in_utc
    if kind.id in NANOSECONDS:
        return "VARCHAR", _instant_to_microseconds if kind.id == "timestamptz_ns" else _to_microseconds
    if kind.id in AS_TEXT:
        return "VARCHAR", None
    if kind.id == "list":
        cast, convert = _plan(kind.children[0][1])
        return (f"{cast}[]" if cast else None), (_each(convert) if convert else None)
    if kind.id == "struct":
        plans = [(name, child, *_plan(child)) for name, child in kind.children]
        if all(cast is None for _, _, cast, _ in plans):
            return None, None
        inner = ", ".join(f"{quoted(name)} {cast or child}" for name, child, cast, _ in plans)
        return f"STRUCT({inner})", _members({name: convert for name, _, _, convert in plans if convert})
    return None, None


def _in_utc(moment: object) -> object:
    # Past the year 9999 DuckDB gives text, which stays as it is.
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else moment


def _to_microseconds(text: str | None) -> object:
    """A datetime of a text with nine decimals: what is beyond microseconds is dropped, for any other type rounds."""
    try:
        return None if text is None else datetime.fromisoformat(text[:26])
    except ValueError:
        return text


def _instant_to_microseconds(text: str | None) -> object:
    return _in_utc(_to_microseconds(None if text is None else text.removesuffix("+00")))


def _each(convert: Convert) -> Convert:
    return lambda members: None if members is None else [convert(member) for member in members]


def _members(converts: dict[str, Convert]) -> Convert:
    def convert(group: dict[str, object] | None) -> object:
        if group is None:
            return None
        return {name: converts[name](value) if name in converts else value for name, value in group.items()}

    return convert


def _records(
    connection: duckdb.DuckDBPyConnection,
    columns: tuple[str, ...],
    converts: Sequence[Convert | None],
    path: str,
    scanned: str,
) -> Iterator[Record | BadRecord]:
    import duckdb

    changed = [(name, convert) for name, convert in zip(columns, converts, strict=True) if convert]
    number = 0
    while True:
        try:
            batch = connection.fetchmany(BATCH)
        except duckdb.Error as error:
            raise broken(error, path, scanned) from None
        if not batch:
            return
        for row in batch:
            number += 1
            values = dict(zip(columns, row, strict=True))
            for name, convert in changed:
                values[name] = convert(values[name])
            yield Record(values, number)


def broken(error: Exception, path: str, scanned: str) -> DataError:
    """The error for a file that cannot be read: what DuckDB says, without its class, with the path as typed."""
    said = str(error).partition("\n")[0].rpartition("Error: ")[2].replace(scanned, path)
    return DataError(f"the Parquet file cannot be read: {said}", path, hint="if it was cut short, fetch it again")


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
