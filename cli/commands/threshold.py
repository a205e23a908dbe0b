"""`scorelang threshold`: where the line for sales should lie."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import events_option, leads_argument, model_argument
from scorelang.cli.outcomes.options import format_option, outcome_options, picked, share_of

AMOUNT = click.FloatRange(0, min_open=True)


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang threshold acme.score leads.csv --events events.csv --outcomes outcomes.csv --recall 80%",
        "scorelang threshold acme.score leads.csv --outcomes outcomes.csv --capacity 50",
        "scorelang threshold acme.score leads.csv --outcomes outcomes.csv --cost 20 --value 400",
    ),
)
@model_argument
@leads_argument
@events_option
@outcome_options()
@click.option(
    "--capacity", metavar="N/week", help="So many leads can be worked: a day, week or month; N alone: of all."
)
@click.option("--precision", callback=share_of, metavar="SHARE%", help="Of those above at least so many get there.")
@click.option(
    "--recall", callback=share_of, metavar="SHARE%", help="Of those that get there at least so many are above."
)
@click.option("--cost", type=AMOUNT, metavar="AMOUNT", help="What it costs to work a lead.")
@click.option(
    "--value", "worth", type=AMOUNT, metavar="AMOUNT", help="What a lead that gets there is worth; default: the mean."
)
@click.option("--stage", metavar="NAME", help="The stage to compare with; default: the first that has points.")
@format_option
def command(**given: Any) -> int:
    """Find the threshold for the scores of MODEL from what became of LEADS, and say what it does to either side.

    It follows from what can be worked (`--capacity`), from a wanted precision or recall, or from costs and values.
    """
    from scorelang.cli.outcomes.cutting import Options, run
    from scorelang.cli.outcomes.judging import Asked

    return run(Asked.of(given), picked(Options, given))
