"""Opening files to write: whole on success, as they were before on any failure."""

from __future__ import annotations

import codecs
import errno
import gzip
import io
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, cast

from scorelang.data.errors import DataError, reason

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def open_output(path: str | None) -> Iterator[BinaryIO]:
    """A stream of bytes for `path`; None and `-` are standard output, which stays open.

    A file is written under another name beside its place and put there when the block ends without an exception;
    after any exception it is as it was. What is no regular file (a device, a pipe) is written directly. A name that
    ends in `.gz` is written with gzip. Raises `DataError` when the file cannot be written or the disk is full;
    `BrokenPipeError` is the caller's.
    """
    try:
        if path is None or path == "-":
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        elif _is_device(path):
            with _created(path, os.O_TRUNC, path) as out:
                yield out
        else:
            with _replacing(path) as file, _packed(file, path) as out:
                yield out
    except OSError as error:
        if error.errno in FULL:
            asked = "standard output" if path is None or path == "-" else path
            raise DataError(f"it cannot be written: {reason(error)}", asked, hint="make room on the disk") from None
        raise


@contextmanager
def open_text_output(path: str | None) -> Iterator[codecs.StreamWriter]:
    """As `open_output`, for text, which is written as UTF-8 and with the line ends that it has.

    A pipe that is closed before the end is no error: such texts are short, and the rest goes nowhere.
    """
    with suppress(BrokenPipeError), open_output(path) as out:
        yield utf8(out)


def utf8(out: BinaryIO) -> codecs.StreamWriter:
    """A text face of a stream of bytes that keeps nothing back and closes nothing."""
    return codecs.getwriter("utf-8")(out)


def _is_device(path: str) -> bool:
    """Whether the path is there and not a regular file; raises `DataError` for a folder and a bad name."""
    try:
        mode = os.stat(path).st_mode
    except ValueError:
        raise DataError("this is not the name of a file", path, hint="names of files hold no NUL characters") from None
    except OSError:
        return False
    if stat.S_ISDIR(mode):
        raise DataError("this is a folder, not a file", path, hint="name a file in it")
    return not stat.S_ISREG(mode)


@contextmanager
def _replacing(path: str) -> Iterator[BinaryIO]:
    """A new file beside `path` that takes its place at the end, or is removed."""
    # Through a link the file it leads to is replaced, not the link.
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    if os.path.exists(target) and not _may_write(target):
        raise DataError("there is no permission to write it", path, hint="look at who may write the file")
    beside = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with _created(beside, os.O_EXCL, path) as out:
            yield out
        with suppress(FileNotFoundError):
            os.chmod(beside, stat.S_IMODE(os.stat(target).st_mode))
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _may_write(path: str) -> bool:
    """Whether a file may be written. One that nobody may write is left alone for the superuser too."""
    return os.access(path, os.W_OK) and bool(os.stat(path).st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))


def _created(path: str, flag: int, asked: str) -> BinaryIO:
    """`path` opened for writing, with the permissions that new files have; errors name the path that was asked for."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flag | getattr(os, "O_BINARY", 0), 0o666)
    except FileNotFoundError:
        folder = os.path.dirname(asked)
        raise DataError(f"there is no folder {folder}", asked, hint="create it, or name a folder that exists") from None
    except PermissionError:
        raise DataError(
            "there is no permission to write it", asked, hint="look at who may write in the folder"
        ) from None
    except OSError as error:
        raise DataError(f"it cannot be written: {reason(error)}", asked) from None
    return os.fdopen(descriptor, "wb")


@contextmanager
def _packed(file: BinaryIO, path: str) -> Iterator[BinaryIO]:
    """`file`, through gzip when the path says so."""
    if not path.lower().endswith(".gz"):
        yield file
        return
    # Without a name and a time in it, equal results are equal files.
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packer:
        buffered = io.BufferedWriter(cast("io.RawIOBase", packer))
        yield buffered
        buffered.flush()
