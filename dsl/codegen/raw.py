"""What generated functions read leads and events with.

It needs the standard library and `values` only, so that it can stand in a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from scorelang.values import EPOCH, SPACES, Type, Unfit, Value, coerce, fold, identity, zone_of

ABSENT = object()
NO_LEADS = (str, bytes, int, float, list, tuple, set, type(None))
# So many results of slow functions are remembered; then all are forgotten.
MOST_REMEMBERED = 4096
LONGEST_REMEMBERED = 100


class Misfit(Exception):  # noqa: N818
    """Data that does not fit: the field, the value, its type, and the kind of event that it is of."""

    def __init__(self, field: str, value: object, expected: str, event: str | None = None) -> None:
        super().__init__(field)
        self.field, self.value, self.expected, self.event = field, value, expected, event


def getter(owner: Any, what: str) -> Callable[..., Any]:
    """A function from a name, and what to give without one, to the value that a mapping or object has there."""
    if isinstance(owner, NO_LEADS) and not hasattr(owner, "_fields"):
        if what == "lead":
            raise Misfit("lead", owner, "a lead (a mapping, or an object with attributes)")
        raise Misfit("events", owner, "an event (a mapping or object with `type` and `at`)")
    if hasattr(owner, "keys") and hasattr(owner, "__getitem__"):

        def item(name: str, default: Any = None) -> Any:
            try:
                return owner[name]
            except (KeyError, IndexError):
                return default

        return item

    def attribute(name: str, default: Any = None) -> Any:
        return getattr(owner, name, default)

    return attribute


class Adapted:
    """A mapping or object that is no plain dictionary, read like one."""

    __slots__ = ("get",)

    def __init__(self, owner: Any, what: str) -> None:
        self.get = getter(owner, what)


class Unlisted:
    """What was given as events and is none: whoever goes through it learns so."""

    __slots__ = ("raw",)

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def __iter__(self) -> Any:
        raise Misfit("events", self.raw, "a list of events, each with `type` and `at`")


def settled(lead: Any, events: Any) -> Any:
    """The events given, else the lead's own, as a list or tuple, for they may be gone through once only."""
    if events is None:
        try:
            events = getter(lead, "lead")("events")
        except Misfit:
            return ()
    if type(events) is list or type(events) is tuple:
        return events
    if events is None:
        return ()
    if isinstance(events, str | bytes | Mapping) or not isinstance(events, Iterable):
        return Unlisted(events)
    return list(events)


def identified(raw: Any, field: str) -> str | None:
    """A lead's identity."""
    try:
        return identity(raw)
    except Unfit:
        raise Misfit(field, raw, "an identity (a text or a whole number)") from None


def reader(
    type_name: str, missing: frozenset[Value], timezone: str, field: str, expected: str, event: str | None
) -> Callable[[Any], Any]:
    """A function from any raw value of a field to its value."""
    type_, zone = Type(type_name), zone_of(timezone)
    if type_ is Type.DATE and not missing:
        return _date_reader(zone, field, expected, event)
    is_text = type_ is Type.TEXT

    def read(raw: Any) -> Any:
        if is_text and type(raw) is str:
            text = raw.strip()
            text = text.lower() if text.isascii() else fold(text)
            return None if not text or text in missing else text
        if missing and isinstance(raw, str) and fold(raw.strip(SPACES)) in missing:
            return None
        try:
            value = coerce(type_, raw, zone)
        except Unfit:
            raise Misfit(field, raw, expected, event) from None
        if missing and isinstance(value, frozenset):
            return frozenset(member for member in value if member not in missing) or None
        return None if missing and value in missing else value

    return read


def _date_reader(zone: tzinfo, field: str, expected: str, event: str | None) -> Callable[[Any], Any]:
    def read(raw: Any) -> Any:
        fast = instant(raw)
        if fast is not None:
            return fast
        try:
            return coerce(Type.DATE, raw, zone)
        except Unfit:
            raise Misfit(field, raw, expected, event) from None

    return read


def remembering(row: Callable[[Any], Any], read: Callable[[Any], Any]) -> tuple[dict[Any, Any], Callable[[Any], Any]]:
    """The rows of the texts seen so far, and a function from any raw value to its row, which remembers it.

    Long texts are not remembered, and when there are too many all are forgotten.
    """
    rows: dict[Any, Any] = {None: row(None)}

    def find(raw: Any) -> Any:
        found = row(read(raw))
        if type(raw) is str and len(raw) <= LONGEST_REMEMBERED:
            if len(rows) >= MOST_REMEMBERED:
                rows.clear()
                rows[None] = row(None)
            rows[raw] = found
        return found

    return rows, find


def itself(value: Any) -> tuple[Any]:
    """A row of nothing but the value."""
    return (value,)


def case_row(cases: Mapping[str, int]) -> Callable[[Any], tuple[Any, int]]:
    """A function from a text to a row of it and the number of its case, 0 for none."""
    return lambda value: (value, cases.get(value, 0))


def kind_reader(kinds: Mapping[str, int]) -> Callable[[Any], int]:
    """A function from a raw `type` to the number of the kind; -1 for one that the model does not name."""

    def read(raw: Any) -> int:
        if not isinstance(raw, str) or not raw.strip(SPACES):
            raise Misfit("type", raw, "the kind of an event", "event")
        return kinds.get(raw.strip(SPACES), -1)

    return read


def instant_reader(timezone: str, expected: str, kinds: tuple[str, ...]) -> Callable[[Any, int], int]:
    """A function from a raw `at`, and the number of the event's kind, to microseconds."""
    zone = zone_of(timezone)

    def read(raw: Any, kind: int) -> int:
        fast = instant(raw)
        if fast is not None:
            return fast
        try:
            at = coerce(Type.DATE, raw, zone)
        except Unfit:
            at = None
        if at is None:
            raise Misfit("at", raw, expected, kinds[kind])
        return int(at)  # type: ignore[arg-type]

    return read


def moment_reader(timezone: str, expected: str, kinds: tuple[str, ...]) -> Callable[[Any, int], datetime]:
    """As `instant_reader`, but to a datetime in UTC. Raises `OverflowError` for one outside the calendar."""
    exact = instant_reader(timezone, expected, kinds)

    def read(raw: Any, kind: int) -> datetime:
        if is_usual(raw):
            try:
                return datetime.fromisoformat(raw)
            except ValueError:
                pass
        return moment_of(exact(raw, kind))

    return read


def is_usual(raw: Any) -> bool:
    """Whether it is a text in the form `2026-11-21T14:30:00Z`.

    What else `fromisoformat` would take differs between versions of Python, and from what the language takes.
    """
    return type(raw) is str and len(raw) == 20 and raw[4::3] == "--T::Z" and raw[11:13] <= "23" and raw.isascii()


START = EPOCH.replace(tzinfo=UTC)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def moment_of(instant: int) -> datetime:
    """Microseconds as a datetime in UTC. Raises `OverflowError` for an instant outside the calendar."""
    return START + timedelta(microseconds=instant)


def micros(moment: datetime) -> int:
    """A datetime in UTC as microseconds."""
    since = moment - START
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def noted(known: dict[int, Any], key: int, work_out: Callable[[int], Any]) -> Any:
    """What is worked out once for a key; few keys are remembered."""
    found = work_out(key)
    if len(known) >= 8:
        known.clear()
    known[key] = found
    return found


FIRST_DAY = EPOCH.toordinal()


def instant(raw: Any) -> int | None:
    """Microseconds of the two usual forms of an instant, a datetime in UTC and `2026-11-21T14:30:00Z`; else None."""
    if type(raw) is str:
        if not is_usual(raw):
            return None
        try:
            raw = datetime.fromisoformat(raw)
        except ValueError:
            return None
    elif type(raw) is not datetime:
        return None
    if raw.tzinfo is not UTC:
        return None
    days = raw.toordinal() - FIRST_DAY
    seconds = days * 86_400 + raw.hour * 3_600 + raw.minute * 60 + raw.second
    return int(seconds * 1_000_000 + raw.microsecond)
