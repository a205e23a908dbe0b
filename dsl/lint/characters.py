"""Characters that look like others, and characters that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from scorelang.layout import Layout
from scorelang.source import Source, Span

# Letters that cannot be told from a Latin one in most typefaces: from the confusables of Unicode Technical Standard 39
# (https://www.unicode.org/Public/security/latest/confusables.txt), the single Cyrillic, Greek and Armenian letters.
CYRILLIC = dict(zip("аеорсухіјѕһԁԛԝьАВЕЅЗІЈКМНОРСТУХҮԌԚԜ", "aeopcyxijshdqwbABES3IJKMHOPCTYXYGQW", strict=True))
GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοναικρυ", "ABEZHIKMNOPTYXovaikpu", strict=True))
ARMENIAN = dict(zip("ՕՍԼօհոսցզ", "OULohnugq", strict=True))
LOOKS_LIKE = {**CYRILLIC, **GREEK, **ARMENIAN}
# The other way round, of the letters of today's alphabets.
LIKE_LATIN = {
    "Cyrillic": {
        latin: letter
        for letter, latin in CYRILLIC.items()
        if "\u0410" <= letter <= "\u042f" or "\u0430" <= letter < "\u044c" or latin in "iI"
    },
    "Greek": {latin: letter for letter, latin in GREEK.items()},
}
# The letters and digits of mathematics, which Unicode takes for forms of Latin ones.
MATHEMATICAL = {
    chr(code): plain
    for code in range(0x1D400, 0x1D800)
    if (plain := unicodedata.normalize("NFKC", chr(code))).isascii() and plain.isalnum()
}
FULL_WIDTH = {chr(ord(one) + 0xFEE0): one for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"}

WORD = re.compile(r"[^\W\d_](?:[^\W_]|[\u0300-\u036f])*")
QUOTED = re.compile(r'"(?:\\.|[^"\\\n])*"')

# Spaces that look like a plain one and are not, besides those that Unicode calls separators of words.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Hyphens that look like the plain one; dashes are longer, and may stand in data.
HYPHENS = frozenset("\u2010\u2011")
# Joins that scripts other than Latin need: between two of their letters, or inside an emoji.
JOINERS = frozenset("\u200c\u200d")


def script_of(character: str) -> str:
    """`Latin`, `Cyrillic`, `Greek`, `Armenian`, or nothing for a character of another script or of none."""
    if not character.isalpha():
        return ""
    word = unicodedata.name(character, "").split(" ")[0]
    return word.capitalize() if word in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN") else ""


def code_of(source: Source, layout: Layout) -> Iterator[Span]:
    """What is between the comments of a file."""
    at = 0
    for comment in layout.comments:
        yield Span(at, comment.start)
        at = comment.end
    yield Span(at, len(source.text))


def words_in(source: Source, layout: Layout) -> Iterator[tuple[str, Span]]:
    """Every word of a file outside comments, in names and texts."""
    for span in code_of(source, layout):
        for match in WORD.finditer(source.text, span.start, span.end):
            yield match[0], Span(*match.span())


def texts_in(source: Source, layout: Layout) -> Iterator[Span]:
    """Every text in quotes, the quotes included."""
    for span in code_of(source, layout):
        for match in QUOTED.finditer(source.text, span.start, span.end):
            yield Span(*match.span())


def is_unseen(text: str, at: int) -> bool:
    """Whether a character of a text cannot be seen, or cannot be told from a plain space or hyphen."""
    one = text[at]
    if one == " " or one.isascii():
        return False
    if one in JOINERS:
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        return not before or not after or before.isascii() or after.isascii()
    if "\U000e0020" <= one <= "\U000e007f":
        return not _is_in_flag(text, at)
    if one == "\ufe0f":
        return text[at - 1 : at].isalpha()
    return one in BLANKS or one in HYPHENS or unicodedata.category(one) in ("Cf", "Zs", "Zl", "Zp", "Cc")


def _is_in_flag(text: str, at: int) -> bool:
    """Whether a tag is of an emoji, as in the flag of England: tags after a black flag."""
    while at > 0 and "\U000e0020" <= text[at] <= "\U000e007f":
        at -= 1
    return text[at] == "\U0001f3f4"


def called(character: str) -> str:
    """A character by its code and name: `U+200B zero width space`."""
    name = unicodedata.name(character, "a character without a name").lower()
    return f"U+{ord(character):04X} {name}"
