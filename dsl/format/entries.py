"""What stands in a file one below the other: lines and comments, each with its place among the blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import Factory, define, frozen

from scorelang.format import words
from scorelang.layout import Layout, Line
from scorelang.parse import INSIDE
from scorelang.source import Source, Span


@frozen
class Comment:
    """A comment, and whether it has a line of its own."""

    text: str
    span: Span
    alone: bool


@define(eq=False)
class Entry:
    """A line with the comments in it and behind it, or else a comment between lines.

    `depth` counts the blocks that it is in, `blank` is whether an empty line precedes it; `start` is the place of the
    grammar where a line stands.
    """

    depth: int
    span: Span
    line: Line | None = None
    start: str = ""
    comments: list[Comment] = Factory(list)
    blank: bool = False

    @property
    def opens(self) -> bool:
        """Whether it is the head of a block."""
        return self.line is not None and bool(self.line.block)

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return self.line is not None and self.line.word == "|"


def entries(source: Source, layout: Layout) -> list[Entry]:
    """The lines and comments of a file in order, with as many empty lines as they will have."""
    found = _with_comments(source, list(_lines(layout.lines, 0, "top")), layout.comments)
    _set_blanks(source, found)
    return found


def _lines(lines: Sequence[Line], depth: int, start: str) -> Iterator[Entry]:
    for line in lines:
        yield Entry(depth, line.span, line, start)
        if line.block:
            yield from _lines(line.block, depth + 1, INSIDE[line.word])


# --- comments -------------------------------------------------------------------------------------------------------


def _with_comments(source: Source, lines: list[Entry], spans: Sequence[Span]) -> list[Entry]:
    """The lines with their comments, and between them the other comments."""
    found: list[Entry] = []
    comments = [_comment(source, span) for span in reversed(spans)]
    indents: list[int] = []
    for entry in lines:
        while comments and comments[-1].span.start < entry.span.start:
            found.append(_between(source, comments.pop(), indents, entry.depth))
        found.append(entry)
        assert entry.line is not None
        indents[entry.depth :] = [entry.line.indent]
        last_row = source.line_of(entry.span.end - 1)
        while comments and source.line_of(comments[-1].span.start) <= last_row:
            entry.comments.append(comments.pop())
    return found + [_between(source, comment, indents, 0) for comment in reversed(comments)]


def _comment(source: Source, span: Span) -> Comment:
    row = source.text.rfind("\n", 0, span.start) + 1
    alone = not source.text[row : span.start].strip()
    return Comment(words.comment(source.text[span.start : span.end]), span, alone)


def _between(source: Source, comment: Comment, indents: list[int], depth: int) -> Entry:
    """A comment between lines: it belongs to the next one, at `depth`, or by its indentation to a block that ends."""
    column = source.column_of(comment.span.start) - 1
    ended = (at for at in range(len(indents) - 1, depth, -1) if indents[at] <= column)
    return Entry(next(ended, depth), comment.span, comments=[comment])


# --- empty lines ----------------------------------------------------------------------------------------------------


def _set_blanks(source: Source, found: list[Entry]) -> None:
    """One empty line where there were some, and around outermost blocks; none below a block's head or in a table."""
    for above, entry in pairwise(found):
        typed = source.line_of(entry.span.start) > source.line_of(above.span.end - 1) + 1
        entry.blank = typed and not above.opens and not (above.is_row and entry.is_row)
        entry.blank |= above.depth > 0 and entry.depth == 0
    for at, entry in enumerate(found):
        if entry.opens and entry.depth == 0:
            found[_first_of_comments(found, at)].blank = True
    if found:
        found[0].blank = False


def _first_of_comments(found: list[Entry], at: int) -> int:
    """Where the comments begin that stand right above a line."""
    while at > 0 and found[at - 1].line is None and not found[at].blank:
        at -= 1
    return at
