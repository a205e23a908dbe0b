"""Figures of the leads: where they ended, two categories against each other, groups, the team, and fields that leak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scorelang.outcomes.as_text import number, percent, ranked, share
from scorelang.outcomes.leaks import Suspect
from scorelang.outcomes.rates import Rate, is_small
from scorelang.outcomes.team import Measure
from scorelang.outcomes.words import GOT
from scorelang.report.charts import Dot, heat, intervals
from scorelang.report.drawing import MARK, MISS, WARN
from scorelang.report.figures import Figure
from scorelang.report.findings import Change, Findings, Flow, Matrix
from scorelang.report.of_scores import dot
from scorelang.report.ribbons import ribbons
from scorelang.suggest import plural

MOST_SUSPECTS = 15
# An AUC from which on a field is suspected.
SUSPICIOUS = 0.95


def flows(found: Findings) -> Iterator[Figure]:
    """Where leads ended; and from which stage to which they went, where there is another version."""
    if found.flow.counts:
        yield _flow(
            found.flow,
            f"From {found.flow_of} to outcome",
            f"What became of the {found.flow.leads:,} leads of each {found.flow_of}; a ribbon is as wide as its leads "
            "are many. Leads that are still open are shown by how far they got.",
            (found.flow_of, "outcome"),
        )
    if found.change is not None:
        yield _change(found.change)


def _change(found: Change) -> Figure:
    moved = found.moved
    stayed = sum(leads for (before, after), leads in found.flow.counts.items() if before == after)
    return _flow(
        found.flow,
        f"From {found.what} to {found.what}: {found.other} and now",
        f"The same {found.flow.leads:,} leads under the other version of the model, and under this one. "
        f"{moved.count:,} ({percent(moved.share)}) have another score, {found.flow.leads - stayed:,} another "
        f"{found.what}.",
        ("before", "now"),
    )


def _flow(flow: Flow, title: str, says: str, titles: tuple[str, str]) -> Figure:
    left = [(name, sum(n for (one, _), n in flow.counts.items() if one == name)) for name in flow.left]
    right = [(name, sum(n for (_, two), n in flow.counts.items() if two == name)) for name in flow.right]
    left, right = ([pair for pair in side if pair[1]] for side in (left, right))
    biggest = sorted(flow.counts.items(), key=lambda each: -each[1])[:6]
    return Figure(
        title=title,
        says=says,
        alternative=" ".join(f"{one} to {two}: {plural(leads, 'lead')}." for (one, two), leads in biggest),
        chart=ribbons(left, right, flow.counts, titles),
        header=[titles[0], *(name for name, _ in right), "all"],
        rows=[
            [name, *(f"{flow.counts.get((name, two), 0):,}" for two, _ in right), f"{size:,}"] for name, size in left
        ],
    )


def matrix(found: Matrix, overall: Rate, got: str) -> Figure:
    """Two categories against each other."""
    cells = [
        {
            "row": row,
            "column": column,
            "share": cell.share or 0.0,
            "small": is_small(cell.of, overall.share),
            "first": percent(cell.share) if cell.of else "",
            "second": f"{100 * (cell.low or 0):.0f}–{100 * (cell.high or 0):.0f}%, {cell.of:,}"
            if cell.of
            else "no leads",
            "tip": f"{found.down} {row}, {found.across} {column}: {share(cell)} of {plural(cell.of, 'lead')}",
        }
        for row, line in zip(found.rows, found.cells, strict=True)
        for column, cell in zip(found.columns, line, strict=True)
    ]
    return Figure(
        title=f"{found.down} × {found.across}",
        says=f"The share {got} by the points of both categories, with its interval and the number of leads. The "
        "darker, the more; cells with too few leads to say have no colour.",
        alternative=" ".join(str(cell["tip"]) + "." for cell in cells),
        chart=heat(cells, found.down, found.across),
        header=[f"{found.down} / {found.across}", *found.columns],
        rows=[
            [row, *(f"{share(cell)} of {cell.of:,}" if cell.of else "-" for cell in line)]
            for row, line in zip(found.rows, found.cells, strict=True)
        ],
    )


def segments(found: Findings) -> Iterator[Figure]:
    """The leads by columns of their data."""
    overall, got = found.overall, GOT[found.backtest.goal]
    for name, groups in found.backtest.segments.items():
        yield Figure(
            title=f"By {name}",
            says=f"The largest groups first; those with too few leads to say are grey and stand last. The dashed line "
            f"is the share of all, {share(overall)} of {overall.of:,}.",
            alternative=" ".join(f"{one.name}: {share(one.goal)} of {one.leads:,}." for one in groups),
            chart=intervals(
                [dot(one.name, one.goal, MISS if one.small else MARK) for one in groups], f"share {got}", overall.share
            ),
            header=[name, "leads", got, "rate", "AUC", ""],
            rows=[
                [
                    one.name,
                    f"{one.leads:,}",
                    f"{one.goal.count:,}",
                    share(one.goal),
                    ranked(one.auc),
                    "small" * one.small,
                ]
                for one in groups
            ],
        )


def team(measures: Sequence[Measure]) -> Iterator[Figure]:
    """The five measures of a team, as far as the outcomes give them."""
    if not measures:
        return
    held = any(one.target is not None for one in measures)
    rows = []
    for one in measures:
        told = share(one.rate) if one.rate is not None else number(one.amount or 0)
        of = one.rate.of if one.rate is not None else one.leads or 0
        speed = "-" if one.median_days is None else f"{number(one.median_days)} days (of {one.timed:,})"
        row = [one.name, one.among, told, f"{of:,}", speed]
        if held:
            target = None if one.target is None else percent(one.target) if one.rate else number(one.target)
            row += [target or "-", one.verdict or "-"]
        rows.append(row)
    yield Figure(
        title="Reach, qualification, conversion, pipeline",
        says="What becomes of leads in the hands of those who work them, as far as the outcomes tell.",
        header=["measure", "among", "", "of", "median from the first decision", *(["target", ""] if held else [])],
        rows=rows,
        left=2,
    )


def leaks(found: Sequence[Suspect] | None) -> Iterator[Figure]:
    """Fields that may know the outcome."""
    if found is None:
        return
    some = found[:MOST_SUSPECTS]
    flagged = [one for one in some if one.why]
    ones, others = (some[0].known.of, some[0].known_else.of) if some else (0, 0)
    dots = [
        Dot(one.field, one.auc.value, one.auc.low or one.auc.value, one.auc.high or one.auc.value,
            f"{one.auc.value:.3f} of {one.auc.reached + one.auc.others:,}",
            f"{one.field}: AUC {ranked(one.auc)}; {'; '.join(one.why) or 'nothing suspicious'}",
            WARN if one.why else MARK)
        for one in some
        if one.auc is not None
    ]  # fmt: skip
    yield Figure(
        title="Fields that may know too much",
        says="How well each column of the data tells alone who got there: AUC 0.5 is chance, from 0.95 on a field is "
        "suspected of knowing the outcome. Those marked are suspicious.",
        alternative=f"{len(flagged)} of {len(found)} are suspicious. "
        + " ".join(f"{one.field}: {ranked(one.auc)}." for one in some),
        chart=intervals(dots, "AUC of the field alone", SUSPICIOUS, percent=False) if dots else "",
        header=["field", "holds", "why", "AUC", f"known, of {ones:,}", f"of {others:,} others"],
        rows=[
            [one.field, one.kind, "; ".join(one.why) or "-", ranked(one.auc), share(one.known), share(one.known_else)]
            for one in some
        ],
        left=3,
    )
