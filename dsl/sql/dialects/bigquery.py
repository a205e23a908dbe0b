"""BigQuery. Rendered, not run.

Its arrays hold no NULL and are never NULL in a table, so that a text list cannot be told from a missing one.
"""

from __future__ import annotations

import re

from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.dialect import Dialect, Unspellable
from scorelang.sql.dialects._common import (
    SAME,
    conditional,
    greatest,
    letter_class,
    members,
    named,
    whole_text,
    within,
)
from scorelang.sql.spell import Sql, call


def _like(node: exp.Escape) -> Sql:
    """LIKE, whose only escape is a backslash there."""
    subject, pattern = node.this.this, node.this.expression
    if not isinstance(pattern, exp.Literal):
        raise Unspellable("a pattern with characters that are not shown")
    plain = pattern.name.replace("\\", "!\\")
    escaped = re.sub(r"!(.)", lambda found: "!" if found[1] == "!" else f"\\{found[1]}", plain, flags=re.DOTALL)
    return exp.Like(this=subject, expression=s.text(escaped))


def _joined(node: exp.DPipe) -> Sql:
    """Two parts of a text, one of which is said by its numbers."""
    codes: list[Sql] = []
    for part in (node.this, node.expression):
        literal = isinstance(part, exp.Literal)
        codes += [s.whole(ord(sign)) for sign in part.name] if literal else part.expressions[0].expressions
    return call("CODE_POINTS_TO_STRING", s.listed(codes))


def _marked(node: Sql, mark: Sql) -> Sql:
    pattern = f"([{letter_class(_escape)}]+)"
    return call("REGEXP_REPLACE", node, s.text(pattern), s.text(rf"{mark.name}\1{mark.name}"))


def _escape(code: int) -> str:
    return rf"\x{{{code:x}}}"


def _constants(values: str, kind: str) -> Sql:
    del kind
    numbers = [s.whole(int(one)) for one in values.strip("[]").split(",")]
    return s.listed(numbers)


def _element(items: Sql, index: Sql) -> Sql:
    return exp.Bracket(this=items, expressions=[call("ORDINAL", index)])


def _listed(kind: str, *groups: Sql) -> Sql:
    """An array of those groups that are there."""
    if not groups:
        return exp.Cast(this=s.listed([]), to=exp.DataType(this=exp.DType.USERDEFINED, kind=f"ARRAY<{kind}>"))
    items = []
    for there, pairs in map(members, groups):
        items.append(call("IF", there, call("STRUCT", *(s.aliased(value, key) for key, value in pairs)), s.null()))
    source = exp.Unnest(expressions=[s.listed(items)], alias=exp.TableAlias(columns=[s.name("one")]))
    return call("ARRAY", s.select([s.col("one")], source, s.known(s.col("one"))))


def _blocked(*groups: Sql) -> Sql:
    return _listed("STRUCT<rule STRING, because STRING, was STRING>", *groups)


def _fired(*groups: Sql) -> Sql:
    return _listed("STRUCT<rule STRING, points FLOAT64>", *groups)


DIALECT = Dialect(
    "bigquery",
    "BigQuery",
    types={exp.DType.INT128: "BIGNUMERIC"},
    calls={
        **SAME,
        "CHR": lambda code: call("CODE_POINTS_TO_STRING", s.listed([code])),
        "STRLEN": named("BYTE_LENGTH"),
        "TRIM": named("TRIM"),
        "RTRIM": named("RTRIM"),
        "TRUNC": named("TRUNC"),
        "GREATEST": greatest,
        "BOOL_OR": named("LOGICAL_OR"),
        "CONTAINS": within,
        "ENDS_WITH": named("ENDS_WITH"),
        "SPLIT_PART": lambda node, sign, _: call("REGEXP_EXTRACT", node, s.text(f"^[^{sign.name}]*")),
        "REGEXP_REPLACE": named("REGEXP_REPLACE"),
        "REGEXP_FULL_MATCH": lambda node, pattern: call("REGEXP_CONTAINS", node, s.text(f"^(?:{pattern.name})$")),
        "REGEXP_EXTRACT": lambda node, pattern, _: call("REGEXP_EXTRACT", node, pattern),
        "REGEXP_MARK": _marked,
        "EPOCH_US": named("UNIX_MICROS"),
        "ISFINITE": lambda number: s.negated(s.either(call("IS_INF", number), call("IS_NAN", number))),
        "ISNAN": named("IS_NAN"),
        "FORMAT": whole_text,
        "PRINTF": named("FORMAT"),
        "CONSTANTS": _constants,
        "LIST_EXTRACT": _element,
        "BLOCKED": _blocked,
        "FIRED": _fired,
        "INSTANT": lambda at: s.cast(s.text(f"{at.name}+00:00"), "TIMESTAMPTZ"),
    },
    nodes={exp.Escape: _like, exp.DPipe: _joined, exp.Filter: conditional},
    stops=True,
)
