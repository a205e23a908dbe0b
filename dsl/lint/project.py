"""The files around a model: which of them test it, which take names from it, and what those say."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from attrs import Factory, define, evolve, frozen

from scorelang import model as m
from scorelang import nodes as n
from scorelang.check import check_once
from scorelang.diagnostics import Diagnostic, Diagnostics
from scorelang.lint.reading import fields_in, names_in
from scorelang.modules import MAX_LIST_BYTES
from scorelang.source import MAX_BYTES, Source, are_as_noted, noting, read_bytes, source_of

USE = re.compile(r'^[ \t]*use\b(?P<names>[^"#]*)"(?P<path>(?:\\.|[^"\\\n])*)"', re.MULTILINE)
# Folders in which tests of the models beside them are kept.
TEST_FOLDERS = ("test", "tests")

Checked = tuple[n.File, m.CheckedModel]


@frozen(eq=False)
class Others:
    """The files around one: the tests of it, and whether others take names from it.

    `users` are the checked models of the files that take names, of those that take names from them, and their tests.

    `names` are all that those files refer to, `fields` the fields of leads that they read. `is_known` is false where
    that is not all: one of them has errors. `has_silence`: a category of theirs loses points for silence, which events
    break without being named.
    """

    tests: tuple[Checked, ...] = ()
    users: tuple[m.CheckedModel, ...] = ()
    is_used: bool = False
    names: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    is_known: bool = True
    has_silence: bool = False

    @property
    def testers(self) -> tuple[m.CheckedModel, ...]:
        """The checked models of the tests."""
        return tuple(model for _, model in self.tests)


@frozen(eq=False)
class Check:
    """What came of checking a file: the model or what is wrong, and the digests of what was read for it, by path.

    `nodes` gives the nodes of the file, which may have to be read back for it.
    """

    nodes: Callable[[], n.File]
    model: m.CheckedModel | None
    found: tuple[Diagnostic, ...]
    read: Mapping[str, str | None]


@frozen(eq=False)
class Said:
    """A file with the names that it refers to, and the fields of leads that it reads."""

    file: n.File
    names: frozenset[str]
    fields: frozenset[str]


@define
class Project:
    """Every `.score` file that may have to do with those under lint, read and checked once each.

    `given` are the paths of those under lint, as typed; `read` the digests of what was read for them, by path.
    """

    given: tuple[str, ...] = ()
    read: dict[str, str | None] = Factory(dict)
    _checks: dict[tuple[str, str, Path | None], Check] = Factory(dict)
    _models: dict[Path, Checked | None] = Factory(dict)
    # By the file's nodes, which are kept, so that no others get their `id`.
    _said: dict[int, Said] = Factory(dict)
    _used: dict[Path, tuple[tuple[str, Path], ...]] = Factory(dict)
    _real_given: dict[Path, str] = Factory(dict)
    _folders: dict[Path, tuple[Path, ...]] = Factory(dict)

    def others(self, path: Path) -> Others:
        """What the files around the one at `path` have to do with it; tests with errors are left out."""
        tests = self._testers(path)
        users = self._users(path)
        checked = [self._checked(file) for file in users]
        saying = [*tests, *(one for one in checked if one is not None)]
        saying += [test for file in users for test in self._testers(file)]
        return Others(
            tests=tuple(tests),
            users=tuple(model for _, model in saying[len(tests) :]),
            is_used=bool(users),
            names=frozenset[str]().union(*(self._said_by(one).names for one in saying)),
            fields=frozenset[str]().union(*(self._said_by(one).fields for one in saying)),
            is_known=all(checked),
            has_silence=any(group.silence for _, model in saying for group in model.groups),
        )

    def check(self, source: Source, folder: Path | None) -> Check:
        """What comes of checking a source, whose `use` paths begin in `folder`; once, while nothing it uses changes."""
        key = (source.name, source.text, folder and folder.absolute())
        known = self._checks.get(key)
        if known is None or not are_as_noted(known.read, MAX_LIST_BYTES):
            found, read = Diagnostics(), dict[str, str | None]()
            with noting(read):
                nodes, model = check_once(source, folder, found)
            known = self._checks[key] = Check(nodes, model, tuple(found.found), read)
        return known

    def paths_around(self, path: Path) -> tuple[str, ...]:
        """The files that may have to do with the one at `path`."""
        return tuple(str(file) for file in self._around(path))

    def _testers(self, path: Path) -> list[Checked]:
        """The files that say `use model` of the one at `path`."""
        real = _real(path)
        files = [file for file in self._around(path) if ("model", real) in self._uses(file)]
        return [checked for file in files if (checked := self._checked(file)) is not None]

    def _users(self, path: Path) -> list[Path]:
        """The files that take names from the one at `path`, and those that take names from them."""
        users: dict[Path, None] = {}
        open_ = [_real(path)]
        while open_:
            real = open_.pop()
            takers = (file for file in self._around(real) if self._takes(file, real) and file not in users)
            found = dict.fromkeys(file for file in takers if file != _real(path))
            users |= found
            open_ += found
        return list(users)

    def _takes(self, file: Path, used: Path) -> bool:
        return any(what != "model" and one == used for what, one in self._uses(file))

    def _checked(self, file: Path) -> Checked | None:
        if file not in self._models:
            source = read_quietly(file)
            check = None if source is None else self.check(evolve(source, name=self._called(file)), file.parent)
            self._models[file] = None if check is None or check.model is None else (check.nodes(), check.model)
        return self._models[file]

    def _said_by(self, one: Checked) -> Said:
        """What a file refers to; found out once, as the same tests are of several files."""
        file, model = one
        if id(file) not in self._said:
            self._said[id(file)] = Said(file, names_in(file), fields_in(model) | names_in(file, of_events=False))
        return self._said[id(file)]

    def _called(self, file: Path) -> str:
        """What a file is called where it is linted itself, so that it need not be checked again for that."""
        typed = self._real_given.get(file)
        return typed if typed is not None and Path(typed).absolute() == file else str(file)

    def _uses(self, file: Path) -> tuple[tuple[str, Path], ...]:
        if file not in self._used:
            self._used[file] = _uses(file)
        return self._used[file]

    def _around(self, path: Path) -> Iterator[Path]:
        """The files given, those beside `path` and in the folder above, and those in test folders there."""
        folder, real = path.absolute().parent, _real(path)
        if not self._real_given:
            self._real_given.update((_real(Path(typed)), typed) for typed in self.given)
        files = dict.fromkeys(self._real_given)
        for place in (folder, folder.parent):
            for inner in (place, *(place / name for name in TEST_FOLDERS)):
                if inner not in self._folders:
                    self._folders[inner] = _in_folder(inner)
                files.update(dict.fromkeys(self._folders[inner]))
        yield from (file for file in files if file != real)


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


def project_of(paths: Iterable[str]) -> Project:
    """The project of the files under lint."""
    return Project(tuple(paths))
