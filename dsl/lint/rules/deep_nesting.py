"""Conditions inside conditions inside conditions."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule

# `and`, `or` and `at least … of` may stand so deep in each other.
DEEPEST = 3
LOGIC = (n.And, n.Or, n.Quorum)


class DeepNesting(Rule):
    """A condition with `and`, `or` and `at least … of` in each other, more than three deep.

    Nobody in sales can say when `a and (b or (c and (d or e)))` holds, and few engineers can.

    Give a part of it a name: `define in_reach as d or e`. `not` and brackets that change nothing are not counted.
    """

    name = "deep-nesting"
    code = "SL310"
    bad = "if a and (b or (c and (d or e))) then +10"
    good = "define warm as c and (d or e)\nif a and (b or warm) then +10"

    def check(self) -> Iterator[Finding]:
        """Every outermost condition that is too deep."""
        for node in self.subject.nodes:
            if isinstance(node, LOGIC) and not any(isinstance(outer, LOGIC) for outer in self.subject.around(node)):
                deep = _depth(node)
                if deep > DEEPEST:
                    yield self.report(
                        self.subject.first_line(node.span),
                        f"`and`, `or` and the like stand {deep} deep in each other here",
                        "give a part of it a name with `define`",
                    )


def _depth(root: n.Node) -> int:
    """How many of them stand in each other at most; one directly in its like is no step."""
    deepest = 0
    stack: list[tuple[n.Node, int, type[n.Node] | None]] = [(root, 0, None)]
    while stack:
        node, depth, within = stack.pop()
        if isinstance(node, LOGIC):
            depth += type(node) is not within
            within = type(node)
        deepest = max(deepest, depth)
        stack.extend((inner, depth, within) for inner in n.below(node))
    return deepest
