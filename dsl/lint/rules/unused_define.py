"""Defines that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class UnusedDefine(Rule):
    """A `define` or `decay` that nothing uses.

    It reads as part of the model and is none. Often the rule that should use it was forgotten, or still says the
    same in its own words.

    Use it, or delete it. Tests in other files count, and files that take names from this one; a file that only
    declares names, and that none of those under lint takes from, is passed over.
    """

    name = "unused-define"
    code = "SL204"
    bad = "define large as employees >= 200\nif employees >= 200 then +10"
    good = "define large as employees >= 200\nif large then +10"

    def check(self) -> Iterator[Finding]:
        """Every define and decay whose name nothing else says."""
        if self.subject.may_be_used:
            return
        for node in self.subject.nodes:
            if isinstance(node, n.Define | n.Decay) and node.name.name not in self.subject.said_names:
                word = "define" if isinstance(node, n.Define) else "decay"
                message = f"the {word} `{node.name.name}` is never used"
                yield self.report(node.name.span, message, "delete it, or use it")
