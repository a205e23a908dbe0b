"""One row of the table of slips: how people write a thing, what it is called, and what mends it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from attrs import frozen

from scorelang import stdlib
from scorelang.source import COMMENT

# What a row says: text with `{1}` for what the pattern's first group found, or a function of all groups.
Says = str | Callable[[Sequence[str]], str]

# Messages repeat at most so many characters of what they found.
LONGEST = 60
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")

WORD = r"[^\W\d]\w*"
LABEL = rf'(?:{WORD}|"[^"\n]*")'
OPERAND = rf"{WORD}(?:\.{WORD}|\([^()\n]*\))?"
NUMBER = r"\d[\d_]*(?:\.\d+)?"
TEXT = r'"[^"\n]*"'
# The events that every model knows: a name that is one of them is no field.
KIND = f"(?:{'|'.join(re.findall(r'(?m)^event (?P<name>[a-z_]+)', stdlib.read('std/events') or ''))})"


@frozen
class Slip:
    """A slip that is known.

    `pattern` is searched in the line with its texts and comments blotted out (in the line as typed when `raw`). `fix`
    replaces what it found; a slip counts only when the parser gets further with the fix than without, so that a row
    need not be exact. One without a fix counts where the parser stopped. `mark` is the group that carets stand under,
    `places` are the grammar's starts that the row is for.
    """

    code: str
    pattern: re.Pattern[str]
    message: Says
    label: Says = ""
    fix: Says | None = None
    help: tuple[str, ...] = ()
    mark: int = 0
    raw: bool = False
    places: frozenset[str] = frozenset()

    def stands_in(self, start: str) -> bool:
        """Whether lines of that place can have the slip; one without places is found everywhere."""
        return not self.places or start in self.places


def slip(
    code: str, pattern: str, message: Says, label: Says = "", fix: Says | None = None, *,
    help: tuple[str, ...] = (), mark: int = 0, raw: bool = False, exact: bool = False, places: str = "",
) -> Slip:  # fmt: skip
    """A row; its pattern is read without regard to case unless `exact`."""
    compiled = re.compile(pattern, 0 if exact else re.IGNORECASE)
    return Slip(code, compiled, message, label, fix, help, mark, raw, frozenset(places.split()))


def said(says: Says, groups: Sequence[str]) -> str:
    """What a row says of what it found; group 0 is all of it."""
    return says(groups) if callable(says) else says.format(*groups)


def visible(text: str) -> str:
    """The text without characters that are not seen, or that could rewrite the reader's terminal."""
    return "".join("�" if unicodedata.category(one) in UNSEEN and one != "\t" else one for one in text)


def shortened(text: str) -> str:
    """Text of the file as messages repeat it: on one line without comments, and not all of it when it is long."""
    text = re.sub(r"\s*\n\s*", " ", COMMENT.sub(r"\1", text))
    text = text if len(text) <= LONGEST else " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def spaced(words: Iterable[str]) -> str:
    """A pattern of any of these words, the longest first, with any white space inside."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


def one_space(words: str) -> str:
    """The words in small letters, one space and no comment between them: what a table of words is keyed by."""
    return " ".join(COMMENT.sub(r"\1", words).lower().split())
