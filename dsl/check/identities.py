"""What a rule or gate is known by: words made from its reason or its condition, however they were spelled."""

from __future__ import annotations

import json
import re

from scorelang import nodes as n
from scorelang.values import UNITS, fold

# Signs that an identity spells out, so that `x > 5` and `x < 5` have different ones.
SPELLED = (
    ("<=", " at most "),
    (">=", " at least "),
    ("!=", " is not "),
    ("==", " is "),
    ("=", " is "),
    ("<", " under "),
    (">", " over "),
    ("*", " any "),
    ("+", " plus "),
    (" - ", " minus "),
)
SIGNS = {sign.strip(): word for sign, word in SPELLED}
FLAGS = {"true": "yes", "false": "no"}
UNIT = "|".join(UNITS)

TEXT = r'"(?:\\.|[^"\\\n])*"'
DATE = r"\d{4}-\d\d-\d\d(?:T[\d:.]*\d(?:Z|[+-]\d\d:?\d\d)?)?"
NUMBER = r"\d[\d_]*(?:\.\d+)?"
PIECE = re.compile(rf"(?P<text>{TEXT})|#[^\n]*|(?P<date>{DATE})|(?P<number>{NUMBER})|\w+|[<>!=]=|\S")
COUNTED = re.compile(rf"((?:{UNIT}|time))s?")
# The first of two units that are the same, which nobody need write.
SAME_UNIT = re.compile(rf"(between \S+) ({UNIT})s? and (\S+ \2)")
# Whole numbers that may be years, which are read without a sign between their digits.
YEARS = range(1900, 2100)


def slug(text: str) -> str:
    """Lower-case words with hyphens between them: `decision maker` is `decision-maker`."""
    return re.sub(r"[\W_]+", "-", fold(text)).strip("-")


def identity_of(text: str, reason: n.Text | None) -> str:
    """What a rule or gate is known by: its reason's slug, or one of its condition, as typed in the file."""
    return (slug(reason.value) if reason is not None else "") or slug(_plain(text)) or "rule"


def _plain(text: str) -> str:
    """A condition in words that are the same however it is laid out and spelled: `5_000`, `5000`; `1 days`, `1 day`."""
    words: list[str] = []
    for piece in PIECE.finditer(text):
        typed = piece.group()
        counted = COUNTED.fullmatch(typed)
        if piece["text"]:
            words.append(_spelled_out(_unquoted(typed)))
        elif piece["date"]:
            words.append(_spelled_out(typed))
        elif piece["number"]:
            words.append(_grouped(typed))
        elif counted and words and words[-1][:1].isdigit():
            words.append(counted[1] + ("" if words[-1] == "1" else "s"))
        elif not typed.startswith("#"):
            words.append(SIGNS.get(typed) or FLAGS.get(typed, typed))
    return SAME_UNIT.sub(r"\1 and \3", " ".join(" ".join(words).split()))


def _unquoted(typed: str) -> str:
    try:
        return str(json.loads(typed, strict=False))
    except json.JSONDecodeError:
        # A text with a broken escape, which was reported.
        return typed


def _spelled_out(text: str) -> str:
    for sign, word in SPELLED:
        text = text.replace(sign, word)
    return text


def _grouped(typed: str) -> str:
    """A number with its thousands parted, as it is formatted."""
    whole, point, decimals = typed.replace("_", "").partition(".")
    if len(whole) == 4 and int(whole) in YEARS and not point:
        return whole
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "_", whole) + point + decimals
