"""Members of a list that are the same one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scorelang import nodes as n
from scorelang.lint.finding import Finding, Fix
from scorelang.lint.rule import Rule
from scorelang.lint.texts import types_of
from scorelang.source import Span
from scorelang.values import SPACES, Type, fold, fold_page

CASE = "case does not matter"


class CaseVariants(Rule):
    """A list that holds the same text twice, perhaps with other capitals.

    Texts are compared without regard to case, and without white space at their ends. So the second spelling finds
    nothing that the first does not, and the list looks as if case mattered.

    Keep one of them. Pages are the same with a last `/` or a host, too. Looked at are lists, the values of a CSV file,
    `missing`, the edges of a matrix, and `title is "CEO" or title is "Ceo"`.
    """

    name = "case-variants"
    code = "SL102"
    bad = 'if title in ["CEO", "Ceo", "VP"] then +10 because "decides"'
    good = 'if title in ["CEO", "C.E.O.", "VP"] then +10 because "decides"'

    def check(self) -> Iterator[Finding]:
        """Every member that is equal to one before it, in a list, in `or`, in `missing`, or at an edge of a matrix."""
        pages = set(self._pages())
        for node in self.subject.each(n.ListOf):
            is_page = node.span in pages
            for at, item, known in _again(node.items, fold_page if is_page else _plain):
                why = "pages are compared by their path, without a last `/`" if is_page else CASE
                yield self._found(item, known, "in this list", self._without(node, at, item), why)
        for field in self.subject.each(n.Field):
            for _, item, known in _again(field.missing):
                yield self._found(item, known, "in this `missing`")
        for either in self.subject.each(n.Or):
            yield from self._in_or(either)
        for matrix in self.subject.each(n.Matrix):
            for edge in (matrix.rows[0].cells[1:], [row.cells[0] for row in matrix.rows[1:]]) if matrix.rows else ():
                texts = [cell.values[0] for cell in edge if cell.form in ("value", "is") and len(cell.values) == 1]
                for _, item, known in _again(texts):
                    yield self._found(item, known, "in this matrix")
        yield from self._in_files()

    def _pages(self) -> Iterator[Span]:
        """The lists that pages are compared with, and nothing else: after an event, or after `in`."""
        named = {each.name.name: each.items.span for each in self.subject.each(n.NamedList) if each.items is not None}
        beside = list(self._beside())
        of_texts = {right.name for right, is_page in beside if isinstance(right, n.Name) and not is_page}
        for right, is_page in beside:
            if isinstance(right, n.Name) and right.name not in of_texts:
                yield named.get(right.name, right.span)
            elif is_page:
                yield right.span

    def _beside(self) -> Iterator[tuple[n.Node, bool]]:
        """What stands after an event or an operator, and whether a page is compared with it."""
        types = types_of(self.subject)
        kinds = {kind.name: kind.attributes[0].type for kind in self.subject.model.kinds.values() if kind.attributes}
        for events in self.subject.each(n.Events):
            if events.members is not None:
                yield events.members, kinds.get(events.kind.name) is Type.PAGE
        for node in self.subject.each(n.Compare):
            # `visit in […]` reads as a comparison.
            of_events = kinds.get(node.left.name) if isinstance(node.left, n.Name) else None
            type_ = types.get(node.left.span, of_events)
            yield node.right, node.operator in ("in", "not in") and type_ is Type.PAGE

    def _in_or(self, node: n.Or) -> Iterator[Finding]:
        """`title is "CEO" or title is "Ceo"`."""
        texts: dict[str, list[n.Node]] = {}
        for item in node.items:
            if isinstance(item, n.Compare) and item.operator == "is" and isinstance(item.left, n.Name):
                texts.setdefault(item.left.name, []).append(item.right)
        for same in texts.values():
            for _, item, known in _again(same):
                yield self._found(item, known, "in this `or`")

    def _in_files(self) -> Iterator[Finding]:
        """Values of a CSV file that are the same one."""
        for node in self.subject.each(n.NamedList):
            first: dict[str, str] = {}
            for value in self.subject.values_of(node):
                known = first.setdefault(fold(value.strip(SPACES)), value)
                if known != value and known.strip(SPACES) != value.strip(SPACES) and node.path is not None:
                    message = f"`{value}` is the same as `{known}` in {node.path.value}"
                    yield self.report(node.path.span, message, CASE)

    def _found(self, item: n.Text, known: n.Text, where: str, fix: Fix | None = None, why: str = CASE) -> Finding:
        if item.value == known.value:
            message = f"`{item.value}` stands twice {where}"
        else:
            message = f"`{item.value}` is the same as `{known.value}` {where}"
        return self.report(item.span, message, why, fix=fix)

    def _without(self, node: n.ListOf, at: int, item: n.Text) -> Fix:
        """The list without one member, and the comma before it; a comment between the two stays."""
        before = node.items[at - 1]
        between = self.subject.source.text[before.span.end : item.span.start]
        start = before.span.end
        safe = not self.subject.names_identity(node)
        if "#" not in between:
            return self.fix("take it out", (Span(start, item.span.end), ""), safe=safe)
        return self.fix("take it out", *self._on_own_line(start + between.index(","), item), safe=safe)

    def _on_own_line(self, comma: int, item: n.Text) -> tuple[tuple[Span, str], ...]:
        """A member below a comment goes with the comma behind it, else with the one before; comments stay."""
        text = self.subject.source.text
        end = item.span.end
        while text[end : end + 1] in (" ", "\t"):
            end += 1
        if text[end : end + 1] == ",":
            end += 1
            while text[end : end + 1] in (" ", "\t"):
                end += 1
            return ((Span(item.span.start, end), ""),)
        return (Span(comma, comma + 1), ""), (item.span, "")


def _plain(text: str) -> str:
    return fold(text.strip(SPACES))


def _again(items: Sequence[n.Node], read: Callable[[str], str] = _plain) -> Iterator[tuple[int, n.Text, n.Text]]:
    """Each text that is equal to one before it: its place, it, and the first one."""
    first: dict[str, n.Text] = {}
    for at, item in enumerate(items):
        if isinstance(item, n.Text):
            known = first.setdefault(read(item.value), item)
            if known is not item:
                yield at, item, known
