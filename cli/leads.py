"""Leads on their way from a file through a model: each with its events, and everything about it that does not fit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property

from attrs import Factory, define, evolve, frozen

from scorelang.cli.errors import CommandError
from scorelang.data import BadRecord, Event, EventIndex, Record, Records, Reject, read_events, read_records
from scorelang.diagnostics import LeadError
from scorelang.leads import Facts, events_of, read_lead
from scorelang.model import CheckedModel, FieldDefinition
from scorelang.suggest import closest, listed
from scorelang.values import SPACES, fold, identity


@frozen
class Lead:
    """One lead as the model reads it: the number of its row from 1, its facts, and every value that does not fit.

    `events` are those that other files have of it, `given` all that its facts were read from, as the data has them;
    `lost` are rows of those files that name it and could not be read.
    """

    row: int
    record: Record
    facts: Facts
    problems: Sequence[LeadError]
    events: Sequence[Event]
    given: object
    lost: Sequence[BadRecord] = ()

    @property
    def fits(self) -> bool:
        """Whether everything about the lead could be read; only then is its score one."""
        return not self.problems and not self.lost


@frozen
class BadRow:
    """A row that could not be read, by its number from 1."""

    row: int
    record: BadRecord


@define
class Seen:
    """What is worth knowing of the leads that went by.

    `ids` are folded; `repeated` counts the rows whose id an earlier row has; `absent` are the fields for which a table
    has no column, or which no row of a file without columns had.
    """

    rows: int = 0
    nameless: int = 0
    repeated: int = 0
    ids: set[str] = Factory(set)
    absent: dict[str, tuple[str, ...]] = Factory(dict)


@define(slots=False)
class Leads:
    """The leads of a file, with those events of other files that are theirs. Iterating reads the file, once.

    Raises `DataError` for a file that cannot be read, `CommandError` when it lacks the column that was named for the
    identity, or that events need.
    """

    model: CheckedModel
    path: str
    as_of: int
    events: EventIndex | None = None
    key_named: bool = False
    seen: Seen = Factory(Seen)

    def __iter__(self) -> Iterator[Lead | BadRow]:
        seen = self.seen
        with self._open() as records:
            nested = records.format != "csv"  # whose cells hold no events
            looked_at = records.columns is not None
            self._look_for_fields(records.columns or ())
            for record in records:
                seen.rows += 1
                if isinstance(record, BadRecord):
                    yield BadRow(seen.rows, record)
                    continue
                lead = self._lead(seen.rows, record, nested)
                self._note(lead)
                looked_at = True
                yield lead
        if not looked_at:
            seen.absent.clear()

    def picked(self, pick: Callable[[int, Record | BadRecord], bool]) -> Iterator[Lead | BadRow]:
        """Only the rows that `pick` takes, by their numbers from 1; the others are not looked at."""
        with self._open() as records:
            nested = records.format != "csv"
            for row, record in enumerate(records, 1):
                if pick(row, record):
                    yield BadRow(row, record) if isinstance(record, BadRecord) else self._lead(row, record, nested)

    def key_of(self, record: Record) -> str | None:
        """A lead's identity, as the model reads it; None when it has none that fits."""
        return read_lead(self._only_key, record.values, (), 0)[0].id

    @cached_property
    def _only_key(self) -> CheckedModel:
        """The model without all but its key: reading nothing else takes a tenth of the time."""
        return evolve(
            self.model, fields=tuple(each for each in self.model.fields if each.name == self.model.key), kinds={}
        )

    def _open(self) -> Records:
        records = read_records(self.path)
        try:
            if self.key_named or self.events is not None:
                check_key(self.model, records)
        except BaseException:
            records.close()
            raise
        return records

    def _lead(self, row: int, record: Record, nested: bool) -> Lead:
        own = events_of(record.values) if nested else None
        others: Sequence[Event] = ()
        lost: Sequence[BadRecord] = ()
        if self.events is not None and (id_ := self.key_of(record)) is not None:
            others, lost = self.events.get(fold(id_)), self.events.bad_of(fold(id_))
        events: object = own
        if own is None or isinstance(own, list):  # anything else is for the model to refuse
            events = [*(own or ()), *others]
        facts, problems = read_lead(self.model, record.values, events, self.as_of)
        return Lead(row, record, facts, problems, others, events, lost)

    def _look_for_fields(self, columns: Collection[str]) -> None:
        fields = {field.name: names_of(field) for field in self.model.fields}
        self.seen.absent = {name: names for name, names in fields.items() if not any(each in columns for each in names)}

    def _note(self, lead: Lead) -> None:
        seen, values = self.seen, lead.record.values
        if seen.absent:
            for name in [name for name, names in seen.absent.items() if any(each in values for each in names)]:
                del seen.absent[name]
        if lead.facts.id is None:
            seen.nameless += 1
        else:
            folded = fold(lead.facts.id)
            seen.repeated += folded in seen.ids
            seen.ids.add(folded)


def names_of(field: FieldDefinition) -> tuple[str, ...]:
    """The names under which data may have a field, in the order in which they are tried."""
    return (field.name,) if field.column is None else (field.name, field.column)


def key_names(model: CheckedModel) -> tuple[str, ...]:
    """The names under which data may have a lead's identity."""
    field = next((field for field in model.fields if field.name == model.key), None)
    return (model.key,) if field is None else names_of(field)


def check_key(model: CheckedModel, records: Records) -> None:
    """Raise `CommandError` when a table has no column that identifies a lead."""
    names = key_names(model)
    if records.columns is None or any(name in records.columns for name in names):
        return
    near = closest(model.key, records.columns)
    columns = f"columns: {listed(records.columns, limit=20)}"
    option = "`--id-column COLUMN` names the column that does"
    hint = f"did this mean `--id-column {near}`?" if near else f"{option}; {columns}"
    raise CommandError(f"{records.path}: there is no column `{model.key}`, which identifies a lead", hint)


def read_index(paths: Sequence[str]) -> EventIndex | None:
    """The events of all files by the folded identity of their lead; None without files. Raises `DataError`."""
    return read_events(paths, identity=_folded) if paths else None


def _folded(raw: object) -> str | None:
    id_ = identity(raw)
    return None if id_ is None else fold(id_)


def rejects_of(row: Lead | BadRow, model: CheckedModel, path: str) -> Iterator[Reject]:
    """Every value that keeps a row from being scored, each with the place of the lead or event that it is about.

    Rows of events that could not be read are not among them: they stand in `EventIndex.bad`.
    """
    if isinstance(row, BadRow):
        yield Reject.of_bad_record(row.record)
        return
    events = iter(row.events)
    event = next(events, None)
    for problem in row.problems:
        # Problems are in the order of the events: the first that has this value is the one.
        while problem.event is not None and event is not None and not _is_about(problem, event, model):
            event = next(events, None)
        if problem.event is None or event is None:
            yield Reject.of_lead_error(problem, row.record, path)
        else:
            yield Reject.of_lead_error(problem, Record(event, event.line), event.path)


def _is_about(problem: LeadError, event: Event, model: CheckedModel) -> bool:
    kind = event.get("type")
    if isinstance(kind, str) and kind.strip(SPACES) != problem.event:
        return False
    definition = model.kinds.get(problem.event or "")
    fields = definition.attributes if definition else ()
    names = next((names_of(field) for field in fields if field.name == problem.field), (problem.field,))
    return any(event.get(name) is problem.value for name in names)
