"""Results as a table: the columns in which scorelang.data writes them, with their types."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from scorelang import model as m
from scorelang.data.results import Columns
from scorelang.result import Result
from scorelang.sql import spell as s
from scorelang.sql.lower import Plan
from scorelang.sql.spell import Sql
from scorelang.values import format_instant, from_hundredths

BLOCKED = "STRUCT(rule VARCHAR, because VARCHAR, was VARCHAR)[]"
FIRED = "STRUCT(rule VARCHAR, points DOUBLE)[]"


def columns_of(plan: Plan) -> Columns:
    """The names of the columns that depend on the model."""
    model = plan.model
    categories = tuple(group.name for group in model.groups if group.word == "category")
    return Columns(categories, tuple(grade.what for grade in model.grades))


def flat(plan: Plan) -> list[Sql]:
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
        _fired(plan),
        instant,
        _text(model.name),
        _text(version),
        _text(model.fingerprint),
    ]
    return [s.aliased(value, name) for value, name in zip(values, columns_of(plan).names, strict=True)]


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
        [{"rule": fired.rule, "points": fired.points} for fired in result.fired],
        result.as_of,
        result.model.name,
        None if version is None else str(version),
        result.model.fingerprint,
    ]


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
    for fixed, run in groupby(plan.outcome.fired, lambda rule: rule[2] is not None):
        rules = list(run)
        runs.append(_picked(rules) if fixed else _grouped(rules))
    return s.cast(s.listed([]), FIRED) if not runs else runs[0] if len(runs) == 1 else s.call("FLATTEN", s.listed(runs))


def _picked(rules: list[tuple[str, Sql, int | None]]) -> Sql:
    groups = [
        s.group(rule=s.text(identity), points=s.double(from_hundredths(always or 0))) for identity, _, always in rules
    ]
    return s.call("LIST_WHERE", s.cast(s.listed(groups), FIRED), s.listed([s.known(points) for _, points, _ in rules]))


def _grouped(rules: list[tuple[str, Sql, int | None]]) -> Sql:
    groups = [
        s.case([(s.known(points), s.group(rule=s.text(identity), points=_points(points)))])
        for identity, points, _ in rules
    ]
    return _those_known(groups, FIRED)


def _those_known(items: list[Sql], type_: str) -> Sql:
    if not items:
        return s.cast(s.listed([]), type_)
    return s.cast(s.call("LIST_FILTER", s.listed(items), s.function("one", s.known(s.col("one")))), type_)
