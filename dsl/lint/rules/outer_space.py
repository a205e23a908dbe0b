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

    The same goes for pages of events, columns, values that mean missing, reasons and what a test gives.

    Take the space out, and write `mentions` for whole words. A space that does its work is let be: `ends with " GmbH"`,
    `contains " & "`.
    """

    name = "outer-space"
    code = "SL106"
    bad = 'if title contains " it " then +5'
    good = 'if title mentions "it" then +5\nif company ends with " GmbH" then +5'

    def check(self) -> Iterator[Finding]:
        """Every text whose outer space is of no use."""
        told: set[Span] = set()
        for one in compared(self.subject, *TRIMMED, *LOSING, "like", such=_has_outer_space):
            if one.span not in told and _is_of_no_use(one):
                told.add(one.span)
                yield self._compared(one)
        for text, what in self._told():
            if text.span not in told and text.value != text.value.strip(SPACES):
                told.add(text.span)
                yield self.report(text.span, f"this {what} has a space {_where(text.value)}", fix=self._trimmed(text))

    def _compared(self, one: Compared) -> Finding:
        within = f" (in `{self.subject.source.slice(one.span)}`)" if one.text is None else ""
        message = f"`{one.value}`{within} has a space {_where(one.value)}"
        if one.operator in TRIMMED:
            safe = one.text is not None and not self.subject.names_identity(one.text)
            return self.report(one.span, message, "it is compared without it", fix=self._trimmed(one.text, safe=safe))
        if one.operator in ("contains", "mentions"):
            finds = "`mentions` finds whole words"
            hint = finds if one.operator == "contains" else "without it, whole words are found"
            return self.report(one.span, message, hint)
        return self.report(one.span, message, "no text of a lead has one there", fix=self._trimmed(one.text))

    def _trimmed(self, text: n.Text | None, *, safe: bool = False) -> Fix | None:
        """The text without its outer spaces; None where they are escapes."""
        if text is None:
            return None
        typed = self.subject.source.text[text.span.start : text.span.end]
        inner = typed[1:-1].strip(SPACES)
        if not (typed[:1] == typed[-1:] == '"') or not inner or inner.endswith("\\"):
            return None
        return self.fix("take the space out", (text.span, f'"{inner}"'), safe=safe)

    def _told(self) -> Iterator[tuple[n.Text, str]]:
        """Texts that are read as they are: by people, as pages of events, as columns and values of data."""
        for node in self.subject.nodes:
            match node:
                case n.Rule() | n.Require() | n.Disqualify() | n.Matrix() if node.reason is not None:
                    yield node.reason, "reason"
                case n.Destination(text=text):
                    yield text, "destination"
                case n.Events(pattern=pattern, members=members):
                    texts = members.items if isinstance(members, n.ListOf) else (pattern,)
                    yield from ((text, "pattern") for text in texts if isinstance(text, n.Text))
                case n.Field(column=column, missing=missing):
                    yield from ((column, "column"),) if column is not None else ()
                    yield from ((text, "value") for text in missing if isinstance(text, n.Text))
                case n.Given(value=n.Text() as text):
                    yield text, "value"


def _has_outer_space(text: str) -> bool:
    return text[:1] in _SPACE or text[-1:] in _SPACE


def _is_of_no_use(one: Compared) -> bool:
    """Whether an outer space means nothing, or keeps the text from being found."""
    text = one.value
    front, back = text[:1] in _SPACE, text[-1:] in _SPACE
    if one.operator in TRIMMED or one.operator == "like":
        return front or back
    ends = LOSING[one.operator]
    if one.operator == "contains":
        # A space beside a sign does its work between words: " & ", " - ".
        inner = text.strip(SPACES)
        front, back = front and inner[:1].isalnum(), back and inner[-1:].isalnum()
    return (front and ends != "back") or (back and ends != "front")


def _where(text: str) -> str:
    front, back = text[:1] in _SPACE, text[-1:] in _SPACE
    return "at both ends" if front and back else "at its front" if front else "at its end"


_SPACE = frozenset(SPACES)
