"""Conditions as formulas: what makes each known true, and what makes it known false.

What has no exact formula becomes a Boolean that may be anything, and is noted in `loose` with what it depends on: a
proof then holds all the same, and a lead that z3 finds may be none.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import z3
from attrs import Factory, define, field

from scorelang import model as m
from scorelang.analysis.arithmetic import ORDER, Arithmetic
from scorelang.analysis.logic import (
    NO,
    UNKNOWN,
    YES,
    Formula,
    Term,
    Truth,
    both,
    chosen,
    either,
    no,
    sure,
    total,
    when_known,
)  # fmt: skip
from scorelang.analysis.parts import NOBODY, address_of, is_label, ordered, plain, texts_of, values_of, within
from scorelang.analysis.shapes import Shapes
from scorelang.analysis.text_tests import HOWS, Test
from scorelang.check.walk import walk
from scorelang.interpret import Scope, evaluate
from scorelang.operators import operators
from scorelang.values import Type

if TYPE_CHECKING:
    from scorelang.analysis.events import Events
    from scorelang.analysis.records import Record
    from scorelang.analysis.results import Results
    from scorelang.analysis.views import View


class ElsewhereError(Exception):
    """A condition on an event that looks at something that is no attribute of it."""


@define(eq=False)
class Conditions:
    """Reads the conditions of a model over one unknown lead, or over one unknown event (then `lead` is None)."""

    model: m.CheckedModel
    facts: list[Formula]
    shapes: Shapes
    lead: Record | View | None = None
    now: Term = None
    attributes: Record | None = None
    events: Events | None = None
    results: Results | None = None
    loose: list[Formula] = Factory(list)
    # The conditions that may be anything, each with the Boolean that says which; and where each of them counts.
    guesses: list[tuple[m.Expression, Formula]] = Factory(list)
    counts: list[Formula] = Factory(list)
    arithmetic: Arithmetic = field(init=False)
    _truths: dict[int, tuple[m.Expression, Truth]] = Factory(dict)
    _anything: dict[int, Formula] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        self.arithmetic = Arithmetic(self)

    # --- conditions ---

    def truth(self, expression: m.Expression) -> Truth:
        """What makes a condition known true and known false."""
        key = id(expression)
        if key not in self._truths:
            self._truths[key] = (expression, self._truth(expression))
        return self._truths[key][1]

    def _truth(self, expression: m.Expression) -> Truth:
        match expression:
            case m.Defined(expression=inner):
                return self.truth(inner)
            case m.Constant(value=value):
                return UNKNOWN if value is None else sure(YES if value else NO)
            case m.Negated(item=item):
                return self.truth(item).turned
            case m.AllOf(items=items):
                parts = [self.truth(item) for item in items]
                return Truth(both(*(part.true for part in parts)), either(*(part.false for part in parts)))
            case m.AnyOf(items=items):
                parts = [self.truth(item) for item in items]
                return Truth(either(*(part.true for part in parts)), both(*(part.false for part in parts)))
            case m.AmountOf(how=how, number=number, items=items):
                true = [self.truth(item).true for item in items]
                return sure(self._counted(true, how, number))
            case m.IsKnown(value=value):
                return sure(self.known(value))
            case m.FieldValue() | m.AttributeValue():
                record = self.record_of(expression)
                return when_known(record.known(expression.name), record.flag(expression.name))
            case m.ResultValue(what="qualified"):
                return sure(self.the_results().qualified)
            case m.InPeriod(value=value, period=period):
                return self._in_period(expression, value, period)
            case m.Happened(query=query, how=how, number=number):
                return sure(self.the_events().compares(query, how, number))
            case m.OnlyHappened(query=query):
                return sure(self.the_events().only(query))
            case m.Apply():
                return self._apply(expression)
        return self.anything(expression, self.known(expression))

    def _counted(self, formulas: Sequence[Formula], how: str, number: float) -> Formula:
        """That `at least`, `at most` … so many of them hold."""
        count = total(chosen(formula, 1, 0) for formula in formulas)
        if how in ("at least", "more than"):
            return count >= (math.ceil(number) if how == "at least" else math.floor(number) + 1)
        if how in ("at most", "fewer than"):
            return count <= (math.floor(number) if how == "at most" else math.ceil(number) - 1)
        return count == int(number) if float(number).is_integer() else NO

    def anything(
        self, expression: m.Expression, known: Formula, exactly: Formula = NO, formula: Formula | None = None
    ) -> Truth:
        """A condition that is true or false, one cannot say which; what it says is exact only where `exactly` holds.

        `formula`, if there is one, is all that is known of it.
        """
        key = self.shapes.of(expression)
        if key not in self._anything:
            self._anything[key] = z3.Bool(f"anything {key}") if formula is None else formula
            self.loose.append(both(known, no(exactly)))
            self.guesses.append((expression, self._anything[key]))
            self.counts.append(self.loose[-1])
        return when_known(known, self._anything[key])

    # --- what conditions are about ---

    def record_of(self, value: m.FieldValue | m.AttributeValue) -> Record | View:
        """The record that a field or attribute belongs to. Raises `ElsewhereError` where there is none."""
        record = self.lead if isinstance(value, m.FieldValue) else self.attributes
        if record is None or value.name not in record.definitions:
            raise ElsewhereError
        return record

    def the_events(self) -> Events:
        """The events of the lead. Raises `ElsewhereError` where there is only one event."""
        if self.events is None:
            raise ElsewhereError
        return self.events

    def the_results(self) -> Results:
        """What is worked out. Raises `ElsewhereError` for a condition on an event."""
        if self.results is None:
            raise ElsewhereError
        return self.results

    def known(self, expression: m.Expression) -> Formula:
        """That an expression has a value."""
        match expression:
            case m.Defined(expression=inner):
                return self.known(inner)
            case m.Constant(value=value):
                return NO if value is None else YES
            case m.Items() | m.CountOf() | m.Happened() | m.OnlyHappened() | m.IsKnown() | m.AmountOf():
                return YES
            case m.FieldValue(name=name) | m.AttributeValue(name=name):
                return self.record_of(expression).known(name)
            case m.ResultValue(what=what):
                return self.the_results().routed if what == "route" else YES
            case m.DaysSince(value=value) | m.InPeriod(value=value):
                return self.known(value)
            case m.DaysSinceLast(query=query):
                return self.the_events().compares(query, "at least", 1)
            case m.Measured(function=function, query=query, attribute=attribute):
                return YES if function == "sum" else self.the_events().has(query, attribute, None)
            case m.Negated() | m.AllOf() | m.AnyOf():
                return self.truth(expression).known
            case m.Apply(operator="domain", operands=(inner,)):
                return both(self.known(inner), self.passes(inner, Test("known", of_domain=True)))
            case m.Apply(operands=operands):
                return both(*(self.known(operand) for operand in operands))
            case m.Added() | m.Multiplied():
                quantity = self.arithmetic.quantity(expression)
                if quantity is None or quantity.exactly is not YES:
                    return self._worked_out(expression)
                return quantity.known
        return YES

    def _worked_out(self, expression: m.Added | m.Multiplied) -> Formula:
        """Arithmetic has a value where all its parts have one, unless it divides by 0 or is too large for a double."""
        parts = (
            [part for _, part in expression.terms]
            if isinstance(expression, m.Added)
            else [part for _, part in expression.factors]
        )
        known = both(*(self.known(part) for part in parts))
        key = -1 - self.shapes.of(expression)
        if key not in self._anything:
            self._anything[key] = z3.Bool(f"worked out {key}")
            self.loose.append(known)
            self.guesses.append((m.IsKnown(Type.FLAG, expression.place, expression), self._anything[key]))
            self.counts.append(known)
        return both(known, self._anything[key])

    def _in_period(self, expression: m.Expression, value: m.Expression, period: m.Period) -> Truth:
        at = self.date(value)
        if at is None:
            return self.anything(expression, self.known(value))
        return when_known(self.known(value), within(period, at, self.now))

    def date(self, expression: m.Expression) -> Term | None:
        """The instant of a date of the lead, or of one that is written; None where there is no `as of` beside it."""
        while isinstance(expression, m.Defined):
            expression = expression.expression
        if self.now is None:
            return None
        if isinstance(expression, m.Constant) and isinstance(expression.value, int):
            return z3.IntVal(expression.value)
        if isinstance(expression, m.FieldValue) and self.lead is not None:
            return self.lead.date(expression.name)
        return None

    # --- operators ---

    def _apply(self, expression: m.Apply) -> Truth:
        operands = tuple(plain(operand) for operand in expression.operands)
        left, right = operands[0], operands[-1]
        if isinstance(left, m.Constant) and not isinstance(right, m.Constant | m.Items) and expression.operator == "is":
            left, right = right, left
            operands = (left, right)
        if all(isinstance(part, m.Constant | m.Items) for item in operands for part in walk(item)):
            value = evaluate(expression, Scope(NOBODY, self.model.zone))
            return UNKNOWN if value is None else sure(YES if value else NO)
        if expression.type is not Type.FLAG or len(operands) != 2:
            return self.anything(expression, self.known(expression))
        if any(is_label(operand) for operand in operands):
            return self._labels(expression.operator, operands)
        if left.type is Type.FLAG or right.type is Type.FLAG:
            return self._flags(expression, left, right)
        if left.type is Type.TEXT_LIST:
            return self._members(expression, left, right)
        if left.type.is_text:
            return self._text(expression, left, right)
        if left.type is Type.DATE:
            return self._dates(expression, left, right)
        return self.arithmetic.compares(expression, left, right)

    def _labels(self, operator: str, operands: Sequence[m.Expression]) -> Truth:
        """Stages, grades, personas and the route have few values: each is tried."""
        results, reference = self.the_results(), operators()[operator].reference
        ways = [results.labels(part) if isinstance(part, m.ResultValue) else values_of(part) for part in operands]
        true: list[Formula] = []
        false: list[Formula] = []
        if isinstance(operands[1], m.Items):
            members = [value for value, _ in ways[1]]
            for value, holds in ways[0]:
                if value is not None:
                    (true if any(reference(value, each) for each in members) else false).append(holds)
            return Truth(either(*true), either(*false))
        for (value, holds), (other, other_holds) in itertools.product(*ways):
            if value is not None and other is not None:
                (true if reference(value, other) else false).append(both(holds, other_holds))
        return Truth(either(*true), either(*false))

    def _flags(self, expression: m.Apply, left: m.Expression, right: m.Expression) -> Truth:
        if isinstance(right, m.Items):
            one = self.truth(left)
            true = either(one.true if True in right.members else NO, one.false if False in right.members else NO)
            return Truth(true, both(one.known, no(true)))
        one, other = self.truth(left), self.truth(right)
        same = either(both(one.true, other.true), both(one.false, other.false))
        return Truth(same, either(both(one.true, other.false), both(one.false, other.true)))

    def _members(self, expression: m.Apply, left: m.Expression, right: m.Expression) -> Truth:
        values = texts_of(right)
        if values is None or not isinstance(left, m.FieldValue | m.AttributeValue):
            return self.anything(expression, self.known(expression))
        record = self.record_of(left)
        return when_known(record.known(left.name), either(*(record.member(left.name, value) for value in values)))

    def _text(self, expression: m.Apply, left: m.Expression, right: m.Expression) -> Truth:
        values = texts_of(right)
        how = "is" if expression.operator == "in" else expression.operator
        known = both(self.known(left), self.known(right))
        if values is None or how not in HOWS or "" in values:
            return self.anything(expression, known)
        inner, of_domain = address_of(left)
        if not isinstance(inner, m.FieldValue | m.AttributeValue):
            return self.anything(expression, known)
        return when_known(known, self.passes(inner, Test(how, frozenset(values), of_domain=of_domain)))

    def passes(self, inner: m.Expression, test: Test) -> Formula:
        """That a field or attribute, a text, passes a test."""
        inner = plain(inner)
        if not isinstance(inner, m.FieldValue | m.AttributeValue):
            raise ElsewhereError
        return self.record_of(inner).text(inner.name).holds(test)

    def _dates(self, expression: m.Apply, left: m.Expression, right: m.Expression) -> Truth:
        one = self.date(left)
        known = both(self.known(left), self.known(right))
        if one is None or expression.operator not in (*ORDER, "in"):
            return self.anything(expression, known)
        if isinstance(right, m.Items):
            return when_known(known, either(*(one == value for value in right.values if isinstance(value, int))))
        other = self.date(right)
        if other is None:
            return self.anything(expression, known)
        return when_known(known, ordered(expression.operator, one, other))
