"""Fields that know too much: that predict suspiciously well alone, or are filled in only once the outcome is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.columns import Column
from scorelang.outcomes.rates import Auc, Rate, auc, rate_of
from scorelang.outcomes.table import Goal, Table
from scorelang.outcomes.words import plain_text
from scorelang.suggest import listed
from scorelang.values import DAY, EPOCH

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUSPICIOUS = 0.95
# Of more leads a random sample is looked at.
MOST_LEADS = 100_000
FOLDS = 5
# A field that so many of those that got there have, and so few of the others, is filled in afterwards.
NEARLY_ALL, HARDLY_ANY = 0.95, 0.05
# A value is barren where at least so many were to get there by the average, and at most that share of these did. What
# is known beforehand hardly has barren values for so large a share of all leads; a step on the way to the goal does.
LEAST_EXPECTED, BARREN, MANY_BARREN = 5, 0.02, 1 / 3
MOST_BARREN = 3  # are named
# Of the leads that have a date so many may have one after the decision: somebody mistyped it.
MISTYPED = 0.01


@frozen
class Suspect:
    """A column alone: how well its value tells who got there (`auc`, over the leads that have one), and its presence.

    `auc` is turned so that it is 0.5 or more; None where the column holds one value or far too many. `known` and
    `known_else` are how many of the leads that got there, and of the others, have a value. `later` is how many leads
    have a date there that is after their own decision. `why` says what is suspicious; empty when nothing is.
    """

    field: str
    kind: str
    auc: Auc | None
    known: Rate
    known_else: Rate
    later: int
    why: tuple[str, ...]


def suspects(table: Table, goal: Goal) -> tuple[Suspect, ...]:
    """Every column of the table, the most suspicious first: those with something to say, then by AUC."""
    import numpy as np

    chosen = goal.counts.copy()
    if chosen.sum() > MOST_LEADS:
        kept = np.random.default_rng(0).choice(np.flatnonzero(chosen), MOST_LEADS, replace=False)
        chosen[:] = False
        chosen[kept] = True
    sample, reached = table.where(chosen), goal.reached[chosen]
    # A column that has two names is one.
    columns = {column.name: column for column in sample.columns.values()}
    found = [_suspect(sample, column, reached) for column in columns.values()]
    return tuple(sorted(found, key=lambda one: (not one.why, -(one.auc.value if one.auc else 0.0), one.field)))


def _suspect(table: Table, column: Column, reached: NDArray[np.bool_]) -> Suspect:
    words = _missing(table, column.name)
    known = column.known(words)
    kind, numbers = _as_numbers(table, column, reached, words)
    found = None
    if numbers is not None:
        there = ~_is_nan(numbers)
        found = _turned(numbers[there], reached[there])
    if column.full:
        kind, known = "too many values", column.codes == column.codes  # all there is to say is that it has some
    ones, others = rate_of(known, reached), rate_of(known, ~reached)
    later, dates = _later(table, column)
    why = list(_why(found, ones, others))
    if not why and not column.full:
        why += _barren(column, known, reached)
    if later > MISTYPED * dates:
        why.append("it holds dates after the decision")
    return Suspect(column.name, kind, found, ones, others, later, tuple(why))


def _is_nan(numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each is NaN."""
    found: NDArray[np.bool_] = numbers != numbers
    return found


def _turned(numbers: NDArray[np.float64], reached: NDArray[np.bool_]) -> Auc | None:
    found = auc(numbers, reached)
    return auc(-numbers, reached) if found is not None and found.value < 0.5 else found


def _missing(table: Table, name: str) -> frozenset[str]:
    """The values that mean none, as the model has it for the field of that column."""
    fields = (field for field in table.model.fields if name in (field.name, field.column))
    return frozenset(text for field in fields for value in field.missing if (text := plain_text(value)) is not None)


def _as_numbers(
    table: Table, column: Column, reached: NDArray[np.bool_], missing: frozenset[str]
) -> tuple[str, NDArray[np.float64] | None]:
    """What the column holds, and for each lead a number that stands for its value: itself, or how its value fares.

    A date stands for how long before the decision it was, for that is what a model can ask of it.
    """
    if column.full:
        return "too many values", None
    numbers = column.numbers(missing)
    if numbers is not None:
        return "number", numbers
    dates = column.instants()
    if dates is not None:
        return "date", table.as_of - dates
    return "text", _encoded(column, reached)


def _encoded(column: Column, reached: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """For each lead how often others with its value got there, worked out without itself (scikit-learn)."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold
    from sklearn.preprocessing import TargetEncoder

    if min(int(reached.sum()), int((~reached).sum())) < FOLDS or len(np.unique(column.codes)) < 2:
        return None
    encoder = TargetEncoder(target_type="binary", cv=StratifiedKFold(FOLDS, shuffle=True, random_state=0))
    encoded: NDArray[np.float64] = encoder.fit_transform(column.codes.reshape(-1, 1), reached.astype(int)).ravel()
    return encoded


def _later(table: Table, column: Column) -> tuple[int, int]:
    """How many leads have a date there that is after the moment as of which they are scored, and how many have any."""
    import numpy as np

    instants = None if column.full else column.instants()
    if instants is None:
        return 0, 0
    return int((instants > _ends(table)).sum()), int((~np.isnan(instants)).sum())


def _ends(table: Table) -> NDArray[np.int64]:
    """For each lead when the moment of its decision is over: of one without a time, with the day."""
    import numpy as np

    moments, place = np.unique(table.as_of, return_inverse=True)
    ends = [moment + DAY - 1 if _is_midnight(int(moment), table.model.zone) else moment for moment in moments]
    return np.array(ends, dtype=np.int64)[place]


def _is_midnight(moment: int, zone: tzinfo) -> bool:
    try:
        return (EPOCH.replace(tzinfo=UTC) + timedelta(microseconds=moment)).astimezone(zone).time() == time()
    except OverflowError:
        return False


def _why(found: Auc | None, ones: Rate, others: Rate) -> Iterator[str]:
    if found is not None and found.value > SUSPICIOUS:
        yield f"alone it tells who got there with an AUC above {SUSPICIOUS}"
    here, there = ones.share, others.share
    if here is not None and there is not None:
        if here >= NEARLY_ALL and there <= HARDLY_ANY:
            yield "it is filled in only for leads that got there"
        elif here <= HARDLY_ANY and there >= NEARLY_ALL:
            yield "it is filled in only for leads that did not get there"


def _barren(column: Column, known: NDArray[np.bool_], reached: NDArray[np.bool_]) -> Iterator[str]:
    """Whether hardly any lead got there that has one of some values, or none at all, as many leads have."""
    import numpy as np

    if not len(reached):
        return
    codes = np.where(known, column.codes, len(column.values))
    leads = np.bincount(codes, minlength=len(column.values) + 1)
    got = np.bincount(codes[reached], minlength=len(leads))
    expected = leads * float(reached.mean())
    barren = np.flatnonzero((expected >= LEAST_EXPECTED) & (got <= BARREN * expected))
    share = float(leads[barren].sum()) / len(codes)
    if share >= MANY_BARREN:
        texts = [*column.texts(), ""]
        names = [f"`{texts[at]}`" if texts[at] else "no value" for at in sorted(barren, key=lambda at: -leads[at])]
        yield f"hardly any of the {share:.0%} of leads with {listed(names, limit=MOST_BARREN)} got there"
