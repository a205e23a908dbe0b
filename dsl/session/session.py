"""A lead whose score is kept up to date."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from attrs import define, field, frozen

from scorelang import model as m
from scorelang.codegen.raw import settled as listed
from scorelang.engines import Plan, scored
from scorelang.result import Blocked, Fired, Result, plain
from scorelang.session.functions import Functions
from scorelang.session.ledger import Ledger, SessionError
from scorelang.session.moving import LAST
from scorelang.session.watched import settled
from scorelang.values import format_instant

Moment = datetime | date | str
SINGLE: tuple[str, ...] = ("score", "stage", "persona", "qualified", "route")
FIELDS = ("score", "categories", "grades", "persona", "stage", "qualified", "blocked_by", "route", "fired")


class Home(Protocol):
    """The model that a session belongs to: `scorelang.Model`."""

    @property
    def checked(self) -> m.CheckedModel:
        """All that it says."""

    def instant(self, as_of: Moment | None) -> int:
        """A time in microseconds."""

    def resume(self, state: Mapping[str, Any] | bytes | str) -> Session:
        """A session from its state."""


@frozen
class Change:
    """The next change of a result by time alone: when (ISO 8601 in UTC), and the results before and from then on."""

    at: str
    before: Result
    after: Result

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """What changes: each field's value before and after."""
        pairs = {name: (getattr(self.before, name), getattr(self.after, name)) for name in FIELDS}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def __str__(self) -> str:
        return f"{self.at}: {', '.join(self._told())}"

    def _told(self) -> list[str]:
        """What changes, in words: single values first, and only when there are none the rules and gates."""
        changed = self.fields
        values: dict[str, Any] = {name: changed[name] for name in SINGLE if name in changed}
        for group, suffix in (("categories", ""), ("grades", ".grade")):
            before, after = changed.get(group, ({}, {}))
            values |= {f"{name}{suffix}": (before[name], after[name]) for name in before if before[name] != after[name]}
        if values:
            return [f"{name} {_shown(before)} to {_shown(after)}" for name, (before, after) in values.items()]
        return [*_rules(*changed.get("fired", ((), ()))), *_gates(*changed.get("blocked_by", ((), ())))]


def _rules(before: tuple[Fired, ...], after: tuple[Fired, ...]) -> list[str]:
    old, new = ({fired.rule: fired.points for fired in some} for some in (before, after))
    gone = [f"{rule} no longer fires" for rule in old if rule not in new]
    return [f"{rule} gives {_shown(new[rule])}" for rule in new if old.get(rule) != new[rule]] + gone


def _gates(before: tuple[Blocked, ...], after: tuple[Blocked, ...]) -> list[str]:
    old, new = ({gate.rule: gate.was for gate in some} for some in (before, after))
    gone = [f"{rule} is no longer in the way" for rule in old if rule not in new]
    return [f"{rule} is in the way: {new[rule]}" for rule in new if old.get(rule) != new[rule]] + gone


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(plain(value)) if isinstance(value, float) else str(value or "none")


@define(eq=False, repr=False)
class Session:
    """A lead's state at a time, and its result; made by `Model.session` or `Model.resume`.

    Not to be used by two threads at once. Pickles with its model.
    """

    _home: Home
    _ledger: Ledger
    _result: Result | None = field(default=None, init=False)

    @classmethod
    def of(cls, home: Home, functions: Functions, lead: object, events: Any, as_of: int) -> Session:
        """A session for a lead. Raises `LeadError` for a value that does not fit its type."""
        ledger = Ledger.of(functions)
        ledger.read(lead)
        ledger.note(listed(lead, events))
        ledger.as_of = as_of
        return cls(home, ledger)

    @classmethod
    def loaded(cls, home: Home, functions: Functions, state: Mapping[str, Any] | bytes | str) -> Session:
        """A session from what `to_dict` or `to_json` gave. Raises `SessionError` for anything else."""
        if isinstance(state, bytes | str):
            try:
                state = json.loads(state)
            except ValueError as error:
                raise SessionError(f"this is no state of a session: {error}") from None
        assert not isinstance(state, bytes | str)
        return cls(home, Ledger.loaded(functions, state))

    def __reduce__(self) -> tuple[Any, ...]:
        return _resumed, (self._home, self.to_dict())

    def __repr__(self) -> str:
        return f"<Session of lead {self._ledger.id} at {format_instant(self._ledger.as_of)}>"

    @property
    def result(self) -> Result:
        """The lead's result now: that of all its events so far, at the time that the session has come to."""
        if self._result is None:
            ledger = self._ledger
            self._result = scored(ledger.score(ledger.as_of), ledger.functions.plan, ledger.as_of)
        return self._result

    def add(self, *events: object, as_of: Moment | None = None) -> Result:
        """Take one or more events, in any order, and give the new result, at the same time or a later one, `as_of`.

        An event later than `as_of` is kept until time comes to it. Raises `LeadError` for an event that does not fit,
        and takes none of them then; `SessionError` for an `as_of` that is past.
        """
        instant = self._ledger.as_of if as_of is None else self._later(as_of)
        self._ledger.note(list(events))
        return self._at(instant)

    def advance(self, as_of: Moment | None = None) -> Result:
        """Go on to a later time (default: now) and give the result then.

        Raises `SessionError` for a time that is past: what no longer matters is not kept.
        """
        return self._at(self._later(as_of))

    def update(self, lead: object) -> Result:
        """Take the lead's fields anew, all of them, and give the new result; its `events` are not looked at.

        Raises `LeadError` for a value that does not fit, and changes nothing then.
        """
        self._ledger.read(lead)
        return self._at(self._ledger.as_of)

    def _later(self, as_of: Moment | None) -> int:
        instant = self._home.instant(as_of)
        if instant < self._ledger.as_of:
            raise SessionError(
                f"this session has come to {format_instant(self._ledger.as_of)} and keeps nothing of "
                f"{format_instant(instant)}: score the lead with all its events, or make a new session"
            )
        return instant

    def _at(self, instant: int) -> Result:
        self._ledger.as_of = instant
        self._result = None
        return self.result

    def next_change(self, *of: str, until: Moment | None = None) -> Change | None:
        """The next instant at which time alone changes the result; None when it never will.

        `of` are the fields of the result that are looked at, such as `"stage"`; default: all. With `until` no later
        change is looked for than at that time. Up to the instant told, and not longer, the result is what it is now,
        if no event is added. Raises `SessionError` for what is no field.
        """
        for name in of:
            if name not in FIELDS:
                raise SessionError(f"next_change looks at {', '.join(FIELDS)}; there is no {name!r}")
        ledger, plan = self._ledger.copy(), self._ledger.functions.plan
        choose = _chooser(plan, frozenset(of or FIELDS))
        last = LAST if until is None else min(self._home.instant(until), LAST)
        before, now = ledger.watched(ledger.as_of, choose)
        while now <= last:
            at = now
            after, now = ledger.watched(at, choose)
            if after != before:
                return Change(format_instant(at), self.result, scored(ledger.score(at), plan, at))
        return None

    def to_dict(self) -> dict[str, Any]:
        """The state in JSON's types; `Model.resume` takes it back."""
        return self._ledger.saved()

    def to_json(self) -> bytes:
        """The state as JSON; `Model.resume` takes it back."""
        return json.dumps(self.to_dict(), separators=(",", ":")).encode()


def _resumed(home: Home, state: dict[str, Any]) -> Session:
    return home.resume(state)


# Where a generated function's outcome has each field.
_PLACES = {"score": 1, "persona": 2, "stage": 3, "blocked_by": 4, "route": 5, "categories": 6, "grades": 7}


def _chooser(plan: Plan, of: frozenset[str]) -> Callable[[tuple[Any, ...]], Any]:
    """A function from an outcome to what is looked at of it, as it is now."""
    places = [place for name, place in _PLACES.items() if name in of]

    def choose(outcome: tuple[Any, ...]) -> Any:
        found = [settled(outcome[place]) for place in places]
        if "qualified" in of:
            found.append(not outcome[4])
        if "fired" in of:
            found.append(plan.fired(settled(outcome[8]), outcome[2]))
        return found

    return choose
