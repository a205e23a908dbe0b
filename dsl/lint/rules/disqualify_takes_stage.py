"""Disqualifications that leave a stage no lead."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.stages import shut_gates


class DisqualifyTakesStage(LogicRule):
    """A `disqualify` that every lead meets who comes to a stage.

    `disqualify if trial` and `stage SQL when trial` leave no lead at the stage: whoever comes to it is disqualified.

    Mend the one or the other. Each way to a stage is looked at, its own line and its short cuts. It is proved for all
    leads.
    """

    name = "disqualify-takes-stage"
    code = "SL410"
    bad = "if funded then +20\ndisqualify if trial\nstage MQL from 20\nstage SQL from 20 when trial"
    good = "if funded then +20\ndisqualify if trial and opted_out\nstage MQL from 20\nstage SQL from 20 when trial"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every `disqualify` that alone shuts a way to a stage."""
        logic.enrich()
        for stage in logic.model.stages:
            for shut in shut_gates(logic, self.name, stage):
                if shut.gate.word == "disqualify" and self.is_here(shut.gate.place):
                    those = f"meets line {shut.way.place.line}" if shut.is_whole else "comes that way"
                    yield self.report(
                        self.line(shut.gate.place),
                        f"this `disqualify` takes every lead from {shut.told}",
                        f"whoever {those} meets this",
                        help=(f"no lead meets `{shut.way.told}` and is not disqualified here",),
                    )
