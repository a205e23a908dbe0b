"""What `scorelang report` does: a model held against what became of its leads, as one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version

import click
from attrs import Factory, define, frozen

from scorelang.cli.console import note
from scorelang.cli.diff.revisions import is_revision, model_at
from scorelang.cli.leads import Lead
from scorelang.cli.models import called
from scorelang.cli.options import check_overwriting, instant
from scorelang.cli.outcomes.backtesting import Criteria, bands_of, targets_of, until_of
from scorelang.cli.outcomes.drifting import before_at, scored
from scorelang.cli.outcomes.judging import Asked, Judged, Take, columns_by, fields_of, judge, with_names
from scorelang.cli.rejects import Rejects
from scorelang.data import open_text_output
from scorelang.diagnostics import LeadError
from scorelang.engines import Python, Reference, engine_of
from scorelang.model import CheckedModel
from scorelang.outcomes.backtest import Question
from scorelang.outcomes.categories import is_plain
from scorelang.outcomes.over_time import Per
from scorelang.outcomes.table import Table
from scorelang.report import Beside, findings, render, require_libraries
from scorelang.result import Result
from scorelang.suggest import closest, listed


@frozen
class Options(Criteria):
    """What the command line asks of a report besides what became of the leads, as typed."""

    old: str | None
    matrix: str | None
    reference: str | None
    reference_events: Sequence[str]
    reference_as_of: str | None
    per: Per | None


def run(asked: Asked, options: Options) -> int:
    """Write the report; return the exit code. Raises what `exit_code` has words for."""
    require_libraries()
    _check(asked, options)
    bands, targets = bands_of(options.bands), targets_of(options.targets)
    with _other(options.old) as old:
        taker = _Taker(options, None if old is None else old[1])
        judged = judge(asked, taker.names, taker.taking)
        table = with_names(judged.table, options.by, asked.leads) if options.leaks else judged.table
        until = until_of(options.until, table, judged.goal)
        question = Question(judged.goal.step, bands, until, options.by, options.leaks, targets)
        found = findings(
            table,
            question,
            taker.beside,
            leads=called(asked.leads),
            version=version("scorelang"),
            other=old,
            reference=_reference(asked, options, judged),
            per=options.per,
        )
    with open_text_output(asked.output) as out:
        out.write(render(found))
    return judged.code


def _check(asked: Asked, options: Options) -> None:
    """Raise `UsageError` for options that say nothing together, and for files that stand where others should."""
    if options.reference is None:
        for name, given in (
            ("--reference-events", options.reference_events),
            ("--reference-as-of", options.reference_as_of),
        ):
            if given:
                raise click.UsageError(f"{name} says something of `--reference FILE`, which is not given")
    read = [options.old, options.reference, *options.reference_events]
    check_overwriting([asked.output, asked.rejects], [path for path in read if path and not is_revision(path)])


def _reference(asked: Asked, options: Options, judged: Judged) -> tuple[str, Table] | None:
    """The leads of the reference, scored; None where none is named."""
    if options.reference is None:
        return None
    with Rejects(None, named=False) as rejects:
        now_at = instant(judged.model, asked.as_of)
        when = before_at(judged.model, options.reference_as_of, now_at)
        table = scored(judged.model, options.reference, options.reference_events, when, rejects)
    rejects.say()
    judged.rejected += rejects.count
    return called(options.reference), table


def _categories(model: CheckedModel, asked: str | None) -> tuple[str, ...]:
    """The two categories of the matrix; none where the model has fewer. Raises `UsageError` for unknown names."""
    known = [group.name for group in model.groups if group.word == "category"]
    if asked is None:
        return tuple(known[:2]) if len(known) > 1 else ()
    names = [name.strip() for name in asked.split(",")]
    for name in names:
        if name not in known:
            near = closest(name, known)
            raise click.UsageError(
                f"--matrix {asked}: the model has no category `{name}`; "
                + (f"did this mean `{near}`?" if near else f"it has {listed(known) or 'none'}")
            )
    if len(set(names)) != 2:
        raise click.UsageError(f"--matrix {asked}: write two categories, as in `--matrix Fit,Behaviour`")
    return tuple(names)


# --- another version ------------------------------------------------------------------------------------------------


@contextmanager
def _other(asked: str | None) -> Iterator[tuple[str, CheckedModel] | None]:
    if asked is None:
        yield None
        return
    with model_at(asked) as model:
        yield asked, model.checked


def _between(model: CheckedModel, old: CheckedModel | None) -> str | None:
    """What leads flow between: stages, else grades of the score; None without another version."""
    if old is None:
        return None
    if model.stages or old.stages:
        return "stage"
    if all(any(grade.what == "score" for grade in each.grades) for each in (model, old)):
        return "grade"
    note("neither version has stages, and not both grade the score: there is nothing for leads to flow between")
    return None


@define
class _Taker:
    """Takes of every judged lead what the table does not keep; `names` is asked first, with the model."""

    options: Options
    old: CheckedModel | None
    beside: Beside = Factory(lambda: Beside(()))
    _engine: Python | Reference | None = None

    def names(self, model: CheckedModel) -> dict[str, Sequence[str]] | None:
        """The columns to keep: the fields, for drift, and those to group by; all where leaks are looked for."""
        self.beside = Beside(_categories(model, self.options.matrix), _between(model, self.old))
        if self.old is not None and self.beside.what is not None:
            self._engine = engine_of(self.old, "auto")
        return None if self.options.leaks else {**fields_of(model), **columns_by(self.options.by)(model)}

    def taking(self, model: CheckedModel) -> Take | None:
        """What takes each lead; None where all follows from the table."""
        groups = [group for group in model.groups if group.name in self.beside.categories]
        return None if self._engine is None and all(map(is_plain, groups)) else self.take

    def take(self, lead: Lead, result: Result) -> None:
        """Take a lead."""
        other: Result | None = None
        if self._engine is not None:
            with suppress(LeadError):
                other = self._engine.score(lead.record.values, lead.given, lead.as_of, False)
        self.beside.add(result, other)
