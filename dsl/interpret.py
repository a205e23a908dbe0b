"""The reference interpreter: the definition of what a model means. Short and plain; speed is for the other engines.

A condition's value is True, False or None (unknown); a missing value is None. Points are whole hundredths.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import tzinfo
from fractions import Fraction
from functools import lru_cache
from typing import Any

from attrs import Factory, define, evolve, frozen

from scorelang import model as m
from scorelang.leads import Fact, Facts
from scorelang.operators import operators
from scorelang.values import (
    DAY,
    Value,
    finite,
    fold,
    from_hundredths,
    left_after,
    local_date,
    matches,
    rounded,
    to_hundredths,
)


@define
class Scope:
    """What an expression is evaluated against: the lead, the event looked at, and what was worked out before."""

    facts: Facts
    zone: tzinfo
    event: Fact | None = None
    results: dict[tuple[str, str], Value] = Factory(dict)
    defined: dict[int, Value] = Factory(dict)


@frozen
class Amount:
    """What a rule, choice or grid added: hundredths, whose identity, and which cell of a grid."""

    id: str
    points: int
    cell: tuple[int, int] | None = None


@frozen
class Subtotal:
    """A category or persona: its rules' points, their sum, what silence and then the bounds leave, and what it adds."""

    group: m.Group
    amounts: tuple[Amount, ...]
    total: int
    after_silence: int
    value: int
    adds: int


@frozen
class Blocked:
    """A gate that is in the way: its condition was `false` or `unknown`, or, for a `disqualify`, `true`."""

    gate: m.Gate
    was: str


@frozen
class Outcome:
    """Everything that was worked out for a lead; points in hundredths."""

    scope: Scope
    subtotals: tuple[Subtotal, ...]
    loose: tuple[Amount, ...]
    total: int
    score: int
    persona: str | None
    qualified: bool
    blocked: tuple[Blocked, ...]
    stage: str
    grades: Mapping[str, str]
    route: str | None


def interpret(model: m.CheckedModel, facts: Facts) -> Outcome:
    """Score a lead."""
    scope = Scope(evolve(facts, events=_remembered(model, facts)), model.zone)
    subtotals: list[Subtotal] = []
    for group in model.groups:
        subtotals.append(
            _subtotal(
                group, {done.group.name: done.value for done in subtotals if done.group.word == "category"}, scope
            )
        )
    loose = tuple(amount for scoring in model.scoring for amount in _amounts(scoring, scope))
    persona = _persona(subtotals)
    counted = [done for done in subtotals if done.group.word == "category" or done is persona]
    total = sum(done.adds for done in counted) + sum(amount.points for amount in loose)
    score = _bounded(total, model.least, model.most)
    results = scope.results
    results["score", "score"] = from_hundredths(score)
    results["persona", "persona"] = persona.group.name if persona else "none"
    results.update(
        {
            ("category", done.group.name): from_hundredths(done.value)
            for done in subtotals
            if done.group.word == "category"
        }
    )
    blocked = _blocked(model, scope)
    results["qualified", "qualified"] = not blocked
    stage = results["stage", "stage"] = _stage(model, scope, score, bool(blocked))
    grades = {grade.what: _grade(grade, score, subtotals) for grade in model.grades}
    results.update({("grade", what): grade for what, grade in grades.items()})
    route = next((to.text for to in model.route if to.condition is None or evaluate(to.condition, scope) is True), None)
    results["route", "route"] = None if route is None else fold(route)
    name = persona.group.name if persona else None
    return Outcome(scope, tuple(subtotals), loose, total, score, name, not blocked, blocked, str(stage), grades, route)


def _remembered(model: m.CheckedModel, facts: Facts) -> tuple[Fact, ...]:
    """The events that count: not later than `as of`, and later than what the model starts over after."""
    happened = tuple(event for event in facts.events if event.at <= facts.as_of)
    if model.start_over is None:
        return happened
    resets = matching(model.start_over, Scope(evolve(facts, events=happened), model.zone))
    latest = max((event.at for event in resets), default=None)
    return tuple(event for event in happened if latest is None or event.at > latest)


# --- points ---------------------------------------------------------------------------------------------------------


def _subtotal(group: m.Group, above: Mapping[str, int], scope: Scope) -> Subtotal:
    amounts = tuple(amount for scoring in group.scoring for amount in _amounts(scoring, scope))
    total = sum(amount.points for amount in amounts)
    quiet = total
    latest = max((event.at for event in scope.facts.events), default=None)
    if group.silence is not None and latest is not None:
        quiet = rounded(total * share_left(group.silence, scope.facts.as_of - latest))
    least, most = (above[bound] if isinstance(bound, str) else bound for bound in (group.least, group.most))
    value = _bounded(quiet, least, most)
    adds = value
    if group.weight is not None:
        assert isinstance(group.most, int)
        adds = rounded(Fraction(value, group.most) * group.weight * 100)
    return Subtotal(group, amounts, total, quiet, value, adds)


def _bounded(points: int, least: int | None, most: int | None) -> int:
    """Within the bounds; where they contradict each other (one is another category's value), the upper one holds."""
    points = points if least is None else max(points, least)
    return points if most is None else min(points, most)


def _persona(subtotals: list[Subtotal]) -> Subtotal | None:
    """The persona with the most points above 0, the first of equals."""
    best: Subtotal | None = None
    for done in subtotals:
        if done.group.word == "persona" and done.value > (best.value if best else 0):
            best = done
    return best


def _amounts(scoring: m.Scoring, scope: Scope) -> tuple[Amount, ...]:
    """What a rule, choice or grid adds: nothing at all when it does not fire."""
    match scoring:
        case m.Rule():
            points = rule_points(scoring, scope)
            return () if points is None else (Amount(scoring.id, points),)
        case m.Choice():
            chosen = choice_points(scoring, scope)
            return () if chosen is None else (chosen,)
        case m.Grid():
            cell = grid_cell(scoring, scope)
            return () if cell is None else (Amount(scoring.id, scoring.points[cell[0]][cell[1]], cell),)


def choice_points(choice: m.Choice, scope: Scope) -> Amount | None:
    """The first branch that is true, or of those the one with the most points; `otherwise` only when no other is true.

    A branch that is true and whose points are missing gives none, and lets no `otherwise` do so in its place.
    """
    true = [branch for branch in choice.branches if branch.form != "otherwise" and rule_holds(branch, scope)]
    if not true:
        true = [branch for branch in choice.branches[-1:] if branch.form == "otherwise"]
    points = ((branch, rule_points(branch, scope)) for branch in (true if choice.best else true[:1]))
    amounts = [Amount(branch.id, given) for branch, given in points if given is not None]
    return max(amounts, key=lambda amount: amount.points, default=None)


def grid_cell(grid: m.Grid, scope: Scope) -> tuple[int, int] | None:
    """The first row and the first column that match."""
    row, column = (
        next((at for at, test in enumerate(tests) if test is None or evaluate(test, scope) is True), None)
        for tests in (grid.rows, grid.columns)
    )
    return None if row is None or column is None else (row, column)


def rule_holds(rule: m.Rule, scope: Scope) -> bool:
    """Whether it is a rule's time and its condition, where it has one, is known true."""
    during = rule.modifiers.during
    if during is not None and not during[0] <= scope.facts.as_of < during[1]:
        return False
    return rule.condition is None or evaluate(rule.condition, scope) is True


def rule_points(rule: m.Rule, scope: Scope) -> int | None:
    """What a rule adds; None when it does not fire: not known true, not its time, or points that are missing."""
    modifiers = rule.modifiers
    if not rule_holds(rule, scope):
        return None
    if rule.query is not None:
        points = _each(rule, rule.query, scope)
    else:
        dates = (event.at for query in rule.dated_by for event in matching(query, scope))
        points = aged(rule, scope, max(dates, default=None))
    return None if points is None else _bounded(points, modifiers.least, modifiers.most)


def _each(rule: m.Rule, query: m.Query, scope: Scope) -> int | None:
    """The sum over the events, each aged and rounded on its own, and only the latest so many of each period."""
    amounts = [
        (event.at, points)
        for event in matching(query, scope)
        if (points := aged(rule, evolve(scope, event=event), event.at)) is not None
    ]
    frequency = rule.modifiers.frequency
    if frequency is not None:
        amounts = latest_of_each(
            amounts, frequency.number, lambda at: calendar_period(frequency.period, at, scope.zone)
        )
    return sum(points for _, points in amounts) if amounts else None


def latest_of_each(amounts: list[tuple[int, int]], number: int, period: Callable[[int], Any]) -> list[tuple[int, int]]:
    """The latest so many amounts of each period; of equally late ones the larger: no order of events matters."""
    kept: list[tuple[int, int]] = []
    count: dict[Any, int] = {}
    for at, points in sorted(amounts, reverse=True):
        key = period(at)
        count[key] = count.get(key, 0) + 1
        if count[key] <= number:
            kept.append((at, points))
    return kept


def calendar_period(period: str, at: int, zone: tzinfo) -> Any:
    """The calendar day, ISO week or month of an instant in the model's time zone."""
    day = local_date(at, zone)
    return day if period == "day" else day.isocalendar()[:2] if period == "week" else (day.year, day.month)


def aged(rule: m.Rule, scope: Scope, at: int | None) -> int | None:
    """The whole points, less what their age takes, rounded once."""
    whole = rule.points
    if not isinstance(whole, int):
        number = evaluate(whole, scope)
        if not isinstance(number, float):
            return None
        whole = to_hundredths(number)
    if at is None or not rule.modifiers.decays:
        return whole
    share = Fraction(1)
    for decay in rule.modifiers.decays:
        share *= share_left(decay, scope.facts.as_of - at)
    return rounded(whole * share)


def share_left(decay: m.Losing | m.Fading, age: int) -> Fraction:
    """The share of the points that is left at an age."""
    if isinstance(decay, m.Fading):
        return max(Fraction(0), 1 - Fraction(age, decay.over))
    return left_after(age // decay.every, decay.share)


# --- what is worked out after the score -----------------------------------------------------------------------------


def _blocked(model: m.CheckedModel, scope: Scope) -> tuple[Blocked, ...]:
    """The gates in the way of qualifying."""
    blocked: list[Blocked] = []
    for gate in model.gates:
        if gate.stage is not None:
            continue
        value = evaluate(gate.condition, scope)
        if (gate.word == "require" and value is not True) or (gate.word == "disqualify" and value is True):
            blocked.append(Blocked(gate, {True: "true", False: "false", None: "unknown"}[value]))  # type: ignore[index]
    return tuple(blocked)


def _stage(model: m.CheckedModel, scope: Scope, score: int, blocked: bool) -> str:
    """The last stage that holds; a `require … for` a stage holds for those above it too."""
    reached = "none"
    for stage in () if blocked else model.stages:
        if any(gate.stage == stage.name and evaluate(gate.condition, scope) is not True for gate in model.gates):
            break
        if stage_holds(stage, scope, score):
            reached = stage.name
    return reached


def stage_holds(stage: m.Stage, scope: Scope, score: int) -> bool:
    """Whether a stage's own line holds: its points and its condition, or one of its short cuts."""
    if any(evaluate(condition, scope) is True for condition in stage.or_when):
        return True
    if stage.threshold is None and stage.when is None:
        return False
    enough = stage.threshold is None or score >= stage.threshold
    return enough and (stage.when is None or evaluate(stage.when, scope) is True)


def _grade(grade: m.Grade, score: int, subtotals: list[Subtotal]) -> str:
    values = {done.group.name: done.value for done in subtotals if done.group.word == "category"}
    points = score if grade.what == "score" else values[grade.what]
    return next((label for label, threshold in grade.bands if points >= threshold), grade.otherwise)


# --- events ---------------------------------------------------------------------------------------------------------


def matching(query: m.Query, scope: Scope) -> list[Fact]:
    """The events that a reference means, in no order."""
    return [event for event in scope.facts.events if event.kind == query.kind and _is_meant(query, event, scope)]


def _is_meant(query: m.Query, event: Fact, scope: Scope) -> bool:
    if query.period is not None and not in_period(query.period, event.at, scope.facts.as_of):
        return False
    if query.first is not None:
        value = event.attributes.get(query.first)
        if value is None:
            return False
        if query.pattern is not None and not matches(query.pattern, str(value)):
            return False
        if query.members is not None and value not in query.members:
            return False
    return query.where is None or evaluate(query.where, evolve(scope, event=event)) is True


def in_period(period: m.Period, at: int, as_of: int) -> bool:
    """Whether an instant is in a period."""
    age = as_of - at
    return (
        (period.least_age is None or (age > period.least_age if period.past else age >= period.least_age))
        and (period.most_age is None or age <= period.most_age)
        and (period.since is None or at >= period.since)
        and (period.before is None or at < period.before)
    )


# --- expressions ----------------------------------------------------------------------------------------------------


def evaluate(expression: m.Expression, scope: Scope) -> Value:
    """The value of an expression; None when it is missing, or a condition unknown."""
    return _MEANING[type(expression)](expression, scope)


def _field(field: m.FieldValue, scope: Scope) -> Value:
    return scope.facts.fields.get(field.name)


def _attribute(attribute: m.AttributeValue, scope: Scope) -> Value:
    return scope.event.attributes.get(attribute.name) if scope.event is not None else None


def _result(result: m.ResultValue, scope: Scope) -> Value:
    return scope.results.get((result.what, result.name))


def _defined(defined: m.Defined, scope: Scope) -> Value:
    key = id(defined.expression)
    if key not in scope.defined:
        scope.defined[key] = evaluate(defined.expression, scope)
    return scope.defined[key]


def _apply(apply: m.Apply, scope: Scope) -> Value:
    """An operator is unknown when an operand is missing; on a list it is true for any member."""
    first = evaluate(apply.operands[0], scope)
    if first is None:
        return None
    reference, last = operators()[apply.operator].reference, apply.operands[-1]
    if isinstance(last, m.Items):
        return first in last.members if apply.operator == "in" else _is_any(reference, first, last)
    rest = [evaluate(operand, scope) for operand in apply.operands[1:]]
    return None if None in rest else reference(first, *rest)


@lru_cache(maxsize=4096)
def _is_any(reference: Callable[..., Value], first: Value, items: m.Items) -> bool:
    """Whether an operator is true for any member of a list: the same is asked of many leads, and lists are long."""
    return any(reference(first, one) for one in items.values)


def _added(added: m.Added, scope: Scope) -> float | None:
    total = 0.0
    for sign, term in added.terms:
        value = evaluate(term, scope)
        if value is None:
            return None
        total += sign * float(value)  # type: ignore[arg-type]
    return finite(total)


def _multiplied(multiplied: m.Multiplied, scope: Scope) -> float | None:
    total = 1.0
    for divides, factor in multiplied.factors:
        value = evaluate(factor, scope)
        if value is None or (divides and value == 0):
            return None
        total = total / float(value) if divides else total * float(value)  # type: ignore[arg-type]
    return finite(total)


def _is_known(known: m.IsKnown, scope: Scope) -> bool:
    return evaluate(known.value, scope) is not None


def _negated(negated: m.Negated, scope: Scope) -> bool | None:
    value = evaluate(negated.item, scope)
    return None if value is None else not value


def _all_of(all_of: m.AllOf, scope: Scope) -> bool | None:
    values = [evaluate(item, scope) for item in all_of.items]
    return False if False in values else None if None in values else True


def _any_of(any_of: m.AnyOf, scope: Scope) -> bool | None:
    values = [evaluate(item, scope) for item in any_of.items]
    return True if True in values else None if None in values else False


def _amount_of(amount: m.AmountOf, scope: Scope) -> bool:
    """How many are known true is itself always known."""
    return compares(sum(evaluate(item, scope) is True for item in amount.items), amount.how, amount.number)


def compares(count: int, how: str, number: float) -> bool:
    """Whether a count is `at least`, `at most`, `exactly`, `fewer than` or `more than` a number."""
    match how:
        case "at least":
            return count >= number
        case "at most":
            return count <= number
        case "exactly":
            return count == number
        case "fewer than":
            return count < number
    return count > number


def _in_period(test: m.InPeriod, scope: Scope) -> bool | None:
    at = evaluate(test.value, scope)
    return None if at is None else in_period(test.period, int(at), scope.facts.as_of)  # type: ignore[arg-type]


def _days_since(days: m.DaysSince, scope: Scope) -> float | None:
    at = evaluate(days.value, scope)
    return None if at is None else float((scope.facts.as_of - int(at)) // DAY)  # type: ignore[arg-type]


def _happened(happened: m.Happened, scope: Scope) -> bool:
    return compares(len(matching(happened.query, scope)), happened.how, happened.number)


def _only_happened(only: m.OnlyHappened, scope: Scope) -> bool:
    every = matching(evolve(only.query, first=None, pattern=None, members=None, where=None), scope)
    meant = matching(only.query, scope)
    return bool(meant) and len(meant) == len(every)


def _count_of(count: m.CountOf, scope: Scope) -> float:
    return float(len(matching(count.query, scope)))


def _measured(measured: m.Measured, scope: Scope) -> float | None:
    found = (event.attributes.get(measured.attribute) for event in matching(measured.query, scope))
    numbers = [float(value) for value in found if value is not None]  # type: ignore[arg-type]
    if not numbers:
        return 0.0 if measured.function == "sum" else None
    if measured.function in ("largest", "smallest"):
        return max(numbers) if measured.function == "largest" else min(numbers)
    try:
        # fsum is exact, so that the order of events does not matter.
        total = math.fsum(numbers)
    except OverflowError:
        return None
    return finite(total if measured.function == "sum" else total / len(numbers))


def _days_since_last(days: m.DaysSinceLast, scope: Scope) -> float | None:
    latest = max((event.at for event in matching(days.query, scope)), default=None)
    return None if latest is None else float((scope.facts.as_of - latest) // DAY)


_MEANING: dict[type[m.Expression], Callable[[Any, Scope], Value]] = {
    m.Constant: lambda constant, scope: constant.value,
    m.FieldValue: _field,
    m.AttributeValue: _attribute,
    m.ResultValue: _result,
    m.Defined: _defined,
    m.Apply: _apply,
    m.Added: _added,
    m.Multiplied: _multiplied,
    m.IsKnown: _is_known,
    m.Negated: _negated,
    m.AllOf: _all_of,
    m.AnyOf: _any_of,
    m.AmountOf: _amount_of,
    m.InPeriod: _in_period,
    m.DaysSince: _days_since,
    m.Happened: _happened,
    m.OnlyHappened: _only_happened,
    m.CountOf: _count_of,
    m.Measured: _measured,
    m.DaysSinceLast: _days_since_last,
}
