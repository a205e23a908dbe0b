"""What is shown between the lines: how many values a list has, what points add up to so far; tests to run."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from scorelang import nodes as n
from scorelang.editor import prose, ranges
from scorelang.editor.document import Document, Entry
from scorelang.editor.summary import Summary
from scorelang.editor.workspace import Workspace
from scorelang.source import Span
from scorelang.suggest import plural


@frozen
class Hint:
    """A few words behind an offset of the text, and what they mean."""

    at: int
    text: str
    tip: str


@frozen
class Lens:
    """A line of its own above a statement: what it says, and the test that it runs, if it runs one."""

    span: Span
    title: str
    test: str | None = None


@frozen
class Test:
    """A test of the file, by its name, and where all of it is."""

    # Not a test of pytest's, though its name begins like one.
    __test__ = False

    name: str
    span: Span


def hints(workspace: Workspace, document: Document, span: Span, model: Summary | None) -> list[Hint]:
    """The hints in a span of the text. `model` is that of this very text, or None."""
    found = [*_lists(workspace, document, span)]
    if model is not None:
        found += _so_far(model, span)
    return sorted(found, key=lambda hint: hint.at)


def _lists(workspace: Workspace, document: Document, span: Span) -> Iterator[Hint]:
    """How many values lists from files and from other models have."""
    view = workspace.view(document)
    for entry in document.entries:
        if entry.end < span.start or entry.at > span.end:
            continue
        if isinstance(entry.node, n.NamedList):
            names = [entry.node.name]
        elif isinstance(entry.node, n.Use):
            names = [*entry.node.names]
        else:
            continue
        for name in names:
            declared = view.symbols.get(name.name)
            if declared is None or not isinstance(declared.node, n.NamedList):
                continue
            values = prose.values_of(declared, workspace.unsaved())
            if values is not None and (declared.node.items is None or len(values) > prose.MOST_VALUES):
                text = plural(prose.different(values), "value")
                yield Hint(entry.span(name.span).end, text, f"`{name.name}` holds so many different values")


def _so_far(model: Summary, span: Span) -> Iterator[Hint]:
    """Behind every rule of a category with more than one, what the rules up to it can add up to."""
    for one in model.so_far:
        if span.start <= one.at <= span.end:
            tip = f"What the rules of {one.group} up to this one can add up to"
            yield Hint(one.at, f"so far {ranges.shown(one.sums)}", tip)


def lenses(document: Document, model: Summary | None, exact: str | None) -> list[Lens]:
    """The lenses of a document. `exact` is the score's range where it was worked out for this very text."""
    found = [Lens(test.span, "run this test", test.name) for test in tests(document)]
    first = next((entry for entry in document.entries if not isinstance(entry.node, n.Use)), None)
    if model is not None and first is not None and model.has_score:
        sums = model.score
        within = "within " if sums.low is not None and sums.high is not None else ""
        found.insert(0, Lens(_line(first), exact or f"score: {within}{ranges.shown(sums)}"))
    return found


def _line(entry: Entry) -> Span:
    return Span(entry.at, entry.line.span.end)


def tests(document: Document) -> list[Test]:
    """The tests and invariants of a document, by their names."""
    return [
        Test(entry.node.name.value, Span(entry.at, entry.end))
        for entry in document.entries
        if isinstance(entry.node, n.Test | n.Invariant)
    ]
