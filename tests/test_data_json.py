"""NDJSON and JSON: records with their lines, and a clear word on what is no object."""

import io
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorelang.data import BadRecord, DataError, Record, read_records


def read(content: bytes | str, format: str | None = "json") -> list[Record | BadRecord]:
    data = content.encode() if isinstance(content, str) else content
    with read_records("-", stdin=io.BytesIO(data), format=format) as records:
        assert records.columns is None
        return list(records)


def lines(content: bytes | str) -> list[Record | BadRecord]:
    return read(content, "ndjson")


def refused(content: bytes | str, format: str | None = "json") -> DataError:
    with pytest.raises(DataError) as caught:
        read(content, format)
    return caught.value


def test_each_line_of_ndjson_is_a_record() -> None:
    assert lines('{"id":1,"tags":["a","b"]}\r\n\n {"id":2.5}') == [
        Record({"id": 1, "tags": ["a", "b"]}, 1),
        Record({"id": 2.5}, 3),
    ]


def test_a_file_of_ndjson_may_be_empty() -> None:
    assert lines("") == []
    assert lines("\n \n") == []


def test_integers_of_any_size_are_read() -> None:
    assert lines('{"id":123456789012345678901234567890,"a":2}') == [
        Record({"id": 123456789012345678901234567890, "a": 2}, 1)
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1,2]", "a record is an object, and this is an array"),
        ('"x"', "a record is an object, and this is a text"),
        ("5", "a record is an object, and this is a number"),
        ("true", "a record is an object, and this is a flag"),
        ("null", "a record is an object, and this is null"),
        ('{"id":1', "the record is not JSON: it ends before it is complete"),
        ('{"id":NaN}', "the record is not JSON: invalid character, at byte 7: 'NaN}'"),
        ("{'id':1}", "the record is not JSON: object keys must be strings, at byte 2: \"'id':1}\""),
        ('{"id":1}{', "the record is not JSON: trailing characters, at byte 9: '{'"),
        ('{"id":1e999}', "the record is not JSON: number out of range"),
        ("[" * 1_000_000, "the record is nested too deeply"),
        ('{"id":1,"id":7}', "the record has `id` twice"),
        ('{"id":1,"\\u0069d":7}', "the record has `id` twice"),
        ('{"id":1,"events":[{"type":"visit","type":"form"}]}', "the record has `type` twice"),
        ('{"id":"\\ud800"}', "the record is not JSON: half of a character stands in a text, such as \\ud83d "
         "without what belongs to it"),
        ('{"id":"\\udc00 and more"}', "the record is not JSON: half of a character stands in a text, such as \\ud83d "
         "without what belongs to it"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_object_is_bad_and_reading_goes_on(line: str, message: str) -> None:
    bad, good = lines(f'{line}\n{{"id":2}}\n')
    assert isinstance(bad, BadRecord)
    assert (bad.line, bad.message) == (1, message)
    assert good == Record({"id": 2}, 2)


@pytest.mark.parametrize(
    "line",
    [
        '{"id":"id","at":"10:20:30","url":"https://a.example/id"}',
        '{"id":1,"of":{"id":2,"of":{"id":3}},"in":[{"id":4},{"id":5}]}',
        '{"a\\"":1,"a":2,"b":"\\ud83d\\ude00","big":' + "9" * 400 + "}",
    ],
)
def test_a_name_may_stand_in_values_and_in_other_objects_too(line: str) -> None:
    assert lines(line) == [Record(msgspec.json.decode(line), 1)]


def test_a_document_is_an_array_of_objects_with_their_lines() -> None:
    text = '[\n  {"id": 1},\n  {\n    "id": 2\n  }, {"id": "[,"},\n  7\n]\n'
    assert read(text) == [
        Record({"id": 1}, 2),
        Record({"id": 2}, 3),
        Record({"id": "[,"}, 5),
        BadRecord(6, "a record is an object, and this is a number", "7", "-"),
    ]
    assert read("[]") == []


def test_an_object_around_a_single_array_is_a_wrapper() -> None:
    assert read('{\n"anything":\n[{"id":1},\n{"id":2}]}') == [Record({"id": 1}, 3), Record({"id": 2}, 4)]


def test_the_answer_of_a_crm_is_a_wrapper() -> None:
    salesforce = {"totalSize": 1, "done": True, "records": [{"id": "a"}]}
    hubspot = {"results": [{"id": "b"}], "paging": {"next": {"after": "1"}}}
    assert read(json.dumps(salesforce)) == [Record({"id": "a"}, 1)]
    assert read(json.dumps(hubspot)) == [Record({"id": "b"}, 1)]


@pytest.mark.parametrize(
    "lead",
    [
        {"id": 1, "events": [{"type": "visit"}]},
        {"id": 1, "items": [{"sku": "x"}]},
        {"email": "a@b.c", "interests": ["x"]},
        {"email": "a@b.c", "data": ["x"]},
        {},
    ],
)
def test_any_other_object_is_one_record(lead: dict[str, object]) -> None:
    assert read("\n" + json.dumps(lead, indent=1)) == [Record(lead, 2)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "the file is empty"),
        (" \n", None, "the file is empty"),
        ("5", None, "the file holds one value and no records"),
        ('[{"id":1},\n {"id" 2}]', 2, "the file is not JSON: expected ':', at column 8"),
        ('[{"id":1},\n', 2, "the file is not JSON: it ends before it is complete, at column 1"),
        ('{"id":1,\n}', 2, "the file is not JSON: trailing comma in object, at column 1"),
        ("id,name", 1, "the file is not JSON: invalid character, at column 1"),
        ("[" * 1_000_000, None, "the JSON is nested too deeply"),
    ],
)
def test_a_document_that_is_not_json_names_the_place(text: str, line: int | None, message: str) -> None:
    error = refused(text)
    assert (error.line, error.message) == (line, message)


def test_a_second_document_in_the_file_points_to_ndjson() -> None:
    error = refused('{"id":1}\n{"id":2}\n')
    assert error.line == 2
    assert "NDJSON" in (error.hint or "")


def test_in_a_line_a_byte_that_is_not_utf8_has_its_line() -> None:
    error = refused(b'{"a":1}\n{"a":"Jos\xe9"}\n', "ndjson")
    assert error.line == 2
    assert "byte 0xE9 is no text (byte 10 of the line" in error.message


def test_in_a_document_a_byte_that_is_not_utf8_has_its_line() -> None:
    error = refused(b'[{"a":1},\n {"a":"Jos\xe9"}]')
    assert error.line == 2
    assert "byte 0xE9 is no text (byte 11 of the line" in error.message


def test_a_byte_order_mark_and_utf16_are_no_matter() -> None:
    assert read('[{"a":"é"}]'.encode("utf-8-sig")) == [Record({"a": "é"}, 1)]
    assert lines('{"a":"é"}\n{"a":"ü"}\n'.encode("utf-16")) == [Record({"a": "é"}, 1), Record({"a": "ü"}, 2)]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ('{"id":1}\n{"id":2}\n', "ndjson"),
        ('{"id":1}\n\n{"id":\n', "ndjson"),
        ('{"id":1}\n\n', "json"),
        ('[{"id":1},\n{"id":2}]', "json"),
        ('{\n"id":1}', "json"),
    ],
)
def test_content_tells_lines_from_a_document(text: str, format: str) -> None:
    with read_records("-", stdin=io.BytesIO(text.encode())) as records:
        assert records.format == format
        assert next(records) == Record({"id": 1}, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=4), JSON, max_size=4), max_size=5)


@given(OBJECTS, st.sampled_from([None, 0, 2]))
def test_any_array_of_objects_is_read_back(objects: list[dict[str, object]], indent: int | None) -> None:
    text = json.dumps(objects, indent=indent)
    found = read(text)
    assert [record.values for record in found if isinstance(record, Record)] == objects
    for record in found:
        assert text.splitlines()[record.line - 1].lstrip(" [,").startswith("{")


@given(OBJECTS)
def test_any_objects_line_by_line_are_read_back(objects: list[dict[str, object]]) -> None:
    found = lines("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in objects))
    assert found == [Record(value, line) for line, value in enumerate(objects, 1)]


@given(st.binary(max_size=100) | st.text('{}[]":,a1é\n ', max_size=40).map(str.encode))
@pytest.mark.parametrize("format", [None, "json", "ndjson"])
def test_no_bytes_raise_anything_but_a_data_error(format: str | None, content: bytes) -> None:
    try:
        with read_records("-", stdin=io.BytesIO(content), format=format) as records:
            found = list(records)
    except DataError:
        return
    assert all(isinstance(record, Record | BadRecord) for record in found)
