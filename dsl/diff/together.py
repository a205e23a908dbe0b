"""Two versions of a model made ready for one query over the same leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from attrs import evolve

from scorelang import model as m
from scorelang.diff.meaning import Meaning

T = TypeVar("T")


def read_alike(old: m.CheckedModel, new: m.CheckedModel) -> bool:
    """Whether both take the same from data, but for fields that only one of them has."""
    fields = {field.name: field for field in old.fields}
    return (
        (old.key, old.timezone, old.kinds) == (new.key, new.timezone, new.kinds)
        and all(fields.get(field.name, field) == field for field in new.fields)
        and _starts_over_alike(old, new)
    )


def _starts_over_alike(old: m.CheckedModel, new: m.CheckedModel) -> bool:
    meaning = Meaning()
    return meaning.of(old.start_over) == meaning.of(new.start_over)


def sharing(old: m.CheckedModel, new: m.CheckedModel) -> m.CheckedModel:
    """The old version with the new one's own objects for all parts that mean the same, for a query of both.

    Good for scoring alone: places of these parts are of the new version, and so the order of the text is lost.
    """
    meaning = Meaning()
    parts = {meaning.of(part): part for part in _parts(new)}

    def shared(own: Sequence[T]) -> tuple[T, ...]:
        return tuple(parts.get(meaning.of(part), part) for part in own)  # type: ignore[misc]

    return evolve(
        old,
        groups=tuple(evolve(group, scoring=shared(group.scoring)) for group in old.groups),
        scoring=shared(old.scoring),
        gates=shared(old.gates),
        stages=shared(old.stages),
        route=shared(old.route),
    )


def _parts(model: m.CheckedModel) -> list[object]:
    inner = [scoring for group in model.groups for scoring in group.scoring]
    return [*inner, *model.scoring, *model.gates, *model.stages, *model.route]
