"""Going through the nodes of a file, each with what it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from scorelang import nodes as n

_fields: dict[type[n.Node], tuple[str, ...]] = {}


def _children(kind: type[n.Node]) -> tuple[str, ...]:
    """The names of the fields that may hold nodes; looked up once a kind."""
    if kind not in _fields:
        _fields[kind] = tuple(field.name for field in attrs.fields(kind) if field.name not in ("span", "type"))
    return _fields[kind]


def below(node: n.Node) -> Iterator[n.Node]:
    """The nodes directly below one, in the order of its fields."""
    for name in _children(type(node)):
        yield from _nodes(getattr(node, name))


def _nodes(item: object) -> Iterator[n.Node]:
    if isinstance(item, n.Node):
        yield item
    elif isinstance(item, tuple):
        for inner in item:
            yield from _nodes(inner)


def descend(node: n.Node) -> Iterator[n.Node]:
    """A node and all below it; what stands first comes first."""
    stack = [node]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(reversed(tuple(below(item))))


def parents_of(root: n.Node) -> Mapping[int, n.Node]:
    """What every node below `root` stands in, by the node's `id`."""
    found: dict[int, n.Node] = {}
    stack = [root]
    while stack:
        item = stack.pop()
        for inner in below(item):
            found[id(inner)] = item
            stack.append(inner)
    return found
