"""Lists that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class UnusedList(Rule):
    """A list that no condition uses.

    Whoever reads the file takes it for part of the model, and keeps it up to date for nothing. Often the rule that
    should use it was forgotten, or names another list.

    Use it, or delete it. Tests in other files count, and files that take names from this one; a file that only
    declares names, and that none of those under lint takes from, is passed over.
    """

    name = "unused-list"
    code = "SL203"
    bad = 'list verticals = ["SaaS", "Fintech"]\nif industry is "SaaS" then +10'
    good = 'list verticals = ["SaaS", "Fintech"]\nif industry in verticals then +10'

    def check(self) -> Iterator[Finding]:
        """Every list whose name nothing else says."""
        if self.subject.may_be_used:
            return
        for node in self.subject.each(n.NamedList):
            if node.name.name not in self.subject.said_names:
                yield self.report(node.name.span, f"the list `{node.name.name}` is never used", "delete it, or use it")
