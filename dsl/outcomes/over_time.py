"""Rates by week or month: how often each rule fires and each field is missing, and which way that goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal

from attrs import evolve, frozen

from scorelang.outcomes.fields import fields_of
from scorelang.outcomes.rates import Rate, rate
from scorelang.outcomes.table import NEVER, Table
from scorelang.values import DAY, EPOCH, SECOND

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Per = Literal["week", "month"]
# Unless somebody says, leads that came over so many days or fewer are told by the week.
MOST_DAYS_BY_WEEK = 183
# A trend counts where chance would give one so clear less often than that among all that are looked at (Holm).
CHANCE = 0.05
# A share that changed by less from the earlier half of the leads to the later one is steady.
LEAST_CHANGE = 0.01
# Offsets of time zones are whole quarters of an hour.
QUARTER = 15 * 60 * SECOND

Way = Literal["rising", "falling", "steady"]


@frozen
class Course:
    """A share over time: one rate for each period.

    `chance` is how often chance alone would give so clear a trend (None where the share never changes): the linear by
    linear test of association. `early` and `late` are the rates of the first and second half of all leads. `silent` is
    the first period since which there was none, where chance would hardly have it so.
    """

    kind: Literal["rule", "missing", "outcome"]
    name: str
    rates: tuple[Rate, ...]
    early: Rate
    late: Rate
    chance: float | None
    way: Way = "steady"
    silent: str | None = None


@frozen
class OverTime:
    """Leads by `per`: the names of the periods, none left out between, the leads of each, and what goes which way.

    `undated` leads have no time, and are in no period.
    """

    per: Per
    periods: tuple[str, ...]
    leads: tuple[int, ...]
    undated: int
    courses: tuple[Course, ...]

    @property
    def found(self) -> bool:
        """Whether a rule has gone silent or a field is missing more and more."""
        return bool(self.silent or self.missing_more)

    @property
    def silent(self) -> list[str]:
        """The rules that have gone silent."""
        return [one.name for one in self.courses if one.silent]

    @property
    def missing_more(self) -> list[str]:
        """The fields that are missing more and more."""
        return [one.name for one in self.courses if one.kind == "missing" and one.way == "rising"]


def over_time(
    tables: Sequence[Table], per: Per | None = None, reached: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_]]] = ()
) -> OverTime | None:
    """Rates over the first decisions of leads (or what stands for these), all tables together.

    `per` None takes weeks for half a year or less, else months. `reached` says of each table which leads got to the
    goal, and which count. None where leads of fewer than two periods have a time.
    """
    zone = tables[0].model.zone
    per = per or _usual(tables)
    numbers = [_numbers(table, per, zone) for table in tables]
    known = [each[each >= 0] for each in numbers]
    if not any(map(len, known)):
        return None
    first, last = (
        min(int(each.min()) for each in known if len(each)),
        max(int(each.max()) for each in known if len(each)),
    )
    if first == last:
        return None
    places = [_placed(each, first) for each in numbers]
    count = last - first + 1
    names = tuple(_name(number, per) for number in range(first, last + 1))
    whole = _counts(places, [None] * len(tables), count)
    found = list(_courses(tables, places, count, whole, names, reached))
    return OverTime(per, names, tuple(whole), sum(int((each < 0).sum()) for each in numbers), tuple(_held(found)))


def _usual(tables: Sequence[Table]) -> Per:
    times = [table.first[table.first != NEVER] for table in tables]
    ends = [(int(each.min()), int(each.max())) for each in times if len(each)]
    span = max(high for _, high in ends) - min(low for low, _ in ends) if ends else 0
    return "week" if span <= MOST_DAYS_BY_WEEK * DAY else "month"


# --- periods --------------------------------------------------------------------------------------------------------


def _numbers(table: Table, per: Per, zone: tzinfo) -> NDArray[np.int64]:
    """For each lead the number of its period, -1 without a time; a day begins in the zone of the model."""
    import numpy as np

    dated = table.first != NEVER
    found = np.full(len(table), -1, dtype=np.int64)
    quarters, place = np.unique(table.first[dated] // QUARTER, return_inverse=True)
    found[dated] = np.array([_number(int(each) * QUARTER, per, zone) for each in quarters], dtype=np.int64)[place]
    return found


def _number(instant: int, per: Per, zone: tzinfo) -> int:
    day = (EPOCH + timedelta(microseconds=instant)).replace(tzinfo=UTC).astimezone(zone).date()
    # The first day of the calendar is a Monday.
    return (day.toordinal() - 1) // 7 if per == "week" else day.year * 12 + day.month - 1


def _name(number: int, per: Per) -> str:
    """`2026-W07` or `2026-02`."""
    if per == "month":
        return f"{number // 12:04}-{number % 12 + 1:02}"
    year, week, _ = date.fromordinal(number * 7 + 1).isocalendar()
    return f"{year:04}-W{week:02}"


def _placed(numbers: NDArray[np.int64], first: int) -> NDArray[np.int64]:
    import numpy as np

    return np.where(numbers < 0, -1, numbers - first)


# --- courses --------------------------------------------------------------------------------------------------------


def _courses(
    tables: Sequence[Table],
    places: Sequence[NDArray[np.int64]],
    count: int,
    whole: Sequence[int],
    names: Sequence[str],
    reached: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_]]],
) -> Iterator[Course]:
    if reached:
        hits = _counts(places, [got & counts for got, counts in reached], count)
        yield _course("outcome", "goal", hits, _counts(places, [counts for _, counts in reached], count), names)
    for number, rule in enumerate(tables[0].rules):
        hits = _counts(places, [table.did_fire(number) for table in tables], count)
        yield _course("rule", rule.id, hits, whole, names)
    fields = [{field.name: field for field in fields_of(table)} for table in tables]
    for name in fields[0]:
        if all(name in each for each in fields):
            yield _course(
                "missing", name, _counts(places, [each[name].missing for each in fields], count), whole, names
            )


def _counts(places: Sequence[NDArray[np.int64]], chosen: Sequence[NDArray[np.bool_] | None], count: int) -> list[int]:
    """How many of the chosen leads (None: of all) each period has, all tables together."""
    import numpy as np

    found = np.zeros(count, dtype=np.int64)
    for place, some in zip(places, chosen, strict=True):
        kept = place >= 0 if some is None else (place >= 0) & some
        found += np.bincount(place[kept], minlength=count)
    return [int(each) for each in found]


def _course(
    kind: Literal["rule", "missing", "outcome"],
    name: str,
    hits: Sequence[int],
    leads: Sequence[int],
    names: Sequence[str],
) -> Course:
    rates = tuple(rate(hit, of) for hit, of in zip(hits, leads, strict=True))
    middle = _middle(leads)
    early, late = (rate(sum(hits[part]), sum(leads[part])) for part in (slice(0, middle), slice(middle, None)))
    silent = _silent(hits, leads, names) if kind == "rule" else None
    return Course(kind, name, rates, early, late, _chance(hits, leads), "steady", silent)


def _middle(leads: Sequence[int]) -> int:
    """The period before which about half of the leads came; at least one is on either side."""
    upto, half = 0, sum(leads) / 2
    for at, some in enumerate(leads):
        if upto + some / 2 >= half:
            return min(max(at, 1), len(leads) - 1)
        upto += some
    return 1


def _chance(hits: Sequence[int], leads: Sequence[int]) -> float | None:
    import numpy as np
    from statsmodels.stats.contingency_tables import Table as Contingency

    if not 0 < sum(hits) < sum(leads):
        return None
    cells = np.array([hits, [of - hit for hit, of in zip(hits, leads, strict=True)]], dtype=float)
    tested = Contingency(cells, shift_zeros=False).test_ordinal_association(
        row_scores=np.array([1.0, 0.0]), col_scores=np.arange(len(leads), dtype=float)
    )
    return float(tested.pvalue)


def _silent(hits: Sequence[int], leads: Sequence[int], names: Sequence[str]) -> str | None:
    """The period since which a rule that used to fire has not, where chance would hardly have it so."""
    last = max((at for at, hit in enumerate(hits) if hit), default=len(hits) - 1)
    since = sum(leads[last + 1 :])
    share = sum(hits) / max(sum(leads[: last + 1]), 1)
    return names[last + 1] if since and (1 - share) ** since < CHANCE else None


def _held(found: Sequence[Course]) -> Iterator[Course]:
    """The courses with which way they go; so many are looked at that some would seem to go somewhere (Holm)."""
    from statsmodels.stats.multitest import multipletests

    tested = [at for at, one in enumerate(found) if one.chance is not None]
    clear: Mapping[int, bool] = {}
    if tested:
        rejected = multipletests([found[at].chance for at in tested], alpha=CHANCE, method="holm")[0]
        clear = dict(zip(tested, map(bool, rejected), strict=True))
    for at, one in enumerate(found):
        change = (one.late.share or 0) - (one.early.share or 0)
        goes = clear.get(at, False) and abs(change) >= LEAST_CHANGE
        yield evolve(one, way=("rising" if change > 0 else "falling") if goes else "steady")
