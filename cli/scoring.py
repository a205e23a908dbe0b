"""What `scorelang score` does: leads in, results and rejects out, and a last word on how many of each there were."""

from __future__ import annotations

import heapq
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import click
from attrs import define, evolve, frozen

from scorelang.cli.console import Ticker, is_terminal, note, show, swallow, wants_colour
from scorelang.cli.errors import FINDINGS, FINE, CommandError
from scorelang.cli.leads import BadRow, Leads, read_index, rejects_of
from scorelang.cli.models import STDIN, load_model
from scorelang.cli.notes import last_word, notes
from scorelang.cli.options import check_inputs, check_overwriting, instant, is_device
from scorelang.cli.rejects import Rejects, default_path, place_of
from scorelang.cli.results import columns_of, result_table
from scorelang.cli.table import table_width
from scorelang.data import FORMATS, EventIndex, Reject, format_of, open_output, write_results
from scorelang.interpret import interpret
from scorelang.model import CheckedModel
from scorelang.result import Result, result_of
from scorelang.suggest import listed

# Under --strict, results for standard output wait in memory up to this size, beyond it in a temporary file.
MOST_IN_MEMORY = 16 << 20  # bytes


@frozen
class Order:
    """What the command line asks for, as typed."""

    model: str
    leads: str
    events: Sequence[str]
    as_of: str | None
    key: str | None
    output: str | None
    format: str | None
    rejects: str | None
    strict: bool
    top: int | None

    @property
    def to_file(self) -> bool:
        """Whether the results go to a file, not to standard output or a device."""
        return self.output not in (None, STDIN) and not is_device(self.output or "")


class StrictError(CommandError):
    """The first row that does not fit, where every row has to."""


def score(order: Order) -> int:
    """Score the leads; return the exit code. Raises what `exit_code` has words for."""
    check_inputs(order.model, order.leads, order.events)
    format_ = _format(order)
    rejects_path = order.rejects or (default_path(order.output or "") if order.to_file else None)
    check_overwriting([order.output, rejects_path], [order.model, order.leads, *order.events])
    model = load_model(order.model)
    checked = model.checked if order.key is None else evolve(model.checked, key=order.key)
    as_of = instant(model, order.as_of)
    run: Run | None = None
    with Rejects(rejects_path, named=order.rejects is not None) as rejects:
        try:
            # The output first: that it cannot be written should be known before an hour's work, not after it.
            with open_output(order.output) as out:
                index = read_index(order.events)
                leads = Leads(checked, order.leads, as_of, index, key_named=order.key is not None)
                run = Run(leads, rejects, order.strict)
                run.take_bad_events(index)
                _write(order, format_, run, out)
        except BrokenPipeError:
            # Nobody reads the scores, and the leads may never end: what was wrong with those so far is all there is.
            swallow(sys.stdout)
            run = None
    rejects.say()
    if run is not None:
        for text in notes(leads):
            note(text)
        said = last_word(order.leads, run.scored, run.rejected, as_of, rejects.path if rejects.count else None)
        show(said, err=True)
    return FINDINGS if rejects.count else FINE


def _format(order: Order) -> str:
    """The format of the results. Raises `UsageError` where it cannot be told, or cannot be shown."""
    chosen = order.format
    if chosen is None:
        chosen = format_of(order.output or "") if order.to_file else "table"
    if chosen is None and os.path.isdir(order.output or ""):
        raise click.UsageError(f"{order.output} is a folder: name a file in it")
    if chosen is None:
        formats = listed(("table", *FORMATS), last="or")
        raise click.UsageError(f"the name {order.output} says no format: add `--format` {formats}")
    if chosen == "parquet" and order.output in (None, STDIN) and is_terminal(sys.stdout):
        raise click.UsageError("Parquet is not for terminals: add `-o FILE`")
    return chosen


@define
class Run:
    """The way of all leads through the model, and how many came to which end."""

    leads: Leads
    rejects: Rejects
    strict: bool
    scored: int = 0
    rejected: int = 0

    def take_bad_events(self, index: EventIndex | None) -> None:
        """Reject the events that could not be read; a lead that they name is rejected with them."""
        for bad in index.bad if index else ():
            self._reject([Reject.of_bad_record(bad)])

    def results(self, ticker: Ticker) -> Iterator[tuple[int, Result]]:
        """The result of every lead that fits, with the number of its row."""
        model = self.leads.model
        for lead in self.leads:
            if isinstance(lead, BadRow) or not lead.fits:
                self.rejected += 1
                self._reject(rejects_of(lead, model, self.leads.path))
            else:
                self.scored += 1
                yield lead.row, result_of(model, interpret(model, lead.facts))
            ticker.tick(lead.row)

    def _reject(self, rejects: Iterable[Reject]) -> None:
        for reject in rejects:
            if self.strict:
                hint = "without `--strict` such rows are set aside, and the others are scored"
                raise StrictError(f"{place_of(reject)}: {reject.message}", hint)
            self.rejects.add(reject)


def _write(order: Order, format_: str, run: Run, out: BinaryIO) -> None:
    """Write the results where they go, under `--strict` only once it is known that all rows fit."""
    to_terminal = order.output in (None, STDIN) and is_terminal(sys.stdout)
    quiet = to_terminal and order.top is None  # the rows themselves show how far it has come
    with Ticker("scoring", lambda: _line_feeds(order.leads), shown=not quiet) as ticker, ExitStack() as stack:
        results = run.results(ticker)
        if order.top is not None:
            results = iter(heapq.nlargest(order.top, results, key=lambda pair: (pair[1].score, -pair[0])))
        if not order.strict or order.to_file:
            try:
                _write_as(format_, run.leads.model, results, out, to_terminal)
            except BrokenPipeError:
                # Nobody reads the scores, but the rejects that were asked for are to be all of them.
                for _ in results if order.rejects is not None else ():
                    pass
                raise
            return
        spool = cast("BinaryIO", stack.enter_context(SpooledTemporaryFile(MOST_IN_MEMORY)))
        _write_as(format_, run.leads.model, results, spool, to_terminal)
        spool.seek(0)
        shutil.copyfileobj(spool, out)


def _write_as(
    format_: str, model: CheckedModel, results: Iterator[tuple[int, Result]], out: BinaryIO, to_terminal: bool
) -> None:
    if format_ != "table":
        plain = (result.to_dict() for _, result in results)
        write_results(plain, out, format=format_, columns=columns_of(model))
        return
    bold = to_terminal and wants_colour(sys.stdout)
    for number, line in enumerate(result_table(model, results, table_width(to_terminal))):
        out.write((click.style(line, bold=True) if bold and number == 0 else line).encode("utf-8", "replace") + b"\n")


def _line_feeds(path: str) -> int | None:
    """About how many rows a file has; None where that cannot be told without reading it as data."""
    if path == STDIN or path.lower().endswith((".gz", ".parquet", ".pq", ".json")):
        return None
    try:
        with open(path, "rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return None
