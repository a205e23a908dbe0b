"""How single words are spelled: numbers, texts, flags, units and comments."""

from __future__ import annotations

import json
import re

from lark import Token

from scorelang.source import COMMENT

# A whole number in these bounds may be a year, which nobody writes with an underscore.
YEARS = range(1900, 2100)

# A pair of surrogates, any other escape, or a control character that was typed as it is.
ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[\x00-\x1f]", re.DOTALL
)
# Of which words there are several ways to write the same.
MANY_WAYS = frozenset(("NUMBER", "PERCENT", "STRING", "YES", "NO", "FALSE"))
# What may stand right behind a comment's `#`: `#!`, `#:` and rulers mean something to somebody.
AFTER_HASH = "!:#"


def spelled(word: Token) -> str:
    """A word as it is written, whichever of its spellings was typed."""
    if word.type not in MANY_WAYS:
        return word if len(word) == 1 or word.isalnum() else " ".join(COMMENT.sub("", word).split())
    match word.type:
        case "NUMBER":
            return number(word)
        case "PERCENT":
            return number(word.rstrip("% \t")) + "%"
        case "STRING":
            return text(word)
        case "YES":
            return "yes"
    return "no"


def number(typed: str) -> str:
    """`4_999`, `12.5`: thousands are parted from four digits on, but not in what may be a year: `2026`."""
    whole, point, decimals = typed.partition(".")
    if len(whole) == 4 and whole.isdigit() and int(whole) in YEARS and not point:
        return typed
    whole = whole.replace("_", "")
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "_", whole) + point + decimals


def unit(typed: str, count: str) -> str:
    """`day` after 1, else `days`."""
    return typed.removesuffix("s") + ("" if count == "1" else "s")


def text(typed: str) -> str:
    """A text in quotes with no escape that it can do without; what nobody could see stays escaped."""
    return '"' + ESCAPE.sub(_escaped, typed[1:-1]) + '"'


def _escaped(found: re.Match[str]) -> str:
    character = str(json.loads(f'"{found.group()}"', strict=False))
    if character.isprintable() and character not in '"\\':
        return character
    return json.dumps(character)[1:-1]


def comment(typed: str) -> str:
    """A comment with a space behind its `#`."""
    body = typed[1:]
    if not body or body[0] in AFTER_HASH or body[0].isspace():
        return typed
    return f"# {body}"
