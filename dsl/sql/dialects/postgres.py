"""PostgreSQL 15 and later, with ICU, as its packages are built.

Texts are folded with ICU's root collation and then compared byte by byte; text lists are arrays, the lists of a result
JSON. Every part of the query is materialised: the planner would put the parts into each other and work them out again.
"""

from __future__ import annotations

from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.dialect import Dialect
from scorelang.sql.dialects._common import (
    SAME,
    below_infinity,
    hex_padded,
    is_nan,
    letter_class,
    named,
    plain_quotient,
    unicode_chr,
    unicode_joined,
    whole_text,
    within,
)
from scorelang.sql.spell import Sql, call


def _collated(node: Sql, collation: str) -> Sql:
    return exp.Paren(this=exp.Collate(this=node, expression=s.name(collation)))


def _matches(node: Sql, pattern: Sql) -> Sql:
    return exp.Paren(this=exp.RegexpLike(this=node, expression=s.text(f"^(?:{pattern.name})$")))


def _escape(code: int) -> str:
    return f"\\U{code:08x}"


def _marked(node: Sql, mark: Sql) -> Sql:
    """The text with a mark on both sides of each run of letters and digits."""
    by = s.text(rf"{mark.name}\1{mark.name}")
    return call("REGEXP_REPLACE", node, s.text(f"([{letter_class(_escape)}]+)"), by, s.text("g"))


def _micros(at: Sql) -> Sql:
    micros = s.times(exp.Extract(this=exp.Var(this="EPOCH"), expression=at), s.whole(1_000_000))
    return s.case([(call("ISFINITE", at), s.cast(micros, "BIGINT"))])


def _each(items: Sql, function: exp.Lambda, *, keep: bool) -> Sql:
    """ARRAY(SELECT … FROM UNNEST(items)): a list of what a function gives, or of what it is true for."""
    member = function.expressions[0].name
    source = exp.Unnest(expressions=[items], alias=exp.TableAlias(this=s.name("l"), columns=[s.name(member)]))
    if keep:
        return call("ARRAY", s.select([s.col(member)], source, function.this))
    return call("ARRAY", s.select([function.this], source))


def _constants(values: str, kind: str) -> Sql:
    """A list of numbers as one literal."""
    literal = exp.Literal(this="{" + values.strip("[]") + "}", is_string=True)
    return exp.Paren(this=exp.Cast(this=literal, to=exp.DataType(this=exp.DType.USERDEFINED, kind=f"{kind}[]")))


def _element(items: Sql, index: Sql) -> Sql:
    return exp.Bracket(this=items, expressions=[index])


def _quotient(node: exp.IntDiv) -> Sql:
    if node.args.get("huge"):
        return call("DIV", node.this, node.expression)
    return plain_quotient(node)


def _listed(*groups: Sql) -> Sql:
    """A JSON list of those groups that are there."""
    if not groups:
        return s.cast(s.text("[]"), "JSONB")
    parts = [group.expressions for group in groups]
    items = [s.case([(there, call("JSONB_BUILD_OBJECT", *pairs))]) for there, *pairs in parts]
    return call("TO_JSONB", call("ARRAY_REMOVE", s.listed(items), s.null()))


DIALECT = Dialect(
    "postgres",
    "PostgreSQL",
    types={exp.DType.INT128: "NUMERIC"},
    calls={
        **SAME,
        "CHR": unicode_chr,
        "LOWER": lambda node: _collated(call("LOWER", _collated(node, "und-x-icu")), "C"),
        "STRLEN": named("OCTET_LENGTH"),
        "TRIM": named("BTRIM"),
        "RTRIM": named("RTRIM"),
        "CONTAINS": within,
        "ENDS_WITH": lambda node, part: s.eq(call("RIGHT", node, call("LENGTH", part)), part),
        "TRUNC": named("TRUNC"),
        "REGEXP_REPLACE": named("REGEXP_REPLACE"),
        "REGEXP_FULL_MATCH": _matches,
        "REGEXP_EXTRACT": lambda node, pattern, _: call("SUBSTRING", node, pattern),
        "REGEXP_MARK": _marked,
        "EPOCH_US": _micros,
        "ISFINITE": below_infinity,
        "ISNAN": is_nan,
        "FORMAT": whole_text,
        "PRINTF": hex_padded("TO_HEX"),
        "CONSTANTS": _constants,
        "BLOCKED": _listed,
        "FIRED": _listed,
        "INSTANT": lambda at: s.cast(s.text(f"{at.name}+00:00"), "TIMESTAMPTZ"),
        "LIST_EXTRACT": _element,
        "LIST_TRANSFORM": lambda items, function: _each(items, function, keep=False),
        "LIST_FILTER": lambda items, function: _each(items, function, keep=True),
        "LIST_CONTAINS": lambda items, one: s.eq(one, call("ANY", items)),
        "LIST_HAS_ANY": lambda items, some: exp.Paren(this=exp.ArrayOverlaps(this=items, expression=some)),
        "LEN": named("CARDINALITY"),
    },
    nodes={exp.IntDiv: _quotient, exp.DPipe: unicode_joined},
    cased=True,
    materialized=True,
    stops=True,
    most_columns=1_600,
    notes=("With many rules it is quicker after: SET jit = off",),
)
