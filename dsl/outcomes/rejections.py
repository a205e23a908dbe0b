"""Why leads are rejected, what those leads have in common, and which line of a model would have stopped them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang import model as m
from scorelang.outcomes.bands import Band, edges_of, score_bands, stage_bands
from scorelang.outcomes.columns import grouped
from scorelang.outcomes.fields import MAIL_LISTS, Condition, conditions_of, fields_of
from scorelang.outcomes.rates import LEAST_LEADS, Estimate, Rate, difference, is_small, rate, rate_of
from scorelang.outcomes.table import Goal, Table, goal_of
from scorelang.values import Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_REASONS = 20
# Of what is over-represented so much is told, the most telling first.
MOST_MARKS = 5
NO_REASON = "(no reason)"
# A line would do more harm than good that stops a larger share of the leads that were accepted.
MOST_HARM = 0.1


@frozen
class Mark:
    """What leads rejected for a reason have more often than accepted ones: a field's condition, or a rule that fired.

    `here` is the share of these leads that have it, `accepted` that of the accepted ones, `more` by how much the first
    is larger, with its interval (Newcombe's). `line` is what would stop them in the model; None where it would stop
    more than a tenth of the accepted ones as well, or no line says it.
    """

    kind: str
    what: str
    here: Rate
    accepted: Rate
    more: Estimate
    line: str | None


@frozen
class Reason:
    """A reason for which leads were rejected: how many of all that were, with its interval, and their marks."""

    reason: str
    rejected: Rate
    small: bool
    marks: tuple[Mark, ...]


@frozen
class Group:
    """Leads with the same value of a column; `small` ones are too few to say much."""

    name: str
    acceptance: Rate
    small: bool


@frozen
class Feedback:
    """What sales said of the leads: how many they took, by score, stage and columns, and why not the others."""

    acceptance: Rate
    bands: tuple[Band, ...]
    stages: tuple[Band, ...]
    by: dict[str, tuple[Group, ...]]
    reasons: tuple[Reason, ...]


@frozen(eq=False)
class _Candidate:
    """What may mark leads. `of` is the same for those that say one sort of thing, as several limits of a number."""

    kind: str
    of: str
    condition: Condition
    line: str | None


def feedback(table: Table, by: Sequence[str] = (), bands: Sequence[int] | None = None) -> Feedback:
    """What sales said of the leads of a table. Its columns are the model's fields, and those of `by`."""
    goal = goal_of(table, "accepted")
    candidates = list(_candidates(table))
    return Feedback(
        rate_of(goal.reached, goal.counts),
        score_bands(table, goal, edges_of(table, bands)),
        stage_bands(table, goal),
        {name: _groups(table, goal, name) for name in by},
        tuple(_reasons(table, goal, candidates)),
    )


def _groups(table: Table, goal: Goal, name: str) -> tuple[Group, ...]:
    numbers, names = grouped(table.columns[name], MOST_REASONS)
    overall = rate_of(goal.reached, goal.counts).share
    rates = [(name, rate_of(goal.reached, goal.counts & (numbers == at))) for at, name in enumerate(names)]
    found = [Group(name, each, is_small(each.of, overall)) for name, each in rates if each.of]
    return tuple(sorted(found, key=lambda one: (one.small, -one.acceptance.of)))


def _reasons(table: Table, goal: Goal, candidates: Sequence[_Candidate]) -> Iterator[Reason]:
    """The reasons, the most frequent first; leads without one come last."""
    rejected = goal.counts & ~goal.reached
    numbers, names = grouped(table.reasons, MOST_REASONS)
    shown = [NO_REASON if name == "(empty)" else name for name in names]
    sizes = [int((rejected & (numbers == at)).sum()) for at in range(len(names))]
    order = sorted(range(len(names)), key=lambda at: (shown[at] == NO_REASON, -sizes[at], shown[at]))
    for at in order:
        if sizes[at]:
            here = rejected & (numbers == at)
            small = sizes[at] < LEAST_LEADS
            marks = () if small else tuple(_marks(candidates, here, goal.reached))
            yield Reason(shown[at], rate(sizes[at], int(rejected.sum())), small, marks)


def _marks(candidates: Sequence[_Candidate], here: NDArray[np.bool_], accepted: NDArray[np.bool_]) -> list[Mark]:
    """What these leads have more often than accepted ones, by the lower end of by how much; of a number one limit."""
    found: dict[tuple[int, int], tuple[str, Mark]] = {}
    for candidate in candidates:
        true = candidate.condition.true
        ours, theirs = rate_of(true, here), rate_of(true, accepted)
        more = difference(ours, theirs)
        if more is not None and more.above:
            harmless = (theirs.share or 0.0) <= MOST_HARM
            line = candidate.line if harmless else None
            mark = Mark(candidate.kind, candidate.condition.text, ours, theirs, more, line)
            # What is true of the same leads says the same: the first of them will do.
            found.setdefault((ours.count, theirs.count), (candidate.of, mark))
    best: dict[str, Mark] = {}
    for of, mark in sorted(found.values(), key=lambda each: -(each[1].more.low or 0.0)):
        best.setdefault(of, mark)
    return list(best.values())[:MOST_MARKS]


# --- what may mark leads --------------------------------------------------------------------------------------------


def _candidates(table: Table) -> Iterator[_Candidate]:
    """Conditions on fields, and the rules; what the model stops already is not among them."""
    for field in fields_of(table):
        for condition in conditions_of(field):
            of = field.name if field.type is Type.NUMBER else condition.text
            yield _Candidate("field", of, condition, _line(table.model, condition.text))
    for number, rule in enumerate(table.rules):
        text = _condition(rule, table.model)
        line = None if text is None else f"disqualify if {text}"
        yield _Candidate("rule", rule.id, Condition(rule.id, table.did_fire(number)), line)


def _condition(rule: m.Rule | m.Grid, model: m.CheckedModel) -> str | None:
    """The condition of a rule that stands in the model's own file and is there whenever its condition is true."""
    if not isinstance(rule, m.Rule) or rule.form != "if" or rule.condition is None or rule.modifiers.during:
        return None
    alone = any(
        rule is part for scoring in (model.scoring, *(group.scoring for group in model.groups)) for part in scoring
    )
    return " ".join(rule.text.split()) if alone and rule.place.source is model.source else None


def _line(model: m.CheckedModel, condition: str) -> str:
    """The line that stops leads of which the condition is true, with what it needs above it."""
    line = f"disqualify if {condition}"
    name = condition.rpartition(" in ")[2]
    if name in MAIL_LISTS and not _brings_in(model, name):
        return f'use {name} from "std/email"\n{line}'
    return line


def _brings_in(model: m.CheckedModel, name: str) -> bool:
    """Whether the model's own file has the list: by a `use`, or a list of that name."""
    return any(
        line.split("#")[0].strip().startswith(("use ", "list "))
        and name in line.split("#")[0].replace(",", " ").split()
        for line in model.source.text.splitlines()
    )
