"""Defines that are used in one place only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class DefineUsedOnce(Rule):
    """A `define` that is used in one place.

    Whoever reads that place has to look the define up, and nothing is saved by it.

    Write its expression where it is used, if that reads as well. A name that says what a condition is for is worth a
    define all the same, so the rule runs only when it is asked for.
    """

    name = "define-used-once"
    code = "SL309"
    severity = "info"
    default = False
    bad = "define large as employees >= 200\nif large then +10"
    good = "define large as employees >= 200\nif large then +10\nrequire large"

    def check(self) -> Iterator[Finding]:
        """Every define of a model that one place names."""
        if self.subject.is_library or self.subject.others.is_used:
            return
        uses = Counter(node.name for node in self.subject.each(n.Name))
        for node in self.subject.each(n.Define):
            # The declaration is one of them.
            if uses[node.name.name] == 2 and node.name.name in self.subject.used_names - self.subject.others.names:
                yield self.report(
                    node.name.span,
                    f"the define `{node.name.name}` is used once",
                    "its expression could stand there",
                )
