"""Members of a list that are the same one."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding, Fix
from scorelang.lint.rule import Rule
from scorelang.source import Span
from scorelang.values import SPACES, fold


class CaseVariants(Rule):
    """A list that holds the same text twice, perhaps with other capitals.

    Texts are compared without regard to case, and without white space at their ends. So the second spelling finds
    nothing that the first does not, and the list looks as if case mattered.

    Keep one of them.
    """

    name = "case-variants"
    code = "SL102"
    bad = 'if title in ["CEO", "Ceo", "VP"] then +10 because "decides"'
    good = 'if title in ["CEO", "C.E.O.", "VP"] then +10 because "decides"'

    def check(self) -> Iterator[Finding]:
        """Every member that is equal to one before it."""
        for node in self.subject.each(n.ListOf):
            first: dict[str, n.Text] = {}
            for at, item in enumerate(node.items):
                if not isinstance(item, n.Text):
                    continue
                known = first.setdefault(fold(item.value.strip(SPACES)), item)
                if known is not item:
                    yield self._found(node, at, item, known)

    def _found(self, node: n.ListOf, at: int, item: n.Text, known: n.Text) -> Finding:
        if item.value == known.value:
            message = f"`{item.value}` stands twice in this list"
        else:
            message = f"`{item.value}` is the same as `{known.value}` in this list"
        return self.report(item.span, message, "case does not matter", fix=self._without(node, at))

    def _without(self, node: n.ListOf, at: int) -> Fix:
        """The list without one member, and the comma before it; a comment between the two stays."""
        before, item = node.items[at - 1], node.items[at]
        between = self.subject.source.text[before.span.end : item.span.start]
        start = before.span.end
        safe = not self.subject.names_identity(node)
        if "#" not in between:
            return self.fix("take it out", (Span(start, item.span.end), ""), safe=safe)
        comma = start + between.index(",")
        return self.fix("take it out", (Span(comma, comma + 1), ""), (item.span, ""), safe=safe)
