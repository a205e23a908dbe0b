"""The frame of the HTML pages: self-contained, no scripts, readable on paper and with a screen reader."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #fff; --band: #f6f8fa;
  --good: #116329; --bad: #a40e26; --mark: #0a5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4af; --line: #3d444d; --paper: #0d1117;
  --band: #151b23; --good: #56d364; --bad: #ff9492; --mark: #79c0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
p { margin: .25rem 0; }
code { font: .93em/1.4 ui-monospace, monospace; }
.soft { color: var(--soft); font-size: .9rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .mark { color: var(--mark); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-top: 1px solid var(--line); }
th { font-size: .85rem; color: var(--soft); font-weight: 600; }
td.points, th.points { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; width: 5.5rem; }
td.line, th.line { width: 10rem; color: var(--soft); font-size: .85rem; }
tr.silent td { color: var(--soft); }
tfoot td { font-weight: 600; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
ul.tree { list-style: none; padding-left: 1rem; border-left: 2px solid var(--line); }
details > summary { cursor: pointer; color: var(--mark); font-size: .9rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .75rem 0; }
dt { color: var(--soft); } dd { margin: 0; font-weight: 600; }
.wide { overflow-x: auto; }
@media (max-width: 40rem) { td, th { padding-right: .35rem; } td.points, th.points { width: 4rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h2, caption { break-after: avoid; }
  tr, li { break-inside: avoid; } details::details-content { content-visibility: visible; display: block; } }
"""


def text(words: object) -> str:
    """Text for a page: escaped, and without characters that could reorder or hide what a reader sees."""
    return escape(visible(words))


def visible(words: object) -> str:
    """Text without characters that could reorder or hide what a reader sees, or that no document can hold."""
    return "".join("\ufffd" if unicodedata.category(one) in ("Cc", "Cf", "Cs") else one for one in str(words))


def code(words: object) -> str:
    """Text of a model."""
    return f"<code>{text(words)}</code>"


def page(title: str, body: Iterable[str], style: str = "") -> str:
    """A whole page; `title` is plain text, `body` are pieces of HTML, `style` is put after the style of all pages."""
    return "\n".join([
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{text(title)}</title>",
        f"<style>{STYLE}{style}</style>",
        "</head>",
        "<body>",
        *body,
        "</body>",
        "</html>",
        "",
    ])  # fmt: skip


def section(title: str, body: Iterable[str]) -> list[str]:
    """A heading and what stands below it; nothing when that is nothing."""
    pieces = list(body)
    return [f"<section><h2>{text(title)}</h2>", *pieces, "</section>"] if pieces else []


def numbers(header: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1, caption: str = "") -> Iterator[str]:
    """A table that scrolls sideways where it is too wide: the first cell of a row names it.

    The first `left` columns are text, the others numbers; `caption` is HTML.
    """

    def kind(at: int) -> str:
        return "" if at < left else ' class="points"'

    yield '<div class="wide"><table>' + (f"<caption>{caption}</caption>" if caption else "")
    cells = (f'<th scope="col"{kind(at)}>{text(cell)}</th>' for at, cell in enumerate(header))
    yield f"<thead><tr>{''.join(cells)}</tr></thead><tbody>"
    for head, *rest in rows:
        cells = (f"<td{kind(at)}>{text(cell)}</td>" for at, cell in enumerate(rest, 1))
        yield f'<tr><th scope="row">{text(head)}</th>{"".join(cells)}</tr>'
    yield "</tbody></table></div>"
