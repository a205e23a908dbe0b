"""What a model can come to at all: its least and greatest numbers, its stages and grades, and what of it never matters.

`bounds` is the one function that other tools call: it takes a limit in seconds and always answers, with what it found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from random import Random
from typing import Literal

from attrs import Factory, define, evolve, frozen

from scorelang import model as m
from scorelang.analysis.clock import OutOfTimeError
from scorelang.analysis.logic import Term, both
from scorelang.analysis.optimum import Extreme, extreme
from scorelang.analysis.questions import Answer, Questions
from scorelang.analysis.spans import Span, score_span, spans_of
from scorelang.analysis.verdict import Verdict
from scorelang.interpret import Outcome, interpret
from scorelang.leads import Fact, Facts
from scorelang.testing.leads import generated, material_of

# One number takes at most this share of the time that is left, so that none takes it all.
SHARE = 0.25
# Before anything is asked, so many leads that are made up are scored, in at most this share of the time.
TRIED = 60
TRYING = 0.1
# Of so many leads things are left out, to come to the points at which something begins.
STRIPPED = 4


Word = Literal["score", "category", "persona"]
Value = Callable[[Outcome], int]
Holds = Callable[[Outcome], bool]


class NoLeadError(Exception):
    """What is given is true of no lead at all."""


@frozen
class Range:
    """The score (`score`), a category or a persona, and the least and greatest it can be."""

    word: Word
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
    """A bound of a category, persona or the score: hundredths, or the name of a category.

    `binds` is whether it changes the points of any lead. The maximum of a category with a weight always does.
    """

    word: Word
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
    # Whether some of it was given up for lack of time; what is open otherwise stays so.
    late: bool

    @property
    def exact(self) -> bool:
        """Whether every number was found out."""
        return all(one.exact or one.unlimited for range_ in self.ranges for one in (range_.least, range_.greatest))

    @property
    def decided(self) -> bool:
        """Whether everything was found out."""
        verdicts = [*(label.verdict for label in self.labels), *(bound.binds for bound in self.bounds)]
        return self.exact and "unknown" not in verdicts


def bounds(
    model: m.CheckedModel, seconds: float, given: Sequence[m.Expression] = (), *, simple: bool = False
) -> Bounds:
    """What a model can come to, for leads for which every condition of `given` is true.

    The answer comes within so many seconds, or a little later: what is not found out by then is `unknown`, or a number
    with how far it could go at most, and `decided` is False. z3 is loaded when this is called (some 0.1 s); with a
    limit of half a second small models are done, and large ones have the ends that their points have at any rate.

    With `simple` every lead is made as simple as can be, which takes longer. Raises `NoLeadError` when there is no such
    lead, and `DisagreementError` when the formulas and the interpreter differ.
    """
    start = time.perf_counter()
    asked = Questions(model, seconds=seconds, assumed=given)
    asked.encoding.clock.until = time.monotonic() + seconds
    if given and asked.can([], lambda outcome: True).no:
        raise NoLeadError
    try_leads(asked, seconds * TRYING)
    finder = _Finder(asked, model, time.monotonic() + seconds - (time.perf_counter() - start), simple)
    ranges = finder.ranges()
    labels = tuple(finder.labels())
    found = tuple(finder.bounds())
    late = any(each.late for each in (asked, *finder.own.values()))
    return Bounds(ranges, labels, found, time.perf_counter() - start, late)


def try_leads(asked: Questions, seconds: float) -> None:
    """Note what leads come to that are made up: many questions need no other."""
    material, random, until = material_of(asked.model), Random(0), time.monotonic() + seconds
    for _ in range(TRIED):
        if time.monotonic() > until:
            return
        facts = generated(material, random)
        outcome = interpret(asked.model, facts)
        if asked.meets(outcome):
            asked.leads.append((facts, outcome))


@define
class _Finder:
    asked: Questions
    model: m.CheckedModel
    until: float
    simple: bool
    own: dict[tuple[str, str], Questions] = Factory(dict)

    # --- numbers ---

    def ranges(self) -> tuple[Range, ...]:
        """The score first, but asked last: leads of the categories may serve it."""
        spans = spans_of(self.model)
        found: list[Range] = []
        for group in self.model.groups:
            asked = self.alone(group.word, group.name)
            term = partial(_term_of, asked, group)
            found.append(
                self.range(group.word, group.name, asked, term, _value_of(group), spans[group.word, group.name][0])
            )
        with suppress(OutOfTimeError):
            # Stages and the like are asked for later: written out at once, events are parted only once.
            self.asked.prepare()
        term = partial(_term_of, self.asked, None)
        return (self.range("score", "score", self.asked, term, _score, score_span(self.model)[1]), *found)

    def alone(self, word: str, name: str) -> Questions:
        """Questions of one category: nothing but its own rules is written out for them."""
        if (word, name) not in self.own:
            self.own[word, name] = Questions(self.model, self.until - time.monotonic(), self.asked.assumed)
            self.own[word, name].leads = self.asked.leads
            self.own[word, name].encoding.clock.until = self.until
        return self.own[word, name]

    def range(
        self, word: Word, name: str, asked: Questions, term: Callable[[], Term], value: Value, span: Span
    ) -> Range:
        found: list[Extreme] = []
        for up in (False, True):
            try:
                one = extreme(asked, term(), value, up=up, seconds=self.share(), span=span)
            except OutOfTimeError:
                asked.late = True
                one = self.reached(value, span, up=up)
            found.append(self.simplified(one, value))
        return Range(word, name, *found)

    def reached(self, value: Value, span: Span, *, up: bool) -> Extreme:
        """What is known without asking: the best of the leads, and where the points lie at any rate."""
        end = span.high if up else span.low
        leads = [(value(outcome), facts) for facts, outcome in self.asked.leads]
        best, facts = (max if up else min)(leads, key=lambda pair: pair[0], default=(None, None))
        return Extreme(best, facts, best is not None and best == end, end)

    def share(self) -> float:
        return max(0.1, (self.until - time.monotonic()) * SHARE)

    def simplified(self, one: Extreme, value: Value) -> Extreme:
        if one.facts is None:
            return one
        return evolve(one, facts=self.simplest(one.facts, lambda outcome: value(outcome) == one.reached))

    def simplest(self, facts: Facts, holds: Holds) -> Facts:
        """The lead, simpler where that is asked for and there is time."""
        if not self.simple:
            return facts
        return self.asked.simplest(facts, holds, self.until)

    # --- labels ---

    def labels(self) -> Iterator[Label]:
        asked = self.asked
        for stage in self.model.stages:
            answer = self.answer(partial(asked.can_reach, stage.name), _is("stage", stage.name))
            label = Label("stage", "stage", stage.name, stage.place, answer.verdict, answer.facts, stage.threshold)
            yield self.acting(label, asked, None)
        for grade in self.model.grades:
            yield from self.grades(grade)
        for group in self.model.groups:
            if group.word == "persona":
                answer = self.answer(partial(asked.can_be_persona, group.name), _is("persona", group.name))
                yield Label("persona", "persona", group.name, group.place, answer.verdict, answer.facts)
        for to in self.model.route:
            answer = self.answer(partial(asked.can_route, to.text), _is("route", to.text))
            yield Label("route", "route", to.text, to.place, answer.verdict, answer.facts)

    def grades(self, grade: m.Grade) -> Iterator[Label]:
        group = next((each for each in self.model.groups if (each.word, each.name) == ("category", grade.what)), None)
        asked = self.asked if group is None else self.alone("category", grade.what)
        for name, threshold in (*grade.bands, (grade.otherwise, None)):
            answer = self.answer(partial(asked.can_be_graded, grade.what, name), _is_graded(grade.what, name))
            label = Label("grade", grade.what, name, grade.place, answer.verdict, answer.facts, threshold)
            yield self.acting(label, asked, group)

    def answer(self, ask: Callable[[], Answer], holds: Holds) -> Answer:
        """An answer within the time; leads that are known answer at any time."""
        try:
            found = ask()
        except OutOfTimeError:
            self.asked.late = True
            found = Answer("unknown")
        if not found.facts and not found.no:
            facts = next((facts for facts, outcome in self.asked.leads if holds(outcome)), None)
            found = found if facts is None else Answer("yes", facts)
        return found if found.facts is None else evolve(found, facts=self.simplest(found.facts, holds))

    def acting(self, label: Label, asked: Questions, group: m.Group | None) -> Label:
        """The threshold of a label as the points that leads can have, where it is between two of them."""
        at, value = label.threshold, _score if group is None else _value_of(group)
        if at is None or label.verdict != "yes":
            return label
        if self.hits(value, at):
            return label
        try:
            term = _term_of(asked, group)
            if not asked.can([term == at], lambda outcome: value(outcome) == at).no:
                return label
            goals, reach = [both(term >= at)], self.share()
            next_ = extreme(
                asked, term, value, up=False, seconds=reach, goals=goals, holds=lambda outcome: value(outcome) >= at
            )
        except OutOfTimeError:
            return label
        return evolve(label, acts_as=next_.reached) if next_.exact and next_.reached is not None else label

    def hits(self, value: Value, at: int) -> bool:
        """Whether leaving out what known leads have, one thing after the other, comes to so much: z3 need not look."""
        above = [(facts, outcome) for facts, outcome in self.asked.leads if value(outcome) >= at]
        above.sort(key=lambda pair: value(pair[1]))
        return any(self.stripped(facts, outcome, value, at) for facts, outcome in above[:STRIPPED])

    def stripped(self, facts: Facts, outcome: Outcome, value: Value, at: int) -> bool:
        """Leave out of a lead what it can do without and still come to so much; whether it comes to no more then."""
        parts: list[str | Fact] = [name for name, known in facts.fields.items() if known is not None]
        for part in (*parts, *facts.events):
            if value(outcome) == at or time.monotonic() > self.until:
                break
            fewer = without(facts, part)
            found = interpret(self.model, fewer)
            if value(found) >= at and self.asked.meets(found):
                facts, outcome = fewer, found
                self.asked.leads.append((fewer, found))
        return value(outcome) == at

    # --- bounds ---

    def bounds(self) -> Iterator[Bound]:
        owners: list[tuple[Word, str, m.Group | None]]
        owners = [("score", "score", None), *((group.word, group.name, group) for group in self.model.groups)]
        for word, name, group in owners:
            sides: tuple[Literal["least", "most"], ...] = ("least", "most")
            for side in sides:
                bound = getattr(self.model if group is None else group, side)
                if bound is not None:
                    yield Bound(word, name, side, bound, self.binds(word, name, group, side))

    def binds(self, word: Word, name: str, group: m.Group | None, side: Literal["least", "most"]) -> Verdict:
        if group is not None and group.weight is not None and side == "most":
            # It is what 100% are of: points become a share of it, however few they are.
            return "yes"
        asked = self.asked if group is None else self.alone(word, name)
        return self.answer(partial(asked.can_bind, group, side), lambda outcome: False).verdict


def without(facts: Facts, part: str | Fact) -> Facts:
    """A lead without one of its fields or events."""
    if isinstance(part, str):
        return evolve(facts, fields={**facts.fields, part: None})
    return evolve(facts, events=tuple(event for event in facts.events if event is not part))


def _score(outcome: Outcome) -> int:
    return outcome.score


def _term_of(asked: Questions, group: m.Group | None) -> Term:
    """The score, or what a category or persona comes to."""
    results = asked.encoding.results
    return results.score if group is None else results.sums(group.name, group.word).value


def _value_of(group: m.Group) -> Value:
    return lambda outcome: next(done.value for done in outcome.subtotals if done.group is group)


def _is(what: str, name: str) -> Holds:
    return lambda outcome: getattr(outcome, what) == name


def _is_graded(what: str, name: str) -> Holds:
    return lambda outcome: outcome.grades[what] == name
