"""A change as one page of HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.diff import proven
from scorelang.diff.parts import Aspect, Change
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
from scorelang.page import code, numbers, page, section, text


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
    if report.proof is not None:
        yield from section(proven.headline(report.proof), _proof(report, report.proof))
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


def _proof(report: Report, proof: Proof) -> Iterator[str]:
    yield from _table(proven.table(proof))
    for remark in proven.remarks(proof):
        yield f'<p class="soft">{text(remark)}</p>'
    for number, (title_, one) in enumerate(proven.leads(proof)):
        yield f"<details{'' if number else ' open'}><summary>{text(title_)}</summary>"
        yield f"<ul>{''.join(f'<li>{code(who)}: {text(what)}</li>' for who, what in proven.says(one, report))}</ul>"
        yield f"<p>{text(proven.tested(one, report))}</p>"
        lines = proven.test_of(one).splitlines()
        yield f"<pre><code>{'<br>'.join(map(text, lines))}</code></pre></details>"


def _table(table: Table) -> Iterator[str]:
    caption = f'{text(table.title)} <span class="soft">{text(table.note)}</span>'
    return numbers(table.header, table.rows, table.left, caption)
