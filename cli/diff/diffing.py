"""What `scorelang diff` does: two versions of a model in, what differs and what becomes of leads out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

import click
from attrs import evolve, frozen

from scorelang.api import Model
from scorelang.cli.console import is_terminal, note, show
from scorelang.cli.diff.comparing import Created, Engine, Task, compare_leads
from scorelang.cli.diff.differences import text_lines
from scorelang.cli.diff.revisions import is_revision, model_at
from scorelang.cli.errors import FINDINGS, FINE, CommandError
from scorelang.cli.models import STDIN, called
from scorelang.cli.notes import last_word, notes
from scorelang.cli.options import USUAL_TIMEOUT, check_inputs, check_overwriting, check_read_once, instant
from scorelang.cli.rejects import Rejects
from scorelang.cli.sizes import databases_of, files_of
from scorelang.cli.table import table_width
from scorelang.data import open_text_output
from scorelang.diff import (
    Broken,
    Difference,
    Impact,
    Limit,
    LimitError,
    Report,
    as_data,
    breach,
    difference,
    read_limit,
    renamed_stages,
    render_html,
    render_markdown,
    stages_of,
)
from scorelang.diff.proof import Proof
from scorelang.model import CheckedModel
from scorelang.suggest import closest, listed
from scorelang.values import Type

FORMATS = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".json": "json", ".txt": "text"}
# How many of the leads that moved most are shown, unless somebody says.
MOST_MOVED = 10


@frozen
class Options:
    """What the command line asks for, as typed."""

    old: str
    new: str
    leads: str | None
    events: Sequence[str]
    as_of: str | None
    key: str | None
    line: str | None
    created: str | None
    top: int | None
    fail_if: Sequence[str]
    rejects: str | None
    engine: Engine
    memory_limit: str | None
    format: str | None
    output: str | None
    prove: bool
    timeout: float | None


def compare(options: Options) -> int:
    """Compare two versions; return the exit code. Raises what `exit_code` has words for."""
    _check(options)
    format_ = options.format or _format_of(options.output)
    with model_at(options.old) as old, model_at(options.new) as new:
        limits = _limits(options.fail_if, old.checked, new.checked)
        found = difference(old.checked, new.checked)
        report, code = Report(found), FINE
        if options.leads is not None:
            impact, rejected = _impact(options, old, new, found)
            names = renamed_stages(found)
            said = [
                (limit, breach(evolve(limit, subject=names.get(limit.subject, limit.subject)), impact))
                for limit in limits
            ]
            broken = tuple(Broken(limit.text, words) for limit, words in said if words is not None)
            report = Report(found, impact, called(options.leads), broken)
            code = FINDINGS if broken or rejected else FINE
        if options.prove:
            report = evolve(report, proof=_proof(options, old.checked, new.checked, found))
            code = code if report.proof is not None and report.proof.decision == "same" else FINDINGS
    to_terminal = options.output in (None, STDIN) and is_terminal(sys.stdout)
    with open_text_output(options.output) as out:
        out.write(_text(report, format_, table_width(to_terminal)))
    for one in report.broken:
        show(f"{click.style('fails', fg='red', bold=True)}: --fail-if {one.limit!r}: {one.said}", err=True)
    return code


# --- what is asked for ----------------------------------------------------------------------------------------------


def _check(options: Options) -> None:
    """Raise for options that say nothing together, and for files that stand where others should."""
    if options.timeout is not None and not options.prove:
        raise click.UsageError("--timeout: only with `--prove`, which it gives so many seconds")
    if options.leads is None:
        asked = {
            "--events": options.events, "--as-of": options.as_of, "--id-column": options.key, "--line": options.line,
            "--created": options.created, "--top": options.top, "--fail-if": options.fail_if,
            "--rejects": options.rejects, "--memory-limit": options.memory_limit,
            "--engine": options.engine != "auto",
        }  # fmt: skip
        said = [option for option, value in asked.items() if value]
        if said:
            raise click.UsageError(f"{listed(said)}: only with `--leads FILE`, whose leads both versions then score")
    for model in (options.old, options.new):
        check_inputs(model, options.leads or "", files_of(options.events))
    check_read_once([options.old, options.new, options.leads, *options.events])
    models = [path for path in (options.old, options.new) if not is_revision(path)]
    read = files_of([*options.events, *([options.leads] if options.leads else [])])
    check_overwriting([options.output, options.rejects], [*models, *read, *databases_of(read)])


def _format_of(output: str | None) -> str:
    if output in (None, STDIN):
        return "text"
    extension = os.path.splitext(output or "")[1].lower()
    if extension not in FORMATS:
        raise click.UsageError(
            f"the name {output} says no format: add `--format`, or name it .md, .html, .json or .txt"
        )
    return FORMATS[extension]


def _limits(texts: Sequence[str], old: CheckedModel, new: CheckedModel) -> list[Limit]:
    try:
        return [read_limit(text, stages_of(old, new)) for text in texts]
    except LimitError as error:
        raise click.UsageError(f"--fail-if {error}") from None


def _line(options: Options, old: CheckedModel, new: CheckedModel) -> str | None:
    """The stage over which leads are work for sales. Raises `UsageError` for what is no stage."""
    known = stages_of(old, new)
    if options.line is None or options.line in known:
        return options.line
    near = closest(options.line, known)
    hint = f"did this mean `{near}`?" if near else f"stages: {listed(known)}" if known else "the models have no stages"
    raise click.UsageError(f"--line {options.line}: there is no such stage; {hint}")


# --- leads ----------------------------------------------------------------------------------------------------------


def _impact(options: Options, old: Model, new: Model, found: Difference) -> tuple[Impact, bool]:
    """What becomes of the leads, and whether rows were rejected."""
    assert options.leads is not None
    before, after = old.checked, new.checked
    line = _line(options, before, after)
    if options.key is not None:
        before, after = evolve(before, key=options.key), evolve(after, key=options.key)
    task = Task(
        old=before,
        new=after,
        found=found,
        leads=options.leads,
        events=files_of(options.events),
        key_named=options.key is not None,
        # A time without an offset is one of the new version, so that both score at the same instant.
        as_of=instant(new, options.as_of),
        line=line,
        created=None if options.created is None else Created.of(after, options.created),
        top=MOST_MOVED if options.top is None else options.top,
        engine=options.engine,
        memory=options.memory_limit,
    )
    with Rejects(options.rejects, named=options.rejects is not None) as rejects:
        compared = compare_leads(task, rejects)
    impact = compared.impact
    _check_created(options.created, impact, after)
    rejects.say()
    for text in notes(after, options.leads, compared.seen, compared.heard):
        note(text)
    path = rejects.path if rejects.count else None
    show(last_word(options.leads, impact.leads, compared.rejected, [task.as_of], path), err=True)
    return impact, rejects.count > 0


def _check_created(name: str | None, impact: Impact, model: CheckedModel) -> None:
    """Raise `CommandError` where not a single lead says when it came: the name is hardly the right one."""
    if name is None or not impact.leads or impact.dated:
        return
    dates = [field.name for field in model.fields if field.type is Type.DATE]
    hint = f"dates of the model: {listed(dates)}" if dates else "name a column that holds a date"
    raise CommandError(f"--created {name}: no lead has a date there", hint)


# --- proof ----------------------------------------------------------------------------------------------------------


def _proof(options: Options, old: CheckedModel, new: CheckedModel, found: Difference) -> Proof:
    """What is true of every lead."""
    # z3 takes its time to load: only what is proved needs it.
    from scorelang.analysis.versions import compare

    return compare(old, new, found, USUAL_TIMEOUT if options.timeout is None else options.timeout)


# --- showing --------------------------------------------------------------------------------------------------------


def _text(report: Report, format_: str, width: int) -> str:
    match format_:
        case "markdown":
            return render_markdown(report)
        case "html":
            return render_html(report)
        case "json":
            return json.dumps(as_data(report), indent=2, ensure_ascii=False) + "\n"
    return "".join(f"{line}\n" for line in text_lines(report, width))
