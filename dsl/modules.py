"""The files of a model: the one that is loaded, and all that its `use` and `list … from` bring in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from weakref import WeakValueDictionary

from attrs import Factory, define, frozen

from scorelang import nodes as n
from scorelang import stdlib
from scorelang.diagnostics import Diagnostics
from scorelang.source import MAX_BYTES, Source, Span, TooLongError, read_bytes, source_of
from scorelang.suggest import closest, listed

# Limits that keep a hostile model from exhausting the machine; docs/language.md lists them.
MAX_FILES = 100
MAX_LIST_BYTES = 64_000_000

STANDARD = "std/"
COMMON_EVENTS = "std/events"


@define(eq=False)
class Module:
    """One file of a model: its path inside the model's folder (or its name in the standard library) and its nodes."""

    path: str
    source: Source
    file: n.File
    used: dict[str, Module] = Factory(dict)

    @property
    def is_standard(self) -> bool:
        """Whether the module is of the standard library."""
        return self.path.startswith(STANDARD)


@cache
def _standard(path: str) -> tuple[Source, n.File] | None:
    """The text and the nodes of a file of the standard library, read once; None where there is no such file."""
    text = stdlib.read(path)
    if text is None:
        return None
    source = source_of(path, text)
    return source, _parse(source, Diagnostics(), path)


@cache
def _standard_list(path: str) -> str | None:
    """The text of a list of the standard library, read once."""
    return stdlib.read_list(path)


# The nodes of files without mistakes by path and text, as long as anybody has them: models of one run share files.
_read: WeakValueDictionary[tuple[str, str], n.File] = WeakValueDictionary()


def _parse(source: Source, found: Diagnostics, path: str) -> n.File:
    """The nodes of a file. The parser is loaded here: a model that was kept is read back without it.

    `path` is what the file is known by in its model: what nodes mean depends on where they stand, in one model.
    """
    known = _read.get((path, source.text))
    if known is not None:
        return known
    from scorelang.parse import parse

    own = Diagnostics()
    file = parse(source, own)
    if not own.found:
        _read[path, source.text] = file
    for one in own.found:
        found.error(one.source, one.span, one.code, one.message, one.label, help=one.help, notes=one.notes)
    return file


@frozen
class _Use:
    """Where a path was written: what diagnostics point at."""

    module: Module
    span: Span


@define
class Loader:
    """Reads modules once each, and only from the standard library or inside the model's folder."""

    found: Diagnostics
    folder: Path | None
    modules: dict[str, Module] = Factory(dict)
    loading: list[str] = Factory(list)

    def load(self, source: Source, path: str) -> Module:
        """The module of a source that was read already, and all that it uses."""
        return self._go_into(Module(path, source, _parse(source, self.found, path)))

    def _go_into(self, module: Module) -> Module:
        self.modules[module.path] = module
        self.loading.append(module.path)
        for statement in module.file.statements:
            if isinstance(statement, n.Use):
                used = self._use(_Use(module, statement.path.span), self._from_model(statement))
                if used is not None:
                    module.used[statement.path.value] = used
        self.loading.pop()
        return module

    def _from_model(self, statement: n.Use) -> str:
        """The path to use. A test file may lie elsewhere than its model: from there on, the model's folder counts."""
        path = statement.path.value
        if self.folder is None or [name.name for name in statement.names] != ["model"]:
            return path
        model = self.folder / path.replace("\\", "/")
        self.folder = model.parent
        return model.name

    def common_events(self) -> Module:
        """The module of the events that need no `use`."""
        if COMMON_EVENTS not in self.modules:
            standard = _standard(COMMON_EVENTS)
            assert standard is not None
            self._go_into(Module(COMMON_EVENTS, *standard))
        return self.modules[COMMON_EVENTS]

    def _use(self, use: _Use, path: str) -> Module | None:
        if path.startswith(STANDARD):
            return self._standard(use, path)
        inside = self._inside(use, path)
        if inside is None:
            return None
        if inside in self.loading:
            ring = " → ".join([*self.loading[self.loading.index(inside) :], inside])
            self._error(
                use,
                "use-cycle",
                f"`{path}` uses this file in turn: {ring}",
                "this closes the circle",
                "move what both need into a third file that uses neither",
            )
            return None
        if inside in self.modules:
            return self.modules[inside]
        if len(self.modules) >= MAX_FILES:
            self._error(use, "too-many-files", f"this model uses more than {MAX_FILES} files", "", "join some of them")
            return None
        text = self._read(use, inside, path)
        return None if text is None else self.load(source_of(inside, text), inside)

    def _standard(self, use: _Use, path: str) -> Module | None:
        if path in self.modules:
            return self.modules[path]
        standard = _standard(path)
        if standard is None:
            known = stdlib.modules()
            near = closest(path, known)
            self._error(
                use,
                "unknown-file",
                f"the standard library has no `{path}`",
                f"did this mean `{near}`?" if near else "",
                f"it has {listed(known, limit=20)}",
            )
            return None
        return self._go_into(Module(path, *standard))

    def _inside(self, use: _Use, path: str) -> str | None:
        """The path from the model's folder, or None when it leads out of it."""
        if use.module.is_standard:
            return None
        if self.folder is None:
            self._error(
                use,
                "no-folder",
                f"`{path}` cannot be found: this text was not read from a file",
                "",
                "load the model with `scorelang.load(path)`, or pass `folder=` to `loads`",
            )
            return None
        plain = PurePosixPath(path.replace("\\", "/"))
        parts: list[str] = [] if plain.is_absolute() else list(PurePosixPath(use.module.path).parent.parts)
        outside = plain.is_absolute() or ":" in path
        for part in plain.parts:
            if part == "..":
                outside = outside or not parts
                parts = parts[:-1]
            elif part != ".":
                parts.append(part)
        inside = "/".join(parts)
        if outside or not _is_within(self.folder / inside, self.folder):
            self._error(
                use,
                "outside-folder",
                f"`{path}` is outside the model's folder",
                "a path from this file, inside the folder",
                "copy the file into the model's folder",
            )
            return None
        return inside

    def _read(self, use: _Use, inside: str, path: str) -> str | None:
        assert self.folder is not None
        file = self.folder / inside
        try:
            return read_bytes(file, MAX_LIST_BYTES if file.suffix != ".score" else MAX_BYTES).decode("utf-8-sig")
        except FileNotFoundError:
            there = sorted(_relative(self.folder, use.module.path))
            near = closest(path, there)
            label = f"did this mean `{near}`?" if near else ""
            self._error(
                use,
                "unknown-file",
                f"there is no file `{path}`",
                label,
                f"files here: {listed(there)}" if there else None,
            )
        except IsADirectoryError:
            self._error(use, "unknown-file", f"`{path}` is a folder", "", "name a file in it")
        except UnicodeDecodeError as error:
            self._error(
                use, "not-utf-8", f"`{path}` is not UTF-8 text (byte {error.start + 1})", "", "save it as UTF-8"
            )
        except TooLongError as error:
            self._error(use, "file-too-long", f"`{path}` has more than {error.limit:,} bytes", "", None)
        except OSError as error:
            self._error(use, "unreadable-file", f"`{path}` cannot be read: {error.strerror or error}", "", None)
        return None

    def read_list(self, module: Module, node: n.NamedList) -> list[str] | None:
        """The values of a list that stands in a CSV file; None, and a diagnostic, when it cannot be read."""
        assert node.path is not None
        use = _Use(module, node.path.span)
        if module.is_standard:
            text = _standard_list(node.path.value)
        else:
            inside = self._inside(use, node.path.value)
            text = self._read(use, inside, node.path.value) if inside is not None else None
        return None if text is None else self._column(use, node, text)

    def _column(self, use: _Use, node: n.NamedList, text: str) -> list[str] | None:
        assert node.path is not None
        if '"' not in text and "," not in text:
            # A value a line: there is nothing that CSV would read otherwise.
            lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
            values = [line for line in lines if line.strip()]
            if node.column is None:
                return values
            if values and values[0].strip() == node.column.value:
                return values[1:]
        rows = (row for row in _rows(text) if any(cell.strip() for cell in row))
        if node.column is None:
            whole = list(rows)
            if any(len(row) > 1 for row in whole):
                self._error(
                    use,
                    "which-column",
                    f"`{node.path.value}` has more than one column",
                    "",
                    'say which: `from "…" column "name"`; without that, every line is one value',
                )
                return None
            return [row[0] for row in whole]
        header = [cell.strip() for cell in next(rows, [])]
        if node.column.value not in header:
            near = closest(node.column.value, header)
            self._error(
                _Use(use.module, node.column.span),
                "unknown-column",
                f"`{node.path.value}` has no column `{node.column.value}`",
                f"did this mean `{near}`?" if near else "",
                f"its columns are {listed(header)}",
            )
            return None
        at = header.index(node.column.value)
        return [row[at] for row in rows if at < len(row)]

    def _error(self, use: _Use, code: str, message: str, label: str, help_: str | None) -> None:
        self.found.error(use.module.source, use.span, code, message, label, help=(help_,))


def _is_within(file: Path, folder: Path) -> bool:
    """Whether the file is inside the folder once links are followed."""
    try:
        return file.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return False


def _rows(text: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))


def _relative(folder: Path, path: str) -> Iterator[str]:
    """The `.score` files beside the file at `path`."""
    try:
        yield from (file.name for file in (folder / path).parent.glob("*.score"))
    except OSError:
        return
