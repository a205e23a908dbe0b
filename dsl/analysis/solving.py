"""An unknown lead, its events and `as of`, what is known of them as formulas, and z3 to find such a lead."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Sequence
from contextlib import suppress

import z3
from attrs import define, field

from scorelang import model as m
from scorelang.analysis.advice import Advice, advice
from scorelang.analysis.clock import Clock, OutOfTimeError, checked
from scorelang.analysis.events import Events
from scorelang.analysis.logic import Formula, Term, at_most, both, implied, is_name, no, total
from scorelang.analysis.points import Aim
from scorelang.analysis.records import EARLIEST, LATEST, Record
from scorelang.analysis.witness import Candidate, Guess, candidate, whole
from scorelang.leads import Facts
from scorelang.values import DAY

# A lead with no more events than these is soon scored; so long is looked for one instead of another, in seconds.
FEW_EVENTS = 12
# Where it takes more, no more than these: the larger a lead is, the longer it takes to make it simple.
SOME_EVENTS = 120
FEWER_SECONDS = 0.5
# Of the time for one question, leads without events, or with few, are looked for first in this share.
SHARE_FEW = 0.2
# The same, where what is asked for is the most that there could be, which many a lead reaches without any event.
SHARE_SILENT = 0.5
# Before `as of` there are a hundred years, in which events have room that should lie apart.
PAST = 100 * 365 * DAY


@define(eq=False)
class Solving:
    """A lead of a model that is not known. What is written of it are its parts', which note it in `facts`.

    With `ordinary` the numbers of its fields are ordinary ones (`Number`).
    """

    model: m.CheckedModel
    ordinary: bool = field(default=False, kw_only=True)
    facts: list[Formula] = field(factory=list, init=False)
    now: Term = field(init=False)
    lead: Record = field(init=False)
    events: Events = field(init=False)
    # When whatever is written out, and every answer, must be there.
    clock: Clock = field(factory=Clock, init=False)
    _silent: Formula = field(init=False)
    _few: Formula = field(init=False)
    _some: Formula = field(init=False)
    _solver: z3.Solver = field(init=False)
    _told: int = field(default=0, init=False)
    _literals: dict[int, tuple[Formula, Formula]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.now = z3.Int("as of")
        self._silent = z3.Bool("nothing happened")
        self._few, self._some = z3.Bool("little happened"), z3.Bool("something happened")
        self.facts += [self.now >= EARLIEST + PAST, self.now <= LATEST]
        self.lead = Record("", {each.name: each for each in self.model.fields}, self.facts, self.clock, self.ordinary)
        self.write()

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
    def spread(self) -> dict[str, int]:
        """Classes whose events are best so far apart, in microseconds."""

    def solver(self) -> z3.Solver:
        """A solver that knows all that was written out."""
        self.lead.relate()
        if self.events.stale:
            self.events.build()
            self._renew()
        self._tell()
        return self._solver

    def _renew(self) -> None:
        """Start anew, with the events as they are now."""
        self._solver, self._told, self._literals = z3.Solver(), 0, {}
        # Of z3's two ways to do arithmetic, the older one decides sums of points in half the time.
        self._solver.set("arith.solver", 2)
        numbers = [one.number for one in self.events.classes]
        every = total(numbers)
        # One formula is told sooner than many.
        self._solver.add(both(*self.events.facts, *(implied(self._silent, at_most(each, 0)) for each in numbers)))
        for limited, most in ((self._few, FEW_EVENTS), (self._some, SOME_EVENTS)):
            self._solver.add(implied(limited, at_most(every, most)))

    def _tell(self) -> None:
        self._solver.add(both(*self.facts[self._told :]))
        self._told = len(self.facts)

    def allows(self, goals: Sequence[Formula], deadline: float) -> bool:
        """Whether the formulas leave room for such a lead, which is not made. Raises `OutOfTimeError`."""
        with self.clock.set(deadline):
            solver = self.solver()
            return checked(solver, deadline, *map(self._literal, goals))

    def comes_to(
        self, term: Term, least: int, goals: Sequence[Formula], deadline: float, *, silent: bool = False
    ) -> tuple[int, z3.ModelRef] | None:
        """A number of no less than that which the formulas let a term be where all goals are met, and the model of it.

        None for none. Without any event, if `silent`, it is asked for first: that is a far smaller question. Raises
        `OutOfTimeError`.
        """
        with self.clock.set(deadline):
            solver = self.solver()
            asked = [self._literal(goal) for goal in (*goals, term >= least)]
            if (silent and self._is_silent(solver, deadline, asked)) or checked(solver, deadline, *asked):
                model = solver.model()
                return whole(model, term), model
            return None

    def _is_silent(self, solver: z3.Solver, deadline: float, asked: Sequence[Formula]) -> bool:
        """Whether that is soon found without any event."""
        with suppress(OutOfTimeError):
            until = time.monotonic() + (deadline - time.monotonic()) * SHARE_SILENT
            return bool(self.events.classes) and checked(solver, until, self._silent, *asked)
        return False

    def lead_of(self, model: z3.ModelRef) -> Facts | None:
        """The lead that a model stands for; None where it is none, or a large one."""
        if sum(whole(model, one.number) for one in self.events.classes) > SOME_EVENTS:
            return None
        lead = candidate(self, model)
        return None if lead is None else lead.facts

    def advice(self, goals: Sequence[Formula], term: Term, *, up: bool, seconds: float) -> Advice | None:
        """What another solver says of the most (or least) that a term can be for leads that meet all goals."""
        self.solver()
        facts = [*self.events.facts, *self.facts, *goals]
        return advice(facts, self.events.numbers, term, up=up, seconds=seconds)

    def find(self, goals: Sequence[Formula], deadline: float, *, exactly: bool = False) -> Candidate | None:
        """A lead that should meet all goals; None when there is none.

        With `exactly` only leads are looked at of which the formulas say all that the model does. `deadline` is told by
        `time.monotonic`. Raises `OutOfTimeError`.
        """
        with self.clock.set(deadline):
            return self._find(goals, deadline, exactly=exactly)

    def _find(self, goals: Sequence[Formula], deadline: float, *, exactly: bool) -> Candidate | None:
        solver = self.solver()
        asked = [self._literal(goal) for goal in goals]
        asked += [self._literal(no(each)) for each in self.loose] if exactly else []
        while (model := self._model(solver, deadline, asked, exactly=exactly)) is not None:
            lead = candidate(self, model)
            if lead is not None:
                return lead
            # What was found is no lead; why not is a fact now.
            self._tell()
        return None

    def _model(
        self, solver: z3.Solver, deadline: float, asked: Sequence[Formula], *, exactly: bool
    ) -> z3.ModelRef | None:
        """A model of z3, with few events if one is soon found.

        Without any event, and `exactly` with few, it is asked for first: that is a far smaller question.
        """
        smaller = [self._silent, self._few] if exactly else [self._silent]
        for few in smaller if self.events.classes else ():
            with suppress(OutOfTimeError):
                if checked(solver, time.monotonic() + (deadline - time.monotonic()) * SHARE_FEW, few, *asked):
                    return solver.model()
        if not checked(solver, deadline, *asked):
            return None
        model = solver.model()
        number = sum(whole(model, one.number) for one in self.events.classes)
        for limit, fewer in ((FEW_EVENTS, self._few), (SOME_EVENTS, self._some)):
            with suppress(OutOfTimeError):
                until = min(deadline, time.monotonic() + FEWER_SECONDS)
                if number > limit and checked(solver, until, fewer, *asked):
                    return solver.model()
        return model

    def _literal(self, goal: Formula) -> Formula:
        """A Boolean that is true where a goal is met.

        Goals are asked for by these and never told, so that what z3 learns of one is there for the next.
        """
        key = goal.get_id()
        if is_name(goal) or (z3.is_not(goal) and is_name(goal.arg(0))):
            return goal
        if key not in self._literals:
            literal = z3.Bool(f"goal {len(self._literals)}")
            self._literals[key] = (goal, literal)
            self._solver.add(literal == goal)
        return self._literals[key][1]
