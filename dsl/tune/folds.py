"""Which leads points are learned from, and which they are tested on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import frozen

from scorelang.outcomes.backtest import Until, is_early
from scorelang.outcomes.rates import Estimate, Rate, difference, rate_of
from scorelang.outcomes.table import NEVER, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Split = Literal["time", "random"]
# The base rate has shifted when it rose or fell by more than a quarter, and by more than chance explains.
SHIFTED = 1.25


@frozen(eq=False)
class Folds:
    """How leads are parted: `train` to learn from, the others held out; within `train` pairs of (learn, test).

    All are bool, one value for each lead. `by` says how, `dated` whether times were known.
    """

    by: Split
    dated: bool
    train: NDArray[np.bool_]
    pairs: tuple[tuple[NDArray[np.bool_], NDArray[np.bool_]], ...]

    @property
    def held(self) -> NDArray[np.bool_]:
        """The leads that are held out."""
        return ~self.train


def is_dated(table: Table) -> bool:
    """Whether it is known when the leads were decided."""
    return bool((table.first != NEVER).all()) and len(set(table.first.tolist())) > 1


def folds_of(table: Table, reached: NDArray[np.bool_], by: Split, held_out: float, folds: int, seed: int) -> Folds:
    """Part leads: in time the latest are held out, else a random part with as large a share of those that got there."""
    import numpy as np
    from sklearn.model_selection import train_test_split

    if by == "time":
        train = is_early(table, Until(share=1 - held_out))
    else:
        rows = np.arange(len(table))
        kept, _ = train_test_split(rows, test_size=held_out, stratify=reached, random_state=seed)
        train = _mask(len(table), kept)
    return within(table, reached, train, by, folds, seed)


def within(
    table: Table, reached: NDArray[np.bool_], train: NDArray[np.bool_], by: Split, folds: int, seed: int
) -> Folds:
    """Part the leads to learn from into folds, with scikit-learn.

    In time, every fold is learned from what lies before it (`TimeSeriesSplit`); at random, folds have equal shares of
    those that got there (`StratifiedKFold`).
    """
    import numpy as np
    from sklearn.model_selection import StratifiedKFold, TimeSeriesSplit

    if by == "time":
        order = np.argsort(table.first, kind="stable")
        rows = order[train[order]]
        parts = list(TimeSeriesSplit(folds).split(rows)) if len(rows) > folds else []
    else:
        rows = np.flatnonzero(train)
        fewest = min(int(reached[rows].sum()), int((~reached[rows]).sum()))
        shuffled = StratifiedKFold(max(2, min(folds, fewest)), shuffle=True, random_state=seed)
        parts = list(shuffled.split(rows, reached[rows])) if fewest > 1 else []
    pairs = ((_mask(len(table), rows[learn]), _mask(len(table), rows[test])) for learn, test in parts)
    told = tuple(pair for pair in pairs if all(_has_both(reached[part]) for part in pair))
    return Folds(by, is_dated(table), train, told)


def _mask(size: int, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    import numpy as np

    found = np.zeros(size, dtype=bool)
    found[rows] = True
    return found


def _has_both(reached: NDArray[np.bool_]) -> bool:
    return bool(reached.any() and not reached.all())


@frozen
class Shift:
    """The share of leads that got there among those to learn from and those held out; whether it `shifted`."""

    train: Rate
    held: Rate
    more: Estimate | None
    shifted: bool


def shift_of(folds: Folds, reached: NDArray[np.bool_]) -> Shift:
    """How the base rate differs between the leads to learn from and those held out."""
    train, held = rate_of(reached, folds.train), rate_of(reached, folds.held)
    more = difference(held, train)
    moved = False
    if more is not None and train.share and held.share:
        ratio = held.share / train.share
        moved = (more.above or more.below) and max(ratio, 1 / ratio) > SHIFTED
    return Shift(train, held, more, moved)
