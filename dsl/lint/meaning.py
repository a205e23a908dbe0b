"""What a model means, so that a fix can be compared with it: places and the way of typing left out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import attrs
from attrs import Factory, define

from scorelang import model as m

# What says where and how something was typed, and not what it means.
TYPED = frozenset({"place", "span", "source", "sources", "fingerprint", "labels"})


def same_meaning(one: m.CheckedModel, other: m.CheckedModel) -> bool:
    """Whether two models score every lead alike, with the same identities, reasons and tests.

    They are compared as they are checked: texts are folded and trimmed, members of lists in no order and once each.
    """
    numbers = _Numbers()
    return numbers.of(one) == numbers.of(other)


@define
class _Numbers:
    """Gives everything that is equal the same number, so that a define that stands in many places is read once."""

    known: dict[object, int] = Factory(dict)
    seen: dict[int, tuple[object, int]] = Factory(dict)

    def of(self, item: object) -> int:
        if attrs.has(type(item)):
            if id(item) not in self.seen:
                self.seen[id(item)] = (item, self._number(self._parts(item)))
            return self.seen[id(item)][1]
        if isinstance(item, tuple | list):
            return self._number(("in order", *map(self.of, item)))
        if isinstance(item, frozenset | set):
            return self._number(("in no order", frozenset(map(self.of, item))))
        if isinstance(item, Mapping):
            return self._number(("named", frozenset((self.of(key), self.of(value)) for key, value in item.items())))
        if isinstance(item, Enum):
            return self._number((type(item).__name__, item.name))
        return self._number((type(item).__name__, item))

    def _parts(self, item: object) -> tuple[object, ...]:
        if isinstance(item, m.Items):
            return ("Items", self.of(item.type), self.of(item.members))
        kind: type[attrs.AttrsInstance] = type(item)  # type: ignore[assignment]
        fields = [field.name for field in attrs.fields(kind) if field.name not in TYPED]
        return (type(item).__name__, *((name, self.of(getattr(item, name))) for name in fields))

    def _number(self, key: object) -> int:
        return self.known.setdefault(key, len(self.known))
