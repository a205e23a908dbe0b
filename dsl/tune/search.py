"""Which conditions say what the rules of a model do not, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from scorelang.outcomes.backtest import Until, is_early
from scorelang.outcomes.rates import LEAST_LEADS
from scorelang.outcomes.table import Table
from scorelang.tune.candidates import Candidate, candidates, pairs_of
from scorelang.tune.design import Counts, Design
from scorelang.tune.likelihood import score_test

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# So many single conditions, the most telling ones, are joined two by two.
MOST_SINGLES = 80
# Not those that more of the leads meet: they hardly tell more of these apart.
LARGEST_PAIRED = 0.6
# Two conditions are harder to read than one, and must say so much more.
PAIR_IS_WORTH = 1.15
# So often would the best of conditions that mean nothing be suggested (Bonferroni).
BY_CHANCE = 0.1
# Of conditions that say as much, or nearly so, the shortest is taken.
AS_TELLING = 0.97
# A rule that fires on this many times fewer of the latest leads to learn from, or spares so many fewer, is one of the
# past; the latest are so large a share of them. Leads held out are not asked: they are there to test what was found.
DYING_OUT, LATEST = 4.0, 0.3
# Of more leads a random sample is searched.
MOST_LEADS = 40_000


def most_telling_of(
    table: Table,
    train: NDArray[np.bool_],
    reached: NDArray[np.bool_],
    design: Design,
    ignored: Collection[int],
    leave_out: Collection[str],
    *,
    undeclared: bool,
    in_time: bool,
    seed: int,
) -> Iterator[Candidate]:
    """The conditions that add most to the rules of the model, each beside those before it, by the score test.

    Only leads of `train` are looked at. `ignored` are lines of the design that are not counted among the rules. With
    `in_time` there are no rules of the past.
    """
    import numpy as np

    rows = np.flatnonzero(train)
    if len(rows) > MOST_LEADS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_LEADS, replace=False))
    latest = _latest(table, train) if in_time else None
    found = candidates(table, train, reached, leave_out, undeclared=undeclared)
    singles = [one for one in found if _lives_on(one, train, latest)]
    counts = Counts(reached[rows].astype(float), (~reached[rows]).astype(float))
    points = design.present()
    points[list(ignored)] = 0
    kept = np.delete(design.firings, list(ignored), axis=1)
    base = np.column_stack([design.scores(points), kept, design.besides])[design.of[rows]].astype(float)
    base = base[:, base.std(axis=0) > 0]
    narrow = [one for one in singles if one.at(rows).mean() <= LARGEST_PAIRED]
    telling = _telling(base, narrow, rows, counts, reached)
    order = np.argsort(-telling, kind="stable")[:MOST_SINGLES]
    pool = [*singles, *_large_enough(pairs_of([narrow[int(at)] for at in order]), rows)]
    pool = [one for one in pool if _lives_on(one, train, latest)]
    bar = np.array([PAIR_IS_WORTH if len(one.fields) > 1 else 1.0 for one in pool])
    least, least_more = _least_telling(pool)
    columns = np.column_stack([one.at(rows) for one in pool]).astype(np.float32) if pool else None
    luck = np.array([one.luck for one in pool])
    side = _sides(pool, rows, reached)
    while columns is not None:
        # What a rule gives must be what its leads are: a minus for leads that got there more often explains nothing.
        telling = score_test(base, columns, counts) * side - luck
        telling = np.where(telling >= least, telling / bar, 0.0)
        if not telling.any():
            return
        best = min(np.flatnonzero(telling >= AS_TELLING * telling.max()), key=lambda at: len(pool[int(at)].text))
        yield pool[best]
        # That the values of this field differ is known now: more lists of them need only say more than their luck.
        more = np.array([one.fields == pool[best].fields and one.luck > 0 for one in pool])
        least = np.where(more, least_more, least)
        base = np.column_stack([base, columns[:, best]])


def _least_telling(pool: Sequence[Candidate]) -> tuple[NDArray[np.float64], float]:
    """The score statistic that each must have at least: as it is by chance in so many cases for one of its sort.

    And that of one that is asked alone.
    """
    import numpy as np
    from scipy.stats import chi2

    sizes = Counter(len(one.fields) for one in pool)
    least = np.array([float(chi2.isf(BY_CHANCE / sizes[len(one.fields)], 1)) for one in pool])
    return least, float(chi2.isf(BY_CHANCE, 1))


def _telling(
    base: NDArray[np.float64],
    pool: Sequence[Candidate],
    rows: NDArray[np.intp],
    counts: Counts,
    reached: NDArray[np.bool_],
) -> NDArray[np.float64]:
    import numpy as np

    if not pool:
        return np.zeros(0)
    columns = np.column_stack([one.at(rows) for one in pool]).astype(np.float32)
    luck = np.array([one.luck for one in pool], dtype=np.float64)
    telling: NDArray[np.float64] = score_test(base, columns, counts) * _sides(pool, rows, reached) - luck
    return telling


def _sides(pool: Sequence[Candidate], rows: NDArray[np.intp], reached: NDArray[np.bool_]) -> NDArray[np.float64]:
    """1 for conditions whose leads got there more often than all, -1 for less often, 0 where chance may explain it."""
    import numpy as np
    from statsmodels.stats.proportion import proportion_confint

    if not pool:
        return np.zeros(0)
    here = reached[rows]
    fired = [one.at(rows) for one in pool]
    won, leads = np.array([(here[at].sum(), at.sum()) for at in fired]).T
    low, high = proportion_confint(won, leads, method="wilson")
    overall = float(here.mean())
    sides: NDArray[np.float64] = np.where(low > overall, 1.0, np.where(high < overall, -1.0, 0.0))
    return sides


def _large_enough(pairs: Iterator[Candidate], rows: NDArray[np.intp]) -> Iterator[Candidate]:
    """Those that a hundredth of the leads meet, or more."""
    least = max(LEAST_LEADS, len(rows) // 100)
    for pair in pairs:
        if int(pair.at(rows).sum()) >= least:
            yield pair


def _latest(table: Table, train: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The latest of the leads to learn from, in the order of their decisions, else of the file."""
    import numpy as np

    found = np.zeros(len(train), dtype=bool)
    rows = np.flatnonzero(train)
    found[rows[~is_early(table.where(train), Until(share=1 - LATEST))]] = True
    return found


def _lives_on(one: Candidate, train: NDArray[np.bool_], latest: NDArray[np.bool_] | None) -> bool:
    """Whether among the latest leads there are such that meet a condition, and such that do not, as before."""
    if latest is None or not latest.any():
        return True
    known = one.true
    now, before = float(known[latest].mean()), float(known[train & ~latest].mean())
    return now * DYING_OUT >= before and (1 - now) * DYING_OUT >= 1 - before
