"""Scoring files of leads as a set: one query over all of them, and one by one what it leaves over."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, BinaryIO, Generic, Self, TypeVar

from attrs import define, field, frozen

from scorelang.cli.leads import MOST_STRANGERS, BadRow, Heard, Lead, Leads, Seen, absent_from, rejects_of
from scorelang.cli.singly import Answer
from scorelang.data import BadRecord, EventIndex, Reject
from scorelang.data.events import Event, event_of
from scorelang.data.results import FiredAs
from scorelang.model import CheckedModel
from scorelang.result import Result
from scorelang.sql.batch import Batch
from scorelang.values import Unfit, fold, identity

if TYPE_CHECKING:
    from scorelang.sql.spark_batch import SparkBatch

# So many of the rows that the query leaves over are looked at together.
TOGETHER = 5_000


B = TypeVar("B", Batch, "SparkBatch")


@frozen
class Files:
    """The paths of leads and events as typed; `key_named` is whether the user named the column of the identity."""

    leads: str
    events: Sequence[str]
    key_named: bool


@define
class BatchRun(ABC, Generic[B]):
    """All leads of some files through a model at once, at times in microseconds.

    `answer` scores one lead at every time, or gives None for one that does not fit; `reject` takes what was rejected.
    `fired` is how the database says which rules fired, which has to be a list for `results`.
    """

    model: CheckedModel
    files: Files
    instants: Sequence[int]
    answer: Answer
    reject: Callable[[Reject], None]
    fired: FiredAs = field(default="list", kw_only=True)
    scored: int = field(default=0, init=False)
    rejected: int = field(default=0, init=False)
    seen: Seen = field(factory=Seen, init=False)
    heard: Heard | None = field(default=None, init=False)
    _resources: ExitStack = field(factory=ExitStack, init=False)
    _batch: B | None = field(default=None, init=False)
    _bad_events: list[tuple[str | None, BadRecord]] = field(factory=list, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._resources.close()

    def work(self) -> None:
        """Score all leads, and settle those that the query leaves over.

        Raises `NotLowered` and `NotFed` before anything is rejected, `DataError`, and `CommandError` where the database
        stops.
        """
        with self._explained():
            batch = self._lowered()
            self._fill(batch, {lead for lead, _ in self._bad_events if lead is not None})
            self._bad_events += self._nameless(batch)
            self._batch = batch
            self._learn(batch)
            self._settle(batch)

    # --- what each database does in its own way

    @abstractmethod
    def _explained(self) -> AbstractContextManager[None]:
        """Work of the database, whose errors become those of a command."""

    @abstractmethod
    def _lowered(self) -> B:
        """Leads and events as tables, and the query over them."""

    @abstractmethod
    def _fill(self, batch: B, lost: set[str]) -> None:
        """Run the query; leads with these folded identities are left over."""

    @abstractmethod
    def _write(self, format_: str, out: BinaryIO, tick: Callable[[int], None]) -> None:
        """Write all results in their order."""

    # --- what is worth knowing

    def _nameless(self, batch: B) -> Iterator[tuple[str | None, BadRecord]]:
        """The events that DuckDB read and that name no lead."""
        if batch.events is None:
            return
        for _, path, record in batch.events.back(batch.nameless_events()):
            lead, event = event_of(record, path, identity=identity, shared={})
            assert isinstance(event, BadRecord)
            yield lead, event

    def _learn(self, batch: B) -> None:
        leads = batch.leads
        self.seen.rows = leads.rows
        self.seen.nameless, self.seen.repeated = batch.identities()
        if leads.columns is not None or leads.rows > len(leads.bad):
            self.seen.absent = absent_from(self.model, leads.names)
        if batch.events is not None:
            found = batch.strangers(MOST_STRANGERS)
            self.heard = Heard(found.leads, found.first, found.events, batch.kinds(), batch.events.names)

    # --- what the query leaves over

    def _settle(self, batch: B) -> None:
        """Score one by one what the query left over, and reject what does not fit."""
        for _, bad in self._bad_events:
            self.reject(Reject.of_bad_record(bad))
        bad_rows: dict[int, BadRecord] = dict(batch.leads.bad)
        rows = sorted([*bad_rows, *batch.left_over()])
        self.rejected = len(bad_rows)
        for start in range(0, len(rows), TOGETHER):
            some = rows[start : start + TOGETHER]
            batch.settle([row for row in some if row not in bad_rows], self._answers(batch, some, bad_rows))
        self.scored = batch.leads.rows - self.rejected

    def _answers(
        self, batch: B, rows: Sequence[int], bad_rows: dict[int, BadRecord]
    ) -> Iterator[tuple[int, Sequence[Result]]]:
        """The results of those rows that fit, with their number; the others are rejected."""
        for lead in self._leads_at(batch, rows, bad_rows):
            answer = None if isinstance(lead, BadRow) else self.answer(lead)
            if answer is None:
                self.rejected += not isinstance(lead, BadRow)
                for reject in rejects_of(lead, self.model, lead.path):
                    self.reject(reject)
            else:
                yield lead.row - 1, answer

    def _leads_at(self, batch: B, rows: Sequence[int], bad_rows: Mapping[int, BadRecord]) -> Iterator[Lead | BadRow]:
        """Some rows, in this order, as they are read one by one."""
        places = {row: (path, record) for row, path, record in batch.leads.back(set(rows) - bad_rows.keys())}
        leads = Leads(self.model, self.files.leads, self.instants[-1])
        if batch.events is not None:
            keys = [leads.key_of(record) for _, record in places.values()]
            leads.events = self._index(batch, {fold(key) for key in keys if key is not None})
        for row in rows:
            if row in bad_rows:
                yield BadRow(row + 1, bad_rows[row])
            else:
                path, record = places[row]
                yield leads.lead(row + 1, path, record, batch.nested)

    def _index(self, batch: B, keys: set[str]) -> EventIndex:
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
        with self._explained():
            yield from self._batch.results(top)

    def write(self, format_: str, out: BinaryIO, tick: Callable[[int], None]) -> None:
        """Write all results in their order."""
        with self._explained():
            self._write(format_, out, tick)


def _identity(raw: object) -> str | None:
    try:
        return identity(raw)
    except Unfit:
        return None
