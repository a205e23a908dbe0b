"""`scorelang test`: the tests that stand in models."""

from __future__ import annotations

from typing import Any

import click

from scorelang.cli.examples import ExampleCommand
from scorelang.cli.options import paths_argument
from scorelang.cli.outputs import formats_option, output_option

# Options of the help under their headings, in the order in which they are shown; the rest comes last.
GROUPS = {
    "Which tests": ("chosen", "last_failed", "fail_fast", "allow_empty"),
    "Reports": ("formats", "output", "verbose"),
    "What the tests miss": ("coverage", "coverage_html", "fail_under", "mutate"),
    "Leads that are generated": ("seed", "max_examples", "prove"),
    "Writing tests": ("generate", "update", "yes"),
}


class GroupedCommand(ExampleCommand):
    """A command whose `--help` shows its options in `GROUPS`."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group under its heading."""
        options = (each for each in self.get_params(ctx) if isinstance(each, click.Option))
        records = {option.name: option.get_help_record(ctx) for option in options}
        known = {name: record for name, record in records.items() if record is not None}
        for heading, names in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([known.pop(name) for name in names])
        with formatter.section("Other"):
            formatter.write_dl(list(known.values()))


@click.command(
    cls=GroupedCommand,
    examples=(
        "scorelang test",
        'scorelang test acme.score -k "pricing and not webinar" --fail-fast',
        "scorelang test --coverage --fail-under 10 --format pretty --format junit=report.xml",
        "scorelang test acme.score --generate acme_test.score",
    ),
)
@paths_argument
@click.option(
    "-k",
    "chosen",
    metavar="EXPRESSION",
    help="Only tests whose name or file contains these words; combine them with `and`, `or`, `not` and brackets: "
    '`-k "pricing and not webinar"`.',
)
@click.option("--last-failed", is_flag=True, help="Only tests that failed when they were last run; all if none did.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first test that fails.")
@formats_option("pretty, json or junit")
@output_option
@click.option(
    "-v", "--verbose", is_flag=True, help="A line for every test; with --mutate, changes that came to the same too."
)
@click.option(
    "--seed",
    type=int,
    default=0,
    metavar="N",
    show_default=True,
    help="Generate other leads; the same seed gives the same leads.",
)
@click.option(
    "--max-examples",
    type=click.IntRange(min=1),
    default=300,
    metavar="N",
    show_default=True,
    help="How many leads are generated for a model.",
)
@click.option(
    "--prove",
    is_flag=True,
    help="Prove `never` and `always` for every lead there can be, as `scorelang prove` does, instead of searching.",
)
@click.option("--coverage", is_flag=True, help="List the outcomes of rules and conditions that no test reaches.")
@click.option("--coverage-html", metavar="FILE", help="Write the models, with what no test reaches, as a page of HTML.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 1 when the tests reach fewer of the outcomes.",
)
@click.option(
    "--mutate",
    is_flag=True,
    help="Change points, thresholds, windows, operators and lists one at a time, and list the changes that no test "
    "notices, each with a test that would.",
)
@click.option(
    "--generate",
    metavar="FILE",
    help="Write the tests that a model lacks to a new file (`-`: standard output). They say what the model says now: "
    "read them before you keep them.",
)
@click.option(
    "--update", is_flag=True, help="Show what failing tests would have to say to hold, and write it once agreed to."
)
@click.option("-y", "--yes", is_flag=True, help="Agree to what --update shows.")
@click.option("--watch", is_flag=True, help="Run again what a saved file touches, until Ctrl-C.")
@click.option("--allow-empty", is_flag=True, help="Exit with 0 and not 2 when there is no test.")
def command(**given: Any) -> int:
    """Run the tests in each PATH: a .score file, or a folder of them (default: this one).

    A failing test says what was expected, what was found, and which rules made it so. `never` and `always` are
    searched with generated leads, and the simplest lead that breaks one is shown as a test to paste.

    The exit code is 1 when a test fails, too little is reached or a change is not noticed, and 2 when a model is wrong
    or there is no test.
    """
    from scorelang.cli.testing import Options, run_tests, watch_tests

    options = Options(**given)
    return watch_tests(options) if options.watch else run_tests(options)
