"""`scorelang test`: the tests that stand in models."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand


@click.command(
    cls=ExampleCommand,
    examples=(
        "scorelang test --allow-empty --format pretty --format junit=report.xml",
        'scorelang test . -k "pricing and not webinar" --fail-fast --allow-empty',
    ),
)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "-k",
    "chosen",
    metavar="EXPRESSION",
    help="Only tests whose name or file holds the words: with `and`, `or`, `not`, brackets and quotes.",
)
@click.option("--last-failed", is_flag=True, help="Only tests that failed when they were last run; all if none did.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first test that fails.")
@click.option(
    "--format",
    "formats",
    metavar="FORMAT[=FILE]",
    multiple=True,
    help="pretty (default), json or junit, to FILE or else to standard output. May be repeated.",
)
@click.option("-o", "--output", metavar="FILE", help="Where the one format without a FILE of its own goes.")
@click.option("-v", "--verbose", is_flag=True, help="A line for every test.")
@click.option(
    "--seed", type=int, default=0, help="Other leads for `never` and `always`; the same seed, the same leads."
)
@click.option(
    "--max-examples",
    type=click.IntRange(min=1),
    default=300,
    metavar="N",
    help="How many leads are generated for `never` and `always`; default: 300.",
)
@click.option("--coverage", is_flag=True, help="Say which outcomes of rules and conditions no test reaches.")
@click.option("--coverage-html", metavar="FILE", help="Write the models with what no test reaches to a page.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="The exit code is 1 when fewer of the outcomes are reached.",
)
@click.option(
    "--mutate",
    is_flag=True,
    help="Change points, thresholds, windows, operators and lists one at a time; list what no test notices.",
)
@click.option("--allow-empty", is_flag=True, help="Finding no test at all is fine (else the exit code is 2).")
def command(
    paths: tuple[str, ...],
    chosen: str | None,
    last_failed: bool,
    fail_fast: bool,
    formats: tuple[str, ...],
    output: str | None,
    verbose: bool,
    seed: int,
    max_examples: int,
    coverage: bool,
    coverage_html: str | None,
    fail_under: float | None,
    mutate: bool,
    allow_empty: bool,
) -> int:
    """Run the tests in each PATH: a .score file, or a folder of them (default: this one).

    A test that fails says what was expected, what was found, and which rules made it so. `never` and `always` are
    searched with generated leads; the simplest one that breaks them is shown as a test.

    The exit code is 1 when a test fails, too little is reached or a change is not noticed, and 2 when a model is wrong
    or there is no test.
    """
    from scorelang.cli.testing import Wanted, run_tests

    return run_tests(
        Wanted(
            paths=paths or (".",),
            chosen=chosen,
            last_failed=last_failed,
            fail_fast=fail_fast,
            formats=formats,
            output=output,
            verbose=verbose,
            seed=seed,
            max_examples=max_examples,
            coverage=coverage,
            coverage_html=coverage_html,
            fail_under=fail_under,
            mutate=mutate,
            allow_empty=allow_empty,
        )
    )
