"""Lines that read, but hardly as they were meant. Every line is asked, so that this stands apart from the mending."""

from __future__ import annotations

import re

from scorelang.operators import operators

# Words can only be names there that no model would give.
DOUBTFUL = re.compile(
    r"\bis\s+(?:not\s+)?(empty|null|nil|blank|undefined)\b|\b(?:and|or)\s+(is|contains|mentions|like)(?=[\s\"])"
    r"|^(?:otherwise|else)\s+(then)\b"
    r'|(?:=|\b\w+)\s*"[^"]*"\s*or\s*"(?![^"]*"\s*(?:not\s+in\b|in\b|is\b|[<>=!]))'
    r"|(?:(?<=[<>=])|(?<=[<>=] ))(?!\d{4}-\d\d-\d\d)(?:\d{1,4}/\d{1,2}/\d{1,4}|\d{1,4}-\d{1,2}-\d{1,4})\b"
    r"|^(?:if\s+)?\w+\s+/\w[\w/*-]*(?=\s+(?:then|within)\b)"
    r"|^[-+]\s+(?=[^\W\d])|\blead\.(?!grade\b)(?=[^\W\d])"
    r"|[,\s](daily|weekly|monthly)\s*(?:$|,|because\b)"
)
# A call with one text: of an event, where it is of no function.
CALL = re.compile(r'\b([^\W\d]\w*)\("[^"\n]*"\)')


def doubts(text: str) -> re.Match[str] | None:
    """What in the text of a line hardly was meant as it reads."""
    calls = (match for match in CALL.finditer(text) if match.group(1) not in operators())
    return next(calls, None) or DOUBTFUL.search(text)
