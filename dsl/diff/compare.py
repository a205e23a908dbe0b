"""From two checked models to all that differs in what they mean."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang.diff.meaning import Meaning
from scorelang.diff.parts import ORDER, Change, Difference, Version
from scorelang.diff.rules import Eyes, Units, renamed_groups, rule_changes, unit_pairs
from scorelang.diff.statements import (
    data_changes,
    gate_changes,
    grade_changes,
    group_changes,
    model_changes,
    route_changes,
    stage_changes,
)
from scorelang.diff.terms import term_changes, terms_of


def difference(old: m.CheckedModel, new: m.CheckedModel) -> Difference:
    """What a change of a model changes in what it means, part by part.

    Layout, comments, tests, the order of what has no order, and whether something has a name or is written out change
    nothing. Models with the same fingerprint differ in nothing.
    """
    versions = Version.of(old), Version.of(new)
    if old.fingerprint == new.fingerprint:
        return Difference(*versions, ())
    eyes = Eyes(Meaning(), Meaning(by_name=True))
    pairs = unit_pairs(old, new, eyes)
    found = sorted(_changes(old, new, pairs, eyes), key=lambda change: ORDER.index(change.what))
    kept = [(one.id, other.id) for one, other in pairs if one is not None and other is not None]
    kept += [(change.was, change.name) for change in found if change.what == "gate" and change.was is not None]
    return Difference(*versions, tuple(found), {one: other for one, other in kept if one != other})


def _changes(old: m.CheckedModel, new: m.CheckedModel, pairs: Units, eyes: Eyes) -> Iterator[Change]:
    terms = terms_of(old), terms_of(new)
    yield from model_changes(old, new, eyes)
    yield from group_changes(old, new, renamed_groups(pairs))
    yield from rule_changes(old, new, pairs, eyes)
    yield from gate_changes(old, new, eyes)
    yield from stage_changes(old, new, eyes)
    yield from grade_changes(old, new, eyes)
    yield from route_changes(old, new, eyes)
    yield from term_changes(*terms, eyes)
    yield from data_changes(old, new, terms[1].reaches)
