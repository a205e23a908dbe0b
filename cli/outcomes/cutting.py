"""What `scorelang threshold` does: where the line for sales should lie, and what it does to either side."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import click
from attrs import evolve, frozen

from scorelang.cli.errors import CommandError
from scorelang.cli.outcomes.findings import number, numbers, percent, share, titled, width_of, write
from scorelang.cli.outcomes.judging import Asked, Judged, judge
from scorelang.cli.table import Column
from scorelang.model import CheckedModel, Stage
from scorelang.outcomes.cutoff import (
    Cutoff,
    NoThresholdError,
    Side,
    Wanted,
    cutoff_at,
    find_cutoff,
    mean_value,
    weeks_of,
)
from scorelang.outcomes.words import GOT, Step
from scorelang.suggest import listed, plural

# Days of a unit of time in which a capacity is said; a month is a twelfth of a year.
UNITS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
CAPACITY = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(?:/|a|per)\s*(\w+))?")


@frozen
class Options:
    """What the command line asks of a threshold, as typed."""

    capacity: str | None
    precision: float | None
    recall: float | None
    cost: float | None
    worth: float | None
    stage: str | None
    format: str


@frozen
class Finding:
    """The threshold, and beside it the one that the model has now, of a stage; `wanted` is what was asked."""

    goal: Step
    leads: int
    weeks: float | None
    wanted: Wanted
    threshold: Cutoff
    stage: str | None
    now: Cutoff | None


def run(asked: Asked, options: Options) -> int:
    """Find a threshold; return the exit code. Raises what `exit_code` has words for."""
    wanted = _wanted(options)
    judged = judge(asked)
    table, goal = judged.table, judged.goal
    if wanted.cost is not None and wanted.value is None:
        value, mean_of = _worth(judged)
        wanted = evolve(wanted, value=value, mean_of=mean_of)
    stage = _stage(table.model, options.stage)
    try:
        found = find_cutoff(table, goal, wanted)
    except NoThresholdError as error:
        raise CommandError(str(error)) from None
    now = None if stage is None or stage.threshold is None else cutoff_at(table, goal, stage.threshold, wanted)
    name = None if stage is None else stage.name
    finding = Finding(goal.step, len(table), weeks_of(table), wanted, found, name, now)
    write(asked.output, options.format, judged.model, finding, _lines(finding, width_of(asked.output)))
    return judged.code


def _wanted(options: Options) -> Wanted:
    """What is asked for. Raises `UsageError` unless it is one thing."""
    given = {
        "--capacity": options.capacity,
        "--precision": options.precision,
        "--recall": options.recall,
        "--cost": options.cost,
    }
    named = [name for name, value in given.items() if value is not None]
    if len(named) != 1:
        what = f"not {listed(named)}" if named else "such as `--capacity 50/week`"
        raise click.UsageError(f"say what the threshold is to do, by one of {listed(given, last='or')}, {what}")
    for name, amount in (*given.items(), ("--value", options.worth)):
        if isinstance(amount, float) and not math.isfinite(amount):
            raise click.UsageError(f"{name} {amount}: write a number")
    if options.worth is not None and options.cost is None:
        raise click.UsageError("--value goes with `--cost`: what a lead costs that is worked")
    if options.capacity is None:
        return Wanted(precision=options.precision, recall=options.recall, cost=options.cost, value=options.worth)
    capacity = CAPACITY.fullmatch(options.capacity.strip())
    unit = None if capacity is None or capacity[2] is None else capacity[2].lower().removesuffix("s")
    if capacity is None or (unit is not None and unit not in UNITS):
        raise click.UsageError(
            f"--capacity {options.capacity}: write how many leads, as in `--capacity 50/week`, or 500 for all of these"
        )
    amount = float(capacity[1])
    return Wanted(capacity=amount if unit is None else amount * 7 / UNITS[unit], in_all=unit is None)


def _worth(judged: Judged) -> tuple[float, int]:
    """What a lead that gets there is worth in the mean, and of how many leads that is known.

    Raises `CommandError` where nothing says it.
    """
    found = mean_value(judged.table, judged.goal)
    if found is None:
        raise CommandError("nothing says what a lead is worth", "`--value AMOUNT` does, or a column of the outcomes")
    return found


def _stage(model: CheckedModel, name: str | None) -> Stage | None:
    """The stage of that name, else the first that has a threshold. Raises `UsageError` for one that there is not."""
    stages = [stage for stage in model.stages if stage.threshold is not None]
    if name is None:
        return stages[0] if stages else None
    found = next((stage for stage in stages if stage.name == name), None)
    if found is None:
        there = listed(stage.name for stage in stages) or "none"
        raise click.UsageError(f"--stage {name}: the model has no such stage with points; stages: {there}")
    return found


def _lines(found: Finding, width: int) -> Iterator[str]:
    got = GOT[found.goal]
    points = "point" if found.threshold.points == 1 else "points"
    yield f"threshold: {number(found.threshold.points)} {points}{_why(found)}"
    if found.stage is not None and found.now is not None:
        edit = f"stage {found.stage} from {number(found.threshold.points).replace(',', '_')}"
        same = found.now.points == found.threshold.points
        yield f"{edit}{', as it is' if same else f', now from {number(found.now.points)}'}"
    if found.threshold.small:
        yield "above it are too few leads, or too few of those that got there or did not, to rely on their rate"
    if found.threshold.above.profit is not None and found.threshold.above.profit <= 0:
        yield "at no threshold is what is won worth more than what it costs: this is where least is lost"
    yield from _sides(found, "With it", found.threshold, got, width)
    if found.now is not None and found.now.points != found.threshold.points:
        yield from _sides(found, f"As it is, with {found.stage} from {number(found.now.points)}", found.now, got, width)
    yield ""
    span = "" if found.weeks is None else f" over {found.weeks:,.1f} weeks"
    yield f"of {plural(found.leads, 'lead')} with an outcome{span}; intervals are Wilson's, of 95 %"
    if found.threshold.disqualified:
        yield f"below are {plural(found.threshold.disqualified, 'lead')} with any score that the model disqualifies"


def _why(found: Finding) -> str:
    wanted = found.wanted
    if wanted.capacity is not None:
        leads = f"{number(wanted.capacity)} {'lead' if wanted.capacity == 1 else 'leads'}"
        which = "is" if wanted.capacity == 1 else "are"
        return f", the lowest above which there {which} at most {leads} {'in all' if wanted.in_all else 'a week'}"
    if wanted.precision is not None:
        return f", the lowest above which at least {percent(wanted.precision)} got there"
    if wanted.recall is not None:
        return f", the highest above which there are at least {percent(wanted.recall)} of all that got there"
    mean = "" if wanted.mean_of is None else f" (the mean of {wanted.mean_of:,})"
    return (
        f", where value less cost is largest: a lead costs {number(wanted.cost or 0)}, one that gets there is worth "
        f"{number(wanted.value or 0)}{mean}"
    )


def _sides(found: Finding, title: str, cutoff: Cutoff, got: str, width: int) -> Iterator[str]:
    columns = [Column("", whole=True), *numbers("leads")]
    columns += numbers("a week") if found.weeks is not None else []
    columns += numbers(got, "rate", f"of all {got}")
    valued = cutoff.above.valued + cutoff.below.valued > 0
    columns += numbers("value") if valued else []
    columns += numbers("value less cost") if cutoff.above.profit is not None else []
    names = {f"from {number(cutoff.points)}": cutoff.above, "below": cutoff.below}
    rows = (_row(found, name, side, valued) for name, side in names.items())
    yield from titled(title, columns, rows, width)


def _row(found: Finding, name: str, side: Side, valued: bool) -> list[str]:
    row = [name, f"{side.leads:,}"]
    row += [f"{side.a_week or 0:,.1f}"] if found.weeks is not None else []
    row += [f"{side.goal.count:,}", share(side.goal), share(side.of_all)]
    row += [number(side.value)] if valued else []
    row += [number(side.profit)] if side.profit is not None else []
    return row
