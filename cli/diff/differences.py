"""A change of a model as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from scorelang.cli.console import printable
from scorelang.cli.table import Column, table
from scorelang.diff import Report, proven
from scorelang.diff.parts import Aspect, Change
from scorelang.diff.proof import Proof
from scorelang.diff.report import (
    ARROW,
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

# As wide as the longest kind of change, and what parts it from the name.
KIND = len("removed") + 2


def text_lines(report: Report, width: int) -> Iterator[str]:
    """The lines of a report, none longer than `width` where that can be."""
    yield f"{printable(title(report))}: {counted(report.difference)}"
    for heading, changes in sections(report.difference):
        yield ""
        yield heading
        for change in changes:
            yield from _change(change, width)
    if report.proof is not None:
        yield from _proof(report, report.proof, width)
    if report.impact is not None:
        yield ""
        yield from textwrap.wrap(printable(compared(report)), width)
        for one in tables(report):
            yield from _table(one, width)


def _change(change: Change, width: int) -> Iterator[str]:
    place = f" ({spot(change)})" if spot(change) else ""
    was = f", was {change.was}" if change.was is not None else ""
    yield from _wrapped(f"{change.kind:<{KIND}}{name(change)}{where(change)}{was}{place}", width, 2, 2 + KIND)
    details = [reads(change), *map(_aspect, change.aspects), reached(change)]
    for detail in filter(None, details):
        yield from _wrapped(detail, width, 2 + KIND, 4 + KIND)


def _aspect(aspect: Aspect) -> str:
    what, before, after = sides(aspect)
    return f"{what}: " + f" {ARROW} ".join(side for side in (before, after) if side is not None)


def _wrapped(text: str, width: int, indent: int, hanging: int) -> list[str]:
    return textwrap.wrap(
        printable(text),
        max(width, hanging + 20),
        initial_indent=" " * indent,
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _proof(report: Report, proof: Proof, width: int) -> Iterator[str]:
    yield ""
    yield proven.headline(proof)
    yield from _table(proven.table(proof), width)
    for remark in proven.remarks(proof):
        yield from _wrapped(remark, width, 2, 4)
    for title_, one in proven.leads(proof):
        yield from ("", title_)
        for who, what in proven.says(one, report):
            yield from _wrapped(f"{who}: {what}", width, 2, 4)
        lines = proven.test_of(one).splitlines()
        yield from (f"  {printable(proven.tested(one, report))}", "", *map(printable, lines))


def _table(found: Table, width: int) -> Iterator[str]:
    yield ""
    yield from textwrap.wrap(f"{found.title} ({found.note})", width, subsequent_indent="  ")
    columns = [
        Column(header, number=at >= found.left, wrapped=0 < at < found.left, whole=at == 0)
        for at, header in enumerate(found.header)
    ]
    yield from (f"  {line}" for line in table(columns, found.rows, width - 2))
