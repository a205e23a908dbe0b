"""The parts of a result that have few values, such as its stage: when two versions give which, and what a lead has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from attrs import frozen

from scorelang.analysis.logic import NO, Formula, both, either, no
from scorelang.analysis.pair import Side
from scorelang.analysis.shown import Both
from scorelang.diff.parts import Difference
from scorelang.diff.proof import Turn
from scorelang.interpret import Outcome
from scorelang.values import Value

Labels = Sequence[tuple[Value, Formula]]


@frozen(eq=False)
class Aspect:
    """A part of a result that has few values: when it has which, in either version, and what it is for a lead."""

    name: str
    old: Labels
    new: Labels
    of_old: Callable[[Both], str | None]
    of_new: Callable[[Both], str | None]

    @property
    def goal(self) -> Formula:
        """That it differs."""
        after = dict(self.new)
        pairs = [(formula, after.get(value, NO)) for value, formula in self.old]
        return either(*(both(one, no(other)) for one, other in pairs if one is not other))

    def differs(self, outcome: Both) -> bool:
        """Whether it differs for a lead."""
        return self.of_old(outcome) != self.of_new(outcome)

    def turn(self, outcome: Both) -> Turn:
        """What it is for a lead, before and after."""
        return Turn(self.of_old(outcome), self.of_new(outcome))

    def shows(self, turn: Turn, outcome: Both) -> bool:
        """Whether that change is what becomes of a lead."""
        return self.turn(outcome) == turn

    def turns(self) -> Iterator[tuple[Turn, Formula]]:
        """Every change that there could be."""
        for before, one in reversed(self.old):
            for after, other in reversed(self.new):
                if before != after and NO not in (one, other):
                    yield Turn(_text(before), _text(after)), both(one, other)


def aspects_of(old: Side, new: Side, found: Difference) -> Iterator[Aspect]:
    """The parts of a result that either version has, but for the score."""
    models = old.reading.model, new.reading.model
    stages, personas = found.renamed("stage"), found.renamed("persona")
    if any(model.stages for model in models):
        yield _aspect("stage", "stage", old, new, lambda one: one.stage, stages)
    if any(model.gates for model in models):
        yield _qualified(old, new)
    if any(group.word == "persona" for model in models for group in model.groups):
        yield _aspect("persona", "persona", old, new, lambda one: one.persona or "none", personas)
    if any(model.route for model in models):
        yield _aspect("destination", "route", old, new, lambda one: one.route, {})
    graded = {grade.what for grade in models[0].grades}
    for grade in models[1].grades:
        if grade.what in graded:
            what = grade.what
            yield _aspect("grade", f"grade {what}", old, new, partial(_graded, what), {}, what)


def _qualified(old: Side, new: Side) -> Aspect:
    before, after = old.results.qualified, new.results.qualified
    labels: Labels = [("yes", before), ("no", no(before))]
    others: Labels = labels if before is after else [("yes", after), ("no", no(after))]
    return Aspect("qualified", labels, others, *_says(lambda one: "yes" if one.qualified else "no", {}))


def _graded(what: str, outcome: Outcome) -> str:
    return outcome.grades[what]


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _says(
    read: Callable[[Outcome], str | None], renamed: Mapping[str, str]
) -> tuple[Callable[[Both], str | None], Callable[[Both], str | None]]:
    """What a part of the result is by either version, what was renamed by its new name."""

    def before(outcome: Both) -> str | None:
        value = read(outcome.old)
        return value if value is None else renamed.get(value, value)

    return before, lambda outcome: read(outcome.new)


def _aspect(
    what: str,
    name: str,
    old: Side,
    new: Side,
    read: Callable[[Outcome], str | None],
    renamed: Mapping[str, str],
    of: str | None = None,
) -> Aspect:
    before = old.results.named_labels(what, of or what)
    after = new.results.named_labels(what, of or what)
    named = [(renamed.get(str(value), value), formula) for value, formula in before]
    return Aspect(name, named, after, *_says(read, renamed))
