"""Did this mean …?, and how messages list names and count things."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

# Of very many names only so many are compared: a file of nothing but slips is to be told in time.
MOST_KNOWN = 5_000


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was most likely meant to be, or None."""
    by_key: dict[str, str] = {}
    for candidate in islice(known, MOST_KNOWN):
        by_key.setdefault(_key(candidate), candidate)
    matches = get_close_matches(_key(name), by_key, n=1, cutoff=0.7)
    return by_key[matches[0]] if matches else None


def _key(name: str) -> str:
    """`name` without what people mistype or differ about: case, underscores and British endings."""
    return name.lower().replace("_", "").replace(" ", "").replace("our", "or").replace("isation", "ization")


def listed(names: Iterable[str], *, limit: int = 8, last: str = "and") -> str:
    """`a, b and c`; past `limit` names, how many more there are."""
    every = list(names)
    shown = every[:limit]
    if len(every) > limit:
        return f"{', '.join(shown)} {last} {len(every) - limit} more"
    return f" {last} ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 row`, `2 rows`, `41,188 rows`; `many` is the plural where that is more than an `s`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
