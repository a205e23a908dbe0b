"""Write the tree-sitter grammar of scorelang: run it after a change of the grammar, or of `grammar.js`.

    python scripts/make_tree_sitter.py

What comes from the language's words, `dsl/keywords.py`, is written first:

| file in `editors/` | is for |
|---|---|
| `tree-sitter-scorelang/words.json` | `grammar.js`: how every keyword is spelled |
| `tree-sitter-scorelang/src/words.h` | `src/scanner.c`: keywords of several words |
| `tree-sitter-scorelang/queries/highlights.scm` | Neovim, and all that take its names for colours |
| `helix/queries/scorelang/highlights.scm` | Helix: the same colours under its own names |
| `zed/languages/scorelang/highlights.scm` | Zed: the same colours under its own names |
| `zed/languages/scorelang/config.toml` | Zed: comments, brackets, indentation |

Then `tree-sitter generate` makes the parser in `tree-sitter-scorelang/src/` of `grammar.js`, for which tree-sitter and
Node.js must be installed; `TREE_SITTER` names another program than `tree-sitter`. `--words` leaves the parser alone.

`--zed FOLDER` writes none of them, but copies the extension for Zed, with the commit that Zed takes the grammar from.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from scorelang.keywords import KINDS, Kind, blocks, functions, heads, spelled
from scorelang.resolve import RESULTS

EDITORS = Path(__file__).resolve().parent.parent / "editors"
GRAMMAR = EDITORS / "tree-sitter-scorelang"
# --- words ----------------------------------------------------------------------------------------------------------

# Terminals that are no words, and whose patterns stand in grammar.js.
_PATTERNS = frozenset((Kind.NUMBER, Kind.DATE, Kind.TEXT, Kind.COMMENT, Kind.NAME, Kind.SIGN, Kind.BLANK))
# Keywords that stand where a name might: their first word is a keyword only before the others, `outcomes` only before a
# colon. The words of all others are tokens of their own: the fewer the scanner has, the smaller is the parser.
_SCANNED = (
    "AT_LEAST", "AT_MOST", "COUNT_OF", "AGGREGATE_OF", "DAYS_SINCE", "DAYS_SINCE_LAST", "FADING_OUT_OVER",
    "START_OVER_AFTER", "BLOCKED_BY", "NOT_FIRES", "NOT_BLOCKED_BY", "TYPE", "OUTCOMES",
)  # fmt: skip
# Names that are as likely inside brackets as lines that begin with them.
_OFTEN_NAMES = frozenset(("SCORE", "TIMEZONE", "OUTCOMES"))


def _spellings(regex: str) -> list[str]:
    """All texts that the pattern of a keyword finds; gaps between words are one space."""
    regex = regex.replace(r"\s+", " ").replace(r"\b", "").replace("\\", "").removesuffix("(?=s*:)")
    if regex.startswith("["):
        return list(regex[1:-1])
    group = re.fullmatch(r"\(\?:([^()]*)\)(.*)", regex)
    texts = [one + group[2] for one in group[1].split("|")] if group else regex.split("|")
    return [spelling for text in texts for spelling in _with_and_without(text)]


def _with_and_without(text: str) -> Iterable[str]:
    """A text and, where its last letter may be absent (`times?`), the text without it."""
    if text.endswith("?"):
        yield text[:-2]
    yield text.removesuffix("?")


@cache
def words() -> Mapping[str, list[str]]:
    """The spellings of every keyword and operator, by its terminal."""
    named = [name for name, kind in KINDS.items() if kind not in _PATTERNS or name == "BAR"]
    return {name: ["|"] if name == "BAR" else _spellings(spelled()[name]) for name in sorted(named)}


@cache
def phrases() -> Mapping[str, str]:
    """The keywords that the scanner finds as a whole, each with its token."""
    found = {word for name in _SCANNED for word in words()[name] if " " in word or name == "OUTCOMES"}
    return {word: "_" + word.replace(" ", "_") for word in sorted(found)}


def words_json() -> str:
    """What grammar.js reads."""
    return json.dumps({"words": words(), "phrases": phrases()}, indent=2) + "\n"


def words_h() -> str:
    """What the scanner reads."""
    beginning = [*(set(heads()) - _OFTEN_NAMES), "IF", "EACH", "OTHERWISE"]
    first = sorted(word for name in beginning for word in words()[name] if " " not in word)
    flags = sorted(word for name in ("YES", "NO", "FALSE") for word in words()[name])
    tables = {
        "Keywords of several words, and one that is a keyword only before a colon.": ("PHRASES", list(phrases())),
        "What lines begin with that are statements even below an open bracket.": ("HEADS", first),
        "Words that are values.": ("FLAGS", flags),
    }
    parts = ["// Words for scanner.c. Written by scripts/make_tree_sitter.py, from the words of the grammar.\n"]
    for says, (name, texts) in tables.items():
        rows = "".join(f'    "{text}",\n' for text in texts)
        parts.append(f"// {says}\nstatic const char *const {name}[] = {{\n{rows}}};\n")
    before_colon, longest = list(phrases()).index("outcomes"), max(map(len, phrases()))
    parts.append(f"#define BEFORE_COLON {before_colon}\n#define LONGEST_PHRASE {longest}\n")
    return "\n".join(parts)


# --- colours --------------------------------------------------------------------------------------------------------

# What the editors' themes have colours for: Neovim's `:help treesitter-highlight-groups`,
# https://docs.helix-editor.com/themes.html#scopes and https://zed.dev/docs/extensions/languages#syntax-highlighting
NEOVIM = {
    Kind.STATEMENT: "keyword", Kind.CONDITION: "keyword.conditional", Kind.OPERATOR: "keyword.operator",
    Kind.EVENT: "keyword.modifier", Kind.CONSTANT: "constant.builtin", Kind.TYPE: "type.builtin",
    Kind.UNIT: "number", Kind.NUMBER: "number", Kind.DATE: "string.special", Kind.TEXT: "string",
    Kind.COMMENT: "comment", Kind.DECLARED: "type", Kind.FIELD: "property", Kind.MEMBER: "variable.member",
    Kind.FUNCTION: "function.builtin", Kind.RESULT: "variable.builtin", Kind.ESCAPE: "string.escape",
    Kind.SIGN: "punctuation.delimiter",
}  # fmt: skip
HELIX = {
    **NEOVIM,
    Kind.CONDITION: "keyword.control.conditional", Kind.EVENT: "keyword.control",
    Kind.UNIT: "constant.numeric", Kind.NUMBER: "constant.numeric", Kind.MEMBER: "variable.other.member",
    Kind.FIELD: "variable.other.member", Kind.ESCAPE: "constant.character.escape",
}  # fmt: skip
ZED = {
    **NEOVIM,
    Kind.CONDITION: "keyword", Kind.OPERATOR: "operator", Kind.EVENT: "keyword", Kind.CONSTANT: "constant",
    Kind.TYPE: "type", Kind.MEMBER: "property", Kind.FUNCTION: "function", Kind.RESULT: "variable.special",
}  # fmt: skip

# Which parts of a tree are of which kind. No part is told twice, for editors differ in what they do with such: in some
# the first pattern counts, in others the last. `{}` is where the colour stands that is not the whole part's.
PARTS = (
    ("(comment)", Kind.COMMENT),
    ("(text)", Kind.TEXT),
    ("(escape)", Kind.ESCAPE),
    ("(number)", Kind.NUMBER),
    ("(percent)", Kind.NUMBER),
    ("(date)", Kind.DATE),
    ("(unit)", Kind.UNIT),
    ("(type)", Kind.TYPE),
    ("(flag)", Kind.CONSTANT),
    ("(field name: (name) {})", Kind.FIELD),
    ("(dotted member: (name) {})", Kind.MEMBER),
    ("(events member: (name) {})", Kind.MEMBER),
    *(
        (f"({node} name: (name) {{}})", Kind.DECLARED)
        for node in ("category", "event", "named_list", "define", "decay", "stage", "band")
    ),
)
# Words that are of one kind here and of another there, and what they are parts of.
AMONG = {
    "not": {"not where": Kind.CONDITION, "compare known occurs cell": Kind.OPERATOR},
    "or": {"or": Kind.CONDITION, "stage": Kind.STATEMENT},
    "of": {"quorum": Kind.OPERATOR, "silence": Kind.EVENT, "as_of": Kind.STATEMENT},
    "with": {"compare cell name": Kind.OPERATOR, "given_item": Kind.STATEMENT},
    "no": {"no_events": Kind.EVENT},
}
# Words of which a (flag), a (type) or a (unit) consists, which have their colour from that.
_WHOLE = frozenset(("YES", "NO", "FALSE", "TYPE", "UNIT", "PERIOD"))


def highlights(captures: Mapping[Kind, str]) -> str:
    """The queries that say what has which colour."""
    lines = ["; Written by scripts/make_tree_sitter.py, from the words of the grammar."]
    for part, kind in PARTS:
        capture = f"@{captures[kind]}"
        lines.append(part.format(capture) if "{}" in part else f"{part} {capture}")
    for part, kind, names in (
        ("(call function: (name) {})", Kind.FUNCTION, functions()),
        ("(name) {}", Kind.RESULT, RESULTS),
    ):
        capture = f"@{captures[kind]}"
        lines.append(f"({part.format(capture)}\n  (#any-of? {capture} {_quoted(names)}))")
    for word, places in AMONG.items():
        for nodes, kind in places.items():
            lines += [f'({node} "{word}" @{captures[kind]})' for node in nodes.split()]
    for kind in Kind:
        if found := _tokens(kind):
            lines.append(f"[{_quoted(found)}] @{captures[kind]}")
    lines.append(f'["," "." ":"] @{captures[Kind.SIGN]}')
    lines.append('["(" ")" "[" "]"] @punctuation.bracket')
    return "\n".join([*lines, ""])


def _tokens(kind: Kind) -> list[str]:
    """The words and signs of a kind that have its colour wherever they stand, as the trees have them."""
    names = [name for name in words() if KINDS[name] is kind and name not in _WHOLE]
    texts = {text for name in names for text in words()[name]}
    return sorted({word for text in texts for word in ([text] if text in phrases() else text.split())} - set(AMONG))


def _quoted(texts: Iterable[str]) -> str:
    return " ".join(f'"{text}"' for text in texts)


# --- Zed ------------------------------------------------------------------------------------------------------------


def zed_config() -> str:
    """What Zed knows of the language beside its colours."""
    brackets = [("(", ")", "true"), ("[", "]", "true"), ('\\"', '\\"', "false")]
    pairs = "".join(
        f'    {{ start = "{opening}", end = "{closing}", close = true, newline = {is_open}, '
        'not_in = ["string", "comment"] },\n'
        for opening, closing, is_open in brackets
    )
    return f"""# Written by scripts/make_tree_sitter.py, from the words of the grammar.
name = "scorelang"
grammar = "scorelang"
path_suffixes = ["score"]
line_comments = ["# "]
tab_size = 4
autoclose_before = ",)] "
increase_indent_pattern = '^\\s*({"|".join(blocks())})\\b.*:\\s*(#.*)?$'
brackets = [
{pairs}]
"""


# --- files ----------------------------------------------------------------------------------------------------------


def files() -> Mapping[str, str]:
    """Every file that is written from the words, by its path in `editors/`."""
    return {
        "tree-sitter-scorelang/words.json": words_json(),
        "tree-sitter-scorelang/src/words.h": words_h(),
        "tree-sitter-scorelang/queries/highlights.scm": highlights(NEOVIM),
        "helix/queries/scorelang/highlights.scm": highlights(HELIX),
        "zed/languages/scorelang/highlights.scm": highlights(ZED),
        "zed/languages/scorelang/config.toml": zed_config(),
    }


def generate() -> str:
    """Make the parser of grammar.js; what is in the way, or an empty text."""
    program = os.environ.get("TREE_SITTER", "tree-sitter")
    for name, found_at in ((program, "https://tree-sitter.github.io"), ("node", "https://nodejs.org")):
        if shutil.which(name) is None:
            return f"src/parser.c stays as it was: {name} is not installed ({found_at})"
    ran = subprocess.run([program, "generate"], cwd=GRAMMAR, check=False)
    return f"src/parser.c stays as it was: {program} generate ended with {ran.returncode}" if ran.returncode else ""


def copy_zed(folder: Path) -> str:
    """Copy the extension for Zed, and say in the copy where the grammar is; what is in the way, or an empty text."""
    if shutil.which("git") is None:
        return "git is not installed, and Zed takes grammars from git repositories"
    asked = ["git", "rev-parse", "--show-toplevel", "HEAD"]
    ran = subprocess.run(asked, cwd=EDITORS, capture_output=True, encoding="utf-8", check=False)
    if ran.returncode:
        return f"Zed takes grammars from git repositories: {ran.stderr.strip()}"
    root, commit = ran.stdout.split("\n")[:2]
    shutil.copytree(EDITORS / "zed", folder, dirs_exist_ok=True)
    with (folder / "extension.toml").open("a", encoding="utf-8") as extension:
        grammar = {"repository": Path(root).as_uri(), "rev": commit, "path": GRAMMAR.relative_to(root).as_posix()}
        lines = (f"{name} = {json.dumps(value)}\n" for name, value in grammar.items())
        extension.write("\n[grammars.scorelang]\n" + "".join(lines))
    return ""


def main() -> int:
    """Do what was asked for; 1 when it was not done, or not whole."""
    parser = argparse.ArgumentParser(description="Write the tree-sitter grammar of scorelang.")
    parser.add_argument("--words", action="store_true", help="leave the parser alone")
    parser.add_argument("--zed", type=Path, metavar="FOLDER", help="copy the extension for Zed there, and no more")
    asked = parser.parse_args()
    problem = copy_zed(asked.zed) if asked.zed else write(with_parser=not asked.words)
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0


def write(*, with_parser: bool) -> str:
    """Write the files, and make the parser; what is in the way of that, or an empty text."""
    for path, content in files().items():
        (EDITORS / path).parent.mkdir(parents=True, exist_ok=True)
        (EDITORS / path).write_text(content, encoding="utf-8")
    return generate() if with_parser else ""


if __name__ == "__main__":
    sys.exit(main())
