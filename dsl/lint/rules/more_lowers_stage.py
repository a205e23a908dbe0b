"""More of the same activity, and a lower stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorelang import model as m
from scorelang.interpret import evaluate
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.crossing import crossing_of
from scorelang.lint.logic.more import Turn, turns, with_one_more
from scorelang.lint.logic.parts import conjoined
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Sample, Scored
from scorelang.lint.logic.watched import SCORE, watched
from scorelang.testing.writing import givens
from scorelang.values import Type

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions


class MoreLowersStage(LogicRule):
    """One more event like those that a lead has takes it to a lower stage.

    `visit at most 3 times then +10` takes the points away with the fourth visit, and so does a `choose` whose first
    branch is `visit at least 5 times then +5` and whose second is `visit at least 3 times then +10`, or a matrix by
    `count of visit` whose points fall. The most active leads fall behind.

    Ask for `at least`, or put the branches in another order. Rules that take points for events, and what stands in a
    `disqualify`, mean what they say and are let be; so is `no visit`. Conditions of stages and requires are looked at
    where rules give points for such events. The lead that falls was found and scored, with one event more and without.
    """

    name = "more-lowers-stage"
    code = "SL414"
    bad = "if funded then +10\nvisit at most 3 times within 30 days then +10\nstage MQL from 20"
    good = "if funded then +10\nvisit at least 3 times within 30 days then +10\nstage MQL from 20"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every place that takes a stage from a lead that does more."""
        stages = [stage.name for stage in logic.model.stages]
        told: set[int] = set()
        for turn in turns(logic.model) if stages else ():
            if self.is_here(turn.place) and turn.place.span.start not in told:
                found = self._lowered(logic, turn)
                if found is not None:
                    told.add(turn.place.span.start)
                    yield self._found(logic, turn, found)

    def _lowered(self, logic: Logic, turn: Turn) -> Sample | None:
        """A lead that one more event lowers, if one was found."""
        names = ["none", *(stage.name for stage in logic.model.stages)]

        def falls(outcome: Scored) -> bool:
            after = with_one_more(logic.model, outcome, turn.query)
            return after is not None and names.index(after.stage) < names.index(outcome.stage)

        def is_full(outcome: Scored) -> bool:
            return evaluate(so_many, outcome.scope) is True

        so_many = m.Happened(Type.FLAG, turn.query.place, turn.query, "exactly", turn.count)
        aim = conjoined([turn.condition, so_many], turn.place)
        shown = logic.shown(falls, aim)
        if shown is None and turn.scoring is not None:
            units = [unit for unit in logic.units if unit.scoring is turn.scoring]
            tries = (sample for unit in units for sample in crossing_of(logic).tries(unit, is_full))
            shown = next((sample for sample in tries if falls(sample)), None)
        if shown is None:
            shown = logic.may(self.name, falls, lambda asked: _ways(asked, turn)).sample
        return None if shown is None else logic.simplest(shown, falls)

    def _found(self, logic: Logic, turn: Turn, before: Sample) -> Finding:
        after = with_one_more(logic.model, before, turn.query)
        assert after is not None
        lead = ", ".join(line.removeprefix("given ") for line in givens(logic.model, before.facts))
        number = f"with {turn.count + 1} of them instead of {turn.count} it is at `{after.stage}`"
        return self.report(
            self.line(turn.place),
            f"one more `{turn.query.kind}` can take a lead from the stage `{before.stage}`",
            number,
            help=(f"such a lead: {lead}",),
        )


def _ways(asked: Questions, turn: Turn) -> Iterator[list[Formula]]:
    """That there are just so many events, the condition is met, and the points that go with it decide on a stage."""
    results, events = asked.encoding.results, asked.encoding.events
    so_many = [events.compares(turn.query, "exactly", turn.count), asked.encoding.conditions.truth(turn.condition).true]
    if turn.scoring is None:
        yield [*so_many, results.qualified]
        return
    given = asked.encoding.points.amount(turn.scoring)
    for cut in sorted(watched(asked.model).cuts, key=lambda cut: (cut.what, cut.at)):
        term = results.score if cut.what == SCORE else results.sums(cut.what).value
        yield [*so_many, given.fires, results.qualified, term >= cut.at, term < cut.at + given.points]
