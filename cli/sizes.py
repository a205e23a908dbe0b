"""How much there is to score, as far as that is told quickly."""

from __future__ import annotations

import os
from collections.abc import Sequence

from scorelang import model as m
from scorelang.cli.models import STDIN
from scorelang.data.from_database import table_name
from scorelang.data.many import paths_of

# From so many bytes of leads and events on, a query takes less time than scoring one by one: docs/engines.md has the
# measurements. It hardly matters how many rules there are, up to 200; but each that ages points, or counts some events
# of a day, takes long to plan. Parquet holds as much as text in a quarter of the bytes.
LARGE = 2 << 20
FOR_EACH_AGED = 3 << 18


def is_large(leads: str, events: Sequence[str], model: m.CheckedModel | None = None) -> bool:
    """Whether files are so large that one query over them is likely to be faster. Standard input never is."""
    if STDIN in (leads, *events):
        return False
    rules = m.rules_of(model.ordered) if model is not None else ()
    aged = sum(isinstance(rule, m.Rule) and _is_aged(rule.modifiers) for rule in rules)
    return sum(map(_weight, files_of([leads, *events]))) >= LARGE + aged * FOR_EACH_AGED


def _is_aged(modifiers: m.Modifiers) -> bool:
    return bool(modifiers.decays) or modifiers.frequency is not None


def files_of(paths: Sequence[str]) -> list[str]:
    """The files that paths and patterns stand for. Raises `DataError` for a pattern that nothing matches."""
    return [file for path in paths for file in paths_of(path)]


def databases_of(paths: Sequence[str]) -> list[str]:
    """The files of the databases whose tables are among paths."""
    tables = [table_name(path) for path in paths]
    return [table.database for table in tables if table is not None and not table.is_server]


def _weight(path: str) -> int:
    """The bytes of a file, or of that of the database, as text; 0 where that is not told without asking a server."""
    table = None if "://" in path else table_name(path)
    try:
        size = os.path.getsize(path if table is None else table.database)
    except OSError:
        return 0
    return size * 4 if path.lower().endswith((".parquet", ".pq", ".gz")) else size
