"""A lint rule: what it is called, what it says of itself, and how it reports."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import ClassVar

from scorelang.diagnostics import Severity
from scorelang.lint.finding import Edit, Finding, Fix
from scorelang.lint.subject import Subject
from scorelang.source import Span


class Rule:
    """The base of all rules. A rule's docstring is its documentation: a summary, why it matters, what to do.

    `bad` and `good` are whole models: the rule finds something in the first and nothing in the second. `data` are the
    leads (CSV) that both are linted with, for rules that read them.
    """

    name: ClassVar[str]
    code: ClassVar[str]
    severity: ClassVar[Severity] = "warning"
    default: ClassVar[bool] = True
    bad: ClassVar[str]
    good: ClassVar[str]
    data: ClassVar[str] = ""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    @classmethod
    def summary(cls) -> str:
        """The first line of the documentation."""
        return cls._documentation()[0]

    @classmethod
    def explanation(cls) -> str:
        """The documentation below its first line: why it matters and what to do, in paragraphs."""
        return "\n".join(cls._documentation()[1:]).strip()

    @classmethod
    def _documentation(cls) -> list[str]:
        return (inspect.getdoc(cls) or "").split("\n")

    def check(self) -> Iterator[Finding]:
        """What the rule finds in its subject, in any order."""
        raise NotImplementedError

    def report(
        self, span: Span, message: str, label: str = "", *, help: Iterable[str] = (), fix: Fix | None = None
    ) -> Finding:
        """A finding of this rule in the subject's file."""
        kind = type(self)
        return Finding(kind.name, kind.code, kind.severity, self.subject.source, span, message, label, tuple(help), fix)

    def fix(self, message: str, *edits: tuple[Span, str], safe: bool) -> Fix:
        """A fix; `message` goes on from "`--fix` would …"."""
        return Fix(message, tuple(Edit(span, text) for span, text in edits), safe)


@cache
def all_rules() -> Mapping[str, type[Rule]]:
    """Every rule by its name, in the order of the codes. The modules of `dsl/lint/rules/` are found, not registered."""
    package = import_module("scorelang.lint.rules")
    found: list[type[Rule]] = []
    for module in pkgutil.iter_modules(package.__path__):
        made = vars(import_module(f"{package.__name__}.{module.name}")).values()
        found += [
            one
            for one in made
            if isinstance(one, type) and issubclass(one, Rule) and one.__module__.endswith(f".{module.name}")
        ]
    return {rule.name: rule for rule in sorted(found, key=lambda rule: rule.code)}


def named(names: Sequence[str]) -> tuple[type[Rule], ...]:
    """The rules that names, codes, beginnings of codes, `all` and `default` mean, in the order of the codes.

    Raises `KeyError` with the first word that means none.
    """
    chosen: set[str] = set()
    for word in names:
        meant = {rule.name for rule in all_rules().values() if _is_meant(rule, word)}
        if not meant:
            raise KeyError(word)
        chosen |= meant
    return tuple(rule for rule in all_rules().values() if rule.name in chosen)


def _is_meant(rule: type[Rule], word: str) -> bool:
    if word in ("all", "default"):
        return word == "all" or rule.default
    upper = word.upper()
    return word.lower() == rule.name or (upper.startswith("SL") and rule.code.startswith(upper))
