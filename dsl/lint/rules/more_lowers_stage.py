"""More of the same activity, and a lower stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scorelang.interpret import evaluate, matching
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.crossing import crossing_of
from scorelang.lint.logic.more import Turn, turns, with_one_more
from scorelang.lint.logic.parts import conjoined
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Sample, Scored
from scorelang.lint.logic.watched import SCORE, watched
from scorelang.testing.writing import givens

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions


class MoreLowersStage(LogicRule):
    """One more event like those that a lead has takes it to a lower stage.

    `visit at most 3 times then +10` takes the points away with the fourth visit, and so does a `choose` whose first
    branch is `visit at least 5 times then +5` and whose second is `visit at least 3 times then +10`, a matrix by
    `count of visit` whose points fall, or points that are worked out and do, as `+9 - count of visit * 3`. The most
    active leads fall behind. `only visit "/pricing"` takes them from who looks at the documentation too.

    Ask for `at least`, or put the branches in another order. Rules that take points for events, and what stands in a
    `disqualify`, mean what they say and are let be; so is `no visit`, for a first event is news and not more of the
    same, `days since last visit`, and a most of points, as `require score < 60`. A stage `when persona is Buyer` is for
    buyers: events that make a lead somebody else are let be. Conditions of stages and requires are looked at where
    rules give points for such events. The lead that falls was found and scored, with one event more and without.
    """

    name = "more-lowers-stage"
    code = "SL414"
    bad = "if funded then +10\nvisit at most 3 times within 30 days then +10\nstage MQL from 20"
    good = "if funded then +10\nvisit at least 3 times within 30 days then +10\nstage MQL from 20"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every place that takes a stage from a lead that does more."""
        told: set[int] = set()
        for turn in turns(logic) if logic.model.stages else ():
            if self.is_here(turn.place) and turn.place.span.start not in told:
                found = self._lowered(logic, turn)
                if found is not None:
                    told.add(turn.place.span.start)
                    yield self._found(logic, turn, found)

    def _lowered(self, logic: Logic, turn: Turn) -> Sample | None:
        """A lead that one more event lowers, if one was found."""
        names = ["none", *(stage.name for stage in logic.model.stages)]

        def falls(outcome: Scored) -> bool:
            after = with_one_more(logic.samples, outcome, turn.step)
            if after is None or names.index(after.stage) >= names.index(outcome.stage):
                return False
            return turn.is_behind(outcome, after)

        def is_full(outcome: Scored) -> bool:
            return evaluate(turn.so_many, outcome.scope) is True

        aim = conjoined([turn.condition, turn.so_many], turn.place)
        shown = logic.shown(falls, aim)
        if shown is None and turn.scoring is not None:
            units = [unit for unit in logic.units if unit.scoring is turn.scoring]
            tries = (sample for unit in units for sample in crossing_of(logic).tries(unit, is_full))
            shown = next((sample for sample in tries if falls(sample)), None)
        if shown is None:
            shown = logic.may(self.name, falls, lambda asked: _ways(asked, turn)).sample
        return None if shown is None else logic.simplest(shown, falls)

    def _found(self, logic: Logic, turn: Turn, before: Sample) -> Finding:
        query, after = turn.step.query, with_one_more(logic.samples, before, turn.step)
        assert after is not None
        lead = ", ".join(line.removeprefix("given ") for line in givens(logic.model, before.facts))
        number = len(matching(query, before.scope))
        told = "with one of another sort" if turn.step.elsewhere else f"with {number + 1} of them instead of {number}"
        return self.report(
            self.line(turn.place),
            f"one more `{query.kind}` can take a lead from the stage `{before.stage}`",
            f"{told} it is at `{after.stage}`",
            help=(f"such a lead: {lead}",),
        )


def _ways(asked: Questions, turn: Turn) -> Iterator[list[Formula]]:
    """That there are so many events, the condition is met, and the points that go with it decide on a stage."""
    results, conditions = asked.encoding.results, asked.encoding.conditions
    so_many = [conditions.truth(turn.so_many).true, conditions.truth(turn.condition).true]
    if turn.scoring is None:
        yield [*so_many, results.qualified]
        return
    given = asked.encoding.points.amount(turn.scoring)
    for cut in sorted(watched(asked.model).cuts, key=lambda cut: (cut.what, cut.at)):
        term = results.score if cut.what == SCORE else results.sums(cut.what).value
        yield [*so_many, given.fires, results.qualified, term >= cut.at, term < cut.at + given.points]
