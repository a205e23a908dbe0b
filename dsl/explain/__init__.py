"""Why a lead has its score: every hundredth traced to a line of the file, and what is missing for the next stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve

from scorelang import model as m
from scorelang import wording
from scorelang.explain.as_html import render_html
from scorelang.explain.as_text import DEFAULT_WIDTH, render_text, styled
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
from scorelang.leads import Facts, events_of, look_up, read_lead
from scorelang.result import result_of
from scorelang.values import Type


def explain(model: m.CheckedModel, lead: object, facts: Facts, events: object = None) -> Explanation:
    """Explain a lead's score; `lead` is the data that its facts were read from, `events` those that came beside it."""
    outcome = interpret(model, facts)
    shown = as_given(model, lead, facts)
    told = events_as_given(model, events_of(lead) if events is None else events, facts)
    gates, stages = gate_lines(model, outcome, shown), stage_lines(model, outcome, shown)
    counted = len(outcome.scope.facts.events)
    return Explanation(
        result=result_of(model, outcome),
        path=model.source.name,
        score=score_line(model, outcome, shown, told),
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
        elif value is not None and (text := _text_as_given(definition, raw)) is not None:
            shown[definition.name] = text
    return shown


def events_as_given(model: m.CheckedModel, events: object, facts: Facts) -> Mapping[int, Mapping[str, str]]:
    """How the data had the texts of the lead's events, by the `id()` of each `Fact` and the attribute's name.

    `events` are the data that the facts were read from, in the same order; those that are no facts are passed over.
    """
    told: dict[int, Mapping[str, str]] = {}
    waiting = iter(facts.events)
    fact = next(waiting, None)
    for raw in events if isinstance(events, Iterable) else ():
        if fact is None:
            break
        read, _ = read_lead(evolve(model, fields=()), {}, [raw], facts.as_of)
        if read.events == (fact,):
            told[id(fact)] = {
                definition.name: text
                for definition in model.kinds[fact.kind].attributes
                if fact.attributes[definition.name] is not None
                and (text := _text_as_given(definition, look_up(raw, definition))) is not None
            }
            fact = next(waiting, None)
    return told


def _text_as_given(definition: m.FieldDefinition, raw: object) -> str | None:
    """A text or a list of texts as the data has it; None for any other value."""
    if definition.type is Type.TEXT_LIST and isinstance(raw, list | tuple):
        return ", ".join(wording.quoted(str(member)) for member in raw)
    is_text = definition.type in (Type.TEXT, Type.PAGE, Type.TEXT_LIST)
    return wording.quoted(raw) if is_text and isinstance(raw, str) else None


__all__ = [
    "DEFAULT_WIDTH", "Explanation", "GateLine", "GradeLine", "Hint", "Line", "RouteLine", "StageLine", "Where",
    "WhyNot", "as_given", "events_as_given", "explain", "render_html", "render_text", "styled",
]  # fmt: skip
