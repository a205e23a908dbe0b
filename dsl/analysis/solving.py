"""An unknown lead, its events and `as of`, what is known of them as formulas, and z3 to find such a lead."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Sequence

import z3
from attrs import define, field

from scorelang import model as m
from scorelang.analysis.clock import Clock, OutOfTimeError, checked
from scorelang.analysis.events import Events
from scorelang.analysis.logic import Formula, Term, either, implied, no, total
from scorelang.analysis.points import Aim
from scorelang.analysis.records import EARLIEST, LATEST, Record
from scorelang.analysis.witness import Candidate, Guess, candidate, whole

# A lead with no more events than these is soon scored; so long is looked for one, in seconds.
FEW_EVENTS = 40
FEWER_SECONDS = 0.5
# Of the time for one question, leads without events are looked for in this share.
SHARE_WITHOUT = 0.2


@define(eq=False)
class Solving:
    """A lead of a model that is not known. What is written of it are its parts', which note it in `facts`."""

    model: m.CheckedModel
    facts: list[Formula] = field(factory=list, init=False)
    now: Term = field(init=False)
    lead: Record = field(init=False)
    events: Events = field(init=False)
    # When whatever is written out, and every answer, must be there.
    clock: Clock = field(factory=Clock, init=False)
    _silent: Formula = field(init=False)
    _solver: z3.Solver = field(init=False)
    _told: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self.now = z3.Int("as of")
        self._silent = z3.Bool("nothing happened")
        self.facts += [self.now >= EARLIEST, self.now <= LATEST]
        self.lead = Record("", {each.name: each for each in self.model.fields}, self.facts, self.clock)
        self.write()
        self._solver = z3.Solver()

    @abstractmethod
    def write(self) -> None:
        """Make the events, and the parts that say what a model makes of it all."""

    @property
    @abstractmethod
    def loose(self) -> list[Formula]:
        """What of a lead the formulas say less of than the model does."""

    @property
    @abstractmethod
    def aims(self) -> list[Aim]:
        """Points that events give from their own numbers."""

    @property
    @abstractmethod
    def guesses(self) -> list[Guess]:
        """Conditions of which nothing is known."""

    @property
    @abstractmethod
    def spread(self) -> dict[str, str]:
        """Classes whose events are best spread over so many days."""

    def solver(self) -> z3.Solver:
        """A solver that knows all that was written out."""
        self.lead.relate()
        if self.events.stale:
            self.events.build()
            self._solver, self._told = z3.Solver(), 0
            self._solver.add(self.events.facts)
            self._solver.add([implied(self._silent, one.number == 0) for one in self.events.classes])
        self._tell()
        return self._solver

    def _tell(self) -> None:
        self._solver.add(self.facts[self._told :])
        self._told = len(self.facts)

    def allows(self, goals: Sequence[Formula], deadline: float) -> bool:
        """Whether the formulas leave room for such a lead, which is not made. Raises `OutOfTimeError`."""
        with self.clock.set(deadline):
            return checked(self.solver(), deadline, *goals)

    def _without_events(self, solver: z3.Solver, deadline: float) -> bool:
        """Whether z3 soon finds a model without any event: that is asked first, as it is a far smaller question."""
        until = time.monotonic() + (deadline - time.monotonic()) * SHARE_WITHOUT
        try:
            return bool(self.events.classes) and checked(solver, until, self._silent)
        except OutOfTimeError:
            return False

    def _fewer(self, solver: z3.Solver, model: z3.ModelRef, deadline: float) -> z3.ModelRef:
        """A model with few events, if z3 soon finds one: it takes many where a few would do."""
        numbers = [one.number for one in self.events.classes]
        if sum(whole(model, number) for number in numbers) <= FEW_EVENTS:
            return model
        until = min(deadline, time.monotonic() + FEWER_SECONDS)
        try:
            return solver.model() if checked(solver, until, total(numbers) <= FEW_EVENTS) else model
        except OutOfTimeError:
            return model

    def find(self, goals: Sequence[Formula], deadline: float, *, exactly: bool = False) -> Candidate | None:
        """A lead that should meet all goals; None when there is none.

        With `exactly` only leads are looked at of which the formulas say all that the model does. `deadline` is told by
        `time.monotonic`. Raises `OutOfTimeError`.
        """
        with self.clock.set(deadline):
            return self._find(goals, deadline, exactly=exactly)

    def _find(self, goals: Sequence[Formula], deadline: float, *, exactly: bool) -> Candidate | None:
        solver = self.solver()
        solver.push()
        try:
            solver.add(*goals)
            if exactly:
                solver.add(no(either(*self.loose)))
            told = self._told
            while True:
                if self._without_events(solver, deadline):
                    lead = candidate(self, solver.model())
                elif checked(solver, deadline):
                    lead = candidate(self, self._fewer(solver, solver.model(), deadline))
                else:
                    return None
                if lead is not None:
                    return lead
                # What was found is no lead; why not is a fact now.
                solver.add(self.facts[told:])
                told = len(self.facts)
        finally:
            solver.pop()
