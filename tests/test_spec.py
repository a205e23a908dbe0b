"""The specification, run: every model and every case in tests/spec/*.md holds on every engine.

A page is Markdown. What its fenced blocks mean is said in tests/spec/README.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import Factory, define, frozen

import scorelang
from scorelang.codegen.alone import module_of

PAGES = sorted(path for path in (Path(__file__).parent / "spec").glob("*.md") if path.name != "README.md")
AS_OF = "2026-01-01"

FENCE = re.compile(r"^```(\S*)[ \t]*(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ ", re.MULTILINE)
EXPECTED_ERROR = re.compile(r"# error( below)?: ([^#\n]+)")

Engine = Callable[[str, Path | None, object, object, str], dict[str, Any]]


@cache
def loaded(text: str, folder: Path | None, engine: Any) -> scorelang.Model:
    """The model that a text says; loaded once for all its cases."""
    return scorelang.loads(text, folder=folder, engine=engine)


def reference(text: str, folder: Path | None, lead: object, events: Any, as_of: str) -> dict[str, Any]:
    """The result of the interpreter, which defines the language."""
    return loaded(text, folder, "reference").score(lead, events, as_of).to_dict()


def python(text: str, folder: Path | None, lead: object, events: Any, as_of: str) -> dict[str, Any]:
    """The result of generated Python."""
    return loaded(text, folder, "python").score(lead, events, as_of).to_dict()


def python_without_detail(text: str, folder: Path | None, lead: object, events: Any, as_of: str) -> dict[str, Any]:
    """The result of generated Python, with the rules that fired worked out afterwards."""
    return loaded(text, folder, "python").score(lead, events, as_of, detail=False).to_dict()


@cache
def module(text: str, folder: Path | None) -> dict[str, Any]:
    """The names of the module that `scorelang compile` writes for a text."""
    namespace: dict[str, Any] = {"__name__": "scoring"}
    exec(module_of(loaded(text, folder, "reference").checked, ()), namespace)
    return namespace


def compiled_module(text: str, folder: Path | None, lead: object, events: Any, as_of: str) -> dict[str, Any]:
    """The result of that module, which has an error of its own."""
    names = module(text, folder)
    try:
        result: dict[str, Any] = names["score"](lead, events, as_of)
    except names["LeadError"] as error:
        told = (error.lead, error.field, error.value, error.expected)
        raise scorelang.LeadError(*told, event=error.event) from None
    return result


# An engine takes a model's text, the folder of its files, a lead, its events (None: the lead's own) and an `as of`
# time, and gives the result in JSON's types. It raises what `Model.score` raises.
ENGINES: dict[str, Engine] = {
    "reference": reference,
    "python": python,
    "python without detail": python_without_detail,
    "a compiled module": compiled_module,
}


@frozen
class Block:
    """A fenced block of a page: what its first line says, its text, and the line on which the text begins."""

    page: Path
    line: int
    kind: str
    options: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.stem}:{self.line}"


@frozen
class Written:
    """A model as a page says it: its block, the files that stand by it, and the model that it is likened to."""

    block: Block
    files: tuple[Block, ...] = ()
    likened: Block | None = None

    def folder(self, tmp_path: Path) -> Path | None:
        """Write the files that stand by the model; None when there are none."""
        for file in self.files:
            path = tmp_path / file.options.partition("file=")[2]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")
        return tmp_path if self.files else None


@frozen
class Case:
    """One line of a `json` block: a lead, and what is expected of its result."""

    model: Written
    line: int
    said: dict[str, Any]

    @property
    def place(self) -> str:
        return f"{self.model.block.page.stem}:{self.line}"


@define
class Page:
    """What a page holds."""

    models: list[Written] = Factory(list)
    likened: list[Written] = Factory(list)
    broken: list[Written] = Factory(list)
    cases: list[Case] = Factory(list)


def blocks(page: Path) -> Iterator[Block | None]:
    """The fenced blocks of a page in order; None where a heading begins a new section."""
    text = page.read_text(encoding="utf-8")
    end = 0
    for fence in FENCE.finditer(text):
        if HEADING.search(text, end, fence.start()):
            yield None
        end = fence.end()
        yield Block(page, text.count("\n", 0, fence.start(3)) + 1, fence[1], fence[2].strip(), fence[3])


def read(path: Path) -> Page:
    """The models and cases of a page. Raises `ValueError` for a block of a kind that nothing reads."""
    page = Page()
    files: tuple[Block, ...] = ()
    model: Written | None = None
    for block in blocks(path):
        if block is None:
            files, model = (), None
        elif block.options.startswith("file="):
            files += (block,)
        elif (block.kind, block.options) == ("score", ""):
            model = Written(block, files)
            page.models.append(model)
        elif (block.kind, block.options) == ("score", "error"):
            page.broken.append(Written(block, files))
        elif block.kind == "score" and block.options in ("same", "different") and model is not None:
            page.likened.append(Written(block, files, model.block))
        elif (block.kind, block.options) == ("json", "") and model is not None:
            lines = enumerate(block.text.splitlines(), block.line)
            page.cases += [Case(model, number, json.loads(line)) for number, line in lines if line.strip()]
        else:
            raise ValueError(f"{block.place}: nothing reads a block that begins with {block.kind} {block.options}")
    return page


READ = [read(path) for path in PAGES]


def all_of(kind: str) -> list[Any]:
    """Models or cases of all pages, as parameters that are named by page and line."""
    found = [item for page in READ for item in getattr(page, kind)]
    return [pytest.param(item, id=getattr(item, "block", item).place) for item in found]


def difference(expected: object, got: object, where: str = "result") -> str | None:
    """What keeps `got` from being as expected: None when nothing does. Whole numbers and others are told apart."""
    if expected == "…":
        return None
    if where.endswith(".fired") and isinstance(expected, dict) and isinstance(got, list):
        expected, got = list(expected.items()), [(fired["rule"], fired["points"]) for fired in got]
    elif where.endswith(".fired") and isinstance(expected, list) and all(isinstance(rule, str) for rule in expected):
        got = [fired["rule"] for fired in got] if isinstance(got, list) else got
    elif isinstance(expected, dict) and isinstance(got, dict):
        nothing = object()
        pairs = [(f"{where}.{key}", value, got.get(key, nothing)) for key, value in expected.items()]
        return next((found for at, want, have in pairs if (found := difference(want, have, at))), None)
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        found_all = (difference(*pair, where) for pair in zip(expected, got, strict=True))
        return next((found for found in found_all if found), None)
    same = expected == got and repr(expected) == repr(got)
    return None if same else f"{where}: expected {expected!r}, got {got!r}"


def as_events(said: Any) -> Any:
    """Events as an engine takes them; a page may write one as [kind, time] or [kind, time, attributes]."""
    if not isinstance(said, list):
        return said
    short = [(*event, {})[:3] if isinstance(event, list) else None for event in said]
    return [
        event if parts is None else {"type": parts[0], "at": parts[1], **parts[2]}
        for event, parts in zip(said, short, strict=True)
    ]


@pytest.mark.parametrize("page", [pytest.param(page, id=path.stem) for path, page in zip(PAGES, READ, strict=True)])
def test_every_page_holds_cases(page: Page) -> None:
    assert page.cases or page.broken


@pytest.mark.parametrize("model", all_of("models"))
def test_a_model_of_the_specification_is_a_model(model: Written, tmp_path: Path) -> None:
    assert scorelang.loads(model.block.text, folder=model.folder(tmp_path)).fingerprint


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", all_of("cases"))
def test_a_lead_scores_as_specified(case: Case, engine: str, tmp_path: Path) -> None:
    said = case.said
    assert not set(said) - {"lead", "events", "as_of", "expect", "result", "error"}
    lead = dict(said["lead"])
    if "events" in lead:
        lead["events"] = as_events(lead["events"])
    arguments = (lead, as_events(said.get("events")), said.get("as_of", AS_OF))
    folder = case.model.folder(tmp_path)
    if "error" in said:
        with pytest.raises(scorelang.LeadError) as raised:
            ENGINES[engine](case.model.block.text, folder, *arguments)
        parts = [said["error"]] if isinstance(said["error"], str) else said["error"]
        assert [part for part in parts if part not in str(raised.value)] == [], str(raised.value)
        return
    got = ENGINES[engine](case.model.block.text, folder, *arguments)
    assert difference(said.get("result", said.get("expect")), got) is None
    assert list(said.get("result", got)) == list(got)


def expected_errors(block: Block, name: str) -> list[tuple[str, int, str]]:
    """The errors that a block's comments expect: the file's name, the line, the error's code or part of its text."""
    lines = enumerate(block.text.splitlines(), 1)
    return [
        (name, number + bool(below), text.strip())
        for number, line in lines
        for below, text in EXPECTED_ERROR.findall(line)
    ]


@pytest.mark.parametrize("model", all_of("broken"))
def test_a_broken_model_gives_exactly_the_errors_on_the_lines_that_say_so(model: Written, tmp_path: Path) -> None:
    with pytest.raises(scorelang.ModelError) as raised:
        scorelang.loads(model.block.text, name="model.score", folder=model.folder(tmp_path))
    expected = expected_errors(model.block, "model.score")
    for file in model.files:
        name = file.options.partition("file=")[2]
        expected += expected_errors(file, Path(name).name)
    unexpected = []
    for found in raised.value.diagnostics:
        at = (Path(found.source.name).name, found.line)
        texts = (found.message, found.label, *found.help)
        hit = next((e for e in expected if e[:2] == at and (e[2] == found.code or any(e[2] in t for t in texts))), None)
        if hit is None:
            unexpected.append(f"unexpected: {at[0]}:{at[1]} [{found.code}] {found.message}")
        else:
            expected.remove(hit)
    wrong = [*unexpected, *(f"not found: {name}:{line} {text}" for name, line, text in expected)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("model", all_of("likened"))
def test_a_fingerprint_changes_with_what_a_model_says_and_with_nothing_else(model: Written, tmp_path: Path) -> None:
    assert model.likened is not None
    folder = model.folder(tmp_path)
    first = scorelang.loads(model.likened.text, folder=folder).fingerprint
    second = scorelang.loads(model.block.text, folder=folder).fingerprint
    assert (first == second) is (model.block.options == "same")
