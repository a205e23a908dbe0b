"""Calibration: the chance that a score stands for, worked out on some leads and held against others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.rates import Rate, rate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.int64]
    Reached = NDArray[np.bool_]

FOLDS = 5
BINS = 10


@frozen
class Bin:
    """Leads with about the same chance: the mean of what was `expected`, and the share that got there."""

    expected: float
    actual: Rate


@frozen
class Calibration:
    """How well the chances fit that a logistic curve through the scores gives.

    `on` says which leads it was fitted on. `brier` is the mean square of what it is wrong by, `brier_of_average` that
    of giving everybody the average; less is better.
    """

    on: str
    bins: tuple[Bin, ...]
    brier: float
    brier_of_average: float


def calibrate(scores: Scores, reached: Reached, before: tuple[Scores, Reached] | None) -> Calibration | None:
    """Fit a logistic curve (scikit-learn) on the leads `before`, else on four fifths at a time; hold the rest to it.

    None where there are too few leads of one sort to fit one. The bins hold about a tenth of the leads each.
    """
    import numpy as np
    from sklearn.metrics import brier_score_loss

    if before is not None:
        if len(np.unique(before[1])) < 2 or not len(scores):
            return None
        expected, on, average = _fitted(*before, scores), "the earlier leads", float(before[1].mean())
    else:
        if min(int(reached.sum()), int((~reached).sum())) < FOLDS:
            return None
        expected, on, average = _folded(scores, reached), f"{FOLDS} folds, each by the others", float(reached.mean())
    return Calibration(
        on,
        tuple(_bins(expected, reached)),
        float(np.mean((expected - reached) ** 2))
        if len(np.unique(reached)) < 2
        else float(brier_score_loss(reached, expected)),
        float(np.mean((average - reached) ** 2)),
    )


def _fitted(scores: Scores, reached: Reached, others: Scores) -> NDArray[np.float64]:
    """The chances of other leads by a curve through these. Equal scores are one row with a weight: there are few."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    values, place = np.unique(scores, return_inverse=True)
    hits = np.bincount(place, weights=reached, minlength=len(values))
    misses = np.bincount(place, minlength=len(values)) - hits
    middle, spread = float(scores.mean()), float(scores.std()) or 1.0
    rows = np.concatenate([values, values]).reshape(-1, 1)
    answers = np.concatenate([np.ones(len(values)), np.zeros(len(values))])
    weights = np.concatenate([hits, misses])
    kept = weights > 0
    # So weak a penalty that it only keeps a perfect separation finite.
    curve = LogisticRegression(C=1e6, max_iter=1000)
    curve.fit((rows[kept] - middle) / spread, answers[kept], sample_weight=weights[kept])
    wanted, where = np.unique(others, return_inverse=True)
    chances: NDArray[np.float64] = curve.predict_proba((wanted.reshape(-1, 1) - middle) / spread)[:, 1][where]
    return chances


def _folded(scores: Scores, reached: Reached) -> NDArray[np.float64]:
    """The chances of all leads, those of each fold by a curve through the others."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    expected = np.empty(len(scores))
    for learn, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(scores, reached):
        expected[test] = _fitted(scores[learn], reached[learn], scores[test])
    return expected


def _bins(expected: NDArray[np.float64], reached: Reached) -> list[Bin]:
    import numpy as np

    cuts = np.unique(np.quantile(expected, np.arange(1, BINS) / BINS))
    place = np.searchsorted(cuts, expected, side="right")
    found = []
    for number in range(len(cuts), -1, -1):
        inside = place == number
        if inside.any():
            found.append(Bin(float(expected[inside].mean()), rate(int(reached[inside].sum()), int(inside.sum()))))
    return found
