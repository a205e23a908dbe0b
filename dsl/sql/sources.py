"""Where leads and events stand: a table of columns, or one column of JSON objects."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen
from sqlglot import exp

from scorelang.model import FieldDefinition
from scorelang.sql import spell as s
from scorelang.sql import texts
from scorelang.sql.cells import Kind, Raw
from scorelang.sql.spell import Sql
from scorelang.values import Type

TYPE, AT, LEAD = (
    FieldDefinition("type", Type.TEXT),
    FieldDefinition("at", Type.DATE),
    FieldDefinition("lead", Type.TEXT),
)
OWN_EVENTS = FieldDefinition("events", Type.TEXT)


@frozen
class Table:
    """A table, view or part of the query.

    `columns` are the raw kinds of its columns by the names that data has, `spelled` what SQL calls those that it calls
    otherwise, `members` the kinds of what lists hold. With `objects` every row is one JSON object, in that column.
    """

    named: str
    columns: dict[str, Kind] = field(factory=dict)
    members: dict[str, Kind] = field(factory=dict)
    spelled: dict[str, str] = field(factory=dict)
    objects: str | None = None

    def look_up(self, definition: FieldDefinition) -> Raw | None:
        """The raw value under the field's own name, else under the name of its column; None when there is neither."""
        names = (definition.name,) if definition.column is None else (definition.name, definition.column)
        if self.objects is not None:
            found = [self._member(name) for name in names]
            return Raw(s.coalesce(*found) if len(found) > 1 else found[0], "json")
        for name in names:
            if name in self.columns:
                return Raw(s.col(self.spelled.get(name, name)), self.columns[name], self.members.get(name))
        return None

    def _member(self, name: str) -> Sql:
        assert self.objects is not None
        # A pointer, not a path: there no character but these two means anything but itself.
        path = "/" + name.replace("~", "~0").replace("/", "~1")
        return exp.Anonymous(this="JSON_EXTRACT", expressions=[s.col(self.objects), s.text(path)])


def columns_of(raws: Iterable[Raw | None]) -> list[str]:
    """The columns that raw values are made of, each once."""
    found = (column.name for raw in raws if raw is not None for column in raw.sql.find_all(exp.Column))
    return list(dict.fromkeys(found))


def folded_identity(raw: Raw | None, identity: Sql) -> Sql:
    """An identity as leads and events are matched by it; of a text, by the way that is quicker for most."""
    if raw is not None and raw.kind == "text":
        return texts.read_text(s.cast(raw.sql, "VARCHAR"))
    return texts.folded(identity)


def renamed(raw: Raw | None, names: dict[str, str]) -> Raw | None:
    """A raw value whose columns have the names of the part that reads them."""
    if raw is None:
        return None

    def rename(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column) and node.name in names:
            return s.col(names[node.name])
        return node

    return Raw(raw.sql.transform(rename), raw.kind, raw.members)
