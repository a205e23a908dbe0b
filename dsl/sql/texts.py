"""Texts in SQL: trimming, folding, pages, whole words and patterns, each equal to what scorelang.values does."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby

from sqlglot import exp

from scorelang.sql.spell import Sql, all_of, any_of, call, case, coalesce, eq, gt, known, null, text, whole
from scorelang.values import SPACES


def trimmed(node: Sql) -> Sql:
    """Without white space at both ends. Empty texts, of which data is full, cost as little as tidy ones."""
    return case([(tidy(node), node), (eq(node, text("")), node)], call("TRIM", node, text(SPACES)))


def tidy(node: Sql) -> Sql:
    """Whether it is plain ASCII without white space at its ends.

    So most texts are, and this is told twenty times as fast as the general way trims: by its number of bytes, and by
    its first and last character. Functions of one value only: those DuckDB asks once for each entry of a dictionary.
    """
    plain = eq(call("STRLEN", node), call("LENGTH", node))
    return all_of([plain, gt(call("ASCII", node), whole(32)), gt(call("ASCII", call("REVERSE", node)), whole(32))])


def folded(node: Sql) -> Sql:
    """As texts are compared: see scorelang.values.fold."""
    return call("REPLACE", call("LOWER", call("REPLACE", node, text("İ"), text("i"))), text("ς"), text("σ"))


def or_missing(node: Sql) -> Sql:
    """An empty text is missing."""
    return exp.Nullif(this=node, expression=text(""))


def read_text(node: Sql) -> Sql:
    """Raw text as a value of the type text. Of an empty one, as most cells of events are, nothing is worked out."""
    general = or_missing(folded(call("TRIM", node, text(SPACES))))
    return case([(eq(node, text("")), null()), (tidy(node), call("LOWER", node))], general)


# A path as most are, of which nothing is dropped: plain ASCII that begins with one `/` and does not end in one.
_PATH = '(?:/[!-"$-.0->@-~]+)+'
_HOST = r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*"


def read_page(node: Sql) -> Sql:
    """Raw text as a value of the type page: see scorelang.values.fold_page."""
    path = call("REGEXP_REPLACE", call("TRIM", node, text(SPACES)), text(_HOST), text(""))
    for sign in "#?":
        path = call("SPLIT_PART", path, text(sign), whole(1))
    path = call("RTRIM", call("TRIM", path, text(SPACES)), text("/" + SPACES))
    found = coalesce(or_missing(folded(path)), text("/"))
    is_path = call("REGEXP_FULL_MATCH", node, text(_PATH))
    ways = [(eq(node, text("")), null()), (is_path, call("LOWER", node)), (known(or_missing(trimmed(node))), found)]
    return case(ways)


def domain(node: Sql, bind: Callable[[Sql], Sql]) -> Sql:
    """What follows the last `@`."""
    host = bind(call("REGEXP_EXTRACT", node, text(r"@([^@]*)$"), whole(1)))
    return bind(or_missing(trimmed(host)))


def holds(node: Sql, part: str) -> Sql:
    """Whether it holds the part."""
    return call("CONTAINS", node, text(part))


def starts(node: Sql, part: str) -> Sql:
    """Whether it begins with the part."""
    return call("STARTS_WITH", node, text(part))


def ends(node: Sql, part: str) -> Sql:
    """Whether it ends with the part."""
    return call("ENDS_WITH", node, text(part))


def like(node: Sql, pattern: str) -> Sql:
    """Whether the whole text matches: see scorelang.values.matches."""
    parts = re.findall(r"\\[\s\S]|[\s\S]", pattern)
    if not any(part in "*?" for part in parts):
        return eq(node, text("".join(part[-1] for part in parts)))
    return exp.Escape(this=exp.Like(this=node, expression=text("".join(map(_like_part, parts)))), expression=text("!"))


def _like_part(part: str) -> str:
    if part in "*?":
        return "%" if part == "*" else "_"
    return f"!{part[-1]}" if part[-1] in "!%_" else part[-1]


# What stands for a sign that is no letter or digit, nor ASCII, so that all signs are ASCII.
SIGN = "\x01"
_ASCII_SIGNS = r"\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f"


def mentions(node: Sql, words: Sequence[str], bind: Callable[[Sql], Sql]) -> Sql:
    """Whether it holds one of the words as whole words: see scorelang.values.mentions.

    A regular expression of all letters of Unicode takes milliseconds to prepare, so that there is one for each text,
    which puts a sign of ASCII for any other; those that look for words know the signs of ASCII only.
    """
    alike: dict[tuple[bool, bool, bool], list[str]] = {}
    for word in words:
        clear = all(sign != SIGN and (sign.isascii() or sign.isalnum()) for sign in word)
        # Nothing parts words that begin or end with a sign: it does that itself.
        alike.setdefault((clear, word[:1].isalnum(), word[-1:].isalnum()), []).append(_escaped(word))
    tests = []
    for (clear, before, after), parts in alike.items():
        subject, outside = (bind(_ascii_signs(node)), f"[{_ASCII_SIGNS}]") if clear else (node, f"[^{letters()}]")
        start, end = f"(?:^|{outside})" if before else "", f"(?:$|{outside})" if after else ""
        tests.append(call("REGEXP_MATCHES", subject, text(f"{start}(?:{'|'.join(parts)}){end}")))
    return any_of(tests)


def _ascii_signs(node: Sql) -> Sql:
    """A text in which no other signs than those of ASCII are left."""
    ascii_only = eq(call("STRLEN", node), call("LENGTH", node))
    others = text(f"[^{letters()}\\x00-\\x7f]")
    return case([(ascii_only, node)], call("REGEXP_REPLACE", node, others, text(SIGN), text("g")))


def _escaped(word: str) -> str:
    """A text as a regular expression takes it literally."""
    return "".join(
        character if character.isalnum() or ord(character) > 127 else f"\\x{{{ord(character):x}}}" for character in word
    )


# Signs that are neither letters nor digits, nor mean anything to a regular expression's replacement.
MARKS = "|~^#&;" + "".join(map(chr, range(0x2500, 0x2580)))


def marked_mentions(node: Sql, words: Sequence[str], bind: Callable[[Sql], Sql]) -> Sql:
    """The same with one regular expression a text, not one for each test.

    A mark is set on both sides of each run of letters and digits, in the text and in the words: what is then a part of
    the text stood there as whole words.
    """
    mark = next(sign for sign in MARKS if not any(sign in word for word in words))
    marked = bind(call("REGEXP_MARK", node, text(mark)))
    return any_of(holds(marked, _marked(word, mark)) for word in dict.fromkeys(words))


def _marked(word: str, mark: str) -> str:
    runs = groupby(word, str.isalnum)
    return "".join(f"{mark}{''.join(run)}{mark}" if letters else "".join(run) for letters, run in runs)


@cache
def letters() -> str:
    """Letters and digits as a class of a regular expression."""
    return "".join(
        f"\\x{{{low:x}}}-\\x{{{high:x}}}" if low != high else f"\\x{{{low:x}}}" for low, high in letter_ranges()
    )


@cache
def letter_ranges() -> tuple[tuple[int, int], ...]:
    """Letters and digits as ranges of code points: all for which Python's `str.isalnum` holds.

    Written out, because engines know different versions of Unicode.
    """
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    # What `re` calls a word is made of what `str.isalnum` holds for, and `_`.
    return tuple((found.start(), found.end() - 1) for found in re.finditer(r"[^\W_]+", every))
