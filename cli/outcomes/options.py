"""The options of all commands that learn from outcomes: where these stand, and what their words mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import click
from attrs import fields_dict

from scorelang.outcomes.words import GOALS, STEPS

Command = TypeVar("Command", bound=Callable[..., Any])
Picked = TypeVar("Picked")


def share_of(context: click.Context, parameter: click.Parameter, text: str | None) -> float | None:
    """`80%` or `0.8` as a share above 0 and up to 1. Raises `BadParameter`."""
    if text is None:
        return None
    try:
        share = float(text.strip().removesuffix("%")) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        share = math.nan
    if not 0 < share <= 1:
        raise click.BadParameter(f"{text!r} is no share above 0 and up to 1: write `80%` or `0.8`", context, parameter)
    return share


def picked(kind: type[Picked], given: Mapping[str, Any]) -> Picked:
    """Those of the options that an attrs class has fields for, by their names."""
    return kind(**{name: given[name] for name in fields_dict(cast(Any, kind))})


format_option = click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people (default), or one JSON object.",
)


def outcome_options(*, goal: bool = True) -> Callable[[Command], Command]:
    """The options that say where outcomes stand and what their words mean; with `goal` what leads are to get to."""

    def decorate(command: Command) -> Command:
        for option in reversed((*_OPTIONS, *([_GOAL] if goal else []), *_PLACES)):
            command = option(command)
        return command

    return decorate


def judging_options(command: Command) -> Command:
    """The options that say what leads are judged by: bands, times, segments, leaks, targets."""
    for option in reversed(_JUDGING):
        command = option(command)
    return command


_JUDGING = (
    click.option(
        "--bands", metavar="POINTS,...", help="Where bands of scores begin; default: the grades of the score."
    ),
    click.option(
        "--train-until",
        "until",
        metavar="DATE|SHARE%",
        help="Judge by the leads decided from then on (or past that share of them), beside the earlier ones.",
    ),
    click.option(
        "--by", metavar="FIELD", multiple=True, help="Judge by the values of a field as well. May be repeated."
    ),
    click.option(
        "--leaks", is_flag=True, help="Rank all columns of LEADS by how suspiciously well they predict alone."
    ),
    click.option(
        "--target",
        "targets",
        metavar="MEASURE=SHARE%",
        multiple=True,
        help="What a measure of the team is held against.",
    ),
)
_OPTIONS = (
    click.option(
        "--as-of",
        metavar="TIME",
        help="One moment at which all leads are scored, before any is decided; default: each as of its first decision.",
    ),
    click.option(
        "--outcomes", metavar="FILE", help="What became of the leads: columns lead, at, outcome, reason and value."
    ),
    click.option(
        "--outcome", metavar="COLUMN", help="The column of the outcome; without `--outcomes` one of LEADS itself."
    ),
    *(
        click.option(f"--{step}", f"as_{step}", metavar="WORD,...", multiple=True, help=f"Words that mean {step}.")
        for step in STEPS
    ),
    click.option(
        "--outcome-lead", "lead", metavar="COLUMN", help="Which lead it is of; default: `lead` of `--outcomes`."
    ),
    click.option("--outcome-at", "at", metavar="COLUMN", help="When the decision fell; default: `at` of `--outcomes`."),
    click.option("--outcome-reason", "reason", metavar="COLUMN", help="Why; default: `reason` of `--outcomes`."),
    click.option("--outcome-value", "value", metavar="COLUMN", help="What it was worth; default: `value`."),
)
_GOAL = click.option(
    "--goal", type=click.Choice(GOALS), help="What leads are to get to; default: the furthest that outcomes have."
)
_PLACES = (
    click.option("--id-column", "key", metavar="COLUMN", help="Where the leads' identities stand."),
    click.option("--rejects", metavar="FILE", help="Where rows that cannot be used go, as NDJSON."),
    click.option("-o", "--output", metavar="FILE", help="Where the report goes; default: standard output."),
)
