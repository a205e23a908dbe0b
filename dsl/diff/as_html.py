"""A change as one page of HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.diff.parts import Aspect, Change
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
from scorelang.page import code, page, section, text


def render_html(report: Report) -> str:
    """The report as a self-contained page: what changes in the model, then what becomes of leads."""
    return page(f"{title(report)}: {counted(report.difference)}", _body(report))


def _body(report: Report) -> Iterator[str]:
    new = report.difference.new
    yield f"<header><h1>{text(new.name or new.path)}: {text(counted(report.difference))}</h1>"
    yield f'<p class="soft">{code(report.difference.old.path)} {ARROW} {code(new.path)}</p>'
    for broken in report.broken:
        yield f'<p class="bad">{code(broken.limit)}: {text(broken.said)}</p>'
    yield "</header><main>"
    for heading, changes in sections(report.difference):
        yield from section(heading, ["<ul>", *(_change(change) for change in changes), "</ul>"])
    if report.impact is not None:
        yield from section("Leads", _impact(report))
    yield "</main>"


def _change(change: Change) -> str:
    place = f' <span class="soft">{text(spot(change))}</span>' if spot(change) else ""
    read = f": {code(reads(change))}" if reads(change) else ""
    was = f", was {code(change.was)}" if change.was is not None else ""
    found = [*map(_aspect, change.aspects), *([text(reached(change))] if change.reaches else [])]
    more = f"<ul>{''.join(f'<li>{one}</li>' for one in found)}</ul>" if found else ""
    word = {"added": "good", "removed": "bad"}.get(change.kind, "mark")
    said = f'<span class="{word}">{change.kind}</span> {code(name(change))}{text(where(change))}{was}'
    return f"<li>{said}{read}{place}{more}</li>"


def _aspect(aspect: Aspect) -> str:
    what, before, after = sides(aspect)
    return f"{text(what)}: " + f" {ARROW} ".join(code(side) for side in (before, after) if side is not None)


def _impact(report: Report) -> Iterator[str]:
    yield f"<p>{text(compared(report))}</p>"
    for table in tables(report):
        yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{text(table.title)}'
    yield f' <span class="soft">{text(table.note)}</span></caption>'
    cells = (f'<th scope="col"{_kind(table, at)}>{text(cell)}</th>' for at, cell in enumerate(table.header))
    yield f"<thead><tr>{''.join(cells)}</tr></thead><tbody>"
    for row in table.rows:
        head, *rest = row
        cells = (f"<td{_kind(table, at)}>{text(cell)}</td>" for at, cell in enumerate(rest, 1))
        yield f'<tr><th scope="row">{text(head)}</th>{"".join(cells)}</tr>'
    yield "</tbody></table></div>"


def _kind(table: Table, at: int) -> str:
    return "" if at < table.left else ' class="points"'
