"""What a line is laid out from: its words, the places where it may break, and groups of both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import Factory, define, frozen

from scorelang.source import NOWHERE, Span


@define(eq=False)
class Leaf:
    """A word as it is written, and the comments that stand before it on lines of their own, and behind it.

    `type` is its terminal in the grammar. It has no space on the side that is glued; `gap` is whether one precedes it.
    `broken_only` words are left out where their group is on one line.
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

    `each` breaks where its group is not on one line, `fill` only where what follows has no room. A `closing` one
    returns to the indentation of the line that opened the bracket.
    """

    kind: Literal["each", "fill"] = "each"
    closing: bool = False


@define(eq=False)
class Group:
    """Parts that stand on one line if they can. Their breaks are indented by `nest` more than the group's surroundings,
    in a `bracket` by one level more than the line that opens it.
    """

    parts: list[Part]
    nest: int = 0
    bracket: bool = False


Part = Leaf | Break | Group


def leaves(parts: list[Part]) -> Iterator[Leaf]:
    """The words of parts, in order."""
    for part in parts:
        if isinstance(part, Leaf):
            yield part
        elif isinstance(part, Group):
            yield from leaves(part.parts)


def space(parts: list[Part]) -> None:
    """Note before which words there is a space."""
    last: Leaf | None = None
    for leaf in leaves(parts):
        if leaf.broken_only:
            continue
        leaf.gap = last is not None and not last.glued_right and not leaf.glued_left
        last = leaf


def flat(parts: list[Part]) -> str:
    """The text of parts on one line."""
    return "".join((" " if leaf.gap else "") + leaf.text for leaf in leaves(parts) if not leaf.broken_only).strip()
