"""Reading JSON: an object a line (NDJSON, a line at a time) or one document of objects (JSON, read whole)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Literal, TypeVar

import msgspec

from scorelang.data.errors import DataError
from scorelang.data.inputs import LONGEST_LINE, Input, byte_lines, not_utf8, rejoined
from scorelang.data.records import BadRecord, Record, bad_record

T = TypeVar("T")

# What programs call the array of records in an answer that also says more (Salesforce, HubSpot, JSON:API and others).
WRAPPERS = ("leads", "records", "results", "items", "data")

KINDS = {list: "an array", str: "a text", bool: "a flag", int: "a number", float: "a number", type(None): "null"}

_decoder = msgspec.json.Decoder()
_ARRAY = re.compile(rb"\[")
_ARRAY_OF_OBJECTS = re.compile(rb"\[\s*[{\]]")
_GAP = re.compile(rb"[\s,]*")
_HALF = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")
_HALF_CHARACTER = "half of a character stands in a text, such as \\ud83d without what belongs to it"
_PLACE = re.compile(r"^(?:JSON is malformed: )?(.*?)(?: \(byte (\d+)\)| - at `.*)?$", re.DOTALL)


def lines_or_document(file: Input, named_lines: bool) -> tuple[Literal["ndjson", "json"], Input]:
    """Which of the two JSON formats the file holds, and the file from its first byte again.

    One whole value on the first line and more below it is NDJSON, whatever the file is called; what is called NDJSON
    is, unless it begins with an array that goes on below or is all there is.
    """
    first = _through_text(file)
    second = _through_text(file)
    again = Input(file.path, file.head, rejoined(first + second, file.stream, file.path), file.on_disk)
    if second.strip() and _is_whole(first):
        return "ndjson", again
    return ("ndjson" if named_lines and not first.lstrip().startswith(b"[") else "json"), again


def read_ndjson(file: Input) -> Iterator[Record | BadRecord]:
    """The objects of a file with one on each line; blank lines are skipped."""
    for number, line in enumerate(byte_lines(file.stream, file.path), 1):
        if text := line.strip():
            try:
                yield _record(text, number, file.path)
            except UnicodeDecodeError:
                raise _not_utf8(line, file.path, number) from None


def read_json(file: Input) -> Iterator[Record | BadRecord]:
    """The objects of a document: of an array, of the array in a wrapping object, or the one object that it is.

    An object wraps an array when it has no other member, or when the array is one of objects, is called one of
    `WRAPPERS`, and the object has no `id`. Raises `DataError` for a document that is not JSON or holds no objects.
    """
    text = file.stream.read()
    if not text.strip():
        raise DataError("the file is empty", file.path, hint="a JSON file without leads holds []")
    try:
        yield from _document(text, file.path)
    except UnicodeDecodeError:
        raise _not_utf8(text, file.path) from None


def _document(text: bytes, path: str) -> Iterator[Record | BadRecord]:
    kind = text.lstrip()[:1]
    if kind == b"[":
        yield from _elements(text, 0, _part(text, text, list[msgspec.Raw], path), path)
    elif kind == b"{":
        array = _wrapped(_part(text, text, dict[str, msgspec.Raw], path))
        if array is None:
            yield _record(text.strip(), 1 + _line_feeds_before(text, text.find(b"{")), path)
        else:
            yield from _elements(text, text.find(array), _part(bytes(array), text, list[msgspec.Raw], path), path)
    else:
        _part(text, text, msgspec.Raw, path)
        raise DataError("the file holds one value and no records", path, hint="write an array of objects")


def _through_text(file: Input) -> bytes:
    """The bytes up to the end of the next line that is not blank."""
    read = b""
    while not read.strip() and (line := file.stream.readline(LONGEST_LINE)):
        read += line
    return read


def _is_whole(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _part(part: bytes, text: bytes, type: type[T], path: str) -> T:
    """The outermost layer of a part of the document `text`."""
    try:
        return msgspec.json.decode(part, type=type)
    except RecursionError:
        raise DataError("the JSON is nested too deeply", path) from None
    except msgspec.DecodeError as error:
        problem, at = _problem(error)
        place = len(text) if at is None else min(at, len(text))
        hint = "one object a line is NDJSON: name the file .ndjson" if "trailing char" in problem else None
        line = 1 + _line_feeds_before(text, place)
        column = place - (text.rfind(b"\n", 0, place) + 1) + 1
        raise DataError(f"the file is not JSON: {problem}, at column {column}", path, line, hint) from None


def _wrapped(members: dict[str, msgspec.Raw]) -> msgspec.Raw | None:
    """The array of records that an object is a wrapper of, if it is one."""
    if len(members) == 1:
        (only,) = members.values()
        return only if _ARRAY.match(memoryview(only)) else None
    named = [
        members[name] for name in WRAPPERS if name in members and _ARRAY_OF_OBJECTS.match(memoryview(members[name]))
    ]
    return named[0] if len(named) == 1 and "id" not in members else None


def _elements(text: bytes, start: int, elements: list[msgspec.Raw], path: str) -> Iterator[Record | BadRecord]:
    """The elements of the array that is the first at or after `start`, each with the line it starts on."""
    end = text.find(b"[", start) + 1
    line, counted = 1, 0
    for element in elements:
        gap = _GAP.match(text, end)
        begin = gap.end() if gap else end
        line += text.count(b"\n", counted, begin)
        counted = begin
        raw = bytes(element)
        end = begin + len(raw)
        yield _record(raw, line, path)


def _record(text: bytes, line: int, path: str) -> Record | BadRecord:
    """One object, or what is wrong with it. Raises `UnicodeDecodeError`."""
    try:
        value = _decoder.decode(text)
        twice = _name_given_twice(text, value) if isinstance(value, dict) else None
    except RecursionError:
        message = "the record is nested too deeply"
    except msgspec.DecodeError as error:
        problem, at = _problem(error)
        if at is None and _HALF.search(text):
            problem = _HALF_CHARACTER
        message = f"the record is not JSON: {problem}" + (
            "" if at is None else f", at byte {at + 1}: {_shown(text, at)}"
        )
    else:
        if isinstance(value, dict):
            if twice is None:
                return Record(value, line)
            message = f"the record has `{twice}` twice"
            return bad_record(path, line, message, text.decode("utf-8", "replace"), value)
        message = f"a record is an object, and this is {KINDS[type(value)]}"
    return bad_record(path, line, message, text.decode("utf-8", "replace"))


def _name_given_twice(text: bytes, value: dict[str, object]) -> str | None:
    """A name that an object, or one inside it, has for two values, of which the decoder keeps the last."""
    # Every name is followed by a colon: where there are no more than names, none is there twice.
    if text.count(b":") <= len(value):
        return None
    nested = text.find(b"{", 1) >= 0
    if not nested and b"\\" not in text and not any(text.count(b'"%b"' % name.encode()) > 1 for name in value):
        return None
    twice: list[str] = []

    def look(pairs: list[tuple[str, object]]) -> None:
        if len(dict(pairs)) < len(pairs):
            names = [name for name, _ in pairs]
            twice.append(next(name for name in names if names.count(name) > 1))

    # Its numbers are of no interest here, and may have any number of digits.
    json.loads(text, object_pairs_hook=look, parse_int=float, parse_float=float)
    return twice[0] if twice else None


def _problem(error: msgspec.DecodeError) -> tuple[str, int | None]:
    """What a decoder found, and at which byte from 0 where it says so."""
    match = _PLACE.match(str(error))
    problem, at = (match[1], match[2]) if match else (str(error), None)
    if "surrogate" in problem:
        return _HALF_CHARACTER, None
    if "truncated" in problem:
        return "it ends before it is complete", None
    # Of what follows the end msgspec gives the place behind its first character.
    place = None if at is None else int(at) - ("trailing char" in problem)
    return problem[:1].lower() + problem[1:], place


def _shown(text: bytes, at: int) -> str:
    return repr(text[at : at + 20].decode("utf-8", "replace"))


def _not_utf8(text: bytes, path: str, line: int = 1) -> DataError:
    """The error for the first byte of `text`, which starts on `line`, that is not UTF-8."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        start = text.rfind(b"\n", 0, error.start) + 1
        at = UnicodeDecodeError(error.encoding, text, error.start - start, error.end - start, error.reason)
        return not_utf8(text[start:], line + _line_feeds_before(text, start), at, path)
    return DataError("the file is not UTF-8", path, line, "save it as UTF-8")


def _line_feeds_before(text: bytes, at: int) -> int:
    return text.count(b"\n", 0, at)
