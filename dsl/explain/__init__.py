"""Why a lead has its score: every hundredth traced to a line of the file, and what is missing for the next stage."""

from __future__ import annotations

from collections.abc import Mapping

from scorelang import model as m
from scorelang import wording
from scorelang.explain.as_html import render_html
from scorelang.explain.as_text import render_text, styled
from scorelang.explain.outcomes import gate_lines, grade_lines, route_lines, stage_lines
from scorelang.explain.parts import (
    Explanation,
    GateLine,
    GradeLine,
    Hint,
    Line,
    RouteLine,
    StageLine,
    Where,
    WhyNot,
)
from scorelang.explain.points import score_line
from scorelang.explain.why_not import why_not
from scorelang.interpret import interpret
from scorelang.leads import Facts, look_up
from scorelang.result import result_of
from scorelang.values import Type


def explain(model: m.CheckedModel, lead: object, facts: Facts) -> Explanation:
    """Explain a lead's score; `lead` is the data that its facts were read from."""
    outcome = interpret(model, facts)
    shown = as_given(model, lead, facts)
    gates, stages = gate_lines(model, outcome, shown), stage_lines(model, outcome, shown)
    counted = len(outcome.scope.facts.events)
    return Explanation(
        result=result_of(model, outcome),
        path=model.source.name,
        score=score_line(model, outcome, shown),
        events=counted,
        forgotten=len(facts.events) - counted,
        gates=gates,
        stages=stages,
        grades=grade_lines(model, outcome),
        route=route_lines(model, outcome, shown),
        why_not=why_not(model, facts, outcome, shown, gates, stages),
    )


def as_given(model: m.CheckedModel, lead: object, facts: Facts) -> Mapping[str, str]:
    """How the data had the lead's texts, which the engines see folded, and what stands for missing there."""
    shown: dict[str, str] = {}
    for definition in model.fields:
        raw, value = look_up(lead, definition), facts.fields.get(definition.name)
        if value is None and isinstance(raw, str | int | float) and str(raw).strip():
            shown[definition.name] = f"missing ({wording.quoted(str(raw))} in the data)"
        elif value is not None and definition.type in (Type.TEXT, Type.PAGE) and isinstance(raw, str):
            shown[definition.name] = wording.quoted(raw)
    return shown


__all__ = [
    "Explanation", "GateLine", "GradeLine", "Hint", "Line", "RouteLine", "StageLine", "Where", "WhyNot", "explain",
    "render_html", "render_text", "styled",
]  # fmt: skip
