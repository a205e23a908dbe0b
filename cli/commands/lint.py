"""`scorelang lint`: what models say that is hardly meant."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import paths_argument


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang lint",
        "scorelang lint acme.score --data leads.csv --select SL2,unused-list",
        "scorelang lint . --fix --format text --format sarif=lint.sarif",
        "scorelang lint --explain unused-list",
    ),
)
@paths_argument
@click.option(
    "--select", multiple=True, metavar="RULES", help="Only these rules: names, codes, `SL1`, `default`, `all`."
)
@click.option("--ignore", multiple=True, metavar="RULES", help="Not these rules.")
@click.option("--data", metavar="LEADS", help="Leads (CSV, NDJSON, JSON or Parquet) that the models are compared with.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without the model meaning anything else.")
@click.option("--unsafe-fixes", is_flag=True, help="Mend the rest too: what the model means may change. Read the diff.")
@click.option("--diff", is_flag=True, help="Write nothing; show what `--fix` (or `--unsafe-fixes`) would change.")
@click.option(
    "--format",
    "formats",
    metavar="FORMAT[=FILE]",
    multiple=True,
    help="text (default), json, github, sarif or junit, to FILE or else to standard output. May be repeated.",
)
@click.option("-o", "--output", metavar="FILE", help="Where the one format without a FILE of its own goes.")
@click.option("--statistics", is_flag=True, help="Say how often each rule finds something, instead of where.")
@click.option(
    "--deep",
    is_flag=True,
    help="Let questions about all leads (SL4) take as long as they need.",
)
@click.option("--config", metavar="FILE", help="The settings, instead of those of the nearest folder.")
@click.option("--no-config", is_flag=True, help="No settings but those of this command line.")
@click.option("--stdin-filename", metavar="PATH", help="Which file standard input (`-`) is.")
@click.option("--explain", metavar="RULE", help="Say what a rule finds, why it matters, and what to do; `all`: a list.")
def command(**given: Any) -> int:
    """Say what is allowed in models, and yet hardly meant: traps in texts, what nothing uses, what can never be.

    A PATH is a .score file, a folder of them, or `-` for standard input; default: this folder. Settings stand in
    pyproject.toml or scorelang.toml. `# lint: ignore[RULE] reason` lets a line, or the statement below it, be.

    The exit code is 1 when something is found, and 2 when a file is no model.
    """
    from scorelang.cli.linting import Options, lint_models

    return lint_models(Options(**given))
