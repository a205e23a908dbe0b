"""A change as JSON has it: the shape is docs/changes.md, section JSON."""

from __future__ import annotations

from typing import Any

from attrs import asdict

from scorelang.diff.impact import Impact, Moved, Outcome
from scorelang.diff.parts import Change
from scorelang.diff.proven import proof_data
from scorelang.diff.report import Report
from scorelang.diff.workload import Workload
from scorelang.result import plain
from scorelang.values import format_instant, from_hundredths


def as_data(report: Report) -> dict[str, Any]:
    """The report in JSON's types. Points are numbers, exact to the hundredth; whole ones are ints."""
    found = report.difference
    return {
        "old": asdict(found.old),
        "new": asdict(found.new),
        "changes": [_change(change) for change in found.changes],
        "proof": None if report.proof is None else proof_data(report.proof),
        "impact": None if report.impact is None else _impact(report.impact, report.leads),
        "failed": [asdict(broken) for broken in report.broken],
    }


def _change(change: Change) -> dict[str, Any]:
    return {**asdict(change), "reaches": list(change.reaches), "aspects": [asdict(one) for one in change.aspects]}


def _impact(impact: Impact, leads: str) -> dict[str, Any]:
    return {
        "file": leads,
        "as_of": format_instant(impact.as_of),
        "leads": impact.leads,
        "not_compared": {"neither": impact.refused, "only_old": impact.only_old, "only_new": impact.only_new},
        "changed": dict(impact.changed),
        "stages": list(impact.stages),
        "flow": [{"before": one, "after": other, "leads": count} for (one, other), count in _flow(impact)],
        "reached": {stage: {"before": one, "after": other} for stage, (one, other) in impact.reached.items()},
        "differences": _spread(impact),
        "workload": None if impact.workload is None else _workload(impact.workload),
        "moved": [_moved(moved, impact.graded) for moved in impact.moved],
    }


def _flow(impact: Impact) -> list[tuple[tuple[str, str], int]]:
    """From the lowest stage before to the highest, and so after."""
    at = {stage: number for number, stage in enumerate(impact.stages)}
    return sorted(impact.flow.items(), key=lambda each: [at[stage] for stage in each[0]])


def _spread(impact: Impact) -> dict[str, Any]:
    spread = impact.spread
    numbers = {name: getattr(spread, name) for name in ("least", "most", "mean", "median")}
    return {
        **{name: None if value is None else plain(value / 100) for name, value in numbers.items()},
        "bands": [asdict(band) for band in spread.bands],
    }


def _workload(found: Workload) -> dict[str, Any]:
    weekly = None if found.weekly is None else asdict(found.weekly)
    if weekly is not None:
        weekly |= {name: weekly[name].isoformat() for name in ("first", "last")}
    return {**asdict(found, recurse=False), "change": found.change, "weekly": weekly}


def _moved(moved: Moved, graded: tuple[tuple[str, ...], tuple[str, ...]]) -> dict[str, Any]:
    causes = [{**asdict(cause), **_plain(before=cause.before, after=cause.after)} for cause in moved.causes]
    sides = {"old": _side(moved.old, graded[0]), "new": _side(moved.new, graded[1])}
    return {"row": moved.row, "id": moved.id, **sides, "because": causes}


def _side(outcome: Outcome, graded: tuple[str, ...]) -> dict[str, Any]:
    grades = dict(zip(graded, outcome.grades, strict=True))
    return {**asdict(outcome), "score": plain(from_hundredths(outcome.score)), "grades": grades}


def _plain(**numbers: float | None) -> dict[str, float | int | None]:
    return {name: None if number is None else plain(number) for name, number in numbers.items()}
