"""The simplest lead for which something still holds: fields unset first, then as few events as will do."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from functools import partial

from attrs import define, evolve

from scorelang.leads import Fact, Facts
from scorelang.testing.leads import Material
from scorelang.testing.vocabulary import USUAL, Owner
from scorelang.values import UNITS, Type, Value

# How many leads are tried for one that is to be made simpler, and how many values for one field or attribute.
MOST_TRIALS = 1_500
MOST_VALUES = 6


def simplest(material: Material, facts: Facts, still: Callable[[Facts], bool], until: float = math.inf) -> Facts:
    """A lead for which `still` is true and which no single step makes simpler.

    By `until`, as `time.monotonic` tells it, the simplest that was found then.
    """
    shrinker = _Shrinker(material, facts, still, until)
    before = None
    while before != shrinker.facts and shrinker.trials < MOST_TRIALS:
        before = shrinker.facts
        shrinker.once()
    return shrinker.facts


@define
class _Shrinker:
    material: Material
    facts: Facts
    still: Callable[[Facts], bool]
    until: float
    trials: int = 0

    def tried(self, facts: Facts) -> bool:
        """Take a simpler lead if what is asked for still holds."""
        if facts == self.facts or self.trials >= MOST_TRIALS or time.monotonic() > self.until:
            return False
        self.trials += 1
        if self.still(facts):
            self.facts = facts
            return True
        return False

    def once(self) -> None:
        self.alike()
        self.events()
        self.fields()
        self.attributes()
        self.tried(evolve(self.facts, as_of=USUAL, events=self.facts.events_at(USUAL)))
        self.values()

    def alike(self) -> None:
        """Every event of a kind as the first one: of those, a few steps leave out many."""
        for first in {event.kind: event for event in reversed(self.facts.events)}.values():
            events = tuple(first if event.kind == first.kind else event for event in self.facts.events)
            self.tried(evolve(self.facts, events=events))

    def events(self) -> None:
        """Without all of the events, without half of them, without single ones."""
        size = len(self.facts.events)
        while size:
            at, needed = 0, None
            while at < len(self.facts.events):
                events = self.facts.events
                without = evolve(self.facts, events=(*events[:at], *events[at + size :]))
                # Without others that are the same, it is the same lead.
                if events[at : at + size] != needed and self.tried(without):
                    needed = None
                else:
                    needed = events[at : at + size]
                    at += size
            size //= 2

    def fields(self) -> None:
        self.tried(evolve(self.facts, fields=dict.fromkeys(self.facts.fields)))
        for name, value in self.facts.fields.items():
            if value is not None:
                self.field(name, None)

    def field(self, name: str, value: Value) -> bool:
        return self.tried(evolve(self.facts, fields={**self.facts.fields, name: value}))

    def attributes(self) -> None:
        for at, event in self.distinct():
            for name, value in event.attributes.items():
                if value is not None:
                    self.attribute(at, name, None)

    def attribute(self, at: int, name: str, value: Value) -> bool:
        event = self.facts.events[at]
        return self.event(at, evolve(event, attributes={**event.attributes, name: value}))

    def event(self, at: int, event: Fact) -> bool:
        """Another event in the place of all that are the same, or else of this one."""
        events = self.facts.events
        every = tuple(event if each == events[at] else each for each in events)
        single = (*events[:at], event, *events[at + 1 :])
        return self.tried(evolve(self.facts, events=every)) or (
            every != single and self.tried(evolve(self.facts, events=single))
        )

    def distinct(self) -> Iterator[tuple[int, Fact]]:
        """Events with their places: of those beside each other that are the same, the first."""
        before = None
        for at in range(len(self.facts.events)):
            event = self.facts.events[at]
            if event != before:
                yield at, event
            before = self.facts.events[at]

    def values(self) -> None:
        """Plainer values and round times for what is left."""
        model = self.material.model
        for definition in model.fields:
            value = self.facts.fields.get(definition.name)
            for simpler in self.simpler((None, definition.name), definition.type, value):
                if self.field(definition.name, simpler):
                    break
            self.nearer(self.facts.fields.get(definition.name), partial(self.field, definition.name))
            owner = (None, definition.name)
            self.shorter(owner, partial(self.value_of, None, definition.name), partial(self.field, definition.name))
        for at, event in self.distinct():
            for age in _rounder(self.facts.as_of - event.at):
                if self.event(at, evolve(event, at=self.facts.as_of - age)):
                    break
            for definition in model.kinds[event.kind].attributes:
                value = self.facts.events[at].attributes.get(definition.name)
                for simpler in self.simpler((event.kind, definition.name), definition.type, value):
                    if self.attribute(at, definition.name, simpler):
                        break
                value = self.facts.events[at].attributes.get(definition.name)
                self.nearer(value, partial(self.attribute, at, definition.name))
                now = partial(self.value_of, at, definition.name)
                self.shorter((event.kind, definition.name), now, partial(self.attribute, at, definition.name))

    def value_of(self, at: int | None, name: str) -> Value:
        """What a field is now, or with `at` an attribute of that event."""
        return (self.facts.fields if at is None else self.facts.events[at].attributes).get(name)

    def nearer(self, value: Value, tried: Callable[[float], bool]) -> None:
        """A whole number as near to 0 as it goes: the boundary itself, found by halves."""
        if not isinstance(value, float) or not value.is_integer():
            return
        sign, low, high = (-1 if value < 0 else 1), 0, abs(int(value))
        while high - low > 1:
            middle = (low + high) // 2
            if tried(float(sign * middle)):
                high = middle
            else:
                low = middle

    def shorter(self, owner: Owner, now: Callable[[], Value], tried: Callable[[str], bool]) -> None:
        """A text that was put together, without those of its words that are not needed."""
        if now() in self.material.words.values[owner]:
            return
        while isinstance(text := now(), str) and any(map(tried, _without_a_word(text))):
            pass

    def simpler(self, owner: Owner, type_: Type, value: Value) -> Iterator[Value]:
        """A few values that are simpler than this one, the simplest first."""
        if value is None:
            return
        if type_ is Type.DATE:
            assert isinstance(value, int)
            yield from (self.facts.as_of - age for age in _rounder(self.facts.as_of - value))
            return
        pool = self.material.words.values[owner]
        before = pool[: pool.index(value)] if value in pool else pool
        if type_ is Type.NUMBER:
            assert isinstance(value, float)
            whole = [number for number in pool if isinstance(number, float) and _size(number) < _size(value)]
            yield from sorted(whole, key=_size)[:MOST_VALUES]
            if not value.is_integer():
                yield from (float(math.floor(value)), float(math.ceil(value)))
            return
        if isinstance(value, frozenset) and len(value) > 1:
            yield from (value - {member} for member in sorted(value, key=lambda each: (-len(each), each)))
        yield from before[:MOST_VALUES]


def _size(number: float) -> tuple[bool, bool, float]:
    """How simple a number is: a whole one before a fraction, none below 0, a small one."""
    return not float(number).is_integer(), number < 0, abs(number)


def _without_a_word(text: str) -> Iterator[str]:
    """The text without each of its words, without a comma behind one, and with a shorter run of `x`."""
    words = text.split(" ")
    if len(words) == 1:
        return
    for at, word in enumerate(words):
        shorter = [""] if word else []
        if word.endswith(","):
            shorter.append(word[:-1])
        elif len(word) > 1 and not word.strip("x"):
            shorter += [word[: len(word) // 2], word[1:]]
        for other in shorter:
            yield " ".join(filter(None, (*words[:at], other, *words[at + 1 :])))


def _rounder(age: int) -> Iterator[int]:
    """Rounder ages: now, then whole days, hours and minutes around it."""
    if age != 0:
        yield 0
    for unit in ("day", "hour", "minute"):
        length = UNITS[unit]
        if age % length == 0:
            return
        yield from (age // length * length, (age // length + 1) * length)
