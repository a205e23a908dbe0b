"""Figures of the rules: the lift of each, with its interval, and what is to be said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scorelang.outcomes.as_text import estimate, points_between, ratio, share
from scorelang.outcomes.per_rule import Impact
from scorelang.outcomes.words import GOT
from scorelang.report.charts import Dot, intervals
from scorelang.report.drawing import HIT, MISS, SOFT, WARN
from scorelang.report.figures import Figure
from scorelang.report.findings import Findings
from scorelang.suggest import plural

# So many rules stand in one chart; the table has all.
MOST_RULES = 60
COLOURS = {"holds": HIT, "wrong way": "var(--bad)", "adds nothing": WARN, "too few": MISS}


def rules(found: Findings) -> Iterator[Figure]:
    """Every rule with the lift of the leads on which it fired."""
    every = found.backtest.rules
    if not every:
        return
    overall, got = found.overall, GOT[found.backtest.goal]
    fired = sorted((one for one in every if one.lift is not None), key=_clearness, reverse=True)[:MOST_RULES]
    counts = Counter(one.verdict for one in every)
    more = "" if len(fired) == len(every) else f" Shown are {len(fired)} of {len(every)} rules."
    yield Figure(
        title="Lift of each rule",
        says=f"How many times the average share ({share(overall)} of {overall.of:,}) of the leads on which a rule "
        f"fired is {got}. The surest are first: those whose interval is furthest from 1. Blue holds, orange adds "
        f"nothing, red points the wrong way, grey has too few leads to say.{more}",
        alternative=", ".join(f"{count} {verdict}" for verdict, count in counts.items()) + ".",
        chart=intervals([_dot(one, overall.share or 1.0) for one in fired], "times the average", 1.0, lift=True)
        if fired and overall.share
        else "",
        header=[
            "rule",
            "points",
            "verdict",
            "line",
            "fired",
            "with",
            "not fired",
            "without",
            "lift",
            "evidence",
            "beside the others",
        ],
        rows=[_row(one) for one in every],
        left=3,
    )  # fmt: skip
    said = [one for one in every if one.verdict not in ("holds", "too few")]
    if said:
        yield Figure(
            title="Rules to look at",
            says="No verdict is a proof: of 40 rules that mean nothing one or two will look as though they did.",
            header=["rule", "line", "what these leads show", "fired on"],
            rows=[[one.rule, str(one.line), one.says, f"{one.leads:,} of {overall.of:,}"] for one in said],
            left=3,
        )


def _clearness(one: Impact) -> float:
    """How far the interval of the evidence is from 0; below 0 where it holds it, by how much it does."""
    found = one.evidence
    if found is None or found.low is None or found.high is None:
        return float("-inf")
    return max(found.low, -found.high)


def _dot(one: Impact, overall: float) -> Dot:
    lift, low, high = ((each or 0.0) / overall for each in (one.with_.share, one.with_.low, one.with_.high))
    interval = f"×{lift:.2f} ({low:.2f}–{high:.2f})"
    note = f"×{lift:.2f} of {one.leads:,}"
    points = points_between(one.low, one.high)
    tip = f"{one.rule} ({points}): lift {interval}, {share(one.with_)} of {plural(one.leads, 'lead')}; {one.says}"
    return Dot(one.rule, lift, low, high, note, tip, COLOURS.get(one.verdict, SOFT))


def _row(one: Impact) -> list[str]:
    points = points_between(one.low, one.high) if one.leads else "-"
    numbers = [f"{one.leads:,}", share(one.with_), f"{one.without.of:,}", share(one.without), ratio(one.lift)]
    return [one.rule, points, one.verdict, str(one.line), *numbers, estimate(one.evidence), estimate(one.beyond)]
