"""What a file says and reads: the names in its text, and the expressions of the model that it checks to."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang import nodes as n
from scorelang.check.walk import roots_of, walk


def expressions_of(model: m.CheckedModel) -> tuple[m.Expression, ...]:
    """Every expression of a model that works something out, those below included, each define once."""
    roots = [*roots_of(model), *(invariant.condition for invariant in model.invariants)]
    if model.start_over is not None and model.start_over.where is not None:
        roots.append(model.start_over.where)
    seen: dict[int, m.Expression] = {}
    for root in roots:
        seen.update((id(found), found) for found in walk(root))
    return tuple(seen.values())


def fields_in(model: m.CheckedModel) -> frozenset[str]:
    """The fields of leads that a model reads."""
    return frozenset(one.name for one in expressions_of(model) if isinstance(one, m.FieldValue))


def names_in(file: n.File, *, of_events: bool = True) -> frozenset[str]:
    """Every name that something in a file refers to: not where it is declared, nor where a test gives a value.

    Without `of_events` the names inside references to events, and in points for each, are left out: they may be
    attributes.
    """
    return frozenset(name.name for statement in file.statements for name in _looking(statement, of_events))


def _looking(statement: n.Node, of_events: bool) -> Iterator[n.Name]:
    """The names in a statement that refer to something."""
    stack: list[n.Node] = [statement]
    while stack:
        node = stack.pop()
        match node:
            case n.Name():
                yield node
            case n.Use() | n.Event() | n.Header():
                continue
            case n.Events(kind=kind) if not of_events:
                stack.append(kind)
            case n.Rule(form="each", condition=condition, modifiers=modifiers) if not of_events:
                stack.extend((*([condition] if condition is not None else []), *modifiers))
            case n.Lead(key=key):
                if key is not None:
                    yield key
            case n.Define(expression=expression):
                stack.append(expression)
            case n.NamedList() | n.Decay():
                continue
            case n.Category(bounds=bounds, silence=silence, rules=rules):
                stack.extend((*bounds, *([silence] if silence is not None else []), *rules))
            case n.Given(attributes=attributes, value=value):
                # A test that gives a field a value, or makes an event, is no use of either.
                stack.extend(inner for _, inner in attributes)
                if value is not None:
                    stack.append(value)
            case n.Test(lines=lines):
                rows = [line for line in lines if isinstance(line, n.Row)]
                stack.extend((*(line for line in lines if not isinstance(line, n.Row)), *rows[1:]))
            case _:
                stack.extend(n.below(node))
