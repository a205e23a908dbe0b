"""A file's text, and places in it."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from attrs import field, frozen

# A text in quotes, which stays, or a comment.
COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|#[^\n]*')


@frozen
class Span:
    """A half-open range of characters of one source, counted from 0."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other`."""
        return Span(self.start, max(self.end, other.end))


NOWHERE = Span(0, 0)


@frozen
class Source:
    """The text of a `.score` file and the name that messages call it by."""

    name: str
    text: str = field(repr=False)
    _starts: tuple[int, ...] = field(init=False, repr=False, eq=False)

    @_starts.default
    def _line_starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in re.finditer("\n", self.text)))

    def line_of(self, offset: int) -> int:
        """The number of the line that holds the character at `offset`, from 1."""
        return bisect_right(self._starts, offset)

    def column_of(self, offset: int) -> int:
        """The column of the character at `offset` in its line, from 1."""
        return offset - self._starts[self.line_of(offset) - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, without its line end."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def slice(self, span: Span) -> str:
        """The text of a span on one line: no comments, and every run of white space as one space."""
        text = self.text[span.start : span.end]
        return " ".join((COMMENT.sub(r"\1", text) if "#" in text else text).split())


def source_of(name: str, text: str) -> Source:
    """A source of `text`, without the byte-order mark and with every line end as a line feed."""
    return Source(name, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


# docs/language.md lists this limit, and those of dsl/layout.py.
MAX_BYTES = 8_000_000


class TooLongError(OSError):
    """A file with more than the `limit` of bytes that it may have."""

    def __init__(self, path: str, limit: int) -> None:
        super().__init__(errno.EFBIG, f"it has more than the {limit:,} bytes that such a file may have", path)
        self.limit = limit


# Where the digests of what is read are noted, by absolute path.
_noted: ContextVar[dict[str, str | None]] = ContextVar("noted")
# What stands for files that are open in an editor and not saved, by their real paths.
_unsaved: ContextVar[Mapping[str, bytes]] = ContextVar("unsaved")


@contextmanager
def unsaved(texts: Mapping[str, bytes]) -> Iterator[None]:
    """While this lasts, `read_bytes` gives these bytes for the files of these real paths, in this thread only."""
    token = _unsaved.set(texts)
    try:
        yield
    finally:
        _unsaved.reset(token)


@contextmanager
def noting(read: dict[str, str | None]) -> Iterator[None]:
    """While this lasts, note of each file read its SHA-256 in hexadecimal digits, by its absolute path.

    None stands for a file that cannot be read. Whoever notes around this one notes the same.
    """
    around = _noted.get(None)
    token = _noted.set(read)
    try:
        yield
    finally:
        _noted.reset(token)
        if around is not None:
            around.update(read)


def are_as_noted(read: Mapping[str, str | None], limit: int) -> bool:
    """Whether files of up to so many bytes still have the digests that were noted of them."""
    return all(_digest_of(path, limit) == digest for path, digest in read.items())


def _digest_of(path: str, limit: int) -> str | None:
    try:
        return hashlib.sha256(read_bytes(path, limit)).hexdigest()
    except OSError:
        return None


def read_bytes(path: str | Path, limit: int) -> bytes:
    """The bytes of a file; raises `TooLongError` past the limit without reading on, and `OSError` as `open` does.

    What is no file, such as a pipe that nobody writes to, is refused: reading it could wait for ever.
    """
    noted = _noted.get(None)
    if noted is None:
        return _read(path, limit)
    noted[os.path.abspath(path)] = None
    data = _read(path, limit)
    noted[os.path.abspath(path)] = hashlib.sha256(data).hexdigest()
    return data


def _read(path: str | Path, limit: int) -> bytes:
    texts = _unsaved.get({})
    if texts and (text := texts.get(os.path.realpath(path))) is not None:
        return text
    with open(path, "rb", opener=_without_waiting) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(errno.EINVAL, "this is no regular file", str(path))
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise TooLongError(str(path), limit)
    return data


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
