"""All that is kept of a lead: its fields, the tallies of its events, and those that are gone through one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

from attrs import define, evolve, field

from scorelang import model as m
from scorelang.codegen.raw import Misfit
from scorelang.codegen.runtime import NEVER
from scorelang.diagnostics import LeadError, ScorelangError
from scorelang.leads import read_lead
from scorelang.session.following import followed, watch_of
from scorelang.session.functions import Functions
from scorelang.session.points import records_of, tallies_of
from scorelang.session.tallies import Gathering, Instants, Window, copied
from scorelang.values import Type, Value

# The layout of what `saved` gives; another one is not read.
FORMAT = 1


class SessionError(ScorelangError, ValueError):
    """What a session cannot do: go back in time, or go on from a state that is not its model's. Says how to do it."""


@define(eq=False)
class Ledger:
    """A lead's state, which time and events only take forward."""

    functions: Functions
    resets: list[Gathering]
    counted: list[Gathering]
    last: Instants
    adders: tuple[Callable[..., None], ...]
    id: str | None = None
    fields: Mapping[str, Value] = field(factory=dict)
    as_of: int = NEVER
    told: tuple[Any, ...] = ()
    since: int = NEVER

    @classmethod
    def of(cls, functions: Functions) -> Ledger:
        """The state of a lead of which nothing is known."""
        steps, zone = functions.steps, functions.model.timezone
        parts = [(steps.resets, True), (steps.counted, False)]
        tallies = [tallies_of(gathered, steps, zone, resets=resets) for gathered, resets in parts]
        records = [records_of(gathered, steps, resets=resets) for gathered, resets in parts]
        last = Instants(Window.of(None, steps, resets=True))
        every = [*tallies[0], *tallies[1], *records[0], *records[1], last]
        adders = tuple(part.add for part in every)
        return cls(functions, [*tallies[0], *records[0]], [*tallies[1], *records[1]], last, adders)

    # --- what it is told --------------------------------------------------------------------------------------------

    def read(self, lead: object) -> None:
        """Take a lead's identity and fields. Raises `LeadError`, and changes nothing, for a value that does not fit."""
        facts, problems = read_lead(self.functions.model, lead, (), 0)
        if problems:
            raise problems[0]
        self._tell(facts.id, facts.fields)

    def _tell(self, id_: str | None, fields: Mapping[str, Value]) -> None:
        values = tuple(fields[known.name] for known in self.functions.model.fields)
        self.told = self.functions.plain("told")(id_, values)
        self.id, self.fields = id_, fields

    def note(self, events: Iterable[object]) -> None:
        """Take events, in any order. Raises `LeadError` for one that does not fit, and then takes none of them."""
        functions = self.functions
        try:
            taken = functions.plain("take")(events)
        except (Misfit, TypeError, OverflowError):
            try:
                taken = functions.plain("take_exactly")(events)
            except Misfit as found:
                raise LeadError(self.id, found.field, found.value, found.expected, event=found.event) from None
        # In their order, events are put at the end of what is kept.
        functions.plain("note")(self.adders, sorted(taken, key=itemgetter(1)))

    # --- what it gives ----------------------------------------------------------------------------------------------

    def score(self, as_of: int) -> tuple[Any, ...]:
        """What a generated function gives for the lead at a time, which is not before that of the last call."""
        slots = self._slots(as_of)
        outcome: tuple[Any, ...] = self.functions.plain("finish")(self.told, slots, as_of)
        return outcome

    def watched(self, as_of: int, chosen: Callable[[tuple[Any, ...]], Any]) -> tuple[Any, int]:
        """What is `chosen` of the outcome at a time, and the first instant at which that may be different."""
        slots = self._slots(as_of)
        watch = watch_of(as_of, self.counted, [self.last, *self.resets])
        if self.functions.steps.starting_over:
            self.functions.watched("since_of")(self.told, _values(self.resets), watch.as_of())
        moving = [value for part in self.counted for value in followed(part, watch, self.since)]
        outcome = self.functions.watched("finish")(self.told, [*moving, *slots[len(moving) :]], watch.as_of())
        return chosen(outcome), watch.until

    def _slots(self, as_of: int) -> list[Any]:
        if self.functions.steps.starting_over:
            self._start_over(as_of)
        since = self.since
        for part in (*self.counted, self.last):
            if part.until <= as_of:
                part.refresh(as_of, since)
        self.as_of = as_of
        last = self.last.values[1]
        return [*_values(self.counted), last if last > since else NEVER, since]

    def _start_over(self, as_of: int) -> None:
        """Find up to when all is forgotten."""
        for part in self.resets:
            if part.until <= as_of:
                part.refresh(as_of, NEVER)
        since = self.functions.plain("since_of")(self.told, _values(self.resets), as_of)
        if since != self.since:
            self.since = since
            for part in self.counted:
                part.until = NEVER

    # --- keeping it -------------------------------------------------------------------------------------------------

    def copy(self) -> Ledger:
        """The same state, which goes on by itself, though no events can be told to it."""
        resets, counted = ([copied(part) for part in parts] for parts in (self.resets, self.counted))
        return evolve(self, resets=resets, counted=counted, last=copied(self.last), adders=())

    def saved(self) -> dict[str, Any]:
        """The state in JSON's types."""
        return {
            "format": FORMAT,
            "fingerprint": self.functions.model.fingerprint,
            "as_of": self.as_of,
            "id": self.id,
            "fields": {
                name: sorted(value) if isinstance(value, frozenset) else value for name, value in self.fields.items()
            },
            "resets": [part.saved() for part in self.resets],
            "counted": [part.saved() for part in self.counted],
            "last": self.last.saved(),
        }

    @classmethod
    def loaded(cls, functions: Functions, saved: Mapping[str, Any]) -> Ledger:
        """The state that was saved. Raises `SessionError` when it is another model's, or none at all."""
        model = functions.model
        _look_at(saved, model)
        ledger = cls.of(functions)
        try:
            for part, kept in [
                *zip(ledger.resets, saved["resets"], strict=True),
                *zip(ledger.counted, saved["counted"], strict=True),
                (ledger.last, saved["last"]),
            ]:
                part.load(kept)
            fields = {known.name: _loaded(known.type, saved["fields"][known.name]) for known in model.fields}
            ledger._tell(saved["id"], fields)
            ledger.as_of = int(saved["as_of"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SessionError(f"this state of a session is damaged: {error}") from None
        return ledger


def _values(parts: list[Gathering]) -> list[Any]:
    return [value for part in parts for value in part.values]


def _look_at(saved: Mapping[str, Any], model: m.CheckedModel) -> None:
    if not isinstance(saved, Mapping) or "fingerprint" not in saved:
        raise SessionError("this is no state of a session: `to_dict` or `to_json` of one gives it")
    if saved["fingerprint"] != model.fingerprint:
        raise SessionError(
            f"this state is of the model {saved['fingerprint']}, not of {model.fingerprint}: "
            "make a new session from the lead and all its events"
        )
    if saved.get("format") != FORMAT:
        raise SessionError(
            f"this state has the format {saved.get('format')!r}, and this version of scorelang reads {FORMAT}: "
            "make a new session from the lead and all its events"
        )


def _loaded(type_: Type, value: Any) -> Value:
    if value is None:
        return None
    if type_ is Type.TEXT_LIST:
        return frozenset(value)
    return float(value) if type_ is Type.NUMBER else value
