"""Where things stand as seen from where a command runs: a model names the files that it uses from its own folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from attrs import Factory, define, evolve

from scorelang import model as m
from scorelang.diagnostics import Diagnostic
from scorelang.explain.parts import Explanation, Line, Where
from scorelang.source import Source
from scorelang.testing.failures import Failure, Part
from scorelang.testing.suite import USE_MODEL

STANDARD = "std/"


def path_from(model_path: str, model: m.CheckedModel, name: str) -> str:
    """The path of a file that a model, which is at `model_path`, calls `name`."""
    return model_path if name == model.source.name else _in_folder(os.path.dirname(model_path), name)


def _in_folder(folder: str, name: str) -> str:
    if name.startswith(STANDARD) or os.path.isabs(name) or not folder:
        return name
    return f"{folder}/{name}"


def where_from(model_path: str, model: m.CheckedModel, place: m.Place) -> Where:
    """The line on which something in a model stands."""
    return Where(path_from(model_path, model, place.source.name), place.line)


def failure_from(failure: Failure, names: Mapping[str, str]) -> Failure:
    """A failure with other names for files, wherever it names one."""

    def line(where: Where) -> Where:
        return evolve(where, path=names.get(where.path, where.path))

    def parts(some: tuple[Part, ...]) -> tuple[Part, ...]:
        return tuple(evolve(part, where=part.where and line(part.where)) for part in some)

    def note(text: str) -> str:
        for name, shown in names.items():
            text = text.replace(f"({name}:", f"({shown}:")
        return text

    return evolve(
        failure,
        where=line(failure.where),
        fired=parts(failure.fired),
        remedies=tuple(map(parts, failure.remedies)),
        notes=tuple(map(note, failure.notes)),
    )


@define
class Named:
    """Names the files of the model at `path` as seen from where a command runs; `text` is what stands in that file."""

    path: str
    text: str
    _sources: dict[str, Source] = Factory(dict)

    @property
    def folder(self) -> str:
        """Where the names of files begin: in the folder of the file, or of the model that it tests."""
        used = USE_MODEL.search(self.text)
        path = self.path if used is None else str(Path(self.path).parent / used["path"].replace("\\", "/"))
        return os.path.dirname(os.path.normpath(path))

    def name(self, name: str) -> str:
        """The path of a file that the model calls `name`."""
        return name if name == self.path else _in_folder(self.folder, name)

    def source(self, source: Source) -> Source:
        """The same text under that path."""
        if source.name not in self._sources:
            self._sources[source.name] = Source(self.name(source.name), source.text)
        return self._sources[source.name]

    def diagnostic(self, found: Diagnostic) -> Diagnostic:
        """What was found, in files of those names."""
        notes = tuple(evolve(note, source=self.source(note.source)) for note in found.notes)
        return evolve(found, source=self.source(found.source), notes=notes)

    def explanation(self, found: Explanation) -> Explanation:
        """An explanation whose lines stand in files of those names."""

        def line(one: Line) -> Line:
            return evolve(one, where=one.where and here(one.where), lines=tuple(map(line, one.lines)))

        def here(where: Where) -> Where:
            return evolve(where, path=self.name(where.path))

        return evolve(
            found,
            path=self.name(found.path),
            score=line(found.score),
            gates=tuple(evolve(one, where=here(one.where)) for one in found.gates),
            stages=tuple(evolve(one, where=here(one.where)) for one in found.stages),
            grades=tuple(evolve(one, where=here(one.where)) for one in found.grades),
            route=tuple(evolve(one, where=here(one.where)) for one in found.route),
        )


__all__ = ["Named", "failure_from", "path_from", "where_from"]
