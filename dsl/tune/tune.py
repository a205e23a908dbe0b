"""A model's points learned from what became of its leads, and held against the points that it has."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.leaks import suspects
from scorelang.outcomes.rates import auc, rate_of
from scorelang.outcomes.table import NEVER, Goal, Table
from scorelang.tune.compare import auc_gain, top_of
from scorelang.tune.design import design_of
from scorelang.tune.extend import extended
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
from scorelang.tune.fit import SPREADS, Fit
from scorelang.tune.folds import Folds, shift_of
from scorelang.tune.learning import Leads, limits_of, mean
from scorelang.tune.likelihood import chance_of
from scorelang.tune.lines import HUNDRED, lines_of
from scorelang.tune.references import TREES, learners
from scorelang.tune.suggest import Suggestion

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
    leads = Leads(counted, reached, design_of(counted, lines), folds)
    progress("looking for leaks")
    leaky = tuple(one.field for one in suspects(counted.where(folds.train), _of_train(goal, reached, folds)) if one.why)
    # Who a lead is, is nothing to learn from.
    left_out = {*question.leave_out, *leaky, *(name for name, column in counted.columns.items() if column.identifies)}
    progress("learning points")
    spreads = tuple(_spreads(leads, question))
    spread = _chosen(spreads)
    found = leads.fitted(folds.train, limits_of(question, spread.spread))
    contests = [
        _Entry(PRESENT, counted.scores[folds.held], spreads[0].auc),
        _Entry(TUNED, leads.scored(found.points)[folds.held], spread.auc),
    ]
    suggested: tuple[Suggestion, ...] = ()
    idle: tuple[str, ...] = ()
    if question.most_new:
        found_more = extended(leads, question, left_out, spread.spread, folder, progress)
        suggested, idle = found_more.suggested, found_more.idle
        contests += [_Entry(EXTENDED, found_more.scores[folds.held], found_more.folds)] if suggested else []
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
        idle=idle,
        suggested_verdict=_verdict(judged, EXTENDED) if suggested else None,
        verdict=verdict,
        recommended=verdict == "better",
        lines=lines,
        points=found.points,
    )


def _of_train(goal: Goal, reached: NDArray[np.bool_], folds: Folds) -> Goal:
    """The goal of the leads to learn from: what those held out would tell of leaks is not known yet."""
    import numpy as np

    here = reached[folds.train]
    return Goal(goal.step, np.ones(len(here), dtype=bool), here)


@frozen(eq=False)
class _Entry:
    """A way to score: a number for each of the leads held out, and its mean AUC in the folds."""

    name: str
    numbers: NDArray[np.int64] | NDArray[np.float64]
    folds: float | None


# --- how far points may move ----------------------------------------------------------------------------------------


def _spreads(leads: Leads, question: Question) -> Iterator[Spread]:
    """Each spread with the AUCs of the folds; the first is the present points."""
    for spread in (0.0, *SPREADS):
        found = Spread(spread, None, ())
        areas = []
        for learn, test in leads.folds.pairs:
            design = leads.design
            fitted = leads.fitted(learn, limits_of(question, found.spread)).points if spread else design.present()
            areas.append(leads.area(fitted, test))
        yield Spread(spread, mean(areas), tuple(areas))


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


# --- others ---------------------------------------------------------------------------------------------------------


def _references(
    leads: Leads, features: Sequence[Feature], question: Question, progress: Callable[[str], None]
) -> Iterator[_Entry]:
    """The methods that are there, learned from the same leads."""
    for name, learner in learners().items():
        progress(name)
        areas = []
        for learn, test in leads.folds.pairs:
            judged = auc(learner(features, learn, test, leads.reached, question.seed), leads.reached[test])
            areas += [judged.value] if judged is not None else []
        held = leads.folds.held
        yield _Entry(name, learner(features, leads.folds.train, held, leads.reached, question.seed), mean(areas))


def _contest(leads: Leads, one: _Entry) -> Contest:
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


def _changes(leads: Leads, found: Fit) -> Iterator[Change]:
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


def _fired(leads: Leads, at: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The leads to learn from, and those held out, on which a line fired."""
    fired = leads.design.firings[leads.design.of, at]
    return fired & leads.folds.train, fired & leads.folds.held


def _blanks(leads: Leads) -> Iterator[Blank]:
    for at, line in enumerate(leads.design.lines):
        if line.blanks:
            train, held = _fired(leads, at)
            yield Blank(line.id, line.place.line, rate_of(train, leads.folds.train), rate_of(held, leads.folds.held))


def _thresholds(leads: Leads, found: Fit) -> Iterator[Threshold]:
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


def _scale(leads: Leads, found: Fit, question: Question) -> Scale:
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
