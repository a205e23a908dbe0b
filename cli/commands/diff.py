"""`scorelang diff`: what a change of a model changes."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import Seconds, as_of_option, events_option, memory_limit_of


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang diff old.score acme.score",
        "scorelang diff old.score acme.score --leads leads.csv --events events.csv --as-of 2026-06-30",
        "scorelang diff old.score acme.score --leads leads.csv -o change.html",
        "scorelang diff git:main:acme.score acme.score --prove",
    ),
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--leads",
    metavar="FILE",
    help="Leads that both versions score, to see what moves: a file, a pattern of files or a table, as `score` takes.",
)
@events_option
@as_of_option
@click.option(
    "--id", "--id-column", "key", metavar="COLUMN", help="The column that identifies a lead; default: the key of NEW."
)
@click.option(
    "--line", metavar="STAGE", help="Leads at or above this stage are work for sales; default: the first stage."
)
@click.option("--created", metavar="FIELD", help="The date on which a lead came: then the work is told week by week.")
@click.option(
    "--top", type=click.IntRange(min=0), metavar="N", help="How many of the leads that moved most; default: 10."
)
@click.option(
    "--fail-if",
    metavar="CONDITION",
    multiple=True,
    help="End with 1 when that many leads move: `MQL +20%`, `score 500 leads`, `changed 10%`. May be repeated.",
)
@click.option(
    "--prove",
    is_flag=True,
    help="Find out of every lead there can be whether both give it the same, and by how much they differ at most.",
)
@click.option(
    "--timeout",
    type=Seconds(),
    metavar="SECONDS",
    help="How long the proof may take; what is open by then is told. Default: 60.",
)
@click.option("--rejects", metavar="FILE", help="Where rows that do not fit go, as NDJSON.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "python", "duckdb"]),
    default="auto",
    help="What scores; all give the same. Default: auto, which is duckdb for large files and python for others.",
)
@click.option(
    "--memory-limit",
    metavar="SIZE",
    callback=memory_limit_of,
    help="What DuckDB may take, as in 2GB; beyond it, it uses the disk.",
)
@click.option(
    "--format",
    type=click.Choice(["text", "markdown", "html", "json"]),
    help="Default: what the extension of FILE says, and text on standard output.",
)
@click.option("-o", "--output", metavar="FILE", help="Where it goes; default: standard output.")
def command(**given: Any) -> int:
    """Tell what the model NEW means that OLD does not, rule by rule, and what that does to leads.

    With --prove the exit code is 1 unless both are proved to give every lead the same.

    A model is a file, `-`, or `git:REVISION:PATH`, such as git:main:models/acme.score.
    """
    from scorelang.cli.diff.diffing import Options, compare

    return compare(Options(**given))
