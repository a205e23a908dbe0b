"""What an expression says, as a number: expressions that say the same have the same number, wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import attrs
from attrs import Factory, define

from scorelang import model as m
from scorelang.values import Type

# How and where something was typed, and what it is called.
_PLACES = frozenset({"place", "span"})
_NAMES = frozenset({"place", "span", "id", "group", "reason", "labels"})


@lru_cache(maxsize=256)
def _said(kind: type[attrs.AttrsInstance]) -> tuple[str, ...]:
    """What things of a kind say."""
    left_out = _NAMES if issubclass(kind, m.Rule | m.Grid | m.Choice) else _PLACES
    return tuple(field.name for field in attrs.fields(kind) if field.name not in left_out)


@define
class Shapes:
    """Gives numbers to expressions, queries and rules.

    Of two versions each has its own, which know each other's numbers: what is worked out is another thing to each
    `side`, and so are the fields in `apart`; `names` are what fields are called for both. With `single` an expression
    that looks beyond one event is like no other.
    """

    side: str = ""
    names: Mapping[str, str] = Factory(dict)
    apart: frozenset[str] = frozenset()
    single: bool = False
    _known: dict[object, int] = Factory(dict)
    # The object is kept, so that no other one gets its `id`.
    _seen: dict[int, tuple[object, int]] = Factory(dict)

    def beside(self, side: str, names: Mapping[str, str], apart: frozenset[str], *, single: bool = False) -> Shapes:
        """Those of another version, which give the same number to what is the same for both."""
        return Shapes(side, names, apart, single, known=self._known)

    def of(self, item: object) -> int:
        """The number of an expression, a query, a rule or a part of one."""
        if isinstance(item, m.Defined):
            return self.of(item.expression)
        if attrs.has(type(item)):
            if id(item) not in self._seen:
                self._seen[id(item)] = (item, self._number(self._parts(item)))
            return self._seen[id(item)][1]
        if isinstance(item, tuple):
            return self._number(("tuple", *map(self.of, item)))
        if isinstance(item, frozenset):
            return self._number(("set", item))
        if isinstance(item, Type):
            return self._number(("type", item.name))
        if isinstance(item, Mapping):
            return self._number(("mapping", *((key, self.of(value)) for key, value in item.items())))
        return self._number((type(item).__name__, item))

    def _parts(self, item: object) -> tuple[object, ...]:
        match item:
            case m.Items(members=members):
                return ("Items", members)
            case m.FieldValue() | m.ResultValue() if self.single:
                return ("single", id(item))
            case m.FieldValue(name=name, type=type_):
                return ("FieldValue", self.names.get(name, name), type_.name, self.side if name in self.apart else "")
            case m.ResultValue(what=what, name=name):
                return ("ResultValue", what, name, self.side)
            case m.Period():
                return ("Period", item.least_age, item.most_age, item.past, item.since, item.before)
        kind: type[attrs.AttrsInstance] = type(item)  # type: ignore[assignment]
        return (kind.__name__, *((name, self.of(getattr(item, name))) for name in _said(kind)))

    def _number(self, key: object) -> int:
        return self._known.setdefault(key, len(self._known))
