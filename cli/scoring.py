"""What `scorelang score` does: leads in, results and rejects out, and a last word on how many of each there were."""

from __future__ import annotations

import heapq
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

import click
from attrs import evolve, frozen

from scorelang.cli.console import Ticker, is_terminal, note, show, swallow, wants_colour
from scorelang.cli.errors import FINDINGS, FINE, CommandError
from scorelang.cli.leads import Leads, read_index
from scorelang.cli.models import STDIN, load_model
from scorelang.cli.notes import last_word, notes
from scorelang.cli.options import check_inputs, check_overwriting, instants, is_device
from scorelang.cli.rejects import Rejects, default_path
from scorelang.cli.results import columns_of, result_table
from scorelang.cli.singly import Gate, Run, answer_of
from scorelang.cli.sizes import databases_of, files_of, is_large
from scorelang.cli.table import table_width
from scorelang.data import FORMATS, format_of, open_output, write_results
from scorelang.data.from_database import TableName, table_name
from scorelang.data.results import FiredAs
from scorelang.data.to_database import open_table_output
from scorelang.model import CheckedModel
from scorelang.result import Result
from scorelang.suggest import listed

if TYPE_CHECKING:
    from scorelang.cli.clusters import ClusterRun
    from scorelang.cli.sets import SetRun

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
    engine: str = "auto"
    memory_limit: str | None = None
    every: str | None = None
    master: str | None = None
    fired: FiredAs | None = None

    @property
    def says_fired(self) -> FiredAs:
        """How the results say which rules fired."""
        return self.fired or "list"

    @property
    def address(self) -> str | None:
        """Where the results go, if only Spark can write there."""
        there = self.engine == "spark" and "://" in (self.output or "") and self.table is None
        return self.output if there else None

    @property
    def to_file(self) -> bool:
        """Whether the results go to a file, not to standard output or a device."""
        return self.output not in (None, STDIN) and not is_device(self.output or "") and self.address is None

    @property
    def default_rejects(self) -> str | None:
        """Where rejects go unless that is said: beside the file of the results, if there is one."""
        is_server = self.table is not None and self.table.is_server
        return default_path(self.output or "") if self.to_file and not is_server else None

    @property
    def table(self) -> TableName | None:
        """The table of a database that the results go to. Raises `DataError` for an address that is none."""
        return table_name(self.output) if self.output is not None else None


def score(order: Order) -> int:
    """Score the leads; return the exit code. Raises what `exit_code` has words for."""
    check_inputs(order.model, order.leads, files_of(order.events))
    _check_engine(order)
    format_ = _format(order)
    rejects_path = order.rejects or order.default_rejects
    read = files_of([order.leads, *order.events])
    check_overwriting([order.output, rejects_path], [order.model, *read, *databases_of(read)])
    model = load_model(order.model)
    checked = model.checked if order.key is None else evolve(model.checked, key=order.key)
    moments = instants(model, order.as_of, order.every)
    run: Run | SetRun | ClusterRun | None = None
    with Rejects(rejects_path, named=order.rejects is not None) as rejects:
        try:
            # The output first: that it cannot be written should be known before an hour's work, not after it.
            with _opened(order) as out, ExitStack() as stack:
                run = _run(order, format_, checked, moments, rejects, stack)
                _write(order, format_, checked, run, out)
        except BrokenPipeError:
            # Nobody reads the scores, and the leads may never end: what was wrong with those so far is all there is.
            swallow(sys.stdout)
            run = None
    rejects.say()
    if run is not None:
        for text in notes(checked, order.leads, run.seen, run.heard):
            note(text)
        said = last_word(order.leads, run.scored, run.rejected, moments, rejects.path if rejects.count else None)
        show(said, err=True)
    return FINDINGS if rejects.count else FINE


def _opened(order: Order) -> AbstractContextManager[BinaryIO]:
    """Where the results go, as a stream of their format."""
    table = order.table
    if order.address is not None:
        return nullcontext(BytesIO())
    return open_output(order.output) if table is None else open_table_output(order.output or "", table)


def _run(
    order: Order, format_: str, model: CheckedModel, moments: Sequence[int], rejects: Rejects, stack: ExitStack
) -> Run | SetRun | ClusterRun:
    """The run on the engine that was asked for, or on the one that is likely to be the fastest."""
    gate = Gate(rejects, order.strict)
    large = order.engine == "auto" and is_large(order.leads, order.events)
    if order.engine in ("duckdb", "spark") or large:
        run = _set_run(order, format_, model, moments, gate, stack)
        if run is not None:
            return run
    # Which rules fired is noted only where it is written for most leads; of the others it is worked out when read.
    detail = format_ != "table" and order.top is None and order.says_fired != "none"
    index = read_index(files_of(order.events))
    leads = Leads(model, order.leads, moments[-1], index, key_named=order.key is not None)
    name: Literal["python", "reference"] = "reference" if order.engine == "reference" else "python"
    one_by_one = Run(leads, gate, answer_of(name, model, moments, detail=detail))
    one_by_one.take_bad_events(index)
    return one_by_one


def _set_run(
    order: Order, format_: str, model: CheckedModel, moments: Sequence[int], gate: Gate, stack: ExitStack
) -> SetRun | ClusterRun | None:
    """The run on DuckDB or Spark, its work done; None where it has to be another engine and may be."""
    from scorelang.sql.feeds import NotFed
    from scorelang.sql.lower import NotLowered

    run = _made(order, format_, model, moments, gate)
    with ExitStack() as mine:
        mine.enter_context(run)
        try:
            run.work()
        except (NotLowered, NotFed) as error:
            if order.engine == "auto":
                return None
            title = "Spark" if order.engine == "spark" else "DuckDB"
            hint = "without `--engine duckdb` the leads are scored one by one"
            if order.engine == "spark":
                hint = "`--engine auto` takes whatever scorelang reads"
            raise CommandError(f"{title} cannot score this exactly: {error}", hint) from None
        stack.push(mine.pop_all())
    return run


def _made(order: Order, format_: str, model: CheckedModel, moments: Sequence[int], gate: Gate) -> SetRun | ClusterRun:
    """The run on DuckDB or Spark, before its work."""
    from scorelang.cli.sets import Files, SetRun

    files = Files(order.leads, files_of(order.events), key_named=order.key is not None)
    answer = answer_of("python", model, moments, detail=True)
    # Results that come out of the database one by one are whole.
    fired: FiredAs = "list" if format_ == "table" or order.top is not None else order.says_fired
    if order.engine == "spark":
        from scorelang.cli.clusters import ClusterRun

        fired = fired if order.address is not None else "list"
        given = (model, files, moments, answer, gate.reject)
        return ClusterRun(*given, master=order.master, to=order.address, says=order.says_fired, fired=fired)
    beside = order.to_file and order.table is None and "TMPDIR" not in os.environ
    folder = os.path.dirname(order.output or "") or "." if beside else None
    return SetRun(model, files, moments, answer, gate.reject, order.memory_limit, folder, fired=fired)


def _check_engine(order: Order) -> None:
    """Raise `UsageError` for an option that is another engine's."""
    if order.master is not None and order.engine != "spark":
        raise click.UsageError(f"--master {order.master} is for `--engine spark`")
    if order.memory_limit is not None and order.engine == "spark":
        raise click.UsageError("--memory-limit is DuckDB's; Spark has spark.driver.memory and the like")
    if order.address is not None and (order.top is not None or order.format not in (None, "parquet")):
        raise click.UsageError(f"{order.output} is written by Spark, as Parquet and with all results")


def _format(order: Order) -> str:
    """The format of the results. Raises `UsageError` where it cannot be told, or cannot be shown."""
    chosen = order.format
    if order.address is not None:
        return "parquet"
    if order.table is not None:
        if chosen is not None:
            raise click.UsageError(f"--format {chosen}: {order.output} is a table of a database, which has no format")
        return "parquet"  # on the way there
    if chosen is None:
        chosen = format_of(order.output or "") if order.to_file else "table"
    if chosen is None and os.path.isdir(order.output or ""):
        raise click.UsageError(f"{order.output} is a folder: name a file in it")
    if chosen is None:
        formats = listed(("table", *FORMATS), last="or")
        raise click.UsageError(f"the name {order.output} says no format: add `--format` {formats}")
    if chosen == "table" and order.fired is not None:
        raise click.UsageError(f"--fired {order.fired}: a table does not say which rules fired; add `--format csv`")
    if chosen == "parquet" and order.output in (None, STDIN) and is_terminal(sys.stdout):
        raise click.UsageError("Parquet is not for terminals: add `-o FILE`")
    return chosen


# --- writing --------------------------------------------------------------------------------------------------------


def _write(order: Order, format_: str, model: CheckedModel, run: Run | SetRun | ClusterRun, out: BinaryIO) -> None:
    """Write the results where they go, under `--strict` only once it is known that all rows fit."""
    to_terminal = order.output in (None, STDIN) and is_terminal(sys.stdout)
    dated = order.every is not None
    quiet = to_terminal and order.top is None  # the rows themselves show how far it has come
    with Ticker("scoring", lambda: _line_feeds(order.leads), shown=not quiet) as ticker:
        if not isinstance(run, Run):
            if format_ == "table" or order.top is not None:
                _write_as(order, format_, model, run.results(order.top), out, to_terminal, dated)
            else:
                run.write(format_, out, ticker.tick)
            return
        results = run.results(ticker)
        if order.top is not None:
            results = iter(heapq.nlargest(order.top, results, key=lambda pair: (pair[1].score, -pair[0])))
        if not order.strict or order.to_file:
            try:
                _write_as(order, format_, model, results, out, to_terminal, dated)
            except BrokenPipeError:
                # Nobody reads the scores, but the rejects that were asked for are to be all of them.
                for _ in results if order.rejects is not None else ():
                    pass
                raise
            return
        with SpooledTemporaryFile(MOST_IN_MEMORY) as file:
            spool = cast("BinaryIO", file)
            _write_as(order, format_, model, results, spool, to_terminal, dated)
            spool.seek(0)
            shutil.copyfileobj(spool, out)


def _write_as(
    order: Order,
    format_: str,
    model: CheckedModel,
    results: Iterator[tuple[int, Result]],
    out: BinaryIO,
    to_terminal: bool,
    dated: bool,
) -> None:
    if format_ != "table":
        plain = (result.to_dict(fired=order.says_fired != "none") for _, result in results)
        write_results(plain, out, format=format_, columns=columns_of(model, order.says_fired))
        return
    bold = to_terminal and wants_colour(sys.stdout)
    for number, line in enumerate(result_table(model, results, table_width(to_terminal), dated=dated)):
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
