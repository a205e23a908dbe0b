"""The rules of a model as data: what each gives, for what, why, and where it stands."""

from __future__ import annotations

from typing import Literal, Protocol

from attrs import frozen

from scorelang import model as m
from scorelang.values import from_hundredths

Kind = Literal["rule", "each", "branch", "otherwise", "matrix"]


class HasChecked(Protocol):
    """A public model: whatever holds a checked one."""

    @property
    def checked(self) -> m.CheckedModel:
        """The checked model."""


@frozen
class RuleInfo:
    """One rule that gives points.

    `id` is its stable identity, `group` its category or persona (None outside of them), `condition` when it fires, as
    typed. `points` is a float exact to the hundredth, the text of an expression, or for a matrix its rows. `modifiers`
    are as typed, `path` and `line` say where it stands.
    """

    id: str
    kind: Kind
    group: str | None
    condition: str
    points: float | str | tuple[tuple[float, ...], ...]
    modifiers: str
    reason: str | None
    path: str
    line: int


def rules_of(model: m.CheckedModel) -> tuple[RuleInfo, ...]:
    """Every rule of a model, in the order of the text."""
    return tuple(_info(rule) for rule in m.rules_of(model.ordered))


def _info(rule: m.Rule | m.Grid) -> RuleInfo:
    if isinstance(rule, m.Grid):
        cells = tuple(tuple(map(from_hundredths, row)) for row in rule.points)
        return RuleInfo(
            rule.id, "matrix", rule.group, rule.text, cells, "", rule.reason, rule.place.source.name, rule.place.line
        )
    points = from_hundredths(rule.points) if isinstance(rule.points, int) else rule.points.place.text
    return RuleInfo(
        rule.id, "each" if rule.form == "each" else "rule", rule.group, rule.text, points, "", rule.reason,
        rule.place.source.name, rule.place.line,
    )  # fmt: skip
