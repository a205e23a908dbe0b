"""Lowering events: what is counted, summed or dated over a lead's events becomes columns of one GROUP BY.

A reference that looks only at the event is worked out over the events alone; one that also looks at the lead (a field
in its `where`, say) over the events joined with what is known of their lead by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import Factory, define, evolve
from sqlglot import exp

from scorelang import model as m
from scorelang.check.walk import children
from scorelang.sql import spell as s
from scorelang.sql import texts
from scorelang.sql.expressions import Expressions
from scorelang.sql.layers import Joined, Layers
from scorelang.sql.packed import WIDTH, Asked, Words
from scorelang.sql.spell import Sql

# What an event has besides its attributes.
EVENT = ("lead", "kind", "at", "bad")
# By how many microseconds `at` was moved, where it was: among the attributes, of no kind.
MOVED = ("", "moved")

# Doubles below 2^40 with at most 64 binary places are summed exactly as whole numbers of 128 bits.
PLACES = 2.0**64
REACH = 2.0**40


@define
class Pass:
    """One GROUP BY over the events: with or without columns of the lead."""

    part: str
    layers: Layers
    into: int
    inputs: dict[str, None] = Factory(dict)
    found: list[tuple[str, Sql]] = Factory(list)
    words: Words = Factory(Words)


@define
class Events:
    """All that is asked of the events. `attributes` are the columns of (kind, attribute); None: there are no events."""

    leads: Expressions
    by: str
    attributes: dict[tuple[str, str], str] | None
    parts: list[tuple[str, exp.Select]] = Factory(list)
    odd: list[Sql] = Factory(list)
    _passes: dict[int, Pass] = Factory(dict)
    _columns: dict[object, Sql] = Factory(dict)

    def beside(self, leads: Expressions) -> Events:
        """For another version of the model, in the same query."""
        return Events(leads, self.by, self.attributes, self.parts, self.odd, self._passes, self._columns)

    # --- what the leads ask

    def count(self, query: m.Query) -> Sql:
        """How many such events."""
        if self.attributes is None:
            return s.whole(0)
        return self._column("count", query, None, lambda over: over.packed(query, count=True))

    def any(self, query: m.Query) -> Sql:
        """Whether there is such an event."""
        if self.attributes is None:
            return s.flag(False)
        return self._column("any", query, None, lambda over: over.packed(query, count=False))

    def latest(self, query: m.Query) -> Sql:
        """The instant of the latest such event."""
        if self.attributes is None:
            return s.null("BIGINT")
        return self._column("latest", query, None, lambda over: over.extreme("MAX", query, s.col("at")))

    def latest_of_all(self) -> Sql:
        """The instant of the latest event of any kind."""
        if self.attributes is None:
            return s.null("BIGINT")
        over = OverEvents(self, self._pass(0, {}))
        key = "latest of all"
        if key not in self._columns:
            self._columns[key] = over.aggregate(s.call("MAX", s.col("at")))
        return self._columns[key]

    def any_of_kind(self, kind: str) -> Sql:
        """Whether there is an event of a kind."""
        over = OverEvents(self, self._pass(0, {}))
        return s.is_true(over.aggregate(s.call("BOOL_OR", over.of_kind(kind))))

    def any_bad(self) -> Sql:
        """Whether an event of the lead could not be read."""
        if self.attributes is None:
            return s.flag(False)
        over = OverEvents(self, self._pass(0, {}))
        key = "bad"
        if key not in self._columns:
            self._columns[key] = over.aggregate(s.call("BOOL_OR", s.col("bad")))
        return s.is_true(self._columns[key])

    def measure(self, measured: m.Measured) -> Sql:
        """A sum, largest, smallest or average of an attribute."""
        query, function = measured.query, measured.function
        if self.attributes is None:
            return s.double(0.0) if function == "sum" else s.null("DOUBLE")
        value = s.col(self.attributes[query.kind, measured.attribute])
        if function in ("largest", "smallest"):
            name = "MAX" if function == "largest" else "MIN"
            return self._column(name, query, measured.attribute, lambda over: over.extreme(name, query, value))
        summed = self._exact_sum(measured, value) if self.leads.dialect.native else self._sum_of_parts(measured, value)
        if function == "sum":
            return s.coalesce(summed, s.double(0.0))
        count = self._column("known", query, measured.attribute, lambda over: over.extreme("COUNT", query, value))
        return s.case([(s.gt(count, s.whole(0)), s.over(summed, s.cast(count, "DOUBLE")))])

    def _exact_sum(self, measured: m.Measured, value: Sql) -> Sql:
        """The sum of doubles as a sum of whole numbers of 128 bits."""
        query = measured.query
        scaled = s.times(value, s.double(PLACES))
        exact = s.both(s.lt(s.call("ABS", value), s.double(REACH)), s.eq(scaled, s.call("TRUNC", scaled)))
        odd = self._column(
            "odd", query, measured.attribute, lambda over: over.extreme("BOOL_OR", query, s.negated(exact))
        )
        self.odd.append(s.is_true(odd))
        whole = s.cast(s.case([(exact, scaled)]), "HUGEINT")
        total = self._column("sum", query, measured.attribute, lambda over: over.extreme("SUM", query, whole))
        # By way of text the exact sum is rounded once; dividing by a power of two rounds nothing.
        return s.over(s.cast(s.cast(total, "VARCHAR"), "DOUBLE"), s.double(PLACES))

    def _sum_of_parts(self, measured: m.Measured, value: Sql) -> Sql:
        """The sum of doubles as three sums of 64 bits: of their whole parts, and of two times 32 binary places.

        Not every database makes a whole number of 128 bits of a double without losing some of its digits.
        """
        query = measured.query
        bind = self.over([query.where] if query.where is not None else []).layers.bind
        half = s.double(2.0**32)
        whole = bind(s.case([(s.lt(s.call("ABS", value), s.double(REACH)), s.call("TRUNC", value))]))
        upper = bind(s.times(s.minus(value, whole), half))
        middle = bind(s.call("TRUNC", upper))
        lower = bind(s.times(s.minus(upper, middle), half))
        exact = s.coalesce(s.eq(lower, s.call("TRUNC", lower)), s.flag(False))
        odd = s.both(s.known(value), s.negated(exact))
        self.odd.append(
            s.is_true(self._column("odd", query, measured.attribute, lambda over: over.extreme("BOOL_OR", query, odd)))
        )
        parts = [s.cast(s.case([(exact, part)]), "BIGINT") for part in (whole, middle, lower)]

        def summed(at: int) -> Sql:
            what = f"part {at}"
            total = self._column(what, query, measured.attribute, lambda over: over.extreme("SUM", query, parts[at]))
            return s.cast(total, "HUGEINT")

        huge = [summed(at) for at in range(len(parts))]
        step = s.cast(s.whole(2**32), "HUGEINT")
        total = s.plus(s.times(s.plus(s.times(huge[0], step), huge[1]), step), huge[2])
        # By way of text the exact sum is rounded once; dividing by a power of two rounds nothing.
        return s.over(s.cast(s.cast(total, "VARCHAR"), "DOUBLE"), s.double(PLACES))

    def _column(self, what: str, query: m.Query, attribute: str | None, make: Callable[[OverEvents], Sql]) -> Sql:
        key = (what, query.kind, query.first, query.pattern, query.members, id(query.where), query.period, attribute)
        if key not in self._columns:
            self._columns[key] = make(self.over([query.where] if query.where is not None else []))
        return self._columns[key]

    # --- passes

    def over(self, expressions: list[m.Expression]) -> OverEvents:
        """What works out these expressions over the events, with the columns of the lead that they look at."""
        inputs: dict[int, Sql] = {}
        for expression in expressions:
            for part in of_the_lead(expression):
                inputs[id(part)] = self.leads.layers.bind(self.leads.lower(part))
        layer = self.leads.layers.layer(*inputs.values())
        columns = [column for column in inputs.values() if isinstance(column, exp.Column)]
        return OverEvents(self, self._pass(layer if columns else 0, {column.name: None for column in columns}), inputs)

    def _pass(self, layer: int, columns: dict[str, None]) -> Pass:
        own = self.leads.layers
        key = layer if columns else -1
        if key not in self._passes:
            base = f"{own.named(layer)}_events" if columns else "events"
            layers = Layers(base, "e" if not columns else f"e{layer}_")
            layers.start(*EVENT, *(self.attributes or {}).values(), "row")
            into = max(layer, own.layer_of["row"] if columns else own.layer_of[self.by]) + 1
            self._passes[key] = Pass(f"{base}_sums", layers, into)
        found = self._passes[key]
        found.inputs.update(columns)
        found.layers.start(*columns)
        return found

    # --- the query

    def build(self) -> Iterator[tuple[str, exp.Select, int]]:
        """Every part of the query over the events, and the layer of the leads above which it must stand."""
        own = self.leads.layers
        for layer, found in self._passes.items():
            by = self.by if layer < 0 else "row"
            if layer >= 0:
                columns: list[Sql] = [exp.Column(this=exp.Star(), table=s.name("events"))]
                columns += [s.col(column, own.named(layer)) for column in found.inputs]
                columns += [] if self.by == "row" else [s.col("row", own.named(layer))]
                on = s.eq(s.col("lead", "events"), s.col(self.by, own.named(layer)))
                yield (
                    found.layers.base,
                    s.select(columns, s.table("events"), joins=[s.join(s.table(own.named(layer)), on)]),
                    layer,
                )
            for above in range(1, found.layers.top + 1):
                yield found.layers.named(above), found.layers.select(above), max(layer, 0)
            key = "lead" if layer < 0 or self.by == "row" else "row"
            aggregates = [*found.found, *found.words.aggregates()]
            if aggregates:
                yield (
                    found.part,
                    s.select(
                        [s.aliased(s.col(key), "of"), *(s.aliased(node, column) for column, node in aggregates)],
                        s.table(found.layers.named(found.layers.top)),
                        group=s.grouped([s.col(key)]),
                    ),
                    max(layer, 0),
                )
                own.join(found.into, Joined(found.part, ((by, "of"),), tuple(column for column, _ in aggregates)))


def of_the_lead(expression: m.Expression) -> Iterator[m.Expression]:
    """The largest parts of an expression that look at the lead and not at the event."""
    if not _looks_at(expression, OF_LEADS):
        return
    if not _looks_at(expression, (m.AttributeValue,)):
        yield expression
        return
    for part in children(expression):
        yield from of_the_lead(part)


def calculates(expression: m.Expression) -> bool:
    """Whether it does arithmetic."""
    return _looks_at(expression, (m.Added, m.Multiplied))


OF_LEADS = (m.FieldValue, m.ResultValue, m.Happened, m.OnlyHappened, m.CountOf, m.Measured, m.DaysSinceLast)


def _looks_at(expression: m.Expression, what: tuple[type[m.Expression], ...]) -> bool:
    return isinstance(expression, what) or any(_looks_at(part, what) for part in children(expression))


class OverEvents(Expressions):
    """Lowers what is worked out over the events: the columns of one pass."""

    def __init__(self, events: Events, found: Pass, inputs: dict[int, Sql] | None = None) -> None:
        moved = (events.attributes or {}).get(MOVED)
        super().__init__(
            found.layers, events.leads.as_of, {}, events.leads.dialect, None if moved is None else s.col(moved)
        )
        self.events = events
        self.found = found
        self.inputs = inputs or {}
        self.kind = ""

    def lower(self, expression: m.Expression) -> Sql:
        """The SQL of an expression; what does not look at the event is a column of the lead."""
        known = self.inputs.get(id(expression))
        return known if known is not None else super().lower(expression)

    def odd(self, test: Sql) -> None:
        """Leave the leads that have an event of the kind with it true to the reference."""
        column = self.aggregate(s.call("BOOL_OR", s.both(self.of_kind(self.kind), test)))
        self.events.odd.append(s.is_true(column))

    def attribute(self, attribute: m.AttributeValue) -> Sql:
        """An attribute of the event, which is of the kind that is looked at."""
        assert self.events.attributes is not None
        column = self.events.attributes.get((self.kind, attribute.name))
        return s.null() if column is None else s.col(column)

    def of_kind(self, kind: str) -> Sql:
        """Whether the event is of a kind."""
        return s.eq(s.col("kind"), s.text(kind))

    def meant(self, query: m.Query) -> Sql:
        """Whether an event is one of those that a reference means."""
        test = self.test(query)
        tests = [self.of_kind(query.kind)]
        tests += [] if test.since is None else [s.ge(s.col("at"), s.whole(test.since))]
        tests += [] if test.until is None else [s.le(s.col("at"), s.whole(test.until))]
        return s.all_of([*tests, *test.asks])

    def test(self, query: m.Query) -> Asked:
        """What a reference asks of an event of its kind."""
        self.kind = query.kind
        asks: list[Sql] = []
        if query.first is not None:
            assert self.events.attributes is not None
            first = s.col(self.events.attributes[query.kind, query.first])
            if query.pattern is None and query.members is None:
                asks.append(s.known(first))
            if query.pattern is not None:
                asks.append(texts.like(first, query.pattern))
            if query.members is not None:
                asks.append(s.among(first, [self.said(value) for value in sorted(query.members, key=repr)]))
        if query.where is not None:
            parts: tuple[m.Expression, ...] = (query.where,)
            if isinstance(query.where, m.AllOf) and id(query.where) not in self.inputs:
                parts = query.where.items
            asks += [self.lower(part) for part in parts]
        period = query.period
        if period is not None and self.moved is not None:
            # Each lead has its own limits of the calendar.
            asks += [] if period.since is None else [s.ge(s.col("at"), self.said(period.since))]
            asks += [] if period.before is None else [s.lt(s.col("at"), self.said(period.before))]
            period = evolve(period, since=None, before=None)
        return Asked(*_between(period, self.as_of), tuple(asks))

    def aggregate(self, node: Sql) -> Sql:
        """A column of the leads for an aggregate over this pass."""
        column = self.events.leads.layers.reserve(self.found.into)
        self.found.found.append((column, node))
        return s.col(column)

    def packed(self, query: m.Query, *, count: bool) -> Sql:
        """How many events are meant, or whether any is, in a word that this pass shares between references."""
        words, leads = self.found.words, self.events.leads.layers
        if count and not any(words.counted.values()):
            number = self.aggregate(exp.Count(this=exp.Star()))
            self.events.odd.append(s.is_true(s.ge(number, s.whole(1 << WIDTH))))
        test = self.test(query)
        word = words.room(count=count)
        if word is None:
            word = leads.reserve(self.found.into)
            words.open(word, count=count)
        # A lead without events has no word.
        column = leads.bind(s.coalesce(s.col(word), s.long(0)))
        read = words.add(word, column, query.kind, test)
        return leads.bind(read) if count else read

    def extreme(self, function: str, query: m.Query, value: Sql) -> Sql:
        """An aggregate of a value of those events that are meant."""
        return self.aggregate(s.filtered(s.call(function, value), self.meant(query)))


def _between(period: m.Period | None, as_of: int) -> tuple[int | None, int | None]:
    """The first and last instant of a period; None where every event, none of which is after `as_of`, is within it."""
    if period is None:
        return None, None
    since = [] if period.since is None else [period.since]
    since += [] if period.most_age is None else [as_of - period.most_age]
    until = [] if period.before is None else [period.before - 1]
    if period.least_age is not None and (period.least_age > 0 or period.past):
        until.append(as_of - period.least_age - period.past)
    return max(since, default=None), min(until, default=None)
