"""Findings as SARIF 2.1.0, which code hosts and editors read.

The names are those of the standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import quote

from scorelang.lint.finding import NO_MODEL, Edit, Finding, Fix
from scorelang.lint.rule import Rule, all_rules
from scorelang.source import Source, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def as_sarif(findings: Sequence[Finding], undecided: Sequence[Finding] = ()) -> str:
    """All findings as one run of a SARIF log; what was left undecided is in the notifications of its invocation."""
    ids = [*all_rules(), *dict.fromkeys(one.name for one in findings if one.name not in all_rules())]
    driver = {
        "name": "scorelang",
        "version": _version(),
        "rules": [_rule(all_rules()[name]) if name in all_rules() else _error(name) for name in ids],
    }
    notes = [
        {
            "level": "note",
            "message": {"text": one.message},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(one.source)}}],
        }
        for one in undecided
    ]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, ids) for finding in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _version() -> str:
    try:
        return version("scorelang")
    except PackageNotFoundError:
        return "0"


def _rule(rule: type[Rule]) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary()},
        "fullDescription": {"text": rule.explanation()},
        "defaultConfiguration": {"level": LEVELS[rule.severity], "enabled": rule.default},
    }


def _error(name: str) -> dict[str, object]:
    """What `scorelang check` finds goes by its own name."""
    return {"id": name, "name": name, "shortDescription": {"text": "The file is no model."}}


def _result(finding: Finding, ids: Sequence[str]) -> dict[str, object]:
    text = ". ".join(part.rstrip(".") for part in (finding.message, finding.label, *finding.help) if part)
    result: dict[str, object] = {
        "ruleId": finding.name if finding.code == NO_MODEL else finding.code,
        "ruleIndex": ids.index(finding.name),
        "level": LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _place(finding.source, finding.span)}],
    }
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.source, finding.fix)]
    return result


def _fix(source: Source, fix: Fix) -> dict[str, object]:
    return {
        "description": {"text": fix.message},
        "artifactChanges": [
            {"artifactLocation": _artifact(source), "replacements": [_replacement(source, edit) for edit in fix.edits]}
        ],
    }


def _replacement(source: Source, edit: Edit) -> dict[str, object]:
    return {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": edit.text}}


def _place(source: Source, span: Span) -> dict[str, object]:
    return {"artifactLocation": _artifact(source), "region": _region(source, span)}


def _artifact(source: Source) -> dict[str, object]:
    path = Path(source.name)
    return {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}


def _region(source: Source, span: Span) -> dict[str, object]:
    return {
        "startLine": source.line_of(span.start),
        "startColumn": source.column_of(span.start),
        "endLine": source.line_of(span.end),
        "endColumn": source.column_of(span.end),
    }
