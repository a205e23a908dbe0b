"""`scorelang backtest`: a model held against what became of its leads."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import events_option, leads_argument, model_argument
from scorelang.cli.outcomes.options import judging_options, outcome_options, picked


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang backtest acme.score leads.csv --events events.csv --outcomes outcomes.csv",
        "scorelang backtest acme.score leads.csv --outcomes outcomes.csv --by industry --leaks --train-until 50%",
    ),
)
@model_argument
@leads_argument
@events_option
@outcome_options()
@judging_options
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people (default), or everything as one JSON object.",
)
def command(**given: Any) -> int:
    """Hold MODEL against what became of LEADS: by score, stage and rule, every share with its interval and number.

    A lead is scored as of its first decision, or as of `--as-of`, and never later.
    """
    from scorelang.cli.outcomes.backtesting import Options, run
    from scorelang.cli.outcomes.judging import Asked

    return run(Asked.of(given), picked(Options, given))
