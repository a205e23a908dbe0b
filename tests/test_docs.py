"""The documents, run: every code block does what its page says, and every link leads somewhere.

| block | is |
|---|---|
| `score` | a model; its own tests hold |
| `score error` | a text that is no model; the `text` block below it is the whole message |
| `score file=NAME`, or another kind | a file that stands in the folder of every block below it |
| `score slip=NAME` | such a file, which is no model |
| `score more=NAME` | is put at the end of that file |
| `score part` | lines of a model that need more to be one |
| `score of=PATH`, or another kind | lines that stand in a file of the repository, in this order |
| `json` below a model | cases, one a line: a `lead`, perhaps its `events` and `as_of`, and keys of its result |
| `json` elsewhere | JSON |
| `python` | runs; all blocks of a page share their names. A `text` or `json` block below it is what it prints |
| `console`, `console fails` | commands after `$ `, each with what it prints; `fails`: the last one gives an error |
| `yaml` | settings of another program; tests/test_ci.py reads them |
| `toml`, `lua`, `vim` | settings of an editor: they are of their language |
| `sh` | commands that set things up, or examples of ours: they are of a known kind, and are not run |

In what a message, program or command prints, `…` stands for any text within a line, alone for any number of lines.
`SCORELANG_BLESS=1` writes what is printed anew, where it is no longer so.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from attrs import frozen

import scorelang
from scorelang import model as m
from scorelang.cli import program
from scorelang.cli.examples import ExampleCommand
from scorelang.diagnostics import Diagnostics
from scorelang.interpret import evaluate, interpret
from scorelang.leads import Fact, Facts
from scorelang.parse import parse
from scorelang.result import result_of
from scorelang.source import source_of

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    ROOT / name
    for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", "stdlib/README.md")
] + sorted((ROOT / "docs").glob("*.md"))

FENCE = re.compile(r"^```(\w*)[ \t]*(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
AS_OF = "2026-01-01"
KINDS = {
    ("score", ""), ("score", "error"), ("json", ""), ("python", ""), ("text", ""), ("console", ""),
    ("console", "fails"), ("sh", ""), ("yaml", ""), ("score", "part"), ("toml", ""), ("lua", ""), ("vim", ""),
}  # fmt: skip
BLESS = os.environ.get("SCORELANG_BLESS") == "1"
# What a block of set-up may do; whoever reads the page does it, the tests do not.
SET_UP = (
    "git clone ", "cd ", "pip install ", "make ", "SCORELANG_BLESS=1 pytest tests/", "python scripts/", "npm install",
    "code --install-extension ", "mkdir -p ", "pygmentize ",
)  # fmt: skip


# --- reading a page -------------------------------------------------------------------------------------------------


@frozen
class Block:
    """A fenced block: its page, the line it begins on, what its first line says, and its text."""

    page: Path
    line: int
    kind: str
    option: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def file(self) -> str | None:
        """The name of the file that the block is, or is part of."""
        word, _, name = self.option.partition("=")
        return name if word in ("file", "slip", "more") else None

    @property
    def quotes(self) -> Path | None:
        """The file of the repository that the block's lines stand in."""
        word, _, name = self.option.partition("=")
        return ROOT / name if word == "of" else None

    def write(self, folder: Path) -> None:
        """Write the file that the block is, or add to it."""
        if self.file:
            (folder / self.file).parent.mkdir(parents=True, exist_ok=True)
            with (folder / self.file).open("a" if self.option.startswith("more=") else "w", encoding="utf-8") as file:
                file.write(self.text)


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, fence.start()) + 1, fence[1], fence[2].strip(), fence[3])
        for fence in FENCE.finditer(text)
    ]


PAGES = {page: blocks(page) for page in DOCUMENTS}
ALL = [block for page in PAGES.values() for block in page]


def parameters(found: list[Any], block: Callable[[Any], Block]) -> list[Any]:
    """Parameters of a test that are named by where they stand."""
    return [pytest.param(one, id=block(one).place) for one in found]


def below(block: Block) -> Block | None:
    """The next block of the page."""
    page = PAGES[block.page]
    return next(iter(page[page.index(block) + 1 :]), None)


def outputs() -> Iterator[Block]:
    """The blocks that are what the block above them gives."""
    for block in ALL:
        after = below(block)
        if (block.kind == "python" and not block.file and after is not None and after.kind in ("text", "json")) or (
            (block.kind, block.option) == ("score", "error") and after is not None
        ):
            yield after


OUTPUTS = list(outputs())


def is_as_written(written: str, got: str) -> bool:
    """Whether a text is what a page says, where `…` stands for any text."""
    parts = re.split(r"(^…\n|…)", written.rstrip() + "\n", flags=re.MULTILINE)
    any_of = {"…\n": r"(?:.*\n)*", "…": r".*"}
    lines = "\n".join(line.rstrip() for line in got.splitlines()).rstrip() + "\n"
    return re.fullmatch("".join(any_of.get(part) or re.escape(part) for part in parts), lines) is not None


def settle(block: Block, got: str) -> None:
    """Hold what was printed against a block; with `SCORELANG_BLESS=1`, write it there where it differs."""
    if not is_as_written(block.text, got) and BLESS:
        text = block.page.read_text(encoding="utf-8")
        lines = "".join(f"{line.rstrip()}\n" for line in got.splitlines())
        assert text.count(f"\n{block.text}```") == 1
        block.page.write_text(text.replace(f"\n{block.text}```", f"\n{lines}```"), encoding="utf-8")
    else:
        assert is_as_written(block.text, got), f"{block.place} is now:\n{got}"


def load(block: Block, folder: Path) -> scorelang.Model:
    """The model that a block says, in a folder with the files that stand above it."""
    page = PAGES[block.page]
    for above in page[: page.index(block) + 1]:
        above.write(folder)
    text = (folder / block.file).read_text(encoding="utf-8") if block.file else block.text
    return scorelang.loads(text, name=block.file or "model.score", folder=folder)


@pytest.mark.parametrize("block", parameters(ALL, lambda block: block))
def test_every_block_is_of_a_kind_that_is_run(block: Block) -> None:
    if block.file is not None:
        assert block.kind in ("score", "csv", "json", "python")
        return
    if block.quotes is not None:
        return
    assert (block.kind, block.option) in KINDS
    assert block.kind != "text" or block in OUTPUTS


# --- models and cases -----------------------------------------------------------------------------------------------

BROKEN = [block for block in ALL if block.kind == "score" and block.option.partition("=")[0] in ("error", "slip")]
PARTS = [block for block in ALL if block.option == "part"]
QUOTED = [block for block in ALL if block.quotes is not None]
MODELS = [block for block in ALL if block.kind == "score" and block not in (*BROKEN, *PARTS, *QUOTED)]


@frozen
class Case:
    """A lead, its model and what the page says of its result."""

    model: Block
    block: Block
    said: dict[str, Any]


def cases() -> Iterator[Case]:
    """The cases of all pages: the lines of `json` blocks below a model."""
    for page in PAGES.values():
        model: Block | None = None
        for block in page:
            if block in MODELS:
                model = block
            elif block.kind == "json" and not block.file and block not in OUTPUTS and block.text.startswith('{"lead"'):
                assert model is not None
                yield from (Case(model, block, json.loads(line)) for line in block.text.splitlines())


CASES = list(cases())


@pytest.mark.parametrize("block", parameters(MODELS, lambda block: block))
def test_a_model_of_a_page_is_a_model_whose_tests_hold(block: Block, tmp_path: Path) -> None:
    model = load(block, tmp_path)
    for case in model.checked.tests:
        run_test(model.checked, case)


@pytest.mark.parametrize("block", parameters(BROKEN, lambda block: block))
def test_a_text_that_is_no_model_gives_the_message_below_it(block: Block, tmp_path: Path) -> None:
    with pytest.raises(scorelang.ModelError) as raised:
        load(block, tmp_path)
    message = below(block)
    if block.option == "error":
        assert message is not None
        settle(message, str(raised.value))


@pytest.mark.parametrize("block", parameters(PARTS, lambda block: block))
def test_part_of_a_model_reads_as_the_language(block: Block) -> None:
    found = Diagnostics()
    parse(source_of("model.score", block.text), found)
    found.raise_if_any()


@pytest.mark.parametrize("block", parameters(QUOTED, lambda block: block))
def test_lines_of_a_file_stand_there_in_this_order(block: Block) -> None:
    assert block.quotes is not None
    there = iter(block.quotes.read_text(encoding="utf-8").splitlines())
    # What was left out is an ellipsis on a line of its own, or nothing at all between two statements.
    lost = [line for line in block.text.splitlines() if line.strip() not in ("", "…") and line not in there]
    assert lost == []


@pytest.mark.parametrize("case", parameters(CASES, lambda case: case.block))
def test_a_lead_of_a_page_scores_as_the_page_says(case: Case, tmp_path: Path) -> None:
    model = load(case.model, tmp_path)
    said = dict(case.said)
    arguments = (said.pop("lead"), said.pop("events", None), said.pop("as_of", AS_OF))
    assert said
    if "error" in said:
        with pytest.raises(scorelang.LeadError, match=re.escape(said["error"])):
            model.score(*arguments)
        return
    result = model.score(*arguments).to_dict()
    assert {key: result[key] for key in said} == said


@pytest.mark.parametrize("block", parameters([b for b in ALL if b.kind == "json"], lambda block: block))
def test_json_of_a_page_is_json(block: Block) -> None:
    if block not in [case.block for case in CASES]:
        json.loads(block.text)


def run_test(model: m.CheckedModel, case: m.TestCase) -> None:
    """Run a `test` block of a model, each row of its table on its own."""
    events = tuple(
        Fact(event.kind, case.as_of - (event.age or 0) if event.at is None else event.at, event.attributes)
        for event in case.events
        for _ in range(event.times)
    )
    for row in case.rows or (m.TestRow(case.place, {}, ()),):
        outcome = interpret(model, Facts(None, {**case.fields, **row.fields}, events, case.as_of))
        result = result_of(model, outcome)
        fired = {one.rule for one in result.fired} | {gate.rule for gate in result.blocked_by}
        for expected in (*case.expectations, *row.expectations):
            holds = evaluate(expected.condition, outcome.scope) if expected.condition else _is_there(expected, fired)
            assert holds is True, f"{case.name}: {expected.place.text}"


def _is_there(expected: m.Expectation, fired: set[str]) -> bool:
    return (expected.reason in fired) is not expected.form.startswith("not")


# --- programs and commands ------------------------------------------------------------------------------------------

RUNNING = [page for page, found in PAGES.items() if any(block.kind in ("python", "console") for block in found)]


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in RUNNING])
def test_the_programs_and_commands_of_a_page_print_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = ["dsl", "cli", "stdlib", "scripts"]
    # Of the examples only what this page runs.
    commands = "".join(block.text for block in PAGES[page] if block.kind in ("console", "python"))
    folders += sorted(set(re.findall(r"\bexamples/\w+", commands)))
    for folder in folders:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    # Commands run on the copy, to which a page may add: PYTHONPATH goes before what is installed.
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "build" / "tree"))
    shared: dict[str, Any] = {"__name__": "__main__"}
    for block in PAGES[page]:
        block.write(tmp_path)
        if block.kind == "python" and not block.file:
            printed = _run_python(block, shared)
            after = below(block)
            if after in OUTPUTS:
                settle(after, printed)
            else:
                assert printed == "", block.place
        elif block.kind == "console":
            subprocess.run([sys.executable, "scripts/link_tree.py"], check=True)
            _run_console(block)


def _run_python(block: Block, shared: dict[str, Any]) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block.text, block.place, "exec"), shared)
    return printed.getvalue()


def _run_console(block: Block) -> None:
    commands = re.findall(r"^\$ (.*(?:(?<=\\)\n.*)*)\n((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE)
    assert commands
    shown = ""
    for at, (command, said) in enumerate(commands):
        printed = _run(command, fails=block.option == "fails" and at == len(commands) - 1)
        shown += f"$ {command}\n" + (said if is_as_written(said, printed) else printed)
    settle(block, shown)


def _run(command: str, *, fails: bool) -> str:
    """What a command prints on a plain terminal of 100 columns."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    plain = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(command, shell=True, env=plain, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    printed = done.stdout.decode("utf-8")
    assert (done.returncode != 0) is fails, f"{command} gives {done.returncode}:\n{printed}"
    return printed


@pytest.mark.parametrize("block", parameters([b for b in ALL if b.kind == "sh"], lambda block: block))
def test_commands_of_set_up_are_of_a_known_kind_and_their_targets_exist(block: Block) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for line in block.text.splitlines():
        if line in examples():
            continue
        command = line.partition("#")[0].strip()
        assert command.startswith(SET_UP), command
        assert not command.startswith("make ") or set(command.split()[1:]) <= set(targets), command
        paths = re.findall(r"\b(?:editors|scripts|examples)/[\w./-]+", command)
        assert [path for path in paths if not (ROOT / path).exists()] == [], command


@pytest.mark.parametrize("block", parameters([b for b in ALL if b.kind in ("toml", "lua", "vim")], lambda block: block))
def test_settings_of_an_editor_are_of_their_language(block: Block, tmp_path: Path) -> None:
    if block.kind == "toml":
        tomllib.loads(block.text)
        return
    (tmp_path / "settings").write_text(block.text, encoding="utf-8")
    program, *options = {"lua": ["luac", "-p"], "vim": ["vim", "-Nu", "NONE", "-i", "NONE", "-n", "-es", "-S"]}[
        block.kind
    ]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    end = ["-c", "qa!"] if block.kind == "vim" else []
    subprocess.run([program, *options, "settings", *end], cwd=tmp_path, check=True, stdin=subprocess.DEVNULL)


@cache
def examples() -> frozenset[str]:
    """The command lines that our commands show in their help; tests of the command line run them."""
    with click.Context(program) as context:
        commands = [program.get_command(context, name) for name in program.list_commands(context)]
    return frozenset(line for one in commands if isinstance(one, ExampleCommand) for line in one.examples)


def test_make_demo_scores_and_explains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dry = ["make", "--no-print-directory", "-n", "-o", ".venv/installed", "demo"]
    commands = subprocess.run(dry, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    monkeypatch.chdir(tmp_path)
    # The beginning of the data will do: it is about the commands.
    acme = Path(shutil.copytree(ROOT / "examples" / "acme", "examples/acme"))
    for name in ("leads.csv", "events.csv"):
        lines = (acme / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (acme / name).write_text("".join(lines[:30]), encoding="utf-8")
    score, explain = [_run(command.replace(".venv/bin/", ""), fails=False) for command in commands]
    assert "29 scored" in score
    assert "score" in explain


# --- links ----------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    found: list[str] = []
    for title in re.findall(r"^#+ (.*)$", prose, re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        again = sum(re.fullmatch(rf"{slug}(-\d+)?", one) is not None for one in found)
        found.append(f"{slug}-{again}" if again else slug)
    return set(found)


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in DOCUMENTS])
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if re.match(r"https?:", target):
            continue
        if not there.exists() or not there.is_relative_to(ROOT) or (anchor and anchor not in anchors(there)):
            lost.append(target)
    assert lost == []
