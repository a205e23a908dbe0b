"""Tests of one name."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class DuplicateTest(Rule):
    """Two tests in one file with the same name.

    A report says which test failed by its name, and `-k` chooses by it. Of two that have one name, nobody knows which
    is meant. Often the second is a copy that was never changed.

    Say in the name what is different. `never` and `always` count as tests.
    """

    name = "duplicate-test"
    code = "SL304"
    bad = """\
if a then +1
test "scores":
    given a yes
    expect score 1
test "scores":
    expect score 0"""
    good = """\
if a then +1
test "a scores":
    given a yes
    expect score 1
test "nothing does not":
    expect score 0"""

    def check(self) -> Iterator[Finding]:
        """Every test whose name stood above."""
        first: dict[str, int] = {}
        for node in self.subject.nodes:
            if not isinstance(node, n.Test | n.Invariant):
                continue
            line = self.subject.source.line_of(node.span.start)
            above = first.setdefault(node.name.value.strip().lower(), line)
            if above != line:
                yield self.report(
                    node.name.span, f"another test is called `{node.name.value}`", f"the first one is on line {above}"
                )
