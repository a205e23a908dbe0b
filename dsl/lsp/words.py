"""From our spans and answers to the protocol's types, and back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import Factory, frozen
from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from scorelang.editor.completion import Completion, Edit
from scorelang.editor.document import Document
from scorelang.editor.formatting import LineEdit
from scorelang.editor.problems import Problem, Related
from scorelang.editor.symbols import Symbol
from scorelang.editor.text import Place, Text, Units
from scorelang.source import Source, Span

SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
SYMBOLS = {
    "model": types.SymbolKind.Module, "field": types.SymbolKind.Field, "event": types.SymbolKind.Event,
    "list": types.SymbolKind.Array, "define": types.SymbolKind.Variable, "decay": types.SymbolKind.Function,
    "stage": types.SymbolKind.EnumMember, "category": types.SymbolKind.Class, "persona": types.SymbolKind.Class,
    "grade": types.SymbolKind.Enum, "test": types.SymbolKind.Method, "destination": types.SymbolKind.String,
    "rule": types.SymbolKind.Constant, "block": types.SymbolKind.Namespace,
}  # fmt: skip
COMPLETIONS = {
    "keyword": types.CompletionItemKind.Keyword, "path": types.CompletionItemKind.File,
    "field": types.CompletionItemKind.Field, "event": types.CompletionItemKind.Event,
    "attribute": types.CompletionItemKind.Property, "list": types.CompletionItemKind.Enum,
    "define": types.CompletionItemKind.Variable, "category": types.CompletionItemKind.Class,
    "persona": types.CompletionItemKind.Class, "decay": types.CompletionItemKind.Function,
    "stage": types.CompletionItemKind.EnumMember, "grade": types.CompletionItemKind.EnumMember,
    "function": types.CompletionItemKind.Function, "result": types.CompletionItemKind.Constant,
    "reason": types.CompletionItemKind.Text,
}  # fmt: skip


@frozen
class Words:
    """Speaks of places in the units that client and server agreed on."""

    units: Units = "utf-16"
    uris: Mapping[str, str] = Factory(dict)
    """How the client spells the addresses of open documents, by their keys: there are several ways to write a path."""

    # --- places

    def place(self, document: Document, position: types.Position) -> Place:
        """A client's position as a line and column in characters."""
        return document.text.from_client(Place(position.line, position.character), self.units)

    def position(self, text: Text, place: Place) -> types.Position:
        """A line and column in characters as the client counts them."""
        client = text.to_client(place, self.units)
        return types.Position(client.line, client.column)

    def range(self, document: Document, span: Span) -> types.Range:
        """A span of a document."""
        start, end = document.place(span.start), document.place(max(span.start, span.end))
        return types.Range(self.position(document.text, start), self.position(document.text, end))

    def range_of_source(self, source: Source, span: Span) -> types.Range:
        """A span of a source that is no open document."""
        text = Text(source.text)
        ends = (Place(source.line_of(at) - 1, source.column_of(at) - 1) for at in (span.start, span.end))
        return types.Range(*(self.position(text, end) for end in ends))

    # --- answers

    def diagnostic(self, document: Document, problem: Problem) -> types.Diagnostic:
        """A problem."""
        related = [
            types.DiagnosticRelatedInformation(self.related(document, one), one.text or "here")
            for one in problem.related
        ]
        return types.Diagnostic(
            range=self.range(document, problem.span),
            message=problem.text,
            severity=SEVERITIES[problem.severity],
            code=problem.code,
            source="scorelang" if problem.rule is None else f"scorelang {problem.rule}",
            tags=[types.DiagnosticTag.Unnecessary] if problem.is_unused else None,
            related_information=related or None,
        )

    def related(self, document: Document, one: Related) -> types.Location:
        """The second place of a problem."""
        if one.key == document.key:
            return self.location(document, one.span)
        return types.Location(self.uri_of_key(one.key), self.range_of_source(one.source, one.span))

    def location(self, document: Document, span: Span) -> types.Location:
        """A span of a document, and the document."""
        return types.Location(self.uri(document), self.range(document, span))

    def uri(self, document: Document) -> str:
        """The URI of a document."""
        is_open = document.key in self.uris or document.path is None
        return self.uri_of_key(document.key if is_open else str(document.path))

    def uri_of_key(self, key: str) -> str:
        """The URI of the document of a key, or of a path."""
        return self.uris.get(key) or (str(from_fs_path(key)) if os.path.isabs(key) else key)

    def edit(self, document: Document, edit: Edit) -> types.TextEdit:
        """An edit, with the line ends of the document."""
        return types.TextEdit(self.range(document, edit.span), edit.text.replace("\n", document.text.line_end))

    def line_edit(self, document: Document, edit: LineEdit) -> types.TextEdit:
        """An edit of whole lines."""
        end = document.text.line_end
        count = len(document.text.lines)
        first = self.position(document.text, Place(edit.start, 0))
        if edit.end < count:
            text = "".join(f"{line}{end}" for line in edit.lines)
            return types.TextEdit(types.Range(first, self.position(document.text, Place(edit.end, 0))), text)
        last = self.position(document.text, Place(count - 1, len(document.text.lines[-1])))
        if edit.start == 0 or (edit.lines and edit.start < count):
            return types.TextEdit(types.Range(first, last), end.join(edit.lines))
        # The last line has no end: what goes, or comes, behind the line before has one.
        before = len(document.text.lines[edit.start - 1])
        first = self.position(document.text, Place(edit.start - 1, before))
        return types.TextEdit(types.Range(first, last), "".join(f"{end}{line}" for line in edit.lines))

    def workspace_edit(self, edits: Iterable[tuple[Document, Iterable[Edit]]]) -> types.WorkspaceEdit:
        """Edits of several documents."""
        return types.WorkspaceEdit(
            changes={self.uri(document): [self.edit(document, one) for one in some] for document, some in edits}
        )

    def completion(self, document: Document, one: Completion) -> types.CompletionItem:
        """One thing to type."""
        return types.CompletionItem(
            label=one.label,
            kind=COMPLETIONS[one.kind],
            detail=one.detail or None,
            documentation=types.MarkupContent(types.MarkupKind.Markdown, one.doc) if one.doc else None,
            sort_text=f"{one.order}{one.label}",
            filter_text=one.text if one.text.startswith('"') else one.label,
            text_edit=types.TextEdit(self.range(document, one.span), one.text),
            additional_text_edits=[self.edit(document, edit) for edit in one.also] or None,
        )

    def symbol(self, document: Document, one: Symbol) -> types.DocumentSymbol:
        """A line or block, with what is in it."""
        return types.DocumentSymbol(
            name=one.name,
            kind=SYMBOLS[one.kind],
            range=self.range(document, one.span),
            selection_range=self.range(document, one.chosen),
            children=[self.symbol(document, inner) for inner in one.inner],
        )


def key_of(uri: str) -> tuple[str, Path | None]:
    """What a document is known by, and its path; one that was never saved has none."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    # An address may hold what no path does.
    return (os.path.realpath(path), Path(path)) if path and "\0" not in path else (uri, None)
