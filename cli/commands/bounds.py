"""`scorelang bounds`: what a model can come to at all."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import model_argument, timeout_option
from scorelang.cli.outputs import formats_option, output_option


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang bounds acme.score",
        'scorelang bounds acme.score --given "industry is missing" --tests',
        "scorelang bounds acme.score --format json -o bounds.json",
    ),
)
@model_argument
@click.option(
    "--given",
    metavar="CONDITION",
    multiple=True,
    help="Look only at leads for which this is true, as in `employees < 50`. May be repeated.",
)
@timeout_option("How long all of it may take; what is not exact by then is told as `at least` or `at most`.")
@click.option("--tests", is_flag=True, help="Show a lead that reaches each, as a test to paste.")
@formats_option("pretty or json")
@output_option
def command(
    model: str, given: tuple[str, ...], timeout: float, tests: bool, formats: tuple[str, ...], output: str | None
) -> int:
    """Show the least and greatest score that MODEL can give, and those of each category and persona.

    Shown besides: which stages, grades, personas and routes a lead can have, which bounds never change anything, and
    which thresholds act as another number. All of it is true of every lead, and every number is reached by a lead that
    was scored.
    """
    from scorelang.cli.bounding import show_bounds

    return show_bounds(model, given, timeout, formats, output, tests=tests)
