"""Leads with what became of them, scored as of their decisions: what commands that learn from outcomes begin with."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from attrs import define, evolve, frozen

from scorelang.api import Model
from scorelang.cli.batches import Files
from scorelang.cli.console import Ticker
from scorelang.cli.errors import FINDINGS, FINE, CommandError
from scorelang.cli.leads import Heard, Lead, Leads, Seen, heard_of, names_of, read_index
from scorelang.cli.models import called, load_model
from scorelang.cli.options import check_inputs, check_overwriting, check_read_once
from scorelang.cli.outcomes.options import picked
from scorelang.cli.outcomes.running import Run, no_column
from scorelang.cli.rejects import Rejects
from scorelang.cli.singly import answer_of
from scorelang.cli.sizes import files_of, is_large
from scorelang.model import CheckedModel
from scorelang.outcomes.learn import require_libraries
from scorelang.outcomes.table import Goal, Table, TableBuilder, furthest, goal_of
from scorelang.outcomes.words import STEPS, Step
from scorelang.result import Result
from scorelang.suggest import listed

# Is told of a lead and its result.
Take = Callable[[Lead, Result], None]

# --- what the command line asks -------------------------------------------------------------------------------------


@frozen
class Asked:
    """What the options of all these commands say, as typed."""

    model: str
    leads: str
    events: Sequence[str]
    as_of: str | None
    key: str | None
    outcomes: str | None
    outcome: str | None
    words: Mapping[Step, Sequence[str]]
    at: str | None
    reason: str | None
    value: str | None
    goal: Step | None
    rejects: str | None
    output: str | None
    lead: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Asked:
        """From the values of the options, by their names."""
        words = {step: _split(given[f"as_{step}"]) for step in STEPS if given[f"as_{step}"]}
        return picked(cls, {**given, "words": words})

    def inputs(self) -> list[str]:
        """Every file that is read."""
        return [self.model, self.leads, *self.events, *([self.outcomes] if self.outcomes else [])]


def _split(given: Sequence[str]) -> list[str]:
    """`--won "yes,Closed Won"`, perhaps several times, as words; a comma in quotes belongs to its word."""
    return [word.strip() for row in csv.reader(given, skipinitialspace=True) for word in row if word.strip()]


# --- leads with outcomes --------------------------------------------------------------------------------------------


@define
class Judged:
    """Leads with outcomes: `rows` of the file, those `undecided`, and how many rows of any file were `rejected`."""

    model: Model
    table: Table
    goal: Goal
    rows: int
    undecided: int
    rejected: int

    @property
    def code(self) -> int:
        """1 when rows were rejected."""
        return FINDINGS if self.rejected else FINE


def judge(
    asked: Asked,
    names: Callable[[CheckedModel], Mapping[str, Sequence[str]] | None] | None = None,
    beside: Callable[[CheckedModel], Take | None] | None = None,
) -> Judged:
    """Read the leads and what became of them, and score each as of its decision; say what was wrong with rows.

    `names` says which columns of the leads to keep (None: all). `beside` gives what is told of each lead of the table,
    in its order; None where nothing needs to be, for then many leads are scored at once. Raises what `exit_code` has
    words for.
    """
    require_libraries()
    check_inputs(asked.model, asked.leads, asked.events)
    check_overwriting([asked.output, asked.rejects], asked.inputs())
    check_read_once(asked.inputs())
    if asked.outcomes is None and asked.outcome is None:
        raise click.UsageError("say what became of the leads: `--outcomes FILE`, or `--outcome COLUMN` of the leads")
    model = load_model(asked.model, asked.key)
    checked = model.checked
    with Rejects(asked.rejects, named=asked.rejects is not None) as rejects:
        run = Run.of(asked, model, checked, rejects)
        kept = {} if names is None else names(checked)
        take = None if beside is None else beside(checked)
        found = _at_once(run, kept) if take is None else None
        if found is None:
            found = _one_by_one(run, kept, take)
    rejects.say()
    run.say(found.seen, found.heard, found.strangers)
    table = found.table
    _check_columns(table, run.columns_seen, asked.leads)
    return Judged(model, table, _goal(run, found), found.seen.rows, run.undecided, rejects.count)


@frozen
class _Found:
    """A table of leads, what is worth knowing of leads and events, and of how many other leads there are outcomes."""

    table: Table
    seen: Seen
    heard: Heard | None
    strangers: int


def _at_once(run: Run, kept: Mapping[str, Sequence[str]] | None) -> _Found | None:
    """All leads by one query; None where there are few, where they are no table, or SQL is not exact."""
    asked, checked = run.asked, run.checked
    beside = [*asked.events, *([asked.outcomes] if asked.outcomes else [])]
    if not is_large(asked.leads, beside, checked):
        return None
    from scorelang.cli.outcomes.sets import JudgingRun
    from scorelang.sql.feeds import NotFed
    from scorelang.sql.lower import NotLowered

    files = Files(asked.leads, files_of(asked.events), run.in_file)
    # Where each lead has a moment of its own, all are moved to this one.
    instants = [run.now if run.moment is None else run.moment]
    answer = answer_of("python", checked, instants, detail=True)
    try:
        with JudgingRun(
            checked, files, instants, answer, run.rejects.add, judging=run, names=kept, leave_out=run.leave_out
        ) as judging:
            judging.work()
    except (NotLowered, NotFed):
        return None
    return _Found(judging.table, judging.seen, judging.heard, judging.strangers)


def _one_by_one(run: Run, kept: Mapping[str, Sequence[str]] | None, take: Take | None) -> _Found:
    """All leads, one after the other."""
    asked = run.asked
    run.read()
    builder = TableBuilder(run.checked, kept, run.leave_out)
    leads = Leads(run.checked, asked.leads, run.now, read_index(asked.events), key_named=run.in_file)
    run.take_bad_rows(leads.events.bad if leads.events else ())
    with Ticker("scoring", lambda: None, shown=True) as ticker:
        for lead, result, history in run.results(leads):
            builder.add(result, lead.record.values, history, lead.as_of)
            if take is not None:
                take(lead, result)
            ticker.tick(lead.row)
    builder.said |= run.said
    strangers = len(run.by_id.by_lead.keys() - run.met)
    heard = None if leads.events is None else heard_of(leads.events, leads.seen.ids)
    return _Found(builder.finished(), leads.seen, heard, strangers)


def _goal(run: Run, found: _Found) -> Goal:
    """What leads are to get to. Raises `CommandError` where no lead has an outcome that can be a goal."""
    asked, table = run.asked, found.table
    where = called(asked.outcomes or asked.leads)
    if not len(table):
        raise CommandError(f"{where}: no lead has an outcome that can be used", _matched(run, found))
    step = asked.goal or furthest(table.said)
    if step is None or (step not in table.said and not table.has(step).any()):
        said = listed(step for step in STEPS if step in table.said)
        wanted = f"no lead was {step}" if asked.goal else "no lead got anywhere"
        words = asked.words.get(asked.goal or "won")
        none = f"no outcome is {listed((f'`{word}`' for word in words), last='or')}; " if words else ""
        raise CommandError(
            f"{where}: {wanted}; the outcomes there are {said}", f"{none}`--won WORD,…` says what means won"
        )
    return goal_of(table, step)


def _matched(run: Run, found: _Found) -> str:
    """What may be wrong where no lead can be judged."""
    leads, key = called(run.asked.leads), run.checked.key
    if not found.seen.rows:
        return f"there are no leads in {leads}"
    if not found.strangers or run.undecided < found.seen.rows:
        return "is it the right file?"
    return (
        f"its column `{run.reader.columns.lead}` is looked up in the column `{key}` of {leads}, and none is there: "
        "`--outcome-lead` and `--id-column` name other columns"
    )


# --- columns of the leads -------------------------------------------------------------------------------------------


def columns_by(names: Sequence[str]) -> Callable[[CheckedModel], dict[str, Sequence[str]]]:
    """Columns by their names in the data, or by the names of fields that have them."""
    return lambda model: {name: fields_of(model).get(name, (name,)) for name in names}


def with_names(table: Table, names: Sequence[str], path: str) -> Table:
    """A table that has all columns of the data, also under the names of the model's fields.

    Raises `CommandError` where one of `names`, of columns or of fields, is not there.
    """
    found = dict(table.columns)
    for name, known in fields_of(table.model).items():
        column = next((found[each] for each in known if each in found), None)
        if column is not None:
            found[name] = column
    for name in names:
        if name not in found:
            raise no_column(name, list(table.columns), path)
    return evolve(table, columns=found)


def fields_of(model: CheckedModel) -> dict[str, Sequence[str]]:
    """The fields of the model, with the names under which the data may have them."""
    return {field.name: names_of(field) for field in model.fields}


def _check_columns(table: Table, seen: Sequence[str], path: str) -> None:
    """Raise `CommandError` when a column that was asked for by name is not there."""
    fields = {field.name for field in table.model.fields}
    for name, column in table.columns.items():
        if not column.values and not column.full and name not in seen and name not in fields:
            raise no_column(name, seen, path)
