"""The least and the greatest that a number can be, over all leads: found by asking for more, and then by halves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from attrs import frozen

from scorelang.analysis.clock import OutOfTimeError
from scorelang.analysis.logic import Formula, Term
from scorelang.analysis.questions import Answer, Questions
from scorelang.analysis.solving import Solving
from scorelang.analysis.spans import ANYTHING, Span
from scorelang.interpret import Outcome, interpret
from scorelang.leads import Facts
from scorelang.testing.vocabulary import USUAL

# Points past this many hundredths have no limit: no rule that gives points of its own reaches as far.
FAR = 100_000_000_000
# A number that has no limit is followed so far, in hundredths.
FAR_ENOUGH = 10_000
FIRST_STEP = 400
# Whether the highest that could be is reached is asked first, and may take this share of the time.
TOP_SHARE = 0.25


@frozen
class Extreme:
    """The most (or least) that a number can be, in hundredths.

    `reached` is what the lead `facts` comes to, None when no lead was found in time. It is `exact` when no lead goes
    beyond; where time ran out, `limit` is how far a lead could go at most, if that much is known. `unlimited`: there is
    no end to it.
    """

    reached: int | None
    facts: Facts | None
    exact: bool
    limit: int | None = None
    unlimited: bool = False


T = TypeVar("T")


class Asked(Protocol[T]):
    """What may be asked for leads: of one model, or of two versions. A `T` is what a lead comes to."""

    @property
    def encoding(self) -> Solving:
        """The formulas."""

    @property
    def leads(self) -> list[tuple[Facts, T]]:
        """Leads that were found, with what they come to."""

    @property
    def assumptions(self) -> list[Formula]:
        """What is true of every lead that is looked at."""

    def can(self, goals: Sequence[Formula], holds: Callable[[T], bool], seconds: float | None = None) -> Answer:
        """Whether there is a lead that meets all goals; `holds` says of what a lead comes to whether it does."""


def extreme(
    questions: Questions,
    term: Term,
    value: Callable[[Outcome], int],
    *,
    up: bool,
    seconds: float,
    span: Span = ANYTHING,
    goals: Sequence[Formula] = (),
    holds: Callable[[Outcome], bool] = lambda outcome: True,
) -> Extreme:
    """The greatest (`up`) or least that a term can be for leads that meet `goals`, which `holds` says of an outcome.

    `span` is where the term lies at any rate.
    """
    if not questions.leads:
        nobody = Facts(None, {each.name: None for each in questions.model.fields}, (), USUAL)
        outcome = interpret(questions.model, nobody)
        if questions.meets(outcome):
            questions.leads.append((nobody, outcome))
    return furthest(questions, term, value, up=up, seconds=seconds, span=span, goals=goals, holds=holds)


def furthest(
    asked: Asked[T],
    term: Term,
    value: Callable[[T], int],
    *,
    up: bool,
    seconds: float,
    span: Span = ANYTHING,
    goals: Sequence[Formula] = (),
    holds: Callable[[T], bool] = lambda outcome: True,
) -> Extreme:
    """The same of whatever leads come to."""
    top = span.high if up else None if span.low is None else -span.low
    deadline = time.monotonic() + seconds
    return _Search(asked, term, value, 1 if up else -1, top, max(1, span.grain), goals, holds, deadline).run()


@frozen(eq=False)
class _Search(Generic[T]):
    questions: Asked[T]
    term: Term
    value: Callable[[T], int]
    sign: int
    # Nothing goes beyond, where that is known; and what all numbers are multiples of.
    top: int | None
    grain: int
    goals: Sequence[Formula]
    holds: Callable[[T], bool]
    deadline: float

    def run(self) -> Extreme:
        """Search upwards of `sign` times the number."""
        start = self.start()
        if start is None:
            return Extreme(None, None, False)
        low, facts = start
        unlimited = self.top is None and self._has_no_end()
        step, high = FIRST_STEP, None if self.top is None else self.top // self.grain * self.grain
        at_top = high is not None
        while high is None or low < high:
            goal = low + step if high is None else high if at_top else self._between(low, high)
            verdict, reached = self.beyond(goal, TOP_SHARE if at_top else 1.0)
            if reached is not None:
                low, facts = reached
                step *= 4
                if unlimited and low >= FAR_ENOUGH:
                    break
            elif verdict == "no":
                high = (goal - 1) // self.grain * self.grain
            elif not at_top:
                limit = None if high is None else self.sign * high
                return Extreme(self.sign * low, facts, False, limit, unlimited)
            at_top = False
        return Extreme(self.sign * low, facts, not unlimited, unlimited=unlimited)

    def _between(self, low: int, high: int) -> int:
        """Half way up, at a number that can occur."""
        steps = (low + high + 1) // 2 // self.grain
        return steps * self.grain if steps * self.grain > low else min(high, (steps + 1) * self.grain)

    def _has_no_end(self) -> bool:
        try:
            goals = [*self.goals, *self.questions.assumptions, self.sign * self.term >= FAR]
            return self.questions.encoding.allows(goals, self.deadline)
        except OutOfTimeError:
            return False

    def measured(self, outcome: T) -> int:
        """What a lead comes to."""
        return self.sign * self.value(outcome)

    def start(self) -> tuple[int, Facts] | None:
        """The best of the leads that are known already, or else any lead at all."""
        asked = self.questions
        if not any(self.holds(outcome) for _, outcome in asked.leads):
            asked.can(self.goals, self.holds, self.deadline - time.monotonic())
        found = [(self.measured(outcome), facts) for facts, outcome in asked.leads if self.holds(outcome)]
        return max(found, key=lambda pair: pair[0], default=None)

    def beyond(self, goal: int, share: float) -> tuple[str, tuple[int, Facts] | None]:
        """Whether any lead comes to so much, and what it comes to, in a share of the time that is left."""

        def enough(outcome: T) -> bool:
            return self.holds(outcome) and self.sign * self.value(outcome) >= goal

        left = (self.deadline - time.monotonic()) * share
        answer = self.questions.can([*self.goals, self.sign * self.term >= goal], enough, left)
        if answer.facts is None:
            return answer.verdict, None
        outcome = next(outcome for facts, outcome in self.questions.leads if facts is answer.facts)
        return answer.verdict, (self.measured(outcome), answer.facts)
