"""`scorelang prove`: what holds for every lead there can be."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand


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
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    metavar="SECONDS",
    show_default=True,
    help="How long each may take; what is not decided by then does not pass.",
)
@click.option(
    "--format",
    "formats",
    metavar="FORMAT[=FILE]",
    multiple=True,
    help="pretty, json or junit, to FILE or else to standard output. May be repeated.  [default: pretty]",
)
@click.option(
    "-o", "--output", metavar="FILE", help="Write the format that has no FILE of its own here.  [default: stdout]"
)
def command(
    models: tuple[str, ...], assumed: tuple[str, ...], timeout: float, formats: tuple[str, ...], output: str | None
) -> int:
    """Prove every `never` and `always` of each MODEL: a .score file, or a folder of them.

    What is proved holds for every lead that the model can read, with any events, at any time. What is refuted comes
    with a lead that breaks it, which was scored, and made as simple as can be; it is shown as a test to paste.

    The exit code is 1 when something is refuted or not decided in time, and 2 when a model is wrong or says nothing
    to prove.
    """
    from scorelang.cli.proving import Wanted, prove_models

    return prove_models(Wanted(models, assumed, timeout, formats, output))
