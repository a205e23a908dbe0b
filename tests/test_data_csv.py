"""CSV: delimiters, quotes, line numbers, and a row problem for every row that does not fit."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scorelang.data import BadRecord, DataError, Record, read_records


def read(content: bytes | str, path: str = "-") -> list[Record | BadRecord]:
    data = content.encode() if isinstance(content, str) else content
    with read_records(path, stdin=io.BytesIO(data), format="csv") as records:
        return list(records)


def values(content: bytes | str) -> list[dict[str, object]]:
    found = read(content)
    assert all(isinstance(record, Record) for record in found)
    return [dict(record.values) for record in found if isinstance(record, Record)]


def refused(content: bytes | str) -> DataError:
    with pytest.raises(DataError) as caught:
        read(content)
    return caught.value


def test_a_row_is_a_record_with_the_line_it_stands_on() -> None:
    assert read("id,title\n1,CEO\n2,VP\n") == [
        Record({"id": "1", "title": "CEO"}, 2),
        Record({"id": "2", "title": "VP"}, 3),
    ]


def test_the_columns_are_known_before_the_first_row() -> None:
    with read_records("-", stdin=io.BytesIO(b"id, title \n"), format="csv") as records:
        assert records.columns == ("id", "title")
        assert (records.path, records.format) == ("-", "csv")
        assert list(records) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_of_the_four_delimiters_is_found(delimiter: str) -> None:
    text = 'id,job,text\n1,"CEO","a, b; c"\n2,VP,d\n'
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert values(out.getvalue())[0] == {"id": "1", "job": "CEO", "text": "a, b; c"}


def test_a_decimal_comma_does_not_hide_the_semicolon() -> None:
    assert values("age;height\n5;1,75\n6;1,80\n")[0] == {"age": "5", "height": "1,75"}


def test_a_quoted_cell_that_begins_with_another_delimiter_does_not_mislead() -> None:
    assert values('"a";",b"\n"1";",2"\n') == [{"a": "1", ",b": ",2"}]


def test_a_row_that_is_not_csv_does_not_hide_the_delimiter() -> None:
    good, bad, last = read('id;name, first\n1;x, y\n"2"z;3\n4;5\n')
    assert (good, last) == (Record({"id": "1", "name, first": "x, y"}, 2), Record({"id": "4", "name, first": "5"}, 4))
    assert isinstance(bad, BadRecord)


def test_one_column_needs_no_delimiter() -> None:
    assert values("email\na@b.c\n") == [{"email": "a@b.c"}]


def test_in_a_tsv_file_only_a_tab_delimits(tmp_path: Path) -> None:
    path = tmp_path / "leads.tsv"
    path.write_text("name, first\nAnn, Bob\n")
    with read_records(str(path)) as records:
        assert records.columns == ("name, first",)


def test_a_quoted_line_end_belongs_to_the_cell_and_lines_still_count() -> None:
    assert read('id,note\r\n1,"two\r\nlines"\r\n2,x\r\n') == [
        Record({"id": "1", "note": "two\r\nlines"}, 2),
        Record({"id": "2", "note": "x"}, 4),
    ]


def test_the_last_line_needs_no_line_end() -> None:
    assert values("id\n1\n2") == [{"id": "1"}, {"id": "2"}]


def test_blank_lines_are_skipped_and_counted() -> None:
    assert read("\n\nid,x\n\n1,2\n   \n3,4\n") == [Record({"id": "1", "x": "2"}, 5), Record({"id": "3", "x": "4"}, 7)]


def test_empty_cells_stay_empty_texts() -> None:
    assert values('id,a,b\n1,,""\n') == [{"id": "1", "a": "", "b": ""}]


def test_a_quoted_empty_cell_in_a_single_column_is_a_record() -> None:
    assert values('id\n""\n') == [{"id": ""}]


def test_spaces_between_delimiter_and_quote_do_not_matter() -> None:
    assert values('"id", "name"\n"1", "Ann, B"\n') == [{"id": "1", "name": "Ann, B"}]


@pytest.mark.parametrize(("row", "cells"), [("1", "1 cell"), ("1,2,3", "3 cells")])
def test_a_row_with_the_wrong_number_of_cells_is_bad_and_reading_goes_on(row: str, cells: str) -> None:
    bad, good = read(f"id,x\n{row}\n3,4\n")
    assert isinstance(bad, BadRecord)
    assert (bad.line, bad.message, bad.raw) == (2, f"the row has {cells} where the header has 2", row)
    assert good == Record({"id": "3", "x": "4"}, 3)


def test_a_misfit_over_several_lines_asks_for_the_quote() -> None:
    (bad,) = read('a,b\n1,"2\n3,4\n5,6"\n,7,8\n')[:1]
    assert isinstance(bad, Record)
    (bad,) = read('a,b\n"1,2\n3,4"\n')
    assert isinstance(bad, BadRecord)
    assert bad.message == "the row has 1 cell where the header has 2 (it takes 2 lines: is a quote not closed?)"


def test_text_after_a_closing_quote_is_a_bad_row() -> None:
    bad, good = read('a,b\n1,"2"3\n4,5\n')
    assert isinstance(bad, BadRecord)
    assert "goes on after its closing quote" in bad.message
    assert good == Record({"a": "4", "b": "5"}, 3)


def test_a_line_end_within_an_unquoted_row_is_a_bad_row() -> None:
    bad, good = read("a,b\n1,2\r3,4\n5,6\n")
    assert isinstance(bad, BadRecord)
    assert "a line end without quotes" in bad.message
    assert good == Record({"a": "5", "b": "6"}, 3)


def test_a_nul_byte_makes_a_row_bad_and_a_header_unusable() -> None:
    bad, good = read(b"a,b\n1,\x002\n3,4\n")
    assert isinstance(bad, BadRecord)
    assert (bad.line, bad.message, bad.raw) == (2, "the row holds a NUL byte", "1,\x002")
    assert isinstance(good, Record)
    assert "NUL byte" in refused(b"a,\x00b\n").message


def test_a_quote_that_is_never_closed_stops_the_run_and_names_its_line() -> None:
    error = refused('a,b\n1,2\n3,"4\n5,6\n')
    assert (error.line, error.message) == (3, "a quote opened in the row that starts here is never closed")


def test_a_row_longer_than_all_limits_names_the_line_it_starts_on() -> None:
    error = refused(b"a,b\n1,2\n" + b'3,"4\n' + (b"x" * 1000 + b"\n") * (17 << 10))
    assert error.line == 3
    assert "never closed" in error.message


def test_a_cell_beyond_the_limit_on_one_line_is_a_bad_row() -> None:
    bad, good = read(b"a,b\n1," + b"x" * (17 << 20) + b"\n3,4\n")
    assert isinstance(bad, BadRecord)
    assert bad.message == "a cell is longer than 16 MiB"
    assert len(bad.raw) <= 10_001
    assert good == Record({"a": "3", "b": "4"}, 3)


def test_a_file_that_is_not_utf8_names_line_and_byte() -> None:
    error = refused("id,name\n1,Ann\n2,José\n".encode("latin-1"))
    assert error.line == 3
    assert error.message == "the file is not UTF-8: byte 0xE9 is no text (byte 6 of the line, after '2,Jos')"
    assert "CSV UTF-8" in (error.hint or "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_its_byte_order_mark(encoding: str) -> None:
    assert values("id,name\n1,José Ω\n".encode(encoding)) == [{"id": "1", "name": "José Ω"}]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_of_both_orders_streams_in_pieces(encoding: str) -> None:
    rows = "".join(f"{number},née {number}\r\n" for number in range(20_000))
    found = read(("\ufeffid,name\r\n" + rows).encode(encoding))
    assert len(found) == 20_000
    assert found[-1] == Record({"id": "19999", "name": "née 19999"}, 20_001)


def test_utf16_that_breaks_off_is_an_error() -> None:
    assert "begins as UTF-16" in refused("id\n1\n".encode("utf-16")[:-1]).message


def test_lines_may_end_in_a_carriage_return_alone() -> None:
    assert read("id,x\r1,2\r3,4\r") == [Record({"id": "1", "x": "2"}, 2), Record({"id": "3", "x": "4"}, 3)]
    assert refused("id\r1\ré\r".encode("latin-1")).line == 3


@pytest.mark.parametrize("content", ["", "\n\n", "  \n"])
def test_a_file_without_a_header_is_an_error(content: str) -> None:
    assert refused(content).message == "there is no header line"


def test_two_columns_of_one_name_are_both_named() -> None:
    error = refused("id,email,x, email\n")
    assert (error.line, error.message) == (1, "columns 2 and 4 are both called `email`")


def test_a_column_without_a_name_is_numbered() -> None:
    assert refused("id,,x\n").message == "column 2 of 3 has no name"
    assert refused(",,\n1,2,3\n").message == "column 1 of 3 has no name"


def test_a_header_that_is_not_csv_is_an_error() -> None:
    assert "the header line is not CSV" in refused('a,"b"c\n').message


def test_the_csv_modules_limit_is_raised_and_never_lowered() -> None:
    before = csv.field_size_limit(1 << 30)
    try:
        read("a\n1\n")
        assert csv.field_size_limit() == 1 << 30
    finally:
        csv.field_size_limit(before)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    with path.open("w") as out:
        out.write("id,name,note\n")
        for number in range(30_000):
            out.write(f"{number},Ann {number},a note of some length that is never the same {number}\n")
    tracemalloc.start()
    with read_records(str(path)) as records:
        assert sum(1 for _ in records) == 30_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
NAMES = st.lists(CELLS.map(str.strip).filter(bool), min_size=2, max_size=5, unique=True)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    names = draw(NAMES)
    return names, draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=8))


@given(tables(), st.sampled_from([",", ";", "\t", "|"]))
@example((["0", ","], []), ";")
def test_what_the_csv_module_writes_is_read_back_with_its_lines(
    table: tuple[list[str], list[list[str]]], delimiter: str
) -> None:
    names, rows = table
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    lines = []
    for row in [names, *rows]:
        lines.append(1 + out.getvalue().count("\n"))
        writer.writerow(row)
    found = read(out.getvalue())
    assert found == [
        Record(dict(zip(names, row, strict=True)), line) for row, line in zip(rows, lines[1:], strict=True)
    ]


@given(st.lists(st.text('ab" \r\né', max_size=6), min_size=2, max_size=2), st.sampled_from(",;\t|"))
def test_what_is_quoted_only_where_it_must_be_is_read_back(row: list[str], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([["a", "b"], row])
    assert read(out.getvalue()) == [Record(dict(zip("ab", row, strict=True)), 2)]


@given(st.binary(max_size=200) | st.text(alphabet='ab",;\t|\r\n\0é', max_size=60).map(str.encode))
def test_no_bytes_raise_anything_but_a_data_error(content: bytes) -> None:
    try:
        found = read(content)
    except DataError:
        return
    assert all(isinstance(record, Record | BadRecord) for record in found)
