"""Names of fields from names of columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# What a condition reads as something else: results, flags, and words that begin a condition.
TAKEN = frozenset(
    (
        *("score", "stage", "persona", "qualified", "route", "events"),
        *("yes", "no", "true", "false", "not", "only", "exactly", "last", "and", "or", "is", "in", "if"),
    )
)


def field_names(columns: Iterable[str]) -> list[str]:
    """A name for each column: `snake_case`, no two alike, and none that means something else in a model.

    Nor that of another column: a field is looked up under its own name first.
    """
    every = list(columns)
    names: list[str] = []
    used: set[str] = set()
    for column in every:
        name = wanted = _snake_case(column)
        number = 1
        while name in used or (name != column and name in every):
            number += 1
            name = f"{wanted}_{number}"
        used.add(name)
        names.append(name)
    return names


def _snake_case(column: str) -> str:
    """`Job Title`, `jobTitle` and `job.title` as `job_title`; letters of other alphabets stay."""
    text = unicodedata.normalize("NFKC", column)
    text = re.sub(r"([a-z])([A-Z])", r"\1_\2", text)
    text = re.sub(r"([A-Z])([A-Z][a-z])", r"\1_\2", text)
    text = re.sub(r"[\W_]+", "_", text.lower()).strip("_")
    if not text or not re.match(r"[^\W\d]", text):
        return f"field_{text}".rstrip("_")
    return f"lead_{text}" if text in TAKEN else text
