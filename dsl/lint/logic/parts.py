"""The parts of a model that logic rules ask about: ways to a stage, conditions, what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import frozen

from scorelang import model as m
from scorelang import wording
from scorelang.check.walk import children
from scorelang.interpret import evaluate
from scorelang.lint.logic.samples import Scored
from scorelang.values import Type

Label = Literal["stage", "grade", "persona"]


@frozen(eq=False)
class Way:
    """One way to a stage: from a threshold (hundredths), on a condition, or both."""

    stage: m.Stage
    threshold: int | None
    condition: m.Expression | None

    @property
    def place(self) -> m.Place:
        """Where it is written: its condition, or the stage where it has none."""
        return self.stage.place if self.condition is None else self.condition.place

    @property
    def told(self) -> str:
        """The way in the model's words."""
        points = "" if self.threshold is None else f"score >= {wording.points(self.threshold)}"
        condition = "" if self.condition is None else self.condition.place.text
        return " and ".join(filter(None, (points, condition)))

    def holds(self, outcome: Scored) -> bool:
        """Whether a lead meets it, whatever gates say."""
        enough = self.threshold is None or outcome.score >= self.threshold
        return enough and (self.condition is None or evaluate(self.condition, outcome.scope) is True)


def ways_to(stage: m.Stage) -> Iterator[Way]:
    """Its own line, and its short cuts."""
    if stage.threshold is not None or stage.when is not None:
        yield Way(stage, stage.threshold, stage.when)
    for condition in stage.or_when:
        yield Way(stage, None, condition)


def gates_of(model: m.CheckedModel, stage: m.Stage) -> tuple[m.Gate, ...]:
    """What must not be in the way of a stage: every plain gate, and the requires for it or for a stage below it."""
    names = [each.name for each in model.stages]
    below = names[: names.index(stage.name) + 1]
    return tuple(gate for gate in model.gates if gate.stage is None or gate.stage in below)


def is_open(gate: m.Gate, outcome: Scored) -> bool:
    """Whether a gate is not in the way of a lead."""
    return (evaluate(gate.condition, outcome.scope) is True) is (gate.word == "require")


def happening(query: m.Query) -> m.Happened:
    """That there is such an event."""
    return m.Happened(Type.FLAG, query.place, query, "at least", 1)


def conjoined(conditions: Sequence[m.Expression], place: m.Place) -> m.Expression:
    """All of them."""
    return conditions[0] if len(conditions) == 1 else m.AllOf(Type.FLAG, place, tuple(conditions))


def bare(expression: m.Expression) -> m.Expression:
    """What a define stands for."""
    while isinstance(expression, m.Defined):
        expression = expression.expression
    return expression


def conjuncts(expression: m.Expression) -> Iterator[m.Expression]:
    """The conditions that must all be true, each as it is written."""
    inner = bare(expression)
    if isinstance(inner, m.AllOf):
        for item in inner.items:
            yield from conjuncts(item)
    else:
        yield expression


def within(expression: m.Expression) -> Iterator[m.Expression]:
    """A condition and all below it; what is asked of single events is left out."""
    yield expression
    for inner in children(expression):
        yield from within(inner)


def rules_in(scoring: m.Scoring) -> tuple[m.Rule, ...]:
    """The rule, or the branches of a choice; none of a grid."""
    match scoring:
        case m.Rule():
            return (scoring,)
        case m.Choice(branches=branches):
            return branches
    return ()


def scorings(model: m.CheckedModel) -> Iterator[tuple[m.Group | None, m.Scoring]]:
    """Every rule, choice and grid, with the category or persona that it stands in."""
    for group in model.groups:
        for scoring in group.scoring:
            yield group, scoring
    for scoring in model.scoring:
        yield None, scoring


def plain_rules(model: m.CheckedModel) -> Iterator[tuple[m.Group | None, m.Rule]]:
    """Every rule that stands in no choice."""
    for group, scoring in scorings(model):
        if isinstance(scoring, m.Rule):
            yield group, scoring


def conditions_of(model: m.CheckedModel) -> Iterator[m.Expression]:
    """The conditions of rules, grids, gates, stages and the route, as they are written; not of invariants and tests."""
    for _, scoring in scorings(model):
        if isinstance(scoring, m.Grid):
            yield from (test for test in (*scoring.rows, *scoring.columns) if test is not None)
        yield from (rule.condition for rule in rules_in(scoring) if rule.condition is not None)
    yield from conditions_after(model)


def conditions_after(model: m.CheckedModel) -> Iterator[m.Expression]:
    """The conditions of gates, stages and the route: those that may look at points."""
    yield from (gate.condition for gate in model.gates)
    yield from (condition for _, condition in stage_conditions(model))
    yield from (to.condition for to in model.route if to.condition is not None)


def stage_conditions(model: m.CheckedModel) -> Iterator[tuple[m.Stage, m.Expression]]:
    """The conditions that stages hold on, and those of their short cuts."""
    for stage in model.stages:
        yield from ((stage, condition) for condition in (stage.when, *stage.or_when) if condition is not None)


def aim_at_label(place: m.Place, what: Label, name: str, label: str) -> m.Expression:
    """That a stage, grade or persona is this one."""
    value = m.ResultValue(Type.TEXT, place, what, name)
    return m.Apply(Type.FLAG, place, "is", (value, m.Constant(Type.TEXT, place, label)))


def aim_at_points(model: m.CheckedModel, group: m.Group | None, *, up: bool) -> m.Expression | None:
    """That every rule is met that gives points to a category or persona (None: to the score); else that takes some."""
    parts = [
        condition
        for within_, rule in plain_rules(model)
        if (group is None or within_ is group)
        if isinstance(rule.points, int) and (rule.points > 0) is up and (condition := condition_of(rule)) is not None
    ]
    return conjoined(parts, parts[0].place) if parts else None


def condition_of(rule: m.Rule) -> m.Expression | None:
    """When a rule fires: its condition, that there is such an event, or both; None for `otherwise`."""
    happened = None if rule.query is None else happening(rule.query)
    parts = [part for part in (rule.condition, happened) if part is not None]
    return conjoined(parts, rule.place) if parts else None
