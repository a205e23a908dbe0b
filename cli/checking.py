"""What `scorelang check` does."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from scorelang.cli.console import show
from scorelang.cli.errors import FINE, WRONG, CommandError, counted, say, shown
from scorelang.cli.models import STDIN, called, load_model
from scorelang.diagnostics import Diagnostic, ModelError, ScorelangError


def check(paths: Sequence[str], *, as_json: bool) -> int:
    """Check every model and print what is wrong with them; return the exit code."""
    found: list[Diagnostic] = []
    code = FINE
    for path in models_in(paths):
        try:
            load_model(path)
            show(f"{called(path)}: fine", err=True)
        except ModelError as error:
            code = WRONG
            # A file that several models use is wrong once.
            new = [diagnostic for diagnostic in error.diagnostics if diagnostic not in found]
            if new and not as_json:
                show(shown(new) + "\n")
            found += new
        except (ScorelangError, OSError) as error:
            code = WRONG
            say(error)
    if as_json:
        show(json.dumps([diagnostic.to_dict() for diagnostic in found], indent=2, ensure_ascii=False))
    if found:
        show(counted(found), err=True)
    return code


def models_in(paths: Sequence[str], *, may_be_empty: bool = False) -> Iterator[str]:
    """The paths, each folder among them as the `.score` files below it, sorted; hidden folders are passed over.

    Each file comes once, by the first of the paths that lead to it. Raises `CommandError` for a folder without any,
    unless it `may_be_empty`.
    """
    seen: set[str] = set()
    for path in paths:
        files = _files_at(path)
        if not files and not may_be_empty:
            raise CommandError(f"{path}: there is no .score file in this folder")
        for file in files:
            real = file if file == STDIN else os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                yield file


def _files_at(path: str) -> list[str]:
    return [path] if path == STDIN or not os.path.isdir(path) else sorted(_below(path))


def _below(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (str(Path(place, name)) for name in files if name.endswith(".score"))
