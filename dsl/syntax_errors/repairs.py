"""Mending a line: a repair counts when the parser gets further with it than without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from attrs import define, evolve, frozen

from scorelang import nodes as n
from scorelang.source import Span
from scorelang.suggest import closest
from scorelang.syntax_errors.characters import SLIPS as CHARACTERS
from scorelang.syntax_errors.conditions import SLIPS as CONDITIONS
from scorelang.syntax_errors.declarations import SLIPS as DECLARATIONS
from scorelang.syntax_errors.drafts import Draft, Grammar, Stop
from scorelang.syntax_errors.durations import SLIPS as DURATIONS
from scorelang.syntax_errors.expected import spelled_as
from scorelang.syntax_errors.numbers import SLIPS as NUMBERS
from scorelang.syntax_errors.outcomes import SLIPS as OUTCOMES
from scorelang.syntax_errors.rules import SLIPS as RULES
from scorelang.syntax_errors.slip import Slip, one_space, said, shortened

SLIPS: tuple[Slip, ...] = (*CHARACTERS, *NUMBERS, *DURATIONS, *CONDITIONS, *RULES, *DECLARATIONS, *OUTCOMES)

WORDS = re.compile(r"[^\W\d]\w*")
TOKEN = re.compile(r'"[^"\n]*"|[^\W\d]\w*|\d[\d_.]*%?|[<>=!]+|\S')
# What a closing quote may stand behind, and an opening one before.
ENDS = re.compile(r"(?<=[^\s,\[(])(?=[\s,\])]|$)")
BEGINS = re.compile(r"(?<![^\s\[(,])(?=[^\s,\[\]()])")
# What a line may lack, the likely first; other words would change what it means.
LIKELY = (
    "CLOSE_LIST", "CLOSE", "COMMA", "COLON", "BAR", "THEN", "IF", "FROM", "AS", "TO", "BECAUSE", "TIMES", "AGO",
    "OF_SILENCE", "ELSE", "LOSING", "EVERY", "BY", "AND", "IN", "OF", "WITH", "COLUMN", "AT_LEAST", "A",
)
# Of the language's own words and signs these may be one too many; the others mean something.
SURPLUS = frozenset((")", "]", ",", ":", "a", "of"))
POINTS = re.compile(r"[+-]\s*\d")  # fmt: skip
NAMES = {"COMMA": "a comma", "COLON": "a colon", "CLOSE": "the closing `)`", "CLOSE_LIST": "the closing `]`", "BAR": "a `|`"}
MOST_TRIES = 60
MOST_SLIPS = 8
WINDOW = 800

# The places of lines: what is said of one that reads there and stands elsewhere.
PLACES = {
    "top": ("`{}` stands outside every block", "begin this line at the margin"),
    "rule": ("this is a rule", "rules stand in a category, or outside every block"),
    "field": ("this is a field", "indent it below `lead:`"),
    "destination": ("this is a line of a route", "indent it below `route:`"),
    "test_line": ("`{}` stands in a test", "indent it below a line like `test \"a CEO is an MQL\":`"),
    "row": ("this is a row of a table", "indent it below a `matrix` or a `test`"),
}
# First words that belong to one place only, unless they stand in the block of a test or a route.
OPEN_TO_ALL = ("top", "rule", "field")
SURELY = {
    "top": r"(?:model|timezone|use|lead|event|list|define|decay|category|persona|require|disqualify|stage|grade|route|test|never|"
    r"always)\b",
    "rule": r"(?:if|each|choose|matrix)\b",
    "field": r"(?!)",
    "destination": r"(?!)",
    "test_line": r"(?:given|expect)\b",
    "row": r"\|",
}


@frozen
class Nothing:
    """What is left of a line that was all comment, or that need not be there."""


Reading = n.Node | Stop | Nothing


@frozen
class Repair:
    """What is wrong at a place, and the line with that one thing mended."""

    code: str
    message: str
    label: str
    span: Span
    draft: Draft
    reading: Reading
    help: tuple[str, ...] = ()
    place: str = ""
    """The grammar's start in which the line reads as it is: it stands in the wrong place."""

    @property
    def reads(self) -> bool:
        """Whether the whole line reads."""
        return not isinstance(self.reading, Stop)

    @property
    def reached(self) -> int:
        """How far into the source the parser gets."""
        return self.draft.origin[self.reading.at if isinstance(self.reading, Stop) else -1]


@define
class Mender:
    """Tries repairs on one line until the parser takes it, or until there are none that help."""

    grammar: Grammar
    start: str
    allowance: int
    """How many characters may still be read again: a hostile file must not keep the parser busy."""
    tries: int = 200
    """How often this line may be read again."""

    def read(self, draft: Draft) -> Reading:
        """What the parser makes of a draft."""
        if not draft.masked.strip():
            return Nothing()
        self.allowance -= len(draft.text)
        self.tries -= 1
        return self.grammar.read(draft.text, self.start)

    def mend(self, draft: Draft, stop: Stop) -> list[Repair]:
        """The repairs of a line from the first to the last; the last may still not read."""
        repairs: list[Repair] = []
        for _ in range(MOST_SLIPS):
            found = self._next(draft, stop)
            repairs += found
            if not found or found[-1].reads:
                break
            draft, stop = found[-1].draft, found[-1].reading  # type: ignore[assignment]
        return repairs

    def known(self, draft: Draft, stop: Stop) -> Repair | None:
        """The row without a fix that fits where the parser stopped."""
        for row in SLIPS:
            if row.fix is None and row.stands_in(self.start):
                text = draft.text if row.raw else draft.masked
                for match in row.pattern.finditer(text, *_window(text, stop)):
                    if match.start() <= stop.at <= match.end():
                        groups = _groups(match, draft.text)
                        return evolve(self._repair(row, groups, _marked(row, match, draft), draft), reading=stop)
        return None

    def doubtful(self, draft: Draft, stop: Stop) -> Repair | None:
        """The slip in a line that reads, but hardly as it was meant."""
        return next((repair for repair in self._slips(draft, stop) if repair.reads and repair.reading != Nothing()), None)

    def _next(self, draft: Draft, stop: Stop) -> list[Repair]:
        """The repairs with which the whole line reads, or else the one that leads furthest."""
        for repair in self._elsewhere(draft, certain=True):
            return [repair]
        chain = self._chain(draft, stop, MOST_SLIPS)
        if chain:
            return chain
        for repair in self._elsewhere(draft, certain=False):
            return [repair]
        if self.known(draft, stop) is not None:
            return []
        for way in (self._quotes, self._missing, self._surplus):
            for repair in way(draft, stop):
                if repair.reads:
                    return [repair]
        return self._partial(draft, stop)[:1]

    def _chain(self, draft: Draft, stop: Stop, length: int) -> list[Repair]:
        """Repairs from the table that together make the line read; the few that lead furthest are gone on with."""
        partial = []
        for repair in self._tried(draft, stop):
            if repair.reads:
                return [repair]
            partial.append(repair)
            if self.allowance < 0 or self.tries <= 0:
                return []
        if length > 1:
            for repair in self._furthest(partial, draft, stop)[:2]:
                rest = self._chain(repair.draft, repair.reading, length - 1)  # type: ignore[arg-type]
                if rest:
                    return [repair, *rest]
        return []

    def _partial(self, draft: Draft, stop: Stop) -> list[Repair]:
        return self._furthest(list(self._tried(draft, stop)), draft, stop)

    def _furthest(self, repairs: Sequence[Repair], draft: Draft, stop: Stop) -> list[Repair]:
        """The repairs with which the parser gets further than before, the furthest first."""
        further = [repair for repair in repairs if not repair.reads and repair.reached > draft.origin[stop.at]]
        return sorted(further, key=lambda repair: -repair.reached)

    def _tried(self, draft: Draft, stop: Stop) -> Iterator[Repair]:
        yield from self._keywords(draft, stop, capitals=True)
        yield from self._slips(draft, stop)
        yield from self._keywords(draft, stop, capitals=False)

    # --- the table

    def _slips(self, draft: Draft, stop: Stop) -> Iterator[Repair]:
        for row in SLIPS:
            if row.fix is None or not row.stands_in(self.start):
                continue
            text = draft.text if row.raw else draft.masked
            near = [match for match in row.pattern.finditer(text, *_window(text, stop)) if match.start() <= stop.end]
            for match in near[-1:-4:-1]:
                groups = _groups(match, draft.text)
                mended = _replaced(draft, match.start(), match.end(), said(row.fix, groups))
                if mended.text != draft.text:
                    yield self._repair(row, groups, _marked(row, match, draft), mended)

    def _repair(self, row: Slip, groups: Sequence[str], span: Span, mended: Draft) -> Repair:
        shown = [shortened(group) for group in groups]
        return Repair(
            row.code, said(row.message, shown), said(row.label, shown), span, mended, self.read(mended), row.help
        )

    # --- the right line in the wrong place

    def _elsewhere(self, draft: Draft, *, certain: bool) -> Iterator[Repair]:
        first = TOKEN.match(draft.text)
        word = first.group() if first else ""
        for place, (message, label) in PLACES.items():
            if place == self.start or certain != (self.start in OPEN_TO_ALL and bool(re.match(SURELY[place], word))):
                continue
            self.allowance -= len(draft.text)
            reading = self.grammar.read(draft.text, place)
            if not isinstance(reading, Stop):
                yield Repair(
                    "wrong-place", message.format(word), label, draft.span(0, len(word)), draft, reading, place=place
                )
                return

    # --- words that are nearly keywords

    def _keywords(self, draft: Draft, stop: Stop, *, capitals: bool) -> Iterator[Repair]:
        words = [match for match in WORDS.finditer(draft.masked) if match.start() <= stop.at]
        for word in words[-1:-4:-1]:
            if not capitals or not word.group().islower():
                yield from self._keyword(draft, word, capitals)

    def _keyword(self, draft: Draft, word: re.Match[str], capitals: bool) -> Iterator[Repair]:
        """The word, or two words, as the keyword that they nearly are; with `capitals`, that they are but for capitals."""
        self.tries -= 1
        expected = self.grammar.accepts(draft.text[: word.start()], self.start)
        possible = [text for text in self._spelled(expected) if text[0].isalpha()]
        for length in (2, 1):
            end = _words_end(draft.masked, word, length)
            if end is None:
                continue
            typed = draft.text[word.start() : end]
            near = closest(typed, [text for text in possible if text.count(" ") == length - 1])
            if near is None or near == typed or capitals != (near == one_space(typed)):
                continue
            code = "capital-letters" if capitals else "unknown-word"
            message = f"`{typed}` is typed in small letters" if capitals else f"`{typed}` is not a word that can stand here"
            label = f"write `{near}`" if capitals else f"did this mean `{near}`?"
            yield self._with(draft, word.start(), end, near, code, message, label)

    def _spelled(self, expected: frozenset[str]) -> list[str]:
        several = {
            "WORD_OPERATOR": ("contains", "mentions", "like", "starts with", "ends with"),
            "TYPE": ("text", "page", "number", "flag", "date", "text list"),
            "UNIT": ("minutes", "hours", "days", "weeks", "months", "quarters", "years", "day", "week", "month", "year"),
            "HEADER_WORD": ("version", "owner", "timezone"),
            "PERIOD": ("day", "week", "month"),
            "AGGREGATE_OF": ("sum of", "largest of", "smallest of", "average of"),
            "YES": ("yes", "true"),
            "NO": ("no", "false"),
        }
        spelled = [several.get(name) or (self.grammar.spellings.get(name, ""),) for name in sorted(expected)]
        return [text for texts in spelled for text in texts if text]

    # --- a quote too few

    def _quotes(self, draft: Draft, stop: Stop) -> Iterator[Repair]:
        quotes = [at for at, character in enumerate(draft.text) if character == '"' and draft.text[at - 1 : at] != "\\"]
        if len(quotes) % 2 == 0:
            return
        tries = [(quote, at) for quote, at in _closings(draft.text, quotes)] + list(_openings(draft.text, quotes))
        for quote, at in tries[:MOST_TRIES]:
            mended = draft.replaced(at, at, '"')
            reading = self.read(mended)
            if not isinstance(reading, Stop):
                opening = at < quote
                text = mended.text[at : quote + 2] if opening else mended.text[quote : at + 1]
                yield Repair(
                    "unclosed-text",
                    f"this text has no {'opening' if opening else 'closing'} quote", f"write `{text}`",
                    draft.span(min(at, quote), max(at, quote + 1)), mended, reading,
                )  # fmt: skip
                return

    # --- something missing, or too much

    def _missing(self, draft: Draft, stop: Stop) -> Iterator[Repair]:
        expected = self.grammar.accepts(draft.text[: stop.at], self.start)
        order = {name: at for at, name in enumerate(LIKELY)}
        gap = len(draft.masked[: stop.at].rstrip())
        for name in sorted(expected & order.keys(), key=lambda name: order[name]):
            spelled = spelled_as(name, self.grammar.spellings)
            if name == "THEN" and not POINTS.match(draft.masked, stop.at):
                continue
            if name == "BAR" and 0 < gap < len(draft.text.rstrip()):
                continue
            mended = _inserted(draft, gap, stop.at, spelled)
            reading = self.read(mended)
            for _ in range(3 if spelled in ")]" else 0):
                if not isinstance(reading, Stop) or reading.at <= stop.at:
                    break
                mended = _inserted(mended, gap, stop.at, spelled)
                reading = self.read(mended)
            what = NAMES.get(name, f"`{spelled}`")
            code = {"COMMA": "missing-comma", "COLON": "missing-colon", "CLOSE": "unclosed-bracket", "CLOSE_LIST": "unclosed-bracket", "THEN": "missing-then", "BAR": "missing-bar"}
            yield Repair(
                code.get(name, "missing-word"), f"{what} is missing here", f"write `{spelled}`" ,
                draft.span(gap, gap), mended, reading,
            )  # fmt: skip

    def _surplus(self, draft: Draft, stop: Stop) -> Iterator[Repair]:
        match = TOKEN.match(draft.text, stop.at)
        if match is None:
            return
        word = match.group()
        if word not in SURPLUS and (not word.isidentifier() or word in self.grammar.spellings.values()):
            return
        mended = _replaced(draft, match.start(), match.end(), "")
        if not mended.masked.strip():
            return
        yield Repair(
            "surplus", f"`{match.group()}` does not belong here", "remove it", draft.span(*match.span()), mended, self.read(mended)
        )

    def _with(self, draft: Draft, start: int, end: int, text: str, code: str, message: str, label: str) -> Repair:
        mended = draft.replaced(start, end, text)
        return Repair(code, message, label, draft.span(start, end), mended, self.read(mended))


def _window(text: str, stop: Stop) -> tuple[int, int]:
    """The part of a long line in which slips are looked for."""
    if len(text) <= WINDOW:
        return 0, len(text)
    return max(0, stop.at - WINDOW // 2), min(len(text), stop.end + WINDOW // 2)


def _groups(match: re.Match[str], text: str) -> list[str]:
    """What every group found, as typed; the pattern saw texts blotted out."""
    spans = [match.span(group) for group in range(match.re.groups + 1)]
    return [text[start:end] if start >= 0 else "" for start, end in spans]


def _replaced(draft: Draft, start: int, end: int, text: str) -> Draft:
    """The draft with other text in a place, and one space where it would have two."""
    before, after = draft.text[start - 1 : start], draft.text[end : end + 1]
    if before in ("", " ", "\t", "\n"):
        text = text.lstrip(" ")
    if after in ("", " ", "\t", "\n", ",", ":", ")"):
        text = text.rstrip(" ")
    if not text and before in ("", " ") and after == " ":
        end += 1
    return draft.replaced(start, end, text)


def _marked(row: Slip, match: re.Match[str], draft: Draft) -> Span:
    start, end = match.span(row.mark)
    return draft.span(*((start, end) if start >= 0 else match.span()))


def _words_end(text: str, word: re.Match[str], length: int) -> int | None:
    end = word.end()
    for _ in range(length - 1):
        following = re.compile(r"[ \t]+[^\W\d]\w*").match(text, end)
        if following is None:
            return None
        end = following.end()
    return end


def _inserted(draft: Draft, gap: int, at: int, spelled: str) -> Draft:
    if spelled in ",:)]":
        return draft.replaced(gap, gap, spelled)
    return draft.replaced(gap, at, f" {spelled} ".lstrip(" " if gap == 0 else "").rstrip(" " if at == len(draft.text) else ""))


def _closings(text: str, quotes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Every quote with the places where the one that closes it could be missing."""
    for quote, following in zip(quotes, [*quotes[1:], len(text) + 1], strict=True):
        line_end = text.find("\n", quote)
        limit = min(following, line_end + 1 if line_end >= 0 else len(text) + 1)
        for match in ENDS.finditer(text, quote + 1):
            if match.start() >= limit:
                break
            if match.start() > quote + 1:
                yield quote, match.start()


def _openings(text: str, quotes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Every quote with the places where the one that opens it could be missing, the nearest first."""
    for previous, quote in zip([-1, *quotes], quotes, strict=False):
        places = [match.start() for match in BEGINS.finditer(text, previous + 1, quote)]
        for at in reversed(places):
            yield quote, at
