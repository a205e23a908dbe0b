"""The values at which a model's conditions turn: its own constants, what lies beside them, and near misses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, zip_longest
from typing import Any

import attrs
from attrs import Factory, define

from scorelang import model as m
from scorelang.check.tests import DEFAULT_AS_OF
from scorelang.check.walk import query_of, walk
from scorelang.interpret import Scope, evaluate
from scorelang.leads import Fact, Facts
from scorelang.source import Source
from scorelang.values import DAY, SPACES, Type, Value, fold, fold_page, parse_instant, zone_of

# A field of the lead (None), or an attribute of a kind of event, by its name.
Owner = tuple[str | None, str]

# Of a long list so many members are tried, spread over the whole list.
MOST_MEMBERS = 12
# How many values one field or attribute is given at most, and how long a text gets.
MOST_VALUES = 250
LONGEST = 200
# Instants stay where the calendar can tell them on every engine, in microseconds.
FIRST, LAST = -62_000_000_000_000_000, 250_000_000_000_000_000
# When a lead is scored, unless the model has dates of its own: as in a test that does not say it.
USUAL = parse_instant(DEFAULT_AS_OF, zone_of("UTC"))
TEXTS = ("something else",)
PAGES = ("/", "/something/else")
NUMBERS = (0.0, 1.0, 10.0, -1.0, 1_000.0)


@define
class Vocabulary:
    """What leads are made of, for one model. Ages and instants are microseconds; values are as engines see them."""

    values: dict[Owner, tuple[Value, ...]] = Factory(dict)
    ages: tuple[int, ...] = ()
    instants: tuple[int, ...] = ()
    queries: tuple[m.Query, ...] = ()
    counts: tuple[int, ...] = ()


def parts(model: m.CheckedModel) -> Iterator[tuple[object, str | None]]:
    """Everything that the rules, results and invariants of a model are made of, with the kind of event it looks at."""
    roots = (model.start_over, model.groups, model.scoring, model.gates, model.stages, model.route, model.invariants)
    seen: set[tuple[int, str | None]] = set()
    stack: list[tuple[object, str | None]] = [(root, None) for root in reversed(roots)]
    while stack:
        item, kind = stack.pop()
        if isinstance(item, m.Query):
            kind = item.kind
        elif isinstance(item, m.Rule):
            kind = item.query.kind if item.query is not None else None
        if (id(item), kind) in seen or isinstance(item, m.Place | Source | Type):
            continue
        seen.add((id(item), kind))
        if isinstance(item, tuple):
            stack.extend((part, kind) for part in reversed(item) if not isinstance(part, str | int | float))
        elif _is_node(item):
            yield item, kind
            below = [getattr(item, name) for name in _names(type(item))]
            stack.extend((part, kind) for part in reversed(below) if isinstance(part, tuple) or _is_node(part))


def _is_node(item: object) -> bool:
    return attrs.has(type(item))


def _names(type_: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(type_))


def vocabulary_of(model: m.CheckedModel) -> Vocabulary:
    """The vocabulary of a model."""
    return _Reader(model).read()


@define
class _Reader:
    model: m.CheckedModel
    found: dict[Owner, list[tuple[Value, ...]]] = Factory(dict)
    ages: dict[int, None] = Factory(dict)
    instants: dict[int, None] = Factory(dict)
    counts: dict[int, None] = Factory(dict)

    def read(self) -> Vocabulary:
        queries: list[m.Query] = []
        for item, kind in parts(self.model):
            self.note(item, kind)
            if isinstance(item, m.Query):
                queries.append(item)
        ages = sorted(self.ages) or [0, 10 * DAY]
        definitions: list[tuple[Owner, m.FieldDefinition]]
        definitions = [((None, known.name), known) for known in self.model.fields]
        for event in self.model.kinds.values():
            definitions += [((event.name, known.name), known) for known in event.attributes]
        return Vocabulary(
            values={owner: self.pool(owner, definition) for owner, definition in definitions},
            ages=tuple(age for age in ages if abs(age) < LAST // 2),
            instants=tuple(at for at in sorted(self.instants) if FIRST < at < LAST),
            queries=tuple(queries),
            counts=tuple(sorted(count for count in self.counts if 0 < count <= 30)) or (1,),
        )

    def pool(self, owner: Owner, definition: m.FieldDefinition) -> tuple[Value, ...]:
        """Values that data can give a field or attribute, none of those that mean missing."""
        # In turn from each comparison, so that a long list leaves room for the others.
        every = chain.from_iterable(zip_longest(*self.found.get(owner, ())))
        found = list(dict.fromkeys(value for value in every if value is not None))
        values: list[Value] = []
        match definition.type:
            case Type.FLAG:
                values = [True, False]
            case Type.ANYTHING:
                values = [True]
            case Type.NUMBER:
                known = [value for value in found if isinstance(value, float)]
                values = [*_around(known), *NUMBERS]
            case Type.TEXT | Type.PAGE:
                texts = [value for value in found if isinstance(value, str)]
                read = fold_page if definition.type is Type.PAGE else _as_text
                plain = PAGES if definition.type is Type.PAGE else TEXTS
                values = [read(text) for text in (*texts, *plain) if len(text) <= LONGEST]
            case Type.TEXT_LIST:
                texts = [_as_text(value) for value in found if isinstance(value, str)]
                members = [text for text in (*texts, *TEXTS) if text and ";" not in text]
                single: list[Value] = [frozenset([text]) for text in members if text not in definition.missing]
                values = [*single, frozenset(set(members[:3]) - definition.missing)]
        kept = [value for value in values if value not in ("", frozenset()) and value not in definition.missing]
        return tuple(dict.fromkeys(kept))[:MOST_VALUES]

    # --- noting ---

    def note(self, item: object, kind: str | None) -> None:
        match item:
            case m.Apply(operands=(left, m.Constant() | m.Items() as right)):
                values = right.values if isinstance(right, m.Items) else (right.value,)
                self.compared(item.operator, left, _spread(values), kind)
            case m.Query(first=str(first)):
                texts = [*_instances(item.pattern or "")] if item.pattern is not None else []
                members = _spread(tuple(sorted(item.members or (), key=str)))
                near = [f"{text}x" for text in (*texts, *members) if isinstance(text, str)]
                self.add((item.kind, first), *texts, *members, *near)
            case m.Period():
                edges = (item.least_age, item.most_age)
                self.ages.update(dict.fromkeys(age for edge in edges if edge is not None for age in _beside(edge)))
                dates = (item.since, item.before)
                self.instants.update(dict.fromkeys(at for date in dates if date is not None for at in _beside(date)))
            case m.Modifiers(during=(start, end)):
                self.instants.update(dict.fromkeys((*_beside(start), *_beside(end))))
            case m.Losing(every=length) | m.Fading(over=length):
                self.ages.update(dict.fromkeys((*_beside(length), length // 2)))
            case m.Happened(number=number):
                self.counts.update(dict.fromkeys((int(number) - 1, int(number), int(number) + 1)))

    def add(self, owner: Owner, *values: Value) -> None:
        self.found.setdefault(owner, []).append(values)

    def compared(self, operator: str, left: m.Expression, values: tuple[Value, ...], kind: str | None) -> None:
        """What a comparison with constants asks of the fields, attributes and events on its left."""
        while isinstance(left, m.Defined):
            left = left.expression
        match left:
            case m.FieldValue() | m.AttributeValue():
                owner = _owner(left, kind)
                self.add(owner, *chain.from_iterable(_texts(operator, value) for value in values))
                if left.type is Type.DATE:
                    whole = [value for value in values if isinstance(value, int)]
                    self.instants.update(dict.fromkeys(at for value in whole for at in _beside(value)))
            case m.Apply(operator="domain", operands=(inner,)):
                addresses = [f"ann@{value}" for value in values if isinstance(value, str)]
                self.below(inner, [*addresses, "ann@something-else.example", "nobody"], kind)
            case m.Apply(operator="length", operands=(inner,)):
                lengths = [round(value) for value in values if isinstance(value, float) and 0 < value < LONGEST]
                self.below(inner, ["x" * (n + d) for n in lengths for d in (0, -1, 1)], kind)
            case m.DaysSince() | m.DaysSinceLast():
                days = [int(value) for value in values if isinstance(value, float) and abs(value) < 100_000]
                edges = [edge for number in days for edge in (number * DAY, number * DAY + DAY)]
                self.ages.update(dict.fromkeys(age for edge in edges for age in _beside(edge)))
            case m.CountOf():
                counts = [int(value) for value in values if isinstance(value, float) and abs(value) < 100]
                self.counts.update(dict.fromkeys(n + d for n in counts for d in (-1, 0, 1)))
            case m.Measured(query=query, attribute=attribute):
                self.add((query.kind, attribute), *values)
            case m.Added() | m.Multiplied():
                for value in values:
                    if isinstance(value, float):
                        self.solved(left, value, kind)

    def below(self, inner: m.Expression, values: list[str], kind: str | None) -> None:
        if isinstance(inner, m.FieldValue | m.AttributeValue):
            self.add(_owner(inner, kind), *values)

    def solved(self, left: m.Expression, wanted: float, kind: str | None) -> None:
        """The value of each number in a sum or product with which it is what is wanted, the others being 1."""
        numbers = [part for part in walk(left) if isinstance(part, m.FieldValue | m.AttributeValue)]
        numbers = [part for part in numbers if part.type is Type.NUMBER]
        for query in filter(None, map(query_of, walk(left))):
            for name in (known.name for known in self.model.kinds[query.kind].attributes if known.type is Type.NUMBER):
                self.add((query.kind, name), wanted)
        ones: dict[str, Value] = {part.name: 1.0 for part in numbers}
        for part in numbers:
            low, high = (self.at(left, {**ones, part.name: value}, kind) for value in (0.0, 1.0))
            if low is not None and high is not None and high != low:
                self.add(_owner(part, kind), round((wanted - low) / (high - low), 2))

    def at(self, expression: m.Expression, values: dict[str, Value], kind: str | None) -> float | None:
        event = Fact(kind or "", 0, values)
        found = evaluate(expression, Scope(Facts(None, values, (), 0), self.model.zone, event=event))
        return found if isinstance(found, float) else None


def _owner(value: m.FieldValue | m.AttributeValue, kind: str | None) -> Owner:
    return (None if isinstance(value, m.FieldValue) else kind, value.name)


def _spread(values: tuple[Value, ...]) -> tuple[Value, ...]:
    step = max(1, len(values) // MOST_MEMBERS)
    return values[::step][:MOST_MEMBERS]


def _beside(edge: int) -> tuple[int, int, int]:
    """An edge in microseconds, and the instants on both sides of it."""
    return edge, edge - 1, edge + 1


def _around(numbers: list[float]) -> list[float]:
    """Numbers with what is just below and above them; whole ones first."""
    steps = (0.0, -1.0, 1.0, -0.01, 0.01)
    every = (round(number + step, 6) for step in steps for number in numbers)
    return [number for number in every if abs(number) < 1e15]


def _as_text(text: str) -> str:
    return fold(text.strip(SPACES))


def _texts(operator: str, value: Value) -> Iterator[Value]:
    """Texts for which a comparison with a text is true, and near misses; any other value as it is."""
    if operator != "like":
        yield value
    if not isinstance(value, str):
        return
    match operator:
        case "like":
            yield from _instances(value)
        case "mentions":
            yield from (f"{value}s", f"the {value}, too")
        case "contains" | "starts with" | "ends with":
            yield from (f"x{value}", f"{value}x", value[:-1])
        case _:
            yield f"{value}x"


def _instances(pattern: str) -> Iterator[str]:
    """Texts that match a pattern, and one that does not."""
    tokens = re.findall(r"\\.|[\s\S]", pattern)
    for run, one in (("", "a"), ("a", "b"), ("/a b", "c")):
        yield "".join(run if token == "*" else one if token == "?" else token[-1] for token in tokens)
    literal = "".join(token[-1] for token in tokens if token not in "*?")
    yield literal[:-1] if "*" in tokens else f"{literal}x"
