"""What `scorelang feedback` does: what sales took, why not the rest, and which line would have stopped those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from scorelang.cli.errors import CommandError
from scorelang.cli.models import called
from scorelang.cli.outcomes.findings import estimate_in_points, numbers, share, titled, width_of, write
from scorelang.cli.outcomes.judging import Asked, columns_by, fields_of, judge
from scorelang.cli.table import Column
from scorelang.model import CheckedModel
from scorelang.outcomes.bands import Band
from scorelang.outcomes.rejections import Feedback, Mark, feedback
from scorelang.suggest import plural


def run(asked: Asked, by: Sequence[str], format_: str) -> int:
    """Tell what sales said of the leads; return the exit code. Raises what `exit_code` has words for."""

    def names(model: CheckedModel) -> Mapping[str, Sequence[str]]:
        return {**fields_of(model), **columns_by(by)(model)}

    judged = judge(evolve(asked, goal="accepted"), names)
    if not judged.table.said & {"accepted", "rejected"}:
        raise CommandError(
            f"{called(asked.outcomes or asked.leads)}: no lead was accepted or rejected",
            "`--accepted WORD,…` and `--rejected WORD,…` say which words mean that",
        )
    found = feedback(judged.table, by)
    write(asked.output, format_, judged.model, found, _lines(found, width_of(asked.output)))
    return judged.code


def _lines(found: Feedback, width: int) -> Iterator[str]:
    yield f"accepted: {found.acceptance.count:,} of {plural(found.acceptance.of, 'lead')}, {share(found.acceptance)}"
    yield from _bands("By score", found.bands, width)
    yield from _bands("By stage", found.stages, width)
    columns = [Column("", whole=True), *numbers("leads", "accepted", "rate"), Column("")]
    for name, groups in found.by.items():
        rows = (
            [
                one.name,
                f"{one.acceptance.of:,}",
                f"{one.acceptance.count:,}",
                share(one.acceptance),
                "small" * one.small,
            ]
            for one in groups
        )
        yield from titled(f"By {name}, the largest groups first", columns, rows, width)
    yield from titled(
        "Why leads were rejected, the most frequent reason first",
        [Column("reason", whole=True), *numbers("leads", f"of all {_rejected(found):,} rejected"), Column("")],
        (
            [one.reason, f"{one.rejected.count:,}", share(one.rejected), "too few to say what they share" * one.small]
            for one in found.reasons
        ),
        width,
    )
    for one in found.reasons:
        yield from _marks(one.reason, one.rejected.count, one.marks, width)


def _rejected(found: Feedback) -> int:
    return found.reasons[0].rejected.of if found.reasons else 0


def _bands(title: str, bands: Sequence[Band], width: int) -> Iterator[str]:
    rows = ([band.name, f"{band.leads:,}", f"{band.goal.count:,}", share(band.goal)] for band in bands)
    yield from titled(title, [Column("", whole=True), *numbers("leads", "accepted", "rate")], rows, width)


def _marks(reason: str, leads: int, marks: Sequence[Mark], width: int) -> Iterator[str]:
    """What leads of a reason share, and the first line that would have stopped them."""
    title = f"{reason} ({leads:,}): what these leads have more often than those accepted"
    accepted = marks[0].accepted.of if marks else 0
    columns = [
        Column("", wrapped=True),
        *numbers(f"of these {leads:,}", f"of the {accepted:,} accepted", "more, in points"),
    ]
    yield from titled(title, columns, map(_mark, marks), width)
    best = next((mark for mark in marks if mark.line is not None), None)
    if best is not None:
        yield f"this would have stopped {best.here.count:,} of {best.here.of:,}, and {best.accepted.count:,} of " + (
            f"{best.accepted.of:,} accepted:"
        )
        yield from (f"    {line}" for line in (best.line or "").splitlines())


def _mark(mark: Mark) -> list[str]:
    what = f"{mark.what} fired" if mark.kind == "rule" else mark.what
    return [what, share(mark.here), share(mark.accepted), estimate_in_points(mark.more)]
