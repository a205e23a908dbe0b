"""What each rule adds to what all the others say: a logistic regression of the outcome on all firings at once."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.rates import Estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# So many different combinations of rules are fitted at once; of more, a random sample.
MOST_PATTERNS = 50_000
# A coefficient with a larger standard error cannot be told: the rule alone decides some outcome.
LARGEST_ERROR = 10.0
TOLERANCE = 1e-8


@frozen(eq=False)
class _Patterns:
    """Every combination of rules that occurs, how many leads have it, and how many of those got there."""

    firings: NDArray[np.float64]
    leads: NDArray[np.int64]
    reached: NDArray[np.int64]


def beyond_others(firings: NDArray[np.bool_], reached: NDArray[np.bool_]) -> list[Estimate | None]:
    """For each rule what its firing adds to the logarithm of the odds, all other rules being known (statsmodels' GLM).

    None where that cannot be told: the rule fires never, always, or exactly when others say; or one outcome is missing.
    """
    import numpy as np

    rules = firings.shape[1]
    found: list[Estimate | None] = [None] * rules
    sizes = firings.sum(axis=0)
    varies = np.flatnonzero((sizes > 0) & (sizes < len(firings)))
    if not len(varies) or reached.all() or not reached.any():
        return found
    patterns = _patterns(firings[:, varies], reached)
    free = _independent(patterns)
    kept = varies[free]
    for number, estimate in zip(kept, _fitted(patterns, free), strict=True):
        found[int(number)] = estimate
    return found


def _patterns(firings: NDArray[np.bool_], reached: NDArray[np.bool_]) -> _Patterns:
    import numpy as np

    packed = np.ascontiguousarray(np.packbits(firings, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    leads = np.bincount(place, minlength=len(first))
    hits = np.bincount(place, weights=reached, minlength=len(first)).astype(np.int64)
    if len(first) > MOST_PATTERNS:
        chosen = np.random.default_rng(0).choice(len(first), MOST_PATTERNS, replace=False)
        first, leads, hits = first[chosen], leads[chosen], hits[chosen]
    return _Patterns(firings[first].astype(np.float64), leads, hits)


def _independent(patterns: _Patterns) -> NDArray[np.intp]:
    """The rules whose firings do not follow from those of others: `otherwise` follows from the branches above it."""
    import numpy as np
    from scipy.linalg import qr

    centred = patterns.firings - patterns.firings.mean(axis=0)
    _, diagonal, order = qr(centred, mode="economic", pivoting=True)
    sizes = np.abs(np.diag(diagonal))
    kept: NDArray[np.intp] = np.sort(order[: len(sizes)][sizes > TOLERANCE * max(sizes[0], 1.0)])
    return kept


def _fitted(patterns: _Patterns, free: NDArray[np.intp]) -> list[Estimate | None]:
    import numpy as np
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    if not len(free):
        return []
    design = np.column_stack([np.ones(len(patterns.leads)), patterns.firings[:, free]])
    answers = np.column_stack([patterns.reached, patterns.leads - patterns.reached])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of outcomes that a rule alone decides, which are looked at below
        try:
            fit = GLM(answers, design, family=Binomial()).fit(maxiter=50)
            bounds = fit.conf_int()
        except (np.linalg.LinAlgError, ValueError, FloatingPointError):
            return [None] * len(free)
    return [
        Estimate(float(value), float(low), float(high)) if np.isfinite(error) and error < LARGEST_ERROR else None
        for value, error, (low, high) in zip(fit.params[1:], fit.bse[1:], bounds[1:], strict=True)
    ]
