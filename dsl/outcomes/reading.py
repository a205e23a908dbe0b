"""Reading what became of leads: a file of outcomes, or a column of the leads' own file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from difflib import get_close_matches

from attrs import Factory, define, frozen

from scorelang.codegen.raw import instant
from scorelang.data import BadRecord, DataError, Record, Records, read_records
from scorelang.model import CheckedModel, FieldDefinition
from scorelang.outcomes.words import STEPS, Step, UnknownWordError, Words, plain_text
from scorelang.values import EXPECTED, SPACES, Type, Unfit, coerce, fold

# So many different texts of a field are remembered as numbers.
MOST_NUMBERS = 100_000
UNREAD = object()
# The options that name a column which is called otherwise than usual.
NAMING = {"lead": "--outcome-lead", "outcome": "--outcome", "at": "--outcome-at"}
# A step, when it fell (microseconds), why, and what it was worth; None where that is not said.
Entry = tuple[Step, int | None, str | None, float | None]
Identity = Callable[[object], str | None]


@frozen
class Columns:
    """Which columns say what. `lead` and `outcome` must be there, and `at` too where `timed` says so."""

    outcome: str = "outcome"
    at: str | None = "at"
    reason: str | None = "reason"
    value: str | None = "value"
    lead: str = "lead"


class BadOutcomeError(Exception):
    """An outcome that cannot be used; the message says why."""


@frozen
class Reader:
    """Reads an outcome from the values of a record."""

    columns: Columns
    words: Words
    zone: tzinfo

    def entry(self, values: Mapping[str, object]) -> Entry | None:
        """The outcome, or None where the record has none. Raises `BadOutcomeError`."""
        columns = self.columns
        step = self.step(values.get(columns.outcome))
        if step is None:
            return None
        at = None if columns.at is None else self.instant(columns.at, values.get(columns.at))
        reason = None if columns.reason is None else plain_text(values.get(columns.reason))
        value = None if columns.value is None else self.number(columns.value, values.get(columns.value))
        return step, at, reason, value

    def step(self, raw: object) -> Step | None:
        """The step that a value means, None for an empty one. Raises `BadOutcomeError`."""
        try:
            return self.words.read(raw)
        except UnknownWordError as error:
            raise BadOutcomeError(_unknown(self.columns.outcome, str(error))) from None

    def instant(self, name: str, raw: object) -> int | None:
        """The instant that the value of a column is, None for an empty one. Raises `BadOutcomeError`."""
        fast = instant(raw)
        return fast if fast is not None else self._coerced(Type.DATE, name, raw)  # type: ignore[return-value]

    def number(self, name: str, raw: object) -> float | None:
        """The number that the value of a column is, None for an empty one. Raises `BadOutcomeError`."""
        if raw is None or raw == "":
            return None
        return self._coerced(Type.NUMBER, name, raw)

    def _coerced(self, type_: Type, name: str, raw: object) -> float | None:
        try:
            return coerce(type_, raw, self.zone)  # type: ignore[return-value]
        except Unfit:
            raise BadOutcomeError(f"`{name}` is {raw!r}, which is not {EXPECTED[type_]}") from None


def _unknown(column: str, text: str) -> str:
    near = get_close_matches(text.casefold(), STEPS, n=1, cutoff=0.75)
    option = f"--won {json.dumps(text, ensure_ascii=False)}"
    says = f"the outcomes are {', '.join(STEPS)}; where it means won, `{option}` says so, and likewise the others"
    meant = f"did this mean {near[0]}?" if near else says
    return f"`{column}` is {text!r}, which is no outcome: {meant}"


@define
class OutcomeIndex:
    """Outcomes by the identity of their lead, in the order they were read; `bad` is what could not be."""

    by_lead: dict[str, list[Entry]] = Factory(dict)
    bad: list[BadRecord] = Factory(list)

    def get(self, identity: str) -> Sequence[Entry]:
        """The outcomes of a lead; none for one that has none."""
        return self.by_lead.get(identity, ())


def read_outcomes(path: str, reader: Reader, identity: Identity, *, timed: bool) -> OutcomeIndex:
    """All outcomes of a file, grouped by what `identity` makes of the column that names the lead.

    A row that names no lead, has no outcome or one that cannot be read, and with `timed` one without a time, is bad.
    Raises `DataError` for a file that cannot be read, or lacks a column that is needed.
    """
    with open_outcomes(path, reader.columns, timed=timed) as records:
        return outcomes_in(records, path, reader, identity, timed=timed)


def open_outcomes(path: str, columns: Columns, *, timed: bool) -> Records:
    """A file of outcomes. Raises `DataError` for one that cannot be read, or lacks a column that is needed."""
    records = read_records(path)
    for needed in needed_of(columns, timed):
        if records.columns is not None and needed not in records.columns:
            records.close()
            raise no_column(needed, records)
    return records


def outcomes_in(
    records: Iterable[Record | BadRecord], path: str, reader: Reader, identity: Identity, *, timed: bool
) -> OutcomeIndex:
    """All outcomes of these records of a file, as `read_outcomes` gives them."""
    found = OutcomeIndex()
    columns = reader.columns
    for record in records:
        if isinstance(record, BadRecord):
            found.bad.append(record)
            continue
        given = record.values.get(columns.lead)
        try:
            lead = _identified(columns.lead, given, identity)
            entry = reader.entry(record.values)
            if entry is None:
                raise BadOutcomeError(f"the row has no `{columns.outcome}`")
            if timed and entry[1] is None:
                raise BadOutcomeError(f"the row has no `{columns.at or 'at'}`, so nobody knows when it fell")
        except BadOutcomeError as error:
            named = plain_text(given)
            found.bad.append(BadRecord(record.line, str(error), dict(record.values), path, lead=named))
            continue
        found.by_lead.setdefault(lead, []).append(entry)
    return found


def _identified(column: str, given: object, identity: Identity) -> str:
    try:
        lead = identity(given)
    except Unfit:
        lead = None
    if lead is None:
        raise BadOutcomeError(
            f"the row has no `{column}`"
            if given in (None, "")
            else f"`{column}` is {given!r}, which identifies no lead"
        )
    return lead


def needed_of(columns: Columns, timed: bool) -> Iterator[str]:
    """The columns that a file of outcomes must have, and those that were asked for by another name than the usual."""
    usual = Columns()
    yield columns.lead
    yield columns.outcome
    if columns.at is not None and (timed or columns.at != usual.at):
        yield columns.at
    if columns.reason is not None and columns.reason != usual.reason:
        yield columns.reason
    if columns.value is not None and columns.value != usual.value:
        yield columns.value


def no_column(name: str, records: Records) -> DataError:
    """The error that a table has no column of that name."""
    known = records.columns or ()
    close = get_close_matches(name, known, n=1)
    columns = f"columns: {', '.join(known[:20])}"
    hint = f"did this mean the column `{close[0]}`?" if close else columns
    if name in NAMING:
        hint = f"`{NAMING[name]} {close[0] if close else 'COLUMN'}` names the one that is meant; {columns}"
    if name == "at":
        hint += "; without times, `--as-of TIME` says when leads are scored"
    return DataError(f"there is no column `{name}`, which outcomes need", records.path, hint=hint)


def number_reader(model: CheckedModel) -> Callable[[Mapping[str, object]], Mapping[str, object]]:
    """A function that gives a lead's data with its numbers as numbers, where they are text, as they are in CSV.

    The engine reads texts as numbers too, but each one anew; here it is done once for each text that occurs. What is no
    number stays as it is, for the engine to refuse.
    """
    known: list[tuple[str, FieldDefinition, dict[object, object]]] = [
        (name, field, {}) for field in model.fields if field.type is Type.NUMBER for name in _names(field)
    ]
    zone = model.zone

    def read(values: Mapping[str, object]) -> Mapping[str, object]:
        found = dict(values)
        for name, definition, numbers in known:
            raw = found.get(name)
            if type(raw) is str:
                number = numbers.get(raw, UNREAD)
                if number is UNREAD:
                    number = _number(raw, definition, zone)
                    if len(numbers) < MOST_NUMBERS:
                        numbers[raw] = number
                found[name] = number
        return found

    return read


def _names(field: FieldDefinition) -> tuple[str, ...]:
    return (field.name,) if field.column is None else (field.name, field.column)


def _number(raw: str, definition: FieldDefinition, zone: tzinfo) -> object:
    """The number that a text is, None where it means none; the text itself where it is none."""
    if fold(raw.strip(SPACES)) in definition.missing:
        return None
    try:
        return coerce(Type.NUMBER, raw, zone)
    except Unfit:
        return raw
