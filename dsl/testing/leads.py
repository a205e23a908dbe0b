"""Generated leads that reach a model's conditions both ways.

A lead begins with values at which something of the model turns (see `vocabulary`). Then some of the model's conditions
are drawn, and the lead is changed until they are true, false or unknown, as drawn: what only a rare combination
reaches is reached so as well. The first choice of every draw is the simplest.

Chance comes from one `random.Random`, so that `scorelang test` needs no other package and the same seed gives the same
leads everywhere; `leads` makes a strategy of it for tests that are written with Hypothesis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from attrs import Factory, define, evolve

from scorelang import model as m
from scorelang.check.walk import query_of, walk
from scorelang.interpret import Scope, compares, evaluate, in_period, matching
from scorelang.leads import Fact, Facts
from scorelang.testing.fitting import Aim, Material, joined
from scorelang.testing.vocabulary import FIRST, LAST, USUAL, parts, vocabulary_of
from scorelang.values import DAY, Type, Value

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")
Part = m.FieldValue | m.AttributeValue

MOST_EVENTS = 40
# How many parts of conditions are aimed at for one lead, and how often a value is drawn anew until it fits.
MOST_STEPS = 150
TRIES = 6
# Of what one field is to meet at once, so much is looked at.
MOST_HELD = 5


def leads(model: m.CheckedModel) -> SearchStrategy[Facts]:
    """A Hypothesis strategy for leads of a model: their fields, their events and the time at which they are scored.

    Raises `ModuleNotFoundError` where Hypothesis is not installed (`pip install "scorelang[test]"`).
    """
    from hypothesis import strategies as st

    material = material_of(model)
    return st.randoms(use_true_random=False).map(lambda random: generated(material, random))


def generated(material: Material, random: Random) -> Facts:
    """One lead; only `random.random()` is asked for, which gives the same numbers on every version of Python."""
    return _Teller(random, material).tell()


_known: WeakKeyDictionary[m.CheckedModel, Material] = WeakKeyDictionary()


def material_of(model: m.CheckedModel) -> Material:
    """What leads for a model are made from; made once for a model."""
    if model not in _known:
        _known[model] = Material(model, vocabulary_of(model), tuple(_goals(model)))
    return _known[model]


def _goals(model: m.CheckedModel) -> Iterator[m.Expression]:
    """The invariants twice, as they are what leads are made for; then every other condition."""
    for _ in range(2):
        yield from (invariant.condition for invariant in model.invariants)
    for item, _ in parts(model):
        match item:
            case m.Rule(condition=m.Expression() as condition) | m.Gate(condition=condition):
                yield condition
            case m.Destination(condition=m.Expression() as condition):
                yield condition
            case m.Stage(when=when, or_when=or_when):
                yield from filter(None, (when, *or_when))
            case m.Grid(rows=rows, columns=columns):
                yield from filter(None, (*rows, *columns))


@define
class _Teller:
    """Draws one lead."""

    random: Random
    material: Material
    as_of: int = USUAL
    fields: dict[str, Value] = Factory(dict)
    events: list[Fact] = Factory(list)
    steps: int = 0
    # What a field or attribute was given its value for, since the last goal was drawn.
    held: dict[tuple[int | None, str], list[Aim]] = Factory(dict)

    # --- drawing ---

    def pick(self, some: Sequence[T]) -> T:
        return some[int(self.random.random() * len(some))]

    def number(self, low: int, high: int) -> int:
        return low + int(self.random.random() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        return self.random.random() * 100 >= 100 - percent

    # --- the lead ---

    def tell(self) -> Facts:
        model, words = self.material.model, self.material.words
        if words.instants and self.chance(40):
            at = self.pick(words.instants) + self.pick((0, 1, DAY, 10 * DAY))
            self.as_of = max(FIRST, min(at, LAST))
        density = self.pick((0, 20, 50, 80, 100))
        for definition in model.fields:
            known = self.known(None, definition) if density and self.chance(density) else ()
            self.fields[definition.name] = self.pick(known) if known else None
        if words.queries:
            for _ in range(self.number(0, 5)):
                self.events.append(self.instance(self.pick(words.queries), near=True))
        if self.material.goals:
            for _ in range(self.number(0, 6)):
                self.held.clear()
                self.aim(self.pick(self.material.goals), self.pick((True, True, True, False, None)))
        return Facts(None, dict(self.fields), tuple(self.events), self.as_of)

    def known(self, kind: str | None, definition: m.FieldDefinition) -> Sequence[Value]:
        """The values that a field or attribute may get."""
        if definition.type is not Type.DATE:
            return self.material.words.values[kind, definition.name]
        words = self.material.words
        dates = [*(self.as_of - age for age in words.ages), *words.instants]
        return [at for at in dates if FIRST < at < LAST and at not in definition.missing]

    def scope(self, event: Fact | None = None) -> Scope:
        facts = Facts(None, self.fields, tuple(self.events), self.as_of)
        return Scope(facts, self.material.model.zone, event)

    # --- events ---

    def instance(self, query: m.Query, *, near: bool = False) -> Fact:
        """An event that a query means; with `near`, perhaps one that it just does not mean."""
        miss = near and self.chance(30)
        attributes: dict[str, Value] = {}
        for definition in self.material.model.kinds[query.kind].attributes:
            known = self.known(query.kind, definition)
            attributes[definition.name] = self.pick(known) if known and self.chance(50) else None
        if query.first is not None and not miss:
            fitting = self.first_values(query)
            attributes[query.first] = self.pick(fitting) if fitting else attributes[query.first]
        event = Fact(query.kind, self.instant(None if miss and self.chance(50) else query.period), attributes)
        if query.where is not None and not miss:
            self.aim(query.where, True, event)
        return event

    def first_values(self, query: m.Query) -> tuple[Value, ...]:
        key = ("first", id(query))
        if key not in self.material.fitting:
            pool = self.material.words.values[query.kind, str(query.first)]
            plain = evolve(query, where=None, period=None)
            facts = [(value, Fact(query.kind, 0, {str(query.first): value})) for value in pool]
            fitting = [value for value, fact in facts if matching(plain, Scope(_one(fact), self.material.model.zone))]
            self.material.fitting[key] = tuple(fitting)
        return self.material.fitting[key]

    def instant(self, period: m.Period | None) -> int:
        """When an event was: mostly at the edge of a window, and inside the one that is asked for."""
        words = self.material.words
        ages = [self.as_of - age for age in (0, DAY, *words.ages) if age >= 0]
        every = [at for at in (*ages, *words.instants) if FIRST < at <= self.as_of]
        if period is not None:
            since = [period.since, period.since + DAY] if period.since is not None else []
            every = [at for at in (*every, *since) if at <= self.as_of and in_period(period, at, self.as_of)] or every
        return self.pick(every)

    def count(self, query: m.Query, wanted: int) -> None:
        """Add or take away events until so many are meant."""
        since = query.period.since if query.period is not None else None
        if wanted and since is not None and since > self.as_of:
            # Nothing happened since a time that is still to come.
            self.as_of = min(since + self.pick((0, DAY, 10 * DAY)), LAST)
        have = matching(query, self.scope())
        for event in have[wanted:]:
            self.events.remove(event)
        for _ in range(min(wanted - len(have), MOST_EVENTS - len(self.events))):
            again = self.events[-1] if self.events and self.events[-1].kind == query.kind and self.chance(50) else None
            again_meant = again is not None and again in matching(query, self.scope())
            self.events.append(again if again is not None and again_meant else self.instance(query))

    # --- conditions ---

    def aim(self, condition: m.Expression, wanted: bool | None, event: Fact | None = None) -> None:
        """Change the lead, or the event that is looked at, so that a condition is as wanted, if that can be done."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            return
        match condition:
            case m.Defined(expression=inner):
                self.aim(inner, wanted, event)
            case m.Negated(item=item):
                self.aim(item, None if wanted is None else not wanted, event)
            case m.AllOf(items=items) | m.AnyOf(items=items):
                every = isinstance(condition, m.AllOf) is (wanted is not False)
                for item in items if every else (self.pick(items),):
                    self.aim(item, wanted, event)
            case m.AmountOf(items=items):
                number = min(len(items), max(0, int(condition.number) + self.pick((0, -1, 1))))
                for at, item in enumerate(items):
                    self.aim(item, at < number, event)
            case m.Happened(query=query, how=how, number=number):
                counts = [count for count in range(int(number) + 3) if compares(count, how, number) is wanted]
                if counts:
                    self.count(query, self.pick(counts))
            case m.OnlyHappened(query=query):
                every_such = evolve(query, first=None, pattern=None, members=None, where=None)
                self.count(every_such, 0)
                self.count(query, self.number(1, 2) if wanted else 0)
            case _ if any(isinstance(part, m.ResultValue) for part in walk(condition)):
                self.result(condition, wanted)
            case _:
                self.leaf(condition, wanted, event)

    def leaf(self, condition: m.Expression, wanted: bool | None, event: Fact | None) -> None:
        """A comparison: give its fields and attributes values, or the lead such events, with which it is as wanted."""
        inside = list(walk(condition))
        named = [part for part in inside if isinstance(part, m.FieldValue | m.AttributeValue)]
        named = [part for part in named if isinstance(part, m.FieldValue) or event is not None]
        queries = [query for part in inside if (query := query_of(part)) is not None]
        if len(named) == 1 and not queries and named[0].type is not Type.DATE:
            self.single(condition, named[0], wanted, event)
            return
        for _ in range(TRIES):
            if evaluate(condition, self.scope(event)) is wanted:
                return
            if queries:
                query = self.pick(queries)
                self.count(query, self.pick((*self.material.words.counts, 0)))
            for part in named:
                known = self.known_of(part, event)
                self.put(part, self.pick(known) if known and wanted is not None else None, event)

    def single(self, condition: m.Expression, part: Part, wanted: bool | None, event: Fact | None) -> None:
        """A condition on one field or attribute: a value that meets it, and what the field was given a value for."""
        kind = event.kind if event is not None else None
        fitting = self.material.of([(condition, wanted)], part, kind)
        if not fitting:
            return
        held = self.held.setdefault((None if isinstance(part, m.FieldValue) else id(event), part.name), [])
        value = self.meeting([*held[-MOST_HELD:], (condition, wanted)], fitting, part, event)
        if not value:
            # What is aimed at later may be what counts, or what was aimed at before.
            if self.chance(50):
                return
            held.clear()
            value = (self.pick(fitting),)
        held.append((condition, wanted))
        self.put(part, value[0], event)

    def meeting(
        self, aims: Sequence[Aim], fitting: tuple[Value, ...], part: Part, event: Fact | None
    ) -> tuple[Value, ...]:
        """A value of a field or attribute that meets several conditions on it, as a tuple; none when none is found.

        Where no known value does, the one that there is and one that fits the last of them are tried together.
        """
        material, kind = self.material, event.kind if event is not None else None
        known = material.of(aims, part, kind)
        if known:
            return (self.pick(known),)
        here = self.fields if isinstance(part, m.FieldValue) or event is None else event.attributes
        for _ in range(TRIES if part.type in (Type.TEXT, Type.TEXT_LIST) else 0):
            for value in joined(here.get(part.name), self.pick(fitting)):
                if material.meets(value, aims, part, kind):
                    return (value,)
        return ()

    def known_of(self, part: Part, event: Fact | None) -> Sequence[Value]:
        model = self.material.model
        if isinstance(part, m.FieldValue):
            return self.known(None, next(known for known in model.fields if known.name == part.name))
        assert event is not None
        definitions = model.kinds[event.kind].attributes
        return self.known(event.kind, next(known for known in definitions if known.name == part.name))

    def put(self, part: Part, value: Value, event: Fact | None) -> None:
        if isinstance(part, m.FieldValue):
            self.fields[part.name] = value
        elif event is not None:
            assert isinstance(event.attributes, dict)
            event.attributes[part.name] = value

    # --- results ---

    def result(self, condition: m.Expression, wanted: bool | None) -> None:
        """A condition on what is worked out: aim at what that is worked out from."""
        model = self.material.model
        up = wanted is True
        match condition:
            case m.Apply(operator="<" | "<="):
                up = not up
        for at, part in enumerate(part for part in walk(condition) if isinstance(part, m.ResultValue)):
            match part.what:
                case "score":
                    self.points(None, up=up)
                case "category" | "grade":
                    self.points(part.name, up=up if at == 0 else not up)
                case "persona":
                    personas = [group.name for group in model.groups if group.word == "persona"]
                    self.points(self.pick(personas or [""]), up=up)
                case "qualified":
                    self.gates(model.gates, open_=up)
                case "stage" if model.stages:
                    self.stage(condition, up=up)
                case "route" if model.route:
                    to = self.pick(model.route)
                    if to.condition is not None:
                        self.aim(to.condition, True)

    def gates(self, gates: Sequence[m.Gate], *, open_: bool) -> None:
        for gate in gates:
            self.aim(gate.condition, (gate.word == "require") is open_)

    def stage(self, condition: m.Expression, *, up: bool) -> None:
        """Towards a stage: its gates, its condition or a short cut, its points."""
        model = self.material.model
        meant = {value for part in walk(condition) if isinstance(part, m.Constant) for value in (part.value,)}
        meant |= {value for part in walk(condition) if isinstance(part, m.Items) for value in part.values}
        named = [stage for stage in model.stages if stage.name in meant] or list(model.stages)
        stage = self.pick(named if up else list(model.stages))
        below = [known.name for known in model.stages[: model.stages.index(stage) + 1]]
        ways: list[m.Expression | None] = [*stage.or_when]
        if stage.threshold is not None or stage.when is not None:
            ways.insert(0, stage.when)
        way = self.pick(ways)
        if stage.threshold is not None and way is stage.when:
            self.points(None, up=True)
        if way is not None:
            self.aim(way, True)
        self.gates([gate for gate in model.gates if gate.stage is None or gate.stage in below], open_=True)

    def points(self, group: str | None, *, up: bool) -> None:
        """More points, or fewer: for one category or persona, or for the score."""
        rules = [
            rule
            for rule in m.rules_of(self.material.model.ordered)
            if isinstance(rule, m.Rule) and (group is None or rule.group == group)
        ]
        if not rules:
            return
        share = self.pick((30, 60, 100))
        for rule in rules:
            if not self.chance(share):
                continue
            gives = not isinstance(rule.points, int) or rule.points > 0
            if rule.query is not None:
                self.count(rule.query, self.number(1, 3) if gives is up else 0)
            elif rule.condition is not None:
                self.aim(rule.condition, gives is up)


def _one(fact: Fact) -> Facts:
    return Facts(None, {}, (fact,), 0)


__all__ = ["Material", "generated", "leads", "material_of"]
