"""The most that a sum can be, by CP-SAT: a solver for programs of whole numbers, which the extra `prove` installs.

It takes formulas as `program` writes them. As nothing is left out of those that a lead can be, no lead goes beyond what
it says is the most; what it finds is told to z3, which then need not look for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from math import floor

from attrs import frozen

from scorelang.analysis.logic import Formula, Term, no
from scorelang.analysis.program import NoProgramError, Program
from scorelang.analysis.rows import Factors, Sum

# A column without an end has this one: CP-SAT takes no more than 64 bits for a row.
FAR = 1 << 40
# A second worker looks for bounds while the first looks for leads; many more do the same again.
MOST_WORKERS = 8


@frozen
class Advice:
    """What a number is at most for any lead, and `reached` for what may be one, of which `hints` hold."""

    most: int
    reached: int
    hints: Sequence[Formula]


def advice(facts: Sequence[Formula], counts: Sequence[Term], term: Term, *, up: bool, seconds: float) -> Advice | None:
    """The most (or, not `up`, the least) that a term can be where all facts hold; both with the sign of `up`.

    `counts` are the terms in them that are numbers of events. None where nothing is found out in so many seconds.
    """
    program = Program(counts)
    try:
        whole = program.sum_where(facts, term)
    except NoProgramError:
        return None
    goal = whole if up else whole.times(-1)
    has_end = all(factor < 0 for factor in program.endless(goal).values())
    found = solved(program, goal, seconds) if has_end else None
    if found is None:
        return None
    most, values = found
    reached = goal.constant + sum(factor * values[column] for column, factor in goal.factors.items())
    hints = [name if values[column] else no(name) for column, name in program.booleans.items()]
    return Advice(most, reached, [*hints, *(number == values[column] for column, number in program.numbers.items())])


def solved(program: Program, goal: Sum, seconds: float) -> tuple[int, Sequence[int]] | None:
    """What a sum of columns is at most, and columns for which it is as much as was found; None where nothing was."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    columns = [
        model.new_int_var(-FAR if low is None else low, FAR if high is None else high, "")
        for low, high in zip(program.low, program.high, strict=True)
    ]

    def sum_of(factors: Factors) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum([columns[each] for each in factors], list(factors.values()))

    for row in program.rows:
        whole = sum_of(row.factors)
        if row.low is not None:
            model.add(whole >= row.low)
        if row.high is not None:
            model.add(whole <= row.high)
    model.maximize(sum_of(goal.factors))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = max(2, min(MOST_WORKERS, os.cpu_count() or 1))
    # Of what is neither solved nor has any solution yet, the bound may be none at all.
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE) or solver.best_objective_bound >= FAR:
        return None
    return floor(solver.best_objective_bound) + goal.constant, [solver.value(column) for column in columns]
