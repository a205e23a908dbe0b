"""Columns that no rule reads."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang.lint.data import Data
from scorelang.lint.finding import Finding
from scorelang.lint.reading import fields_in
from scorelang.lint.rule import Rule
from scorelang.suggest import closest


class UnreadColumn(Rule):
    """A column of the data that the model does not read.

    What leads tell there has no part in their score. Sometimes that is meant; sometimes the column is called a little
    otherwise than the field that should have read it.

    Read it, or let it be. The lead's identity and its events are read without being named, and files that take names
    from this one read for it. The rule needs `--data`, and finds all columns at the model's first line.
    """

    name = "unread-column"
    code = "SL208"
    severity = "info"
    bad = "if employees > 200 then +10"
    good = 'if employees > 200 and industry is "Retail" then +10'
    data = "id,industry,employees\n1,Software,50\n2,Retail,500\n"

    def check(self) -> Iterator[Finding]:
        """Every column that no field is read from, of the model or of one that takes names from it."""
        data, model = self.subject.data, self.subject.model
        if data is None or self.subject.is_library or self.subject.is_test_file:
            return
        read = {"id", "events"}.union(*(_read(one, data) for one in (model, *self.subject.others.users)))
        for name in data.columns:
            if name not in read:
                near = closest(name, sorted(field.name for field in model.fields if field.name not in data.columns))
                label = f"did the field `{near}` mean it?" if near else ""
                yield self.report(self.subject.head, f"no rule reads the column `{name}` of {data.path}", label)


def _read(model: m.CheckedModel, data: Data) -> set[str]:
    """The columns that a model reads: of each field the one of its own name, or else the one that it is from."""
    used = fields_in(model) | {model.key}
    fields = [field for field in model.fields if field.name in used]
    return {model.key, *(each.name if each.name in data.columns else each.column or each.name for each in fields)}
