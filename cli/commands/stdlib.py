"""`scorelang stdlib`: what the standard library holds."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang stdlib",
        "scorelang stdlib std/email",
        "scorelang stdlib free_mail",
    ),
)
@click.argument("name", required=False)
@click.option("--full", is_flag=True, help="Every member of the lists, one a line.")
def command(name: str | None, full: bool) -> int:
    """List the standard library, or show what NAME is: a module (`std/titles`) or one of its items (`free_mail`).

    Above an item stands the line that brings it into a model.
    """
    from scorelang.cli.browsing import browse

    return browse(name, full=full)
