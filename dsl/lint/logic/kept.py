"""What was found in a model once, kept in the user's cache: it is found out again when anything changed."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from scorelang.cache import keep, recall
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.lint.subject import Subject
from scorelang.source import source_of

KIND = "logic"
# Of models with fewer characters nothing is kept: they are soon asked again.
WORTH = 4_000
NOWHERE = source_of("", "")


def recalled(subject: Subject, rules: Sequence[type[Rule]]) -> list[Finding] | None:
    """What these rules found in this very model; None when it is not known."""
    kept = recall(KIND, _said(subject, rules)) if _is_worth_it(subject) else None
    if not isinstance(kept, tuple) or not all(isinstance(one, Finding) for one in kept):
        return None
    return [evolve(one, source=subject.source) for one in kept]


def keep_found(subject: Subject, rules: Sequence[type[Rule]], found: Sequence[Finding]) -> None:
    """Keep what was found, where nothing was left open."""
    if _is_worth_it(subject):
        keep(KIND, _said(subject, rules), tuple(evolve(one, source=NOWHERE) for one in found))


def _is_worth_it(subject: Subject) -> bool:
    return sum(len(source.text) for source in subject.model.sources) >= WORTH


def _said(subject: Subject, rules: Sequence[type[Rule]]) -> str:
    """All that the findings depend on: the rules, every file of the model, the lists that it reads, and whose lines."""
    model = subject.model
    texts = [part for source in model.sources for part in (source.name, source.text)]
    return "\0".join([*(rule.code for rule in rules), model.fingerprint, subject.source.name, *texts])
