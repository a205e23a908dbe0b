"""Amazon Redshift. Rendered, not run.

Its regular expressions take no characters by their number, so that `mentions` cannot say which are letters. It rounds
when it divides decimal numbers, so that shares of points are only said where these are constants.
"""

from __future__ import annotations

from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.dialect import Dialect, Unspellable
from scorelang.sql.dialects._common import (
    SAME,
    below_infinity,
    conditional,
    hex_padded,
    is_nan,
    named,
    plain_quotient,
    raw_chr,
    raw_joined,
    whole_text,
    within,
    without_groups,
)
from scorelang.sql.spell import Sql, call


def _quotient(node: exp.IntDiv) -> Sql:
    if node.args.get("huge"):
        raise Unspellable("a share of points that are not the same for every lead")
    return plain_quotient(node)


def _matches(node: Sql, pattern: Sql) -> Sql:
    return exp.Paren(this=exp.RegexpLike(this=node, expression=s.text(f"^({without_groups(pattern).name})$")))


def _micros(at: Sql) -> Sql:
    return call("DATEDIFF", exp.Var(this="MICROSECOND"), s.cast(s.text("1970-01-01 00:00:00+00"), "TIMESTAMPTZ"), at)


def _element(items: Sql, index: Sql) -> Sql:
    return s.cast(call("JSON_EXTRACT_ARRAY_ELEMENT_TEXT", items, s.minus(index, s.whole(1))), "BIGINT")


def _listed(*groups: Sql) -> Sql:
    """A list of those groups that are there, as SUPER."""
    lists = [
        s.case([(there, call("ARRAY", call("OBJECT", *pairs)))], call("ARRAY"))
        for there, *pairs in (group.expressions for group in groups)
    ]
    return s.tree(lambda left, right: call("ARRAY_CONCAT", left, right), lists) if lists else call("ARRAY")


DIALECT = Dialect(
    "redshift",
    "Redshift",
    types={exp.DType.INT128: "DECIMAL(38, 0)"},
    calls={
        **SAME,
        "CHR": raw_chr,
        "STRLEN": named("OCTET_LENGTH"),
        "TRIM": named("BTRIM"),
        "RTRIM": named("RTRIM"),
        "TRUNC": named("TRUNC"),
        "CONTAINS": within,
        "STARTS_WITH": lambda node, part: s.eq(call("LEFT", node, call("LENGTH", part)), part),
        "ENDS_WITH": lambda node, part: s.eq(call("RIGHT", node, call("LENGTH", part)), part),
        "REGEXP_REPLACE": lambda node, pattern, by: call("REGEXP_REPLACE", node, without_groups(pattern), by),
        "REGEXP_FULL_MATCH": _matches,
        "REGEXP_EXTRACT": lambda node, pattern, _: call(
            "REGEXP_SUBSTR", node, pattern, s.whole(1), s.whole(1), s.text("e")
        ),
        "EPOCH_US": _micros,
        "ISFINITE": below_infinity,
        "ISNAN": is_nan,
        "FORMAT": whole_text,
        "PRINTF": hex_padded("TO_HEX"),
        "CONSTANTS": lambda values, _: s.text(values),
        "LIST_EXTRACT": _element,
        "BLOCKED": _listed,
        "FIRED": _listed,
        "INSTANT": lambda at: s.cast(s.text(f"{at.name}+00:00"), "TIMESTAMPTZ"),
    },
    nodes={exp.IntDiv: _quotient, exp.DPipe: raw_joined, exp.Filter: conditional},
    stops=True,
)
