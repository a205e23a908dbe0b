"""The table of slips, and the ways it is used on a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scorelang.source import Span
from scorelang.syntax_errors.characters import SLIPS as CHARACTERS
from scorelang.syntax_errors.conditions import SLIPS as CONDITIONS
from scorelang.syntax_errors.declarations import SLIPS as DECLARATIONS
from scorelang.syntax_errors.drafts import Draft, Stop
from scorelang.syntax_errors.durations import SLIPS as DURATIONS
from scorelang.syntax_errors.numbers import SLIPS as NUMBERS
from scorelang.syntax_errors.other_words import SLIPS as OTHER_WORDS
from scorelang.syntax_errors.outcomes import SLIPS as OUTCOMES
from scorelang.syntax_errors.phrases import SLIPS as PHRASES
from scorelang.syntax_errors.repairs import Bench, Reading, Repair
from scorelang.syntax_errors.rules import SLIPS as RULES
from scorelang.syntax_errors.sentences import LAST
from scorelang.syntax_errors.sentences import SLIPS as SENTENCES
from scorelang.syntax_errors.slip import Slip, said, shortened

# Rows that come first are preferred.
SLIPS: tuple[Slip, ...] = (
    *SENTENCES, *PHRASES, *CHARACTERS, *NUMBERS, *DURATIONS, *OTHER_WORDS, *CONDITIONS, *RULES, *DECLARATIONS,
    *OUTCOMES, *LAST,
)  # fmt: skip

# In a line longer than this, slips are looked for so far around the place where the parser stopped.
WINDOW = 800
# Of the places where one row fits, so many are tried, the nearest first.
NEAREST = 3
# Going once through the table costs about as much as reading a line so often.
PASS = 5


def slips(bench: Bench, draft: Draft, stop: Stop) -> Iterator[Repair]:
    """The repairs that the table offers at or before the place where the parser stopped."""
    bench.tries -= PASS
    for row in SLIPS:
        if row.fix is None or not row.stands_in(bench.start):
            continue
        near = [match for match in _matches(row, draft, stop) if match.start() <= stop.end]
        for match in near[: -NEAREST - 1 : -1]:
            groups = _groups(match, draft.text)
            mended = replaced(draft, _start(match, draft), match.end(), said(row.fix, groups))
            if mended.text != draft.text:
                yield _repair(row, groups, _marked(row, match, draft), mended, bench.read(mended))


def _start(match: re.Match[str], draft: Draft) -> int:
    """Where what is replaced begins: a comment before it, which the pattern saw as spaces, stays."""
    found = match.group()
    first = match.start() + len(found) - len(found.lstrip())
    return first if draft.text[match.start() : first].strip() else match.start()


def pasted(bench: Bench, draft: Draft) -> Repair | None:
    """The line without what it was pasted with, such as its number; it need not read, nor get further."""
    for row in SLIPS:
        match = row.pattern.match(draft.masked) if row.code == "pasted" else None
        if match is not None:
            groups, mended = _groups(match, draft.text), replaced(draft, *match.span(), "")
            return _repair(row, groups, _marked(row, match, draft), mended, bench.read(mended))
    return None


def hint(bench: Bench, draft: Draft, stop: Stop) -> Repair | None:
    """The row without a fix that fits where the parser stopped."""
    for row in SLIPS:
        if row.fix is None and row.stands_in(bench.start):
            for match in _matches(row, draft, stop):
                if match.start() <= stop.at <= match.end():
                    return _repair(row, _groups(match, draft.text), _marked(row, match, draft), draft, stop)
    return None


def replaced(draft: Draft, start: int, end: int, text: str) -> Draft:
    """The draft with other text in a place, and one space where it would have two."""
    before, after = draft.text[start - 1 : start], draft.text[end : end + 1]
    if before in ("", " ", "\t", "\n"):
        text = text.lstrip(" ")
    if after in ("", " ", "\t", "\n", ",", ":", ")"):
        text = text.rstrip(" ")
    if not text and before in ("", " ") and after == " ":
        end += 1
    return draft.replaced(start, end, text)


def _matches(row: Slip, draft: Draft, stop: Stop) -> Iterator[re.Match[str]]:
    text = draft.text if row.raw else draft.masked
    if len(text) <= WINDOW:
        return row.pattern.finditer(text)
    return row.pattern.finditer(text, max(0, stop.at - WINDOW // 2), min(len(text), stop.end + WINDOW // 2))


def _repair(row: Slip, groups: Sequence[str], span: Span, mended: Draft, reading: Reading) -> Repair:
    shown = [shortened(group) for group in (groups[0].strip() or groups[0], *groups[1:])]
    return Repair(row.code, said(row.message, shown), said(row.label, shown), span, mended, reading, row.help)


def _groups(match: re.Match[str], text: str) -> list[str]:
    """What every group found, as typed; the pattern saw texts blotted out."""
    spans = [match.span(group) for group in range(match.re.groups + 1)]
    return [text[start:end] if start >= 0 else "" for start, end in spans]


def _marked(row: Slip, match: re.Match[str], draft: Draft) -> Span:
    start, end = match.span(row.mark)
    if start < 0:
        start, end = match.span()
    found = draft.text[start:end]
    if found.strip():
        start, end = start + len(found) - len(found.lstrip()), end - len(found) + len(found.rstrip())
    return draft.span(start, end)
