"""A run of many leads through two versions of a model, in a database: what the ways of doing so have in common."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from attrs import define

from scorelang.cli.diff.comparing import Created
from scorelang.cli.leads import Lead
from scorelang.cli.sets import SetRun
from scorelang.cli.singly import Answer
from scorelang.diff import Outcome, Tally
from scorelang.model import CheckedModel
from scorelang.sql import spell as s
from scorelang.sql.batch import Batch
from scorelang.sql.cells import Kind, Raw

# So many leads are taken out of the database together.
TOGETHER = 8_192
# When leads came, by their rows.
CAME = "came"
# The columns of an outcome that every model has, in the order in which `outcome_in` takes them; behind them its grades.
FIELDS = ("score", "stage", "qualified", "route", "persona")


@define
class ComparingRun(SetRun):
    """A run of the new version over all leads, and of the old one over the same tables."""

    @abstractmethod
    def compare(self, old: CheckedModel, answer: Answer, tally: Tally, created: Created | None) -> None:
        """Count what becomes of the leads, which the old version scores too. Raises `NotLowered`."""

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

    def leads_at(self, rows: Collection[int]) -> dict[int, Lead]:
        """Some leads by their rows from 1, with all that they are scored by."""
        batch = self._batch
        assert batch is not None
        found = self._leads_at(batch, [row - 1 for row in rows], {})
        return {lead.row: lead for lead in found if isinstance(lead, Lead)}


def outcome_in(cells: Sequence[Any]) -> Outcome:
    """The columns of an outcome as one."""
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
