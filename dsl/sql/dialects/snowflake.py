"""Snowflake. Rendered, not run.

Its regular expressions take no characters by their number, so that `mentions` cannot say which are letters.
https://docs.snowflake.com/en/sql-reference/functions-regexp
"""

from __future__ import annotations

from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.dialect import Dialect
from scorelang.sql.dialects._common import (
    SAME,
    conditional,
    is_nan,
    named,
    padded,
    raw_chr,
    raw_joined,
    whole_quotient,
    whole_text,
    without_groups,
)
from scorelang.sql.spell import Sql, call


def _hex(pattern: Sql, number: Sql) -> Sql:
    return padded(call("LTRIM", call("TO_CHAR", number, s.text("x" * 15))), pattern)


def _finite(number: Sql) -> Sql:
    return s.lt(call("ABS", number), s.cast(s.text("inf"), "DOUBLE"))


def _listed(*groups: Sql) -> Sql:
    items = [
        s.case([(there, call("OBJECT_CONSTRUCT", *pairs))]) for there, *pairs in (group.expressions for group in groups)
    ]
    return call("ARRAY_COMPACT", call("ARRAY_CONSTRUCT", *items))


def _element(items: Sql, index: Sql) -> Sql:
    return s.cast(call("GET", items, s.minus(index, s.whole(1))), "BIGINT")


def _quotient(node: exp.IntDiv) -> Sql:
    # A division keeps six decimal places, and would round.
    return s.cast(whole_quotient(node), "BIGINT")


def _number() -> Sql:
    return exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=[exp.Ordered(this=exp.Null())]))


DIALECT = Dialect(
    "snowflake",
    "Snowflake",
    types={exp.DType.INT128: "NUMBER(38, 0)"},
    calls={
        **SAME,
        "CHR": raw_chr,
        "STRLEN": named("OCTET_LENGTH"),
        "TRIM": named("TRIM"),
        "RTRIM": named("RTRIM"),
        "TRUNC": named("TRUNC"),
        "GREATEST": named("GREATEST_IGNORE_NULLS"),
        "LEAST": named("LEAST_IGNORE_NULLS"),
        "BIT_OR": named("BITOR_AGG"),
        "BOOL_OR": named("BOOLOR_AGG"),
        "CONTAINS": named("CONTAINS"),
        "STARTS_WITH": named("STARTSWITH"),
        "ENDS_WITH": named("ENDSWITH"),
        "REGEXP_REPLACE": lambda node, pattern, by: call("REGEXP_REPLACE", node, without_groups(pattern), by),
        "REGEXP_FULL_MATCH": lambda node, pattern: call("REGEXP_LIKE", node, without_groups(pattern)),
        "REGEXP_EXTRACT": lambda node, pattern, group: call(
            "REGEXP_SUBSTR", node, pattern, s.whole(1), s.whole(1), s.text("e"), group
        ),
        "EPOCH_US": lambda at: call("DATE_PART", s.text("EPOCH_MICROSECOND"), at),
        "ISFINITE": _finite,
        "ISNAN": is_nan,
        "FORMAT": whole_text,
        "PRINTF": _hex,
        "CONSTANTS": lambda values, _: call("PARSE_JSON", s.text(values)),
        "LIST_EXTRACT": _element,
        "BLOCKED": _listed,
        "FIRED": _listed,
        "INSTANT": lambda at: s.cast(s.text(f"{at.name}+00:00"), "TIMESTAMPTZ"),
    },
    nodes={exp.IntDiv: _quotient, exp.DPipe: raw_joined, exp.Filter: conditional},
    number=_number,
    cased=True,
    stops=True,
)
