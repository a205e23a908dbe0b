"""Lists that are typed more than once."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding, Fix
from scorelang.lint.rule import Rule
from scorelang.values import SPACES, fold

Members = frozenset[tuple[str, str]]


class RepeatedList(Rule):
    """The same list in two places.

    Somebody adds a value to one of them, and forgets the other. What the list means is said nowhere.

    Give it a name: `list decision_makers = ["CEO", "VP"]`, and write the name in both places. The order of the
    members and their case do not matter. Lists of one member are let be, and so are those in tests. Lists with two
    names are told as well.
    """

    name = "repeated-list"
    code = "SL308"
    bad = 'if title in ["CEO", "VP"] then +10 because "a"\nif role in ["CEO", "VP"] then +5 because "b"'
    good = 'list chiefs = ["CEO", "VP"]\nif title in chiefs then +10\nif role in chiefs then +5'

    def check(self) -> Iterator[Finding]:
        """Every list without a name that is the same as one above, or as one with a name."""
        names: dict[Members, n.NamedList] = {}
        for declared in self.subject.each(n.NamedList):
            members = _members(declared.items) if declared.items is not None else frozenset()
            above_it = names.setdefault(members, declared)
            if len(members) > 1 and above_it is not declared:
                line = self.subject.source.line_of(above_it.span.start)
                message = f"this list has the same members as `{above_it.name.name}`"
                yield self.report(declared.name.span, message, f"it is declared on line {line}")
        first: dict[Members, n.ListOf] = {}
        for node in self.subject.each(n.ListOf):
            members = _members(node)
            if len(members) < 2 or self._stands_apart(node):
                continue
            named = names.get(members)
            if named is not None:
                yield self._has_name(node, named)
                continue
            above = first.setdefault(members, node)
            if above is not node:
                line = self.subject.source.line_of(above.span.start)
                hint = f"give it a name: `list … = {self.subject.source.slice(above.span)}`"
                yield self.report(node.span, "this list is typed again", f"it stands on line {line} too", help=(hint,))

    def _stands_apart(self, node: n.ListOf) -> bool:
        """Whether the list has a name, or is a value that a test gives or expects."""
        return any(isinstance(outer, n.NamedList | n.Test) for outer in self.subject.around(node))

    def _has_name(self, node: n.ListOf, named: n.NamedList) -> Finding:
        name = named.name.name
        line = self.subject.source.line_of(named.span.start)
        return self.report(
            node.span, f"this list is called `{name}`", f"it is declared on line {line}", fix=self._by_name(node, name)
        )

    def _by_name(self, node: n.ListOf, name: str) -> Fix:
        return self.fix(f"write `{name}`", (node.span, name), safe=not self.subject.names_identity(node))


def _members(node: n.ListOf) -> Members:
    """The members as they are compared; nothing for a list with others than texts and numbers."""
    members = set()
    for item in node.items:
        match item:
            case n.Text(value=text):
                members.add(("text", fold(text.strip(SPACES))))
            case n.Number():
                members.add(("number", repr(item.value)))
            case _:
                return frozenset()
    return frozenset(members)
