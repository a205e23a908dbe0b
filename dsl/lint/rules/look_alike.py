"""Letters that look like others."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.characters import (
    FULL_WIDTH,
    LIKE_LATIN,
    LOOKS_LIKE,
    MATHEMATICAL,
    WORD,
    called,
    script_of,
    words_in,
)
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.lint.words import longer_words
from scorelang.source import Span
from scorelang.values import fold

# Forms of Latin letters that are letters of their own, and nobody means.
FORMS = {**FULL_WIDTH, **MATHEMATICAL}
SEEN_AS = {**FORMS, **LOOKS_LIKE}


class LookAlike(Rule):
    """A word with letters of another script that look like its own.

    A Cyrillic "С" in "СEO" looks the same and is another letter: the text equals nothing that leads have. In a
    name, it makes a second field. A Latin "o" in "Директoр" is as bad. Such letters come along when text is copied.

    Type the word anew. Words that are wholly Cyrillic, Greek or Armenian are let be, for they may be real ones
    ("ΟΤΕ" is a brand), unless they read as a common Latin one ("СЕО") in a file without another word of the script.
    A letter like "µ" that looks like no Latin one is let be, too.
    """

    name = "look-alike"
    code = "SL104"
    bad = 'if title is "\u0421EO" then +10'
    good = 'if title is "CEO" or title is "\u0414\u0438\u0440\u0435\u043a\u0442\u043e\u0440" then +10'

    def check(self) -> Iterator[Finding]:
        """Every word that mixes scripts so, and every one that only seems to be Latin."""
        source = self.subject.source
        inside = () if source.text.isascii() else words_in(source, self.subject.layout)
        words = [(word, span) for word, span in inside if not word.isascii()]
        words += self._in_files()
        at_home = {script_of(one) for word, _ in words for one in word if one not in LOOKS_LIKE} - {"", "Latin"}
        for word, span in words:
            wrong = [one for one in word if one in SEEN_AS]
            others = {script_of(one) for one in word if one not in wrong} - {""}
            is_common = not others and not at_home and fold(seen_as(word)) in longer_words()
            if any(one in FORMS for one in wrong) or (wrong and (is_common or others == {"Latin"})):
                yield self._found(word, span, wrong)
            elif len(others) == 2 and "Latin" in others:
                yield from self._with_latin(word, span, max(others - {"Latin"}))

    def _in_files(self) -> Iterator[tuple[str, Span]]:
        """The words of CSV files, each where its file is named."""
        for node in self.subject.each(n.NamedList):
            for value in self.subject.values_of(node):
                if node.path is not None and not value.isascii():
                    yield from ((word, node.path.span) for word in WORD.findall(value) if not word.isascii())

    def _with_latin(self, word: str, span: Span, script: str) -> Iterator[Finding]:
        """A word of another script whose Latin letters all look like letters of that."""
        letters = LIKE_LATIN.get(script, {})
        wrong = [one for one in word if script_of(one) == "Latin"]
        if all(one in letters for one in wrong):
            meant = "".join(letters.get(one, one) for one in word)
            yield self._found(word, span, wrong, meant, script)

    def _found(self, word: str, span: Span, wrong: list[str], meant: str = "", script: str = "Latin") -> Finding:
        meant = meant or seen_as(word)
        seen = ", ".join(called(one) for one in dict.fromkeys(wrong[:3]))
        is_here = self.subject.source.text[span.start : span.end] == word
        fix = self.fix(f"write `{meant}` in {script} letters", (span, meant), safe=False) if is_here else None
        return self.report(span, f"`{word}` looks like `{meant}` and is another word", seen, fix=fix)


def seen_as(word: str) -> str:
    """A word in the Latin letters that its own look like."""
    return "".join(SEEN_AS.get(one, one) for one in word)
