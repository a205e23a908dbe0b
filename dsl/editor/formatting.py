"""Formatting, as edits of the lines that change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from attrs import frozen

from scorelang.editor.document import Document
from scorelang.format import format_text


@frozen
class LineEdit:
    """The lines from `start` up to `end` (from 0, exclusive) become these."""

    start: int
    end: int
    lines: tuple[str, ...]


def formatted(document: Document, first: int = 0, last: int | None = None) -> list[LineEdit]:
    """The edits that lay out a document as `scorelang fmt` does; only those that touch the lines `first` to `last`.

    Raises `ModelError` for a text with syntax errors.
    """
    text = document.source.text
    before = text.split("\n")
    after = format_text(text, name=document.source.name).split("\n")
    # Lines that say the same are each other's, however they are spaced: then a range changes no line but its own.
    matcher = SequenceMatcher(None, [_said(line) for line in before], [_said(line) for line in after], autojunk=False)
    edits: list[LineEdit] = []
    for opcode in matcher.get_opcodes():
        for edit in _edits(before, after, opcode):
            if not edit.lines and edits and edits[-1].end == edit.start:
                # Two edits must not touch where the text ends: one of them takes the line end between them.
                edit = LineEdit(edits[-1].start, edit.end, edits.pop().lines)
            edits.append(edit)
    return [edit for edit in edits if max(edit.start, edit.end - 1) >= first and (last is None or edit.start <= last)]


def _said(line: str) -> str:
    return re.sub(r"\s+", "", line)


def _edits(before: list[str], after: list[str], opcode: tuple[str, int, int, int, int]) -> Iterator[LineEdit]:
    tag, start, end, new, new_end = opcode
    if tag != "equal":
        yield LineEdit(start, end, tuple(after[new:new_end]))
        return
    for at, (old, laid) in enumerate(zip(before[start:end], after[new:new_end], strict=True), start):
        if old != laid:
            yield LineEdit(at, at + 1, (laid,))
