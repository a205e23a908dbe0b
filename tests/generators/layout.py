"""The same model laid out in another way, and texts that are nearly models."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from .models import ModelText
from .words import Words

# A text in quotes, or anything up to the next space or quote.
PIECE = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s"])+')
COMMENTS = ("#", "# if x then +5", '# "open', "#\tsee [1], (2", "## category Fit:", "# Größe \u2028 €", "#:")

# What mutations throw in: words and signs of the language, and what a hand or a program may leave in a file.
SCRAPS = (
    " ", "\n", "\n    ", "\t",
    '"', '"a"', "(", ")", "[", "]", ":", ",", "|", "+", "-", "+5", "%", "#", ".", "_", "=", "<",
    "\\", "if ", " then ", "and ", "or ", "not ", "otherwise", "each ", "choose:", "category ", "stage ", "grade ",
    "route:", "test ", "within 3 days", "losing 50% every 30 days", " at least ", "2 of (", " because ",
    "missing", "is ", "in ",
    "no ", "only ", "99999999999999999999", "1e5", "0.001", "2026-02-30", "2026-13-01", "2026-01-01T25:00", "000",
    "1__0",
    "\u0663", "½", "²", "\u00a0", "\ufeff", "\u2028", "\x00", "\x0c", "\r", "“", "”", "’", "–", "\u2212", "≥", "×",
    "😀", "İ",
    "\u0301", "\u202e", "then then", "score", "visit", 'use x from "std/email"', 'use lead from "../x.score"', "never",
    "with ", "|||", "lead:", "matrix by a and b:", "$", "{", "}", ";", "==", "<>", "!",
)  # fmt: skip


# Words that begin a statement begin a line, so that none that continues another begins with them.
STATEMENT = re.compile(
    r"(?:model|timezone|use|lead|event|list|define|decay|category|persona|score|start|require|disqualify|stage|grade"
    r"|route|test|never|always|if|each|choose|matrix|otherwise|given|expect|as)\b"
)


@st.composite
def laid_out_again(draw: DrawFn, written: ModelText, *, inside: bool = False) -> str:
    """The same main file with comments, blank lines, lines continued below, and other line ends and spaces.

    `inside` puts comments into the middle of statements too, wherever a line is continued.
    """
    words = Words(draw)
    lines: list[str] = []
    for statement in written.statements:
        for depth, text in statement:
            lines += _between(words, written.indent)
            lines += _wrapped(words, text, written.indent * depth, written.indent, inside)
    ending = words.pick(("\n", "\n", "\r\n", "\r"))
    start = words.pick(("", "", "\ufeff"))
    return start + ending.join(lines + _between(words, "")) + words.pick(("\n", "", "\n\n")).replace("\n", ending)


def _between(words: Words, indent: str) -> list[str]:
    """Blank lines and comments, which may stand at any depth."""
    if not words.chance(15):
        return []
    return [words.pick(("", indent, *(words.pick(("", indent, indent * 3)) + comment for comment in COMMENTS)))]


def _wrapped(words: Words, text: str, indent: str, unit: str, inside: bool) -> list[str]:
    """A line in one or several: what is indented deeper continues it."""
    pieces = PIECE.findall(text)
    lines = [indent + pieces[0]]
    for before, piece in pairwise(pieces):
        # A row of a table is one line; what ends in `:` opens a block.
        fixed = text.startswith("|") or before.endswith(":") or STATEMENT.match(piece)
        if fixed or not words.chance(12):
            lines[-1] += words.pick((" ", " ", "  ")) + piece
            continue
        if inside and words.chance(50):
            lines[-1] += f" {words.pick(COMMENTS)}"
        lines += ["" for _ in range(words.pick((0, 0, 1)))]
        lines.append(indent + unit * words.number(1, 3) + piece)
    lines[-1] += words.pick(("", "", " ", f" {words.pick(COMMENTS)}"))
    return lines


@st.composite
def spoiled(draw: DrawFn, text: str) -> str:
    """A text with a few parts taken out, put in, doubled or moved: mostly no model any more."""
    words = Words(draw)
    for _ in range(words.number(1, 4)):
        start = words.number(0, len(text))
        end = min(len(text), start + words.pick((1, 2, 5, 12, 40)))
        match words.pick(("out", "in", "in", "instead", "double", "move", "end", "many", "lines", "character")):
            case "out":
                text = text[:start] + text[end:]
            case "in":
                text = text[:start] + words.pick(SCRAPS) + text[start:]
            case "instead":
                text = text[:start] + words.pick(SCRAPS) + text[end:]
            case "double":
                text = text[:end] + text[start:end] + text[end:]
            case "move":
                to = words.number(0, len(text))
                cut, rest = text[start:end], text[:start] + text[end:]
                text = rest[:to] + cut + rest[to:]
            case "end":
                text = text[:start]
            case "many":
                text = text[:start] + words.pick(SCRAPS) * words.pick((2, 60, 400)) + text[start:]
            case "lines":
                text = "\n".join(words.shuffled(text.split("\n")[:30]))
            case "character":
                text = text[:start] + draw(st.characters()) + text[start + 1 :]
    return text
