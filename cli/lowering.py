"""Writing a model as SQL."""

from __future__ import annotations

import sys
from pathlib import Path

from scorelang.cli.console import plural, show
from scorelang.cli.errors import FINE, WRONG
from scorelang.cli.models import load_model
from scorelang.cli.options import check_overwriting, instant
from scorelang.sql.lower import NotLowered
from scorelang.sql.written import written


def write_sql(path: str, as_of: str | None, leads: str, events: str, dialect: str, output: str | None) -> int:
    """Write the query of the model; say which rules have none, and then write nothing."""
    model = load_model(path)
    check_overwriting([output], [path])
    try:
        query = written(model.checked, instant(model, as_of), leads, None if events == "none" else events, dialect)
    except NotLowered as error:
        show(str(error), err=True)
        show(f"{plural(len(error.found), 'rule has', 'rules have')} no exact SQL", err=True)
        return WRONG
    if output is None:
        sys.stdout.write(query)
    else:
        Path(output).write_text(query, encoding="utf-8")
    return FINE
