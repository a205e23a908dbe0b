"""A model with one of its nodes replaced: everything above the node is made anew, all else is shared."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import attrs
from attrs import Factory, define

from scorelang import model as m
from scorelang.source import Source

T = TypeVar("T")

# What holds no node that could be replaced.
_LEAVES = (str, int, float, frozenset, m.Place, Source, type(None))
# Of a model only what scores is searched: tests stay what they are.
SCORING = ("start_over", "groups", "scoring", "gates", "stages", "grades", "route")


def replaced(model: m.CheckedModel, old: object, new: object) -> m.CheckedModel:
    """The model with `new` wherever it has `old` (the same object): a define stays one object wherever it is used."""
    rebuilder = _Rebuilder(old, new)
    if model is old:
        return cast(m.CheckedModel, new)
    changes = {name: rebuilder.rebuilt(getattr(model, name)) for name in SCORING}
    return attrs.evolve(model, **changes)


def changed_rules(old: m.CheckedModel, new: m.CheckedModel) -> list[tuple[m.Scoring, m.Scoring]] | None:
    """The rules, choices and grids that differ; None when anything else does, such as a bound or a gate."""
    if len(old.groups) != len(new.groups):
        return None
    rest = ("start_over", "gates", "stages", "grades", "route", "least", "most")
    if any(getattr(old, name) is not getattr(new, name) for name in rest):
        return None
    pairs = list(zip(old.scoring, new.scoring, strict=True))
    for before, after in zip(old.groups, new.groups, strict=True):
        if before is after:
            continue
        if any(getattr(before, name) is not getattr(after, name) for name in ("least", "most", "weight", "silence")):
            return None
        pairs += zip(before.scoring, after.scoring, strict=True)
    return [(before, after) for before, after in pairs if before is not after]


@define
class _Rebuilder:
    old: object
    new: object
    done: dict[int, Any] = Factory(dict)

    def rebuilt(self, item: T) -> T:
        if item is self.old:
            return cast(T, self.new)
        if isinstance(item, _LEAVES):
            return item
        key = id(item)
        if key not in self.done:
            self.done[key] = self._tuple(item) if isinstance(item, tuple) else self._node(item)
        return cast(T, self.done[key])

    def _tuple(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        made = tuple(map(self.rebuilt, items))
        return made if any(a is not b for a, b in zip(made, items, strict=True)) else items

    def _node(self, item: Any) -> Any:
        if not attrs.has(type(item)):
            return item
        changes: dict[str, Any] = {}
        for name in names_of(type(item)):
            before = getattr(item, name)
            after = self.rebuilt(before)
            if after is not before:
                changes[name] = after
        return attrs.evolve(item, **changes) if changes else item


_fields: dict[Any, tuple[str, ...]] = {}


def names_of(type_: Any) -> tuple[str, ...]:
    """The names of the fields of a node's class."""
    if type_ not in _fields:
        _fields[type_] = tuple(field.name for field in attrs.fields(type_))
    return _fields[type_]
