"""Conditions that a new rule could have: one on a field, found by binning and by shallow trees, or two of them."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import tzinfo
from functools import partial, reduce
from itertools import combinations, pairwise
from operator import and_
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.columns import MISSING, Column
from scorelang.outcomes.fields import Field, conditions_of, fields_of
from scorelang.outcomes.rates import LEAST_LEADS
from scorelang.outcomes.table import Table
from scorelang.values import DAY, Type, Unfit, Value, coerce, fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Numbers are cut where a tree of so many leaves cuts them, and into so many bins of about as many leads.
LEAVES = 6
BINS = 10
# So many of a text's values are looked at, the most frequent first, that so many leads have at least. Those that do
# best, or worst, are joined too: from one of these places to another in their order, and no more than so many; fewer
# where there is to be a second condition.
MOST_NAMES, LEAST_NAMED = 60, 20
PLACES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30)
MOST_JOINED, MOST_PAIRED = 12, 3
# A condition is true of at least this share of the leads, and of at most that: a rule singles leads out.
LEAST_SHARE, LARGEST_SHARE = 0.005, 0.8
# A rate of few leads is drawn towards that of all by so many leads of the average sort.
AVERAGE_LEADS = 20
MOST_DECIMALS = 6
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
    """Conditions on single fields that enough of the leads to learn from meet, each set of leads once.

    `leave_out` are columns or fields that nothing is to be built on. With `undeclared` columns that are no fields of
    the model are looked at too. A blank is never a condition: it says how data was kept, not who a lead is.
    """
    import numpy as np

    least = max(LEAST_LEADS, math.ceil(LEAST_SHARE * int(train.sum())))
    found: dict[bytes, Candidate] = {}
    for field, declared in _fields(table, leave_out, undeclared=undeclared):
        aged = _aged(field, table) if field.type is Type.DATE else field
        for text, true, luck in _conditions(aged, train, reached):
            size = int(true[train].sum())
            if least <= size <= LARGEST_SHARE * int(train.sum()):
                # A condition on one field follows from its value.
                holds = np.zeros(len(aged.values), dtype=bool)
                holds[aged.codes[true]] = True
                key = hashlib.sha256(np.packbits(true).tobytes()).digest()
                found.setdefault(key, Candidate(text, (field.name,), ((aged.codes, holds),), declared, luck))
    return list(found.values())


def _fields(table: Table, leave_out: Collection[str], *, undeclared: bool) -> Iterator[tuple[Field, tuple[str, ...]]]:
    known: set[str] = set()
    for field in fields_of(table):
        name = table.columns[field.name].name
        known.add(name)
        if not {field.name, name} & set(leave_out) and not _is_dated(field):
            yield field, ()
    if undeclared:
        names = {field.name for field in table.model.fields}
        for column in {each.name: each for each in table.columns.values()}.values():
            if column.name not in known and column.name not in leave_out and not column.full:
                field = _field_of(column, names, table.model.zone)
                names.add(field.name)
                if not _is_dated(field):
                    yield field, (_declared(field, column),) if table.model.declared else ()


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


def _field_of(column: Column, taken: Collection[str], zone: tzinfo) -> Field:
    """A column as a field: a number or a date where all its values are, else a text."""
    import numpy as np

    name = re.sub(r"\W+", "_", column.name, flags=re.ASCII).strip("_") or "column"
    name = f"c_{name}" if name[0].isdigit() else name
    while name in taken:
        name += "_"
    codes = np.where(column.codes == MISSING, len(column.values), column.codes).astype(np.int32)
    texts = column.texts()
    if column.numbers() is not None:
        type_, read = Type.NUMBER, _number
    elif column.instants() is not None:
        type_, read = Type.DATE, partial(_instant, zone=zone)
    else:
        type_, read = Type.TEXT, fold
    return Field(name, type_, codes, (*map(read, texts), None), (*texts, ""))


def _number(text: str) -> Value:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _instant(text: str, zone: tzinfo) -> Value:
    try:
        return coerce(Type.DATE, text, zone)
    except Unfit:
        return None


def _declared(field: Field, column: Column) -> str:
    renamed = "" if field.name == column.name else f" from {json.dumps(column.name, ensure_ascii=False)}"
    return f"{field.name} {field.type.value}{renamed}"


def _conditions(
    field: Field, train: NDArray[np.bool_], reached: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_], float]]:
    """The text of each condition, for each lead whether it is true, and the luck of how it was chosen."""
    if field.type is Type.NUMBER:
        for text, true in _of_numbers(field, train, reached):
            yield text, true, 0.0
        return
    for condition in conditions_of(field):
        if not condition.text.endswith(" is missing"):
            yield condition.text, condition.true, 0.0
    if field.type is Type.TEXT and not any(isinstance(value, str) and "@" in value for value in field.values):
        yield from _joined(field, train, reached)


# --- numbers --------------------------------------------------------------------------------------------------------


def _of_numbers(
    field: Field, train: NDArray[np.bool_], reached: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """On either side of each cut, and between neighbouring ones of the tree."""
    import numpy as np

    numbers = np.array([np.nan if value is None else value for value in field.values], dtype=float)[field.codes]
    told = train & ~np.isnan(numbers)
    values = np.unique(numbers[told])
    if len(values) < 2:
        return
    split = _split(numbers[told], reached[told])
    bins = np.quantile(numbers[told], np.arange(1, BINS) / BINS, method="higher")
    for cut in sorted({*split, *_between(values, bins)}):
        yield f"{field.name} < {_typed(cut)}", numbers < cut
        yield f"{field.name} >= {_typed(cut)}", numbers >= cut
    for low, high in pairwise(split):
        text = f"{field.name} >= {_typed(low)} and {field.name} < {_typed(high)}"
        yield text, (numbers >= low) & (numbers < high)


def _split(numbers: NDArray[np.float64], reached: NDArray[np.bool_]) -> list[float]:
    """Where a shallow tree (scikit-learn) cuts the numbers, as ones that are short to write."""
    import numpy as np
    from sklearn.tree import DecisionTreeClassifier

    least = max(LEAST_LEADS, int(0.01 * len(numbers)))
    tree = DecisionTreeClassifier(max_leaf_nodes=LEAVES, min_samples_leaf=least, criterion="log_loss", random_state=0)
    fitted = tree.fit(numbers.reshape(-1, 1), reached).tree_
    cuts = np.sort(fitted.threshold[fitted.children_left >= 0])
    values = np.unique(numbers)
    return _between(values, values[np.minimum(np.searchsorted(values, cuts, side="right"), len(values) - 1)])


def _between(values: NDArray[np.float64], cuts: NDArray[np.float64]) -> list[float]:
    """For each cut, which is one of the sorted values, the shortest number above the value before it."""
    import numpy as np

    found: list[float] = []
    for cut in np.unique(cuts):
        at = int(np.searchsorted(values, cut))
        short = _short(float(values[at - 1]), float(cut)) if at else None
        if short is not None and short not in found:
            found.append(short)
    return found


def _short(below: float, cut: float) -> float | None:
    """The number with the fewest decimals above one and not above the other; None where it would have too many."""
    for decimals in range(-2, MOST_DECIMALS + 1):
        short = math.floor(cut * 10.0**decimals) / 10.0**decimals
        if below < short <= cut and float(_typed(short)) == short:
            return short
    return None


def _typed(number: float) -> str:
    """A number as it is typed: never with an exponent."""
    return f"{number:.{MOST_DECIMALS}f}".rstrip("0").rstrip(".")


# --- texts ----------------------------------------------------------------------------------------------------------


def _joined(
    field: Field, train: NDArray[np.bool_], reached: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_], float]]:
    """The values that do best, those that do next best and so on, and from the worst up; two and more in each."""
    shown = {value: text for value, text in zip(field.values, field.shown, strict=True) if value is not None}
    overall = float(reached[train].mean())
    rates: list[tuple[float, Value, int]] = []
    for value, (size, won) in _sizes(field, train, reached).items():
        if size >= LEAST_NAMED:
            rates.append(((won + AVERAGE_LEADS * overall) / (size + AVERAGE_LEADS), value, size))
    rates = sorted(sorted(rates, key=lambda one: -one[2])[:MOST_NAMES], key=lambda one: (one[0], str(one[1])))
    for ordered in (rates, rates[::-1]):
        for first, last in combinations(PLACES, 2):
            some = ordered[first:last]
            is_upper = first == 0 or 2 * last <= len(ordered) + 1
            if 2 <= last - first <= MOST_JOINED and last < len(ordered) and is_upper:
                chosen = {value for _, value, _ in some}
                texts = (shown[value] for _, value, _ in some if value is not None)
                items = ", ".join(json.dumps(text, ensure_ascii=False) for text in texts)
                holds = field.where([value in chosen for value in field.values])
                share = sum(leads for _, _, leads in some) / max(int(train.sum()), 1)
                yield f"{field.name} in [{items}]", holds, _luck(first, last, len(ordered), share)


def _luck(first: int, last: int, values: int, share: float) -> float:
    """About what the score statistic is of values that mean nothing: from one place to another of the best of so many.

    `share` of all leads have one of these. The values' own statistics are then normal, and the i-th largest of n is
    about the quantile of 1 - (i - 3/8) / (n + 1/4): G. Blom, Statistical Estimates and Transformed Beta-Variables
    (1958). Together they have their sum over the root of their number, held against the rest of the leads.
    """
    import numpy as np
    from scipy.stats import norm

    largest = norm.ppf(1 - (np.arange(first + 1, last + 1) - 0.375) / (values + 0.25))
    return float(max(largest.sum(), 0.0) ** 2 / (last - first) / (1 - share)) if share < 1 else 0.0


def _sizes(field: Field, train: NDArray[np.bool_], reached: NDArray[np.bool_]) -> dict[Value, tuple[int, int]]:
    """How many leads have each value, and how many of them got there."""
    import numpy as np

    sizes = np.bincount(field.codes[train], minlength=len(field.values)).tolist()
    won = np.bincount(field.codes[train & reached], minlength=len(field.values)).tolist()
    found: dict[Value, tuple[int, int]] = {}
    for value, size, ones in zip(field.values, sizes, won, strict=True):
        if value is not None:
            before = found.get(value, (0, 0))
            found[value] = before[0] + size, before[1] + ones
    return found


def pairs_of(singles: Sequence[Candidate]) -> Iterator[Candidate]:
    """Every two conditions on different fields, but for those that are two already, or long lists."""
    simple = [one for one in singles if " and " not in one.text and one.text.count('", "') < MOST_PAIRED]
    for at, one in enumerate(simple):
        for other in simple[at + 1 :]:
            if not set(one.fields) & set(other.fields):
                yield one.joined(other)
