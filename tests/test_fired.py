"""How results say which rules fired: as a list, as a bitmap, or not at all; the same on every engine."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import scorelang
from scorelang.cli import program
from scorelang.data.bitmaps import bitmap_of, rules_of_bitmap
from scorelang.sql.written import written

# More rules than a word of bits has, some of them in groups, one that is not there at this time.
MODEL = (
    'model "Many"\nlead:\n    size number\n    title text\n'
    + "".join(f"if size >= {at} then +1\n" for at in range(61))
    + 'category Fit:\n    if title is "ceo" then +5\n    if size > 3 then +1, during 2020-01-01 to 2020-12-31\n'
    + 'persona Buyer:\n    if title is "ceo" then +1\npersona User:\n    if title is "ceo" then +0.5\n'
    + 'each visit then +1\nmatrix by size and title:\n    |           | "ceo" | otherwise |\n'
    + "    | < 5       |    +1 |        +2 |\n    | otherwise |     0 |        +3 |\n"
)
LEADS = "id,size,title\n1,0,CEO\n2,60,\n3,,clerk\n4,many,\n"
EVENTS = "lead,type,at\n1,visit,2026-01-01\n"
ENGINES = ("reference", "python", "duckdb")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, leads and events, which is the current one."""
    for name, text in {"many.score": MODEL, "leads.csv": LEADS, "events.csv": EVENTS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def score(*arguments: str) -> Result:
    command = ["score", "many.score", "leads.csv", "--events", "events.csv", "--as-of", "2026-06-30", *arguments]
    return CliRunner().invoke(program, command)


@given(data=st.data(), number=st.integers(0, 130))
def test_a_bitmap_is_read_back_as_the_rules_that_it_was_made_of(data: st.DataObject, number: int) -> None:
    rules = [f"rule-{at}" for at in range(number)]
    fired = data.draw(st.sets(st.sampled_from(rules))) if rules else set()
    bitmap = bitmap_of(fired, rules)
    assert len(bitmap) == -(-number // 4)
    assert rules_of_bitmap(bitmap, rules) == tuple(rule for rule in rules if rule in fired)


def test_the_first_rule_is_the_highest_bit_of_the_first_digit() -> None:
    assert bitmap_of({"a"}, "abcde") == "80"
    assert bitmap_of({"d", "e"}, "abcde") == "18"


@pytest.mark.parametrize("bitmap", ["", "8", "800", "8g", "8F", "84", "0x"])
def test_what_is_no_bitmap_of_the_rules_is_an_error(bitmap: str) -> None:
    model = scorelang.loads("".join(f"if size > {at} then +1\n" for at in range(5)))
    with pytest.raises(scorelang.CallError, match="rules"):
        model.fired_of_bitmap(bitmap)


@pytest.mark.parametrize("format_", ["csv", "ndjson", "json", "parquet"])
@pytest.mark.parametrize("fired", ["bitmap", "none"])
def test_engines_say_the_same(fired: str, format_: str, folder: Path) -> None:
    found = []
    for engine in ENGINES:
        result = score("--engine", engine, "--fired", fired, "-o", "out", "--format", format_)
        assert result.exit_code == 1, result.stderr
        if format_ == "parquet":
            described = duckdb.sql("DESCRIBE FROM read_parquet('out')").fetchall()
            found.append((described, duckdb.sql("SELECT COLUMNS(*)::VARCHAR FROM read_parquet('out')").fetchall()))
        else:
            found.append((folder / "out").read_bytes())
    assert found[0] == found[1] == found[2]


def test_the_bitmap_says_what_the_list_says(folder: Path) -> None:
    model = scorelang.load("many.score")
    lists, bitmaps = (
        [json.loads(line) for line in score("--fired", fired, "--format", "ndjson").stdout.splitlines()]
        for fired in ("list", "bitmap")
    )
    for one, other in zip(lists, bitmaps, strict=True):
        assert model.fired_of_bitmap(other.pop("fired")) == tuple(rule["rule"] for rule in one.pop("fired"))
        assert one == other
    assert len(bitmaps) == 3


def test_places_in_the_bitmap_are_those_of_the_list_of_rules(folder: Path) -> None:
    model = scorelang.load("many.score")
    rules = [rule.id for rule in model.rules]
    whole = "f" * (len(rules) // 4) + ("", "8", "c", "e")[len(rules) % 4]
    assert list(model.fired_of_bitmap(whole)) == rules


def test_the_highest_scores_may_say_it_too(folder: Path) -> None:
    results = [
        score("--engine", engine, "--fired", fired, "--format", "ndjson", "--top", "2").stdout
        for fired in ("bitmap", "none")
        for engine in ENGINES
    ]
    assert results[0] == results[1] == results[2] != results[3]
    assert results[3] == results[4] == results[5]
    assert [json.loads(line)["id"] for line in results[0].splitlines()] == ["2", "1"]


def test_a_table_for_people_says_no_rules(folder: Path) -> None:
    result = score("--fired", "bitmap")
    assert (result.exit_code, "--format csv" in result.stderr) == (2, True)


def test_tables_say_it_as_asked(folder: Path) -> None:
    model = scorelang.load("many.score")
    leads = duckdb.sql("SELECT * FROM (VALUES ('1', 0.0::DOUBLE, 'CEO'), ('2', 60.0, NULL)) t(id, size, title)")
    as_list = model.score_table(leads, as_of="2026-06-30").select("fired").fetchall()
    as_bitmap = model.score_table(leads, as_of="2026-06-30", fired="bitmap").select("fired").fetchall()
    for (rules,), (bitmap,) in zip(as_list, as_bitmap, strict=True):
        assert model.fired_of_bitmap(bitmap) == tuple(rule["rule"] for rule in rules)
    assert "fired" not in model.score_table(leads, as_of="2026-06-30", fired="none").columns
    with pytest.raises(scorelang.CallError, match="fired is"):
        model.score_table(leads, fired="words")  # type: ignore[arg-type]


def test_a_written_query_says_it_as_asked(folder: Path) -> None:
    model = scorelang.load("many.score")
    duckdb_query = written(model.checked, model.instant("2026-06-30"), "leads", None, "duckdb", "bitmap")
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE leads AS SELECT 'x' AS id, 'CEO' AS title, 0.0::DOUBLE AS size")
        [(bitmap,)] = connection.execute(f"SELECT fired FROM ({duckdb_query.rstrip().rstrip(';')})").fetchall()
    fired = model.score({"id": "x", "title": "CEO", "size": 0}, as_of="2026-06-30").fired
    assert model.fired_of_bitmap(bitmap) == tuple(rule.rule for rule in fired)
    result = CliRunner().invoke(program, ["sql", "many.score", "--dialect", "snowflake", "--fired", "none"])
    assert (result.exit_code, '"fired"' in result.stdout) == (0, False)
