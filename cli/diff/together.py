"""Many leads through two versions of a model by one query, for versions that take the same from data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from attrs import Factory, define, evolve, field

from scorelang.cli.console import Ticker
from scorelang.cli.databases import explained
from scorelang.cli.diff.comparing import Created, outcome_of
from scorelang.cli.diff.runs import CAME, FIELDS, TOGETHER, ComparingRun, outcome_in
from scorelang.cli.singly import Answer
from scorelang.diff import Tally
from scorelang.diff.together import sharing
from scorelang.model import CheckedModel
from scorelang.result import Result
from scorelang.sql import spell as s
from scorelang.sql.batch import SCORES, Batch
from scorelang.sql.lower import Plan, lower_together
from scorelang.sql.sources import Table
from scorelang.sql.spell import Sql

# What the columns of either version's outcomes begin with.
BEFORE, AFTER = "o", "n"


@define
class BatchOfTwo(Batch):
    """Scores leads by an old version too. Of a result it has the identity, and what counts of either version's."""

    old: CheckedModel = field(kw_only=True)
    answers: dict[int, Result] = Factory(dict)
    _before: Plan | None = None

    def _plan(self, instant: int, events: Table | None) -> Plan:
        old = sharing(self.old, self.model)
        new, self._before = lower_together([self.model, old], instant, self.leads.table, events)
        return new

    def _values(self, plan: Plan) -> list[Sql]:
        assert self._before is not None
        return [s.aliased(plan.identity, "v0"), *_outcome(self._before, BEFORE), *_outcome(plan, AFTER)]

    def settle(self, rows: Sequence[int], answers: Iterable[tuple[int, Sequence[Result]]]) -> None:
        """Keep what was found for rows that were left over."""
        self.answers.update((row, results[0]) for row, results in answers)


@define
class OneQuery(ComparingRun):
    """A run of both versions over all leads."""

    old: CheckedModel = field(kw_only=True)

    def _of(self, batch: Batch) -> Batch:
        parts = (batch.connection, batch.model, batch.instants, batch.leads, batch.events, batch.nested, batch.folder)
        # Which rules fired is only asked of the leads that moved most.
        return BatchOfTwo(*parts, evolve(batch.columns, fired="none"), old=self.old)

    def compare(self, old: CheckedModel, answer: Answer, tally: Tally, created: Created | None) -> None:
        """Settle what was left over by the old version too, and count what becomes of all leads."""
        batch = self._batch
        assert isinstance(batch, BatchOfTwo)
        new, by_new = self.model, batch.answers
        with explained():
            self.model, self.answer, batch.answers = old, answer, {}
            self._settle(batch)
            self.model = new
            day = self._dated(batch, created)
            self._count(tally, new, old, day)
            self._count_left_over(tally, by_new, batch.answers, day)
        tally.refused += len(batch.leads.bad)

    def _count(self, tally: Tally, new: CheckedModel, old: CheckedModel, day: Callable[[Any], date | None]) -> None:
        """Count what becomes of the leads that the query settled, many alike at a time."""
        most = max(tally.most, 1)
        outcomes = ", ".join(f'"{name}"' for name in (*_names(old, BEFORE), *_names(new, AFTER)))
        end = len(_names(old, BEFORE))
        found = self._fetched(f"""SELECT COUNT(*), min(s."row", {most}), arg_min({{'id': s."v0"}}, s."row", {most}),
                c."came", {outcomes}
            FROM "{SCORES}" s LEFT JOIN "{CAME}" c ON c."row" = s."row"
            WHERE NOT s."refer" GROUP BY c."came", {outcomes}""")
        with Ticker("comparing", lambda: self.seen.rows, shown=True) as ticker:
            for times, rows, ids, came, *cells in found:
                first = ((row + 1, id_["id"]) for row, id_ in zip(rows, ids, strict=True))
                tally.add_alike(first, outcome_in(cells[:end]), outcome_in(cells[end:]), day(came), times)
                ticker.tick(tally.leads)

    def _count_left_over(
        self, tally: Tally, new: dict[int, Result], old: dict[int, Result], day: Callable[[Any], date | None]
    ) -> None:
        found = self._fetched(f"""SELECT s."row", c."came" FROM "{SCORES}" s LEFT JOIN "{CAME}" c
            ON c."row" = s."row" WHERE s."refer" """)
        for row, came in found:
            before, after = old.get(row), new.get(row)
            if before is None or after is None:
                tally.refuse(by_old=before is None, by_new=after is None)
            else:
                tally.add(row + 1, after.id, outcome_of(before), outcome_of(after), day(came))

    def _fetched(self, query: str) -> Iterator[tuple[Any, ...]]:
        assert self._batch is not None
        found = self._batch.connection.execute(query)
        while rows := found.fetchmany(TOGETHER):
            yield from rows


def _outcome(plan: Plan, prefix: str) -> list[Sql]:
    """The columns of an outcome, in the order in which `outcome_in` takes them."""
    found = plan.outcome
    grades = (label for _, label in found.grades)
    values = [found.score, found.stage, found.qualified, found.route, found.persona, *grades]
    return [s.aliased(value, name) for value, name in zip(values, _names(plan.model, prefix), strict=True)]


def _names(model: CheckedModel, prefix: str) -> list[str]:
    return [f"{prefix}{at}" for at in range(len(FIELDS) + len(model.grades))]
