"""What `scorelang backtest` does: a model held against what became of its leads, as text or JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

import click
from attrs import frozen

from scorelang.cli.console import printable
from scorelang.cli.outcomes.findings import (
    NONE,
    estimate,
    number,
    numbers,
    percent,
    ranked,
    ratio,
    share,
    titled,
    width_of,
    write,
)
from scorelang.cli.outcomes.judging import Asked, columns_by, judge, with_names
from scorelang.cli.table import Column
from scorelang.model import CheckedModel
from scorelang.outcomes.as_text import points_between
from scorelang.outcomes.backtest import Backtest, Part, Question, Until, backtest, is_early
from scorelang.outcomes.bands import Band
from scorelang.outcomes.leaks import Suspect
from scorelang.outcomes.per_rule import Impact
from scorelang.outcomes.table import Goal, Table
from scorelang.outcomes.team import NAMES, Measure
from scorelang.outcomes.words import GOT, Step
from scorelang.suggest import listed, plural
from scorelang.values import Type, Unfit, coerce, format_instant, to_hundredths

# Of the fields that `--leaks` ranks so many are shown as text.
MOST_SUSPECTS = 15
# So many steps stand in one table; more would be too wide.
MOST_STEPS = 3
NAME = Column("", whole=True)


@frozen
class Criteria:
    """What leads are judged by, as typed."""

    bands: str | None
    until: str | None
    by: Sequence[str]
    leaks: bool
    targets: Sequence[str]


@frozen
class Options(Criteria):
    """What the command line asks of a backtest besides what became of the leads, as typed."""

    format: str


def run(asked: Asked, options: Options) -> int:
    """Backtest a model; return the exit code. Raises what `exit_code` has words for."""
    bands, targets = bands_of(options.bands), targets_of(options.targets)

    def names(model: CheckedModel) -> Mapping[str, Sequence[str]] | None:
        return None if options.leaks else columns_by(options.by)(model)

    judged = judge(asked, names)
    if options.leaks:
        judged.table = with_names(judged.table, options.by, asked.leads)
    until = until_of(options.until, judged.table, judged.goal)
    found = backtest(judged.table, Question(judged.goal.step, bands, until, options.by, options.leaks, targets))
    write(asked.output, options.format, judged.model, found, _lines(found, width_of(asked.output)))
    return judged.code


def bands_of(text: str | None) -> list[int] | None:
    """`--bands 10,20,40` in hundredths. Raises `UsageError`."""
    if text is None:
        return None
    try:
        return [to_hundredths(float(part)) for part in text.split(",")]
    except (ValueError, OverflowError):
        message = f"--bands {text}: write the points at which bands begin, as in `--bands 10,20,40`"
        raise click.UsageError(message) from None


def targets_of(texts: Sequence[str]) -> dict[str, float]:
    """`--target reach=40%` and others by the names of measures. Raises `UsageError`."""
    return dict(map(_target, texts))


def _target(text: str) -> tuple[str, float]:
    """`--target reach=40%` as a name and a share; of the pipeline it is an amount."""
    name, _, value = text.partition("=")
    name = name.strip().replace("-", " ")
    try:
        amount = float(value.strip().removesuffix("%").replace(",", ""))
    except ValueError:
        amount = -1.0
    share = amount / 100 if value.strip().endswith("%") else amount
    if name not in NAMES or share < 0 or (name != "pipeline" and share > 1):
        known = listed(name.replace(" ", "-") for name in NAMES)
        raise click.UsageError(f"--target {text}: write it as in `--target reach=40%`; measures: {known}")
    return name, share


def until_of(text: str | None, table: Table, goal: Goal) -> Until | None:
    """`--train-until 2026-03-31` (until that day begins), or `70%` of the leads.

    Raises `UsageError`, also where one side then has no leads that count.
    """
    if text is None:
        return None
    until = _until(text, table)
    early = is_early(table, until)
    for side, there in (("before", early), ("after", ~early)):
        if not (there & goal.counts).any():
            raise click.UsageError(f"--train-until {text}: no lead was decided {side} that")
    return until


def _until(text: str, table: Table) -> Until:
    if text.endswith("%"):
        try:
            part = float(text[:-1]) / 100
        except ValueError:
            part = 0.0
        if 0 < part < 1:
            return Until(share=part)
    else:
        try:
            value = coerce(Type.DATE, text, table.model.zone)
        except Unfit:
            value = None
        if isinstance(value, int):
            return Until(instant=value)
    raise click.UsageError(f"--train-until {text}: write a date as in 2026-03-31, or a share of the leads as in 70%")


# --- text -----------------------------------------------------------------------------------------------------------


def _lines(found: Backtest, width: int) -> Iterator[str]:
    got = GOT[found.goal]
    yield from _summary(found, got)
    yield from _band_table("By score", found.bands, got, width)
    yield from _band_table("By stage", found.stages, got, width)
    yield from _step_table(found, width)
    yield from titled(
        "Thresholds: who is worked from there on, and how many of all that got there those are",
        numbers("from", "leads", "precision", "recall"),
        (
            [number(one.points), f"{one.leads:,}", share(one.precision), share(one.recall)]
            for one in found.thresholds
            if one.points in found.marks
        ),
        width,
    )
    yield from _calibration(found, width)
    yield from _team(found, width)
    yield from _segments(found, got, width)
    yield from _rules(found, width)
    if found.leaks is not None:
        yield from _leaks(found.leaks, width)


def _summary(found: Backtest, got: str) -> Iterator[str]:
    yield from _part(got, found.whole)
    if found.before is not None:
        yield from _part("before that", found.before)
    if found.open:
        yield f"{plural(found.open, 'lead is', 'leads are')} not decided yet, and left out"
    yield "Intervals are of 95 %: Wilson's of shares, DeLong's of the AUC."


def _part(what: str, part: Part) -> Iterator[str]:
    yield f"{what}: {part.goal.count:,} of {plural(part.goal.of, 'lead')}, {share(part.goal)}; AUC {ranked(part.auc)}"
    if part.first is not None and part.last is not None:
        yield f"  decided from {format_instant(part.first)[:10]} to {format_instant(part.last)[:10]}"


def _band_table(title: str, bands: Sequence[Band], got: str, width: int) -> Iterator[str]:
    columns = [
        Column("", whole=True),
        *numbers("leads", got, "rate", "lift", "top", "gain"),
    ]
    valued, split = any(band.valued for band in bands), any(band.before for band in bands)
    columns += [Column("value", number=True)] if valued else []
    columns += numbers("before") if split else []
    rows = []
    for band in bands:
        row = [band.name, f"{band.leads:,}", f"{band.goal.count:,}", share(band.goal)]
        row += [ratio(band.lift), percent(band.leads_share), percent(band.gain)]
        row += [number(band.value)] if valued else []
        row += [_with_number(band)] if split else []
        rows.append(row)
    yield from titled(title, columns, rows, width)


def _with_number(band: Band) -> str:
    return NONE if band.before is None else f"{share(band.before)} of {band.before.of:,}"


def _step_table(found: Backtest, width: int) -> Iterator[str]:
    """The share of each band and stage at every step, where the data has more than the goal."""
    steps: list[Step] = list(found.bands[0].steps) if found.bands else []
    if steps == [found.goal]:
        return
    for title, bands in (("Steps by score", found.bands), ("Steps by stage", found.stages)):
        for first in range(0, len(steps), MOST_STEPS):
            some = steps[first : first + MOST_STEPS]
            rows = ([band.name, *(_of(band, step) for step in some)] for band in bands)
            yield from titled(title if first == 0 else f"{title}, further", [NAME, *numbers(*some)], rows, width)


def _of(band: Band, step: Step) -> str:
    rate = band.steps[step]
    return f"{share(rate)} of {rate.of:,}"


def _calibration(found: Backtest, width: int) -> Iterator[str]:
    fit = found.calibration
    if fit is None:
        return
    yield from titled(
        f"Calibration: the chance that a score stands for, fitted on {fit.on}",
        [Column("expected", number=True), Column("actual"), Column("leads", number=True), Column("")],
        (
            [
                percent(one.expected),
                share(one.actual),
                f"{one.actual.of:,}",
                _off(one.expected, one.actual.low, one.actual.high),
            ]
            for one in fit.bins
        ),
        width,
    )
    yield f"Brier score {fit.brier:.4f}; with the average for everybody {fit.brier_of_average:.4f}"


def _off(expected: float, low: float | None, high: float | None) -> str:
    if low is None or high is None or low <= expected <= high:
        return ""
    return "promises too much" if expected > high else "promises too little"


def _team(found: Backtest, width: int) -> Iterator[str]:
    columns = [Column("measure"), Column("", whole=True), Column("of", number=True), Column("among", wrapped=True)]
    held = any(one.target is not None for one in found.measures)
    columns += [Column("target", number=True), Column("")] if held else []
    rows = ([*_measure(one), *(_held(one) if held else [])] for one in found.measures)
    yield from titled("The team", columns, rows, width)


def _measure(found: Measure) -> list[str]:
    speed = ""
    if found.median_days is not None:
        speed = f"; median {number(found.median_days)} days from the first decision (of {found.timed:,})"
    if found.rate is not None:
        return [found.name, share(found.rate), f"{found.rate.of:,}", found.among + speed]
    return [found.name, number(found.amount or 0), f"{found.leads:,}", found.among]


def _held(found: Measure) -> list[str]:
    if found.target is None:
        return ["", ""]
    return [number(found.target) if found.rate is None else percent(found.target), found.verdict or ""]


def _segments(found: Backtest, got: str, width: int) -> Iterator[str]:
    columns = [Column("", whole=True), *numbers("leads", got, "rate", "AUC"), Column("")]
    for name, segments in found.segments.items():
        rows = (
            [one.name, f"{one.leads:,}", f"{one.goal.count:,}", share(one.goal), ranked(one.auc), "small" * one.small]
            for one in segments
        )
        yield from titled(f"By {name}, the largest groups first", columns, rows, width)


def _rules(found: Backtest, width: int) -> Iterator[str]:
    rule = Column("rule", whole=True)
    yield from titled(
        "Rules, in the order of the file: who got there of the leads with and without each",
        [rule, Column("points", whole=True), *numbers("fired", "with", "not fired", "without", "lift")],
        (
            [
                one.rule,
                points(one),
                f"{one.leads:,}",
                share(one.with_),
                f"{one.without.of:,}",
                share(one.without),
                ratio(one.lift),
            ]
            for one in found.rules
        ),
        width,
    )
    split = any(one.before for one in found.rules)
    columns = [rule, *numbers("evidence", *(["before"] if split else []), "beside the others")]
    rows = []
    for one in found.rules:
        middle = [estimate(one.before)] if split else []
        rows.append([one.rule, estimate(one.evidence), *middle, estimate(one.beyond)])
    yield from titled(
        "What a rule's firing says: the logarithm of how much more often it fires on leads that got there",
        columns,
        rows,
        width,
    )
    yield from _verdicts(found.rules, width)


def _verdicts(rules: Sequence[Impact], width: int) -> Iterator[str]:
    """What is to be said of rules that do not hold, a paragraph each."""
    said = [one for one in rules if one.verdict != "holds"]
    yield ""
    for one in said:
        yield from textwrap.wrap(f"{one.rule} (line {one.line}) {one.says}", width, subsequent_indent="  ")
    if len(said) < len(rules):
        rest = plural(len(rules) - len(said), "rule holds", "rules hold")
        yield f"{rest}: what the firing says is on the side of the points"


def points(one: Impact) -> str:
    """The points that a rule gave; `-` for one that never fired."""
    return points_between(one.low, one.high) if one.leads else NONE


def _leaks(found: Sequence[Suspect], width: int) -> Iterator[str]:
    rows = (
        [one.field, one.kind, ranked(one.auc), share(one.known), share(one.known_else)] for one in found[:MOST_SUSPECTS]
    )
    got, others = (found[0].known.of, found[0].known_else.of) if found else (0, 0)
    yield from titled(
        "Fields that may know too much: how well each tells alone who got there, the best first",
        [
            Column("field", whole=True),
            Column("holds"),
            Column("AUC", whole=True),
            *numbers(f"known, of {got:,}", f"of {others:,} others"),
        ],
        rows,
        width,
    )
    flagged = [one for one in found if one.why]
    for one in flagged:
        yield from textwrap.wrap(printable(f"{one.field}: {'; '.join(one.why)}"), width, subsequent_indent="  ")
    yield f"{plural(len(found), 'field')}; {len(flagged) or 'none'} of them suspicious"
