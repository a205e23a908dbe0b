"""Reading a table of a database: DuckDB and SQLite files, and PostgreSQL servers.

`crm.duckdb::leads` and `crm.sqlite::leads` are the table `leads` of a file; `postgres://user@host/db?table=leads` that
of a server, which takes every other parameter of libpq. A name may have its schema before it: `sales.leads`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from attrs import frozen

from scorelang.data.errors import DataError
from scorelang.data.from_parquet import NANOSECONDS, quoted
from scorelang.data.records import BadRecord, Record, Records

SCHEMES = ("postgres", "postgresql")
BATCH = 4096  # rows
# Most values are of these types, and a look at their type is the quickest test there is.
ITSELF = frozenset({type(None), str, bool, int})
SEPARATOR = "::"
SQLITE, DUCKDB, DUCKDB_AT = b"SQLite format 3\0", b"DUCK", 8

Fetch = Callable[[int], Sequence[Sequence[Any]]]
# The names of the columns, a function that gives so many more rows, and what it raises where the database fails.
Rows = tuple[Sequence[str], Fetch, type[Exception]]


@frozen
class TableName:
    """A table of a database: the path of its file or the address of its server, and its name."""

    database: str
    table: str
    is_server: bool = False


def table_name(path: str) -> TableName | None:
    """What a path says of a table, or None where it is that of a file of data. Raises `DataError`."""
    if path.split("://", 1)[0] in SCHEMES and "://" in path:
        return _of_url(path)
    database, separator, table = path.rpartition(SEPARATOR)
    if not separator or not database or not table or Path(path).exists():
        return None
    return TableName(database, table)


def _of_url(path: str) -> TableName:
    parts = urlsplit(path)
    shown = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    if parts.password is not None:
        hint = "name it in PGPASSWORD or in ~/.pgpass, where neither messages nor the history of a shell show it"
        raise DataError("a password stands in the address", shown, hint=hint)
    options = parse_qsl(parts.query, keep_blank_values=True)
    tables = [value for name, value in options if name == "table"]
    if len(tables) != 1 or not tables[0]:
        raise DataError("the address names no table", shown, hint="put it at the end, as in ?table=leads")
    rest = urlencode([(name, value) for name, value in options if name != "table"])
    return TableName(urlunsplit(parts._replace(query=rest)), unquote(tables[0]), is_server=True)


def read_table(path: str, table: TableName) -> Records:
    """The rows of a table, numbered from 1 in the order in which the database gives them.

    Dates and times are texts as ISO 8601 writes them, decimals are numbers. Raises `DataError` for a database that
    cannot be read or has no such table.
    """
    resources = ExitStack()
    try:
        names, fetch, failures = _opened(path, table, resources)
        first: dict[str, int] = {}
        for number, name in enumerate(names, 1):
            if first.setdefault(name, number) != number:
                raise DataError(f"columns {first[name]} and {number} are both called `{name}`", path)
        return Records(path, "table", tuple(names), _records(names, _told(fetch, failures, path)), resources)
    except BaseException:
        resources.close()
        raise


def _told(fetch: Fetch, failures: type[Exception], path: str) -> Fetch:
    """The function, with failures of the database as `DataError`: a text that is none, a server that went away."""

    def told(number: int) -> Sequence[Sequence[Any]]:
        try:
            return fetch(number)
        except failures as error:
            said = str(error).partition("\n")[0].rpartition("Error: ")[2]
            raise DataError(f"the table cannot be read to its end: {said}", path) from None

    return told


def _records(names: Sequence[str], fetch: Fetch) -> Iterator[Record | BadRecord]:
    number = 0
    while rows := fetch(BATCH):
        for row in rows:
            number += 1
            yield Record(dict(zip(names, map(_plain, row), strict=True)), number)


def _plain(value: Any) -> object:
    """A value as JSON has it."""
    if type(value) in ITSELF or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):  # and a datetime
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {str(name): _plain(member) for name, member in value.items()}
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)


# --- databases ------------------------------------------------------------------------------------------------------


def _opened(path: str, table: TableName, resources: ExitStack) -> Rows:
    if table.is_server:
        return _of_postgres(path, table, resources)
    try:
        with open(table.database, "rb") as file:
            head = file.read(len(SQLITE))
    except OSError as error:
        said = "there is no such file" if isinstance(error, FileNotFoundError) else "it cannot be read"
        raise DataError(said, table.database, hint="before `::` stands the path of a database") from None
    if head == SQLITE:
        return _of_sqlite(path, table, resources)
    if head[DUCKDB_AT : DUCKDB_AT + len(DUCKDB)] == DUCKDB:
        return _of_duckdb(path, table, resources)
    raise DataError("this is no DuckDB or SQLite database", table.database, hint="a file of data is named without `::`")


def quoted_table(table: str) -> str:
    """The name of a table, perhaps with its schema before it, as SQL writes it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in table.split("."))


def _of_sqlite(path: str, table: TableName, resources: ExitStack) -> Rows:
    import sqlite3

    try:
        address = f"{Path(table.database).resolve().as_uri()}?mode=ro"
        connection = resources.enter_context(closing(sqlite3.connect(address, uri=True)))
        cursor = connection.execute(f"SELECT * FROM {quoted_table(table.table)}")
    except sqlite3.Error as error:
        raise DataError(f"the table cannot be read: {error}", path) from None
    return [column[0] for column in cursor.description], cursor.fetchmany, sqlite3.Error


def _of_duckdb(path: str, table: TableName, resources: ExitStack) -> Rows:
    import duckdb

    try:
        config: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        connection = resources.enter_context(duckdb.connect(table.database, read_only=True, config=config))
        connection.execute("SET TimeZone = 'UTC'")
        described = connection.execute(f"SELECT * FROM {quoted_table(table.table)} LIMIT 0").description
        # DuckDB hands out instants only with pytz installed: their texts say the same, and nanoseconds with all digits.
        columns = ", ".join(
            f"CAST({quoted(name)} AS VARCHAR)" if _is_told_as_text(str(kind).lower()) else quoted(name)
            for name, kind, *_ in described
        )
        connection.execute(f"SELECT {columns} FROM {quoted_table(table.table)}")
    except duckdb.Error as error:
        said = str(error).partition("\n")[0].rpartition("Error: ")[2]
        raise DataError(f"the table cannot be read: {said}", path) from None
    return [column[0] for column in described], connection.fetchmany, duckdb.Error


def _is_told_as_text(kind: str) -> bool:
    return "time zone" in kind or kind in NANOSECONDS


def _of_postgres(path: str, table: TableName, resources: ExitStack) -> Rows:
    try:
        import psycopg
        from psycopg import sql
    except ImportError:
        hint = "pip install 'scorelang[postgres]'"
        raise DataError("reading from PostgreSQL takes psycopg, which is not installed", path, hint=hint) from None
    try:
        connection = resources.enter_context(closing(psycopg.connect(table.database)))
        # With a name the server keeps the rows, and sends them as they are asked for.
        cursor = resources.enter_context(connection.cursor(name="scorelang"))
        cursor.itersize = BATCH
        _keep_far_times(cursor)
        cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(*table.table.split("."))))
    except psycopg.Error as error:
        raise DataError(f"the table cannot be read: {str(error).splitlines()[0]}", path) from None
    return [column.name for column in cursor.description or ()], cursor.fetchmany, psycopg.Error


def _keep_far_times(cursor: Any) -> None:
    """Have dates and times that Python's calendar lacks (`infinity`, years before 1 and after 9999) come as texts.

    A lead that has one where the model wants a date is then rejected, and no other is.
    """
    from psycopg import DataError as NoDate
    from psycopg.types import datetime as types

    def lenient(loader: type[Any]) -> type[Any]:
        def load(self: Any, data: Any) -> Any:
            try:
                return loader.load(self, data)
            except NoDate:
                return bytes(data).decode()

        return type(loader.__name__, (loader,), {"load": load})

    for name, loader in (
        ("date", types.DateLoader),
        ("timestamp", types.TimestampLoader),
        ("timestamptz", types.TimestamptzLoader),
    ):
        cursor.adapters.register_loader(name, lenient(loader))
