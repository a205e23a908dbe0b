"""Events as their table has them, read into the part `happened`: those that count, and those that are no events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import Factory, define, evolve, frozen
from sqlglot import exp

from scorelang import model as m
from scorelang.sql import spell as s
from scorelang.sql import texts
from scorelang.sql.cells import Raw, Reading, read_cell, read_identity
from scorelang.sql.events import EVENT, MOVED
from scorelang.sql.layers import Layers
from scorelang.sql.sources import AT, LEAD, TYPE, Table, columns_of, folded_identity, renamed
from scorelang.sql.spell import Sql

# An attribute by its kind of event and its name.
Key = tuple[str, str]


@frozen
class Happened:
    """The parts of the query that read the events, the last called `happened`, and its columns of the attributes."""

    parts: tuple[tuple[str, exp.Select], ...]
    attributes: Mapping[Key, str]


def happened(model: m.CheckedModel, as_of: int, table: Table, by: str, moments: str | None = None) -> Happened:
    """The events of a table that are not later than `as_of` (microseconds), and what is none, marked `bad`.

    `by` is `key` where events name their lead by its identity, and `row` where they are the leads' own. `moments` is
    the table that says by how much the instants of each lead are moved, as `lower` has it.
    """
    return _Reader(model, as_of, table, by, moments).read()


@define(eq=False)
class _Reader:
    model: m.CheckedModel
    as_of: int
    table: Table
    by: str
    moments: str | None
    layers: Layers = Factory(lambda: Layers("events_read", "x"))
    names: dict[str, str] = Factory(dict)
    """What the columns of the table are called in the part that reads them."""
    attributes: dict[Key, str] = Factory(dict)

    def read(self) -> Happened:
        """All of it."""
        layers = self.layers
        definitions = {(kind.name, each.name): each for kind in self.model.kinds.values() for each in kind.attributes}
        raws = {key: self.table.look_up(definition) for key, definition in definitions.items()}
        raw_lead = self.table.look_up(LEAD) if self.by == "key" else Raw(s.col("lead"), "whole")
        raw_type, raw_at = self.table.look_up(TYPE), self.table.look_up(AT)
        first = self._first([raw_lead, raw_type, raw_at, *raws.values()])
        kind, said = self._kind(self._renamed(raw_type))
        lead = self._lead(raw_lead)
        reading = Reading(self.model.zone, layers.bind)
        if self.moments is not None:
            layers.bring(self.moments, lead, self.by, MOVED[1])
            self.attributes[MOVED] = MOVED[1]
            reading = evolve(reading, moved=s.col(MOVED[1]))
        instant = layers.bind(read_cell(AT, self._renamed(raw_at), reading).value)
        is_named = s.is_true(s.among(kind, self._kinds()))
        wrong = [s.missing(kind), s.both(is_named, s.missing(instant))]
        for kinds, unfit in self._unfit_attributes(definitions, raws, reading):
            of_kind = s.among(kind, [s.text(known) for known in kinds])
            wrong.append(s.all_of([of_kind, s.le(instant, s.long(self.as_of)), unfit]))
        bad = layers.bind(s.is_true(s.any_of(wrong)))
        counts = self._counts(said, is_named, instant, bad)
        columns = (lead, kind, instant, bad)
        read = [(layers.named(above), layers.select(above)) for above in range(1, layers.top + 1)]
        selected = [s.aliased(node, name) for node, name in zip(columns, EVENT, strict=True)]
        selected += [s.col(column) for column in dict.fromkeys(self.attributes.values())]
        selected += [s.aliased(columns[0], "row")] if self.by == "row" else []
        last = s.select(selected, s.table(layers.named(layers.top)), counts)
        return Happened((first, *read, ("happened", last)), self.attributes)

    def _first(self, raws: list[Raw | None]) -> tuple[str, exp.Select]:
        """The part that takes the columns out of the table, each under a short name of its own."""
        self.names.update((column, f"r{at}") for at, column in enumerate(columns_of(raws)))
        self.layers.start(*self.names.values())
        columns = [s.aliased(s.col(column), alias) for column, alias in self.names.items()]
        return "events_read", s.select(columns, s.table(self.table.named))

    def _renamed(self, raw: Raw | None) -> Raw | None:
        return renamed(raw, self.names)

    def _kind(self, raw: Raw | None) -> tuple[Sql, Sql]:
        """The kind of an event, and the text that says it as data has it; NULL for what is none."""
        layers = self.layers
        if raw is not None and raw.kind == "json":
            string = s.call("JSON_EXTRACT_STRING", raw.sql, s.text("$"))
            said = layers.bind(s.case([(s.eq(s.call("JSON_TYPE", raw.sql), s.text("VARCHAR")), string)]))
        elif raw is not None and raw.kind == "text":
            said = s.cast(raw.sql, "VARCHAR")
        else:
            return s.null("VARCHAR"), s.null("VARCHAR")
        # Most say a kind as the model does, and then nothing has to be trimmed.
        trimmed = texts.or_missing(texts.trimmed(said))
        return layers.bind(s.case([(s.among(said, self._kinds()), said)], trimmed)), said

    def _kinds(self) -> list[Sql]:
        return [s.text(name) for name in self.model.kinds]

    def _unfit_attributes(
        self, definitions: Mapping[Key, m.FieldDefinition], raws: Mapping[Key, Raw | None], reading: Reading
    ) -> Iterator[tuple[list[str], Sql]]:
        """Read every attribute, those that several kinds have once; gives when one does not fit, and of which kinds."""
        cells: dict[tuple[object, ...], str] = {}
        for key, definition in definitions.items():
            same = (definition.name, definition.type, definition.column, definition.missing)
            if same in cells:
                self.attributes[key] = cells[same]
                continue
            cell = read_cell(definition, self._renamed(raws[key]), reading)
            self.attributes[key] = cells[same] = self._column(cell.value)
            if cell.unfit is not None:
                kinds = [kind for (kind, name), other in definitions.items() if (name, other) == (key[1], definition)]
                yield kinds, cell.unfit

    def _column(self, node: Sql) -> str:
        """The column of an attribute: never one of those that the table has, which layers may not all pass on."""
        bound = self.layers.bind(node)
        if isinstance(bound, exp.Column) and not bound.name.startswith("r"):
            return bound.name
        return self.layers.put(self.layers.fresh(), node)

    def _counts(self, said: Sql, is_named: Sql, instant: Sql, bad: Sql) -> Sql:
        """Whether an event counts, or is one that has to be looked at."""
        past = s.le(instant, s.long(self.as_of))
        # Most events are told to count or not by what their kind is without trimming it.
        return s.case(
            [(s.among(said, self._kinds()), s.coalesce(past, s.flag(True))), (texts.tidy(said), s.flag(False))],
            s.either(s.both(is_named, past), bad),
        )

    def _lead(self, raw: Raw | None) -> Sql:
        """Whose event it is: the folded identity of its lead, or the lead's row."""
        if self.by == "row":
            return s.col(self.names["lead"])
        raw = self._renamed(raw)
        bind = self.layers.bind
        return bind(folded_identity(raw, bind(s.cast(read_identity(raw).value, "VARCHAR"))))
