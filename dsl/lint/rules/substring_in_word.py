"""Parts of texts that are found inside other words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from scorelang import nodes as n
from scorelang.lint.finding import Finding, Fix
from scorelang.lint.rule import Rule
from scorelang.lint.texts import Compared, compared, types_of
from scorelang.lint.words import hides_in
from scorelang.source import Span
from scorelang.suggest import listed
from scorelang.values import SPACES, Type, fold

# Texts in which words are not parted: `mentions` would be no better there.
UNPARTED = re.compile(r"mail|domain|url|website|phone|link|path|page", re.IGNORECASE)
PATTERN = re.compile(r"(\*?)([^*?\\]+)(\*?)")
# A part at one end of a text is mostly meant to be one: it is told from this length on, and not where many words do so.
SHORTEST_AT_END = 3
PREFIX = "pro"


@frozen
class Part:
    """What is looked for, and at which ends other characters may stand."""

    text: str
    before: bool = True
    after: bool = True

    @property
    def where(self) -> str:
        """Where in other words it is found."""
        return "inside" if self.before and self.after else "at the end of" if self.before else "at the start of"

    def words(self) -> tuple[str, ...]:
        """The words that hold it so, and mean something else."""
        folded, is_anywhere = fold(self.text), self.before and self.after
        if not is_anywhere and (len(folded) < SHORTEST_AT_END or folded == PREFIX):
            return ()
        is_acronym = is_anywhere and len(self.text) <= 3 and self.text.isupper()
        words = hides_in(folded, is_acronym=is_acronym)
        words = tuple(word for word in words if self.before or word.startswith(folded))
        return tuple(word for word in words if self.after or word.endswith(folded))


class SubstringInWord(Rule):
    """A part of a text that is also found inside quite another word: "cto" in "Director".

    `contains "cto"` is true of every director, and `like "*intern*"` or `starts with "intern"` of everybody
    international. The points go to leads that nobody meant, and nobody sees it in the rule.

    Write `mentions`, which finds whole words only. The rule knows the words of the standard library's title lists
    and eight hundred common ones of business. A part that only begins a longer word of the same family is let be
    (`contains "engineer"` for "engineering"), and so are addresses, pages and the members of a text list. Cells of
    a matrix are looked at too, lists of other files where they are used, and the text after an event that begins and
    ends with a star.
    """

    name = "substring-in-word"
    code = "SL101"
    bad = 'if title contains "cto" then +20 because "technology chief"'
    good = 'if title mentions "cto" then +20 because "technology chief"'

    def check(self) -> Iterator[Finding]:
        """Every part whose matches include another word."""
        types = types_of(self.subject)
        told: set[Span] = set()
        for one in compared(self.subject, "contains", "starts with", "ends with", "like"):
            if types.get(one.left.span, Type.TEXT) is not Type.TEXT or one.span in told:
                continue
            if UNPARTED.search(self.subject.source.slice(one.left.span)):
                continue
            part = _part(one.operator, one.value)
            words = part.words() if part is not None else ()
            if part is not None and words:
                told.add(one.span)
                within = f" (in `{self.subject.source.slice(one.span)}`)" if one.text is None else ""
                yield self._found(one.span, part, words, within, self._mentions(one, part.text))
        for events in self.subject.each(n.Events):
            yield from self._in_pattern(events)

    def _in_pattern(self, events: n.Events) -> Iterator[Finding]:
        """`meeting "*cto*"`, where the attribute is a text; a part that begins a word is mostly meant to, there."""
        kind = self.subject.model.kinds.get(events.kind.name)
        if not isinstance(events.pattern, n.Text) or kind is None or not kind.attributes:
            return
        first, part = kind.attributes[0], _part("like", events.pattern.value)
        if first.type is not Type.TEXT or UNPARTED.search(first.name) or part is None or not part.before:
            return
        words = tuple(word for word in part.words() if not word.startswith(fold(part.text)))
        if words:
            fix = None
            if events.where is None:
                where = f'where {first.name} mentions "{part.text}"'
                fix = self.fix(f"write `{where}`", (events.pattern.span, where), safe=False)
            yield self._found(events.pattern.span, part, words, "", fix)

    def _found(self, span: Span, part: Part, words: tuple[str, ...], within: str, fix: Fix | None) -> Finding:
        shown = listed([f'"{word}"' for word in words[:3]], limit=3)
        return self.report(
            span,
            f'"{part.text}"{within} is also found {part.where} other words, such as {shown}',
            "`mentions` finds whole words",
            fix=fix,
        )

    def _mentions(self, one: Compared, part: str) -> Fix | None:
        """`mentions` in place of the operator; where other members are patterns, that is for a person to do."""
        text = self.subject.source.text
        typed = one.operator.replace(" ", r"\s+")
        operator = re.search(rf"\b{typed}\b", text[one.operator_span.start : one.operator_span.end])
        is_list = one.text is None or one.named is not None
        if operator is None or is_list or (one.operator == "like" and one.items is not None):
            return None
        start = one.operator_span.start
        edits = [(Span(start + operator.start(), start + operator.end()), "mentions")]
        if one.operator == "like" and one.text is not None:
            edits.append((one.text.span, f'"{part}"'))
        return self.fix("write `mentions`", *edits, safe=False)


def _part(operator: str, value: str) -> Part | None:
    """What is looked for in a text, and where; None where it is the whole text, or no single part of it."""
    if operator == "like":
        match = PATTERN.fullmatch(value)
        return Part(match[2], bool(match[1]), bool(match[3])) if match and (match[1] or match[3]) else None
    part = value if value == value.strip(SPACES) else ""
    return Part(part, operator != "starts with", operator != "ends with") if part else None
