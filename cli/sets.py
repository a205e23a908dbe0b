"""Scoring a file of leads as a set: one query of DuckDB, and one by one what it leaves over."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from attrs import Factory, define, frozen

from scorelang.cli.console import Ticker
from scorelang.cli.databases import explained, watched
from scorelang.cli.leads import MOST_STRANGERS, Heard, Leads, Seen, absent_from, check_key, rejects_of
from scorelang.cli.results import columns_of
from scorelang.cli.singly import Answer
from scorelang.data import BadRecord, EventIndex, Record, Records, Reject, read_records
from scorelang.data.events import Event, check_columns, each_event, event_of
from scorelang.data.from_parquet import connect
from scorelang.data.many import paths_of
from scorelang.data.plain_csv import plain_csv
from scorelang.model import CheckedModel
from scorelang.result import Result
from scorelang.sql.batch import Batch
from scorelang.sql.feeds import Feed, Item, NotFed, feed_parquet, feed_plain_csv, feed_records, is_parquet
from scorelang.sql.lines import csv_line, json_line
from scorelang.values import Unfit, fold, identity

if TYPE_CHECKING:
    import duckdb

# So many of the rows that the query leaves over are looked at together.
TOGETHER = 5_000
ENDINGS = {"csv": "\n", "ndjson": "\n", "json": ",\n"}


@frozen
class Files:
    """The paths of leads and events as typed; `key_named` is whether the user named the column of the identity."""

    leads: str
    events: Sequence[str]
    key_named: bool


@define
class SetRun:
    """All leads of some files through a model at once, at times in microseconds.

    `answer` scores one lead at every time, or gives None for one that does not fit; `reject` takes what was rejected.
    The database takes `memory` at most (None: as much as DuckDB takes by itself), and writes what is more into
    `folder` (None: that for temporary files).
    """

    model: CheckedModel
    files: Files
    instants: Sequence[int]
    answer: Answer
    reject: Callable[[Reject], None]
    memory: str | None = None
    folder: str | None = None
    scored: int = 0
    rejected: int = 0
    seen: Seen = Factory(Seen)
    heard: Heard | None = None
    _resources: ExitStack = Factory(ExitStack)
    _batch: Batch | None = None
    _bad_events: list[tuple[str | None, BadRecord]] = Factory(list)

    def __enter__(self) -> SetRun:
        return self

    def __exit__(self, *exception: object) -> None:
        self._resources.close()

    def work(self) -> None:
        """Score all leads, and settle those that the query leaves over.

        Raises `NotLowered` and `NotFed` before anything is rejected, `DataError`, and `CommandError` where the database
        stops.
        """
        with explained():
            self._work()

    def _work(self) -> None:
        folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix=".scorelang-", dir=self.folder)))
        connection = self._resources.enter_context(self._connected(folder))
        with Ticker("reading", lambda: None, shown=True) as ticker:
            records = self._opened()
            leads = self._fed_leads(connection, folder, ticker, records)
            events = self._fed_events(connection, folder, ticker) if self.files.events else None
        batch = Batch(
            connection,
            self.model,
            self.instants,
            leads,
            events,
            records.format != "csv",
            folder,
            columns_of(self.model),
        )
        batch.lower()
        self._bad_events += self._nameless(batch)
        lost = {lead for lead, _ in self._bad_events if lead is not None}
        with watched(connection, "scoring"):
            batch.fill(lost)
        self._batch = batch
        self._learn(batch)
        self._settle(batch)

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

    def _nameless(self, batch: Batch) -> Iterator[tuple[str | None, BadRecord]]:
        """The events that DuckDB read and that name no lead."""
        if batch.events is None:
            return
        for _, path, record in batch.events.back(batch.nameless_events()):
            lead, event = event_of(record, path, identity=identity, shared={})
            assert isinstance(event, BadRecord)
            yield lead, event

    # --- what is worth knowing

    def _learn(self, batch: Batch) -> None:
        leads = batch.leads
        self.seen.rows = leads.rows
        self.seen.nameless, self.seen.repeated = batch.identities()
        if leads.columns is not None or leads.rows > len(leads.bad):
            self.seen.absent = absent_from(self.model, leads.names)
        if batch.events is not None:
            found = batch.strangers(MOST_STRANGERS)
            self.heard = Heard(found.leads, found.first, found.events, batch.kinds(), batch.events.names)

    # --- what the query leaves over

    def _settle(self, batch: Batch) -> None:
        """Score one by one what the query left over, and reject what does not fit."""
        for _, bad in self._bad_events:
            self.reject(Reject.of_bad_record(bad))
        bad_rows = dict(batch.leads.bad)
        rows = sorted([*bad_rows, *batch.left_over()])
        self.rejected = len(bad_rows)
        for start in range(0, len(rows), TOGETHER):
            some = rows[start : start + TOGETHER]
            batch.settle([row for row in some if row not in bad_rows], self._answers(batch, some, bad_rows))
        self.scored = batch.leads.rows - self.rejected

    def _answers(
        self, batch: Batch, rows: Sequence[int], bad_rows: dict[int, BadRecord]
    ) -> Iterator[tuple[int, Sequence[Result]]]:
        """The results of those rows that fit, with their number; the others are rejected."""
        places = {row: (path, record) for row, path, record in batch.leads.back(set(rows) - bad_rows.keys())}
        leads = Leads(self.model, self.files.leads, self.instants[-1])
        if batch.events is not None:
            keys = [leads.key_of(record) for _, record in places.values()]
            leads.events = self._index(batch, {fold(key) for key in keys if key is not None})
        for row in rows:
            if row in bad_rows:
                self.reject(Reject.of_bad_record(bad_rows[row]))
                continue
            path, record = places[row]
            lead = leads.lead(row + 1, path, record, batch.nested)
            answer = self.answer(lead)
            if answer is None:
                self.rejected += 1
                for reject in rejects_of(lead, self.model, path):
                    self.reject(reject)
            else:
                yield row, answer

    def _index(self, batch: Batch, keys: set[str]) -> EventIndex:
        """The events of some leads."""
        by_lead: dict[str, list[Event]] = {}
        shared: dict[str, str] = {}
        assert batch.events is not None
        for _, path, record in batch.events.back(batch.event_rows(keys)):
            lead, event = event_of(record, path, identity=_identity, shared=shared)
            if lead is not None and isinstance(event, Event):
                by_lead.setdefault(fold(lead), []).append(event)
        return EventIndex(by_lead, self._bad_events)

    # --- writing

    def results(self, top: int | None) -> Iterator[tuple[int, Result]]:
        """The results in order, each with its row; with `top` the highest."""
        assert self._batch is not None
        with explained():
            yield from self._batch.results(top)

    def write(self, format_: str, out: BinaryIO, tick: Callable[[int], None]) -> None:
        """Write all results in their order."""
        with explained():
            self._write(format_, out, tick)

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


def _identity(raw: object) -> str | None:
    try:
        return identity(raw)
    except Unfit:
        return None


def _csv_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(sign in name for sign in ',"\r\n') else name


__all__ = ["Files", "SetRun", "explained"]
