"""What a name means where it stands. The checker decides in the same order; tests hold the two together."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from scorelang import nodes as n
from scorelang.editor.document import Document, Entry
from scorelang.editor.index import Declaration, Kind
from scorelang.editor.names import Named, label_owner
from scorelang.editor.workspace import View, Workspace
from scorelang.operators import operators
from scorelang.resolve import RESULTS
from scorelang.source import Span


@frozen
class Target:
    """What a name means: two names with equal targets mean the same.

    `file` is the key of the document that declares it, or, where nothing does, of the one that looks at it. `owner` is
    the event of an attribute, or what a label grades.
    """

    kind: Kind
    name: str
    file: str
    owner: str = ""


@frozen
class Occurrence:
    """A name in a document, with its span in the whole text, and what it means."""

    document: Document
    entry: Entry
    named: Named
    span: Span
    target: Target


def declared_by(declaration: Declaration) -> Target:
    """What a declaration declares."""
    return Target(declaration.kind, declaration.name, declaration.document.key, declaration.owner)


def declaration_of(workspace: Workspace, target: Target, view: View) -> Declaration | None:
    """Where a target is declared; None where nothing declares it."""
    found: Declaration | None = None
    match target.kind:
        case "field":
            found = view.fields.get(target.name)
        case "attribute":
            found = view.attributes_of(target.owner).get(target.name)
        case "event":
            found = view.event(target.name)
        case "persona":
            found = view.personas.get(target.name)
        case "stage":
            found = view.stages.get(target.name)
        case "grade":
            found = view.grades.get(target.owner, {}).get(target.name)
        case "result" | "function":
            return None
        case _:
            found = view.symbols.get(target.name)
    if found is None and target.file != view.document.key:
        # Brought in by a file that this one uses, or standing in it.
        other = workspace.open.get(target.file) or workspace.standard(target.file)
        if other is not None:
            return declaration_of(workspace, target, workspace.view(other))
    return found


def occurrences(workspace: Workspace, document: Document) -> Iterator[Occurrence]:
    """Every name of a document that means something, in the order of the text."""
    view = workspace.view(document)
    for entry in document.lines:
        for named in entry.reading.names:
            target = resolve(workspace, view, entry, named)
            if target is not None:
                yield Occurrence(document, entry, named, entry.span(named.span), target)


def occurrence_at(workspace: Workspace, document: Document, offset: int) -> Occurrence | None:
    """The name at a place, if it means something."""
    found = document.named_at(offset)
    if found is None:
        return None
    entry, named = found
    target = resolve(workspace, workspace.view(document), entry, named)
    return None if target is None else Occurrence(document, entry, named, entry.span(named.span), target)


def resolve(workspace: Workspace, view: View, entry: Entry, named: Named) -> Target | None:
    """What a name of a line means; None for one that means nothing."""
    name, own = named.name, view.document.key
    match named.space:
        case "field":
            return _declared(view.fields.get(name)) or Target("field", name, own)
        case "attribute":
            return _attribute(view, name, named.owner)
        case "event":
            return _declared(view.event(name)) or Target("event", name, own)
        case "list" | "define" | "decay" | "category":
            return _declared(view.symbols.get(name))
        case "persona":
            return _declared(view.personas.get(name))
        case "stage":
            return _declared(view.stages.get(name))
        case "label":
            return _label(view, name, named.owner)
        case "scored":
            return _scored(view, entry, named)
        case "used":
            return _used(workspace, view, named)
        case "function":
            row = operators().get(name)
            return Target("function", name, "") if row is not None and row.form == "function" else None
        case "given":
            if named.owner and name in view.attributes_of(named.owner):
                return _attribute(view, name, named.owner)
            return _value(view, name)
        case "within":
            return _within(view, name, named.owner)
        case "cell":
            owner = label_owner(_heading(entry, int(named.owner)))
            return _label(view, name, owner) if owner else _value(view, name)
    return _value(view, name)


def _heading(entry: Entry, column: int) -> n.Node:
    """What the cells of a column of a table are values of: its heading, or what a matrix goes by."""
    parent = entry.parent
    rows = [row for row in parent.inner if isinstance(row.node, n.Row)] if parent is not None else []
    head = rows[0].node if rows else None
    is_head = bool(rows) and rows[0] is entry
    if parent is not None and isinstance(parent.node, n.Matrix):
        return parent.node.by_column if is_head else parent.node.by_row
    if not is_head and isinstance(head, n.Row) and column < len(head.cells) and head.cells[column].values:
        return head.cells[column].values[0]
    return n.Node()


def _declared(declaration: Declaration | None) -> Target | None:
    return None if declaration is None else declared_by(declaration)


def _attribute(view: View, name: str, event: str) -> Target:
    found = view.attributes_of(event).get(name)
    if found is not None:
        return declared_by(found)
    declared = view.event(event)
    return Target("attribute", name, declared.document.key if declared else view.document.key, event)


def _within(view: View, name: str, event: str) -> Target | None:
    """A name in a condition on an event: its attribute, or what the name is everywhere."""
    if name in view.attributes_of(event):
        return _attribute(view, name, event)
    is_open = event not in view.attributes
    if is_open and name not in view.symbols and name not in view.fields and name not in RESULTS:
        return _attribute(view, name, event)
    return _value(view, name)


def _value(view: View, name: str) -> Target | None:
    if name in RESULTS:
        return Target("result", name, "")
    symbol = view.symbols.get(name)
    if symbol is not None:
        return declared_by(symbol)
    if name in view.unknown:
        return None
    if name in view.fields:
        return declared_by(view.fields[name])
    common = view.common.symbols.get(name)
    if common is not None:
        return declared_by(common)
    if view.has_lead:
        return None
    return Target("event" if name in view.events else "field", name, view.document.key)


def _label(view: View, name: str, owner: str) -> Target | None:
    if owner == "stage":
        return _declared(view.stages.get(name))
    if owner == "persona":
        return _declared(view.personas.get(name))
    return _declared(view.grades.get(owner, {}).get(name))


def _scored(view: View, entry: Entry, named: Named) -> Target | None:
    """A category by its name, perhaps in quotes, or `score`."""
    if named.name == "score" and named.owner != "text":
        return Target("result", "score", "")
    found = view.symbols.get(named.name)
    if found is None or found.kind != "category":
        return None
    if named.owner == "text" and (named.name.isidentifier() or entry.place == "rule"):
        return None
    return declared_by(found)


def _used(workspace: Workspace, view: View, named: Named) -> Target | None:
    found = view.symbols.get(named.name) or view.personas.get(named.name)
    if found is not None and found.document is not view.document:
        return declared_by(found)
    document = workspace.used(view.document, named.owner)
    if document is None:
        return None
    other = workspace.view(document)
    return _declared(other.symbols.get(named.name) or other.personas.get(named.name))
