"""`scorelang report`: what became of a model's leads, as one page."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import events_option, leads_argument, model_argument
from scorelang.cli.outcomes.options import judging_options, outcome_options, picked


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang report acme.score leads.csv --events events.csv --outcomes outcomes.csv -o report.html",
        "scorelang report acme.score leads.csv --outcomes outcomes.csv --old git:main:acme.score -o report.html",
    ),
)
@model_argument
@leads_argument
@events_option
@outcome_options()
@judging_options
@click.option("--old", metavar="MODEL", help="Another version, `git:REV:path` too: which leads it puts elsewhere.")
@click.option(
    "--matrix", metavar="CATEGORY,CATEGORY", help="Two categories to hold against each other; default: the first two."
)
@click.option("--reference", metavar="FILE", help="Leads of earlier times; default: the earlier half of LEADS.")
@click.option("--reference-events", metavar="FILE", multiple=True, help="Their events. May be repeated.")
@click.option("--reference-as-of", metavar="TIME", help="When they are scored; default: as `--as-of`, else now.")
@click.option("--per", type=click.Choice(["week", "month"]), help="Default: weeks for half a year, else months.")
def command(**given: Any) -> int:
    """Write one page on what became of LEADS: scores, bands, gains, calibration, stages, rules, drift.

    The page needs nothing else to be read: no network and no scripts. A lead is scored as of its first decision, or as
    of `--as-of`, and never later.
    """
    from scorelang.cli.outcomes.judging import Asked
    from scorelang.cli.outcomes.reporting import Options, run

    return run(Asked.of(given), picked(Options, given))
