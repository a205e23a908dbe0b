"""What `scorelang drift` does: leads held against those of a reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from attrs import evolve, frozen

from scorelang.api import Model
from scorelang.cli.console import Ticker, note, plural, printable, show
from scorelang.cli.errors import FINDINGS, FINE, CommandError
from scorelang.cli.leads import BadRow, Leads, heard_of, read_index, rejects_of
from scorelang.cli.models import STDIN, called, load_model
from scorelang.cli.notes import notes
from scorelang.cli.options import check_inputs, check_overwriting, instant
from scorelang.cli.outcomes.findings import estimate_in_points, numbers, share, titled, width_of, write
from scorelang.cli.outcomes.judging import fields_of
from scorelang.cli.rejects import Rejects
from scorelang.cli.table import Column
from scorelang.data import Reject
from scorelang.diagnostics import LeadError
from scorelang.engines import engine_of
from scorelang.model import CheckedModel
from scorelang.outcomes.drift import Drift, Drifts, Firing, drifts
from scorelang.outcomes.history import History
from scorelang.outcomes.learn import require_libraries
from scorelang.outcomes.table import Table, TableBuilder

# Nothing is asked of what became of these leads.
NO_HISTORY = History(frozenset(), None, {}, None, None)


@frozen
class Order:
    """What the command line asks for, as typed."""

    model: str
    leads: str
    events: Sequence[str]
    as_of: str | None
    reference: str
    reference_events: Sequence[str]
    reference_as_of: str | None
    key: str | None
    rejects: str | None
    output: str | None
    format: str

    def inputs(self) -> list[str]:
        """Every file that is read."""
        return [self.model, self.leads, self.reference, *self.events, *self.reference_events]


def run(order: Order) -> int:
    """Compare the leads; return the exit code, 1 when something drifted or rows were rejected."""
    require_libraries()
    check_inputs(order.model, order.leads, order.events)
    check_inputs(order.model, order.reference, order.reference_events)
    check_overwriting([order.output, order.rejects], order.inputs())
    if order.inputs().count(STDIN) > 1:
        raise click.UsageError("only one file can be `-`: standard input can be read only once")
    model = load_model(order.model)
    checked = model.checked if order.key is None else evolve(model.checked, key=order.key)
    with Rejects(order.rejects, named=order.rejects is not None) as rejects:
        when = order.reference_as_of if order.reference_as_of is not None else order.as_of
        before = _table(model, checked, order.reference, order.reference_events, when, rejects)
        now = _table(model, checked, order.leads, order.events, order.as_of, rejects)
    rejects.say()
    found = drifts(before, now)
    write(order.output, order.format, model, found, _lines(found, width_of(order.output)))
    return FINDINGS if found.found or rejects.count else FINE


def _table(
    model: Model, checked: CheckedModel, path: str, events: Sequence[str], as_of: str | None, rejects: Rejects
) -> Table:
    """All leads of a file that fit, scored. Raises `CommandError` when there are none."""
    when = instant(model, as_of)
    engine, builder = engine_of(checked, "auto"), TableBuilder(checked, fields_of(checked))
    leads = Leads(checked, path, when, read_index(events))
    for bad in leads.events.bad if leads.events else ():
        rejects.add(Reject.of_bad_record(bad))
    with Ticker("scoring", lambda: None, shown=True) as ticker:
        for lead in leads:
            try:
                result = None
                if not isinstance(lead, BadRow) and not lead.lost:
                    result = engine.score(lead.record.values, lead.given, when, True)
            except LeadError:
                result = None
            if result is None or isinstance(lead, BadRow):
                for reject in rejects_of(lead, checked, path):
                    rejects.add(reject)
            else:
                builder.add(result, lead.record.values, NO_HISTORY, when)
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
    yield ""
    yield from _last(found)


def _last(found: Drifts) -> Iterator[str]:
    drifted = [one.name for one in (found.score, found.stage, *found.fields) if one and one.verdict == "drifted"]
    drifted += [one.rule for one in found.rules if one.verdict == "drifted" and not one.silent]
    silent = [one.rule for one in found.rules if one.silent]
    for what, names in (("drifted", drifted), ("silent", silent)):
        if names:
            yield f"{what}: {printable(', '.join(names))}"
    if not found.found:
        yield "nothing drifted"
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
