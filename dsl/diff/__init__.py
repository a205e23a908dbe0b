"""What a change of a model changes: in what it means, rule by rule, and in what becomes of leads."""

from __future__ import annotations

from scorelang.diff.as_data import as_data
from scorelang.diff.as_html import render_html
from scorelang.diff.as_markdown import render_markdown
from scorelang.diff.compare import difference
from scorelang.diff.impact import Impact, Moved, Outcome, Scale, Tally, renamed_stages, stages_of
from scorelang.diff.limits import Limit, LimitError, breach, read_limit
from scorelang.diff.parts import Aspect, Change, Difference, Spot, Version
from scorelang.diff.report import Broken, Report
from scorelang.diff.why import Cause, causes

__all__ = [
    "Aspect", "Broken", "Cause", "Change", "Difference", "Impact", "Limit", "LimitError", "Moved", "Outcome", "Report",
    "Scale", "Spot", "Tally", "Version", "as_data", "breach", "causes", "difference", "read_limit",
    "renamed_stages", "render_html", "render_markdown", "stages_of",
]  # fmt: skip
