"""PostgreSQL gives every lead the result that the reference gives it: the specification, and generated models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import event, given

import scorelang
from scorelang import Model
from scorelang.sql import spell as s
from scorelang.sql import texts
from scorelang.sql.dialect import dialect_of
from scorelang.sql.lower import NotLowered
from scorelang.sql.spell import Sql
from scorelang.values import fold, fold_page, matches, mentions

from .generators import examples
from .generators.cases import Case, cases
from .postgres_server import score, server
from .test_spec import Case as Specified
from .test_sql_parts import assigned, made
from .test_sql_spec import groups, histories_of
from .typed_tables import tables_of

POSTGRES = dialect_of("postgres")


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    with server() as found:
        yield found


def same(connection: Any, model: Model, histories: list[tuple[dict[str, Any], list[Any]]], as_of: str) -> int:
    """Assert that all answers are equal; gives how many leads were left to the reference."""
    tables = tables_of(model, histories, as_of)
    if tables is None:
        return 0
    return tables.agree(score(connection, model, tables, as_of))


@pytest.mark.parametrize("cases", list(groups()))
def test_postgres_scores_leads_as_specified(connection: Any, cases: list[Specified], tmp_path: Path) -> None:
    model = scorelang.loads(cases[0].model.block.text, folder=cases[0].model.folder(tmp_path))
    same(connection, model, histories_of(cases), cases[0].said.get("as_of", "2026-01-01"))


@examples(10)
@given(case=cases())
def test_generated_leads_get_the_results_of_the_reference(connection: Any, case: Case) -> None:
    histories = [(dict(history.lead), list(history.events)) for history in case.histories]
    try:
        referred = same(connection, case.model, histories, case.histories[0].as_of)
    except NotLowered as error:
        event(error.found[0].why)
        return
    event(f"left to the reference: {referred}")


# --- texts ----------------------------------------------------------------------------------------------------------


def evaluated(connection: Any, node: Sql, values: list[str]) -> list[Any]:
    """What an expression on the column `v` gives for each value."""
    query = POSTGRES.sql(POSTGRES.spelled(node)).replace("%", "%%")
    rows = connection.execute(
        f'SELECT {query} FROM UNNEST(%s::text[]) WITH ORDINALITY t("v", n) ORDER BY n', [values], prepare=False
    )
    return [value for (value,) in rows.fetchall()]


def test_every_character_is_trimmed_and_folded_as_in_python(connection: Any) -> None:
    framed = [f"{one}a{one}" for one in assigned()]
    read = evaluated(connection, texts.read_text(s.col("v")), framed)
    assert [one for one, got in zip(framed, read, strict=True) if fold(one.strip()) != got] == []


def test_every_character_parts_words_as_in_python(connection: Any) -> None:
    framed = [f"{one}vp" for one in assigned()]
    found = evaluated(connection, POSTGRES.mentions(s.col("v"), ["vp"], lambda node: node), framed)
    assert [one for one, got in zip(framed, found, strict=True) if mentions(one, "vp") != got] == []


def test_pages_are_read_as_in_python(connection: Any) -> None:
    random = Random(1)
    parts = ("http://", "https://", "//", "/", "a", "B", "?", "#", "x=1", " ", ".", "İ", "\n", "é", "acme.example", ":")
    pages = ["".join(random.choices(parts, k=random.randrange(1, 8))) for _ in range(5_000)]
    read = evaluated(connection, texts.read_page(s.col("v")), pages)
    wanted = [fold_page(page) if page.strip() else None for page in pages]
    assert [(p, w, g) for p, w, g in zip(pages, wanted, read, strict=True) if w != g] == []


def test_patterns_and_whole_words_match_as_in_python(connection: Any) -> None:
    random = Random(2)
    given = [made(random, "ab*?%_!\\.é| ") for _ in range(400)]
    for pattern in sorted({made(random, "ab*?%_!\\.é|~") for _ in range(40)} - {""}):
        matched = evaluated(connection, texts.like(s.col("v"), pattern), given)
        assert matched == [matches(pattern, one) for one in given], pattern
        found = evaluated(connection, POSTGRES.mentions(s.col("v"), [pattern], lambda node: node), given)
        assert found == [mentions(one, pattern) for one in given], pattern
