"""What can be typed inside quotes: files, columns, the names of rules that a test speaks of."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from scorelang import nodes as n
from scorelang import stdlib
from scorelang.editor.document import Document, Entry
from scorelang.editor.workspace import Workspace

Quoted = tuple[str, Literal["path", "reason"], str]
USE = re.compile(r"use\b.*\bfrom\s+$|use\s+model\s+$", re.DOTALL)
LIST = re.compile(r"list\s+\w+\s+from\s+$")
COLUMN = re.compile(r'list\s+\w+\s+from\s+"(?P<path>[^"]*)"\s+column\s+$')
REASON = re.compile(r"\b(?:fires|blocked\s+by)\s+$")
ROUTE = re.compile(r"\broute\s+(?:is\s+(?:not\s+)?)?$")
# So many files of a folder are offered.
MOST_FILES = 200


def in_quotes(workspace: Workspace, document: Document, before: str, parent: Entry | None) -> Iterator[Quoted]:
    """The texts that make sense behind the words before an open quote."""
    column = COLUMN.match(before)
    if USE.match(before):
        if "model" not in before:
            yield from ((name, "path", "standard library") for name in stdlib.modules())
        yield from _files(document, ".score")
    elif LIST.match(before):
        yield from _files(document, ".csv")
    elif column is not None:
        yield from _columns(document, column["path"])
    elif REASON.search(before):
        yield from _reasons(workspace, document)
    elif ROUTE.search(before):
        yield from _destinations(workspace, document)


def _files(document: Document, suffix: str) -> Iterator[Quoted]:
    if document.folder is None:
        return
    try:
        files = sorted(document.folder.rglob(f"*{suffix}"))[:MOST_FILES]
    except OSError:
        return
    for file in files:
        if file != document.path and not any(part.startswith(".") for part in file.parts):
            yield file.relative_to(document.folder).as_posix(), "path", ""


def _columns(document: Document, path: str) -> Iterator[Quoted]:
    file = (document.folder or Path()) / path
    try:
        with open(file, encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except (OSError, UnicodeDecodeError, csv.Error, ValueError):
        return
    yield from ((cell.strip(), "path", path) for cell in header if cell.strip())


def _reasons(workspace: Workspace, document: Document) -> Iterator[Quoted]:
    """The reasons of rules and gates: of the file, or of the model that it tests."""
    for each in _of_model(workspace, document):
        for entry in each.lines:
            reason = getattr(entry.node, "reason", None)
            if isinstance(reason, n.Text):
                yield reason.value, "reason", each.source.slice(entry.line.span)


def _destinations(workspace: Workspace, document: Document) -> Iterator[Quoted]:
    for each in _of_model(workspace, document):
        for entry in each.lines:
            if isinstance(entry.node, n.Destination):
                yield entry.node.text.value, "reason", "route"


def _of_model(workspace: Workspace, document: Document) -> Iterator[Document]:
    yield document
    tested = workspace.index(document).tested
    model = workspace.used(document, tested) if tested is not None else None
    if model is not None:
        yield model
