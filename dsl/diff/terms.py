"""Defines and named lists that have become something else, and what they reach; what uses which field and event."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeVar

from attrs import Factory, define

from scorelang import model as m
from scorelang import wording
from scorelang.diff.meaning import list_name, query_list, uses
from scorelang.diff.parts import Aspect, Change, Spot
from scorelang.diff.rules import Eyes
from scorelang.values import Type, Value

T = TypeVar("T")

# Of the members that were added to a list so many are named.
MOST_MEMBERS = 10


@define
class Terms:
    """The defines and named lists that a model uses, by name; and what uses what.

    Files of a model may each have one of the same name.
    """

    defines: dict[str, list[m.Expression]] = Factory(dict)
    lists: dict[str, list[frozenset[Value]]] = Factory(dict)
    reaches: dict[Hashable, list[str]] = Factory(dict)


def terms_of(model: m.CheckedModel) -> Terms:
    """The terms of a model, each with the rules and other parts that use it, in their order."""
    found = Terms()
    for name, expressions in _parts(model):
        for part in uses(iter(expressions)):
            for key in _keys(part, found):
                reached = found.reaches.setdefault(key, [])
                if not reached or reached[-1] != name:
                    reached.append(name)
    return found


def _keys(part: m.Expression | m.Query, found: Terms) -> Iterator[Hashable]:
    """What a part uses; notes the defines and lists among it."""
    match part:
        case m.Defined(name=name, expression=expression):
            _note(found.defines, name, expression)
            yield ("define", name)
        case m.Items() if (listed := list_name(part)) is not None:
            _note(found.lists, listed, part.members)
            yield ("list", listed)
        case m.FieldValue(name=name):
            yield ("field", name)
        case m.Query(kind=kind):
            yield ("event", kind)
            if (listed := query_list(part)) is not None:
                _note(found.lists, listed, part.members or frozenset())
                yield ("list", listed)


def _note(found: dict[str, list[T]], name: str, what: T) -> None:
    known = found.setdefault(name, [])
    if what not in known:
        known.append(what)


def _parts(model: m.CheckedModel) -> Iterator[tuple[str, list[m.Expression]]]:
    """Everything that asks for something, with what it is known by."""
    for rule in m.rules_of(model.ordered):
        yield rule.id, list(_of_rule(rule))
    yield from ((gate.id, [gate.condition]) for gate in model.gates)
    for stage in model.stages:
        yield f"stage {stage.name}", list(_present((stage.when, *stage.or_when)))
    yield from ((f"route {wording.quoted(to.text)}", list(_present([to.condition]))) for to in model.route)


def _of_rule(rule: m.Rule | m.Grid) -> Iterator[m.Expression]:
    if isinstance(rule, m.Grid):
        yield from _present((*rule.rows, *rule.columns))
        return
    if rule.query is not None:
        # An expression that only asks for these events, so that what they are asked for is found as everywhere.
        yield m.CountOf(Type.NUMBER, rule.place, rule.query)
    yield from _present((rule.condition, None if isinstance(rule.points, int) else rule.points))


def _present(expressions: Iterable[m.Expression | None]) -> Iterator[m.Expression]:
    return (expression for expression in expressions if expression is not None)


def term_changes(old: Terms, new: Terms, eyes: Eyes) -> Iterator[Change]:
    """Defines and lists that both versions use under one name, and that have become something else."""
    for name, after in new.defines.items():
        for one, other in _turned(old.defines.get(name, []), after, eyes.whole.of):
            if eyes.differ(one, other):
                aspect = Aspect("means", one.place.text, other.place.text)
                spots = Spot.of(one.place), Spot.of(other.place)
                reached = tuple(new.reaches[("define", name)])
                yield Change("define", "changed", name, "", None, None, (aspect,), *spots, reached)
    for name, members in new.lists.items():
        for before, now in _turned(old.lists.get(name, []), members, eyes.whole.of):
            yield _list(name, before, now, new.reaches[("list", name)])


def _turned(old: Sequence[T], new: Sequence[T], meaning: Callable[[T], int]) -> Iterator[tuple[T, T]]:
    """What a name stood for and now stands for, where that is not the same."""
    before, after = {meaning(one): one for one in old}, {meaning(one): one for one in new}
    gone = [one for key, one in before.items() if key not in after]
    come = [one for key, one in after.items() if key not in before]
    if old:
        yield from zip_longest(gone[: len(come)], come, fillvalue=old[0])
        yield from ((one, new[0]) for one in gone[len(come) :])


def _list(name: str, old: frozenset[Value], new: frozenset[Value], reached: Sequence[str]) -> Change:
    aspects = [Aspect("members", f"{len(old):,}", f"{len(new):,}")] if len(old) != len(new) else []
    if new - old:
        aspects.append(Aspect("added", "", _members(new - old)))
    if old - new:
        aspects.append(Aspect("removed", _members(old - new), ""))
    return Change("list", "changed", name, aspects=tuple(aspects), reaches=tuple(reached))


def _members(values: frozenset[Value]) -> str:
    shown = sorted(wording.value(_type(value), value) for value in values)
    more = len(shown) - MOST_MEMBERS
    return ", ".join(shown[:MOST_MEMBERS]) + (f" and {more:,} more" if more > 0 else "")


def _type(value: Value) -> Type:
    """The type as which a member is shown: lists hold values as they are compared."""
    kinds = {bool: Type.FLAG, int: Type.DATE, float: Type.NUMBER}
    return kinds.get(type(value), Type.TEXT)
