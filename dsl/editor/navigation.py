"""From a name to where it is declared, and to everywhere that it stands."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from scorelang import nodes as n
from scorelang.editor.document import Document
from scorelang.editor.index import Declaration
from scorelang.editor.resolving import Occurrence, Target, declaration_of, occurrence_at, occurrences
from scorelang.editor.text import Place
from scorelang.editor.workspace import Workspace
from scorelang.source import Span


@frozen
class Spot:
    """A span of a document's text."""

    document: Document
    span: Span


def definitions(workspace: Workspace, document: Document, place: Place) -> list[Spot]:
    """Where what stands at a place is declared; for the path of a `use` or a list, the file."""
    offset = document.offset(place)
    file = _file_at(workspace, document, offset)
    if file is not None:
        return [Spot(file, Span(0, 0))]
    found = occurrence_at(workspace, document, offset)
    if found is None:
        return []
    declaration = declaration_of(workspace, found.target, workspace.view(document))
    if declaration is not None:
        return [Spot(declaration.document, declaration.span)]
    # Nothing declares it: where it stands first.
    first = next((one for one in occurrences(workspace, document) if one.target == found.target), found)
    return [Spot(document, first.span)]


def _file_at(workspace: Workspace, document: Document, offset: int) -> Document | None:
    """The document that a path in quotes means."""
    entry = document.entry_at(offset)
    if entry is None or not isinstance(entry.node, n.Use):
        return None
    span = entry.span(entry.node.path.span)
    return workspace.used(document, entry.node.path.value) if span.start <= offset <= span.end else None


def references(workspace: Workspace, document: Document, place: Place, *, declaration: bool = True) -> list[Spot]:
    """Everywhere that the name at a place stands, in all files that may have to do with it."""
    found = occurrence_at(workspace, document, document.offset(place))
    if found is None:
        return []
    return [
        Spot(one.document, one.span)
        for one in everywhere(workspace, document, found.target)
        if declaration or not one.named.declares
    ]


def everywhere(workspace: Workspace, document: Document, target: Target) -> Iterator[Occurrence]:
    """Every occurrence of a target, in the document and those around it, and in the file that declares it."""
    seen: set[str] = set()
    home = workspace.open.get(target.file) or (workspace.standard(target.file) if target.file else None)
    start = [document] if home is None else [document, home]
    for origin in start:
        for each in workspace.around(origin):
            if each.key in seen:
                continue
            seen.add(each.key)
            # Most files do not have the word at all.
            if target.name in each.source.text:
                yield from (one for one in occurrences(workspace, each) if one.target == target)


def highlights(workspace: Workspace, document: Document, place: Place) -> list[tuple[Span, bool]]:
    """Where the name at a place stands in the document itself, and whether it is declared there."""
    found = occurrence_at(workspace, document, document.offset(place))
    if found is None:
        return []
    here = (one for one in occurrences(workspace, document) if one.target == found.target)
    return [(one.span, one.named.declares) for one in here]


def declarations(workspace: Workspace, document: Document) -> Iterator[Declaration]:
    """Everything that a document declares for itself and others."""
    index = workspace.index(document)
    for group in (index.symbols, index.personas, index.fields, index.stages):
        yield from group.values()
