"""`scorelang prove`: what holds for every lead there can be."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import timeout_option
from scorelang.cli.outputs import formats_option, output_option


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang prove acme.score",
        'scorelang prove acme.score --assume "employees is known" --timeout 300',
        "scorelang prove . --format pretty --format junit=proofs.xml",
    ),
)
@click.argument("models", metavar="MODEL...", nargs=-1, required=True)
@click.option(
    "--assume",
    "assumed",
    metavar="CONDITION",
    multiple=True,
    help="Look only at leads for which this is true, as in `stage is MQL`. May be repeated.",
)
@timeout_option("How long each may take; what is not decided by then does not pass.")
@formats_option("pretty, json or junit")
@output_option
def command(
    models: tuple[str, ...], assumed: tuple[str, ...], timeout: float, formats: tuple[str, ...], output: str | None
) -> int:
    """Prove every `never` and `always` of each MODEL: a .score file, or a folder of them.

    What is proved holds for every lead that the model can read, with any events, at any time. What is refuted comes
    with a lead that breaks it, which was scored, and made as simple as can be; it is shown as a test to paste.

    The exit code is 1 when something is refuted or not decided, and 2 when a model is wrong or says nothing
    to prove.
    """
    from scorelang.cli.proving import Options, prove_models

    return prove_models(Options(models, assumed, timeout, formats, output))
