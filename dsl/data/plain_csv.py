"""CSV files so plain that any reader splits them alike: one row on each line, and quotes around whole cells only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from attrs import frozen

from scorelang.data.from_csv import DELIMITERS, delimiter_of
from scorelang.data.inputs import CHUNK, LONGEST_LINE

BLOCK = 1 << 20
MARK = b"\xef\xbb\xbf"
# What makes a file one for a reader that knows all of CSV: blank lines, where two line ends meet.
NOT_PLAIN = (b"\0", b"\n\n", b"\n\r")
# Compressed, or not UTF-8, or with a blank line before the header.
NOT_TEXT = (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff", b"\n", b"\r")


@frozen
class PlainCsv:
    """A plain CSV file: its absolute path, and how many rows stand below its header.

    `delimiters` is how many of these the file has between its cells; `quoted` is whether there are quotes.
    """

    path: str
    delimiter: str
    rows: int
    delimiters: int
    quoted: bool


def plain_csv(path: str) -> PlainCsv | None:
    """What a fast reader has to know of a file that `read_records` reads as CSV; None for one that is not plain.

    All of the file is looked at, a mebibyte at a time. Whether its rows are as wide as its header, and whether it is
    UTF-8, is for the fast reader to find: it must refuse a file where one is not.
    """
    line_feeds = returns = pairs = delimiters = 0
    last, quoted = b"", False
    with open(path, "rb") as file:
        head = file.read(CHUNK).removeprefix(MARK)
        file.seek(0)
        delimiter = _delimiter(path, head)
        # Our reader leaves out spaces before quotes where it sees some.
        if not head or head.startswith(NOT_TEXT) or delimiter + b' "' in head:
            return None
        for lines in _lines(file):
            # What two pieces have between them is looked at with the second.
            if len(lines) > LONGEST_LINE or any(sign in last + lines for sign in NOT_PLAIN):
                return None
            outside: bytes | None = lines
            if b'"' in lines:
                quoted, outside = True, _outside_quotes(lines if last else lines.removeprefix(MARK), delimiter)
            if outside is None:
                return None
            delimiters += outside.count(delimiter)
            line_feeds, returns = line_feeds + lines.count(b"\n"), returns + lines.count(b"\r")
            pairs += lines.count(b"\r\n")
            last = lines[-1:]
    if returns != pairs or pairs not in (0, line_feeds):
        return None
    return PlainCsv(os.path.abspath(path), delimiter.decode(), line_feeds - (last == b"\n"), delimiters, quoted)


def _delimiter(path: str, head: bytes) -> bytes:
    if os.path.splitext(path.lower())[1] in (".tsv", ".tab"):
        return b"\t"
    return delimiter_of(head.decode("utf-8", "ignore"), DELIMITERS).encode()


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """A file in pieces of about a mebibyte that end where lines do, or where a line has become too long."""
    rest = b""
    while block := file.read(BLOCK):
        lines, feed, rest = (rest + block).rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            lines, rest = lines + feed + rest, b""
        if lines or feed:
            yield lines + feed
    if rest:
        yield rest


def _outside_quotes(lines: bytes, delimiter: bytes) -> bytes | None:
    """What stands outside of quotes; None unless each quote opens a cell, closes it on its line, or stands for one."""
    parts = lines.split(b'"')
    if len(parts) % 2 == 0:
        return None  # one is not closed
    before, *between, after = parts[0::2]
    inside, starts, ends = b"".join(parts[1::2]), (delimiter, b"\n", b"\r"), (delimiter, b"\n")
    around_cells = (
        (not before or before.endswith(ends))
        and (not after or after.startswith(starts))
        and all(not part or (part.startswith(starts) and part.endswith(ends)) for part in set(between))
        and b"\n" not in inside
        and b"\r" not in inside
    )
    return b"".join(parts[0::2]) if around_cells else None
