"""Comparisons of numbers: of fields, of what is counted or measured, of points, and of what is worked out from them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeGuard

import z3
from attrs import Factory, define

from scorelang import model as m
from scorelang.analysis.linear import compared, linear
from scorelang.analysis.logic import NO, YES, Formula, Term, Truth, both, either, implied, no, sure, when_known
from scorelang.analysis.numbers import Number, after
from scorelang.analysis.parts import address_of, divides_by_leaf, leaves_of, ordered, plain, values_of, worked_out
from scorelang.analysis.quantities import Quantity, hundredths_at_least
from scorelang.analysis.text_tests import Test
from scorelang.check.walk import roots_of, walk
from scorelang.values import DAY, Type

if TYPE_CHECKING:
    from scorelang.analysis.conditions import Conditions

NumberValue = m.FieldValue | m.AttributeValue
ORDER = ("<", "<=", ">", ">=", "is")
# What is rounded when an average is worked out is less than this share of it; nothing that tells beside a number of so
# few binary digits: times up to 2^24 events it is a double, which no sum of smaller numbers is rounded beyond.
ROUNDED = 1e-12
SHORT = 29
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "is": "is"}


@define(eq=False)
class Arithmetic:
    """The part of `Conditions` that knows numbers."""

    of: Conditions
    # Numbers that may be anything, and what is asked of the attributes of events, by their names.
    _numbers: dict[int, Number] = Factory(dict)
    _asked: dict[str, set[str]] = Factory(dict)

    def compares(self, expression: m.Apply, left: m.Expression, right: m.Expression) -> Truth:
        """A comparison of two numbers, or of one with a list."""
        operator = expression.operator
        if isinstance(left, m.Constant) and not isinstance(right, m.Constant | m.Items) and operator in TURNED:
            left, right, operator = right, left, TURNED[operator]
        known = both(self.of.known(left), self.of.known(right))
        if operator not in (*ORDER, "in"):
            return self.of.anything(expression, known)
        if isinstance(right, m.Constant | m.Items):
            quantity = self.quantity(left)
            if quantity is None:
                summed = self._linear(expression, operator, left, right)
                if summed is not None:
                    return summed
                quantity = Quantity(known, self._number(left).at_least, exactly=NO)
            values = [value for value, _ in values_of(right) if isinstance(value, float | int)]
            formula = either(*(quantity.compares(operator, value) for value in values))
            if quantity.exactly is YES:
                return when_known(quantity.known, formula)
            return self.of.anything(expression, known, quantity.exactly, formula)
        one, other = self._whole(left), self._whole(right)
        if one is not None and other is not None and one[1] == other[1]:
            return sure(ordered(operator, one[0], other[0]))
        if _is_number(left) and _is_number(right):
            return when_known(known, self._ordered(operator, left, right))
        return self._linear(expression, operator, left, right) or self.of.anything(expression, known)

    def _ordered(self, operator: str, left: NumberValue, right: NumberValue) -> Formula:
        """A comparison of two fields, or of two attributes."""
        record = self.of.record_of(left)
        one, other = record.number(left.name), record.number(right.name)
        if one is other:
            return YES if operator in ("is", "<=", ">=") else NO
        match operator:
            case "<":
                return record.order.less(one, other)
            case ">=":
                return no(record.order.less(one, other))
            case ">":
                return record.order.less(other, one)
            case "<=":
                return no(record.order.less(other, one))
        return record.order.same(one, other)

    def _linear(self, expression: m.Apply, operator: str, left: m.Expression, right: m.Expression) -> Truth | None:
        """Sums of points and numbers of events."""
        if isinstance(right, m.Items):
            return None
        one, other = linear(left, self._whole), linear(right, self._whole)
        if one is None or other is None:
            return None
        key = self.of.shapes.of(expression)
        formula, unsure = compared(operator, one.plus(other, -1), z3.Bool(f"rounded {key}"))
        self.of.loose.append(unsure)
        return sure(formula)

    def _number(self, expression: m.Expression) -> Number:
        """A number that may be anything; all that is asked of the same expression is asked of the same number."""
        key = self.of.shapes.of(expression)
        if key not in self._numbers:
            self._numbers[key] = Number(f"anything {key}", facts=self.of.facts)
        return self._numbers[key]

    def _added_up(self, measured: m.Measured) -> Quantity:
        """A sum or an average."""
        number, some = self._number(measured), self.of.the_events().has(measured.query, measured.attribute, None)

        def at_least(edge: float) -> Formula:
            reached = number.at_least(edge)
            if self._is_told(measured):
                self._bound(measured, some, reached, edge)
            return reached

        if measured.function == "average":
            return Quantity(some, at_least, exactly=NO)
        # Of nothing it is 0.
        zero = both(number.at_least(0.0), no(number.at_least(after(0.0))))
        self.of.facts.append(either(some, zero))
        return Quantity(YES, at_least, exactly=no(some))

    def _is_told(self, measured: m.Measured) -> bool:
        """Whether anything else is asked of an attribute: otherwise its numbers may be whatever suits."""
        if not self._asked:
            model = self.of.model
            roots = (*roots_of(model), *(each.condition for each in model.invariants))
            for part in (part for root in roots for part in walk(root)):
                if isinstance(part, m.AttributeValue):
                    self._asked.setdefault(part.name, set()).add("")
                elif isinstance(part, m.Measured):
                    self._asked.setdefault(part.attribute, set()).add(part.function)
        return bool(self._asked.get(measured.attribute, set()) - {measured.function})

    def _bound(self, measured: m.Measured, some: Formula, reached: Formula, edge: float) -> None:
        """Note what it says of the numbers that a sum or an average reaches an edge, or does not.

        A sum above 0 has a number above 0, and one number is its own sum. An average lies between the least and the
        largest of the numbers, but for what is rounded.
        """
        query, attribute, events = measured.query, measured.attribute, self.of.the_events()
        slack = 0.0 if measured.function == "sum" or _is_short(edge) else abs(edge) * ROUNDED
        above = events.has(query, attribute, (">=", edge - slack))
        below = events.has(query, attribute, ("<", edge + slack))
        if measured.function == "sum":
            beyond, sign = (reached, (">=", after(0.0))) if edge > 0 else (no(reached), ("<", 0.0))
            self.of.facts.append(implied(beyond, events.has(query, attribute, sign)))
            several = events.several(query, attribute)
            above, below = either(several, above), either(several, below)
        self.of.facts += [implied(both(some, reached), above), implied(both(some, no(reached)), below)]

    def _whole(self, expression: m.Expression) -> tuple[Term, int] | None:
        """A term that stands for a number, and how many of it are one."""
        match expression:
            case m.ResultValue(what="score" | "category"):
                return self.of.the_results().points(expression), 100
            case m.CountOf(query=query):
                return self.of.the_events().count(query), 1
        return None

    def quantity(self, expression: m.Expression) -> Quantity | None:
        """The number that an expression comes to, where it rises or falls with one unknown number only."""
        expression = plain(expression)
        match expression:
            case m.FieldValue(type=Type.NUMBER) | m.AttributeValue(type=Type.NUMBER):
                record = self.of.record_of(expression)
                number = record.number(expression.name)
                return Quantity(record.known(expression.name), number.at_least, number=number)
            case m.Apply(operator="length", operands=(inner,)):
                return self._length(inner)
            case m.DaysSince(value=value):
                at = self.of.date(value)
                if at is None:
                    return None
                return Quantity(self.of.known(value), lambda days: self.of.now - at >= math.ceil(days) * DAY)
            case m.CountOf(query=query):
                events = self.of.the_events()
                return Quantity(YES, lambda count: events.compares(query, "at least", count))
            case m.DaysSinceLast(query=query):
                latest = self.of.the_events().latest((query,))
                return Quantity(latest.any, lambda days: latest.age >= math.ceil(days) * DAY)
            case m.Measured(function="largest" | "smallest" as function, query=query, attribute=attribute):
                return self._extreme(function, query, attribute)
            case m.Measured():
                return self._added_up(expression)
            case m.ResultValue(what="score" | "category"):
                points = self.of.the_results().points(expression)
                return Quantity(YES, lambda value: points >= hundredths_at_least(value))
            case m.Added() | m.Multiplied():
                return self._arithmetic(expression)
        return None

    def _length(self, inner: m.Expression) -> Quantity | None:
        text, of_domain = address_of(plain(inner))
        if not isinstance(text, m.FieldValue | m.AttributeValue):
            return None

        def at_least(value: float) -> Formula:
            number = math.ceil(value)
            return YES if number <= 1 else self.of.passes(text, Test("at least", number=number, of_domain=of_domain))

        return Quantity(self.of.known(inner), at_least)

    def _extreme(self, function: str, query: m.Query, attribute: str) -> Quantity:
        events = self.of.the_events()
        known = events.has(query, attribute, None)
        if function == "largest":
            return Quantity(known, lambda value: events.has(query, attribute, (">=", value)))
        return Quantity(known, lambda value: no(events.has(query, attribute, ("<", value))))

    def _arithmetic(self, expression: m.Expression) -> Quantity | None:
        leaves = leaves_of(expression)
        if len(leaves) != 1 or divides_by_leaf(expression):
            return None
        inner = self.quantity(leaves[0])
        return None if inner is None else inner.through(worked_out(expression, leaves[0], self.of.model))


def _is_number(expression: m.Expression) -> TypeGuard[NumberValue]:
    """Whether it is a number of the lead, or of the event that a condition is about."""
    return isinstance(expression, NumberValue) and expression.type is Type.NUMBER


def _is_short(edge: float) -> bool:
    """Whether averages are never rounded across an edge: it, or the double before it, has few binary digits."""
    return any(
        math.ldexp(math.frexp(number)[0], SHORT).is_integer() for number in (edge, math.nextafter(edge, -math.inf))
    )
