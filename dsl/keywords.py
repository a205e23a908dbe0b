"""The language's words by what they are for, and where each is coloured: the colours of every editor are made of it.

`KINDS` sorts the terminals of the grammar. `patterns()` says how a line is coloured by them, in regular expressions
that Python and Oniguruma read alike: the Pygments lexer uses them as they are, and `scripts/make_editors.py` writes
them down for editors. They know one line, no more, and go by the place where a word stands: in `days number` of a
`lead:` block, `days` is a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cache

from attrs import frozen
from lark.lexer import PatternStr

from scorelang.operators import operators
from scorelang.parse import ANY_GAP, INSIDE, STARTS, LineGrammar, parser
from scorelang.resolve import RESULTS


class Kind(Enum):
    """What a piece of a line is for."""

    STATEMENT = "statement"
    CONDITION = "condition"
    OPERATOR = "operator"
    EVENT = "event"
    CONSTANT = "constant"
    TYPE = "type"
    UNIT = "unit"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    COMMENT = "comment"
    NAME = "name"
    SIGN = "sign"
    BLANK = "blank"
    # These are no terminals: a name is one of them by where it stands, and an escape is a part of a text.
    DECLARED = "declared"
    FIELD = "field"
    MEMBER = "member"
    FUNCTION = "function"
    RESULT = "result"
    ESCAPE = "escape"


_TERMINALS = {
    Kind.STATEMENT: "MODEL HEADER_WORD TIMEZONE USE LEAD KEYED_BY EVENT LIST COLUMN DEFINE AS DECAY CATEGORY PERSONA "
    "WEIGHT SCORE START_OVER_AFTER REQUIRE DISQUALIFY FOR STAGE WHEN OR_WHEN GRADE ELSE ROUTE OUTCOMES CHOOSE BEST "
    "MATRIX BY TEST GIVEN WITH ON EXPECT FIRES NOT_FIRES BLOCKED_BY NOT_BLOCKED_BY AS_OF NEVER ALWAYS",
    Kind.CONDITION: "IF THEN AND OR NOT OTHERWISE BECAUSE EACH",
    Kind.OPERATOR: "IS IS_NOT IN NOT_IN FROM TO OF AT_LEAST AT_MOST EXACTLY WORD_OPERATOR COMPARE EQUALS SIGN FACTOR",
    Kind.EVENT: "NO ONLY WHERE WITHIN WITHIN_NEXT AGO BETWEEN SINCE BEFORE MORE_THAN FEWER_THAN TIMES ONCE A EVERY "
    "DURING LOSING FADING_OUT_OVER OF_SILENCE COUNT_OF AGGREGATE_OF DAYS_SINCE DAYS_SINCE_LAST",
    Kind.CONSTANT: "YES FALSE MISSING KNOWN",
    Kind.TYPE: "TYPE",
    Kind.UNIT: "UNIT PERIOD",
    Kind.NUMBER: "NUMBER PERCENT",
    Kind.DATE: "DATE",
    Kind.TEXT: "STRING",
    Kind.COMMENT: "__IGNORE_1",
    Kind.NAME: "NAME",
    Kind.SIGN: "OPEN CLOSE OPEN_LIST CLOSE_LIST BAR COMMA _COMMA_VALUE COLON DOT",
    Kind.BLANK: "__IGNORE_0",
}
# `no` is a constant, too, where nothing follows that there could be none of.
KINDS: Mapping[str, Kind] = {terminal: kind for kind, names in _TERMINALS.items() for terminal in names.split()}

# Words that other patterns find, by what stands beside them: nearly all of them are good names, too.
_BESIDE = frozenset(("HEADER_WORD", "COLUMN", "WEIGHT", "BEST", "TYPE", "UNIT", "PERIOD", "A", "NO"))
# What shows that the word before it is no statement's, but the name of a field or an event.
_COMPARED = ("IS", "IS_NOT", "IN", "NOT_IN", "WORD_OPERATOR", "THEN", "AND", "OR")
_WORDS = (
    Kind.STATEMENT, Kind.CONDITION, Kind.OPERATOR, Kind.EVENT, Kind.CONSTANT, Kind.TYPE, Kind.UNIT,
)  # fmt: skip

NAME = r"[^\W\d]\w*"
ESCAPE = r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])'


@frozen
class Pattern:
    """A stretch of a line: regular expressions that stand one behind another, each with the kind of what it finds.

    What stands between pieces, and is not coloured, has no kind.
    """

    parts: tuple[tuple[str, Kind | None], ...]

    @property
    def regex(self) -> str:
        """The regular expression of the whole; of several parts, each that has a kind is a group."""
        if len(self.parts) == 1:
            return self.parts[0][0]
        return "".join(f"({regex})" if kind else regex for regex, kind in self.parts)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of its pieces."""
        return tuple(kind for _, kind in self.parts if kind)


def _one(regex: str, kind: Kind) -> Pattern:
    return Pattern(((regex, kind),))


@cache
def spelled() -> Mapping[str, str]:
    """The terminals as regular expressions that Python and Oniguruma read alike; gaps between words are white space."""
    return {
        terminal.name: re.escape(value) if isinstance(terminal.pattern, PatternStr) else ANY_GAP.sub(r"\\s+", value)
        for terminal in parser().terminals
        for value in (terminal.pattern.value,)
    }


def is_word(terminal: str) -> bool:
    """Whether a terminal is made of words: no sign, and nothing like a number or a name."""
    return KINDS[terminal] in _WORDS and spelled()[terminal].endswith((r"\b", r"(?=\s*:)"))


@cache
def heads() -> tuple[str, ...]:
    """The terminals that begin statements: their lines begin with them."""
    grammar = LineGrammar()
    first = frozenset[str]().union(*(grammar.accepts("", start) for start in STARTS))
    return tuple(sorted(name for name in first if KINDS[name] is Kind.STATEMENT))


def blocks() -> tuple[str, ...]:
    """The words whose lines open a block."""
    return tuple(INSIDE)


def functions() -> tuple[str, ...]:
    """The names of the operators that are written like functions."""
    return tuple(row.name for row in operators().values() if row.form == "function")


def any_of(terminals: Iterable[str]) -> str:
    """A regular expression for any of the terminals, those of more words first."""
    priority = {terminal.name: terminal.priority for terminal in parser().terminals}
    return f"(?:{'|'.join(spelled()[name] for name in sorted(terminals, key=lambda name: (-priority[name], name)))})"


@cache
def patterns() -> tuple[Pattern, ...]:
    """How a line is coloured: at each place the first pattern that fits, as TextMate grammars and `re` do it."""
    return (*_literals(), *_heads(), *_beside(), *_plain())


def pieces(line: str) -> Iterator[tuple[int, int, Kind]]:
    """Where each piece of a line begins and ends, and its kind; what lies between is blank or foreign."""
    for match in _any_pattern().finditer(line):
        name = str(match.lastgroup)
        pattern = patterns()[int(name.removeprefix("p"))]
        first = match.re.groupindex[name] + (len(pattern.parts) > 1)
        for group, kind in enumerate(pattern.kinds, first):
            if kind is Kind.TEXT:
                yield from _text(match)
            else:
                yield *match.span(group), kind


def _text(match: re.Match[str]) -> Iterator[tuple[int, int, Kind]]:
    at = match.start()
    for escape in re.compile(ESCAPE).finditer(match.string, *match.span()):
        if escape.start() > at:
            yield at, escape.start(), Kind.TEXT
        yield *escape.span(), Kind.ESCAPE
        at = escape.end()
    if match.end() > at:
        yield at, match.end(), Kind.TEXT


@cache
def _any_pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<p{number}>{one.regex})" for number, one in enumerate(patterns())))


def _literals() -> Iterator[Pattern]:
    of = spelled()
    yield _one(r"#.*", Kind.COMMENT)
    yield _one(r'"(?:\\.|[^"\\])*"?', Kind.TEXT)
    condition = any_of(name for name, kind in KINDS.items() if kind is Kind.CONDITION)
    field = rf"(?:^\s*|(?<=[(,])\s*)(?!{condition})"
    follows = rf"(?=\s*(?:$|[#,)]|{of['FROM']}|{of['MISSING']}))"
    yield Pattern(((field, None), (NAME, Kind.FIELD), (r"\s+", None), (any_of(["TYPE"]), Kind.TYPE), (follows, None)))
    yield _one(rf"(?<!\w){of['DATE']}", Kind.DATE)
    # A sign that a digit follows at once belongs to the number: points carry one.
    begin = r"(?:[+-]|(?<!\w))"
    number = f"{begin}{of['NUMBER']}"
    yield _one(f"{begin}{of['PERCENT']}", Kind.NUMBER)
    yield Pattern(((number, Kind.NUMBER), (r"\s+", None), (of["UNIT"], Kind.UNIT)))
    yield _one(number, Kind.NUMBER)


def _heads() -> Iterator[Pattern]:
    of = spelled()
    begin = (r"^\s*", None)
    declaring = any_of(["CATEGORY", "PERSONA", "EVENT", "LIST", "DEFINE", "DECAY", "STAGE"])
    not_compared = rf"(?!\s*(?:[-+*/<>=!.,)|]|{any_of(_COMPARED)}))"
    yield Pattern((begin, (of["CHOOSE"], Kind.STATEMENT), (r"\s+", None), (of["BEST"], Kind.STATEMENT)))
    yield Pattern((begin, (declaring, Kind.STATEMENT), (rf"{not_compared}\s+", None), (NAME, Kind.DECLARED)))
    yield Pattern((begin, (any_of(heads()), Kind.STATEMENT), (not_compared, None)))


def _beside() -> Iterator[Pattern]:
    """Words that are known by what stands beside them."""
    of = spelled()
    gap = (r"\s+", None)
    often = rf"\b{any_of(['ONCE', 'TIMES'])}"
    yield Pattern(((often, Kind.EVENT), gap, (of["A"], Kind.EVENT), gap, (of["PERIOD"], Kind.UNIT)))
    yield _one(rf"\b(?:{of['HEADER_WORD']}|{of['COLUMN']}|{of['WEIGHT']})" r'(?=\s*["+\-0-9])', Kind.STATEMENT)
    goes_on = any_of(["THEN", "AND", "OR", "TO", "BECAUSE"])
    yield _one(rf"\b{of['NO']}(?=\s+{NAME})(?!\s+{goes_on})", Kind.EVENT)
    yield _one(rf"\b{of['NO']}", Kind.CONSTANT)
    yield _one(rf"\b(?:{'|'.join(functions())})\b(?=\s*\()", Kind.FUNCTION)
    yield Pattern(((r"\.", Kind.SIGN), (r"\s*", None), (NAME, Kind.MEMBER)))


def _plain() -> Iterator[Pattern]:
    """Words that are the same wherever they stand; those of more words come first."""
    elsewhere = _BESIDE.union(heads())
    terminals = [one for one in parser().terminals if is_word(one.name) and one.name not in elsewhere]
    for priority in sorted({one.priority for one in terminals}, reverse=True):
        for kind in _WORDS:
            named = [one.name for one in terminals if one.priority == priority and KINDS[one.name] is kind]
            if named:
                yield _one(rf"\b{any_of(named)}", kind)
    yield _one(rf"\b(?:{'|'.join(RESULTS)})\b", Kind.RESULT)
    yield _one(NAME, Kind.NAME)
    for kind in (Kind.OPERATOR, Kind.SIGN):
        signs = [name for name, own in KINDS.items() if own is kind and not is_word(name) and name != "_COMMA_VALUE"]
        yield _one(any_of(signs), kind)
