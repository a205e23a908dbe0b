"""A module for each database whose SQL `scorelang sql` writes. What begins with `_` several of them share."""

from __future__ import annotations

from pkgutil import iter_modules


def dialect_names() -> tuple[str, ...]:
    """The dialects that there are; DuckDB first."""
    names = {module.name for module in iter_modules(__path__) if not module.name.startswith("_")}
    return ("duckdb", *sorted(names - {"duckdb"}))
