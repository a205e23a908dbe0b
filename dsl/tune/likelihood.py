"""How well scores tell who got there: the chance that each stands for, the likelihood of what happened, the AUC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.tune.design import Counts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Newton's steps to a chance from a score; few are needed.
MOST_STEPS = 25
SETTLED = 1e-9


@frozen
class Chance:
    """What a score stands for: the logarithm of the odds is `base` and `slope` for each hundredth."""

    base: float
    slope: float

    def log_odds(self, scores: NDArray[np.int64]) -> NDArray[np.float64]:
        """The logarithm of the odds of each score."""
        return self.base + self.slope * scores.astype(float)


def by_score(scores: NDArray[np.int64], counts: Counts) -> tuple[NDArray[np.int64], Counts]:
    """Each score once, with how many leads have it: all that a likelihood of scores needs, and often much less."""
    import numpy as np

    each, place = np.unique(scores, return_inverse=True)
    ones = np.bincount(place, weights=counts.ones, minlength=len(each))
    others = np.bincount(place, weights=counts.others, minlength=len(each))
    return each, Counts(ones.astype(np.float64, copy=False), others.astype(np.float64, copy=False))


def chance_of(scores: NDArray[np.int64], counts: Counts, near: Chance | None = None) -> Chance:
    """The logistic regression of getting there on the score alone, without a penalty, by Newton's method.

    scikit-learn's `LogisticRegression(C=inf)` gives the same (a test compares); this is asked thousands of times, most
    of them of scores that are much the same as others, whose chance is then `near`.
    Where all leads have one score, or got to one end, the slope is 0.
    """
    import numpy as np

    ones, others = counts.ones, counts.others
    leads = ones + others
    total = float(leads.sum())
    flat = flat_chance(counts)
    middle = float(leads @ scores) / max(total, 1.0)
    spread = float(np.sqrt(leads @ (scores - middle) ** 2 / max(total, 1.0)))
    if spread == 0 or not ones.any() or not others.any():
        return flat
    scaled = (scores - middle) / spread
    base, slope = flat.base, 0.0
    if near is not None:
        base, slope = near.base + near.slope * middle, near.slope * spread
    for _ in range(MOST_STEPS):
        chance = 1 / (1 + np.exp(-(base + slope * scaled)))
        off, weight = ones - leads * chance, leads * chance * (1 - chance)
        a, b, c = weight.sum(), weight @ scaled, weight @ scaled**2
        determinant = a * c - b * b
        if determinant <= 0:
            return flat if near is None else chance_of(scores, counts)
        up, turn = off.sum(), off @ scaled
        steps = ((c * up - b * turn) / determinant, (a * turn - b * up) / determinant)
        base, slope = base + _short(steps[0]), slope + _short(steps[1])
        if max(map(abs, steps)) < SETTLED:
            break
    else:
        # Newton's method can swing from one side to the other where the start was far off.
        if near is not None:
            return chance_of(scores, counts)
    return Chance(base - slope * middle / spread, slope / spread)


def _short(step: float) -> float:
    return min(max(float(step), -2.0), 2.0)


def flat_chance(counts: Counts) -> Chance:
    """What every score stands for where scores say nothing."""
    import numpy as np

    share = (float(counts.ones.sum()) + 0.5) / (float((counts.ones + counts.others).sum()) + 1)
    return Chance(float(np.log(share / (1 - share))), 0.0)


def loss(log_odds: NDArray[np.float64], counts: Counts) -> float:
    """The negative logarithm of the likelihood of what became of the leads."""
    import numpy as np

    return float(counts.ones @ np.logaddexp(0, -log_odds) + counts.others @ np.logaddexp(0, log_odds))


def area(numbers: NDArray[np.int64] | NDArray[np.float64], counts: Counts) -> float:
    """The AUC of patterns with their numbers of leads; 0.5 where one outcome is missing."""
    import numpy as np

    _, place = np.unique(numbers, return_inverse=True)
    ones, others = np.bincount(place, weights=counts.ones), np.bincount(place, weights=counts.others)
    pairs = float(ones.sum() * others.sum())
    return float(ones @ (np.cumsum(others) - others / 2)) / pairs if pairs else 0.5


def score_test(base: NDArray[np.float64], candidates: NDArray[np.floating], counts: Counts) -> NDArray[np.float64]:
    """For each candidate column, of 0 and 1, Rao's score statistic (1948) of adding it to a regression on the base.

    Without its sign, which is that of its coefficient, it is chi-squared with one degree of freedom where the candidate
    adds nothing. It is 0 where the candidate follows from the base.
    """
    import numpy as np

    leads = counts.ones + counts.others
    size = np.abs(base).max(axis=0)
    known = np.column_stack([np.ones(len(base)), base / np.where(size > 0, size, 1.0)])
    found = _intercepted(known, counts)
    chance = 1 / (1 + np.exp(-(known @ found)))
    weight = leads * chance * (1 - chance)
    weighted = known * weight[:, None]
    # All sums over the leads of a candidate at once, in the precision that the candidates have.
    sums = np.column_stack([counts.ones - leads * chance, weighted]).astype(candidates.dtype)
    slope, cross = np.split((candidates.T @ sums).astype(np.float64), [1], axis=1)
    slope, own = slope[:, 0], cross[:, 0]  # the first known column is 1, and the square of a candidate itself
    inner = np.linalg.pinv(known.T @ weighted, hermitian=True)
    spread = own - np.einsum("ij,jk,ik->i", cross, inner, cross)
    fits = spread > 1e-6 * np.maximum(own, 1e-12)
    return np.where(fits, np.sign(slope) * slope**2 / np.where(fits, spread, 1.0), 0.0)


def _intercepted(known: NDArray[np.float64], counts: Counts) -> NDArray[np.float64]:
    """The coefficients of an all but unpenalised regression, the intercept (the first column) among them."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    if known.shape[1] == 1:
        return np.array([flat_chance(counts).base])
    ones, others = counts.ones > 0, counts.others > 0
    rows = np.vstack([known[ones], known[others]])[:, 1:]
    reached = np.concatenate([np.ones(int(ones.sum())), np.zeros(int(others.sum()))])
    leads = np.concatenate([counts.ones[ones], counts.others[others]])
    regression = LogisticRegression(C=1e6, solver="newton-cholesky", tol=1e-8, max_iter=100)
    regression.fit(rows, reached, sample_weight=leads)
    return np.concatenate([regression.intercept_, regression.coef_[0]])
