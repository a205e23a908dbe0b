"""The head of a report: four numbers, and what stands out, each with where it is told in full."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.outcomes.as_text import percent, ranked, ratio, share
from scorelang.outcomes.rates import Auc, Rate
from scorelang.outcomes.words import GOT
from scorelang.page import text
from scorelang.report.findings import Findings
from scorelang.report.of_scores import is_off
from scorelang.suggest import plural

MOST_NAMES = 6


def tiles(found: Findings) -> Iterator[str]:
    """The four numbers that say the most, each with its interval or what it is of."""
    judged, got = found.backtest, GOT[found.backtest.goal]
    whole = judged.whole
    yield '<dl class="tiles">'
    yield _tile(got, percent(whole.goal.share), f"{_interval(whole.goal)}, of {plural(whole.goal.of, 'lead')}")
    if whole.auc is not None:
        yield _tile("AUC", f"{whole.auc.value:.3f}", f"{_around(whole.auc)}of {whole.goal.of:,}; 0.5 is chance")
    if judged.gains:
        first = judged.gains[0]
        yield _tile(
            "highest tenth", f"×{ratio(first.lift)}", f"{first.reached:,} of {plural(first.leads, 'lead')} {got}"
        )
    holding = sum(one.verdict == "holds" for one in judged.rules)
    yield _tile("rules that hold", f"{holding} of {len(judged.rules)}", f"on {plural(whole.goal.of, 'lead')}")
    yield "</dl>"


def _interval(rate: Rate) -> str:
    return f"{100 * (rate.low or 0):.1f}–{100 * (rate.high or 0):.1f}"


def _around(auc: Auc) -> str:
    return "" if auc.low is None or auc.high is None else f"{auc.low:.3f}–{auc.high:.3f}, "


def _tile(name: str, value: str, more: str) -> str:
    return f'<div><dt>{text(name)}</dt><dd>{text(value)}<span class="soft">{text(more)}</span></dd></div>'


def in_short(found: Findings) -> Iterator[str]:
    """What stands out, as items of a list."""
    judged, got = found.backtest, GOT[found.backtest.goal]
    if judged.before is not None:
        before = judged.before
        told = f"{share(before.goal)} of {before.goal.of:,} were {got}, AUC {ranked(before.auc)}"
        yield _item("scores", f"All this is of the later leads; of the earlier ones {told}.")
    verdicts = (("wrong way", "Points the wrong way"), ("adds nothing", "Adds nothing that these leads show"))
    for verdict, says in verdicts:
        names = [one.rule for one in judged.rules if one.verdict == verdict]
        if names:
            yield _item("rules", f"{says}: {_some(names)}.")
    if judged.calibration is not None:
        bins = judged.calibration.bins
        off = sum(is_off(one.expected, one.actual) for one in bins)
        if off:
            yield _item("calibration", f"In {off} of {len(bins)} groups the score promises too much or too little.")
    yield from _of_time(found)
    if judged.leaks is not None:
        flagged = [one.field for one in judged.leaks if one.why]
        yield _item(
            "leaks", f"May know the outcome: {_some(flagged)}." if flagged else "No field seems to know the outcome."
        )


def _of_time(found: Findings) -> Iterator[str]:
    changed, times = found.stability.drifts, found.stability.times
    if changed is not None:
        parts = [part for part in (changed.score, changed.stage, *changed.fields) if part is not None]
        silent = [one.rule for one in changed.rules if one.silent]
        for says, names in (
            ("drifted", [one.name for one in parts if one.verdict == "drifted"]),
            ("went silent", silent),
            ("missing more and more", [one.field for one in changed.missing if one.rising]),
        ):
            if names:
                yield _item("drift", f"Against {found.stability.reference}, {says}: {_some(names)}.")
        if not changed.found:
            yield _item("drift", f"Nothing drifted against {found.stability.reference}.")
    goal = next((one for one in times.courses if one.kind == "outcome"), None) if times is not None else None
    if goal is not None and goal.way != "steady":
        got = GOT[found.backtest.goal]
        yield _item(
            "time", f"The share {got} is {goal.way}: {percent(goal.early.share)} of the earlier half of the leads, "
            f"{percent(goal.late.share)} of the later half."
        )  # fmt: skip


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _item(section: str, says: str) -> str:
    return f'<li><a href="#{section}">{text(says)}</a></li>'
