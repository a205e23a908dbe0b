"""`scorelang test --watch`: the tests again, whenever a file that they depend on is saved."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from scorelang.cli.checking import models_in
from scorelang.cli.console import show
from scorelang.cli.errors import say
from scorelang.cli.models import STDIN
from scorelang.diagnostics import ScorelangError
from scorelang.suggest import plural

# How often files are looked at, in seconds. Looking is cheap, and works on every system and file share.
EVERY = 0.4
# Files that a model names: what it uses, and the lists that it reads.
_NAMED = re.compile(r'"([^"\n]+\.(?:score|csv|txt))"')

# When each file was saved, and its size; None for one that is not there.
State = dict[Path, tuple[int, int] | None]


def watch(paths: Sequence[str], run: Callable[[Sequence[str]], int], pause: Callable[[], None] | None = None) -> int:
    """Run on all paths, and then again on those that a saved file touches, until Ctrl-C; return the last exit code.

    `pause` waits before files are looked at again.
    """
    if STDIN in paths:
        raise click.UsageError("standard input cannot be watched: name a file or a folder")
    pause = pause or (lambda: time.sleep(EVERY))
    # What is saved while tests run counts.
    state = state_of(paths)
    code = _again(run, paths)
    try:
        while True:
            _tell(len(state))
            changed, state = _changed(paths, state, pause)
            touched = [path for path in _models(paths) if not changed.isdisjoint(files_of(Path(path)))]
            show(f"\n{', '.join(_told(changed, state))}\n", err=True)
            if touched:
                code = _again(run, touched)
    except KeyboardInterrupt:
        show("", err=True)
        return code


def _again(run: Callable[[Sequence[str]], int], paths: Sequence[str]) -> int:
    """Run once; what would end a command is only told, because the next save may mend it."""
    try:
        return run(paths)
    except (ScorelangError, OSError) as error:
        say(error)
        return 2


def _tell(number: int) -> None:
    show(click.style(f"watching {plural(number, 'file')}; Ctrl-C ends", dim=True), err=True)


def _told(changed: set[Path], state: State) -> Iterator[str]:
    """`a.score saved`, `b.score removed`."""
    for path in sorted(changed):
        yield f"{_from_here(path)} {'removed' if state.get(path) is None else 'saved'}"


def _from_here(path: Path) -> Path:
    here = Path.cwd().resolve()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _changed(paths: Sequence[str], state: State, pause: Callable[[], None]) -> tuple[set[Path], State]:
    """Wait until a file is saved, added or removed; return which, and the state in which they were found."""
    while True:
        pause()
        now = state_of(paths)
        changed = {path for path in now.keys() | state.keys() if now.get(path) != state.get(path)}
        if changed:
            return changed, now


def state_of(paths: Sequence[str]) -> State:
    """The models at and below the paths, and all files that they name, as they are now."""
    return {file: _stamp(file) for path in _models(paths) for file in files_of(Path(path))}


def _models(paths: Sequence[str]) -> Iterator[str]:
    try:
        yield from models_in(paths)
    except (ScorelangError, OSError):
        # A folder whose last model was just removed.
        return


def files_of(path: Path) -> set[Path]:
    """A model's file and all that it names, directly or through others; read as text, as a model may be half typed."""
    found: set[Path] = set()
    waiting = [path.resolve()]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        if file.suffix == ".score":
            named = _NAMED.findall(_text(file))
            waiting.extend((file.parent / name).resolve() for name in named if not name.startswith("std/"))
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
