"""Stars that are only stars."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.lint.texts import compared
from scorelang.source import Span
from scorelang.values import SPACES

# A star at an end or beside a letter or digit, as in a pattern; "5 * 3" and "***" are texts.
PATTERN = re.compile(r"^\*(?=[^\s*])|(?<=[^\s*\\])\*$")


class StarWithoutLike(Rule):
    """A `*` in a text that is not compared with `like`.

    Only `like` and the text after an event are patterns. `title is "VP*"` asks for a title with a star in it, and no
    lead has one. So does a list after an event: `visit in ["/blog/*"]`.

    Write `like`; of events, `visit where path like ["/blog/*"]`. A text that really holds a star is rare: say so with
    `# lint: ignore[star-without-like]`.
    """

    name = "star-without-like"
    code = "SL107"
    bad = 'if title is "VP*" then +10'
    good = 'if title like "VP*" then +10'

    def check(self) -> Iterator[Finding]:
        """Every text that reads as a pattern and is none."""
        operators = ("is", "is not", "in", "not in", "contains", "starts with", "ends with", "mentions")
        told: set[Span] = set()
        texts = [
            (one.value, one.span, one.operator, self._hint(one.left.name if isinstance(one.left, n.Name) else ""))
            for one in compared(self.subject, *operators, such=lambda value: "*" in value)
        ]
        for value, span, operator, hint in (*texts, *self._of_events()):
            if PATTERN.search(value.strip(SPACES)) and span not in told:
                told.add(span)
                yield self.report(span, f"`*` is only a character here: `{operator}` knows no patterns", hint)

    def _of_events(self) -> Iterator[tuple[str, Span, str, str]]:
        """The members of lists after events: `visit in ["/blog/*"]`."""
        lists = {node.name.name: node.items for node in self.subject.each(n.NamedList)}
        for events in self.subject.each(n.Events):
            members = events.members
            items = lists.get(members.name) if isinstance(members, n.Name) else members
            for item in items.items if isinstance(items, n.ListOf) else ():
                if isinstance(item, n.Text):
                    yield item.value, item.span, "in", self._hint(events.kind.name)

    def _hint(self, name: str) -> str:
        """What knows patterns, of a field or of a kind of event (`visit in […]` reads as a comparison)."""
        kind = self.subject.model.kinds.get(name)
        return f"`{name} where {kind.attributes[0].name} like …` does" if kind and kind.attributes else "`like` does"
