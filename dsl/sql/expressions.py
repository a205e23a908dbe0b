"""Lowering expressions: a value of the language is a value of SQL, missing and unknown are NULL.

SQL's AND, OR and NOT are Kleene's. Expressions are worked out over the leads; inside an event's `where` and its points
those that look at the event are worked out over the events, and the rest is a column of the lead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import define, field
from sqlglot import exp

from scorelang import model as m
from scorelang.sql import spell as s
from scorelang.sql import texts
from scorelang.sql.cells import literal
from scorelang.sql.dialect import Dialect
from scorelang.sql.layers import Layers
from scorelang.sql.spell import Sql
from scorelang.values import DAY, Type, Value

if TYPE_CHECKING:
    from scorelang.sql.events import Events


class CannotLower(Exception):  # noqa: N818
    """A form that has no exact SQL: which, where and why."""

    def __init__(self, place: m.Place, why: str) -> None:
        super().__init__(why)
        self.place = place
        self.why = why


@define
class Expressions:
    """Lowers what is worked out over the leads."""

    layers: Layers
    as_of: int
    fields: dict[str, Sql]
    dialect: Dialect
    # By how many microseconds the instants of the leads and their events were moved, where they were.
    moved: Sql | None = None
    events: Events = field(init=False)
    results: dict[tuple[str, str], Sql] = field(factory=dict)
    _defined: dict[int, Sql] = field(factory=dict)

    def lower(self, expression: m.Expression) -> Sql:
        """The SQL of an expression."""
        return _LOWER[type(expression)](self, expression)

    def true(self, condition: m.Expression) -> Sql:
        """Whether a condition is known true; never NULL."""
        return s.is_true(self.lower(condition))

    def odd(self, test: Sql) -> None:
        """Leave the leads that have it true to the reference."""
        self.events.odd.append(s.is_true(test))

    def defined(self, defined: m.Defined) -> Sql:
        """A define is worked out once, however often it is used."""
        key = id(defined.expression)
        if key not in self._defined:
            self._defined[key] = self.layers.bind(self.lower(defined.expression))
        return self._defined[key]

    def said(self, value: Value) -> Sql:
        """A value that the model says; an instant is moved as those of the data are."""
        plain = literal(value)
        is_instant = isinstance(value, int) and not isinstance(value, bool)
        return plain if self.moved is None or not is_instant else s.plus(plain, self.moved)

    def attribute(self, attribute: m.AttributeValue) -> Sql:
        """An attribute: of no event here, so that it is missing."""
        return s.null()

    def field_value(self, field_value: m.FieldValue) -> Sql:
        """A field of the lead."""
        return self.fields.get(field_value.name, s.null())

    def result(self, result: m.ResultValue) -> Sql:
        """Something that was worked out before."""
        return self.results.get((result.what, result.name), s.null())

    def happened(self, happened: m.Happened) -> Sql:
        """Whether there were so many events."""
        asked = (happened.how, happened.number)
        if asked in (("at least", 1), ("more than", 0)):
            return self.events.any(happened.query)
        if asked in (("exactly", 0), ("at most", 0), ("fewer than", 1)):
            return s.negated(self.events.any(happened.query))
        return counted(self.events.count(happened.query), happened.how, happened.number)

    def only_happened(self, only: m.OnlyHappened) -> Sql:
        """Whether there was such an event, and no other of its kind."""
        meant = self.events.count(only.query)
        return s.both(s.gt(meant, s.whole(0)), s.eq(meant, self.events.count(plain_query(only.query))))

    def count_of(self, count: m.CountOf) -> Sql:
        """How many events."""
        return s.cast(self.events.count(count.query), "DOUBLE")

    def measured(self, measured: m.Measured) -> Sql:
        """A sum, largest, smallest or average."""
        return self.events.measure(measured)

    def days_since_last(self, days: m.DaysSinceLast) -> Sql:
        """Whole days since the latest such event."""
        return days_from(self.events.latest(days.query), self.as_of)


def plain_query(query: m.Query) -> m.Query:
    """Every event of the kind in the same period."""
    return m.Query(query.kind, query.place, period=query.period)


def counted(count: Sql, how: str, number: float) -> Sql:
    """Whether a count is at least, at most, … a number."""
    compare = {"at least": s.ge, "at most": s.le, "exactly": s.eq, "fewer than": s.lt}.get(how, s.gt)
    small = float(number).is_integer() and abs(number) < 2**31
    limit = s.whole(int(number)) if small else s.double(float(number))
    return compare(count, limit)


def days_from(at: Sql, as_of: int) -> Sql:
    """Whole days from an instant to `as of`, rounded down, below 0 for an instant to come."""
    age = s.minus(s.long(as_of), at)
    later = s.minus(s.long(0), s.whole_over(s.plus(s.minus(at, s.long(as_of)), s.long(DAY - 1)), s.long(DAY)))
    return s.cast(s.case([(s.le(at, s.long(as_of)), s.whole_over(age, s.long(DAY)))], later), "DOUBLE")


def _in_period(self: Expressions, node: m.InPeriod) -> Sql:
    """Whether an instant is in a period; the period's ages become instants."""
    period, at, as_of = node.period, self.lower(node.value), self.as_of
    tests = []
    if period.least_age is not None:
        tests.append((s.lt if period.past else s.le)(at, s.long(as_of - period.least_age)))
    if period.most_age is not None:
        tests.append(s.ge(at, s.long(as_of - period.most_age)))
    if period.since is not None:
        tests.append(s.ge(at, self.said(period.since)))
    if period.before is not None:
        tests.append(s.lt(at, self.said(period.before)))
    return s.all_of(tests) if tests else s.case([(s.known(at), s.flag(True))])


# --- operators ------------------------------------------------------------------------------------------------------


def apply(apply: m.Apply, expressions: Expressions) -> Sql:
    """An operator of the table on its operands."""
    lower = expressions.lower
    first, rest = apply.operands[0], apply.operands[1:]
    subject = lower(first)
    compare = {"is": s.eq, "<": s.lt, "<=": s.le, ">": s.gt, ">=": s.ge}.get(apply.operator)
    if apply.operator == "length":
        return s.cast(s.call("LENGTH", subject), "DOUBLE")
    if apply.operator == "domain":
        return texts.domain(subject, expressions.layers.bind)
    last = rest[0]
    values: tuple[Any, ...] | None = (
        last.values if isinstance(last, m.Items) else (last.value,) if isinstance(last, m.Constant) else None
    )
    if apply.operator == "in" and isinstance(last, m.Items):
        return s.among(subject, [expressions.said(value) for value in dict.fromkeys(last.values)])
    if compare is not None and not isinstance(last, m.Items):
        return compare(subject, lower(last))
    if apply.operator == "mentions" and values:
        return expressions.dialect.mentions(subject, values, expressions.layers.bind)
    if values is None:
        return _of_two(apply, subject, lower(last))
    return _any_known(apply, subject, first.type, values, expressions)


def _any_known(apply: m.Apply, subject: Sql, type_: Type, values: tuple[Any, ...], expressions: Expressions) -> Sql:
    """An operator with one or several literal operands: any of them."""
    if not values:
        return s.among(subject, [])
    if apply.operator == "contains" and type_ is Type.TEXT_LIST:
        if len(values) == 1:
            return s.call("LIST_CONTAINS", subject, s.text(values[0]))
        return s.call("LIST_HAS_ANY", subject, s.listed([s.text(value) for value in values]))
    if apply.operator in ("is", "in"):
        return s.among(subject, [expressions.said(value) for value in values])
    way = {"contains": texts.holds, "starts with": texts.starts, "ends with": texts.ends, "like": texts.like}
    return s.any_of(way[apply.operator](subject, value) for value in values)


def _of_two(apply: m.Apply, subject: Sql, other: Sql) -> Sql:
    """An operator on two texts of the data."""
    match apply.operator:
        case "contains" if apply.operands[0].type is Type.TEXT_LIST:
            return s.call("LIST_CONTAINS", subject, other)
        case "contains":
            return s.call("CONTAINS", subject, other)
        case "starts with":
            return s.call("STARTS_WITH", subject, other)
        case "ends with":
            return s.call("ENDS_WITH", subject, other)
        case "in":
            return s.eq(subject, other)
    raise CannotLower(apply.place, f"`{apply.operator}` looks for a text that is in the data, not in the model")


# --- the forms ------------------------------------------------------------------------------------------------------


def _finite(number: Sql) -> Sql:
    return s.case([(s.call("ISFINITE", number), number)])


def _number(self: Any, expression: m.Expression) -> Sql:
    node: Sql = self.lower(expression)
    return s.cast(node, "DOUBLE") if expression.type is not Type.NUMBER else node


def _within(self: Any, operands: list[Sql], lowest: float, highest: float, node: Sql) -> Sql:
    """A step of arithmetic, where it may stop the query only of operands of a size with which it does not.

    Leads with others are left to the reference.
    """
    if not self.dialect.stops:
        return node
    sizes = [s.call("ABS", operand) for operand in operands]
    tests = [s.le(size, s.double(highest)) for size in sizes]
    if lowest:
        tests += [s.either(s.eq(size, s.double(0.0)), s.ge(size, s.double(lowest))) for size in sizes]
    within = self.layers.bind(s.all_of(tests))
    self.odd(s.negated(within))
    return self.layers.bind(s.case([(within, node)]))  # type: ignore[no-any-return]


def _operand(self: Any, expression: m.Expression) -> Sql:
    """A number that arithmetic is done on; a column where it is looked at twice."""
    node = _number(self, expression)
    return self.layers.bind(node) if self.dialect.stops else node


def _added(self: Any, added: m.Added) -> Sql:
    node: Sql | None = None
    for sign, term in added.terms:
        value = _operand(self, term)
        first = value if sign > 0 else s.minus(s.double(0.0), value)
        if node is None:
            node = first
        else:
            node = _within(self, [node, value], 0.0, 1e300, (s.plus if sign > 0 else s.minus)(node, value))
    return _finite(self.layers.bind(node if node is not None else s.double(0.0)))


def _multiplied(self: Any, multiplied: m.Multiplied) -> Sql:
    node: Sql | None = None
    for divides, factor in multiplied.factors:
        value = _operand(self, factor)
        if divides:
            value = self.layers.bind(value)
            divisor = s.case([(exp.NEQ(this=value, expression=s.double(0.0)), value)])
            above = s.double(1.0) if node is None else node
            node = _within(self, [above, value], 1e-150, 1e150, s.over(above, divisor))
        else:
            node = value if node is None else _within(self, [node, value], 1e-150, 1e150, s.times(node, value))
    return _finite(self.layers.bind(node if node is not None else s.double(1.0)))


def _amount_of(self: Any, amount: m.AmountOf) -> Sql:
    held = s.total(s.case([(self.lower(item), s.whole(1))], s.whole(0)) for item in amount.items)
    return counted(held, amount.how, amount.number)


def _constant(self: Any, constant: m.Constant) -> Sql:
    value = constant.value
    return s.double(float(value)) if constant.type is Type.NUMBER and value is not None else self.said(value)  # type: ignore[arg-type]


_LOWER: dict[type[m.Expression], Callable[[Any, Any], Sql]] = {
    m.Constant: _constant,
    m.FieldValue: lambda self, node: self.field_value(node),
    m.AttributeValue: lambda self, node: self.attribute(node),
    m.ResultValue: lambda self, node: self.result(node),
    m.Defined: lambda self, node: self.defined(node),
    m.Apply: lambda self, node: apply(node, self),
    m.Added: _added,
    m.Multiplied: _multiplied,
    m.IsKnown: lambda self, node: s.known(self.lower(node.value)),
    m.Negated: lambda self, node: s.negated(self.lower(node.item)),
    m.AllOf: lambda self, node: s.all_of(self.lower(item) for item in node.items),
    m.AnyOf: lambda self, node: s.any_of(self.lower(item) for item in node.items),
    m.AmountOf: _amount_of,
    m.InPeriod: _in_period,
    m.DaysSince: lambda self, node: days_from(self.lower(node.value), self.as_of),
    m.Happened: lambda self, node: self.happened(node),
    m.OnlyHappened: lambda self, node: self.only_happened(node),
    m.CountOf: lambda self, node: self.count_of(node),
    m.Measured: lambda self, node: self.measured(node),
    m.DaysSinceLast: lambda self, node: self.days_since_last(node),
}
