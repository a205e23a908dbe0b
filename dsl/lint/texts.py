"""Texts in conditions: what each is compared with, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@frozen(eq=False)
class _Texts:
    """The texts on the right of one operator, each with where it is typed: the parts of a `Compared`."""

    node: n.Compare | n.Cell
    operator: str
    left: n.Node
    right: n.Node
    values: tuple[tuple[str, n.Text | None], ...]
    items: n.ListOf | None = None
    named: n.NamedList | None = None

    def one(self, value: str, text: n.Text | None) -> Compared:
        """One of them."""
        return Compared(self.node, self.operator, self.left, self.right, value, text, self.items, self.named)


# What the conditions of a file compare with is asked by several rules.
_known: WeakKeyDictionary[Subject, tuple[_Texts, ...]] = WeakKeyDictionary()


def compared(subject: Subject, *operators: str, such: Callable[[str], bool] | None = None) -> Iterator[Compared]:
    """Every text to the right of one of the operators, in the order of the conditions, then in cells of matrices.

    With `such` only those of which it holds: standard lists have thousands of members, and few of them matter.
    """
    if subject not in _known:
        _known[subject] = tuple(_texts(subject))
    for texts in _known[subject]:
        if texts.operator in operators:
            found = texts.values if such is None else [each for each in texts.values if such(each[0])]
            yield from (texts.one(value, text) for value, text in found)


def _texts(subject: Subject) -> Iterator[_Texts]:
    lists = {node.name.name: node for node in subject.each(n.NamedList)}
    for node, operator, left, right in _comparisons(subject):
        match right:
            case n.Text(value=value) as text:
                yield _Texts(node, operator, left, right, ((value, text),))
            case n.ListOf() as whole:
                yield _Texts(node, operator, left, right, _members(whole), whole)
            case n.Name(name=name) if name in lists and lists[name].items is not None:
                named = lists[name]
                assert named.items is not None
                yield _Texts(node, operator, left, right, _members(named.items), named.items, named)
            case n.Name():
                members = subject.items_at.get(node.span, ())
                values = tuple((member, None) for member in members if isinstance(member, str))
                yield _Texts(node, operator, left, right, values)


def _members(items: n.ListOf) -> tuple[tuple[str, n.Text], ...]:
    return tuple((item.value, item) for item in items.items if isinstance(item, n.Text))


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
