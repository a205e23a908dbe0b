"""`scorelang fmt`: the one way to write a model."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang fmt",
        "scorelang fmt acme.score",
        "scorelang fmt . --diff",
    ),
)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; list the files that would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def command(paths: tuple[str, ...], check: bool, diff: bool) -> int:
    """Lay out models in the one way that all of them have: spelling, spaces, columns; what they say stays the same.

    A PATH is a .score file, a folder of them, or `-` for standard input, which then goes to standard output; default:
    this folder. With `--check` the exit code is 1 when something would change. A file with errors is left alone, and
    the exit code is 2. Line ends stay as they are, a byte-order mark goes.
    """
    from scorelang.cli.formatting import format_models

    return format_models(paths or (".",), check=check, diff=diff)
