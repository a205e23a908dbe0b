"""`scorelang tune`: the points of a model, learned from what became of its leads."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import events_option, leads_argument, model_argument
from scorelang.cli.outcomes.options import format_option, outcome_options, picked


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang tune acme.score leads.csv --events events.csv --outcomes outcomes.csv",
        "scorelang tune acme.score leads.csv --outcomes outcomes.csv --max-changes 3 --diff",
        "scorelang tune acme.score leads.csv --outcomes outcomes.csv --suggest --split random",
    ),
)
@model_argument
@leads_argument
@events_option
@outcome_options()
@click.option(
    "--split",
    type=click.Choice(["time", "random"]),
    help="Which leads are held out: the latest, or any; default: the latest where outcomes have times.",
)
@click.option("--held-out", default="30%", show_default=True, metavar="SHARE%", help="How many leads are held out.")
@click.option("--folds", type=click.IntRange(2, 20), default=5, show_default=True, help="Folds of the other leads.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="What chance is drawn from.")
@click.option("--max-changes", type=click.IntRange(1), metavar="N", help="Change so many points at most.")
@click.option("--suggest", is_flag=True, help="Look for rules that the model lacks as well.")
@click.option(
    "--max-new",
    type=click.IntRange(1),
    metavar="N",
    help="With --suggest: so many at most; default: up to 20 rules in all, and 5 where there are more.",
)
@click.option("--all-columns", is_flag=True, help="Look at all columns of LEADS, not only at the model's fields.")
@click.option(
    "--leave-out", multiple=True, metavar="FIELD", help="Build nothing on this field or column. May be repeated."
)
@click.option(
    "--pdo", type=click.FloatRange(0, min_open=True), metavar="POINTS", help="So many points are to double the odds."
)
@click.option("--base-odds", metavar="A:B", help="Say at which score the odds are A to B.")
@click.option("--diff", is_flag=True, help="Show what would change in the text of MODEL as well.")
@click.option("--write", is_flag=True, help="Write the new points to MODEL, if they are recommended.")
@click.option("--force", is_flag=True, help="With --write: write them even if they are not.")
@format_option
def command(**given: Any) -> int:
    """Learn the points of the rules of MODEL from what became of LEADS, and test them on leads held out.

    The rules stay, and so do the signs and bounds of their points. Changes are recommended only where they rank the
    leads held out better than the present points do. The exit code is 1 when `--write` was not followed, because the
    new points are not recommended, and when rows were rejected.
    """
    from scorelang.cli.outcomes.judging import Asked
    from scorelang.cli.outcomes.tuning import Options, run

    return run(Asked.of(given), picked(Options, given))
