"""Rules that could say the same: pairs whose conditions were true of the same leads, so far."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang import model as m
from scorelang.interpret import evaluate, rule_holds
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.mixing import about
from scorelang.lint.logic.parts import condition_of, conjoined, rules_in, scorings
from scorelang.lint.logic.samples import Scored
from scorelang.values import Type

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions


@frozen(eq=False)
class Payer:
    """A rule that gives points on a condition, and where it stands: a category or persona, and perhaps a choice."""

    rule: m.Rule
    condition: m.Expression
    group: m.Group | None
    choice: m.Choice | None
    about: frozenset[str]

    @property
    def sign(self) -> int:
        """Whether it gives or takes; 0 for points that are worked out."""
        points = self.rule.points
        return 0 if not isinstance(points, int) else (points > 0) - (points < 0)


def payers(model: m.CheckedModel) -> Iterator[Payer]:
    """Every rule with a condition that is not 0 points."""
    for group, scoring in scorings(model):
        for rule in rules_in(scoring):
            condition = condition_of(rule)
            if condition is not None and rule.points != 0:
                choice = scoring if isinstance(scoring, m.Choice) else None
                yield Payer(rule, condition, group, choice, about([condition]))


def may_add_up(model: m.CheckedModel, one: Payer, other: Payer) -> bool:
    """Whether points of both count for one thing."""
    if not one.about & other.about or (one.choice is not None and one.choice is other.choice):
        return False
    if one.group is other.group:
        return True
    groups = [group for group in (one.group, other.group) if group is not None]
    if any(group.word == "persona" for group in groups):
        return False
    graded = {grade.what for grade in model.grades}
    return not (len(groups) == 2 and all(group.name in graded for group in groups))


def truths(logic: Logic, payer: Payer) -> int:
    """A bit for each lead made so far, set where the rule's condition was true in the rule's time."""
    found = 0
    is_plain = payer.choice is None and isinstance(payer.rule.points, int)
    for at, sample in enumerate(logic.samples.found):
        if payer.rule.id in sample.points or (not is_plain and is_met(payer, sample)):
            found |= 1 << at
    return found


def is_met(payer: Payer, outcome: Scored) -> bool:
    """Whether a rule's condition is true of a lead in the rule's time."""
    return rule_holds(payer.rule, outcome.scope) and evaluate(payer.condition, outcome.scope) is True


def implies(logic: Logic, name: str, one: Payer, other: Payer) -> bool:
    """Whether the condition of the one is true only where that of the other is; it is proved."""

    def parts(outcome: Scored) -> bool:
        return is_met(one, outcome) and not is_met(other, outcome)

    def goals(asked: Questions) -> list[Formula]:
        from scorelang.analysis.logic import no

        conditions, points = asked.encoding.conditions, asked.encoding.points
        first, second = conditions.truth(one.condition).true, conditions.truth(other.condition).true
        return [points.holds(one.rule), first, no(second)]

    aim = conjoined([one.condition, m.Negated(Type.FLAG, other.condition.place, other.condition)], one.condition.place)
    return logic.can(name, parts, goals, aim).no
