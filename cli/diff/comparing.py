"""Leads through two versions of a model, and what becomes of them: one by one, or all at once where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, timedelta, tzinfo
from typing import Literal

from attrs import Factory, define, evolve, field, frozen

from scorelang.cli.console import Ticker
from scorelang.cli.errors import CommandError
from scorelang.cli.leads import BadRow, Heard, Lead, Leads, Seen, heard_of, names_of, read_index, rejects_of
from scorelang.cli.rejects import Rejects
from scorelang.cli.singly import Answer, answer_of
from scorelang.cli.sizes import is_large
from scorelang.data import Reject
from scorelang.diff import Difference, Impact, Moved, Outcome, Scale, Tally, causes
from scorelang.leads import look_up
from scorelang.model import CheckedModel, FieldDefinition
from scorelang.result import Result
from scorelang.values import EPOCH, Type, Unfit, coerce

Engine = Literal["auto", "python", "duckdb"]
# So many texts of dates are remembered as the days that they are.
MOST_DAYS = 100_000


@frozen
class Created:
    """Where leads say when they came, and in which time zone that is a day."""

    definition: FieldDefinition
    zone: tzinfo
    _days: dict[object, date | None] = Factory(dict)

    @classmethod
    def of(cls, model: CheckedModel, name: str) -> Created:
        """The field of a model, by its name or its column, or else the column of that name."""
        found = next((field for field in model.fields if name in names_of(field)), None)
        return cls(found or FieldDefinition(name, Type.DATE), model.zone)

    def day(self, values: object) -> date | None:
        """The day on which a lead came; None where it says none."""
        return self.day_of(look_up(values, self.definition))

    def day_of(self, raw: object) -> date | None:
        """The day that a value is; None for what is no date."""
        if not isinstance(raw, str):
            return self._day(raw)
        if raw not in self._days:
            if len(self._days) >= MOST_DAYS:
                self._days.clear()
            self._days[raw] = self._day(raw)
        return self._days[raw]

    def _day(self, raw: object) -> date | None:
        try:
            at = coerce(Type.DATE, raw, self.zone)
            local = EPOCH + timedelta(microseconds=at) if isinstance(at, int) else None
            return None if local is None else local.replace(tzinfo=UTC).astimezone(self.zone).date()
        except (Unfit, OverflowError):
            return None


@frozen
class Task:
    """What is to be compared: two versions with what differs between them, and files of leads and events.

    `as_of` is in microseconds; `line` is the stage over which leads are work, None for the first; `top` is how many of
    the leads that moved most are kept; `memory` is what a database may take, None for as much as it does by itself.
    """

    old: CheckedModel
    new: CheckedModel
    found: Difference
    leads: str
    events: Sequence[str]
    key_named: bool
    as_of: int
    line: str | None
    created: Created | None
    top: int
    engine: Engine = "auto"
    memory: str | None = None

    def tally(self) -> Tally:
        """An empty count."""
        return Tally(Scale.of(self.old, self.new, self.found, self.line), self.top)

    def answers(self, *, detail: bool) -> tuple[Answer, Answer]:
        """What scores a lead by the old version, and by the new one; `detail` notes which rules fired."""
        old, new = (answer_of("python", model, [self.as_of], detail=detail) for model in (self.old, self.new))
        return old, new

    def explained(self, impact: Impact) -> Impact:
        """The impact with why leads moved: only of those that moved most it is asked which rules fired."""
        return evolve(impact, moved=tuple(self._explained(impact.moved)) if impact.moved else ())

    def _explained(self, every: Sequence[Moved]) -> Iterator[Moved]:
        answers = self.answers(detail=True)
        for moved in every:
            assert isinstance(moved.data, Lead)
            old, new = (answer(moved.data) for answer in answers)
            assert old is not None
            assert new is not None
            yield evolve(moved, causes=causes(old[0], new[0], self.found.identities))


@frozen
class Compared:
    """What came out: the impact, how many rows were rejected, and what is worth knowing of leads and events."""

    impact: Impact
    rejected: int
    seen: Seen
    heard: Heard | None


def compare_leads(task: Task, rejects: Rejects) -> Compared:
    """Score all leads by both versions, on the engine that is likely to be the fastest. Raises `DataError`."""
    if task.engine == "duckdb" or (task.engine == "auto" and is_large(task.leads, task.events)):
        found = _as_sets(task, rejects)
        if found is not None:
            return found
    return Singly(task, rejects, Leads(task.new, task.leads, task.as_of, read_index(task.events), task.key_named)).run()


def _as_sets(task: Task, rejects: Rejects) -> Compared | None:
    """All leads at once; None where a version or the data cannot be scored so exactly, and may be otherwise."""
    from scorelang.cli.diff.pairs import compare_sets
    from scorelang.sql.feeds import NotFed
    from scorelang.sql.lower import NotLowered

    try:
        return compare_sets(task, rejects)
    except (NotLowered, NotFed) as error:
        if task.engine == "auto":
            return None
        hint = "without `--engine duckdb` the leads are scored one by one"
        raise CommandError(f"DuckDB cannot score this exactly: {error}", hint) from None


@define
class Singly:
    """One run of leads, one after the other; `leads` reads them as the new version does."""

    task: Task
    rejects: Rejects
    leads: Leads
    rejected: int = 0
    tally: Tally = field(init=False)

    @tally.default
    def _tally(self) -> Tally:
        return self.task.tally()

    def run(self) -> Compared:
        """Score every lead."""
        index = self.leads.events
        for bad in index.bad if index is not None else ():
            self.rejects.add(Reject.of_bad_record(bad))
        before, after = self.task.answers(detail=False)
        with Ticker("comparing", lambda: None, shown=True) as ticker:
            for lead in self.leads:
                if isinstance(lead, BadRow):
                    self._refuse(rejects_of(lead, self.task.new, lead.path), by_old=True, by_new=True)
                else:
                    self._take(lead, before(lead), after(lead))
                ticker.tick(lead.row)
        impact = self.task.explained(self.tally.impact(self.task.as_of))
        heard = None if index is None else heard_of(index, self.leads.seen.ids)
        return Compared(impact, self.rejected, self.leads.seen, heard)

    def _take(self, lead: Lead, old: Sequence[Result] | None, new: Sequence[Result] | None) -> None:
        if old is None or new is None:
            self._refuse(self._misfits(lead, old is None, new is None), by_old=old is None, by_new=new is None)
            return
        created = self.task.created
        day = None if created is None else created.day(lead.record.values)
        self.tally.add(lead.row, lead.id, outcome_of(old[0]), outcome_of(new[0]), day, lead)

    def _misfits(self, lead: Lead, by_old: bool, by_new: bool) -> Iterable[Reject]:
        """What does not fit, each value once though both versions refuse it."""
        models = [model for model, refuses in ((self.task.new, by_new), (self.task.old, by_old)) if refuses]
        return once([reject for model in models for reject in rejects_of(_read_by(lead, model), model, lead.path)])

    def _refuse(self, rejects: Iterable[Reject], *, by_old: bool, by_new: bool) -> None:
        self.rejected += 1
        self.tally.refuse(by_old=by_old, by_new=by_new)
        for reject in rejects:
            self.rejects.add(reject)


def once(rejects: Iterable[Reject]) -> Iterable[Reject]:
    """Rejects without those that say the same of the same value."""
    return {(one.file, one.line, one.field, one.message): one for one in rejects}.values()


def _read_by(lead: Lead, model: CheckedModel) -> Lead:
    """The same row as another model reads it."""
    return Lead(lead.row, lead.path, lead.record, model, lead.as_of, lead.id, lead.events, lead.given, lead.lost)


def outcome_of(result: Result) -> Outcome:
    """What counts of a result."""
    grades = tuple(result.grades.values())
    return Outcome(round(result.score * 100), result.stage, result.qualified, result.route, result.persona, grades)
