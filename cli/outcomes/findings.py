"""Findings about outcomes as text, tables with a title, and as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence

from scorelang.api import Model
from scorelang.cli.console import is_terminal
from scorelang.cli.models import STDIN
from scorelang.cli.table import Column, table, table_width
from scorelang.data import open_text_output
from scorelang.outcomes.as_data import as_data
from scorelang.outcomes.as_text import NONE, estimate, estimate_in_points, number, percent, ranked, ratio, share

__all__ = [
    "NONE", "estimate", "estimate_in_points", "number", "numbers", "percent", "ranked", "ratio", "share", "titled",
    "width_of", "write",
]  # fmt: skip


def numbers(*titles: str) -> list[Column]:
    """Columns of numbers, which are never cut."""
    return [Column(title, number=True) for title in titles]


def titled(title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """A table below its title, with an empty line before; nothing when it has no rows."""
    every = list(rows)
    if every:
        yield ""
        yield title
        yield from table(columns, every, width)


def width_of(output: str | None) -> int:
    """How wide a report is."""
    return table_width(output in (None, STDIN) and is_terminal(sys.stdout), otherwise=100)


def write(output: str | None, format_: str, model: Model, found: object, lines: Iterable[str]) -> None:
    """Write what was found of a model, as JSON or as lines."""
    with open_text_output(output) as out:
        if format_ == "json":
            named = {"name": model.name, "version": model.version, "fingerprint": model.fingerprint}
            out.write(json.dumps({"model": named, **as_data(found)}, indent=2, ensure_ascii=False) + "\n")
        else:
            out.write("\n".join(lines) + "\n")
