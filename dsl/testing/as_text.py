"""Failed tests as a person reads them: plain, or with the styles that a terminal may show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import Factory, define

from scorelang import wording
from scorelang.suggest import plural

if TYPE_CHECKING:
    from scorelang.explain.parts import Where
    from scorelang.testing.failures import Failure, Part
    from scorelang.testing.invariants import Broken
    from scorelang.testing.suite import Report

# A piece of text and its style: words of `bold`, `dim`, `red`, `green`, `yellow`.
Segment = tuple[str, str]

# Of the rules that a number is made of, so many are shown; the rest is counted.
MOST_PARTS = 25


def render(report: Report) -> str:
    """Why a report is a failure, as plain text that ends with a line end."""
    return "".join(text for text, _ in styled(report))


def in_brief(report: Report) -> str:
    """What went wrong, on one line."""
    if report.broken is not None:
        return f"broken by a {'generated ' if report.broken.after else ''}lead: {report.broken.result}"
    return "; ".join(f"expected {failure.expected}, {failure.actual}" for failure in report.failures)


def styled(report: Report) -> list[Segment]:
    """The same text in pieces with their styles."""
    page = _Page(report.item.where.path)
    page.line(("FAILED ", "bold red"), (str(report.item.where), "bold"), (f"  {report.item.title}", "bold"))
    for failure in report.failures:
        page.failure(failure)
    if report.broken is not None:
        page.broken(report.broken)
    return page.out


@define
class _Page:
    path: str
    out: list[Segment] = Factory(list)

    def line(self, *segments: Segment) -> None:
        self.out.extend((_visible(text), style) for text, style in segments)
        self.out.append(("\n", ""))

    def place(self, where: Where | None) -> Segment:
        if where is None:
            return ("", "")
        return (f"  (line {where.line})" if where.path == self.path else f"  ({where})", "dim")

    def failure(self, failure: Failure) -> None:
        self.line(("  expected  ", ""), (failure.expected, "green"), self.place(failure.where))
        self.line(("  actual    ", ""), (failure.actual, "red"))
        for note in failure.notes:
            self.line((f"    {note.replace(f'({self.path}:', '(line ')}", ""))
        self.parts("fired", failure.fired[:MOST_PARTS])
        if len(failure.fired) > MOST_PARTS:
            self.line(("                     ", ""), (f"and {len(failure.fired) - MOST_PARTS} more", "dim"))
        for number, remedy in enumerate(failure.remedies):
            self.remedy("or" if number else "would do", remedy)

    def parts(self, label: str, parts: Iterable[Part]) -> None:
        for part in parts:
            self.line((f"    {label:<9}", ""), self.amount(part.hundredths), (part.text, ""), self.place(part.where))
            self.reasons(part)
            label = ""

    def reasons(self, part: Part) -> None:
        for reason in part.because:
            self.line((f"{'':22}{reason}", "dim"))

    def amount(self, hundredths: int) -> Segment:
        style = "green" if hundredths > 0 else "red" if hundredths < 0 else ""
        return (f"{wording.signed(hundredths):>7}  ", style)

    def remedy(self, label: str, parts: Iterable[Part]) -> None:
        """Rules that would make up the difference, and why those among them that are silent are."""
        for part in parts:
            silent = "" if part.because else ", had it not fired"
            self.line(
                (f"    {label:<9}", "yellow"), self.amount(part.hundredths), (part.text + silent, ""),
                self.place(part.where),
            )  # fmt: skip
            self.reasons(part)
            label = "and"

    def broken(self, broken: Broken) -> None:
        found = f"found after {plural(broken.after, 'lead')}" if broken.after else "found by proof"
        self.line((f"  this lead breaks it, {found}: ", ""), (broken.result, "red"))
        self.line((f"    the condition is {broken.was}: {'; '.join(broken.because)}", ""))
        told = "as a test, which fails as long as it is broken:"
        self.line((f"  {told if broken.confirmed else 'about as this test:'}", ""))
        self.line()
        for line in broken.test.splitlines():
            self.line((line, "bold"))


def _visible(text: str) -> str:
    """Text of a model or lead must not move the cursor."""
    return "".join(each if each.isprintable() else " " for each in text)


def words_of(counts: Iterable[tuple[int, str]]) -> Iterator[str]:
    """`3 passed`, `1 failed`: those that there are any of."""
    return (f"{count:,} {word}" for count, word in counts if count)
