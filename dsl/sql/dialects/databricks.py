"""Databricks: Spark's SQL. Rendered, not run."""

from __future__ import annotations

from scorelang.sql.dialects._java import java_dialect

DIALECT = java_dialect("databricks", "Databricks")
