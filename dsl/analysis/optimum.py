"""The least and the greatest that a number can be, over all leads: found by asking for more, and then by halves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from attrs import frozen

from scorelang.analysis.encoding import OutOfTimeError
from scorelang.analysis.logic import Formula, Term
from scorelang.analysis.questions import Questions
from scorelang.interpret import Outcome, interpret
from scorelang.leads import Facts
from scorelang.testing.vocabulary import USUAL

# Points past this many hundredths have no limit: no rule that gives points of its own reaches as far.
FAR = 100_000_000_000
# A number that has no limit is followed so far, in hundredths.
FAR_ENOUGH = 10_000
FIRST_STEP = 400


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


def extreme(
    questions: Questions,
    term: Term,
    value: Callable[[Outcome], int],
    *,
    up: bool,
    seconds: float,
    goals: Sequence[Formula] = (),
    holds: Callable[[Outcome], bool] = lambda outcome: True,
) -> Extreme:
    """The greatest (`up`) or least that a term can be for leads that meet `goals`, which `holds` says of an outcome."""
    return _Search(questions, term, value, 1 if up else -1, goals, holds, time.monotonic() + seconds).run()


@frozen(eq=False)
class _Search:
    questions: Questions
    term: Term
    value: Callable[[Outcome], int]
    sign: int
    goals: Sequence[Formula]
    holds: Callable[[Outcome], bool]
    deadline: float

    def run(self) -> Extreme:
        """Search upwards of `sign` times the number."""
        start = self.start()
        if start is None:
            return Extreme(None, None, False)
        best, facts = start
        try:
            goals = [*self.goals, *self.questions.assumptions, self.sign * self.term >= FAR]
            unlimited = self.questions.encoding.allows(goals, self.deadline)
        except OutOfTimeError:
            unlimited = False
        low, step, high = best, FIRST_STEP, None
        while high is None or low < high:
            goal = low + step if high is None else (low + high + 1) // 2
            verdict, reached = self.beyond(goal)
            if reached is not None:
                low, facts = reached
                step *= 4
                if unlimited and low >= FAR_ENOUGH:
                    break
            elif verdict == "no":
                high = goal - 1
            else:
                limit = None if high is None else self.sign * high
                return Extreme(self.sign * low, facts, False, limit, unlimited)
        return Extreme(self.sign * low, facts, not unlimited, unlimited=unlimited)

    def measured(self, outcome: Outcome) -> int:
        """What a lead comes to."""
        return self.sign * self.value(outcome)

    def start(self) -> tuple[int, Facts] | None:
        """The best of the leads that are known already, or else any lead at all."""
        asked = self.questions
        if not asked.leads:
            nobody = Facts(None, {each.name: None for each in asked.model.fields}, (), USUAL)
            outcome = interpret(asked.model, nobody)
            if asked.meets(outcome):
                asked.leads.append((nobody, outcome))
        if not any(self.holds(outcome) for _, outcome in asked.leads):
            asked.can(self.goals, self.holds, self.deadline - time.monotonic())
        found = [(self.measured(outcome), facts) for facts, outcome in asked.leads if self.holds(outcome)]
        return max(found, key=lambda pair: pair[0], default=None)

    def beyond(self, goal: int) -> tuple[str, tuple[int, Facts] | None]:
        """Whether any lead comes to so much, and what it comes to."""

        def enough(outcome: Outcome) -> bool:
            return self.holds(outcome) and self.sign * self.value(outcome) >= goal

        left = self.deadline - time.monotonic()
        answer = self.questions.can([*self.goals, self.sign * self.term >= goal], enough, left)
        if answer.facts is None:
            return answer.verdict, None
        outcome = next(outcome for facts, outcome in self.questions.leads if facts is answer.facts)
        return answer.verdict, (self.measured(outcome), answer.facts)
