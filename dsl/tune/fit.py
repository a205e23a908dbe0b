"""Points from outcomes: a logistic regression that is drawn towards the author's points, then whole points.

The model of the outcome is `log odds = a + b × score`. The regression (scikit-learn, with a ridge penalty) has the
present score as one column, hardly penalised, and beside it one for each line, penalised: what it finds there is by how
much a line's worth differs from what its points say, and without evidence that is nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from scorelang.tune.design import Counts, Design, place_of
from scorelang.tune.likelihood import Chance, by_score, chance_of, flat_chance, loss
from scorelang.tune.lines import HUNDRED, Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# How far a line's worth is expected to lie from the author's, as a standard deviation of its log odds.
SPREADS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0)
# The column of the present score is penalised so many times less, squared, than those of the lines.
FREE = 20.0
# A present score that moves the log odds by less than that per standard deviation says too little to build on.
LEAST_SLOPE = 0.1
# All points may be multiplied, where bounds leave no room for what was learned.
SCALES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 1.2, 1.5)
# So much better must a likelihood be for a scale other than the model's own.
SCALE_GAIN = 2.0
# A change must explain the outcomes so much better as to be told from chance: half of the 95 % point of chi-squared.
WORTH_CHANGING = 1.92
PASSES = 4
# Of many changes, so large a share is taken back before all of them are looked at again.
BATCH = 1 / 15
# Of no more changes than that each is looked at every time.
FEW = 24


@frozen
class Limits:
    """What a fit may do: change so many lines, or leave the scale of points as it is, or set it.

    `spread` is how far points may be drawn from the author's, as `SPREADS`; 0 leaves them. `factor` is how many points
    a factor of e in the odds is to be worth.
    """

    spread: float
    most_changes: int | None = None
    factor: float | None = None


@frozen(eq=False)
class Fit:
    """Points for each line, in hundredths, and what a score then stands for in the leads that they were learned from.

    `against` are the lines for which the leads speak against the author's sign.
    """

    points: NDArray[np.int64]
    chance: Chance
    against: frozenset[int] = field(default=frozenset())


def fit(design: Design, counts: Counts, limits: Limits) -> Fit:
    """New points for the lines of a design. Those that have no leads of their own stay."""
    import numpy as np

    now = design.present()
    free = _told(design, counts)
    if not len(free) or not counts.ones.any() or not counts.others.any():
        return Fit(now, chance_of(design.scores(now), counts))
    exact, against = now.astype(float), set[int]()
    if limits.spread:
        exact, against = _regressed(design, counts, limits.spread, free)
    points = _scaled(design, counts, limits, exact, free)
    if limits.spread:
        points = _refined(design, counts, limits, points, free)
    if limits.factor is None:
        points = _kept(design, counts, points, limits.most_changes)
    if limits.most_changes is not None and limits.spread:
        # What is left of the changes makes up for those that were taken back.
        changed = np.flatnonzero(points != now)
        points = _kept(design, counts, _refined(design, counts, limits, points, changed), None)
    return Fit(points, chance_of(design.scores(points), counts), frozenset(against))


def _told(design: Design, counts: Counts) -> NDArray[np.intp]:
    """The lines that fired on some leads and not on others."""
    import numpy as np

    leads = counts.ones + counts.others
    fired = leads @ design.firings
    return np.flatnonzero((fired > 0) & (fired < leads.sum()))


# --- the regression -------------------------------------------------------------------------------------------------


def _regressed(
    design: Design, counts: Counts, spread: float, free: NDArray[np.intp]
) -> tuple[NDArray[np.float64], set[int]]:
    """The points that the regression gives, in hundredths, and the lines that it would give the other sign; they get 0.

    Without those it is worked out again, for as long as there are any.
    """
    now, worth = design.present(), design.worth()
    points, against = now.astype(float), set[int]()
    while True:
        base = now.copy()
        base[list(against)] = 0
        kept = [int(at) for at in free if int(at) not in against]
        points[list(against)] = 0.0
        if not kept:
            return points, against
        points[kept] = base[kept] + _differences(design, counts, spread, base, kept) / worth[kept]
        wrong = {at for at in kept if _is_wrong(design.lines[at], points[at])}
        if not wrong:
            return points, against
        against |= wrong


def _is_wrong(line: Line, points: float) -> bool:
    """Whether points have the sign that a line may not have."""
    return (points < 0 and line.least >= 0) or (points > 0 and line.most <= 0)


def _differences(
    design: Design, counts: Counts, spread: float, base: NDArray[np.int64], kept: Sequence[int]
) -> NDArray[np.float64]:
    """By how many hundredths of the score each line is worth more than it gives."""
    import numpy as np

    scores = design.scores(base).astype(float)
    leads = counts.ones + counts.others
    size = float(np.sqrt(np.cov(scores, aweights=leads))) if scores.any() else 0.0
    slope = chance_of(design.scores(base), counts).slope if size else 0.0
    columns = design.firings[:, kept].astype(float)
    if slope * size >= LEAST_SLOPE:
        found = _coefficients(np.column_stack([scores / size * FREE, columns]), counts, spread)
        per_hundredth = found[0] * FREE / size
        if per_hundredth * size >= LEAST_SLOPE:
            return np.asarray(found[1:] / per_hundredth)
    # The present score says nothing: the points are learned without it, and spread as they are spread now.
    found = _coefficients(columns, counts, max(spread, 1.0))
    learned = columns @ found
    reach = float(np.sqrt(np.cov(learned, aweights=leads)))
    return (
        np.asarray(found * (size or HUNDRED * 10) / reach - base[kept] * design.worth()[kept]) if reach else found * 0
    )


def _coefficients(columns: NDArray[np.float64], counts: Counts, spread: float) -> NDArray[np.float64]:
    """The coefficients of scikit-learn's logistic regression with a ridge penalty of that standard deviation."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    ones, others = counts.ones > 0, counts.others > 0
    rows = np.vstack([columns[ones], columns[others]])
    reached = np.concatenate([np.ones(int(ones.sum())), np.zeros(int(others.sum()))])
    leads = np.concatenate([counts.ones[ones], counts.others[others]])
    regression = LogisticRegression(C=spread**2, solver="newton-cholesky", max_iter=100)
    found: NDArray[np.float64] = regression.fit(rows, reached, sample_weight=leads).coef_[0]
    return found


# --- whole points ---------------------------------------------------------------------------------------------------


def _scaled(
    design: Design, counts: Counts, limits: Limits, exact: NDArray[np.float64], free: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Whole points within their bounds, on the scale of the model, or on another that tells the leads apart better."""
    if limits.factor is not None:
        first = _whole(design, exact, free)
        slope = chance_of(design.scores(first), counts).slope
        # A hundredth is to be worth 1 / (100 × factor) of the log odds.
        return _whole(design, exact * max(slope, 0.0) * HUNDRED * limits.factor, free)
    best, least = _whole(design, exact, free), math.inf
    if not limits.spread or limits.most_changes is not None or len(free) < len(design.lines):
        return best
    for scale in (*SCALES, _as_wide(design, counts, exact)):
        points = _whole(design, exact * scale, free)
        found = _loss_at(design, counts, points) + (SCALE_GAIN if scale != 1.0 else 0.0)
        if found < least:
            best, least = points, found
    return best


def _as_wide(design: Design, counts: Counts, exact: NDArray[np.float64]) -> float:
    """The scale on which scores would spread as they do now; where they do not, as ten points."""
    import numpy as np

    leads = counts.ones + counts.others
    now = float(np.sqrt(np.cov(design.scores(design.present()), aweights=leads)))
    then = float(np.sqrt(np.cov(design.firings @ (exact * design.worth()), aweights=leads)))
    return (now or 10.0 * HUNDRED) / then if then else 1.0


def _whole(design: Design, exact: NDArray[np.float64], free: NDArray[np.intp]) -> NDArray[np.int64]:
    """The nearest whole points within the lines' bounds; lines that are not free, or that hardly move, stay."""
    import numpy as np

    now = design.present()
    nearest = (np.round(exact / HUNDRED) * HUNDRED).astype(np.int64)
    nearest = np.where(np.abs(exact - now) < HUNDRED / 2, now, nearest)
    least, most = (np.array([getattr(line, name) for line in design.lines]) for name in ("least", "most"))
    points = now.copy()
    points[free] = np.clip(nearest, least, most)[free]
    return points


def _refined(
    design: Design, counts: Counts, limits: Limits, points: NDArray[np.int64], free: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Points that are better by single steps: rounding and bounds are seen here, which the regression does not know."""
    for _ in range(PASSES):
        search = _Search.of(design, counts, limits, points)
        before = points
        for at in free:
            search = search.better(int(at))
        points = search.points
        if (points == before).all():
            break
    return points


@frozen(eq=False)
class _Search:
    """Points, the sums that the groups have with them, and how well they do, penalty included."""

    design: Design
    counts: Counts
    limits: Limits
    chance: Chance
    points: NDArray[np.int64]
    sums: NDArray[np.int64]
    value: float

    @classmethod
    def of(cls, design: Design, counts: Counts, limits: Limits, points: NDArray[np.int64]) -> _Search:
        sums = design.sums(points)
        scores = design.totals(sums)
        chance = chance_of(scores, counts)
        start = cls(design, counts, limits, chance, points, sums, math.inf)
        return evolve(start, value=start.judged(points, scores))

    def judged(self, points: NDArray[np.int64], scores: NDArray[np.int64]) -> float:
        moved = self.chance.slope * self.design.worth() * (points - self.design.present())
        penalty = float(moved @ moved) / (2 * self.limits.spread**2)
        return loss(self.chance.log_odds(scores), self.counts) + penalty

    def better(self, at: int) -> _Search:
        """This, or the best of one point more and one less for a line."""
        best = self
        for points in self._steps(at):
            sums = self.sums.copy()
            sums[self.design.firings[:, at], place_of(self.design.lines[at])] += points[at] - self.points[at]
            value = self.judged(points, self.design.totals(sums))
            if value < best.value:
                best = evolve(self, points=points, sums=sums, value=value)
        return best

    def _steps(self, at: int) -> Iterator[NDArray[np.int64]]:
        line = self.design.lines[at]
        for step in (HUNDRED, -HUNDRED):
            to = int(self.points[at]) + step
            if line.least <= to <= line.most:
                points = self.points.copy()
                points[at] = to
                yield points


def _kept(design: Design, counts: Counts, points: NDArray[np.int64], most: int | None) -> NDArray[np.int64]:
    """The points with those changes taken back that the leads cannot tell from chance, the least telling first.

    With `most`, others are taken back as well, until no more than that are left.
    """
    import numpy as np

    now = design.present()
    state, known = _Taken.of(design, counts, points), dict[int, float]()
    while (state.points != now).any():
        before = state
        changed = [int(at) for at in np.flatnonzero(state.points != now)]
        batch = 1 + int(len(changed) * BATCH)
        asked = changed
        if len(changed) > FEW and known:
            # Those that were least missed the last time are so again; all are asked before the others stay.
            asked = sorted(changed, key=lambda at: known[at])[: max(FEW, 2 * batch)]
        losses = {at: state.back(at, int(now[at])).loss for at in asked}
        known.update(losses)
        for at in sorted(losses, key=lambda at: losses[at])[:batch]:
            without = state.back(at, int(now[at]))
            is_few = most is None or int((state.points != now).sum()) <= most
            if without.loss - state.loss >= WORTH_CHANGING and is_few:
                break
            state = without
        if state is before:
            if len(asked) == len(changed):
                break
            known.clear()
    return state.points


@frozen(eq=False)
class _Taken:
    """Points, the sums that the groups have with them, and their loss, when the chance of a score is learned anew."""

    design: Design
    counts: Counts
    points: NDArray[np.int64]
    sums: NDArray[np.int64]
    chance: Chance
    loss: float

    @classmethod
    def of(cls, design: Design, counts: Counts, points: NDArray[np.int64]) -> _Taken:
        sums = design.sums(points)
        return cls(design, counts, points, sums, *_likelihood(design.totals(sums), counts, None))

    def back(self, at: int, to: int) -> _Taken:
        """With other points for one line."""
        points, sums = self.points.copy(), self.sums.copy()
        points[at] = to
        sums[self.design.firings[:, at], place_of(self.design.lines[at])] += to - self.points[at]
        chance, loss_ = _likelihood(self.design.totals(sums), self.counts, self.chance)
        return _Taken(self.design, self.counts, points, sums, chance, loss_)


def _loss_at(design: Design, counts: Counts, points: NDArray[np.int64]) -> float:
    """The negative logarithm of the likelihood with these points, when the chance of a score is learned anew."""
    return _likelihood(design.scores(points), counts, None)[1]


def _likelihood(scores: NDArray[np.int64], counts: Counts, near: Chance | None) -> tuple[Chance, float]:
    """What scores stand for, and the negative logarithm of the likelihood; `near` is a chance that is not far off."""
    scores, counts = by_score(scores, counts)
    chance = chance_of(scores, counts, near)
    found = loss(chance.log_odds(scores), counts)
    if chance.slope >= 0:
        return chance, found
    # A score that ranks the wrong way round is as much worse than none as one that ranks the right way is better.
    return chance, 2 * loss(flat_chance(counts).log_odds(scores), counts) - found
