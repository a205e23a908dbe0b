"""Logical lines: which physical lines belong together, and which line is in whose block.

A line that ends in `:` opens a block of deeper-indented lines; any other deeper line, and whatever is inside brackets,
continues the line above. A line that starts with `|` is a row of its own.
"""

from __future__ import annotations

import re

from attrs import Factory, define

from scorelang.diagnostics import Diagnostics
from scorelang.source import Source, Span

# Limits that keep a hostile file from hanging or exhausting the parser; docs/language.md lists them.
MAX_CHARACTERS = 2_000_000
MAX_LINE = 100_000
MAX_BRACKETS = 50
MAX_BLOCKS = 20

PIECE = re.compile(r'"(?:\\.|[^"\\\n])*"?|#[^\n]*|[(\[]|[)\]]|[^"#()\[\]]+')
FIRST_WORD = re.compile(r"\w+|\S")
BLOCKS = frozenset(("lead", "category", "persona", "choose", "matrix", "route", "test"))
# These read on after their colon, wherever the text goes on.
INLINE = frozenset(("never", "always", "grade"))


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
class _Reader:
    """Reads physical lines one by one and hangs each on the line or block that it belongs to."""

    source: Source
    found: Diagnostics
    top: list[Line] = Factory(list)
    comments: list[Span] = Factory(list)
    open: list[Line] = Factory(list)
    brackets: list[int] = Factory(list)
    last: Line | None = None
    indentation: str = ""
    deep: bool = False

    def read(self) -> Layout:
        offset = 0
        for text in self.source.text.split("\n"):
            self._physical(text, offset)
            offset += len(text) + 1
        return Layout(self.top, self.comments)

    def _physical(self, text: str, offset: int) -> None:
        body = text.lstrip(" \t\xa0\f")
        start = offset + len(text) - len(body)
        depth_before = len(self.brackets)
        end = self._scan(body, start)
        if end == start:
            return
        self._check_indentation(text[: len(text) - len(body)], offset)
        content = self.source.text[start:end]
        if depth_before and self.last is not None and not self._is_new_statement(start - offset, content):
            self._extend(end)
            return
        if depth_before:
            # The bracket above was never closed: start afresh, so that one slip is one error.
            self.brackets = [at for at in self.brackets if at >= start]
        self._place(Line(Span(start, end), start - offset, _first_word(content)), content)

    def _is_new_statement(self, indent: int, content: str) -> bool:
        """Whether a line inside an open bracket can only be the next statement: the bracket was left open."""
        assert self.last is not None
        return indent <= self.last.indent and bool(STATEMENT.match(content))

    def _scan(self, body: str, start: int) -> int:
        """The end of the line's content; notes its comment and follows its brackets."""
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
        if len(self.brackets) > MAX_BRACKETS and not self.deep:
            self.deep = True
            self.found.error(
                self.source,
                Span(at, at + 1),
                "nesting-too-deep",
                f"brackets are nested more than {MAX_BRACKETS} deep",
                help=("give parts of the condition a name with `define`",),
            )

    def _check_indentation(self, white: str, offset: int) -> None:
        if white and not self.indentation:
            self.indentation = white[0]
        wrong = next((at for at, character in enumerate(white) if character != self.indentation), None)
        if wrong is None:
            return
        names = {" ": "spaces", "\t": "a tab"}
        found = names.get(white[wrong], "an unusual space")
        self.found.error(
            self.source,
            Span(offset + wrong, offset + wrong + 1),
            "mixed-indentation",
            f"this line is indented with {found}, the lines above with {'tabs' if self.indentation == chr(9) else 'spaces'}",
            "one file is indented with one or the other",
            help=("use four spaces for every level, and none of the other kind",),
        )

    def _extend(self, end: int) -> None:
        assert self.last is not None
        self.last.span = Span(self.last.span.start, end)
        self.last.opens = self._opens(self.last)

    def _opens(self, line: Line) -> bool:
        return self.source.text[line.span.end - 1] == ":" and line.word not in INLINE

    def _place(self, line: Line, content: str) -> None:
        """Put a line that stands on its own into its block, or take it as the continuation of the one above."""
        is_row = content.startswith("|")
        last = self.last
        if last is not None and line.indent > last.indent and not is_row and not self._has_block(last, line):
            self._extend(line.span.end)
            return
        self._hang(line, is_row)
        line.opens = self._opens(line)
        self.last = line

    def _has_block(self, last: Line, line: Line) -> bool:
        """Whether the line below opens a block of `last`, even where the colon was forgotten."""
        if last.opens:
            return True
        forgot = last.word in BLOCKS and bool(STATEMENT.match(self.source.text[line.span.start : line.span.end]))
        return forgot and last.word != "lead"

    def _hang(self, line: Line, is_row: bool) -> None:
        while self.open and line.indent <= self.open[-1].indent:
            self.open.pop()
        parent = self.open[-1] if self.open else None
        last = self.last
        if last is not None and line.indent > last.indent and (not is_row or last.opens or last.word in BLOCKS):
            parent = last
            self.open.append(last)
        if len(self.open) > MAX_BLOCKS and not self.deep:
            self.deep = True
            self.found.error(
                self.source, line.span, "nesting-too-deep", f"blocks are nested more than {MAX_BLOCKS} deep"
            )
        siblings = parent.block if parent else self.top
        expected = siblings[0].indent if siblings else line.indent
        if line.indent != expected and not is_row and not self.source.text[siblings[0].span.start] == "|":
            self.found.error(
                self.source,
                Span(line.span.start, line.span.start + len(line.word)),
                "uneven-indentation",
                f"this line is indented by {line.indent}, the lines of the same block by {expected}",
                help=(f"indent it by {expected}, or by more to continue the line above",),
            )
        siblings.append(line)


# What no continuation begins with: a line that does is a statement, even below an open bracket or a forgotten colon.
STATEMENT = re.compile(
    r"(?:model|use|lead|event|list|define|decay|category|persona|score from|start over|require|disqualify|stage|grade|route|test"
    r'|never|always|if|each|choose|matrix|otherwise|given|expect|as of)\b|\||"(?:\\.|[^"\\])*" (?:if|otherwise)\b|\w+ "[^"]*" then\b'
)


def _first_word(content: str) -> str:
    match = FIRST_WORD.match(content)
    return match.group() if match else ""


def read_layout(source: Source, found: Diagnostics) -> Layout:
    """The logical lines of a source; what is wrong with its size or indentation goes to `found`."""
    if len(source.text) > MAX_CHARACTERS:
        found.error(
            source,
            Span(0, 1),
            "file-too-long",
            f"this file has {len(source.text):,} characters; a model file may have {MAX_CHARACTERS:,}",
            help=('move long lists into a CSV file: `list NAME from "file.csv" column "name"`',),
        )
        return Layout([], [])
    layout = _Reader(source, found).read()
    for line in layout.lines:
        if line.span.end - line.span.start > MAX_LINE:
            found.error(
                source,
                Span(line.span.start, line.span.start + 1),
                "line-too-long",
                f"this line goes on for more than {MAX_LINE:,} characters",
                help=('move a long list into a CSV file: `list NAME from "file.csv" column "name"`',),
            )
    layout.lines = [line for line in layout.lines if line.span.end - line.span.start <= MAX_LINE]
    return layout
