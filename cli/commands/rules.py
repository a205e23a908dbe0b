"""`scorelang rules`: the rules of a model, to read and to sign off."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import model_argument


@click.command(
    cls=ExampleCommand,
    examples=("scorelang rules acme.score", "scorelang rules acme.score -o rules.html"),
)
@model_argument
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "markdown", "html", "json", "csv"]),
    help="Default: what the extension of FILE says, and a table on standard output.",
)
@click.option("-o", "--output", metavar="FILE", help="Where the rules go; default: standard output.")
def command(model: str, format_: str | None, output: str | None) -> int:
    """Show the scoring matrix of MODEL: every rule, what it gives, and why."""
    from scorelang.cli.matrix import show_rules

    return show_rules(model, format_, output)
