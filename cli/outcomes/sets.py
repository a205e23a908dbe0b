"""Many leads with outcomes, scored by one query: at one moment, or each at its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import define, field

from scorelang.cli.batches import TOGETHER
from scorelang.cli.databases import heeded
from scorelang.cli.outcomes.running import Run, folded_identity
from scorelang.cli.sets import SetRun
from scorelang.data import BadRecord, Record, Records
from scorelang.outcomes.cells import NO_STEP, entries_in, joined, read_entries, repeated
from scorelang.outcomes.histories import Entries, Histories, histories
from scorelang.outcomes.reading import open_outcomes, outcomes_in
from scorelang.outcomes.sets import PLAIN, ArrayBatch
from scorelang.outcomes.table import NEVER, Table
from scorelang.outcomes.words import STEPS
from scorelang.result import Result
from scorelang.sql.batch import Batch
from scorelang.sql.feeds import Feed, NotFed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


@define
class JudgingRun(SetRun):
    """A run of leads with outcomes to a table: as a set what is as it should be, and the rest one after the other.

    `names` are the columns to keep, each with the names under which the data may have it; None keeps all but those of
    `leave_out`. Raises `NotFed` where the database stops, and for leads that are no table or have columns of other
    than plain values, besides what a `SetRun` raises; and then nothing is rejected yet.
    """

    judging: Run = field(kw_only=True)
    names: Mapping[str, Sequence[str]] | None = field(kw_only=True)
    leave_out: frozenset[str] = field(kw_only=True)
    table: Table = field(init=False)
    strangers: int = field(default=0, init=False)
    # What became of the leads, when each is scored, and which of them only a look at each can judge.
    _became: Histories = field(init=False)
    _entries: Entries = field(init=False)
    _as_of: NDArray[np.int64] = field(init=False)
    _odd: Flags = field(init=False)
    # A file of outcomes: its records, and where it is a plain one its table, and which rows of that were not read.
    _outcomes: Records | None = field(default=None, init=False)
    _plain: Feed | None = field(default=None, init=False)
    _unread: Flags = field(init=False)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        import duckdb

        try:
            with heeded():
                yield
        except duckdb.Error as error:
            raise NotFed(str(error)) from None

    # --- reading

    def _opened(self) -> Records:
        run = self.judging
        if run.asked.outcomes is not None:
            outcomes = open_outcomes(run.asked.outcomes, run.reader.columns, timed=run.needs_time)
            self._outcomes = self._resources.enter_context(outcomes)
        records = super()._opened()
        if records.columns is None:
            raise NotFed("the leads are no table")
        return records

    def _of(self, batch: Batch) -> Batch:
        parts = (batch.connection, batch.model, batch.instants, batch.leads, batch.events, batch.nested, batch.folder)
        if batch.leads.rows > len(batch.leads.bad):
            self.judging.look_at(batch.leads.columns or ())
        kinds = batch.leads.table.columns
        for column in filter(None, [*self.judging.outcome_columns(), *self._columns(batch).values()]):
            if kinds.get(column) not in PLAIN:
                raise NotFed(f"the column `{column}` holds neither texts nor numbers, flags or dates")
        if self._outcomes is not None:
            self._plain = self._quick(batch.connection, "outcomes", self._outcomes)
            if self._plain is None:
                self._look_at(self._outcomes)
        asked = ArrayBatch(*parts, batch.columns)
        self._judge(asked)
        return asked

    def _columns(self, batch: Batch) -> dict[str, str | None]:
        """The columns to keep, with their names in the data; None for one that is not there."""
        there = batch.leads.columns or ()
        if self.names is None:
            return {name: name for name in there if name not in self.leave_out}
        return {name: next((each for each in names if each in there), None) for name, names in self.names.items()}

    def _look_at(self, outcomes: Iterable[Record | BadRecord]) -> None:
        """Let the run look at some outcomes of the file, one after the other."""
        run = self.judging
        assert self._outcomes is not None
        run.by_id = outcomes_in(outcomes, self._outcomes.path, run.reader, folded_identity, timed=run.needs_time)

    # --- what became of the leads

    def _judge(self, batch: ArrayBatch) -> None:
        """Find out what became of the leads, and when each is scored."""
        import numpy as np

        run = self.judging
        keys = batch.identities_in(batch.leads, self._key(batch))
        self._entries, self._odd = self._entries_of(batch, keys)
        self._became = became = histories(self._entries, batch.leads.rows)
        self._as_of = self._moments(became)
        if run.moment is not None:
            # Decided before the time given: scored then, it would be known by what came after.
            self._odd |= (became.first != NEVER) & (became.first < self._as_of)
            return
        # Nobody knows when that was decided.
        self._odd |= (became.steps != 0) & (became.first == NEVER)
        # The events of several leads of one identity are of each of them, and each lead has its own moment.
        self._odd |= repeated(keys)
        batch.move(keys, np.where(self._odd, run.now, self._as_of))

    def _key(self, batch: ArrayBatch) -> str | None:
        """The column of the leads that says who they are."""
        names = [field.column for field in self.model.fields if field.name == self.model.key]
        there = batch.leads.table.columns
        return next((name for name in (self.model.key, *names) if name in there), None)

    def _settle(self, batch: Batch) -> None:
        """Make the table, and reject what does not fit."""
        import numpy as np

        assert isinstance(batch, ArrayBatch)
        run, became, odd = self.judging, self._became, self._odd
        decided = became.steps != 0
        left_over = np.array(batch.left_over(), dtype=np.int64)
        odd[left_over[decided[left_over]]] = True
        odd[[row for row, _ in batch.leads.bad]] = True
        kept, scored = decided & ~odd, batch.scored(odd | ~decided)
        columns = {name: batch.column(batch.leads, column) for name, column in self._columns(batch).items()}
        run.undecided += int((~decided & ~odd).sum())
        run.said.update(STEPS[step] for step in np.unique(self._entries.steps[~odd[self._entries.leads]]))
        if self._plain is not None:
            self._look_at(self._told(self._plain, self._entries, odd))
        run.take_bad_rows(bad for _, bad in self._bad_events)
        for row, result in self._one_by_one(batch, np.flatnonzero(odd).tolist()):
            scored.put(row, result)
            kept[row] = True
        self.table = scored.table(kept, became, self._as_of, columns, run.said)

    def _entries_of(self, batch: ArrayBatch, keys: NDArray[np.object_]) -> tuple[Entries, Flags]:
        """The outcomes of the leads, and which leads have such as only a look at each of them can tell."""
        run = self.judging
        if self._outcomes is None:
            texts = {name: batch.column(batch.leads, name) for name in run.outcome_columns()}
            entries, bad = read_entries(run.reader, texts, batch.leads.rows)
            return entries.where((entries.steps != NO_STEP) & ~bad), bad
        of, entries = entries_in(run.by_id) if self._plain is None else self._of_file(batch, self._plain)
        entries, self.strangers = joined(of, entries, keys)
        return entries, repeated(keys)

    def _of_file(self, batch: ArrayBatch, feed: Feed) -> tuple[NDArray[np.object_], Entries]:
        """The outcomes of a plain file that can be read, and the identities of their leads."""
        columns = self.judging.reader.columns
        names = {columns.outcome, columns.at, columns.reason, columns.value} & feed.names
        texts = {name: batch.column(feed, name) for name in names if name is not None}
        entries, bad = read_entries(self.judging.reader, texts, feed.rows)
        of = batch.identities_in(feed, columns.lead)
        self._unread = bad | (entries.steps == NO_STEP) | (of == None)  # noqa: E711
        if self.judging.needs_time:
            self._unread |= entries.at == NEVER
        return of[~self._unread], entries.where(~self._unread)

    def _told(self, feed: Feed, entries: Entries, odd: Flags) -> Iterator[Record | BadRecord]:
        """The outcomes of a plain file that have to be looked at: those not read yet, and those of odd leads."""
        import numpy as np

        asked = self._unread.copy()
        asked[entries.rows[odd[entries.leads]]] = True
        yield from (record for _, _, record in feed.back(np.flatnonzero(asked).tolist()))

    def _moments(self, became: Histories) -> NDArray[np.int64]:
        """When each row is scored: at the time given, else as of its first decision."""
        import numpy as np

        run = self.judging
        if run.given is not None:
            return np.full(len(became.first), run.given, dtype=np.int64)
        return np.where(became.first == NEVER, run.now, became.first)

    def _one_by_one(self, batch: ArrayBatch, rows: Sequence[int]) -> Iterator[tuple[int, Result]]:
        """The results of such rows as fit; the others are rejected."""
        bad = dict(batch.leads.bad)
        for start in range(0, len(rows), TOGETHER):
            some = rows[start : start + TOGETHER]
            for lead, result, _ in self.judging.results(self._leads_at(batch, some, bad)):
                yield lead.row - 1, result
