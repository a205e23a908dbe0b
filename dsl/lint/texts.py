"""Texts in conditions: what each is compared with, and how."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from attrs import frozen

from scorelang import model as m
from scorelang import nodes as n
from scorelang.check.walk import walk
from scorelang.lint.subject import Subject
from scorelang.source import Span
from scorelang.values import Type

# How a cell of a matrix compares a value that it only names.
VALUE = "is"


@frozen
class Compared:
    """A text on the right of an operator: alone, in a list there, or in a list with a name.

    `node` is the condition, or the cell of a matrix; `left` what is compared. `text` is None for a member of a list
    that stands in another file or in a CSV file: then `span` is where the list is named. `items` is the list of the
    condition as typed, or the one that its name stands for where that is in this file, `named` its declaration.
    """

    node: n.Compare | n.Cell
    operator: str
    left: n.Node
    right: n.Node
    value: str
    text: n.Text | None
    items: n.ListOf | None = None
    named: n.NamedList | None = None

    @property
    def span(self) -> Span:
        """Where the text stands, or else the name of the list that it is in."""
        return self.text.span if self.text is not None else self.right.span

    @property
    def operator_span(self) -> Span:
        """The characters between the two operands: the operator and the spaces around it."""
        start = self.node.left.span.end if isinstance(self.node, n.Compare) else self.node.span.start
        return Span(start, max(start, self.right.span.start))


# What the conditions of a file compare with is asked by several rules, and standard lists have thousands of members.
_known: WeakKeyDictionary[Subject, tuple[Compared, ...]] = WeakKeyDictionary()


def compared(subject: Subject, *operators: str) -> Iterator[Compared]:
    """Every text to the right of one of the operators, in the order of the conditions, then in cells of matrices."""
    if subject not in _known:
        _known[subject] = tuple(_compared(subject))
    return (one for one in _known[subject] if one.operator in operators)


def _compared(subject: Subject) -> Iterator[Compared]:
    lists = {node.name.name: node for node in subject.each(n.NamedList)}
    for node, operator, left, right in _comparisons(subject):
        match right:
            case n.Text(value=value) as text:
                yield Compared(node, operator, left, right, value, text)
            case n.ListOf(items=items) as whole:
                for item in items:
                    if isinstance(item, n.Text):
                        yield Compared(node, operator, left, right, item.value, item, whole)
            case n.Name(name=name) if name in lists and lists[name].items is not None:
                named = lists[name]
                assert named.items is not None
                for item in named.items.items:
                    if isinstance(item, n.Text):
                        yield Compared(node, operator, left, right, item.value, item, named.items, named)
            case n.Name():
                for member in subject.items_at.get(node.span, ()):
                    if isinstance(member, str):
                        yield Compared(node, operator, left, right, member, None)


def _comparisons(subject: Subject) -> Iterator[tuple[n.Compare | n.Cell, str, n.Node, n.Node]]:
    """Each comparison: its node, the operator, and both operands."""
    for node in subject.each(n.Compare):
        yield node, node.operator, node.left, node.right
    for matrix in subject.each(n.Matrix):
        for what, cell in cells_of(matrix):
            for value in cell.values:
                operator = ("in" if isinstance(value, n.ListOf) else VALUE) if cell.form == "value" else cell.form
                yield cell, operator, what, value


def cells_of(matrix: n.Matrix) -> Iterator[tuple[n.Node, n.Cell]]:
    """The cells of a matrix that test something, each with what it tests: those of the columns, then of the rows."""
    if matrix.rows:
        yield from ((matrix.by_column, cell) for cell in matrix.rows[0].cells[1:])
        yield from ((matrix.by_row, row.cells[0]) for row in matrix.rows[1:] if row.cells)


def types_of(subject: Subject) -> dict[Span, Type]:
    """The types of the first operands of operators on values, by the span of the operand, in the subject's file."""
    found: dict[Span, Type] = {}
    for root in subject.expressions:
        for one in walk(root) if isinstance(root, m.Defined) else (root,):
            if isinstance(one, m.Apply) and subject.is_here(one.operands[0].place):
                found[one.operands[0].place.span] = one.operands[0].type
    return found
