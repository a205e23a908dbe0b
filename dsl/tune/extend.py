"""A model with rules that it lacks: found in some leads, their points learned from the same, and tested on others."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice, tee
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from scorelang.model import CheckedModel
from scorelang.tune.candidates import Candidate
from scorelang.tune.findings import Question
from scorelang.tune.fit import SPREADS, WORTH_CHANGING, Fit, Limits
from scorelang.tune.learning import Leads, limits_of, mean
from scorelang.tune.search import most_telling_of
from scorelang.tune.suggest import Suggestion, suggestions, with_candidates

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen(eq=False)
class Extended:
    """Rules that a model lacks, the score of each lead with them, and the mean AUC of the folds.

    In each fold rules are looked for anew, in the leads that are learned from alone. `idle` are the rules of the model
    that give no points beside the new ones.
    """

    suggested: tuple[Suggestion, ...]
    idle: tuple[str, ...]
    scores: NDArray[np.int64]
    folds: float | None


@frozen(eq=False)
class _Found:
    """Conditions for new rules, the leads with a line for each, and the points of all lines."""

    chosen: Sequence[Candidate]
    leads: Leads
    fit: Fit

    @property
    def idle(self) -> set[int]:
        """The rules of the model that gave points and give none any more."""
        pairs = [*zip(self.leads.design.lines, self.fit.points.tolist(), strict=True)][: self._first_new]
        return {line.rule for line, points in pairs if not points and line.points} - {
            line.rule for line, points in pairs if points
        }

    @property
    def giving(self) -> int:
        """How many rules give points, the new ones among them."""
        return len(self.leads.table.rules) - len(self.idle) + int((self.fit.points[self._first_new :] != 0).sum())

    @property
    def _first_new(self) -> int:
        return len(self.leads.design.lines) - len(self.chosen)


def extended(
    leads: Leads,
    question: Question,
    left_out: Collection[str],
    spread: float,
    folder: Path | None,
    progress: Callable[[str], None],
) -> Extended:
    """Look for rules in the leads to learn from, and in each fold; `progress` is told what comes next."""
    progress("looking for rules")
    train = leads.folds.train
    found = _found(leads, train, question, left_out, spread)
    made = suggestions(leads.table, train, leads.reached, found.leads.design, found.chosen, found.fit, folder)
    scores = found.leads.scored(found.fit.points)
    if not made:
        return Extended((), (), scores, None)
    areas = []
    for learn, test in leads.folds.pairs:
        progress("looking for rules in a fold")
        again = _found(leads, learn, question, left_out, spread)
        areas.append(again.leads.area(again.fit.points, test))
    idle = tuple(rule.id for at, rule in enumerate(leads.table.rules) if at in found.idle)
    return Extended(made, idle, scores, mean(areas))


def _found(
    leads: Leads, learn: NDArray[np.bool_], question: Question, left_out: Collection[str], spread: float
) -> _Found:
    """What the leads to learn from say that the rules do not: the choice and the place that explain them best."""
    # New rules begin with no points: something must be allowed to move, however well the present ones do.
    limits = evolve(limits_of(question, max(spread, SPREADS[-2])), most_changes=None)
    best: _Found | None = None
    least = math.inf
    for conditions in _searches(leads, learn, question, left_out, limits):
        places = _places(leads.table.model)
        for alone, each in zip(places, tee(conditions, len(places)), strict=True):
            found = _filled(leads, learn, question, limits, each, alone=alone)
            off = found.leads.loss(found.fit, learn) + len(found.chosen) * WORTH_CHANGING
            # What comes later must be clearly better.
            if off < least - WORTH_CHANGING:
                best, least = found, off
    assert best is not None
    return best


def _filled(
    leads: Leads,
    learn: NDArray[np.bool_],
    question: Question,
    limits: Limits,
    conditions: Iterator[Candidate],
    *,
    alone: bool,
) -> _Found:
    """As many of the conditions as there is room for: a rule that gives nothing leaves its place to another one."""
    found = _with(leads, learn, limits, [*islice(conditions, question.most_new)], alone=alone)
    while found.giving < question.most_rules:
        more = next(conditions, None)
        if more is None:
            break
        wider = _with(leads, learn, limits, [*found.chosen, more], alone=alone)
        if wider.giving > question.most_rules:
            break
        found = wider
    return found


def _with(
    leads: Leads, learn: NDArray[np.bool_], limits: Limits, chosen: Sequence[Candidate], *, alone: bool
) -> _Found:
    design = with_candidates(leads.design, leads.table, chosen, learn, leads.reached, alone=alone)
    wider = evolve(leads, design=design)
    return _Found(chosen, wider, wider.fitted(learn, limits))


def _searches(
    leads: Leads, learn: NDArray[np.bool_], question: Question, left_out: Collection[str], limits: Limits
) -> Iterator[Iterator[Candidate]]:
    """Conditions for new rules: beside all rules of the model, and beside those that leads do not speak against."""
    against = leads.fitted(learn, limits).against
    for ignored in (frozenset[int](), against) if against else (against,):
        yield most_telling_of(
            leads.table,
            learn,
            leads.reached,
            leads.design,
            ignored,
            left_out,
            undeclared=question.undeclared,
            in_time=leads.folds.by == "time",
            seed=question.seed,
        )


def _places(model: CheckedModel) -> Sequence[bool]:
    """Where new rules may stand: in categories, and alone as well where the bounds of a category may cut them off."""
    bounded = any(group.least is not None or group.most is not None for group in model.groups)
    return (False, True) if bounded and not model.weighted else (False,)
