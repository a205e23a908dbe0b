"""Write the pages of `docs/` that are made from the code, below the mark where each says so.

    python scripts/make_pages.py

| page | is made from |
|---|---|
| `docs/command_line.md` | the commands: usage, help, options, examples |
| `docs/standard_library.md` | the modules of `stdlib/`: comments, items, sizes |

What stands above the mark is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import click

from scorelang.cli import program
from scorelang.cli.examples import ExampleCommand
from scorelang.cli.library import Item, LibraryModule, first_sentence, library

DOCS = Path(__file__).resolve().parent.parent / "docs"
MARK = "<!-- made by scripts/make_pages.py -->\n"


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, right: tuple[int, ...] = ()) -> str:
    """A table of Markdown; the columns in `right` are numbers."""
    rule = "".join("--:|" if at in right else "---|" for at in range(len(heads)))
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (heads, *rows)]
    return "\n".join([lines[0], f"|{rule}", *lines[1:]])


# --- the command line -----------------------------------------------------------------------------------------------


def command_line() -> Iterator[str]:
    """What stands on the page of the commands, paragraph by paragraph."""
    with click.Context(program, info_name="scorelang") as above:
        found = {name: program.get_command(above, name) for name in program.list_commands(above)}
        commands = {name: command for name, command in found.items() if command is not None}
        rows = [(f"[`{name}`](#scorelang-{name})", one.get_short_help_str(200)) for name, one in commands.items()]
        yield table(("command", "does"), rows)
        for name, command in commands.items():
            yield from _command(command, click.Context(command, above, info_name=name))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}"
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"`{usage}`"
    for paragraph in re.split(r"\n\s*\n", command.help or ""):
        yield " ".join(paragraph.split())
    records = [one.get_help_record(context) for one in command.get_params(context) if isinstance(one, click.Option)]
    shown = [_option(names, text) for names, text in filter(None, records) if "--help" not in names]
    if shown:
        yield table(("option", "does"), shown)
    if isinstance(command, ExampleCommand):
        yield "\n".join(["```sh", *command.examples, "```"])


def _option(names: str, text: str) -> tuple[str, str]:
    """The cells of an option: how it is typed, and what it does; a choice stands with what it does."""
    # What click says in brackets at the end, such as the default.
    text = re.sub(r"  \[(.*)\]$", r" (\1)", text)
    choice = re.search(r" \[([\w|-]+)\]$", names)
    if choice is None:
        return f"`{names}`", text
    words = ", ".join(f"`{word}`" for word in choice[1].split("|"))
    return f"`{names[: choice.start()]} WORD`", f"{text} One of {words}."


# --- the standard library -------------------------------------------------------------------------------------------

# The heading above the items of a kind, and what a column says of them beside their names and what they are.
KINDS: Mapping[str, tuple[str, str | None, Callable[[Item], str]]] = {
    "fields": ("Fields", None, lambda item: ""),
    "list": ("Lists", "members", lambda item: f"{len(item.members or ()):,}"),
    "condition": ("Conditions", None, lambda item: ""),
    "event": ("Events", "attributes", lambda item: f"`{_inside(item.text)}`"),
    "decay": ("Decays", "is", lambda item: f"`{item.text.partition(' as ')[2]}`"),
}


def standard_library() -> Iterator[str]:
    """What stands on the page of the standard library, paragraph by paragraph."""
    modules = library()
    rows = [(f"[`{one.name}`](#{_anchor(one.name)})", first_sentence(one.doc), _sizes(one)) for one in modules]
    yield table(("module", "holds", "items"), rows)
    for module in modules:
        yield from _module(module)


def _anchor(name: str) -> str:
    return name.replace("/", "")


def _sizes(module: LibraryModule) -> str:
    found = []
    for kind, (title, *_) in KINDS.items():
        count = sum(item.kind == kind for item in module.items)
        if kind == "fields" and count:
            found.append(title.lower())
        elif count:
            found.append(f"{count} {title.lower() if count > 1 else kind}")
    return ", ".join(found)


def _module(module: LibraryModule) -> Iterator[str]:
    yield f"## {module.name}"
    yield "\n".join(_with_blocks(module.doc))
    for kind, (title, second, says) in KINDS.items():
        items = [item for item in module.items if item.kind == kind]
        if kind == "fields":
            yield from (f"{' '.join(item.doc)}\n\n```score\n{item.text}\n```" for item in items)
        elif items and second:
            rows = [(f"`{item.name}`", says(item), " ".join(item.doc)) for item in items]
            yield f"**{title}**\n\n" + table((kind, second, "holds"), rows, right=(1,) if kind == "list" else ())
        elif items:
            yield f"**{title}**\n\n" + table(
                (kind, "is true when"), [(f"`{item.name}`", " ".join(item.doc)) for item in items]
            )


def _with_blocks(doc: tuple[str, ...]) -> Iterator[str]:
    """A comment as Markdown: its indented lines are pieces of models."""
    for is_code, lines in groupby(doc, lambda line: line.startswith("    ")):
        if is_code:
            yield from ("```score part", *(line.removeprefix("    ") for line in lines), "```")
        else:
            yield from lines


def _inside(text: str) -> str:
    return text.partition("(")[2].rpartition(")")[0]


# --- the pages ------------------------------------------------------------------------------------------------------

PAGES: Mapping[str, Callable[[], Iterator[str]]] = {
    "command_line.md": command_line,
    "standard_library.md": standard_library,
}


def page(name: str) -> str:
    """The whole text of a page: what stands above the mark, and what is made."""
    head, mark, _ = (DOCS / name).read_text(encoding="utf-8").partition(MARK)
    assert mark, f"docs/{name} does not say where the made part begins"
    return head + mark + "\n" + "\n\n".join(PAGES[name]()) + "\n"


def main() -> None:
    """Write the pages."""
    for name in PAGES:
        (DOCS / name).write_text(page(name), encoding="utf-8")


if __name__ == "__main__":
    main()
