"""Linting one file: from its text to findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
from attrs import Factory, frozen

from scorelang import model as m
from scorelang import nodes as n
from scorelang.diagnostics import Severity
from scorelang.lint.data import Data
from scorelang.lint.finding import Finding, of_diagnostics, undecided
from scorelang.lint.ignores import Ignore, has_ignores, ignores_of
from scorelang.lint.kept import Kept, keep_found, recalled, said_of, with_model
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.budget import USUAL_SECONDS, Budget
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.project import Project
from scorelang.lint.rule import Rule, all_rules, named
from scorelang.lint.subject import Subject
from scorelang.source import Source, noting

# The one rule that the engine itself finds: only when all others are done is it known which ignores are of no use.
UNUSED_IGNORE = "unused-ignore"


@frozen
class Lint:
    """What is asked of a run: which rules, how severe each is, the leads to compare with, and the files around.

    `seconds` are what the rules that ask what is true of every lead may take in all (None: as long as they need);
    `budget` counts what they take, and has what they left open.
    """

    rules: tuple[type[Rule], ...] = Factory(lambda: named(["default"]))
    severities: Mapping[str, Severity] = Factory(dict)
    data: Data | None = None
    project: Project = Factory(Project)
    seconds: float | None = USUAL_SECONDS
    budget: Budget = Factory(Budget)

    @property
    def without_logic(self) -> Lint:
        """The same, but for the rules that ask what is true of every lead."""
        return attrs.evolve(self, rules=tuple(rule for rule in self.rules if not issubclass(rule, LogicRule)))


def lint_source(source: Source, folder: Path | None, lint: Lint, path: Path | None = None) -> tuple[Finding, ...]:
    """What the rules find in a file, in the order of its text.

    `folder` is where its `use` paths begin, `path` the file itself where there is one: tests and users of it are looked
    for around it. A file that is no model gives its errors instead, as findings of their own (`is_error_of_model`).
    """
    around = lint.project.paths_around(path) if path is not None else ()
    said = said_of(source, folder, lint.rules, around)
    kept = recalled(said, source, lint.budget.left(lint.seconds)) if lint.data is None else None
    if kept is not None:
        return _told(source, lint, kept)
    with noting(lint.project.read):
        checked = lint.project.check(source, folder)
    if checked.model is None:
        return of_diagnostics(sorted(checked.found, key=lambda one: (one.source.name, one.span.start)))
    kept = _looked(source, checked.nodes(), checked.model, folder, lint, path)
    if lint.data is None:
        keep_found(said, checked.model, kept)
    return _told(source, lint, kept)


def lint_checked(
    source: Source, file: n.File, model: m.CheckedModel, folder: Path | None, lint: Lint, path: Path | None = None
) -> tuple[Finding, ...]:
    """The same, of a file that was checked already: its nodes, and the model that it is or tests."""
    around = lint.project.paths_around(path) if path is not None else ()
    said = with_model(said_of(source, folder, lint.rules, around), model)
    kept = recalled(said, source, lint.budget.left(lint.seconds)) if lint.data is None else None
    if kept is None:
        kept = _looked(source, file, model, folder, lint, path)
        if lint.data is None:
            keep_found(said, model, kept)
    return _told(source, lint, kept)


def _told(source: Source, lint: Lint, kept: Kept) -> tuple[Finding, ...]:
    """The findings as severe as they are asked to be; what was left open is told beside them."""
    lint.budget.undecided.pop(source.name, None)
    if kept.undecided is not None:
        lint.budget.undecided[source.name] = kept.undecided
    return tuple(attrs.evolve(one, severity=lint.severities.get(one.name, one.severity)) for one in kept.findings)


def _looked(
    source: Source, file: n.File, model: m.CheckedModel, folder: Path | None, lint: Lint, path: Path | None
) -> Kept:
    """What the rules find in a file, and what it depends on."""
    had = lint.budget.left(lint.seconds)
    subject = Subject(source, file, model, data=lint.data, folder=folder, logic=Logic(model, lint.budget, lint.seconds))
    with noting(lint.project.read):
        if path is not None:
            subject.others = lint.project.others(path)
        findings, undecided = _found(subject, lint)
    return Kept(dict(lint.project.read), findings, undecided, had if subject.logic.open.late else None)


def _found(subject: Subject, lint: Lint) -> tuple[tuple[Finding, ...], Finding | None]:
    """What the rules find, in the order of the text, and what they left open."""
    ignores = ignores_of(subject.source, subject.layout) if has_ignores(subject.source) else ()
    findings = [finding for rule in lint.rules if not issubclass(rule, LogicRule) for finding in rule(subject).check()]
    of_logic, open_ = _of_logic(subject, lint)
    kept = [finding for finding in dict.fromkeys(findings + of_logic) if not _is_silenced(finding, ignores)]
    kept += _unused(subject, ignores, lint.rules)
    return tuple(sorted(kept, key=lambda one: (one.span.start, one.span.end, one.code))), open_


def _of_logic(subject: Subject, lint: Lint) -> tuple[list[Finding], Finding | None]:
    """What the rules find that ask what is true of every lead, and what they left open."""
    rules = sorted((rule for rule in lint.rules if issubclass(rule, LogicRule)), key=lambda rule: rule.is_long)
    if not rules or subject.is_test_file:
        return [], None
    with lint.budget.counting():
        found = [finding for rule in rules for finding in rule(subject).check()]
    open_ = subject.logic.open
    return found, undecided(subject.source, open_.told(lint.seconds), open_.hint) if open_.questions else None


def _is_silenced(finding: Finding, ignores: Sequence[Ignore]) -> bool:
    # Every ignore that fits is of use, not only the first.
    return sum(ignore.silences(finding) for ignore in ignores) > 0


def _unused(subject: Subject, ignores: Sequence[Ignore], chosen: Sequence[type[Rule]]) -> list[Finding]:
    """Ignores that ignore nothing, where that is asked for; they may be ignored as well."""
    rule = all_rules()[UNUSED_IGNORE]
    if rule not in chosen:
        return []
    from scorelang.lint.rules.unused_ignore import UnusedIgnore

    found = [finding for ignore in ignores for finding in UnusedIgnore(subject).of(ignore, chosen)]
    return [finding for finding in found if not _is_silenced(finding, ignores)]
