"""Rules that do not say why."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class RuleWithoutReason(Rule):
    """A rule that gives points without a `because`.

    Whoever calls the lead sees the condition, and not what it means. And the rule is known by its condition: change
    that, and reports take it for another rule.

    Add `because "…"`. A gate needs one as much: `require` and `disqualify` are looked at too.
    """

    name = "rule-without-reason"
    code = "SL301"
    severity = "info"
    default = False
    bad = "if employees > 200 then +10"
    good = 'if employees > 200 then +10 because "large enough"'

    def check(self) -> Iterator[Finding]:
        """Every rule, matrix and gate without a reason."""
        for node in self.subject.nodes:
            if isinstance(node, n.Rule | n.Matrix | n.Require | n.Disqualify) and not _says(node.reason):
                span = self.subject.first_line(node.span)
                what = "rule" if isinstance(node, n.Rule | n.Matrix) else "gate"
                yield self.report(span, f"this {what} gives no reason", help=('add `because "…"`',))


def _says(reason: n.Text | None) -> bool:
    return reason is not None and bool(reason.value.strip())
