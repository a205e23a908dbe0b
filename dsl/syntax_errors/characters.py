"""Slips in single characters: quotes, signs, brackets, spaces and comments as other programs write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from scorelang.syntax_errors.slip import TEXT, slip

CURLY = "“”„‟«»″"
SINGLE = "'‘’‚‛`´"  # noqa: RUF001 that they are confused is the point
INVISIBLE = (
    "[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0001-\U000e007f]"
)
SPACES = "[\u1680\u2000-\u200a\u202f\u205f\u3000]"
SIGNS = {
    "=>": ">=", "≥": ">=", "⩾": ">=", "≧": ">=", "=<": "<=", "≤": "<=", "⩽": "<=", "≦": "<=",
    "<>": "!=", "≠": "!=", "=!": "!=", "!==": "!=", "/=": "!=", "~=": "!=", "===": "=", ":=": "=",
}  # fmt: skip
ARITHMETIC = {"×": "*", "∗": "*", "÷": "/", "⁄": "/"}  # noqa: RUF001
DASHES = "−–—‐‑"  # noqa: RUF001
BAD_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|.)')
ESCAPE = r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
# What no text may hold, as it is and as an escape: the end of a text in other languages, and half a character.
UNWRITABLE = "[\\x00\ud800-\udfff]"
HALF_ESCAPE = r"\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})"
PAIR_OR_HALF = re.compile(rf"(\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w)|{HALF_ESCAPE}")
ITEM = rf"(?:{TEXT}|[\w.]+)"
SEVERAL = rf"{TEXT}(?:\s*(?:,|\bor\b)\s*{TEXT})"


def character_name(character: str) -> str:
    """`U+200B, zero width space`."""
    name = unicodedata.name(character, "a control character").lower()
    return f"U+{ord(character):04X}, {name}"


def _escaped(groups: Sequence[str]) -> str:
    """The text with a second backslash before every escape that there is not."""
    return BAD_ESCAPE.sub(lambda match: match.group() if match.group(1) else f"\\{match.group()}", groups[0])


def _quoted(groups: Sequence[str]) -> str:
    return f'"{groups[1].strip()}"'


def _write_quoted(groups: Sequence[str]) -> str:
    return f"write `{_quoted(groups)}`"


def _plain(groups: Sequence[str]) -> str:
    return unicodedata.normalize("NFKC", groups[0])


def _listed(groups: Sequence[str]) -> str:
    return f"[{groups[1].strip().rstrip(',')}]"


def _texts(groups: Sequence[str]) -> str:
    """`["a", "b"]` of `"a" or "b"`."""
    texts = ", ".join(f'"{part}"' for part in groups[1].split('"')[1::2])
    return f"[{texts}]"


# First words that no number of points stands before.
STATEMENTS = (
    "choose|category|persona|lead|event|require|disqualify|stage|grade|route|define|list|use|model|test|never|always"
)
SEEN_NOT = "an invisible character stands here: "
QUOTES = "a text stands between plain double quotes"
ROUND = "a list stands between square brackets"

SLIPS = (
    # what a text was pasted out of
    slip("pasted", r"^(?:```+|~~~+)\s*\w*\s*$", "this line belongs to Markdown", "remove it", "", raw=True),
    slip(
        "pasted",
        r"^(\d+\s*[│┃|]|\d+[.)](?=\s)|[-*•·‣–](?=\s+[^\W\d])|=?\s*write:|"
        rf"\d+(?=\s+(?:(?:if|each)\b.*\bthen\b|(?:{STATEMENTS})\b)))\s*",
        "`{1}` is no part of this line", "remove it", "", mark=1,
    ),
    # texts
    slip(
        "bad-escape",
        rf'"(?:[^"\\\n]|{ESCAPE})*(\\(?!["\\/bfnrt]|u[0-9a-fA-F]{{4}})(?:u\w{{0,4}}|.))(?:[^"\\\n]|\\.)*"',
        "`{1}` is not an escape that a text can hold", "a backslash itself is typed twice: `\\{1}`", _escaped, mark=1,
        raw=True, exact=True,
    ),
    slip(
        "bad-escape", rf'"(?:[^"\\\n]|\\.)*?({HALF_ESCAPE})(?:[^"\\\n]|\\.)*"',
        "`{1}` is no character that a text can hold", "remove it", lambda groups: PAIR_OR_HALF.sub(r"\1", groups[0]),
        mark=1, raw=True, exact=True,
    ),
    slip(
        "invisible-character", f'"[^"\\n]*?({UNWRITABLE})[^"\\n]*"',
        lambda groups: f"{SEEN_NOT}{character_name(groups[1])}", "remove it",
        lambda groups: re.sub(UNWRITABLE, "", groups[0]), mark=1, raw=True, exact=True,
    ),
    slip("curly-quotes", f'[{CURLY}]([^{CURLY}"\\n]*)[{CURLY}]', QUOTES, _write_quoted, _quoted),
    slip("curly-quotes", f'"([^{CURLY}"\\n]*)[{CURLY}]', QUOTES, _write_quoted, _quoted, raw=True),
    slip("curly-quotes", f'[{CURLY}]([^{CURLY}"\\n]*)"', QUOTES, _write_quoted, _quoted, raw=True),
    slip("single-quotes", f'(?<!\\w)[{SINGLE}]([^{SINGLE}"\\n]*)[{SINGLE}](?!\\w)', QUOTES, _write_quoted, _quoted),
    slip("single-quotes", f'(?<!\\w)[{SINGLE}]([^"\\n]*?)[{SINGLE}](?!\\w)', QUOTES, _write_quoted, _quoted),
    # what cannot be seen
    slip(
        "invisible-character", INVISIBLE, lambda groups: f"{SEEN_NOT}{character_name(groups[0])}", "remove it", "",
        exact=True,
    ),
    slip("unusual-space", "(?<=\\w)\u00a0+(?=\\w)", "a no-break space stands inside this word", "remove it", ""),
    slip(
        "unusual-space", f"{SPACES}+", lambda groups: f"this is not a plain space: {character_name(groups[0][0])}",
        "put a plain space here", " ",
    ),
    slip(
        "full-width", "[\uff01-\uff5e]+", "`{0}` is typed in full-width characters",
        lambda groups: f"write `{_plain(groups)}`", _plain,
    ),
    # signs
    slip(
        "arrow", r"\s*(-+>|=+>|→|⇒|➔|➜|>>)\s*(?=[+-]?\s*\d)", "`then` leads to the points, not `{1}`", "write `then`",
        " then ", mark=1,
    ),
    slip(
        "unknown-sign", r"=>|=<|<>|!==|===|=!|/=|~=|:=|[≥⩾≧≤⩽≦≠]", "`{0}` is not a sign of comparison",
        lambda groups: f"did this mean `{SIGNS[groups[0]]}`?", lambda groups: SIGNS[groups[0]],
    ),
    slip("spelled-out", r"\s*(&&?)\s*", "`{1}` is spelled out here", "write `and`", " and ", mark=1),
    slip("spelled-out", r"\s*(\|\|)\s*", "`{1}` is spelled out here", "write `or`", " or ", mark=1),
    slip("spelled-out", r"!\s*(?=[\w(])", "`!` is spelled out here", "write `not`", "not "),
    slip("dash", rf"[{DASHES}](?=\s*\d)", "this dash is not a minus sign", "write `-`", "-"),
    slip(
        "unknown-sign", rf"[{''.join(ARITHMETIC)}]", "`{0}` is not a sign of arithmetic",
        lambda groups: f"write `{ARITHMETIC[groups[0]]}`", lambda groups: ARITHMETIC[groups[0]],
    ),
    slip("no-powers", r"\*\*|\^", "there are no powers", "multiply, or write the number out"),
    slip("currency", r"[$€£¥]\s*(?=\d)|(?<=\d)\s*[$€£¥]", "an amount is a plain number", "leave `{0}` out", ""),
    # comments
    slip(
        "comment-sign", r"(//|--+|/\*+)[^\n]*$", "a comment begins with `#`", "write `#`",
        lambda groups: f"#{groups[0].removesuffix('*/').rstrip().lstrip('/-*')}", mark=1,
    ),
    slip(
        "comment-sign", r"(/\*)[^\n]*?\*/\s*", "a comment begins with `#` and ends with the line", "remove it", " ",
        mark=1,
    ),
    slip("comment-sign", r"^(<!--+)\s*([^\n]*?)\s*--+>\s*$", "a comment begins with `#`", "write `#`", "# {2}", mark=1),
    # line ends
    slip("line-end", r"\s*(;+)\s*$", "no `;` stands at the end of a line", "remove it", "", mark=1),
    slip("line-end", r"\s*(,+)\s*$", "nothing follows this comma", "remove it", "", mark=1),
    slip("line-end", r"\s*(\.+)\s*$", "no full stop stands at the end of a line", "remove it", "", mark=1),
    slip("line-end", r"\s*(\\)[ \t]*(?=\n|$)", "a line that goes on below needs no `\\`", "remove it", "", mark=1),
    slip("line-end", r"\s*(:)\s*$", "this line opens no block", "remove the colon", "", mark=1),
    # brackets
    slip(
        "braces", r"^if\s*\(?(.*?)\)?\s*(\{\s*([+-]\d[\d_.]*)\s*;?\s*\})\s*$",
        "a rule stands on one line, without braces", "write `then {3}`", "if {1} then {3}", mark=2,
    ),
    slip("braces", r"\s*(\{)\s*$", "a block begins with `:`", "write `:`", ":", mark=1),
    slip("braces", r"^\s*\}[\s;,]*$", "a block ends where its indentation ends", "remove this line", ""),
    slip(
        "list-brackets", rf"\b(?:is|=)\s*[{{(\[]({ITEM}(?:\s*,\s*{ITEM})*\s*,?\s*)[)}}\]]",
        "one of a list is typed with `in`", lambda groups: f"write `in {_listed(groups)}`",
        lambda groups: f"in {_listed(groups)}",
    ),
    slip("list-brackets", r"\{([^{}\[\]\n]*)\}", ROUND, lambda groups: f"write `{_listed(groups)}`", _listed),
    slip(
        "list-brackets", rf"\(({ITEM}(?:\s*,\s*{ITEM})*\s*,?\s*)\)", ROUND,
        lambda groups: f"write `{_listed(groups)}`", _listed,
    ),
    slip("list-brackets", rf"(?<=\bin\s)\s*({SEVERAL}*)", ROUND, lambda groups: f"write `{_texts(groups)}`", _texts),
    slip(
        "list-brackets", rf"(?:(?<=[=s]\s)\s*|(?<=[=s])(?=\"))({SEVERAL}+)", ROUND,
        lambda groups: f"write `{_texts(groups)}`", _texts,
    ),
    slip(
        "list-brackets", r"\[\s*\[([^\[\]]*)\]\s*\]", "a list has one pair of brackets", "leave one pair out",
        "[{1}]",
    ),
)  # fmt: skip
