"""From text to syntax nodes, a logical line at a time, so that one slip does not hide the next."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen
from lark import Lark, UnexpectedInput
from lark.exceptions import VisitError
from lark.lexer import Lexer, LexerState, LexerThread, LineCounter, PatternStr
from lark.utils import TextSlice

from scorelang import nodes as n
from scorelang.build import BadText, Build, Twice
from scorelang.cache import cache_file
from scorelang.diagnostics import Diagnostics
from scorelang.lalr import Reader, Step, Unreadable
from scorelang.layout import Layout, Line, read_layout
from scorelang.operators import operators
from scorelang.source import COMMENT, NOWHERE, Source
from scorelang.syntax_errors import Stop, doubts
from scorelang.tables import line_tables, shipped, shipped_lines

if TYPE_CHECKING:
    from scorelang.syntax_errors.explain import Explained, SyntaxErrors

# What stands between the words of a keyword that goes on below: comments are no words.
GAP = r"(?:\s|#[^\n]*\n)+"
ANY_GAP = re.compile(r"\(\?:\\s\|.*?\)\+", re.DOTALL)
STARTS = ("top", "rule", "field", "destination", "outcome_line", "test_line", "row")
# Which lines stand in the block that a word opens.
INSIDE = {
    "lead": "field", "category": "rule", "persona": "rule", "choose": "rule",
    "matrix": "row", "route": "destination", "outcomes": "outcome_line", "test": "test_line",
}  # fmt: skip


class _Place(LineCounter):
    """Where the lexer is. Lines and columns are told by `Source`, where anybody asks."""

    def feed(self, token: Any, test_newline: bool = True) -> None:
        """Go on behind a token."""
        self.char_pos += len(token)


class LineLexer(LexerThread):
    """Reads one line of a file. Lark would first count the line ends of all that is above it, for every line anew."""

    @classmethod
    def from_text(cls, lexer: Lexer, text_or_slice: str | TextSlice[str]) -> LineLexer:
        """Lexing of a text, or of a part of it."""
        text = TextSlice.cast_from(text_or_slice)
        counter = _Place("\n")  # type: ignore[no-untyped-call]
        counter.char_pos = text.start
        return cls(lexer, LexerState(text, counter))


PLUGINS = {"LexerThread": LineLexer}


@cache
def _reader() -> Reader:
    """What reads lines; made of the tables that come with the package, when the first text is parsed."""
    tables = shipped_lines(grammar())
    return Reader(line_tables(parser()) if tables is None else tables, Build())


@cache
def parser() -> Lark:
    """Lark's parser of a logical line; made of such tables too, when a text is met that is not in the language."""
    made = shipped(grammar(), transformer=Build(), _plugins=PLUGINS)
    return made if made is not None else built(cache=cache_file("grammar.lark") or False)


def built(*, cache: str | bool) -> Lark:
    """The same, made of the grammar, or of what is in the file `cache`."""
    return Lark(
        grammar(),
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        maybe_placeholders=False,
        transformer=Build(),
        cache=cache,
        _plugins=PLUGINS,
    )


def grammar() -> str:
    """The grammar of a logical line, with the words of the operators."""
    words = sorted((row.name for row in operators().values() if row.form == "word"), key=len, reverse=True)
    spelled = "|".join(word.replace(" ", r"\s+") for word in words)
    text = (pkgutil.get_data("scorelang", "grammar.lark") or b"").decode()
    return f"{text}\nWORD_OPERATOR.2: /(?:{spelled})\\b/\n".replace(r"\s+", GAP)


@cache
def spellings() -> Mapping[str, str]:
    """The terminals that are always typed alike: keywords and signs."""
    spelled = {}
    for terminal in parser().terminals:
        text = ANY_GAP.sub(" ", terminal.pattern.value).partition("(?=")[0].removesuffix(r"\b")
        if isinstance(terminal.pattern, PatternStr) or re.fullmatch(r"[a-z ]+|=", text):
            spelled[terminal.name] = text
    return spelled


@define
class LineGrammar:
    """The parser as the mending of lines sees it."""

    spellings: Mapping[str, str] = field(factory=spellings)

    def read(self, text: str | TextSlice[str], start: str) -> n.Node | Stop:
        """The node of a line, or where the parser stopped in it."""
        return read_line(text, start)

    def accepts(self, text: str, start: str) -> frozenset[str]:
        """The terminals that may follow the beginning of a line."""
        parsing = parser().parse_interactive(text, start=start)
        try:
            parsing.exhaust_lexer()
        except (UnexpectedInput, BadText, Twice, VisitError):
            return frozenset()
        return frozenset(parsing.accepts())  # type: ignore[no-untyped-call]


def read_line(text: str | TextSlice[str], start: str, steps: list[Step] | None = None) -> n.Node | Stop:
    """The node of a line, or where the parser stopped in it; `steps` takes down how it was read."""
    try:
        return node_of(text, start, steps)
    except UnexpectedInput as error:
        return _stop(text, error)
    except BadText as error:
        return Stop(error.span.start, error.span.end)
    except Twice as error:
        return Stop(error.span.start, error.span.end, error.what, error.first)
    except VisitError as error:
        match error.orig_exc:
            case Twice(what=what, span=span, first=first):
                return Stop(span.start, span.end, what, first)
            case BadText(span=span):
                return Stop(span.start, span.end)
        raise


def node_of(text: str | TextSlice[str], start: str, steps: list[Step] | None = None) -> n.Node:
    """The node of a line, as `read_line` gives it. Raises what Lark raises, and `BadText` and `Twice`."""
    part = TextSlice.cast_from(text)
    try:
        node: n.Node = _reader().read(part.text, part.start, part.end, start, steps)
    except Unreadable:
        # Lark says where it stopped, and what could have followed.
        node = parser().parse(part, start=start)  # type: ignore[assignment]
    return node


def _stop(text: str | TextSlice[str], error: UnexpectedInput) -> Stop:
    whole = text if isinstance(text, str) else text.text
    limit = len(text) if isinstance(text, str) else text.end
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        return Stop(limit, limit)
    at = int(error.pos_in_stream or 0)
    if token is not None:
        return Stop(at, at + len(token))
    word = re.compile(r"\w+").match(whole, at, limit)
    return Stop(at, word.end() if word else at + 1)


@frozen
class Typed:
    """A file as it was typed: its nodes, its layout, and by where a line begins, how the line was read."""

    file: n.File
    layout: Layout
    steps: Mapping[int, Sequence[Step]]


def parse(source: Source, found: Diagnostics) -> n.File:
    """The statements of a file that can be read; whatever cannot goes to `found`."""
    return _parsed(source, found, read_layout(source, found), None)


def parse_typed(source: Source, found: Diagnostics) -> Typed:
    """The same, and what nodes do without: how each line was typed."""
    layout, steps = read_layout(source, found), dict[int, list[Step]]()
    return Typed(_parsed(source, found, layout, steps), layout, steps)


def _parsed(source: Source, found: Diagnostics, layout: Layout, steps: dict[int, list[Step]] | None) -> n.File:
    reader = _Reader(source, found, steps)
    statements = reader.lines(layout.lines, "top")
    return n.File((*statements, *reader.misplaced))


@define
class _Reader:
    """Reads the lines of one file, and of their blocks."""

    source: Source
    found: Diagnostics
    steps: dict[int, list[Step]] | None
    """Takes down how the lines are read, if anybody asks."""
    misplaced: list[n.Node] = field(factory=list)
    """Statements that stand inside a block by mistake: their names count all the same."""
    _met: SyntaxErrors | None = None

    @property
    def errors(self) -> SyntaxErrors:
        """What explains lines that cannot be read; made, and loaded, when there is one."""
        if self._met is None:
            from scorelang.syntax_errors.explain import SyntaxErrors

            self._met = SyntaxErrors(self.source, self.found, LineGrammar())
        return self._met

    @property
    def exhausted(self) -> bool:
        """Whether so much is wrong that the rest of the file is not looked at."""
        return self._met is not None and self._met.exhausted

    def lines(self, lines: Sequence[Line], start: str) -> list[n.Node]:
        """The nodes of the lines of one block; those that cannot be read are left out."""
        nodes: list[n.Node] = []
        waiting = list(reversed(lines))
        quiet = ""
        while waiting and not self.exhausted:
            line = waiting.pop()
            reading = self._read(line, start)
            if isinstance(reading, Stop):
                stop = evolve(reading, at=reading.at - line.span.start, end=reading.end - line.span.start)
                explained = self.errors.explain(line, start, stop, quiet=quiet)
                quiet = explained.place
                if explained.rest is not None:
                    waiting.append(explained.rest)
                node = self._with_lines(line, explained.node, explained.block)
            else:
                quiet = ""
                doubted = self._doubted(line, start)
                meant = reading if doubted is None else doubted.node
                block = line.block or (self._unindented(line, meant, waiting) if meant is not None else ())
                node = self._with_lines(line, meant, block)
            if node is not None and quiet in ("", start):
                nodes.append(node)
            elif node is not None and quiet == "top":
                self.misplaced.append(node)
        return nodes

    def _doubted(self, line: Line, start: str) -> Explained | None:
        text = self.source.text[line.span.start : line.span.end]
        if doubts(COMMENT.sub(r"\1", text) if "#" in text else text) is None:
            return None
        return self.errors.doubt(line, start)

    def _read(self, line: Line, start: str) -> n.Node | Stop:
        text, begin, end = self.source.text, line.span.start, line.span.end
        steps: list[Step] | None = None
        if self.steps is not None:
            steps = self.steps[begin] = []
        return read_line(TextSlice(text, begin, end), start, steps)

    def _with_lines(self, line: Line, node: n.Node | None, block: Sequence[Line]) -> n.Node | None:
        """The node with the lines of its block."""
        inside = _inside(node) if node is not None else INSIDE.get(line.word)
        if inside is None:
            return node
        children = tuple(self.lines(block, inside))
        if node is None or (block and not children):
            return _named_only(node)
        return _with_block(node, children)

    def _unindented(self, line: Line, node: n.Node, waiting: list[Line]) -> list[Line]:
        """The lines below the head of an empty block that can only stand in it."""
        inside = _inside(node)
        adopted: list[Line] = []
        while inside is not None and waiting and self._is_only(waiting[-1], inside):
            adopted.append(waiting.pop())
        if adopted:
            self.errors.explain_block(line, adopted[0])
        return adopted

    def _is_only(self, line: Line, inside: str) -> bool:
        return isinstance(self._read(line, "top"), Stop) and not isinstance(self._read(line, inside), Stop)


def _inside(node: n.Node) -> str | None:
    """The place that the lines of a node's block are in, or None for a node without a block."""
    match node:
        case n.Lead():
            return "field"
        case n.Category() | n.Choose():
            return "rule"
        case n.Matrix():
            return "row"
        case n.Route():
            return "destination"
        case n.Outcomes():
            return "outcome_line"
        case n.Test():
            return "test_line"
    return None


def _named_only(node: n.Node | None) -> n.Node | None:
    """A block none of whose lines can be read: a category keeps its name, with a rule that never fires."""
    if not isinstance(node, n.Category):
        return None
    never = n.Rule("if", n.Flag(False, span=node.span), n.Number("0", True, span=node.span), span=node.span)
    return evolve(node, rules=(never,))


def _with_block(node: n.Node, block: tuple[Any, ...]) -> n.Node:
    """The header of a block together with the block's lines."""
    end = block[-1].span if block else NOWHERE
    span = node.span.to(end)
    match node:
        case n.Lead():
            return evolve(node, fields=block, span=span)
        case n.Category():
            return evolve(node, rules=block, span=span)
        case n.Choose():
            return evolve(node, branches=block, span=span)
        case n.Matrix():
            return evolve(node, rows=block, span=span)
        case n.Route():
            return evolve(node, destinations=block, span=span)
        case n.Outcomes():
            return evolve(node, lines=block, span=span)
        case n.Test():
            return evolve(node, lines=block, span=span)
    return node
