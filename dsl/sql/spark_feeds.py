"""Leads and events as Spark reads them: Parquet, also at addresses of a cluster, and plain CSV on this machine.

Rows are numbered as by every other engine, in the order of files and of the rows in them, whatever Spark does first.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from scorelang.data.from_parquet import connect
from scorelang.data.plain_csv import BLOCK, PlainCsv
from scorelang.data.records import Record
from scorelang.sql import spell as s
from scorelang.sql.cells import Kind
from scorelang.sql.feeds import Feed, NotFed, Place, feed_parquet
from scorelang.sql.frames import SPARK, Given, given_frame

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROW = "scorelang row"
# What Spark says of the file that a row is from.
ABOUT = "_metadata"
# What a path may not hold: Spark takes it for a pattern, or for a character written by its code.
SIGNS = "*?[{%"
# Kinds of columns as DuckDB has them, and what Spark may make of them without another meaning.
ALIKE: dict[Kind, tuple[Kind, ...]] = {
    "whole": ("whole", "digits"),
    "large": ("digits",),
    "decimal": ("digits",),
    "day": ("local",),
    "instant": ("micros",),
}


def is_address(path: str) -> bool:
    """Whether a path is one that only Spark reads, such as `hdfs://…` or `s3a://…`."""
    return "://" in path


def feed_addresses(session: SparkSession, name: str, paths: Sequence[str]) -> tuple[Feed, Given]:
    """Parquet at addresses that Spark knows: files, folders and patterns. Raises Spark's errors."""
    read = session.read.parquet(*paths)
    files = dict(sorted(_counts(read).items()))
    given = _numbered(read, name, files)
    starts = _starts(files)

    def back(rows: Collection[int]) -> Iterator[Place]:
        for row, values in _rows(given, rows):
            file = next(file for file in reversed(starts) if starts[file] <= row)
            yield row, file, Record({column: _plain(value) for column, value in values.items()}, row - starts[file] + 1)

    return Feed(given.table, tuple(read.columns), sum(files.values()), set(read.columns), back=back), given


def feed_files(session: SparkSession, name: str, paths: Sequence[str]) -> tuple[Feed, Given]:
    """Parquet files of this machine; Spark's workers have to see them under the same paths.

    Raises `DataError` as `read_records` does, `NotFed` where Spark would read them otherwise.
    """
    if any(sign in path for path in paths for sign in SIGNS):
        raise NotFed(f"a path holds one of `{SIGNS}`, which Spark takes for something else")
    with connect() as connection:
        # What is wrong with files is said by DuckDB, and so are records that have to be looked at again.
        feed = feed_parquet(connection, name, paths)
    if ABOUT in feed.names:
        raise NotFed(f"a column is called `{ABOUT}`, which is Spark's own")
    absolute = [os.path.abspath(path) for path in paths]
    read = session.read.parquet(*(f"file://{path}" for path in absolute))
    found = _counts(read)
    named = {unquote(urlsplit(address).path): address for address in found}
    files = {named[path]: feed.starts[at + 1] - feed.starts[at] for at, path in enumerate(absolute) if path in named}
    if files != found or sum(files.values()) != feed.rows or tuple(read.columns) != feed.columns:
        raise NotFed(f"Spark reads other rows or columns in {paths[0]} than DuckDB")
    given = _numbered(read, name, files)
    for column, kind in feed.table.columns.items():
        if given.table.columns[column] not in (kind, *ALIKE.get(kind, ())):
            # Such as an INT96, which is an instant there: the reference decides, lead by lead.
            given.table.columns[column] = "other"
    feed.table = given.table
    return feed, given


def feed_csv(
    session: SparkSession, name: str, path: str, plain: PlainCsv, columns: tuple[str, ...]
) -> tuple[Feed, Given]:
    """A plain CSV file of this machine, with these columns. Raises `NotFed` where Spark would read it otherwise."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import functions as f

    if any(sign in plain.path for sign in SIGNS) or not _is_utf8(plain.path):
        raise NotFed(f"{path} is not UTF-8, or its path holds one of `{SIGNS}`, which Spark takes for something else")
    cells = ", ".join(f"d{at} STRING" for at in range(len(columns)))
    reader = session.read.options(header=True, sep=plain.delimiter, quote="", escape="", mode="FAILFAST")
    read = reader.schema(cells).csv(f"file://{plain.path}")
    texts = [f"COALESCE(d{at}, '') AS d{at}" for at in range(len(columns))]
    # The rows of a block have numbers that follow each other; where they begin is Spark's affair.
    kept = read.selectExpr(
        *texts, f"{ABOUT}.file_block_start AS block", "MONOTONICALLY_INCREASING_ID() AS at"
    ).persist()
    try:
        found = kept.groupBy("block").agg(f.min("at"), f.count("*")).collect()
    except (PySparkException, Py4JError):
        raise NotFed(f"{path} has rows of another width than its header") from None
    if sum(rows for _, _, rows in found) != plain.rows:
        raise NotFed(f"{path} has blank rows")
    start, shifts = 0, []
    for block, first, rows in sorted(tuple(row) for row in found):
        shifts.append(f"WHEN {block} THEN {start - first}")
        start += rows
    row = f"at + CASE block {' '.join(shifts)} END" if shifts else "at"
    numbered = kept.selectExpr(*(f"d{at}" for at in range(len(columns))), f"{row} AS `row`").toDF(*columns, ROW)
    given = given_frame(numbered, name, f"`d{len(columns)}`", ROW)

    def back(rows: Collection[int]) -> Iterator[Place]:
        for row, values in _rows(given, rows):
            # One row on each line, below that of the header.
            yield row, path, Record(values, row + 2)

    return Feed(given.table, columns, plain.rows, set(columns), back=back), given


def nobody(session: SparkSession) -> Given:
    """Events of no lead."""
    return given_frame(session.createDataFrame([], "lead STRING, type STRING, at STRING"), "events")


# --- rows and their numbers -----------------------------------------------------------------------------------------


def _counts(read: DataFrame) -> dict[str, int]:
    """How many rows each file has that has any."""
    return {row[0]: row[1] for row in read.groupBy(f"{ABOUT}.file_path").count().collect()}


def _starts(files: Mapping[str, int]) -> dict[str, int]:
    """The number of each file's first row."""
    starts, start = {}, 0
    for file, rows in files.items():
        starts[file] = start
        start += rows
    return starts


def _numbered(read: DataFrame, name: str, files: Mapping[str, int]) -> Given:
    """Rows of Parquet files with their numbers; `files` are in their order."""
    starts = _starts(files)
    branches = " ".join(f"WHEN {SPARK.sql(s.text(file))} THEN {start}" for file, start in starts.items())
    start = f"CASE {ABOUT}.file_path {branches} END" if len(starts) > 1 else "0"
    numbered = read.selectExpr("*", f"{ABOUT}.row_index + {start} AS `{ROW}`")
    return given_frame(numbered, name, f"`d{len(read.columns)}`", ROW)


def _rows(given: Given, rows: Collection[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Some rows by their numbers, in order."""
    if not rows:
        return
    listed = ", ".join(map(str, sorted(rows)))
    for row in given.frame.where(f"`row` IN ({listed})").orderBy("row").collect():
        yield row["row"], given.record(row)


def _plain(value: Any) -> Any:
    """A value without groups of Spark."""
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value.asDict(recursive=True) if hasattr(value, "asDict") else value


def _is_utf8(path: str) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
