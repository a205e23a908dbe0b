"""What `scorelang fmt` does."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator, Sequence

import click
from attrs import frozen

from scorelang.cli.checking import models_in
from scorelang.cli.console import is_terminal, printable, show
from scorelang.cli.errors import FINDINGS, FINE, WRONG, CommandError, counted, say, shown
from scorelang.cli.models import STDIN, called, explained
from scorelang.data import open_text_output
from scorelang.diagnostics import ModelError, ScorelangError
from scorelang.source import MAX_BYTES, read_bytes
from scorelang.suggest import plural

LINE = re.compile(r"[^\n]*\n|[^\n]+")
COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@frozen
class Formatted:
    """A file as it is and as it would be, with the line ends that its first line has."""

    path: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """The file as messages name it."""
        return called(self.path)


def format_models(paths: Sequence[str], *, check: bool, diff: bool) -> int:
    """Format every model, or say what would change; return the exit code. Raises `CommandError`."""
    if STDIN in paths and len(paths) > 1:
        raise CommandError("`-` cannot stand beside other paths", "standard input goes to standard output")
    total = changes = 0
    wrong = False
    for path in models_in(paths):
        try:
            total += 1
            file = _formatted(path)
            _hand_over(file, check=check, diff=diff)
            changes += file.before != file.after
        except ModelError as error:
            wrong = True
            show(shown(error.diagnostics) + "\n", err=True)
            show(counted(error.diagnostics), err=True)
        except (ScorelangError, OSError) as error:
            wrong = True
            say(error)
    if STDIN not in paths:
        show(f"{changes:,} of {plural(total, 'file')} {'would change' if check or diff else 'changed'}", err=True)
    return WRONG if wrong else FINDINGS if changes and check else FINE


def _formatted(path: str) -> Formatted:
    from scorelang.format import format_text

    name = called(path)
    before = text_in(path, name)
    after = format_text(before, name=name)
    return Formatted(path, before, after.replace("\n", "\r\n") if has_crlf(before) else after)


def text_in(path: str, name: str) -> str:
    """The text of a model's file, or for `-` of standard input, as it stands there: line ends, byte-order mark and all.

    `name` is what it is called. Raises `ModelError` for a file that is not UTF-8, and `CommandError` and `OSError` for
    what cannot be read.
    """
    if path == STDIN:
        data = sys.stdin.buffer.read()
    else:
        with explained(path):
            data = read_bytes(path, MAX_BYTES)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if path != STDIN:
            from scorelang.api import read_source

            read_source(path)  # raises it with its place, as the other commands tell it
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{name}:{line}: this is not UTF-8 text: a byte is {data[error.start]:#04x}"
        raise CommandError(message, "save the file as UTF-8") from None


def has_crlf(text: str) -> bool:
    """Whether the first line ends as lines do on Windows."""
    end = text.find("\n")
    return end > 0 and text[end - 1] == "\r"


def _hand_over(file: Formatted, *, check: bool, diff: bool) -> None:
    """Write the file, or show what would change."""
    if diff:
        for line in difference(file):
            show(line)
    elif check and file.before != file.after:
        show(file.name)
    elif not check and (file.path == STDIN or file.before != file.after):
        with open_text_output(file.path) as out:
            out.write(file.after)
        if file.path != STDIN:
            show(f"{file.path}: formatted", err=True)


def difference(file: Formatted) -> Iterator[str]:
    """The lines of a unified diff; on a terminal they are coloured, and cannot do anything to it."""
    before, after = LINE.findall(file.before), LINE.findall(file.after)
    for line in difflib.unified_diff(before, after, file.name, file.name):
        text = line.removesuffix("\n")
        if is_terminal(sys.stdout):
            text = click.style(printable(text), fg=COLOURS.get(line[0]), bold=line.startswith(("---", "+++")) or None)
        yield text
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"
