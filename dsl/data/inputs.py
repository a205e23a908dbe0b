"""Opening files of data: from any path or standard input to UTF-8 bytes, whatever gzip and UTF-16 they come in."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from difflib import get_close_matches
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from attrs import frozen

from scorelang.data.errors import DataError, reason

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 16
LONGEST_LINE = 64 << 20  # bytes; a longer one is no line of a table but a binary file, or one without line ends

# UTF-32 first: its little-endian mark begins with that of UTF-16.
WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@frozen
class Input:
    """An open file of data.

    `head` is its first bytes (all of a short file, else at least the first line or 64 KiB), `stream` all of it from
    the first byte, both without gzip and as UTF-8 without a byte-order mark; `on_disk` is the absolute path of a file
    that holds just these bytes, or None when there is no such file.
    """

    path: str
    head: bytes
    stream: BinaryIO
    on_disk: str | None


def open_input(path: str, stdin: BinaryIO | None, resources: ExitStack) -> Input:
    """Open `path`, or standard input for `-`, and leave the closing to `resources`. Raises `DataError`."""
    if path == "-":
        raw: IO[bytes] = stdin if stdin is not None else sys.stdin.buffer
        on_disk = None
    else:
        raw = resources.enter_context(_open(path))
        on_disk = os.path.abspath(path) if stat.S_ISREG(os.fstat(raw.fileno()).st_mode) else None
    head, stream = _looked_at(raw, path)
    if head.startswith(b"\x1f\x8b"):
        unpacked = resources.enter_context(gzip.GzipFile(fileobj=stream))
        head, stream = _looked_at(cast("IO[bytes]", unpacked), path)
        on_disk = None
    wide = next((encoding for mark, encoding in WIDE_MARKS.items() if head.startswith(mark)), None)
    if wide is not None:
        head, stream = _looked_at(io.BufferedReader(_Transcoded(stream, wide, path), CHUNK), path)
        on_disk = None
    elif head.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
        head = head.removeprefix(codecs.BOM_UTF8)
    return Input(path, head, stream, on_disk)


def byte_lines(stream: BinaryIO, path: str) -> Iterator[bytes]:
    """The lines of a stream with their line feeds. Raises `DataError` for one that is too long to be a line."""
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            long = f"the line is longer than {LONGEST_LINE >> 20} MiB"
            raise DataError(long, path, number, "is this a file of text, one record a line?")
        yield line


def not_utf8(line: bytes, number: int, error: UnicodeDecodeError, path: str) -> DataError:
    """The error for a line that does not decode: which byte, after which text."""
    before = line[max(0, error.start - 20) : error.start].decode("utf-8", "ignore")
    where = f"byte {error.start + 1} of the line" + (f", after {before!r}" if before else "")
    return DataError(
        f"the file is not UTF-8: byte 0x{line[error.start]:02X} is no text ({where})",
        path,
        number,
        "save it as UTF-8 (in Excel: Save As, CSV UTF-8)",
    )


def _open(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise DataError("there is no such file", path, hint=_similar(path)) from None
    except IsADirectoryError:
        raise DataError("this is a folder, not a file", path, hint="name one of the files in it") from None
    except PermissionError:
        # Windows refuses to open a folder with this error, too.
        if os.path.isdir(path):
            raise DataError("this is a folder, not a file", path, hint="name one of the files in it") from None
        raise DataError("there is no permission to read it", path, hint="look at who may read the file") from None
    except OSError as error:
        raise DataError(f"it cannot be opened: {reason(error)}", path) from None
    except ValueError:
        raise DataError("this is not the name of a file", path, hint="names of files hold no NUL characters") from None


def _similar(path: str) -> str:
    """Which file beside the missing one may have been meant."""
    folder, name = os.path.split(path)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return f"there is no folder {folder} either"
    close = get_close_matches(name, names, n=1, cutoff=0.75)
    return f"did this mean {os.path.join(folder, close[0])}?" if close else "check the spelling and the folder"


def _looked_at(stream: IO[bytes], path: str) -> tuple[bytes, BinaryIO]:
    """The first bytes of a stream, and a stream that still begins with them."""
    head = b""
    # A slow pipe is not waited for beyond its first line.
    while len(head) < CHUNK and b"\n" not in head and (chunk := _read(stream, CHUNK, path)):
        head += chunk
    return head, rejoined(head, stream, path)


def rejoined(head: bytes, rest: IO[bytes], path: str) -> BinaryIO:
    """A stream of the bytes already read and then of the rest."""
    return io.BufferedReader(_Joined(head, rest, path), CHUNK)


class _Joined(io.RawIOBase):
    """Bytes already read, then the rest of the stream they came from."""

    def __init__(self, head: bytes, rest: IO[bytes], path: str) -> None:
        self._head = memoryview(head)
        self._rest = rest
        self._path = path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        space = memoryview(buffer).cast("B")
        if self._head:
            chunk, self._head = self._head[: len(space)], self._head[len(space) :]
        else:
            chunk = memoryview(_read(self._rest, len(space), self._path))
        space[: len(chunk)] = chunk
        return len(chunk)


class _Transcoded(io.RawIOBase):
    """UTF-16 or UTF-32 with its byte-order mark, as UTF-8 without."""

    def __init__(self, stream: BinaryIO, encoding: str, path: str) -> None:
        self._text = io.TextIOWrapper(stream, encoding, newline="")
        self._encoding = encoding
        self._path = path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        space = memoryview(buffer).cast("B")
        try:
            # No character takes more than four bytes.
            chunk = self._text.read(len(space) // 4).encode()
        except UnicodeError:
            name = self._encoding.upper()
            raise DataError(
                f"the file begins as {name} and goes on as something else", self._path, hint="save it as UTF-8"
            ) from None
        space[: len(chunk)] = chunk
        return len(chunk)


def _read(stream: IO[bytes], size: int, path: str) -> bytes:
    """Up to `size` bytes, as soon as there are any; empty at the end. Raises `DataError`."""
    try:
        return getattr(stream, "read1", stream.read)(size) or b""
    except EOFError:
        raise DataError("the gzip file ends too early", path, hint="it was cut short: fetch it again") from None
    except (zlib.error, gzip.BadGzipFile):
        raise DataError("the gzip file is broken", path, hint="it was damaged on its way: fetch it again") from None
    except OSError as error:
        raise DataError(f"it cannot be read: {reason(error)}", path) from None
