"""`scorelang feedback`: what sales took, and why not the rest."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import events_option, leads_argument, model_argument
from scorelang.cli.outcomes.options import format_option, outcome_options


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang feedback acme.score leads.csv --events events.csv --outcomes outcomes.csv",
        "scorelang feedback acme.score leads.csv --outcomes outcomes.csv --by industry --rejected lost",
    ),
)
@model_argument
@leads_argument
@events_option
@outcome_options(goal=False)
@click.option("--by", metavar="FIELD", multiple=True, help="Acceptance by a field, such as the source, as well.")
@format_option
def command(by: tuple[str, ...], format: str, **given: Any) -> int:
    """Say how many of LEADS were accepted, by score and stage, and for which reasons the others were rejected.

    For each reason: what those leads have more often than accepted ones, and the line for MODEL that would have stopped
    them.
    """
    from scorelang.cli.outcomes.hearing import run
    from scorelang.cli.outcomes.judging import Asked

    return run(Asked.of({"goal": None, **given}), by, format)
