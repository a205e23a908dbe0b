"""Parts of expressions, and the formulas of comparisons and periods."""

from __future__ import annotations

from collections.abc import Callable

from scorelang import model as m
from scorelang.analysis.logic import YES, Formula, Term, both
from scorelang.interpret import Scope, evaluate
from scorelang.leads import Facts
from scorelang.values import Type, Value

LABELS = ("stage", "grade", "persona", "route")
NOBODY = Facts(None, {}, (), 0)


def leaves_of(expression: m.Expression) -> list[m.Expression]:
    """What arithmetic starts from, constants left out, each as often as it stands there."""
    expression = plain(expression)
    match expression:
        case m.Added(terms=terms):
            return [leaf for _, term in terms for leaf in leaves_of(term)]
        case m.Multiplied(factors=factors):
            return [leaf for _, factor in factors for leaf in leaves_of(factor)]
        case m.Constant():
            return []
    return [expression]


def divides_by_leaf(expression: m.Expression) -> bool:
    """Whether anything is divided by what is not constant: such a quotient jumps."""
    expression = plain(expression)
    match expression:
        case m.Added(terms=terms):
            return any(divides_by_leaf(term) for _, term in terms)
        case m.Multiplied(factors=factors):
            return any((divides and bool(leaves_of(factor))) or divides_by_leaf(factor) for divides, factor in factors)
    return False


def worked_out(expression: m.Expression, leaf: m.Expression, model: m.CheckedModel) -> Callable[[float], float | None]:
    """What arithmetic comes to for a value of its one leaf; None is missing. It is what the interpreter works out."""

    def replaced(item: m.Expression, value: float) -> m.Expression:
        item = plain(item)
        if item is leaf:
            return m.Constant(Type.NUMBER, item.place, value)
        match item:
            case m.Added(terms=terms):
                return m.Added(item.type, item.place, tuple((sign, replaced(term, value)) for sign, term in terms))
            case m.Multiplied(factors=factors):
                pairs = tuple((divides, replaced(factor, value)) for divides, factor in factors)
                return m.Multiplied(item.type, item.place, pairs)
        return item

    def value_at(value: float) -> float | None:
        found = evaluate(replaced(expression, value), Scope(NOBODY, model.zone))
        return found if isinstance(found, float) else None

    return value_at


def plain(expression: m.Expression) -> m.Expression:
    """What a define stands for."""
    while isinstance(expression, m.Defined):
        expression = expression.expression
    return expression


def is_label(expression: m.Expression) -> bool:
    """Whether it is a stage, grade, persona or route."""
    return isinstance(expression, m.ResultValue) and expression.what in LABELS


def values_of(expression: m.Expression) -> list[tuple[Value, Formula]]:
    """The values of a constant or list, all of them there."""
    if isinstance(expression, m.Items):
        return [(value, YES) for value in expression.values]
    assert isinstance(expression, m.Constant)
    return [(expression.value, YES)]


def texts_of(expression: m.Expression) -> list[str] | None:
    """The texts of a constant or list; None for anything else."""
    if not isinstance(expression, m.Constant | m.Items):
        return None
    return [value for value, _ in values_of(expression) if isinstance(value, str)]


def address_of(expression: m.Expression) -> tuple[m.Expression, bool]:
    """The text that is asked, and whether it is its domain that is."""
    expression = plain(expression)
    if isinstance(expression, m.Apply) and expression.operator == "domain":
        return plain(expression.operands[0]), True
    return expression, False


def ordered(operator: str, one: Term, other: Term) -> Formula:
    """A comparison of two terms."""
    match operator:
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
        case ">=":
            return one >= other
    return one == other


def within(period: m.Period, at: Term, now: Term) -> Formula:
    """That an instant is in a period, as `interpret.in_period` says it."""
    parts: list[Formula] = []
    if period.least_age is not None:
        parts.append(now - at > period.least_age if period.past else now - at >= period.least_age)
    if period.most_age is not None:
        parts.append(now - at <= period.most_age)
    if period.since is not None:
        parts.append(at >= period.since)
    if period.before is not None:
        parts.append(at < period.before)
    return both(*parts)
