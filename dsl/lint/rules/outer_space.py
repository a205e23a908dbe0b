"""Texts that begin or end with a space."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding, Fix
from scorelang.lint.rule import Rule
from scorelang.lint.texts import Compared, compared
from scorelang.source import Span
from scorelang.values import SPACES

TRIMMED = ("is", "is not", "in", "not in")
# At which ends a space means nothing, or keeps the text from ever being found: data has no spaces at its own ends.
LOSING = {"starts with": "front", "ends with": "back", "contains": "both", "mentions": "both"}


class OuterSpace(Rule):
    """A text with a space at its front or back.

    In `is` and `in` the space means nothing. After `starts with` at the front, and after `ends with` at the back, it
    keeps the rule from ever firing, for data has no spaces at its ends. `contains " it "` misses the first word of a
    text, and its last.

    Take the space out, and write `mentions` for whole words. A space that does its work is let be: `ends with " GmbH"`.
    """

    name = "outer-space"
    code = "SL106"
    bad = 'if title contains " it " then +5'
    good = 'if title mentions "it" then +5\nif company ends with " GmbH" then +5'

    def check(self) -> Iterator[Finding]:
        """Every text whose outer space is of no use."""
        told: set[Span] = set()
        for one in compared(self.subject, *TRIMMED, *LOSING):
            front, back = one.text.value[:1] in _SPACE, one.text.value[-1:] in _SPACE
            ends = LOSING.get(one.node.operator, "both")
            if one.text.span not in told and ((front and ends != "back") or (back and ends != "front")):
                told.add(one.text.span)
                yield self._compared(one)
        for text, what in self._told():
            if text.value != text.value.strip(SPACES):
                yield self.report(text.span, f"this {what} has a space {_where(text)}", fix=self._trimmed(text))

    def _compared(self, one: Compared) -> Finding:
        message = f"`{one.text.value}` has a space {_where(one.text)}"
        if one.node.operator in TRIMMED:
            label = "it is compared without it"
            safe = not self.subject.names_identity(one.text)
            return self.report(one.text.span, message, label, fix=self._trimmed(one.text, safe=safe))
        if one.node.operator in ("contains", "mentions"):
            hint = (
                "`mentions` finds whole words"
                if one.node.operator == "contains"
                else "without it, whole words are found"
            )
            return self.report(one.text.span, message, hint)
        return self.report(one.text.span, message, "no text of a lead has one there", fix=self._trimmed(one.text))

    def _trimmed(self, text: n.Text, *, safe: bool = False) -> Fix | None:
        """The text without its outer spaces; None where they are escapes."""
        typed = self.subject.source.text[text.span.start : text.span.end]
        inner = typed[1:-1].strip(SPACES)
        if not (typed[:1] == typed[-1:] == '"') or not inner or inner.endswith("\\"):
            return None
        return self.fix("take the space out", (text.span, f'"{inner}"'), safe=safe)

    def _told(self) -> Iterator[tuple[n.Text, str]]:
        """Texts that the model gives to people: reasons and destinations."""
        for node in self.subject.nodes:
            if isinstance(node, n.Rule | n.Require | n.Disqualify | n.Matrix) and node.reason is not None:
                yield node.reason, "reason"
        for line in self.subject.each(n.Destination):
            yield line.text, "destination"


def _where(text: n.Text) -> str:
    front, back = text.value[:1] in _SPACE, text.value[-1:] in _SPACE
    return "at both ends" if front and back else "at its front" if front else "at its end"


_SPACE = frozenset(SPACES)
