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
from attrs import frozen

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
class Options:
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
    engine: str
    memory_limit: str | None
    every: str | None
    master: str | None
    fired: FiredAs | None

    @property
    def says_fired(self) -> FiredAs:
        """How the results say which rules fired."""
        return self.fired or "list"

    @property
    def to_terminal(self) -> bool:
        """Whether a person may be looking at the results as they come."""
        return self.output in (None, STDIN) and is_terminal(sys.stdout)

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


def score(options: Options) -> int:
    """Score the leads; return the exit code. Raises what `exit_code` has words for."""
    check_inputs(options.model, options.leads, files_of(options.events))
    _check_engine(options)
    format_ = _format(options)
    rejects_path = options.rejects or options.default_rejects
    read = files_of([options.leads, *options.events])
    check_overwriting([options.output, rejects_path], [options.model, *read, *databases_of(read)])
    model = load_model(options.model, options.key)
    checked = model.checked
    moments = instants(model, options.as_of, options.every)
    run: Run | SetRun | ClusterRun | None = None
    with Rejects(rejects_path, named=options.rejects is not None) as rejects:
        try:
            # The output first: that it cannot be written should be known before an hour's work, not after it.
            with _opened(options) as out, ExitStack() as stack:
                run = _run(options, format_, checked, moments, rejects, stack)
                _write(options, format_, checked, run, out)
        except BrokenPipeError:
            # Nobody reads the scores, and the leads may never end: what was wrong with those so far is all there is.
            swallow(sys.stdout)
            run = None
    rejects.say()
    if run is not None:
        for text in notes(checked, options.leads, run.seen, run.heard):
            note(text)
        said = last_word(options.leads, run.scored, run.rejected, moments, rejects.path if rejects.count else None)
        show(said, err=True)
    return FINDINGS if rejects.count else FINE


def _opened(options: Options) -> AbstractContextManager[BinaryIO]:
    """Where the results go, as a stream of their format."""
    table = options.table
    if options.address is not None:
        return nullcontext(BytesIO())
    return open_output(options.output) if table is None else open_table_output(options.output or "", table)


def _run(
    options: Options, format_: str, model: CheckedModel, moments: Sequence[int], rejects: Rejects, stack: ExitStack
) -> Run | SetRun | ClusterRun:
    """The run on the engine that was asked for, or on the one that is likely to be the fastest."""
    gate = Gate(rejects, options.strict)
    large = options.engine == "auto" and is_large(options.leads, options.events, model)
    if options.engine in ("duckdb", "spark") or large:
        run = _set_run(options, format_, model, moments, gate, stack)
        if run is not None:
            return run
    # Which rules fired is noted only where it is written for most leads; of the others it is worked out when read.
    detail = format_ != "table" and options.top is None and options.says_fired != "none"
    index = read_index(files_of(options.events))
    leads = Leads(model, options.leads, moments[-1], index, key_named=options.key is not None)
    name: Literal["python", "reference"] = "reference" if options.engine == "reference" else "python"
    one_by_one = Run(leads, gate, answer_of(name, model, moments, detail=detail))
    one_by_one.take_bad_events(index)
    return one_by_one


def _set_run(
    options: Options, format_: str, model: CheckedModel, moments: Sequence[int], gate: Gate, stack: ExitStack
) -> SetRun | ClusterRun | None:
    """The run on DuckDB or Spark, its work done; None where it has to be another engine and may be."""
    from scorelang.sql.feeds import NotFed
    from scorelang.sql.lower import NotLowered

    run = _made(options, format_, model, moments, gate)
    with ExitStack() as mine:
        mine.enter_context(run)
        try:
            run.work()
        except (NotLowered, NotFed) as error:
            if options.engine == "auto":
                return None
            title = "Spark" if options.engine == "spark" else "DuckDB"
            hint = "without `--engine duckdb` the leads are scored one by one"
            if options.engine == "spark":
                hint = "`--engine auto` takes whatever scorelang reads"
            raise CommandError(f"{title} cannot score this exactly: {error}", hint) from None
        stack.push(mine.pop_all())
    return run


def _made(
    options: Options, format_: str, model: CheckedModel, moments: Sequence[int], gate: Gate
) -> SetRun | ClusterRun:
    """The run on DuckDB or Spark, before its work."""
    from scorelang.cli.sets import Files, SetRun

    files = Files(options.leads, files_of(options.events), key_named=options.key is not None)
    answer = answer_of("python", model, moments, detail=True)
    # Results that come out of the database one by one are whole.
    fired: FiredAs = "list" if format_ == "table" or options.top is not None else options.says_fired
    if options.engine == "spark":
        from scorelang.cli.clusters import ClusterRun

        fired = fired if options.address is not None else "list"
        given = (model, files, moments, answer, gate.reject)
        return ClusterRun(*given, master=options.master, to=options.address, says=options.says_fired, fired=fired)
    beside = options.to_file and options.table is None and "TMPDIR" not in os.environ
    folder = os.path.dirname(options.output or "") or "." if beside else None
    return SetRun(model, files, moments, answer, gate.reject, options.memory_limit, folder, fired=fired)


def _check_engine(options: Options) -> None:
    """Raise `UsageError` for an option that is another engine's."""
    if options.master is not None and options.engine != "spark":
        raise click.UsageError(f"--master {options.master} is for `--engine spark`")
    if options.memory_limit is not None and options.engine == "spark":
        raise click.UsageError("--memory-limit is DuckDB's; Spark has spark.driver.memory and the like")
    if options.address is not None and (options.top is not None or options.format not in (None, "parquet")):
        raise click.UsageError(f"{options.output} is written by Spark, as Parquet and with all results")


def _format(options: Options) -> str:
    """The format of the results. Raises `UsageError` where it cannot be told, or cannot be shown."""
    chosen = options.format
    if options.address is not None:
        return "parquet"
    if options.table is not None:
        if chosen is not None:
            raise click.UsageError(f"--format {chosen}: {options.output} is a table of a database, which has no format")
        return "parquet"  # on the way there
    if chosen is None:
        chosen = format_of(options.output or "") if options.to_file else "table"
    if chosen is None and os.path.isdir(options.output or ""):
        raise click.UsageError(f"{options.output} is a folder: name a file in it")
    if chosen is None:
        formats = listed(("table", *FORMATS), last="or")
        raise click.UsageError(f"the name {options.output} says no format: add `--format` {formats}")
    if chosen == "table" and options.fired is not None:
        raise click.UsageError(f"--fired {options.fired}: a table does not say which rules fired; add `--format csv`")
    if chosen == "parquet" and options.to_terminal:
        raise click.UsageError("Parquet is not for terminals: add `-o FILE`")
    return chosen


# --- writing --------------------------------------------------------------------------------------------------------


def _write(options: Options, format_: str, model: CheckedModel, run: Run | SetRun | ClusterRun, out: BinaryIO) -> None:
    """Write the results where they go, under `--strict` only once it is known that all rows fit."""
    quiet = options.to_terminal and options.top is None  # the rows themselves show how far it has come
    with Ticker("scoring", lambda: _line_feeds(options.leads), shown=not quiet) as ticker:
        if not isinstance(run, Run):
            if format_ == "table" or options.top is not None:
                _write_as(options, format_, model, run.results(options.top), out)
            else:
                run.write(format_, out, ticker.tick)
            return
        results = run.results(ticker)
        if options.top is not None:
            results = iter(heapq.nlargest(options.top, results, key=lambda pair: (pair[1].score, -pair[0])))
        if not options.strict or options.to_file:
            try:
                _write_as(options, format_, model, results, out)
            except BrokenPipeError:
                # Nobody reads the scores, but the rejects that were asked for are to be all of them.
                for _ in results if options.rejects is not None else ():
                    pass
                raise
            return
        with SpooledTemporaryFile(MOST_IN_MEMORY) as file:
            spool = cast("BinaryIO", file)
            _write_as(options, format_, model, results, spool)
            spool.seek(0)
            shutil.copyfileobj(spool, out)


def _write_as(
    options: Options,
    format_: str,
    model: CheckedModel,
    results: Iterator[tuple[int, Result]],
    out: BinaryIO,
) -> None:
    if format_ != "table":
        plain = (result.to_dict(fired=options.says_fired != "none") for _, result in results)
        write_results(plain, out, format=format_, columns=columns_of(model, options.says_fired))
        return
    bold = options.to_terminal and wants_colour(sys.stdout)
    for number, line in enumerate(
        result_table(model, results, table_width(options.to_terminal), dated=options.every is not None)
    ):
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
