"""Formulas: the few constructors that the encoding uses, which fold what is constant before z3 sees it.

A condition is a `Truth`, the pair of what makes it known true and what makes it known false; it is unknown otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import z3
from attrs import frozen

# z3 ships no types. A formula is a Boolean of z3, a term an integer of z3.
Formula = Any
Term = Any

YES: Formula = z3.BoolVal(True)
NO: Formula = z3.BoolVal(False)
# z3's own `And`, `If`, `Sum` and `>=` look at the sort of every part, which takes ten times as long as the formula.
_CONTEXT = z3.main_ctx()
_HERE = _CONTEXT.ref()
# Shares with larger denominators than this are bounded from both sides instead of multiplied out.
MOST_DENOMINATOR = 10**9
GRAIN = 1 << 24


@frozen(eq=False)
class Truth:
    """What makes a condition known true, and what makes it known false."""

    true: Formula
    false: Formula

    @property
    def turned(self) -> Truth:
        """The condition under `not`."""
        return Truth(self.false, self.true)

    @property
    def known(self) -> Formula:
        """Whether it is not unknown."""
        return either(self.true, self.false)


def sure(formula: Formula) -> Truth:
    """A condition that is never unknown."""
    return Truth(formula, no(formula))


def when_known(known: Formula, formula: Formula) -> Truth:
    """A condition that is unknown unless `known`."""
    return Truth(both(known, formula), both(known, no(formula)))


UNKNOWN = Truth(NO, NO)


def both(*formulas: Formula) -> Formula:
    """All of them."""
    left = [each for each in formulas if each is not YES]
    if any(each is NO for each in left):
        return NO
    return YES if not left else left[0] if len(left) == 1 else _made(z3.Z3_mk_and, left)


def either(*formulas: Formula) -> Formula:
    """Any of them."""
    left = [each for each in formulas if each is not NO]
    if any(each is YES for each in left):
        return YES
    return NO if not left else left[0] if len(left) == 1 else _made(z3.Z3_mk_or, left)


def no(formula: Formula) -> Formula:
    """Not so."""
    if formula is YES or formula is NO:
        return NO if formula is YES else YES
    return z3.BoolRef(z3.Z3_mk_not(_HERE, formula.ast), _CONTEXT)


def _made(make: Callable[..., Any], parts: list[Any]) -> Formula:
    return z3.BoolRef(make(_HERE, len(parts), _array(parts)), _CONTEXT)


def _array(parts: list[Any]) -> Any:
    return (z3.Ast * len(parts))(*(part.ast for part in parts))


@lru_cache(maxsize=4096)
def number(value: int) -> Term:
    """An integer as a term."""
    return z3.IntVal(value)


def at_least(term: Term, value: int) -> Formula:
    """A term is no less than a number."""
    return z3.BoolRef(z3.Z3_mk_ge(_HERE, term.ast, number(value).ast), _CONTEXT)


def at_most(term: Term, value: int) -> Formula:
    """A term is no more than a number."""
    return z3.BoolRef(z3.Z3_mk_le(_HERE, term.ast, number(value).ast), _CONTEXT)


def implied(condition: Formula, then: Formula) -> Formula:
    """If the one, then the other."""
    return either(no(condition), then)


def chosen(condition: Formula, then: Term, otherwise: Term) -> Term:
    """A term that depends on a condition."""
    if condition is YES or condition is NO:
        return then if condition is YES else otherwise
    one, other = (number(term) if isinstance(term, int) else term for term in (then, otherwise))
    return z3.ArithRef(z3.Z3_mk_ite(_HERE, condition.ast, one.ast, other.ast), _CONTEXT)


def total(terms: Iterable[Term]) -> Term:
    """The sum of terms, some of which may be plain integers."""
    items = list(terms)
    fixed = sum(item for item in items if isinstance(item, int))
    free = [item for item in items if not isinstance(item, int)]
    if fixed or not free:
        free.append(number(fixed))
    return free[0] if len(free) == 1 else z3.ArithRef(z3.Z3_mk_add(_HERE, len(free), _array(free)), _CONTEXT)


def shared(term: Term, share: Fraction, out: Term) -> Formula:
    """That `out` is `term` times a share of 0 or more, rounded to the nearest integer, halves away from zero.

    For shares with an enormous denominator it says a little less than that, and never more.
    """
    if share == 0:
        return out == 0
    if share == 1:
        return out == term
    if share.denominator <= MOST_DENOMINATOR:
        above, below = (share.numerator, share.denominator), (share.numerator, share.denominator)
    else:
        scaled = int(share * GRAIN)
        above, below = (scaled + 1, GRAIN), (scaled, GRAIN)

    def rounded(size: Term, result: Term) -> Formula:
        # result - 1/2 <= size * share < result + 1/2
        low = 2 * above[1] * result <= 2 * above[0] * size + above[1]
        high = 2 * below[0] * size + below[1] < 2 * below[1] * (result + 1)
        return z3.And(result >= 0, low, high)

    return z3.If(term >= 0, rounded(term, out), rounded(-term, -out))


def is_name(formula: Formula) -> bool:
    """Whether it is a Boolean or a number that only has a name."""
    return bool(z3.is_const(formula) and formula.decl().kind() == z3.Z3_OP_UNINTERPRETED)


def shape_of(condition: Formula, parts: Sequence[Term], sign: int) -> str:
    """Whether a choice is the `lesser` or the `greater` of its parts (with another sign the other one), or neither."""
    kind = condition.decl().kind()
    keys = [term.get_id() for term in parts]
    compared = [term.get_id() for term in condition.children()]
    if kind not in (z3.Z3_OP_GT, z3.Z3_OP_LT) or keys not in (compared, compared[::-1]):
        return ""
    is_greater = (kind == z3.Z3_OP_GT) is (keys == compared)
    return "greater" if is_greater is (sign > 0) else "lesser"
