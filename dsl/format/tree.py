"""The words of a line as a tree: every one that was typed, and which of them belong together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lark import Token, Tree

from scorelang.lalr import Step

Words = Tree[Token]
Child = Words | Token


def tree_of(steps: Iterable[Step]) -> Words:
    """The tree of a line, by how it was read: with the words that nodes do without, as commas, brackets and signs."""
    made: list[Child] = []
    for step in steps:
        if isinstance(step, Token):
            made.append(step)
            continue
        size, label, bare, groups = step.size, step.label, step.bare, step.groups
        begin = len(made) - size
        parts = made[begin:]
        if groups:
            parts = [child for part in parts for child in _ungrouped(part)]
        made[begin:] = parts if bare and len(parts) == 1 else [Tree(label, parts)]
    (tree,) = made
    assert isinstance(tree, Tree)
    return tree


def _ungrouped(part: Child) -> Sequence[Child]:
    """The parts of a rule that is only there to group them; else the part itself."""
    return part.children if isinstance(part, Tree) and part.data.startswith("_") else (part,)


def words_of(child: Child) -> list[Token]:
    """The words of a tree in the order of the text; of a word, itself."""
    if isinstance(child, Token):
        return [child]
    return [word for inner in child.children for word in words_of(inner)]


def is_one(child: Child, *kinds: str) -> bool:
    """Whether a child is a word of one of those types, or a tree that one of those rules made."""
    return (child.type if isinstance(child, Token) else child.data) in kinds
