"""Parquet: through DuckDB, with Python's values and the file's own names."""

import datetime as dt
import gzip
import io
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorelang.data import BadRecord, DataError, Record, read_records


def written(path: Path, select: str) -> str:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return str(path)


def read(path: str) -> list[Record | BadRecord]:
    with read_records(path) as records:
        assert records.format == "parquet"
        return list(records)


def only(path: str) -> dict[str, object]:
    (record,) = read(path)
    assert isinstance(record, Record)
    return dict(record.values)


def test_rows_are_records_numbered_from_one(tmp_path: Path) -> None:
    path = written(tmp_path / "leads.parquet", "SELECT i AS id, 'n' || i AS name FROM range(10000) t(i)")
    with read_records(path) as records:
        assert records.columns == ("id", "name")
        found = list(records)
    assert found[0] == Record({"id": 0, "name": "n0"}, 1)
    assert found[-1] == Record({"id": 9999, "name": "n9999"}, 10_000)


def test_instants_have_their_zone_and_local_times_have_none(tmp_path: Path) -> None:
    select = """SELECT TIMESTAMPTZ '2026-01-01 10:00+02' AS at, TIMESTAMP '2026-01-01 10:00' AS local,
                DATE '2026-01-02' AS day"""
    assert only(written(tmp_path / "a.parquet", select)) == {
        "at": dt.datetime(2026, 1, 1, 8, tzinfo=dt.UTC),
        "local": dt.datetime(2026, 1, 1, 10),
        "day": dt.date(2026, 1, 2),
    }


def test_instants_have_their_zone_inside_lists_and_groups(tmp_path: Path) -> None:
    select = """SELECT [{'type': 'visit', 'at': TIMESTAMPTZ '2026-01-01 10:00+00', 'n': 1}] AS events,
                NULL::STRUCT("at" TIMESTAMPTZ)[] AS none, NULL::STRUCT("at" TIMESTAMPTZ) AS nothing"""
    moment = dt.datetime(2026, 1, 1, 10, tzinfo=dt.UTC)
    assert only(written(tmp_path / "a.parquet", select)) == {
        "events": [{"type": "visit", "at": moment, "n": 1}],
        "none": None,
        "nothing": None,
    }


def test_lists_flags_numbers_and_nothing_are_pythons(tmp_path: Path) -> None:
    select = "SELECT ['a', 'b'] AS tags, true AS funded, 1.5::DOUBLE AS x, NULL AS n, 12::BIGINT AS i"
    assert only(written(tmp_path / "a.parquet", select)) == {
        "tags": ["a", "b"],
        "funded": True,
        "x": 1.5,
        "n": None,
        "i": 12,
    }


def test_what_is_no_value_of_the_language_comes_as_its_text(tmp_path: Path) -> None:
    select = "SELECT '7d8f9c7a-0000-4000-8000-000000000001'::UUID AS id, TIME '10:30' AS t, [TIME '10:31'] AS ts"
    assert only(written(tmp_path / "a.parquet", select)) == {
        "id": "7d8f9c7a-0000-4000-8000-000000000001",
        "t": "10:30:00",
        "ts": ["10:31:00"],
    }


def test_columns_that_differ_in_case_keep_their_names(tmp_path: Path) -> None:
    path = Path(written(tmp_path / "a.parquet", "SELECT 1 AS email, 2 AS emaix"))
    path.write_bytes(path.read_bytes().replace(b"emaix", b"EMAIL"))
    assert only(str(path)) == {"email": 1, "EMAIL": 2}


def test_two_columns_of_one_name_are_both_named(tmp_path: Path) -> None:
    path = Path(written(tmp_path / "a.parquet", "SELECT {'a': 1} AS g, 1 AS email, 2 AS emaix"))
    path.write_bytes(path.read_bytes().replace(b"emaix", b"email"))
    with pytest.raises(DataError, match="columns 2 and 3 are both called `email`"):
        read(str(path))


@pytest.mark.parametrize("name", ["a[1].parquet", "day=2026/a.parquet", 'o\'clock "x".parquet', "a*.pq"])
def test_no_name_of_a_file_or_folder_has_a_meaning(tmp_path: Path, name: str) -> None:
    source = written(tmp_path / "plain.parquet", "SELECT 1 AS id")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    os.rename(source, tmp_path / name)
    assert only(str(tmp_path / name)) == {"id": 1}


def test_parquet_comes_through_standard_input_and_gzip(tmp_path: Path) -> None:
    content = Path(written(tmp_path / "a.parquet", "SELECT 1 AS id")).read_bytes()
    for data in (content, gzip.compress(content)):
        with read_records("-", stdin=io.BytesIO(data)) as records:
            assert (records.format, list(records)) == ("parquet", [Record({"id": 1}, 1)])


def test_a_file_that_is_not_parquet_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    for content in (b"", b"id,name\n"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="this is not a Parquet file"):
            read(str(path))


def test_a_broken_file_is_called_by_the_name_it_was_given() -> None:
    with pytest.raises(DataError) as caught:
        read_records("-", stdin=io.BytesIO(b"PAR1 and no more"))
    assert "scorelang-" not in caught.value.message


@given(cut=st.integers(4, 2000), flip=st.integers(0, 2000))
def test_a_damaged_file_raises_nothing_but_a_data_error(
    tmp_path_factory: pytest.TempPathFactory, cut: int, flip: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = folder / "whole.parquet"
    if not whole.exists():
        written(whole, "SELECT i AS id, 'name ' || i AS name FROM range(100) t(i)")
    content = bytearray(whole.read_bytes()[: max(cut, 8)])
    content[4 + flip % (len(content) - 4)] ^= 0x55
    damaged = folder / "damaged.parquet"
    damaged.write_bytes(content)
    try:
        read(str(damaged))
    except DataError as error:
        message = str(error)
    else:
        return
    assert "LINE 1" not in message
    assert "read_parquet" not in message


def test_nothing_but_parquet_loads_duckdb() -> None:
    script = (
        "import io, sys; from scorelang.data import infer_lead, read_records\n"
        "infer_lead(read_records('-', stdin=io.BytesIO(b'id\\n1\\n')))\n"
        "assert 'duckdb' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
