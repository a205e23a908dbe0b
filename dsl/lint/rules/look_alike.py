"""Letters that look like others."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.characters import FULL_WIDTH, LOOKS_LIKE, MATHEMATICAL, WORD, called, script_of, words_in
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.source import Span

# Forms of Latin letters that are letters of their own, and nobody means.
FORMS = {**FULL_WIDTH, **MATHEMATICAL}
SEEN_AS = {**FORMS, **LOOKS_LIKE}


class LookAlike(Rule):
    """A word with letters of another script that look like Latin ones.

    A Cyrillic "С" in "СEO" looks the same and is another letter: the text equals nothing that leads have. In a
    name, it makes a second field. Such letters come along when text is copied.

    Type the word anew. Words that are wholly Cyrillic, Greek or Armenian are let be, for they may be real ones
    ("ΟΤΕ" is a brand); so is a letter like "µ" that looks like no Latin one.
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
        for word, span in (*words, *self._in_files()):
            wrong = [one for one in word if one in SEEN_AS]
            if not wrong:
                continue
            others = {script_of(one) for one in word if one not in wrong} - {""}
            if any(one in FORMS for one in wrong) or others == {"Latin"}:
                yield self._found(word, span, wrong)

    def _in_files(self) -> Iterator[tuple[str, Span]]:
        """The words of CSV files, each where its file is named."""
        for node in self.subject.each(n.NamedList):
            for value in self.subject.values_of(node):
                if node.path is not None and not value.isascii():
                    yield from ((word, node.path.span) for word in WORD.findall(value) if not word.isascii())

    def _found(self, word: str, span: Span, wrong: list[str]) -> Finding:
        latin = "".join(SEEN_AS.get(one, one) for one in word)
        seen = ", ".join(called(one) for one in dict.fromkeys(wrong[:3]))
        is_here = self.subject.source.text[span.start : span.end] == word
        fix = self.fix(f"write `{latin}` in Latin letters", (span, latin), safe=False) if is_here else None
        return self.report(span, f"`{word}` looks like `{latin}` and is another word", seen, fix=fix)
