"""What parts of two models mean, so that they can be compared: how and where something was typed is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs
from attrs import Factory, define

from scorelang import model as m
from scorelang.check.walk import query_of, walk
from scorelang.values import DATA_TYPES, Type

# Says where and how something was typed; types are those of fields and attributes, which are compared on their own.
TYPED = frozenset({"place", "span", "text", "type"})
# A list that an event reference names: its members stand in the query, its name only in the text.
_NAMED = re.compile(r"\bin\s+([^\W\d]\w*)")


@define
class Meaning:
    """Gives everything that means the same the same number; `of` takes any part of a model, of either version.

    With `by_name` a define or list that has a name means that name, whatever it stands for, and `at least MQL` these
    words, whichever stages there are.
    """

    by_name: bool = False
    _known: dict[object, int] = Factory(dict)
    # By the id() of a part: the part, which so stays alive, and its number.
    _seen: dict[int, tuple[object, int]] = Factory(dict)

    def of(self, item: object) -> int:
        """The number of what a part means."""
        if attrs.has(type(item)):
            if id(item) not in self._seen:
                self._seen[id(item)] = (item, self._number(self._node(item)))
            return self._seen[id(item)][1]
        if isinstance(item, tuple):
            return self._number(("in order", *map(self.of, item)))
        if isinstance(item, frozenset):
            return self._number(("in no order", frozenset(map(self.of, item))))
        return self._number((type(item).__name__, item))

    def _node(self, item: object) -> object:
        match item:
            case m.Defined(name=name, expression=inner):
                return ("define", name) if self.by_name else ("same as", self.of(inner))
            case m.Items(members=members):
                listed = list_name(item)
                return ("list", listed) if self.by_name and listed else ("list of", self.of(members))
            case m.Apply(operands=(_, m.Items(type=Type.STAGE)), place=place) if self.by_name:
                # `at least MQL` are the stages from there on, which change with any stage.
                return ("stages", place.text)
            case m.AllOf() | m.AnyOf():
                # Which comes first makes no difference, nor does being there twice.
                parts = frozenset(map(self.of, _joined(type(item), item)))
                return (type(item).__name__, parts) if len(parts) > 1 else ("same as", *parts)
            case m.AmountOf(how=how, number=number, items=items):
                return ("AmountOf", how, number, tuple(sorted(map(self.of, items))))
            case m.Query(members=members) if self.by_name and members and (listed := query_list(item)):
                return ("Query", ("list", listed), *self._fields(attrs.evolve(item, members=None)))
        return (type(item).__name__, *self._fields(item))

    def _fields(self, item: Any) -> Iterator[tuple[str, int]]:
        for field in attrs.fields(type(item)):
            if field.name not in TYPED:
                yield field.name, self.of(getattr(item, field.name))

    def _number(self, key: object) -> int:
        if isinstance(key, tuple) and key[0] == "same as" and len(key) == 2:
            return int(key[1])
        return self._known.setdefault(key, len(self._known))


def _joined(type_: type[m.AllOf | m.AnyOf], item: m.AllOf | m.AnyOf) -> Iterator[m.Expression]:
    """What is joined by one word, brackets within brackets too."""
    for each in item.items:
        if type(each) is type_:
            yield from _joined(type_, each)
        else:
            yield each


# --- names ----------------------------------------------------------------------------------------------------------


def list_name(items: m.Items) -> str | None:
    """What a list is called; None for one that is written out where it is used, and for stages and the like."""
    text = items.place.text
    return text if items.type in DATA_TYPES and text.isidentifier() else None


def query_list(query: m.Query) -> str | None:
    """What the list is called whose members an event reference takes; None when it takes none, or has no name."""
    found = _NAMED.search(query.place.text) if query.members is not None else None
    return found[1] if found else None


def uses(expressions: Iterator[m.Expression]) -> Iterator[m.Expression | m.Query]:
    """Every expression and event reference below some expressions, those inside of defines included."""
    for expression in expressions:
        for part in walk(expression):
            yield part
            query = query_of(part)
            if query is not None:
                yield query
