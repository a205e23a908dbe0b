"""What tuning asks and finds, as data."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from scorelang.outcomes.rates import Auc, Estimate, Rate
from scorelang.outcomes.words import Step
from scorelang.tune.compare import Top
from scorelang.tune.folds import Shift, Split
from scorelang.tune.lines import Left, Line
from scorelang.tune.suggest import Suggestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PRESENT, TUNED, EXTENDED = "present points", "tuned points", "tuned, with the suggested rules"

Verdict = Literal["better", "no clear difference", "worse", "nothing to change"]


@frozen
class Question:
    """What is asked of a tuning.

    `most_changes` is how many rules may change; `most_new` how many new ones may be suggested (0: none are looked for),
    and more as long as no more than `most_rules` in all give points, with those of the model that still do.
    `leave_out` are columns or fields that nothing is learned from, `undeclared` whether columns are looked at that are
    no fields of the model. `doubling` is how many points are to double the odds, `odds` those whose score is asked for.
    """

    most_changes: int | None = None
    most_new: int = 0
    most_rules: int = 0
    leave_out: Collection[str] = ()
    undeclared: bool = False
    doubling: float | None = None
    odds: float | None = None
    seed: int = 0


@frozen
class Contest:
    """How one way to score does: on the leads held out, and in the folds (the mean of their AUCs).

    `more` is by how much its AUC on the leads held out is larger than that of the present points.
    """

    name: str
    auc: Auc | None
    more: Estimate | None
    top: Top
    folds: float | None


@frozen
class Change:
    """Points that are to change, with what the firing of their rule went along with.

    `train` and `held` are the shares that got there of the leads on which the rule (or its cells of those points)
    fired. `against`: the leads speak against the sign, so that nothing is left of the points.
    """

    rule: str
    line: int
    group: str | None
    condition: str
    before: float
    after: float
    train: Rate
    held: Rate
    against: bool


@frozen
class Blank:
    """A rule that can fire because a field is missing: on how many leads it fired, before and among those held out."""

    rule: str
    line: int
    train: Rate
    held: Rate


@frozen
class Threshold:
    """A stage, or a band of the grade of the score, by its points: who of the qualified leads held out is there.

    `now` is with the present points, `then` with the new ones; `even` is the line above which there would then be as
    many leads as there are now, or a few more that have the same score.
    """

    name: str
    points: float
    now: Rate
    then: Rate
    even: float | None


@frozen
class Scale:
    """What tuned points stand for: how many double the odds, in the leads learned from and in those held out.

    `at` is the score at which the odds are `odds`; both None unless that is asked.
    """

    doubling: float | None
    doubling_held: float | None
    odds: float | None
    at: float | None


@frozen
class Spread:
    """How far points may be drawn from the author's (0: not at all), and the AUCs that the folds have with it.

    It is a standard deviation of the logarithm of the odds. `auc` is the mean; None without folds.
    """

    spread: float
    auc: float | None
    folds: tuple[float, ...]


@frozen
class Tuned:
    """What was found. All rates and AUCs have their numbers of leads; dates are microseconds, None where not known.

    `shift` is of the base rate. `suggested_verdict` is of the suggested rules together; `searched` is whether any were
    looked for. `idle` are rules of the model that would give no points beside those. `points` are of all lines, in
    hundredths.
    """

    goal: Step
    leads: int
    open: int
    split: Split
    dated: bool
    learned_from: int
    held_out: int
    held_from: int | None = field(metadata={"instant": True})
    shift: Shift
    spread: float
    spreads: tuple[Spread, ...]
    folds: int
    contests: tuple[Contest, ...]
    missing: tuple[str, ...]
    changes: tuple[Change, ...]
    unchanged: int
    left: tuple[Left, ...]
    blanks: tuple[Blank, ...]
    thresholds: tuple[Threshold, ...]
    scale: Scale
    leaky: tuple[str, ...]
    searched: bool
    suggested: tuple[Suggestion, ...]
    idle: tuple[str, ...]
    suggested_verdict: Verdict | None
    verdict: Verdict
    recommended: bool
    lines: tuple[Line, ...] = field(metadata={"hidden": True})
    points: NDArray[np.int64] = field(metadata={"hidden": True}, eq=False)
