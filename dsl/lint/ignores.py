"""`# lint: ignore[name] reason`: comments that say which findings are meant to be there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from attrs import define, field, frozen

from scorelang.layout import Layout, Line
from scorelang.lint.finding import Finding
from scorelang.source import Source, Span

COMMENT = re.compile(r"#\s*lint:\s*(?P<word>ignore-file|ignore)\b(?P<names>\s*\[[^\]\n]*\])?", re.IGNORECASE)
WORD = re.compile(r"[^\s,\[\]]+")


@frozen
class Word:
    """A rule's name or code in a comment, and where it stands there."""

    text: str
    span: Span


@define(eq=False)
class Ignore:
    """One comment: the rules that it names, and the characters of the file in which their findings are not told."""

    span: Span
    words: tuple[Word, ...]
    covers: Span
    is_whole_file: bool
    hits: set[str] = field(factory=set)

    def silences(self, finding: Finding) -> bool:
        """Whether the finding is one of those; notes which word did it."""
        at = finding.span.start
        if not self.is_whole_file and not self.covers.start <= at < max(self.covers.end, self.covers.start + 1):
            return False
        said = [word.text for word in self.words if is_meant(word.text, finding)]
        self.hits.update(said)
        return bool(said)


def is_meant(word: str, finding: Finding) -> bool:
    """Whether a word of a comment is the finding's rule: its name or its code."""
    return word.lower() == finding.name or word.upper() == finding.code


def has_ignores(source: Source) -> bool:
    """Whether a file may have such comments at all, by its text alone."""
    return COMMENT.search(source.text) is not None


def ignores_of(source: Source, layout: Layout) -> tuple[Ignore, ...]:
    """Every such comment of a file, in its order."""
    lines = list(_all(layout.lines))
    starts = [line.span.start for line in lines]
    found = []
    for comment in layout.comments:
        match = COMMENT.match(source.text, comment.start, comment.end)
        if match is not None:
            words = tuple(
                Word(word[0], Span(word.start(), word.end()))
                for word in WORD.finditer(source.text, *(match.span("names") if match["names"] else (0, 0)))
            )
            covers = _covered(source, comment, lines, starts)
            found.append(Ignore(comment, words, covers, match["word"].lower() == "ignore-file"))
    return tuple(found)


def _all(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        yield line
        yield from _all(line.block)


def _covered(source: Source, comment: Span, lines: Sequence[Line], starts: Sequence[int]) -> Span:
    """The line that a comment stands at the end of; of one on a line of its own, the next statement and its block."""
    start = comment.start - source.column_of(comment.start) + 1
    at = bisect_right(starts, comment.start)
    if at and source.text[start : comment.start].strip():
        # Of a line that goes on over several, all of it: findings stand anywhere in it.
        above = lines[at - 1].span
        return Span(above.start, max(above.end, comment.start))
    if at and lines[at - 1].span.end > comment.end:
        # Inside a line that goes on: the comment is about what follows in it.
        end = source.text.find("\n", comment.end + 1)
        return Span(comment.end, end if end >= 0 else len(source.text))
    if at == len(lines):
        return Span(comment.end, comment.end)
    return Span(lines[at].span.start, _end(lines[at]))


def _end(line: Line) -> int:
    return max([line.span.end, *(_end(inner) for inner in line.block)])
