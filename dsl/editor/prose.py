"""What a declaration says of itself: its line, the comment that goes with it, and the values of a list."""

from __future__ import annotations

from collections.abc import Sequence

from scorelang import nodes as n
from scorelang.diagnostics import Diagnostics
from scorelang.editor.document import Document, Entry
from scorelang.editor.index import Declaration
from scorelang.modules import STANDARD, Loader, Module
from scorelang.source import unsaved
from scorelang.values import fold

# So many lines of a declaration are shown, and so many values of a list.
MOST_LINES = 12
MOST_VALUES = 12


def comment_above(document: Document, entry: Entry) -> str:
    """The comment lines right above a line, without their signs; nothing where there are none."""
    source = document.source
    number = source.line_of(entry.at) - 1
    found: list[str] = []
    while number >= 1:
        text = source.line(number).strip()
        if not text.startswith("#"):
            break
        found.append(text)
        number -= 1
    return "\n".join(_said(line) for line in reversed(found) if not _is_for_lint(line))


def comment_beside(document: Document, entry: Entry) -> str:
    """The comment at the end of a line."""
    text = document.source.text
    end = text.find("\n", entry.line.span.end)
    rest = text[entry.line.span.end : end if end >= 0 else len(text)].strip()
    return "" if not rest.startswith("#") or _is_for_lint(rest) else _said(rest)


def _said(comment: str) -> str:
    return comment.removeprefix("#").removeprefix(" ")


def _is_for_lint(comment: str) -> bool:
    return comment.removeprefix("#").lstrip().startswith("lint:")


def shown(document: Document, entry: Entry) -> str:
    """A line as it was typed, without its block; a long one in part."""
    lines = document.source.text[entry.line.span.start : entry.line.span.end].split("\n")
    indent = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    every = [
        lines[0],
        *(line[indent:].rstrip() if indent < 4 else f"    {line[indent:]}".rstrip() for line in lines[1:]),
    ]
    return "\n".join([*every[:MOST_LINES], "…"] if len(every) > MOST_LINES else every)


def signature(node: n.Event) -> str:
    """An event with its attributes: `visit(path page, seconds number)`."""
    return f"{node.name.name}({', '.join(f'{one.name.name} {one.type.value}' for one in node.attributes)})"


def values_of(declaration: Declaration, texts: dict[str, bytes]) -> Sequence[str] | None:
    """The values of a list, as they were typed or stand in its file; None where that cannot be read.

    `texts` are the open files, which count instead of those on the disk.
    """
    node, document = declaration.node, declaration.document
    assert isinstance(node, n.NamedList)
    if node.items is not None:
        return [_value(document, declaration.entry, item) for item in node.items.items]
    name = document.key if document.key.startswith(STANDARD) else (document.path.name if document.path else "")
    module = Module(name, document.source, n.File(()))
    with unsaved(texts):
        return Loader(Diagnostics(), document.folder).read_list(module, node)


def different(values: Sequence[str]) -> int:
    """How many values of a list are not the same when upper and lower case do not count."""
    return len({fold(value.strip()) for value in values if value.strip()})


def _value(document: Document, entry: Entry, item: n.Node) -> str:
    if isinstance(item, n.Text):
        return item.value
    return document.source.slice(entry.span(item.span))
