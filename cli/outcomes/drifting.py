"""What `scorelang drift` does: leads held against those of a reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import click
from attrs import evolve, frozen

from scorelang.api import Model
from scorelang.cli.console import Ticker, note, printable, show
from scorelang.cli.errors import FINDINGS, FINE, CommandError
from scorelang.cli.leads import BadRow, Leads, heard_of, names_of, read_index, rejects_of
from scorelang.cli.models import called, load_model
from scorelang.cli.notes import notes
from scorelang.cli.options import check_inputs, check_overwriting, check_read_once, instant
from scorelang.cli.outcomes.findings import estimate_in_points, numbers, share, titled, width_of, write
from scorelang.cli.outcomes.judging import fields_of
from scorelang.cli.outcomes.scorer import Scorer
from scorelang.cli.rejects import Rejects
from scorelang.cli.table import Column
from scorelang.data import Reject
from scorelang.leads import look_up
from scorelang.model import CheckedModel, FieldDefinition
from scorelang.outcomes.drift import Drift, Drifts, Firing, drifts
from scorelang.outcomes.history import History
from scorelang.outcomes.learn import require_libraries
from scorelang.outcomes.over_time import Course, OverTime, Per, over_time
from scorelang.outcomes.rates import LEAST_LEADS, Rate
from scorelang.outcomes.table import Table, TableBuilder
from scorelang.suggest import plural
from scorelang.values import Type, Unfit, coerce

# Nothing is asked of what became of these leads.
NO_HISTORY = History(frozenset(), None, {}, None, None)
LETTERS = "▁▂▃▄▅▆▇█"
MOST_LETTERS = 26


@frozen
class Options:
    """What the command line asks for, as typed."""

    model: str
    leads: str
    events: Sequence[str]
    as_of: str | None
    reference: str
    reference_events: Sequence[str]
    reference_as_of: str | None
    created: str | None
    per: Per | None
    key: str | None
    rejects: str | None
    output: str | None
    format: str

    def inputs(self) -> list[str]:
        """Every file that is read."""
        return [self.model, self.leads, self.reference, *self.events, *self.reference_events]


def run(options: Options) -> int:
    """Compare the leads; return the exit code, 1 when something drifted or rows were rejected."""
    require_libraries()
    check_inputs(options.model, options.leads, options.events)
    check_inputs(options.model, options.reference, options.reference_events)
    check_overwriting([options.output, options.rejects], options.inputs())
    check_read_once(options.inputs())
    if options.per is not None and options.created is None:
        raise click.UsageError("--per says by what leads are told over time, and `--created FIELD` when they came")
    model = load_model(options.model, options.key)
    with Rejects(options.rejects, named=options.rejects is not None) as rejects:
        now_at = instant(model, options.as_of)
        then_at = before_at(model, options.reference_as_of, now_at)
        before = scored(model, options.reference, options.reference_events, then_at, rejects, options.created)
        now = scored(model, options.leads, options.events, now_at, rejects, options.created)
    rejects.say()
    found = drifts(before, now)
    if options.created is not None:
        found = evolve(found, times=_over_time(before, now, options.created, options.per))
    write(options.output, options.format, model, found, _lines(found, width_of(options.output)))
    return FINDINGS if found.found or rejects.count else FINE


def _over_time(before: Table, now: Table, created: str, per: Per | None) -> OverTime:
    found = over_time([before, now], per)
    if found is None:
        raise CommandError(
            f"--created {created}: it has no dates of two {per or 'week'}s or more",
            "name a field or a column that says when leads came, with dates such as 2026-01-31",
        )
    return found


def before_at(model: Model, reference_as_of: str | None, otherwise: int) -> int:
    """When the leads of a reference are scored, in microseconds. Raises `UsageError` for what is no time."""
    return otherwise if reference_as_of is None else instant(model, reference_as_of, "--reference-as-of")


def scored(
    model: Model, path: str, events: Sequence[str], when: int, rejects: Rejects, created: str | None = None
) -> Table:
    """All leads of a file that fit, scored as of `when`; `created` says when each came.

    Raises `CommandError` for none at all.
    """
    checked = model.checked
    came = None if created is None else _came(checked, created)
    scorer, builder = Scorer.of(checked), TableBuilder(checked, fields_of(checked))
    leads = Leads(checked, path, when, read_index(events))
    for bad in leads.events.bad if leads.events else ():
        rejects.add(Reject.of_bad_record(bad))
    with Ticker("scoring", lambda: None, shown=True) as ticker:
        for lead in leads:
            result = None if isinstance(lead, BadRow) else scorer.result(lead, when)
            if isinstance(lead, BadRow) or result is None:
                for reject in rejects_of(lead, checked, path):
                    rejects.add(reject)
            else:
                history = NO_HISTORY if came is None else evolve(NO_HISTORY, first=came(lead.record.values))
                builder.add(result, lead.record.values, history, when)
            ticker.tick(lead.row)
    # Identities matter only where events are found by them.
    seen = leads.seen if leads.events else evolve(leads.seen, nameless=0, repeated=0)
    for text in notes(checked, path, seen, None if leads.events is None else heard_of(leads.events, leads.seen.ids)):
        note(text)
    counted = f"{builder.count:,} scored + {leads.seen.rows - builder.count:,} rejected"
    show(f"{called(path)}: {plural(leads.seen.rows, 'row')} = {counted}", err=True)
    if not builder.count:
        raise CommandError(f"{called(path)}: no lead can be scored", "is it the right file?")
    return builder.finished()


def _came(model: CheckedModel, name: str) -> Callable[[object], int | None]:
    """What says when a lead came, in microseconds: a field of the model, or else a column of the data."""
    field = next((field for field in model.fields if name in names_of(field)), None)
    definition = field if field is not None and field.type is Type.DATE else FieldDefinition(name, Type.DATE)

    def came(values: object) -> int | None:
        try:
            at = coerce(Type.DATE, look_up(values, definition), model.zone)
        except Unfit:
            return None
        return at if isinstance(at, int) else None

    return came


# --- text -----------------------------------------------------------------------------------------------------------


def _lines(found: Drifts, width: int) -> Iterator[str]:
    yield f"{plural(found.leads, 'lead')} against {found.reference:,} of the reference"
    whole = [found.score, *([found.stage] if found.stage else [])]
    yield from _drifts("Scores", whole, width)
    yield from _drifts("Fields, the one that changed most first", found.fields, width)
    yield from titled(
        "Rules: how often they fire",
        [Column("rule", whole=True), *numbers("reference", "now", "more, in points", "PSI"), Column("")],
        map(_firing, found.rules),
        width,
    )
    rising = [one for one in found.missing if one.rising]
    yield from titled(
        "Fields that are missing more and more",
        [Column("field", whole=True), *numbers("reference", "now", "more, in points")],
        ([one.field, share(one.reference), share(one.now), estimate_in_points(one.more)] for one in rising),
        width,
    )
    if found.times is not None:
        yield from _times(found.times, width)
    yield ""
    yield from _last(found)


def _times(found: OverTime, width: int) -> Iterator[str]:
    undated = f"; {found.undated:,} have no date" if found.undated else ""
    span = f"{found.periods[0]} to {found.periods[-1]}, {plural(sum(found.leads), 'lead')} of both files{undated}"
    for kind, title in (("rule", "How often rules fire"), ("missing", "How often fields are missing")):
        some = [one for one in found.courses if one.kind == kind]
        if not some:
            continue
        # All shares are of the same leads.
        halves = numbers(f"of the earlier {some[0].early.of:,}", f"of the later {some[0].late.of:,}")
        yield from titled(
            f"{title} by {found.per}: {span}",
            [Column(kind.replace("missing", "field"), whole=True), Column("over time"),
             *halves, Column("", whole=True)],
            ([one.name, _line(one.rates), share(one.early), share(one.late), _way(one)] for one in some),
            width,
        )  # fmt: skip


def _way(one: Course) -> str:
    return f"silent since {one.silent}" if one.silent else one.way


def _line(rates: Sequence[Rate]) -> str:
    """A line of letters, as high as the shares; the highest share is the highest letter, no leads are a gap."""
    last = rates[-MOST_LETTERS:]
    most = max((rate.share or 0 for rate in last), default=0) or 1
    return "".join(
        " " if rate.share is None else LETTERS[round(rate.share / most * (len(LETTERS) - 1))] for rate in last
    )


def _last(found: Drifts) -> Iterator[str]:
    drifted = [one.name for one in (found.score, found.stage, *found.fields) if one and one.verdict == "drifted"]
    drifted += [one.rule for one in found.rules if one.verdict == "drifted" and not one.silent]
    silent = [one.rule for one in found.rules if one.silent]
    if found.times is not None:
        silent += [name for name in found.times.silent if name not in silent]
    rising = [] if found.times is None else found.times.missing_more
    for what, names in (("drifted", drifted), ("silent", silent), ("missing more over time", rising)):
        if names:
            yield f"{what}: {printable(', '.join(names))}"
    if not found.found:
        yield "nothing drifted"
    if min(found.leads, found.reference) < LEAST_LEADS:
        yield f"fewer than {LEAST_LEADS} leads on one side: what does not show here may well be"
    yield "PSI: up to 0.1 stable, up to 0.25 moved, then drifted; what chance explains is stable."


def _drifts(title: str, found: Sequence[Drift], width: int) -> Iterator[str]:
    columns = [Column("", whole=True), *numbers("PSI", "by chance"), Column(""), Column("changed most", wrapped=True)]
    columns += numbers("reference", "now")
    yield from titled(title, columns, map(_drift, found), width)


def _drift(one: Drift) -> list[str]:
    most = one.most
    spread = [f"{one.psi:.3f}", f"{one.by_chance:.3f}", one.verdict]
    return [one.name, *spread, most.name, share(most.reference), share(most.now)]


def _firing(one: Firing) -> list[str]:
    verdict = "silent" if one.silent else one.verdict
    return [one.rule, share(one.reference), share(one.now), estimate_in_points(one.more), f"{one.psi:.3f}", verdict]
