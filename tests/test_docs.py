"""The documents, run: every code block does what its page says, every table lists what there is, every link leads somewhere.

| block | is |
|---|---|
| `score` | a model; its own tests hold |
| `score error` | a text that is no model; the `text` block below it is the whole message |
| `score file=NAME`, likewise other kinds | a file that stands in the folder of every block below it; a `.score` file is a model |
| `score slip=NAME` | such a file, which is no model |
| `score more=NAME` | is put at the end of that file |
| `json` below a model | cases, one a line: a `lead`, perhaps its `events` and `as_of`, and keys of its result |
| `json` elsewhere | JSON |
| `python` | runs; all blocks of a page share their names. A `text` or `json` block below it is what it prints |
| `console`, `console fails` | commands after `$ `, each with what it prints; `fails`: the last one gives an error |
| `sh` | commands that set things up: their targets exist, and they are not run |

In what a message, program or command prints, `…` stands for any text within a line, alone for any number of lines.
`SCORELANG_BLESS=1 pytest tests/test_docs.py` writes that anew where it is no longer so, and the tables made from the code.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from attrs import evolve, frozen

import scorelang
from scorelang import layout, modules, values
from scorelang import model as m
from scorelang.check import lists, literals, names
from scorelang.cli import program
from scorelang.interpret import evaluate, interpret
from scorelang.leads import Fact, Facts
from scorelang.operators import operators
from scorelang.result import result_of

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    ROOT / name
    for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", "stdlib/README.md")
] + sorted((ROOT / "docs").glob("*.md"))
LANGUAGE = ROOT / "docs" / "language.md"

FENCE = re.compile(r"^```(\w*)[ \t]*(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
AS_OF = "2026-01-01"
KINDS = {
    ("score", ""), ("score", "error"), ("json", ""), ("python", ""), ("text", ""), ("console", ""),
    ("console", "fails"), ("sh", ""),
}  # fmt: skip
BLESS = os.environ.get("SCORELANG_BLESS") == "1"
# What a block of set-up may do; whoever reads the page does it, the tests do not.
SET_UP = ("git clone ", "cd ", "pip install ", "make ", "SCORELANG_BLESS=1 pytest tests/")


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
    assert (block.kind, block.option) in KINDS
    assert block.kind != "text" or block in OUTPUTS


# --- models and cases -----------------------------------------------------------------------------------------------

BROKEN = [block for block in ALL if block.kind == "score" and block.option.partition("=")[0] in ("error", "slip")]
MODELS = [block for block in ALL if block.kind == "score" and block not in BROKEN]


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

SESSIONS = [page for page, found in PAGES.items() if any(block.kind in ("python", "console") for block in found)]


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in SESSIONS])
def test_the_programs_and_commands_of_a_page_print_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("dsl", "cli", "stdlib", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
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
        command = line.partition("#")[0].strip()
        assert command.startswith(SET_UP), command
        assert not command.startswith("make ") or set(command.split()[1:]) <= set(targets), command


def test_make_demo_scores_and_explains() -> None:
    dry = ["make", "-n", "-o", ".venv/installed", "demo"]
    commands = subprocess.run(dry, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(commands) == 2
    for command in commands:
        _run(f"cd {shlex.quote(str(ROOT))} && {command.replace('.venv/bin/', '')}", fails=False)


# --- tables ---------------------------------------------------------------------------------------------------------


def rows(page: Path, name: str) -> list[list[str]]:
    """The cells of the table below `<!-- table: NAME -->`, without its head."""
    text = page.read_text(encoding="utf-8").partition(f"<!-- table: {name} -->\n")[2]
    lines = re.match(r"(?:\n|\|.*\n)*", text)
    assert lines is not None
    body = [line for line in lines[0].splitlines() if line][2:]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in body]


def quoted(text: str) -> str:
    return f"`{text}`"


def operator_rows() -> list[list[str]]:
    """A row an operator: its name, an example, and what it means."""
    return [[quoted(row.name), quoted(row.example), row.doc] for row in operators().values()]


def command_rows() -> list[list[str]]:
    """A row a command: how it is typed, and the first sentence of its help."""
    made = []
    with click.Context(program) as context:
        for name in program.list_commands(context):
            command = program.get_command(context, name)
            assert command is not None
            arguments = command.collect_usage_pieces(context)[1:]  # the first one is `[OPTIONS]`
            made.append([quoted(" ".join(["scorelang", name, *arguments])), command.get_short_help_str(200)])
    return made


# The tables that are made from the code: which page, which table, its rows.
MADE: dict[str, tuple[Path, Callable[[], list[list[str]]]]] = {
    "operators": (LANGUAGE, operator_rows),
    "commands": (ROOT / "README.md", command_rows),
}


@pytest.mark.parametrize("name", MADE)
def test_a_table_that_is_made_from_the_code_is_up_to_date(name: str) -> None:
    page, made = MADE[name]
    if BLESS:
        write_table(page, name, made())
    assert rows(page, name) == made(), "run `SCORELANG_BLESS=1 pytest tests/test_docs.py`"


@pytest.mark.parametrize("page", ["README.md", ".github/CONTRIBUTING.md"])
def test_the_least_python_is_the_one_that_the_package_asks_for(page: str) -> None:
    least = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    said = re.search(r"Python ([\d.]+) or newer", (ROOT / page).read_text(encoding="utf-8"))
    assert least is not None
    assert said is not None
    assert said[1] == least[1]


def test_the_architecture_says_where_everything_is() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:dsl|cli|stdlib)/[\w./]*)`", text))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    there = {f"dsl/{entry.name}{'/' if entry.is_dir() else ''}" for entry in (ROOT / "dsl").iterdir()}
    assert sorted(there - named - {"dsl/__pycache__/", "dsl/py.typed"}) == []


def test_the_reference_lists_every_type() -> None:
    assert [row[0] for row in rows(LANGUAGE, "types")] == [quoted(type_.value) for type_ in values.DATA_TYPES]


def test_the_reference_lists_every_unit_of_time_and_its_length() -> None:
    lengths = {unit: length / values.DAY for unit, length in values.UNITS.items()}
    assert {row[0].strip("`"): eval(row[1]) for row in rows(LANGUAGE, "units")} == pytest.approx(lengths)


def test_the_reference_lists_the_keys_of_a_result_in_their_order() -> None:
    result = scorelang.loads("if a then +1").score({}, as_of=AS_OF).to_dict()
    assert [row[0] for row in rows(LANGUAGE, "result")] == [quoted(key) for key in result]


def test_the_reference_lists_every_limit_and_its_value() -> None:
    limits = {
        "characters in a file": layout.MAX_CHARACTERS,
        "characters in a line, with its continuations": layout.MAX_LINE,
        "brackets inside each other": layout.MAX_BRACKETS,
        "blocks inside each other": layout.MAX_BLOCKS,
        "conditions inside each other, those of defines included": names.MAX_DEPTH,
        "files of a model, the standard library's included": modules.MAX_FILES,
        "bytes of a `.score` file that is brought in": modules.MAX_BYTES,
        "bytes of a list's file": modules.MAX_LIST_BYTES,
        "members of a list from a file": lists.MAX_ITEMS,
        "points, more or fewer, that one number in a file can be": literals.MOST_POINTS,
    }
    assert {row[0]: int(row[1].replace(",", "")) for row in rows(LANGUAGE, "limits")} == limits


def write_table(page: Path, name: str, made: list[list[str]]) -> None:
    """Write the rows of a table below its head."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"(<!-- table: {name} -->\n+\|.*\n\|.*\n)((?:\|.*\n)*)", text)
    assert found is not None
    lines = "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in made)
    page.write_text(text[: found.start(2)] + lines + text[found.end() :], encoding="utf-8")


# --- links ----------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    slugs = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.*)$", prose, re.M)]
    return {slug if slugs[:at].count(slug) == 0 else f"{slug}-{slugs[:at].count(slug)}" for at, slug in enumerate(slugs)}


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

