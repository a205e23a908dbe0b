"""What is worth saying after a run though it is no error: what the data does not have, and what nobody asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator

from scorelang.cli.attributes import asked_for
from scorelang.cli.console import plural, printable
from scorelang.cli.leads import Leads, key_names, names_of
from scorelang.cli.models import called
from scorelang.data import EventIndex
from scorelang.model import CheckedModel
from scorelang.suggest import closest, listed
from scorelang.values import SPACES, format_instant


def notes(leads: Leads) -> Iterator[str]:
    """One text for everything that a person who reads the results should know; call it when all leads went by."""
    seen, model = leads.seen, leads.model
    where = called(leads.path)
    if seen.rows and seen.absent and len(seen.absent) < len(model.fields):
        yield f"{where} has no column for {listed(map(_named, seen.absent.items()))}: missing for every lead"
    elif seen.rows and seen.absent:
        yield f"{where} has no column for any field of the model: is it the right file?"
    yield from _of_identities(leads, where)
    if leads.events is not None:
        yield from _of_events(leads, leads.events, where)


def _named(field: tuple[str, tuple[str, ...]]) -> str:
    name, (_, *columns) = field
    return f"`{name}`" + "".join(f" (`{column}`)" for column in columns)


def _of_identities(leads: Leads, where: str) -> Iterator[str]:
    seen = leads.seen
    if seen.nameless and leads.events is not None:
        yield f"{plural(seen.nameless, 'lead has', 'leads have')} no `{leads.model.key}`, and so no events"
    elif seen.nameless == seen.rows > 0:
        names = listed((f"`{name}`" for name in key_names(leads.model)), last="or")
        yield f"the leads of {where} have no {names}, so the results are told apart by row; `--id COLUMN` names one"
    elif seen.nameless:
        yield f"{plural(seen.nameless, 'lead has', 'leads have')} no `{leads.model.key}`"
    if seen.repeated:
        yield f"{plural(seen.repeated, 'row has', 'rows have')} the id of an earlier row; each row is scored by itself"


def _of_events(leads: Leads, events: EventIndex, where: str) -> Iterator[str]:
    strangers = events.unclaimed(leads.seen.ids)
    if strangers:
        count = sum(len(events.get(stranger)) for stranger in strangers)
        some = f"{plural(count, 'event is', 'events are')} of {plural(len(strangers), 'lead')}"
        yield printable(f"{some} not in {where}: {listed(strangers, limit=3)}")
    kinds: Counter[str] = Counter()
    for identity in events.identities():
        kinds.update(str(event["type"]).strip(SPACES) for event in events.get(identity) if "type" in event)
    known = leads.model.kinds
    for kind, count in kinds.items():
        near = closest(kind, known) if kind not in known else None
        if near:
            ignored = f"{plural(count, 'event')} ignored"
            yield printable(f"the model names no event `{kind}` ({ignored}): does it mean `{near}`?")
    absent = list(_absent(leads.model, events, kinds))
    if absent:
        yield f"the files of events have no column for {listed(absent)}: missing in all of these events"


def _absent(model: CheckedModel, events: EventIndex, kinds: Container[str]) -> Iterator[str]:
    """The attributes that the model asks for and no file has, of kinds that occur."""
    asked = asked_for(model)
    for kind in model.kinds.values():
        for attribute in kind.attributes:
            names = names_of(attribute)
            if (kind.name, attribute.name) in asked and kind.name in kinds and events.names.isdisjoint(names):
                yield _named((f"{kind.name}.{attribute.name}", names))


def last_word(path: str, scored: int, rejected: int, as_of: int, rejects: str | None) -> str:
    """`leads.csv: 100 rows = 97 scored + 3 rejected, as of …`, and where to read why."""
    where = called(path)
    counted = f"{plural(scored + rejected, 'row')} = {scored:,} scored + {rejected:,} rejected"
    why = f"; {rejects} says why" if rejects else ""
    return f"{where}: {counted}, as of {format_instant(as_of)}{why}"
