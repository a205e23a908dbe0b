"""`scorelang sql`: a model as one SQL query."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import as_of_option, fired_option, model_argument
from scorelang.sql.dialects import dialect_names


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang sql acme.score --as-of 2026-06-30",
        "scorelang sql acme.score --leads crm_leads --events web_events -o scores.sql",
        "scorelang sql acme.score --dialect postgres -o scores.sql",
        "scorelang sql acme.score --dialect snowflake --leads crm.leads --dbt models/scores",
    ),
)
@model_argument
@as_of_option
@click.option("--leads", metavar="TABLE", default="leads", show_default=True, help="The table or view of leads.")
@click.option(
    "--events",
    metavar="TABLE",
    default="events",
    show_default=True,
    help="The table or view of events, with the columns lead, type and at; `none` where there are none.",
)
@click.option(
    "--dialect",
    type=click.Choice(dialect_names()),
    default="duckdb",
    show_default=True,
    help="Whose SQL to write.",
)
@fired_option
@click.option("-o", "--output", metavar="FILE", help="Where the query goes; default: standard output.")
@click.option(
    "--dbt",
    metavar="DIR",
    help="Write a dbt model and its schema tests into this folder; a table with a schema is a source, another a ref.",
)
def command(**given: Any) -> int:
    """Write MODEL as one SQL query: a row for each lead, with its score and all else that a result says.

    The columns of both tables have the names and types of the model's fields and attributes: texts and pages are
    VARCHAR, numbers DOUBLE, flags BOOLEAN, dates TIMESTAMPTZ (on Spark and Databricks TIMESTAMP_NTZ, in UTC), text
    lists VARCHAR[], or what the database calls these. The column `refer` is true for a row whose values need
    `scorelang score`, which says what is wrong with them. Rules that have no exact SQL are named, and nothing is
    written.
    """
    from scorelang.cli.lowering import Options, write_sql

    return write_sql(Options(**given))
