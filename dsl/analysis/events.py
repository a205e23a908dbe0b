"""The events of a lead that are not known: how many there are of each class.

Events that no reference of the model tells apart are one class: a cell (which references' attributes they fit) in a
ring of ages and between two dates. What a model asks of events, their numbers and the age of the latest of them, is
asked of these numbers. A lead that starts over has only the events since, and any such events are those of a lead that
never started over: so the events that start it over are simply not there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import z3
from attrs import Factory, define, frozen

from scorelang import model as m
from scorelang.analysis.cells import Cell, Kind, Static
from scorelang.analysis.clock import Clock
from scorelang.analysis.logic import NO, YES, Formula, Term, at_least, at_most, both, either, implied, no, total
from scorelang.analysis.records import EARLIEST
from scorelang.analysis.shapes import Shapes

How = Literal["at least", "at most", "exactly", "fewer than", "more than"]
ANY_TIME = m.Period("")


@frozen(eq=False)
class Class:
    """Events that nothing tells apart: of a cell, `low` to `high` old, from `since` and before `before`."""

    kind: str
    cell: Cell
    low: int
    high: int | None
    since: int | None
    before: int | None
    number: Term
    # That there are such events, and how old the latest of them is, which is known only where something asks for it.
    any: Formula
    age: Term

    @property
    def earliest(self) -> int:
        """Before this instant none of them was."""
        return EARLIEST if self.since is None else max(EARLIEST, self.since)

    def in_period(self, period: m.Period) -> bool:
        """Whether these events are in a period, in which either all of them are or none is."""
        return (
            (period.least_age is None or self.low >= period.least_age + period.past)
            and (period.most_age is None or (self.high is not None and self.high <= period.most_age))
            and (period.since is None or (self.since is not None and self.since >= period.since))
            and (period.before is None or (self.before is not None and self.before <= period.before))
        )


@frozen(eq=False)
class Latest:
    """The latest of some events: whether there is any, and how old it is then."""

    any: Formula
    age: Term


@define(eq=False)
class Events:
    """All events of one lead. What is asked of them is noted, and `build` says what the answers have to do with it.

    There are none that `forgotten` means, nor any of the kinds `absent`.
    """

    model: m.CheckedModel
    now: Term
    shapes: Shapes
    forgotten: Sequence[m.Query] = ()
    absent: frozenset[str] = frozenset()
    clock: Clock = Factory(Clock)
    facts: list[Formula] = Factory(list)
    loose: list[Formula] = Factory(list)
    classes: list[Class] = Factory(list)
    # How many events of a class count, where not all of them do.
    counted: list[Term] = Factory(list)
    # The classes of which it matters how old their events are, beside their ring.
    _aged: set[int] = Factory(set)
    # Whether something new was asked since the classes were made.
    stale: bool = True
    _kinds: dict[str, Kind] = Factory(dict)
    _counts: dict[object, tuple[Static, m.Period, Term]] = Factory(dict)
    _some: dict[object, tuple[Static, m.Period, Formula]] = Factory(dict)
    _latest: dict[object, Latest] = Factory(dict)
    _later: list[Callable[[], Iterable[Formula]]] = Factory(list)

    # --- what may be asked ---

    def static(self, query: m.Query, attribute: str | None = None, test: tuple[str, float] | None = None) -> Static:
        """What a reference asks of an event's attributes, perhaps with a test of one more; its period is left out."""
        kind = self.kind(query.kind)
        known = len(kind.statics)
        static = kind.static(query, attribute, test)
        self.stale = self.stale or len(kind.statics) != known
        return static

    def kind(self, name: str) -> Kind:
        """A kind of event."""
        if name not in self._kinds:
            self._kinds[name] = Kind(self.model, self.model.kinds[name], self.shapes, self.clock)
        return self._kinds[name]

    def cut(self, static: Static, period: m.Period, ages: Iterable[int] = ()) -> None:
        """Part the events that a reference means at the edges of a period, and at more ages."""
        kind = self.kind(static.kind)
        if kind.cut(static, edges_of(period)[0] | set(ages), edges_of(period)[1]):
            self.stale = True

    def later(self, facts: Callable[[], Iterable[Formula]]) -> None:
        """Have facts about classes that are made only later."""
        self._later.append(facts)
        self.stale = True

    def count(self, query: m.Query) -> Term:
        """How many events are meant."""
        return self._count(self.static(query), query.period or ANY_TIME)

    def _count(self, static: Static, period: m.Period) -> Term:
        key = (static, self.shapes.of(period))
        if key not in self._counts:
            self.cut(static, period)
            self._counts[key] = (static, period, z3.Int(f"count {static.kind} {len(self._counts)}"))
            self.stale = True
        return self._counts[key][2]

    def _any(self, static: Static, period: m.Period) -> Formula:
        key = (static, self.shapes.of(period))
        if key not in self._some:
            self.cut(static, period)
            self._some[key] = (static, period, z3.Bool(f"some {static.kind} {len(self._some)}"))
            self.stale = True
        return self._some[key][2]

    def compares(self, query: m.Query, how: str, number: float) -> Formula:
        """That so many events are meant."""
        match how:
            case "exactly":
                if not float(number).is_integer():
                    return NO
                return both(self.compares(query, "at least", number), no(self.compares(query, "at least", number + 1)))
            case "at most":
                return no(self.compares(query, "at least", math.floor(number) + 1))
            case "fewer than":
                return no(self.compares(query, "at least", number))
            case "more than":
                return self.compares(query, "at least", math.floor(number) + 1)
        fewest = math.ceil(number)
        if fewest <= 0:
            return YES
        if fewest == 1:
            return self._any(self.static(query), query.period or ANY_TIME)
        return self.count(query) >= fewest

    def only(self, query: m.Query) -> Formula:
        """That events are meant, and that all of their kind in the same period are."""
        every = m.Query(query.kind, query.place, period=query.period)
        return both(self.compares(query, "at least", 1), self.count(query) == self.count(every))

    def has(self, query: m.Query, attribute: str, test: tuple[str, float] | None) -> Formula:
        """That an event is meant whose attribute is known and passes a test, as `(">=", 5)`."""
        return self._any(self.static(query, attribute, test), query.period or ANY_TIME)

    def several(self, query: m.Query, attribute: str) -> Formula:
        """That two events or more are meant whose attribute is known."""
        return at_least(self._count(self.static(query, attribute), query.period or ANY_TIME), 2)

    def latest(self, queries: Sequence[m.Query]) -> Latest:
        """The latest event that any of these references means."""
        return self._latest_of([(self.static(query), query.period or ANY_TIME) for query in queries])

    def latest_of_all(self, kinds: Iterable[str]) -> Latest:
        """The latest event of any of these kinds."""
        return self._latest_of([(self.kind(name).every, ANY_TIME) for name in kinds])

    def _latest_of(self, pairs: Sequence[tuple[Static, m.Period]]) -> Latest:
        key = frozenset((static, self.shapes.of(period)) for static, period in pairs)
        if key not in self._latest:
            for static, period in pairs:
                self.cut(static, period)
            at = len(self._latest)
            latest = self._latest[key] = Latest(z3.Bool(f"any latest {at}"), z3.Int(f"age of latest {at}"))
            self.later(lambda: self._latest_facts(latest, pairs))
        return self._latest[key]

    # --- what the answers have to do with it ---

    def build(self) -> None:
        """Make the classes for all that was asked, and say what the answers have to do with their numbers."""
        self.facts, self.loose, self.classes, self.counted, self._aged = [], [], [], [], set()
        for start in self.forgotten:
            self.cut(self.static(start), start.period or ANY_TIME)
        for kind in self._kinds.values():
            self._build_kind(kind)
        for start in self.forgotten:
            self.facts += [one.number == 0 for one in self.meant(self.static(start), start.period or ANY_TIME)]
        self.facts += [one.number == 0 for one in self.classes if one.kind in self.absent]
        for static, period, count in self._counts.values():
            self.facts.append(count == total([one.number for one in self.meant(static, period)]))
        for static, period, some in self._some.values():
            self.facts.append(some == either(*(one.any for one in self.meant(static, period))))
        for facts in self._later:
            self.facts += facts()
        self.facts += [implied(one.any, self._in_time(one)) for one in self.classes]
        self.stale = False

    def _in_time(self, one: Class) -> Formula:
        """That the events of a class can be as old as its ring says, and not before any time."""
        if id(one) in self._aged:
            at = self.now - one.age
            inside = [at_least(one.age, one.low), at_least(at, one.earliest)]
            inside += [at_most(one.age, one.high)] if one.high is not None else []
            return both(*inside, *([at_most(at, one.before - 1)] if one.before is not None else []))
        if one.before is not None and one.before <= one.earliest:
            return NO
        inside = [at_least(self.now, one.earliest + one.low)]
        if one.before is not None and one.high is not None:
            inside.append(at_most(self.now, one.before - 1 + one.high))
        return both(*inside)

    @property
    def numbers(self) -> list[Term]:
        """Every term that is a number of events."""
        return [*(one.number for one in self.classes), *self.counted]

    def meant(self, static: Static, period: m.Period) -> list[Class]:
        """The classes of the events that a reference means."""
        of_kind = (one for one in self.classes if one.kind == static.kind)
        return [one for one in of_kind if static.number in one.cell.fits and one.in_period(period)]

    def _build_kind(self, kind: Kind) -> None:
        cells = kind.cells()
        made: dict[int, list[Class]] = {}
        for at, cell in enumerate(cells):
            made[at] = [self._class(kind, cell, *bounds) for bounds in kind.rings(cell)]
            self.classes += made[at]
        if kind.overlapping:
            self._overlap(kind, made)
        else:
            self.loose += [one.any for one in self.classes if one.kind == kind.name and one.cell.vague]

    def _class(
        self, kind: Kind, cell: Cell, low: int, high: int | None, since: int | None, before: int | None
    ) -> Class:
        name = f"{kind.name} {len(self.classes)} {low} {since}"
        number, age = z3.Int(f"number {name}"), z3.Int(f"age {name}")
        one = Class(kind.name, cell, low, high, since, before, number, at_least(number, 1), age)
        self.facts.append(at_least(number, 0))
        return one

    def _overlap(self, kind: Kind, made: dict[int, list[Class]]) -> None:
        """Cells that overlap: the events of one may be among those of others, and are among all of the kind."""
        every = made[0]
        for at, classes in made.items():
            for ring, one in enumerate(classes if at else ()):
                self.facts.append(one.number <= every[ring].number)
                self.facts += [one.number <= made[other][ring].number for other in kind.within.get(at, ())]
                self.facts += [
                    one.number + made[other][ring].number <= every[ring].number for other in kind.apart.get(at, ())
                ]
        self.loose += [one.any for one in every]

    def _latest_facts(self, latest: Latest, pairs: Sequence[tuple[Static, m.Period]]) -> list[Formula]:
        found = {id(one): one for static, period in pairs for one in self.meant(static, period)}
        classes = list(found.values())
        self._aged.update(found)
        facts = [latest.any == either(*(one.any for one in classes)), latest.age >= 0]
        facts += [implied(one.any, latest.age <= one.age) for one in classes]
        facts.append(implied(latest.any, either(*(both(one.any, latest.age == one.age) for one in classes))))
        return facts


def edges_of(period: m.Period) -> tuple[set[int], set[int]]:
    """The ages, and the instants, at which something begins to be in a period or ceases to be."""
    ages = set()
    if period.least_age is not None:
        ages.add(period.least_age + period.past)
    if period.most_age is not None:
        ages.add(period.most_age + 1)
    return {age for age in ages if age > 0}, {at for at in (period.since, period.before) if at is not None}
