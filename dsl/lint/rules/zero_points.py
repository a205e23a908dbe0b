"""Rules that give nothing."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class ZeroPoints(Rule):
    """A rule that gives 0 points.

    It never changes a score. Mostly it is what was left when a rule was switched off, or a number that was to be filled
    in later.

    Give it points, or delete it. In a `choose:` a branch of 0 points is meant: it keeps the branches below it from
    being reached. So is the 0 in a matrix.
    """

    name = "zero-points"
    code = "SL302"
    bad = 'if title is "CEO" then 0'
    good = 'choose:\n    if title is "CEO" then 0\n    if title is known then +5'

    def check(self) -> Iterator[Finding]:
        """Every rule outside a `choose:` whose points are 0."""
        for node in self.subject.each(n.Rule):
            inside = any(isinstance(outer, n.Choose) for outer in self.subject.around(node))
            if not inside and isinstance(node.points, n.Number) and node.points.value == 0:
                yield self.report(
                    node.points.span,
                    "this rule gives no points",
                    "0 changes no score",
                    help=("delete the rule, or give it points",),
                )
