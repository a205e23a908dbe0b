"""What is wrong with a line that does not parse, in the words of its writer, and the line as it should be."""

from __future__ import annotations

from attrs import Factory, define

from scorelang import nodes as n
from scorelang.diagnostics import Diagnostics
from scorelang.layout import Line
from scorelang.source import Source, Span
from scorelang.syntax_errors.drafts import Draft, Grammar, Stop, draft_of, placed
from scorelang.syntax_errors.expected import expectation
from scorelang.syntax_errors.repairs import Mender, Nothing, Repair

__all__ = ["Grammar", "Stop", "SyntaxErrors"]

# How many characters of a file may be read again in search of what was meant, and the longest line that is mended.
ALLOWANCE = 400_000
LONGEST = 20_000
# Lines wider than this are not repeated in a message.
WIDEST = 120

@define
class SyntaxErrors:
    """Explains the lines of one file that the parser could not read."""

    source: Source
    found: Diagnostics
    grammar: Grammar
    allowance: int = ALLOWANCE

    def explain(self, line: Line, start: str, stop: Stop) -> n.Node | None:
        """Note what is wrong with the line; the node that it was most likely meant to be, or None."""
        draft = draft_of(self.source, line.span)
        mender = Mender(self.grammar, start, self.allowance if len(draft.text) <= LONGEST else 0)
        repairs = mender.mend(draft, stop) if mender.allowance > 0 else []
        self.allowance = mender.allowance
        if not repairs:
            known = mender.known(draft, stop)
            self._note(known, None) if known else self._fallback(draft, start, stop)
            return None
        last = repairs[-1]
        for code in dict.fromkeys(repair.code for repair in repairs):
            self._note(next(repair for repair in repairs if repair.code == code), last)
        return None if isinstance(last.reading, Stop | Nothing) else placed(last.reading, last.draft)

    def _note(self, repair: Repair, last: Repair | None) -> None:
        written = () if last is None or isinstance(last.reading, Stop) else _written(repair.span, last.draft)
        self.found.error(
            self.source, repair.span, repair.code, repair.message, repair.label, help=(*written, *repair.help)
        )

    def _fallback(self, draft: Draft, start: str, stop: Stop) -> None:
        expected = self.grammar.accepts(draft.text[: stop.at], start)
        label = expectation(expected, self.grammar.spellings)
        if stop.at >= len(draft.text.rstrip()):
            end = len(draft.text.rstrip())
            self.found.error(self.source, draft.span(end, end), "unfinished-line", "this line ends too early", label)
            return
        text = draft.text[stop.at : stop.end]
        self.found.error(self.source, draft.span(stop.at, stop.end), "unexpected", f"`{text}` cannot stand here", label)


def _written(span: Span, draft: Draft) -> tuple[str, ...]:
    """The mended line, to be pasted in place of the one that the span is in."""
    at = next((at for at, origin in enumerate(draft.origin) if origin >= span.start), len(draft.text))
    start = draft.text.rfind("\n", 0, at) + 1
    end = draft.text.find("\n", at)
    text = draft.text[start : end if end >= 0 else len(draft.text)].strip()
    return (f"write: {text}",) if text and len(text) <= WIDEST else ()
