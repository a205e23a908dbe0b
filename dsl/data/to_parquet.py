"""Writing rows as Parquet, through DuckDB."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO

import msgspec

from scorelang.data.errors import DataError
from scorelang.data.from_parquet import connect, quoted


def write_parquet(rows: Iterable[Sequence[object]], out: BinaryIO, columns: Mapping[str, str]) -> int:
    """Write rows whose columns have these types of DuckDB, and return how many there were.

    DuckDB takes rows from Python only one at a time or through other libraries, so they go through a temporary file
    of NDJSON (in the folder of `TMPDIR`), which it streams: memory stays flat. Raises `DataError` when DuckDB
    cannot write them.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="scorelang-") as folder:
        spool, target = os.path.join(folder, "rows.ndjson"), os.path.join(folder, "rows.parquet")
        count = _spool(rows, spool, len(columns))
        # Positions for names: the spool is shorter, and no name has to be written into a type.
        types = ", ".join(f"c{number}: '{kind}'" for number, kind in enumerate(columns.values()))
        named = ", ".join(f"c{number} AS {quoted(name)}" for number, name in enumerate(columns))
        scan = f"read_json(?, format = 'newline_delimited', columns = {{{types}}})"
        place = target.replace("'", "''")
        try:
            with connect() as connection:
                # Every thread would keep its own buffers, and gain nothing: making the rows takes longer.
                connection.execute("SET threads = 1")
                connection.execute(f"COPY (SELECT {named} FROM {scan}) TO '{place}' (FORMAT parquet)", [spool])
        except duckdb.Error as error:
            said = str(error).partition("\n")[0]
            raise DataError(f"the rows cannot be written as Parquet: {said}", "the results") from None
        with open(target, "rb") as written:
            shutil.copyfileobj(written, out)
    return count


def _spool(rows: Iterable[Sequence[object]], path: str, width: int) -> int:
    encode = msgspec.json.Encoder().encode
    names = [f"c{number}" for number in range(width)]
    count = 0
    with open(path, "wb") as spool:
        for row in rows:
            spool.write(encode(dict(zip(names, row, strict=True))) + b"\n")
            count += 1
    return count
