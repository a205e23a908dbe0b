"""Which points of a model can be learned, and which are left as they are, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from scorelang import model as m
from scorelang import nodes as n
from scorelang.check.walk import walk
from scorelang.diagnostics import Diagnostics
from scorelang.parse import parse
from scorelang.source import Span
from scorelang.values import MOST_POINTS

HUNDRED = 100


@frozen
class Line:
    """Points that can be learned: those of a rule or branch, or all equal ones of a matrix.

    `rule` is the number of the rule in the table, `id` its identity; `points` are hundredths, `least` and `most` what
    they may become (the sign stays), `spans` where they are typed. `cell` is set for those of a matrix. `blanks` is
    whether the condition holds because something is missing.
    """

    rule: int
    id: str
    place: m.Place
    group: int | None
    text: str
    points: int
    least: int
    most: int
    spans: tuple[Span, ...]
    cell: bool
    blanks: bool


@frozen
class Left:
    """A rule whose points are left as they are, and why."""

    rule: str
    line: int
    why: str


def lines_of(model: m.CheckedModel) -> tuple[tuple[Line, ...], tuple[Left, ...]]:
    """What can be learned of a model, in the order of its rules, and what is left."""
    typed = _typed(model)
    kinds = _kinds(model)
    groups = {group.name: number for number, group in enumerate(model.groups)}
    lines: list[Line] = []
    left: list[Left] = []
    for number, rule in enumerate(m.rules_of(model.ordered)):
        group = None if rule.group is None else model.groups[groups[rule.group]]
        why = _why_left(model, rule, group, best=kinds.get(id(rule), False))
        found = () if why else tuple(_lines(number, rule, group, groups, typed[rule.place.span]))
        lines += found
        if not found:
            left.append(Left(rule.id, rule.place.line, why or "it gives no points"))
    return tuple(lines), tuple(left)


def _typed(model: m.CheckedModel) -> Mapping[Span, n.Rule | n.Matrix]:
    """The rules as typed in the model's own file, by where they stand."""
    file = parse(model.source, Diagnostics())
    return {node.span: node for node in n.descend(file) if isinstance(node, n.Rule | n.Matrix)}


def _kinds(model: m.CheckedModel) -> dict[int, bool]:
    """For each branch of a choice whether the most points win."""
    every = (part for parts in (model.scoring, *(group.scoring for group in model.groups)) for part in parts)
    choices = (part for part in every if isinstance(part, m.Choice))
    return {id(branch): choice.best for choice in choices for branch in choice.branches}


def _why_left(model: m.CheckedModel, rule: m.Rule | m.Grid, group: m.Group | None, *, best: bool) -> str | None:
    """Why the points of a rule cannot be learned; None where they can."""
    if rule.place.source is not model.source:
        return f"it stands in {rule.place.source.name}"
    if group is not None and group.word == "persona":
        return "its points decide which persona a lead has"
    if group is not None and group.silence is not None:
        return f"{group.name} loses points for silence"
    if group is not None and isinstance(group.least or group.most, str):
        return f"{group.name} is bounded by another category"
    if isinstance(rule, m.Grid):
        return None
    if best:
        return "its points decide which branch counts"
    if not isinstance(rule.points, int):
        return "its points are worked out of the lead"
    if rule.form == "each":
        return "it counts once for every event"
    if rule.modifiers.decays:
        return "its points fade"
    if not rule.points:
        return "it gives no points"
    return None if _within(rule) else "its bounds cut its points"


def _within(rule: m.Rule) -> bool:
    least, most = rule.modifiers.least, rule.modifiers.most
    assert isinstance(rule.points, int)
    return (least is None or rule.points >= least) and (most is None or rule.points <= most)


def _lines(
    number: int,
    rule: m.Rule | m.Grid,
    group: m.Group | None,
    groups: Mapping[str, int],
    node: n.Rule | n.Matrix,
) -> Iterator[Line]:
    where = None if rule.group is None else groups[rule.group]
    if isinstance(rule, m.Grid) and isinstance(node, n.Matrix):
        for points, spans in _cells(rule, node).items():
            least, most = _room(points, None, group)
            tests = (test for test in (*rule.rows, *rule.columns) if test is not None)
            blanks = any(map(leans_on_blanks, tests))
            yield Line(number, rule.id, rule.place, where, rule.text, points, least, most, spans, True, blanks)
    elif isinstance(rule, m.Rule) and isinstance(node, n.Rule) and isinstance(rule.points, int):
        least, most = _room(rule.points, rule.modifiers, group)
        blanks = rule.condition is not None and leans_on_blanks(rule.condition)
        spans = (node.points.span,)
        yield Line(
            number, rule.id, rule.place, where, rule.text, rule.points, least, most, spans, False, blanks
        )  # fmt: skip


def _cells(grid: m.Grid, node: n.Matrix) -> dict[int, tuple[Span, ...]]:
    """Where each number of points other than 0 stands in a matrix."""
    found: dict[int, list[Span]] = {}
    for row, typed in zip(grid.points, node.rows[1:], strict=True):
        for points, cell in zip(row, typed.cells[1:], strict=True):
            if points:
                found.setdefault(points, []).append(cell.values[0].span)
    return {points: tuple(spans) for points, spans in found.items()}


def _room(points: int, modifiers: m.Modifiers | None, group: m.Group | None) -> tuple[int, int]:
    """What points may become: of the same sign or 0, within the rule's bounds, and no more than its category has."""
    least, most = (0, MOST_POINTS * HUNDRED) if points > 0 else (-MOST_POINTS * HUNDRED, 0)
    if modifiers is not None:
        least = least if modifiers.least is None else max(least, modifiers.least)
        most = most if modifiers.most is None else min(most, modifiers.most)
    if group is not None and isinstance(group.most, int):
        most = min(most, max(group.most, points))
        if isinstance(group.least, int):
            least = max(least, min(min(group.least, 0) or group.least - group.most, points))
    return least, most


def leans_on_blanks(condition: m.Expression) -> bool:
    """Whether a condition can be true because a field is missing."""
    return any(isinstance(one, m.Negated) and isinstance(one.item, m.IsKnown) for one in walk(condition))
