"""Findings for programs: JSON, and the lines that GitHub Actions turns into annotations."""

from __future__ import annotations

import json
from collections.abc import Sequence

from scorelang.lint.finding import Finding, place_of

LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def as_json(findings: Sequence[Finding], undecided: Sequence[Finding] = ()) -> str:
    """All findings as one JSON array, an object each, and what was left undecided, an object a file."""
    return json.dumps([one.to_dict() for one in (*findings, *undecided)], indent=2, ensure_ascii=False)


def as_github(findings: Sequence[Finding], undecided: Sequence[Finding] = ()) -> str:
    """All findings as workflow commands of GitHub Actions, a line each, and what was left undecided, a line a file."""
    return "\n".join(_command(one) for one in (*findings, *undecided))


def _command(finding: Finding) -> str:
    end = place_of(finding.source, finding.span)
    place = {
        "file": finding.source.name,
        "line": finding.line,
        "endLine": end["end_line"],
        "col": finding.column,
        "endColumn": end["end_column"],
        "title": f"{finding.name} ({finding.code})",
    }
    said = ",".join(f"{key}={_escaped(str(value), ':', ',')}" for key, value in place.items())
    text = " | ".join(filter(None, (finding.message, finding.label, *finding.help)))
    return f"::{LEVELS[finding.severity]} {said}::{_escaped(text)}"


def _escaped(text: str, *also: str) -> str:
    """As GitHub's toolkit escapes the data and (with `also`) the properties of a command."""
    for character in ("%", "\r", "\n", *also):
        text = text.replace(character, f"%{ord(character):02X}")
    return text
