"""Explaining the lines of a file that the parser could not read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import define, evolve, frozen

from scorelang import nodes as n
from scorelang.diagnostics import Diagnostics, Note
from scorelang.layout import STATEMENT, Line, first_word
from scorelang.source import Source, Span
from scorelang.syntax_errors.doubts import DOUBTFUL, doubts
from scorelang.syntax_errors.drafts import Draft, Grammar, Stop, draft_of, placed
from scorelang.syntax_errors.expected import expectation
from scorelang.syntax_errors.mending import doubtful, mend
from scorelang.syntax_errors.phrases import NAME, underscored
from scorelang.syntax_errors.repairs import Bench, Nothing, Repair
from scorelang.syntax_errors.slip import KIND, shortened, visible
from scorelang.syntax_errors.table import hint

# Lines that are explained in one file, and characters of it that may be read again in search of what was meant.
MOST_LINES = 100
ALLOWANCE = 300_000
# The longest line that is mended, and the widest that is repeated in a message.
LONGEST = 4_000
WIDEST = 120

FIRST_WORDS = "a line begins with `if`, `each`, an event's name, `category`, `stage`, `require` or the like"
# Words that open a block in other languages.
NO_BLOCK = frozenset(("if", "each", "when", "else", "elif", "for", "while", "otherwise"))
EVENT = re.compile(r"event\s+[^\W\d]\w*")
DECLARED = (
    r"(?m)^\s*(?:list|define|event|decay)\s+{0}\b|^\s*{0}\s+(?:text|page|number|flag|date)\b|^\s*use\b[^\n]*\b{0}\b"
)
BLOCK_WORDS = (
    "a block begins with `lead:`, `category NAME:`, `persona NAME:`, `choose:`, `matrix by …:`, `route:`, "
    '`outcomes:` or `test "…":`'
)
GAP = re.compile(r"[\s;,.]*")
# Names that a file declares, or that are conditions by themselves somewhere in it.
NAMES = re.compile(
    r"(?m)^[^\S\n]*(?:define|event|list)\s+([^\W\d]\w*)|^[^\S\n]+([^\W\d]\w*)\s+(?:text|page|number|flag|date)\b"
    r"|\b(?:if|and|or|not|require|when)\s+([^\W\d]\w*)(?=\s*$|\s*,|\s+(?:then|and|or|because)\b)"
)
# Several words in place of a condition.
WORDS = re.compile(rf"\b(?:if|and|or|require)\s+({NAME})(?=\s+(?:then|and|or)\b|\s*$)")
# What no statement begins with: it joins two.
JOINING = frozenset(("and", "or", "then", "because"))


@frozen
class Explained:
    """What a line was most likely meant to be.

    A node and the lines of its block, the place in which it would read, and a second line that stands within it.
    """

    node: n.Node | None = None
    place: str = ""
    rest: Line | None = None
    block: Sequence[Line] = ()


@define
class SyntaxErrors:
    """Explains the lines of one file that the parser could not read."""

    source: Source
    found: Diagnostics
    grammar: Grammar
    allowance: int = ALLOWANCE
    lines: int = 0
    _names: frozenset[str] | None = None

    @property
    def exhausted(self) -> bool:
        """Whether so much is wrong that the rest of the file is not looked at."""
        return self.lines > MOST_LINES

    def explain(self, line: Line, start: str, stop: Stop, *, quiet: str = "") -> Explained:
        """Note what is wrong with a line; nothing where it only stands in the wrong place and `quiet` is that place."""
        self.lines += 1
        if self.exhausted:
            self._too_many(line)
            return Explained()
        draft = draft_of(self.source, line.span)
        if stop.twice:
            self._twice(draft, stop)
            return Explained(self._salvaged(draft, start), block=line.block)
        if len(draft.text) > LONGEST or self.allowance < 0:
            self._fallback(draft, start, stop)
            return Explained()
        if line.block and line.word in NO_BLOCK:
            return self._joined(line, draft, start)
        split = self._split(line, draft, start, stop)
        return split or evolve(self._mend(draft, start, stop, quiet), block=line.block)

    def explain_block(self, head: Line, first: Line) -> None:
        """Note that the lines below the head of a block, from the first on, are not indented."""
        begins = Span(head.span.start, head.span.start + len(head.word))
        note = Note(self.source, begins, "to the block that begins here")
        self._error(
            first.span, "missing-indentation", "this line belongs into the block above",
            "indent it and the lines of the block below it by four spaces", notes=(note,),
        )  # fmt: skip

    def doubt(self, line: Line, start: str) -> Explained | None:
        """Note a slip in a line that reads, if hardly as it was meant; what was meant, or None for what is no slip.

        Only for lines that `doubts` finds something in.
        """
        draft = draft_of(self.source, line.span)
        match = doubts(draft.masked)
        if match is None or len(draft.text) > LONGEST or self.allowance < 0:
            return None
        name = match.group(match.lastindex) if match.re is DOUBTFUL and match.lastindex else ""
        if name and re.search(DECLARED.format(name), self.source.text):
            return None
        bench = self._bench(start)
        stop = Stop(*match.span())
        repairs = doubtful(bench, draft, stop)
        self.allowance = bench.allowance
        known = hint(bench, draft, stop) if not repairs else None
        if known is not None:
            self.lines += 1
            self._note(known, None)
            return Explained()
        if not repairs:
            return None
        last = self._with_if(bench, repairs[-1])
        self.lines += 1
        self._note(repairs[0], last)
        return Explained(_placed(last))

    def _bench(self, start: str) -> Bench:
        if self._names is None:
            self._names = frozenset(name for groups in NAMES.findall(self.source.text) for name in groups if name)
        return Bench(self.grammar, start, self.allowance, names=self._names)

    def _mend(self, draft: Draft, start: str, stop: Stop, quiet: str) -> Explained:
        bench = self._bench(start)
        repairs = mend(bench, draft, stop)
        self.allowance = bench.allowance
        if not repairs:
            known = hint(bench, draft, stop)
            self._note(known, None) if known else self._fallback(draft, start, stop)
            return Explained(self._salvaged(draft, start))
        last = repairs[-1] = self._with_if(bench, repairs[-1])
        for code in dict.fromkeys(repair.code for repair in repairs):
            repair = next(repair for repair in repairs if repair.code == code)
            if not repair.place or repair.place != quiet:
                self._note(repair, last)
        if isinstance(last.reading, Nothing):
            return Explained()
        if isinstance(last.reading, Stop):
            return Explained(self._salvaged(last.draft, start))
        return Explained(_placed(last), last.place)

    def _with_if(self, bench: Bench, repair: Repair) -> Repair:
        """The repair with the `if` that a rule on the lead's fields lacks besides."""
        reading = repair.reading
        if not isinstance(reading, n.Rule) or reading.form != "events" or self._happens(reading.condition):
            return repair
        mended = repair.draft.replaced(0, 0, "if ")
        again = bench.read(mended)
        return repair if isinstance(again, Stop) else evolve(repair, draft=mended, reading=again)

    def _happens(self, condition: n.Node | None) -> bool:
        """Whether a condition is about events, or may be."""
        match condition:
            case n.Occurs() | n.NoEvents() | n.OnlyEvents():
                return True
            case n.Not(item=item):
                return self._happens(item)
            case n.And(items=items) | n.Or(items=items):
                return all(self._happens(item) for item in items)
            case n.Name(name=name):
                return bool(re.fullmatch(KIND, name) or re.search(rf"(?m)^\s*event\s+{name}\b", self.source.text))
        return False

    def _salvaged(self, draft: Draft, start: str) -> n.Node | None:
        """The head of a block or an event without what could not be read, so that its name is known."""
        event = EVENT.match(draft.masked)
        head = event.group() if event else draft.masked.split(",")[0].rstrip(" :")
        node = self.grammar.read(draft.text[: len(head)] + ("" if event else ":"), start)
        return None if isinstance(node, Stop) else placed(node, draft.cut(0, len(head) + 1))

    # --- one line in two

    def _joined(self, line: Line, draft: Draft, start: str) -> Explained:
        """A rule whose points stand below it, as in other languages."""
        colon = len(draft.text) - 1
        below = line.block[0]
        whole = draft_of(self.source, Span(line.span.start, below.span.end))
        joined = whole.replaced(colon, below.span.start - line.span.start, " ")
        bench = self._bench(start)
        reading = bench.read(joined)
        if isinstance(reading, Stop):
            for repair in mend(bench, joined, reading)[-1:]:
                joined, reading = repair.draft, repair.reading
        self.allowance = bench.allowance
        read = len(line.block) == 1 and isinstance(reading, n.Node)
        span = draft.span(colon, colon + 1)
        self._error(
            span, "no-block", f"`{line.word}` opens no block", "a rule stands on one line",
            help=_written(span, joined) if read else ("write: if … then +10",),
        )  # fmt: skip
        return Explained(placed(reading, joined) if read else None)

    # --- two lines in one

    def _split(self, line: Line, draft: Draft, start: str, stop: Stop) -> Explained | None:
        """Two statements that were read as one: on one line, or because the second is indented."""
        gap = GAP.match(draft.text, stop.at)
        at = gap.end() if gap else stop.at
        if at >= len(draft.text) or not stop.at:
            return None
        first, rest = draft.text[: stop.at].rstrip(" \t\n;,."), draft.text[at:]
        below = "\n" in draft.text[len(first) : at]
        node = self.grammar.read(first, start)
        if isinstance(node, Stop) or first.split()[-1] in self.grammar.spellings.values():
            return None
        if first_word(rest) in JOINING:
            return None
        if not (below and STATEMENT.match(rest)) and isinstance(self.grammar.read(rest, start), Stop):
            return None
        self._note_split(draft, at, first, rest, below)
        span = Span(line.span.start + at, line.span.end)
        second = Line(span, line.indent, first_word(rest), line.opens, line.block)
        return Explained(placed(node, draft), rest=second)

    def _note_split(self, draft: Draft, at: int, first: str, rest: str, below: bool) -> None:
        word = re.match(r'"[^"\n]*"|\w+|.', rest)
        span = draft.span(at, at + (len(word.group()) if word else 1))
        if below:
            self._error(
                span, "unexpected-indentation", "this line is indented, so it continues the line above",
                "indent it like the line above", help=(f"write: {rest.splitlines()[0]}",),
            )  # fmt: skip
            return
        self._error(
            span, "two-statements", "a second statement begins here", "put it on a line of its own",
            help=(f"write: {first.splitlines()[-1].strip()}", f"       {rest.splitlines()[0]}"),
        )  # fmt: skip

    # --- messages

    def _error(
        self, span: Span, code: str, message: str, label: str = "", *,
        help: Iterable[str] = (), notes: Iterable[Note] = (),
    ) -> None:  # fmt: skip
        texts = [visible(text) for text in help]
        self.found.error(self.source, span, code, visible(message), visible(label), help=texts, notes=notes)

    def _note(self, repair: Repair, last: Repair | None) -> None:
        written = () if last is None or isinstance(last.reading, Stop) else _written(repair.span, last.draft)
        self._error(
            repair.span, repair.code, repair.message, repair.label,
            help=(*(() if repair.place else written), *repair.help),
        )  # fmt: skip

    def _twice(self, draft: Draft, stop: Stop) -> None:
        note = Note(self.source, stop.first, "it stands here first")
        span = draft.span(stop.at, stop.end)
        self._error(span, "declared-twice", f"{stop.twice} is given twice", "one is enough", notes=(note,))

    def _fallback(self, draft: Draft, start: str, stop: Stop) -> None:
        expected = self.grammar.accepts(draft.text[: stop.at], start) if len(draft.text) <= LONGEST else ()
        label = expectation(expected, self.grammar.spellings)
        end = len(draft.masked.rstrip())
        if self._begins_unknown(draft, start, stop):
            what, words = ("block", BLOCK_WORDS) if draft.text.endswith(":") else ("line", FIRST_WORDS)
            self._error(draft.span(0, stop.end), "unknown-statement", f"no {what} begins like this", help=(words,))
        elif stop.at >= end:
            self._error(draft.span(end, end), "unfinished-line", "this line ends too early", label)
        else:
            text = shortened(draft.text[stop.at : stop.end])
            label = _as_one_name(draft, stop) or label
            self._error(draft.span(stop.at, stop.end), "unexpected", f"`{text}` cannot stand here", label)

    def _begins_unknown(self, draft: Draft, start: str, stop: Stop) -> bool:
        """Whether the parser took the first word for a name only because it knows no such word."""
        words = draft.masked[: stop.at].split()
        if start not in ("top", "rule") or len(words) != 1 or not words[0].isidentifier():
            return False
        return words[0] not in self.grammar.spellings.values()

    def _too_many(self, line: Line) -> None:
        self._error(
            Span(line.span.start, line.span.start + max(1, len(line.word))), "too-many-errors",
            f"{MOST_LINES} lines above cannot be read; what follows was not looked at",
        )  # fmt: skip


def _as_one_name(draft: Draft, stop: Stop) -> str | None:
    """What to do about words that stand where one name would: `free email`."""
    match = next((match for match in WORDS.finditer(draft.masked) if match.start() <= stop.at <= match.end()), None)
    return match and f"one name, `{underscored(match[1])}`, or two conditions with `and`?"


def _placed(repair: Repair) -> n.Node:
    """The node that was meant. Its points may be only a guess, so that nothing more is said of them."""
    node = placed(repair.reading, repair.draft)
    return evolve(node, points=n.Number("0", True, span=node.points.span)) if isinstance(node, n.Rule) else node


def _written(span: Span, draft: Draft) -> tuple[str, ...]:
    """The mended line, to be pasted in place of the one that the span is in."""
    at = next((at for at, origin in enumerate(draft.origin) if origin >= span.start), len(draft.text))
    start = draft.text.rfind("\n", 0, at) + 1
    end = draft.text.find("\n", at)
    text = draft.text[start : end if end >= 0 else len(draft.text)].strip()
    return (f"write: {text}",) if text and len(text) <= WIDEST else ()
