"""Logical lines: which physical lines belong together, and which line is in whose block.

A line that ends in `:` opens a block of deeper-indented lines; any other deeper line, and whatever is inside brackets,
continues the line above. A line that starts with `|` is a row of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter

from attrs import Factory, define

from scorelang.diagnostics import Diagnostics
from scorelang.source import Source, Span
from scorelang.suggest import listed

# Limits that keep a hostile file from hanging or exhausting the parser; docs/language.md lists them.
MAX_CHARACTERS = 2_000_000
MAX_LINES = 100_000
MAX_LINE = 100_000
MAX_BRACKETS = 50
MAX_BLOCKS = 20
# After so many errors in its indentation a file's others say nothing new.
MAX_UNEVEN = 20

PIECE = re.compile(r'"(?:\\.|[^"\\\n])*"?|#[^\n]*|[(\[]|[)\]]|[^"#()\[\]]+')
# A line without any of these is all content.
MARK = re.compile(r"[#()\[\]]")
WHITE = " \t\xa0\f"
FIRST_WORD = re.compile(r"\w+|\S")
BLOCKS = frozenset(("lead", "category", "persona", "choose", "matrix", "route", "test"))
# These read on after their colon, wherever the text goes on.
INLINE = frozenset(("never", "always", "grade"))
# Signs of comments in other languages: what follows them is no text of ours.
FOREIGN_COMMENT = ("//", "--", "/*", "<!--")
IN_A_FILE = 'move a long list into a CSV file: `list NAME from "file.csv" column "name"`'

# What no continuation begins with: a line that does is a statement, even below an open bracket or a forgotten colon.
STATEMENT = re.compile(
    r"(?:model|use|lead|event|list|define|decay|category|persona|score from|start over|require|disqualify|stage"
    r"|grade|route|test|never|always|if|each|choose|matrix|otherwise|given|expect|as of)\b|outcomes:"
    r'|\||"(?:\\.|[^"\\])*" (?:if|otherwise)\b'
    r'|(?:"(?:\\.|[^"\\\n])*"|\([^()\n]*\)|\[[^\[\]\n]*\]|[^"#()\[\]\n])*?\bthen\s*[+-]'
)
# A line that is a statement by itself, so that it continues nothing even where it is indented.
WHOLE = re.compile(
    r"(?:model|use|event|list|define|decay|require|disqualify|start over)\b"
    r"|(?:lead|category|persona|choose|matrix|route|test)\b.*:$|(?:if|each)\b.*\bthen\b"
)
# A rule on an event that is named like a block, such as `test "x" within 3 days`.
RULE = re.compile(
    r'\w+\s+(?:"(?:\\.|[^"\\\n])*"\s+)?'
    r"(?:within|where|since|before|between|and|or|(?:at least|at most|exactly|fewer than|more than)\s+\d+\s+times?)\b"
)
# What no line of a block begins with: it goes on with the line above.
CONTINUES = re.compile(r"(?:then|within|where|since|before|between|and|or)\b")
# The head of a lead's block whose colon was forgotten; other heads show by the lines below them.
LEAD = re.compile(r"lead(?:\s+keyed\s+by\s+\w+)?$")
KEYED = re.compile(r"keyed\s+by\b")


@define
class Line:
    """One logical line: its text's span (without comments at its end), its indentation, and the lines of its block."""

    span: Span
    indent: int
    word: str
    opens: bool = False
    block: list[Line] = Factory(list)


@define
class Layout:
    """The lines of a file as a tree, and its comments in the order of the text."""

    lines: list[Line]
    comments: list[Span]


@define
class _Indentation:
    """How a file is indented: by spaces or tabs, whichever most of its lines have."""

    source: Source
    found: Diagnostics
    tabs: bool = False
    width: int = 4
    """How many spaces a tab stands for where the two are mixed."""

    def learn(self) -> None:
        """Find out which it is, and note the lines that are indented otherwise."""
        whites: list[tuple[int, str]] = []
        offset = 0
        for text in self.source.text.split("\n"):
            body = text.lstrip(WHITE)
            if body and len(body) < len(text):
                whites.append((offset, text[: len(text) - len(body)]))
            offset += len(text) + 1
        counts = Counter(white[0] for _, white in whites if white[0] in " \t")
        self.tabs = bool(counts) and counts.most_common(1)[0][0] == "\t"
        own = "\t" if self.tabs else " "
        widths = Counter(len(white) for _, white in whites if not white.strip(" "))
        self.width = min((width for width, lines in widths.items() if lines > 1 and not self.tabs), default=4)
        wrong = [(offset, white) for offset, white in whites if white.strip(own)]
        self._note(wrong, [offset for offset, white in whites if not white.strip(own)], own)

    def _note(self, wrong: list[tuple[int, str]], right: list[int], own: str) -> None:
        if not wrong:
            return
        offset, white = wrong[0]
        at = next(at for at, character in enumerate(white) if character != own)
        found = {" ": "spaces", "\t": "a tab"}.get(white[at], "an unusual space")
        most, fix = ("tabs", "a tab") if self.tabs else ("spaces", f"{self.width} spaces")
        others = [str(self.source.line_of(offset)) for offset, _ in wrong[1:]]
        also = f"so {'is line' if len(others) == 1 else 'are lines'} {listed(others, limit=6)}" if others else None
        # One line is not "most others", nor are fewer than there are of these.
        one = f"line {self.source.line_of(right[0])}" if right else ""
        beside = "most others" if len(right) >= max(2, len(wrong)) else one
        but = f", {beside} with {most}" if beside else " as well" if at else ""
        self.found.error(
            self.source, Span(offset + at, offset + len(white)), "mixed-indentation",
            f"this line is indented with {found}{but}", f"use {fix} for every level", help=(also,),
        )  # fmt: skip

    def level(self, white: str) -> int:
        """How deep white space at the start of a line indents it, in characters of the file's own kind."""
        if self.tabs:
            return white.count("\t") + -(-(len(white) - white.count("\t")) // self.width)
        if not white.strip(" "):
            return len(white)
        return len(white.expandtabs(self.width)) // self.width * self.width


@define
class _Reader:
    """Reads physical lines one by one and hangs each on the line or block that it belongs to."""

    source: Source
    found: Diagnostics
    indentation: _Indentation
    top: list[Line] = Factory(list)
    comments: list[Span] = Factory(list)
    open: list[Line] = Factory(list)
    brackets: list[int] = Factory(list)
    last: Line | None = None
    too_deep: list[int] = Factory(list)
    """The places of brackets that are nested too deep."""
    uneven: int = 0
    shift: tuple[int, int] = (0, 0)
    """From which indentation on lines are indented too deep by a slip, and by how much."""
    in_comment: bool = False
    deep: bool = False

    def read(self) -> Layout:
        offset = 0
        for text in self.source.text.split("\n"):
            if text:
                self._physical(text, offset)
            offset += len(text) + 1
        self._check_margin()
        return Layout(self._readable(self.top), self.comments)

    def _physical(self, text: str, offset: int) -> None:
        body = text.lstrip(WHITE)
        start = offset + len(text) - len(body)
        if self._skips_comment(body, start):
            return
        depth_before = len(self.brackets)
        end = self._scan(body, start)
        if end == start:
            return
        indent = self._shifted(self.indentation.level(text[: len(text) - len(body)]))
        content = self.source.text[start:end]
        if depth_before and self.last is not None and not self._is_new_statement(indent, content):
            self._extend(end)
            return
        if depth_before:
            # The bracket above was never closed: start afresh, so that one slip is one error.
            self.brackets = [at for at in self.brackets if at >= start]
        self._place(Line(Span(start, end), indent, first_word(content)), content)

    def _skips_comment(self, body: str, start: int) -> bool:
        """Whether the line is inside a comment as other languages have it, of several lines."""
        if self.in_comment:
            self.in_comment = "*/" not in body
            return True
        if not body.startswith("/*") or "*/" in body:
            return False
        self.in_comment = True
        self.found.error(
            self.source, Span(start, start + 2), "comment-sign", "a comment begins with `#` and ends with the line",
            "begin every line of it with `#`",
        )  # fmt: skip
        return True

    def _is_new_statement(self, indent: int, content: str) -> bool:
        """Whether a line inside an open bracket can only be the next statement: the bracket was left open."""
        assert self.last is not None
        return indent <= self.last.indent and bool(STATEMENT.match(content))

    def _scan(self, body: str, start: int) -> int:
        """The end of the line's content; notes its comment and follows its brackets."""
        if len(body) > MAX_LINE or body.startswith(FOREIGN_COMMENT) or not MARK.search(body):
            return start + len(body.rstrip())
        end = start
        for piece in PIECE.finditer(body):
            text, at = piece.group(), start + piece.start()
            if text.startswith("#"):
                self.comments.append(Span(at, at + len(text.rstrip())))
                continue
            if text in "([":
                self._open_bracket(at)
            elif text in ")]" and self.brackets:
                self.brackets.pop()
            if text.strip():
                end = start + piece.start() + len(text.rstrip())
        return end

    def _open_bracket(self, at: int) -> None:
        self.brackets.append(at)
        if len(self.brackets) <= MAX_BRACKETS:
            return
        if not self.too_deep:
            self.found.error(
                self.source, Span(at, at + 1), "nesting-too-deep", f"brackets are nested more than {MAX_BRACKETS} deep",
                help=("give parts of the condition a name with `define`",),
            )  # fmt: skip
        self.too_deep.append(at)

    # --- indentation

    def _shifted(self, indent: int) -> int:
        """The indentation that was meant, below a line that was indented too deep."""
        first, by = self.shift
        if indent < first:
            self.shift = (0, 0)
            return indent
        return indent - by

    def _check_margin(self) -> None:
        """Note a line outside every block that is indented, where others are not."""
        margin = min((line.indent for line in self.top), default=0)
        for line in self.top:
            if line.indent > margin:
                self._uneven(line, "this line is indented, and in no block", "begin it at the margin")

    def _uneven(self, line: Line, message: str, label: str) -> None:
        self.uneven += 1
        if self.uneven <= MAX_UNEVEN:
            span = Span(line.span.start, line.span.start + len(line.word))
            self.found.error(self.source, span, "uneven-indentation", message, label)

    def _extend(self, end: int) -> None:
        assert self.last is not None
        self.last.span = Span(self.last.span.start, end)
        self.last.opens = self._opens(self.last)

    def _opens(self, line: Line) -> bool:
        return self.source.text[line.span.end - 1] == ":" and line.word not in INLINE

    def _place(self, line: Line, content: str) -> None:
        """Put a line that stands on its own into its block, or take it as the continuation of the one above."""
        last = self.last
        is_row = content.startswith("|") or (last is not None and last.word == "|" and content.endswith("|"))
        if last is not None and line.indent > last.indent and not is_row and not self._has_block(last, content):
            if not WHOLE.match(content):
                self._extend(line.span.end)
                return
            self._uneven(line, "this line is deeper than the one above, which opens no block", "indent the two alike")
            self.shift = (line.indent, line.indent - last.indent)
            line.indent = last.indent
        self._hang(line, is_row)
        line.opens = self._opens(line)
        self.last = line

    def _has_block(self, last: Line, content: str) -> bool:
        """Whether the line below opens a block of `last`, even where the colon was forgotten."""
        if last.opens:
            return True
        if last.word == "lead" and not self.open:
            head = self.source.text[last.span.start : last.span.end]
            return bool(LEAD.match(head)) and not KEYED.match(content)
        if last.word not in BLOCKS or CONTINUES.match(content):
            return False
        return bool(STATEMENT.match(content)) and not RULE.match(self.source.text, last.span.start, last.span.end)

    def _hang(self, line: Line, is_row: bool) -> None:
        while self.open and line.indent <= self.open[-1].indent:
            self.open.pop()
        parent = self.open[-1] if self.open else None
        last = self.last
        if last is not None and line.indent > last.indent and (not is_row or last.opens or last.word in BLOCKS):
            parent = last
            self.open.append(last)
        if len(self.open) > MAX_BLOCKS:
            self._too_many_blocks(line)
            return
        siblings = parent.block if parent else self.top
        expected = siblings[0].indent if siblings and parent else line.indent
        as_last = last is not None and last.indent == line.indent
        if line.indent != expected and not as_last and not is_row and self.source.text[siblings[0].span.start] != "|":
            self._uneven(
                line, f"this line is indented by {line.indent}, the lines of the same block by {expected}",
                f"indent it by {expected}, or by more to continue the line above",
            )  # fmt: skip
        siblings.append(line)

    def _too_many_blocks(self, line: Line) -> None:
        """Note, once, a line that is in too many blocks; it is in none of them."""
        if not self.deep:
            self.deep = True
            self.found.error(
                self.source, Span(line.span.start, line.span.start + len(line.word)), "nesting-too-deep",
                f"blocks are nested more than {MAX_BLOCKS} deep",
            )  # fmt: skip

    # --- limits

    def _readable(self, lines: list[Line]) -> list[Line]:
        """The lines that are neither too long nor nested too deep, with their blocks."""
        readable = []
        for line in lines:
            line.block = self._readable(line.block)
            if line.span.end - line.span.start > MAX_LINE:
                self._too_long(line)
            elif not self._is_deep(line.span):
                readable.append(line)
        return readable

    def _is_deep(self, span: Span) -> bool:
        at = bisect_left(self.too_deep, span.start)
        return at < len(self.too_deep) and self.too_deep[at] < span.end

    def _too_long(self, line: Line) -> None:
        self.found.error(
            self.source, Span(line.span.start, line.span.start + len(line.word)), "line-too-long",
            f"this line goes on for more than {MAX_LINE:,} characters",
            help=(IN_A_FILE,),
        )  # fmt: skip


def first_word(content: str) -> str:
    """The word, or else the character, that a line begins with."""
    match = FIRST_WORD.match(content)
    return match.group() if match else ""


def read_layout(source: Source, found: Diagnostics) -> Layout:
    """The logical lines of a source; what is wrong with its size or indentation goes to `found`."""
    lines = source.text.count("\n") + 1
    if len(source.text) > MAX_CHARACTERS or lines > MAX_LINES:
        size = f"{lines:,} lines" if lines > MAX_LINES else f"{len(source.text):,} characters"
        found.error(
            source, Span(0, 1), "file-too-long",
            f"this file has {size}; a model file may have {MAX_LINES:,} lines and {MAX_CHARACTERS:,} characters",
            help=(IN_A_FILE,),
        )  # fmt: skip
        return Layout([], [])
    indentation = _Indentation(source, found)
    indentation.learn()
    return _Reader(source, found, indentation).read()
