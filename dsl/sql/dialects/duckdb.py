"""DuckDB: the plan is in its words."""

from __future__ import annotations

from scorelang.sql.dialect import Dialect

DIALECT = Dialect("duckdb", "DuckDB")
