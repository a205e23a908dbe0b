"""Scoring files of leads as a set on DuckDB."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from attrs import define

from scorelang.cli.batches import BatchRun, Files
from scorelang.cli.console import Ticker
from scorelang.cli.databases import explained, watched
from scorelang.cli.leads import check_key
from scorelang.cli.results import columns_of
from scorelang.data import BadRecord, Record, Records, read_records
from scorelang.data.events import check_columns, each_event
from scorelang.data.from_parquet import connect
from scorelang.data.many import paths_of
from scorelang.data.plain_csv import plain_csv
from scorelang.sql.batch import Batch
from scorelang.sql.feeds import Feed, Item, NotFed, feed_parquet, feed_plain_csv, feed_records, is_parquet
from scorelang.sql.lines import csv_line, json_line
from scorelang.values import fold, identity

if TYPE_CHECKING:
    import duckdb

# Below so many leads and events a query takes longer to plan than to run.
FEW = 100_000
ENDINGS = {"csv": "\n", "ndjson": "\n", "json": ",\n"}


@define
class SetRun(BatchRun[Batch]):
    """A run on DuckDB.

    The database takes `memory` at most (None: as much as DuckDB takes by itself), and writes what is more into
    `folder` (None: that for temporary files).
    """

    memory: str | None = None
    folder: str | None = None

    def _explained(self) -> AbstractContextManager[None]:
        """Work of the database, whose errors become those of a command."""
        return explained()

    def _lowered(self) -> Batch:
        """Leads and events as tables, and the query over them."""
        folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix=".scorelang-", dir=self.folder)))
        connection = self._resources.enter_context(self._connected(folder))
        with Ticker("reading", lambda: None, shown=True) as ticker:
            records = self._opened()
            leads = self._fed_leads(connection, folder, ticker, records)
            events = self._fed_events(connection, folder, ticker) if self.files.events else None
        nested, columns = records.format != "csv", columns_of(self.model, self.fired)
        # Leads may bring their events: some ten each.
        rows = leads.rows + events.rows if events is not None else leads.rows * (10 if nested else 1)
        if rows < FEW:
            # Parts of the query that are used once are then planned by themselves, which is a third quicker.
            connection.execute("SET disabled_optimizers = 'cte_inlining'")
        batch = self._of(Batch(connection, self.model, self.instants, leads, events, nested, folder, columns))
        batch.lower()
        return batch

    def _of(self, batch: Batch) -> Batch:
        """What asks the database: a run that asks something else of it has a batch of its own."""
        return batch

    def _fill(self, batch: Batch, lost: set[str]) -> None:
        with watched(batch.connection, "scoring"):
            batch.fill(lost)

    def _connected(self, folder: Path) -> duckdb.DuckDBPyConnection:
        connection = connect()
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET temp_directory = '" + str(folder).replace("'", "''") + "'")
        if self.memory is not None:
            connection.execute("SET memory_limit = '" + self.memory.replace("'", "''") + "'")
        return connection

    # --- reading

    def _opened(self) -> Records:
        """The leads, opened and their columns checked."""
        records = self._resources.enter_context(read_records(self.files.leads))
        if self.files.key_named or self.files.events:
            check_key(self.model, records)
        return records

    def _fed_leads(self, connection: duckdb.DuckDBPyConnection, folder: Path, ticker: Ticker, records: Records) -> Feed:
        paths = paths_of(self.files.leads)
        if is_parquet(paths):
            return feed_parquet(connection, "leads", paths)
        if len(paths) == 1 and (feed := self._quick(connection, "leads", records)):
            return feed
        items = ((records.path, record) for record in records)
        # What a database has is of many types, which JSON keeps apart.
        columns = records.columns if records.format == "csv" else None
        feed = feed_records(connection, "leads", items, columns, folder, ticker.tick)
        if records.columns is not None:
            feed.columns, feed.names = records.columns, set(records.columns)
        return feed

    @staticmethod
    def _quick(connection: duckdb.DuckDBPyConnection, name: str, records: Records) -> Feed | None:
        """A file of CSV that DuckDB may read; None where it has to be ours."""
        columns = records.columns
        if records.format != "csv" or columns is None or len(columns) < 2 or not os.path.isfile(records.path):
            return None
        plain = plain_csv(records.path)
        return None if plain is None else feed_plain_csv(connection, name, records.path, plain, columns)

    def _fed_events(self, connection: duckdb.DuckDBPyConnection, folder: Path, ticker: Ticker) -> Feed:
        if is_parquet(self.files.events):
            for path in self.files.events:
                with read_records(path) as records:
                    check_columns(records, "lead")
            return self._checked(feed_parquet(connection, "events", self.files.events))
        files = [self._resources.enter_context(read_records(path)) for path in self.files.events]
        for records in files:
            check_columns(records, "lead")
        if any(records.format == "parquet" for records in files):
            raise NotFed("the files of events are of several kinds, and one of them is Parquet")
        if len(files) == 1 and (feed := self._quick(connection, "events", files[0])):
            return feed
        columns: list[str] | None = None
        if all(records.format == "csv" for records in files):
            every = chain.from_iterable(records.columns or () for records in files)
            columns = list(dict.fromkeys(["lead", *every]))
        names: set[str] = set()
        feed = feed_records(connection, "events", self._each_event(files, names), columns, folder, ticker.tick)
        feed.names = names
        return feed

    @staticmethod
    def _checked(feed: Feed) -> Feed:
        if feed.table.columns.get("type") not in ("text", "json"):
            raise NotFed("the column `type` of the events is no text")
        return feed

    def _each_event(self, files: Sequence[Records], names: set[str]) -> Iterator[Item]:
        """The events of all files that can be read; the others are noted."""
        for records in files:
            for lead, event in each_event(records, names, identity=identity):
                if isinstance(event, BadRecord):
                    self._bad_events.append((None if lead is None else fold(lead), event))
                else:
                    yield records.path, Record({"lead": lead, **event}, event.line)

    # --- writing

    def _write(self, format_: str, out: BinaryIO, tick: Callable[[int], None]) -> None:
        batch = self._batch
        assert batch is not None
        if format_ == "parquet":
            target = batch.folder / "results.parquet"
            batch.write_parquet(target)
            with open(target, "rb") as written:
                shutil.copyfileobj(written, out)
            return
        make, ending = (csv_line if format_ == "csv" else json_line), ENDINGS[format_]
        if format_ == "csv":
            out.write((",".join(map(_csv_name, batch.columns.names)) + "\n").encode())
        count = 0
        for texts in batch.texts(make(self.model, batch.columns, self.instants)):
            text = ending.join(texts)
            if format_ == "json":
                text = (ending if count else "[\n") + text
            else:
                text += ending
            out.write(text.encode())
            count += len(texts)
            tick(count)
        if format_ == "json":
            out.write(b"\n]\n" if count else b"[]\n")


def _csv_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(sign in name for sign in ',"\r\n') else name


__all__ = ["Files", "SetRun", "explained"]
