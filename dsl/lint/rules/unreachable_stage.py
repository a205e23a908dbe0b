"""Stages that no lead can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scorelang import model as m
from scorelang import wording
from scorelang.interpret import stage_holds
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.causes import cause_of
from scorelang.lint.logic.parts import aim_at_label, conjoined, gates_of, is_open, ways_to
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Scored
from scorelang.lint.logic.stages import shut_gates

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions


class UnreachableStage(LogicRule):
    """A stage that no lead can be at.

    It begins at more points than there are, or the gates leave it no lead, or whoever comes to it comes to the next one
    too. Sales waits for leads that never come.

    Lower its threshold, or mend what stands in the way. It is proved for all leads. Where one `require` or `disqualify`
    alone contradicts the stage, or its condition can never be true, the rules for that say so instead.
    """

    name = "unreachable-stage"
    code = "SL405"
    bad = "if funded then +20\nif demo then +10\nstage MQL from 20\nstage SQL from 50"
    good = "if funded then +20\nif demo then +10\nstage MQL from 20\nstage SQL from 30"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every stage that is never the one a lead has."""
        logic.enrich()
        for stage in logic.model.stages:
            if self.is_here(stage.place) and self._is_never(logic, stage) and not self._is_told(logic, stage):
                label, hint = self._why(logic, stage)
                yield self.report(self.line(stage.place), f"no lead is at the stage `{stage.name}`", label, help=hint)

    def _is_never(self, logic: Logic, stage: m.Stage) -> bool:
        def is_at(outcome: Scored) -> bool:
            return outcome.stage == stage.name

        def goals(asked: Questions) -> Iterable[Formula]:
            return asked.label_goals("stage", "stage", stage.name)

        most = logic.ranges.after_bounds(None).most
        if stage.threshold is not None and not stage.or_when and most is not None and most < stage.threshold:
            return True
        return logic.can(self.name, is_at, goals, aim_at_label(stage.place, "stage", "stage", stage.name)).no

    def _is_told(self, logic: Logic, stage: m.Stage) -> bool:
        """Whether another rule says why: its conditions are never true, a gate never opens, or is against it."""
        gates = gates_of(logic.model, stage)
        if any(logic.can_be_true(self.name, gate.condition).no for gate in gates if gate.word == "require"):
            return True
        if any(logic.can_fail(self.name, gate.condition).no for gate in gates if gate.word == "disqualify"):
            return True
        conditions = [condition for condition in (stage.when, *stage.or_when) if condition is not None]
        if any(logic.can_be_true(self.name, condition).no for condition in conditions):
            return True
        return any(shut.is_whole for shut in shut_gates(logic, self.name, stage))

    def _why(self, logic: Logic, stage: m.Stage) -> tuple[str, tuple[str, ...]]:
        most = logic.ranges.after_bounds(None).most
        if stage.threshold is not None and most is not None and most < stage.threshold:
            told = f"it begins at {wording.points(stage.threshold)}, and the score may come to {wording.points(most)}"
            return told, ()
        if logic.samples.first(lambda outcome: self._is_passed(logic.model, stage, outcome)) is not None:
            return "whoever comes to it comes to a later stage as well", ()
        return "no points, conditions and gates leave room for it", self._against_each_other(logic, stage)

    def _against_each_other(self, logic: Logic, stage: m.Stage) -> tuple[str, ...]:
        """The requires and the condition of a stage that exclude each other, if they do."""
        requires = [gate.condition for gate in gates_of(logic.model, stage) if gate.word == "require"]
        for way in ways_to(stage):
            parts = [*requires, *([] if way.condition is None else [way.condition])]
            together = conjoined(parts, stage.place) if parts else None
            if together is not None and logic.can_be_true(self.name, together).no:
                return (f"never together: {cause_of(logic, together).told}",)
        return ()

    def _is_passed(self, model: m.CheckedModel, stage: m.Stage, outcome: Scored) -> bool:
        """Whether a lead comes to a stage, and to a later one."""
        open_ = outcome.qualified and all(is_open(gate, outcome) for gate in gates_of(model, stage))
        return open_ and outcome.stage != "none" and stage_holds(stage, outcome.scope, outcome.score)
