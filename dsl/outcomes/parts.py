"""What values are made of: the words of texts, the first digits of codes, and the members of lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.values import SPACES, WORD, Type, Value, fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Texts of a field with fewer different values are told apart by these.
LEAST_VALUES = 20
# So many parts are looked at, those of most leads first.
MOST_PARTS = 50
# Texts of so many digits are codes, and these begin with so many that say where something belongs.
LEAST_DIGITS, START = 4, 2
# Words that mean nothing alone, in languages in which titles are often written.
EMPTY_WORDS = frozenset({
    "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "am", "das", "der",
    "des", "die", "für", "im", "und", "von", "zu", "au", "aux", "de", "du", "en", "et", "la", "le", "les", "un",
    "une", "al", "del", "el", "los", "las", "para", "por", "da", "di", "do",
})  # fmt: skip


@frozen(eq=False)
class Parts:
    """Parts of a field's values: each as it is written, and for each value whether it has it.

    `operator` is the one that asks for them: `mentions` for words, `contains` for members of lists, `starts with` for
    the first digits of codes, as those of regions in a postcode.
    """

    operator: str
    shown: tuple[str, ...]
    holding: tuple[NDArray[np.bool_], ...]


def parts_of(type_: Type, values: tuple[Value, ...], shown: tuple[str, ...], codes: NDArray[np.int32]) -> Parts | None:
    """The parts of most leads, of a field's values; None of one that is not made of any.

    `codes` number the values, one for each lead. A word is only one where texts differ much, and where more than one of
    them mentions it; a number is none.
    """
    import numpy as np

    if type_ is Type.TEXT_LIST:
        operator, split = "contains", _members
    elif type_ is Type.TEXT and len(set(values) - {None}) > LEAST_VALUES:
        operator, split = ("starts with", _start) if _are_codes(values) else ("mentions", _words)
    else:
        return None
    leads = np.bincount(codes, minlength=len(values)).tolist()
    found: dict[str, list[int]] = {}
    written: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    for code, (value, text) in enumerate(zip(values, shown, strict=True)):
        if value is not None and leads[code]:
            for part, as_written in split(text):
                if part not in found or found[part][-1] != code:
                    found.setdefault(part, []).append(code)
                    written.setdefault(part, as_written)
                    sizes[part] += leads[code]
    if operator != "contains":
        texts = {part: len({values[code] for code in of}) for part, of in found.items()}
        sizes = Counter({part: size for part, size in sizes.items() if texts[part] > 1})
    kept = [part for part, _ in sizes.most_common(MOST_PARTS)]
    holding = []
    for part in kept:
        has = np.zeros(len(values), dtype=bool)
        has[found[part]] = True
        holding.append(has)
    return Parts(operator, tuple(written[part] for part in kept), tuple(holding)) if kept else None


def _members(text: str) -> Iterator[tuple[str, str]]:
    """The members of a list, folded and as written."""
    for member in text.split(";"):
        written = member.strip(SPACES)
        if written:
            yield fold(written), written


def _words(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text that may mean something, folded and as written."""
    for written in WORD.findall(text):
        word = fold(written)
        if len(word) > 1 and not word.isdigit() and word not in EMPTY_WORDS:
            yield word, written


def _are_codes(values: tuple[Value, ...]) -> bool:
    """Whether all values are digits, and equally many."""
    texts = [value for value in values if isinstance(value, str)]
    sizes = {len(text) for text in texts}
    return len(sizes) == 1 and min(sizes) >= LEAST_DIGITS and all(text.isdecimal() for text in texts)


def _start(text: str) -> Iterator[tuple[str, str]]:
    """What a code starts with."""
    written = text.strip(SPACES)[:START]
    yield fold(written), written
