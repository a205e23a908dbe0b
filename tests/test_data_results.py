"""Results and rejects: every format says the same, in its own way."""

import csv
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorelang.data import (
    FORMATS,
    BadRecord,
    Columns,
    DataError,
    Record,
    Reject,
    RejectsWriter,
    infer_lead,
    read_records,
    write_results,
)
from scorelang.diagnostics import LeadError

COLUMNS = Columns(("Fit", "Behaviour"), ("Fit", "score"))
MODEL = {"name": "Acme inbound", "version": 3, "fingerprint": "abc"}
ANN: dict[str, Any] = {
    "id": "17",
    "score": 65.25,
    "categories": {"Fit": 40.0, "Behaviour": 25.25},
    "grades": {"Fit": "A", "score": "Hot"},
    "persona": None,
    "stage": "MQL",
    "qualified": True,
    "blocked_by": [],
    "route": "SDR queue",
    "fired": [{"rule": "decision-maker", "points": 20.0}, {"rule": "careers", "points": -5.5}],
    "as_of": "2026-11-21T00:00:00Z",
    "model": MODEL,
}
BOB: dict[str, Any] = {
    **ANN,
    "id": "=1+1",
    "score": -5.0,
    "stage": None,
    "qualified": False,
    "blocked_by": [
        {"rule": "funded-and-demo", "because": "funded and demo", "was": "unknown"},
        {"rule": "nobody-to-write-to", "because": "nobody to write to", "was": "true"},
    ],
    "route": None,
    "fired": [],
}


def written(format: str, *results: dict[str, Any], columns: Columns = COLUMNS) -> bytes:
    out = io.BytesIO()
    assert write_results(iter(results), out, format=format, columns=columns) == len(results)
    assert not out.closed
    return out.getvalue()


def test_csv_is_flat_and_reads_as_people_write() -> None:
    assert written("csv", ANN, BOB).decode() == (
        "id,score,Fit,Behaviour,Fit grade,score grade,persona,stage,qualified,blocked_by,route,fired,as_of,model,"
        "version,fingerprint\n"
        "17,65.25,40,25.25,A,Hot,,MQL,yes,,SDR queue,decision-maker:+20; careers:-5.5,2026-11-21T00:00:00Z,"
        "Acme inbound,3,abc\n"
        "=1+1,-5,40,25.25,A,Hot,,,no,funded and demo (unknown); nobody to write to,,,2026-11-21T00:00:00Z,"
        "Acme inbound,3,abc\n"
    )


def test_ndjson_is_the_result_and_whole_numbers_have_no_fraction() -> None:
    first, second = written("ndjson", ANN, BOB).splitlines()
    assert json.loads(first) == ANN
    assert first.startswith(b'{"id":"17","score":65.25,"categories":{"Fit":40,"Behaviour":25.25}')
    assert b'"points":20}' in first
    assert b'"score":-5,' in second


def test_json_is_an_array_with_a_result_a_line() -> None:
    text = written("json", ANN, BOB)
    assert json.loads(text) == [ANN, BOB]
    assert len(text.splitlines()) == 4
    assert written("json") == b"[]\n"


def test_parquet_has_the_columns_of_csv_and_real_types(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    path.write_bytes(written("parquet", ANN, BOB))
    with read_records(str(path)) as records:
        assert records.columns == COLUMNS.names
        ann, bob = (record.values for record in records if isinstance(record, Record))
    assert (ann["id"], ann["score"], ann["Fit"], ann["Fit grade"]) == ("17", 65.25, 40.0, "A")
    assert ann["fired"] == [{"rule": "decision-maker", "points": 20.0}, {"rule": "careers", "points": -5.5}]
    assert (ann["qualified"], ann["blocked_by"], ann["version"]) == (True, [], "3")
    assert str(ann["as_of"]) == "2026-11-21 00:00:00+00:00"
    assert bob["blocked_by"] == BOB["blocked_by"]
    types = dict(
        duckdb.execute("SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet(?))", [str(path)]).fetchall()
    )
    assert types["score"] == "DOUBLE"
    assert types["as_of"] == "TIMESTAMP WITH TIME ZONE"
    assert types["fired"].replace('"', "") == "STRUCT(rule VARCHAR, points DOUBLE)[]"


@pytest.mark.parametrize("format", FORMATS)
def test_no_results_are_a_valid_file(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"results.{format}"
    path.write_bytes(written(format))
    with read_records(str(path)) as records:
        assert list(records) == []


@pytest.mark.parametrize("format", FORMATS)
def test_an_identity_is_never_changed(format: str, tmp_path: Path) -> None:
    identities = ["=1+1", "@a", "-1", "+49", "007", " x ", 'a"b', "a\rb", "a\nb", "a;b,c\td", "é", "'"]
    path = tmp_path / f"results.{format}"
    path.write_bytes(written(format, *({**ANN, "id": identity} for identity in identities)))
    with read_records(str(path)) as records:
        assert [record.values["id"] for record in records if isinstance(record, Record)] == identities


def test_a_result_is_written_before_the_next_is_made() -> None:
    out = io.BytesIO()

    def results() -> Iterator[dict[str, Any]]:
        yield ANN
        assert out.getvalue()
        yield BOB

    for format in ("csv", "ndjson", "json"):
        out.truncate(0)
        write_results(results(), out, format=format, columns=COLUMNS)


def test_a_format_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(DataError, match="there is no format called `xlsx`"):
        written("xlsx", ANN)


def test_an_error_while_scoring_is_passed_on() -> None:
    def failing() -> Iterator[dict[str, Any]]:
        yield ANN
        raise LeadError("1", "age", "x", "a number")

    for format in FORMATS:
        with pytest.raises(LeadError):
            write_results(failing(), io.BytesIO(), format=format, columns=COLUMNS)


def test_a_category_called_as_another_column_is_says_that_it_is_one() -> None:
    names = Columns(("id", "Stage", "Fit grade", "fit", "Fit"), ("Fit",)).names
    assert names[2:8] == ("category id", "category Stage", "category Fit grade", "fit", "category Fit", "Fit grade")
    assert written("parquet", ANN, columns=Columns(("Fit", "fit"))).startswith(b"PAR1")


@given(st.lists(st.text(max_size=6), unique=True, max_size=5), st.lists(st.text(max_size=6), unique=True, max_size=3))
def test_no_two_columns_share_a_name(categories: list[str], grades: list[str]) -> None:
    names = Columns(tuple(categories), tuple(dict.fromkeys(grade.casefold() for grade in grades))).names
    assert len({name.casefold() for name in names}) == len(names)


def test_a_reject_has_all_that_is_known() -> None:
    out = io.BytesIO()
    writer = RejectsWriter(out)
    writer.write(Reject.of_bad_record(BadRecord(7, "the row has 1 cell", "x", "leads.csv")))
    record = Record({"id": "9", "age": "old", "n": math.nan}, 8)
    writer.write(Reject.of_lead_error(LeadError("9", "age", "old", "a number"), record, "leads.csv"))
    writer.write(Reject.of_lead_error(LeadError("9", "seconds", 1j, "a number", event="visit"), record, "-"))
    first, second, third = map(json.loads, out.getvalue().splitlines())
    assert first == {
        "file": "leads.csv", "line": 7, "lead": None, "field": None, "value": None, "expected": None,
        "message": "the row has 1 cell", "record": "x",
    }  # fmt: skip
    assert second == {
        "file": "leads.csv", "line": 8, "lead": "9", "field": "age", "value": "old", "expected": "a number",
        "message": "lead 9: age is 'old', which is not a number", "record": {"id": "9", "age": "old", "n": None},
    }  # fmt: skip
    assert (third["file"], third["field"], third["value"]) == ("-", "visit.seconds", "1j")
    assert writer.count == 3


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=8) | st.integers() | st.none() | st.dates(), max_size=4))
def test_any_record_can_be_rejected(values: dict[str, object]) -> None:
    out = io.BytesIO()
    RejectsWriter(out).write(Reject("a.csv", 1, "odd", record=values))
    assert set(msgspec.json.decode(out.getvalue())["record"]) == set(values)


def test_rejects_are_ndjson_that_can_be_read_again() -> None:
    out = io.BytesIO()
    writer = RejectsWriter(out)
    for line in (1, 2):
        writer.write(Reject("a.csv", line, "odd", record={"id": line}))
    out.seek(0)
    with read_records("-", stdin=out) as records:
        assert records.format == "ndjson"
        fields = infer_lead(records)
    assert "record" in [field.column for field in fields]


def test_csv_rows_have_as_many_cells_as_the_header() -> None:
    header, row = csv.reader(io.StringIO(written("csv", ANN).decode()))
    assert len(header) == len(row) == len(COLUMNS.names)
