"""What `scorelang tune` does: points learned, tested, told, and written."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from scorelang.cli.console import Ticker, note, show
from scorelang.cli.errors import FINDINGS, CommandError
from scorelang.cli.formatting import has_crlf, text_in
from scorelang.cli.models import STDIN, called
from scorelang.cli.outcomes.findings import width_of, write
from scorelang.cli.outcomes.judging import Asked, Judged, fields_of, judge, with_names
from scorelang.cli.outcomes.tuning_text import lines_of_report
from scorelang.data import open_text_output
from scorelang.model import CheckedModel
from scorelang.outcomes.as_data import as_data
from scorelang.outcomes.table import Table
from scorelang.suggest import closest, listed, plural
from scorelang.testing.run import run_tests
from scorelang.tune.findings import Question, Tuned
from scorelang.tune.folds import Folds, Split, folds_of, is_dated
from scorelang.tune.references import learners
from scorelang.tune.rewrite import with_points
from scorelang.tune.tune import counting, tune

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Unless another number is asked for: as many new rules as make so many in all, which people can still read, and for a
# model that has about as many a few.
READABLE, USUAL_NEW = 20, 5
# Fewer leads than that of either outcome teach nothing.
LEAST_OF_EACH = 20
LEAST_HELD, MOST_HELD = 0.05, 0.8


@frozen
class Options:
    """What the command line asks of a tuning besides what became of the leads, as typed."""

    split: str | None
    held_out: str
    folds: int
    seed: int
    max_changes: int | None
    suggest: bool
    max_new: int | None
    all_columns: bool
    leave_out: Sequence[str]
    pdo: float | None
    base_odds: str | None
    diff: bool
    write: bool
    force: bool
    format: str


@frozen
class Rewritten:
    """The text of a model with its new points, the model that it says, and what differs from the old, line by line."""

    text: str
    model: CheckedModel
    diff: tuple[str, ...]


def run(asked: Asked, options: Options) -> int:
    """Tune a model; return the exit code. Raises what `exit_code` has words for."""
    held_out, odds = _held_out(options.held_out), _odds(options.base_odds)
    _check(asked, options)
    judged = judge(asked, lambda model: None if options.all_columns else fields_of(model))
    judged.table = with_names(judged.table, (), asked.leads)
    left_out = _left_out(judged.table, options)
    counted, reached = counting(judged.table, judged.goal)
    _check_size(reached, asked)
    split: Split = _split(options.split, counted)
    folds = folds_of(counted, reached, split, held_out, options.folds, options.seed)
    _check_held(folds, reached)
    question = Question(
        most_changes=options.max_changes,
        most_new=_most_new(options, judged.table) if options.suggest else 0,
        most_rules=READABLE if options.suggest and options.max_new is None else 0,
        leave_out=left_out,
        undeclared=options.all_columns,
        doubling=options.pdo,
        odds=odds,
        seed=options.seed,
    )
    folder = Path.cwd() if asked.model == STDIN else Path(asked.model).parent
    found = _tuned(judged, folds, question, folder)
    _check_lines(found, asked)
    rewritten = _rewritten(judged.table.model, found, folder)
    told = {**as_data(found), **({"diff": list(rewritten.diff)} if options.diff else {})}
    report = lines_of_report(found, split_given=options.split is not None, width=width_of(asked.output))
    lines = [*report, *([""] if options.diff and rewritten.diff else []), *(rewritten.diff if options.diff else ())]
    write(asked.output, options.format, judged.model, told, lines)
    return max(judged.code, _written(asked, options, judged.table.model, found, rewritten))


# --- what is asked --------------------------------------------------------------------------------------------------


def _check(asked: Asked, options: Options) -> None:
    """Raise `UsageError` for options that do not go together."""
    if options.max_new is not None and not options.suggest:
        raise click.UsageError("--max-new goes with `--suggest`")
    if options.force and not options.write:
        raise click.UsageError("--force goes with `--write`")
    if options.write and asked.model == STDIN:
        raise click.UsageError("--write needs a file to write to, and the model comes from standard input")
    if options.pdo is not None and not math.isfinite(options.pdo):
        raise click.UsageError(f"--pdo {options.pdo}: write a number of points, as in `--pdo 20`")
    if options.pdo is not None and options.max_changes is not None:
        raise click.UsageError("--pdo sets the scale of all points, so `--max-changes` cannot hold")


def _held_out(text: str) -> float:
    """`30%` as a share. Raises `UsageError`."""
    try:
        share = float(text.strip().removesuffix("%")) / 100
    except ValueError:
        share = 0.0
    if not LEAST_HELD <= share <= MOST_HELD:
        raise click.UsageError(f"--held-out {text}: write a share of the leads from 5% to 80%, as in `--held-out 30%`")
    return share


def _odds(text: str | None) -> float | None:
    """`1:9` as a number. Raises `UsageError`."""
    if text is None:
        return None
    one, _, other = text.partition(":")
    try:
        odds = float(one) / float(other)
    except (ValueError, ZeroDivisionError):
        odds = 0.0
    if not 0 < odds < float("inf"):
        raise click.UsageError(f"--base-odds {text}: write them as in `--base-odds 1:9`, one that gets there to nine")
    return odds


def _split(given: str | None, table: Table) -> Split:
    if given is None:
        return "time" if is_dated(table) else "random"
    return "time" if given == "time" else "random"


def _most_new(options: Options, table: Table) -> int:
    return options.max_new or max(READABLE - len(table.rules), USUAL_NEW)


def _left_out(table: Table, options: Options) -> Collection[str]:
    """The names that nothing is built on, the leads' identity among them. Raises `UsageError` for an unknown one."""
    for name in options.leave_out:
        if name not in table.columns:
            near = closest(name, table.columns)
            hint = f"did this mean `{near}`?" if near else f"there are {listed(table.columns, limit=20)}"
            what = "column" if options.all_columns else "field that the model reads"
            raise click.UsageError(f"--leave-out {name}: there is no such {what}; {hint}")
    # Who a lead is, is nothing to learn from.
    fields = {field.name for field in table.model.fields}
    return frozenset([*options.leave_out, *({table.model.key} - fields)])


# --- what there is --------------------------------------------------------------------------------------------------


def _check_size(reached: NDArray[np.bool_], asked: Asked) -> None:
    """Raise `CommandError` where there is too little to learn from."""
    ones = int(reached.sum())
    others = len(reached) - ones
    if min(ones, others) < LEAST_OF_EACH:
        message = (
            f"{called(asked.leads)}: {plural(ones, 'lead')} got there and {others:,} did not: too few to learn from"
        )
        raise CommandError(message, f"at least {LEAST_OF_EACH} of each are needed")


def _check_held(folds: Folds, reached: NDArray[np.bool_]) -> None:
    """Raise `CommandError` where one side of the cut says nothing."""
    for part, name in ((folds.train, "to learn from"), (folds.held, "held out")):
        ones = int(reached[part].sum())
        if ones in (0, int(part.sum())):
            which = "none" if ones == 0 else "all"
            message = f"{which} of the {plural(int(part.sum()), 'lead')} {name} got there, so they tell nothing"
            raise CommandError(message, "`--held-out SHARE%` moves the cut, `--split random` draws leads of all times")


def _check_lines(found: Tuned, asked: Asked) -> None:
    """Raise `CommandError` for a model without points to learn, unless rules were asked for."""
    if not found.lines and not found.suggested:
        why = listed(dict.fromkeys(left.why for left in found.left)) or "it has no rules"
        raise CommandError(f"{called(asked.model)}: there are no points that can be learned: {why}", None)


def _tuned(judged: Judged, folds: Folds, question: Question, folder: Path) -> Tuned:
    steps = 2 + len(learners()) + (1 + len(folds.pairs) if question.most_new else 0)
    done = 0
    with Ticker("tuning", lambda: steps, shown=True) as ticker:

        def progress(_: str) -> None:
            nonlocal done
            ticker.tick(done)
            done += 1

        return tune(judged.table, judged.goal, folds, question, folder, progress)


# --- the file -------------------------------------------------------------------------------------------------------


def _rewritten(model: CheckedModel, found: Tuned, folder: Path) -> Rewritten:
    text, became = with_points(model, found.lines, found.points, folder)
    name = model.source.name
    before, after = model.source.text.splitlines(), text.splitlines()
    diff = difflib.unified_diff(before, after, name, f"{name} (new points)", lineterm="", n=1)
    return Rewritten(text, became, tuple(diff))


def _written(asked: Asked, options: Options, model: CheckedModel, found: Tuned, rewritten: Rewritten) -> int:
    """Write the new points where that is asked and to be done; 1 where it is not."""
    if not found.changes:
        return 0
    if options.write and not (found.recommended or options.force):
        note("nothing is written: the new points are not recommended; `--force` writes them nevertheless")
        return FINDINGS
    if options.write:
        raw = text_in(asked.model, called(asked.model))
        text = rewritten.text.replace("\n", "\r\n") if has_crlf(raw) else rewritten.text
        with open_text_output(asked.model) as out:
            out.write(("\ufeff" if raw.startswith("\ufeff") else "") + text)
        show(f"{asked.model}: the points of {plural(_rules(found), 'rule')} written", err=True)
    for line in _tests(asked.model, model, rewritten.model):
        note(line)
    return 0


def _rules(found: Tuned) -> int:
    return len({change.rule for change in found.changes})


def _tests(path: str, model: CheckedModel, became: CheckedModel) -> Iterator[str]:
    """What tests of the model say of the new points."""
    before, after = (sum(bool(one.failures) for one in run_tests(each)) for each in (model, became))
    if after > before:
        what = plural(after - before, "test that holds now does", "tests that hold now do")
        command = f"scorelang test {called(path)} --update"
        yield f"{what} not with the new points; `{command}` shows what they would have to say"
