"""Editors: the words that their colours are made of, the Pygments lexer, and what stands in `editors/`."""

import json
import plistlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lark.lexer import Token
from lark.utils import TextSlice
from pygments import token
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename

from scorelang.diagnostics import Diagnostics
from scorelang.keywords import KINDS, Kind, blocks, pieces
from scorelang.layout import Line, read_layout
from scorelang.operators import operators
from scorelang.parse import INSIDE, parser, spellings
from scorelang.source import source_of

from .scripts import ROOT, script

EDITORS = ROOT / "editors"
VSCODE = EDITORS / "vscode"
MODELS = sorted([*(ROOT / "examples").rglob("*.score"), *(ROOT / "stdlib").glob("*.score")])
# A name is one of these by where it stands; to the parser it is a name.
NAMES = {Kind.NAME, Kind.DECLARED, Kind.FIELD, Kind.MEMBER, Kind.FUNCTION, Kind.RESULT}

make_editors = script("make_editors")


def kinds(line: str) -> dict[str, Kind]:
    """The pieces of a line by their text; a text that stands there twice counts as it does last."""
    return {line[start:end]: kind for start, end, kind in pieces(line)}


# --- words ----------------------------------------------------------------------------------------------------------


def test_every_terminal_of_the_grammar_is_of_one_kind() -> None:
    assert {terminal.name for terminal in parser().terminals} == set(KINDS)


def test_every_keyword_and_sign_is_coloured() -> None:
    names = {name for name, kind in KINDS.items() if kind is not Kind.NAME and name != "_COMMA_VALUE"}
    contexts = {
        "TYPE": "x {}", "HEADER_WORD": "{} 3", "COLUMN": '{} "x"', "WEIGHT": "{} 5%", "UNIT": "3 {}",
        "PERIOD": "once a {}", "A": "once {} day", "BEST": "choose {}:", "OUTCOMES": "{}:",
    }  # fmt: skip
    plain = {
        text for name, text in spellings().items()
        if name in names and Kind.NAME in {kind for *_, kind in pieces(contexts.get(name, "{}").format(text))}
    }  # fmt: skip
    assert plain <= {"x"}


@pytest.mark.parametrize("word", [row.name for row in operators().values() if row.form == "word"])
def test_a_word_of_the_table_of_operators_is_an_operator(word: str) -> None:
    assert kinds(f'if title {word} "VP" then +1')[word] is Kind.OPERATOR


def test_a_word_is_a_keyword_only_where_it_stands_as_one() -> None:
    assert kinds("    days number")["days"] is Kind.FIELD
    assert kinds("    text text list from")["text list"] is Kind.TYPE
    assert kinds("if text is list then +1")["text"] is Kind.NAME
    assert kinds("stage MQL from 40")["stage"] is Kind.STATEMENT
    assert kinds("    and stage is MQL")["stage"] is Kind.RESULT
    assert kinds("no visit within 30 days")["no"] is Kind.EVENT
    assert kinds("if opted_out is no then +1")["no"] is Kind.CONSTANT
    assert kinds("if visit.since > 3 then +1")["since"] is Kind.MEMBER
    assert kinds('"# no comment" # a "comment"') == {'"# no comment"': Kind.TEXT, '# a "comment"': Kind.COMMENT}
    assert kinds(r'"a\"b\u00e9"')[r"\u00e9"] is Kind.ESCAPE


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a file as the parser takes them."""

    def walk(lines: list[Line], start: str) -> Iterator[Token]:
        for line in lines:
            parsing = parser().parse_interactive(TextSlice(text, line.span.start, line.span.end), start=start)
            yield from parsing.exhaust_lexer()
            if line.block:
                yield from walk(line.block, INSIDE[line.word])

    yield from walk(read_layout(source_of("model.score", text), Diagnostics()).lines, "top")


def agrees(one: Token, kind: Kind | None) -> bool:
    """Whether a token has the colour of what the parser takes it for."""
    of = KINDS[one.type]
    return (
        kind is of
        or (of is Kind.NAME and kind in NAMES)
        or (one.type == "NO" and kind is Kind.CONSTANT)
        or (one.type == "SIGN" and kind is Kind.NUMBER)  # of the points
    )


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_colours_say_of_every_word_of_our_models_what_the_parser_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    coloured: dict[int, Kind] = {}
    offset = 0
    for line in text.splitlines(keepends=True):
        found = list(pieces(line.rstrip("\n")))
        coloured.update({offset + at: kind for start, end, kind in found for at in range(start, end)})
        offset += len(line)
    wrong = [(one.type, str(one)) for one in tokens(text) if not agrees(one, coloured.get(int(one.start_pos or 0)))]
    assert wrong == []


# --- Pygments -------------------------------------------------------------------------------------------------------


def test_pygments_finds_the_lexer_by_name_and_by_file() -> None:
    assert get_lexer_by_name("scorelang").name == get_lexer_for_filename("acme.score").name == "scorelang"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_the_lexer_keeps_every_character_of_our_models_and_knows_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = list(get_lexer_by_name("scorelang", stripnl=False).get_tokens(text))
    assert "".join(value for _, value in found) == text
    assert [value for kind, value in found if kind is token.Error] == []


def test_a_sign_that_the_language_does_not_have_is_an_error_token() -> None:
    lexer = get_lexer_by_name("scorelang")
    assert [value for kind, value in lexer.get_tokens("if a ; b\r\n§ 5") if kind is token.Error] == [" ; ", "§ "]


def test_looking_for_another_lexer_does_not_load_the_language() -> None:
    program = "import sys, scorelang.pygments_lexer; print('lark' in sys.modules or 'scorelang.parse' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout == "False\n"


# --- what scripts/make_editors.py writes ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", list(make_editors.files()))
def test_the_file_is_what_the_script_writes(path: str) -> None:
    assert (EDITORS / path).read_bytes() == make_editors.files()[path], "run: python scripts/make_editors.py"


def test_the_bundle_of_textmate_has_the_patterns_of_vs_code() -> None:
    bundle = plistlib.loads((EDITORS / "scorelang.tmbundle/Syntaxes/score.tmLanguage").read_bytes())
    code = json.loads((VSCODE / "syntaxes/score.tmLanguage.json").read_text(encoding="utf-8"))
    assert bundle["patterns"] == code["patterns"]


def test_a_line_is_indented_below_the_head_of_a_block_only() -> None:
    rule = make_editors.language_configuration()["onEnterRules"][0]["beforeText"]
    assert all(re.search(rule, f"    {word} x:  # why") for word in blocks())
    assert not re.search(rule, 'never "x":')
    assert not re.search(rule, 'if title is "category:"')


# --- Vim ------------------------------------------------------------------------------------------------------------

# Writes the type of the file and, line by line, the colour of every byte.
VIM = r"""
let lines = []
for g:l in range(1, line('$'))
  call add(lines, join(map(range(1, len(getline(g:l))), {_, c -> synIDattr(synID(g:l, c, 0), 'name')})))
endfor
call writefile([&filetype] + lines, 'colours')
"""


def vim(folder: Path, file: Path, *commands: str) -> None:
    """Run commands in Vim, on a file."""
    if shutil.which("vim") is None:
        pytest.skip("vim is not installed")
    version = subprocess.run(["vim", "--version"], capture_output=True, text=True, check=True)
    if "+syntax" not in version.stdout:
        pytest.skip("this vim has no colours")
    options = ["-Nu", "NONE", "-i", "NONE", "-n", "-es", "--cmd", f"set encoding=utf-8 rtp^={EDITORS / 'vim'}"]
    steps = ["syntax on", "filetype plugin indent on", f"edit {file}", *commands, "qa!"]
    arguments = [part for step in steps for part in ("-c", step)]
    subprocess.run(["vim", *options, *arguments], cwd=folder, stdin=subprocess.DEVNULL, check=False, timeout=300)


@pytest.mark.parametrize("name", ["examples/opportunity/opportunity.score", "stdlib/bant.score"])
def test_vim_colours_a_model_as_the_patterns_do(name: str, tmp_path: Path) -> None:
    (tmp_path / "dump.vim").write_text(VIM, encoding="utf-8")
    vim(tmp_path, ROOT / name, "source dump.vim")
    filetype, *coloured = (tmp_path / "colours").read_text(encoding="utf-8").split("\n")
    assert filetype == "scorelang"
    for line, found in zip((ROOT / name).read_text(encoding="utf-8").split("\n"), coloured, strict=True):
        wanted = [""] * len(line.encode())
        for start, end, kind in pieces(line):
            if kind in make_editors.GROUPS:
                for at in range(len(line[:start].encode()), len(line[:end].encode())):
                    wanted[at] = f"score{kind.value.capitalize()}"
        assert found == " ".join(wanted), line


def test_vim_indents_below_the_head_of_a_block(tmp_path: Path) -> None:
    model = tmp_path / "model.score"
    model.write_text("", encoding="utf-8")
    typed = 'category Fit:\rchoose:  # one\rif a then +1\rotherwise -1\r\x04\x04never "x":\x1b'
    vim(tmp_path, model, f"normal! i{typed}", "write")
    assert model.read_text(encoding="utf-8") == (
        'category Fit:\n    choose:  # one\n        if a then +1\n        otherwise -1\nnever "x":\n'
    )


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["README.md", "vscode/README.md"])
def test_links_and_files_of_the_page_are_there(page: str) -> None:
    text = (EDITORS / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#\s]+)\)", text)
    paths = re.findall(r"\b(?:editors|scripts)/[\w./-]+\b", text)
    assert [target for target in targets if not (EDITORS / page).parent.joinpath(target).exists()] == []
    assert [path for path in paths if not (ROOT / path).exists()] == []
    for block in re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        json.loads(block)
