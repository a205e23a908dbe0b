"""Leads on their way from a file through a model: each with its events, and everything about it that does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from functools import cached_property

from attrs import Factory, define, frozen

from scorelang.cli.errors import CommandError
from scorelang.data import BadRecord, Event, EventIndex, Record, Records, Reject, read_events, read_records
from scorelang.diagnostics import LeadError
from scorelang.leads import Facts, events_of, read_lead
from scorelang.model import CheckedModel, FieldDefinition
from scorelang.suggest import closest, listed
from scorelang.values import SPACES, Unfit, fold, identity

# So many leads that have events and are not there are named.
MOST_STRANGERS = 3


@define
class Lead:
    """One row as its file has it: its number from 1, the path of the file, and the record.

    `id` is its identity as the model reads it, None when it has none that fits. `events` are those that other files
    have of it, `given` all that it is scored by, as the data has them; `lost` are rows of those files that name it
    and could not be read.
    """

    row: int
    path: str
    record: Record
    model: CheckedModel
    as_of: int
    id: str | None
    events: Sequence[Event]
    given: object
    lost: Sequence[BadRecord] = ()

    @cached_property
    def _read(self) -> tuple[Facts, list[LeadError]]:
        return read_lead(self.model, self.record.values, self.given, self.as_of)

    @property
    def facts(self) -> Facts:
        """The lead as the model reads it."""
        return self._read[0]

    @property
    def problems(self) -> Sequence[LeadError]:
        """Every value that does not fit."""
        return self._read[1]

    @property
    def fits(self) -> bool:
        """Whether everything about the lead could be read; only then is its score one."""
        return not self.lost and not self.problems


@frozen
class BadRow:
    """A row that could not be read, by its number from 1."""

    row: int
    record: BadRecord

    @property
    def path(self) -> str:
        """The path of its file."""
        return self.record.path


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


@frozen
class Heard:
    """What is worth knowing of the events of other files.

    `strangers` is how many leads they are of that are not among the leads, `first` the first few of these, and
    `of_strangers` how many events they have; `kinds` counts events, `names` are what the files have for attributes.
    """

    strangers: int
    first: tuple[str, ...]
    of_strangers: int
    kinds: Mapping[str, int]
    names: Collection[str]


def heard_of(index: EventIndex, ids: Container[str]) -> Heard:
    """What is worth knowing of events in memory, when these are the leads."""
    strangers = index.unclaimed(ids)
    count = sum(len(index.get(stranger)) for stranger in strangers)
    kinds: Counter[str] = Counter()
    for known in index.identities():
        kinds.update(str(event["type"]).strip(SPACES) for event in index.get(known) if "type" in event)
    return Heard(len(strangers), tuple(strangers[:MOST_STRANGERS]), count, kinds, index.names)


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
                lead = self.lead(seen.rows, records.path, record, nested)
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
                    yield (
                        BadRow(row, record)
                        if isinstance(record, BadRecord)
                        else self.lead(row, records.path, record, nested)
                    )

    def key_of(self, record: Record) -> str | None:
        """A lead's identity, as the model reads it; None when it has none that fits."""
        for name in self._key_names:
            if name in record.values:
                try:
                    return identity(record.values[name])
                except Unfit:
                    return None
        return None

    @cached_property
    def _key_names(self) -> tuple[str, ...]:
        return key_names(self.model)

    def _open(self) -> Records:
        records = read_records(self.path)
        try:
            if self.key_named or self.events is not None:
                check_key(self.model, records)
        except BaseException:
            records.close()
            raise
        return records

    def lead(self, row: int, path: str, record: Record, nested: bool) -> Lead:
        """A record with those events that are its own; `nested` is whether the file's format can hold such."""
        own = events_of(record.values) if nested else None
        id_ = self.key_of(record)
        others: Sequence[Event] = ()
        lost: Sequence[BadRecord] = ()
        if self.events is not None and id_ is not None:
            folded = fold(id_)
            others, lost = self.events.get(folded), self.events.bad_of(folded)
        events: object = own
        if own is None or isinstance(own, list):  # anything else is for the model to refuse
            events = [*(own or ()), *others]
        return Lead(row, path, record, self.model, self.as_of, id_, others, events, lost)

    def _look_for_fields(self, columns: Collection[str]) -> None:
        self.seen.absent = absent_from(self.model, columns)

    def _note(self, lead: Lead) -> None:
        seen, values = self.seen, lead.record.values
        if seen.absent:
            for name in [name for name, names in seen.absent.items() if any(each in values for each in names)]:
                del seen.absent[name]
        if lead.id is None:
            seen.nameless += 1
        else:
            folded = fold(lead.id)
            seen.repeated += folded in seen.ids
            seen.ids.add(folded)


def absent_from(model: CheckedModel, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The fields of a model that have none of these names, with those that they may have."""
    fields = {field.name: names_of(field) for field in model.fields}
    return {name: known for name, known in fields.items() if not any(each in names for each in known)}


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
