"""What `scorelang lint` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from attrs import Factory, define, evolve, frozen

from scorelang.cli.checking import models_in
from scorelang.cli.console import note, show
from scorelang.cli.errors import FINDINGS, FINE, WRONG, counted, say, shown
from scorelang.cli.formatting import Formatted, difference, has_crlf, text_in
from scorelang.cli.models import STDIN, called
from scorelang.cli.outputs import check_reports, outputs_of
from scorelang.data import open_text_output
from scorelang.diagnostics import ModelError, ScorelangError
from scorelang.lint import Finding, Lint, Rule, all_rules, lint_source, named
from scorelang.lint.as_data import as_github, as_json
from scorelang.lint.data import Data, read_data
from scorelang.lint.finding import of_diagnostics
from scorelang.lint.fixing import fix_source
from scorelang.lint.logic.budget import Budget
from scorelang.lint.project import Project, project_of
from scorelang.lint.settings import Settings, SettingsError, read_settings, settings_for, unknown
from scorelang.source import Source, source_of
from scorelang.suggest import plural

FORMATS = ("text", "json", "github", "sarif", "junit")
BOM = "\ufeff"


@frozen
class Options:
    """What the command line asks for, as typed."""

    paths: Sequence[str]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    data: str | None
    fix: bool
    unsafe_fixes: bool
    diff: bool
    formats: tuple[str, ...]
    output: str | None
    statistics: bool
    config: str | None
    no_config: bool
    deep: bool
    stdin_filename: str | None
    explain: str | None

    @property
    def mends(self) -> bool:
        """Whether anything is to be mended."""
        return self.fix or self.unsafe_fixes


@frozen
class File:
    """One file under lint: the path as typed, its text as it was, and where it is (None: nowhere)."""

    path: str
    raw: str
    source: Source
    place: Path | None

    @property
    def folder(self) -> Path:
        """Where its `use` paths begin."""
        return self.place.parent if self.place is not None else Path.cwd()


@define
class Run:
    """One run over files: what it found in each, and what went wrong with the others."""

    options: Options
    project: Project
    data: Data | None
    files: dict[str, tuple[Finding, ...]] = Factory(dict)
    wrong: bool = False
    fixed: int = 0
    told: set[Finding] = Factory(set)
    budget: Budget = Factory(Budget)

    def lint(self, path: str) -> None:
        """Lint a file, and mend it where that is asked for."""
        try:
            file = _read(path, self.options.stdin_filename)
            lint = self.lint_for(file)
        except ModelError as error:
            self.keep(path, of_diagnostics(error.diagnostics))
            return
        if not (self.options.mends or self.options.diff):
            self.keep(file.source.name, _linted(file, lint))
            return
        done = fix_source(file.source, file.folder, lint, file.place, unsafe=self.options.unsafe_fixes)
        self.fixed += done.count
        self.hand_over(file, done.source.text)
        self.keep(file.source.name, _linted(file, lint) if self.options.diff else _named(file, done.findings))

    def keep(self, name: str, findings: Sequence[Finding]) -> None:
        """Note what was found; what is wrong with a file that several models use is told once."""
        self.wrong = self.wrong or any(finding.is_error_of_model for finding in findings)
        new = tuple(one for one in findings if not one.is_error_of_model or one not in self.told)
        self.told.update(new)
        self.files[name] = (*self.files.get(name, ()), *new)

    def lint_for(self, file: File) -> Lint:
        """What is asked of a file: the settings around it, and over them the command line."""
        options = self.options
        if options.config is not None:
            settings = read_settings(Path(options.config))
        elif options.no_config:
            settings = Settings()
        else:
            settings = settings_for(file.place or Path.cwd() / "standard input")
        if options.select:
            settings = evolve(settings, select=options.select, ignore=(), per_file={})
        settings = evolve(settings, ignore=(*settings.ignore, *options.ignore))
        seconds = None if options.deep else settings.seconds
        rules = settings.rules_for(file.place)
        return Lint(rules, settings.severity, self.data, self.project, seconds, self.budget)

    def hand_over(self, file: File, text: str) -> None:
        """Write the mended text, or show what would change."""
        after = file.raw
        if text != file.source.text:
            after = text.replace("\n", "\r\n") if has_crlf(file.raw) else text
            after = BOM + after if file.raw.startswith(BOM) else after
        if self.options.diff:
            for line in difference(Formatted(file.path, file.raw, after)):
                show(line)
        elif file.path == STDIN or after != file.raw:
            with open_text_output(file.path) as out:
                out.write(after)


def _linted(file: File, lint: Lint) -> tuple[Finding, ...]:
    return _named(file, lint_source(file.source, file.folder, lint, file.place))


def _named(file: File, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings of a file, with errors in a file that it uses where that is as seen from the current folder."""
    if all(one.source.name == file.source.name for one in findings):
        return findings
    from scorelang.testing.places import Named

    names = Named(file.source.name, file.source.text)
    return tuple(evolve(one, source=names.source(one.source)) for one in findings)


def lint_models(options: Options) -> int:
    """Lint every model, report, and return the exit code. Raises `CommandError` and `UsageError`."""
    if options.explain is not None:
        return explain_rule(options.explain)
    select, ignore = _rules_in(options.select, "--select"), _rules_in(options.ignore, "--ignore")
    options = evolve(options, select=select, ignore=ignore)
    if options.config is not None and options.no_config:
        raise click.UsageError("--config and --no-config: one of them")
    if options.stdin_filename is not None and STDIN not in options.paths:
        raise click.UsageError("--stdin-filename says what standard input is: give `-` as a path")
    outputs = outputs_of(options.formats, options.output, FORMATS, "sarif=lint.sarif")
    paths = list(models_in(options.paths))
    read = [path for path in (*paths, options.data, options.config) if path is not None]
    check_reports([path for _, path in outputs], read)
    data = read_data(options.data) if options.data is not None else None
    for rule in all_rules().values():
        if rule.data and data is None and {rule.name, rule.code} & set(options.select):
            note(f"`{rule.name}` compares a model with leads: say which with `--data LEADS`")
    run = Run(options, project_of(path for path in paths if path != STDIN), data)
    unsettled: dict[str, list[str]] = {}
    for path in paths:
        try:
            run.lint(path)
        except SettingsError as error:
            # What is wrong with the settings of many files is told once.
            if str(error) not in unsettled:
                say(error)
            unsettled.setdefault(str(error), []).append(called(path))
        except (ScorelangError, OSError) as error:
            run.wrong = True
            say(error)
    for files in unsettled.values():
        run.wrong = True
        what = f"{files[0]} was" if len(files) == 1 else f"{plural(len(files), 'file')} were"
        note(f"{what} not linted: the settings cannot be read")
    _report(run, outputs)
    if run.wrong:
        return WRONG
    return FINDINGS if any(run.files.values()) else FINE


def _rules_in(words: Sequence[str], option: str) -> tuple[str, ...]:
    found = tuple(word.strip() for text in words for word in text.split(",") if word.strip())
    if words and not found:
        raise click.UsageError(f"{option}: it names no rule; `scorelang lint --explain all` lists them")
    try:
        named(found)
    except KeyError as error:
        raise click.UsageError(f"{option}: {unknown(error.args[0])}") from None
    return found


def _read(path: str, stdin_filename: str | None) -> File:
    name = stdin_filename if path == STDIN and stdin_filename is not None else called(path)
    raw = text_in(path, name)
    place = Path(name) if path != STDIN or stdin_filename is not None else None
    return File(path, raw, source_of(name, raw), place)


# --- reports --------------------------------------------------------------------------------------------------------


def _report(run: Run, outputs: Sequence[tuple[str, str | None]]) -> None:
    """Write every format; standard output is taken by the text of a fixed standard input, or by a diff."""
    options = run.options
    taken = options.diff or (options.mends and STDIN in options.paths)
    findings = [finding for found in run.files.values() for finding in found]
    for format_, path in outputs:
        if path is not None:
            with open_text_output(path) as out:
                out.write(_rendered(format_, run) + "\n")
        elif format_ == "text" and not options.diff:
            for text in _texts(findings, options.statistics):
                show(text, err=taken)
        elif format_ != "text":
            show(_rendered(format_, run), err=taken)
    if findings and not options.statistics:
        show(counted([finding.diagnostic() for finding in findings]), err=True)
    show(_summary(run, findings), err=True)
    for one in run.budget.undecided.values():
        note("; ".join((f"{one.source.name}: {one.message}", *one.help)))


def _texts(findings: Sequence[Finding], statistics: bool) -> Iterator[str]:
    if statistics:
        yield from _statistics(findings)
        return
    for finding in findings:
        yield shown([finding.diagnostic()]) + "\n"


def _rendered(format_: str, run: Run) -> str:
    findings = [finding for found in run.files.values() for finding in found]
    undecided = run.budget.undecided
    match format_:
        case "json":
            return as_json(findings, tuple(undecided.values()))
        case "github":
            return as_github(findings, tuple(undecided.values()))
        case "sarif":
            from scorelang.lint.as_sarif import as_sarif

            return as_sarif(findings, tuple(undecided.values()))
        case "junit":
            from scorelang.lint.as_junit import as_junit

            return as_junit(run.files, undecided)
    return "\n".join(click.unstyle(text) for text in _texts(findings, run.options.statistics))


def _statistics(findings: Sequence[Finding]) -> Iterator[str]:
    """A line a rule that found something, the most frequent first."""
    counts = Counter((finding.code, finding.name) for finding in findings)
    fixable = Counter(finding.name for finding in findings if finding.fix is not None)
    for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        mendable = f"  ({fixable[name]:,} can be mended)" if fixable[name] else ""
        yield f"{count:>5,}  {code}  {name}{mendable}"


def _summary(run: Run, findings: Sequence[Finding]) -> str:
    """How much was found, and how much of it can be mended or was."""
    words = [f"{plural(len(run.files), 'file')}: {plural(len(findings), 'finding') if findings else 'nothing found'}"]
    if run.fixed:
        words.append(f"{plural(run.fixed, 'fix', 'fixes')} {'would be applied' if run.options.diff else 'applied'}")
    elif not run.options.mends and not run.options.diff:
        safe = sum(finding.fix is not None and finding.fix.safe for finding in findings)
        unsafe = sum(finding.fix is not None and not finding.fix.safe for finding in findings)
        words += [f"{safe:,} can be mended with `--fix`"] if safe else []
        words += [f"{unsafe:,} can be mended with `--unsafe-fixes`"] if unsafe else []
    return ", ".join(words)


# --- what rules say of themselves -------------------------------------------------------------------------------------


def explain_rule(word: str) -> int:
    """Show what a rule says of itself, or for `all` a line each. Raises `UsageError` for no rule's name."""
    if word == "all":
        for rule in all_rules().values():
            show(f"{rule.code}  {rule.name:<24} {rule.summary()}{'' if rule.default else ' (when asked for)'}")
        return FINE
    (name,) = _rules_in([word], "--explain")
    chosen = named([name])
    show("\n\n".join(_explained(rule) for rule in chosen))
    return FINE


def _explained(rule: type[Rule]) -> str:
    default = "on by default" if rule.default else "when asked for"
    return "\n".join(
        (
            f"{click.style(rule.name, bold=True)} ({rule.code}, {rule.severity}, {default})",
            "",
            rule.summary(),
            "",
            rule.explanation(),
            "",
            "Found in:",
            "",
            *_indented(rule.bad),
            "",
            "Not found in:",
            "",
            *_indented(rule.good),
        )
    )


def _indented(text: str) -> list[str]:
    return [f"    {line}".rstrip() for line in text.split("\n")]
