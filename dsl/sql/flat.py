"""Results as a table: the columns in which scorelang.data writes them, with their types."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from scorelang import model as m
from scorelang.data.bitmaps import OF_DIGIT
from scorelang.data.results import Columns, FiredAs
from scorelang.result import Blocked, Fired, ModelInfo, Result
from scorelang.sql import spell as s
from scorelang.sql.fired import OF_WORD, word_of
from scorelang.sql.lower import Plan
from scorelang.sql.outcomes import Firing
from scorelang.sql.spell import Sql
from scorelang.values import format_instant, from_hundredths

BLOCKED = "STRUCT(rule VARCHAR, because VARCHAR, was VARCHAR)[]"
FIRED = "STRUCT(rule VARCHAR, points DOUBLE)[]"


def columns_of(plan: Plan, fired: FiredAs = "list") -> Columns:
    """The names of the columns that depend on the model."""
    model = plan.model
    categories = tuple(group.name for group in model.groups if group.word == "category")
    rules = tuple(rule.id for rule in m.rules_of(model.ordered))
    return Columns(categories, tuple(grade.what for grade in model.grades), fired, rules)


def flat(plan: Plan, fired: FiredAs = "list") -> list[Sql]:
    """The columns of a result, in the order and with the names of `columns_of`."""
    found, model = plan.outcome, plan.model
    version = None if model.version is None else str(model.version)
    instant = s.cast(s.text(format_instant(plan.as_of).removesuffix("Z") + "+00:00"), "TIMESTAMPTZ")
    values = [
        plan.identity,
        _points(found.score),
        *(_points(value) for _, value in found.categories),
        *(label for _, label in found.grades),
        found.persona,
        found.stage,
        found.qualified,
        _blocked(plan),
        found.route,
        *_said(plan, fired),
        instant,
        _text(model.name),
        _text(version),
        _text(model.fingerprint),
    ]
    return [s.aliased(value, name) for value, name in zip(values, columns_of(plan, fired).names, strict=True)]


def _said(plan: Plan, fired: FiredAs) -> list[Sql]:
    """The column of the rules that fired, if there is one."""
    return [] if fired == "none" else [bitmap(plan) if fired == "bitmap" else _fired(plan)]


def bitmap(plan: Plan) -> Sql:
    """The rules that fired, as `scorelang.data.bitmaps` has them: a word of bits becomes 15 digits."""
    rules = columns_of(plan).rules
    there = {rule.id: rule.there for rule in plan.outcome.fired}
    words = []
    for start in range(0, len(rules), OF_WORD):
        some = rules[start : start + OF_WORD]
        digits = -(-len(some) // OF_DIGIT)
        places = range(digits * OF_DIGIT - 1, -1, -1)
        word = word_of((there[rule], place) for rule, place in zip(some, places, strict=False) if rule in there)
        words.append(s.call("PRINTF", s.text(f"%0{digits}x"), word))
    return s.tree(lambda left, right: s.call("CONCAT", left, right), words) if words else s.text("")


def flat_values(result: Result, columns: Columns) -> list[Any]:
    """A result as a row of that table."""
    version = result.model.version
    return [
        result.id,
        result.score,
        *(result.categories[name] for name in columns.categories),
        *(result.grades[what] for what in columns.grades),
        result.persona,
        result.stage,
        result.qualified,
        [{"rule": gate.rule, "because": gate.because, "was": gate.was} for gate in result.blocked_by],
        result.route,
        *_fired_values(result, columns),
        result.as_of,
        result.model.name,
        None if version is None else str(version),
        result.model.fingerprint,
    ]


def _fired_values(result: Result, columns: Columns) -> list[Any]:
    if columns.fired == "none":
        return []
    return [columns.fired_of([{"rule": fired.rule, "points": fired.points} for fired in result.fired])]


def result_of_row(model: m.CheckedModel, columns: Columns, cells: Sequence[Any], as_of: int) -> Result:
    """A row of that table as a result; groups are mappings, and what stands after `fired` is not looked at."""
    categories, grades = columns.categories, columns.grades
    after = 2 + len(categories)
    persona, stage, qualified, blocked, route, fired = cells[after + len(grades) :][:6]
    return Result(
        cells[0],
        cells[1],
        dict(zip(categories, cells[2:after], strict=True)),
        dict(zip(grades, cells[after : after + len(grades)], strict=True)),
        persona,
        stage,
        qualified,
        tuple(Blocked(gate["rule"], gate["because"], gate["was"]) for gate in blocked),
        route,
        tuple(Fired(rule["rule"], rule["points"]) for rule in fired),
        format_instant(as_of),
        ModelInfo(model.name, model.version, model.fingerprint),
    )


def _text(value: str | None) -> Sql:
    return s.null("VARCHAR") if value is None else s.text(value)


def _points(hundredths: Sql) -> Sql:
    return s.over(s.cast(hundredths, "DOUBLE"), s.double(100.0))


def _blocked(plan: Plan) -> Sql:
    """The gates in the way, each with its reason or condition and what that was."""
    groups = [
        s.case([(s.known(was), s.group(rule=s.text(gate.id), because=s.text(_because(gate)), was=was))])
        for gate, was in plan.outcome.blocked
    ]
    return _those_known(groups, BLOCKED)


def _because(gate: m.Gate) -> str:
    return gate.reason or gate.condition.place.text


def _fired(plan: Plan) -> Sql:
    """The rules that fired, each with its points.

    Those whose points are always the same are picked from a list that is a constant: half the work of making groups.
    """
    runs: list[Sql] = []
    for fixed, run in groupby(plan.outcome.fired, lambda rule: rule.always is not None):
        rules = list(run)
        runs.append(_picked(rules) if fixed else _grouped(rules))
    return s.cast(s.listed([]), FIRED) if not runs else runs[0] if len(runs) == 1 else s.call("FLATTEN", s.listed(runs))


def _picked(rules: list[Firing]) -> Sql:
    groups = [s.group(rule=s.text(rule.id), points=s.double(from_hundredths(rule.always or 0))) for rule in rules]
    there = s.listed([s.is_true(rule.there) for rule in rules])
    return s.call("LIST_WHERE", s.cast(s.listed(groups), FIRED), there)


def _grouped(rules: list[Firing]) -> Sql:
    groups = [s.case([(rule.there, s.group(rule=s.text(rule.id), points=_points(rule.points)))]) for rule in rules]
    return _those_known(groups, FIRED)


def _those_known(items: list[Sql], type_: str) -> Sql:
    if not items:
        return s.cast(s.listed([]), type_)
    return s.cast(s.call("LIST_FILTER", s.listed(items), s.function("one", s.known(s.col("one")))), type_)
