"""The files that an editor has open, those that they use, and what every name in them means."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from attrs import Factory, define

from scorelang import stdlib
from scorelang.editor.document import Document
from scorelang.editor.index import SHARED, Declaration, Index, index_of
from scorelang.editor.text import Text
from scorelang.modules import COMMON_EVENTS, STANDARD
from scorelang.source import MAX_BYTES, read_bytes

# Folders beside a model in which its tests are kept, and how many files of them are looked through.
TEST_FOLDERS = ("test", "tests")
MOST_FILES = 200
# Folders of an editor's folder that hold no models of its own, and how many others are looked through.
SKIPPED = frozenset(("node_modules", "venv", "build", "dist", "__pycache__"))
MOST_FOLDERS = 1_000


@define(eq=False)
class View:
    """What the names of one document mean: its own, and those that it brings in."""

    index: Index
    common: Index
    symbols: dict[str, Declaration] = Factory(dict)
    personas: dict[str, Declaration] = Factory(dict)
    fields: dict[str, Declaration] = Factory(dict)
    stages: dict[str, Declaration] = Factory(dict)
    grades: dict[str, dict[str, Declaration]] = Factory(dict)
    attributes: dict[str, dict[str, Declaration]] = Factory(dict)
    has_lead: bool = False
    events: frozenset[str] = frozenset()
    """Names that stand where only an event can, declared or not."""
    unknown: frozenset[str] = frozenset()
    """Names that are brought in from a file that is not there, or has none such."""

    @property
    def document(self) -> Document:
        """The document."""
        return self.index.document

    def event(self, name: str) -> Declaration | None:
        """The declaration of an event: of this file, brought in, or one of the common ones."""
        found = self.symbols.get(name) or self.common.symbols.get(name)
        return found if found is not None and found.kind == "event" else None

    def attributes_of(self, event: str) -> Mapping[str, Declaration]:
        """The declared attributes of an event."""
        return self.attributes.get(event) or self.common.attributes.get(event) or {}


class Workspace:
    """The open documents, and those on the disk that have to do with them. For one thread."""

    def __init__(self) -> None:
        self.open: dict[str, Document] = {}
        self.folders: tuple[Path, ...] = ()
        """The folders that the editor has open."""
        self._read: dict[str, tuple[tuple[int, int], Document]] = {}
        self._indexes: dict[int, tuple[Document, Index]] = {}
        self._views: dict[str, View] = {}

    # --- documents

    def put(self, key: str, text: Text, path: Path | None, version: int = 0) -> Document:
        """A document that was opened or changed."""
        document = self.open[key] = Document(key, text, path, version, self.open.get(key))
        self._views.clear()
        return document

    def drop(self, key: str) -> None:
        """Forget a document that was closed: from now on its file counts."""
        self.open.pop(key, None)
        self._views.clear()

    def forget(self) -> None:
        """Look at files anew: some of them changed on the disk."""
        self._views.clear()

    def unsaved(self) -> dict[str, bytes]:
        """The open texts, by the real paths of the files that they stand for; of a file opened twice the first."""
        return {
            key: document.text.raw.encode("utf-8", "surrogatepass")
            for key, document in self.open.items()
            if document.path is not None and os.path.isabs(key)
        }

    def at(self, path: Path) -> Document | None:
        """The document of a file, as it is open or on the disk; None for one that cannot be read."""
        key = real(path)
        if key in self.open:
            return self.open[key]
        try:
            found = os.stat(key)
            stamp = found.st_mtime_ns, found.st_size
            known = self._read.get(key)
            if known is None or known[0] != stamp:
                text = read_bytes(key, MAX_BYTES).decode("utf-8")
                known = self._read[key] = stamp, Document(key, Text(text), Path(key))
            return known[1]
        except (OSError, UnicodeDecodeError, ValueError):
            return None

    def standard(self, name: str) -> Document | None:
        """A file of the standard library."""
        if name not in self._read:
            text = stdlib.read(name)
            if text is None:
                return None
            path = stdlib.path(name)
            document = Document(name, Text(text), path if isinstance(path, Path) else None)
            self._read[name] = (0, 0), document
        return self._read[name][1]

    def warm(self) -> None:
        """Read the standard library, which completions offer."""
        for name in stdlib.modules():
            document = self.standard(name)
            if document is not None:
                self.index(document)

    def used(self, document: Document, path: str) -> Document | None:
        """The document that a `use` of another one means."""
        if path.startswith(STANDARD):
            return self.standard(path)
        if document.folder is None or "\0" in path:
            return None
        return self.at(document.folder / path.replace("\\", "/"))

    def around(self, document: Document) -> Iterator[Document]:
        """The document, and every other one that may have to do with it.

        Those that are open, that are beside it or above it, or tests there, and those in the same folder of the editor.
        """
        yield document
        below = (folder for folder in self.folders if Path(real(folder)) in Path(document.key).parents)
        yield from self._others({document.key}, _files_around(document.folder), *map(_files_below, below))

    def all(self) -> Iterator[Document]:
        """Every document that is open, or around one that is, or in a folder of the editor."""
        around = (_files_around(document.folder) for document in tuple(self.open.values()))
        yield from self._others(set(), *around, *map(_files_below, self.folders))

    def _others(self, seen: set[str], *paths: Iterator[Path]) -> Iterator[Document]:
        """The open documents and those of files, each once."""
        for other in tuple(self.open.values()):
            if other.key not in seen:
                seen.add(other.key)
                yield other
        for path in chain.from_iterable(paths):
            key = real(path)
            document = self.at(path) if key not in seen else None
            seen.add(key)
            if document is not None:
                yield document

    # --- names

    def index(self, document: Document) -> Index:
        """What a document declares."""
        known = self._indexes.get(id(document))
        if known is None or known[0] is not document:
            if len(self._indexes) > 2 * (len(self.open) + len(self._read)) + 8:
                self._indexes.clear()
            known = self._indexes[id(document)] = document, index_of(document)
        return known[1]

    def view(self, document: Document) -> View:
        """What the names of a document mean."""
        known = self._views.get(document.key)
        if known is None or known.document is not document:
            known = self._views[document.key] = self._made(document, ())
        return known

    def _made(self, document: Document, above: tuple[str, ...]) -> View:
        index = self.index(document)
        common = self.standard(COMMON_EVENTS)
        assert common is not None
        view = View(index, self.index(common))
        view.symbols.update(index.symbols)
        view.personas.update(index.personas)
        view.stages.update(index.stages)
        view.grades.update(index.grades)
        view.attributes.update(index.attributes)
        view.events = frozenset(
            name.name
            for entry in document.lines
            if entry.outermost.line.word not in ("test", "never", "always")
            for name in entry.reading.names
            if name.space == "event"
        )
        if index.lead is not None:
            view.fields.update(index.fields)
            view.has_lead = True
        if document.key not in above and len(above) < 20:
            for use, _ in index.uses:
                self._bring(view, [name.name for name in use.names], use.path.value, (*above, document.key))
        return view

    def _bring(self, view: View, names: list[str], path: str, above: tuple[str, ...]) -> None:
        document = self.used(view.document, path)
        if document is None:
            view.unknown |= frozenset(names)
            return
        other = self._made(document, above) if document.key not in above else None
        if other is None:
            return
        if names == ["model"]:
            self._bring_model(view, other)
            return
        for name in names:
            found = other.symbols.get(name)
            if name == "lead" and other.has_lead:
                view.fields.update(other.fields)
                view.has_lead = True
            elif found is not None and found.kind in SHARED:
                view.symbols.setdefault(name, found)
                if found.kind == "event":
                    view.attributes.setdefault(name, dict(other.attributes_of(name)))
            elif name in other.personas:
                view.personas.setdefault(name, other.personas[name])
            else:
                view.unknown |= {name}

    def _bring_model(self, view: View, other: View) -> None:
        """A file of tests knows all that its model knows."""
        for mine, theirs in (
            (view.symbols, other.symbols),
            (view.personas, other.personas),
            (view.fields, other.fields),
            (view.stages, other.stages),
        ):
            for name, found in theirs.items():
                mine.setdefault(name, found)
        for event, attributes in other.attributes.items():
            view.attributes.setdefault(event, attributes)
        for what, labels in other.grades.items():
            view.grades.setdefault(what, labels)
        view.has_lead = view.has_lead or other.has_lead
        view.events |= other.events


def real(path: Path) -> str:
    """What a file is known by, whichever path leads to it."""
    return os.path.realpath(path)


def _files_around(folder: Path | None) -> Iterator[Path]:
    """The models beside a file, in the folder above, and in test folders of both."""
    count = 0
    for place in (folder, folder.parent) if folder is not None else ():
        for inner in (place, *(place / name for name in TEST_FOLDERS)):
            try:
                files = sorted(inner.glob("*.score"))
            except OSError:
                continue
            for file in files[: MOST_FILES - count]:
                count += 1
                yield file


def _files_below(folder: Path) -> Iterator[Path]:
    """The models in a folder of the editor, at any depth."""
    for count, (place, folders, files) in enumerate(os.walk(folder)):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        yield from (Path(place, name) for name in sorted(files) if name.endswith(".score"))
        if count >= MOST_FOLDERS:
            return
