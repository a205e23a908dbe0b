"""Characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.characters import HYPHENS, called, is_unseen, texts_in
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.source import Span

# Characters that turn the direction of what follows: in a comment, they can make a line read as another one.
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# An escape in a text: what follows a backslash that is itself escaped is none.
ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9A-Fa-f]{4})|.)")


class InvisibleCharacter(Rule):
    r"""A text with a character that cannot be seen, or a space or hyphen that is not a plain one.

    A zero-width space or a soft hyphen in "CEO" makes it a text that no lead has, and a no-break space between two
    words is not the space that leads have there, nor a no-break hyphen their hyphen. They come along when text is
    copied from a web page or a document.

    Take it out, or put a plain one there. An escape for one (`\u200B`) is as bad. Joiners between letters of
    scripts that need them are let be, and so is what emoji are made of. In comments only characters that turn the
    direction of writing are told.
    """

    name = "invisible-character"
    code = "SL105"
    bad = 'if title is "C\u200bEO" then +10'
    good = 'if title is "CEO" then +10'

    def check(self) -> Iterator[Finding]:
        """Every text with such characters, and every turning one in a comment."""
        # A text of plain characters, none of them as an escape, has nothing to look for.
        text = self.subject.source.text
        is_plain = text.isascii() and "\\u" not in text
        for span in () if is_plain else texts_in(self.subject.source, self.subject.layout):
            spans = self._unseen(span)
            if spans:
                yield self._found(spans)
        for node in self.subject.each(n.NamedList):
            for value in self.subject.values_of(node):
                unseen = next((at for at in range(len(value)) if is_unseen(value, at)), None)
                if node.path is not None and unseen is not None:
                    message = f"a value of {node.path.value} holds {called(value[unseen])}"
                    yield self.report(node.path.span, message, "nobody sees it")
        for comment in () if is_plain else self.subject.layout.comments:
            for at in range(comment.start, comment.end):
                if text[at] in TURNING:
                    yield self.report(Span(at, at + 1), f"this comment holds {called(text[at])}", "nobody sees it")

    def _unseen(self, span: Span) -> list[tuple[Span, str]]:
        """The characters of a text that cannot be seen, typed as they are or as escapes."""
        text = self.subject.source.text
        found = []
        if not text[span.start : span.end].isascii():
            found = [(Span(at, at + 1), text[at]) for at in range(span.start, span.end) if is_unseen(text, at)]
        for match in ESCAPE.finditer(text, span.start, span.end):
            one = chr(int(match["code"], 16)) if match["code"] else ""
            if one and is_unseen(f"a{one}a", 1):
                found.append((Span(*match.span()), one))
        return sorted(found, key=lambda place: place[0].start)

    def _found(self, spans: list[tuple[Span, str]]) -> Finding:
        edits = [(span, plain(one)) for span, one in spans]
        whats = {" ": "put a plain space there", "-": "put a plain hyphen there"}
        blanks = {text for _, text in edits}
        what = "take it out" if len(spans) == 1 else "mend them"
        if len(blanks) == 1:
            what = whats.get(min(blanks), what)
        more = f", and {len(spans) - 1} more such" if len(spans) > 1 else ""
        return self.report(
            spans[0][0], f"this text holds {called(spans[0][1])}{more}", "nobody sees it",
            fix=self.fix(what, *edits, safe=False),
        )  # fmt: skip


def plain(character: str) -> str:
    """What such a character is taken for: a space, a hyphen, or nothing."""
    if character in HYPHENS:
        return "-"
    return " " if unicodedata.category(character) == "Zs" else ""
