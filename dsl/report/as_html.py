"""A report as one page of HTML that needs nothing else: no network, no scripts."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.outcomes.words import GOT
from scorelang.page import code, page, text
from scorelang.report import of_leads, of_rules, of_scores, of_time
from scorelang.report.figures import Figure
from scorelang.report.findings import Findings
from scorelang.report.summary import in_short, tiles
from scorelang.suggest import plural
from scorelang.values import format_instant

STYLE = """
:root { --hit: #0b63c4; --miss: #8c959f; --warn: #bc4c00; }
@media (prefers-color-scheme: dark) { :root { --hit: #58a6ff; --miss: #768390; --warn: #f0883e; } }
a { color: var(--mark); } :focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; padding: .6rem 0; margin: 1rem 0 0;
  border-block: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .15rem; } figure { margin: 1rem 0 2.25rem; } figcaption p { color: var(--soft);
  font-size: .92rem; max-width: 46rem; } section { scroll-margin-top: 1rem; }
.chart { overflow-x: auto; margin: .75rem 0 .25rem; } .chart svg { display: block; width: 100%; height: auto; }
.chart text { font-family: Arial, "Liberation Sans", Helvetica, sans-serif; } .chart svg { overflow: visible; }
dl.tiles { grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 1.25rem 0 .5rem; }
.tiles > div { background: var(--band); border: 1px solid var(--line); border-radius: 8px; padding: .7rem .9rem; }
.tiles dd { font-size: 1.7rem; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; }
.tiles dd span { display: block; font-size: .82rem; line-height: 1.35; font-weight: 400; }
.short { padding-left: 1.1rem; }
.short a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; }
details[open] > summary { margin-bottom: .25rem; }
td.points, th.points { width: auto; } th[scope=row] { color: var(--ink); }
.wide { overflow-wrap: normal; } .wide table { font-size: .88rem; } .wide td, .wide th { padding-right: 1rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem; }
@media (max-width: 40rem) { .chart svg { min-width: 38rem; } .wide table:has(td:nth-child(3)) { min-width: 36rem; } }
@media print { :root { --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #fff; --band: #f6f8fa;
    --good: #116329; --bad: #a40e26; --mark: #0a5cad; --hit: #0b63c4; --miss: #8c959f; --warn: #bc4c00; }
  nav, .skip, summary { display: none; } figcaption, .chart, .tiles > div { break-inside: avoid; }
  h2, figcaption { break-after: avoid; } .chart, .wide { overflow: visible; }
  .wide td, .wide th { font-size: 7pt; padding-right: .5rem; } .wide td.points, .wide th.points { white-space: normal; }
  dl.tiles { grid-template-columns: repeat(4, 1fr); } .tiles dd { font-size: 1.3rem; }
  * { print-color-adjust: exact; } @page { margin: 14mm; } }
"""
# Every section: its mark, its title, and what to say where it has no figure (nothing: it is left out).
TITLES = {
    "scores": ("Scores", ""),
    "sorting": ("How well the score sorts", ""),
    "calibration": ("Calibration", ""),
    "stages": ("Where leads ended", ""),
    "rules": ("Rules", ""),
    "matrix": ("Two categories", ""),
    "groups": ("Groups", ""),
    "team": ("The team", ""),
    "drift": (
        "Drift",
        "Nothing says which leads are earlier ones: --reference FILE names a file of these, --outcome-at the column "
        "that says when decisions fell, --train-until a share of the file.",
    ),
    "time": ("Over time", ""),
    "leaks": ("Leaks", ""),
}


def render(found: Findings) -> str:
    """The report as a self-contained page. It takes a second or two, most of which is spent drawing."""
    name = found.model.name or found.model.source.name
    return page(f"{name}: what became of its leads", _body(found, name), STYLE)


def _body(found: Findings, name: str) -> Iterator[str]:
    made = {mark: list(figures) for mark, figures in _figures(found)}
    shown = {mark: title for mark, (title, instead) in TITLES.items() if made[mark] or instead}
    yield '<a class="skip" href="#main">To the report</a>'
    yield f"<header><h1>{text(name)}: what became of its leads</h1>"
    yield f'<p class="soft">{text(_what(found))}</p></header>'
    links = "".join(f'<li><a href="#{mark}">{text(title)}</a></li>' for mark, title in shown.items())
    yield f'<nav aria-label="Sections"><ul>{links}</ul></nav><main id="main">'
    yield from tiles(found)
    items = list(in_short(found))
    if items:
        yield f'<section aria-label="In short"><ul class="short">{"".join(items)}</ul></section>'
    for mark, title in shown.items():
        yield f'<section id="{mark}"><h2>{text(title)}</h2>'
        for figure in made[mark]:
            yield from figure.html()
        if not made[mark]:
            yield f'<p class="soft">{text(TITLES[mark][1])}</p>'
        yield "</section>"
    yield f"</main><footer>{''.join(_foot(found))}</footer>"


def _figures(found: Findings) -> Iterator[tuple[str, Iterator[Figure]]]:
    judged = found.backtest
    got = GOT[judged.goal]
    yield "scores", of_scores.scores(found)
    yield "sorting", of_scores.sorting(found)
    yield "calibration", of_scores.calibration(judged)
    yield "stages", of_leads.flows(found)
    yield "rules", of_rules.rules(found)
    pairs = [] if found.matrix is None else [of_leads.matrix(found.matrix, found.overall, got)]
    yield "matrix", iter(pairs)
    yield "groups", of_leads.segments(found)
    yield "team", of_leads.team(judged.measures)
    yield "drift", of_time.drift(found)
    yield "time", of_time.over_time(found)
    yield "leaks", of_leads.leaks(judged.leaks)


def _what(found: Findings) -> str:
    judged = found.backtest
    whole = judged.whole
    said = f"{found.leads}: {plural(judged.leads, 'lead')} with an outcome"
    if judged.open:
        said += f", {judged.open:,} of them not decided yet and left out"
    if whole.first is not None and whole.last is not None:
        said += f"; decided from {format_instant(whole.first)[:10]} to {format_instant(whole.last)[:10]}"
    return said


def _foot(found: Findings) -> Iterator[str]:
    version = f"version {found.model.version}, " if found.model.version is not None else ""
    yield f'<p class="soft">{text(version)}fingerprint {code(found.model.fingerprint)}; '
    yield f"scorelang {text(found.version)}. Each lead was scored as of its first decision or of the time given, and "
    yield "never later. Intervals are of 95 %: Wilson’s of shares, DeLong’s of the AUC, Newcombe’s of differences.</p>"
