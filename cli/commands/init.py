"""`scorelang init`: a first model from the leads that are there."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang init leads.csv",
        "scorelang init leads.csv -o acme.score --force",
    ),
)
@click.argument("leads", metavar="LEADS")
@click.option(
    "-o", "--output", metavar="MODEL.score", help="Where the model goes; default: named after LEADS, in this folder."
)
@click.option("--force", is_flag=True, help="Write over a model that is there already.")
def command(leads: str, output: str | None, force: bool) -> int:
    """Write a model to begin with, from the columns and values of LEADS (CSV, NDJSON, JSON or Parquet).

    Its fields are what the data seems to hold, its rules are examples to change, and its test passes.
    """
    from scorelang.cli.drafting import draft

    return draft(leads, output, force=force)
