"""How the numbers that points can come to are told: sums of what rules can give, and where there is time, the truth."""

from __future__ import annotations

from scorelang import model as m
from scorelang.analysis.spans import Span, score_span
from scorelang.wording import points

# How long it may take to find out which numbers the score comes to at all.
SECONDS = 4.0


def shown(span: Span) -> str:
    """A span in a few words: `0 to 50`, `at least -5`."""
    if span.low is not None and span.high is not None:
        return f"{points(span.low)} to {points(span.high)}"
    if span.low is not None:
        return f"at least {points(span.low)}"
    return f"at most {points(span.high)}" if span.high is not None else "no limit"


def said(span: Span) -> str:
    """A span as a sentence."""
    if span.low is None and span.high is None:
        return "It has no limit."
    return (
        f"It stays within {shown(span)}." if span.low is not None and span.high is not None else f"It is {shown(span)}."
    )


def exact_score(model: m.CheckedModel) -> str | None:
    """The least and the greatest score that a lead gets, in words; None where that was not found out in time."""
    from scorelang.analysis.optimum import extreme
    from scorelang.analysis.questions import Questions

    asked = Questions(model, seconds=SECONDS)
    term, span = asked.encoding.results.score, score_span(model)[1]
    ends: list[str] = []
    for up in (False, True):
        found = extreme(asked, term, lambda outcome: outcome.score, up=up, seconds=SECONDS / 2, span=span)
        if found.reached is None or not found.exact:
            return None
        ends.append(points(found.reached))
    return f"score: {' to '.join(ends)}"
