"""What `scorelang sql` writes for databases that no test can run, and what it refuses to write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from attrs import evolve
from sqlglot import exp

import scorelang
import scorelang.spark
from scorelang.sql.dialect import dialect_of
from scorelang.sql.dialects import dialect_names
from scorelang.sql.lower import NotLowered
from scorelang.sql.written import spelled, table_of, written

from .sql_pieces import PAGE, page

OTHERS = tuple(name for name in dialect_names() if name != "duckdb")
MODEL = r"""model "Acme", version 2, timezone "Europe/Berlin"
lead:
    title text
    size number
    demo flag
    budget number
    created date
event visit(path page, seconds number)
category Fit, at most 30:
    if title contains "vp" then +10
    if title starts with "a" or title ends with "b" then +10
    if title like "50!%_*a\\*'" then +2
    if size / budget > 10 then +5
    if created within 30 days then +2
    if demo then +size * 2
visit "/pricing" within 10 days then +7
visit at least 3 times then +1
if largest of visit.seconds > 1 then +3
if days since last visit > 3 then +3
each visit then +1, losing 1% every 1 day, once a month
persona A:
    if demo then +3
persona B:
    if not demo then +3
require demo because "it's a \\ \u0085"
stage MQL from 10
"""


def sql(text: str, dialect: str) -> str:
    model = scorelang.loads(text)
    return written(model.checked, model.instant("2026-01-01"), "crm.leads", "events", dialect)


@pytest.mark.parametrize("dialect", OTHERS)
def test_a_query_is_read_back_as_one_statement_with_the_columns_of_a_result(dialect: str) -> None:
    (statement,) = (one for one in sqlglot.parse(sql(MODEL, dialect), read=dialect) if one is not None)
    assert isinstance(statement, exp.Select)
    names = [column.alias for column in statement.expressions]
    assert names[:4] == ["refer", "id", "score", "Fit"]
    assert names[-5:] == ["fired", "as_of", "model", "version", "fingerprint"]


@pytest.mark.parametrize("dialect", OTHERS)
def test_texts_are_read_back_as_they_were_written(dialect: str) -> None:
    statement = sqlglot.parse_one(sql(MODEL, dialect), read=dialect)
    literals = {literal.name for literal in statement.find_all(exp.Literal) if literal.is_string}
    assert {"vp", "it-s-a"} & literals == {"vp", "it-s-a"}
    pattern = r"50!\%\_%a*'" if dialect == "bigquery" else "50!!!%!_%a*'"
    assert pattern in literals


@pytest.mark.parametrize("dialect", OTHERS)
def test_no_function_of_duckdb_is_left(dialect: str) -> None:
    text = sql(MODEL, dialect)
    for name in ("EPOCH_US", "STRLEN", "LIST_", "HUGEINT", "MAKE_TIMESTAMP", "REGEXP_FULL_MATCH", "STRUCT_PACK"):
        assert name not in text


def test_every_piece_is_said_as_written_down() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.sql_pieces writes it anew"


def test_a_row_that_is_not_scored_exactly_is_explained_above_the_query() -> None:
    for dialect in dialect_names():
        assert "refer is true where this query does not score exactly" in sql(MODEL, dialect).splitlines()[1]


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["snowflake", "redshift"])
def test_mentions_is_refused_where_no_regular_expression_knows_all_letters(dialect: str) -> None:
    text = 'lead:\n    title text\nif title is "a" then +1\nif title mentions "vp" then +10\n'
    with pytest.raises(NotLowered, match=r"^model.score:4: .* has no exact way to say `mentions`.*: if title mentions"):
        sql(text, dialect)


@pytest.mark.parametrize("dialect", ["snowflake", "bigquery", "redshift"])
def test_text_lists_are_refused_where_arrays_do_not_tell_an_empty_one_from_a_missing_one(dialect: str) -> None:
    with pytest.raises(NotLowered, match="the text list `tags`"):
        sql('lead:\n    tags text list\nif tags contains "x" then +1\n', dialect)


@pytest.mark.parametrize("dialect", ["snowflake", "bigquery", "redshift"])
def test_a_text_list_that_no_rule_looks_at_is_no_matter_where_arrays_are_not_read(dialect: str) -> None:
    declared = "lead:\n    n number\n    tags text list\nevent form(name text, topics text list)\n"
    rules = 'if n > 1 then +1\nform "demo" then +2\n'
    query = sql(declared + rules, dialect)
    assert "tags" not in query
    assert "topics" not in query
    with pytest.raises(NotLowered, match=r"^model.score:7: .*the text list `tags`: if tags contains"):
        sql(declared + rules + 'if tags contains "x" then +1\n', dialect)
    with pytest.raises(NotLowered, match=r"^model.score:7: .*the text list `topics`"):
        sql(declared + rules + 'form where topics contains "x" then +1\n', dialect)


def test_shares_of_points_are_refused_on_redshift() -> None:
    text = "lead:\n    n number\nif n > 1 then +1\n"
    text += "category Fit, losing 50% every 9 days of silence:\n    if n > 2 then +3\n"
    with pytest.raises(NotLowered, match=r"^model.score:4: Redshift has no exact way to say a share of points"):
        sql(text, "redshift")


def test_columns_that_differ_only_in_case_are_refused_where_they_are_one() -> None:
    text = 'lead:\n    Title text\n    title text\nif Title is "a" then +1\n'
    assert '"Title"' in sql(text, "postgres")
    with pytest.raises(NotLowered, match="`Title` and `title`, which differ only in case"):
        sql(text, "spark")


def test_a_column_that_is_read_as_two_types_is_refused() -> None:
    text = 'event a(x number)\nevent b(x text)\na where x > 1 then +1\nb where x is "y" then +1\n'
    with pytest.raises(NotLowered, match="the column `x`, which the model reads as values of two types"):
        sql(text, "postgres")


def test_more_columns_than_a_table_may_have_are_refused() -> None:
    narrow = evolve(dialect_of("postgres"), most_columns=20)
    model = scorelang.loads(MODEL)
    with pytest.raises(NotLowered, match=r"PostgreSQL has no exact way to say a table of \d+ columns, which all rules"):
        spelled(model.checked, 0, table_of("leads"), table_of("events"), narrow)


def test_the_documentation_lists_every_dialect() -> None:
    text = (Path(__file__).parent.parent / "docs" / "engines.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)`.* \| .*(?:run by|rendered|that for).* \|", text, re.MULTILINE)
    assert sorted(listed) == sorted(dialect_names())


def test_every_dialect_has_a_title() -> None:
    assert [dialect_of(name).name for name in dialect_names()] == list(dialect_names())
    assert len({dialect_of(name).title for name in dialect_names()}) == len(dialect_names())


def test_scoring_on_spark_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorelang.spark, "find_spec", lambda name: None)
    model = scorelang.loads("visit then +1")
    with pytest.raises(scorelang.ScorelangError, match=r"needs pyspark.*pip install 'scorelang\[spark\]'"):
        scorelang.spark.score(model, None, None)  # type: ignore[arg-type]
