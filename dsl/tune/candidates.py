"""Conditions that a new rule could have: one on a field, one that compares two numbers, or two on two fields."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from itertools import combinations
from operator import and_
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.columns import Column
from scorelang.outcomes.fields import Field, fields_of
from scorelang.outcomes.rates import LEAST_LEADS
from scorelang.outcomes.table import Table
from scorelang.tune.conditions import comparisons, conditions_on
from scorelang.tune.undeclared import field_of
from scorelang.values import DAY, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A condition is true of at least this share of the leads, and of at most that: a rule singles leads out.
LEAST_SHARE, LARGEST_SHARE = 0.005, 0.8
# What has two limits has two conditions already.
BOTH_ENDS = re.compile(" and | from .* to ")
# A list of more values is not joined with another condition.
MOST_PAIRED = 3
# `2026-11-21`, `21.11.26`, `11/21/2026 14:30` and `Nov 21, 2026`.
DATED = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?!\d)|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}", re.ASCII)


@frozen(eq=False)
class Candidate:
    """A condition in the words of the language: the fields that it looks at, and of which leads it is true.

    Each of `tests` has, for each lead, the number of a value, and for each value whether the test holds; all must. That
    is much smaller than an answer for each lead: hundreds of conditions are tried.
    `declared` is a line for the `lead:` block that the model needs for it, for each field that it does not have.
    `luck` is the score statistic that it would have by the way it was chosen, if the field meant nothing.
    """

    text: str
    fields: tuple[str, ...]
    tests: tuple[tuple[NDArray[np.int32], NDArray[np.bool_]], ...]
    declared: tuple[str, ...] = ()
    luck: float = 0.0

    def joined(self, other: Candidate) -> Candidate:
        """Both at once."""
        lines = dict.fromkeys((*self.declared, *other.declared))
        fields = (*self.fields, *other.fields)
        text = f"{self.text} and {other.text}"
        return Candidate(text, fields, self.tests + other.tests, tuple(lines), self.luck + other.luck)

    @property
    def true(self) -> NDArray[np.bool_]:
        """For each lead whether the condition is known true."""
        return self.at(slice(None))

    def at(self, rows: NDArray[np.intp] | slice) -> NDArray[np.bool_]:
        """The same for some of the leads."""
        found = [holds[codes[rows]] for codes, holds in self.tests]
        return reduce(and_, found)


def candidates(
    table: Table, train: NDArray[np.bool_], reached: NDArray[np.bool_], leave_out: Collection[str], *, undeclared: bool
) -> list[Candidate]:
    """Conditions on a field, or two numbers, that enough of the leads to learn from meet, each set of leads once.

    `leave_out` are columns or fields that nothing is to be built on. With `undeclared` columns that are no fields of
    the model are looked at too. A blank is never a condition: it says how data was kept, not who a lead is.
    """
    import numpy as np

    leads = int(train.sum())
    least = max(LEAST_LEADS, math.ceil(LEAST_SHARE * leads))
    found: dict[bytes, Candidate] = {}
    for one in _all(table, train, reached, leave_out, undeclared=undeclared):
        true = one.true
        if least <= int(true[train].sum()) <= LARGEST_SHARE * leads:
            found.setdefault(hashlib.sha256(np.packbits(true).tobytes()).digest(), one)
    return list(found.values())


def _all(
    table: Table, train: NDArray[np.bool_], reached: NDArray[np.bool_], leave_out: Collection[str], *, undeclared: bool
) -> Iterator[Candidate]:
    """Conditions on each field, and those that hold one number against another."""
    import numpy as np

    amounts: list[tuple[Field, tuple[str, ...]]] = []
    for field, declared in _fields(table, leave_out, undeclared=undeclared):
        if field.type is Type.NUMBER:
            amounts.append((field, declared))
        aged = _aged(field, table) if field.type is Type.DATE else field
        for text, true, luck in conditions_on(aged, train, reached):
            # A condition on one field follows from its value.
            holds = np.zeros(len(aged.values), dtype=bool)
            holds[aged.codes[true]] = True
            yield Candidate(text, (field.name,), ((aged.codes, holds),), declared, luck)
    for (one, declared), (other, more) in combinations(amounts, 2):
        for text, codes, holds in comparisons(one, other, train, reached):
            yield Candidate(text, (one.name, other.name), ((codes, holds),), declared + more)


def _fields(table: Table, leave_out: Collection[str], *, undeclared: bool) -> Iterator[tuple[Field, tuple[str, ...]]]:
    known: set[str] = set()
    for field in fields_of(table):
        name = table.columns[field.name].name
        known.add(name)
        if not {field.name, name} & set(leave_out) and not _is_dated(field):
            yield field, ()
    if undeclared:
        yield from _undeclared(table, leave_out, known)


def _undeclared(
    table: Table, leave_out: Collection[str], known: Collection[str]
) -> Iterator[tuple[Field, tuple[str, ...]]]:
    """Columns that are no fields of the model, each with the line that declares it."""
    model = table.model
    names = {*(field.name for field in model.fields), *(group.name for group in model.groups), *model.kinds}
    for column in {each.name: each for each in table.columns.values()}.values():
        if column.name not in known and column.name not in leave_out and not column.full:
            field = field_of(column, names, model.zone)
            names.add(field.name)
            if not _is_dated(field) and (model.declared or _is_inferred(field, column)):
                yield field, (_declared(field, column),) if model.declared else ()


def _is_inferred(field: Field, column: Column) -> bool:
    """Whether a model without a `lead:` block finds the column, which it does by its name, and knows its type."""
    return field.name == column.name and field.type is not Type.TEXT_LIST


def _aged(field: Field, table: Table) -> Field:
    """A date as what the language asks of it: how many days before a lead is scored it lies."""
    import numpy as np

    instants = np.array([np.nan if value is None else value for value in field.values], dtype=float)[field.codes]
    days = np.floor((table.as_of - instants) / DAY)
    known = ~np.isnan(days)
    values, place = np.unique(days[known], return_inverse=True)
    codes = np.full(len(days), len(values), dtype=np.int32)
    codes[known] = place
    texts = [f"{value:.0f}" for value in values]
    return Field(f"days since {field.name}", Type.NUMBER, codes, (*values.tolist(), None), (*texts, ""))


def _is_dated(field: Field) -> bool:
    """Whether a text holds dates, however these are written: of a day in the past there will be no lead again."""
    texts = [text for text in field.shown if text]
    return field.type is Type.TEXT and sum(DATED.match(text) is not None for text in texts) > len(texts) / 2


def _declared(field: Field, column: Column) -> str:
    renamed = "" if field.name == column.name else f" from {json.dumps(column.name, ensure_ascii=False)}"
    return f"{field.name} {field.type.value}{renamed}"


def pairs_of(singles: Sequence[Candidate]) -> Iterator[Candidate]:
    """Every two conditions on different fields, but for those that are of two already, or long lists."""
    simple = [
        one
        for one in singles
        if len(one.fields) == 1 and not BOTH_ENDS.search(one.text) and one.text.count('", "') < MOST_PAIRED
    ]
    for at, one in enumerate(simple):
        for other in simple[at + 1 :]:
            if not set(one.fields) & set(other.fields):
                yield one.joined(other)
