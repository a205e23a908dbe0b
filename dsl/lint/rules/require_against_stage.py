"""Requires that contradict the stage they stand before."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.stages import shut_gates


class RequireAgainstStage(LogicRule):
    """A `require` that contradicts the condition of a stage.

    `require not trial` and `stage SQL when trial` are never both met: no lead comes to the stage that way, however good
    it is. The same goes where whoever meets the `require` cannot have the points.

    Mend the one or the other; a `require … for STAGE` keeps it away from the stages below. Each way to a stage is
    looked at, its own line and its short cuts. It is proved for all leads.
    """

    name = "require-against-stage"
    code = "SL409"
    bad = "if funded then +20\nrequire not trial\nstage MQL from 20\nstage SQL from 20 when trial"
    good = "if funded then +20\nrequire not trial for Own\nstage MQL from 20 when trial\nstage Own from 20"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every `require` that alone shuts a way to a stage."""
        logic.enrich()
        for stage in logic.model.stages:
            for shut in shut_gates(logic, self.name, stage):
                if shut.gate.word == "require" and self.is_here(shut.gate.place):
                    line = shut.way.place.line
                    met = "it" if shut.way.condition is None else "it and the condition"
                    points = f"whoever meets {met} has fewer points than line {line} asks for"
                    yield self.report(
                        self.line(shut.gate.place),
                        f"this `require` contradicts {shut.told}",
                        points if shut.by_points else f"line {line} asks for the opposite",
                        help=(f"no lead meets both this and `{shut.way.told}`",),
                    )
