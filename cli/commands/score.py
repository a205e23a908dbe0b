"""`scorelang score`: every lead of a file through a model."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import as_of_option, events_option, leads_argument, model_argument


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang score acme.score leads.csv --events events.csv --as-of 2026-06-30 --top 15",
        "scorelang score acme.score leads.csv -o scores.csv",
        "scorelang score acme.score leads.csv --format ndjson",
    ),
)
@model_argument
@leads_argument
@events_option
@as_of_option
@click.option(
    "--id", "--id-column", "key", metavar="COLUMN", help="The column that identifies a lead; default: the model's key."
)
@click.option("-o", "--output", metavar="FILE", help="Where the results go; default: standard output.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "json", "ndjson", "parquet"]),
    help="Default: what the extension of FILE says, and a table on standard output.",
)
@click.option(
    "--rejects",
    metavar="FILE",
    help="Where rows that do not fit the model go, as NDJSON; default: beside the output, FILE.rejects.ndjson.",
)
@click.option("--strict", is_flag=True, help="Stop at the first row that does not fit, and write nothing.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the N highest scores, the highest first.")
def command(
    model: str,
    leads: str,
    events: tuple[str, ...],
    as_of: str | None,
    key: str | None,
    output: str | None,
    format_: str | None,
    rejects: str | None,
    strict: bool,
    top: int | None,
) -> int:
    """Score the leads in LEADS (CSV, NDJSON, JSON or Parquet; `-` is standard input) with MODEL.

    Rows that do not fit the model are named, the others are scored; then the exit code is 1.
    """
    from scorelang.cli.scoring import Order, score

    return score(Order(model, leads, events, as_of, key, output, format_, rejects, strict, top))
