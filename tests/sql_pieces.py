"""The pieces of a plan that databases spell in different ways; `python -m tests.sql_pieces` writes sql_pieces.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql import texts
from scorelang.sql.dialect import Unspellable, dialect_of
from scorelang.sql.dialects import dialect_names
from scorelang.sql.spell import Sql

V, W = s.col("v"), s.col("w")


def _groups(*keys: str) -> Sql:
    pairs = [part for key in keys for part in (s.text(key), s.col(key))]
    return exp.Tuple(expressions=[s.known(V), *pairs])


PIECES: dict[str, Callable[[], Sql]] = {
    "folded": lambda: texts.folded(V),
    "trimmed of odd characters": lambda: s.call("TRIM", V, s.text(" \u00a0\u3000")),
    "pattern": lambda: texts.like(V, "50%_!\\*a*"),
    "quoted": lambda: s.eq(V, s.text("it's a \\")),
    "holds": lambda: texts.holds(V, "a"),
    "starts": lambda: texts.starts(V, "a"),
    "ends": lambda: texts.ends(V, "a"),
    "domain": lambda: s.call("REGEXP_EXTRACT", V, s.text("@([^@]*)$"), s.whole(1)),
    "before a sign": lambda: s.call("SPLIT_PART", V, s.text("#"), s.whole(1)),
    "instant": lambda: s.call("EPOCH_US", V),
    "finite": lambda: s.call("ISFINITE", V),
    "whole parts": lambda: s.whole_over(V, s.whole(7)),
    "large whole parts": lambda: s.huge_over(s.cast(V, "HUGEINT"), s.cast(W, "HUGEINT")),
    "divided": lambda: s.over(V, W),
    "largest": lambda: s.call("GREATEST", V, W),
    "latest of some": lambda: s.filtered(s.call("MAX", V), W),
    "bits": lambda: s.call("BIT_OR", exp.Paren(this=exp.BitwiseAnd(this=V, expression=s.whole(4)))),
    "whether any": lambda: s.call("BOOL_OR", V),
    "one of a list of constants": lambda: s.element(s.cast(s.text("[5, 6]"), "BIGINT[]"), V),
    "member": lambda: s.call("LIST_CONTAINS", V, s.text("a")),
    "no list": lambda: s.call("FIRED"),
    "list": lambda: s.call("FIRED", _groups("rule", "points")),
    "bits as digits": lambda: s.call("CONCAT", s.call("PRINTF", s.text("%03x"), V), W),
    "time": lambda: s.call("INSTANT", s.text("2026-01-01T00:00:00")),
}

PAGE = Path(__file__).with_suffix(".md")


def page() -> str:
    """Every piece as every dialect says it."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# How each database says the pieces of a plan"
    for name, piece in PIECES.items():
        yield f"\n## {name[0].upper()}{name[1:]}\n"
        for dialect in map(dialect_of, dialect_names()):
            if dialect.native:
                continue
            try:
                said = f"`` {dialect.sql(dialect.spelled(piece()))} ``"
            except Unspellable as error:
                said = f"refused: {error}"
            yield f"- {dialect.title}: {said}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
