"""Leads and events of files as tables of a database: Parquet and plain CSV as DuckDB reads them, the rest through ours.

What DuckDB reads itself it must read as `scorelang.data` does, value by value; where that is not certain, records go
through our reader and a temporary file into a table.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from attrs import Factory, define

from scorelang.data.from_parquet import MAGIC, broken, file_rows, quoted
from scorelang.data.plain_csv import PlainCsv
from scorelang.data.reading import read_records
from scorelang.data.records import BadRecord, Record
from scorelang.diagnostics import ScorelangError
from scorelang.sql.sources import Table
from scorelang.sql.spell import literal
from scorelang.sql.tables import described

if TYPE_CHECKING:
    import duckdb

# What a scan of Parquet calls the number of the row.
ROW = "scorelang row"
SMALLEST_BUFFER = 16 << 20  # bytes; DuckDB's own limit for one object of JSON
TICK = 1000  # rows

Place = tuple[int, str, Record]
Item = tuple[str, Record | BadRecord]
Tick = Callable[[int], None]


class NotFed(ScorelangError):  # noqa: N818
    """Files that one query cannot read together exactly as they are read one by one; the message says why."""


@define
class Feed:
    """Rows in a database, and the way back from their numbers to the records that they were read from.

    `table` is what queries read; it has a column `row`. `columns` are the names of the columns, None for JSON, whose
    `names` are those that some record has. `bad` are the records that could not be read, with their rows; `rows`
    counts these too. `starts` are the rows with which files of Parquet begin.
    """

    table: Table
    columns: tuple[str, ...] | None
    rows: int = 0
    names: set[str] = Factory(set)
    bad: list[tuple[int, BadRecord]] = Factory(list)
    starts: Sequence[int] = ()
    back: Callable[[Collection[int]], Iterator[Place]] = lambda rows: iter(())


# --- files ----------------------------------------------------------------------------------------------------------


def is_parquet(paths: Sequence[str]) -> bool:
    """Whether all of these are Parquet files on disk, which DuckDB can read from where they are."""
    return all(path != "-" and os.path.isfile(path) and _begins(path, MAGIC) for path in paths)


def _begins(path: str, magic: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(magic)) == magic
    except OSError:
        return False


def feed_parquet(connection: duckdb.DuckDBPyConnection, name: str, paths: Sequence[str]) -> Feed:
    """A view of Parquet files; raises `DataError` as `read_records` does, `NotFed` where their columns differ."""
    import duckdb

    selects: list[str] = []
    starts = [0]
    columns: tuple[str, ...] = ()
    described_as: list[tuple[str, str]] | None = None
    for path in paths:
        with read_records(path) as records:
            columns = records.columns or ()
        scan = f"read_parquet({literal(os.path.abspath(path))}, hive_partitioning = false)"
        try:
            found: Any = connection.execute(f"SELECT * FROM {scan} LIMIT 0").description
            [rows] = connection.execute(f"SELECT COUNT(*) FROM {scan}").fetchone() or (0,)
        except duckdb.Error as error:
            raise broken(error, path, os.path.abspath(path)) from None
        same = [(column, str(type_)) for column, type_, *_ in found]
        if described_as not in (None, same):
            raise NotFed(f"{path} has other columns, or other types of columns, than {paths[0]}")
        if [column for column, _ in same] != list(columns) or ROW in columns:
            raise NotFed(f"{path} has columns whose names DuckDB reads otherwise: {', '.join(columns)}")
        described_as = same
        # To our reader JSON is text, whatever it says.
        texts = [
            f"CAST({named} AS VARCHAR) AS {named}"
            for named in (quoted(each) for each, type_ in same if type_ == "JSON")
        ]
        every = f"* REPLACE ({', '.join(texts)})" if texts else "*"
        selects.append(f'SELECT {every}, file_row_number + {starts[-1]} AS "{ROW}" FROM {scan}')
        starts.append(starts[-1] + rows)
    if any("*" in path or "?" in path or "[" in path for path in paths):
        raise NotFed("a path holds one of `*?[`, which DuckDB takes for a pattern")
    table = described(
        connection, name, rows=True, scan=f"({' UNION ALL '.join(selects)})", number=f'"{ROW}"', without=ROW
    )

    def back(rows: Collection[int]) -> Iterator[Place]:
        for at, path in enumerate(paths):
            inside = [row - starts[at] for row in rows if starts[at] <= row < starts[at + 1]]
            for record in file_rows(path, sorted(inside)) if inside else ():
                yield record.line - 1 + starts[at], path, record

    return Feed(table, columns, starts[-1], set(columns), starts=starts, back=back)


# --- records through our reader -------------------------------------------------------------------------------------


def feed_records(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    items: Iterable[Item],
    columns: Sequence[str] | None,
    folder: Path,
    tick: Tick,
) -> Feed:
    """A table of records, each with the path of its file.

    With `columns` those are its columns, of texts, and a record has some of them; without, every row is one JSON
    object. A temporary file in `folder` is between them and the database.
    """
    feed = Feed(_table_of(name, columns), None if columns is None else tuple(columns), names=set(columns or ()))
    spool = _Spool(feed, folder / f"{name}.ndjson", columns)
    spool.take(items, tick)
    kind = {"object": "JSON"} if columns is None else {f"d{at}": "VARCHAR" for at in range(len(columns))}
    types = {"row": "BIGINT", "file": "INTEGER", "line": "BIGINT"} | kind
    load(connection, name, spool.path, types, spool.longest)
    spool.path.unlink()

    def back(rows: Collection[int]) -> Iterator[Place]:
        listed = ", ".join(f'"{column}"' for column in types)
        query = f'SELECT {listed} FROM "{name}" WHERE "row" IN (SELECT UNNEST(?::BIGINT[])) ORDER BY "row"'
        connection.execute(query, [list(rows)])
        for row, file, line, *cells in connection.fetchall():
            yield row, spool.paths[file], Record(spool.values(file, cells), line)

    feed.back = back
    return feed


def load(
    connection: duckdb.DuckDBPyConnection, name: str, spool: Path, types: dict[str, str], longest: int = 0
) -> None:
    """A table of the rows of a file of NDJSON."""
    listed = ", ".join(f"'{column}': '{type_}'" for column, type_ in types.items())
    buffer = max(SMALLEST_BUFFER, longest + 1024)
    scan = f"read_json({literal(str(spool))}, format = 'newline_delimited', columns = {{{listed}}}"
    query = f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM {scan}, maximum_object_size = {buffer})'
    connection.execute(query)


def _table_of(name: str, columns: Sequence[str] | None) -> Table:
    if columns is None:
        return Table(name, objects="object")
    return Table(name, dict.fromkeys(columns, "text"), {}, {column: f"d{at}" for at, column in enumerate(columns)})


@define
class _Spool:
    """The temporary file between records and a table: a line a record, with its place."""

    feed: Feed
    path: Path
    columns: Sequence[str] | None
    longest: int = 0
    paths: list[str] = Factory(list)
    # For each file the columns that its records have, in their order.
    shapes: list[tuple[str, ...]] = Factory(list)

    def take(self, items: Iterable[Item], tick: Tick) -> None:
        """Write all of them down."""
        feed, encode, columns = self.feed, msgspec.json.Encoder(enc_hook=str).encode, self.columns
        spelled = {column: f"d{at}" for at, column in enumerate(columns or ())}
        names, at, row = feed.names, {"": -1}, -1
        with open(self.path, "wb") as out:
            for row, (path, record) in enumerate(items):
                if isinstance(record, BadRecord):
                    feed.bad.append((row, record))
                    continue
                file = at.get(path)
                if file is None:
                    file = at[path] = len(self.paths)
                    self.paths.append(path)
                    self.shapes.append(tuple(columns or ()))
                line: dict[str, object] = {"row": row, "file": file, "line": record.line}
                if columns is None:
                    line["object"] = record.values
                    names.update(record.values)
                else:
                    line.update([(spelled[column], value) for column, value in record.values.items()])
                encoded = encode(line)
                self.longest = max(self.longest, len(encoded))
                out.write(encoded + b"\n")
                if row % TICK == 0:
                    tick(row)
        feed.rows = row + 1

    def values(self, file: int, cells: Sequence[Any]) -> dict[str, object]:
        """The values of a record again."""
        if self.columns is None:
            found: dict[str, object] = msgspec.json.decode(cells[0])
            return found
        pairs = zip(self.columns, cells, strict=True)
        return {column: cell for column, cell in pairs if cell is not None}


# --- plain CSV ------------------------------------------------------------------------------------------------------


def feed_plain_csv(
    connection: duckdb.DuckDBPyConnection, name: str, path: str, plain: PlainCsv, columns: tuple[str, ...]
) -> Feed | None:
    """A table of a plain CSV file with these columns; None where DuckDB refuses it, and our reader will say why."""
    import duckdb

    # DuckDB refuses rows with too few cells, and not all with too many.
    if plain.delimiters != (plain.rows + 1) * (len(columns) - 1):
        return None
    types = ", ".join(f"'d{at}': 'VARCHAR'" for at in range(len(columns)))
    cells = ", ".join(f"COALESCE(d{at}, '') AS d{at}" for at in range(len(columns)))
    quote = literal('"' if plain.quoted else "")
    scan = f"""read_csv({literal(plain.path)}, auto_detect = false, header = false, skip = 1,
        quote = {quote}, escape = {quote}, comment = '', delim = {literal(plain.delimiter)}, strict_mode = true,
        null_padding = false, ignore_errors = false, columns = {{{types}}})"""
    try:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(
            f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT ROW_NUMBER() OVER () - 1 AS "row", {cells} FROM {scan}'
        )
        [rows] = connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone() or (0,)
    except duckdb.InvalidInputException:
        return None
    finally:
        connection.execute("SET preserve_insertion_order = false")
    if rows != plain.rows:
        return None

    def back(wanted: Collection[int]) -> Iterator[Place]:
        query = f'SELECT * FROM "{name}" WHERE "row" IN (SELECT UNNEST(?::BIGINT[])) ORDER BY "row"'
        for row, *found in connection.execute(query, [list(wanted)]).fetchall():
            # One row on each line, below that of the header.
            yield row, path, Record(dict(zip(columns, found, strict=True)), row + 2)

    return Feed(_table_of(name, columns), columns, rows, set(columns), back=back)
