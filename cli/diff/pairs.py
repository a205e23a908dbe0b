"""Many leads through two versions of a model: fed to a database once, a query for each version, the results joined."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from attrs import define, evolve

from scorelang.cli.console import Ticker
from scorelang.cli.databases import explained
from scorelang.cli.diff.comparing import Compared, Created, Task, once
from scorelang.cli.leads import Lead, Leads
from scorelang.cli.rejects import Rejects
from scorelang.cli.results import columns_of
from scorelang.cli.sets import Files, SetRun
from scorelang.cli.singly import Answer
from scorelang.data import Reject
from scorelang.diff import Outcome, Tally
from scorelang.model import CheckedModel
from scorelang.sql import spell as s
from scorelang.sql.batch import SCORES, Batch
from scorelang.sql.cells import Kind, Raw
from scorelang.values import fold

# So many leads are taken out of the database together.
TOGETHER = 8_192
# The results of the new version, and when leads came, by their rows.
NEW, CAME = "new_scores", "came"
# The columns of a result behind its grades.
AFTER_GRADES = ("persona", "stage", "qualified", "blocked_by", "route")


def compare_sets(task: Task, rejects: Rejects) -> Compared:
    """Score all leads by both versions. Raises `NotLowered` and `NotFed` before anything is rejected."""
    before, after = task.answers(detail=False)
    found: list[Reject] = []
    files = Files(task.leads, task.events, task.key_named)
    run = PairRun(task.new, files, [task.as_of], after, found.append, task.memory)
    with run:
        run.work()
        tally = task.tally()
        run.compare(task.old, before, tally, task.created)
        impact = tally.impact(task.as_of)
        leads = run.leads_at({moved.row for moved in impact.moved})
    impact = evolve(impact, moved=tuple(evolve(moved, data=leads[moved.row]) for moved in impact.moved))
    for reject in once(found):
        rejects.add(reject)
    return Compared(task.explained(impact), run.seen.rows - impact.leads, run.seen, run.heard)


@define
class PairRun(SetRun):
    """A run of the new version over all leads, and then of the old one over the same tables."""

    def compare(self, old: CheckedModel, answer: Answer, tally: Tally, created: Created | None) -> None:
        """Score the leads by the old version too, and count what becomes of them. Raises `NotLowered`."""
        batch = self._batch
        assert batch is not None
        with explained():
            self._run(f'CREATE OR REPLACE TEMP TABLE "{NEW}" AS SELECT {_light(self.model)} FROM "{SCORES}"')
            new, self.model, self.answer = self.model, old, answer
            other = evolve(batch, model=old, columns=columns_of(old))
            other.lower()
            other.fill({lead for lead, _ in self._bad_events if lead is not None})
            self._settle(other)
            self._count(tally, new, self._dated(batch, created))
            self.model = new

    def _run(self, query: str) -> None:
        assert self._batch is not None
        self._batch.connection.execute(query)

    def _dated(self, batch: Batch, created: Created | None) -> Callable[[Any], date | None]:
        """Make the table of when leads came; return what makes a day of it."""
        raw = None if created is None else batch.leads.table.look_up(created.definition)
        if created is None or raw is None:
            self._run(f'CREATE OR REPLACE TEMP TABLE "{CAME}"("row" BIGINT, "came" VARCHAR)')
            return lambda came: None
        columns = [s.aliased(s.col("row"), "row"), s.aliased(_readable(raw), "came")]
        query = s.select(columns, s.table(batch.leads.table.named)).sql("duckdb")
        self._run(f'CREATE OR REPLACE TEMP TABLE "{CAME}" AS {query}')
        return partial(_day, created, raw.kind)

    def _count(self, tally: Tally, new: CheckedModel, day: Callable[[Any], date | None]) -> None:
        """Join the results of both versions, and count what becomes of leads, many alike at a time."""
        assert self._batch is not None
        connection = self._batch.connection
        outcomes = f"{_names(self.model, 'o')}, {_names(new, 'n')}"
        most = max(tally.most, 1)
        connection.execute(f"""SELECT COUNT(*), COUNT(n."row"), COUNT(o."row"), min(n."row", {most}),
                arg_min({{'id': n."id"}}, n."row", {most}), c."came", {outcomes}
            FROM "{NEW}" n FULL JOIN (SELECT {_light(self.model)} FROM "{SCORES}") o ON n."row" = o."row"
            LEFT JOIN "{CAME}" c ON c."row" = n."row"
            GROUP BY c."came", {outcomes}, n."row" IS NULL, o."row" IS NULL""")
        end = _FIELDS + len(self.model.grades)
        counted = 0
        with Ticker("comparing", lambda: self.seen.rows, shown=True) as ticker:
            while found := connection.fetchmany(TOGETHER):
                for times, by_new, by_old, rows, ids, came, *cells in found:
                    counted += times
                    if by_new and by_old:
                        first = ((row + 1, id_["id"]) for row, id_ in zip(rows, ids, strict=True))
                        outcomes_of = _outcome(cells[:end]), _outcome(cells[end:])
                        tally.add_alike(first, *outcomes_of, day(came), times)
                    else:
                        tally.refuse(by_old=not by_old, by_new=not by_new, times=times)
                ticker.tick(counted)
        tally.refused = self.seen.rows - counted

    def leads_at(self, rows: Collection[int]) -> dict[int, Lead]:
        """Some leads by their rows from 1, with all that they are scored by."""
        batch = self._batch
        assert batch is not None
        places = {row: (path, record) for row, path, record in batch.leads.back({row - 1 for row in rows})}
        leads = Leads(self.model, self.files.leads, self.instants[-1])
        if batch.events is not None:
            keys = [leads.key_of(record) for _, record in places.values()]
            leads.events = self._index(batch, {fold(key) for key in keys if key is not None})
        return {row + 1: leads.lead(row + 1, path, record, batch.nested) for row, (path, record) in places.items()}


# --- columns --------------------------------------------------------------------------------------------------------

# The columns of an outcome that every model has, in the order in which `_outcome` takes them.
_FIELDS = 5


def _light(model: CheckedModel) -> str:
    """The columns of results that count, of all that a table of results has."""
    columns = columns_of(model)
    start = 2 + len(columns.categories)
    after = start + len(columns.grades)
    persona, stage, qualified, _, route = (f'"v{after + at}"' for at in range(len(AFTER_GRADES)))
    grades = "".join(f', "v{start + at}" AS "g{at}"' for at in range(len(columns.grades)))
    score = 'CAST(round("v1" * 100) AS BIGINT) AS "score"'
    named = f'{stage} AS "stage", {qualified} AS "qualified", {route} AS "route", {persona} AS "persona"'
    return f'"row", "v0" AS "id", {score}, {named}{grades}'


def _names(model: CheckedModel, table: str) -> str:
    """The columns of an outcome, in the order in which `_outcome` takes them."""
    names = ["score", "stage", "qualified", "route", "persona", *(f"g{at}" for at in range(len(model.grades)))]
    return ", ".join(f'{table}."{name}"' for name in names)


def _outcome(cells: list[Any]) -> Outcome:
    score, stage, qualified, route, persona, *grades = cells
    return Outcome(score, stage, qualified, route, persona, tuple(grades))


def _readable(raw: Raw) -> s.Sql:
    """A value in a type that DuckDB hands out as one of Python."""
    cast = {"text": "VARCHAR", "instant": "TIMESTAMP", "json": "VARCHAR"}.get(raw.kind)
    return s.cast(raw.sql, cast) if cast else raw.sql


def _day(created: Created, kind: Kind, came: Any) -> date | None:
    """The day of a value that was handed out so."""
    if kind == "json" and isinstance(came, str):
        came = json.loads(came)
    if kind == "instant" and isinstance(came, datetime):
        came = came.replace(tzinfo=UTC)
    return created.day_of(came)
