"""The rules of a model as data: what each gives, for what, why, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from attrs import frozen

from scorelang import model as m
from scorelang import wording
from scorelang.check.walk import roots_of, walk
from scorelang.values import DATA_TYPES, from_hundredths

Kind = Literal["rule", "each", "branch", "best", "otherwise", "matrix"]

# Of a list's members so many are named; the others are counted.
MOST_MEMBERS = 12


class HasChecked(Protocol):
    """A public model: whatever holds a checked one."""

    @property
    def checked(self) -> m.CheckedModel:
        """The checked model."""


@frozen
class PointsTable:
    """The points of a matrix, by the labels of its rows and columns as typed."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]


@frozen
class RuleInfo:
    """One rule that gives points.

    `id` is its stable identity, `group` its category or persona (None outside of them), `condition` when it fires, as
    typed. `kind` is `branch`, `best` or `otherwise` in a `choose:` (`best` in a `choose best:`). `choice` is the
    identity of the first branch there. `points` are a float exact to the hundredth, an expression's text, or a table.
    `modifiers` say what is done with the points, in the words of the language. `path` and `line` say where it stands.
    """

    id: str
    kind: Kind
    group: str | None
    condition: str
    points: float | str | PointsTable
    modifiers: str
    reason: str | None
    path: str
    line: int
    choice: str | None = None


@frozen
class GroupInfo:
    """A category or persona (or, without a name, the rules outside of them): its limits as text, and its rules."""

    word: Literal["category", "persona", "rules"]
    name: str | None
    limits: str
    rules: tuple[RuleInfo, ...]


@frozen
class Statement:
    """A gate, a stage, a grade or a line of the route, as it reads; `reason` for gates, `id` where it has one."""

    text: str
    reason: str | None
    id: str | None
    path: str
    line: int


@frozen
class Term:
    """A define or list that rules use, and what it stands for."""

    name: str
    meaning: str


@frozen
class ScoringMatrix:
    """All that a model decides by, for people to sign off. `limits` are the bounds of the score, as text."""

    name: str | None
    version: float | int | str | None
    owner: str | None
    fingerprint: str
    timezone: str
    path: str
    limits: str
    start_over: str | None
    groups: tuple[GroupInfo, ...]
    gates: tuple[Statement, ...]
    stages: tuple[Statement, ...]
    grades: tuple[Statement, ...]
    route: tuple[Statement, ...]
    terms: tuple[Term, ...]


# --- rules ----------------------------------------------------------------------------------------------------------


def rules_of(model: m.CheckedModel) -> tuple[RuleInfo, ...]:
    """Every rule of a model, in the order of the text."""
    return tuple(rule for part in model.ordered for rule in _rules(part, model))


def _rules(part: m.Group | m.Scoring, model: m.CheckedModel) -> Iterator[RuleInfo]:
    match part:
        case m.Group():
            for scoring in part.scoring:
                yield from _rules(scoring, model)
        case m.Choice():
            for branch in part.branches:
                kind: Kind = "otherwise" if branch.form == "otherwise" else "best" if part.best else "branch"
                yield _rule(branch, kind, model, part.branches[0].id)
        case m.Grid():
            yield _grid(part)
        case m.Rule():
            yield _rule(part, "each" if part.form == "each" else "rule", model)


def _rule(rule: m.Rule, kind: Kind, model: m.CheckedModel, choice: str | None = None) -> RuleInfo:
    return RuleInfo(
        id=rule.id,
        kind=kind,
        group=rule.group,
        condition=rule.text,
        points=from_hundredths(rule.points) if isinstance(rule.points, int) else rule.points.place.text,
        modifiers=wording.modifiers(rule.modifiers, model.zone),
        reason=rule.reason,
        path=rule.place.source.name,
        line=rule.place.line,
        choice=choice,
    )


def _grid(grid: m.Grid) -> RuleInfo:
    cells = tuple(tuple(map(from_hundredths, row)) for row in grid.points)
    return RuleInfo(
        id=grid.id,
        kind="matrix",
        group=grid.group,
        condition=wording.grid(grid),
        points=PointsTable(*grid.labels, cells),
        modifiers="",
        reason=grid.reason,
        path=grid.place.source.name,
        line=grid.place.line,
    )


# --- the whole ------------------------------------------------------------------------------------------------------


def scoring_matrix(model: m.CheckedModel) -> ScoringMatrix:
    """Everything that a model decides by: rules by category, gates, stages, grades, route, and the terms they use."""
    start_over = model.start_over
    return ScoringMatrix(
        name=model.name,
        version=model.version,
        owner=model.owner,
        fingerprint=model.fingerprint,
        timezone=model.timezone,
        path=model.source.name,
        limits=wording.bounds(model.least, model.most),
        start_over=None if start_over is None else f"start over after {start_over.place.text}",
        groups=tuple(_groups(model)),
        gates=tuple(_statement(gate.place, wording.gate(gate), gate.reason, gate.id) for gate in model.gates),
        stages=tuple(_statement(stage.place, stage.place.text) for stage in model.stages),
        grades=tuple(_statement(grade.place, f"{grade.what}: {wording.grade(grade)}") for grade in model.grades),
        route=tuple(_statement(to.place, to.place.text) for to in model.route),
        terms=tuple(_terms(model)),
    )


def _statement(place: m.Place, text: str, reason: str | None = None, id: str | None = None) -> Statement:
    return Statement(text, reason, id, place.source.name, place.line)


def _groups(model: m.CheckedModel) -> Iterator[GroupInfo]:
    """Categories and personas in their order, then the rules outside of them."""
    for part in model.ordered:
        if isinstance(part, m.Group):
            limits = ", ".join(wording.group_limits(part))
            yield GroupInfo(part.word, part.name, limits, tuple(_rules(part, model)))
    loose = tuple(rule for rule in rules_of(model) if rule.group is None)
    if loose:
        yield GroupInfo("rules", None, "", loose)


def _terms(model: m.CheckedModel) -> Iterator[Term]:
    """Defines and named lists, each where it is first used."""
    named: set[str] = set()
    for expression in roots_of(model):
        for part in walk(expression):
            name = part.name if isinstance(part, m.Defined) else part.place.text if _is_list(part) else ""
            if name.isidentifier() and name not in named:
                named.add(name)
                yield Term(name, _meaning(part))


def _is_list(part: m.Expression) -> bool:
    """Whether it is a list of values, not of stages."""
    return isinstance(part, m.Items) and part.type in DATA_TYPES


def _meaning(part: m.Expression) -> str:
    if isinstance(part, m.Defined):
        return part.expression.place.text
    assert isinstance(part, m.Items)
    shown = [wording.value(part.type, value) for value in part.values[:MOST_MEMBERS]]
    more = len(part.values) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
