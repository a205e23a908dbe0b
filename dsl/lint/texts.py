"""Texts in conditions: what each is compared with, and how."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from scorelang import model as m
from scorelang import nodes as n
from scorelang.check.walk import walk
from scorelang.lint.subject import Subject
from scorelang.source import Span
from scorelang.values import Type


@frozen
class Compared:
    """A literal text on the right of an operator: alone, in a list there, or in a list that is declared in the file.

    `names` is the list of the condition as typed, when it is one by name.
    """

    node: n.Compare
    text: n.Text
    items: n.ListOf | None
    named: n.NamedList | None

    @property
    def operator_span(self) -> Span:
        """The characters between the two operands: the operator and the spaces around it."""
        return Span(self.node.left.span.end, self.node.right.span.start)


def compared(subject: Subject, *operators: str) -> Iterator[Compared]:
    """Every literal text to the right of one of the operators, in the order of the conditions."""
    lists = {node.name.name: node for node in subject.each(n.NamedList)}
    for node in subject.each(n.Compare):
        if node.operator not in operators:
            continue
        match node.right:
            case n.Text() as text:
                yield Compared(node, text, None, None)
            case n.ListOf(items=items) as whole:
                yield from (Compared(node, item, whole, None) for item in items if isinstance(item, n.Text))
            case n.Name(name=name) if name in lists:
                named = lists[name]
                texts = named.items.items if named.items is not None else ()
                yield from (Compared(node, item, named.items, named) for item in texts if isinstance(item, n.Text))


def types_of(subject: Subject) -> dict[Span, Type]:
    """The types of the first operands of operators on values, by the span of the operand, in the subject's file."""
    found: dict[Span, Type] = {}
    for root in subject.expressions:
        for one in walk(root) if isinstance(root, m.Defined) else (root,):
            if isinstance(one, m.Apply) and subject.is_here(one.operands[0].place):
                found[one.operands[0].place.span] = one.operands[0].type
    return found
