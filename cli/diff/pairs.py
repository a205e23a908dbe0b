"""Many leads through two versions of a model: fed to a database once, a query for each version, the results joined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from attrs import define, evolve

from scorelang.cli.console import Ticker
from scorelang.cli.databases import explained
from scorelang.cli.diff.comparing import Compared, Created, Task, once
from scorelang.cli.diff.runs import CAME, FIELDS, TOGETHER, ComparingRun, outcome_in
from scorelang.cli.diff.together import OneQuery
from scorelang.cli.rejects import Rejects
from scorelang.cli.results import columns_of
from scorelang.cli.sets import Files
from scorelang.cli.singly import Answer
from scorelang.data import Reject
from scorelang.diff import Tally
from scorelang.diff.together import read_alike
from scorelang.model import CheckedModel
from scorelang.sql.batch import SCORES

# The results of the new version, by their rows.
NEW = "new_scores"
# The columns of a result behind its grades.
AFTER_GRADES = ("persona", "stage", "qualified", "blocked_by", "route")


def compare_sets(task: Task, rejects: Rejects) -> Compared:
    """Score all leads by both versions. Raises `NotLowered` and `NotFed` before anything is rejected."""
    before, after = task.answers(detail=False)
    found: list[Reject] = []
    files = Files(task.leads, task.events, task.key_named)
    with _run(task, files, after, found.append) as run:
        run.work()
        tally = task.tally()
        run.compare(task.old, before, tally, task.created)
        impact = tally.impact(task.as_of)
        leads = run.leads_at({moved.row for moved in impact.moved})
    impact = evolve(impact, moved=tuple(evolve(moved, data=leads[moved.row]) for moved in impact.moved))
    for reject in once(found):
        rejects.add(reject)
    return Compared(task.explained(impact), run.seen.rows - impact.leads, run.seen, run.heard)


def _run(task: Task, files: Files, answer: Answer, reject: Callable[[Reject], None]) -> ComparingRun:
    """By one query where both versions take the same from data."""
    if read_alike(task.old, task.new):
        return OneQuery(task.new, files, [task.as_of], answer, reject, memory=task.memory, old=task.old)
    return TwoQueries(task.new, files, [task.as_of], answer, reject, memory=task.memory)


@define
class TwoQueries(ComparingRun):
    """A query for each version, for those that take different things from data."""

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
        end = len(FIELDS) + len(self.model.grades)
        counted = 0
        with Ticker("comparing", lambda: self.seen.rows, shown=True) as ticker:
            while found := connection.fetchmany(TOGETHER):
                for times, by_new, by_old, rows, ids, came, *cells in found:
                    counted += times
                    if by_new and by_old:
                        first = ((row + 1, id_["id"]) for row, id_ in zip(rows, ids, strict=True))
                        outcomes_of = outcome_in(cells[:end]), outcome_in(cells[end:])
                        tally.add_alike(first, *outcomes_of, day(came), times)
                    else:
                        tally.refuse(by_old=not by_old, by_new=not by_new, times=times)
                ticker.tick(counted)
        tally.refused = self.seen.rows - counted


# --- columns --------------------------------------------------------------------------------------------------------


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
    """The columns of an outcome, in the order in which `outcome_in` takes them."""
    names = [*FIELDS, *(f"g{at}" for at in range(len(model.grades)))]
    return ", ".join(f'{table}."{name}"' for name in names)
