"""Scoring files of leads on Spark: one query for the cluster, and one by one what it leaves over."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, BinaryIO

from attrs import define

from scorelang.cli.batches import BatchRun
from scorelang.cli.console import Ticker, is_terminal
from scorelang.cli.errors import CommandError
from scorelang.cli.leads import check_key
from scorelang.cli.results import columns_of
from scorelang.data import read_records, write_results
from scorelang.data.events import check_columns
from scorelang.data.plain_csv import plain_csv
from scorelang.data.records import Records
from scorelang.data.results import FiredAs
from scorelang.sql.feeds import Feed, NotFed, is_parquet

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from scorelang.sql.frames import Given
    from scorelang.sql.spark_batch import SparkBatch

WHAT = "Spark reads Parquet, and single files of CSV without quotes"
# What our queries take for granted, whatever the cluster's configuration says.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
}


@define
class ClusterRun(BatchRun["SparkBatch"]):
    """A run on Spark at the address `master` (None: what Spark is set to).

    Where results go to an address that only Spark knows, `to` is that; elsewhere they come here with the list of rules
    that fired, and are written as `says` has it.
    """

    master: str | None = None
    to: str | None = None
    says: FiredAs = "list"

    def _explained(self) -> AbstractContextManager[None]:
        return explained()

    def _lowered(self) -> SparkBatch:
        from scorelang.sql.spark_batch import SparkBatch
        from scorelang.sql.spark_feeds import nobody

        session = self._resources.enter_context(started(self.master))
        if self.to is not None:
            _check_absent(session, self.to)
        with Ticker("reading", lambda: None, shown=True):
            leads, frame, nested = self._given_leads(session)
            events = self._given_events(session) if self.files.events else None
        batch = SparkBatch(
            self.model,
            self.instants,
            leads,
            None if events is None else events[0],
            nested,
            columns_of(self.model, self.fired),
            (frame, None if events is None else events[1]),
            nobody(session),
        )
        batch.lower()
        return batch

    def _fill(self, batch: SparkBatch, lost: set[str]) -> None:
        batch.fill(lost)

    # --- reading

    def _given_leads(self, session: SparkSession) -> tuple[Feed, Given, bool]:
        """The leads, and whether they may bring their events."""
        from scorelang.data.many import paths_of

        paths = paths_of(self.files.leads)

        def check(records: Records) -> None:
            if self.files.key_named or self.files.events:
                check_key(self.model, records)

        return self._given(session, "leads", paths, check)

    def _given_events(self, session: SparkSession) -> tuple[Feed, Given]:
        feed, given, _ = self._given(
            session, "events", self.files.events, lambda records: check_columns(records, "lead")
        )
        if given.table.columns["type"] != "text":
            raise NotFed("the column `type` of the events is no text")
        return feed, given

    def _given(
        self, session: SparkSession, name: str, paths: Sequence[str], check: Callable[[Records], None]
    ) -> tuple[Feed, Given, bool]:
        """What Spark reads at these paths, and whether it is Parquet; `check` looks at the columns of each."""
        from scorelang.sql.spark_feeds import feed_addresses, feed_csv, feed_files, is_address

        if all(map(is_address, paths)):
            feed, given = feed_addresses(session, name, paths)
            check(Records(paths[0], "parquet", feed.columns, iter(()), ExitStack()))
            return feed, given, True
        if is_parquet(paths):
            for path in paths:
                with read_records(path) as records:
                    check(records)
            return *feed_files(session, name, paths), True
        if len(paths) == 1 and paths[0] != "-":
            with read_records(paths[0]) as records:
                check(records)
                columns, is_csv = records.columns or (), records.format == "csv"
            plain = plain_csv(paths[0]) if is_csv and len(columns) > 1 else None
            # Spark reads what quotes stand for in ways of its own.
            if plain is not None and not plain.quoted:
                return *feed_csv(session, name, paths[0], plain, columns), False
        raise NotFed(f"{WHAT}, and {paths[0]} is neither")

    # --- writing

    def _write(self, format_: str, out: BinaryIO, tick: Callable[[int], None]) -> None:
        batch = self._batch
        assert batch is not None
        if self.to is not None:
            batch.write_parquet(self.to)
            return

        written = columns_of(self.model, self.says)

        def results() -> Iterator[dict[str, object]]:
            for row, result in batch.results():
                tick(row)
                yield result.to_dict()

        write_results(results(), out, format=format_, columns=written)


# --- Spark ----------------------------------------------------------------------------------------------------------


@contextmanager
def started(master: str | None) -> Iterator[SparkSession]:
    """A session of Spark: in the one that runs already, or in one that ends with the block.

    Raises `CommandError` where there is no pyspark, or Spark does not start.
    """
    if find_spec("pyspark") is None:
        raise CommandError("`--engine spark` takes pyspark, which is not installed", "pip install 'scorelang[spark]'")
    from pyspark.sql import SparkSession

    mine = SparkSession.getActiveSession() is None
    with explained(starting=True):
        builder = SparkSession.builder.appName("scorelang")
        builder = builder.config("spark.ui.showConsoleProgress", str(is_terminal(sys.stderr)).lower())
        found = (builder if master is None else builder.master(master)).getOrCreate()
        session = found.newSession()
    if mine:
        # What goes wrong is said by us, once.
        session.sparkContext.setLogLevel("OFF")
    # Blocks of a file should be the same whenever it is read, whatever workers come and go.
    least = {"spark.sql.files.minPartitionNum": str(session.sparkContext.defaultParallelism)}
    for name, value in (SETTINGS | least).items():
        session.conf.set(name, value)
    try:
        yield session
    finally:
        if mine:
            found.stop()


@contextmanager
def explained(*, starting: bool = False) -> Iterator[None]:
    """Work of Spark; raises `CommandError` in its words where it stops."""
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.errors import PySparkException

    # It writes down every error that it raises, with all that led to it.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    try:
        yield
    except (PySparkException, Py4JError) as error:
        said = str(error.java_exception.getMessage()) if isinstance(error, Py4JJavaError) else str(error)
        said = " ".join(said.partition("\n")[0].split())
        if starting:
            hint = "it takes Java 17 or newer (JAVA_HOME), and a master such as `--master local[2]`"
            raise CommandError(f"Spark does not start: {said}", hint) from None
        raise CommandError(f"Spark stopped: {said}", "`--engine duckdb` scores without it") from None


def _check_absent(session: SparkSession, address: str) -> None:
    """Raise `CommandError` where there is something at an address already."""
    java = session.sparkContext._jvm
    assert java is not None
    place = java.org.apache.hadoop.fs.Path(address)
    if place.getFileSystem(session.sparkContext._jsc.hadoopConfiguration()).exists(place):
        raise CommandError(f"{address} is there already, and Spark would mix the results with it", "name another")
