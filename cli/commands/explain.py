"""`scorelang explain`: why a lead has its score."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import as_of_option, events_option, leads_argument, model_argument


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang explain acme.score leads.csv --id 1 --events events.csv --as-of 2026-06-30",
        "scorelang explain acme.score leads.csv --row 1 --html why.html",
    ),
)
@model_argument
@leads_argument
@click.option("--id", metavar="ID", help="The lead's identity, in any case of letters.")
@click.option("--id-column", "key", metavar="COLUMN", help="Where identities stand; default: the model's key.")
@click.option("--row", type=click.IntRange(min=1), metavar="N", help="The lead in row N of the data, from 1.")
@events_option
@as_of_option
@click.option("--html", metavar="FILE", help="Write a page to send or print, instead of text.")
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people (default), or a JSON array with an object for each row that has the identity.",
)
def command(**given: Any) -> int:
    """Trace the score of one lead of LEADS to the lines of MODEL, and say what it lacks for the next stage."""
    from scorelang.cli.explaining import Options, explain_lead

    return explain_lead(Options(**given))
