"""Where things stand as seen from where a command runs: a model names the files that it uses from its own folder."""

from __future__ import annotations

import os
from collections.abc import Mapping

from attrs import evolve

from scorelang import model as m
from scorelang.explain.parts import Where
from scorelang.testing.failures import Failure, Part

STANDARD = "std/"


def path_from(model_path: str, model: m.CheckedModel, name: str) -> str:
    """The path of a file that a model, which is at `model_path`, calls `name`."""
    if name == model.source.name:
        return model_path
    folder = os.path.dirname(model_path)
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


__all__ = ["failure_from", "path_from", "where_from"]
