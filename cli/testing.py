"""What `scorelang test` does: find the tests, run them, and report in every format that was asked for."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from typing import Literal

import click
from attrs import Factory, define, frozen

from scorelang.cli.checking import models_in
from scorelang.cli.console import Ticker, is_terminal, note, plural, printable, show, wants_colour
from scorelang.cli.errors import FINDINGS, FINE, WRONG, CommandError, counted, say, shown
from scorelang.cli.models import STDIN, load_model
from scorelang.cli.options import check_overwriting
from scorelang.data import open_text_output
from scorelang.diagnostics import Diagnostic, ModelError, ScorelangError
from scorelang.testing import coverage_text, mutate_text
from scorelang.testing.as_data import FileReport, as_json, as_junit
from scorelang.testing.as_text import Segment, styled, words_of
from scorelang.testing.coverage import Covered, Recorder, merged, model_key
from scorelang.testing.coverage_html import render_html
from scorelang.testing.last_failed import item_key, last_failed, place_of, remember
from scorelang.testing.mutate import Mutation, mutate
from scorelang.testing.search import Search
from scorelang.testing.select import Choice, SelectionError, selection
from scorelang.testing.suite import Item, Report, Suite, items_of

Format = Literal["pretty", "json", "junit"]
FORMATS: tuple[Format, ...] = ("pretty", "json", "junit")


@frozen
class Wanted:
    """What the command line asks for, as typed."""

    paths: Sequence[str]
    chosen: str | None
    last_failed: bool
    fail_fast: bool
    formats: Sequence[str]
    output: str | None
    verbose: bool
    seed: int
    max_examples: int
    coverage: bool
    coverage_html: str | None
    fail_under: float | None
    mutate: bool
    allow_empty: bool

    @property
    def covers(self) -> bool:
        """Whether anything is asked of coverage."""
        return self.coverage or self.coverage_html is not None or self.fail_under is not None


def run_tests(wanted: Wanted) -> int:
    """Run all tests that are wanted; return the exit code. Raises what `exit_code` has words for."""
    outputs = outputs_of(wanted.formats, wanted.output)
    paths = list(dict.fromkeys(models_in(wanted.paths)))
    check_overwriting([*(path for _, path in outputs), wanted.coverage_html], paths)
    run = _Run(wanted, _choice(wanted), pretty=("pretty", None) in outputs)
    start = time.perf_counter()
    files = run.files(paths)
    took = time.perf_counter() - start
    remember((file.path, file.reports) for file in files if file.path != STDIN and not file.wrong)
    covered = merged(run.covered) if wanted.covers else None
    mutations = run.mutations(files) if wanted.mutate else None
    for format_, path in outputs:
        if (format_, path) != ("pretty", None):
            _write(_rendered(format_, Found(files, covered, mutations, took)), path)
    if wanted.coverage_html is not None:
        _write(render_html(covered or ()), wanted.coverage_html)
    failed = any(not report.passed for file in files for report in file.reports)
    show(("\n" if failed and run.pretty else "") + _summary(files, took), err=not run.pretty)
    if wanted.coverage and run.pretty:
        for one in covered or ():
            show("\n" + coloured(coverage_text.styled(one)))
    for mutation in mutations or () if run.pretty else ():
        show("\n" + coloured(mutate_text.styled(mutation)))
    unnoticed = FINDINGS if any(mutation.unnoticed for mutation in mutations or ()) else FINE
    return max(_code(files, wanted), _code_of_coverage(covered or (), wanted.fail_under), unnoticed)


def outputs_of(formats: Sequence[str], output: str | None) -> list[tuple[Format, str | None]]:
    """Each format with its file; None is standard output. Raises `UsageError` for what cannot be meant."""
    outputs: list[tuple[Format, str | None]] = []
    for text in formats or ("pretty",):
        name, equals, path = text.partition("=")
        format_ = next((known for known in FORMATS if known == name), None)
        if format_ is None or (equals and not path):
            raise click.UsageError(
                f"--format {text}: it is pretty, json or junit, with a file as in `--format junit=report.xml`"
            )
        outputs.append((format_, path if equals and path != STDIN else None))
    open_ = [number for number, (_, path) in enumerate(outputs) if path is None]
    if len(open_) > 1:
        names = " and ".join(outputs[number][0] for number in open_)
        raise click.UsageError(f"{names} would both go to the same place; give one a file: `--format junit=report.xml`")
    if output is not None and output != STDIN:
        if not open_:
            raise click.UsageError(f"-o {output}: every format has a file of its own already")
        outputs[open_[0]] = (outputs[open_[0]][0], output)
    return outputs


def _choice(wanted: Wanted) -> Choice:
    try:
        return selection(wanted.chosen) if wanted.chosen is not None else lambda name: True
    except SelectionError as error:
        raise click.UsageError(f"-k: {error}") from None


@frozen
class Found:
    """All that came of a run; `covered` and `mutations` are None where nobody asked. `took` is in seconds."""

    files: Sequence[FileReport]
    covered: Sequence[Covered] | None
    mutations: Sequence[Mutation] | None
    took: float


@define
class _Run:
    """One run over files; with `pretty`, it says on standard output how it goes."""

    wanted: Wanted
    choice: Choice
    pretty: bool
    stopped: bool = False
    told: list[Diagnostic] = Factory(list)
    covered: list[Covered] = Factory(list)
    suites: list[Suite] = Factory(list)

    def files(self, paths: Iterable[str]) -> list[FileReport]:
        done: list[FileReport] = []
        loaded = [self.loaded(path) for path in paths]
        if self.wanted.last_failed:
            loaded = _only_failed(loaded)
        for one in loaded:
            if self.stopped:
                break
            done.append(one if isinstance(one, FileReport) else self.file(one))
        return done

    def loaded(self, path: str) -> Suite | FileReport:
        """The tests in a file that are wanted, or what is wrong with it."""
        try:
            model = load_model(path).checked
        except ModelError as error:
            # What several models use is wrong once.
            new = [found for found in error.diagnostics if found not in self.told]
            self.told += new
            show("\n".join(filter(None, (shown(new), counted(new)))), err=True) if new else None
            return FileReport(path, wrong=error.diagnostics)
        except (ScorelangError, OSError) as error:
            say(error)
            return FileReport(path, wrong=(str(error),))
        name = "standard input" if path == STDIN else path
        items = [item for item in items_of(model, name) if self.choice(f"{path} {item.title}")]
        return Suite(path, model, items, Search(self.wanted.seed, self.wanted.max_examples))

    def file(self, suite: Suite) -> FileReport:
        if not suite.items:
            return FileReport(suite.path)
        if self.pretty:
            show(click.style(suite.path, bold=True))
        reports: list[Report] = []
        recorder = Recorder(suite.path, suite.model) if self.wanted.covers else None
        suite.watched = recorder.record if recorder is not None else None
        for item in suite.items:
            reports.append(self.item(suite, item))
            if self.wanted.fail_fast and not reports[-1].passed:
                self.stopped = True
                break
        self.suites.append(suite)
        if recorder is not None:
            self.covered.append(recorder.covered())
        if self.pretty and not self.wanted.verbose:
            self.wipe()
            passed = sum(report.passed for report in reports)
            show(f"  {', '.join(words_of(((passed, 'passed'), (len(reports) - passed, 'failed'))))}")
        if self.pretty:
            for report in reports:
                if not report.passed:
                    show("\n" + coloured(styled(report)))
        return FileReport(suite.path, tuple(reports))

    def mutations(self, files: Sequence[FileReport]) -> list[Mutation]:
        """What each model's tests notice of its changes; a model with a test that fails is passed over."""
        failed = {file.path for file in files if not all(report.passed for report in file.reports)}
        models: dict[frozenset[str], list[Suite]] = {}
        for suite in self.suites:
            models.setdefault(model_key(suite.model), []).append(suite)
        done: list[Mutation] = []
        for suites in models.values():
            if any(suite.path in failed for suite in suites):
                note(f"{suites[0].path} is not changed while a test of it fails")
            else:
                done.append(self.mutation(suites))
        return done

    def mutation(self, suites: Sequence[Suite]) -> Mutation:
        total = 0

        def tick(count: int, of: int) -> None:
            nonlocal total
            total = of
            ticker.tick(count)

        with Ticker("changes tried", lambda: total, shown=self.pretty) as ticker:
            return mutate(suites, tick)

    def item(self, suite: Suite, item: Item) -> Report:
        """Run one test; on a terminal its name stands there while it runs."""
        live = self.pretty and is_terminal(sys.stdout) and not self.wanted.verbose
        if live:
            self.wipe()
            click.echo(printable(f"  {item.title}")[:78], nl=False)
        report = suite.run(item)
        if self.pretty and self.wanted.verbose:
            word = click.style("passed", fg="green") if report.passed else click.style("FAILED", fg="red", bold=True)
            show(f"  {word}  {printable(item.title)}  {click.style(f'{report.seconds:.2f} s', dim=True)}")
        return report

    def wipe(self) -> None:
        """Take away the name of the test that ran."""
        if is_terminal(sys.stdout):
            click.echo("\r\x1b[K", nl=False)


def _only_failed(loaded: list[Suite | FileReport]) -> list[Suite | FileReport]:
    """Only the tests that failed when they were last run; all when none of these did."""
    known = last_failed()
    chosen: list[Suite | FileReport] = []
    for one in loaded:
        if isinstance(one, Suite):
            keys = known.get(place_of(one.path), [])
            one = Suite(one.path, one.model, [item for item in one.items if item_key(item) in keys], one.search)
        chosen.append(one)
    if any(isinstance(one, Suite) and one.items for one in chosen):
        return chosen
    note("no test here failed when it was last run: running all")
    return loaded


def _code(files: Sequence[FileReport], wanted: Wanted) -> int:
    if any(file.wrong for file in files):
        return WRONG
    if any(not report.passed for file in files for report in file.reports):
        return FINDINGS
    if not wanted.allow_empty and not any(file.reports for file in files):
        why = "no test is called so" if wanted.chosen is not None else "there is no test"
        places = ", ".join(wanted.paths)
        say(CommandError(f"{places}: {why}", "`--allow-empty` makes this fine"))
        return WRONG
    return FINE


def _code_of_coverage(covered: Sequence[Covered], least: float | None) -> int:
    """Whether enough is reached of all models together."""
    if least is None:
        return FINE
    total, reached = sum(one.total for one in covered), sum(one.reached for one in covered)
    percent = 100 * reached / total if total else 100.0
    if percent >= least:
        return FINE
    text = f"{coverage_text.shown(percent)}% of the outcomes are reached, fewer than the {least:g}% of --fail-under"
    show(click.style(text, fg="red", bold=True), err=True)
    return FINDINGS


# --- reports --------------------------------------------------------------------------------------------------------


def _summary(files: Sequence[FileReport], took: float) -> str:
    reports = [report for file in files for report in file.reports]
    passed = sum(report.passed for report in reports)
    wrong = sum(bool(file.wrong) for file in files)
    counts = [*words_of(((passed, "passed"), (len(reports) - passed, "failed")))]
    counts += [plural(wrong, "file is", "files are") + " wrong"] if wrong else []
    colour = "green" if passed == len(reports) and not wrong else "red"
    tested = sum(bool(file.reports) for file in files)
    text = f"{', '.join(counts) or 'no test was run'} in {plural(tested, 'file')} ({took:.1f} s)"
    return click.style(text, fg=colour, bold=True)


def _rendered(format_: Format, found: Found) -> str:
    files = found.files
    match format_:
        case "json":
            return as_json(files, found.covered, found.mutations)
        case "junit":
            return as_junit(files)
    failed = [report for file in files for report in file.reports if not report.passed]
    texts = ["".join(text for text, _ in styled(report)) for report in failed]
    texts.append(click.unstyle(_summary(files, found.took)) + "\n")
    texts += ["".join(text for text, _ in coverage_text.styled(one)) for one in found.covered or ()]
    texts += ["".join(text for text, _ in mutate_text.styled(one)) for one in found.mutations or ()]
    return "\n".join(texts).rstrip("\n")


def _write(text: str, path: str | None) -> None:
    if path is None:
        show(text)
        return
    with open_text_output(path) as out:
        out.write(text + "\n")


def coloured(segments: Iterable[Segment]) -> str:
    """The text, on a terminal in colour."""
    plain = not wants_colour(sys.stdout)
    return "".join(text if plain or not style else _styled(text, style) for text, style in segments).rstrip("\n")


def _styled(text: str, style: str) -> str:
    words = style.split()
    colour = next((word for word in words if word not in ("bold", "dim")), None)
    return click.style(text, fg=colour, bold="bold" in words or None, dim="dim" in words or None)
