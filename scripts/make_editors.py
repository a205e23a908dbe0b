"""Write what editors know of the language's words, from `dsl/keywords.py`: run it after a change of the grammar.

    python scripts/make_editors.py

| file in `editors/` | is for |
|---|---|
| `vscode/syntaxes/score.tmLanguage.json` | VS Code: colours |
| `vscode/language-configuration.json` | VS Code: comments, brackets, indentation |
| `scorelang.tmbundle/` | TextMate, Sublime Text: the same colours in TextMate's own format |
| `vim/syntax/scorelang.vim` | Vim and Neovim: colours |
| `vim/indent/scorelang.vim` | Vim and Neovim: indentation after `:` |

`python scripts/make_editors.py --icon` draws `vscode/icon.png`.
"""

from __future__ import annotations

import json
import plistlib
import struct
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scorelang.keywords import ESCAPE, NAME, Kind, Pattern, blocks, patterns

EDITORS = Path(__file__).resolve().parent.parent / "editors"

# --- TextMate grammars ----------------------------------------------------------------------------------------------

# Scopes that themes have colours for: https://macromates.com/manual/en/language_grammars#naming_conventions
SCOPES = {
    Kind.STATEMENT: "keyword.other.statement",
    Kind.CONDITION: "keyword.control",
    Kind.OPERATOR: "keyword.operator.expression",
    Kind.EVENT: "keyword.other.event",
    Kind.CONSTANT: "constant.language",
    Kind.TYPE: "support.type",
    Kind.UNIT: "keyword.other.unit",
    Kind.NUMBER: "constant.numeric",
    Kind.DATE: "constant.numeric.date",
    Kind.TEXT: "string.quoted.double",
    Kind.ESCAPE: "constant.character.escape",
    Kind.COMMENT: "comment.line.number-sign",
    Kind.NAME: "variable.other",
    Kind.DECLARED: "entity.name.type",
    Kind.FIELD: "variable.other.field",
    Kind.MEMBER: "variable.other.property",
    Kind.FUNCTION: "support.function",
    Kind.RESULT: "variable.language",
    Kind.SIGN: "punctuation",
}


def textmate() -> dict[str, Any]:
    """The grammar as TextMate has it."""
    return {
        "name": "scorelang",
        "scopeName": "source.score",
        "fileTypes": ["score"],
        "patterns": [_match(pattern) for pattern in patterns()],
    }


def _match(pattern: Pattern) -> dict[str, Any]:
    scopes = [f"{SCOPES[kind]}.score" for kind in pattern.kinds]
    if pattern.kinds == (Kind.TEXT,):
        escape = {"match": ESCAPE, "name": f"{SCOPES[Kind.ESCAPE]}.score"}
        return {"match": pattern.regex, "name": scopes[0], "captures": {"0": {"patterns": [escape]}}}
    if len(pattern.parts) == 1:
        return {"match": pattern.regex, "name": scopes[0]}
    return {"match": pattern.regex, "captures": {str(at): {"name": scope} for at, scope in enumerate(scopes, 1)}}


# --- VS Code --------------------------------------------------------------------------------------------------------


def language_configuration() -> dict[str, Any]:
    """What VS Code knows of the language beside its colours."""
    opens = rf"^\s*(?:{'|'.join(blocks())})\b.*:\s*(?:#.*)?$"
    pairs = [["(", ")"], ["[", "]"]]
    return {
        "comments": {"lineComment": "#"},
        "brackets": pairs,
        "autoClosingPairs": [
            *({"open": one, "close": other, "notIn": ["string", "comment"]} for one, other in pairs),
            {"open": '"', "close": '"', "notIn": ["string", "comment"]},
        ],
        "surroundingPairs": [*pairs, ['"', '"']],
        "folding": {"offSide": True},
        "onEnterRules": [
            {"beforeText": opens, "action": {"indent": "indent"}},
            {"beforeText": r"^\s*\|.*\|\s*$", "action": {"indent": "none", "appendText": "| "}},
        ],
    }


# --- TextMate's own bundle ------------------------------------------------------------------------------------------

# Bundles and grammars are known by an identity that never changes.
BUNDLE = "6B0E1C54-5A0D-4F0B-9A63-2C7D0E9F5A11"
GRAMMAR = "D2A9B4F7-83C1-4C5E-B0B8-7F1E6A4D3C22"
COMMENTS = "0F4E7D19-2B6A-4E38-9C57-51A8C3D2E633"


def bundle() -> Mapping[str, bytes]:
    """The files of the bundle."""
    variables = [{"name": "TM_COMMENT_START", "value": "# "}]
    comments = {
        "name": "Comments",
        "scope": "source.score",
        "settings": {"shellVariables": variables},
        "uuid": COMMENTS,
    }
    files = {
        "info.plist": {"name": "scorelang", "uuid": BUNDLE},
        "Syntaxes/score.tmLanguage": {**textmate(), "uuid": GRAMMAR},
        "Preferences/Comments.tmPreferences": comments,
    }
    return {f"scorelang.tmbundle/{name}": plistlib.dumps(content) for name, content in files.items()}


# --- Vim ------------------------------------------------------------------------------------------------------------

# Groups that colour schemes have colours for: `:help group-name`. Names that nothing is known of have none.
GROUPS = {
    Kind.STATEMENT: "Statement",
    Kind.CONDITION: "Conditional",
    Kind.OPERATOR: "Operator",
    Kind.EVENT: "Keyword",
    Kind.CONSTANT: "Boolean",
    Kind.TYPE: "Type",
    Kind.UNIT: "Special",
    Kind.NUMBER: "Number",
    Kind.DATE: "Constant",
    Kind.TEXT: "String",
    Kind.ESCAPE: "SpecialChar",
    Kind.COMMENT: "Comment",
    Kind.DECLARED: "Structure",
    Kind.FIELD: "Identifier",
    Kind.MEMBER: "Identifier",
    Kind.FUNCTION: "Function",
    Kind.RESULT: "Special",
}
LOOKAROUND = {"(?=": "@=", "(?!": "@!", "(?<=": "@<=", "(?<!": "@<!"}


def in_vim(regex: str) -> str:
    r"""A regular expression as Vim writes it after `\v`: a lookaround stands behind its group there."""
    found, closings, at = "", list[str](), 0
    regex = regex.replace(NAME, "<[0-9]@!\x00+")
    while at < len(regex):
        opening = next((one for one in (*LOOKAROUND, "(?:", "(") if regex.startswith(one, at)), "")
        end = at + (len(opening) or 1)
        if opening:
            closings.append(LOOKAROUND.get(opening, ""))
            found += "%("
        elif regex[at] == "[":
            end = regex.index("]", at + 2) + 1
            found += regex[at:end]
        elif regex[at] == ")":
            found += ")" + closings.pop()
        elif regex[at] == "\\":
            end = at + 2
            begins = not found or found[-1] in "(|"
            found += ("<" if begins else ">") if regex[at:end] == r"\b" else regex[at:end]
        else:
            is_sign = regex[at] in "<>=@&%~" and not regex.startswith(("<[0-9]@!", "@!\x00"), at)
            found += f"\\{regex[at]}" if is_sign else regex[at]
        at = end
    return found.replace("\x00", r"\k")


def vim_syntax() -> str:
    """The syntax file for Vim. Of matches at one place Vim takes the one that was defined last."""
    lines = [
        '" Vim syntax file: scorelang. Written by scripts/make_editors.py, from the words of the grammar.',
        "if exists('b:current_syntax')",
        "  finish",
        "endif",
        "syntax iskeyword @,48-57,_,192-255",
        "",
    ]
    for pattern in reversed(patterns()):
        for at, (regex, kind) in enumerate(pattern.parts):
            if kind in GROUPS:
                lines.append(_vim_match(kind, regex, [one for one, _ in pattern.parts], at))
    lines += [f"syntax match scoreEscape ~\\v{in_vim(ESCAPE)}~ contained", "syntax sync minlines=1", ""]
    lines += [f"highlight default link {_group(kind)} {group}" for kind, group in GROUPS.items()]
    return "\n".join([*lines, "", "let b:current_syntax = 'scorelang'", ""])


def _vim_match(kind: Kind, regex: str, parts: list[str], at: int) -> str:
    before, after = "".join(parts[:at]), "".join(parts[at + 1 :])
    whole = (f"%({in_vim(before)})@<=" if before else "") + in_vim(regex) + (f"%({in_vim(after)})@=" if after else "")
    contains = " contains=scoreEscape" if kind is Kind.TEXT else ""
    return f"syntax match {_group(kind)} ~\\v{whole}~{contains}"


def _group(kind: Kind) -> str:
    return f"score{kind.value.capitalize()}"


def vim_indent() -> str:
    """The indent file for Vim: a level deeper below the head of a block, else as the line above."""
    return rf"""" Vim indent file: scorelang. Written by scripts/make_editors.py, from the words of the grammar.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1
setlocal indentexpr=ScoreIndent() indentkeys=!^F,o,O autoindent
let b:undo_indent = 'setlocal indentexpr< indentkeys< autoindent<'

if exists('*ScoreIndent')
  finish
endif

function ScoreIndent()
  let above = prevnonblank(v:lnum - 1)
  let opens = getline(above) =~# '\v^\s*%({"|".join(blocks())})>.*:\s*%(#.*)?$'
  return indent(above) + (opens ? shiftwidth() : 0)
endfunction
"""


# --- the icon -------------------------------------------------------------------------------------------------------

SIZE = 128
BACK, BARS, DOT = (27, 54, 93), ((126, 166, 224), (168, 198, 240), (255, 255, 255)), (255, 184, 77)


def icon() -> bytes:
    """A PNG of 128 by 128 pixels: three rising bars, and a point on top."""
    rows = b"".join(b"\0" + bytes(value for x in range(SIZE) for value in _pixel(x, y)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def _pixel(x: int, y: int) -> tuple[int, int, int, int]:
    """Red, green, blue and opacity of a pixel, smoothed over four by four points in it."""
    points = [_colour(x + (i + 0.5) / 4, y + (j + 0.5) / 4) for i in range(4) for j in range(4)]
    shown = [one for one in points if one is not None]
    if not shown:
        return 0, 0, 0, 0
    red, green, blue = (sum(one[at] for one in shown) // len(shown) for at in range(3))
    return red, green, blue, 255 * len(shown) // len(points)


def _colour(x: float, y: float) -> tuple[int, int, int] | None:
    radius = 24.0
    beside, above = max(radius - x, x - (SIZE - radius), 0), max(radius - y, y - (SIZE - radius), 0)
    if beside**2 + above**2 > radius**2:
        return None
    if (x - 91) ** 2 + (y - 29) ** 2 <= 81:
        return DOT
    for at, (colour, top) in enumerate(zip(BARS, (80, 62, 44), strict=True)):
        if 26 + at * 28 <= x < 46 + at * 28 and top <= y < 104:
            return colour
    return BACK


# --- files ----------------------------------------------------------------------------------------------------------


def files() -> Mapping[str, bytes]:
    """Every file that is written from the words, by its path in `editors/`."""
    as_json = {
        "vscode/syntaxes/score.tmLanguage.json": textmate(),
        "vscode/language-configuration.json": language_configuration(),
    }
    as_text = {
        **{path: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for path, content in as_json.items()},
        "vim/syntax/scorelang.vim": vim_syntax(),
        "vim/indent/scorelang.vim": vim_indent(),
    }
    return {**{path: text.encode("utf-8") for path, text in as_text.items()}, **bundle()}


def main() -> None:
    """Write the files; with `--icon`, the icon alone."""
    written = {"vscode/icon.png": icon()} if "--icon" in sys.argv[1:] else files()
    for path, content in written.items():
        (EDITORS / path).parent.mkdir(parents=True, exist_ok=True)
        (EDITORS / path).write_bytes(content)


if __name__ == "__main__":
    main()
