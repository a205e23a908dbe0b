"""The scoring matrix as one page of HTML, to be read, printed and signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from scorelang.page import code, page, section, text
from scorelang.rules.as_markdown import facts, heading, rule_rows, statements_of
from scorelang.rules.listing import GroupInfo, HasChecked, ScoringMatrix, Statement, scoring_matrix

HEAD = (
    '<thead><tr><th scope="col">When</th><th scope="col" class="points">Points</th><th scope="col">Limits</th>'
    '<th scope="col">Because</th><th scope="col" class="line">Line</th></tr></thead>'
)


def render_html(model: HasChecked) -> str:
    """The scoring matrix for sign-off as a self-contained page: rules, then gates, stages, grades, route, terms."""
    matrix = scoring_matrix(model.checked)
    title = f"Scoring matrix: {matrix.name or PurePath(matrix.path).name}"
    return page(title, _body(matrix, title))


def _body(matrix: ScoringMatrix, title: str) -> Iterator[str]:
    yield f"<header><h1>{text(title)}</h1><dl>"
    yield from (f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in facts(matrix).items())
    yield "</dl></header><main>"
    for group in matrix.groups:
        yield from section(heading(group), _group(group))
    for name, statements in statements_of(matrix):
        yield from section(name, _statements(statements))
    if matrix.terms:
        items = "".join(f"<li>{code(term.name)}: {code(term.meaning)}</li>" for term in matrix.terms)
        yield from section("Terms", [f"<ul>{items}</ul>"])
    yield "</main>"
    yield "<footer><p>Signed off by: ______________________________ Date: ________________</p></footer>"


def _group(group: GroupInfo) -> Iterator[str]:
    yield f'<div class="wide"><table><caption>{text(len(group.rules))} rules</caption>{HEAD}<tbody>'
    for rule in group.rules:
        for when, points, limits, reason, _, where in rule_rows(rule):
            yield (
                f'<tr><td>{code(when)}</td><td class="points">{text(points)}</td><td>{text(limits)}</td>'
                f'<td>{text(reason)}</td><td class="line">{text(where)}</td></tr>'
            )
    yield "</tbody></table></div>"


def _statements(statements: tuple[Statement, ...]) -> Iterator[str]:
    yield "<ul>"
    for each in statements:
        reason = f" because “{text(each.reason)}”" if each.reason else ""
        where = f"{PurePath(each.path).name}:{each.line}"
        yield f'<li>{code(each.text)}{reason} <span class="soft">{text(where)}</span></li>'
    yield "</ul>"
