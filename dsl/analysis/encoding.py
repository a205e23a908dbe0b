"""A model over one unknown lead, its events and `as of`: all of it as formulas, and z3 to find such a lead."""

from __future__ import annotations

import time
from collections.abc import Sequence

import z3
from attrs import define, field

from scorelang import model as m
from scorelang.analysis.conditions import Conditions
from scorelang.analysis.events import Events
from scorelang.analysis.logic import Formula, Term, either, no, total
from scorelang.analysis.points import Points
from scorelang.analysis.records import EARLIEST, LATEST, Record
from scorelang.analysis.results import Results
from scorelang.analysis.shapes import Shapes
from scorelang.analysis.witness import Candidate, candidate, whole

# A lead with no more events than these is soon scored; so long is looked for one, in milliseconds.
FEW_EVENTS = 40
FEWER_MILLISECONDS = 500


class OutOfTimeError(Exception):
    """There was no answer in the time that was given."""


@define(eq=False)
class Encoding:
    """A model over an unknown lead. Its parts are written out when something is asked of them."""

    model: m.CheckedModel
    facts: list[Formula] = field(factory=list, init=False)
    now: Term = field(init=False)
    lead: Record = field(init=False)
    events: Events = field(init=False)
    conditions: Conditions = field(init=False)
    points: Points = field(init=False)
    results: Results = field(init=False)
    _solver: z3.Solver = field(init=False)
    _told: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        shapes = Shapes()
        self.now = z3.Int("as of")
        self.facts += [self.now >= EARLIEST, self.now <= LATEST]
        self.lead = Record("", {each.name: each for each in self.model.fields}, self.facts)
        self.events = Events(self.model, self.now, shapes)
        self.conditions = Conditions(self.model, self.facts, shapes, lead=self.lead, now=self.now, events=self.events)
        self.points = Points(self.model, self.conditions, self.events, self.now, self.facts)
        self.results = Results(self.model, self.conditions, self.events, self.points, self.facts)
        self.conditions.results = self.results
        self._solver = z3.Solver()

    @property
    def loose(self) -> list[Formula]:
        """What of a lead the formulas say less of than the model does."""
        return [*self.conditions.loose, *self.events.loose]

    def solver(self) -> z3.Solver:
        """A solver that knows all that was written out."""
        self.lead.relate()
        if self.events.stale:
            self.events.build()
            self._solver, self._told = z3.Solver(), 0
            self._solver.add(self.events.facts)
        self._tell()
        return self._solver

    def _tell(self) -> None:
        self._solver.add(self.facts[self._told :])
        self._told = len(self.facts)

    def allows(self, goals: Sequence[Formula], deadline: float) -> bool:
        """Whether the formulas leave room for such a lead, which is not made. Raises `OutOfTimeError`."""
        solver = self.solver()
        solver.set("timeout", max(1, int((deadline - time.monotonic()) * 1000)))
        found = solver.check(*goals)
        if found == z3.unknown:
            raise OutOfTimeError
        return bool(found == z3.sat)

    def _fewer(self, solver: z3.Solver, model: z3.ModelRef) -> z3.ModelRef:
        """A model with few events, if z3 soon finds one: it takes many where a few would do."""
        numbers = [one.number for one in self.events.classes]
        if sum(whole(model, number) for number in numbers) <= FEW_EVENTS:
            return model
        solver.set("timeout", FEWER_MILLISECONDS)
        return solver.model() if solver.check(total(numbers) <= FEW_EVENTS) == z3.sat else model

    def find(self, goals: Sequence[Formula], deadline: float, *, exactly: bool = False) -> Candidate | None:
        """A lead that should meet all goals; None when there is none.

        With `exactly` only leads are looked at of which the formulas say all that the model does. `deadline` is told by
        `time.monotonic`. Raises `OutOfTimeError`.
        """
        solver = self.solver()
        solver.push()
        try:
            solver.add(*goals)
            if exactly:
                solver.add(no(either(*self.loose)))
            told = self._told
            while True:
                solver.set("timeout", max(1, int((deadline - time.monotonic()) * 1000)))
                if time.monotonic() > deadline:
                    raise OutOfTimeError
                found = solver.check()
                if found == z3.unsat:
                    return None
                if found != z3.sat:
                    raise OutOfTimeError
                lead = candidate(self, self._fewer(solver, solver.model()))
                if lead is not None:
                    return lead
                # What was found is no lead; why not is a fact now.
                solver.add(self.facts[told:])
                told = len(self.facts)
        finally:
            solver.pop()
