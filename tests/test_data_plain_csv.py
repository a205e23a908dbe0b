"""CSV that any reader splits alike: what is taken for such is read by DuckDB as by us."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorelang.data import DataError, Record, read_records
from scorelang.data.plain_csv import plain_csv
from scorelang.sql.feeds import feed_plain_csv

CONNECTION = duckdb.connect()


def ours(path: Path) -> tuple[tuple[str, ...], list[object]]:
    """The columns and rows of a file as our reader has them; a row that cannot be read is its message."""
    with read_records(str(path)) as records:
        rows = [tuple(one.values.values()) if isinstance(one, Record) else one.message for one in records]
        return records.columns or (), rows


def theirs(path: Path, columns: Sequence[str]) -> list[object] | None:
    """The same rows as DuckDB has them; None for a file that is not plain, or that it refuses."""
    plain = plain_csv(str(path))
    if plain is None:
        return None
    feed = feed_plain_csv(CONNECTION, "leads", str(path), plain, tuple(columns))
    if feed is None:
        return None
    return CONNECTION.execute('SELECT * EXCLUDE "row" FROM "leads" ORDER BY "row"').fetchall()


CELL = st.one_of(
    st.sampled_from(["", "a", " a ", "Zoë", "a b", '""', '"a"', '"a,b"', '"say ""hi"""', '" a"', '"',  'a"b', '"a"b']),
    st.text(alphabet='a", \n', max_size=4),
)  # fmt: skip
LINES = st.lists(st.lists(CELL, min_size=2, max_size=3).map(",".join), min_size=1, max_size=5)


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from(["", "\ufeff"]))
def test_what_is_plain_is_read_alike(lines: list[str], end: str, ended: bool, mark: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        text = mark + end.join(["x,y", *lines]) + end * ended
        path.write_bytes(text.encode())
        try:
            columns, rows = ours(path)
        except DataError:
            columns, rows = ("x", "y"), []
        found = theirs(path, columns)
        assert found is None or found == rows


@pytest.mark.parametrize(
    "text",
    ['"x","y"\n"1","a,b"\n"2","say ""hi"""\n', 'x,y\n1,"a;b"\n"",\n', 'x\ty\r\n"1"\t"a,b"\r\n2\t\r\n', "x;y\n1;2"],
)
def test_quotes_around_cells_are_plain(tmp_path: Path, text: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(text.encode())
    columns, rows = ours(path)
    assert theirs(path, columns) == rows


@pytest.mark.parametrize(
    "text",
    [
        'x,y\n1,"two\nlines"\n',
        'x,y\n1, "a"\n',
        'x,y\n1,a"b\n',
        'x,y\n1,"a"b\n',
        'x,y\n1,"a\n',
        "x,y\n\n1,2\n",
        "x,y\r1,2\r",
        "x,y\n1,2\r\n",
    ],
)
def test_what_readers_may_split_in_other_ways_is_not(tmp_path: Path, text: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(text.encode())
    assert plain_csv(str(path)) is None


def test_a_file_is_looked_at_in_pieces_that_end_with_lines(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = "".join(f'"{number}","a, {"b" * (1 + number % 50)}"\n' for number in range(60_000))
    path.write_text("x,y\n" + rows, encoding="utf-8")
    plain = plain_csv(str(path))
    assert plain is not None
    assert (plain.rows, plain.delimiter, plain.quoted) == (60_000, ",", True)
    assert theirs(path, ("x", "y")) == ours(path)[1]
