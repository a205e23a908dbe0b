"""Stars that are only stars."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.lint.texts import compared
from scorelang.values import SPACES

# A star at an end or beside a letter or digit, as in a pattern; "5 * 3" and "***" are texts.
PATTERN = re.compile(r"^\*(?=[^\s*])|(?<=[^\s*\\])\*$")


class StarWithoutLike(Rule):
    """A `*` in a text that is not compared with `like`.

    Only `like` and the text after an event are patterns. `title is "VP*"` asks for a title with a star in it, and no
    lead has one.

    Write `like`. A text that really holds a star is rare: say so with `# lint: ignore[star-without-like]`.
    """

    name = "star-without-like"
    code = "SL107"
    bad = 'if title is "VP*" then +10'
    good = 'if title like "VP*" then +10'

    def check(self) -> Iterator[Finding]:
        """Every text that reads as a pattern and is none."""
        operators = ("is", "is not", "in", "not in", "contains", "starts with", "ends with", "mentions")
        told = set()
        for one in compared(self.subject, *operators):
            if PATTERN.search(one.value.strip(SPACES)) and one.span not in told:
                told.add(one.span)
                yield self.report(
                    one.span,
                    f"`*` is only a character here: `{one.operator}` knows no patterns",
                    "`like` does",
                )
