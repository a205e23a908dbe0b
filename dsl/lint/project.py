"""The files around a model: which of them test it, and which take names from it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import Factory, define

from scorelang import model as m
from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics
from scorelang.source import MAX_BYTES, Source, read_bytes, source_of

USE = re.compile(r'^[ \t]*use\b(?P<names>[^"#]*)"(?P<path>(?:\\.|[^"\\\n])*)"', re.MULTILINE)
# Folders in which tests of the models beside them are kept.
TEST_FOLDERS = ("test", "tests")


@define
class Project:
    """Every `.score` file that may have to do with those under lint, read once each."""

    given: tuple[Path, ...] = ()
    _models: dict[Path, m.CheckedModel | None] = Factory(dict)
    _used: dict[Path, tuple[tuple[str, Path], ...]] = Factory(dict)

    def testers(self, path: Path) -> tuple[m.CheckedModel, ...]:
        """The checked models of the files that say `use model` of the one at `path`, those with errors left out."""
        found = []
        for file in self._around(path):
            if any(names == "model" and used == _real(path) for names, used in self._uses(file)):
                if file not in self._models:
                    self._models[file] = _checked(file)
                tested = self._models[file]
                if tested is not None:
                    found.append(tested)
        return tuple(found)

    def is_used(self, path: Path) -> bool:
        """Whether another file takes names from the file at `path`."""
        real = _real(path)
        return any(names != "model" and used == real for file in self._around(path) for names, used in self._uses(file))

    def _uses(self, file: Path) -> tuple[tuple[str, Path], ...]:
        if file not in self._used:
            self._used[file] = _uses(file)
        return self._used[file]

    def _around(self, path: Path) -> Iterator[Path]:
        """The files given, those beside `path` and in the folder above, and those in test folders there."""
        folder = path.absolute().parent
        files = dict.fromkeys(_real(file) for file in self.given)
        for place in (folder, folder.parent):
            for inner in (place, *(place / name for name in TEST_FOLDERS)):
                files.update(dict.fromkeys(_in_folder(inner)))
        yield from (file for file in files if file != _real(path))


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _in_folder(folder: Path) -> tuple[Path, ...]:
    try:
        return tuple(sorted(_real(file) for file in folder.glob("*.score")))
    except OSError:
        return ()


def _uses(file: Path) -> tuple[tuple[str, Path], ...]:
    """What a file uses: `model` or the names, and the file they are from; by its text, so that errors do not count."""
    source = read_quietly(file)
    if source is None:
        return ()
    return tuple(
        (match["names"].strip(), _real(file.parent / match["path"].replace("\\", "/")))
        for match in USE.finditer(source.text)
        if not match["path"].startswith("std/") and "\0" not in match["path"]
    )


def read_quietly(file: Path) -> Source | None:
    """The text of a file, or None for one that cannot be read."""
    try:
        return source_of(str(file), read_bytes(file, MAX_BYTES).decode("utf-8"))
    except (OSError, UnicodeDecodeError, ValueError):
        return None


def _checked(file: Path) -> m.CheckedModel | None:
    source = read_quietly(file)
    return None if source is None else check_source(source, file.parent, Diagnostics())


def project_of(paths: Iterable[str]) -> Project:
    """The project of the files under lint."""
    return Project(tuple(Path(path) for path in paths))
