"""Values that no lead has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from scorelang import model as m
from scorelang import nodes as n
from scorelang.lint.data import Column
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.lint.subject import Subject
from scorelang.operators import operators
from scorelang.source import Span
from scorelang.suggest import closest
from scorelang.values import SPACES, Type, Unfit, Value, coerce, fold_as

# From this likeness on, a value that the data lacks is another spelling of one that it has: "Sofware", "Fin-Tech".
MISSPELT = 0.9
# A list is looked for in a column as long as this is quickly done: so many members times values.
MOST_PAIRS = 1_000_000
COMPARING = ("is", "is not", "in", "not in")
FINDING = ("starts with", "ends with", "contains", "mentions", "like")


class ValueNotInData(Rule):
    """A field is compared with a value that no lead of the data has.

    Often the data spells it otherwise ("Software" where the rule says "SaaS"), and the rule never fires.

    Compare with what the data has; the nearest value is told. Of a list after `in` every member is looked for, of one
    after `mentions` and the like any. A list with a name may have more members than the data: it is told when none of
    them occurs, and a member that the data spells otherwise ("Fintech" for "Fin-Tech"). Lists of the standard library
    are let be. The rule needs `--data`.
    """

    name = "value-not-in-data"
    code = "SL207"
    bad = 'if industry is "Sofware" then +10'
    good = 'if industry is "software" then +10'
    data = "id,industry\n1,Software\n2,Retail\n"

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self._told: set[Span] = set()

    def check(self) -> Iterator[Finding]:
        """Every literal that a field of the data is compared with, and that does not occur in its column."""
        if self.subject.data is None or self.subject.is_test_file:
            return
        fields = {field.name: field for field in self.subject.model.fields}
        for node in self.subject.each(n.Compare):
            left, of_domain = _argument(node.left)
            field = fields.get(left.name) if isinstance(left, n.Name) else None
            if field is None or self._is_in_event(node):
                continue
            if node.operator in COMPARING:
                yield from self._missing(field, node.right, self._elsewhere(node), of_domain=of_domain)
            elif node.operator in FINDING and not of_domain:
                yield from self._not_found(field, node)
        for matrix in self.subject.each(n.Matrix):
            yield from self._matrix(matrix, fields)

    def _is_in_event(self, node: n.Node) -> bool:
        """Whether a name may be an attribute: the condition is one on events."""
        return any(isinstance(outer, n.Events) for outer in self.subject.around(node))

    def _matrix(self, node: n.Matrix, fields: dict[str, m.FieldDefinition]) -> Iterator[Finding]:
        if not node.rows:
            return
        by_column, by_row = node.rows[0].cells[1:], [row.cells[0] for row in node.rows[1:] if row.cells]
        for what, cells in ((node.by_column, by_column), (node.by_row, by_row)):
            field = fields.get(what.name) if isinstance(what, n.Name) else None
            for cell in cells if field is not None else ():
                if cell.form in ("value", *COMPARING):
                    for value in cell.values:
                        assert field is not None
                        yield from self._missing(field, value)

    def _missing(
        self, field: m.FieldDefinition, right: n.Node, elsewhere: Sequence[Value] = (), *, of_domain: bool = False
    ) -> Iterator[Finding]:
        data = self.subject.data
        column = data.columns.get(field.name) or data.columns.get(field.column or "") if data is not None else None
        if column is None or not column.values or field.type not in (Type.TEXT, Type.PAGE, Type.NUMBER, Type.FLAG):
            return
        known = self._known(field, column)
        if of_domain:
            known = {operators()["domain"].reference(value) for value in known} - {None}
        items = right.items if isinstance(right, n.ListOf) else (right,)
        lists = {node.name.name: node.items for node in self.subject.each(n.NamedList) if node.items is not None}
        if isinstance(right, n.Name) and right.name in lists:
            values = [_value(field, item) for item in lists[right.name].items]
            if all(value is not None and value not in known for value in values):
                yield self._found(field, right, f"no member of `{right.name}` occurs", known, "")
            else:
                yield from self._misspelt(field, lists[right.name], known)
            return
        if elsewhere and known.isdisjoint(elsewhere):
            yield self._found(field, right, f"no member of `{self.subject.source.slice(right.span)}` occurs", known, "")
        for item in items:
            value = _value(field, item)
            if value is not None and value not in known:
                shown = self.subject.source.slice(item.span)
                yield self._found(field, item, f"{shown} never occurs", known, value if isinstance(value, str) else "")

    def _misspelt(self, field: m.FieldDefinition, members: n.ListOf, known: set[Value]) -> Iterator[Finding]:
        """Members of a list with a name that the column lacks, and that differ little from a value that it has."""
        named = {_value(field, item) for item in members.items}
        others = {value for value in known - named if isinstance(value, str)}
        for item in members.items:
            value = _value(field, item)
            near = closest(value, sorted(others)) if isinstance(value, str) and value not in known else None
            if near is not None and _likeness(str(value), near) >= MISSPELT and item.span not in self._told:
                self._told.add(item.span)
                shown = f"{self.subject.source.slice(item.span)} never occurs"
                yield self._found(field, item, shown, {*others}, str(value))

    def _not_found(self, field: m.FieldDefinition, node: n.Compare) -> Iterator[Finding]:
        """Texts none of which any value of the column has where the operator looks for them."""
        data = self.subject.data
        column = data.columns.get(field.name) or data.columns.get(field.column or "") if data is not None else None
        if column is None or not column.values:
            return
        row = operators()[node.operator]
        known = self._known(field, column)
        type_ = Type.TEXT if field.type is Type.TEXT_LIST else field.type
        wanted = self._elsewhere(node) or tuple(row.fold(type_, text) for text in self._texts(node.right))
        if not wanted or len(wanted) * len(known) > MOST_PAIRS:
            return
        if not any(row.reference(value, each) for value in known for each in wanted):
            shown = f"`{node.operator} {self.subject.source.slice(node.right.span)}` is never true"
            yield self._found(field, node.right, shown, known, "")

    def _texts(self, right: n.Node) -> Iterator[str]:
        """The text on the right of a comparison, or those of a list there or of one of this file."""
        if isinstance(right, n.Name):
            named = (each.items for each in self.subject.each(n.NamedList) if each.name.name == right.name)
            right = next((items for items in named if items is not None), right)
        for item in right.items if isinstance(right, n.ListOf) else (right,):
            if isinstance(item, n.Text) and item.value.strip(SPACES):
                yield item.value

    def _elsewhere(self, node: n.Compare) -> tuple[Value, ...]:
        """The members of one that stands in a CSV file or in another file of the model, as they are compared."""
        here = {each.name.name for each in self.subject.each(n.NamedList) if each.items is not None}
        here |= {name.name for use in self.subject.each(n.Use) if _is_standard(use) for name in use.names}
        if not isinstance(node.right, n.Name) or node.right.name in here:
            return ()
        return self.subject.items_at.get(node.span, ())

    def _known(self, field: m.FieldDefinition, column: Column) -> set[Value]:
        """The values of the column as the model reads them."""
        known: set[Value] = set()
        for raw in column.values:
            try:
                value = coerce(field.type, raw, self.subject.model.zone)
            except Unfit:
                continue
            known.add(value)
        return known

    def _found(self, field: m.FieldDefinition, node: n.Node, shown: str, known: set[Value], value: str) -> Finding:
        assert self.subject.data is not None
        near = closest(value, sorted(one for one in known if isinstance(one, str))) if value else None
        label = f"did this mean `{near}`?" if near else ""
        message = f"{shown} in `{field.name}` of {self.subject.data.path}"
        return self.report(node.span, message, label)


def _is_standard(use: n.Use) -> bool:
    return use.path.value.startswith("std/")


def _likeness(one: str, other: str) -> float:
    """How alike two texts are in their letters and digits, 0 to 1."""
    first, second = ("".join(character for character in text if character.isalnum()) for text in (one, other))
    return float(SequenceMatcher(None, first, second).ratio())


def _argument(node: n.Node) -> tuple[n.Node, bool]:
    """What a comparison is about, and whether it is about the domain of that."""
    match node:
        case n.Call(function=n.Name(name="domain"), arguments=(argument,)):
            return argument, True
    return node, False


def _value(field: m.FieldDefinition, node: n.Node) -> Value:
    """A literal as the model compares it; None for what is no literal of the field's type."""
    if isinstance(node, n.Text) and field.type.is_text and node.value.strip(SPACES):
        return fold_as(field.type, node.value)
    if isinstance(node, n.Flag) and field.type is Type.FLAG:
        return node.value
    return node.value if isinstance(node, n.Number) and field.type is Type.NUMBER else None
