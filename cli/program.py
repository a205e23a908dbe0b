"""The group of all commands: finds them, and turns whatever ends one into an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NoReturn

import click

from scorelang.cli import commands
from scorelang.cli.console import prepare_streams
from scorelang.cli.errors import PipeClosed, exit_code


class Program(click.Group):
    """The commands in `cli/commands/`, each imported when it is asked for.

    A command returns its exit code, or None for 0.
    """

    def __init__(self, name: str, **settings: Any) -> None:
        super().__init__(name, context_settings={"help_option_names": ["-h", "--help"]}, **settings)
        click.version_option(package_name="scorelang", prog_name=name, message="%(prog)s %(version)s")(self)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, sorted."""
        return sorted(module.name for module in iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of a name; None when there is none."""
        if name not in self.list_commands(ctx):
            return None
        command = import_module(f"{commands.__name__}.{name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a suggestion for a name that is none."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            from scorelang.suggest import closest

            near = closest(name, known)
            hint = f"did this mean `{near}`?" if near else f"commands: {', '.join(known)}"
            raise click.UsageError(f"there is no command `{name}`; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """As click does it; `--help` and `--version` print here, perhaps into a closed pipe."""
        with _named_pipes():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """As click does it, but for closed pipes."""
        with _named_pipes():
            return super().invoke(ctx)

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run a command line, and end the process with its exit code."""
        prepare_streams()
        extra["standalone_mode"] = False
        run = super().main
        sys.exit(exit_code(lambda: run(*args, **extra)))


@contextmanager
def _named_pipes() -> Iterator[None]:
    """A closed pipe as an error of ours: click would end with the exit code 1."""
    try:
        yield
    except BrokenPipeError:
        raise PipeClosed from None
