"""Places of a model that more of the same events could turn for the worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, floor

from attrs import evolve, frozen

from scorelang import model as m
from scorelang.interpret import Outcome, evaluate, interpret, matching, rule_points
from scorelang.leads import Fact
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.parts import (
    bare,
    condition_of,
    conjoined,
    happening,
    rules_in,
    scorings,
    stage_conditions,
    within,
)
from scorelang.lint.logic.samples import Samples, Scored
from scorelang.lint.logic.without import given_by
from scorelang.values import Type

# What a comparison with a number asks of a count, and the same with the number on the left.
HOW = {"<": "fewer than", "<=": "at most", ">": "more than", ">=": "at least", "is": "exactly"}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "is": "is"}
# Points that are worked out are looked at for up to so many events.
MOST_COUNTED = 30


@frozen(eq=False)
class Step:
    """A condition turns when there are more than so many of some events (None: at some number or other).

    With `elsewhere` it turns when there is one of their kind that is not meant.
    """

    query: m.Query
    count: int | None = None
    elsewhere: bool = False


@frozen(eq=False)
class Turn:
    """Where one more event turns something: a rule or condition, and the step at which it does.

    `scoring` is the rule, choice or matrix that gives fewer points then; None for a gate or a stage, whose condition
    fails.
    """

    place: m.Place
    condition: m.Expression
    scoring: m.Scoring | None
    step: Step

    @property
    def so_many(self) -> m.Happened:
        """That there are so many such events."""
        query, count = self.step.query, self.step.count
        return happening(query) if count is None else m.Happened(Type.FLAG, query.place, query, "exactly", count)

    def is_behind(self, before: Scored, after: Scored) -> bool:
        """Whether this is what turned, and not something else that looks at such events."""
        if not all(evaluate(each, before.scope) is True for each in (self.so_many, self.condition)):
            return False
        if self.scoring is not None:
            return (given_by(self.scoring, after.scope) or 0) < (given_by(self.scoring, before.scope) or 0)
        return evaluate(self.condition, after.scope) is not True


def turns(logic: Logic) -> Iterator[Turn]:
    """Every place where one more event takes points, or makes a condition fail."""
    model = logic.model
    for _, scoring in scorings(model):
        match scoring:
            case m.Rule(points=int() as points, condition=m.Expression() as condition) if points > 0:
                for one in _until(condition):
                    yield Turn(scoring.place, condition, scoring, one)
            case m.Rule(points=m.Expression() as worked_out):
                yield from _in_points(logic, scoring, worked_out)
            case m.Choice(branches=branches):
                yield from _in_choice(scoring, branches)
            case m.Grid(rows=rows, columns=columns, points=points):
                yield from _in_grid(scoring, rows, points)
                yield from _in_grid(scoring, columns, tuple(zip(*points, strict=True)))
    rewarded = {query.kind for query in _rewarded(model)}
    conditions = [(gate.place, gate.condition) for gate in model.gates if gate.word == "require"]
    conditions += [(condition.place, condition) for _, condition in stage_conditions(model)]
    for place, condition in conditions:
        for one in _until(condition):
            if one.query.kind in rewarded:
                yield Turn(place, condition, None, one)


def _in_points(logic: Logic, rule: m.Rule, points: m.Expression) -> Iterator[Turn]:
    """Points that are worked out from a number of events, and fall with it."""
    condition = condition_of(rule)
    if condition is None:
        return
    for counted in (one for one in within(points) if isinstance(one, m.CountOf)):
        aim = conjoined([condition, happening(counted.query)], rule.place)
        base = logic.shown(lambda outcome, aim=aim: evaluate(aim, outcome.scope) is True, aim)  # type: ignore[misc]
        if base is not None and _falls(rule, counted.query, base):
            yield Turn(rule.place, aim, rule, Step(counted.query))


def _falls(rule: m.Rule, query: m.Query, base: Scored) -> bool:
    """Whether a rule gives fewer points for more of some events, where it gives any."""
    facts, [one, *others] = base.scope.facts, matching(query, base.scope)
    rest = [event for event in facts.events if event not in (one, *others)]
    same = [evolve(facts, events=(*rest, *[one] * number)) for number in range(1, MOST_COUNTED)]
    given = [rule_points(rule, evolve(base.scope, facts=each)) or 0 for each in same]
    return any(points > max(after, 0) for points, after in pairwise(given))


def _in_choice(choice: m.Choice, branches: Sequence[m.Rule]) -> Iterator[Turn]:
    """Branches that more events leave: for one above that gives less, or because they ask for no more than so many."""
    for at, branch in enumerate(branches):
        if branch.condition is None or not isinstance(branch.points, int) or branch.points <= 0:
            continue
        for one in _until(branch.condition):
            yield Turn(branch.place, branch.condition, choice, one)
        for above in () if choice.best else branches[:at]:
            if isinstance(above.points, int) and 0 <= above.points < branch.points and above.condition is not None:
                for one in _from(above.condition):
                    yield Turn(above.place, branch.condition, choice, one)


def _in_grid(grid: m.Grid, tests: Sequence[m.Expression | None], points: Sequence[Sequence[int]]) -> Iterator[Turn]:
    """Rows (or columns) that more events leave, where another one gives less in some place."""
    for at, test in enumerate(tests):
        rest = [other for place, other in enumerate(points) if place != at]
        falls = any(0 <= less < more for other in rest for less, more in zip(other, points[at], strict=True))
        for one in _until(test) if test is not None and falls else ():
            assert test is not None
            yield Turn(test.place, test, grid, one)


def _rewarded(model: m.CheckedModel) -> Iterator[m.Query]:
    """The events that rules give points for."""
    for _, scoring in scorings(model):
        for rule in rules_in(scoring):
            if isinstance(rule.points, int) and rule.points > 0:
                yield from () if rule.query is None else (rule.query,)
                yield from () if rule.condition is None else (one.query for one in _steps(rule.condition, up=True))


def _until(condition: m.Expression) -> Iterator[Step]:
    """What of a condition fails when there are more than so many of some events, and at least one."""
    return (one for one in _steps(condition, up=False) if one.count != 0)


def _from(condition: m.Expression) -> Iterator[Step]:
    """What of a condition begins to be true when there are more than so many of some events, and at least one."""
    return (one for one in _steps(condition, up=True) if one.count != 0)


def _steps(condition: m.Expression, *, up: bool) -> Iterator[Step]:
    """Where more events make parts of a condition true (`up`), or else false, so that the whole may turn likewise."""
    inner = bare(condition)
    match inner:
        case m.Negated(item=item):
            yield from _steps(item, up=not up)
        case m.AllOf(items=items) | m.AnyOf(items=items):
            for item in items:
                yield from _steps(item, up=up)
        case m.AmountOf(how=how, items=items):
            ways = {"at least": (up,), "more than": (up,), "at most": (not up,), "fewer than": (not up,)}
            for way in ways.get(how, (True, False)):
                for item in items:
                    yield from _steps(item, up=way)
        case m.OnlyHappened(query=query) if not up and (query.first, query.where) != (None, None):
            yield Step(query, elsewhere=True)
        case _:
            asked = _asked(inner)
            if asked is not None:
                query, asked_how, number = asked
                counts = _begins(asked_how, number) if up else _ends(asked_how, number)
                yield from (Step(query, count) for count in counts)


def _asked(one: m.Expression) -> tuple[m.Query, str, float] | None:
    """How many of which events a condition asks for, where that is all it asks."""
    if isinstance(one, m.Happened):
        return one.query, one.how, one.number
    if not isinstance(one, m.Apply) or one.operator not in HOW or len(one.operands) != 2:
        return None
    left, right, operator = bare(one.operands[0]), bare(one.operands[1]), one.operator
    if isinstance(left, m.Constant):
        left, right, operator = right, left, TURNED[operator]
    if isinstance(left, m.CountOf) and isinstance(right, m.Constant) and isinstance(right.value, float):
        return left.query, HOW[operator], right.value
    return None


def _begins(how: str, number: float) -> tuple[int, ...]:
    """With how many events it is false, and true with one more."""
    return {"at least": (ceil(number) - 1,), "more than": (floor(number),)}.get(
        how, (int(number) - 1,) if how == "exactly" else ()
    )


def _ends(how: str, number: float) -> tuple[int, ...]:
    """With how many events it is true, and false with one more."""
    return {"at most": (floor(number),), "fewer than": (ceil(number) - 1,)}.get(
        how, (int(number),) if how == "exactly" else ()
    )


def with_one_more(samples: Samples, outcome: Scored, step: Step) -> Outcome | None:
    """What becomes of a lead with one more such event as it has, or `elsewhere` another; None where there is none."""
    one = next(iter(matching(step.query, outcome.scope)), None)
    if one is not None and step.elsewhere:
        one = _elsewhere(samples, outcome, step.query, one)
    if one is None:
        return None
    facts = outcome.scope.facts
    return interpret(samples.model, evolve(facts, events=(*facts.events, one)))


def _elsewhere(samples: Samples, outcome: Scored, query: m.Query, one: Fact) -> Fact | None:
    """An event of the same kind and time that is not meant, made of one that some lead has."""
    others = (evolve(other, at=one.at) for sample in samples.found for other in sample.facts.events)
    return next((other for other in others if other.kind == one.kind and not _is_meant(query, other, outcome)), None)


def _is_meant(query: m.Query, event: Fact, outcome: Scored) -> bool:
    return bool(matching(query, evolve(outcome.scope, facts=evolve(outcome.scope.facts, events=(event,)))))
