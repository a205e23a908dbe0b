"""Running a plan on DuckDB: results as a table, and what the query leaves to the reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import define
from sqlglot import exp

from scorelang import model as m
from scorelang.data.results import Columns, FiredAs
from scorelang.diagnostics import LeadError
from scorelang.interpret import interpret
from scorelang.leads import read_lead
from scorelang.result import Result, result_of
from scorelang.sql import spell as s
from scorelang.sql.cells import read_identity
from scorelang.sql.flat import columns_of, flat, flat_values
from scorelang.sql.lower import Plan, lower
from scorelang.sql.raw import Record, fetch
from scorelang.sql.sources import LEAD, Table
from scorelang.sql.spell import Sql
from scorelang.sql.texts import folded

if TYPE_CHECKING:
    import duckdb

# The table that a run fills: the columns of a result, and before them `row` and `refer`.
SCORES = "scores"


@define
class Run:
    """One run: the plan of a model on two tables of a connection."""

    connection: duckdb.DuckDBPyConnection
    plan: Plan
    leads: Table
    events: Table | None
    fired: FiredAs = "list"
    scores: str = SCORES

    @classmethod
    def of(
        cls,
        connection: duckdb.DuckDBPyConnection,
        model: m.CheckedModel,
        as_of: int,
        leads: Table,
        events: Table | None,
        fired: FiredAs = "list",
    ) -> Run:
        """A run of a model over two tables; `leads` has a column `row`. Raises `NotLowered`."""
        return cls(connection, lower(model, as_of, leads, events), leads, events, fired)

    @property
    def columns(self) -> Columns:
        """The columns of a result."""
        return columns_of(self.plan, self.fired)

    def fill(self) -> None:
        """Score all leads into the temporary table `scores`."""
        self.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{self.scores}" AS {self.sql()}')

    def sql(self, *, pretty: bool = False) -> str:
        """The query: `row`, `refer` and the columns of a result."""
        columns = [s.aliased(s.col("row"), "row"), s.aliased(self.plan.refer, "refer"), *flat(self.plan, self.fired)]
        return self.plan.query(columns).sql("duckdb", pretty=pretty, copy=False)

    def referred(self) -> Iterator[tuple[int, Result | LeadError]]:
        """The leads that the reference has to score or refuse, with what it says of them."""
        found = exp.In(this=s.col("row"), query=_referred_rows())
        rows = dict(fetch(self.connection, self.leads, s.col("row"), found))
        if not rows:
            return
        events = None if self.events is None else self._events_of(rows)
        for row in sorted(rows):
            own = None if events is None else events.get(row, [])
            facts, problems = read_lead(self.plan.model, rows[row], own, self.plan.as_of)
            yield row, problems[0] if problems else result_of(self.plan.model, interpret(self.plan.model, facts))

    def replace(self, row: int, result: Result) -> None:
        """Put what the reference says into the table."""
        self.connection.execute(f'DELETE FROM "{self.scores}" WHERE "row" = ?', [row])
        values = [row, False, *flat_values(result, self.columns)]
        marks = ", ".join("?" for _ in values)
        self.connection.execute(f'INSERT INTO "{self.scores}" VALUES ({marks})', values)

    def _events_of(self, rows: dict[int, Record]) -> dict[int, list[Record]]:
        """The events of some leads by their rows."""
        assert self.events is not None
        keys = {row: self._key(row) for row in rows}
        raw = self.events.look_up(LEAD)
        key = folded(s.cast(read_identity(raw).value, "VARCHAR"))
        wanted = sorted({key for key in keys.values() if key is not None})
        if not wanted:
            return {}
        grouped: dict[str, list[Record]] = {}
        for lead, record in fetch(self.connection, self.events, key, s.among(key, [s.text(one) for one in wanted])):
            grouped.setdefault(lead, []).append(record)
        return {row: grouped.get(found, []) if found is not None else [] for row, found in keys.items()}

    def _key(self, row: int) -> str | None:
        from scorelang.values import fold

        found = self.connection.execute(f'SELECT "id" FROM "{self.scores}" WHERE "row" = ?', [row]).fetchone()
        return fold(found[0]) if found is not None and found[0] is not None else None


def _referred_rows() -> Sql:
    return exp.Subquery(this=s.select([s.col("row")], s.table(SCORES), s.col("refer")))
