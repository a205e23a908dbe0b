"""From an entry of the file to its rows, or to cells where it may stand in columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

from scorelang.format.columns import Piece
from scorelang.format.entries import Comment, Entry
from scorelang.format.parts import Group, Leaf, borders, flat, leaves, set_gaps, text_width
from scorelang.format.respell import respelled
from scorelang.format.shape import INDENT, safe, shape
from scorelang.format.tree import Words
from scorelang.format.wrap import WIDTH, Row, wrapped
from scorelang.lalr import Step
from scorelang.source import Source

RULES = ("if_rule", "events_rule", "each_rule")
ROUTES = ("to_if", "to_otherwise")


def piece(source: Source, entry: Entry, steps: Mapping[int, Sequence[Step]]) -> Piece:
    """The rows of an entry, and its cells if it stands in columns; `steps` are how the file's lines were read."""
    indent = entry.depth * INDENT
    if entry.line is None:
        return Piece([Row(indent, "", comment.text) for comment in entry.comments], entry.blank)
    tree = respelled(source, entry.span, entry.start, steps[entry.span.start])
    inner = [comment for comment in entry.comments if comment.span.start < entry.span.end]
    behind = "".join(comment.text for comment in entry.comments[len(inner) :])
    if entry.is_row:
        rows = [Row(indent, "", comment.text) for comment in inner]
        return Piece([*rows, Row(indent, "|", behind)], entry.blank, "row", _cells_of_row(tree))
    line = shape(tree)
    words = list(leaves([line]))
    set_gaps(words)
    rows = [Row(indent, flat(words), behind)]
    if inner or indent + text_width(rows[0].text) > WIDTH:
        line = safe(line)
        _attach(line, entry.comments)
        rows = wrapped(line, indent)
    # Comments above its only row do not keep a line out of columns.
    if any(row.text for row in rows[:-1]):
        return Piece(rows, entry.blank)
    return Piece(rows, entry.blank, *_cells(tree, entry.start, words))


def _cells_of_row(tree: Words) -> list[str]:
    cells = []
    for cell in tree.find_data("cell"):
        words = list(leaves([shape(cell)])) if cell.children else []
        set_gaps(words)
        cells.append(flat(words))
    return cells


def _cells(tree: Words, start: str, words: list[Leaf]) -> tuple[str, list[str]]:
    """The kind of a line that stands in columns, and the line's cells; no kind for others."""
    if tree.data in RULES:
        kind, cuts = "rule", [next(at for at, word in enumerate(words) if word.type == "THEN")]
    elif tree.data in ROUTES:
        kind, cuts = "destination", [1]
    elif start == "field":
        kind, cuts = "field", [1, 2]
    elif start == "outcome_line":
        kind, cuts = "outcome", [1]
    else:
        return "", []
    parts = zip([0, *cuts], [*cuts, len(words)], strict=True)
    return kind, [flat(words[begin:end]) for begin, end in parts]


def _attach(line: Group, comments: list[Comment]) -> None:
    """Hang every comment on a word behind which the line may break, or on the one that begins the next row."""
    words = list(borders(line))
    # A comma that was not typed stands where the word before it does.
    starts = list(accumulate((word.span.start for word, _ in words), max))
    for comment in comments:
        behind = bisect_right(starts, comment.span.start)
        border = next((at for at in range(behind, len(words)) if words[at][1]), len(words))
        next_row = words[border][0] if border < len(words) else None
        if next_row is not None and (next_row.before or (comment.alone and behind == border)):
            next_row.before.append(comment.text)
        else:
            words[border - 1][0].after.append(comment.text)
