"""What a change does, as a document: parts that text, Markdown and HTML each write in their own way."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from scorelang import wording
from scorelang.diff.impact import NONE, Impact, Moved, totals
from scorelang.diff.parts import Aspect, Change, Difference, What
from scorelang.diff.proof import Proof
from scorelang.diff.why import Cause
from scorelang.diff.workload import Workload
from scorelang.result import plain
from scorelang.suggest import plural
from scorelang.values import format_instant

ARROW = "→"
NOTHING = "none"
TITLES: dict[What, str] = {
    "model": "Model", "category": "Categories", "persona": "Categories", "rule": "Rules", "choice": "Rules",
    "score": "Score", "gate": "Gates", "stage": "Stages", "grade": "Grades", "route": "Route", "define": "Terms",
    "list": "Terms", "field": "Data", "event": "Data",
}  # fmt: skip
# Of the parts that a change reaches so many are named.
MOST_REACHED = 8
# Of the reasons why a lead moved.
MOST_CAUSES = 6


@frozen
class Broken:
    """A condition of `--fail-if` that a change breaks, and by what."""

    limit: str
    said: str


@frozen
class Report:
    """A change, and, where leads were asked for, their impact; `leads` is what their file is called.

    `proof` is what was found out of every lead, where that was asked for.
    """

    difference: Difference
    impact: Impact | None = None
    leads: str = ""
    broken: tuple[Broken, ...] = ()
    proof: Proof | None = None


@frozen
class Table:
    """A table: its title, a note on what its numbers are of, its header and its rows; `left` columns hold texts."""

    title: str
    note: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 1


# --- the change -----------------------------------------------------------------------------------------------------


def title(report: Report) -> str:
    """What is compared: `acme.score → acme2.score`."""
    return f"{report.difference.old.path} {ARROW} {report.difference.new.path}"


def counted(difference: Difference) -> str:
    """How much changes: `3 changes`; `nothing changes` where nothing does."""
    count = len(difference.changes)
    if count:
        return plural(count, "change")
    if difference.old.fingerprint == difference.new.fingerprint:
        return "nothing changes"
    return "nothing changes in what the model means"


def sections(difference: Difference) -> Iterator[tuple[str, list[Change]]]:
    """The changes under their titles, in order."""
    found: dict[str, list[Change]] = {}
    for change in difference.changes:
        found.setdefault(TITLES[change.what], []).append(change)
    yield from found.items()


def name(change: Change) -> str:
    """What the changed part is called, with its kind where the title does not say it."""
    said = {"define": "define ", "list": "list ", "event": "event ", "persona": "persona "}.get(change.what, "")
    if change.what == "persona" and change.name == "personas":
        said = ""
    return said + (wording.quoted(change.name) if change.what == "route" and change.name != "route" else change.name)


def where(change: Change) -> str:
    """Where it stands: ` in Fit`, and nothing for what stands alone."""
    return f" in {change.group}" if change.group else ""


def spot(change: Change) -> str:
    """The line of the new version, or of the old one for what was removed; nothing where there is none."""
    place = change.after or change.before
    return "" if place is None else str(place)


def reads(change: Change) -> str:
    """How a part reads that was added or removed; nothing for one that changed, of which the aspects tell."""
    return change.text if change.kind in ("added", "removed") else ""


def sides(aspect: Aspect) -> tuple[str, str | None, str | None]:
    """An aspect's name, and its text before and after; None where there is only the other one to tell."""
    if aspect.what == "added":
        return aspect.what, None, aspect.after
    if aspect.what == "removed":
        return aspect.what, aspect.before, None
    if aspect.before == aspect.after:
        return f"{aspect.what}, which reads the same and means something else", None, aspect.after
    return aspect.what, aspect.before or NOTHING, aspect.after or NOTHING


def reached(change: Change) -> str:
    """What a term reaches: `reaches 2 parts: named-account, embargo`."""
    if not change.reaches:
        return ""
    more = len(change.reaches) - MOST_REACHED
    names = ", ".join(change.reaches[:MOST_REACHED]) + (f" and {more:,} more" if more > 0 else "")
    return f"reaches {plural(len(change.reaches), 'part')}: {names}"


# --- the leads ------------------------------------------------------------------------------------------------------


def compared(report: Report) -> str:
    """What the counts are of: `2,000 leads of leads.csv, as of …`, and the rows that are not among them."""
    impact = report.impact
    assert impact is not None
    said = f"{plural(impact.leads, 'lead')} of {report.leads}, scored by both, as of {format_instant(impact.as_of)}"
    rows = {
        "that neither can read": impact.refused,
        "that only the old version can read": impact.only_old,
        "that only the new version can read": impact.only_new,
    }
    missing = [f"{plural(count, 'row')} {words}" for words, count in rows.items() if count]
    return said + (f"; without {' and '.join(missing)}" if missing else "")


def tables(report: Report) -> Iterator[Table]:
    """The tables of what becomes of leads, those left out that hold nothing."""
    impact = report.impact
    if impact is None or not impact.leads:
        return
    of = f"of {plural(impact.leads, 'lead')}"
    yield _changed(impact, of)
    if impact.changed["score"]:
        yield _spread(impact, of)
    if len(impact.stages) > 1:
        yield _flow(impact, of)
    if impact.workload is not None:
        yield _workload(impact.workload)
    if impact.moved:
        yield _moved(impact)


def _changed(impact: Impact, of: str) -> Table:
    always = ("anything", "score", *(["stage"] if len(impact.stages) > 1 else []))
    rows = [
        (name, f"{count:,}", _percent(count, impact.leads))
        for name, count in impact.changed.items()
        if count or name in always
    ]
    return Table("What changes", of, ("what", "leads", "share"), tuple(rows))


def _spread(impact: Impact, of: str) -> Table:
    spread = impact.spread
    rows = [(band.name, f"{band.leads:,}", _percent(band.leads, impact.leads)) for band in spread.bands if band.leads]
    least, most = wording.signed(spread.least or 0), wording.signed(spread.most or 0)
    mean, median = (_points(round((value or 0) / 100, 2)) for value in (spread.mean, spread.median))
    note = f"{of}: from {least} to {most} points, mean {mean}, median {median}"
    return Table("By how much scores change", note, ("score", "leads", "share"), tuple(rows))


def _flow(impact: Impact, of: str) -> Table:
    """Who goes from which stage to which; a row for each stage before, a column for each after, and the sums."""
    before, after = (totals(impact.flow, impact.stages, side) for side in (0, 1))
    there = [stage for stage in impact.stages if before[stage] or after[stage]]
    rows = [(one, *(_cell(impact.flow.get((one, other), 0)) for other in there), f"{before[one]:,}") for one in there]
    rows.append(("after", *(f"{after[stage]:,}" for stage in there), f"{impact.leads:,}"))
    header = ("before \\ after", *there, "before")
    return Table(
        "From stage to stage", f"{of}; a row is the stage before, a column the stage after", header, tuple(rows)
    )


def _cell(count: int) -> str:
    return f"{count:,}" if count else "."


def _workload(found: Workload) -> Table:
    change = f"{100 * found.change:+.1f}%" if found.change is not None else ""
    note = f"of {plural(found.leads, 'lead')}; newly over the line {found.gained:,}, no longer {found.lost:,}"
    rows = [("leads in all", f"{found.before:,}", f"{found.after:,}", change)]
    if found.weekly is not None:
        weekly = found.weekly
        change = f"{100 * (weekly.after / weekly.before - 1):+.1f}%" if weekly.before else ""
        rows.append(("leads a week", f"{weekly.before:,.1f}", f"{weekly.after:,.1f}", change))
        rows.append(("in the busiest week", f"{weekly.busiest_before:,}", f"{weekly.busiest_after:,}", ""))
        weeks = (
            f"{plural(weekly.dated, 'lead')} came in {plural(weekly.weeks, 'week')}, {weekly.first} to {weekly.last}"
        )
        note += f"; {weeks}" + (f", {weekly.undated:,} have no date" if weekly.undated else "")
    return Table(f"Work for sales: at or above {found.line}", note, ("", "before", "after", "change"), tuple(rows))


def _moved(impact: Impact) -> Table:
    rows = [_mover(moved) for moved in impact.moved]
    note = f"{len(rows):,} of {impact.changed['anything']:,} that changed"
    return Table("Leads that moved most", note, ("lead", "stage", "why", "score", "change"), tuple(rows), left=3)


def _mover(moved: Moved) -> tuple[str, ...]:
    who = f"row {moved.row}" if moved.id is None else moved.id
    stage = moved.new.stage if moved.old.stage == moved.new.stage else f"{moved.old.stage} {ARROW} {moved.new.stage}"
    score = f"{wording.points(moved.old.score)} {ARROW} {wording.points(moved.new.score)}"
    return who, "" if stage == NONE else stage, why(moved), score, wording.signed(moved.points)


def why(moved: Moved) -> str:
    """The rules that give a lead other points, the subtotals where these do not say it all, and the gates."""
    rules = [cause for cause in moved.causes if cause.what == "rule"]
    shown = [cause_text(cause) for cause in rules]
    if sum(round(100 * ((cause.after or 0) - (cause.before or 0))) for cause in rules) != moved.points:
        shown += [cause_text(cause) for cause in moved.causes if cause.what == "category"]
    shown += [cause_text(cause) for cause in moved.causes if cause.what == "gate"]
    if not shown:
        return "the same points, held against another line"
    more = len(shown) - MOST_CAUSES
    return "; ".join(shown[:MOST_CAUSES]) + (f"; and {more:,} more" if more > 0 else "")


def cause_text(cause: Cause) -> str:
    """`home-market +5 → +10`."""
    if cause.what == "gate":
        return f"{cause.name} {'now stands in the way' if cause.after else 'no longer stands in the way'}"
    if cause.what == "category":
        sides = ("none" if points is None else str(plain(points)) for points in (cause.before, cause.after))
    else:
        sides = ("none" if points is None else _points(points) for points in (cause.before, cause.after))
    return f"{cause.name} {f' {ARROW} '.join(sides)}"


def _points(points: float) -> str:
    return f"{plain(points):+}" if points else "0"


def _percent(count: int, of: int) -> str:
    return f"{100 * count / of:.1f}%"
