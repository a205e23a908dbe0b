"""What `scorelang stdlib` does."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import click

from scorelang import stdlib
from scorelang.cli.console import show
from scorelang.cli.errors import FINE, CommandError
from scorelang.cli.library import Item, LibraryModule, first_sentence, items_called, library, library_module
from scorelang.suggest import closest, listed, plural

WIDTH = 80
# So many members of a list say what is in it.
MOST_MEMBERS = 12


def browse(name: str | None, *, full: bool) -> int:
    """Print the library, a module or an item; return the exit code. Raises `CommandError` for a name that is none."""
    if name is None:
        if full:
            raise click.UsageError("--full: name a module or an item to show in full")
        show("\n\n".join("\n".join(_overview(module)) for module in library()))
        show("\n`scorelang stdlib NAME` shows a module or an item, with the line that brings it into a model.")
        return FINE
    items = items_called(name)
    path = name.removesuffix(".score")
    path = path if path.startswith("std/") else f"std/{path}"
    if items:
        show("\n\n".join("\n".join(_item(item, full=full)) for item in items))
        if path in stdlib.modules():
            show(f"\nA module is called so, too: `scorelang stdlib {path}`.")
    elif path in stdlib.modules():
        show("\n".join(_module(library_module(path), full=full)))
    else:
        raise _unknown(name, library())
    return FINE


def _unknown(name: str, modules: Sequence[LibraryModule]) -> CommandError:
    names = [module.name for module in modules]
    names += [item.name for module in modules for item in module.items]
    near = closest(name, names)
    hint = f"did this mean `scorelang stdlib {near}`?" if near else f"modules: {listed(stdlib.modules(), limit=20)}"
    return CommandError(f"the standard library has no `{name}`", hint)


def _overview(module: LibraryModule) -> Iterator[str]:
    """The module, what it is about, and the names of its items."""
    first, *rest = _wrapped(f"{module.name}: {first_sentence(module.doc)}", "")
    yield click.style(module.name, bold=True) + first.removeprefix(module.name)
    yield from rest
    for kind in dict.fromkeys(item.kind for item in module.items):
        names = [item.name for item in module.items if item.kind == kind]
        yield from _wrapped(f"{_title(kind, len(names))}: {', '.join(names)}", "    ")


def _title(kind: str, count: int) -> str:
    return kind if count == 1 or kind == "fields" else f"{kind}s"


def _module(module: LibraryModule, *, full: bool) -> Iterator[str]:
    """What the file says of itself, and every item."""
    yield click.style(module.name, bold=True)
    yield from module.doc
    for item in module.items:
        yield ""
        if full:
            yield from _item(item, full=True)
            continue
        size = "" if item.members is None else f", {plural(len(item.members), 'member')}"
        yield f"{click.style(item.name, bold=True)} ({item.kind}{size})"
        yield from (f"    {line}" for line in item.doc)


def _item(item: Item, *, full: bool) -> Iterator[str]:
    """How to bring the item in, what it is, and what it holds."""
    yield f"{click.style(item.name, bold=True)} ({item.kind} of {item.module})"
    yield f"    {item.use or 'known in every model, without `use`'}"
    yield ""
    yield from item.doc
    yield ""
    if item.members is None:
        yield item.text
    elif full:
        yield from item.members
    else:
        first = [f'"{member}"' for member in item.members[:MOST_MEMBERS]]
        more = len(item.members) - len(first)
        rest = f" and {more:,} more (--full shows them)" if more else ""
        yield from _wrapped(f"{plural(len(item.members), 'member')}: {', '.join(first)}{rest}", "")


def _wrapped(text: str, indent: str) -> Iterator[str]:
    wide = textwrap.TextWrapper(
        WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ", break_long_words=False, break_on_hyphens=False
    )
    yield from wide.wrap(text)
