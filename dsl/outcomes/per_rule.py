"""Each rule on its own: what became of the leads on which it fired, and whether it says what its points say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from scorelang import model as m
from scorelang.outcomes.joint import beyond_others
from scorelang.outcomes.rates import LEAST_EXPECTED, LEAST_LEADS, Estimate, Rate, evidence, is_small, rate, rate_of
from scorelang.outcomes.table import Fired, Goal, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Two rules whose firings correlate so much say the same.
SAME = 0.9

Verdict = Literal["holds", "wrong way", "adds nothing", "too few", "never fires", "always fires"]


@frozen
class Impact:
    """What a rule's firings went along with, over the leads that count.

    `low`, `high` and `mean` are the points that it gave where it fired. `with_` and `without` are the shares that got
    to the goal of leads on which it fired and did not (of a branch of a `choose`: on which no branch did); `lift` is
    the first over the share of all. `evidence` is the weight of evidence of firing, `before` the same in the leads of
    earlier times; `beyond` is what firing adds to the logarithm of the odds when all other rules are known. `like` is
    the rule whose firings are most like its own, with `likeness`, their correlation. `says` is the verdict as a
    sentence.
    """

    rule: str
    line: int
    group: str | None
    condition: str
    low: float
    high: float
    mean: float
    leads: int
    with_: Rate
    without: Rate
    lift: float | None
    evidence: Estimate | None
    before: Estimate | None
    beyond: Estimate | None
    like: str | None
    likeness: float | None
    verdict: Verdict
    says: str


@frozen
class _Counts:
    """The leads that a rule is judged by, and how many of them got there; on how many it fired, and of those."""

    leads: int
    reached: int
    fired: int
    fired_reached: int


def impacts(table: Table, goal: Goal, before: tuple[Table, Goal] | None = None) -> tuple[Impact, ...]:
    """Every rule of the model, in the order of the text."""
    chosen = table.where(goal.counts)
    reached = goal.reached[goal.counts]
    counts = _counts(chosen, reached)
    past = None if before is None else _counts(before[0].where(before[1].counts), before[1].reached[before[1].counts])
    firings = chosen.matrix()
    alike = _alike(firings)
    joint = beyond_others(firings, reached)
    overall = rate_of(reached)
    return tuple(
        _impact(chosen, overall, number, counts[number], alike[number], joint[number], past[number] if past else None)
        for number in range(len(table.rules))
    )


def _counts(table: Table, reached: NDArray[np.bool_]) -> list[_Counts]:
    """For each rule what it is judged by.

    A branch of a `choose` fires on what those above it leave, so it is held against the leads on which no branch fired.
    """
    whole = (len(table), int(reached.sum()))
    found: list[_Counts] = []
    beside = _beside(table)
    for number, fired in enumerate(table.fired):
        leads, got = whole
        others = [row for other in beside.get(number, ()) for row in [table.fired[other].rows]]
        taken = sum(map(len, others))
        # Where a branch fires on every lead, there is only the rest to hold it against.
        if others and leads - taken - len(fired.rows) >= LEAST_LEADS:
            leads, got = leads - taken, got - sum(int(reached[rows].sum()) for rows in others)
        found.append(_Counts(leads, got, len(fired.rows), int(reached[fired.rows].sum())))
    return found


def _beside(table: Table) -> dict[int, list[int]]:
    """For each branch of a `choose` the numbers of the other branches, of which never two fire on one lead."""
    numbers = {rule.id: number for number, rule in enumerate(table.rules)}
    found: dict[int, list[int]] = {}
    model = table.model
    for scoring in (model.scoring, *(group.scoring for group in model.groups)):
        for part in scoring:
            if isinstance(part, m.Choice):
                branches = [numbers[branch.id] for branch in part.branches]
                found.update({number: [other for other in branches if other != number] for number in branches})
    return found


def _impact(
    table: Table,
    overall: Rate,
    number: int,
    counts: _Counts,
    alike: tuple[int, float] | None,
    joint: Estimate | None,
    past: _Counts | None,
) -> Impact:
    rule, fired = table.rules[number], table.fired[number]
    with_ = rate(counts.fired_reached, counts.fired)
    without = rate(counts.reached - with_.count, counts.leads - with_.of)
    found = _evidence(counts)
    like = None if alike is None else table.rules[alike[0]].id
    low, high, mean = _points(fired)
    same = like if alike and alike[1] >= SAME else None
    verdict, says = _verdict(fired, with_, without, overall, found, joint, same)
    return Impact(
        rule=rule.id,
        line=rule.place.line,
        group=rule.group,
        condition=rule.text,
        low=low,
        high=high,
        mean=mean,
        leads=with_.of,
        with_=with_,
        without=without,
        lift=with_.share / overall.share if with_.share is not None and overall.share else None,
        evidence=found,
        before=None if past is None else _evidence(past),
        beyond=joint,
        like=like,
        likeness=None if alike is None else alike[1],
        verdict=verdict,
        says=says,
    )


def _evidence(counts: _Counts) -> Estimate | None:
    return evidence(counts.fired_reached, counts.fired, counts.reached, counts.leads)


def _points(fired: Fired) -> tuple[float, float, float]:
    if not len(fired.points):
        return 0.0, 0.0, 0.0
    return int(fired.points.min()) / 100, int(fired.points.max()) / 100, round(float(fired.points.mean()) / 100, 2)


def _verdict(
    fired: Fired,
    with_: Rate,
    without: Rate,
    overall: Rate,
    found: Estimate | None,
    joint: Estimate | None,
    same: str | None,
) -> tuple[Verdict, str]:
    """What is to be said of a rule, the gravest first."""
    if not with_.of:
        return "never fires", "fired on none of these leads"
    if not without.of:
        return "always fires", "fired on all of these leads: it tells none from another"
    if found is None or min(with_.of, without.of) < LEAST_LEADS or is_small(with_.of, overall.share):
        least = f"{LEAST_LEADS} leads and {LEAST_EXPECTED} expected of each outcome"
        return "too few", f"too few leads to say; that takes {least}"
    sign = _sign(fired)
    if sign * found.value < 0 and (found.above or found.below):
        worse = "less" if found.below else "more"
        gives = "gives" if sign > 0 else "takes"
        return "wrong way", f"points the wrong way: it {gives} points, and its leads got there {worse} often"
    if not found.above and not found.below:
        return "adds nothing", "adds nothing that these leads show: its leads got there about as often as the others"
    if joint is not None and not joint.above and not joint.below:
        beside = f" beside `{same}`, which fires on much the same leads" if same else " to what the other rules say"
        return "adds nothing", f"adds nothing that these leads show{beside}"
    return "holds", "holds"


def _sign(fired: Fired) -> int:
    """1 for a rule that only gives points, -1 for one that only takes them, else 0."""
    if (fired.points >= 0).all():
        return 1 if (fired.points > 0).any() else 0
    return -1 if (fired.points <= 0).all() else 0


def _alike(firings: NDArray[np.bool_]) -> list[tuple[int, float] | None]:
    """For each rule the one whose firings are most like its own, and their correlation (phi); None without any."""
    import numpy as np

    leads, rules = firings.shape
    if not leads or rules < 2:
        return [None] * rules
    sizes = firings.sum(axis=0).astype(np.float64)
    varies = (sizes > 0) & (sizes < leads)
    if varies.sum() < 2:
        return [None] * rules
    numbers = np.flatnonzero(varies)
    correlations = _correlations(firings, numbers)
    np.fill_diagonal(correlations, -1.0)
    found: list[tuple[int, float] | None] = [None] * rules
    for at, number in enumerate(numbers):
        other = int(correlations[at].argmax())
        if correlations[at, other] > 0:
            found[int(number)] = int(numbers[other]), float(correlations[at, other])
    return found


def _correlations(firings: NDArray[np.bool_], numbers: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float64]:
    """Pearson's correlation of the firings of these rules, worked out from how many leads they share."""
    import numpy as np

    leads = len(firings)
    both = np.zeros((len(numbers), len(numbers)))
    # In pieces: as numbers, the firings of a million leads would take gigabytes.
    for start in range(0, leads, 1 << 16):
        piece = firings[start : start + (1 << 16), numbers].astype(np.float32)
        both += piece.T @ piece
    shares = np.diag(both) / leads
    spread = np.sqrt(shares * (1 - shares))
    found: NDArray[np.float64] = (both / leads - np.outer(shares, shares)) / np.outer(spread, spread)
    return found
