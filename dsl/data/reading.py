"""Reading records from a file of any known format."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import BinaryIO, Literal

from scorelang.data import from_csv, from_json, from_parquet
from scorelang.data.errors import DataError
from scorelang.data.from_database import read_table, table_name
from scorelang.data.inputs import Input, open_input
from scorelang.data.many import ManyRecords, paths_of
from scorelang.data.records import Records

Format = Literal["csv", "ndjson", "json", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "ndjson", "json", "parquet")

EXTENSIONS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}

# The first bytes of what people mistake for a file of data, from the specifications of the formats.
FOREIGN = {
    b"PK\x03\x04": ("an Excel workbook or another zip archive", "in Excel: Save As, CSV UTF-8"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "in Excel: Save As, CSV UTF-8"),
    b"%PDF-": ("a PDF", "export the table as CSV UTF-8"),
    b"\xfd7zXZ\x00": ("compressed with xz", "unpack it first; only gzip is read as it is"),
    b"\x28\xb5\x2f\xfd": ("compressed with Zstandard", "unpack it first; only gzip is read as it is"),
    b"SQLite format 3\x00": ("an SQLite database", "name its table behind it, as in crm.sqlite::leads"),
    b"Obj\x01": ("an Avro file", "export the table as Parquet, NDJSON or CSV"),
}


def read_records(path: str, *, stdin: BinaryIO | None = None, format: str | None = None) -> Records:
    """Open a file of leads or events; `-` is `stdin`, or the process's standard input.

    The format is `format` (one of `FORMATS`), else that of the extension, else what the content looks like; JSON that
    has an object on each line is read as NDJSON whatever its name. Gzip is known by content. A pattern such as
    `leads/*.csv` stands for all files that match it, `crm.duckdb::leads` and `postgres://…?table=leads` for a table of
    a database (the format is then `table`). Raises `DataError` for what cannot be opened, is not what it says, or has
    no usable header.
    """
    if format is not None and format not in FORMATS:
        raise DataError(f"there is no format called `{format}`", path, hint=f"formats: {', '.join(FORMATS)}")
    table = table_name(path)
    if table is not None:
        return read_table(path, table)
    paths = paths_of(path)
    if paths != [path]:
        return ManyRecords(paths, lambda one: read_records(one, format=format))
    resources = ExitStack()
    try:
        return _records(open_input(path, stdin, resources), format, resources)
    except BaseException:
        resources.close()
        raise


def format_of(path: str) -> Format | None:
    """The format that a file's name stands for, or None; `.gz` behind the extension is no matter."""
    return EXTENSIONS.get(_extension(path))


def _extension(path: str) -> str:
    name = path.lower().removesuffix(".gz")
    return os.path.splitext(name)[1]


def _records(file: Input, format: str | None, resources: ExitStack) -> Records:
    if file.head[8:12] == b"DUCK":
        hint = "name its table behind it, as in crm.duckdb::leads"
        raise DataError("this is a DuckDB database, not a file of data", file.path, hint=hint)
    for magic, (what, hint) in FOREIGN.items():
        if file.head.startswith(magic):
            raise DataError(f"this is {what}, not a file of data", file.path, hint=hint)
    chosen = format or _format(file)
    if format is None and chosen in ("ndjson", "json"):
        chosen, file = from_json.lines_or_document(file, format_of(file.path) == "ndjson")
    if chosen == "csv":
        delimiters = "\t" if _extension(file.path) in (".tsv", ".tab") else from_csv.DELIMITERS
        columns, items = from_csv.read_csv(file, delimiters)
        return Records(file.path, chosen, columns, items, resources)
    if chosen == "parquet":
        columns, items = from_parquet.read_parquet(file, resources)
        return Records(file.path, chosen, columns, items, resources)
    read = from_json.read_ndjson if chosen == "ndjson" else from_json.read_json
    return Records(file.path, chosen, None, read(file), resources)


def _format(file: Input) -> Format:
    """The format of the extension, else of the content."""
    named = format_of(file.path)
    start = file.head.lstrip()
    if named not in (None, "parquet") and file.head.startswith(from_parquet.MAGIC):
        raise DataError("this is a Parquet file, though its name says otherwise", file.path, hint="name it .parquet")
    if named is not None:
        return named
    if not start:
        raise DataError("the file is empty", file.path, hint="is it the right file?")
    if file.head.startswith(from_parquet.MAGIC):
        return "parquet"
    if start.startswith(b"<"):
        raise DataError("this is HTML or XML, not a file of data", file.path, hint="export the table as CSV UTF-8")
    return "json" if start[:1] in (b"{", b"[") else "csv"
