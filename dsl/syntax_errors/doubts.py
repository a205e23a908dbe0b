"""Lines that read, but hardly as they were meant. Every line is asked, so that this stands apart from the mending."""

from __future__ import annotations

import re

from scorelang.operators import operators

# Words can only be names there that no model would give.
DOUBTFUL = re.compile(
    r"\b(?:is\s+(?:not\s+)?(empty|null|nil|blank|undefined)\b|is\s+(like)\s+(?=\")"
    r"|(?:and|or)\s+(?:not\s+)?(is|contains|mentions|like)(?=[\s\"])"
    r"|then\s+(disqualify|exclude|reject|ignore|block|suppress)\s*$|contains\s+(word)s?\s+(?=\")"
    r"|(?:no|last)\s+(activity|activities|engagement|interactions?)\b|lead\.(?!grade\b)(?=[^\W\d]))"
    r"|^(?:otherwise|else)\s+(then)\b|^if\s+score\s*>=\s*\d[\d_.]*\s+then\s+(?=[^\W\d])"
    r'|(?:=|\b\w+)\s*"[^"]*"\s*(?:or\s*|and\s+(?:not\s+)?)"(?![^"]*"\s*(?:not\s+in\b|in\b|is\b|[<>=!]))'
    r"|(?:(?<=[<>=])|(?<=[<>=] ))(?!\d{4}-\d\d-\d\d)(?:\d{1,4}/\d{1,2}/\d{1,4}|\d{1,4}-\d{1,2}-\d{1,4})\b"
    r"|^(?:if\s+)?\w+\s+/\w[\w/*-]*(?=\s+(?:then|within)\b)"
    r"|^[-+]\s+(?=[^\W\d])"
    r"|[,\s](daily|weekly|monthly)\s*(?:$|,|because\b)"
)
# A call with one text: of an event, where it is of no function.
CALL = re.compile(r'\b([^\W\d]\w*)\("[^"\n]*"\)')

# What is in every text that one of these finds. Few lines have it, and it is found in a tenth of the time: each branch
# begins with a character, so that `re` skips others. What is added above must be found by this too; a test looks.
HINT = re.compile(
    r"empty|null|nil|blank|undefined|daily|weekly|monthly|lead\.|\(\"|contains\s+words?\s|is\s+like"
    r"|or\s+(?:not\s+)?(?:is|contains|mentions|like)|and\s+(?:not\s+)?(?:is|contains|mentions|like)"
    r"|\"\s*or\s*\"|\"\s*and\s+(?:not\s+)?\"|<\s?\d{1,4}[-/]\d|>\s?\d{1,4}[-/]\d|=\s?\d{1,4}[-/]\d"
    r"|then\s+(?:disqualify|exclude|reject|ignore|block|suppress|route\b|\")|activit|engagement|interaction"
)
BEGINNING = re.compile(r"otherwise|else|[-+]|(?:if\s+)?\w+\s+/\w|if\s+score\b")


def doubts(text: str) -> re.Match[str] | None:
    """What in the text of a line hardly was meant as it reads."""
    if HINT.search(text) is None and BEGINNING.match(text) is None:
        return None
    calls = (match for match in CALL.finditer(text) if match.group(1) not in operators())
    return next(calls, None) or DOUBTFUL.search(text)
