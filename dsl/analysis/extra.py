"""The extra `prove`: another solver, which need not be installed. Nothing is loaded to find out whether it is."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

# What to say where time ran out and a number is not exact, and it is not there.
MISSING = "another solver is often quicker on numbers like these: pip install 'scorelang[prove]'"


@cache
def is_installed() -> bool:
    """Whether there is such a solver."""
    return find_spec("ortools") is not None
