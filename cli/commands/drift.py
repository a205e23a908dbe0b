"""`scorelang drift`: how leads have changed against a reference."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import as_of_option, events_option, leads_argument, model_argument
from scorelang.cli.outcomes.options import format_option


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang drift acme.score leads.csv --reference leads.csv",
        "scorelang drift acme.score leads.csv --events events.csv --reference leads.csv --reference-events events.csv",
        "scorelang drift acme.score leads.csv --reference leads.csv --created created --per month",
    ),
)
@model_argument
@leads_argument
@events_option
@as_of_option
@click.option("--reference", metavar="FILE", required=True, help="The leads of earlier times, in the same columns.")
@click.option("--reference-events", metavar="FILE", multiple=True, help="Their events. May be repeated.")
@click.option("--reference-as-of", metavar="TIME", help="When they are scored; default: as `--as-of`.")
@click.option("--created", metavar="FIELD", help="When a lead came: then rates are told over time, all leads together.")
@click.option("--per", type=click.Choice(["week", "month"]), help="Default: weeks for half a year, else months.")
@click.option("--id-column", "key", metavar="COLUMN", help="Where the leads' identities stand.")
@click.option("--rejects", metavar="FILE", help="Where rows that do not fit the model go, as NDJSON.")
@click.option("-o", "--output", metavar="FILE", help="Where the report goes; default: standard output.")
@format_option
def command(**given: Any) -> int:
    """Hold LEADS against those of a reference: how scores and fields are spread, which rules fire, what is missing.

    With `--created` also how often rules fire and fields are missing by week or month, and which way that goes.

    The exit code is 1 when something drifted, a rule went silent, or a field is missing more and more.
    """
    from scorelang.cli.outcomes.drifting import Options, run

    return run(Options(**given))
