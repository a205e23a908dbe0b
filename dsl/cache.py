"""A private folder for what is costly to make again: the parser's tables, half a second at every start without it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path


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
