"""What is worth saying after a run though it is no error: what the data does not have, and what nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from scorelang.cli.attributes import asked_for
from scorelang.cli.console import printable
from scorelang.cli.leads import Heard, Seen, key_names, names_of
from scorelang.cli.models import called
from scorelang.model import CheckedModel
from scorelang.suggest import closest, listed, plural
from scorelang.values import format_instant


def notes(model: CheckedModel, path: str, seen: Seen, heard: Heard | None) -> Iterator[str]:
    """One text for everything that a person who reads the results should know.

    `path` is that of the leads, `seen` what went by of them, `heard` what there is of events in other files.
    """
    where = called(path)
    if seen.rows and seen.absent and len(seen.absent) < len(model.fields):
        yield f"{where} has no column for {listed(map(_named, seen.absent.items()))}: missing for every lead"
    elif seen.rows and seen.absent:
        yield f"{where} has no column for any field of the model: is it the right file?"
    yield from _of_identities(model, seen, where, heard is not None)
    if heard is not None:
        yield from _of_events(model, heard, where)


def _named(field: tuple[str, tuple[str, ...]]) -> str:
    name, (_, *columns) = field
    return f"`{name}`" + "".join(f" (`{column}`)" for column in columns)


def _of_identities(model: CheckedModel, seen: Seen, where: str, with_events: bool) -> Iterator[str]:
    if seen.nameless and with_events:
        yield f"{plural(seen.nameless, 'lead has', 'leads have')} no `{model.key}`, and so no events"
    elif seen.nameless == seen.rows > 0:
        names = listed((f"`{name}`" for name in key_names(model)), last="or")
        yield f"the leads of {where} have no {names}, so the results are told apart by row; `--id COLUMN` names one"
    elif seen.nameless:
        yield f"{plural(seen.nameless, 'lead has', 'leads have')} no `{model.key}`"
    if seen.repeated:
        yield f"{plural(seen.repeated, 'row has', 'rows have')} the id of an earlier row; each row is scored by itself"


def _of_events(model: CheckedModel, heard: Heard, where: str) -> Iterator[str]:
    if heard.strangers:
        some = f"{plural(heard.of_strangers, 'event is', 'events are')} of {plural(heard.strangers, 'lead')}"
        names = listed(chain(heard.first, repeat("", heard.strangers - len(heard.first))), limit=len(heard.first))
        yield printable(f"{some} not in {where}: {names}")
    known, kinds = model.kinds, heard.kinds
    for kind, count in kinds.items():
        near = closest(kind, known) if kind not in known else None
        if near:
            ignored = f"{plural(count, 'event')} ignored"
            yield printable(f"the model names no event `{kind}` ({ignored}): does it mean `{near}`?")
    absent = list(_absent(model, heard))
    if absent:
        yield f"the files of events have no column for {listed(absent)}: missing in all of these events"


def _absent(model: CheckedModel, heard: Heard) -> Iterator[str]:
    """The attributes that the model asks for and no file has, of kinds that occur."""
    asked = asked_for(model)
    for kind in model.kinds.values():
        for attribute in kind.attributes:
            names = names_of(attribute)
            if (
                (kind.name, attribute.name) in asked
                and kind.name in heard.kinds
                and not any(name in heard.names for name in names)
            ):
                yield _named((f"{kind.name}.{attribute.name}", names))


def last_word(path: str, scored: int, rejected: int, instants: Sequence[int], rejects: str | None) -> str:
    """`leads.csv: 100 rows = 97 scored + 3 rejected, as of …`, and where to read why."""
    counted = f"{plural(scored + rejected, 'row')} = {scored:,} scored + {rejected:,} rejected"
    why = f"; {rejects} says why" if rejects else ""
    times = format_instant(instants[0])
    if len(instants) > 1:
        times += f" to {format_instant(instants[-1])}, {len(instants)} times"
    return f"{called(path)}: {counted}, as of {times}{why}"
