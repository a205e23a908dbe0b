"""A PostgreSQL server of the tests' own, in a temporary folder, on a socket that only they know."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scorelang import Model
from scorelang.sql.dialect import dialect_of
from scorelang.sql.written import spelled, table_of
from scorelang.values import Type

from .typed_tables import Tables, answer

POSTGRES = dialect_of("postgres")
TYPES = {
    Type.TEXT: "TEXT",
    Type.NUMBER: "DOUBLE PRECISION",
    Type.FLAG: "BOOLEAN",
    Type.DATE: "TIMESTAMPTZ",
    Type.TEXT_LIST: "TEXT[]",
    Type.ANYTHING: "BOOLEAN",
}


@cache
def why_not() -> str | None:
    """Why there is no server here; None: there can be one."""
    if programs() is None:
        return "PostgreSQL 15 or later is not installed (Debian: apt-get install postgresql)"
    if getpass.getuser() == "root" and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and runuser is not installed"
    return None


def programs() -> Path | None:
    """The folder of the newest server's programs."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if int(path.parts[-3]) >= 15]
    return max(found, key=lambda path: int(path.parts[-2]), default=None)


@contextmanager
def server() -> Iterator[Any]:
    """A connection to a fresh server, which stops afterwards. Skips the test where there can be none."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    psycopg = pytest.importorskip("psycopg")
    folder = Path(tempfile.mkdtemp(prefix="scorelang-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        run("initdb", "-D", folder / "data", "-A", "trust", "-E", "UTF8", "--locale=C", "-U", "postgres", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c jit=off"
        run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
                connection.prepare_threshold = None  # tables come and go under the same names
                connection.execute("SET TimeZone = 'UTC'")
                yield connection
        finally:
            run("pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(program: str, *arguments: object) -> None:
    """One of the server's programs, as a user that it runs as."""
    path = programs()
    assert path is not None
    command = [str(path / program), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def score(connection: Any, model: Model, tables: Tables, as_of: str) -> dict[str, dict[str, Any] | None]:
    """The result of each lead; None for one that the query leaves to the reference."""
    fill(connection, "given_leads", tables.leads, tables.lead_rows)
    fill(connection, "given_events", tables.events, tables.event_rows)
    given = (table_of(name) for name in ("given_leads", "given_events"))
    query = spelled(model.checked, model.instant(as_of), *given, POSTGRES)
    cursor = connection.execute(POSTGRES.sql(query))
    names = [column.name for column in cursor.description]
    answers = (answer(model, names, row) for row in cursor.fetchall())
    return {lead: None if refer else result for lead, refer, result in answers}


def fill(connection: Any, name: str, columns: dict[str, Type], rows: list[list[Any]]) -> None:
    """A temporary table."""
    made = ", ".join('"' + column.replace('"', '""') + f'" {TYPES[type_]}' for column, type_ in columns.items())
    connection.execute(f"DROP TABLE IF EXISTS {name}")
    connection.execute(f"CREATE TEMP TABLE {name} ({made})")
    with connection.cursor() as cursor:
        marks = ", ".join("%s" for _ in columns)
        cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
