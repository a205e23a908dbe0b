"""The extension for VS Code: what it contributes, packaged as its README says, and run without VS Code."""

import json
import re
import shutil
import struct
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scorelang import format_text
from scorelang.diagnostics import Diagnostics
from scorelang.keywords import pieces
from scorelang.parse import parse
from scorelang.source import source_of

from .scripts import ROOT, script

VSCODE = ROOT / "editors" / "vscode"
PACKAGE = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))
MODELS = sorted([*(ROOT / "examples").rglob("*.score"), *(ROOT / "stdlib").glob("*.score")])

make_editors = script("make_editors")

# --- what it contributes ----------------------------------------------------------------------------------------------


def test_the_extension_promises_what_is_there() -> None:
    contributed = [one["path"] for kind in ("grammars", "snippets") for one in PACKAGE["contributes"][kind]]
    contributed += [one["configuration"] for one in PACKAGE["contributes"]["languages"]]
    assert [path for path in [*contributed, PACKAGE["icon"]] if not (VSCODE / path).is_file()] == []
    assert {one["command"] for one in PACKAGE["contributes"]["commands"]} == {"scorelang.restart"}
    settings = set(PACKAGE["contributes"]["configuration"]["properties"])
    source = "".join(path.read_text(encoding="utf-8") for path in (VSCODE / "src").glob("*.ts"))
    # The client library reads the trace by the name of the client.
    assert settings - {name for name in settings if name in source} == {"scorelang.trace.server"}


def test_the_extension_has_the_version_and_the_licence_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (PACKAGE["version"], PACKAGE["license"]) == (project["version"], project["license"])
    assert (VSCODE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_libraries_of_the_extension_are_fixed_and_come_from_wherever_npm_is_set_to() -> None:
    lock = json.loads((VSCODE / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"][""]["devDependencies"] == PACKAGE["devDependencies"]
    assert [name for name, one in lock["packages"].items() if "resolved" in one] == []


def test_the_icon_is_a_picture_of_128_by_128() -> None:
    picture = (VSCODE / "icon.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (128, 128)


SNIPPETS = json.loads((VSCODE / "snippets/score.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_reads_as_the_language_in_its_own_layout(name: str) -> None:
    text = "\n".join(SNIPPETS[name]["body"]).replace("\t", "    ")
    text = re.sub(r"\$\{\d\|(.*?),.*?\|\}", r"\1", text)
    text = re.sub(r"\s*\$0$", "\n", re.sub(r"\$\{\d+:(.*?)\}", r"\1", text))
    found = Diagnostics()
    parse(source_of("model.score", text), found)
    found.raise_if_any()
    assert format_text(text) == text


# --- packaged ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension as it is packaged, unpacked."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node is not installed")
    if not (VSCODE / "node_modules" / "esbuild").is_dir():
        pytest.skip("editors/vscode/node_modules is missing or old: run npm install there")
    folder = tmp_path_factory.mktemp("vsix")
    command = PACKAGE["scripts"]["package"].split()
    assert (command[0], command[-2:]) == ("vsce", ["--out", "scorelang.vsix"])
    program = ["node", "node_modules/@vscode/vsce/vsce", *command[1:-1], str(folder / "scorelang.vsix")]
    subprocess.run(program, cwd=VSCODE, check=True, capture_output=True)
    zipfile.ZipFile(folder / "scorelang.vsix").extractall(folder)
    return folder / "extension"


def tokenised(extension: Path, scope: str, files: list[Path]) -> dict[str, Any]:
    program = ["node", "tokenise.mjs", str(extension), scope, *map(str, files)]
    ran = subprocess.run(program, cwd=VSCODE, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_the_extension_holds_what_it_needs_and_the_licences_of_what_it_took(extension: Path) -> None:
    names = {str(path.relative_to(extension)) for path in extension.rglob("*") if path.is_file()}
    assert names == {
        "LICENSE.txt", "icon.png", "language-configuration.json", "package.json", "readme.md", "snippets/score.json",
        "syntaxes/markdown-score.tmLanguage.json", "syntaxes/score.tmLanguage.json", "out/extension.js",
        "out/LICENCES.txt",
    }  # fmt: skip
    licences = (extension / "out" / "LICENCES.txt").read_text(encoding="utf-8")
    assert "vscode-languageclient 9" in licences
    assert "minimatch" in licences


def test_the_packaged_extension_colours_every_model_as_the_patterns_do(extension: Path, tmp_path: Path) -> None:
    for path, lines in tokenised(extension, "source.score", MODELS).items():
        for line, found in zip(Path(path).read_text(encoding="utf-8").split("\n"), lines, strict=True):
            scopes = [(start, end, scope) for start, end, scope in found if scope != "source.score" and line]
            wanted = [(start, end, f"{make_editors.SCOPES[kind]}.score") for start, end, kind in pieces(line)]
            assert scopes == wanted, f"{path}: {line}"

    page = tmp_path / "page.md"
    page.write_text('A model:\n```score file=a\nif title is "CEO" then +1\n```\nif then', encoding="utf-8")
    prose, _, rule, _, after = tokenised(extension, "markdown.score.codeblock", [page])[str(page)]
    assert (prose[0][2], rule[0][2], after[0][2]) == (
        "markdown.score.codeblock", "keyword.control.score", "markdown.score.codeblock",
    )  # fmt: skip


# --- run --------------------------------------------------------------------------------------------------------------

# What the extension is tried on: in `model.score` a test that passes and some that do not, and a file that is no model.
TRIED = {
    "model.score": """if title mentions "CEO" then +20
test "a CEO":
    given title "CEO"
    expect score 20
test "a \\"quoted\\" (VP) and more":
    given title "VP"
    expect score 5
test "a table":
    | title | score |
    | "CEO" | 20    |
    | "VP"  | 3     |
never "too much": score > 10
""",
    "broken.score": 'if a thn +1\ntest "x":\n    expect score 0\n',
    "untested.score": "if a then +1\n",
}


def driven(extension: Path, program: Path, folder: Path, *lens: str) -> dict[str, Any]:
    """What happens when the extension runs with a stand-in for VS Code, in a folder with models."""
    models = folder / "models"
    models.mkdir()
    for name, text in TRIED.items():
        (models / name).write_text(text, encoding="utf-8")
    command = ["node", "drive.mjs", str(extension), str(program), str(models), *lens]
    ran = subprocess.run(command, cwd=VSCODE, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_the_client_starts_the_server_and_finds_and_runs_the_tests_of_models(extension: Path, tmp_path: Path) -> None:
    pytest.importorskip("pygls", reason="the extra `lsp` is not installed")
    told = driven(extension, Path(sys.executable).with_name("scorelang"), tmp_path, "model.score", "a CEO")
    assert told["found"] == {
        "broken.score": [["x", 1]],
        "model.score": [["a CEO", 1], ['a "quoted" (VP) and more', 4], ["a table", 7], ["too much", 11]],
    }
    everything, all_but_the_others, lens = told["runs"]
    results = {name: (result, [message[1:] for message in messages]) for name, result, *messages in everything}
    assert results == {
        "x": ("errored", [["broken.score", 0]]),
        "a CEO": ("passed", []),
        'a "quoted" (VP) and more': ("failed", [["model.score", 6]]),
        "a table": ("failed", [["model.score", 10]]),
        "too much": ("failed", [["model.score", 11]]),
    }
    assert everything[2][2][0] == "expected score 5: score is 0, 5 too little"
    assert all_but_the_others == lens == [["a CEO", "passed"]]
    assert told["saved"] == ["model.score"]
    assert told["messages"] == ['There is no test "no test has this name" in model.score.']
    assert told["diagnostics"]["broken.score"][0].startswith("`then` leads to the points\n")
    assert {"registerHoverProvider", "registerCompletionItemProvider", "registerRenameProvider"} <= set(
        told["providers"]
    )
    assert told["commands"] == ["scorelang.restart", "scorelang.runTest"]
    assert told["after"] == ["scorelang.restart"]


def test_a_program_that_is_not_there_is_told_with_what_installs_it(extension: Path, tmp_path: Path) -> None:
    told = driven(extension, tmp_path / "scorelang", tmp_path)
    assert any("pip install 'scorelang[lsp]'" in message for message in told["messages"])
    assert (told["found"], told["commands"]) == ({}, ["scorelang.restart"])
