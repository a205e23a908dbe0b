"""Formulas as a program of whole numbers: what a solver of such programs needs to find the most that a sum can be.

Each Boolean is a column of 0 or 1, each number a column within its bounds, and each formula becomes rows. Nothing that
a lead can be is left out, but more may be let in: instants and ages are told apart only where something compares them,
and what cannot be written as rows of moderate numbers is free. So no lead goes beyond the most that is found, and z3
has to say whether one gets there.

Numbers of events have no end. Their columns end at `MOST_EVENTS`, and a comparison that more could change is free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import z3
from attrs import Factory, define, field

from scorelang.analysis.columns import Columns
from scorelang.analysis.logic import Formula, Term, is_name, shape_of
from scorelang.analysis.rows import TRUE, Literal, Sum, between, of_literal

# The column of a number of events ends here.
MOST_EVENTS = 1_000

TURNED = {z3.Z3_OP_LE: z3.Z3_OP_GE, z3.Z3_OP_LT: z3.Z3_OP_GT}


class NoProgramError(Exception):
    """What is wanted has no end that rows could tell."""


@define(eq=False)
class Program(Columns):
    """Columns and rows for formulas; `counts` are the terms that are numbers of events."""

    counts: Iterable[Term]
    # Every Boolean and number of events that has a column of its own.
    booleans: dict[int, Formula] = Factory(dict)
    numbers: dict[int, Term] = Factory(dict)
    _counted: frozenset[int] = field(init=False)
    _literals: dict[int, Literal] = Factory(dict)
    _sums: dict[int, Sum] = Factory(dict)
    _bounds: dict[int, list[int | None]] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        self._counted = frozenset(term.get_id() for term in self.counts)

    # --- facts ---

    def sum_where(self, facts: Sequence[Formula], term: Term) -> Sum:
        """Write out what always holds; return a term as a sum of columns. To be called once.

        Raises `NoProgramError`.
        """
        for fact in facts:
            self._note_bounds(fact)
        for fact in facts:
            self._hold(fact)
        whole = self.sum(term)
        self.order()
        return whole

    def _note_bounds(self, fact: Formula) -> None:
        """Ends of single numbers are known before anything is written."""
        kind = fact.decl().kind()
        if kind == z3.Z3_OP_AND:
            for each in fact.children():
                self._note_bounds(each)
        elif kind in (z3.Z3_OP_GE, z3.Z3_OP_LE):
            term, value = fact.children()
            if z3.is_int_value(value) and z3.is_const(term):
                bounds = self._bounds.setdefault(term.get_id(), [None, None])
                at, best = (0, max) if kind == z3.Z3_OP_GE else (1, min)
                known = bounds[at]
                bounds[at] = value.as_long() if known is None else best(known, value.as_long())

    def _hold(self, fact: Formula) -> None:
        """Write out one that holds."""
        kind = fact.decl().kind()
        if kind == z3.Z3_OP_AND:
            for each in fact.children():
                self._hold(each)
        elif kind == z3.Z3_OP_OR:
            self.clause(*map(self.literal, fact.children()))
        elif kind == z3.Z3_OP_EQ and fact.arg(0).sort_kind() == z3.Z3_INT_SORT:
            self._equal(*fact.children())
        elif kind == z3.Z3_OP_EQ:
            self._same(*fact.children())
        elif kind in (z3.Z3_OP_GE, z3.Z3_OP_LE):
            one, other = fact.children() if kind == z3.Z3_OP_GE else reversed(fact.children())
            self.at_least(self.sum(one).plus(self.sum(other), -1))
        else:
            self.clause(self.literal(fact))

    def _same(self, one: Formula, other: Formula) -> None:
        """Two Booleans that are the same; a name is that of what it stands for."""
        if is_name(one) and one.get_id() not in self._literals:
            self._literals[one.get_id()] = self.literal(other)
            return
        first, second = self.literal(one), self.literal(other)
        self.clause(-first, second)
        self.clause(first, -second)

    def _equal(self, one: Term, other: Term) -> None:
        """Two numbers that are the same; a name is that of what it stands for, if that is short."""
        if not is_name(one) or one.get_id() in self._sums or one.get_id() in self._counted:
            apart = self.sum(one).plus(self.sum(other), -1)
            self.at_least(apart)
            self.at_least(apart.times(-1))
            return
        whole = self.sum(other)
        ends = self.ends(whole)
        if len(whole.factors) > 2 and None not in ends and not self.endless(whole):
            named = Sum({self.column(*ends): 1})
            self.row(whole.plus(named, -1).factors, -whole.constant, -whole.constant)
            whole = named
        self._sums[one.get_id()] = whole

    # --- formulas ---

    def literal(self, formula: Formula) -> Literal:
        """The Boolean of a formula."""
        key = formula.get_id()
        if key not in self._literals:
            self._literals[key] = self._literal(formula)
        return self._literals[key]

    def _literal(self, formula: Formula) -> Literal:
        kind = formula.decl().kind()
        parts = formula.children()
        match kind:
            case z3.Z3_OP_TRUE | z3.Z3_OP_FALSE:
                return TRUE if kind == z3.Z3_OP_TRUE else -TRUE
            case z3.Z3_OP_NOT:
                return -self.literal(parts[0])
            case z3.Z3_OP_AND:
                return -self._any([-self.literal(part) for part in parts])
            case z3.Z3_OP_OR:
                return self._any([self.literal(part) for part in parts])
            case z3.Z3_OP_GE | z3.Z3_OP_LE | z3.Z3_OP_GT | z3.Z3_OP_LT:
                return self._compares(kind, *map(self.sum, parts))
            case z3.Z3_OP_EQ | z3.Z3_OP_DISTINCT if parts[0].sort_kind() == z3.Z3_INT_SORT and len(parts) == 2:
                apart = self.sum(parts[0]).plus(self.sum(parts[1]), -1)
                unequal = self._any([self.reaches(apart, 1), -self.reaches(apart, 0)])
                return unequal if kind == z3.Z3_OP_DISTINCT else -unequal
            case z3.Z3_OP_EQ | z3.Z3_OP_ITE:
                one, then, *rest = map(self.literal, parts)
                other = rest[0] if rest else -then
                return -self._any([-self._any([-one, then]), -self._any([one, other])])
        column = self.column(0, 1)
        if is_name(formula):
            self.booleans[column] = formula
        return column + 1

    def _compares(self, kind: int, one: Sum, other: Sum) -> Literal:
        if kind in TURNED:
            one, other, kind = other, one, TURNED[kind]
        return self.reaches(one.plus(other, -1), 0 if kind == z3.Z3_OP_GE else 1)

    def _any(self, literals: Sequence[Literal]) -> Literal:
        """The Boolean that is true where any of them is."""
        left = list(dict.fromkeys(each for each in literals if each != -TRUE))
        if TRUE in left or any(-each in left for each in left):
            return TRUE
        if len(left) < 2:
            return left[0] if left else -TRUE
        found = self.column(0, 1) + 1
        self.clause(-found, *left)
        for each in left:
            self.clause(found, -each)
        return found

    # --- numbers ---

    def sum(self, term: Term) -> Sum:
        """A term as a sum of columns."""
        key = term.get_id()
        if key not in self._sums:
            self._sums[key] = self._sum(term)
        return self._sums[key]

    def _sum(self, term: Term) -> Sum:
        if z3.is_int_value(term):
            return Sum({}, term.as_long())
        kind, parts = term.decl().kind(), term.children()
        match kind:
            case z3.Z3_OP_ADD | z3.Z3_OP_SUB:
                whole = self.sum(parts[0])
                for part in parts[1:]:
                    whole = whole.plus(self.sum(part), 1 if kind == z3.Z3_OP_ADD else -1)
                return whole
            case z3.Z3_OP_UMINUS:
                return self.sum(parts[0]).times(-1)
            case z3.Z3_OP_MUL if len(parts) == 2:
                one, other = map(self.sum, parts)
                if not one.factors or not other.factors:
                    return other.times(one.constant) if not one.factors else one.times(other.constant)
            case z3.Z3_OP_ITE:
                return self._chosen(term)
        low, high = self._bounds.get(term.get_id(), (None, None))
        counted = term.get_id() in self._counted
        column = self.column(low, MOST_EVENTS if counted else high)
        if counted:
            self.caps[column], self.numbers[column] = MOST_EVENTS, term
        return Sum({column: 1})

    def _chosen(self, term: Term) -> Sum:
        """One of two sums."""
        condition, *parts = term.children()
        met = self.literal(condition)
        one, other = map(self.sum, parts)
        if met in (TRUE, -TRUE):
            return one if met == TRUE else other
        if not one.factors and not other.factors:
            return of_literal(met).times(one.constant - other.constant).plus(Sum({}, other.constant))
        rising = [factor > 0 for each in (one, other) for factor in self.endless(each).values()]
        if any(rising) and not all(rising):
            raise NoProgramError
        sign = 1 if all(rising) else -1
        one, other, shape = one.times(sign), other.times(sign), shape_of(condition, parts, sign)
        column = self.column(*between(shape, self.ends(one), self.ends(other)))
        caps = [self.cap(each) for each in (one, other) if self.endless(each)]
        # The lesser of two ends where one of them does.
        if len(caps) == 2 or (caps and shape != "lesser"):
            self.caps[column] = min(caps)
        # Where it is not told which of the two it is, it may be anything in between.
        for literal, branch in ((met, one), (-met, other)) if not rising or abs(met) not in self.free else ():
            apart = Sum({column: 1}).plus(branch, -1)
            self.when(literal, apart)
            self.when(literal, apart.times(-1))
        return Sum({column: sign})
