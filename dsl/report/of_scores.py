"""Figures of the score: how it is spread, what became of its bands, how well it sorts, what chance it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from scorelang.outcomes.as_text import number, percent, ratio, share
from scorelang.outcomes.backtest import Backtest
from scorelang.outcomes.bands import Band
from scorelang.outcomes.rates import Rate
from scorelang.outcomes.words import GOT
from scorelang.report.charts import Dot, Line, against, curves, intervals, two_sides
from scorelang.report.drawing import MARK, WARN
from scorelang.report.figures import Figure
from scorelang.report.findings import Findings
from scorelang.suggest import plural

OTHERS = "the others"


def scores(found: Findings) -> Iterator[Figure]:
    """How scores are spread, and what became of their bands."""
    if found.bins:
        yield _spread(found)
    yield _bands(found, "score", found.backtest.bands, "What became of each band of scores")
    if found.backtest.stages:
        yield _bands(found, "stage", found.backtest.stages, "What became of each stage")


def sorting(found: Findings) -> Iterator[Figure]:
    """How well the score sorts, and where a threshold could lie."""
    if found.backtest.gains:
        yield _gains(found)
        yield _lifts(found)
    if found.backtest.thresholds:
        yield _thresholds(found)


def _spread(found: Findings) -> Figure:
    got, bins = GOT[found.backtest.goal], found.bins
    hits, others = (sum(getattr(one, name) for one in bins) for name in ("reached", "others"))
    rows: list[dict[str, Any]] = [
        {
            "low": one.low,
            "high": one.high,
            "up": one.reached / hits if hits else 0.0,
            "down": one.others / others if others else 0.0,
            "tip_up": f"{_between(one.low, one.high)}: {one.reached:,} of {hits:,} {got}",
            "tip_down": f"{_between(one.low, one.high)}: {one.others:,} of {others:,} others",
        }
        for one in bins
    ]
    stages: list[dict[str, Any]] = [
        {"x": stage.threshold / 100, "name": stage.name} for stage in found.model.stages if stage.threshold is not None
    ]
    inside = [mark for mark in stages if bins[0].low <= mark["x"] <= bins[-1].high]
    return Figure(
        title="How scores are spread",
        says=f"Above the line the leads that are {got} ({hits:,}), below it {OTHERS} ({others:,}): each as shares of "
        "their own kind, so that the shapes can be compared.",
        alternative=f"Two histograms of the score, of {plural(hits, 'lead')} {got} and of {others:,} others. "
        f"{_peak(rows, 'up', got)} {_peak(rows, 'down', OTHERS)}",
        chart=two_sides(rows, (got, OTHERS), inside, "score"),
        header=["score", got, f"of all {got}", OTHERS, "of all others"],
        rows=[
            [
                _between(one.low, one.high),
                f"{one.reached:,}",
                percent(row["up"]),
                f"{one.others:,}",
                percent(row["down"]),
            ]
            for one, row in zip(bins, rows, strict=True)
            if one.reached or one.others
        ],
    )


def _between(low: float, high: float) -> str:
    return f"{number(low)} to below {number(high)}"


def _peak(rows: Sequence[dict[str, Any]], what: str, named: str) -> str:
    best = max(rows, key=lambda row: float(row[what]))
    return f"The most of {named} have {_between(best['low'], best['high'])}."


def dot(name: str, rate: Rate, colour: str = MARK) -> Dot:
    """A share as a dot with its interval; nothing is known of a group without leads."""
    low, value, high = (each or 0.0 for each in (rate.low, rate.share, rate.high))
    return Dot(
        name, value, low, high, f"{percent(rate.share)} of {rate.of:,}", f"{name}: {share(rate)} of {rate.of:,}", colour
    )


def _bands(found: Findings, what: str, bands: Sequence[Band], title: str) -> Figure:
    got, overall = GOT[found.backtest.goal], found.overall
    steps = [step for step in bands[0].steps if step != found.backtest.goal]
    valued, split = any(band.valued for band in bands), any(band.before for band in bands)
    header = [what, "leads", got, "rate", "lift", "top", "gain"]
    header += ["value"] if valued else []
    header += ["the earlier leads"] if split else []
    rows = []
    for band in bands:
        row = [band.name, f"{band.leads:,}", f"{band.goal.count:,}", share(band.goal), ratio(band.lift)]
        row += [percent(band.leads_share), percent(band.gain)]
        row += [number(band.value)] if valued else []
        row += [counted(band.before)] if split else []
        rows.append([*row, *(counted(band.steps[step]) for step in steps)])
    some = [band for band in bands if band.leads]
    return Figure(
        title=title,
        says=f"The share of leads that are {got}, with its interval and the number of leads; the dashed line is that "
        f"of all, {share(overall)} of {overall.of:,}.",
        alternative=" ".join(f"{band.name}: {share(band.goal)} of {band.leads:,}." for band in some),
        chart=intervals([dot(band.name, band.goal) for band in some], f"share {got}", overall.share) if some else "",
        header=[*header, *steps],
        rows=rows,
    )


def counted(rate: Rate | None) -> str:
    """`12.0% (8.0–17.1) of 200`."""
    return "-" if rate is None else f"{share(rate)} of {rate.of:,}"


def _gains(found: Findings) -> Figure:
    gains, got, whole = found.backtest.gains, GOT[found.backtest.goal], found.overall
    best = whole.count / whole.of if whole.of else 1.0
    lines = [Line("this model", 0, 0, "")]
    lines += [
        Line(
            "this model",
            one.leads_share,
            one.gain,
            f"the highest {percent(one.leads_share)}: {percent(one.gain)} of all {got}",
        )
        for one in gains
    ]
    lines += [Line("best there can be", x, y, "") for x, y in ((0.0, 0.0), (best, 1.0), (1.0, 1.0))]
    lines += [Line("in any order", x, x, "") for x in (0.0, 1.0)]
    first = gains[0]
    return Figure(
        title="Cumulative gains",
        says=f"Worked from the highest score down, how soon those come up that are {got}. The highest tenth, "
        f"{plural(first.leads, 'lead')}, has {first.reached:,} of {whole.count:,}, {percent(first.gain)}.",
        alternative=" ".join(f"The top {percent(one.leads_share)} hold {percent(one.gain)}." for one in gains),
        chart=curves(
            lines, ("share of leads, the highest score first", f"share of all {got}"),
            ("this model", "best there can be", "in any order"),
        ),
        header=["top", "leads", got, f"of all {got}", "lift"],
        rows=[
            [percent(one.leads_share), f"{one.leads:,}", f"{one.reached:,}", percent(one.gain), ratio(one.lift)]
            for one in gains
        ],
    )  # fmt: skip


def _lifts(found: Findings) -> Figure:
    got, overall = GOT[found.backtest.goal], found.overall
    bands = [band for band in found.backtest.bands if band.lift is not None]
    dots = [
        Dot(band.name, band.lift or 0, band.lift_low or 0, band.lift_high or 0,
            f"×{ratio(band.lift)} of {band.leads:,}",
            f"{band.name}: lift {_lift(band)} of {plural(band.leads, 'lead')}")
        for band in bands
    ]  # fmt: skip
    return Figure(
        title="Lift",
        says=f"How many times the average share ({percent(overall.share)} of {overall.of:,}) of each band is {got}; "
        "the interval is that of the share.",
        alternative=" ".join(f"{band.name}: {_lift(band)}, of {band.leads:,}." for band in bands),
        chart=intervals(dots, "times the average", 1.0, lift=True) if dots else "",
        header=["score", "leads", "lift", "from", "to"],
        rows=[
            [band.name, f"{band.leads:,}", ratio(band.lift), ratio(band.lift_low), ratio(band.lift_high)]
            for band in bands
        ],
    )


def _lift(band: Band) -> str:
    return f"{ratio(band.lift)} ({ratio(band.lift_low)}–{ratio(band.lift_high)})"


def _thresholds(found: Findings) -> Figure:
    got, rows = GOT[found.backtest.goal], found.backtest.thresholds
    some = [one for one in rows if one.precision.share is not None]
    lines = [
        Line(
            name,
            one.points,
            rate.share or 0.0,
            f"from {number(one.points)}, {plural(one.leads, 'lead')}: {name} {share(rate)}",
        )
        for one in some
        for name, rate in (("precision", one.precision), ("recall", one.recall))
    ]
    shown = [one for one in rows if one.points in found.backtest.marks] or some
    return Figure(
        title="Thresholds",
        says=f"If all leads from a score on are worked: how many of these are {got} (precision), and how many of all "
        f"that are {got} these are (recall). The table has the scores where bands and stages begin.",
        alternative=" ".join(
            f"From {number(one.points)}: precision {share(one.precision)}, recall {share(one.recall)}." for one in shown
        ),
        chart=curves(lines, ("score", "share"), ("precision", "recall"), percent=False),
        header=["from", "leads", "precision", "recall"],
        rows=[[number(one.points), f"{one.leads:,}", share(one.precision), share(one.recall)] for one in shown],
    )


def calibration(found: Backtest) -> Iterator[Figure]:
    """The chance that a score stands for, and what came of it."""
    fit = found.calibration
    if fit is None:
        return
    dots = [
        Dot("", one.actual.share or 0, one.actual.low or 0, one.actual.high or 0, str(one.expected),
            f"expected {percent(one.expected)}, came {share(one.actual)} of {one.actual.of:,}",
            WARN if is_off(one.expected, one.actual) else MARK)
        for one in fit.bins
    ]  # fmt: skip
    yield Figure(
        title="What scores promise, and what comes",
        says=f"The chance that a score stands for, by a logistic curve fitted on {fit.on}, and what came. On the "
        f"dashed line both are equal; where an interval misses it, the dot is marked. Brier score {fit.brier:.4f}; "
        f"with the average for everybody {fit.brier_of_average:.4f} (less is better).",
        alternative=" ".join(f"Expected {percent(one.expected)}, came {counted(one.actual)}." for one in fit.bins),
        chart=against(dots, ("expected", "what came")),
        header=["expected", "what came", "leads", ""],
        rows=[
            [percent(one.expected), share(one.actual), f"{one.actual.of:,}", _off(one.expected, one.actual)]
            for one in fit.bins
        ],
    )


def is_off(expected: float, actual: Rate) -> bool:
    """Whether what came misses what was expected by more than its interval."""
    return actual.low is not None and actual.high is not None and not actual.low <= expected <= actual.high


def _off(expected: float, actual: Rate) -> str:
    if not is_off(expected, actual):
        return ""
    return "promises too much" if expected > (actual.share or 0) else "promises too little"
