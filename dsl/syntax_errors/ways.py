"""Ways to mend a line that need no table: what the grammar would have taken is put in, or what it did not take out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scorelang.operators import operators
from scorelang.suggest import closest
from scorelang.syntax_errors.drafts import Draft, Stop
from scorelang.syntax_errors.expected import spelled_as
from scorelang.syntax_errors.repairs import Bench, Repair
from scorelang.syntax_errors.slip import one_space
from scorelang.syntax_errors.table import replaced

WORDS = re.compile(r"[^\W\d]\w*")
NEXT_WORD = re.compile(r"[ \t]+[^\W\d]\w*")
TOKEN = re.compile(r'"[^"\n]*"|[^\W\d]\w*|\d[\d_.]*%?|[<>=!]+|\S')
# What a closing quote may stand behind, and an opening one before; so many places are tried.
ENDS = re.compile(r"(?<=[^\s,\[(])(?=[\s,\])]|$)")
BEGINS = re.compile(r"(?<![^\s\[(,])(?=[^\s,\[\]()])")
MOST_QUOTES = 60

# Terminals that are typed in several ways.
TYPED = {
    "TYPE": ("text", "page", "number", "flag", "date", "text list"),
    "UNIT": ("minutes", "hours", "days", "weeks", "months", "quarters", "years", "day", "week", "month", "year"),
    "HEADER_WORD": ("version", "owner", "timezone"),
    "PERIOD": ("day", "week", "month"),
    "AGGREGATE_OF": ("sum of", "largest of", "smallest of", "average of"),
    "TIMES": ("times",),
    "YES": ("yes", "true"),
    "NO": ("no",),
    "FALSE": ("false",),
}
# What a line may lack, the likely first; other words would change what it means.
LIKELY = (
    "CLOSE_LIST", "CLOSE", "COMMA", "COLON", "BAR", "THEN", "IF", "FROM", "AS", "TO", "BECAUSE", "TIMES", "AGO",
    "OF_SILENCE", "ELSE", "LOSING", "EVERY", "BY", "AND", "IN", "OF", "WITH", "COLUMN", "AT_LEAST", "A",
)  # fmt: skip
# Words that nearly are others, and mean something else.
OTHERS = frozenset(("xor", "nor", "an", "for", "link", "links"))
POINTS = re.compile(r"[+-]\s*\d")
# A name, and what stands on both sides of a missing `and` that is no name alone.
ENDING = re.compile(r"(?:^|\s)([^\W\d]\w*)$")
BEGINNING = re.compile(
    r"([^\W\d]\w*)(?!\w)(?!\s*(?:<|>|=|!=|\.|\bis\b|\bin\b|\bfrom\b|\bcontains\b|\bmentions\b|\blike\b))"
)
SIGNS = {
    "COMMA": ("missing-comma", "a comma"),
    "COLON": ("missing-colon", "a colon"),
    "CLOSE": ("unclosed-bracket", "the closing `)`"),
    "CLOSE_LIST": ("unclosed-bracket", "the closing `]`"),
    "BAR": ("missing-bar", "a `|`"),
    "THEN": ("missing-then", "`then`"),
}
MOST_CLOSERS = 4
# Of the language's own words and signs these may be one too many; the others mean something.
SURPLUS = frozenset((")", "]", ",", ":", "a", "of"))
# Words of plain English without which a line says the same; any other word would be lost.
FILLERS = frozenset(
    (
        "an",
        "the",
        "this",
        "that",
        "there",
        "it",
        "really",
        "just",
        "also",
        "very",
        "please",
        "been",
        "be",
        "to",
        "do",
        "does",
    )
)

# The places of lines: what is said of one that reads there and stands elsewhere.
PLACES = {
    "top": ("`{}` stands outside every block", "begin this line at the margin"),
    "rule": ("this is a rule", "rules stand in a category, or outside every block"),
    "field": ("this is a field", "indent it below `lead:`"),
    "destination": ("this is a line of a route", "indent it below `route:`"),
    "outcome_line": ("this is a line of the outcomes", "indent it below `outcomes:`"),
    "test_line": ("`{}` stands in a test", 'indent it below a line like `test "a CEO is an MQL":`'),
    "row": ("this is a row of a table", "indent it below a `matrix` or a `test`"),
}
# First words that belong to one place only, unless they stand in the block of a test or a route.
SURELY = {
    "top": re.compile(
        r"(?:model|timezone|use|lead|event|list|define|decay|category|persona|require|disqualify|stage|grade|route|test|"
        r"never|always)\b"
    ),
    "rule": re.compile(r"(?:if|each|choose|matrix)\b"),
    "test_line": re.compile(r"(?:given|expect)\b"),
    "row": re.compile(r"\|"),
}
# Of the words that begin a statement these are never events: they mean the model's own results.
RESULTS = frozenset(("score", "stage", "persona", "route"))
MIXED_PLACES = ("destination", "test_line", "row")


def elsewhere(bench: Bench, draft: Draft, *, surely: bool) -> Iterator[Repair]:
    """The line as it is, in another place; with `surely`, only where its first word belongs nowhere else."""
    first = TOKEN.match(draft.text)
    word = first.group() if first else ""
    for place, (message, label) in PLACES.items():
        is_sure = bench.start not in MIXED_PLACES and place in SURELY and bool(SURELY[place].match(word))
        if place == bench.start or surely != is_sure:
            continue
        reading = bench.read(draft, place)
        if not isinstance(reading, Stop):
            span = draft.span(0, len(word))
            if (bench.start, place) == ("top", "rule"):
                yield from _named_like_a_statement(bench, draft, word)
                return
            yield Repair("wrong-place", message.format(word), label, span, draft, reading, place=place)
            return


def _named_like_a_statement(bench: Bench, draft: Draft, word: str) -> Iterator[Repair]:
    """A rule on an event whose name begins a statement, where statements stand: `test "x" then +5`."""
    if word in RESULTS:
        return
    mended = draft.replaced(0, 0, "if ")
    reading = bench.read(mended)
    if not isinstance(reading, Stop):
        said = (f"a line that begins with `{word}` is no rule", f"write `if {word}` for the event `{word}`")
        yield Repair("missing-if", *said, draft.span(0, len(word)), mended, reading)


def keywords(bench: Bench, draft: Draft, stop: Stop, *, capitals: bool) -> Iterator[Repair]:
    """A word before the stop as the keyword that it nearly is; with `capitals`, that it is but for its capitals."""
    words = [match for match in WORDS.finditer(draft.masked) if match.start() <= stop.at]
    for word in words[-1:-4:-1]:
        if not capitals or not word.group().islower():
            yield from _keyword(bench, draft, word, capitals)


def _keyword(bench: Bench, draft: Draft, word: re.Match[str], capitals: bool) -> Iterator[Repair]:
    if word.group().lower() in OTHERS:
        return
    possible = _spelled(bench, bench.accepts(draft.text[: word.start()]))
    following = NEXT_WORD.match(draft.masked, word.end())
    for end in filter(None, (following and following.end(), word.end())):
        typed = draft.text[word.start() : end]
        near = closest(typed, [text for text in possible if (" " in text) == (end > word.end())])
        if near is None or near == typed or capitals != (near == one_space(typed)):
            continue
        if end > word.end() and word.group() in possible and not _goes_on(typed, near):
            continue
        mended = draft.replaced(word.start(), end, near)
        span = draft.span(word.start(), end)
        if capitals:
            said = ("capital-letters", f"`{typed}` is typed in small letters", f"write `{near}`")
        else:
            said = ("unknown-word", f"`{typed}` is not a word that can stand here", f"did this mean `{near}`?")
        yield Repair(*said, span, mended, bench.read(mended))


def _goes_on(typed: str, near: str) -> bool:
    """Whether two words, the first of which is right, are nearly those: as `is nto` and `is not`."""
    first, _, second = typed.partition(" ")
    right, _, rest = near.partition(" ")
    return first == right and closest(second.strip(), [rest]) is not None


def _spelled(bench: Bench, expected: frozenset[str]) -> list[str]:
    """The words that terminals are typed as."""
    words = {**TYPED, "WORD_OPERATOR": tuple(row.name for row in operators().values() if row.form == "word")}
    spelled = [words.get(name) or (bench.grammar.spellings.get(name, ""),) for name in sorted(expected)]
    return [text for texts in spelled for text in texts if text[:1].isalpha()]


def quotes(bench: Bench, draft: Draft, stop: Stop) -> Iterator[Repair]:
    """The one quote put in with which the line reads, where it has an odd number of them."""
    found = [at for at, character in enumerate(draft.text) if character == '"' and draft.text[at - 1 : at] != "\\"]
    if len(found) % 2 == 0:
        return
    tries = [*_closings(draft.text, found), *_openings(draft.text, found)]
    for quote, at in tries[:MOST_QUOTES]:
        mended = draft.replaced(at, at, '"')
        reading = bench.read(mended)
        if isinstance(reading, Stop):
            continue
        which = "closing" if at > quote else "opening"
        text = mended.text[quote : at + 1] if at > quote else mended.text[at : quote + 2]
        span = draft.span(min(at, quote), max(at, quote + 1))
        yield Repair("unclosed-text", f"this text has no {which} quote", f"write `{text}`", span, mended, reading)
        return


def _closings(text: str, quotes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Every quote with the places where the one that closes it could be missing."""
    for quote, following in zip(quotes, [*quotes[1:], len(text) + 1], strict=True):
        line_end = text.find("\n", quote)
        limit = min(following, line_end + 1 if line_end >= 0 else len(text) + 1)
        for match in ENDS.finditer(text, quote + 2):
            if match.start() >= limit:
                break
            yield quote, match.start()


def _openings(text: str, quotes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Every quote with the places where the one that opens it could be missing, the nearest first."""
    for previous, quote in zip([-1, *quotes], quotes, strict=False):
        for match in reversed(list(BEGINS.finditer(text, previous + 1, quote))):
            yield quote, match.start()


def missing(bench: Bench, draft: Draft, stop: Stop) -> Iterator[Repair]:
    """The line with a word or sign put in where the parser stopped."""
    expected = bench.accepts(draft.text[: stop.at])
    gap = len(draft.masked[: stop.at].rstrip())
    at_edge = gap == 0 or gap >= len(draft.text.rstrip())
    for name in LIKELY:
        if name not in expected or (name == "THEN" and not POINTS.match(draft.masked, stop.at)):
            continue
        if (name == "BAR" and not at_edge) or (name == "AND" and not _joins(bench, draft, gap, stop.at)):
            continue
        if name == "IN" and not _is_list(bench, draft, stop.at):
            continue
        spelled = spelled_as(name, bench.grammar.spellings)
        code, what = SIGNS.get(name, ("missing-word", f"`{spelled}`"))
        mended = draft
        for _ in range(MOST_CLOSERS if spelled in ")]" else 1):
            mended = _inserted(mended, gap, stop.at, spelled)
            reading = bench.read(mended)
            if not isinstance(reading, Stop):
                span = draft.span(gap, gap)
                yield Repair(code, f"{what} is missing here", f"write `{spelled}`", span, mended, reading)
                return


def _joins(bench: Bench, draft: Draft, gap: int, at: int) -> bool:
    """Whether two conditions meet here: words that no other line knows may as well be one thing in two words."""
    ending, beginning = ENDING.search(draft.masked[:gap]), BEGINNING.match(draft.masked, at)
    return all(match is None or match[1] in bench.names for match in (ending, beginning))


def _is_list(bench: Bench, draft: Draft, at: int) -> bool:
    match = WORDS.match(draft.masked, at)
    return match.group() in bench.names if match else draft.masked[at : at + 1] == "["


def _inserted(draft: Draft, gap: int, at: int, spelled: str) -> Draft:
    if spelled in ",:)]":
        return draft.replaced(gap, gap, spelled)
    before = " " if gap else ""
    after = " " if at < len(draft.text) else ""
    return draft.replaced(gap, at, f"{before}{spelled}{after}")


def surplus(bench: Bench, draft: Draft, stop: Stop) -> Iterator[Repair]:
    """The line without the word or sign at which the parser stopped."""
    match = TOKEN.match(draft.text, stop.at)
    if match is None:
        return
    word = match.group()
    if word not in SURPLUS and word.lower() not in FILLERS:
        return
    mended = replaced(draft, match.start(), match.end(), "")
    if mended.masked.strip():
        span = draft.span(*match.span())
        yield Repair("surplus", f"`{word}` does not belong here", "remove it", span, mended, bench.read(mended))
