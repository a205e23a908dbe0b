"""The least and the greatest that a number can be, over all leads: found by asking for more, and then by halves.

Formulas alone are asked first, for which no lead is made; then for a lead that comes to as much as they say. Where z3
is not soon done, and there is another solver, that one says what is the most, and z3 only whether it is so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

import z3
from attrs import field, frozen

from scorelang.analysis.clock import OutOfTimeError
from scorelang.analysis.extra import is_installed
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
# Points are mostly whole or halves, though some wear off in hundredths: so near the end it is asked first for any more.
NEARLY = 400
# Whether the highest that could be is reached is asked first, and may take this share of the time.
TOP_SHARE = 0.25
# So long z3 searches alone, in seconds of the processor for so many facts (of the clock, four times as long): mostly it
# is done by then, and what comes after takes as long again before it even begins.
PATIENCE = 1.0
FACTS = 300
# Of the time that is left then, another solver may take this share.
ADVISED_SHARE = 0.5
# The formulas alone are asked in at most this share of the time.
FORMULAS_SHARE = 0.5


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


@frozen
class Patience:
    """How long z3 searches alone. A busy machine makes its seconds longer, but not those of the processor."""

    seconds: float
    until: float = field(init=False)
    _start: float = field(factory=time.thread_time, init=False)

    @until.default
    def _until(self) -> float:
        return time.monotonic() + 4 * self.seconds

    @property
    def is_over(self) -> bool:
        """Whether it has searched for long enough."""
        return time.thread_time() - self._start >= self.seconds or time.monotonic() >= self.until


@frozen(eq=False)
class Allowed:
    """How far formulas let leads come, with z3's model of it, and beyond what they let none; None for no end."""

    low: int
    high: int | None
    model: z3.ModelRef | None = None


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

    def noted(self, facts: Facts) -> T | None:
        """What a lead comes to, which is noted; None where what is assumed is not true of it."""

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
        patience = self.patience() if high is not None and low < high else None
        allowed = Allowed(low, high) if unlimited else self.allowed(low, high, patience)
        aim, high = allowed.low, allowed.high
        patience = None if aim == high else patience
        low, facts = max((low, facts), self.shown(allowed) or (low, facts), key=lambda pair: pair[0])
        at_top, hopeful = high is not None, True
        while high is None or low < high:
            if patience is not None and high is not None and patience.is_over:
                high, reached = self.advised(low, high)
                low, facts = reached or (low, facts)
                patience, at_top, hopeful, aim = None, True, True, high
                continue
            last = not at_top and hopeful and high is not None and high - low < NEARLY
            goal = aim if at_top and low < aim else self._further(low, step, low if last else high, unlimited)
            verdict, reached = self.beyond(goal, TOP_SHARE if at_top else 1.0, patience)
            if reached is not None:
                low, facts = reached
                step *= 4
                hopeful = not last
                if unlimited and low >= FAR_ENOUGH:
                    break
            elif verdict == "no":
                high = (goal - 1) // self.grain * self.grain
            elif patience is not None:
                # Asked again, z3 would say the same.
                patience = Patience(0.0)
                continue
            elif not at_top:
                limit = None if high is None else self.sign * high
                return Extreme(self.sign * low, facts, False, limit, unlimited)
            at_top = False
        return Extreme(self.sign * low, facts, not unlimited, unlimited=unlimited)

    def allowed(self, low: int, high: int | None, patience: Patience | None) -> Allowed:
        """How far the formulas let leads come, by halves; as far as that is found out in the time."""
        asked, start = self.questions, time.monotonic()
        until = start + (self.deadline - start) * FORMULAS_SHARE
        until = until if patience is None else min(until, patience.until)
        conditions = [*self.goals, *asked.assumptions]
        top, goal, step, model, hopeful = high, high, FIRST_STEP, None, True
        with suppress(OutOfTimeError):
            while (high is None or low < high) and not (patience is not None and patience.is_over):
                if goal is None:
                    is_last = hopeful and high is not None and high - low < NEARLY
                    goal = low + self.grain if is_last else self._further(low, step, high, False)
                    hopeful = not is_last
                goal = self._aligned(goal)
                found = asked.encoding.comes_to(self.sign * self.term, goal, conditions, until, silent=goal == top)
                if found is None:
                    high = goal - self.grain
                else:
                    low, step, model = found[0] // self.grain * self.grain, step * 4, found[1]
                goal = None
        return Allowed(low, high, model)

    def shown(self, allowed: Allowed) -> tuple[int, Facts] | None:
        """What the lead comes to that the formulas' model stands for, if it stands for one."""
        facts = None if allowed.model is None else self.questions.encoding.lead_of(allowed.model)
        outcome = None if facts is None else self.questions.noted(facts)
        return None if facts is None or outcome is None or not self.holds(outcome) else (self.measured(outcome), facts)

    def _aligned(self, goal: int) -> int:
        """The next number that can occur."""
        return -(-goal // self.grain) * self.grain

    def patience(self) -> Patience | None:
        """For how long z3 searches alone from now on; None where there is no other solver."""
        if not is_installed():
            return None
        encoding = self.questions.encoding
        with suppress(OutOfTimeError):
            # What takes long may be to write it all out, which is no search.
            encoding.solver()
        return Patience(PATIENCE * max(1.0, (len(encoding.facts) + len(encoding.events.facts)) / FACTS))

    def advised(self, low: int, high: int) -> tuple[int, tuple[int, Facts] | None]:
        """What no lead goes beyond, as another solver says; and a lead that it hints at, where that is better."""
        asked, left = self.questions, self.deadline - time.monotonic()
        if left <= 0:
            return high, None
        goals = [*self.goals, *asked.assumptions]
        found = asked.encoding.advice(goals, self.term, up=self.sign > 0, seconds=left * ADVISED_SHARE)
        if found is None:
            return high, None
        high = min(high, found.most // self.grain * self.grain)
        if found.reached <= low:
            return max(high, low), None
        return high, self.beyond(min(found.reached, high), TOP_SHARE, hints=found.hints)[1]

    def _further(self, low: int, step: int, high: int | None, unlimited: bool) -> int:
        """What to ask for next."""
        if high is not None:
            return self._between(low, high)
        return min(low + step, FAR_ENOUGH) if unlimited else low + step

    def _between(self, low: int, high: int) -> int:
        """Half way up, at a number above the lower one that can occur."""
        half = (low + high + 1) // 2
        return max(half, low + self.grain) // self.grain * self.grain

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

    def beyond(
        self, goal: int, share: float, patience: Patience | None = None, hints: Sequence[Formula] = ()
    ) -> tuple[str, tuple[int, Facts] | None]:
        """Whether any lead comes to so much, and what it comes to, in a share of the time that is left.

        With `hints` only leads are looked at of which these hold.
        """

        def enough(outcome: T) -> bool:
            return self.holds(outcome) and self.sign * self.value(outcome) >= goal

        left = (self.deadline - time.monotonic()) * share
        left = left if patience is None else min(left, patience.until - time.monotonic())
        answer = self.questions.can([*self.goals, self.sign * self.term >= goal, *hints], enough, left)
        if answer.facts is None:
            return answer.verdict, None
        outcome = next(outcome for facts, outcome in self.questions.leads if facts is answer.facts)
        return answer.verdict, (self.measured(outcome), answer.facts)
