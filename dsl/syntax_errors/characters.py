"""Slips in single characters: quotes, signs, brackets, spaces and comments as other programs write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from scorelang.syntax_errors.slip import TEXT, slip

CURLY = "“”„‟«»″"
SINGLE = "'‘’‚‛`´"
INVISIBLE = (
    "[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0001-\U000e007f]"
)  # fmt: skip
SPACES = "[\u1680\u2000-\u200a\u202f\u205f\u3000]"
SIGNS = {
    "=>": ">=", "≥": ">=", "⩾": ">=", "≧": ">=", "=<": "<=", "≤": "<=", "⩽": "<=", "≦": "<=",
    "<>": "!=", "≠": "!=", "=!": "!=", "!==": "!=", "/=": "!=", "~=": "!=", "===": "=", ":=": "=",
}  # fmt: skip
NARROW = str.maketrans("×÷∗⁄−–—‐‑", "*/*/-----")


def _character(groups: Sequence[str]) -> str:
    """`U+200B, zero width space`."""
    name = unicodedata.name(groups[0], "a control character").lower()
    return f"an invisible character stands here: U+{ord(groups[0]):04X}, {name}"


def _quoted(groups: Sequence[str]) -> str:
    return f'"{groups[1].strip()}"'


def _plain(groups: Sequence[str]) -> str:
    return unicodedata.normalize("NFKC", groups[0])


def _listed(groups: Sequence[str]) -> str:
    return f"[{groups[1].strip().rstrip(',')}]"


SLIPS = (
    # quotes
    slip(
        "curly-quotes", f'[{CURLY}]([^{CURLY}"\\n]*)[{CURLY}]', "these quotes are not plain double quotes",
        lambda groups: f"write `{_quoted(groups)}`", _quoted,
    ),
    slip(
        "curly-quotes", f'"([^{CURLY}"\\n]*)[{CURLY}]', "these quotes are not plain double quotes",
        lambda groups: f"write `{_quoted(groups)}`", _quoted, raw=True,
    ),
    slip(
        "curly-quotes", f'[{CURLY}]([^{CURLY}"\\n]*)"', "these quotes are not plain double quotes",
        lambda groups: f"write `{_quoted(groups)}`", _quoted, raw=True,
    ),
    slip(
        "single-quotes", f'(?<!\\w)[{SINGLE}]([^{SINGLE}"\\n]*)[{SINGLE}](?!\\w)', "a text stands in double quotes",
        lambda groups: f"write `{_quoted(groups)}`", _quoted,
    ),
    slip(
        "single-quotes", f'(?<!\\w)[{SINGLE}]([^"\\n]*?)[{SINGLE}](?!\\w)', "a text stands in double quotes",
        lambda groups: f"write `{_quoted(groups)}`", _quoted,
    ),
    slip(
        "single-quotes", "(?<!\\w)''([^'\"\\n]*)''(?!\\w)", "a text stands in double quotes",
        lambda groups: f"write `{_quoted(groups)}`", _quoted,
    ),
    # what cannot be seen
    slip("invisible-character", INVISIBLE, _character, "remove it", ""),
    slip(
        "unusual-space", "(?<=\\w)\u00a0+(?=\\w)", "a no-break space stands inside this word", "remove it", "",
    ),
    slip(
        "unusual-space", f"{SPACES}+", lambda groups: f"this is no plain space: U+{ord(groups[0][0]):04X}, "
        f"{unicodedata.name(groups[0][0], '').lower()}", "put a plain space here", " ",
    ),
    slip("full-width", "[\uff01-\uff5e]+", "`{0}` is typed in full-width characters", lambda g: f"write `{_plain(g)}`", _plain),
    # signs
    slip(
        "arrow", r"\s*(-+>|=+>|→|⇒|➔|➜|>>)\s*(?=[+-]?\s*\d)", "`then` leads to the points, not `{1}`",
        "write `then`", " then ", mark=1,
    ),
    slip(
        "unknown-sign", r"=>|=<|<>|!==|===|=!|/=|~=|:=|[≥⩾≧≤⩽≦≠]", "`{0}` is not a sign of comparison",
        lambda groups: f"did this mean `{SIGNS[groups[0]]}`?", lambda groups: SIGNS[groups[0]],
    ),
    slip("spelled-out", r"\s*(&&?)\s*", "`{1}` is spelled out", "write `and`", " and ", mark=1),
    slip("spelled-out", r"\s*(\|\|)\s*", "`{1}` is spelled out", "write `or`", " or ", mark=1),
    slip("spelled-out", r"!\s*(?=[\w(])", "`!` is spelled out", "write `not`", "not "),
    slip("dash", r"[−–—‐‑](?=\s*\d)", "this dash is not a minus sign", "write `-`", "-"),
    slip("unknown-sign", r"[×∗÷⁄]", "`{0}` is not a sign of arithmetic", lambda g: f"write `{g[0].translate(NARROW)}`",
         lambda g: g[0].translate(NARROW)),
    slip("no-powers", r"\*\*|\^", "there are no powers", "write the number out, or multiply"),
    slip("currency", r"[$€£¥]\s*(?=\d)|(?<=\d)\s*[$€£¥]", "amounts are plain numbers", "leave `{0}` out", ""),
    # comments
    slip("comment-sign", r"(//|--+)[^\n]*$", "a comment begins with `#`", "write `#`", lambda g: f"#{g[0].lstrip('/-')}", mark=1),
    slip("comment-sign", r"(/\*+)([^\n]*?)\*/\s*$", "a comment begins with `#`", "write `#`", "#{2}", mark=1),
    slip("comment-sign", r"(/\*)[^\n]*?\*/\s*", "a comment begins with `#` and ends with the line", "remove it", "", mark=1),
    slip("comment-sign", r"^(<!--+)\s*([^\n]*?)\s*--+>\s*$", "a comment begins with `#`", "write `#`", "# {2}", mark=1),
    # line ends
    slip("line-end", r"\s*(;+)\s*$", "a line ends without `;`", "remove it", "", mark=1),
    slip("line-end", r"\s*(,+)\s*$", "nothing follows this comma", "remove it", "", mark=1),
    slip("line-end", r"\s*(\.+)\s*$", "a line ends without a full stop", "remove it", "", mark=1),
    slip("line-end", r"\s*(\\)\s*$", "a line goes on below without `\\`", "remove it, and indent the next line deeper", "", mark=1),
    # brackets
    slip("braces", r"\s*(\{)\s*$", "blocks begin with `:`, not with `{{`", "write `:`, and indent what belongs to it", ":", mark=1),
    slip("braces", r"^\s*\}[\s;,]*$", "a block ends where its indentation ends", "remove this line", ""),
    slip("list-brackets", r"\{([^{}\[\]\n]*)\}", "a list stands in square brackets", lambda g: f"write `{_listed(g)}`", _listed),
    slip(
        "list-brackets", rf"\(((?:{TEXT}|[\w.]+)(?:\s*,\s*(?:{TEXT}|[\w.]+))*\s*,?\s*)\)", "a list stands in square brackets",
        lambda groups: f"write `{_listed(groups)}`", _listed,
    ),
    slip(
        "list-brackets", rf"(?<=\bin)\s+({TEXT}(?:\s*(?:,|\bor\b)\s*{TEXT})*)", "a list stands in square brackets",
        lambda groups: "put brackets around it", lambda groups: f" [{', '.join(_texts(groups[1]))}]", mark=1,
    ),
    slip(
        "list-brackets", rf"(?<=[=s])\s+({TEXT}(?:\s*(?:,|\bor\b|\band\b)\s*{TEXT})+)", "a list stands in square brackets",
        "put brackets around it", lambda groups: f" [{', '.join(_texts(groups[1]))}]", mark=1,
    ),
    slip("list-brackets", r"\[\s*\[([^\[\]]*)\]\s*\]", "a list has one pair of brackets", "leave one pair out", "[{1}]"),
)  # fmt: skip


def _texts(listed: str) -> list[str]:
    """The texts of `"a", "b" or "c"`."""
    return [f'"{part}"' for part in listed.split('"')[1::2]]
