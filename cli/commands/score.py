"""`scorelang score`: every lead of a file through a model."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import STEPS, events_option, fired_option, leads_argument, memory_limit_of, model_argument


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang score acme.score leads.csv --events events.csv --as-of 2026-06-30 --top 15",
        "scorelang score acme.score leads.csv -o scores.csv",
        "scorelang score acme.score leads.csv --format ndjson",
        "scorelang score acme.score 'leads*.csv' -o crm.duckdb::scores",
        "scorelang score acme.score leads.csv --events events.csv --as-of 2026-01-01..2026-06-30 --every week",
    ),
)
@model_argument
@leads_argument
@events_option
@click.option(
    "--as-of",
    metavar="TIME",
    help="The moment at which leads are scored: later events do not exist yet. ISO 8601; default: now. Or a range,"
    " A..B, with --every.",
)
@click.option("--every", type=click.Choice(STEPS), help="How far apart the times of a range are.")
@click.option(
    "--id", "--id-column", "key", metavar="COLUMN", help="The column that identifies a lead; default: the model's key."
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where the results go: a file, or a table as for LEADS; default: standard output.",
)
@click.option(
    "--format",
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
@fired_option
@click.option(
    "--engine",
    type=click.Choice(["auto", "reference", "python", "duckdb", "spark"]),
    default="auto",
    help="What scores; all give the same. Default: auto, which is duckdb for large files and python for others.",
)
@click.option(
    "--master",
    metavar="URL",
    help="The cluster of `--engine spark`, as in local[2], yarn or spark://host:7077; default: what Spark is set to.",
)
@click.option(
    "--memory-limit",
    metavar="SIZE",
    callback=memory_limit_of,
    help="What DuckDB may take, as in 2GB; beyond it, it uses the disk.",
)
def command(**given: Any) -> int:
    """Score the leads in LEADS (CSV, NDJSON, JSON or Parquet; `-` is standard input) with MODEL.

    LEADS may also be a pattern of files ('leads/*.parquet') or a table of a database (crm.duckdb::leads,
    crm.sqlite::leads, 'postgres://user@host/db?table=leads'). With `--engine spark` it is Parquet or plain CSV, or
    an address of Parquet that Spark knows (s3a://bucket/leads); FILE too may be such an address.

    Rows that do not fit the model are named, the others are scored; then the exit code is 1.
    """
    from scorelang.cli.scoring import Options, score

    return score(Options(**given))
