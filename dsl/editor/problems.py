"""Everything that is wrong with a document, or hardly meant: what `scorelang check` and `scorelang lint` say of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

from scorelang import model as m
from scorelang import nodes as n
from scorelang.check import check_file
from scorelang.diagnostics import Diagnostic, Diagnostics, Severity
from scorelang.editor.document import Document
from scorelang.editor.ranges import exact_score
from scorelang.editor.summary import Summary, summary_of
from scorelang.editor.workspace import real
from scorelang.lint.engine import Lint, lint_checked
from scorelang.lint.finding import Finding, Fix
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.project import Project
from scorelang.lint.rule import all_rules
from scorelang.lint.settings import SettingsError, settings_for
from scorelang.modules import STANDARD
from scorelang.source import Source, Span, unsaved

# How long a thorough check may ask what is true of every lead, and up to how many rules a model is asked about.
SECONDS = 5.0
MOST_PROVED = 100


@frozen
class Related:
    """A second place that belongs to a problem: in the document of the key, and what is there."""

    key: str
    source: Source
    span: Span
    text: str


@frozen
class Problem:
    """One thing that is wrong or hardly meant, at a span of the document's text.

    `code` is what the checker calls it, or the lint rule's name; `rule` is the rule's code, for a finding of lint.
    """

    span: Span
    severity: Severity
    code: str
    text: str
    rule: str | None = None
    related: tuple[Related, ...] = field(default=(), eq=False)
    fix: Fix | None = field(default=None, eq=False)

    @property
    def is_unused(self) -> bool:
        """Whether it is about something that nothing needs."""
        return self.rule is not None and self.code.startswith("unused-")


@frozen(eq=False)
class Report:
    """What a whole check of a document found; `summary` is that of its model, None for what is no model."""

    document: Document
    problems: tuple[Problem, ...]
    summary: Summary | None
    seconds: float
    thorough: bool = False


def check(document: Document, open_texts: Mapping[str, bytes], *, thorough: bool = False) -> Report:
    """Check and lint a document, with the texts of open files in place of those on the disk.

    Lint rules that ask what is true of every lead take seconds: they run only where that is asked for (`thorough`),
    which is meant for models that are small.
    It looks at nothing that changes, and may run in any thread or process.
    """
    start = time.perf_counter()
    with unsaved(open_texts):
        problems, model = _problems(document, thorough)
        summary = summary_of(document.source, model) if model is not None else None
    return Report(document, tuple(problems), summary, time.perf_counter() - start, thorough)


def exact(document: Document, open_texts: Mapping[str, bytes]) -> str | None:
    """The least and the greatest score that a lead gets, in words; None for no model, or one that takes too long."""
    with unsaved(open_texts):
        model = check_file(document.source, document.folder, Diagnostics())[1]
    return exact_score(model) if model is not None else None


def _problems(document: Document, thorough: bool) -> tuple[list[Problem], m.CheckedModel | None]:
    found = Diagnostics()
    source, folder = document.source, document.folder
    if document.key.startswith(STANDARD):
        return [], None  # ours, and read only
    file, model = check_file(source, folder, found)
    if model is None:
        return _errors(document, file, found.found), None
    lint, wrong = _lint(document.path, thorough)
    findings = lint_checked(source, file, model, folder, lint, document.path)
    # What was not decided in the time that there is in an editor is no news.
    return [*wrong, *(_finding(one) for one in findings if one.name in all_rules())], model


def is_small(model: Summary) -> bool:
    """Whether what is true of every lead can be found out while somebody waits."""
    return model.rules <= MOST_PROVED


def _lint(path: Path | None, thorough: bool) -> tuple[Lint, list[Problem]]:
    """What the settings around a file ask for; what is wrong with them is told at the top of the file."""
    try:
        settings = settings_for(path if path is not None else Path.cwd() / "unsaved")
    except SettingsError as error:
        return Lint(()), [Problem(Span(0, 0), "error", "lint-settings", str(error))]
    rules = tuple(rule for rule in settings.rules_for(path) if thorough or not issubclass(rule, LogicRule))
    return Lint(rules, settings.severity, None, Project(), seconds=SECONDS), []


def is_thorough(problem: Problem) -> bool:
    """Whether only a thorough check finds it."""
    rule = all_rules().get(problem.code)
    return rule is not None and issubclass(rule, LogicRule)


def _finding(finding: Finding) -> Problem:
    text = "\n".join(filter(None, (finding.message, finding.label, *finding.help)))
    return Problem(finding.span, finding.severity, finding.name, text, finding.code, (), finding.fix)


# --- errors ---------------------------------------------------------------------------------------------------------


def of_diagnostic(document: Document, found: Diagnostic) -> Problem:
    """An error of the document itself."""
    text = "\n".join(filter(None, (found.message, found.label, *found.help)))
    if found.code == "no-folder":  # what it says to programs does not help whoever types
        path = document.source.text[found.span.start : found.span.end].strip('"')
        text = f"`{path}` cannot be found: this text is not saved yet\nsave it first: paths begin in its folder"
    related = tuple(Related(_key_of(document, note.source), note.source, note.span, note.text) for note in found.notes)
    return Problem(found.span, found.severity, found.code, text, None, related)


def _errors(document: Document, file: n.File, found: Sequence[Diagnostic]) -> list[Problem]:
    """The document's own errors, and at each `use` how many there are in the file that it brings in."""
    own = [of_diagnostic(document, one) for one in found if one.source is document.source]
    others: dict[str, list[Diagnostic]] = {}
    for one in found:
        if one.source is not document.source:
            others.setdefault(one.source.name, []).append(one)
    uses = [node for node in file.statements if isinstance(node, n.Use)]
    for name, errors in others.items():
        use = next((node for node in uses if _ends_alike(node.path.value, name)), None) or next(iter(uses), None)
        span = use.path.span if use is not None else Span(0, 0)
        first = min(errors, key=lambda error: error.span.start)
        count = f"there are {len(errors):,} errors" if len(errors) > 1 else "there is an error"
        text = f"{count} in `{name}`; line {first.line}: {first.message}"
        place = Related(_key_of(document, first.source), first.source, first.span, first.message)
        own.append(Problem(span, "error", "error-in-used-file", text, None, (place,)))
    return sorted(own, key=lambda problem: problem.span.start)


def _ends_alike(path: str, name: str) -> bool:
    """Whether the path in a `use` may mean the file that messages call by the name."""
    return path.replace("\\", "/").rpartition("/")[2] == name.rpartition("/")[2]


def _key_of(document: Document, source: Source) -> str:
    """The document that a source of a check belongs to."""
    if source is document.source:
        return document.key
    if source.name.startswith(STANDARD) or document.folder is None:
        return source.name
    return real(document.folder / source.name)
