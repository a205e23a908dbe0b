"""New rules: conditions that say what the rules of a model do not, one after the other, as lines to paste."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from scorelang import model as m
from scorelang import wording
from scorelang.check.walk import walk
from scorelang.lint import Lint, lint_source, named
from scorelang.outcomes.fields import MAIL_LISTS
from scorelang.outcomes.rates import LEAST_LEADS, Estimate, Rate, evidence, rate_of
from scorelang.outcomes.table import Table
from scorelang.source import source_of
from scorelang.tune.candidates import Candidate, candidates, pairs_of
from scorelang.tune.design import Counts, Design, folded, is_plain
from scorelang.tune.fit import Fit
from scorelang.tune.likelihood import score_test
from scorelang.tune.lines import HUNDRED, Line
from scorelang.tune.rewrite import Addition, checked, with_rules
from scorelang.values import MOST_POINTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# So many single conditions, the most telling ones, are joined two by two.
MOST_SINGLES = 80
# Not those that more of the leads meet: they hardly tell more of these apart.
LARGEST_PAIRED = 0.6
# Two conditions are harder to read than one, and must say so much more.
PAIR_IS_WORTH = 1.15
# So often would the best of conditions that mean nothing be suggested (Bonferroni).
BY_CHANCE = 0.1
# Of conditions that say as much, or nearly so, the shortest is taken.
AS_TELLING = 0.97
# A rule that fires on this many times fewer of the leads held out, or spares so many fewer, is one of the past.
DYING_OUT = 4.0
# Of more leads a random sample is searched.
MOST_LEADS = 40_000


@frozen
class Suggestion:
    """A rule that the model lacks, as a line to paste.

    `line` goes into the category `group` (None: it stands on its own); `needs` are lines that it needs besides, for the
    `lead:` block or the head of the file. `fired` is on how many of the leads, with the share of those that got there:
    `train` of the leads that it was found in, `held` of those held out. `lift` is that of `train` over everybody, with
    its interval (Wilson's of the share). `holds`: the leads held out say the same, with all of the interval of their
    lift on that side of 1. `protected`: its field tells what people may not be treated unequally for.
    """

    line: str
    group: str | None
    needs: tuple[str, ...]
    points: float
    support: Rate
    train: Rate
    lift: Estimate | None
    evidence: Estimate | None
    held: Rate
    held_lift: Estimate | None
    holds: bool
    protected: bool
    addition: Addition = field(metadata={"hidden": True})


def most_telling_of(
    table: Table,
    train: NDArray[np.bool_],
    reached: NDArray[np.bool_],
    design: Design,
    ignored: Collection[int],
    leave_out: Collection[str],
    most: int,
    *,
    undeclared: bool,
    seed: int,
) -> list[Candidate]:
    """The conditions that add most to the rules of the model, each beside those before it, by the score test.

    `ignored` are lines of the design that are not counted among them.
    """
    import numpy as np

    rows = np.flatnonzero(train)
    if len(rows) > MOST_LEADS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_LEADS, replace=False))
    found = candidates(table, train, reached, leave_out, undeclared=undeclared)
    singles = [one for one in found if _lives_on(one, train)]
    counts = Counts(reached[rows].astype(float), (~reached[rows]).astype(float))
    points = design.present()
    points[list(ignored)] = 0
    kept = np.delete(design.firings, list(ignored), axis=1)
    base = np.column_stack([design.scores(points), kept, design.besides])[design.of[rows]].astype(float)
    base = base[:, base.std(axis=0) > 0]
    narrow = [one for one in singles if one.at(rows).mean() <= LARGEST_PAIRED]
    telling = _telling(base, narrow, rows, counts, reached)
    order = np.argsort(-telling, kind="stable")[:MOST_SINGLES]
    pool = [*singles, *_large_enough(pairs_of([narrow[int(at)] for at in order]), rows)]
    pool = [one for one in pool if _lives_on(one, train)]
    bar = np.array([PAIR_IS_WORTH if len(one.fields) > 1 else 1.0 for one in pool])
    least = _least_telling(pool)
    columns = np.column_stack([one.at(rows) for one in pool]).astype(np.float32) if pool else None
    luck = np.array([one.luck for one in pool])
    chosen: list[Candidate] = []
    side = _sides(pool, rows, reached)
    for _ in range(most if columns is not None else 0):
        assert columns is not None
        # What a rule gives must be what its leads are: a minus for leads that got there more often explains nothing.
        telling = score_test(base, columns, counts) * side - luck
        telling = np.where(telling >= least, telling / bar, 0.0)
        if not telling.any():
            break
        best = min(np.flatnonzero(telling >= AS_TELLING * telling.max()), key=lambda at: len(pool[int(at)].text))
        chosen.append(pool[best])
        base = np.column_stack([base, columns[:, best]])
    return chosen


def _least_telling(pool: Sequence[Candidate]) -> NDArray[np.float64]:
    """The score statistic that each must have at least: as it is by chance in so many cases for one of its sort."""
    import numpy as np
    from scipy.stats import chi2

    sizes = Counter(len(one.fields) for one in pool)
    return np.array([float(chi2.isf(BY_CHANCE / sizes[len(one.fields)], 1)) for one in pool])


def _telling(
    base: NDArray[np.float64],
    pool: Sequence[Candidate],
    rows: NDArray[np.intp],
    counts: Counts,
    reached: NDArray[np.bool_],
) -> NDArray[np.float64]:
    import numpy as np

    if not pool:
        return np.zeros(0)
    columns = np.column_stack([one.at(rows) for one in pool]).astype(np.float32)
    luck = np.array([one.luck for one in pool], dtype=np.float64)
    telling: NDArray[np.float64] = score_test(base, columns, counts) * _sides(pool, rows, reached) - luck
    return telling


def _sides(pool: Sequence[Candidate], rows: NDArray[np.intp], reached: NDArray[np.bool_]) -> NDArray[np.float64]:
    """1 for conditions whose leads got there more often than all, -1 for less often, 0 where chance may explain it."""
    import numpy as np
    from statsmodels.stats.proportion import proportion_confint

    if not pool:
        return np.zeros(0)
    here = reached[rows]
    fired = [one.at(rows) for one in pool]
    won, leads = np.array([(here[at].sum(), at.sum()) for at in fired]).T
    low, high = proportion_confint(won, leads, method="wilson")
    overall = float(here.mean())
    sides: NDArray[np.float64] = np.where(low > overall, 1.0, np.where(high < overall, -1.0, 0.0))
    return sides


def _large_enough(pairs: Iterator[Candidate], rows: NDArray[np.intp]) -> Iterator[Candidate]:
    """Those that a hundredth of the leads meet, or more."""
    least = max(LEAST_LEADS, len(rows) // 100)
    for pair in pairs:
        if int(pair.at(rows).sum()) >= least:
            yield pair


def _lives_on(one: Candidate, train: NDArray[np.bool_]) -> bool:
    """Whether among the leads held out there are such that meet a condition, and such that do not, as before."""
    known = one.true
    now, before = float(known[~train].mean()), float(known[train].mean())
    return now * DYING_OUT >= before and (1 - now) * DYING_OUT >= 1 - before


# --- in the model ---------------------------------------------------------------------------------------------------


def with_candidates(
    design: Design,
    table: Table,
    chosen: Sequence[Candidate],
    train: NDArray[np.bool_],
    reached: NDArray[np.bool_],
    *,
    alone: bool = False,
) -> Design:
    """A design with a line of no points yet for each condition, in the category that it fits, or `alone` in none.

    Its sign is settled: more points where its leads got there more often than all, else fewer.
    """
    import numpy as np

    lines = [*design.lines]
    overall = float(reached[train].mean())
    for one in chosen:
        group = None if alone else home_of(table.model, one.fields)
        least, most = _room(None if group is None else table.model.groups[group])
        least, most = (0, most) if reached[train & one.true].mean() > overall else (least, 0)
        place = table.model.ordered[0].place
        lines.append(Line(-1, one.text, place, group, one.text, 0, least, most, (), False, False))
    leads = np.column_stack([design.firings[design.of], *(one.true for one in chosen)])
    whole = evolve(
        design,
        lines=tuple(lines),
        firings=leads,
        besides=design.besides[design.of],
        rest=design.rest[design.of],
        of=np.arange(len(leads), dtype=np.int32),
    )
    return folded(whole)


def home_of(model: m.CheckedModel, fields: Collection[str]) -> int | None:
    """The category whose rules ask for these fields most often; else none, or the last one where all rules need one."""
    here = [
        number for number, group in enumerate(model.groups) if is_plain(group) and group.place.source is model.source
    ]
    counts: Counter[int] = Counter()
    for number in here:
        for rule in m.rules_of(model.groups[number].scoring):
            if isinstance(rule, m.Rule) and rule.condition is not None:
                names = {one.name for one in walk(rule.condition) if isinstance(one, m.FieldValue)}
                counts[number] += len(names & set(fields))
    best = max(here, key=lambda number: counts[number], default=None)
    if best is not None and counts[best]:
        return best
    return here[-1] if model.weighted and here else None


def _room(group: m.Group | None) -> tuple[int, int]:
    if group is None or not isinstance(group.most, int):
        return -MOST_POINTS * HUNDRED, MOST_POINTS * HUNDRED
    least = group.least if isinstance(group.least, int) else -group.most
    return min(least, 0) or least - group.most, group.most


def suggestions(
    table: Table,
    train: NDArray[np.bool_],
    reached: NDArray[np.bool_],
    design: Design,
    chosen: Sequence[Candidate],
    found: Fit,
    folder: Path | None,
) -> tuple[Suggestion, ...]:
    """What a fit of a design with candidates makes of them.

    Those that it gives no points, or that are no lines of a model, are left out.
    """
    first = len(design.lines) - len(chosen)
    made: list[Suggestion] = []
    for line, one, points in zip(design.lines[first:], chosen, found.points[first:], strict=True):
        group = None if line.group is None else table.model.groups[line.group].name
        addition = Addition(
            f"if {one.text} then {wording.signed(int(points))}", group, one.declared, tuple(_used(table.model, one))
        )
        if points and _is_model(table.model, addition, folder):
            made.append(_suggestion(table.model, addition, int(points), one, train, reached))
    return tuple(made)


def _used(model: m.CheckedModel, one: Candidate) -> Iterator[str]:
    for name in MAIL_LISTS:
        if f" in {name}" in one.text and not any(
            name in line.split("#")[0].replace(",", " ").split() and line.startswith(("use ", "list "))
            for line in model.source.text.splitlines()
        ):
            yield f'use {name} from "std/email"'


def _is_model(model: m.CheckedModel, addition: Addition, folder: Path | None) -> bool:
    """Whether the model is one with the rule, and one rule longer."""
    became = checked(model, with_rules(model, [addition]), folder)
    return became is not None and _size(became) == _size(model) + 1


def _size(model: m.CheckedModel) -> int:
    return sum(1 for _ in m.rules_of(model.ordered))


def _suggestion(
    model: m.CheckedModel,
    addition: Addition,
    points: int,
    one: Candidate,
    train: NDArray[np.bool_],
    reached: NDArray[np.bool_],
) -> Suggestion:
    known = one.true & train
    held = rate_of(reached, one.true & ~train)
    lift, held_lift = lift_of(rate_of(reached, known), rate_of(reached, train)), lift_of(held, rate_of(reached, ~train))
    told = evidence(int((known & reached).sum()), int(known.sum()), int((reached & train).sum()), int(train.sum()))
    return Suggestion(
        line=addition.rule,
        group=addition.group,
        needs=(*addition.used, *addition.declared),
        points=points / HUNDRED,
        support=rate_of(one.true, train),
        train=rate_of(reached, known),
        lift=lift,
        evidence=told,
        held=held,
        held_lift=held_lift,
        holds=_holds(points, held_lift),
        protected=_is_protected(model, addition, one.fields),
        addition=addition,
    )


def _holds(points: int, lift: Estimate | None) -> bool:
    """Whether all of the interval of a lift is on the side of the points."""
    if lift is None or lift.low is None or lift.high is None:
        return False
    return lift.low > 1 if points > 0 else lift.high < 1


def lift_of(here: Rate, overall: Rate) -> Estimate | None:
    """A share over that of everybody, with Wilson's interval of the share over it."""
    if here.share is None or not overall.share or here.low is None or here.high is None:
        return None
    return Estimate(here.share / overall.share, here.low / overall.share, here.high / overall.share)


def _is_protected(model: m.CheckedModel, addition: Addition, names: Collection[str]) -> bool:
    """Whether the linter has something against the fields of a rule, in a model that has nothing else."""
    known = [each for each in model.fields if each.name in names]
    declared = [
        f"{each.name} {each.type.value}" + (f" from {json.dumps(each.column, ensure_ascii=False)}" * bool(each.column))
        for each in known
    ]
    # Without a `lead:` block fields are those that rules ask for.
    fields = "".join(f"    {line}\n" for line in (*declared, *addition.declared))
    head = "".join(f"{line}\n" for line in addition.used) + (f"lead:\n{fields}" if model.declared else "")
    source = source_of(model.source.name, f"{head}{addition.rule}\n")
    found = lint_source(source, None, Lint(rules=tuple(named(["protected-attribute"]))))
    return any(not each.is_error_of_model for each in found)
