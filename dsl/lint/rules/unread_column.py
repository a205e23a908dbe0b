"""Columns that no rule reads."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.suggest import closest


class UnreadColumn(Rule):
    """A column of the data that the model does not read.

    What leads tell there has no part in their score. Sometimes that is meant; sometimes the column is called a little
    otherwise than the field that should have read it.

    Read it, or let it be. The lead's identity and its events are read without being named. The rule needs `--data`, and
    finds all columns at the model's first line.
    """

    name = "unread-column"
    code = "SL208"
    severity = "info"
    bad = "if employees > 200 then +10"
    good = 'if employees > 200 and industry is "Retail" then +10'
    data = "id,industry,employees\n1,Software,50\n2,Retail,500\n"

    def check(self) -> Iterator[Finding]:
        """Every column that no field of the model is read from."""
        data, model = self.subject.data, self.subject.model
        if data is None or self.subject.is_library or self.subject.is_test_file:
            return
        used = {one.name for one in self.subject.expressions if isinstance(one, m.FieldValue)}
        read = {"id", "events", model.key}
        for field in model.fields:
            if field.name in used or field.name == model.key:
                # A field is looked up under its own name first.
                read.add(field.name if field.name in data.columns else field.column or field.name)
        for name in data.columns:
            if name not in read:
                near = closest(name, sorted(field.name for field in model.fields if field.name not in data.columns))
                label = f"did the field `{near}` mean it?" if near else ""
                yield self.report(self.subject.head, f"no rule reads the column `{name}` of {data.path}", label)
