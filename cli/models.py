"""Loading the model that a command line names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scorelang.cli.errors import CommandError
from scorelang.diagnostics import ModelError
from scorelang.suggest import closest, listed

if TYPE_CHECKING:
    from scorelang.api import Model
    from scorelang.testing.places import Named

STDIN = "-"
# What messages and reports call it.
STDIN_NAME = "standard input"


def called(path: str) -> str:
    """What messages and reports call the file at a path."""
    return STDIN_NAME if path == STDIN else path


def load_model(path: str, key: str | None = None) -> Model:
    """The model in a file, or for `-` on standard input, whose `use` paths then begin in the current folder.

    `key` is what identifies a lead, where that is not what the model says. Raises `ModelError` with all that is wrong
    with the model, and `CommandError` for a file that cannot be read.
    """
    # Formatting only needs to know what `-` is, and not what a model is.
    from attrs import evolve

    from scorelang.api import load, loads

    if path == STDIN:
        model = loads(_text(sys.stdin.buffer.read()), name=STDIN_NAME, folder=Path.cwd())
    else:
        with explained(path):
            model = load(path)
    return model if key is None else evolve(model, checked=evolve(model.checked, key=key))


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Reading the model's file `path`; raises `CommandError`, which says what to do, where it cannot be read.

    A `ModelError` names the files that the model uses as seen from the current folder.
    """
    try:
        yield
    except ModelError as error:
        raise named_from_here(path, error) from None
    except FileNotFoundError:
        raise CommandError(f"{path}: there is no such file", _instead(Path(path).parent, Path(path).name)) from None
    except IsADirectoryError:
        raise CommandError(f"{path}: this is a folder, not a file", _instead(Path(path))) from None
    except PermissionError:
        if Path(path).is_dir():  # what Windows says of a folder
            raise CommandError(f"{path}: this is a folder, not a file", _instead(Path(path))) from None
        raise CommandError(f"{path}: there is no permission to read it", "look at who may read the file") from None


def named_from_here(path: str, error: ModelError) -> ModelError:
    """An error of the model at `path` in which the files that it uses have their paths from the current folder."""
    if all(one.source.name == path for one in error.diagnostics):
        return error
    names = names_of(path)
    return ModelError([names.diagnostic(one) for one in error.diagnostics])


def names_of(path: str) -> Named:
    """How the files of the model at `path` are called from the current folder."""
    from scorelang.testing.places import Named

    text = "" if path == STDIN else Path(path).read_text(encoding="utf-8", errors="replace")
    return Named(called(path), text)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"standard input is not UTF-8 text: byte {error.start + 1} is {data[error.start]:#04x}"
        raise CommandError(message, "save the model as UTF-8") from None


def _instead(folder: Path, name: str | None = None) -> str:
    """Which model of the folder may have been meant."""
    try:
        there = sorted(file.name for file in folder.glob("*.score"))
    except OSError:
        there = []
    if not folder.exists():
        return f"there is no folder {folder} either"
    near = closest(name, there) if name else None
    if near:
        return f"did this mean {folder / near}?"
    return f"models there: {listed(there)}" if there else "there is no .score file in that folder"
