"""What is wrong with the lines that just changed, at once, and where the problems found before stand by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from scorelang.diagnostics import Diagnostics
from scorelang.editor.document import Document, Entry
from scorelang.editor.problems import Problem, of_diagnostic
from scorelang.editor.relaid import Change, change_between
from scorelang.editor.text import Text
from scorelang.parse import LineGrammar
from scorelang.source import Span

# So many broken lines are explained at once; the others wait for the whole check.
MOST_LINES = 3


def quick_problems(
    old: Document, new: Document, problems: Iterable[Problem], *, explain: bool = True
) -> tuple[Problem, ...]:
    """The problems of `old` that still stand in `new`, and (`explain`) what cannot be read of the lines that changed.

    All that the change touches is left out: the whole check tells what is wrong with it now.
    """
    change = change_between(old.source.text, new.source.text)
    lines = _touched(new, change)
    first = min([entry.at for entry in lines] + [change.start])
    last = max([entry.line.span.end for entry in lines] + [change.new_end])
    kept = [moved for problem in problems if (moved := _moved(problem, change, first, last)) is not None]
    return (*kept, *_explained(new, lines)) if explain else tuple(kept)


def _touched(document: Document, change: Change) -> list[Entry]:
    """The lines that a change is in."""
    return [e for e in document.lines if e.at <= change.new_end and change.start <= e.line.span.end]


def _moved(problem: Problem, change: Change, first: int, last: int) -> Problem | None:
    """The problem where it stands after the change; None where it is touched by it."""
    span = problem.span
    if span.end < first:
        return problem
    if span.start < change.old_end or span.start + change.shift <= last:
        return None
    # The edits of its fix may reach into what changed: the whole check brings them back.
    return evolve(problem, span=Span(span.start + change.shift, span.end + change.shift), fix=None)


def _explained(document: Document, lines: list[Entry]) -> Iterator[Problem]:
    broken = [entry for entry in lines if entry.reading.stop is not None]
    for entry in broken[:MOST_LINES]:
        yield from explained(document, entry)


def explained(document: Document, entry: Entry) -> Iterator[Problem]:
    """What is wrong with a line that cannot be read."""
    from scorelang.syntax_errors.explain import SyntaxErrors

    assert entry.reading.stop is not None
    found = Diagnostics()
    SyntaxErrors(document.source, found, LineGrammar()).explain(entry.line, entry.place, entry.reading.stop)
    yield from (of_diagnostic(document, one) for one in found.found)


def warm_up() -> None:
    """Load what it takes to explain a line that cannot be read: the first one takes 0.2 seconds longer than others."""
    document = Document("", Text("if a is is 1\n"))
    for entry in document.broken:
        list(explained(document, entry))
