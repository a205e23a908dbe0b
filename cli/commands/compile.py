"""`scorelang compile`: a model as a Python module that scores alone."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import model_argument


@click.command(
    cls=ExampleCommand,
    examples=("scorelang compile acme.score", "scorelang compile acme.score -o scoring.py"),
)
@model_argument
@click.option("-o", "--output", metavar="FILE", help="Where the module goes; default: standard output.")
def command(model: str, output: str | None) -> int:
    """Write MODEL as one Python module that scores leads with nothing but the standard library.

    `score(lead, events, as_of)` in it gives what `scorelang score` gives, as a dictionary. The module scores files of
    JSON lines too, and with `--self-test` compares itself with results that MODEL gave when it was compiled: those of
    its tests, and of generated leads.
    """
    from scorelang.cli.compiling import compile_model

    return compile_model(model, output)
