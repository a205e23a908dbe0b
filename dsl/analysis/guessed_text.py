"""Texts that are likely to pass some tests and to fail others: values of the tests, put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scorelang.analysis.machines import passes
from scorelang.analysis.text_tests import BEFORE_DOMAIN, NOWHERE, Test, pieces_of

# Of lists longer than the one, so many members are tried.
FEW_VALUES = 12
MOST_TRIED = 400


def guessed(passed: Sequence[Test], failed: Sequence[Test], page: bool, *, careful: bool) -> Iterator[str]:
    """Texts that may be what is looked for, the quickest to make first; with `careful`, more of them."""
    yield from _joined(passed, page)
    if careful:
        yield from _of_lists(passed, failed, page)
        yield from _in_order(passed, failed, page)


def _joined(tests: Sequence[Test], page: bool) -> Iterator[str]:
    """Texts that may pass all of these tests: their values one behind the other."""
    plain = ("/", "/x", "/something/else") if page else ("x", "something else", "1", "-", f"x@{NOWHERE}")
    if not tests:
        yield from plain
        return
    order = {"starts with": 0, "ends with": 2}
    ordered = sorted(tests, key=lambda test: (test.of_domain, order.get(test.how, 1)))
    for pick in range(3):
        parts: list[str] = []
        for test in ordered:
            examples = list(test.examples())
            parts.append(examples[pick % len(examples)])
        for between in ("", "/" if page else " ", "x", "-"):
            yield between.join(parts)
            yield between.join(("/", *parts) if page else ("x", *parts))
            yield between.join((*parts, "x"))


def _of_lists(passed: Sequence[Test], failed: Sequence[Test], page: bool) -> Iterator[str]:
    """The same, of values that fail what is to be failed, for lists of which many members do not."""
    parts: list[str] = []
    for test in passed:
        if test.how not in ("starts with", "ends with", "contains", "mentions") or len(test.values) <= FEW_VALUES:
            parts.append(next(test.examples(), ""))
            continue
        wrapped = (f"{BEFORE_DOMAIN}{value}" if test.of_domain else value for value in sorted(test.values)[:MOST_TRIED])
        fitting = (text for text in wrapped if not _is_any(failed, text))
        # What passes all of them alone is the best of them.
        texts = list(fitting)
        best = next((text for text in texts if all(passes(other, text) for other in passed)), None)
        if best is not None:
            yield best
        parts.append(texts[0] if texts else next(test.examples(), ""))
    for between in ("/",) if page else (" ", ", ", ""):
        yield between.join(parts)
        yield between.join(reversed(parts))


def _in_order(passed: Sequence[Test], failed: Sequence[Test], page: bool) -> Iterator[str]:
    """How it should begin, what it should have inside, and how it should end, apart or within other letters."""
    head = "/" if page else ""
    tail = ""
    inside: list[str] = []
    for test in passed:
        values = sorted(test.values)[:FEW_VALUES] or ["x" * test.number]
        value = next((each for each in values if not _is_any(failed, each)), values[0])
        if test.of_domain:
            tail = max(tail, f"{BEFORE_DOMAIN}{value or NOWHERE}", key=len)
        elif test.how == "starts with":
            head = max(head, value, key=len)
        elif test.how == "ends with":
            tail = max(tail, value, key=len)
        elif test.how == "like":
            first, *runs = _literals(value)
            head, tail = max(head, first, key=len), max(tail, *runs[-1:], "", key=len)
            inside += runs[:-1]
        else:
            inside.append(value)
    words = [word if not _is_any(failed, f" {word} ") else f"x{word}x" for word in dict.fromkeys(inside)]
    for between in ("/", "-") if page else (" ", "-", ""):
        yield between.join(filter(None, (head, *words, tail)))
        yield between.join(filter(None, (head, *reversed(words), tail)))


def _is_any(tests: Sequence[Test], text: str) -> bool:
    return any(passes(test, text) for test in tests)


def _literals(pattern: str) -> list[str]:
    """What stands before, between and behind the runs of a pattern."""
    texts = [""]
    for sort, char in pieces_of(pattern):
        if sort == "run":
            texts.append("")
        else:
            texts[-1] += "x" if sort == "one" else char
    return texts
