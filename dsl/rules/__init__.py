"""The rules of a model as people read and sign them off: as data, as rows, as Markdown, as a page of HTML."""

from __future__ import annotations

from scorelang.rules.as_html import render_html
from scorelang.rules.as_markdown import HEADER, render_markdown, rows
from scorelang.rules.listing import (
    GroupInfo,
    PointsTable,
    RuleInfo,
    ScoringMatrix,
    Statement,
    Term,
    rules_of,
    scoring_matrix,
)

__all__ = [
    "HEADER", "GroupInfo", "PointsTable", "RuleInfo", "ScoringMatrix", "Statement", "Term", "render_html",
    "render_markdown", "rows", "rules_of", "scoring_matrix",
]  # fmt: skip
