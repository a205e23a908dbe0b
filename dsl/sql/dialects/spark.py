"""Spark 4."""

from __future__ import annotations

from scorelang.sql.dialects._java import java_dialect

DIALECT = java_dialect("spark", "Spark")
