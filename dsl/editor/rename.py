"""Renaming: everywhere at once, and only where the model then means the same."""

from __future__ import annotations

import re
from pathlib import Path

from scorelang import nodes as n
from scorelang import stdlib
from scorelang.check import check_file
from scorelang.diagnostics import Diagnostics, HintedError
from scorelang.editor.completion import Edit
from scorelang.editor.document import Document
from scorelang.editor.index import Declaration
from scorelang.editor.navigation import everywhere
from scorelang.editor.resolving import Occurrence, Target, declaration_of, occurrence_at, occurrences
from scorelang.editor.text import Place, Text
from scorelang.editor.workspace import Workspace, real
from scorelang.lint.finding import Edit as SourceEdit
from scorelang.lint.fixing import edited
from scorelang.modules import STANDARD
from scorelang.source import Span, unsaved

NAME = re.compile(r"[^\W\d]\w*")
# What may have any name, in quotes where it is no word.
LABELS = ("category", "persona", "stage", "grade")
Edits = dict[str, tuple[Document, list[Edit]]]


class RenameError(HintedError):
    """A name that cannot be changed, or not into this."""


def renamed_at(workspace: Workspace, document: Document, place: Place) -> tuple[Span, str]:
    """The span of the name at a place, and the name. Raises `RenameError` for what cannot be renamed."""
    found = _at(workspace, document, place)
    _declared(workspace, document, found.target)
    return found.span, found.target.name


def rename(workspace: Workspace, document: Document, place: Place, new: str) -> Edits:
    """The edits of every file that give what stands at a place a new name. Raises `RenameError`."""
    found = _at(workspace, document, place)
    target = found.target
    declaration = _declared(workspace, document, target)
    if target.kind not in LABELS and not NAME.fullmatch(new):
        raise RenameError(f"`{new}` is no name", "a name is letters, digits and `_`, and begins with a letter")
    if not new or "\n" in new or '"' in new or "\\" in new:
        raise RenameError("this is no name", "a name stands on one line, without quotes")
    if new == target.name:
        return {}
    edits: Edits = {}
    for one in everywhere(workspace, document, target):
        _add(edits, one.document, Edit(one.span, _spelled(one, new)))
    if target.kind in ("field", "attribute"):
        edit = _column(declaration)
        if edit is not None:
            _add(edits, declaration.document, edit)
    _check(workspace, edits, target, new)
    return edits


def _at(workspace: Workspace, document: Document, place: Place) -> Occurrence:
    found = occurrence_at(workspace, document, document.offset(place))
    if found is None:
        raise RenameError("there is no name here that could be changed")
    return found


def _declared(workspace: Workspace, document: Document, target: Target) -> Declaration:
    """The declaration of what is to be renamed. Raises `RenameError` for what has its name from elsewhere."""
    if target.kind in ("result", "function"):
        raise RenameError(f"`{target.name}` is a word of the language")
    declaration = declaration_of(workspace, target, workspace.view(document))
    if target.kind == "event":
        raise RenameError(f"`{target.name}` is what the data calls these events", "rename them where they come from")
    if declaration is None:
        what = f"`event {target.owner}({target.name} …)`" if target.owner else f"`{target.name} …` in a `lead:` block"
        raise RenameError(f"`{target.name}` is what the data calls it, and no line declares it", f"declare it: {what}")
    if _is_standard(declaration.document):
        raise RenameError(f"`{target.name}` is of the standard library")
    return declaration


def _is_standard(document: Document) -> bool:
    """Whether a document is of the standard library, also where its file was opened like any other."""
    library = (stdlib.path(name) for name in stdlib.modules())
    return document.key.startswith(STANDARD) or document.key in {real(one) for one in library if isinstance(one, Path)}


def _spelled(found: Occurrence, new: str) -> str:
    """The new name as it stands there: in quotes where it was, or where it is no word."""
    text = found.document.source.text
    quoted = text[found.span.start : found.span.start + 1] == '"'
    return f'"{new}"' if quoted or not NAME.fullmatch(new) else new


def _column(declaration: Declaration) -> Edit | None:
    """`from "title"` behind a field's type, so that data goes on calling it what it did."""
    node = declaration.node
    assert isinstance(node, n.Field)
    if node.column is not None:
        return None
    entry = declaration.entry
    text = declaration.document.source.text[declaration.span.end : entry.line.span.end]
    match = re.match(r"\s+(?:text\s+list|[a-z]+)", text)
    if match is None:
        return None
    at = declaration.span.end + match.end()
    return Edit(Span(at, at), f' from "{declaration.name}"')


def _add(edits: Edits, document: Document, edit: Edit) -> None:
    edits.setdefault(document.key, (document, []))[1].append(edit)


# --- whether it means the same --------------------------------------------------------------------------------------


def _check(workspace: Workspace, edits: Edits, target: Target, new: str) -> None:
    """Raise `RenameError` where a name would mean something else than before, or a file would be no model any more."""
    after = Workspace()
    after.open.update(workspace.open)
    for key, (document, some) in edits.items():
        text = edited(document.source.text, [SourceEdit(edit.span, edit.text) for edit in some])
        after.put(key, Text(text), document.path)
    for document, _ in edits.values():
        moved = after.open[document.key]
        before = [_meant(one.target, target, new) for one in occurrences(workspace, document)]
        now = [_meant(one.target, target, new) for one in occurrences(after, moved)]
        if before != now:
            differ = next((at for at, pair in enumerate(zip(before, now, strict=False)) if pair[0] != pair[1]), 0)
            line = _line_of(after, moved, differ)
            message = f"`{new}` has a meaning already: line {line} would say something else"
            raise RenameError(message, "choose a name that nothing has yet")
        _check_model(workspace, after, document, moved, new)
        _check_lines(workspace, after, document, moved, new)


def _meant(meant: Target, target: Target, new: str) -> Target:
    """What a name means, with the old name of what is renamed and its new one taken for the same."""
    if meant == target or meant == Target(target.kind, new, target.file, target.owner):
        return Target(target.kind, "", target.file, target.owner)
    if target.kind == "category" and meant.kind == "grade" and meant.owner in (target.name, new):
        return Target("grade", meant.name, meant.file)
    return meant


def _line_of(workspace: Workspace, document: Document, number: int) -> int:
    every = list(occurrences(workspace, document))
    return document.source.line_of(every[min(number, len(every) - 1)].span.start) if every else 1


def _check_lines(workspace: Workspace, after: Workspace, document: Document, moved: Document, new: str) -> None:
    """What can be said without a model: the file may have errors elsewhere, and is not checked to its end then."""
    if len(moved.broken) > len(document.broken):
        raise RenameError(f"with `{new}`, a line could not be read any more")
    if _declared_names(after, moved) < _declared_names(workspace, document):
        raise RenameError(f"`{new}` would be declared twice", "choose a name that nothing has yet")


def _declared_names(workspace: Workspace, document: Document) -> int:
    index = workspace.index(document)
    flat = (index.symbols, index.personas, index.fields, index.stages)
    return sum(map(len, (*flat, *index.attributes.values(), *index.grades.values())))


def _check_model(workspace: Workspace, after: Workspace, document: Document, moved: Document, new: str) -> None:
    old, found = Diagnostics(), Diagnostics()
    with unsaved(workspace.unsaved()):
        check_file(document.source, document.folder, old)
    texts = after.unsaved()
    for each in (moved, *after.open.values()):
        if each.path is not None:
            texts[real(each.path)] = each.text.raw.encode("utf-8", "surrogatepass")
    with unsaved(texts):
        check_file(moved.source, moved.folder, found)
    if len(found.found) > len(old.found):
        first = found.found[-1]
        raise RenameError(f"with `{new}`, {first.source.name}:{first.line} would be wrong: {first.message}")
