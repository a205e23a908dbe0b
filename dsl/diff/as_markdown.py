"""A change as Markdown, to be posted under a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorelang.diff import proven
from scorelang.diff.parts import Change
from scorelang.diff.proof import Proof
from scorelang.diff.report import (
    ARROW,
    Report,
    Table,
    compared,
    counted,
    name,
    reached,
    reads,
    sections,
    sides,
    spot,
    tables,
    title,
    where,
)

# What Markdown would read as its own.
_MARKS = re.compile(r"[\\|*_`\[\]~<>#&@]")
# A table with more rows than this is folded away.
MOST_SHOWN = 12
FOLDED = ("Leads that moved most",)


def render_markdown(report: Report) -> str:
    """The report as Markdown: what changes in the model, then what becomes of leads."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"### {text(title(report))}: {counted(report.difference)}"
    for broken in report.broken:
        yield from ("", f"> **{code(broken.limit)}**: {text(broken.said)}")
    for heading, changes in sections(report.difference):
        yield from ("", f"**{heading}**", "")
        for change in changes:
            yield from _change(change)
    if report.proof is not None:
        yield from _proof(report, report.proof)
    if report.impact is not None:
        yield from ("", f"### {text(compared(report))}")
        for table in tables(report):
            yield from _table(table)


def _change(change: Change) -> Iterator[str]:
    place = f" ({text(spot(change))})" if spot(change) else ""
    read = f": {code(reads(change))}" if reads(change) else ""
    group = f" {text(where(change))}" if where(change) else ""
    yield f"- {change.kind} {code(name(change))}{group}{place}{read}"
    if change.was is not None:
        yield f"  - was {code(change.was)}"
    for aspect in change.aspects:
        what, before, after = sides(aspect)
        yield f"  - {text(what)}: {f' {ARROW} '.join(code(side) for side in (before, after) if side is not None)}"
    if change.reaches:
        yield f"  - {text(reached(change))}"


def _proof(report: Report, proof: Proof) -> Iterator[str]:
    yield from ("", f"### {text(proven.headline(proof))}")
    yield from _table(proven.table(proof))
    for remark in proven.remarks(proof):
        yield from ("", text(remark))
    for number, (title_, one) in enumerate(proven.leads(proof)):
        yield from ("", f"<details><summary>{text(title_)}</summary>" if number else f"**{text(title_)}**", "")
        yield from (f"- {text(who)}: {text(what)}" for who, what in proven.says(one, report))
        yield from ("", text(proven.tested(one, report)), "", *fenced(proven.test_of(one)))
        if number:
            yield from ("", "</details>")


def _table(table: Table) -> Iterator[str]:
    folded = table.title in FOLDED
    yield from ("", f"<details><summary>{text(table.title)}</summary>" if folded else f"**{text(table.title)}**", "")
    yield from (f"{text(table.note)}", "")
    yield f"| {' | '.join(map(text, table.header))} |"
    yield f"| {' | '.join('---' if at < table.left else '--:' for at in range(len(table.header)))} |"
    for row in table.rows:
        yield f"| {' | '.join(map(text, row))} |"
    if folded:
        yield from ("", "</details>")


def text(words: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", " ".join(words.split()))


def fenced(block: str) -> Iterator[str]:
    """Lines that Markdown shows as they are."""
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", block)), default=0) + 1)
    yield from (f"{fence}score", *block.splitlines(), fence)


def code(words: str) -> str:
    """A text as code, on one line; backticks in it do not end it."""
    plain = " ".join(words.split())
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") or not plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"
