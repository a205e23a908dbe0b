"""What `scorelang prove` does: every `never` and `always`, for all leads there can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from scorelang.cli.checking import models_in
from scorelang.cli.console import show
from scorelang.cli.errors import FINDINGS, FINE, WRONG, CommandError, say, told
from scorelang.cli.models import STDIN, called, explained, load_model
from scorelang.cli.options import USUAL_TIMEOUT
from scorelang.cli.outputs import check_reports, outputs_of, write_report
from scorelang.cli.reporting import coloured
from scorelang.diagnostics import ScorelangError
from scorelang.suggest import plural

if TYPE_CHECKING:
    from scorelang import model as m
    from scorelang.analysis.as_data import FileProofs
    from scorelang.analysis.prove import Proof
    from scorelang.diagnostics import Diagnostic
    from scorelang.testing.suite import Item, Report

FORMATS = ("pretty", "json", "junit")


@frozen
class Options:
    """What the command line asks for, as typed; `timeout` is in seconds for each invariant."""

    paths: Sequence[str]
    assumed: Sequence[str]
    timeout: float
    formats: Sequence[str]
    output: str | None


def prove_models(options: Options) -> int:
    """Prove what stands in all models; return the exit code. Raises what `exit_code` has words for."""
    outputs = outputs_of(options.formats, options.output, FORMATS, "junit=proofs.xml")
    paths = list(models_in(options.paths))
    check_reports([path for _, path in outputs], paths)
    pretty = ("pretty", None) in outputs
    before: list[Diagnostic] = []
    files = [_file(path, options, before, pretty=pretty) for path in paths]
    every = [proof for file in files for proof in file.proofs]
    wrong = any(file.wrong for file in files)
    if not every and not wrong:
        names = ", ".join(map(called, options.paths))
        say(CommandError(f"{names}: there is no `never` or `always`", 'write one: `never "…": CONDITION`'))
        return WRONG
    if every:
        show(summary(every, len([file for file in files if file.proofs])), err=not pretty)
    for format_, path_ in outputs:
        if (format_, path_) != ("pretty", None):
            write_report(_rendered(format_, files, options), path_)
    return WRONG if wrong else FINE if all(proof.passed for proof in every) else FINDINGS


def _file(path: str, options: Options, before: list[Diagnostic], *, pretty: bool) -> FileProofs:
    """Prove what stands in one of the files; what is wrong with it is told, and the others are proved all the same."""
    from scorelang.analysis.as_data import FileProofs

    name = called(path)
    try:
        model, assumed = model_with(path, options.assumed, "--assume")
        return FileProofs(name, prove_file(name, model, assumed, options.timeout, pretty=pretty))
    except (ScorelangError, OSError) as error:
        return FileProofs(name, wrong=told(error, before))


def model_with(path: str, conditions: Sequence[str], option: str) -> tuple[m.CheckedModel, tuple[m.Expression, ...]]:
    """The model in a file, and conditions of the option `option`, read as if they stood in it.

    Raises `CommandError` for what is no condition, and what `load_model` raises.
    """
    from scorelang.analysis.assumptions import ConditionError, with_conditions
    from scorelang.api import read_source

    if not conditions:
        return load_model(path).checked, ()
    if path == STDIN:
        model = load_model(path).checked
        source, folder = model.source, Path.cwd()
    else:
        with explained(path):
            source, folder = read_source(path), Path(path).parent
    try:
        return with_conditions(source, folder, conditions)
    except ConditionError as error:
        raise CommandError(f"{option}: {error.message}", error.hint) from None


def prove_file(
    name: str, model: m.CheckedModel, assumed: Sequence[m.Expression], timeout: float, *, pretty: bool
) -> list[Proof]:
    """Prove what stands in one file; with `pretty` it is told on standard output as it comes."""
    # z3 takes its time to load: only what is proved needs it.
    from scorelang.analysis.as_text import styled
    from scorelang.analysis.prove import has_lead, proofs

    if assumed and not has_lead(model, assumed, timeout):
        raise CommandError("--assume: no lead can be so", "leave one of the conditions out")
    invariants = [invariant for invariant in model.invariants if invariant.place.source.name == name]
    if invariants and pretty:
        show(click.style(name, bold=True))
    done: list[Proof] = []
    for proof in proofs(model, invariants, timeout, assumed) if invariants else ():
        done.append(proof)
        if pretty:
            show(coloured(styled(proof)) + ("\n" if proof.broken else ""))
    return done


def prover_of(model: m.CheckedModel) -> Callable[[Item], Report]:
    """What decides the invariants of a model for `scorelang test --prove`: a report on each.

    What is not decided in `USUAL_TIMEOUT` is a failure.
    """
    from scorelang.analysis.as_text import in_brief
    from scorelang.analysis.prove import prove
    from scorelang.analysis.questions import Questions
    from scorelang.testing.failures import Failure
    from scorelang.testing.suite import Report

    questions = Questions(model)

    def decide(item: Item) -> Report:
        assert item.invariant is not None
        proof = prove(questions, item.invariant, USUAL_TIMEOUT)
        if proof.decision == "unknown":
            longer = "; `scorelang prove --timeout` gives it longer" if proof.late else ""
            actual = in_brief(proof, USUAL_TIMEOUT) + longer
            return Report(item, proof.seconds, (Failure(item.where, "true of every lead", actual),))
        return Report(item, proof.seconds, broken=proof.broken)

    return decide


def summary(proofs: Sequence[Proof], files: int) -> str:
    """`4 proved, 1 refuted in 1 file (6.2 s)`."""
    from scorelang.analysis.as_text import counted

    took = sum(proof.seconds for proof in proofs)
    text = f"{counted(proofs)} in {plural(files, 'file')} ({took:.1f} s)"
    return click.style(text, fg="green" if all(proof.passed for proof in proofs) else "red", bold=True)


def _rendered(format_: str, files: Sequence[FileProofs], options: Options) -> str:
    from scorelang.analysis import as_data, as_text

    if format_ == "json":
        return as_data.as_json(files, options.assumed, options.timeout)
    if format_ == "junit":
        return as_data.as_junit(files, options.timeout)
    every = [proof for file in files for proof in file.proofs]
    text = "".join(text for proof in every for text, _ in as_text.styled(proof))
    return text + click.unstyle(summary(every, len(files)))
