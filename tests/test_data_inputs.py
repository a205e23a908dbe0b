"""Opening files: every way in which a file is not what was meant has one clear sentence."""

import errno
import gzip
import io
import os
import pickle
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorelang.data import DataError, Record, format_of, read_records
from scorelang.diagnostics import ScorelangError


def refused(path: Path | str, format: str | None = None) -> DataError:
    with pytest.raises(DataError) as caught, read_records(str(path), format=format) as records:
        list(records)
    return caught.value


def ids(path: Path | str, content: bytes | None = None) -> list[object]:
    with read_records(str(path), stdin=None if content is None else io.BytesIO(content)) as records:
        return [record.values["id"] for record in records if isinstance(record, Record)]


def file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_missing_file_suggests_the_one_beside_it(tmp_path: Path) -> None:
    file(tmp_path / "leads.csv", b"id\n")
    error = refused(tmp_path / "lead.csv")
    assert error.message == "there is no such file"
    assert error.hint == f"did this mean {tmp_path / 'leads.csv'}?"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "no" / "leads.csv").hint == f"there is no folder {tmp_path / 'no'} either"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert refused(tmp_path).message == "this is a folder, not a file"


def test_a_name_with_a_nul_is_no_name() -> None:
    assert refused("a\0b.csv").message == "this is not the name of a file"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.EACCES, "there is no permission to read it"),
        (errno.ENAMETOOLONG, "it cannot be opened: file name too long"),
        (errno.EMFILE, "it cannot be opened: too many open files"),
    ],
)
def test_what_the_system_refuses_is_said_in_its_words(
    monkeypatch: pytest.MonkeyPatch, number: int, message: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr("builtins.open", refuse)
        with pytest.raises(DataError) as caught:
            read_records("leads.csv")
    assert caught.value.message == message


def test_a_read_that_fails_midway_is_an_error() -> None:
    class Failing(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(DataError, match="it cannot be read: input/output error"):
        read_records("-", stdin=Failing())


def test_an_error_prints_its_place_and_hint_and_survives_pickling() -> None:
    error = DataError("it is odd", "leads.csv", 7, "straighten it")
    assert str(error) == "leads.csv:7: it is odd\n  = straighten it"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert isinstance(error, ScorelangError)
    assert str(DataError("it is odd", "-")) == "standard input: it is odd"
    assert str(DataError("it is odd", os.fsdecode(b"l\xe9ads.csv"))) == "l\\udce9ads.csv: it is odd"


def test_gzip_is_known_by_content_not_by_name(tmp_path: Path) -> None:
    packed = gzip.compress(b"id\n1\n2\n")
    assert ids(file(tmp_path / "leads.csv", packed)) == ["1", "2"]
    assert ids(file(tmp_path / "leads.csv.gz", packed)) == ["1", "2"]
    assert ids(file(tmp_path / "plain.csv.gz", b"id\n3\n")) == ["3"]
    assert ids(file(tmp_path / "two.csv", packed + gzip.compress(b"3\n"))) == ["1", "2", "3"]
    assert ids("-", gzip.compress(b'{"id":1}\n{"id":2}\n')) == [1, 2]


def test_a_truncated_gzip_is_an_error(tmp_path: Path) -> None:
    rows = b"id\n" + b"".join(b"%d\n" % (number * 7919) for number in range(50_000))
    error = refused(file(tmp_path / "leads.csv.gz", gzip.compress(rows)[:-20]))
    assert (error.message, error.hint) == ("the gzip file ends too early", "it was cut short: fetch it again")


def test_a_broken_gzip_is_an_error(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"id\n" + bytes(range(48, 58)) * 1000))
    packed[len(packed) // 2] ^= 0xFF
    assert refused(file(tmp_path / "leads.csv.gz", bytes(packed))).message == "the gzip file is broken"
    assert refused(file(tmp_path / "other.csv.gz", b"\x1f\x8b\x00 no gzip")).message == "the gzip file is broken"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"PK\x03\x04", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x28\xb5\x2f\xfd", "compressed with Zstandard"),
        (b"SQLite format 3\x00", "an SQLite database"),
    ],
)
def test_what_is_no_file_of_data_is_called_what_it_is(tmp_path: Path, content: bytes, word: str) -> None:
    for name in ("leads.csv", "leads.xlsx", "leads"):
        assert word in refused(file(tmp_path / name, content)).message


def test_a_web_page_is_not_a_file_of_data(tmp_path: Path) -> None:
    assert "HTML" in refused(file(tmp_path / "leads", b"\n<!DOCTYPE html>")).message


def test_parquet_under_another_name_is_told(tmp_path: Path) -> None:
    assert refused(file(tmp_path / "leads.csv", b"PAR1...PAR1")).hint == "name it .parquet"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("leads", "the file is empty"),
        ("leads.csv", "there is no header line"),
        ("leads.json", "the file is empty"),
        ("leads.parquet", "this is not a Parquet file"),
    ],
)
def test_an_empty_file_is_an_error(tmp_path: Path, name: str, message: str) -> None:
    assert refused(file(tmp_path / name, b"")).message == message


def test_an_empty_file_of_ndjson_has_no_records(tmp_path: Path) -> None:
    assert ids(file(tmp_path / "leads.ndjson", b"")) == []


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (b"id;x\n1;2\n", "csv"),
        (b"id\n", "csv"),
        (b'{"id":1}\n{"id":2}', "ndjson"),
        (b'{"id":1}', "json"),
        (b' [\n{"id":1}]', "json"),
    ],
)
def test_without_a_name_the_content_tells_the_format(content: bytes, format: str) -> None:
    with read_records("-", stdin=io.BytesIO(content)) as records:
        assert records.format == format


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("leads.csv", "csv"),
        ("LEADS.TSV.GZ", "csv"),
        ("a/b.jsonl", "ndjson"),
        ("b.ndjson", "ndjson"),
        ("c.json", "json"),
        ("d.pq", "parquet"),
        ("d.gz", None),
        ("-", None),
    ],
)
def test_an_extension_names_a_format(path: str, format: str | None) -> None:
    assert format_of(path) == format


def test_lines_of_json_in_a_json_file_are_read_as_lines(tmp_path: Path) -> None:
    assert ids(file(tmp_path / "leads.json", b'{"id":1}\n{"id":2}\n')) == [1, 2]
    assert ids(file(tmp_path / "leads.ndjson", b'[{"id":1},\n{"id":2}]\n')) == [1, 2]


def test_what_is_called_ndjson_may_break_off_in_its_first_line(tmp_path: Path) -> None:
    assert ids(file(tmp_path / "leads.ndjson", b'{"id":\n{"id":2}\n')) == [2]


def test_a_named_format_wins_over_the_extension(tmp_path: Path) -> None:
    path = file(tmp_path / "leads.csv", b'{"id":1}\n')
    with read_records(str(path), format="ndjson") as records:
        assert list(records) == [Record({"id": 1}, 1)]


def test_a_format_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(DataError, match="there is no format called `xml`"):
        read_records("leads.csv", format="xml")


def test_a_pipe_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    first_read = threading.Event()

    def write() -> None:
        with path.open("wb", buffering=0) as pipe:
            pipe.write(b"id\n1\n")
            first_read.wait(10)
            pipe.write(b"2\n")

    writer = threading.Thread(target=write)
    writer.start()
    with read_records(str(path)) as records:
        first = next(records)
        first_read.set()
        assert [first, *records] == [Record({"id": "1"}, 2), Record({"id": "2"}, 3)]
    writer.join()


def test_standard_input_stays_open() -> None:
    stdin = io.BytesIO(b"id\n1\n")
    with read_records("-", stdin=stdin) as records:
        list(records)
    assert not stdin.closed


def test_closed_records_have_nothing_more(tmp_path: Path) -> None:
    records = read_records(str(file(tmp_path / "leads.csv", b"id\n1\n2\n")))
    next(records)
    records.close()
    assert list(records) == []


@pytest.fixture(scope="module")
def any_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "file"


STARTS = st.sampled_from([b"", b"\x1f\x8b\x08", b"PAR1", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"[", b"{", b'"'])


@given(STARTS, st.binary(max_size=80), st.booleans(), st.sampled_from([None, "csv", "json", "ndjson", "parquet"]))
def test_no_file_raises_anything_but_a_data_error(
    any_file: Path, start: bytes, rest: bytes, packed: bool, format: str | None
) -> None:
    any_file.write_bytes(gzip.compress(start + rest) if packed else start + rest)
    try:
        with read_records(str(any_file), format=format) as records:
            for _ in records:
                pass
    except DataError:
        pass
