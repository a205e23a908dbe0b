"""New answers for expectations that fail: what a test would have to say to hold for the model as it is now."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from scorelang import model as m
from scorelang.interpret import Outcome
from scorelang.testing.golden import parts
from scorelang.testing.run import TestRun, holds
from scorelang.testing.writing import quoted


@frozen
class Edit:
    """Other words for what stands in a place of a file."""

    place: m.Place
    text: str


@frozen
class Updates:
    """The edits that make tests hold, and the expectations that somebody must look at: they say more than one value."""

    edits: tuple[Edit, ...]
    by_hand: tuple[m.Expectation, ...]


def updates(model: m.CheckedModel, runs: Sequence[TestRun]) -> Updates:
    """New answers for all failed expectations of some runs; the rows of one test must stand together."""
    wanted: dict[int, tuple[m.Expectation, set[str | None]]] = {}
    for run in runs:
        for expectation in run.failures:
            _, texts = wanted.setdefault(id(expectation), (expectation, set()))
            texts.add(_answer(model, expectation, run.outcome))
    edits: list[Edit] = []
    by_hand: list[m.Expectation] = []
    for expectation, texts in wanted.values():
        text = texts.pop()
        # What stands above a table is expected of every row, and no one answer may suit them all.
        others = (run.outcome for run in runs if any(each is expectation for each in run.test.expectations))
        if texts or text is None or any(holds(model, expectation, outcome) for outcome in others):
            by_hand.append(expectation)
        else:
            edits.append(Edit(expectation.place, text))
    return Updates(tuple(sorted(edits, key=lambda edit: edit.place.span.start)), tuple(by_hand))


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text of a file with the edits made; a cell of a table keeps its width where it can."""
    for edit in sorted(edits, key=lambda edit: edit.place.span.start, reverse=True):
        span = edit.place.span
        if not _is_cell(edit.place):
            text = text[: span.start] + edit.text + text[span.end :]
            continue
        start, end, short = span.start, span.end, len(edit.text) - (span.end - span.start)
        while short > 0 and text[start - 2 : start] == "  ":
            start, short = start - 1, short - 1
        while short > 0 and text[end : end + 2] == "  ":
            end, short = end + 1, short - 1
        padding = " " * max(0, -short)
        text = text[:start] + edit.text + padding + text[end:]
    return text


def _answer(model: m.CheckedModel, expectation: m.Expectation, outcome: Outcome) -> str | None:
    """What an expectation would have to say; None for one that says more than that something has a value."""
    if expectation.condition is None:
        word = expectation.form.removeprefix("not ")
        negated = "" if expectation.form.startswith("not ") else "not "
        return f"{negated}{word} {quoted(_reason(expectation))}"
    subject = _subject(expectation.condition)
    if subject is None:
        return None
    if subject == "qualified":
        words = ("yes", "no") if _is_cell(expectation.place) else ("qualified", "not qualified")
        return words[0] if outcome.qualified else words[1]
    text = dict(parts(model, outcome)).get(subject)
    if text is None or not _is_cell(expectation.place):
        return text
    # `Fit.grade A` in a cell is `A`; a name may hold spaces, but then it is quoted.
    return _without_subject(text)


def _reason(expectation: m.Expectation) -> str:
    """The reason as it was typed, which may not be the rule's identity."""
    typed = expectation.place.text
    return typed[typed.index('"') + 1 : typed.rindex('"')]


def _subject(condition: m.Expression) -> str | None:
    """What a condition like `score 65` is about, as `golden.parts` calls it."""
    match condition:
        case m.Apply(operator="is", operands=(m.ResultValue() as result, m.Constant())):
            pass
        case m.ResultValue(what="qualified") as result:
            pass
        case m.Negated(item=m.ResultValue(what="qualified") as result):
            pass
        case m.Negated(item=m.IsKnown(value=m.ResultValue() as result)):
            pass
        case _:
            return None
    return f"{result.what} {result.name}" if result.what in ("category", "grade") else result.what


def _without_subject(text: str) -> str:
    """The value at the end of `Fit 40`, `"Big fit".grade "Very hot"`, `route "Call us"`."""
    if text.endswith('"'):
        at = len(text) - 1
        while True:
            at = text.rindex('"', 0, at)
            if at == 0 or text[at - 1] != "\\":
                return text[at:]
    return text.rpartition(" ")[2]


def _is_cell(place: m.Place) -> bool:
    return place.source.line(place.line).lstrip().startswith("|")


__all__ = ["Edit", "Updates", "edited", "updates"]
