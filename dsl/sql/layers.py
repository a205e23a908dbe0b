"""A query as layers: each selects all that is below it and adds columns worked out from those below.

What is used more than once is bound to a column, so that no expression is written or worked out twice.
"""

from __future__ import annotations

from attrs import Factory, define, frozen
from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.spell import Sql


@frozen
class Joined:
    """A part of the query that a layer joins: its name, what it is joined on, and the columns it brings."""

    part: str
    on: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]


@define
class Layers:
    """Columns by the layer that works them out; layer 0 is the part of the query called `base`."""

    base: str
    prefix: str
    layer_of: dict[str, int] = Factory(dict)
    bound: dict[int, list[tuple[str, Sql]]] = Factory(dict)
    joins: dict[int, list[Joined]] = Factory(dict)
    _seen: dict[Sql, Sql] = Factory(dict)

    def start(self, *columns: str) -> None:
        """Columns that the base has."""
        self.layer_of.update(dict.fromkeys(columns, 0))

    def fresh(self) -> str:
        """A name that no column has yet."""
        return f"{self.prefix}{len(self.layer_of)}"

    def layer(self, *nodes: Sql) -> int:
        """The first layer whose columns these can be worked out from."""
        found = (
            self.layer_of[column.name]
            for node in nodes
            for column in node.find_all(exp.Column)
            if column.name in self.layer_of
        )
        return max(found, default=0)

    def bind(self, node: Sql) -> Sql:
        """The column of an expression: the same one for an equal expression."""
        if isinstance(node, exp.Column | exp.Boolean | exp.Null | exp.Literal):
            return node
        known = self._seen.get(node)
        if known is None:
            known = self._seen[node] = s.col(self.put(self.fresh(), node))
        return known

    def put(self, column: str, node: Sql) -> str:
        """Let the first layer that can work an expression out do so, under the name of a new column; gives the name."""
        layer = self.layer(node) + 1
        self.layer_of[column] = layer
        self.bound.setdefault(layer, []).append((column, node))
        return column

    def reserve(self, layer: int) -> str:
        """A column that the layer will bring in by a join."""
        column = self.fresh()
        self.layer_of[column] = layer
        return column

    def join(self, layer: int, joined: Joined) -> None:
        """Let a layer bring in columns of another part."""
        self.joins.setdefault(layer, []).append(joined)

    def bring(self, part: str, node: Sql, key: str, column: str) -> None:
        """Bring in a column, under its own name, of the row of a part whose `key` is what an expression says."""
        bound = self.bind(node)
        assert isinstance(bound, exp.Column)
        layer = self.layer_of[bound.name] + 1
        self.layer_of[column] = layer
        self.join(layer, Joined(part, ((bound.name, key),), (column,)))

    @property
    def top(self) -> int:
        """The last layer."""
        return max(self.layer_of.values(), default=0)

    def named(self, layer: int) -> str:
        """What the part of the query of a layer is called."""
        return self.base if layer == 0 else f"{self.base}_{layer}"

    def select(self, layer: int) -> exp.Select:
        """The query of one layer above the base."""
        below = self.named(layer - 1)
        columns: list[Sql] = [exp.Column(this=exp.Star(), table=s.name(below))]
        columns += [s.aliased(node, column) for column, node in self.bound.get(layer, ())]
        joins = []
        for joined in self.joins.get(layer, ()):
            columns += [s.col(column, joined.part) for column in joined.columns]
            on = s.all_of(s.eq(s.col(mine, below), s.col(theirs, joined.part)) for mine, theirs in joined.on)
            joins.append(s.join(s.table(joined.part), on, left=True))
        return s.select(columns, s.table(below), joins=joins)
