"""What databases spell differently: the plan is in DuckDB's words, and a dialect says each of them in its own.

A module of `scorelang.sql.dialects` is a dialect: its `DIALECT` is found by the name of the module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from attrs import field, frozen
from sqlglot import exp

from scorelang.sql import texts
from scorelang.sql.spell import Sql

Bind = Callable[[Sql], Sql]
Call = Callable[..., Sql]


class Unspellable(Exception):  # noqa: N818
    """Something of the plan that a dialect has no exact words for; its text says what.

    With `together` it is no single rule's doing.
    """

    def __init__(self, what: str, *, together: bool = False) -> None:
        super().__init__(what)
        self.together = together


@frozen
class Dialect:
    """How a database says what a plan does.

    `types` are its names for DuckDB's types where sqlglot has none, `calls` what stands for each function of the plan,
    `nodes` what stands for other nodes. Without `calls` the plan is left as it is: that is DuckDB.
    """

    name: str
    title: str
    types: Mapping[exp.DType, str] = field(factory=dict)
    calls: Mapping[str, Call] | None = None
    nodes: Mapping[type[exp.Expression], Callable[[Any], Sql]] = field(factory=dict)
    # A number for each lead of a table.
    number: Callable[[], Sql] = lambda: exp.Window(this=exp.RowNumber())
    # Whether quoted names that differ only in case are two.
    cased: bool = False
    materialized: bool = False
    # Whether a text that is no number can be tried to be one.
    tries: bool = False
    # Arithmetic that leaves the range of doubles is an error there, and stops the query.
    stops: bool = False
    most_columns: int | None = None
    # What else stands above a query.
    notes: tuple[str, ...] = ()

    @property
    def native(self) -> bool:
        """Whether the plan's own words are its words."""
        return self.calls is None

    @property
    def has_lists(self) -> bool:
        """Whether it can look at the members of a text list."""
        return self.calls is None or "LIST_FILTER" in self.calls

    def spelled(self, node: exp.Expression) -> exp.Expression:
        """A part of the plan in the words of the dialect. Raises `Unspellable`."""
        if self.calls is None or not node.args:
            return node
        if isinstance(node, exp.Column | exp.Identifier | exp.Literal | exp.Boolean | exp.Table):
            return node
        found = type(node)(**{key: self._spelled(value) for key, value in node.args.items() if value is not None})
        if isinstance(found, exp.Anonymous):
            return self._call(found)
        if isinstance(found, exp.Cast):
            return self._cast(found)
        change = self.nodes.get(type(found))
        return found if change is None else change(found)

    def _spelled(self, value: Any) -> Any:
        if isinstance(value, exp.Expression):
            return self.spelled(value)
        return [self._spelled(one) for one in value] if isinstance(value, list) else value

    def _call(self, node: exp.Anonymous) -> Sql:
        assert self.calls is not None
        make = self.calls.get(node.name)
        if make is None:
            raise Unspellable(_WHAT.get(node.name, f"the function {node.name}"))
        return make(*node.expressions)

    def _cast(self, node: exp.Cast) -> Sql:
        assert self.calls is not None
        to, value = node.to, node.this
        if to.this == exp.DType.ARRAY and isinstance(value, exp.Literal):
            kind = self.types.get(to.expressions[0].this) or to.expressions[0].sql(self.name)
            return self.calls["CONSTANTS"](value.name, kind)
        if isinstance(node, exp.TryCast):
            if not self.tries:
                raise Unspellable("a text that is read as a number or date")
            # sqlglot makes a plain cast of it where it knows no better.
            kind = exp.Identifier(this=to.sql(self.name), quoted=False)
            return exp.Anonymous(this="TRY_CAST", expressions=[exp.Alias(this=value, alias=kind)])
        if to.this in self.types:
            node.set("to", exp.DataType(this=exp.DType.USERDEFINED, kind=self.types[to.this]))
        return node

    def sql(self, query: exp.Expression, *, pretty: bool = False) -> str:
        """The text of a query that has been spelled."""
        return query.sql(self.name, pretty=pretty, copy=False)

    # --- what is said in another way altogether, not only in other words

    def mentions(self, node: Sql, words: Sequence[str], bind: Bind) -> Sql:
        """Whether a text holds one of the words as whole words."""
        if self.native:
            return texts.mentions(node, words, bind)
        return texts.marked_mentions(node, words, bind)


# What a function of the plan is for, in the words of the language.
_WHAT = {
    "REGEXP_MARK": "`mentions`: its regular expressions do not take all letters of Unicode",
    "LIST_FILTER": "a text list",
    "LIST_TRANSFORM": "a text list",
    "LIST_CONTAINS": "a text list",
    "LIST_HAS_ANY": "a text list",
}


@cache
def dialect_of(name: str) -> Dialect:
    """A dialect by its name."""
    found = import_module(f"scorelang.sql.dialects.{name}").DIALECT
    assert isinstance(found, Dialect)
    return found
