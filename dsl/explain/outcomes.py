"""What was worked out after the score: gates, stages, grades, the route."""

from __future__ import annotations

from collections.abc import Mapping

from scorelang import interpret as i
from scorelang import model as m
from scorelang import wording
from scorelang.explain.parts import GateLine, GradeLine, RouteLine, StageLine, Status, where
from scorelang.trace import trace


def gate_lines(model: m.CheckedModel, outcome: i.Outcome, shown: Mapping[str, str]) -> tuple[GateLine, ...]:
    """Every gate, whether it is in the way or not."""
    return tuple(_gate(gate, outcome, shown) for gate in model.gates)


def _gate(gate: m.Gate, outcome: i.Outcome, shown: Mapping[str, str]) -> GateLine:
    condition = trace(gate.condition, outcome.scope, shown)
    value = condition.value if isinstance(condition.value, bool) else None
    return GateLine(
        word=gate.word,
        id=gate.id,
        text=wording.gate(gate),
        stage=gate.stage,
        reason=gate.reason,
        value=value,
        blocks=value is True if gate.word == "disqualify" else value is not True,
        condition=condition,
        where=where(gate.place),
    )


def stage_lines(model: m.CheckedModel, outcome: i.Outcome, shown: Mapping[str, str]) -> tuple[StageLine, ...]:
    """Every stage, rising."""
    return tuple(
        StageLine(
            name=stage.name,
            text=stage.place.text,
            threshold=stage.threshold,
            short=max(0, stage.threshold - outcome.score) if stage.threshold is not None else 0,
            holds=i.stage_holds(stage, outcome.scope, outcome.score),
            reached=stage.name == outcome.stage,
            when=None if stage.when is None else trace(stage.when, outcome.scope, shown),
            or_when=tuple(trace(condition, outcome.scope, shown) for condition in stage.or_when),
            where=where(stage.place),
        )
        for stage in model.stages
    )


def grade_lines(model: m.CheckedModel, outcome: i.Outcome) -> tuple[GradeLine, ...]:
    """Every grade, with the next better one."""
    values = {done.group.name: done.value for done in outcome.subtotals if done.group.word == "category"}
    lines: list[GradeLine] = []
    for grade in model.grades:
        points = outcome.score if grade.what == "score" else values[grade.what]
        better = next(((label, least) for label, least in reversed(grade.bands) if least > points), None)
        label, least = better or (None, None)
        lines.append(
            GradeLine(
                what=grade.what,
                grade=outcome.grades[grade.what],
                hundredths=points,
                text=wording.grade(grade),
                better=label,
                short=None if least is None else least - points,
                where=where(grade.place),
            )
        )
    return tuple(lines)


def route_lines(model: m.CheckedModel, outcome: i.Outcome, shown: Mapping[str, str]) -> tuple[RouteLine, ...]:
    """Every destination: the first whose condition is true is taken."""
    lines: list[RouteLine] = []
    taken = False
    for to in model.route:
        condition = None if to.condition is None else trace(to.condition, outcome.scope, shown)
        status: Status = "counts"
        if taken:
            status = "passed over"
        elif condition is not None and condition.value is not True:
            status = "unknown" if condition.value is None else "false"
        taken = taken or status == "counts"
        lines.append(RouteLine(to.text, status, condition, where(to.place)))
    return tuple(lines)
