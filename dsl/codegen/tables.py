"""Rules that look at one field and nothing else: together they are one look into a table.

What such rules give is a function of the field's value. For a text it is remembered by the text as the data has it,
which saves folding it too; for a number it is worked out beforehand between every two numbers that the rules name, and
found by bisection; a flag has three values.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from attrs import frozen

from scorelang import model as m
from scorelang.check.walk import children
from scorelang.values import Type

# With fewer rules on a number or flag, asking them one by one is as fast.
FEWEST = 3
BOUNDED = ("<", "<=", ">", ">=", "is", "in")
# Operators whose field has another value for nearly every lead, so that remembering would not pay.
ONE_OFF = ("domain", "length")


@frozen
class Table:
    """A field, and the rules that look at it alone, each with the local of the total that it adds to."""

    field: m.FieldDefinition
    units: tuple[tuple[m.Scoring, str], ...]
    breaks: tuple[float, ...] = ()

    @property
    def totals(self) -> tuple[str, ...]:
        """The totals that it adds to."""
        return tuple(dict.fromkeys(total for _, total in self.units))

    @property
    def values(self) -> tuple[float, ...]:
        """A number of every stretch between two breaks."""
        return (math.nextafter(self.breaks[0], -math.inf), *self.breaks)


def tables_of(model: m.CheckedModel) -> dict[str, Table]:
    """The tables of a model by their field."""
    units: dict[str, list[tuple[m.Scoring, str]]] = {}
    for total, scoring in _all_scoring(model):
        name = _only_field(scoring)
        if name is not None:
            units.setdefault(name, []).append((scoring, total))
    tables: dict[str, Table] = {}
    one_off = _one_off(model)
    for field in model.fields:
        found = units.get(field.name, [])
        if field.type is Type.NUMBER:
            table = _of_number(field, found)
        elif field.type.is_text:
            table = Table(field, tuple(found)) if found and field.name not in one_off else None
        else:
            table = Table(field, tuple(found)) if field.type is Type.FLAG and len(found) >= FEWEST else None
        if table is not None:
            tables[field.name] = table
    return tables


def _all_scoring(model: m.CheckedModel) -> Iterator[tuple[str, m.Scoring]]:
    for at, group in enumerate(model.groups):
        yield from ((f"g{at}", scoring) for scoring in group.scoring)
    yield from (("score", scoring) for scoring in model.scoring)


def _of_number(field: m.FieldDefinition, found: list[tuple[m.Scoring, str]]) -> Table | None:
    fitting: list[tuple[m.Scoring, str]] = []
    breaks: set[float] = set()
    for scoring, total in found:
        constants = _constants(scoring)
        if constants is not None:
            fitting.append((scoring, total))
            breaks.update(constants)
    if len(fitting) < FEWEST or not breaks:
        return None
    breaks |= {math.nextafter(number, math.inf) for number in breaks}
    return Table(field, tuple(fitting), tuple(sorted(breaks)))


def conditions_of(scoring: m.Scoring) -> list[m.Expression]:
    """The conditions of a rule, choice or matrix."""
    match scoring:
        case m.Rule(condition=condition):
            return [] if condition is None else [condition]
        case m.Choice(branches=branches):
            return [condition for branch in branches for condition in conditions_of(branch)]
    return [test for test in (*scoring.rows, *scoring.columns) if test is not None]


def _only_field(scoring: m.Scoring) -> str | None:
    """The one field that a rule looks at, and nothing else: no event, no date, no number that it has to work out."""
    for rule in scoring.branches if isinstance(scoring, m.Choice) else (scoring,):
        if isinstance(rule, m.Rule) and not _is_fixed(rule):
            return None
    names: set[str] = set()
    for condition in conditions_of(scoring):
        for item in _below(condition):
            if isinstance(item, m.FieldValue):
                names.add(item.name)
            elif not isinstance(item, PURE):
                return None
    return next(iter(names)) if len(names) == 1 else None


PURE = (m.Constant, m.Items, m.Defined, m.Apply, m.IsKnown, m.Negated, m.AllOf, m.AnyOf, m.AmountOf)


def _is_fixed(rule: m.Rule) -> bool:
    modifiers = rule.modifiers
    return isinstance(rule.points, int) and rule.query is None and modifiers.during is None and not rule.dated_by


def _below(expression: m.Expression) -> Iterator[m.Expression]:
    """An expression and all below it, each define's once."""
    seen: set[int] = set()
    stack = [expression]
    while stack:
        item = stack.pop()
        if id(item) not in seen:
            seen.add(id(item))
            yield item
            stack.extend(children(item))


def _constants(scoring: m.Scoring) -> set[float] | None:
    """The numbers that a number field is compared with; None when something else is done with it."""
    found: set[float] = set()
    for condition in conditions_of(scoring):
        for item in _below(condition):
            if not isinstance(item, m.Apply):
                continue
            first, last = item.operands[0], item.operands[-1]
            plain = isinstance(first, m.FieldValue | m.Constant) and isinstance(
                last, m.FieldValue | m.Constant | m.Items
            )
            if not plain or item.operator not in BOUNDED or len(item.operands) != 2:
                return None
            for side in (first, last):
                values = (
                    side.values if isinstance(side, m.Items) else (side.value,) if isinstance(side, m.Constant) else ()
                )
                found.update(value for value in values if isinstance(value, float | int))
    return found


def _one_off(model: m.CheckedModel) -> set[str]:
    """Text fields that some rule takes apart."""
    names: set[str] = set()
    conditions = [condition for _, scoring in _all_scoring(model) for condition in conditions_of(scoring)]
    conditions += [gate.condition for gate in model.gates]
    for condition in conditions:
        for item in _below(condition):
            if isinstance(item, m.Apply) and item.operator in ONE_OFF:
                names.update(inner.name for inner in _below(item) if isinstance(inner, m.FieldValue))
    return names
