"""Arguments and options that several commands take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from scorelang.api import CallError, Model
from scorelang.cli.errors import CommandError
from scorelang.cli.models import STDIN
from scorelang.values import SECOND

Command = TypeVar("Command", bound=Callable[..., Any])

model_argument = click.argument("model", metavar="MODEL")
leads_argument = click.argument("leads", metavar="LEADS")

events_option = click.option(
    "--events",
    "events",
    metavar="FILE",
    multiple=True,
    help="Events of the leads (CSV, NDJSON, JSON or Parquet), with the columns lead, type and at. May be repeated.",
)
as_of_option = click.option(
    "--as-of",
    metavar="TIME",
    help="The moment at which leads are scored: later events do not exist yet. ISO 8601; default: now.",
)


def instant(model: Model, as_of: str | None) -> int:
    """`--as-of` in microseconds; now is the second that began last. Raises `UsageError` for what is no time."""
    try:
        moment = model.instant(as_of)
        return moment if as_of is not None else moment // SECOND * SECOND
    except CallError as error:
        message = f"{as_of!r} is no time" if as_of is not None else str(error)
        raise click.UsageError(f"--as-of: {message}; write it as 2026-11-21 or 2026-11-21T14:30Z") from None


def check_inputs(model: str, leads: str, events: Sequence[str]) -> None:
    """Raise `UsageError` for files in the wrong order, and for what is named twice and can be read only once."""
    if _is_model(leads):
        other = f"the model comes before the leads: {leads} {model}"
        raise click.UsageError(f"{leads} is a model, and stands where the leads should" if _is_model(model) else other)
    if [model, leads, *events].count(STDIN) > 1:
        raise click.UsageError("only one file can be `-`: standard input can be read only once")
    for path in events:
        if events.count(path) > 1:
            raise click.UsageError(f"--events {path} is there twice: its events would count twice")


def _is_model(path: str) -> bool:
    return path.lower().endswith(".score")


def check_overwriting(outputs: Sequence[str | None], inputs: Sequence[str]) -> None:
    """Raise `CommandError` when an output is also an input, or the same file twice."""
    taken = {_place(path): path for path in inputs if path != STDIN}
    for path in outputs:
        if path is None or path == STDIN or is_device(path):
            continue
        if _place(path) in taken:
            raise CommandError(f"{path} would be overwritten: it is read or written already", "write another file")
        taken[_place(path)] = path


def _place(path: str) -> Path | str:
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError):
        return path


def is_device(path: str) -> bool:
    """Whether the path is there and neither a file nor a folder, such as `/dev/null`."""
    try:
        return Path(path).exists() and not Path(path).is_file() and not Path(path).is_dir()
    except (OSError, ValueError):
        return False
