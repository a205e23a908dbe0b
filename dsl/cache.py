"""A private folder for what is costly to make again, as the checked models of long files."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import stat
import sys
from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import attrs

from scorelang import stdlib

# Of shorter texts nothing is kept: they are soon read, checked and formatted again.
WORTH = 4_000
# So many things of a kind are kept, the newest.
MOST = 50


def cache_file(name: str) -> str | None:
    """The path of a file in this user's cache folder; None where there is no folder that only this user can write.

    What is read from there is unpickled, so that a folder that others can write must not be used. An empty
    `SCORELANG_CACHE` turns the cache off; a path in it is used instead of the user's own.
    """
    folder = _folder()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(folder / name) if _is_private(folder) else None
    except OSError:
        return None


def recall(kind: str, said: str) -> object:
    """What was kept of a text by this very scorelang; None if nothing was, or if it cannot be read any more."""
    file = _file(kind, said)
    if file is None:
        return None
    try:
        return pickle.loads(Path(file).read_bytes())
    except Exception:
        # Whatever is wrong with it: it is only a copy, and is made again.
        return None


def keep(kind: str, said: str, value: object) -> None:
    """Keep what was made of a text, where there is a place to keep it, and forget the oldest of its kind."""
    file = _file(kind, said)
    if file is None:
        return
    import tempfile

    with contextlib.suppress(OSError, pickle.PicklingError, RecursionError):
        data = pickled(value)
        # Under a name of its own first, so that nobody reads half of it.
        with tempfile.NamedTemporaryFile(dir=Path(file).parent, prefix=f"{kind}-", delete=False) as stream:
            stream.write(data)
        os.replace(stream.name, file)
        for old in sorted(Path(file).parent.glob(f"{kind}-*"), key=_age)[MOST:]:
            old.unlink(missing_ok=True)


def _file(kind: str, said: str) -> str | None:
    maker = _maker()
    digest = hashlib.sha256(f"{maker}\n{said}".encode("utf-8", "surrogatepass")).hexdigest()
    return cache_file(f"{kind}-{digest}") if maker else None


def pickled(value: object) -> bytes:
    """A thing as bytes, for `pickle.loads`. Raises what pickling raises."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _Ways()
    pickler.dump(value)
    return stream.getvalue()


class _Ways(dict[type[Any], Callable[[Any], tuple[Any, ...]]]):
    """How to pickle objects of attrs classes: as a call of the class with what they hold, each by its class.

    The way of attrs itself writes the name of every attribute with every object, and takes twice as long.
    """

    def __missing__(self, kind: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
        """The way of a class. Raises `KeyError` where a call would not do, which means the usual way."""
        parts = attrs.fields(kind) if attrs.has(kind) else ()
        names, named = [part.name for part in parts if not part.kw_only], [part for part in parts if part.kw_only]
        if not names or len(named) > 1 or not _is_made_by_call(kind, parts):
            raise KeyError(kind)
        if named:
            alias, values = named[0].alias, attrgetter(named[0].name, *names)
            way = self[kind] = lambda one: (_called, (kind, alias, *values(one)))
        elif len(names) > 1:
            held = attrgetter(*names)
            way = self[kind] = lambda one: (kind, held(one))
        else:
            only = attrgetter(*names)
            way = self[kind] = lambda one: (kind, (only(one),))
        return way


def _is_made_by_call(kind: type[Any], parts: tuple[attrs.Attribute[Any], ...]) -> bool:
    """Whether a class takes all that its objects hold, and leaves it as it is."""
    if any("__reduce__" in vars(base) for base in kind.__mro__[:-1]) or hasattr(kind, "__attrs_post_init__"):
        return False
    return all(part.init and part.converter is None and part.validator is None for part in parts)


def _called(kind: type[Any], name: str, value: object, *others: object) -> object:
    """An object of a class one of whose values has to be named."""
    return kind(*others, **{name: value})


@cache
def _maker() -> str:
    """What a thing depends on beside its text: the Python that runs, and scorelang to the last edit of its files.

    Empty where those are no files, as in a zip.
    """
    folders = (Path(__file__).parent, Path(stdlib.__file__).parent)
    stamps = sorted(stamp for folder in folders for stamp in _stamps(str(folder)))
    return "\n".join([sys.version, *stamps]) if stamps else ""


def _stamps(folder: str) -> Iterator[str]:
    for where, _, names in os.walk(folder):
        for name in names:
            if not name.endswith(".pyc"):
                found = os.stat(f"{where}/{name}")
                yield f"{where}/{name} {found.st_mtime_ns} {found.st_size}"


def _age(file: Path) -> float:
    return -file.stat().st_mtime


def _folder() -> Path | None:
    chosen = os.environ.get("SCORELANG_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    base = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "scorelang"
    except RuntimeError:
        return None


def _is_private(folder: Path) -> bool:
    if sys.platform == "win32":
        return True
    found = folder.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
    return is_ours and os.access(folder, os.W_OK)
