"""Characters that nobody sees."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from scorelang.lint.characters import called, is_unseen, texts_in
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.source import Span

# Characters that turn the direction of what follows: in a comment, they can make a line read as another one.
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class InvisibleCharacter(Rule):
    """A text with a character that cannot be seen, or a space that is not a plain one.

    A zero-width space or a soft hyphen in "CEO" makes it a text that no lead has, and a no-break space between two
    words is not the space that leads have there. They come along when text is copied from a web page or a document.

    Take it out, or put a plain space there. Joiners between letters of scripts that need them, and in emoji, are let
    be. In comments only characters that turn the direction of writing are told.
    """

    name = "invisible-character"
    code = "SL105"
    bad = 'if title is "C\u200bEO" then +10'
    good = 'if title is "CEO" then +10'

    def check(self) -> Iterator[Finding]:
        """Every such character in a text, and every turning one in a comment."""
        text = self.subject.source.text
        for span in texts_in(self.subject.source, self.subject.layout):
            if not text[span.start : span.end].isascii():
                for at in range(span.start, span.end):
                    if is_unseen(text, at):
                        yield self._found(at)
        for comment in self.subject.layout.comments:
            for at in range(comment.start, comment.end):
                if text[at] in TURNING:
                    yield self.report(Span(at, at + 1), f"this comment holds {called(text[at])}", "nobody sees it")

    def _found(self, at: int) -> Finding:
        one = self.subject.source.text[at]
        span = Span(at, at + 1)
        if unicodedata.category(one) == "Zs":
            fix = self.fix("put a plain space there", (span, " "), safe=False)
        else:
            fix = self.fix("take it out", (span, ""), safe=False)
        return self.report(span, f"this text holds {called(one)}", "nobody sees it", fix=fix)
