"""Writing results into a table of a database: DuckDB and SQLite files, and PostgreSQL servers."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from typing import Any, BinaryIO

from scorelang.data.errors import DataError
from scorelang.data.from_database import DUCKDB, DUCKDB_AT, SQLITE, TableName, quoted_table
from scorelang.data.from_parquet import connect, quoted

BATCH = 4096  # rows
# What the types of a file of results are called; groups are kept as JSON.
OF_SQLITE = {"VARCHAR": "TEXT", "DOUBLE": "REAL", "BOOLEAN": "INTEGER", "TIMESTAMP WITH TIME ZONE": "TEXT"}
OF_POSTGRES = {
    "VARCHAR": "TEXT",
    "DOUBLE": "DOUBLE PRECISION",
    "BOOLEAN": "BOOLEAN",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ",
}


@contextmanager
def open_table_output(path: str, table: TableName) -> Iterator[BinaryIO]:
    """A stream for Parquet, whose rows become the table when the block ends without an exception.

    A table that is there already is replaced, as a file would be, in one transaction. A file that is not there yet is
    made: an SQLite database where its name ends in `.sqlite`, `.sqlite3` or `.db`, else one of DuckDB. Raises
    `DataError` where the database cannot be written.
    """
    _check(path, table)
    with tempfile.TemporaryDirectory(prefix="scorelang-") as folder:
        spool = os.path.join(folder, "results.parquet")
        with open(spool, "wb") as out:
            yield out
        if table.is_server:
            _into_postgres(path, table, spool)
        elif _is_sqlite(table.database):
            _into_sqlite(path, table, spool)
        else:
            _into_duckdb(path, table, spool)


def _check(path: str, table: TableName) -> None:
    """Raise `DataError` for what is known to fail before an hour's work."""
    if table.is_server:
        with closing(_postgres(path, table)):
            return
    folder = os.path.dirname(table.database)
    if folder and not os.path.isdir(folder):
        raise DataError(f"there is no folder {folder}", path, hint="create it, or name a folder that exists")
    head = _head(table.database)
    if head and not head.startswith(SQLITE) and head[DUCKDB_AT : DUCKDB_AT + len(DUCKDB)] != DUCKDB:
        raise DataError("this is no DuckDB or SQLite database", table.database, hint="name another file before `::`")


def _head(database: str) -> bytes:
    try:
        with open(database, "rb") as file:
            return file.read(len(SQLITE))
    except OSError:
        return b""


def _is_sqlite(database: str) -> bool:
    head = _head(database)
    return head == SQLITE if head else database.lower().endswith((".sqlite", ".sqlite3", ".db"))


def _into_duckdb(path: str, table: TableName, spool: str) -> None:
    import duckdb

    is_new = not os.path.exists(table.database)
    try:
        with duckdb.connect(table.database) as connection:
            name = quoted_table(table.table)
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_parquet(?)", [spool])
    except duckdb.Error as error:
        if is_new and os.path.exists(table.database):
            os.unlink(table.database)
        said = str(error).partition("\n")[0].rpartition("Error: ")[2]
        raise DataError(f"the table cannot be written: {said}", path) from None


def _into_sqlite(path: str, table: TableName, spool: str) -> None:
    import sqlite3

    try:
        with closing(sqlite3.connect(table.database, isolation_level=None)) as database:
            columns, rows = _rows(spool)
            made = ", ".join(f"{quoted(name)} {OF_SQLITE.get(type_, 'TEXT')}" for name, type_ in columns)
            marks = ", ".join("?" for _ in columns)
            database.execute("BEGIN")
            database.execute(f"DROP TABLE IF EXISTS {quoted_table(table.table)}")
            database.execute(f"CREATE TABLE {quoted_table(table.table)} ({made})")
            for some in rows:
                database.executemany(f"INSERT INTO {quoted_table(table.table)} VALUES ({marks})", some)
            database.execute("COMMIT")
    except sqlite3.Error as error:
        raise DataError(f"the table cannot be written: {error}", path) from None


def _into_postgres(path: str, table: TableName, spool: str) -> None:
    import psycopg
    from psycopg import sql

    name = sql.Identifier(*table.table.split("."))
    try:
        with _postgres(path, table) as connection, connection.cursor() as cursor:
            columns, rows = _rows(spool)
            made = sql.SQL(", ").join(
                sql.Identifier(column) + sql.SQL(" " + OF_POSTGRES.get(type_, "JSONB")) for column, type_ in columns
            )
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
            cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(name, made))
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
                for row in chain.from_iterable(rows):
                    copy.write_row(row)
    except psycopg.Error as error:
        raise DataError(f"the table cannot be written: {str(error).splitlines()[0]}", path) from None


def _postgres(path: str, table: TableName) -> Any:
    try:
        import psycopg
    except ImportError:
        hint = "pip install 'scorelang[postgres]'"
        raise DataError("writing to PostgreSQL takes psycopg, which is not installed", path, hint=hint) from None
    try:
        return psycopg.connect(table.database)
    except psycopg.Error as error:
        raise DataError(f"the database cannot be reached: {str(error).splitlines()[0]}", path) from None


def _rows(spool: str) -> tuple[list[tuple[str, str]], Iterator[list[Sequence[Any]]]]:
    """The names and types of the columns of a file of results, and its rows in batches; groups are JSON."""
    connection = connect()
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [spool]).fetchall()
    columns = [(name, type_) for name, type_, *_ in described]
    selected = ", ".join(
        f"strftime({quoted(name)}, '%Y-%m-%dT%H:%M:%S.%fZ')" if "TIME ZONE" in type_ else quoted(name)
        for name, type_ in columns
    )
    connection.execute(f"SELECT {selected} FROM read_parquet(?)", [spool])

    def batches() -> Iterator[list[Sequence[Any]]]:
        with connection:
            while found := connection.fetchmany(BATCH):
                yield [[json.dumps(cell) if isinstance(cell, list) else cell for cell in row] for row in found]

    return columns, batches()
