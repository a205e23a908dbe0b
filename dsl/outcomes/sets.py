"""Leads that a query scores at once, as the arrays of a table of outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import Factory, define, field

from scorelang import model as m
from scorelang.outcomes.columns import column_of
from scorelang.outcomes.histories import Histories
from scorelang.outcomes.table import Fired
from scorelang.outcomes.table import Table as Outcomes
from scorelang.outcomes.words import Step
from scorelang.result import Result
from scorelang.sql import spell as s
from scorelang.sql.batch import SCORES, Batch
from scorelang.sql.cells import Kind, Raw, read_identity
from scorelang.sql.feeds import Feed, NotFed
from scorelang.sql.lower import Plan, lower
from scorelang.sql.sources import Table
from scorelang.sql.spell import Sql
from scorelang.sql.texts import folded
from scorelang.values import EPOCH

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


MOMENTS = "moments"


def _numbers(values: list[float]) -> list[float]:
    if any(value != value for value in values):
        raise ValueError
    return values


def _days(values: list[int]) -> list[date]:
    return [moment.date() for moment in _local(values)]


def _local(values: list[int]) -> list[datetime]:
    return [EPOCH + timedelta(microseconds=value) for value in values]


def _instants(values: list[int]) -> list[datetime]:
    return [moment.replace(tzinfo=UTC) for moment in _local(values)]


def _epoch(raw: Sql) -> Sql:
    """Microseconds since 1970; beyond the calendar for an infinite date, which DuckDB gives none."""
    infinite = s.both(s.known(raw), s.negated(s.call("ISFINITE", raw)))
    return s.case([(infinite, s.long(2**62))], s.call("EPOCH_US", raw))


def _decimals(values: list[str]) -> list[Decimal]:
    return [Decimal(value) for value in values]


# Columns whose values come out of an array as Python has them, by their kinds, and what makes these of texts, of
# microseconds since 1970, or of what the array holds.
TEXTS: dict[Kind, Callable[[list[Any]], list[Any]]] = {"text": list, "decimal": _decimals}
DATES: dict[Kind, Callable[[list[Any]], list[Any]]] = {"day": _days, "local": _local, "instant": _instants}
PLAIN = {**TEXTS, **DATES, "whole": list, "flag": list, "double": _numbers}


@define
class ArrayBatch(Batch):
    """Scores leads at one time, or each at its own, if they were `move`d to it.

    Of a result it has the score, the stage as a number, and which rules fired.
    """

    _moments: str | None = field(default=None, init=False)

    def move(self, keys: NDArray[np.object_], as_of: NDArray[np.int64]) -> None:
        """Score each row as of its own moment. Ask before `lower`.

        `keys` are the folded identities of the rows; events of one that several rows have are taken as of the first.
        """
        import numpy as np
        import pandas as pd

        named = pd.Series(keys, dtype=object)
        given = pd.DataFrame({
            "row": np.arange(len(keys)),
            "key": named.mask(named.duplicated(), None).astype("string"),
            "moved": self.instants[0] - as_of,
        })  # fmt: skip
        self.connection.register("moments given", given)
        self._run(f'CREATE OR REPLACE TEMP TABLE "{MOMENTS}" AS SELECT * FROM "moments given"')
        self.connection.unregister("moments given")
        self._moments = MOMENTS

    def _plan(self, instant: int, events: Table | None) -> Plan:
        return lower(self.model, instant, self.leads.table, events, moments=self._moments)

    def _values(self, plan: Plan) -> list[Sql]:
        assert self._packing is not None
        found = plan.outcome
        stages = [(s.eq(found.stage, s.text(name)), s.whole(at)) for name, at in _stages(self.model).items()]
        stage = s.case(stages, s.whole(0))
        values = [plan.identity, found.score, found.qualified, stage, self._packing.packed(plan)]
        return [s.aliased(value, f"v{at}") for at, value in enumerate(values)]

    def column(self, feed: Feed, name: str | None) -> NDArray[np.object_]:
        """The values of a `PLAIN` column as `scorelang.data` reads them, None where there is none, or no name.

        Raises `NotFed` for values that Python has otherwise.
        """
        import numpy as np

        if name is None:
            return np.full(feed.rows, None, dtype=object)
        kind, raw = feed.table.columns[name], s.col(feed.table.spelled.get(name, name))
        asked = s.cast(raw, "VARCHAR") if kind in TEXTS else _epoch(raw) if kind in DATES else raw
        try:
            return self._objects(feed, asked, PLAIN[kind])
        except (ValueError, OverflowError):
            raise NotFed(f"the column `{name}` holds a number that is none, or a date beyond the calendar") from None

    def identities_in(self, feed: Feed, name: str | None) -> NDArray[np.object_]:
        """A column as folded identities, None where there is none, or no name."""
        if name is None:
            return self.column(feed, None)
        raw = Raw(s.col(feed.table.spelled.get(name, name)), feed.table.columns[name])
        return self._objects(feed, folded(s.cast(read_identity(raw).value, "VARCHAR")), list)

    def _objects(self, feed: Feed, asked: Sql, made: Callable[[list[Any]], list[Any]]) -> NDArray[np.object_]:
        """What is asked of each row, as objects of Python, which are `made` of those of a query."""
        import numpy as np

        columns = [s.aliased(s.col("row"), "row"), s.aliased(asked, "found")]
        found = self._arrays(s.select(columns, s.table(feed.table.named)).sql("duckdb"))
        there = ~np.ma.getmaskarray(found["found"])
        objects = np.full(feed.rows, None, dtype=object)
        objects[found["row"][there]] = made(np.ma.getdata(found["found"])[there].tolist())
        return objects

    def _arrays(self, query: str) -> dict[str, Any]:
        found: dict[str, Any] = self.connection.execute(query).fetchnumpy()
        return found

    def scored(self, but: NDArray[np.bool_]) -> Scored:
        """What the query says of all rows `but` some, among which are those that it leaves over. Ask after `fill`."""
        import numpy as np

        assert self._packing is not None
        members = ", ".join(f'"v4"."{name}" AS "{name}"' for name in self._packing.members)
        found = self._arrays(f'SELECT "row", "v1", "v2", "v3", {members} FROM "{SCORES}"')
        chosen = ~but[found["row"]]
        found = {name: values[chosen] for name, values in found.items()}
        row = found["row"]
        scored = Scored.of(self.model, self.leads.rows)
        scored.scores[row], scored.qualified[row], scored.stages[row] = found["v1"], found["v2"], found["v3"]
        for word, place, rule, points in self._packing.bits():
            rows = row[found[f"w{word}"] >> place & 1 == 1].astype(np.int32)
            scored.fired[rule] = rows, np.full(len(rows), points, dtype=np.int64)
        for at, rule in enumerate(self._packing.varying):
            given = found[f"p{at}"]
            there = ~np.ma.getmaskarray(given)
            scored.fired[rule] = row[there].astype(np.int32), np.ma.getdata(given)[there].astype(np.int64)
        return scored


@define(eq=False)
class Scored:
    """Scores, and what follows from them, of all rows of a file; of rows that are not scored, nothing that counts.

    `fired` has for each rule the rows on which it fired, in any order, and the points that it gave, in hundredths.
    """

    model: m.CheckedModel
    scores: NDArray[np.int64]
    qualified: NDArray[np.bool_]
    stages: NDArray[np.int16]
    fired: dict[str, tuple[NDArray[np.int32], NDArray[np.int64]]] = Factory(dict)
    _more: dict[str, list[tuple[int, int]]] = field(factory=dict, init=False)

    @classmethod
    def of(cls, model: m.CheckedModel, rows: int) -> Scored:
        """Of so many rows, of which none is scored yet."""
        import numpy as np

        return cls(model, np.zeros(rows, np.int64), np.zeros(rows, bool), np.zeros(rows, np.int16))

    def put(self, row: int, result: Result) -> None:
        """Take the result of a row that the query left over."""
        self.scores[row], self.qualified[row] = round(result.score * 100), result.qualified
        self.stages[row] = _stages(self.model).get(result.stage, 0)
        for fired in result.fired:
            self._more.setdefault(fired.rule, []).append((row, round(fired.points * 100)))

    def table(
        self,
        kept: NDArray[np.bool_],
        became: Histories,
        as_of: NDArray[np.int64],
        columns: Mapping[str, NDArray[np.object_]],
        said: Iterable[Step] = (),
    ) -> Outcomes:
        """The table of the rows that are kept, with what became of each and when it was scored.

        All arrays have a value for each row; `columns` are those to keep, as texts.
        """
        return Outcomes(
            model=self.model,
            rules=tuple(m.rules_of(self.model.ordered)),
            fired=tuple(self._fired(kept)),
            scores=self.scores[kept],
            qualified=self.qualified[kept],
            stages=self.stages[kept],
            as_of=as_of[kept],
            first=became.first[kept],
            steps=became.steps[kept],
            times={step: times[kept] for step, times in became.times.items()},
            values=became.values[kept],
            reasons=column_of("reason", became.reasons[kept]),
            columns={name: column_of(name, texts[kept]) for name, texts in columns.items()},
            said=frozenset(said),
        )

    def _fired(self, kept: NDArray[np.bool_]) -> Iterator[Fired]:
        """For each rule where it fired, of the rows that are kept."""
        import numpy as np

        number = (np.cumsum(kept) - 1).astype(np.int32)
        for rule in m.rules_of(self.model.ordered):
            rows, points = self.fired.get(rule.id, (np.zeros(0, np.int32), np.zeros(0, np.int64)))
            more = np.array(self._more.get(rule.id, ()), dtype=np.int64).reshape(-1, 2).T
            rows, points = np.append(rows, more[0]), np.append(points, more[1])
            chosen = np.flatnonzero(kept[rows])
            chosen = chosen[np.argsort(rows[chosen], kind="stable")]
            yield Fired(number[rows[chosen]], points[chosen])


def _stages(model: m.CheckedModel) -> Mapping[str, int]:
    return {stage.name: at for at, stage in enumerate(model.stages, 1)}
