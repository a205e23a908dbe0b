"""Findings about outcomes as text: tables with a title, shares with their intervals; and as JSON."""

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
from scorelang.outcomes.rates import Auc, Estimate, Rate
from scorelang.result import plain

NONE = "-"


def percent(share: float | None) -> str:
    """`11.3%`; `-` where there is none."""
    return NONE if share is None else f"{100 * share:.1f}%"


def share(rate: Rate) -> str:
    """`11.3% (11.0–11.6)`: a share with its interval."""
    if rate.share is None or rate.low is None or rate.high is None:
        return NONE
    return f"{percent(rate.share)} ({100 * rate.low:.1f}–{100 * rate.high:.1f})"


def ranked(found: Auc | None) -> str:
    """`0.745 (0.737–0.753)`."""
    if found is None or found.low is None or found.high is None:
        return NONE if found is None else f"{found.value:.3f}"
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def estimate(found: Estimate | None) -> str:
    """`+0.45 (+0.40, +0.50)`."""
    if found is None or found.low is None or found.high is None:
        return NONE if found is None else f"{found.value:+.2f}"
    return f"{found.value:+.2f} ({found.low:+.2f}, {found.high:+.2f})"


def estimate_in_points(found: Estimate | None) -> str:
    """A difference of shares in percentage points: `+4.2 (+1.0, +7.5)`."""
    if found is None or found.low is None or found.high is None:
        return NONE
    return f"{100 * found.value:+.1f} ({100 * found.low:+.1f}, {100 * found.high:+.1f})"


def number(value: float) -> str:
    """Points or an amount: `2.5`, `1,250`."""
    return f"{plain(round(value, 2)):,}"


def ratio(value: float | None) -> str:
    """A lift: `3.33`."""
    return NONE if value is None else f"{value:.2f}"


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
