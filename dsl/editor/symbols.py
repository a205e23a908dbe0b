"""What is in a file, as a tree; and what all files declare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from scorelang import nodes as n
from scorelang.editor.document import Document, Entry
from scorelang.editor.index import Declaration
from scorelang.editor.navigation import declarations
from scorelang.editor.workspace import Workspace
from scorelang.source import Span

# The longest name of a rule.
WIDEST = 60


@frozen
class Symbol:
    """A line or block: its name, what it is, where all of it is and where its name is, and what is in it."""

    name: str
    kind: str
    span: Span
    chosen: Span
    inner: tuple[Symbol, ...] = ()


def symbols(document: Document) -> list[Symbol]:
    """The tree of a document."""
    return list(_symbols(document, document.entries))


def _symbols(document: Document, entries: list[Entry] | tuple[Entry, ...]) -> Iterator[Symbol]:
    for entry in entries:
        named = _named(document, entry)
        if named is not None:
            name, kind, chosen = named
            inner = tuple(_symbols(document, entry.inner))
            yield Symbol(name or "…", kind, Span(entry.at, entry.end), chosen, inner)


def _named(document: Document, entry: Entry) -> tuple[str, str, Span] | None:
    """A line's name, what it is, and where the name is; None for a line that is not told of."""
    node = entry.node
    match node:
        case n.Header(name=n.Text() as name):
            return name.value, "model", entry.span(name.span)
        case n.Field(name=name) | n.Event(name=name) | n.NamedList(name=name) | n.Define(name=name):
            return name.name, type(node).__name__.lower().removeprefix("named"), entry.span(name.span)
        case n.Decay(name=name) | n.Stage(name=name):
            return name.name, type(node).__name__.lower(), entry.span(name.span)
        case n.Category(word=word, name=name):
            return name.name, word, entry.span(name.span)
        case n.Grade(what=what):
            return f"grade {what.name}", "grade", entry.span(what.span)
        case n.Test(name=name) | n.Invariant(name=name):
            return name.value, "test", entry.span(name.span)
        case n.Destination(text=text):
            return text.value, "destination", entry.span(text.span)
        case n.Rule() | n.Matrix() | n.Require() | n.Disqualify():
            return _said(document, entry), "rule", _first_line(document, entry)
        case n.Lead() | n.Route() | n.Choose() | n.Outcomes():
            return entry.line.word, "block", _first_line(document, entry)
    return None


def _said(document: Document, entry: Entry) -> str:
    """A rule by its reason, or else by what it says."""
    reason = getattr(entry.node, "reason", None)
    text = reason.value if isinstance(reason, n.Text) else document.source.slice(entry.line.span)
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _first_line(document: Document, entry: Entry) -> Span:
    end = document.source.text.find("\n", entry.at, entry.line.span.end)
    return Span(entry.at, end if end >= 0 else entry.line.span.end)


def found_in_all(workspace: Workspace, query: str) -> list[Declaration]:
    """What all files declare that the editor knows of, and whose names have the letters of `query` in their order."""
    pattern = re.compile(".*".join(map(re.escape, query)), re.IGNORECASE)
    every = (one for document in workspace.all() for one in declarations(workspace, document))
    return [one for one in every if pattern.search(one.name)]
