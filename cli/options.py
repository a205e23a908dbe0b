"""Arguments and options that several commands take."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import MAXYEAR, UTC, timedelta
from itertools import count
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scorelang.cli.errors import CommandError
from scorelang.cli.models import STDIN
from scorelang.suggest import listed
from scorelang.values import EPOCH, SECOND

if TYPE_CHECKING:
    from scorelang.api import Model

Command = TypeVar("Command", bound=Callable[..., Any])

# How far apart the times of a range can be, and how many there are at most: each is a query of its own.
STEPS = ("hour", "day", "week", "month")
MOST_TIMES = 1000

# How long a proof may take, in seconds, unless somebody says.
USUAL_TIMEOUT = 60.0
# A size as DuckDB reads one.
SIZE = re.compile(r"\d+(?:\.\d+)? ?(?:[KMGT]i?B)", re.IGNORECASE)


def _here_if_none(_context: click.Context, _parameter: click.Parameter, paths: tuple[str, ...]) -> tuple[str, ...]:
    return paths or (".",)


# Files and folders; where none is named, this folder.
paths_argument = click.argument("paths", metavar="[PATH]...", nargs=-1, callback=_here_if_none)
model_argument = click.argument("model", metavar="MODEL")
leads_argument = click.argument("leads", metavar="LEADS")

events_option = click.option(
    "--events",
    "events",
    metavar="FILE",
    multiple=True,
    help="Events of the leads, with the columns lead, type and at: a file, a pattern of files or a table, as for LEADS."
    " May be repeated.",
)
as_of_option = click.option(
    "--as-of",
    metavar="TIME",
    help="The moment at which leads are scored: later events do not exist yet. ISO 8601; default: now.",
)

fired_option = click.option(
    "--fired",
    type=click.Choice(["list", "bitmap", "none"]),
    help="How results say which rules fired: a list with their points (default), hexadecimal digits with a bit for each"
    " rule in the order of the file, or not at all.",
)


def instant(model: Model, as_of: str | None, option: str = "--as-of") -> int:
    """A time in microseconds; now is the second that began last. Raises `UsageError` for what is no time."""
    from scorelang.api import CallError

    try:
        moment = model.instant(as_of)
        return moment if as_of is not None else moment // SECOND * SECOND
    except CallError as error:
        message = f"{as_of!r} is no time" if as_of is not None else str(error)
        raise click.UsageError(f"{option}: {message}; write it as 2026-11-21 or 2026-11-21T14:30Z") from None


def memory_limit_of(_context: click.Context, _parameter: click.Parameter, size: str | None) -> str | None:
    """`--memory-limit`, as DuckDB takes it. Raises `BadParameter` for what is no size."""
    if size is not None and not SIZE.fullmatch(size.strip()):
        raise click.BadParameter(f"{size!r} is no size; write it as 500MB or 2GB")
    return size


def instants(model: Model, as_of: str | None, every: str | None) -> tuple[int, ...]:
    """The times of scoring in microseconds, rising: of `A..B` A, and from there every step up to B.

    Steps are those of the calendar in the model's time zone: a week later it is the same time of day, a month later
    the same day, or the month's last. Raises `UsageError` for what is no range.
    """
    first, dots, last = (as_of or "").partition("..")
    if not dots:
        if every is not None:
            raise click.UsageError("--every needs a range: `--as-of 2026-01-01..2026-06-30`")
        return (instant(model, as_of),)
    if every is None:
        raise click.UsageError(f"--as-of {as_of} is a range: add `--every` {listed(STEPS, last='or')}")
    end = instant(model, last)
    found: list[int] = []
    for moment in _moments(instant(model, first), every, model):
        if moment > end:
            break
        if len(found) == MOST_TIMES:
            raise click.UsageError(f"--as-of {as_of}: these are more than {MOST_TIMES:,} times; take longer steps")
        found.append(moment)
    if not found:
        raise click.UsageError(f"--as-of {as_of}: the range ends before it begins")
    return tuple(found)


def _moments(first: int, every: str, model: Model) -> Iterator[int]:
    """The first time and those that follow, as the clocks and calendars of the model's time zone say them."""
    utc = EPOCH.replace(tzinfo=UTC) + timedelta(microseconds=first)
    start = utc.astimezone(model.checked.zone).replace(tzinfo=None)
    for number in count():
        if every == "hour":
            yield first + number * 3600 * SECOND
        elif every == "month":
            if start.year + (start.month - 1 + number) // 12 > MAXYEAR:
                return
            year, month = divmod(start.month - 1 + number, 12)
            year, month = start.year + year, month + 1
            day = min(start.day, monthrange(year, month)[1])
            yield model.instant(start.replace(year=year, month=month, day=day))
        else:
            yield model.instant(start + timedelta(days=number * (7 if every == "week" else 1)))


def check_inputs(model: str, leads: str, events: Sequence[str]) -> None:
    """Raise `UsageError` for files in the wrong order, and for what is named twice and can be read only once."""
    if _is_model(leads):
        other = f"the model comes before the leads: {leads} {model}"
        raise click.UsageError(f"{leads} is a model, and stands where the leads should" if _is_model(model) else other)
    check_read_once([model, leads, *events])
    for path in events:
        if events.count(path) > 1:
            raise click.UsageError(f"--events {path} is there twice: its events would count twice")


def check_read_once(paths: Sequence[str | None]) -> None:
    """Raise `UsageError` where standard input would have to be read twice."""
    if paths.count(STDIN) > 1:
        raise click.UsageError("only one file can be `-`: standard input can be read only once")


def _is_model(path: str) -> bool:
    return path.lower().endswith(".score")


def check_overwriting(outputs: Sequence[str | None], inputs: Sequence[str]) -> None:
    """Raise `CommandError` when an output is also an input, one that a model among them names, or there twice."""
    written = [path for path in outputs if path is not None and path != STDIN and not is_device(path)]
    taken = {_place(path) for path in inputs if path != STDIN}
    if written:
        from scorelang.cli.watching import files_of

        taken |= {file for path in inputs if _is_model(path) for file in files_of(Path(path))}
    for path in written:
        if _place(path) in taken:
            raise CommandError(f"{path} would be overwritten: it is read or written already", "write another file")
        taken.add(_place(path))


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


class Seconds(click.FloatRange):
    """A time limit that ends."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """What was typed, in seconds."""
        if not isfinite(seconds := super().convert(value, param, ctx)):
            self.fail(f"{value} is not a number of seconds above 0", param, ctx)
        return seconds


def timeout_option(help: str) -> Callable[[Command], Command]:
    """`--timeout` of a command that proves: seconds; `help` says what they are for."""
    return click.option(
        "--timeout",
        type=Seconds(),
        default=USUAL_TIMEOUT,
        metavar="SECONDS",
        show_default=True,
        help=help,
    )
