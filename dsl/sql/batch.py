"""One run over many leads at one or several times: the query's results in a table, and the rows that it leaves over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from attrs import Factory, define, evolve, frozen

from scorelang import model as m
from scorelang.data.results import Columns, types_of
from scorelang.result import Result
from scorelang.sql import spell as s
from scorelang.sql.cells import Raw, read_identity
from scorelang.sql.feeds import Feed, load
from scorelang.sql.fired import Packing
from scorelang.sql.flat import flat, flat_values, result_of_row
from scorelang.sql.lower import Plan, lower
from scorelang.sql.sources import LEAD, OWN_EVENTS, TYPE, Table
from scorelang.sql.spell import Sql
from scorelang.sql.texts import folded, trimmed
from scorelang.suggest import closest

if TYPE_CHECKING:
    import duckdb

# The table of results has the columns row, date (which of the times), refer, and v0, v1 … for the columns of a result;
# a list of the rules that fired is packed.
SCORES = "scores"
NOBODY = Table("no_events", {"lead": "text", "type": "text", "at": "text"})


@frozen
class Strangers:
    """The leads that have events and are not among the leads: how many, the first few, and how many events."""

    leads: int
    first: tuple[str, ...]
    events: int


@define
class Batch:
    """A model over leads and events of a connection, at times in microseconds.

    With `nested`, leads bring events of their own in `events`; without `events` those are all there are.
    """

    connection: duckdb.DuckDBPyConnection
    model: m.CheckedModel
    instants: Sequence[int]
    leads: Feed
    events: Feed | None
    nested: bool
    folder: Path
    columns: Columns
    _plans: list[Plan] = Factory(list)
    _packing: Packing | None = None
    _odd_known: bool = False

    def lower(self) -> None:
        """Lower the model for every time. Raises `NotLowered` before the leads have been scored."""
        given = None if self.nested else NOBODY
        if self.events is not None:
            given = self.events.table
        elif given is not None:
            self._run('CREATE OR REPLACE TEMP TABLE "no_events"("lead" VARCHAR, "type" VARCHAR, "at" VARCHAR)')
        if len(self.instants) > 1:
            self.leads.table = self._kept(self.leads.table, self._names(self.model.fields, self.model.key, "events"))
            if self.events is not None:
                attributes = [attribute for kind in self.model.kinds.values() for attribute in kind.attributes]
                given = self.events.table = self._kept(given or NOBODY, self._names(attributes, "lead", "type", "at"))
        self._plans = [self._plan(instant, given) for instant in self.instants]
        if self.columns.fired == "list":
            self._packing = Packing.of(self.model, self._plans)
            self._run(self._packing.declared())

    def _plan(self, instant: int, events: Table | None) -> Plan:
        """The query for a time."""
        return lower(self.model, instant, self.leads.table, events)

    def _values(self, plan: Plan) -> list[Sql]:
        """The columns v0, v1 … of the table of results."""
        if self._packing is None:
            found = [column.this for column in flat(plan, self.columns.fired)]
        else:
            found = [column.this for column in flat(plan, "none")]
            found.insert(self._at_fired, self._packing.packed(plan))
        return [s.aliased(value, f"v{at}") for at, value in enumerate(found)]

    @property
    def _at_fired(self) -> int:
        return self.columns.names.index("fired")

    @staticmethod
    def _names(definitions: Sequence[m.FieldDefinition], *more: str) -> set[str]:
        columns = {one.column for one in definitions if one.column is not None}
        return {*more, *(one.name for one in definitions), *columns}

    def _kept(self, table: Table, names: set[str]) -> Table:
        """A view with these of its columns as a table of the database: its files are read once, not once a time."""
        if not table.named.startswith("view_"):
            return table  # it is one already
        columns = {name: kind for name, kind in table.columns.items() if name in names}
        listed = ", ".join(['"row"', *(s.name(table.spelled[name]).sql("duckdb") for name in columns)])
        self._run(f'CREATE TEMP TABLE "kept {table.named}" AS SELECT {listed} FROM "{table.named}"')
        return evolve(table, named=f"kept {table.named}", columns=columns)

    def fill(self, lost: Collection[str]) -> None:
        """Score all leads; those whose folded identity is among `lost` are left over, whatever the query says."""
        for date, plan in enumerate(self._plans):
            columns = [
                s.aliased(s.col("row"), "row"),
                s.aliased(s.whole(date), "date"),
                s.aliased(plan.refer, "refer"),
                *self._values(plan),
            ]
            query = plan.query(columns).sql("duckdb", copy=False)
            self._run(
                f'INSERT INTO "{SCORES}" {query}' if date else f'CREATE OR REPLACE TEMP TABLE "{SCORES}" AS {query}'
            )
        key = folded(s.col("v0")).sql("duckdb")
        self._run(
            f'CREATE OR REPLACE TEMP TABLE "keys" AS SELECT "row", {key} AS "key" FROM "{SCORES}" WHERE "date" = 0'
        )
        odd = self._own_events()
        if odd is not None:
            self._run(f'UPDATE "{SCORES}" SET "refer" = true WHERE "row" IN ({odd})')
        if lost:
            named = 'SELECT "row" FROM "keys" WHERE "key" IN (SELECT UNNEST(?::VARCHAR[]))'
            self._run(f'UPDATE "{SCORES}" SET "refer" = true WHERE "row" IN ({named})', [list(lost)])

    def _own_events(self) -> str | None:
        """A query for the leads that have events of their own, where the query only looks at others'."""
        raw = self.leads.table.look_up(OWN_EVENTS) if self.nested and self.events is not None else None
        if raw is None:
            return None
        there = s.known(raw.sql)
        if raw.kind == "json":
            there = s.both(there, s.negated(s.eq(s.call("JSON_TYPE", raw.sql), s.text("NULL"))))
        return s.select([s.col("row")], s.table(self.leads.table.named), there).sql("duckdb")

    # --- what is left over

    def left_over(self) -> list[int]:
        """The rows that the query does not settle, in order."""
        found = self._all(f'SELECT DISTINCT "row" FROM "{SCORES}" WHERE "refer" ORDER BY "row"')
        return [row for (row,) in found]

    def event_rows(self, keys: Collection[str]) -> list[int]:
        """The rows of the events of leads with these folded identities."""
        if self.events is None or not keys:
            return []
        query = f'SELECT "row" FROM ({self._keyed()}) WHERE "key" IN (SELECT UNNEST(?::VARCHAR[])) ORDER BY "row"'
        return [row for (row,) in self._all(query, [list(keys)])]

    def nameless_events(self) -> list[int]:
        """The rows of the events that name no lead. Ask after `fill`, as all that is asked of events."""
        if not self._nameless():
            return []
        return [row for (row,) in self._all(f'SELECT "row" FROM ({self._keyed()}) WHERE "key" IS NULL ORDER BY "row"')]

    def settle(self, rows: Sequence[int], answers: Iterable[tuple[int, Sequence[Result]]]) -> None:
        """Put into the table what was found for rows that were left over: a result for each time, or nothing."""
        spool, encode, types = self.folder / "settled.ndjson", msgspec.json.Encoder().encode, self._types()
        with open(spool, "wb") as out:
            for row, results in answers:
                for date, result in enumerate(results):
                    values = [row, date, False, *self._flat_values(result)]
                    out.write(encode(dict(zip(types, values, strict=True))) + b"\n")
        load(self.connection, "settled", spool, types)
        self._run(f'DELETE FROM "{SCORES}" WHERE "row" IN (SELECT UNNEST(?::BIGINT[]))', [list(rows)])
        self._run(f'INSERT INTO "{SCORES}" SELECT * FROM "settled"')

    def _flat_values(self, result: Result) -> list[Any]:
        values = flat_values(result, self.columns)
        if self._packing is not None:
            values[self._at_fired] = self._packing.packed_value(result)
        return values

    def _types(self) -> dict[str, str]:
        results = {f"v{at}": type_ for at, type_ in enumerate(types_of(self.columns))}
        if self._packing is not None:
            results[f"v{self._at_fired}"] = self._packing.type
        return {"row": "BIGINT", "date": "INTEGER", "refer": "BOOLEAN"} | results

    # --- what is worth knowing

    def identities(self) -> tuple[int, int]:
        """How many leads have no identity, and how many have that of an earlier row. Ask before `settle`."""
        counted = 'COUNT(*) FILTER ("key" IS NULL), COUNT("key") - COUNT(DISTINCT "key")'
        [(nameless, repeated)] = self._all(f'SELECT {counted} FROM "keys"')
        return nameless, repeated

    def strangers(self, first: int) -> Strangers:
        """Whose events are of none of the leads: how many, and the identities of the first few."""
        known = 'SELECT "key" FROM "keys" WHERE "key" IS NOT NULL'
        found = f'"key", SUM("n") AS "n", MIN("first") AS "first" FROM ({self._odd()}) WHERE "key" IS NOT NULL'
        query = f'SELECT * FROM (SELECT {found} GROUP BY "key") WHERE "key" NOT IN ({known})'
        [(leads, events)] = self._all(f'SELECT COUNT(*), COALESCE(SUM("n"), 0)::BIGINT FROM ({query})')
        if not leads:
            return Strangers(0, (), 0)
        some = self._all(f'SELECT "key" FROM ({query}) ORDER BY "first" LIMIT {first}')
        return Strangers(leads, tuple(key for (key,) in some), events)

    def _odd(self) -> str:
        """A query for the key, the number and the first row of events that name no lead as it is written among leads.

        Most events name one so: only of the others it has to be worked out which lead they mean.
        """
        assert self.events is not None
        if not self._odd_known:
            raw = self.events.table.look_up(LEAD)
            as_said = raw.sql if raw is not None and raw.kind == "text" else read_identity(raw).value
            columns = [s.aliased(s.col("row"), "row"), s.aliased(s.cast(as_said, "VARCHAR"), "said")]
            said = s.select(columns, s.table(self.events.table.named)).sql("duckdb")
            self._run(f"""CREATE OR REPLACE TEMP TABLE "odd" AS
                SELECT e."said", COUNT(*) AS "n", MIN(e."row") AS "first" FROM ({said}) e
                ANTI JOIN (SELECT "v0" FROM "{SCORES}" WHERE "date" = 0) s ON e."said" = s."v0" GROUP BY e."said"
            """)
            self._odd_known = True
        key = folded(read_identity(Raw(s.col("said"), "text")).value).sql("duckdb")
        return f'SELECT {key} AS "key", "n", "first" FROM "odd"'

    def _nameless(self) -> bool:
        """Whether an event names no lead."""
        [(found,)] = self._all(f'SELECT COUNT(*) > 0 FROM ({self._odd()}) WHERE "key" IS NULL')
        return bool(found)

    def kinds(self) -> dict[str, int]:
        """How many events of each kind there are.

        Where several may be misspelt, and so are told, in the order in which their leads, and then they, were read.
        """
        counts = dict(self._all(f'SELECT "kind", SUM("n")::BIGINT FROM ({self._said_kinds()}) GROUP BY "kind"'))
        counts.pop(None, None)
        known = self.model.kinds.keys()
        if sum(closest(kind, known) is not None for kind in counts.keys() - known) > 1:
            query = f"""SELECT "kind" FROM (SELECT "kind", "row", MIN("row") OVER (PARTITION BY "key") AS "first"
                FROM ({self._keyed()}) WHERE "key" IS NOT NULL) WHERE "kind" IS NOT NULL
                GROUP BY "kind" ORDER BY MIN(("first", "row"))"""
            return {kind: counts[kind] for (kind,) in self._all(query)}
        return counts

    def _said_kinds(self) -> str:
        """A query for the kinds of the events that name a lead, and how many are said to be so."""
        if self._nameless():
            return f'SELECT "kind", 1 AS "n" FROM ({self._keyed()}) WHERE "key" IS NOT NULL'
        assert self.events is not None
        table = self.events.table
        # There are few ways to write a kind, and each is read once.
        said = s.select([s.aliased(self._said_kind(table), "said")], s.table(table.named)).sql("duckdb")
        kind = self._kind_of(s.col("said")).sql("duckdb")
        return f'SELECT {kind} AS "kind", "n" FROM (SELECT "said", COUNT(*) AS "n" FROM ({said}) GROUP BY "said")'

    def _keyed(self) -> str:
        """A query for the row, the key and the kind of every event."""
        assert self.events is not None
        table = self.events.table
        key = folded(s.cast(read_identity(table.look_up(LEAD)).value, "VARCHAR"))
        columns = [
            s.aliased(s.col("row"), "row"),
            s.aliased(key, "key"),
            s.aliased(self._kind_of(self._said_kind(table)), "kind"),
        ]
        return s.select(columns, s.table(table.named)).sql("duckdb")

    @staticmethod
    def _said_kind(table: Table) -> Sql:
        """The kind of an event as data has it, which may not be trimmed."""
        raw = table.look_up(TYPE)
        if raw is None:
            return s.null("VARCHAR")
        return s.cast(raw.sql, "VARCHAR") if raw.kind == "text" else s.call("JSON_EXTRACT_STRING", raw.sql, s.text("$"))

    @staticmethod
    def _kind_of(said: Sql) -> Sql:
        return s.case([(s.negated(s.eq(said, s.text(""))), trimmed(said))])

    # --- results

    def results(self, top: int | None = None) -> Iterator[tuple[int, Result]]:
        """The results in order, each with its row from 1; with `top` only so many of the highest, the highest first.

        Ask only where `columns.fired` is a list, which results are made of.
        """
        by = '"row", "date"' if top is None else f'"v1" DESC, "row", "date" LIMIT {top}'
        values = ", ".join(
            f'"v{at}"' if kind != "TIMESTAMPTZ" else "NULL" for at, kind in enumerate(types_of(self.columns))
        )
        self._run(f'SELECT "row", "date", {values} FROM {self._ordered(by)}')
        while found := self.connection.fetchmany(4096):
            for row, date, *cells in found:
                yield row + 1, result_of_row(self.model, self.columns, cells, self.instants[date])

    def _ordered(self, by: str = '"row", "date"') -> str:
        """The results in order, as a part of a query. Only then lists of the rules that fired are made."""
        found = f'(SELECT * FROM "{SCORES}" ORDER BY {by})'
        if self._packing is None:
            return found
        fired = f'"v{self._at_fired}"'
        return f"(SELECT * REPLACE ({self._packing.listed(fired)} AS {fired}) FROM {found})"

    def texts(self, line: str) -> Iterator[list[str]]:
        """What an expression over the table gives for every result, in order and many at a time."""
        self._run(f"SELECT {line} FROM {self._ordered()}")
        while found := self.connection.fetchmany(8192):
            yield [text for (text,) in found]

    def write_parquet(self, out: Path) -> None:
        """Write all results, in order, into a Parquet file."""
        named = ", ".join(
            f'"v{at}" AS "{name.replace(chr(34), chr(34) * 2)}"' for at, name in enumerate(self.columns.names)
        )
        place = str(out).replace("'", "''")
        self._run(f"COPY (SELECT {named} FROM {self._ordered()}) TO '{place}' (FORMAT parquet)")

    def count(self) -> int:
        """How many leads have results."""
        [(rows,)] = self._all(f'SELECT COUNT(DISTINCT "row") FROM "{SCORES}"')
        return int(rows)

    def _run(self, query: str, values: Sequence[Any] = ()) -> None:
        self.connection.execute(query, list(values))

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, list(values)).fetchall()
