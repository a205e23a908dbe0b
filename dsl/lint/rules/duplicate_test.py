"""Tests of one name."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class DuplicateTest(Rule):
    """Two tests with the same name, in one file or in a model and its test file.

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
        theirs = self._of_the_model()
        first: dict[str, int] = {}
        for node in self.subject.nodes:
            if not isinstance(node, n.Test | n.Invariant):
                continue
            name = node.name.value.strip().lower()
            line = self.subject.source.line_of(node.span.start)
            above = first.setdefault(name, line)
            message = f"another test is called `{node.name.value}`"
            if above != line:
                yield self.report(node.name.span, message, f"the first one is on line {above}")
            elif name in theirs:
                yield self.report(node.name.span, message, f"it is on line {theirs[name]} of the model")

    def _of_the_model(self) -> dict[str, int]:
        """For a test file, the tests that stand in the model itself: their names and lines."""
        model = self.subject.model
        if not self.subject.is_test_file:
            return {}
        tests = [(one.name, one.place) for one in model.tests]
        tests += [(one.name, one.place) for one in model.invariants]
        return {name.strip().lower(): at.line for name, at in tests if at.source.text == model.source.text}
