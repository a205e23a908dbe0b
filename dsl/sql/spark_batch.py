"""One run on Spark over many leads at one or several times: what `scorelang.sql.batch` is on DuckDB.

The results of the query stay with the cluster; those of leads that it leaves over are kept here, and both come out
together, in order.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import Factory, define
from sqlglot import exp

from scorelang import model as m
from scorelang.data.results import Columns
from scorelang.result import Result
from scorelang.sql import spell as s
from scorelang.sql.batch import Strangers
from scorelang.sql.cells import read_identity
from scorelang.sql.feeds import Feed
from scorelang.sql.flat import flat_values, result_of_row
from scorelang.sql.frames import SPARK, Given
from scorelang.sql.lower import Plan, lower
from scorelang.sql.sources import LEAD, OWN_EVENTS, TYPE, folded_identity
from scorelang.sql.spell import Sql
from scorelang.sql.texts import trimmed
from scorelang.sql.written import columns_of
from scorelang.values import EPOCH

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Numbered = tuple[int, int, Result]  # the row and the number of the time


@define
class SparkBatch:
    """A model over leads and events that Spark reads, at times in microseconds. `frames` are what is read, in a row.

    `nobody` are the events where there are none; with `nested` leads may bring events of their own, which are left to
    the reference.
    """

    model: m.CheckedModel
    instants: Sequence[int]
    leads: Feed
    events: Feed | None
    nested: bool
    columns: Columns
    frames: tuple[Given, Given | None]
    nobody: Given
    _plans: list[Plan] = Factory(list)
    _scores: DataFrame | None = None
    _settled: list[Numbered] = Factory(list)

    def lower(self) -> None:
        """Lower the model for every time. Raises `NotLowered` before the leads have been scored."""
        leads, events = self.frames
        if events is None and not (self.nested and "events" in self.leads.names):
            events = self.nobody
        if len(self.instants) > 1:
            for given in (leads, events):
                if given is not None:
                    given.frame.persist()
        table = None if events is None else events.table
        self._plans = [lower(self.model, instant, leads.table, table, SPARK) for instant in self.instants]

    def fill(self, lost: Collection[str]) -> None:
        """Score all leads; those whose folded identity is among `lost` are left over, whatever the query says."""
        found: DataFrame | None = None
        for date, plan in enumerate(self._plans):
            refer = s.any_of([plan.refer, *self._left_over(plan, lost)])
            columns = [
                s.aliased(s.col("row"), "row"),
                s.aliased(s.whole(date), "date"),
                s.aliased(refer, "refer"),
                s.aliased(s.col("key"), "key"),
                *(s.aliased(column.this, f"v{at}") for at, column in enumerate(columns_of(plan, self.columns.fired))),
            ]
            frame = self.frames[0].query(plan.query(columns))
            found = frame if found is None else found.unionAll(frame)
        assert found is not None
        # What is asked of the results should not plan the whole query again.
        kept_safe = found.sparkSession.sparkContext.getCheckpointDir() is not None
        self._scores = found.checkpoint() if kept_safe else found.localCheckpoint()

    def _left_over(self, plan: Plan, lost: Collection[str]) -> Iterator[Sql]:
        """What else leaves a lead over: a lost event, or events of its own besides those of others."""
        if lost:
            yield s.is_true(s.among(s.col("key"), [s.text(key) for key in sorted(lost)]))
        own = self.leads.table.look_up(OWN_EVENTS)
        if self.nested and self.events is not None and own is not None:
            rows = s.select([s.col("row")], s.table(self.leads.table.named), s.known(own.sql))
            yield exp.In(this=s.col("row"), query=exp.Subquery(this=rows))

    @property
    def scores(self) -> DataFrame:
        """What the query gave: row, date, refer, key, and `v0` and so on for the columns of a result."""
        assert self._scores is not None
        return self._scores

    # --- what is left over

    def left_over(self) -> list[int]:
        """The rows that the query does not settle, in order."""
        return sorted(row for (row,) in self.scores.where("refer").select("row").distinct().collect())

    def event_rows(self, keys: Collection[str]) -> list[int]:
        """The rows of the events of leads with these folded identities."""
        if self.events is None or not keys:
            return []
        wanted = SPARK.sql(s.among(s.col("key"), [s.text(key) for key in sorted(keys)]))
        return sorted(row for (row,) in self._keyed().where(wanted).select("row").collect())

    def nameless_events(self) -> list[int]:
        """The rows of the events that name no lead."""
        return sorted(row for (row,) in self._keyed().where("key IS NULL").select("row").collect())

    def settle(self, rows: Sequence[int], answers: Iterable[tuple[int, Sequence[Result]]]) -> None:
        """Keep what was found for rows that were left over: a result for each time, or nothing."""
        for row, results in answers:
            self._settled += [(row, date, result) for date, result in enumerate(results)]

    # --- what is worth knowing

    def identities(self) -> tuple[int, int]:
        """How many leads have no identity, and how many have that of an earlier row."""
        counted = ("COUNT(*) - COUNT(key)", "COUNT(key) - COUNT(DISTINCT key)")
        [(nameless, repeated)] = self._keys().selectExpr(*counted).collect()
        return nameless, repeated

    def _keys(self) -> DataFrame:
        return self.scores.where("date = 0").select("key")

    def strangers(self, first: int) -> Strangers:
        """Whose events are of none of the leads: how many, and the identities of the first few."""
        known = self._keys().where("key IS NOT NULL").distinct()
        grouped = self._keyed().where("key IS NOT NULL").groupBy("key").agg(*_counted("row"))
        others = grouped.join(known, "key", "left_anti")
        [(leads, events)] = others.selectExpr("COUNT(*)", "COALESCE(SUM(n), 0)").collect()
        some = [key for (key,) in others.orderBy("first").select("key").limit(first).collect()] if leads else []
        return Strangers(leads, tuple(some), events)

    def kinds(self) -> dict[str, int]:
        """How many events of each kind there are, in the order in which their leads, and then they, were read."""
        keyed = self._keyed().where("key IS NOT NULL")
        named = keyed.where("kind IS NOT NULL")
        counts: dict[str, int] = dict(map(tuple, named.groupBy("kind").count().collect()))
        if len(counts.keys() - self.model.kinds.keys()) > 1:
            firsts = keyed.groupBy("key").agg(*_counted("row")).select("key", "first")
            placed = named.join(firsts, "key").selectExpr("kind", "STRUCT(first, row) AS place")
            ordered = placed.groupBy("kind").agg(*_counted("place")).orderBy("first").select("kind")
            return {kind: counts[kind] for (kind,) in ordered.collect()}
        return counts

    def _keyed(self) -> DataFrame:
        """The row, the key and the kind of every event."""
        events = self.frames[1]
        assert events is not None
        raw, said = events.table.look_up(LEAD), events.table.look_up(TYPE)
        key = folded_identity(raw, s.cast(read_identity(raw).value, "VARCHAR"))
        kind = (
            s.null("VARCHAR") if said is None else s.case([(s.negated(s.eq(said.sql, s.text(""))), trimmed(said.sql))])
        )
        columns = [s.col("row"), s.aliased(key, "key"), s.aliased(kind, "kind")]
        return events.query(s.select(columns, s.table(events.table.named)))

    # --- results

    def results(self, top: int | None = None) -> Iterator[tuple[int, Result]]:
        """The results in order, each with its row from 1; with `top` only so many of the highest, the highest first.

        Ask only where `columns.fired` is a list, which results are made of.
        """
        if top is None:
            found = map(self._numbered, self._query_settles().orderBy("row", "date").toLocalIterator())
            merged: Iterable[Numbered] = heapq.merge(found, sorted(self._settled, key=_place), key=_place)
        else:
            highest = self._query_settles().orderBy("v1", "row", "date", ascending=[False, True, True]).limit(top)
            both = [*map(self._numbered, highest.collect()), *self._settled]
            merged = sorted(both, key=lambda one: (-one[2].score, *_place(one)))[:top]
        for row, _, result in merged:
            yield row + 1, result

    def _query_settles(self) -> DataFrame:
        """The results of those leads that the query settles at every time."""
        if len(self.instants) == 1:
            return self.scores.where("NOT refer")
        return self.scores.join(self.scores.where("refer").select("row"), "row", "left_anti")

    def _numbered(self, found: Any) -> Numbered:
        row, date, _, _, *cells = found
        return row, date, result_of_row(self.model, self.columns, cells, self.instants[date])

    def write_parquet(self, address: str) -> None:
        """Write all results, in order, into a folder of Parquet at an address, which is not there yet."""
        columns = ["row", "date", *(f"v{at}" for at in range(len(self.columns.names)))]
        frame = self._query_settles().select(*columns).toDF("row", "date", *self.columns.names)
        if self._settled:
            rows = [(row, date, *self._row(result, date)) for row, date, result in self._settled]
            frame = frame.unionAll(frame.sparkSession.createDataFrame(rows, frame.schema))
        frame.orderBy("row", "date").drop("row", "date").write.parquet(address)

    def _row(self, result: Result, date: int) -> list[Any]:
        """A result as a row of the table; its time without a zone."""
        values = dict(zip(self.columns.names, flat_values(result, self.columns), strict=True))
        values["as_of"] = EPOCH + timedelta(microseconds=self.instants[date])
        return list(values.values())


def _counted(column: str) -> list[Any]:
    """How many rows there are, and the least value of a column."""
    from pyspark.sql import functions as f

    return [f.count("*").alias("n"), f.min(column).alias("first")]


def _place(one: Numbered) -> tuple[int, int]:
    return one[0], one[1]
