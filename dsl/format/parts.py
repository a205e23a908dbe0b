"""What a line is laid out from: its words, the places where it may break, and groups of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from attrs import Factory, define, frozen

from scorelang.source import NOWHERE, Span

Kind = Literal["each", "fill"]


@define(eq=False)
class Leaf:
    """A word as it is written, the comments that stand before it on lines of their own, and those behind it.

    `type` is its terminal in the grammar. No space is on a side that is glued; `gap` is whether one precedes it.
    A `broken_only` word is left out where its group is on one line.
    """

    text: str
    type: str
    span: Span = NOWHERE
    glued_left: bool = False
    glued_right: bool = False
    broken_only: bool = False
    gap: bool = False
    before: list[str] = Factory(list)
    after: list[str] = Factory(list)


@frozen(eq=False)
class Break:
    """A place where a line may break.

    `each` breaks wherever its group is not on one line, `fill` only where what follows has no room. A `closing` one
    goes back to the indentation of the line that opened the bracket.
    """

    kind: Kind = "each"
    closing: bool = False


@define(eq=False)
class Group:
    """Parts that stand on one line if they can.

    Their breaks are indented by `nest` more than those around the group; in a `bracket` by a level more than the line
    that opens it. `divided` by a comment, it cannot be on one line.
    """

    parts: list[Part]
    nest: int = 0
    bracket: bool = False
    divided: bool = False


Part = Leaf | Break | Group


def leaves(parts: Iterable[Part]) -> Iterator[Leaf]:
    """The words of parts, in order."""
    for part in parts:
        if isinstance(part, Leaf):
            yield part
        elif isinstance(part, Group):
            yield from leaves(part.parts)


def borders(group: Group) -> Iterator[tuple[Leaf, bool]]:
    """The words of a group on one line, each with whether the line may break before it."""
    broken = False
    for part in _flattened(group):
        if isinstance(part, Break):
            broken = True
        elif not part.broken_only:
            yield part, broken
            broken = False


def _flattened(group: Group) -> Iterator[Leaf | Break]:
    for part in group.parts:
        if isinstance(part, Group):
            yield from _flattened(part)
        else:
            yield part


def set_gaps(words: Iterable[Leaf]) -> None:
    """Note before which words there is a space."""
    last: Leaf | None = None
    for leaf in words:
        if not leaf.broken_only:
            leaf.gap = last is not None and not last.glued_right and not leaf.glued_left
            last = leaf


def flat(words: Iterable[Leaf]) -> str:
    """Words on one line."""
    return "".join(" " + leaf.text if leaf.gap else leaf.text for leaf in words if not leaf.broken_only).lstrip(" ")


def width(parts: Sequence[Part]) -> int:
    """How many columns parts take on one line, with the space before them."""
    return sum(text_width(leaf.text) + leaf.gap for leaf in leaves(parts) if not leaf.broken_only)


def text_width(text: str) -> int:
    """How many columns of a terminal or an editor a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
