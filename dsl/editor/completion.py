"""What can be typed at a place: the words that the grammar lets follow, and the names that have a meaning there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from attrs import frozen

from scorelang.editor import vocabulary
from scorelang.editor.document import Document, Entry
from scorelang.editor.grammar import Follows, follows, words_of
from scorelang.editor.keyword_docs import keyword_doc
from scorelang.editor.quoted import in_quotes
from scorelang.editor.text import Place
from scorelang.editor.vocabulary import Suggestion
from scorelang.editor.workspace import Workspace
from scorelang.parse import INSIDE
from scorelang.source import Span

TYPED = re.compile(r"[^\W\d]?\w*$")
LAST_WORD = re.compile(r"[^\W\d]\w*\s+$")
# The most words that a keyword has, but one: `days since last`.
MORE_WORDS = 3


@frozen
class Edit:
    """A span of the document's text, and what to put there."""

    span: Span
    text: str


@frozen
class Completion:
    """One thing to type: what replaces the span, what it is, and what else must change for it."""

    label: str
    kind: Literal["keyword", "path", "field", "event", "attribute", "list", "define", "category", "persona", "decay",
                  "stage", "grade", "function", "result", "reason"]  # fmt: skip
    span: Span
    text: str
    detail: str = ""
    order: int = 0
    also: tuple[Edit, ...] = ()
    """Edits elsewhere: the `use` line of what is not brought in yet."""
    doc: str = ""
    """What a keyword is for, as Markdown."""


@frozen
class Line:
    """The line that is being typed, up to the place: where it begins, its text, and its place in the grammar."""

    at: int
    text: str
    place: str
    entry: Entry | None
    parent: Entry | None


def complete(workspace: Workspace, document: Document, place: Place) -> list[Completion]:
    """What can be typed at a place, what is nearest first."""
    offset = document.offset(place)
    line = _line_at(document, offset)
    if _in_comment(line.text):
        return []
    open_quote = _open_quote(line.text)
    if open_quote is not None:
        start = line.at + open_quote + 1
        texts = in_quotes(workspace, document, line.text[:open_quote], line.parent)
        # The quote that an editor closed by itself stays where it is.
        return [Completion(text, kind, Span(start, offset), text, detail) for text, kind, detail in texts]
    typed = TYPED.search(line.text)
    assert typed is not None
    before = line.text[: typed.start()]
    found = follows(before, line.place)
    span = Span(line.at + typed.start(), offset)
    completions = list(_keywords(line, before, found, offset))
    if found is not None and "NAME" in found.next:
        suggestions = vocabulary.names(workspace, document, found, line.place, line.parent)
        completions += _named(document, suggestions, span)
    return completions


def _line_at(document: Document, offset: int) -> Line:
    """The logical line around a place; between lines a new one, in the block that its indentation puts it in."""
    text = document.source.text
    start = text.rfind("\n", 0, offset) + 1
    entry = document.entry_at(offset)
    if entry is None:
        # Behind the end of a line only white space, as it is while one types.
        entry = _entry_before(document, offset)
        if entry is not None and text[entry.line.span.end : offset].strip(" \t"):
            entry = None
    if entry is not None and offset >= entry.at:
        return Line(entry.at, text[entry.at : offset], entry.place, entry, entry.parent)
    typed = text[start:offset]
    indent = len(typed) - len(typed.lstrip())
    parent = _block_at(document, start, indent)
    place = (parent.reading.inside or INSIDE.get(parent.line.word, "top")) if parent is not None else "top"
    return Line(start + indent, typed.lstrip(), place, None, parent)


def _entry_before(document: Document, offset: int) -> Entry | None:
    found = [entry for entry in document.lines if entry.at <= offset]
    return found[-1] if found else None


def _block_at(document: Document, start: int, indent: int) -> Entry | None:
    """The line whose block a new line of that indentation is in."""
    for entry in reversed([entry for entry in document.lines if entry.at < start]):
        if entry.line.indent < indent and (entry.line.opens or entry.inner):
            return entry
        if entry.line.indent == 0:
            return None
    return None


def _in_comment(text: str) -> bool:
    return "#" in re.sub(r'"(?:\\.|[^"\\\n])*"?', "", text.rpartition("\n")[2])


def _open_quote(text: str) -> int | None:
    """Where a text begins whose quotes are not closed yet."""
    at = None
    for match in re.finditer(r'\\.|"', text.rpartition("\n")[2]):
        if match[0] == '"':
            at = match.start() if at is None else None
    return None if at is None else at + len(text) - len(text.rpartition("\n")[2])


# --- keywords -------------------------------------------------------------------------------------------------------


def _keywords(line: Line, before: str, found: Follows | None, offset: int) -> Iterator[Completion]:
    """The words that may follow, also those whose first words are typed: `at le` is the beginning of `at least`."""
    seen: set[str] = set()
    for count in range(MORE_WORDS):
        typed = " ".join(line.text[len(before) :].split())
        for terminal in sorted(found.next) if found is not None else ():
            for word in words_of(terminal):
                if word not in seen and word.startswith(typed.lower()) and word.count(" ") >= count:
                    seen.add(word)
                    span = Span(line.at + len(before), offset)
                    yield Completion(word, "keyword", span, word, order=2, doc=keyword_doc(terminal))
        last = LAST_WORD.search(before)
        if last is None:
            return
        before = before[: last.start()]
        found = follows(before, line.place)


# --- names ----------------------------------------------------------------------------------------------------------


def _named(document: Document, suggestions: Iterable[Suggestion], span: Span) -> Iterator[Completion]:
    for one in suggestions:
        also = () if one.module is None else (use_edit(document, one.name, one.module),)
        text = one.name if one.name.isidentifier() else f'"{one.name}"'
        yield Completion(one.name, one.kind, span, text, one.detail, 3 if also else 1, also)


def use_edit(document: Document, name: str, module: str) -> Edit:
    """What brings a name of the standard library in: one more name in a `use` line, or a line of its own."""
    uses = [entry for entry in document.entries if entry.line.word == "use" and entry.node is not None]
    for entry in uses:
        match = re.search(r'(\s+from\s+)?"([^"]*)"\s*$', document.source.text[entry.at : entry.line.span.end])
        if match is not None and match[1] and match[2] == module:
            at = entry.at + match.start()
            return Edit(Span(at, at), f", {name}")
    head = uses or [entry for entry in document.entries[:1] if entry.line.word == "model"]
    line = f'use {name} from "{module}"\n'
    if not head:
        return Edit(Span(0, 0), line)
    end = document.source.text.find("\n", head[-1].line.span.end)
    if end < 0:
        end = len(document.source.text)
        return Edit(Span(end, end), "\n" + line.rstrip("\n"))
    return Edit(Span(end + 1, end + 1), line)
