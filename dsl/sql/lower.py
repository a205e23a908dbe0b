"""From a checked model to one query: leads and events read, counted, scored, and a row of results for each lead."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen
from sqlglot import exp

from scorelang import model as m
from scorelang.diagnostics import ScorelangError
from scorelang.model import FieldDefinition
from scorelang.sql import spell as s
from scorelang.sql.cells import Reading, read_cell, read_identity
from scorelang.sql.dialect import Dialect, dialect_of
from scorelang.sql.events import EVENT, MOVED, Events, OverEvents, Pass, calculates, of_the_lead
from scorelang.sql.expressions import CannotLower, Expressions
from scorelang.sql.happened import happened
from scorelang.sql.layers import Layers
from scorelang.sql.outcomes import Outcome, outcome
from scorelang.sql.points import Points
from scorelang.sql.sources import OWN_EVENTS, Table, columns_of, folded_identity, renamed
from scorelang.sql.spell import Sql
from scorelang.values import Type


@frozen
class Plan:
    """A lowered model.

    `query` has a row for each lead with the columns `row`, `id`, `refer` (true: the reference has to score or refuse
    this lead) and those of `outcome`.
    """

    model: m.CheckedModel
    as_of: int
    parts: tuple[tuple[str, exp.Select], ...]
    outcome: Outcome
    identity: Sql
    refer: Sql
    top: str
    width: int
    # Which column of the last part has which column of the leads, as it was read.
    raws: dict[str, str]
    dialect: Dialect

    def query(self, columns: list[Sql]) -> exp.Select:
        """The whole query, with these columns of its last part."""
        query = s.select(columns, s.table(self.top))
        ctes = [exp.CTE(this=part, alias=exp.TableAlias(this=s.name(name))) for name, part in self.parts]
        if self.dialect.materialized:
            for cte in ctes:
                cte.set("materialized", True)
        query.set("with_", exp.With(expressions=ctes))
        return query


class NotLowered(ScorelangError):  # noqa: N818
    """A model some of whose rules have no exact SQL: each with its place and the reason."""

    def __init__(self, found: list[CannotLower]) -> None:
        super().__init__(found)
        self.found = tuple(found)

    def __str__(self) -> str:
        lines = [f"{one.place.source.name}:{one.place.line}: {one.why}: {one.place.text}" for one in self.found]
        return "\n".join(lines)


def lower(
    model: m.CheckedModel,
    as_of: int,
    leads: Table,
    events: Table | None,
    dialect: Dialect | None = None,
    *,
    moments: str | None = None,
) -> Plan:
    """The plan of a model at an `as_of` (microseconds). `leads` has a column `row`, a number that no other row has.

    The plan is in DuckDB's words, but for what another dialect says in another way altogether. With `moments` each lead
    is scored at a moment of its own: this table has for each `row`, and for the `key` of each lead that may have
    events, by how many microseconds all its instants are `moved` for that moment to be `as_of`. Raises `NotLowered`
    when a rule cannot be said in SQL exactly.
    """
    [plan] = _Lowering(model, as_of, leads, events, dialect or dialect_of("duckdb"), moments).plans([model])
    return plan


def lower_together(versions: Sequence[m.CheckedModel], as_of: int, leads: Table, events: Table | None) -> list[Plan]:
    """Plans of versions of a model that share one query: what is the same in several is worked out once.

    They have to read the same of leads and events: key, time zone, kinds, what they start over after, and the
    definitions of the fields that two of them have. Parts that are the same object count as the same.
    """
    fields = {field.name: field for version in versions for field in version.fields}
    reader = evolve(versions[0], fields=tuple(fields.values()))
    return _Lowering(reader, as_of, leads, events, dialect_of("duckdb")).plans(versions)


class _Lowering:
    def __init__(
        self,
        model: m.CheckedModel,
        as_of: int,
        leads: Table,
        events: Table | None,
        dialect: Dialect,
        moments: str | None = None,
    ) -> None:
        self.model = model
        self.dialect = dialect
        self.as_of = as_of
        self.leads = leads
        self.events = events
        self.moments = moments
        self.parts: list[tuple[str, exp.Select]] = []
        self.layers = Layers("leads", "c")
        self.unfit: list[Sql] = []
        self.attributes: dict[tuple[str, str], str] = {}

    def plans(self, versions: Sequence[m.CheckedModel]) -> list[Plan]:
        """A plan for each version."""
        identity, expressions = self._leads()
        by = "key" if self.events is not None else "row"
        own = self._own_events() if self.events is None else None
        table = self.events if self.events is not None else own
        if table is not None:
            read = happened(self.model, self.as_of, table, by, self.moments)
            self.parts += read.parts
            self.attributes.update(read.attributes)
        failed: list[CannotLower] = []
        events = Events(expressions, by, self.attributes if table is not None else None)
        expressions.events = events
        start_over = self._start_over(events) if table is not None else []
        points = Points(expressions, events, self.model.zone)
        found = [outcome(versions[0], points, failed)]
        found += [outcome(version, points.beside(), failed) for version in versions[1:]]
        refer = s.any_of([*self.unfit, events.any_bad(), *events.odd])
        refer = self.layers.bind(refer)
        if failed:
            raise NotLowered(failed)
        self._assemble(events, points, start_over)
        top = self.layers.named(self.layers.top)
        width = len(self.layers.layer_of)
        parts = tuple(self.parts)
        return [
            Plan(version, self.as_of, parts, outcome, identity, refer, top, width, self.names, self.dialect)
            for version, outcome in zip(versions, found, strict=True)
        ]

    # --- leads

    def _leads(self) -> tuple[Sql, Expressions]:
        model, layers = self.model, self.layers
        raws = {definition.name: self.leads.look_up(definition) for definition in model.fields}
        key = next((known for known in model.fields if known.name == model.key), FieldDefinition(model.key, Type.TEXT))
        raw_key = self.leads.look_up(key)
        raw_events = self.leads.look_up(OWN_EVENTS) if self.events is None else None
        names = {column: f"r{at}" for at, column in enumerate(columns_of([*raws.values(), raw_key, raw_events]))}
        base = s.select(
            [s.col("row"), *(s.aliased(s.col(column), alias) for column, alias in names.items())],
            s.table(self.leads.named),
        )
        self.parts.append(("leads", base))
        layers.start("row", *names.values())
        if self.moments is not None:
            layers.bring(self.moments, s.col("row"), "row", MOVED[1])
        reading = Reading(model.zone, layers.bind, None if self.moments is None else s.col(MOVED[1]))
        identity_cell = read_identity(renamed(raw_key, names))
        identity = layers.bind(s.cast(identity_cell.value, "VARCHAR"))
        layers.put("key", folded_identity(renamed(raw_key, names), identity))
        self._note_unfit(identity_cell.unfit)
        if not self.dialect.native and raw_key is not None and raw_key.kind == "double":
            # Only what fits into 64 bits is written with all its digits everywhere.
            number = renamed(raw_key, names)
            assert number is not None
            self._note_unfit(s.ge(s.call("ABS", number.sql), s.double(2.0**63)))
        fields = {}
        for definition in model.fields:
            cell = read_cell(definition, renamed(raws[definition.name], names), reading)
            fields[definition.name] = layers.bind(cell.value)
            self._note_unfit(cell.unfit)
        self.names = names
        return identity, Expressions(layers, self.as_of, fields, self.dialect, reading.moved)

    def _note_unfit(self, unfit: Sql | None) -> None:
        if unfit is not None:
            self.unfit.append(s.is_true(unfit))

    # --- events

    def _own_events(self) -> Table | None:
        """The leads' own events, a row for each."""
        raw = renamed(self.leads.look_up(OWN_EVENTS), self.names)
        if raw is None:
            return None
        if raw.kind != "json":
            self.unfit.append(s.known(raw.sql))
            return None
        kind = s.call("JSON_TYPE", raw.sql)
        self.unfit.append(s.is_true(s.negated(s.among(kind, [s.text("ARRAY"), s.text("NULL")]))))
        items = s.cast(s.case([(s.eq(kind, s.text("ARRAY")), raw.sql)]), "JSON[]")
        columns = [s.aliased(s.col("row"), "lead"), s.aliased(s.call("UNNEST", items), "event")]
        self.parts.append(("own_events", s.select(columns, s.table("leads"))))
        return Table("own_events", objects="event")

    def _start_over(self, events: Events) -> list[tuple[str, exp.Select]]:
        """The part `events`: those that count, later than what the model starts over after."""
        query = self.model.start_over
        star: list[Sql] = [exp.Column(this=exp.Star(), table=s.name("happened"))]
        if query is None:
            return [("events", s.select(star, s.table("happened")))]
        asks = query.where is not None and any(True for _ in of_the_lead(query.where))
        if query.where is not None and (asks or (self.dialect.stops and calculates(query.where))):
            # Which events that means is told by the lead: the reference scores those that have any of the kind. So it
            # does where arithmetic could stop the query.
            events.odd.append(events.any_of_kind(query.kind))
            return [("events", s.select(star, s.table("happened")))]
        layers = Layers("happened", "h")
        layers.start(*EVENT, *self.attributes.values(), "row")
        over = OverEvents(events, Pass("resets", layers, 0))
        latest = s.filtered(s.call("MAX", s.col("at")), over.meant(query))
        parts = [(over.layers.named(above), over.layers.select(above)) for above in range(1, over.layers.top + 1)]
        reset = s.select(
            [s.aliased(s.col("lead"), "of"), s.aliased(latest, "reset")],
            s.table(over.layers.named(over.layers.top)),
            group=s.grouped([s.col("lead")]),
        )
        on = s.eq(s.col("lead", "happened"), s.col("of", "resets"))
        later = s.any_of([s.missing(s.col("reset")), s.gt(s.col("at", "happened"), s.col("reset")), s.col("bad")])
        joined = s.select(star, s.table("happened"), later, joins=[s.join(s.table("resets"), on, left=True)])
        return [*parts, ("resets", reset), ("events", joined)]

    # --- all of it

    def _assemble(self, events: Events, points: Points, start_over: list[tuple[str, exp.Select]]) -> None:
        """Put the parts over the events between the layers of the leads that they need and those that need them."""
        self.parts += start_over
        pending: dict[int, list[tuple[str, exp.Select]]] = {}
        for name, part, layer in [*events.build(), *points.build_ranked()]:
            pending.setdefault(layer, []).append((name, part))
        self.parts += pending.get(0, [])
        for layer in range(1, self.layers.top + 1):
            self.parts.append((self.layers.named(layer), self.layers.select(layer)))
            self.parts += pending.get(layer, [])
