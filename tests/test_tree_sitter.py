"""The grammar for tree-sitter: what it makes of every model of ours, and that editors' colours come from our words."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import tree_sitter as ts
from hypothesis import given
from lark.lexer import Token

from scorelang import nodes as n
from scorelang.diagnostics import Diagnostics
from scorelang.keywords import KINDS, Kind, blocks
from scorelang.layout import read_layout
from scorelang.parse import parse
from scorelang.resolve import RESULTS
from scorelang.source import source_of

from .generators import examples
from .generators.layout import laid_out_again, spoiled
from .generators.models import ModelText, models
from .scripts import ROOT, script
from .test_editors import MODELS, NAMES, tokens
from .test_format_properties import CORPUS, read

make_tree_sitter = script("make_tree_sitter")
EDITORS = ROOT / "editors"
GRAMMAR = EDITORS / "tree-sitter-scorelang"
# What our parser calls otherwise.
OTHERWISE_CALLED = {"given_line": "given", "expect_line": "expect", "outcome_words": "outcome"}
BLOCKS: dict[type[n.Node], str] = {
    n.Lead: "fields", n.Category: "rules", n.Choose: "branches", n.Matrix: "rows", n.Route: "destinations",
    n.Outcomes: "lines", n.Test: "lines",
}  # fmt: skip
QUERIES = sorted([*GRAMMAR.rglob("*.scm"), *(EDITORS / "helix").rglob("*.scm"), *(EDITORS / "zed").rglob("*.scm")])


@pytest.fixture(scope="session")
def compiler() -> str:
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if found is None:
        pytest.skip("no C compiler is installed")
    return found


@pytest.fixture(scope="session")
def language(compiler: str, tmp_path_factory: pytest.TempPathFactory) -> ts.Language:
    """The compiled grammar."""
    library = tmp_path_factory.mktemp("grammar") / "scorelang.so"
    sources = [GRAMMAR / "src/parser.c", GRAMMAR / "src/scanner.c"]
    built = subprocess.run(
        [compiler, "-shared", "-fPIC", "-std=c11", "-I", GRAMMAR / "src", *sources, "-o", library],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    made = ctypes.CDLL(str(library)).tree_sitter_scorelang
    made.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype, capsule.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return ts.Language(capsule(made(), b"tree_sitter.Language", None))


def tree_of(language: ts.Language, text: str) -> ts.Tree:
    return ts.Parser(language).parse(text.encode())


def walk(node: ts.Node) -> Iterator[ts.Node]:
    yield node
    for child in node.children:
        yield from walk(child)


def slips(tree: ts.Tree) -> list[str]:
    """The places that the grammar has no rule for."""
    if not tree.root_node.has_error:
        return []
    return [f"{one.start_point}: {one}" for one in walk(tree.root_node) if one.is_error or one.is_missing]


# --- every model ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "text"), [pytest.param(*one, id=one[0]) for one in CORPUS])
def test_a_model_that_our_parser_reads_has_a_tree_without_errors(language: ts.Language, place: str, text: str) -> None:
    tree = tree_of(language, text)
    assert slips(tree) == []
    assert statements(tree) == statements_of(text)
    assert comments(tree) == comments_of(text)


def statements(tree: ts.Tree) -> list[tuple[int, str]]:
    """All lines that mean something, those of blocks too: where each begins, from line 0, and what it is."""
    nodes = [
        one for one in walk(tree.root_node) if one.is_named and one.parent and one.parent.type in ("file", "block")
    ]
    return [(one.start_point.row, one.type) for one in nodes if one.type not in ("comment", "block", "ERROR")]


def statements_of(text: str) -> list[tuple[int, str]]:
    """The same of our own parser."""
    source = source_of("model.score", text)

    def lines(nodes: Sequence[n.Node]) -> Iterator[tuple[int, str]]:
        for one in nodes:
            kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(one).__name__).lower()
            yield source.line_of(one.span.start) - 1, OTHERWISE_CALLED.get(kind, kind)
            yield from lines(getattr(one, BLOCKS.get(type(one), ""), ()))

    return list(lines(parse(source, Diagnostics()).statements))


def comments(tree: ts.Tree) -> list[str]:
    """The comments, and those between the words of a keyword that is one token."""
    found = []
    for one in walk(tree.root_node):
        text = str(one.text, "utf-8")
        if one.type == "comment":
            found.append(text.rstrip())
        elif not one.child_count and not one.is_named:
            found += [comment.rstrip() for comment in re.findall(r"#[^\r\n]*", text)]
    return found


def comments_of(text: str) -> list[str]:
    source = source_of("model.score", text)
    return [source.text[one.start : one.end] for one in read_layout(source, Diagnostics()).comments]


@examples(30)
@given(models())
def test_a_generated_model_has_a_tree_without_errors(language: ts.Language, written: ModelText) -> None:
    tree = tree_of(language, written.text)
    assert slips(tree) == []
    assert statements(tree) == statements_of(written.text)


@examples(30)
@given(models().flatmap(laid_out_again))
def test_a_model_has_the_same_statements_however_it_is_laid_out(language: ts.Language, text: str) -> None:
    if read(text) is None:
        return
    tree = tree_of(language, text)
    assert slips(tree) == []
    assert comments(tree) == comments_of(text)
    assert [kind for _, kind in statements(tree)] == [kind for _, kind in statements_of(text)]


@examples(30)
@given(models().flatmap(lambda written: laid_out_again(written, inside=True)))
def test_comments_in_the_middle_of_a_statement_are_kept(language: ts.Language, text: str) -> None:
    if read(text) is None:
        return
    tree = tree_of(language, text)
    assert slips(tree) == []
    assert comments(tree) == comments_of(text)


def test_a_word_is_a_keyword_only_where_it_stands_as_one(language: ts.Language) -> None:
    """A field may have any name but those of results; its own words keep their meaning around it."""
    lines = ["lead:"]
    words = sorted({word for one in make_tree_sitter.words().values() for text in one for word in text.split()})
    names = [word for word in words if word.isalpha() and word not in RESULTS]
    lines += [f"    {name} number" for name in names]
    for name in names:
        if read(f'lead:\n    {name} number\nif {name} > 5 then +{name} because "x"\n'):
            lines.append(f'if {name} > 5 then +{name} because "x"')
    assert len(lines) > 1.5 * len(names)
    text = "\n".join(lines)
    tree = tree_of(language, text)
    assert slips(tree) == []
    coloured = colours(language, tree)
    assert {coloured[text.index(f"    {name} number") + 4] for name in names} == {Kind.FIELD}
    rules = [one for one in walk(tree.root_node) if one.type == "name" and one.parent and one.parent.type != "field"]
    assert {coloured.get(one.start_byte) for one in rules} == {None}


# --- broken and half-typed files --------------------------------------------------------------------------------------


@examples(60)
@given(models().flatmap(lambda written: spoiled(written.text)))
def test_a_broken_file_has_a_tree_of_all_its_text(language: ts.Language, text: str) -> None:
    root = tree_of(language, text).root_node
    assert root.end_byte <= len(text.encode())
    assert bytes(root.text or b"") in text.encode()


# What may stand by mistake in the middle of a line, and the end of a line that is not typed yet.
JUNK = ("?? (", '"', " then ", ":", "")


@pytest.mark.parametrize("junk", JUNK)
def test_a_line_that_is_broken_hardly_touches_the_others(language: ts.Language, junk: str) -> None:
    text = (ROOT / "examples/opportunity/opportunity.score").read_text(encoding="utf-8")
    lines = text.split("\n")
    whole = set(statements(tree_of(language, text)))
    told = lost = 0
    for at, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        middle = len(line) // 2
        broken = line[:middle] + junk + (line[middle:] if junk else "")
        found = set(statements(tree_of(language, "\n".join([*lines[:at], broken, *lines[at + 1 :]]))))
        others = {one for one in whole if one[0] != at}
        told += len(others)
        lost += len(others - found)
    assert lost < 0.02 * told


LONG = {
    "brackets": "if " + "(" * 20_000 + "a" + ")" * 20_000 + " then +1\n",
    "open brackets": "if (a and\n" * 20_000,
    "comments in brackets": "list a = [\n" + "# why\n" * 50_000 + "]\n",
    "comments": "if a then +1\n" + "# why\n" * 50_000,
    "comments in a statement": "if a\n" + "    # why\n" * 50_000 + "    then +1\n",
    "empty lines": "if a then +1\n" + "\n" * 100_000,
    "blocks": "".join("  " * depth + "choose:\n" for depth in range(500)),
    "a text that is not closed": '"' + "a" * 500_000,
    "one long line": "if " + "a or " * 50_000 + "a then +1\n",
    "colons": ":" * 20_000,
    "half a phrase": "at " * 50_000,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in LONG.items()])
@pytest.mark.timeout(120)
def test_a_hostile_file_ends(language: ts.Language, text: str) -> None:
    assert tree_of(language, text).root_node.end_byte >= 0


@pytest.mark.parametrize("name", ["examples/acme/acme.score", "examples/bank/bank.score"])
def test_a_file_that_is_typed_line_by_line_ends_in_the_tree_of_the_whole(language: ts.Language, name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    parser = ts.Parser(language)
    typed, tree = b"", parser.parse(b"")
    for line in text.encode().splitlines(keepends=True):
        at, rows = len(typed), typed.count(b"\n")
        typed += line
        tree.edit(at, at, len(typed), (rows, 0), (rows, 0), (rows + 1, 0))
        tree = parser.parse(typed, tree)
    assert slips(tree) == []
    assert str(tree.root_node) == str(tree_of(language, text).root_node)


# --- words and colours ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", list(make_tree_sitter.files()))
def test_the_file_is_what_the_script_writes(path: str) -> None:
    written = (EDITORS / path).read_text(encoding="utf-8")
    assert written == make_tree_sitter.files()[path], "run: python scripts/make_tree_sitter.py"


def test_the_grammar_has_every_word_of_the_list_and_no_other() -> None:
    text = (GRAMMAR / "grammar.js").read_text(encoding="utf-8")
    rules = re.sub(r"//.*", "", text.partition("module.exports")[2])
    assert set(re.findall(r't\("(\w+)"\)', text)) == set(make_tree_sitter.words())
    # A pattern's letters stand between slashes, a part's name before a colon; what is left in quotes is a sign.
    assert re.findall(r'(?<!t\()(?<!field\()"(\w+)"', rules) == ["scorelang"]


def test_the_parser_was_made_of_these_words(language: ts.Language) -> None:
    kinds = {
        str(language.node_kind_for_id(one))
        for one in range(language.node_kind_count)
        if language.node_kind_is_visible(one) and not language.node_kind_is_named(one)
    }
    words = [word for spellings in make_tree_sitter.words().values() for word in spellings]
    whole = make_tree_sitter.phrases()
    assert {part for word in words for part in ([word] if word in whole else word.split())} == kinds - set(',.:()[]"')


def test_the_parser_is_what_tree_sitter_makes_of_the_grammar(tmp_path: Path) -> None:
    if shutil.which("tree-sitter") is None or shutil.which("node") is None:
        pytest.skip("tree-sitter or Node.js is not installed")
    version = subprocess.run(["tree-sitter", "--version"], capture_output=True, text=True, check=True).stdout
    if " 0.26." not in version:
        pytest.skip(f"the parser was made by tree-sitter 0.26, and this is {version.strip()}")
    copy = shutil.copytree(GRAMMAR, tmp_path / "grammar")
    subprocess.run(["tree-sitter", "generate"], cwd=copy, check=True, timeout=300)
    for name in ("src/parser.c", "src/grammar.json", "src/node-types.json"):
        assert (copy / name).read_bytes() == (GRAMMAR / name).read_bytes(), "run: python scripts/make_tree_sitter.py"


def test_every_word_has_a_colour() -> None:
    found = make_tree_sitter.highlights(make_tree_sitter.NEOVIM)
    whole = {"YES", "FALSE", "TYPE", "UNIT", "PERIOD"}  # these are parts of trees that have one
    words = {word for name, spelled in make_tree_sitter.words().items() if name not in whole for word in spelled}
    parts = {one for word in words for one in ([word] if word in make_tree_sitter.phrases() else word.split())}
    assert {part for part in parts if f'"{part}"' not in found} == set()


def test_the_scanner_calls_only_what_there_is_where_grammars_run_as_webassembly(compiler: str, tmp_path: Path) -> None:
    """Zed runs them so; tree-sitter's lib/src/wasm/stdlib-symbols.txt lists what they may call."""
    if shutil.which("nm") is None:
        pytest.skip("nm is not installed")
    options = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "-c", "-I", GRAMMAR / "src"]
    scanner = [compiler, *options, GRAMMAR / "src/scanner.c", "-o", tmp_path / "scanner.o"]
    subprocess.run(scanner, check=True)
    calls = subprocess.run(["nm", "-u", tmp_path / "scanner.o"], capture_output=True, text=True, check=True).stdout
    called = {line.split()[-1].lstrip("_") for line in calls.splitlines()}
    assert called <= {"calloc", "free", "malloc", "memcmp", "memcpy", "memset", "strcmp", "strlen", "strncmp"}


def test_without_tree_sitter_the_script_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREE_SITTER", "no-tree-sitter")
    assert make_tree_sitter.generate() == (
        "src/parser.c stays as it was: no-tree-sitter is not installed (https://tree-sitter.github.io)"
    )


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: str(path.relative_to(EDITORS)))
def test_a_query_knows_only_parts_that_trees_have(language: ts.Language, path: Path) -> None:
    assert ts.Query(language, path.read_text(encoding="utf-8")).pattern_count > 0


def colours(language: ts.Language, tree: ts.Tree) -> dict[int, Kind]:
    """The kind of every byte that has a colour; of two parts at one place the inner one's."""
    query = ts.Query(language, make_tree_sitter.highlights({kind: kind.value for kind in Kind}))
    found = [
        (node.start_byte, node.end_byte, name)
        for name, nodes in ts.QueryCursor(query).captures(tree.root_node).items()
        for node in nodes
    ]
    coloured: dict[int, Kind] = {}
    for start, end, name in sorted(found, key=lambda one: one[0] - one[1]):
        coloured.update(dict.fromkeys(range(start, end), Kind.SIGN if "." in name else Kind(name)))
    return coloured


def agrees(one: Token, kind: Kind | None) -> bool:
    """Whether a token has the colour of what the parser takes it for; a name may have none."""
    of = KINDS[one.type]
    return (
        kind is of
        or (of is Kind.NAME and (kind is None or kind in NAMES))
        or (one.type == "NO" and kind is Kind.CONSTANT)
        or (of is Kind.TEXT and kind is Kind.ESCAPE)
    )


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_colours_say_of_every_letter_of_our_models_what_the_parser_says(language: ts.Language, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    coloured = colours(language, tree_of(language, text))
    wrong = []
    for one in tokens(text):
        start = int(one.start_pos or 0)
        before = len(text[:start].encode())
        words = [match.start() for match in re.finditer(r"\S+", str(one))]
        shown = {coloured.get(before + len(str(one)[:at].encode())) for at in words}
        wrong += [(one.type, str(one), kind) for kind in shown if not agrees(one, kind)]
    assert wrong == []


# --- the page ---------------------------------------------------------------------------------------------------------


def commands(heading: str) -> str:
    """What docs/editors.md says to type for an editor."""
    page = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL))


def typed(heading: str, home: Path) -> None:
    """Type that in a shell, in the root of the repository."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "HOME": str(home), "PATH": path}
    subprocess.run(["sh", "-euc", commands(heading)], cwd=ROOT, env=environment, check=True, timeout=300)


@pytest.mark.parametrize(
    ("editor", "library", "queries"),
    [
        ("Neovim", ".local/share/nvim/site/parser", ".local/share/nvim/site/queries/scorelang"),
        ("Helix", ".config/helix/runtime/grammars", ".config/helix/runtime/queries/scorelang"),
    ],
)
def test_what_the_page_says_to_type_installs_the_grammar(
    editor: str, library: str, queries: str, compiler: str, tmp_path: Path
) -> None:
    if shutil.which("cc") is None:
        pytest.skip("there is no compiler called cc")
    typed(editor, tmp_path)
    assert hasattr(ctypes.CDLL(str(tmp_path / library / "scorelang.so")), "tree_sitter_scorelang")
    assert (tmp_path / queries / "highlights.scm").exists()


def test_what_the_page_says_to_type_makes_an_extension_for_zed(tmp_path: Path) -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git repository")
    typed("Zed", tmp_path)
    extension = tomllib.loads((tmp_path / "scorelang-zed/extension.toml").read_text(encoding="utf-8"))
    grammar = extension["grammars"]["scorelang"]
    assert grammar["repository"] == ROOT.as_uri()
    assert re.fullmatch(r"[0-9a-f]{40}", grammar["rev"])
    assert (ROOT / grammar["path"] / "src/parser.c").exists()


def test_the_extension_for_zed_says_which_files_are_its_language() -> None:
    config = tomllib.loads((EDITORS / "zed/languages/scorelang/config.toml").read_text(encoding="utf-8"))
    assert (config["grammar"], config["path_suffixes"]) == ("scorelang", ["score"])
    indents = config["increase_indent_pattern"]
    assert all(re.search(indents, f"    {word} x:  # why") for word in blocks())
    assert not re.search(indents, 'never "x":')
