"""What the standard library has under a name that a model does not bring in."""

from __future__ import annotations

import re

from scorelang import stdlib
from scorelang.suggest import closest

LIST = re.compile(r"(?m)^list\s+(\w+)")


def standard_list(name: str, *, exactly: bool) -> str | None:
    """How the standard library's list of that name, or else of nearly that, is brought in; None where it has none."""
    known = {found: module for module in stdlib.modules() for found in LIST.findall(stdlib.read(module) or "")}
    meant = name if name in known else None if exactly else closest(name, known)
    return f'the standard library has one: `use {meant} from "{known[meant]}"`' if meant else None
