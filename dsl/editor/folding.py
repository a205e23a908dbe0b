"""What can be folded away: blocks, lines that go on below, and comments of several lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from scorelang.editor.document import Document

Fold = tuple[int, int, Literal["region", "comment", "imports"]]


def folds(document: Document) -> list[Fold]:
    """First and last line, from 0, of everything that can be folded, and what it is."""
    source = document.source
    found: list[Fold] = []
    for entry in document.lines:
        first, last = source.line_of(entry.at) - 1, source.line_of(max(entry.at, entry.end - 1)) - 1
        if last > first:
            found.append((first, last, "region"))
    uses = [source.line_of(entry.at) - 1 for entry in document.entries if entry.line.word == "use"]
    found += [(first, last, "imports") for first, last in _runs(uses)]
    comments = [
        source.line_of(span.start) - 1
        for span in document.layout.comments
        if not source.text[source.text.rfind("\n", 0, span.start) + 1 : span.start].strip()
    ]
    found += [(first, last, "comment") for first, last in _runs(comments)]
    return sorted(found)


def _runs(lines: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of at least two lines that stand below each other."""
    start = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or lines[at] != lines[at - 1] + 1:
            if at - start > 1:
                yield lines[start], lines[at - 1]
            start = at
