"""The scoring matrix as rows of text and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from scorelang.result import plain
from scorelang.rules.listing import (
    GroupInfo,
    HasChecked,
    PointsTable,
    RuleInfo,
    ScoringMatrix,
    Statement,
    rules_of,
    scoring_matrix,
)

Row = tuple[str, ...]

HEADER: Row = ("category", "when", "points", "limits", "because", "rule", "where")


def rows(model: HasChecked) -> tuple[Row, list[Row]]:
    """A table of all rules in the order of the text: its header and its rows, every cell a text.

    A matrix has a row for each of its own, with the points of all columns.
    """
    every = rules_of(model.checked)
    return HEADER, [(rule.group or "", *row) for rule in every for row in rule_rows(rule)]


def rule_rows(rule: RuleInfo) -> Iterator[Row]:
    """When, points, limits, reason, identity and place of a rule."""
    rest = (rule.modifiers, rule.reason or "", rule.id, f"{PurePath(rule.path).name}:{rule.line}")
    if not isinstance(rule.points, PointsTable):
        points = rule.points if isinstance(rule.points, str) else _signed(rule.points)
        yield (when(rule), points, *rest)
        return
    for label, cells in zip(rule.points.rows, rule.points.points, strict=True):
        points = ", ".join(
            f"{column}: {_signed(cell)}" for column, cell in zip(rule.points.columns, cells, strict=True)
        )
        yield (f"{when(rule)}: {label}", points, *rest)


def when(rule: RuleInfo) -> str:
    """The condition, with what the rule has to do with the others of its `choose:`."""
    first = rule.choice == rule.id
    match rule.kind:
        case "branch":
            return f"{'first of: ' if first else 'or else: '}{rule.condition}"
        case "best":
            return f"{'best of: ' if first else 'or: '}{rule.condition}"
    return rule.condition


def _signed(points: float) -> str:
    return f"{plain(points):+}" if points else "0"


def heading(group: GroupInfo) -> str:
    """The title of a group's table."""
    if group.name is None:
        return "Rules outside every category"
    return f"{group.word.capitalize()} {group.name}" + (f" ({group.limits})" if group.limits else "")


def facts(matrix: ScoringMatrix) -> dict[str, str]:
    """What is said of the model as a whole."""
    found = {
        "Version": "" if matrix.version is None else str(matrix.version),
        "Owner": matrix.owner or "",
        "Score": matrix.limits,
        "Time zone": matrix.timezone,
        "Fingerprint": matrix.fingerprint,
        "File": matrix.path,
        "Starting over": matrix.start_over or "",
    }
    return {name: value for name, value in found.items() if value}


def render_markdown(model: HasChecked) -> str:
    """The scoring matrix for sign-off as Markdown: rules by category, then gates, stages, grades, route and terms."""
    matrix = scoring_matrix(model.checked)
    lines = [f"# Scoring matrix: {_cell(matrix.name or PurePath(matrix.path).name)}", ""]
    lines += [f"- {name}: {_cell(value)}" for name, value in facts(matrix).items()]
    for group in matrix.groups:
        body = [row for rule in group.rules for row in rule_rows(rule)]
        lines += ["", f"## {_cell(heading(group))}", "", *_table(HEADER[1:], body, right=1)]
    for title, statements in statements_of(matrix):
        body = [(each.text, each.reason or "", f"{PurePath(each.path).name}:{each.line}") for each in statements]
        lines += ["", f"## {title}", "", *_table((title.lower(), "because", "where"), body)]
    if matrix.terms:
        terms = [(term.name, term.meaning) for term in matrix.terms]
        lines += ["", "## Terms", "", *_table(("term", "means"), terms)]
    return "\n".join(lines) + "\n"


def statements_of(matrix: ScoringMatrix) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    """The titles and statements of what is worked out after the score, where there are any."""
    every = {"Gates": matrix.gates, "Stages": matrix.stages, "Grades": matrix.grades, "Route": matrix.route}
    return ((title, statements) for title, statements in every.items() if statements)


def _table(header: Row, body: Iterable[Row], *, right: int | None = None) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"| {' | '.join('---:' if at == right else '---' for at in range(len(header)))} |"
    for row in body:
        yield f"| {' | '.join(map(_cell, row))} |"


# What Markdown would read as its own, above all the pipe that would end a cell; a `_` inside a word is none of it.
_MARKS = re.compile(r"[\\|*`\[\]~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)")


def _cell(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
