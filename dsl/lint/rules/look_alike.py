"""Letters that look like others."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.lint.characters import FULL_WIDTH, LOOKS_LIKE, called, script_of, words_in
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.source import Span


class LookAlike(Rule):
    """A word with letters of another script that look like Latin ones.

    A Cyrillic "С" in "СEO" looks the same and is another letter: the text equals nothing that leads have. In a name,
    it makes a second field. Such letters come along when text is copied.

    Type the word anew. Words that are wholly Cyrillic or Greek are let be in a file that has others which could not be
    read as Latin; so is a letter like "µ" that looks like no Latin one.
    """

    name = "look-alike"
    code = "SL104"
    bad = 'if title is "\u0421EO" then +10'
    good = 'if title is "CEO" or title is "\u0414\u0438\u0440\u0435\u043a\u0442\u043e\u0440" then +10'

    def check(self) -> Iterator[Finding]:
        """Every word that mixes scripts so, and every one that only seems to be Latin."""
        words = [
            (word, span) for word, span in words_in(self.subject.source, self.subject.layout) if not word.isascii()
        ]
        own = {script_of(one) for word, _ in words for one in word if one not in LOOKS_LIKE} - {"Latin", ""}
        for word, span in words:
            wrong = [one for one in word if one in FULL_WIDTH or one in LOOKS_LIKE]
            if not wrong:
                continue
            others = {script_of(one) for one in word if one not in wrong} - {""}
            whole = not others and not own & {script_of(one) for one in wrong} and len(word) > 1
            if any(one in FULL_WIDTH for one in word) or others == {"Latin"} or whole:
                yield self._found(word, span, wrong)

    def _found(self, word: str, span: Span, wrong: list[str]) -> Finding:
        latin = "".join(FULL_WIDTH.get(one, LOOKS_LIKE.get(one, one)) for one in word)
        seen = ", ".join(called(one) for one in dict.fromkeys(wrong[:3]))
        fix = self.fix(f"write `{latin}` in Latin letters", (span, latin), safe=False)
        return self.report(span, f"`{word}` looks like `{latin}` and is another word", seen, fix=fix)
