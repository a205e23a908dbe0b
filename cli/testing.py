"""What `scorelang test` does: find the tests, run them, and report in every format that was asked for."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click
from attrs import Factory, define, evolve, frozen

from scorelang.cli.checking import models_in
from scorelang.cli.console import Ticker, is_terminal, note, printable, show
from scorelang.cli.errors import FINDINGS, FINE, WRONG, CommandError, say, told
from scorelang.cli.models import STDIN, STDIN_NAME, called, load_model
from scorelang.cli.outputs import check_reports, outputs_of
from scorelang.cli.reporting import FORMATS, Found, coloured, report
from scorelang.diagnostics import Diagnostic, ScorelangError
from scorelang.testing.as_text import styled, words_of
from scorelang.testing.last_failed import item_key, last_failed, place_of, remember
from scorelang.testing.search import Search
from scorelang.testing.select import Choice, SelectionError, selection
from scorelang.testing.suite import FileReport, Item, Report, Suite, items_of

if TYPE_CHECKING:
    from scorelang.testing.coverage import Covered, Recorder
    from scorelang.testing.mutate import Mutation


@frozen
class Options:
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
    generate: str | None
    update: bool
    yes: bool
    watch: bool
    allow_empty: bool
    prove: bool

    @property
    def covers(self) -> bool:
        """Whether anything is asked of coverage."""
        return self.coverage or self.coverage_html is not None or self.fail_under is not None


def run_tests(options: Options) -> int:
    """Run all tests that are asked for; return the exit code. Raises what `exit_code` has words for."""
    outputs = outputs_of(options.formats, options.output, FORMATS, "junit=report.xml")
    _check_writing(options)
    paths = _models(options)
    check_reports([*(path for _, path in outputs), options.coverage_html], paths)
    run = _Run(options, _choice(options), pretty=("pretty", None) in outputs)
    start = time.perf_counter()
    files = run.files(paths)
    took = time.perf_counter() - start
    remember((file.path, file.reports) for file in files if file.path != STDIN_NAME and not file.wrong)
    found = Found(
        files,
        run.coverage() if options.covers else None,
        run.mutations(files) if options.mutate else None,
        took,
        options.coverage,
        options.verbose,
    )
    report(found, outputs, options.coverage_html)
    code = _code(found, options)
    if options.generate is not None:
        return run.generated(options.generate, code)
    if options.update and code == FINDINGS:
        from scorelang.cli.golden import update_tests

        return update_tests(run.suites, sure=options.yes)
    return code


def _check_writing(options: Options) -> None:
    """Raise `UsageError` or `CommandError` for what could not be written, before anything is run."""
    if options.yes and not options.update:
        raise click.UsageError("--yes agrees to what `--update` shows, and there is no `--update`")
    if options.update and STDIN in options.paths:
        raise click.UsageError("--update writes to a model's file, and standard input has none")
    if options.generate is not None:
        from scorelang.cli.golden import check_new

        check_new(options.generate)


def _models(options: Options) -> list[str]:
    """The files to be run, each once. Raises `CommandError` for a folder without any, unless that is allowed."""
    return list(models_in(options.paths, may_be_empty=options.allow_empty))


def watch_tests(options: Options) -> int:
    """Run them, and again whatever a saved file touches, until Ctrl-C; return the last exit code."""
    from scorelang.cli.watching import watch

    if options.generate is not None or options.update:
        raise click.UsageError("--watch only runs tests: `--generate` and `--update` are for a run of their own")
    return watch(options.paths, lambda paths: run_tests(evolve(options, paths=tuple(paths))))


def _choice(options: Options) -> Choice:
    try:
        return selection(options.chosen) if options.chosen is not None else lambda name: True
    except SelectionError as error:
        raise click.UsageError(f"-k: {error}") from None


@define
class _Run:
    """One run over files; with `pretty`, it says on standard output how it goes."""

    options: Options
    choice: Choice
    pretty: bool
    stopped: bool = False
    failed: bool = False
    told: list[Diagnostic] = Factory(list)
    covered: list[Covered] = Factory(list)
    suites: list[Suite] = Factory(list)
    untested: list[Suite] = Factory(list)

    def files(self, paths: Iterable[str]) -> list[FileReport]:
        done: list[FileReport] = []
        loaded = [self.loaded(path) for path in paths]
        if self.options.last_failed:
            loaded = _only_failed(loaded)
        for one in loaded:
            if self.stopped:
                break
            done.append(one if isinstance(one, FileReport) else self.file(one))
        return done

    def loaded(self, path: str) -> Suite | FileReport:
        """The tests in a file that are asked for, or what is wrong with it."""
        name = called(path)
        try:
            model = load_model(path).checked
        except (ScorelangError, OSError) as error:
            return FileReport(name, wrong=told(error, self.told))
        items = [item for item in items_of(model, name) if self.choice(f"{name} {item.title}")]
        suite = Suite(name, model, items, Search(self.options.seed, self.options.max_examples))
        if self.options.prove and any(item.invariant is not None for item in items):
            from scorelang.cli.proving import prover_of

            suite.proves = prover_of(model)
        return suite

    def file(self, suite: Suite) -> FileReport:
        if not suite.items:
            if self.options.generate is not None:
                self.suites.append(suite)
            if self.options.covers and self.options.chosen is None and not self.options.last_failed:
                self.untested.append(suite)
            return FileReport(suite.path)
        if self.pretty:
            gap = "\n" if self.failed else ""
            show(gap + click.style(suite.path, bold=True))
        reports: list[Report] = []
        recorder = self.recorder(suite)
        for item in suite.items:
            reports.append(self.item(suite, item))
            self.failed = self.failed or not reports[-1].passed
            if self.options.fail_fast and not reports[-1].passed:
                self.stopped = True
                break
        self.suites.append(suite)
        if recorder is not None:
            self.covered.append(recorder.covered())
        if self.pretty and not self.options.verbose:
            self.wipe()
            passed = sum(report.passed for report in reports)
            show(f"  {', '.join(words_of(((passed, 'passed'), (len(reports) - passed, 'failed'))))}")
        if self.pretty:
            for report in reports:
                if not report.passed:
                    show("\n" + coloured(styled(report)))
        return FileReport(suite.path, tuple(reports))

    def recorder(self, suite: Suite) -> Recorder | None:
        """What watches the tests of a file, if anybody asks what they reach."""
        if not self.options.covers:
            return None
        from scorelang.testing.coverage import Recorder

        recorder = Recorder(suite.model_path, suite.model)
        suite.watched = recorder.record
        return recorder

    def coverage(self) -> Sequence[Covered]:
        """What is reached of each model; of one that no test is written for, nothing."""
        from scorelang.testing.coverage import merged

        used = {source.text for one in self.covered for source in one.model.sources}
        without = [suite for suite in self.untested if suite.model.source.text not in used]
        recorders = (self.recorder(suite) for suite in without)
        nothing = [recorder.covered() for recorder in recorders if recorder is not None]
        return [one for one in merged([*self.covered, *nothing]) if one.total]

    def mutations(self, files: Sequence[FileReport]) -> list[Mutation]:
        """What each model's tests notice of its changes; a model with a test that fails is passed over."""
        failed = {file.path for file in files if not all(report.passed for report in file.reports)}
        done: list[Mutation] = []
        for suites in self.models():
            if any(suite.path in failed for suite in suites):
                note(f"{suites[0].path} is not changed while a test of it fails")
            else:
                done.append(self.mutation(suites))
        return done

    def models(self) -> list[list[Suite]]:
        """The suites of each model: of its own file, and of those that test it."""
        from scorelang.testing.coverage import model_key

        models: dict[frozenset[str], list[Suite]] = {}
        for suite in self.suites:
            models.setdefault(model_key(suite.model), []).append(suite)
        return list(models.values())

    def generated(self, path: str, code: int) -> int:
        """Write the tests that the one model lacks. Raises `CommandError` for several models."""
        models = self.models()
        if code not in (FINE, FINDINGS) and not models:
            return code
        if len(models) != 1:
            names = ", ".join(suites[0].model_path for suites in models)
            raise CommandError(f"tests are written for one model at a time, and these are {names}", "name one of them")
        from scorelang.cli.golden import write_tests

        return max(code, write_tests(models[0], path))

    def mutation(self, suites: Sequence[Suite]) -> Mutation:
        from scorelang.testing.mutate import mutate

        total = 0

        def tick(count: int, of: int) -> None:
            nonlocal total
            total = of
            ticker.tick(count)

        with Ticker("changes tried", lambda: total, shown=self.pretty) as ticker:
            return mutate(suites, tick)

    def item(self, suite: Suite, item: Item) -> Report:
        """Run one test; on a terminal its name stands there while it runs."""
        live = self.pretty and is_terminal(sys.stdout) and not self.options.verbose
        if live:
            self.wipe()
            click.echo(printable(f"  {item.title}")[:78], nl=False)
        report = suite.run(item)
        if self.pretty and self.options.verbose:
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
            one = evolve(one, items=[item for item in one.items if item_key(item) in keys])
        chosen.append(one)
    if any(isinstance(one, Suite) and one.items for one in chosen):
        return chosen
    note("no test here failed when it was last run: running all")
    return loaded


def _code(found: Found, options: Options) -> int:
    """The exit code, and a word on what is not said yet: that there is no test, or that too little is reached."""
    code = found.code(options.fail_under)
    least = options.fail_under
    if least is not None and found.percent < least:
        from scorelang.testing import coverage_text

        percent = coverage_text.shown(found.percent)
        text = f"{percent}% of the outcomes are reached, fewer than the {least:g}% of --fail-under"
        show(click.style(text, fg="red", bold=True), err=True)
    empty_is_fine = options.allow_empty or options.generate is not None
    if code == FINE and not empty_is_fine and not any(file.reports for file in found.files):
        why = "no test is called so" if options.chosen is not None else "there is no test"
        say(CommandError(f"{', '.join(map(called, options.paths))}: {why}", "`--allow-empty` makes this fine"))
        return WRONG
    return code
