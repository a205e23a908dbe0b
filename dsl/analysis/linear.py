"""Sums of points and numbers of events, each times a constant, compared: exact but where doubles may round."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, lcm

import z3
from attrs import frozen

from scorelang import model as m
from scorelang.analysis.logic import YES, Formula, Term, both, either, no

# Points and counts stay far below the size at which doubles could be off by this much, for each unit of a factor.
SLACK = Fraction(1, 10_000)
# A term, and how many of it are one: hundredths are parts of 100.
Read = Callable[[m.Expression], tuple[Term, int] | None]


@frozen(eq=False)
class Linear:
    """Terms with their factors, and a constant."""

    terms: tuple[tuple[Fraction, Term], ...]
    constant: Fraction
    # That every term is a whole number, and none is divided: then doubles are exact.
    whole: Formula

    def plus(self, other: Linear, factor: int) -> Linear:
        """With so many times the other added."""
        terms = tuple((factor * each, term) for each, term in other.terms)
        return Linear((*self.terms, *terms), self.constant + factor * other.constant, both(self.whole, other.whole))

    def times(self, factor: Fraction) -> Linear:
        """Multiplied by a constant."""
        terms = tuple((factor * each, term) for each, term in self.terms)
        whole = self.whole if factor.denominator == 1 else no(YES)
        return Linear(terms, factor * self.constant, whole)


def linear(expression: m.Expression, read: Read) -> Linear | None:
    """An expression as such a sum; None when it is none."""
    while isinstance(expression, m.Defined):
        expression = expression.expression
    match expression:
        case m.Constant(value=float() as value):
            return Linear((), Fraction(value), YES if value.is_integer() else no(YES))
        case m.Added(terms=terms):
            total = Linear((), Fraction(0), YES)
            for sign, term in terms:
                part = linear(term, read)
                if part is None:
                    return None
                total = total.plus(part, sign)
            return total
        case m.Multiplied(factors=factors):
            return _multiplied(factors, read)
    found = read(expression)
    if found is None:
        return None
    term, size = found
    return Linear(((Fraction(1, size), term),), Fraction(0), YES if size == 1 else term % size == 0)


def _multiplied(factors: tuple[tuple[bool, m.Expression], ...], read: Read) -> Linear | None:
    product = Linear((), Fraction(1), YES)
    for divides, factor in factors:
        part = linear(factor, read)
        if part is None:
            return None
        if not part.terms:
            if divides and part.constant == 0:
                return None
            product = product.times(1 / part.constant if divides else part.constant)
        elif divides or product.terms:
            return None
        else:
            product = part.times(product.constant)
    return product


def compared(operator: str, difference: Linear, anything: Formula) -> tuple[Formula, Formula]:
    """That a difference compares with 0 as asked, and where that is not certain; there it is as `anything` says."""
    scale = lcm(*(factor.denominator for factor, _ in difference.terms), difference.constant.denominator)
    terms = [z3.IntVal(int(factor * scale)) * term for factor, term in difference.terms]
    value = z3.Sum([*terms, z3.IntVal(int(difference.constant * scale))])
    slack = SLACK * scale * max([abs(factor) for factor, _ in difference.terms] + [Fraction(1)])
    # An integer is near 0 when it is no further than the whole part of the slack.
    near = both(value <= ceil(slack) - 1, value >= 1 - ceil(slack))
    unsure = both(near, no(difference.whole))
    plain = {"<": value < 0, "<=": value <= 0, ">": value > 0, ">=": value >= 0}.get(operator, value == 0)
    return either(both(unsure, anything), both(no(unsure), plain)), unsure
