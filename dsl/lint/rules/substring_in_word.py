"""Parts of texts that are found inside other words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorelang.lint.finding import Finding, Fix
from scorelang.lint.rule import Rule
from scorelang.lint.texts import Compared, compared, types_of
from scorelang.lint.words import hides_in
from scorelang.source import Span
from scorelang.suggest import listed
from scorelang.values import SPACES, Type, fold

# Texts in which words are not parted: `mentions` would be no better there.
UNPARTED = re.compile(r"mail|domain|url|website|phone|link|path|page", re.IGNORECASE)
INSIDE = re.compile(r"\*([^*?\\]+)\*")


class SubstringInWord(Rule):
    """A part of a text that is also found inside quite another word: "cto" in "Director".

    `contains "cto"` is true of every director, and `like "*intern*"` of everybody international. The points go to
    leads that nobody meant, and nobody sees it in the rule.

    Write `mentions`, which finds whole words only. The rule knows the words of the standard library's title lists
    and eight hundred common ones of business. A part that only begins a longer word of the same family is let be
    (`contains "engineer"` for "engineering"), and so are addresses, pages and the members of a text list. Cells of
    a matrix are looked at too, and lists of other files where they are used.
    """

    name = "substring-in-word"
    code = "SL101"
    bad = 'if title contains "cto" then +20 because "technology chief"'
    good = 'if title mentions "cto" then +20 because "technology chief"'

    def check(self) -> Iterator[Finding]:
        """Every part whose matches include another word."""
        types = types_of(self.subject)
        told: set[Span] = set()
        for one in compared(self.subject, "contains", "like"):
            if types.get(one.left.span, Type.TEXT) is not Type.TEXT or one.span in told:
                continue
            if UNPARTED.search(self.subject.source.slice(one.left.span)):
                continue
            part = _part(one)
            words = hides_in(fold(part), is_acronym=len(part) <= 3 and part.isupper()) if part else ()
            if words:
                told.add(one.span)
                yield self._found(one, part, words)

    def _found(self, one: Compared, part: str, words: tuple[str, ...]) -> Finding:
        shown = listed([f'"{word}"' for word in words[:3]], limit=3)
        within = f" (in `{self.subject.source.slice(one.span)}`)" if one.text is None else ""
        return self.report(
            one.span,
            f'"{part}"{within} is also found inside other words, such as {shown}',
            "`mentions` finds whole words",
            fix=self._mentions(one, part),
        )

    def _mentions(self, one: Compared, part: str) -> Fix | None:
        """`mentions` in place of the operator; where other members are patterns, that is for a person to do."""
        text = self.subject.source.text
        operator = re.search(rf"\b{one.operator}\b", text[one.operator_span.start : one.operator_span.end])
        is_list = one.text is None or one.named is not None
        if operator is None or is_list or (one.operator == "like" and one.items is not None):
            return None
        start = one.operator_span.start
        edits = [(Span(start + operator.start(), start + operator.end()), "mentions")]
        if one.operator == "like" and one.text is not None:
            edits.append((one.text.span, f'"{part}"'))
        return self.fix("write `mentions`", *edits, safe=False)


def _part(one: Compared) -> str:
    """What is looked for anywhere in a text; empty where it is not anywhere."""
    if one.operator == "contains":
        return one.value if one.value == one.value.strip(SPACES) else ""
    match = INSIDE.fullmatch(one.value)
    return match[1] if match else ""
