"""What `scorelang test` reports: on standard output how it went, and in files whatever was asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click
from attrs import frozen

from scorelang.cli.console import show, wants_colour
from scorelang.cli.errors import FINDINGS, FINE, WRONG
from scorelang.cli.outputs import write_report
from scorelang.suggest import plural
from scorelang.testing.as_text import Segment, styled, words_of

if TYPE_CHECKING:
    from scorelang.testing.coverage import Covered
    from scorelang.testing.mutate import Mutation
    from scorelang.testing.suite import FileReport

FORMATS = ("pretty", "json", "junit")


@frozen
class Found:
    """All that came of a run; `covered` and `mutations` are None where nobody asked. `took` is in seconds.

    `tells_coverage` is whether coverage is part of the text, and not only of a page or the exit code; `verbose` whether
    changes that came to the same are.
    """

    files: Sequence[FileReport]
    covered: Sequence[Covered] | None
    mutations: Sequence[Mutation] | None
    took: float
    tells_coverage: bool = False
    verbose: bool = False

    @property
    def failed(self) -> bool:
        """Whether a test fails."""
        return any(not report.passed for file in self.files for report in file.reports)

    @property
    def percent(self) -> float:
        """The share of all models' outcomes that is reached."""
        total, reached = (sum(getattr(one, name) for one in self.covered or ()) for name in ("total", "reached"))
        return 100 * reached / total if total else 100.0

    def code(self, least: float | None) -> int:
        """The exit code; `least` is how much must be reached, in percent."""
        if any(file.wrong for file in self.files):
            return WRONG
        unnoticed = any(mutation.unnoticed for mutation in self.mutations or ())
        return FINDINGS if self.failed or unnoticed or (least is not None and self.percent < least) else FINE


def report(found: Found, outputs: Sequence[tuple[str, str | None]], page: str | None) -> None:
    """Tell of every format; what has no file goes to standard output, where failures stand already if it is pretty.

    Files are written last, so that one that cannot be takes nothing away from what is shown.

    `page` is where coverage goes as a page.
    """
    pretty = ("pretty", None) in outputs
    show(("\n" if found.failed and pretty else "") + _summary(found), err=not pretty)
    if pretty and (found.tells_coverage or found.mutations):
        for segments in _more(found):
            show("\n" + coloured(segments))
    for format_, path in outputs:
        if (format_, path) != ("pretty", None):
            write_report(_rendered(format_, found), path)
    if page is not None:
        from scorelang.testing.coverage_html import render_html

        write_report(render_html(found.covered or ()), page)


def _more(found: Found) -> Iterable[list[Segment]]:
    """What is said after the summary: coverage, and changes that no test notices."""
    from scorelang.testing import coverage_text, mutate_text

    if found.tells_coverage:
        yield from map(coverage_text.styled, found.covered or ())
    yield from (mutate_text.styled(one, every=found.verbose) for one in found.mutations or ())


def _summary(found: Found) -> str:
    files = found.files
    reports = [report for file in files for report in file.reports]
    passed = sum(report.passed for report in reports)
    wrong = sum(bool(file.wrong) for file in files)
    counts = ", ".join(words_of(((passed, "passed"), (len(reports) - passed, "failed"))))
    told = f"{counts} in {plural(sum(bool(file.reports) for file in files), 'file')}" if counts else "no test was run"
    told += f", {plural(wrong, 'file is', 'files are')} wrong" if wrong else ""
    colour = "green" if passed == len(reports) and not wrong else "red"
    return click.style(f"{told} ({found.took:.1f} s)", fg=colour, bold=True)


def _rendered(format_: str, found: Found) -> str:
    files = found.files
    if format_ != "pretty":
        from scorelang.testing.as_data import as_json, as_junit

        return as_junit(files) if format_ == "junit" else as_json(files, found.covered, found.mutations)
    failed = [report for file in files for report in file.reports if not report.passed]
    texts = ["".join(text for text, _ in styled(report)) for report in failed]
    texts.append(click.unstyle(_summary(found)) + "\n")
    if found.tells_coverage or found.mutations:
        texts += ["".join(text for text, _ in segments) for segments in _more(found)]
    return "\n".join(texts).rstrip("\n")


def coloured(segments: Iterable[Segment]) -> str:
    """The text, on a terminal in colour."""
    plain = not wants_colour(sys.stdout)
    return "".join(text if plain or not style else _styled(text, style) for text, style in segments).rstrip("\n")


def _styled(text: str, style: str) -> str:
    words = style.split()
    colour = next((word for word in words if word not in ("bold", "dim")), None)
    return click.style(text, fg=colour, bold="bold" in words or None, dim="dim" in words or None)
