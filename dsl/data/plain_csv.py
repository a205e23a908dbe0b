"""CSV files so plain that any reader splits them alike: without quotes, and one row on each line."""

from __future__ import annotations

import os

from attrs import frozen

from scorelang.data.from_csv import DELIMITERS, delimiter_of
from scorelang.data.inputs import CHUNK

BLOCK = 1 << 20
MARK = b"\xef\xbb\xbf"
# What makes a file one for a reader that knows all of CSV: quotes, and blank lines, where two line ends meet.
NOT_PLAIN = (b'"', b"\0", b"\n\n", b"\n\r")
# Compressed, or not UTF-8, or with a blank line before the header.
NOT_TEXT = (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff", b"\n", b"\r")


@frozen
class PlainCsv:
    """A plain CSV file: its absolute path, what delimits its cells, and how many rows stand below its header."""

    path: str
    delimiter: str
    rows: int


def plain_csv(path: str) -> PlainCsv | None:
    """What a fast reader has to know of a file that `read_records` reads as CSV; None for one that is not plain.

    All of the file is looked at, a mebibyte at a time. Whether its rows are as wide as its header, and whether it is
    UTF-8, is for the fast reader to find: it must refuse a file where one is not.
    """
    line_feeds = returns = pairs = 0
    last = b""
    with open(path, "rb") as file:
        head = file.read(CHUNK).removeprefix(MARK)
        file.seek(0)
        while block := file.read(BLOCK):
            # What two blocks have between them is looked at with the second.
            if any(sign in last + block for sign in NOT_PLAIN):
                return None
            line_feeds, returns = line_feeds + block.count(b"\n"), returns + block.count(b"\r")
            pairs += (last + block).count(b"\r\n")
            last = block[-1:]
    if not head or head.startswith(NOT_TEXT) or returns != pairs or pairs not in (0, line_feeds):
        return None
    tabs = os.path.splitext(path.lower())[1] in (".tsv", ".tab")
    delimiter = "\t" if tabs else delimiter_of(head.decode("utf-8", "ignore"), DELIMITERS)
    return PlainCsv(os.path.abspath(path), delimiter, line_feeds - (last == b"\n"))
