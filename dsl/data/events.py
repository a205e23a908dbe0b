"""Events in memory, grouped by the lead they belong to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import BinaryIO

from attrs import evolve

from scorelang.data.errors import DataError
from scorelang.data.reading import read_records
from scorelang.data.records import BadRecord, Record, Records

# Equal short texts (types, campaigns, paths) are kept once, up to so many different ones.
MOST_SHARED = 100_000
LONGEST_SHARED = 64  # characters

Identity = Callable[[object], str | None]


class Event(dict[str, object]):
    """One event: its values that are not empty, but for the lead's, and the place it was read from.

    Whether `type` and `at` are there and fit is for the model to say.
    """

    __slots__ = ("line", "path")

    def __init__(self, values: Mapping[str, object], path: str, line: int) -> None:
        super().__init__(values)
        self.path = path
        self.line = line

    @property
    def where(self) -> tuple[str, int]:
        """The path as typed and the line, for messages."""
        return self.path, self.line


class EventIndex:
    """Events by the identity of their lead, in the order they were read.

    `bad` holds what could not be read, by the identity of the lead that it names, or None; `names` the columns of the
    files, and of JSON the names in any of its events.
    """

    def __init__(
        self,
        by_lead: Mapping[str, Sequence[Event]],
        bad: Sequence[tuple[str | None, BadRecord]],
        names: Iterable[str] = (),
    ) -> None:
        self._by_lead = by_lead
        self._bad_by_lead: dict[str, list[BadRecord]] = {}
        for identity, record in bad:
            if identity is not None:
                self._bad_by_lead.setdefault(identity, []).append(record)
        self.bad = tuple(record for _, record in bad)
        self.names = frozenset(names)
        self.count = sum(map(len, by_lead.values()))

    def get(self, identity: str) -> Sequence[Event]:
        """The events of a lead; none for one that has none."""
        return self._by_lead.get(identity, ())

    def bad_of(self, identity: str) -> Sequence[BadRecord]:
        """What could not be read and names this lead."""
        return self._bad_by_lead.get(identity, ())

    def identities(self) -> Collection[str]:
        """The leads that have events."""
        return self._by_lead.keys()

    def unclaimed(self, leads: Container[str]) -> list[str]:
        """The leads that have events and are not among `leads`, in the order they were read."""
        return [identity for identity in self._by_lead if identity not in leads]


def plain_identity(value: object) -> str | None:
    """A lead's identity as text: trimmed, a whole number as its digits; None for what is missing or neither."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def read_events(
    paths: Sequence[str],
    *,
    key: str = "lead",
    identity: Identity = plain_identity,
    stdin: BinaryIO | None = None,
) -> EventIndex:
    """All events of the files, grouped by what `identity` makes of their column `key`.

    `identity` gives None, or raises, for what identifies nobody; such an event is bad, and so is a row that cannot be
    read. Raises `DataError` for a file that cannot be read, or a table without columns for `key`, `type` or `at`.
    """
    if list(paths).count("-") > 1:
        raise DataError("it can be read only once", "-", hint="name one of the files of events by its path")
    by_lead: dict[str, list[Event]] = {}
    bad: list[tuple[str | None, BadRecord]] = []
    names: set[str] = set()
    for lead, event in _events(paths, key, identity, stdin, names):
        if isinstance(event, BadRecord):
            bad.append((lead, event))
        else:
            assert lead is not None
            by_lead.setdefault(lead, []).append(event)
    return EventIndex(by_lead, bad, names)


def _events(
    paths: Sequence[str], key: str, identity: Identity, stdin: BinaryIO | None, names: set[str]
) -> Iterator[tuple[str | None, Event | BadRecord]]:
    """Every event with its lead, or why it is none; `names` takes up the names that the files have for values."""
    shared: dict[str, str] = {}
    for path in paths:
        with read_records(path, stdin=stdin) as records:
            check_columns(records, key)
            yield from each_event(records, names, key=key, identity=identity, shared=shared)


def each_event(
    records: Records,
    names: set[str],
    *,
    key: str = "lead",
    identity: Identity = plain_identity,
    shared: dict[str, str] | None = None,
) -> Iterator[tuple[str | None, Event | BadRecord]]:
    """Every event of a file with what `identity` makes of its lead, or why it is none with the lead that it names.

    `names` takes up the names that the file has for values; `shared` holds equal short texts once.
    """
    known = {} if shared is None else shared
    names.update(records.columns or ())
    for record in records:
        if isinstance(record, BadRecord):
            yield _bad(record, key, identity)
            continue
        if records.columns is None:
            names.update(record.values)
        yield event_of(record, records.path, key=key, identity=identity, shared=known)


def _bad(record: BadRecord, key: str, identity: Identity) -> tuple[str | None, BadRecord]:
    """A row that could not be read, with the identity of the lead that it names as far as can be told."""
    given = record.partial.get(key) if record.partial else None
    return _identified(given, identity), evolve(record, lead=plain_identity(given))


def _identified(given: object, identity: Identity) -> str | None:
    try:
        return identity(given)
    except Exception:  # whatever a reader of identities raises, this is not one
        return None


def event_of(
    record: Record, path: str, *, key: str = "lead", identity: Identity = plain_identity, shared: dict[str, str]
) -> tuple[str | None, Event | BadRecord]:
    """The identity of a lead and an event of it, or why it is none."""
    values = record.values
    given = values.get(key)
    lead = _identified(given, identity)
    if lead is None:
        problem = (
            f"the event has no `{key}`" if given in (None, "") else f"`{key}` is {given!r}, which identifies no lead"
        )
        return None, BadRecord(record.line, problem, values, path)
    return lead, Event(_kept(values, key, shared), path, record.line)


def _kept(values: Mapping[str, object], key: str, shared: dict[str, str]) -> dict[str, object]:
    """The values that are not empty, but for the lead; of equal short texts always the one that was met first."""
    kept: dict[str, object] = {}
    for name, value in values.items():
        if name == key or (not value and (value is None or value == "")):
            continue
        # Hardly two events happen at the same time.
        if type(value) is str and name != "at" and len(value) <= LONGEST_SHARED:
            value = shared.setdefault(value, value) if len(shared) < MOST_SHARED else shared.get(value, value)
        kept[name] = value
    return kept


def check_columns(records: Records, key: str) -> None:
    """Raise `DataError` when a table has no column that every event needs."""
    for needed in (key, "type", "at"):
        if records.columns is not None and needed not in records.columns:
            close = get_close_matches(needed, records.columns, n=1)
            hint = f"did this mean the column `{close[0]}`?" if close else f"columns: {', '.join(records.columns)}"
            raise DataError(f"there is no column `{needed}`, which every event needs", records.path, hint=hint)
