"""The colours of a text: those of every editor, made exact by what the names mean."""

from __future__ import annotations

from functools import lru_cache

from scorelang.editor.document import Document
from scorelang.editor.index import Kind as NameKind
from scorelang.editor.resolving import Target, occurrences
from scorelang.editor.text import Units, units_in
from scorelang.editor.workspace import Workspace
from scorelang.keywords import Kind, pieces
from scorelang.modules import STANDARD

# The protocol's names of types and modifiers, in the order in which tokens count them.
TYPES = (
    "keyword", "operator", "number", "string", "comment", "type", "property", "parameter", "event", "enum",
    "enumMember", "class", "function", "variable", "macro",
)  # fmt: skip
MODIFIERS = ("declaration", "readonly", "defaultLibrary")
OF_KIND = {
    Kind.STATEMENT: "keyword", Kind.CONDITION: "keyword", Kind.EVENT: "keyword", Kind.OPERATOR: "operator",
    Kind.CONSTANT: "enumMember", Kind.TYPE: "type", Kind.UNIT: "number", Kind.NUMBER: "number", Kind.DATE: "number",
    Kind.TEXT: "string", Kind.ESCAPE: "string", Kind.COMMENT: "comment", Kind.FUNCTION: "function",
    Kind.RESULT: "property",
}  # fmt: skip
OF_NAME: dict[NameKind, str] = {
    "field": "property", "attribute": "parameter", "event": "event", "list": "enum", "define": "variable",
    "category": "class", "persona": "class", "decay": "macro", "stage": "enumMember", "grade": "enumMember",
    "function": "function", "result": "property",
}  # fmt: skip
# A token: line, column and length in characters, the number of its type, its modifiers as bits.
Token = tuple[int, int, int, int, int]


def tokens(workspace: Workspace, document: Document) -> list[Token]:
    """The coloured pieces of a document, in the order of the text."""
    source = document.source
    found: dict[tuple[int, int], Token] = {}
    for number, line in enumerate(source.text.split("\n")):
        for start, length, type_ in _of_line(line):
            found[number, start] = (number, start, length, type_, 0)
    for one in occurrences(workspace, document):
        number = source.line_of(one.span.start) - 1
        start = source.column_of(one.span.start) - 1
        type_ = TYPES.index(OF_NAME[one.target.kind])
        length = one.span.end - one.span.start
        if "\n" not in source.text[one.span.start : one.span.end]:
            found[number, start] = (number, start, length, type_, _modifiers(one.target, one.named.declares))
    return [found[key] for key in sorted(found)]


@lru_cache(maxsize=20_000)
def _of_line(line: str) -> tuple[tuple[int, int, int], ...]:
    """The pieces of a line by themselves: most lines stay as they are from one keystroke to the next."""
    return tuple(
        (start, end - start, TYPES.index(OF_KIND[kind])) for start, end, kind in pieces(line) if kind in OF_KIND
    )


def _modifiers(target: Target, declares: bool) -> int:
    bits = 1 if declares else 0
    bits |= 2 if target.kind in ("list", "stage", "grade") else 0
    return bits | (4 if target.file.startswith(STANDARD) or target.kind == "function" else 0)


def encoded(document: Document, found: list[Token], units: Units) -> list[int]:
    """Tokens as the protocol wants them: five numbers each, lines and columns from the token before."""
    lines = document.source.text.split("\n")
    numbers: list[int] = []
    last_line = last_column = 0
    for line, start, length, type_, modifiers in found:
        text = lines[line]
        if text.isascii():
            column, size = start, length
        else:
            column, size = units_in(text[:start], units), units_in(text[start : start + length], units)
        if line == 0:
            column += document.text.marked
        numbers += (line - last_line, column - last_column if line == last_line else column, size, type_, modifiers)
        last_line, last_column = line, column
    return numbers
