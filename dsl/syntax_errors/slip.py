"""One row of the table of slips: how people write a thing, what it is called, and what mends it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from attrs import frozen

# What a row says: text with `{1}` for what the pattern's first group found, or a function of all groups.
Says = str | Callable[[Sequence[str]], str]

WORD = r"[^\W\d]\w*"
OPERAND = rf"{WORD}(?:\.{WORD}|\([^()\n]*\))?"
NUMBER = r"\d[\d_]*(?:\.\d+)?"
TEXT = r'"[^"\n]*"'


@frozen
class Slip:
    """A slip that is known.

    `pattern` is searched in the line with its texts and comments blotted out (in the line as typed when `raw`). `fix`
    replaces what it found; a slip counts only when the parser gets further with the fix than without, so that a row
    need not be exact. One without a fix counts where the parser stopped. `mark` is the group that carets stand under.
    """

    code: str
    pattern: re.Pattern[str]
    message: Says
    label: Says = ""
    fix: Says | None = None
    help: tuple[str, ...] = ()
    mark: int = 0
    raw: bool = False


def slip(
    code: str, pattern: str, message: Says, label: Says = "", fix: Says | None = None, *,
    help: tuple[str, ...] = (), mark: int = 0, raw: bool = False, exact: bool = False,
) -> Slip:  # fmt: skip
    """A row; its pattern is read without regard to case unless `exact`."""
    return Slip(code, re.compile(pattern, 0 if exact else re.IGNORECASE), message, label, fix, help, mark, raw)


def said(says: Says, groups: Sequence[str]) -> str:
    """What a row says of what it found; group 0 is all of it."""
    return says(groups) if callable(says) else says.format(*groups)
