"""`scorelang check`: everything that is wrong with models."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang check acme.score",
        "scorelang check . --format json",
    ),
)
@click.argument("models", metavar="MODEL...", nargs=-1, required=True)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people (default), or one JSON array with an object a finding.",
)
def command(models: tuple[str, ...], format_: str) -> int:
    """Say everything that is wrong with each MODEL: a .score file, a folder of them, or `-` for standard input.

    Findings go to standard output, the count to standard error. The exit code is 2 when there are any.
    """
    from scorelang.cli.checking import check

    return check(models, as_json=format_ == "json")
