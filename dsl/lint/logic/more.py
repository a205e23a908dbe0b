"""Places of a model that more of the same events could turn for the worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from scorelang import model as m
from scorelang.interpret import Outcome, interpret, matching
from scorelang.lint.logic.parts import rules_in, scorings, stage_conditions, within
from scorelang.lint.logic.samples import Scored


@frozen(eq=False)
class Turn:
    """Where one more event turns something: a rule or condition, the events, and how many there are before.

    `scoring` is the rule or choice that gives fewer points then; None for a gate or a stage, whose condition fails.
    """

    place: m.Place
    condition: m.Expression
    scoring: m.Rule | m.Choice | None
    query: m.Query
    count: int


def turns(model: m.CheckedModel) -> Iterator[Turn]:
    """Every place where one more event of those that there are takes points, or makes a condition fail."""
    for _, scoring in scorings(model):
        match scoring:
            case m.Rule(points=int() as points, condition=m.Expression() as condition) if points > 0:
                for one in _until(condition):
                    yield Turn(scoring.place, condition, scoring, one.query, most_of(one))
            case m.Choice(best=False, branches=branches):
                yield from _in_choice(scoring, branches)
    rewarded = {one.query.kind for one in _rewarded(model)}
    conditions = [(gate.place, gate.condition) for gate in model.gates if gate.word == "require"]
    conditions += [(condition.place, condition) for _, condition in stage_conditions(model)]
    for place, condition in conditions:
        for one in _until(condition):
            if one.query.kind in rewarded:
                yield Turn(place, condition, None, one.query, most_of(one))


def _in_choice(choice: m.Choice, branches: Sequence[m.Rule]) -> Iterator[Turn]:
    """Branches that more events leave: for one above that gives less, or because they ask for no more than so many."""
    for at, branch in enumerate(branches):
        if branch.condition is None or not isinstance(branch.points, int) or branch.points <= 0:
            continue
        for one in _until(branch.condition):
            yield Turn(branch.place, branch.condition, choice, one.query, most_of(one))
        for above in branches[:at]:
            if isinstance(above.points, int) and 0 <= above.points < branch.points and above.condition is not None:
                for one in _from(above.condition):
                    if one.number > 1:
                        yield Turn(above.place, branch.condition, choice, one.query, int(one.number) - 1)


def _until(condition: m.Expression) -> Iterator[m.Happened]:
    """What asks for some events and no more than so many."""
    for one in within(condition):
        if isinstance(one, m.Happened) and one.how in ("at most", "fewer than", "exactly") and most_of(one) >= 1:
            yield one


def _from(condition: m.Expression) -> Iterator[m.Happened]:
    """What asks for so many events or more."""
    for one in within(condition):
        if isinstance(one, m.Happened) and one.how in ("at least", "more than"):
            yield evolve(one, how="at least", number=one.number + (one.how == "more than"))


def _rewarded(model: m.CheckedModel) -> Iterator[m.Happened]:
    """The events that rules give points for."""
    for _, scoring in scorings(model):
        for rule in rules_in(scoring):
            if isinstance(rule.points, int) and rule.points > 0 and rule.condition is not None:
                yield from _from(rule.condition)


def most_of(one: m.Happened) -> int:
    """How many events there may be at most."""
    return int(one.number) - (one.how == "fewer than")


def with_one_more(model: m.CheckedModel, outcome: Scored, query: m.Query) -> Outcome | None:
    """What becomes of a lead with one more of such an event as it has; None where it has none."""
    meant = matching(query, outcome.scope)
    if not meant:
        return None
    facts = outcome.scope.facts
    return interpret(model, evolve(facts, events=(*facts.events, meant[0])))
