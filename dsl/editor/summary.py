"""What an editor tells of a model that was checked: plain values, small enough to come from another process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from scorelang import model as m
from scorelang.analysis.spans import NOTHING, Span, score_span, span_of, spans_of
from scorelang.lint.reading import expressions_of
from scorelang.source import Source
from scorelang.source import Span as Place


@frozen
class SoFar:
    """What the rules of a category or persona up to one that ends at an offset can add up to."""

    at: int
    group: str
    sums: Span


@frozen
class Summary:
    """A model as editors need it. Points are in hundredths, offsets are those of the document's text."""

    rules: int
    """How many rules and grids it has."""
    score: Span
    """What the score can come to, by sums."""
    has_score: bool
    """Whether the document itself gives points, and does not only test another model."""
    groups: Mapping[tuple[str, str], Span]
    """What each category and persona can come to, by its word and name."""
    thresholds: Mapping[str, int]
    """From how many points on a stage is reached, where it says so."""
    types: Mapping[tuple[str, str], str]
    """The types of fields, and of events' attributes: by the event (nothing for a field) and the name."""
    defines: Mapping[str, str]
    """The types of the defines that it uses."""
    called: Mapping[Place, tuple[str, Span]]
    """The document's rules by the lines that they are: what results call them, and what each can add."""
    so_far: tuple[SoFar, ...]
    """Sums behind the rules of categories with more than one."""


def summary_of(source: Source, model: m.CheckedModel) -> Summary:
    """What there is to tell of the model of a document, whose text is `source`."""
    rules = list(m.rules_of((*model.groups, *model.scoring)))
    return Summary(
        rules=len(rules),
        score=score_span(model)[1],
        has_score=model.source.text == source.text and bool(model.groups or model.scoring),
        groups={key: span for key, (span, *_) in spans_of(model).items()},
        thresholds={stage.name: stage.threshold for stage in model.stages if stage.threshold is not None},
        types=dict(_types(model)),
        defines={one.name: one.type.value for one in expressions_of(model) if isinstance(one, m.Defined)},
        called={rule.place.span: (rule.id, span_of(rule)) for rule in rules if rule.place.source.text == source.text},
        so_far=tuple(_so_far(source, model)),
    )


def _types(model: m.CheckedModel) -> Iterator[tuple[tuple[str, str], str]]:
    yield from ((("", one.name), one.type.value) for one in model.fields)
    for event, kind in model.kinds.items():
        yield from (((event, one.name), one.type.value) for one in kind.attributes)


def _so_far(source: Source, model: m.CheckedModel) -> Iterator[SoFar]:
    for group in model.groups:
        if group.place.source.text != source.text or len(group.scoring) < 2:
            continue
        sums = NOTHING
        for scoring in group.scoring:
            sums = sums.plus(span_of(scoring))
            yield SoFar(scoring.place.span.end, group.name, sums)
