"""Trino. Rendered, not run."""

from __future__ import annotations

from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.dialect import Dialect
from scorelang.sql.dialects._common import (
    SAME,
    greatest,
    marked_by_braces,
    members,
    named,
    padded,
    plain_quotient,
    unicode_chr,
    unicode_joined,
    whole_quotient,
    whole_text,
    within,
)
from scorelang.sql.spell import Sql, call
from scorelang.values import SECOND


def _as(node: Sql, kind: str) -> Sql:
    return exp.Cast(this=node, to=exp.DataType(this=exp.DType.USERDEFINED, kind=kind))


def _code(node: Sql) -> Sql:
    first = _as(call("SUBSTR", node, s.whole(1), s.whole(1)), "VARCHAR(1)")
    return s.case([(exp.NEQ(this=node, expression=s.text("")), call("CODEPOINT", first))])


def _trimmed(position: str, node: Sql, characters: Sql) -> Sql:
    return exp.Trim(this=node, expression=characters, position=position)


def _micros(at: Sql) -> Sql:
    """Microseconds since 1970: whole seconds, and the six digits after the point that an instant is written with."""
    local = _as(exp.AtTimeZone(this=at, zone=s.text("UTC")), "TIMESTAMP(6)")
    start = _as(s.text("1970-01-01 00:00:00"), "TIMESTAMP(6)")
    seconds = call("DATE_DIFF", s.text("second"), start, call("DATE_TRUNC", s.text("second"), local))
    digits = call("SUBSTR", s.cast(local, "VARCHAR"), s.whole(-6))
    return s.plus(s.times(seconds, s.whole(SECOND)), s.cast(digits, "BIGINT"))


def _quotient(node: exp.IntDiv) -> Sql:
    # Decimal numbers are rounded when they are divided, whole numbers are not.
    return whole_quotient(node) if node.args.get("huge") else plain_quotient(node)


def _listed(kind: str, *groups: Sql) -> Sql:
    """An array of those groups that are there."""
    items = []
    for there, pairs in map(members, groups):
        items.append(s.case([(there, _as(call("ROW", *(value for _, value in pairs)), f"ROW({kind})"))]))
    every = _as(s.listed(items), f"ARRAY(ROW({kind}))")
    return call("FILTER", every, s.function("one", s.known(s.col("one")))) if items else every


def _blocked(*groups: Sql) -> Sql:
    return _listed("rule VARCHAR, because VARCHAR, was VARCHAR", *groups)


def _fired(*groups: Sql) -> Sql:
    return _listed("rule VARCHAR, points DOUBLE", *groups)


DIALECT = Dialect(
    "trino",
    "Trino",
    types={exp.DType.INT128: "DECIMAL(38, 0)"},
    calls={
        **SAME,
        "CHR": unicode_chr,
        "ASCII": _code,
        "STRLEN": lambda node: call("LENGTH", call("TO_UTF8", node)),
        "TRIM": lambda node, characters: _trimmed("BOTH", node, characters),
        "RTRIM": lambda node, characters: _trimmed("TRAILING", node, characters),
        "TRUNC": named("TRUNCATE"),
        "GREATEST": greatest,
        "BIT_OR": named("BITWISE_OR_AGG"),
        "CONTAINS": within,
        "ENDS_WITH": lambda node, part: call("STARTS_WITH", call("REVERSE", node), call("REVERSE", part)),
        "REGEXP_REPLACE": named("REGEXP_REPLACE"),
        "REGEXP_FULL_MATCH": lambda node, pattern: call("REGEXP_LIKE", node, s.text(rf"^(?:{pattern.name})\z")),
        "REGEXP_EXTRACT": named("REGEXP_EXTRACT"),
        "REGEXP_MARK": marked_by_braces,
        "EPOCH_US": _micros,
        "ISFINITE": named("IS_FINITE"),
        "ISNAN": named("IS_NAN"),
        "FORMAT": whole_text,
        "PRINTF": lambda pattern, number: padded(call("TO_BASE", number, s.whole(16)), pattern),
        "CONSTANTS": lambda values, kind: _as(call("JSON_PARSE", s.text(values)), f"ARRAY({kind})"),
        "LIST_EXTRACT": named("ELEMENT_AT"),
        "LIST_TRANSFORM": named("TRANSFORM"),
        "LIST_FILTER": named("FILTER"),
        "LIST_CONTAINS": named("CONTAINS"),
        "LIST_HAS_ANY": named("ARRAYS_OVERLAP"),
        "LEN": named("CARDINALITY"),
        "BLOCKED": _blocked,
        "FIRED": _fired,
        "INSTANT": lambda at: s.cast(s.text(at.name.replace("T", " ") + " UTC"), "TIMESTAMPTZ"),
    },
    nodes={exp.IntDiv: _quotient, exp.DPipe: unicode_joined},
    stops=True,
)
