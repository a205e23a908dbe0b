"""What an expression says, as a number: expressions that say the same have the same number, wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from attrs import Factory, define

from scorelang import model as m
from scorelang.values import Type

_PLACES = frozenset({"place"})


@define
class Shapes:
    """Gives numbers to expressions and queries."""

    _known: dict[object, int] = Factory(dict)
    # The object is kept, so that no other one gets its `id`.
    _seen: dict[int, tuple[object, int]] = Factory(dict)

    def of(self, item: object) -> int:
        """The number of an expression, a query or a part of one."""
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
        if isinstance(item, m.Items):
            return ("Items", item.members)
        kind: type[attrs.AttrsInstance] = type(item)  # type: ignore[assignment]
        names = [field.name for field in attrs.fields(kind) if field.name not in _PLACES]
        return (type(item).__name__, *((name, self.of(getattr(item, name))) for name in names))

    def _number(self, key: object) -> int:
        return self._known.setdefault(key, len(self._known))
