"""From a model of z3 to a lead: a value for each field, events of each class, and a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING

import z3
from attrs import Factory, define, evolve, frozen

from scorelang import model as m
from scorelang.analysis.conditions import Conditions
from scorelang.analysis.events import Class
from scorelang.analysis.logic import no
from scorelang.analysis.numbers import LARGEST, solved
from scorelang.analysis.parts import leaves_of, worked_out
from scorelang.analysis.points import Aim
from scorelang.check.walk import query_of, walk
from scorelang.interpret import Scope, evaluate, matching
from scorelang.leads import Fact, Facts
from scorelang.testing.leads import material_of
from scorelang.testing.vocabulary import USUAL
from scorelang.values import Type, Value, parse_instant, to_hundredths, zone_of

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.solving import Solving

# A lead with more events than these is not made.
MOST_EVENTS = 2_000
# So many values are tried for a field or attribute of which one cannot work out what it should be.
MOST_VALUES = 60
# Of so many numbers of one condition, every two are changed together.
MOST_PAIRED = 4
# Numbers of every size: one of them mostly makes a quotient, or a difference, as large or as small as it should be.
SIZES = tuple(sign * 10.0**power for power in (0, 2, 4, 6, 9) for sign in (1, -1))
# Here begin a week and a month: of events as far apart as they can be, the most fall into different ones.
BEGINNING = parse_instant("2021-03-01T12:00Z", zone_of("UTC"))


@frozen
class Candidate:
    """A lead that should do what was asked. It is `rough` where its making had to guess.

    `guessed` are the conditions of which nothing is known, as they should be of it; where all of them are so, how many
    events of each class it has. `other` is the lead with other guesses, or at another time.
    """

    facts: Facts
    rough: bool
    guessed: tuple[Formula, ...] = ()
    other: Facts | None = None

    @property
    def leads(self) -> tuple[Facts, ...]:
        """The lead, and the other one."""
        return (self.facts,) if self.other is None else (self.facts, self.other)


@frozen
class Guess:
    """A condition of which nothing is known, of which model it is, and the Boolean that says what it should be.

    That counts only where `counts` holds: elsewhere the condition is unknown, or formulas say what it is. `names` are
    what the lead calls the model's fields, where that is something else.
    """

    model: m.CheckedModel
    expression: m.Expression
    formula: Formula
    counts: Formula
    names: Mapping[str, str] = Factory(dict)

    def scope(self, facts: Facts) -> Scope:
        """A lead as the condition sees it."""
        if self.names:
            fields = {each.name: facts.fields.get(self.names[each.name]) for each in self.model.fields}
            facts = evolve(facts, fields=fields)
        return Scope(facts, self.model.zone)


def guesses_of(conditions: Conditions, names: Mapping[str, str] | None = None) -> list[Guess]:
    """What has to be guessed of a lead, which may call the model's fields otherwise."""
    pairs = zip(conditions.guesses, conditions.counts, strict=True)
    return [Guess(conditions.model, *each, counts, names or {}) for each, counts in pairs]


def candidate(encoding: Solving, model: z3.ModelRef) -> Candidate | None:
    """The lead that a model of z3 stands for; None when there is none, which is then a fact of the encoding."""
    found = encoding.lead.values(model)
    if found is None:
        return None
    fields, rough = found
    now = model.eval(encoding.now)
    as_of = int(now.as_long()) if z3.is_int_value(now) else USUAL
    events: list[Fact] = []
    for one in encoding.events.classes:
        number = whole(model, one.number)
        if number > MOST_EVENTS - len(events):
            number, rough = MOST_EVENTS - len(events), True
        if number > 0:
            rough = rough or one.cell.attributes is None
            events += _events(encoding, model, one, number, as_of)
    lead = Facts(None, fields, tuple(events), as_of)
    maker = _Maker(encoding, model, lead)
    made = maker.make()
    other = _Maker(encoding, model, lead, apart=True).make() if maker.done and len(events) > 1 else made
    guessed = [guess.formula if so else no(guess.formula) for guess, so in maker.done]
    if encoding.events.classes and all(_is(guess, so, made) for guess, so in maker.done):
        guessed = [one.number == whole(model, one.number) for one in encoding.events.classes]
    if other == made and encoding.spread:
        other = evolve(made, as_of=BEGINNING, events=made.events_at(BEGINNING))
    return Candidate(made, rough, tuple(guessed), None if other == made else other)


def whole(model: z3.ModelRef, term: z3.ArithRef) -> int:
    """The integer that a term is in a model; 0 where it may be any."""
    value = model.eval(term)
    return int(value.as_long()) if z3.is_int_value(value) else 0


def _events(encoding: Solving, model: z3.ModelRef, one: Class, number: int, as_of: int) -> Iterator[Fact]:
    newest = one.low if one.before is None else max(one.low, as_of - one.before + 1)
    age = max(whole(model, one.age), newest)
    step = encoding.spread.get(str(one.number), 0)
    oldest = one.high if one.high is not None else age + number * step
    oldest = min(oldest, as_of - one.earliest)
    step = min(step, max(0, oldest - age) // max(1, number - 1))
    names = [each.name for each in encoding.model.kinds[one.kind].attributes]
    attributes = {name: (one.cell.attributes or {}).get(name) for name in names}
    for at in range(number):
        yield Fact(one.kind, as_of - age - at * step, attributes)


@define
class _Maker:
    """Makes the numbers of a lead come to what they should, where z3 does not know how they come about.

    Events that are meant together get the same number, or (`apart`) one of them another than the rest.
    """

    encoding: Solving
    model: z3.ModelRef
    facts: Facts
    apart: bool = False
    done: list[tuple[Guess, bool]] = Factory(list)

    def make(self) -> Facts:
        for aim in self.encoding.aims:
            self._aim(aim)
        for guess in self.encoding.guesses:
            wanted, counts = self.model.eval(guess.formula), self.model.eval(guess.counts, model_completion=True)
            if z3.is_true(counts) and (z3.is_true(wanted) or z3.is_false(wanted)):
                self._guess(guess, z3.is_true(wanted), self.done)
                self.done.append((guess, z3.is_true(wanted)))
        return self.facts

    def _scope(self, facts: Facts) -> Scope:
        return Scope(facts, self.encoding.model.zone)

    # --- points of events that are their own numbers ---

    def _aim(self, aim: Aim) -> None:
        """One of the events gives all the points that are wanted, and the others none."""
        goal = self.model.eval(aim.term)
        points, query = aim.rule.points, aim.rule.query
        if not z3.is_int_value(goal) or isinstance(points, int) or query is None:
            return
        leaves = leaves_of(points)
        if len(leaves) != 1 or not isinstance(leaves[0], m.AttributeValue):
            return
        worked = worked_out(points, leaves[0], self.encoding.model)

        def value(number: float) -> int | None:
            found = worked(number)
            return None if found is None else to_hundredths(found)

        one, other = value(0.0), value(1.0)
        if one is None or other is None or one == other:
            return
        number = solved(value, other > one, goal.as_long(), -LARGEST, LARGEST)
        meant = matching(query, self._scope(self.facts))
        if number is None or not meant:
            return
        name = leaves[0].name
        changed = [evolve(event, attributes={**event.attributes, name: None}) for event in meant]
        changed[0] = evolve(meant[0], attributes={**meant[0].attributes, name: number})
        rest = list(self.facts.events)
        for event in meant:
            rest.remove(event)
        self.facts = evolve(self.facts, events=(*rest, *changed))

    # --- conditions of which nothing is known ---

    def _guess(self, guess: Guess, wanted: bool, done: Sequence[tuple[Guess, bool]]) -> None:
        """Give a field, or an attribute of an event, another value until a condition is as wanted.

        If there is such a value, the conditions that were looked at before stay as they are wanted.
        """
        if _is(guess, wanted, self.facts):
            return
        first: Facts | None = None
        for facts in self._changed(guess):
            if _is(guess, wanted, facts):
                first = first or facts
                if all(_is(other, so, facts) for other, so in done):
                    self.facts = facts
                    return
        self.facts = first or self.facts

    def _changed(self, guess: Guess) -> Iterator[Facts]:
        """The lead with another value of one thing that the condition looks at, or of two numbers."""
        pools = material_of(guess.model).words.values
        for part in walk(guess.expression):
            if isinstance(part, m.FieldValue) and part.type is not Type.DATE:
                sizes = SIZES if part.type is Type.NUMBER else ()
                for value in (*pools[None, part.name][:MOST_VALUES], *sizes):
                    name = guess.names.get(part.name, part.name)
                    yield evolve(self.facts, fields={**self.facts.fields, name: value})
            query = query_of(part)
            if isinstance(part, m.Measured) and query is not None:
                meant = matching(query, guess.scope(self.facts))
                values = (*pools[query.kind, part.attribute][:MOST_VALUES], None, *SIZES)
                for some in (meant[:1], meant[1:]) if self.apart and len(meant) > 1 else (meant,):
                    for value in values if some else ():
                        yield self._with(some, part.attribute, value)
        fields = (part for part in walk(guess.expression) if isinstance(part, m.FieldValue))
        named = [guess.names.get(each.name, each.name) for each in fields if each.type is Type.NUMBER]
        for two in combinations(dict.fromkeys(named[:MOST_PAIRED]), 2):
            for values in product(SIZES, repeat=2):
                yield evolve(self.facts, fields={**self.facts.fields, **dict(zip(two, values, strict=True))})

    def _with(self, meant: list[Fact], name: str, value: Value) -> Facts:
        """The lead, all of these events having the same value of an attribute."""
        rest = list(self.facts.events)
        for event in meant:
            rest.remove(event)
        changed = [evolve(event, attributes={**event.attributes, name: value}) for event in meant]
        return evolve(self.facts, events=(*rest, *changed))


def _is(guess: Guess, wanted: bool, facts: Facts) -> bool:
    """Whether a condition is as wanted of a lead."""
    return evaluate(guess.expression, guess.scope(facts)) is wanted
