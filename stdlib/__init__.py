"""The standard library: `.score` files that a model reaches as `use … from "std/email"`, and the lists they read."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["modules", "path", "read", "read_list"]

PREFIX = "std/"
SUFFIX = ".score"


@cache
def modules() -> tuple[str, ...]:
    """The names of all modules, such as `std/email`, sorted."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(PREFIX + name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


def path(name: str) -> Traversable | None:
    """Where the file of the module `name` is, in a folder or a zip; None if there is no such module."""
    if name not in modules():
        return None
    return files(__name__) / (name.removeprefix(PREFIX) + SUFFIX)


@cache
def read(name: str) -> str | None:
    """The text of the module `name`; None if there is no such module."""
    found = path(name)
    return None if found is None else found.read_text(encoding="utf-8")


@cache
def read_list(relative: str) -> str | None:
    """The text of a list by its path from the modules, such as `lists/free_mail.csv`; None if there is no such list.

    Only what lies in `lists/` is read, whatever the path says.
    """
    folder, _, name = relative.partition("/")
    if folder != "lists" or not name.endswith(".csv"):
        return None
    # Looked up among the names that are there: so no path leads out of the folder.
    found = next((entry for entry in (files(__name__) / folder).iterdir() if entry.name == name), None)
    return None if found is None else found.read_text(encoding="utf-8")
