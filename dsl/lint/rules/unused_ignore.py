"""Comments that ignore nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scorelang.lint.finding import Finding
from scorelang.lint.ignores import Ignore, Word
from scorelang.lint.rule import Rule, all_rules
from scorelang.source import Span
from scorelang.suggest import closest


class UnusedIgnore(Rule):
    """A `# lint: ignore[…]` that ignores nothing, or names no rule.

    The finding that it was written for is gone, or it never stood there. Left in place, it would hide the next finding
    of that kind without anybody having decided so.

    Take the comment out. A name that no rule has is told with the one that is nearest. Rules that do not run, because
    they were not chosen, are not counted: whether their ignores are of use is not known.
    """

    name = "unused-ignore"
    code = "SL312"
    bad = 'list unused_one = ["a"]  # lint: ignore[zero-points] no such thing here\nif unused then +1'
    good = "if a then 0  # lint: ignore[zero-points] kept for the report\nif b then +1"

    def check(self) -> Iterator[Finding]:
        """Nothing: which ignores are of use is known when all other rules are done. The engine asks `of` then."""
        return iter(())

    def of(self, ignore: Ignore, chosen: Sequence[type[Rule]]) -> Iterator[Finding]:
        """What is wrong with one comment, after every rule of `chosen` had its turn."""
        if not ignore.words:
            yield self.report(
                ignore.span,
                "this comment does not say what it ignores",
                help=("name the rules: `# lint: ignore[zero-points] why`",),
            )
            return
        idle = [word for word in ignore.words if word.text not in ignore.hits]
        for word in idle:
            known = next((rule for rule in all_rules().values() if _names(word, rule)), None)
            if known is None:
                near = closest(word.text, list(all_rules()))
                hint = f"did this mean `{near}`?" if near else ""
                yield self.report(word.span, f"no lint rule is called `{word.text}`", hint)
            elif self._had_its_turn(known, chosen):
                where = "in this file" if ignore.is_whole_file else "here"
                out = self._cut(ignore, word, everything=len(ignore.words) == 1)
                fix = self.fix("take it out", (out, ""), safe=True)
                yield self.report(word.span, f"`{word.text}` finds nothing {where} that this could ignore", fix=fix)

    def _had_its_turn(self, rule: type[Rule], chosen: Sequence[type[Rule]]) -> bool:
        """Whether the rule could have found something: it was chosen, has what data it needs, and left nothing open."""
        if rule not in chosen or rule is type(self) or rule.name in self.subject.logic.open.questions:
            return False
        return not rule.data or self.subject.data is not None

    def _cut(self, ignore: Ignore, word: Word, *, everything: bool) -> Span:
        """What to take out: the whole comment with the space before it, or the name with its comma."""
        text = self.subject.source.text
        if everything:
            start = ignore.span.start
            while start > 0 and text[start - 1] in " \t":
                start -= 1
            own_line = start == 0 or text[start - 1] == "\n"
            end = ignore.span.end + (own_line and text[ignore.span.end : ignore.span.end + 1] == "\n")
            return Span(start, end)
        start, end = word.span.start, word.span.end
        if ignore.words[0] is word:
            end = ignore.words[1].span.start
        else:
            start = ignore.words[ignore.words.index(word) - 1].span.end
        return Span(start, end)


def _names(word: Word, rule: type[Rule]) -> bool:
    return word.text.lower() == rule.name or word.text.upper() == rule.code
