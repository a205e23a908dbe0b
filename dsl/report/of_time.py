"""Figures of time: what drifted against a reference, and rates by week or month."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.outcomes.as_text import estimate_in_points, percent, share
from scorelang.outcomes.drift import DRIFTED, MOVED, Drift, Drifts
from scorelang.outcomes.over_time import Course, OverTime
from scorelang.outcomes.words import GOT
from scorelang.report.charts import bars, small_multiples
from scorelang.report.drawing import MARK, WARN
from scorelang.report.figures import Figure
from scorelang.report.findings import Findings
from scorelang.suggest import plural

# So many bars, and so many small charts; the tables have all.
MOST_BARS = 40
MOST_COURSES = 12
COLOURS = {"stable": MARK, "moved": WARN, "drifted": "var(--bad)"}


def drift(found: Findings) -> Iterator[Figure]:
    """What changed against the reference."""
    changed = found.stability.drifts
    if changed is None:
        return
    yield _index(changed, found.stability.reference)
    yield _firing(changed, found.stability.reference)
    if any(one.rising for one in changed.missing):
        yield Figure(
            title="Missing more and more",
            says="Fields that are missing in more leads than in the reference, by more than chance explains: "
            f"{plural(changed.leads, 'lead')} against {changed.reference:,}.",
            header=["field", found.stability.reference, "now", "more, in points"],
            rows=[
                [one.field, share(one.reference), share(one.now), estimate_in_points(one.more)]
                for one in changed.missing
                if one.rising
            ],
        )


def _index(found: Drifts, reference: str) -> Figure:
    parts: list[Drift] = [part for part in (found.score, found.stage) if part is not None]
    every = [*parts, *found.fields]
    rows = [
        {
            "name": one.name,
            "value": one.psi,
            "note": f"{one.psi:.3f} {one.verdict}",
            "tip": f"{one.name}: PSI {one.psi:.3f}, by chance up to {one.by_chance:.3f}, {one.verdict}; {_most(one)}",
            "colour": COLOURS[one.verdict],
        }
        for one in every[:MOST_BARS]
    ]
    drifted = [f"{one.name} {one.psi:.3f}" for one in every if one.verdict == "drifted"]
    return Figure(
        title="How far leads have drifted",
        says=f"The population stability index of {plural(found.leads, 'lead')} against {found.reference:,}: "
        f"{reference}. "
        f"Up to {MOVED} is stable, up to {DRIFTED} moved, then drifted; what chance alone explains is stable.",
        alternative=f"Drifted: {', '.join(drifted)}." if drifted else f"None of {len(every)} drifted.",
        chart=bars(rows, "population stability index", (MOVED, DRIFTED)),
        header=["", "verdict", "changed most", "PSI", "by chance", "reference", "now"],
        rows=[
            [one.name, one.verdict, one.most.name, f"{one.psi:.3f}", f"{one.by_chance:.3f}",
             share(one.most.reference), share(one.most.now)]
            for one in every
        ],
        left=3,
    )  # fmt: skip


def _most(one: Drift) -> str:
    return f"{one.most.name}: {percent(one.most.reference.share)}, now {percent(one.most.now.share)}"


def _firing(found: Drifts, reference: str) -> Figure:
    rules = found.rules
    silent = [one.rule for one in rules if one.silent]
    drifted = [one.rule for one in rules if one.verdict == "drifted" and not one.silent]
    told = [f"{word}: {', '.join(names)}." for word, names in (("Gone silent", silent), ("Drifted", drifted)) if names]
    return Figure(
        title="How often rules fire",
        says=f"{plural(found.leads, 'lead')} against {found.reference:,}. "
        + (" ".join(told) or "No rule went silent, and none drifted."),
        header=["rule", "verdict", reference, "now", "more, in points", "PSI"],
        rows=[
            [one.rule, "silent" if one.silent else one.verdict, share(one.reference), share(one.now),
             estimate_in_points(one.more), f"{one.psi:.3f}"]
            for one in rules
        ],
        left=2,
    )  # fmt: skip


def over_time(found: Findings) -> Iterator[Figure]:
    """Rates by week or month: those that go somewhere, and the share that got to the goal."""
    times = found.stability.times
    if times is None:
        return
    got = GOT[found.backtest.goal]
    shown = [one for one in times.courses if one.kind == "outcome"]
    moving = [one for one in times.courses if one.kind != "outcome" and (one.way != "steady" or one.silent)]
    shown += sorted(moving, key=lambda one: -abs((one.late.share or 0) - (one.early.share or 0)))[:MOST_COURSES]
    more = [one for one in times.courses if one not in shown]
    rows = [row for one in shown for row in _points(times, one, _name(one, got))]
    yield Figure(
        title=f"By {times.per}",
        says=f"The share {got}, and how often rules fire and fields are missing, where that rises or falls by more "
        f"than chance explains ({len(moving)} of {len(times.courses) - 1}); the band is the interval. "
        f"{plural(sum(times.leads), 'lead')} by their first decision, from {times.periods[0]} to {times.periods[-1]}.",
        alternative=" ".join(
            f"{_name(one, got)}: {percent(one.early.share)} in the earlier half, {percent(one.late.share)} in the "
            f"later one, {_way(one)}."
            for one in shown
        ),
        chart=small_multiples(rows),
        header=["", "way", "earlier half", "of", "later half", "of"],
        rows=[
            [_name(one, got), _way(one), share(one.early), f"{one.early.of:,}", share(one.late), f"{one.late.of:,}"]
            for one in [*shown, *more]
        ],
        left=2,
    )


def _name(one: Course, got: str) -> str:
    return {"outcome": got, "rule": one.name, "missing": f"{one.name} missing"}[one.kind]


def _way(one: Course) -> str:
    return f"silent since {one.silent}" if one.silent else one.way


def _points(times: OverTime, one: Course, name: str) -> Iterator[dict[str, object]]:
    for period, rate in zip(times.periods, one.rates, strict=True):
        yield {
            "name": name,
            "period": period,
            "share": rate.share,
            "low": rate.low,
            "high": rate.high,
            "tip": f"{name}, {period}: {share(rate)} of {rate.of:,}",
        }
