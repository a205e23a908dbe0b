"""New rules as lines to paste: where each belongs, what points it gets, and what its leads did."""

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
from scorelang.outcomes.categories import is_plain
from scorelang.outcomes.fields import MAIL_LISTS
from scorelang.outcomes.rates import Estimate, Rate, evidence, rate_of
from scorelang.outcomes.table import Table
from scorelang.source import Span, source_of
from scorelang.tune.candidates import Candidate
from scorelang.tune.design import Design, folded
from scorelang.tune.fit import Fit
from scorelang.tune.lines import HUNDRED, Line
from scorelang.tune.rewrite import Addition, checked, with_rules
from scorelang.values import MOST_POINTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
    # The rules stand nowhere yet.
    place = m.Place(table.model.source, Span(0, 0))
    overall = float(reached[train].mean())
    for one in chosen:
        group = None if alone else home_of(table.model, one.fields)
        least, most = _room(None if group is None else table.model.groups[group])
        least, most = (0, most) if reached[train & one.true].mean() > overall else (least, 0)
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
