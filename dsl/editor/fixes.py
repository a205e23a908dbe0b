"""Quick fixes: what lint can mend, what an error suggests, and silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from scorelang import stdlib
from scorelang.editor.completion import Edit, use_edit
from scorelang.editor.document import Document
from scorelang.editor.problems import Problem
from scorelang.editor.workspace import Workspace
from scorelang.lint.engine import Lint
from scorelang.lint.fixing import fix_source
from scorelang.lint.rule import all_rules
from scorelang.lint.settings import SettingsError, settings_for
from scorelang.modules import COMMON_EVENTS
from scorelang.source import Span, unsaved

MEANT = re.compile(r"^did this mean `([^`]+)`\?$", re.MULTILINE)
# Problems of names that nothing declares.
UNKNOWN = ("unknown-name", "unknown-list", "not-a-value")


@frozen
class Action:
    """Something that can be done about a problem: its title, the edits, and whether it is most likely wanted."""

    title: str
    edits: tuple[Edit, ...]
    problem: Problem | None = None
    preferred: bool = False


def actions(workspace: Workspace, document: Document, problems: Iterable[Problem]) -> list[Action]:
    """What can be done about problems of the document as it is now."""
    return [action for problem in problems for action in _actions(workspace, document, problem)]


def _actions(workspace: Workspace, document: Document, problem: Problem) -> Iterator[Action]:
    if problem.fix is not None:
        fix = problem.fix
        title = fix.message[:1].upper() + fix.message[1:]
        edits = tuple(Edit(edit.span, edit.text) for edit in fix.edits)
        warning = "" if fix.safe else " (the model may then mean something else)"
        yield Action(f"{title}{warning}", edits, problem, preferred=fix.safe)
    if problem.rule is not None:
        if problem.rule in {rule.code for rule in all_rules().values()}:
            yield _ignored(document, problem)
        return
    meant = MEANT.search(problem.text)
    if meant is not None:
        here = document.source.text[problem.span.start : problem.span.end]
        text = f'"{meant[1]}"' if here.startswith('"') and not meant[1].startswith('"') else meant[1]
        yield Action(f"Change to `{meant[1]}`", (Edit(problem.span, text),), problem, preferred=True)
    if problem.code in UNKNOWN:
        yield from _brought_in(workspace, document, problem)


def _brought_in(workspace: Workspace, document: Document, problem: Problem) -> Iterator[Action]:
    """What brings in a name that the standard library has."""
    name = document.source.text[problem.span.start : problem.span.end]
    for module in stdlib.modules():
        library = workspace.standard(module) if module != COMMON_EVENTS else None
        if library is not None and name in workspace.index(library).symbols:
            yield Action(f'Bring in `{name}` from "{module}"', (use_edit(document, name, module),), problem)


def _ignored(document: Document, problem: Problem) -> Action:
    """A comment above the line that lets a finding be."""
    source = document.source
    start = source.text.rfind("\n", 0, problem.span.start) + 1
    entry = document.entry_at(problem.span.start)
    if entry is not None:
        start = source.text.rfind("\n", 0, entry.at) + 1
    line = source.text[start : source.text.find("\n", start) if "\n" in source.text[start:] else None]
    indent = line[: len(line) - len(line.lstrip())]
    edit = Edit(Span(start, start), f"{indent}# lint: ignore[{problem.code}]\n")
    return Action(f"Let `{problem.code}` be here", (edit,), problem)


def fix_all(document: Document, texts: dict[str, bytes]) -> str | None:
    """The text after every safe fix; None where there is none."""
    try:
        settings = settings_for(document.path) if document.path is not None else None
    except SettingsError:
        settings = None
    lint = Lint(settings.rules_for(document.path), settings.severity) if settings is not None else Lint()
    with unsaved(texts):
        done = fix_source(document.source, document.folder, lint, document.path)
    return done.source.text if done.count else None
