"""Breaking a line that does not fit, or that comments divide."""

from __future__ import annotations

from attrs import Factory, define, field, frozen

from scorelang.format.parts import Break, Group, Leaf, Part, leaves, text_width, width
from scorelang.format.shape import INDENT

WIDTH = 100


@frozen
class Row:
    """One row of the file; a comment on its own has no text before it."""

    indent: int
    text: str
    comment: str = ""

    def __str__(self) -> str:
        return " " * self.indent + "  ".join(filter(None, (self.text, self.comment)))


def wrapped(line: Group, indent: int) -> list[Row]:
    """The rows of a line that is indented by `indent`, with the comments among its words.

    A comment ends its row. One that has another behind it on the same row goes above the row.
    """
    writer = _Writer(indent)
    _divide(line)
    writer.group(line, indent, 0)
    writer.end_row()
    return writer.rows


def _divide(group: Group) -> None:
    """Note which groups have a comment between two of their words."""
    first, *rest = leaves(group.parts)
    group.divided = bool(rest) and bool(
        first.after or rest[-1].before or any(leaf.before or leaf.after for leaf in rest[:-1])
    )
    for part in group.parts:
        if isinstance(part, Group):
            _divide(part)


@define
class _Writer:
    """Writes words row by row. `row` and `comment` are what the current row holds so far."""

    indent: int
    rows: list[Row] = Factory(list)
    row: str = ""
    comment: str = ""
    above: int = field(init=False)
    """How comments above the current row are indented: those above a closing bracket are still in it."""

    def __attrs_post_init__(self) -> None:
        self.above = self.indent

    def group(self, group: Group, indent: int, after: int) -> None:
        """Write a group on one row, if it fits there with the `after` columns that nothing parts from it."""
        spared = not self.row and next(leaves(group.parts)).gap
        if not group.divided and self._fits(width(group.parts) - spared + after):
            for leaf in leaves(group.parts):
                if not leaf.broken_only:
                    self._leaf(leaf)
            return
        opened = self.indent
        inner = opened + INDENT if group.bracket else indent + group.nest
        for at, part in enumerate(group.parts):
            if isinstance(part, Leaf):
                self._leaf(part)
            elif isinstance(part, Group):
                self.group(part, inner, _until_break(group.parts, at, after))
            elif part.closing:
                self._break(opened, inner)
            elif part.kind == "each" or self._must_break(group.parts, at, after):
                self._break(inner, inner)

    def _fits(self, more: int) -> bool:
        return self.indent + text_width(self.row) + more <= WIDTH

    def _must_break(self, parts: list[Part], at: int, after: int) -> bool:
        """Whether what follows a break that need not be taken cannot go on the current row."""
        following = next(leaves(parts[at + 1 : at + 2]))
        return bool(self.comment or following.before) or not self._fits(_until_break(parts, at, after))

    def _leaf(self, leaf: Leaf) -> None:
        for comment in leaf.before:
            if self.row:
                self._note(comment)
            else:
                self.rows.append(Row(self.above, "", comment))
        self.row += " " + leaf.text if leaf.gap and self.row else leaf.text
        for comment in leaf.after:
            self._note(comment)

    def _note(self, comment: str) -> None:
        """Put a comment at the end of the current row, and the one that was to be there above the row."""
        if self.comment:
            self.rows.append(Row(self.above, "", self.comment))
        self.comment = comment

    def end_row(self) -> None:
        """Finish the current row."""
        self.rows.append(Row(self.indent, self.row, self.comment))
        self.row = self.comment = ""

    def _break(self, indent: int, above: int) -> None:
        self.end_row()
        self.indent, self.above = indent, above


def _until_break(parts: list[Part], at: int, after: int) -> int:
    """The columns behind the part at `at` up to the next place where its group may break."""
    more = 0
    for following in range(at + 1, len(parts)):
        part = parts[following]
        if isinstance(part, Break):
            return more
        more += width([part])
    return more + after
