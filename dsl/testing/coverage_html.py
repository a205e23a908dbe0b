"""Coverage as one page: every file of a model as it is typed, each line marked with what no test reaches of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scorelang.page import page, text
from scorelang.source import Source
from scorelang.testing.coverage import KINDS, Covered, Spot
from scorelang.testing.coverage_text import PLURAL, shown, told
from scorelang.testing.places import path_from

STYLE = """
pre { margin: 0; overflow-x: auto; font: .9rem/1.45 ui-monospace, monospace; overflow-wrap: normal; }
.row { display: flex; gap: .75rem; border-left: .35rem solid transparent; padding-left: .4rem; white-space: pre-wrap; }
.row > span:first-child { color: var(--soft); min-width: 3.5ch; text-align: right; user-select: none; }
.row.all { border-color: var(--good); } .row.some { border-color: #bf8700; } .row.none { border-color: var(--bad); }
.missed { color: var(--bad); font: .85rem/1.4 system-ui, sans-serif; padding: 0 0 .2rem 5.5ch; margin: 0; }
"""
MARKS = {"all": "every outcome is reached", "some": "some outcomes are not", "none": "no outcome is reached"}


def render_html(covered: Sequence[Covered]) -> str:
    """The page: self-contained, all texts escaped, colours never without words."""
    return page("Coverage of the tests", _body(covered))


def _body(covered: Sequence[Covered]) -> Iterator[str]:
    yield f"<style>{STYLE}</style>"
    yield "<header><h1>What the tests reach</h1>"
    shape = 'style="display: inline"'
    marks = "; ".join(f'<span class="row {mark}" {shape}>{words}</span>' for mark, words in MARKS.items())
    yield f'<p class="soft">The bar beside a line: {marks}.</p></header><main>'
    for one in covered:
        yield f"<section><h2>{text(one.path)}: {shown(one.percent)}%</h2>"
        counts = ((PLURAL[kind], *one.of(kind)) for kind in KINDS)
        told_ = ", ".join(f"{name} {seen} of {total}" for name, seen, total in counts if total)
        yield f'<p class="soft">{one.reached} of {one.total} outcomes: {told_}</p>'
        for source in _sources(one):
            yield from _file(one, source)
        yield "</section>"
    yield "</main>"


def _sources(covered: Covered) -> list[Source]:
    """The files that anything to be reached stands in: the model's own first."""
    found = dict.fromkeys(spot.place.source for spot in covered.spots)
    own = covered.model.source
    return [own, *(source for source in found if source is not own)]


def _file(covered: Covered, source: Source) -> Iterator[str]:
    by_line: dict[int, list[tuple[Spot, frozenset[str]]]] = {}
    for spot, seen in zip(covered.spots, covered.seen, strict=True):
        if spot.place.source is source:
            by_line.setdefault(spot.place.line, []).append((spot, seen))
    if source is not covered.model.source:
        yield f"<h3>{text(path_from(covered.path, covered.model, source.name))}</h3>"
    yield "<pre>"
    for number, line in enumerate(source.text.split("\n"), 1):
        yield from _line(number, line, by_line.get(number, []))
    yield "</pre>"


def _line(number: int, line: str, spots: Sequence[tuple[Spot, frozenset[str]]]) -> Iterator[str]:
    total = sum(len(spot.outcomes) for spot, _ in spots)
    reached = sum(len(seen) for _, seen in spots)
    mark = "" if not total else "all" if reached == total else "some" if reached else "none"
    title = f' title="{MARKS[mark]}"' if mark else ""
    yield f'<div class="row {mark}"{title}><span>{number}</span><span>{text(line)}</span></div>'
    for spot, seen in spots:
        lacks = [outcome for outcome in spot.outcomes if outcome not in seen]
        if lacks:
            yield f'<p class="missed">{text(told(spot, lacks))}</p>'
