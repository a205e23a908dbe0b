"""The standard library as people look it up: its modules, their items, and the comment above each."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from scorelang import nodes as n
from scorelang import stdlib
from scorelang.diagnostics import Diagnostics
from scorelang.modules import Loader, Module
from scorelang.source import Source, source_of

# Known in every model without `use`.
COMMON = "std/events"


@frozen
class Item:
    """One thing that a module holds.

    `doc` are the comment lines above it, `text` is how it is declared (a list from a file without its members, which
    are in `members`; those of other items are None).
    """

    module: str
    kind: str
    name: str
    doc: tuple[str, ...]
    text: str
    members: tuple[str, ...] | None = None

    @property
    def use(self) -> str | None:
        """The line that brings the item into a model; None for what every model knows."""
        return None if self.module == COMMON else f'use {self.name} from "{self.module}"'


@frozen
class LibraryModule:
    """One file of the library: its name, the comment that it begins with, and its items in order."""

    name: str
    doc: tuple[str, ...]
    items: tuple[Item, ...]


def library() -> tuple[LibraryModule, ...]:
    """All modules of the standard library, sorted by name."""
    return tuple(library_module(name) for name in stdlib.modules())


def items_called(name: str) -> list[Item]:
    """All items of that name; only modules that hold the word are read."""
    holding = [module for module in stdlib.modules() if name in (stdlib.read(module) or "")]
    return [item for module in holding for item in library_module(module).items if item.name == name]


def library_module(name: str) -> LibraryModule:
    """The module of a name that is one."""
    source = source_of(name, stdlib.read(name) or "")
    found = Diagnostics()
    loader = Loader(found, None)
    module = loader.load(source, name)
    items = tuple(_items(loader, module))
    found.raise_if_any()
    return LibraryModule(name, _comment(source, 1, down=True), items)


def first_sentence(doc: tuple[str, ...]) -> str:
    """What the comment says first."""
    text = " ".join(doc)
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]


def _items(loader: Loader, module: Module) -> Iterator[Item]:
    for statement in module.file.statements:
        named = _named(statement)
        if named is None:
            continue
        kind, name = named
        line = module.source.line_of(statement.span.start)
        members = _members(loader, module, statement) if isinstance(statement, n.NamedList) else None
        doc = _comment(module.source, line - 1)
        yield Item(module.path, kind, name, doc, _text(module.source, line), members)


def _named(statement: n.Node) -> tuple[str, str] | None:
    """What a statement declares: the word for it, and its name."""
    match statement:
        case n.NamedList():
            return "list", statement.name.name
        case n.Define():
            return "condition", statement.name.name
        case n.Event():
            return "event", statement.name.name
        case n.Decay():
            return "decay", statement.name.name
        case n.Lead():
            return "fields", "lead"
        case n.Category():
            return statement.word, statement.name.name
    return None


def _members(loader: Loader, module: Module, node: n.NamedList) -> tuple[str, ...]:
    if node.items is None:
        return tuple(loader.read_list(module, node) or ())
    return tuple(item.value if isinstance(item, n.Text) else str(item) for item in node.items.items)


def _text(source: Source, line: int) -> str:
    """The lines of a statement: the one that it starts on, and those below that are indented or close its brackets."""
    lines = [source.line(line)]
    last = source.text.count("\n") + 1
    while line < last and source.line(line + 1)[:1] in (" ", "]"):
        line += 1
        lines.append(source.line(line))
    return "\n".join(lines).rstrip()


def _comment(source: Source, line: int, *, down: bool = False) -> tuple[str, ...]:
    """The comment lines that end (with `down`: begin) on a line, without their `#`."""
    lines: list[str] = []
    last = source.text.count("\n") + 1
    while 1 <= line <= last and source.line(line).startswith("#"):
        lines.append(source.line(line).removeprefix("#").removeprefix(" "))
        line += 1 if down else -1
    return tuple(lines if down else reversed(lines))
