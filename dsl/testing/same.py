"""What can be shown of a model without trying it, so that no change is made that could never make a difference.

Three things are shown: that two conditions are never both true, that of a choice's branches the first true one gives
the most points, and between which bounds the points of a group stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from scorelang import model as m
from scorelang.interpret import Scope, evaluate
from scorelang.leads import Facts
from scorelang.values import Value, zone_of

_COMPARISONS = ("is", "=", "<", "<=", ">", ">=", "in")
# Points below and above anything, in hundredths.
_Range = tuple[int, int]


def never_both(first: m.Rule, second: m.Rule) -> bool:
    """Whether two branches are never true of one lead: they compare one field with constants, and no value fits both.

    A comparison is the same for all values between two neighbouring constants, so one of each stretch is tried.
    """
    if first.condition is None or second.condition is None:
        return False
    asked = [part for rule in (first, second) for part in _comparisons(rule.condition)]
    fields = {part.operands[0].name if isinstance(part.operands[0], m.FieldValue) else None for part in asked if part}
    name = next(iter(fields), None)
    if None in asked or len(fields) != 1 or name is None:
        return False
    values = [value for part in asked if part is not None for value in _constants(part.operands[1])]
    if not (all(isinstance(each, str) for each in values) or all(isinstance(each, float) for each in values)):
        return False
    return not any(_true(first, name, value) and _true(second, name, value) for value in _stretches(values))


def best_is_first(choice: m.Choice) -> bool:
    """Whether no branch gives more points than one above it, so that the first true one is the best one."""
    branches = [branch for branch in choice.branches if branch.form != "otherwise"]
    fixed = [_fixed(branch) for branch in branches]
    if any(each is None for each in fixed):
        return False
    return all(a is not None and b is not None and a >= b for a, b in pairwise(fixed))


def reach_of(scoring: Sequence[m.Scoring]) -> _Range | None:
    """Bounds in hundredths that the sum of some rules never leaves; None where nothing bounds them."""
    ranges = [_reach(each) for each in scoring]
    known = [each for each in ranges if each is not None]
    if len(known) != len(ranges):
        return None
    return sum(low for low, _ in known), sum(high for _, high in known)


# --- conditions -----------------------------------------------------------------------------------------------------


def _comparisons(condition: m.Expression | None) -> Iterator[m.Apply | None]:
    """The comparisons that a condition is made of; None for anything else."""
    match condition:
        case m.Defined(expression=inner):
            yield from _comparisons(inner)
        case m.AllOf(items=items) | m.AnyOf(items=items):
            for item in items:
                yield from _comparisons(item)
        case m.Apply(operands=(m.FieldValue(), m.Constant() | m.Items())) if condition.operator in _COMPARISONS:
            yield condition
        case _:
            yield None


def _constants(operand: m.Expression) -> tuple[Value, ...]:
    return (
        operand.values if isinstance(operand, m.Items) else (operand.value,) if isinstance(operand, m.Constant) else ()
    )


def _stretches(values: Sequence[Value]) -> Iterator[Value]:
    """Every constant, and a value of every stretch between and beside them."""
    yield from values
    numbers = sorted({value for value in values if isinstance(value, float)})
    if not numbers:
        yield "".join(str(value) for value in values) + "x"
        return
    yield from (numbers[0] - 1, numbers[-1] + 1)
    yield from ((low + high) / 2 for low, high in pairwise(numbers))


def _true(rule: m.Rule, name: str, value: Value) -> bool:
    assert rule.condition is not None
    return evaluate(rule.condition, Scope(Facts(None, {name: value}, (), 0), zone_of("UTC"))) is True


# --- points ---------------------------------------------------------------------------------------------------------


def _fixed(rule: m.Rule) -> int | None:
    """What a rule adds whenever it fires; None when that differs from lead to lead."""
    return rule.points if rule.form != "each" and isinstance(rule.points, int) and not rule.modifiers.decays else None


def _reach(scoring: m.Scoring) -> _Range | None:
    match scoring:
        case m.Rule():
            return _rule(scoring)
        case m.Choice(branches=branches):
            ranges = [_rule(branch) for branch in branches]
            known = [each for each in ranges if each is not None]
            return _around(value for each in known for value in each) if len(known) == len(ranges) else None
        case m.Grid(points=points):
            return _around(value for row in points for value in row)


def _rule(rule: m.Rule) -> _Range | None:
    """What a rule adds, between nothing and its points; its own bounds may hold what is not fixed."""
    least, most = rule.modifiers.least, rule.modifiers.most
    if rule.form != "each" and isinstance(rule.points, int):
        return _around((rule.points, *(bound for bound in (least, most) if bound is not None)))
    gives = isinstance(rule.points, int) and rule.points >= 0
    takes = isinstance(rule.points, int) and rule.points <= 0
    low = 0 if gives and not (least or 0) < 0 else least
    high = 0 if takes and not (most or 0) > 0 else most
    return None if low is None or high is None else _around((low, high))


def _around(values: Iterator[int] | tuple[int, ...]) -> _Range:
    """The range that holds all values, and 0."""
    every = (0, *values)
    return min(every), max(every)


__all__ = ["best_is_first", "never_both", "reach_of"]
