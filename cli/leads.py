"""Leads on their way from a file through a model: each with its events, and everything about it that does not fit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import Factory, define, evolve, frozen

from scorelang.cli.errors import CommandError
from scorelang.data import BadRecord, Event, EventIndex, Record, Records, read_events, read_records
from scorelang.diagnostics import LeadError
from scorelang.leads import Facts, events_of, read_lead
from scorelang.model import CheckedModel
from scorelang.suggest import closest, listed
from scorelang.values import Unfit, fold, identity

# A look at so many ids is enough for a suggestion.
MOST_IDS = 100_000


@frozen
class Lead:
    """One lead as the model reads it: the number of its row from 1, its facts, and every value that does not fit."""

    row: int
    record: Record
    facts: Facts
    problems: Sequence[LeadError]
    events: Sequence[object]

    @property
    def name(self) -> str:
        """What messages call the lead."""
        return f"row {self.row}" if self.facts.id is None else self.facts.id


@frozen
class BadRow:
    """A row that could not be read, by its number from 1."""

    row: int
    record: BadRecord


@define
class Seen:
    """What is worth knowing of the leads that went by."""

    rows: int = 0
    nameless: int = 0
    repeated: int = 0
    ids: set[str] = Factory(set)
    absent: set[str] = Factory(set)


@define
class Leads:
    """The leads of a file, with the events that belong to them.

    `events` are those of other files, by folded identity; a lead's own come first. Iterating reads the file once.
    """

    model: CheckedModel
    path: str
    as_of: int
    events: EventIndex | None = None
    seen: Seen = Factory(Seen)

    def __iter__(self) -> Iterator[Lead | BadRow]:
        with read_records(self.path) as records:
            check_key(self.model, records, needed=self.events is not None)
            self.seen.absent = {field.name for field in self.model.fields}
            own = records.format != "csv"  # whose cells hold no events
            for record in records:
                self.seen.rows += 1
                if isinstance(record, BadRecord):
                    yield BadRow(self.seen.rows, record)
                else:
                    yield self._lead(record, own)

    def _lead(self, record: Record, own: bool) -> Lead:
        events: object = None if own else ()
        if self.events is not None:
            id_ = self.key_of(record)
            others: Sequence[Event] = () if id_ is None else self.events.get(fold(id_))
            given = events_of(record.values) if own else None
            # What is no list of events is for the model to refuse.
            events = given if given is not None and not isinstance(given, list) else [*(given or ()), *others]
        facts, problems = read_lead(self.model, record.values, events, self.as_of)
        self._note(record, facts)
        return Lead(self.seen.rows, record, facts, problems, events if isinstance(events, list) else ())

    def key_of(self, record: Record) -> str | None:
        """The identity of a lead; None when it has none."""
        return key_reader(self.model)(record.values)

    def _note(self, record: Record, facts: Facts) -> None:
        seen = self.seen
        if seen.absent:
            seen.absent -= {name for name in seen.absent if self._has(record.values, name)}
        if facts.id is None:
            seen.nameless += 1
            return
        folded = fold(facts.id)
        seen.repeated += folded in seen.ids
        seen.ids.add(folded)

    def _has(self, values: Mapping[str, object], name: str) -> bool:
        column = next((field.column for field in self.model.fields if field.name == name), None)
        return name in values or (column is not None and column in values)
