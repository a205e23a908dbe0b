"""From a line's words to what it is laid out from: where it may break, and which breaks belong together."""

from __future__ import annotations

import re

from lark import Token, Tree

from scorelang.format.parts import Break, Group, Kind, Leaf, Part, leaves
from scorelang.format.tree import Child, Words, is_one, words_of
from scorelang.layout import BLOCKS, STATEMENT, WHOLE
from scorelang.source import NOWHERE, Span

INDENT = 4

# Before which parts of which lines a line may break.
BREAKS = {
    "if_rule": ("THEN", "because"),
    "events_rule": ("THEN", "because"),
    "each_rule": ("THEN", "because"),
    "otherwise_rule": ("because",),
    "require": ("FOR", "because"),
    "disqualify": ("because",),
    "matrix": ("because",),
    "stage": ("WHEN", "or_when"),
    "use": ("FROM",),
    "attribute": ("FROM", "MISSING"),
}
CHAINS = ("or_", "and_")
BRACKETS = ("bracket", "list_literal", "quorum", "call", "event")
# Where a bracket is written right behind a name, and a sign right before a number.
CALLS = ("call", "event")
SIGNED = ("unary", "signed", "missing_value")


def shape(tree: Words) -> Group:
    """What a line is laid out from. The head of a block goes on deeper than its block does."""
    return Group(_parts(tree), 2 * INDENT if is_one(tree.children[-1], "COLON") else INDENT)


def safe(line: Group) -> Group:
    """A line without those breaks that would make one of its rows look like a statement of its own."""
    *_, last = leaves(line.parts)
    is_head = last.text == ":"
    if not is_head and next(leaves(line.parts)).text in BLOCKS:
        # An event with the name of a block: a row below it would be taken for a line of that block.
        return Group(_without_breaks(line.parts, re.compile("")), line.nest)
    return Group(_without_breaks(line.parts, STATEMENT if is_head else WHOLE), line.nest)


def _without_breaks(parts: list[Part], statement: re.Pattern[str]) -> list[Part]:
    """The parts without those breaks outside brackets behind which a name would look like a statement: `list`."""
    kept: list[Part] = []
    for at, part in enumerate(parts):
        if isinstance(part, Break):
            row = next(leaves(parts[at + 1 : at + 2]))
            if statement.match(f"{row.text} then:" if row.type == "NAME" else ""):
                continue
        if isinstance(part, Group) and not part.bracket:
            part = Group(_without_breaks(part.parts, statement), part.nest)
        kept.append(part)
    return kept


def _parts(tree: Words, nest: int = 0) -> list[Part]:
    """The parts of a tree; a chain of `and` or `or` is indented by `nest`."""
    if tree.data in CHAINS:
        return [Group(_chain(tree), nest)]
    if tree.data in BRACKETS:
        return _bracketed(tree)
    match tree.data:
        case "if_rule" | "events_rule" | "each_rule" | "require" | "disqualify":
            return _with_reason(tree)
        case "stage":
            return _run(tree.children, tree.data, "each", INDENT)
        case "or_when" | "to_if":
            return _run(tree.children, tree.data, nest=INDENT)
        case "invariant":
            return [*_run(tree.children[:3], tree.data), Break(), *_run(tree.children[3:], tree.data)]
        case "expect_condition":
            return _run([_expected(child) for child in tree.children], tree.data)
    return _run(tree.children, tree.data)


def _run(children: list[Child], within: str, kind: Kind = "fill", nest: int = 0) -> list[Part]:
    """One part after the other; breaks of that kind before those that may begin a line."""
    parts: list[Part] = []
    for child in children:
        if parts and is_one(child, *BREAKS.get(within, ())):
            parts.append(Break(kind))
        if isinstance(child, Tree):
            parts += _parts(child, nest)
            continue
        parts.append(_leaf(child, within))
        # Not behind the commas of `missing "a", "b"`: the grammar tells them by the value that follows at once.
        if child.type == "COMMA":
            parts.append(Break("fill"))
    return parts


def _leaf(word: Token, within: str) -> Leaf:
    text, span = str(word), NOWHERE
    if word.start_pos is not None and word.end_pos is not None:
        span = Span(word.start_pos, word.end_pos)
    left = text in (",", ":", ".", ")", "]") or (text == "(" and within in CALLS)
    right = text in (".", "(", "[") or (word.type == "SIGN" and within in SIGNED)
    return Leaf(text, word.type, span, glued_left=left, glued_right=right)


def _chain(tree: Words) -> list[Part]:
    """Conditions, each with the `and` or `or` that leads it."""
    parts: list[Part] = []
    for child in tree.children:
        if isinstance(child, Tree):
            parts += _parts(child, INDENT)
        else:
            parts += [Break(), _leaf(child, tree.data)]
    return parts


def _bracketed(tree: Words) -> list[Part]:
    """What stands before a bracket, and the bracket: the values of a list fill lines, all else has a line each."""
    opening = next((at for at, child in enumerate(tree.children) if is_one(child, "OPEN", "OPEN_LIST")), None)
    if opening is None:
        return _run(tree.children, tree.data)
    first, *items, last = tree.children[opening:]
    parts: list[Part] = [_leaf(one, tree.data) for one in words_of(first)]
    if items:
        kind: Kind = "fill" if tree.data == "list_literal" else "each"
        parts += [Break(), *_items(items, tree.data, kind)]
        parts += [Leaf(",", "COMMA", glued_left=True, broken_only=True)] if tree.data == "quorum" else []
        parts += [Break(closing=True)]
    parts += [_leaf(one, tree.data) for one in words_of(last)]
    return [*_run(tree.children[:opening], tree.data), Group(parts, bracket=True)]


def _items(items: list[Child], within: str, kind: Kind) -> list[Part]:
    parts: list[Part] = []
    for item in items:
        if isinstance(item, Tree):
            parts += _parts(item, 0 if within == "bracket" else INDENT)
        else:
            parts += [_leaf(item, within), Break(kind)]
    return parts


def _with_reason(tree: Words) -> list[Part]:
    """A rule or gate: first its reason goes on a line of its own, then its points, and last its chain is broken."""
    rest = [child for child in tree.children if not is_one(child, "because")]
    kind: Kind = "each" if any(is_one(child, *CHAINS) for child in rest) else "fill"
    parts: list[Part] = [Group(_run(rest, tree.data, kind))]
    for reason in tree.children[len(rest) :]:
        parts += [Break("fill"), *_run([reason], tree.data)]
    return parts


def _expected(child: Child) -> Child:
    """`Fit -10` reads as a difference and is none: its sign belongs to the number."""
    match child:
        case Tree(data="operand", children=[Tree(data="sum", children=[base, sign, Tree(data="number")] as terms)]):
            if is_one(base, "name", "dotted", "text") and is_one(sign, "SIGN"):
                return Tree("signed", terms)
    return child
