"""Spark SQL, which Databricks speaks too: Java's regular expressions, arrays with functions, and no error at infinity.

An instant is a TIMESTAMP_NTZ in UTC: what Spark does with a TIMESTAMP depends on the time zone of the session.
"""

from __future__ import annotations

from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.dialect import Dialect
from scorelang.sql.dialects._common import SAME, below_infinity, conditional, marked_by_braces, named, whole_text
from scorelang.sql.spell import Sql, call
from scorelang.values import SECOND


def _chr(code: Sql) -> Sql:
    return _of_bytes(chr(int(code.name)).encode())


def _of_bytes(given: bytes) -> Sql:
    """A text by its bytes: CHR gives no character above 255 there."""
    return call("DECODE", call("UNHEX", s.text(given.hex().upper())), s.text("UTF-8"))


def _joined(node: exp.DPipe) -> Sql:
    parts = [
        part.name.encode() if isinstance(part, exp.Literal) else bytes.fromhex(part.expressions[0].expressions[0].name)
        for part in (node.this, node.expression)
    ]
    return _of_bytes(b"".join(parts))


def _trimmed(position: str, node: Sql, characters: Sql) -> Sql:
    return exp.Trim(this=node, expression=characters, position=position)


def _matches(node: Sql, pattern: Sql) -> Sql:
    return exp.Paren(this=exp.RegexpLike(this=node, expression=s.text(rf"^(?:{pattern.name})\z")))


def _micros(at: Sql) -> Sql:
    """Microseconds since 1970 by the parts of a local time, so that no time zone is asked."""
    day = s.cast(call("UNIX_DATE", s.cast(at, "DATE")), "BIGINT")
    seconds = s.times(exp.Extract(this=exp.Var(this="SECOND"), expression=at), s.whole(SECOND))
    return s.total(
        [
            s.times(day, s.long(86_400 * SECOND)),
            s.times(call("HOUR", at), s.long(3_600 * SECOND)),
            s.times(call("MINUTE", at), s.long(60 * SECOND)),
            s.cast(seconds, "BIGINT"),
        ]
    )


def _constants(values: str, kind: str) -> Sql:
    """A list of numbers as one literal."""
    numbers = call("SPLIT", s.text(values.strip("[]").replace(" ", "")), s.text(","))
    return exp.Cast(this=numbers, to=exp.DataType(this=exp.DType.USERDEFINED, kind=f"ARRAY<{kind}>"))


def _truncated(number: Sql) -> Sql:
    down, up = (s.cast(call(function, number), "DOUBLE") for function in ("FLOOR", "CEIL"))
    return s.case([(s.lt(number, s.double(0.0)), up)], down)


def _listed(keys: tuple[tuple[str, str], ...], *groups: Sql) -> Sql:
    """A list of those groups that are there."""
    fields = ", ".join(f"{key}: {type_}" for key, type_ in keys)
    kind = exp.DataType(this=exp.DType.USERDEFINED, kind=f"ARRAY<STRUCT<{fields}>>")
    items = [
        s.case([(there, call("NAMED_STRUCT", *pairs))]) for there, *pairs in (group.expressions for group in groups)
    ]
    every = call("ARRAY", *items)
    kept = call("FILTER", every, s.function("one", s.known(s.col("one")))) if items else every
    return exp.Cast(this=kept, to=kind)


def _blocked(*groups: Sql) -> Sql:
    return _listed((("rule", "STRING"), ("because", "STRING"), ("was", "STRING")), *groups)


def _fired(*groups: Sql) -> Sql:
    return _listed((("rule", "STRING"), ("points", "DOUBLE")), *groups)


def _instant(at: Sql) -> Sql:
    return exp.Cast(this=at, to=exp.DataType(this=exp.DType.USERDEFINED, kind="TIMESTAMP_NTZ"))


def java_dialect(name: str, title: str) -> Dialect:
    """Spark SQL under the name of one who speaks it."""
    return Dialect(
        name,
        title,
        types={exp.DType.INT128: "DECIMAL(38, 0)", exp.DType.TIMESTAMP: "TIMESTAMP_NTZ"},
        calls={
            **SAME,
            "CHR": _chr,
            "STRLEN": named("OCTET_LENGTH"),
            "TRIM": lambda node, characters: _trimmed("BOTH", node, characters),
            "RTRIM": lambda node, characters: _trimmed("TRAILING", node, characters),
            "RPAD": named("RPAD"),
            "TRUNC": _truncated,
            "CONTAINS": named("CONTAINS"),
            "STARTS_WITH": named("STARTSWITH"),
            "ENDS_WITH": named("ENDSWITH"),
            "REGEXP_REPLACE": named("REGEXP_REPLACE"),
            "REGEXP_FULL_MATCH": _matches,
            "REGEXP_EXTRACT": named("REGEXP_EXTRACT"),
            "REGEXP_MARK": marked_by_braces,
            "EPOCH_US": _micros,
            "UNIX_MICROS": named("UNIX_MICROS"),
            "ISFINITE": below_infinity,
            "ISNAN": named("ISNAN"),
            "FORMAT": whole_text,
            "PRINTF": named("FORMAT_STRING"),
            "CONSTANTS": _constants,
            "LIST_EXTRACT": lambda items, at: call("ELEMENT_AT", items, s.cast(at, "INTEGER")),
            "LIST_TRANSFORM": named("TRANSFORM"),
            "LIST_FILTER": named("FILTER"),
            "LIST_CONTAINS": named("ARRAY_CONTAINS"),
            "LIST_HAS_ANY": named("ARRAYS_OVERLAP"),
            "LEN": named("SIZE"),
            "STRING_SPLIT": named("SPLIT"),
            "NUMBER": named("MONOTONICALLY_INCREASING_ID"),
            "BLOCKED": _blocked,
            "FIRED": _fired,
            "INSTANT": _instant,
        },
        nodes={exp.DPipe: _joined, exp.Filter: conditional},
        # Spark has no number of a row without an order; this one is the same as long as the table is.
        number=lambda: call("NUMBER"),
        tries=True,
    )
