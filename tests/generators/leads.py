"""Leads with their events and an `as_of`, for any checked model: its own constants and what lies on both sides of them.

By default every value is one that JSON could hold (but NaN and infinity), so that other engines can read the same lead
from a file; `rich=True` also gives datetimes, `Decimal`s, tuples and the like.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from attrs import field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from scorelang import Model
from scorelang import model as m
from scorelang.values import DAY, EPOCH, Type

from .constants import Constants, constants_of
from .raw import Raw, instant_text
from .words import Words

# Instants (UTC) at which clocks change in the zones of words.ZONES, a skipped day, and the ends of common ranges.
TURNS = (
    "2026-03-29T01:00:00", "2026-10-25T01:00:00", "2026-03-08T07:00:00", "2026-11-01T06:00:00", "2026-04-04T15:00:00",
    "2026-10-03T15:30:00", "2011-12-30T10:00:00", "1970-01-01T00:00:00", "2026-01-01T00:00:00", "2024-02-29T00:00:00",
    "2262-04-11T23:47:16.854775", "1677-09-21T00:12:43.145224", "2038-01-19T03:14:08",
)  # fmt: skip
FIRST, LAST = (
    round((moment - EPOCH) / timedelta(microseconds=1)) for moment in (datetime(1, 1, 2), datetime(9999, 12, 30))
)


def micros(text: str) -> int:
    """An instant, written in UTC without an offset, as microseconds since 1970."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


@frozen
class History:
    """A lead, its events in any order, and the time at which it is scored (ISO 8601 in UTC, and in microseconds)."""

    lead: dict[str, Any]
    events: list[dict[str, Any]]
    as_of: str
    instant: int = field(repr=False)


_known: WeakKeyDictionary[m.CheckedModel, Constants] = WeakKeyDictionary()


def _constants(model: m.CheckedModel) -> Constants:
    return _known[model] if model in _known else _known.setdefault(model, constants_of(model))


@st.composite
def histories(draw: DrawFn, model: Model, *, most: int = 7, rich: bool = False) -> History:
    """A lead whose every value fits the model, with up to `most` events, some of them later than `as_of`."""
    return _Teller(Words(draw), model.checked, rich).tell(most)


@st.composite
def events_for(
    draw: DrawFn, model: Model, history: History, *, when: Callable[[int, int], int] | None = None
) -> dict[str, Any]:
    """One more event for a history; `when` moves its instant, given that and `as_of`."""
    teller = _Teller(Words(draw), model.checked, rich=False)
    teller.as_of = history.instant
    return teller.event([], when)


class _Teller:
    """Draws one history."""

    def __init__(self, words: Words, model: m.CheckedModel, rich: bool) -> None:
        self.words = words
        self.model = model
        self.constants = _constants(model)
        self.raw = Raw(words, self.constants, model.zone, rich)
        self.as_of = 0

    def tell(self, most: int) -> History:
        self.as_of = self._as_of()
        lead = self._record(None, self.model.fields)
        self._identify(lead)
        told: list[int] = []
        events: list[dict[str, Any]] = []
        for _ in range(self.words.number(0, most)):
            if events and self.words.chance(25):
                again = dict(self.words.pick(events))
                events.append(
                    again | {"at": self.raw.date(self._at(told))} if self.words.chance(60) and "at" in again else again
                )
            else:
                events.append(self.event(told, None))
        return History(lead, events, instant_text(self.as_of, UTC), self.as_of)

    def _as_of(self) -> int:
        """Mostly an ordinary day; else an instant at which something of the model turns, or the far past or future."""
        if self.words.chance(60):
            return micros("2026-06-15T12:00:00") + self.words.number(0, 100) * DAY + self.words.number(0, 999_999)
        turns = [*self.constants.sorted_instants, *(micros(text) for text in TURNS)]
        extremes = (FIRST, LAST, micros("1900-01-01"), micros("2500-01-01"))
        at = self.words.pick(extremes) if self.words.chance(15) else self.words.pick(turns)
        return self._within(at + self.words.pick((0, -1, 1, DAY, 30 * DAY, 3_600_000_000)))

    @staticmethod
    def _within(at: int) -> int:
        return max(FIRST, min(at, LAST))

    def _at(self, told: list[int]) -> int:
        """An instant of an event or date: at an age or instant that the model asks for, or beside one told before."""
        words = self.words
        around = words.pick((0, 0, -1, 1))
        shape = words.pick(("age", "age", "age", "day", "again", "instant", "turn", "near", "future"))
        if shape == "again" and told:
            return self._within(words.pick(told) + words.pick((0, 0, 1, -1, DAY)))
        if shape == "instant" and self.constants.sorted_instants:
            return self._within(words.pick(self.constants.sorted_instants) + around)
        if shape == "turn":
            return self._within(micros(words.pick(TURNS)) + around)
        if shape == "day":
            return self._within(self._midnight(self.as_of - words.number(0, 40) * DAY) + around)
        if shape == "near":
            return self._within(self.as_of - words.number(-3, 3))
        if shape == "future":
            return self._within(self.as_of + words.pick((1, DAY, 400 * DAY)))
        ages = self.constants.sorted_ages or (0, DAY, 30 * DAY)
        return self._within(self.as_of - words.pick(ages) + around)

    def _midnight(self, at: int) -> int:
        """The beginning of the calendar day of an instant, in the model's time zone."""
        local = (EPOCH + timedelta(microseconds=self._within(at))).replace(tzinfo=UTC).astimezone(self.model.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight.astimezone(UTC).replace(tzinfo=None) - EPOCH) // timedelta(microseconds=1)

    # --- records

    def _record(self, kind: str | None, definitions: tuple[m.FieldDefinition, ...]) -> dict[str, Any]:
        """The values of a lead or event, under their own names or those of their columns."""
        record: dict[str, Any] = {}
        taken = [definition.column for definition in definitions] + [definition.name for definition in definitions]
        for definition in definitions:
            shared = definition.column is None or taken.count(definition.column) > 1
            if self.words.chance(12) and not shared:
                continue
            value = self._value(kind, definition)
            name = definition.name if shared or self.words.chance(70) else definition.column
            record[str(name)] = value
        return record

    def _value(self, kind: str | None, definition: m.FieldDefinition) -> Any:
        if definition.type is Type.DATE:
            return self.raw.missing(definition) if self.words.chance(15) else self.raw.date(self._at([]))
        return self.raw.value((kind, definition.name), definition)

    def _identify(self, lead: dict[str, Any]) -> None:
        """An identity: a text or a whole number, or none."""
        key = next((known for known in self.model.fields if known.name == self.model.key), None)
        if key is not None and key.column is not None:
            lead.pop(key.column, None)
        texts = ("17", 17, "L-1", " 17 ", "Zoë", None, 17.0)
        fitting = [raw for raw in texts if key is None or key.type is not Type.NUMBER or raw not in ("L-1", "Zoë")]
        if key is not None or self.words.chance(80):
            lead[self.model.key] = self.words.pick(fitting)

    def event(self, told: list[int], when: Callable[[int, int], int] | None) -> dict[str, Any]:
        """One event, seldom of a kind that the model does not name."""
        kinds = sorted(self.model.kinds)
        if not kinds or self.words.chance(6):
            return {"type": self.words.pick(("unheard_of", "Visit", "VISIT ")), "at": "2026-01-01", "x": [1]}
        kind = self.model.kinds[self.words.pick(kinds)]
        record = self._record(kind.name, kind.attributes)
        at = self._at(told)
        at = at if when is None else self._within(when(at, self.as_of))
        told.append(at)
        record["type"] = kind.name if self.words.chance(95) else f" {kind.name}\t"
        record["at"] = self.raw.date(at)
        return record
