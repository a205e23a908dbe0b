"""Columns of types that Python or DuckDB alone have: every engine reads the same of them, or says what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

import scorelang
from scorelang import LeadError, Model, ScorelangError
from scorelang.cli import program

from .postgres_server import server

AS_OF = "2026-01-01"
DATES = scorelang.loads("""
lead:
    v date
if v is known then +days since v
if v since 2025-12-31T00:00:00.123457Z then +0.5
if v before 1970-01-01 then +0.25
if v before 1969-12-31T23:59:59.999999Z then +0.1
""")
TEXTS = scorelang.loads("lead:\n    v text\nif length(v) > 0 then +length(v)\nif v is missing then -1")
NUMBERS = scorelang.loads("lead:\n    v number\nif v is known then +v / 4\nif v is missing then -1")
# Half a microsecond before 1970, two microseconds before it, and a time with all nine decimals.
NANOSECONDS = (-500, -1999, 1767139200123456789)
DROPPED = ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999998Z", "2025-12-31T00:00:00.123456Z")


def scores(model: Model, values: Any) -> list[float]:
    return [found.score for found in model.score_many([{"v": value} for value in values], as_of=AS_OF)]


def column(model: Model, table: Any) -> list[float]:
    rows = model.score_table(table, as_of=AS_OF)
    if isinstance(rows, duckdb.DuckDBPyRelation):
        return [score for (score,) in rows.select("score").fetchall()]
    return [float(score) for score in rows["score"]]


def of_pyarrow(zone: str | None) -> Any:
    pa = pytest.importorskip("pyarrow")
    return pa.table({"id": ["1", "2", "3"], "v": pa.array(NANOSECONDS, pa.timestamp("ns", zone))})


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_digits_beyond_microseconds_are_dropped_from_times_of_tables(zone: str | None) -> None:
    found = DATES.score_table(of_pyarrow(zone), as_of=AS_OF)
    assert found.column("score").to_pylist() == scores(DATES, DROPPED)
    relation = DATES.score_table(duckdb.from_arrow(of_pyarrow(zone)), as_of=AS_OF)
    assert [score for (score,) in relation.select("score").fetchall()] == scores(DATES, DROPPED)


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_digits_beyond_microseconds_are_dropped_from_times_of_files(zone: str | None, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(of_pyarrow(zone), tmp_path / "leads.parquet")
    (tmp_path / "m.score").write_text(DATES.checked.source.text, encoding="utf-8")
    given = ["score", str(tmp_path / "m.score"), str(tmp_path / "leads.parquet"), "--as-of", AS_OF, "--format", "csv"]
    said = {engine: CliRunner().invoke(program, [*given, "--engine", engine]) for engine in ("python", "duckdb")}
    assert said["python"].stdout == said["duckdb"].stdout
    rows = said["python"].stdout.splitlines()[1:]
    assert [float(row.split(",")[1]) for row in rows] == scores(DATES, DROPPED), said["python"].output


def test_frames_of_pandas_have_times_in_nanoseconds() -> None:
    pandas = pytest.importorskip("pandas")
    times = pandas.to_datetime(list(NANOSECONDS))
    for some in (times, times.tz_localize("UTC"), times.tz_localize("UTC").tz_convert("America/New_York")):
        frame = pandas.DataFrame({"id": [1, 2, 3], "v": some})
        assert list(DATES.score_table(frame, as_of=AS_OF)["score"])[2] == scores(DATES, DROPPED)[2]


def test_a_relation_keeps_all_digits_of_whole_numbers_of_128_bits() -> None:
    query = "SELECT 9007199254740993::HUGEINT AS id, 170141183460469231731687303715884105727::HUGEINT AS v"
    found = TEXTS.score_table(duckdb.sql(query), as_of=AS_OF)
    assert found.select("id, score").fetchall() == [("9007199254740993", 39.0)]
    lists = scorelang.loads('lead:\n    v text list\nif v contains "9007199254740993" then +1')
    found = lists.score_table(duckdb.sql("SELECT 1 AS id, [9007199254740993::HUGEINT] AS v"), as_of=AS_OF)
    assert found.select("score").fetchall() == [(1.0,)]


@pytest.mark.parametrize("value", ["TIME '10:00'", "INTERVAL 3 DAY", "uuid()"])
def test_a_column_that_is_read_as_text_is_one_for_every_type_of_the_language(value: str) -> None:
    for type_ in ("number", "flag", "date"):
        model = scorelang.loads(f"lead:\n    v {type_}\nif v is missing then +1")
        assert column(model, duckdb.sql(f"SELECT 1 AS id, CASE WHEN false THEN {value} END AS v")) == [1.0]
        with pytest.raises(LeadError, match=f"which is not a {type_}"):
            model.score_table(duckdb.sql(f"SELECT 1 AS id, {value} AS v"), as_of=AS_OF)


@pytest.mark.parametrize("engine", ["python", "reference"])
def test_what_pandas_calls_not_available_is_missing(engine: Any) -> None:
    pandas = pytest.importorskip("pandas")
    model = scorelang.loads(NUMBERS.checked.source.text, engine=engine)
    for missing in (pandas.NA, pandas.NaT):
        result = model.score({"id": missing, "v": missing}, as_of=AS_OF)
        assert (result.id, result.score) == (None, -1)


@pytest.mark.parametrize("key", [7, 7.0, " 7 ", "7"])
def test_a_mapping_of_events_may_name_leads_in_any_way_that_leads_name_themselves(key: object) -> None:
    model = scorelang.loads("each visit then +1")
    events = {key: [{"type": "visit", "at": "2025-12-01"}]}
    assert [found.score for found in model.score_many([{"id": "7"}, {"id": 8}], events, AS_OF)] == [1, 0]
    with pytest.raises(LeadError, match="lead"):
        list(model.score_many([{"id": 7}], {None: []}, AS_OF))  # type: ignore[dict-item]


@pytest.mark.parametrize("values", [["a", 5.0, 12, None], [7, "x"], [2**70, 1], [3.0, 4]])
def test_a_column_of_several_types_is_read_value_by_value(values: list[Any]) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": range(len(values)), "v": pandas.Series(values, dtype=object)})
    assert column(TEXTS, frame) == scores(TEXTS, values)


def test_a_frame_of_pandas_may_have_the_events_of_each_lead_as_lists() -> None:
    pandas = pytest.importorskip("pandas")
    model = scorelang.loads('event visit(path page)\neach visit then +1\nvisit "/p" then +10')
    events = [[{"type": "visit", "at": datetime(2025, 12, 1), "path": "/p"}, {"type": "other"}], [], None]
    assert column(model, pandas.DataFrame({"id": [1, 2, 3], "events": events})) == [11.0, 0.0, 0.0]


def of_narwhals(make: Callable[[], Any]) -> Any:
    return pytest.importorskip("narwhals").from_native(make())


def test_a_frame_of_narwhals_gives_one_around_the_same_kind_of_table() -> None:
    pa = pytest.importorskip("pyarrow")
    frame = of_narwhals(lambda: pa.table({"id": ["1", "2"], "v": [4.0, 8.0]}))
    found = NUMBERS.score_table(frame, as_of=AS_OF)
    assert isinstance(found, type(frame))
    assert isinstance(found.to_native(), pa.Table)
    assert found["score"].to_list() == [1.0, 2.0]
    lazy = NUMBERS.score_table(of_narwhals(lambda: duckdb.sql("SELECT 1 AS id, 4.0 AS v")), as_of=AS_OF)
    assert lazy.to_native().select("score").fetchall() == [(1.0,)]


def test_a_lazy_frame_of_polars_gives_a_lazy_frame() -> None:
    polars = pytest.importorskip("polars")
    found = NUMBERS.score_table(polars.LazyFrame({"id": [1], "v": [4.0]}), as_of=AS_OF)
    assert isinstance(found, polars.LazyFrame)
    assert found.collect()["score"].to_list() == [1.0]


def test_a_reader_of_arrow_that_can_be_read_once_is_a_table() -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"id": ["1", "2"], "v": [4.0, 8.0]})
    for given in (table.to_reader(), table.to_batches()[0]):
        assert NUMBERS.score_table(given, as_of=AS_OF).column("score").to_pylist() == [1.0, 2.0]


def test_a_table_that_duckdb_cannot_read_is_an_error_of_ours() -> None:
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(ScorelangError, match="DuckDB cannot read such a table"):
        NUMBERS.score_table(pa.table({"id": ["1"], "v": pa.array([1.5], pa.float16())}), as_of=AS_OF)
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ScorelangError, match="two columns are called `v`"):
        NUMBERS.score_table(pandas.DataFrame([[1, 2, 3]], columns=["id", "v", "v"]), as_of=AS_OF)
    with pytest.raises(ScorelangError, match="this is a Series, which has no columns"):
        NUMBERS.score_table(pandas.Series([1], name="v"), as_of=AS_OF)


def test_a_text_of_sqlite_that_is_none_is_told_with_its_table(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as connection:
        connection.execute("CREATE TABLE leads(id, v)")
        connection.execute("INSERT INTO leads VALUES (1, CAST(x'ff41' AS TEXT))")
        connection.commit()
    (tmp_path / "m.score").write_text(TEXTS.checked.source.text, encoding="utf-8")
    done = CliRunner().invoke(program, ["score", str(tmp_path / "m.score"), f"{tmp_path / 'crm.sqlite'}::leads"])
    assert done.exit_code == 2
    assert "crm.sqlite::leads: the table cannot be read to its end: Could not decode to UTF-8" in done.stderr


def test_a_time_that_is_in_no_calendar_rejects_its_own_row_of_a_postgres_table(tmp_path: Path) -> None:
    (tmp_path / "m.score").write_text(DATES.checked.source.text, encoding="utf-8")
    with server() as connection:
        connection.execute("CREATE TABLE leads(id text, v timestamptz)")
        connection.execute(
            "INSERT INTO leads VALUES"
            " ('a', '2025-12-31'), ('b', 'infinity'), ('c', '20000-01-01'), ('d', '0044-01-01 BC')"
        )
        connection.commit()
        address = f"postgres://postgres@/postgres?host={connection.info.host}&table=leads"
        done = CliRunner().invoke(program, ["score", str(tmp_path / "m.score"), address, "--as-of", AS_OF])
    assert done.exit_code == 1, done.stderr
    assert "4 rows = 1 scored + 3 rejected" in done.stderr
    assert "lead b: v is 'infinity', which is not a date" in done.stderr
