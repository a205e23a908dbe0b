"""Writing a model as SQL."""

from __future__ import annotations

import sys
from pathlib import Path

from attrs import frozen

from scorelang.cli.console import show
from scorelang.cli.errors import FINE, WRONG, CommandError
from scorelang.cli.models import load_model
from scorelang.cli.options import check_overwriting, instant
from scorelang.data.results import FiredAs
from scorelang.sql.dbt import DbtModel, dbt_model
from scorelang.sql.lower import NotLowered
from scorelang.sql.written import written
from scorelang.suggest import plural


@frozen
class Options:
    """What the command line asks for, as typed."""

    model: str
    as_of: str | None
    leads: str
    events: str
    dialect: str
    fired: FiredAs | None
    output: str | None
    dbt: str | None


def write_sql(options: Options) -> int:
    """Write the query of the model; say which rules have none, and then write nothing. Returns the exit code."""
    output, dbt = options.output, options.dbt
    if output is not None and dbt is not None:
        raise CommandError("-o and --dbt both say where the query goes", "leave one of them out")
    model = load_model(options.model)
    check_overwriting([output], [options.model])
    as_of, events = instant(model, options.as_of), None if options.events == "none" else options.events
    given = (model.checked, as_of, options.leads, events, options.dialect, options.fired or "list")
    try:
        if dbt is not None:
            return _write_dbt(dbt_model(*given), Path(dbt))
        query = written(*given)
    except NotLowered as error:
        show(str(error), err=True)
        show(f"{plural(len(error.found), 'rule has', 'rules have')} no exact SQL", err=True)
        return WRONG
    if output is None:
        sys.stdout.write(query)
    else:
        Path(output).write_text(query, encoding="utf-8")
    return FINE


def _write_dbt(model: DbtModel, folder: Path) -> int:
    """Write a model of dbt and its properties into a folder, and say which files these are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ((f"{model.name}.sql", model.query), (f"{model.name}.yml", model.properties)):
        (folder / name).write_text(text, encoding="utf-8")
        show(f"wrote {folder / name}")
    return FINE
