"""Short ways to build SQL: each gives a node of sqlglot. Names are always quoted, so that none is ever a keyword."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

from sqlglot import exp

Sql = exp.Expression

# A CASE of more branches than this is a list of values that is looked into by its index.
MOST_BRANCHES = 48


def name(text: str) -> exp.Identifier:
    """A quoted name."""
    return exp.Identifier(this=text, quoted=True)


def col(column: str, table: str | None = None) -> Sql:
    """A column by its name."""
    return exp.Column(this=name(column), table=name(table) if table else None)


@lru_cache(maxsize=4096)
def text(value: str) -> Sql:
    """A literal text; what an editor or terminal may change or not show is written by its number."""
    if value.isprintable():
        return exp.Literal(this=value, is_string=True)
    parts: list[Sql] = []
    for shows, run in groupby(value, _shows):
        if shows:
            parts.append(exp.Literal(this="".join(run), is_string=True))
        else:
            parts += [call("CHR", whole(ord(character))) for character in run]
    return exp.Paren(this=tree(lambda left, right: exp.DPipe(this=left, expression=right), parts))


def literal(value: str) -> str:
    """A text in quotes, for statements that are written and not built."""
    return "'" + value.replace("'", "''") + "'"


def _shows(character: str) -> bool:
    return character.isprintable()


def whole(value: int) -> Sql:
    """A literal whole number."""
    literal = exp.Literal(this=str(abs(value)), is_string=False)
    return exp.Paren(this=exp.Neg(this=literal)) if value < 0 else literal


def long(value: int) -> Sql:
    """A literal of 64 bits: a sum of small literals would be one of 32."""
    return cast(whole(value), "BIGINT")


def double(value: float) -> Sql:
    """A literal double; written as a text where a decimal literal could be read as another double."""
    if value.is_integer() and abs(value) < 2**53:
        return cast(whole(int(value)), "DOUBLE")
    return cast(exp.Literal(this=repr(value), is_string=True), "DOUBLE")


def flag(value: bool) -> Sql:
    """TRUE or FALSE."""
    return exp.Boolean(this=value)


def null(type_: str | None = None) -> Sql:
    """NULL, of a type if need be."""
    return cast(exp.Null(), type_) if type_ else exp.Null()


def cast(node: Sql, type_: str) -> Sql:
    """A value as another type."""
    return exp.Cast(this=node, to=_type(type_))


def try_cast(node: Sql, type_: str) -> Sql:
    """A value as another type, or NULL."""
    return exp.TryCast(this=node, to=_type(type_))


@cache
def _type(type_: str) -> exp.DataType:
    """A type; parsing its name takes longer than all else about a node."""
    return exp.DataType.build(type_, dialect="duckdb")


def call(function: str, *operands: Sql) -> Sql:
    """A call of a function by its name."""
    return exp.Anonymous(this=function, expressions=list(operands))


def _side(node: Sql) -> Sql:
    """One side of a comparison: what is itself one stands in brackets."""
    return exp.Paren(this=node) if isinstance(node, exp.Binary | exp.In | exp.Not | exp.Is | exp.Escape) else node


def eq(left: Sql, right: Sql) -> Sql:
    """Equal."""
    return exp.EQ(this=_side(left), expression=_side(right))


def lt(left: Sql, right: Sql) -> Sql:
    """Less."""
    return exp.LT(this=_side(left), expression=_side(right))


def le(left: Sql, right: Sql) -> Sql:
    """Less or equal."""
    return exp.LTE(this=_side(left), expression=_side(right))


def gt(left: Sql, right: Sql) -> Sql:
    """More."""
    return exp.GT(this=_side(left), expression=_side(right))


def ge(left: Sql, right: Sql) -> Sql:
    """More or equal."""
    return exp.GTE(this=_side(left), expression=_side(right))


def plus(left: Sql, right: Sql) -> Sql:
    """The sum, in brackets."""
    return exp.Paren(this=exp.Add(this=left, expression=right))


def minus(left: Sql, right: Sql) -> Sql:
    """The difference, in brackets."""
    return exp.Paren(this=exp.Sub(this=left, expression=right))


def times(left: Sql, right: Sql) -> Sql:
    """The product, in brackets."""
    return exp.Paren(this=exp.Mul(this=left, expression=right))


def over(left: Sql, right: Sql) -> Sql:
    """The quotient of two doubles, in brackets."""
    return exp.Paren(this=exp.Div(this=left, expression=right, typed=False, safe=False))


def whole_over(left: Sql, right: Sql) -> Sql:
    """The quotient of two whole numbers that are not negative, without its fraction."""
    return exp.Paren(this=exp.IntDiv(this=left, expression=right))


def huge_over(left: Sql, right: Sql) -> Sql:
    """The same of numbers of more than 64 bits."""
    return exp.Paren(this=exp.IntDiv(this=left, expression=right, huge=True))


def negated(node: Sql) -> Sql:
    """NOT."""
    return exp.Paren(this=exp.Not(this=exp.Paren(this=node)))


def known(node: Sql) -> Sql:
    """IS NOT NULL."""
    return exp.Paren(this=exp.Not(this=exp.Is(this=_side(node), expression=exp.Null())))


def missing(node: Sql) -> Sql:
    """IS NULL."""
    return exp.Paren(this=exp.Is(this=_side(node), expression=exp.Null()))


def coalesce(node: Sql, *rest: Sql) -> Sql:
    """The first that is known."""
    return exp.Coalesce(this=node, expressions=list(rest))


def is_true(node: Sql) -> Sql:
    """Known true: never unknown itself."""
    return coalesce(node, flag(False))


def tree(make: Callable[[Sql, Sql], Sql], items: Sequence[Sql]) -> Sql:
    """Items joined two by two as a balanced tree: thousands in a row would be nested too deep."""
    if len(items) == 1:
        return items[0]
    middle = len(items) // 2
    return make(tree(make, items[:middle]), tree(make, items[middle:]))


def both(left: Sql, right: Sql) -> Sql:
    """AND, in brackets."""
    return exp.Paren(this=exp.And(this=left, expression=right))


def either(left: Sql, right: Sql) -> Sql:
    """OR, in brackets."""
    return exp.Paren(this=exp.Or(this=left, expression=right))


def all_of(items: Iterable[Sql]) -> Sql:
    """AND of them all; TRUE of none."""
    found = list(items)
    return tree(both, found) if found else flag(True)


def any_of(items: Iterable[Sql]) -> Sql:
    """OR of them all; FALSE of none."""
    found = list(items)
    return tree(either, found) if found else flag(False)


def total(items: Iterable[Sql]) -> Sql:
    """The sum of whole numbers; 0 of none."""
    found = list(items)
    return tree(plus, found) if found else long(0)


def case(branches: Iterable[tuple[Sql, Sql]], otherwise: Sql | None = None) -> Sql:
    """The value of the first branch that is true."""
    ifs = [exp.If(this=test, true=value) for test, value in branches]
    return exp.Case(ifs=ifs, default=otherwise) if ifs else otherwise if otherwise is not None else exp.Null()


def switch(subject: Sql, branches: Iterable[tuple[Sql, Sql]], otherwise: Sql | None = None) -> Sql:
    """The value of the branch that the subject equals."""
    ifs = [exp.If(this=test, true=value) for test, value in branches]
    if not ifs:
        return otherwise if otherwise is not None else exp.Null()
    return exp.Case(this=subject, ifs=ifs, default=otherwise)


def among(node: Sql, items: Sequence[Sql]) -> Sql:
    """IN; of nothing it is false, and unknown for what is missing."""
    if not items:
        return case([(known(node), flag(False))])
    if len(items) == 1:
        return eq(node, items[0])
    return exp.In(this=_side(node), expressions=list(items))


def listed(items: Sequence[Sql]) -> Sql:
    """A list of values."""
    return exp.Array(expressions=list(items))


def element(items: Sql, index: Sql) -> Sql:
    """An element of a list, counted from 1."""
    return call("LIST_EXTRACT", items, index)


def function(parameter: str, body: Sql) -> Sql:
    """A function of one value, for list_filter and its like."""
    return exp.Lambda(this=body, expressions=[name(parameter)])


def group(**members: Sql) -> Sql:
    """A struct."""
    return exp.Struct(expressions=[exp.PropertyEQ(this=name(key), expression=value) for key, value in members.items()])


def aliased(node: Sql, alias: str) -> Sql:
    """A value under a name."""
    return exp.Alias(this=node, alias=name(alias))


def select(columns: Sequence[Sql], source: Sql | None, where: Sql | None = None, **more: Any) -> exp.Select:
    """SELECT … FROM … WHERE …."""
    query = exp.Select(expressions=list(columns))
    if source is not None:
        query.set("from_", exp.From(this=source))
    if where is not None:
        query.set("where", exp.Where(this=where))
    for key, value in more.items():
        query.set(key, value)
    return query


def table(named: str, alias: str | None = None) -> Sql:
    """A table, view or part of the query by its name."""
    node = exp.Table(this=name(named))
    if alias:
        node.set("alias", exp.TableAlias(this=name(alias)))
    return node


def join(source: Sql, on: Sql, *, left: bool = False) -> exp.Join:
    """JOIN … ON …."""
    return exp.Join(this=source, on=on, side="LEFT" if left else None)


def grouped(by: Sequence[Sql]) -> exp.Group:
    """GROUP BY …."""
    return exp.Group(expressions=list(by))


def filtered(aggregate: Sql, test: Sql) -> Sql:
    """An aggregate of those rows that have it true."""
    return exp.Filter(this=aggregate, expression=exp.Where(this=test))
