"""Lists that are typed more than once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from scorelang import nodes as n
from scorelang.diagnostics import Diagnostics
from scorelang.lint.finding import Finding, Fix
from scorelang.lint.rule import Rule
from scorelang.parse import parse
from scorelang.values import SPACES, fold

Members = frozenset[tuple[str, str]]


class RepeatedList(Rule):
    """The same list in two places.

    Somebody adds a value to one of them, and forgets the other. What the list means is said nowhere.

    Give it a name: `list decision_makers = ["CEO", "VP"]`, and write the name in both places. The order of the
    members and their case do not matter. Lists of one member are let be, and so are those in tests. Lists with two
    names are told as well, and lists that stand in a CSV file or in a file that this one uses.
    """

    name = "repeated-list"
    code = "SL308"
    bad = 'if title in ["CEO", "VP"] then +10 because "a"\nif role in ["CEO", "VP"] then +5 because "b"'
    good = 'list chiefs = ["CEO", "VP"]\nif title in chiefs then +10\nif role in chiefs then +5'

    def check(self) -> Iterator[Finding]:
        """Every list without a name that is the same as one above, or as one with a name."""
        names: dict[Members, n.Name] = {}
        for declared in self.subject.each(n.NamedList):
            members = _members(declared.items) if declared.items is not None else self._in_file(declared)
            above_it = names.setdefault(members, declared.name)
            if len(members) > 1 and above_it is not declared.name:
                line = self.subject.source.line_of(above_it.span.start)
                message = f"this list has the same members as `{above_it.name}`"
                yield self.report(declared.name.span, message, f"it is declared on line {line}")
            elif len(members) > 1 and members in self._elsewhere:
                message = f"this list has the same members as {self._elsewhere[members]}"
                yield self.report(declared.name.span, message, "`use` that")
        for members, name in self._brought_in():
            names.setdefault(members, name)
        first: dict[Members, n.ListOf] = {}
        for node in self.subject.each(n.ListOf):
            members = _members(node)
            if len(members) < 2 or self._stands_apart(node):
                continue
            named = names.get(members)
            if named is not None:
                yield self._has_name(node, named)
                continue
            if members in self._elsewhere:
                message = f"this list is {self._elsewhere[members]}"
                yield self.report(node.span, message, "`use` that")
                continue
            above = first.setdefault(members, node)
            if above is not node:
                line = self.subject.source.line_of(above.span.start)
                hint = f"give it a name: `list … = {self.subject.source.slice(above.span)}`"
                yield self.report(node.span, "this list is typed again", f"it stands on line {line} too", help=(hint,))

    def _stands_apart(self, node: n.ListOf) -> bool:
        """Whether the list has a name, or is a value that a test gives or expects."""
        return any(isinstance(outer, n.NamedList | n.Test) for outer in self.subject.around(node))

    def _in_file(self, node: n.NamedList) -> Members:
        """The members of a list that stands in a CSV file."""
        return frozenset(("text", fold(value.strip(SPACES))) for value in self.subject.values_of(node))

    def _brought_in(self) -> Iterator[tuple[Members, n.Name]]:
        """The lists of other files that conditions here name, each with where it is brought in."""
        names = {name.name: name for use in self.subject.each(n.Use) for name in use.names}
        for node in self.subject.each(n.Compare):
            if isinstance(node.right, n.Name) and node.right.name in names:
                values = self.subject.items_at.get(node.span, ())
                if all(isinstance(value, str) for value in values):
                    yield frozenset(("text", str(value)) for value in values), names[node.right.name]

    @cached_property
    def _elsewhere(self) -> dict[Members, str]:
        """The lists of the files that this one uses and that it does not bring in, as they are told."""
        subject, found = self.subject, dict[Members, str]()
        brought = {name.name for use in subject.each(n.Use) for name in use.names}
        for source in subject.model.sources if not subject.is_test_file else ():
            if not source.name.startswith("std/") and source.text != subject.source.text:
                for node in parse(source, Diagnostics()).statements:
                    if isinstance(node, n.NamedList) and node.items is not None and node.name.name not in brought:
                        found.setdefault(_members(node.items), f"`{node.name.name}` of {subject.path_of(source)}")
        return found

    def _has_name(self, node: n.ListOf, named: n.Name) -> Finding:
        line = self.subject.source.line_of(named.span.start)
        return self.report(
            node.span,
            f"this list is called `{named.name}`",
            f"line {line} has that name",
            fix=self._by_name(node, named.name),
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
