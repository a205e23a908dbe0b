"""Patterns that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding, Fix
from scorelang.lint.rule import Rule
from scorelang.lint.texts import Compared, compared
from scorelang.source import Span
from scorelang.values import has_glob


class GlobWithoutStar(Rule):
    """A `like` whose pattern has no `*` and no `?`.

    `like` asks for the whole text, so without a `*` it means the same as `is`: `title like "VP"` is not true of "VP
    Sales".

    Put a `*` where anything may stand, or write `is`. Of a list every member is looked at. The text after an event
    (`visit "/pricing"`) needs no star: it is meant to be the whole page.
    """

    name = "glob-without-star"
    code = "SL103"
    bad = 'if title like "VP" then +10'
    good = 'if title like "VP*" then +10\nvisit "/pricing" then +5'

    def check(self) -> Iterator[Finding]:
        """Every `like` none of whose patterns has a star."""
        told: set[Span] = set()
        for one in compared(self.subject, "like"):
            if one.span in told or has_glob(one.value):
                continue
            told.add(one.span)
            text = f'"{one.value}"' if one.text is None else self.subject.source.slice(one.span)
            within = f" (in `{self.subject.source.slice(one.span)}`)" if one.text is None else ""
            yield self.report(
                one.span, f"{text}{within} has no `*` and no `?`", "only this whole text matches",
                help=(self._hint(one),), fix=self._plain(one),
            )  # fmt: skip

    def _hint(self, one: Compared) -> str:
        if one.items is not None or one.text is None:
            return "put a `*` where anything may stand, or write `in`"
        return f'write `like "{one.value}*"`, `mentions "{one.value}"`, or `is "{one.value}"`'

    def _plain(self, one: Compared) -> Fix | None:
        """`is` or `in` in place of `like`, where no backslash would change its meaning."""
        texts = one.items.items if one.items is not None else (one.text,)
        if one.named is not None or any(not isinstance(text, n.Text) or "\\" in text.value for text in texts):
            return None
        if any(isinstance(text, n.Text) and has_glob(text.value) for text in texts):
            return None
        start = one.operator_span.start
        match = re.search(r"\blike\b", self.subject.source.text[start : one.operator_span.end])
        if match is None:
            return None
        word = "is" if one.items is None else "in"
        return self.fix(f"write `{word}`", (Span(start + match.start(), start + match.end()), word), safe=False)
