"""Scoring files: Parquet, CSV and NDJSON read and written by DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scorelang.sql.run import Run
from scorelang.sql.sources import Table
from scorelang.sql.tables import described

if TYPE_CHECKING:
    import duckdb

SCANS = {
    ".parquet": "read_parquet({}, hive_partitioning = false)",
    ".ndjson": "read_ndjson_objects({})",
    ".jsonl": "read_ndjson_objects({})",
}


def scanned(connection: duckdb.DuckDBPyConnection, path: str | Path, *, rows: bool) -> Table:
    """A file as the query reads it."""
    quoted = "'" + str(path).replace("'", "''") + "'"
    name = "leads" if rows else "events"
    return described(connection, f"given_{name}", rows=rows, scan=SCANS[Path(path).suffix].format(quoted))


__all__ = ["Run", "scanned"]
