"""Where leads and events stand: a table of columns, or one column of JSON objects."""

from __future__ import annotations

from attrs import field, frozen
from sqlglot import exp

from scorelang.model import FieldDefinition
from scorelang.sql import spell as s
from scorelang.sql.cells import Kind, Raw
from scorelang.sql.spell import Sql


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
