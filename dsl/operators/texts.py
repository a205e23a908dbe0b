"""Operators on text."""

from __future__ import annotations

from scorelang.operators import Operator
from scorelang.values import SPACES, Type, fold, fold_page, matches, mentions

TEXTS = (Type.TEXT, Type.PAGE)


def contains(text: str | frozenset[str], part: str) -> bool:
    """Whether the part stands in the text, or is a member of the text list."""
    return part in text


def domain(email: str) -> str | None:
    """What follows the last `@`; None without an `@` or with nothing behind it."""
    _, at, host = email.rpartition("@")
    return host.strip(SPACES) or None if at else None


def _fold_part(_type: Type, text: str) -> str:
    return fold(text)


def _fold_start(type_: Type, text: str) -> str:
    """The start of a page keeps a final `/`: `/blog/` must not match `/blogging`."""
    if type_ is not Type.PAGE:
        return fold(text)
    folded = fold_page(text)
    return folded + "/" if text.endswith("/") and folded != "/" else folded


def _fold_end(type_: Type, text: str) -> str:
    return fold(text).rstrip("/") or "/" if type_ is Type.PAGE else fold(text)


def _fold_pattern(type_: Type, text: str) -> str:
    return fold_page(text, pattern=True) if type_ is Type.PAGE else fold(text)


OPERATORS = (
    Operator(
        "contains", "word", (*TEXTS, Type.TEXT_LIST), Type.FLAG, contains,
        "The text holds the other one as a part; a text list has the member. With a list: any of them.",
        'interests contains "pricing"', right=Type.TEXT, many=True, fold=_fold_part,
    ),
    Operator(
        "starts with", "word", TEXTS, Type.FLAG, str.startswith,
        "The text begins with the other one. With a list: with any of them.",
        'phone starts with "+49"', right=Type.TEXT, many=True, fold=_fold_start,
    ),
    Operator(
        "ends with", "word", TEXTS, Type.FLAG, str.endswith,
        "The text ends with the other one. With a list: with any of them.",
        'email ends with ".edu"', right=Type.TEXT, many=True, fold=_fold_end,
    ),
    Operator(
        "mentions", "word", TEXTS, Type.FLAG, mentions,
        "The text holds the other one as whole words: whatever is not a letter or digit parts words. With a list: any.",
        'title mentions "VP"', right=Type.TEXT, many=True, fold=_fold_part,
    ),
    Operator(
        "like", "word", TEXTS, Type.FLAG, lambda text, pattern: matches(pattern, text),
        "The whole text matches the pattern: `*` is any run, `?` one character, `\\\\*` and `\\\\?` themselves.",
        'title like "VP*"', right=Type.TEXT, many=True, fold=_fold_pattern,
    ),
    Operator(
        "length", "function", TEXTS, Type.NUMBER, lambda text: float(len(text)),
        "How many characters the text has, without white space at its ends.", "length(company) > 2",
    ),
    Operator(
        "domain", "function", (Type.TEXT,), Type.TEXT, domain,
        "What follows the last `@` of an address; missing without one.", "domain(email) in free_mail",
    ),
)  # fmt: skip
