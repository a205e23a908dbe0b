"""What a model can come to at all: its least and greatest numbers, its stages and grades, and what of it never matters.

`bounds` is the one function that other tools call: it takes a limit in seconds and always answers, with what it found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from attrs import define, evolve, frozen

from scorelang import model as m
from scorelang.analysis.logic import Term, both
from scorelang.analysis.optimum import Extreme, extreme
from scorelang.analysis.questions import Answer, Questions, Verdict
from scorelang.interpret import Outcome
from scorelang.leads import Facts

# One number takes at most this share of the time that is left, so that none takes it all.
SHARE = 0.25


class NoLeadError(Exception):
    """What is given is true of no lead at all."""


@frozen
class Range:
    """The score (`score`), a category or a persona, and the least and greatest it can be."""

    word: Literal["score", "category", "persona"]
    name: str
    least: Extreme
    greatest: Extreme


@frozen
class Label:
    """A stage, grade, persona or destination: whether a lead can have it, and one that does.

    Where it begins at a number of points (`threshold`, in hundredths) that none comes to exactly, `acts_as` is the next
    one that any does.
    """

    word: Literal["stage", "grade", "persona", "route"]
    what: str
    name: str
    place: m.Place | None
    verdict: Verdict
    facts: Facts | None
    threshold: int | None = None
    acts_as: int | None = None


@frozen
class Bound:
    """A bound of a category, persona or the score: hundredths, or the name of a category; and whether it ever binds."""

    word: Literal["score", "category", "persona"]
    name: str
    side: Literal["least", "most"]
    bound: int | str
    binds: Verdict


@frozen
class Bounds:
    """All that was found out about a model, and how long it took."""

    ranges: tuple[Range, ...]
    labels: tuple[Label, ...]
    bounds: tuple[Bound, ...]
    seconds: float

    @property
    def decided(self) -> bool:
        """Whether everything was found out."""
        exact = all(one.exact or one.unlimited for range_ in self.ranges for one in (range_.least, range_.greatest))
        verdicts = [*(label.verdict for label in self.labels), *(bound.binds for bound in self.bounds)]
        return exact and "unknown" not in verdicts


def bounds(
    model: m.CheckedModel, seconds: float, given: Sequence[m.Expression] = (), *, simple: bool = False
) -> Bounds:
    """What a model can come to, in about so many seconds, for leads for which every condition of `given` is true.

    With `simple` every lead is made as simple as can be, which takes longer. Raises `NoLeadError` when there is no such
    lead, and `DisagreementError` when the formulas and the interpreter differ.
    """
    start = time.perf_counter()
    asked = Questions(model, seconds=seconds, assumed=given)
    if given and asked.can([], lambda outcome: True).no:
        raise NoLeadError
    asked.prepare()
    finder = _Finder(asked, model, time.monotonic() + seconds, simple)
    labels = tuple(finder.labels())
    ranges = tuple(finder.ranges())
    return Bounds(ranges, labels, tuple(finder.bounds()), time.perf_counter() - start)


@define
class _Finder:
    asked: Questions
    model: m.CheckedModel
    until: float
    simple: bool

    # --- numbers ---

    def ranges(self) -> Iterator[Range]:
        yield self.range("score", "score", self.asked.encoding.results.score, lambda outcome: outcome.score)
        for group in self.model.groups:
            term = self.asked.encoding.results.sums(group.name, group.word).value
            yield self.range(group.word, group.name, term, _value_of(group))

    def range(
        self, word: Literal["score", "category", "persona"], name: str, term: Term, value: Callable[[Outcome], int]
    ) -> Range:
        found = [extreme(self.asked, term, value, up=up, seconds=self.share()) for up in (False, True)]
        least, greatest = (self.simplified(one, value) for one in found)
        return Range(word, name, least, greatest)

    def share(self) -> float:
        return max(0.1, (self.until - time.monotonic()) * SHARE)

    def simplified(self, one: Extreme, value: Callable[[Outcome], int]) -> Extreme:
        if not self.simple or one.facts is None:
            return one
        return evolve(one, facts=self.asked.simplest(one.facts, lambda outcome: value(outcome) == one.reached))

    # --- labels ---

    def labels(self) -> Iterator[Label]:
        asked, score = self.asked, self.asked.encoding.results.score
        for stage in self.model.stages:
            answer = self.shown(asked.can_reach(stage.name), _is("stage", stage.name))
            label = Label("stage", "stage", stage.name, stage.place, answer.verdict, answer.facts, stage.threshold)
            yield self.acting(label, score, lambda outcome: outcome.score)
        for grade in self.model.grades:
            yield from self.grades(grade)
        for group in self.model.groups:
            if group.word == "persona":
                answer = self.shown(asked.can_be_persona(group.name), _is("persona", group.name))
                yield Label("persona", "persona", group.name, group.place, answer.verdict, answer.facts)
        for to in self.model.route:
            answer = self.shown(asked.can_route(to.text), _is("route", to.text))
            yield Label("route", "route", to.text, to.place, answer.verdict, answer.facts)

    def grades(self, grade: m.Grade) -> Iterator[Label]:
        results = self.asked.encoding.results
        term = results.score if grade.what == "score" else results.sums(grade.what).value
        value = _score if grade.what == "score" else _value_of(results.group(grade.what))
        for name, threshold in (*grade.bands, (grade.otherwise, None)):
            answer = self.asked.can_be_graded(grade.what, name)
            answer = self.shown(answer, _is_graded(grade.what, name))
            label = Label("grade", grade.what, name, grade.place, answer.verdict, answer.facts, threshold)
            yield self.acting(label, term, value)

    def shown(self, answer: Answer, holds: Callable[[Outcome], bool]) -> Answer:
        if not self.simple or answer.facts is None:
            return answer
        return evolve(answer, facts=self.asked.simplest(answer.facts, holds))

    def acting(self, label: Label, term: Term, value: Callable[[Outcome], int]) -> Label:
        """The threshold of a label as the points that leads can have, where it is between two of them."""
        at = label.threshold
        if at is None or label.verdict != "yes":
            return label
        if not self.asked.can([term == at], lambda outcome: value(outcome) == at).no:
            return label
        goals, reach = [both(term >= at)], self.share()
        next_ = extreme(
            self.asked, term, value, up=False, seconds=reach, goals=goals, holds=lambda outcome: value(outcome) >= at
        )
        return evolve(label, acts_as=next_.reached) if next_.exact and next_.reached is not None else label

    # --- bounds ---

    def bounds(self) -> Iterator[Bound]:
        owners: list[tuple[Literal["score", "category", "persona"], str, m.Group | None]]
        owners = [("score", "score", None), *((group.word, group.name, group) for group in self.model.groups)]
        for word, name, group in owners:
            sides: tuple[Literal["least", "most"], ...] = ("least", "most")
            for side in sides:
                bound = getattr(self.model if group is None else group, side)
                if bound is not None:
                    yield Bound(word, name, side, bound, self.asked.can_bind(group, side).verdict)


def _score(outcome: Outcome) -> int:
    return outcome.score


def _value_of(group: m.Group) -> Callable[[Outcome], int]:
    return lambda outcome: next(done.value for done in outcome.subtotals if done.group is group)


def _is(what: str, name: str) -> Callable[[Outcome], bool]:
    return lambda outcome: getattr(outcome, what) == name


def _is_graded(what: str, name: str) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.grades[what] == name
