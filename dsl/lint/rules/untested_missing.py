"""Fields that are often missing, of which nothing asks whether they are."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang.check.walk import walk
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.values import SPACES, fold

# From this share of leads on, a field is often missing.
OFTEN = 0.05


class UntestedMissing(Rule):
    """A field that is often missing, and that no condition tests for it.

    A comparison with a missing value is never true. So `employees < 50` says nothing of leads whose size nobody
    knows, and neither does `employees >= 50`: both give them no points, and nobody sees it.

    Say what missing means: `if employees is missing then -5`, or `otherwise` in a `choose:` or a matrix. With
    `--data` a field is often missing when 5 % of the leads or more lack it; without, when the `lead:` block says
    which values of the data mean missing.
    """

    name = "untested-missing"
    code = "SL206"
    default = False
    severity = "info"
    bad = "lead:\n    employees number missing 0\nif employees >= 50 then +10"
    good = "lead:\n    employees number missing 0\nif employees >= 50 then +10\nif employees is missing then -5"

    def check(self) -> Iterator[Finding]:
        """The first use of every such field."""
        if self.subject.is_test_file:
            return
        tested = self._in_choices()
        used: dict[str, m.FieldValue] = {}
        for one in self.subject.expressions:
            if isinstance(one, m.IsKnown) and isinstance(one.value, m.FieldValue):
                tested.add(one.value.name)
            elif isinstance(one, m.FieldValue) and self.subject.is_here(one.place):
                first = used.setdefault(one.name, one)
                if one.place.span.start < first.place.span.start:
                    used[one.name] = one
        for field in self.subject.model.fields:
            if field.name in used and field.name not in tested:
                why = self._often(field)
                if why:
                    hint = f"say what it means: `if {field.name} is missing then …`"
                    message = f"nothing asks whether `{field.name}` is missing"
                    yield self.report(used[field.name].place.span, message, why, help=(hint,))

    def _in_choices(self) -> set[str]:
        """Fields that a `choose:` with an `otherwise` is about: that takes what is missing."""
        found: set[str] = set()
        model = self.subject.model
        for one in (*model.scoring, *(inner for group in model.groups for inner in group.scoring)):
            if isinstance(one, m.Choice) and one.branches[-1].form == "otherwise":
                for branch in one.branches:
                    inner = walk(branch.condition) if branch.condition is not None else ()
                    found |= {value.name for value in inner if isinstance(value, m.FieldValue)}
            elif isinstance(one, m.Grid):
                tests = [tests for tests in (one.rows, one.columns) if None in tests]
                inner = (value for side in tests for test in side if test is not None for value in walk(test))
                found |= {value.name for value in inner if isinstance(value, m.FieldValue)}
        return found

    def _often(self, field: m.FieldDefinition) -> str:
        """Why the field is often missing; empty when it is not, as far as is known."""
        data = self.subject.data
        if data is None:
            return "its `missing` says that data lacks it" if field.missing else ""
        column = data.columns.get(field.name) or data.columns.get(field.column or "")
        if column is None or not data.records:
            return ""
        lacking = data.records - column.known
        lacking += sum(count for value, count in column.values.items() if _means_missing(field, value))
        share = lacking / data.records
        return f"{share:.0%} of the leads in {data.path} lack it" if share >= OFTEN else ""


def _means_missing(field: m.FieldDefinition, value: object) -> bool:
    return (fold(value.strip(SPACES)) if isinstance(value, str) else value) in field.missing
