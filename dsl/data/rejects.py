"""Writing down what could not be scored, so that it can be mended and tried again."""

from __future__ import annotations

from typing import BinaryIO, Self

import msgspec
from attrs import asdict, frozen

from scorelang.data.errors import shown
from scorelang.data.records import BadRecord, Record
from scorelang.diagnostics import LeadError


@frozen
class Reject:
    """One record that was not scored: where it stands, why, as far as known which value it was, and the record.

    `record` is the text of a record that could not be read, and the values of one that could; `lead` is the identity
    that it has or names.
    """

    file: str
    line: int | None
    message: str
    lead: str | None = None
    field: str | None = None
    value: object = None
    expected: str | None = None
    record: object = None

    @classmethod
    def of_bad_record(cls, bad: BadRecord) -> Self:
        """A record that could not be read."""
        return cls(bad.path, bad.line, bad.message, bad.lead, record=bad.raw)

    @classmethod
    def of_lead_error(cls, error: LeadError, record: Record, path: str) -> Self:
        """A record with a value that does not fit the model; one of an event is called `event.attribute`."""
        field = f"{error.event}.{error.field}" if error.event else error.field
        return cls(path, record.line, str(error), error.lead, field, error.value, error.expected, record.values)


class RejectsWriter:
    """Writes rejects as NDJSON, in the order file, line, lead, field, value, expected, message, record."""

    def __init__(self, out: BinaryIO) -> None:
        self.count = 0
        self._out = out
        self._encode = msgspec.json.Encoder(enc_hook=str).encode

    def write(self, reject: Reject) -> None:
        """Write one reject as one line."""
        values = asdict(reject, recurse=False)
        ordered = {
            name: values[name] for name in ("file", "line", "lead", "field", "value", "expected", "message", "record")
        }
        ordered["file"] = shown(reject.file) if reject.file != "-" else "-"
        self._out.write(self._encode(ordered) + b"\n")
        self.count += 1
