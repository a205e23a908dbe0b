"""Conditions over three flags as trees: how a model writes them, and their worth by arithmetic on 0, ½ and 1."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


@st.composite
def truths(draw: st.DrawFn, depth: int = 3) -> Any:
    """A condition over the flags a, b and c, as a tree of tuples."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from("abc"))
    word = draw(st.sampled_from(("not", "and", "or", "at least", "at most", "exactly", "known", "missing", "is")))
    parts = tuple(
        draw(truths(depth=depth - 1))
        for _ in range(1 if word in ("not", "known", "missing") else draw(st.integers(2, 3)))
    )
    return (word, draw(st.integers(0, len(parts))), *(parts[:2] if word == "is" else parts))


def spelled(tree: Any) -> str:
    """The condition as a model writes it."""
    if isinstance(tree, str):
        return tree
    word, number, *parts = tree
    texts = [f"({spelled(part)})" for part in parts]
    match word:
        case "not":
            return f"not {texts[0]}"
        case "and" | "or":
            return f" {word} ".join(texts)
        case "known" | "missing":
            return f"{texts[0]} is {word}"
        case "is":
            return f"{texts[0]} is {texts[1]}"
    return f"{word} {number} of ({', '.join(texts)})"


def degree_of(tree: Any, known: dict[str, float]) -> float:
    """Truth as a number: 1, 0, and a half for unknown; `and` is the least and `or` the most."""
    if isinstance(tree, str):
        return known[tree]
    word, number, *parts = tree
    degrees = [degree_of(part, known) for part in parts]
    sure = degrees.count(1)
    match word:
        case "not":
            return 1 - degrees[0]
        case "and":
            return min(degrees)
        case "or":
            return max(degrees)
        case "known":
            return float(degrees[0] != 0.5)
        case "missing":
            return float(degrees[0] == 0.5)
        case "is":
            return 0.5 if 0.5 in degrees else float(degrees[0] == degrees[1])
        case "at least":
            return float(sure >= number)
        case "at most":
            return float(sure <= number)
    return float(sure == number)
