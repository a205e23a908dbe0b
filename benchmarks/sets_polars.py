"""The rules of sets.py as a person would write them with Polars: one lazy query, run by its streaming engine.

Texts are folded once for each column. A rule about events is a sum over a group, every other a `when`; the conditions
are those of the SQL by hand, read by sqlglot.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import expressions as e

if TYPE_CHECKING:
    import polars as pl

Rule = tuple[str, str, int, str | None]
LEAD_TEXTS, EVENT_TEXTS = ("title", "industry", "country"), ("path", "campaign")


def writer(rules: list[Rule], folder: Path, as_of: str) -> Callable[[Path], object]:
    """A function that scores the leads of the folder and writes what the SQL by hand writes, as Parquet."""

    def write(out: Path) -> object:
        return query(rules, folder, as_of).sink_parquet(out)

    return write


def query(rules: list[Rule], folder: Path, as_of: str) -> pl.LazyFrame:
    """The query: identity, score, both categories, grade and stage."""
    import polars as pl

    filters = [where for *_, where in rules if where is not None]
    events = pl.scan_parquet(folder / "events.parquet").filter(pl.col("at") <= datetime.fromisoformat(as_of))
    counted = (
        events.with_columns(_folded(name) for name in EVENT_TEXTS)
        .group_by(_folded("lead").alias("key"))
        .agg(condition(where).fill_null(False).sum().alias(f"e{at}") for at, where in enumerate(filters))
    )
    leads = pl.scan_parquet(folder / "leads.parquet").with_columns(_folded(name) for name in LEAD_TEXTS)
    joined = leads.with_columns(_folded("id").alias("key")).join(counted, on="key", how="left")
    fit = pl.sum_horizontal(_points(sql, points) for _, sql, points, where in rules if where is None)
    behaviour = pl.sum_horizontal(_points(sql, points) for _, sql, points, where in rules if where is not None)
    score = pl.col("fit") + pl.col("behaviour")
    grade = pl.when(pl.col("fit") >= 20).then(pl.lit("A")).when(pl.col("fit") >= 10).then(pl.lit("B"))
    return joined.select("id", fit=fit, behaviour=behaviour).select(
        "id",
        score=score.cast(pl.Float64),
        fit=pl.col("fit").cast(pl.Float64),
        behaviour=pl.col("behaviour").cast(pl.Float64),
        grade=grade.otherwise(pl.lit("C")),
        stage=pl.when(score >= 20).then(pl.lit("MQL")).otherwise(pl.lit("none")),
    )


def _folded(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name).str.strip_chars().str.to_lowercase()


def _points(sql: str, points: int) -> pl.Expr:
    import polars as pl

    return pl.when(condition(sql)).then(points).otherwise(0)


def condition(sql: str) -> pl.Expr:
    """The expression for a condition of `sets.rules_of`. Raises `ValueError` for one of another form."""
    return _expression(sqlglot.parse_one(sql, dialect="duckdb"))


def _expression(node: Any) -> Any:
    import polars as pl

    match node:
        case e.And():
            return _expression(node.this) & _expression(node.expression)
        case e.Not():
            return ~_expression(node.this)
        case e.EQ():
            return _expression(node.this) == _expression(node.expression)
        case e.GT():
            return _expression(node.this) > _expression(node.expression)
        case e.GTE():
            return _expression(node.this) >= _expression(node.expression)
        case e.Between():
            return _expression(node.this).is_between(_expression(node.args["low"]), _expression(node.args["high"]))
        case e.In():
            return _expression(node.this).is_in([_expression(one) for one in node.expressions])
        case e.Like():
            return _like(_expression(node.this), _expression(node.expression))
        case e.Sub():  # TIMESTAMP '…' - INTERVAL n DAY
            return _expression(node.this) - timedelta(days=int(node.expression.this.name))
        case e.Cast():
            return datetime.fromisoformat(node.this.name)
        case e.Lower() | e.Trim() | e.Paren():  # folded already
            return _expression(node.this)
        case e.Column():
            return pl.col(node.name)
        case e.Literal():
            return node.this if node.is_string else float(node.this)
    raise ValueError(f"no expression of Polars is known for {node.sql()}")


def _like(text: pl.Expr, pattern: str) -> pl.Expr:
    if pattern.startswith("%") and pattern.endswith("%"):
        return text.str.contains(pattern.strip("%"), literal=True)
    return text.str.starts_with(pattern.removesuffix("%"))
