"""Whether a line is doubtful is found out in two steps, and the quick one lets no doubtful line go."""

from __future__ import annotations

import random
import re
from importlib import import_module
from pathlib import Path

doubts = import_module("scorelang.syntax_errors.doubts")

PAGES = sorted((Path(__file__).resolve().parent / "errors").glob("*.md"))
# All words of the patterns, those that will be added too, and what may stand between them.
WORDS = sorted(set(re.findall(r"[a-z]{2,}", doubts.DOUBTFUL.pattern)))
SIGNS = (
    "a", "title", "40", '"x"', '"y z"', '""', '"', "<", ">", ">=", "=", "/page", "1/2/2024", "12-1-2024", "2024-01-01",
    "-", "+", ",", "lead.", "lead.a", "(", ")", 'f("x")', "#c",
)  # fmt: skip
GAPS = (" ", "", "\n", "\t", "  ")


def is_let_through(text: str) -> bool:
    return doubts.HINT.search(text) is not None or doubts.BEGINNING.match(text) is not None


def is_doubtful(text: str) -> bool:
    return doubts.DOUBTFUL.search(text) is not None or doubts.CALL.search(text) is not None


def test_the_quick_look_lets_every_doubtful_line_of_the_pages_of_errors_through() -> None:
    lines = [line.strip() for page in PAGES for line in page.read_text("utf-8").splitlines()]
    found = [line for line in lines if is_doubtful(line)]
    assert len(found) > 50
    assert [line for line in found if not is_let_through(line)] == []


def test_the_quick_look_lets_every_doubtful_line_of_words_in_any_order_through() -> None:
    chance = random.Random(20261122)
    found = 0
    for _ in range(20_000):
        words = (
            chance.choice(chance.choice((WORDS, SIGNS))) + chance.choice(GAPS) for _ in range(chance.randrange(2, 7))
        )
        text = "".join(words).strip()
        if is_doubtful(text):
            found += 1
            assert is_let_through(text), text
    assert found > 500


def test_the_quick_look_passes_over_most_lines() -> None:
    line = 'if title mentions ["CEO", "VP"] and employees >= 1_000 then +10 because "decides"'
    assert not is_let_through(line)
    assert doubts.doubts(line) is None
