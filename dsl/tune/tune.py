"""A model's points learned from what became of its leads, and held against the points that it has."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.model import CheckedModel
from scorelang.outcomes.leaks import suspects
from scorelang.outcomes.rates import auc, rate_of
from scorelang.outcomes.table import NEVER, Goal, Table
from scorelang.tune.candidates import Candidate
from scorelang.tune.compare import auc_gain, top_of
from scorelang.tune.design import Design, design_of
from scorelang.tune.features import Feature, features_of
from scorelang.tune.findings import (
    EXTENDED,
    PRESENT,
    TUNED,
    Blank,
    Change,
    Contest,
    Question,
    Scale,
    Spread,
    Threshold,
    Tuned,
    Verdict,
)
from scorelang.tune.fit import SPREADS, WORTH_CHANGING, Fit, Limits, fit
from scorelang.tune.folds import Folds, shift_of
from scorelang.tune.likelihood import area, chance_of, loss
from scorelang.tune.lines import HUNDRED, lines_of
from scorelang.tune.references import TREES, learners
from scorelang.tune.suggest import Suggestion, most_telling_of, suggestions, with_candidates

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def counting(table: Table, goal: Goal) -> tuple[Table, NDArray[np.bool_]]:
    """The leads that count for the goal, and which of them got there."""
    return table.where(goal.counts), goal.reached[goal.counts]


def tune(
    table: Table,
    goal: Goal,
    folds: Folds,
    question: Question,
    folder: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Tuned:
    """Learn the points of a model.

    `folds` part the leads that count (`counting`), `folder` is where the model's `use` paths begin, and `progress` is
    told what comes next.
    """
    from threadpoolctl import threadpool_limits

    # These matrices are small: more threads than one wait for each other, and for whatever else the machine does.
    with threadpool_limits(limits=1):
        return _tuned(table, goal, folds, question, folder, progress)


def _tuned(
    table: Table, goal: Goal, folds: Folds, question: Question, folder: Path | None, progress: Callable[[str], None]
) -> Tuned:
    counted, reached = counting(table, goal)
    lines, left = lines_of(table.model)
    leads = _Leads(counted, reached, design_of(counted, lines), folds)
    progress("looking for leaks")
    leaky = tuple(one.field for one in suspects(table, goal) if one.why)
    # Who a lead is, is nothing to learn from.
    left_out = {*question.leave_out, *leaky, *(name for name, column in counted.columns.items() if column.identifies)}
    progress("learning points")
    spreads = tuple(_spreads(leads, question))
    spread = _chosen(spreads)
    found = leads.fitted(folds.train, _limits(question, spread))
    contests = [
        _Entry(PRESENT, counted.scores[folds.held], spreads[0].auc),
        _Entry(TUNED, leads.scored(found.points)[folds.held], spread.auc),
    ]
    suggested: tuple[Suggestion, ...] = ()
    if question.most_new:
        progress("looking for rules")
        suggested, extended = _extended(leads, question, left_out, spread, folder)
        contests += [_Entry(EXTENDED, extended[folds.held], None)] if suggested else []
    contests += _references(leads, features_of(counted, left_out), question, progress)
    judged = tuple(_contest(leads, one) for one in contests)
    changes = tuple(_changes(leads, found))
    verdict = _verdict(judged, TUNED) if changes else "nothing to change"
    times = counted.first[folds.held & (counted.first != NEVER)]
    return Tuned(
        goal=goal.step,
        leads=len(counted),
        open=int((~goal.counts).sum()),
        split=folds.by,
        dated=folds.dated,
        learned_from=int(folds.train.sum()),
        held_out=int(folds.held.sum()),
        held_from=int(times.min()) if folds.by == "time" and len(times) else None,
        shift=shift_of(folds, reached),
        spread=spread.spread,
        spreads=spreads,
        folds=len(folds.pairs),
        contests=judged,
        missing=() if TREES in {one.name for one in judged} else (TREES,),
        changes=changes,
        unchanged=len(lines) - len(changes),
        left=left,
        blanks=tuple(_blanks(leads)),
        thresholds=tuple(_thresholds(leads, found)),
        scale=_scale(leads, found, question),
        leaky=leaky,
        searched=question.most_new > 0,
        suggested=suggested,
        suggested_verdict=_verdict(judged, EXTENDED) if suggested else None,
        verdict=verdict,
        recommended=verdict == "better",
        lines=lines,
        points=found.points,
    )


@frozen(eq=False)
class _Leads:
    """The leads that count, as everything needs them."""

    table: Table
    reached: NDArray[np.bool_]
    design: Design
    folds: Folds

    def fitted(self, chosen: NDArray[np.bool_], limits: Limits) -> Fit:
        """Points from the chosen leads."""
        return fit(self.design, self.design.counts(chosen, self.reached), limits)

    def loss(self, found: Fit, chosen: NDArray[np.bool_]) -> float:
        """The negative logarithm of the likelihood of what became of the chosen leads."""
        log_odds = found.chance.log_odds(self.design.scores(found.points))
        return loss(log_odds, self.design.counts(chosen, self.reached))

    def scored(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        """The score of each lead with those points."""
        found: NDArray[np.int64] = self.design.scores(points)[self.design.of]
        return found


@frozen(eq=False)
class _Entry:
    """A way to score: a number for each of the leads held out, and its mean AUC in the folds."""

    name: str
    numbers: NDArray[np.int64] | NDArray[np.float64]
    folds: float | None


# --- how far points may move ----------------------------------------------------------------------------------------


def _limits(question: Question, spread: Spread) -> Limits:
    factor = None if question.doubling is None else question.doubling / math.log(2)
    return Limits(spread.spread, question.most_changes, factor)


def _spreads(leads: _Leads, question: Question) -> Iterator[Spread]:
    """Each spread with the AUCs of the folds; the first is the present points."""
    for spread in (0.0, *SPREADS):
        found = Spread(spread, None, ())
        areas = []
        for learn, test in leads.folds.pairs:
            design = leads.design
            fitted = leads.fitted(learn, _limits(question, found)).points if spread else design.present()
            areas.append(area(design.scores(fitted), design.counts(test, leads.reached)))
        yield Spread(spread, _mean(areas), tuple(areas))


def _chosen(spreads: Sequence[Spread]) -> Spread:
    """The smallest spread whose folds are no worse than the best, but for what the folds differ in by chance.

    That is the rule of one standard error (Breiman, Friedman, Olshen and Stone, 1984), on differences within folds.
    """
    import numpy as np

    best = max(spreads, key=lambda one: -math.inf if one.auc is None else one.auc)
    for one in spreads:
        behind = np.array(best.folds) - np.array(one.folds)
        error = float(behind.std(ddof=1)) / math.sqrt(len(behind)) if len(behind) > 1 else 0.0
        if not len(behind) or float(behind.mean()) <= error:
            return one
    return best


def _mean(numbers: Sequence[float]) -> float | None:
    return math.fsum(numbers) / len(numbers) if numbers else None


# --- others ---------------------------------------------------------------------------------------------------------


def _extended(
    leads: _Leads, question: Question, left_out: Collection[str], spread: Spread, folder: Path | None
) -> tuple[tuple[Suggestion, ...], NDArray[np.int64]]:
    """Rules that the model lacks, and the scores with them and all points learned anew."""
    train = leads.folds.train
    # New rules begin with no points: something must be allowed to move, however well the present ones do.
    limits = Limits(max(spread.spread, SPREADS[-2]), None, _limits(question, spread).factor)
    best: tuple[Sequence[Candidate], _Leads, Fit] | None = None
    least = math.inf
    for chosen in _choices(leads, question, left_out, leads.fitted(train, limits).against):
        for alone in _places(leads.table.model) if chosen else (False,):
            design = with_candidates(leads.design, leads.table, chosen, train, leads.reached, alone=alone)
            wider = _Leads(leads.table, leads.reached, design, leads.folds)
            fitted = wider.fitted(train, limits)
            off = wider.loss(fitted, train) + len(chosen) * WORTH_CHANGING
            # What comes later must be clearly better.
            if off < least - WORTH_CHANGING:
                best, least = (chosen, wider, fitted), off
    assert best is not None
    chosen, wider, fitted = best
    made = suggestions(leads.table, train, leads.reached, wider.design, chosen, fitted, folder)
    return made, wider.scored(fitted.points)


def _choices(
    leads: _Leads, question: Question, left_out: Collection[str], against: frozenset[int]
) -> Iterator[Sequence[Candidate]]:
    """Conditions for new rules: beside all rules of the model, and beside those that leads do not speak against."""
    for ignored in (frozenset[int](), against) if against else (against,):
        yield most_telling_of(
            leads.table,
            leads.folds.train,
            leads.reached,
            leads.design,
            ignored,
            left_out,
            question.most_new,
            undeclared=question.undeclared,
            seed=question.seed,
        )


def _places(model: CheckedModel) -> Sequence[bool]:
    """Where new rules may stand: in categories, and alone as well where the bounds of a category may cut them off."""
    bounded = any(group.least is not None or group.most is not None for group in model.groups)
    return (False, True) if bounded and not model.weighted else (False,)


def _references(
    leads: _Leads, features: Sequence[Feature], question: Question, progress: Callable[[str], None]
) -> Iterator[_Entry]:
    """The methods that are there, learned from the same leads."""
    for name, learner in learners().items():
        progress(name)
        areas = []
        for learn, test in leads.folds.pairs:
            judged = auc(learner(features, learn, test, leads.reached, question.seed), leads.reached[test])
            areas += [judged.value] if judged is not None else []
        held = leads.folds.held
        yield _Entry(name, learner(features, leads.folds.train, held, leads.reached, question.seed), _mean(areas))


def _contest(leads: _Leads, one: _Entry) -> Contest:
    held = leads.folds.held
    reached = leads.reached[held]
    more = None if one.name == PRESENT else auc_gain(one.numbers, leads.table.scores[held], reached)
    return Contest(one.name, auc(one.numbers, reached), more, top_of(one.numbers, reached), one.folds)


# --- what is said ---------------------------------------------------------------------------------------------------


def _verdict(contests: Sequence[Contest], name: str) -> Verdict:
    """What the leads held out say of a way to score, against the present points."""
    more = next(one.more for one in contests if one.name == name)
    if more is None:
        return "no clear difference"
    return "better" if more.above else "worse" if more.value < 0 else "no clear difference"


def _changes(leads: _Leads, found: Fit) -> Iterator[Change]:
    for at, line in enumerate(leads.design.lines):
        if found.points[at] == line.points:
            continue
        train, held = _fired(leads, at)
        yield Change(
            rule=line.id,
            line=leads.table.model.source.line_of(line.spans[0].start),
            group=None if line.group is None else leads.table.model.groups[line.group].name,
            condition=line.text,
            before=line.points / HUNDRED,
            after=int(found.points[at]) / HUNDRED,
            train=rate_of(leads.reached, train),
            held=rate_of(leads.reached, held),
            against=at in found.against,
        )


def _fired(leads: _Leads, at: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The leads to learn from, and those held out, on which a line fired."""
    fired = leads.design.firings[leads.design.of, at]
    return fired & leads.folds.train, fired & leads.folds.held


def _blanks(leads: _Leads) -> Iterator[Blank]:
    for at, line in enumerate(leads.design.lines):
        if line.blanks:
            train, held = _fired(leads, at)
            yield Blank(line.id, line.place.line, rate_of(train, leads.folds.train), rate_of(held, leads.folds.held))


def _thresholds(leads: _Leads, found: Fit) -> Iterator[Threshold]:
    """The stages, and the bands of a grade of the score, on the leads held out."""
    import numpy as np

    model, held = leads.table.model, leads.folds.held & leads.table.qualified
    lines = [(f"stage {stage.name}", stage.threshold) for stage in model.stages if stage.threshold is not None]
    lines += [(f"grade {band}", low) for grade in model.grades if grade.what == "score" for band, low in grade.bands]
    scores = leads.table.scores, leads.scored(found.points)
    for name, threshold in lines:
        now, then = (rate_of(leads.reached, held & (each >= threshold)) for each in scores)
        ordered = np.sort(scores[1][held])[::-1]
        even = int(ordered[now.of - 1]) / HUNDRED if now.of else None
        yield Threshold(name, threshold / HUNDRED, now, then, even)


def _scale(leads: _Leads, found: Fit, question: Question) -> Scale:
    """What the points stand for; the score of given odds is by the leads that they were learned from.

    A score of `offset + factor × ln(odds)`, with a factor of points to double the odds ÷ ln 2: Siddiqi, Credit Risk
    Scorecards (Wiley 2006).
    """
    held = leads.design.counts(leads.folds.held, leads.reached)
    slopes = found.chance.slope, chance_of(leads.design.scores(found.points), held).slope
    doubling, doubling_held = (math.log(2) / slope / HUNDRED if slope > 0 else None for slope in slopes)
    at = None
    if question.odds is not None and found.chance.slope > 0:
        at = (math.log(question.odds) - found.chance.base) / found.chance.slope / HUNDRED
    return Scale(doubling, doubling_held, question.odds, at)
