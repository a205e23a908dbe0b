"""Going through checked expressions."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m


def children(expression: m.Expression) -> tuple[m.Expression, ...]:
    """The expressions directly below one, those inside event references left out."""
    match expression:
        case m.Defined(expression=inner) | m.IsKnown(value=inner) | m.Negated(item=inner):
            return (inner,)
        case m.InPeriod(value=inner) | m.DaysSince(value=inner):
            return (inner,)
        case m.Apply(operands=operands):
            return operands
        case m.AllOf(items=items) | m.AnyOf(items=items) | m.AmountOf(items=items):
            return items
        case m.Added(terms=terms):
            return tuple(term for _, term in terms)
        case m.Multiplied(factors=factors):
            return tuple(factor for _, factor in factors)
    return ()


def query_of(expression: m.Expression) -> m.Query | None:
    """The events that an expression is about, if it is about events."""
    match expression:
        case m.Happened(query=query) | m.OnlyHappened(query=query) | m.CountOf(query=query):
            return query
        case m.Measured(query=query) | m.DaysSinceLast(query=query):
            return query
    return None


def walk(expression: m.Expression, *, asked: bool = False) -> Iterator[m.Expression]:
    """An expression and all below it, once each, those inside event references included.

    With `asked`, what stands under `not` or asks for no events at all is left out.
    """
    seen: set[tuple[str, int]] = set()
    stack = [expression]
    while stack:
        item = stack.pop()
        # Each use of a define is an object of its own; what it stands for is one.
        key = ("define", id(item.expression)) if isinstance(item, m.Defined) else ("", id(item))
        if key in seen or (asked and _asks_for_none(item)):
            continue
        seen.add(key)
        yield item
        stack.extend(reversed(children(item)))
        query = query_of(item)
        if query is not None and query.where is not None:
            stack.append(query.where)


def roots_of(model: m.CheckedModel) -> Iterator[m.Expression]:
    """The expressions that decide on points, gates, stages and the route; those of invariants and tests do not."""
    for rule in m.rules_of(model.ordered):
        if isinstance(rule, m.Grid):
            yield from (test for test in (*rule.rows, *rule.columns) if test is not None)
        else:
            where = rule.query.where if rule.query is not None else None
            yield from (one for one in (rule.condition, where, rule.points) if isinstance(one, m.Expression))
    yield from (gate.condition for gate in model.gates)
    for stage in model.stages:
        yield from (one for one in (stage.when, *stage.or_when) if one is not None)
    yield from (to.condition for to in model.route if to.condition is not None)


def _asks_for_none(expression: m.Expression) -> bool:
    none = isinstance(expression, m.Happened) and expression.number == 0 and expression.how in ("exactly", "at most")
    return none or isinstance(expression, m.Negated)


def dating_queries(expression: m.Expression) -> tuple[m.Query, ...]:
    """The events whose latest match tells how old a rule's reason is: those it asks to have happened."""
    return tuple(query for item in walk(expression, asked=True) if (query := query_of(item)) is not None)
