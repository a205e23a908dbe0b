"""Slips of plain English and of other languages: words for what has another name here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from scorelang.syntax_errors.conditions import OPERATOR, SEVERAL, VALUE
from scorelang.syntax_errors.slip import NUMBER, TEXT, WORD, one_space, slip, spaced

# What a number counts, when it stands behind the number.
COUNTED_UNITS = (
    r"(?:people|persons?|employees|heads?|headcount|users?|seats?|staff|members|contacts|leads|visits|clicks|pages|views|"
    r"eur|euros?|usd|dollars?|gbp|pounds?|chf|points?|pts)"
)
# Methods of other languages.
METHODS = {
    "contains": "contains", "includes": "contains", "has": "contains", "startswith": "starts with",
    "endswith": "ends with", "equals": "is", "eq": "is", "is": "is", "like": "like", "matches": "like",
}  # fmt: skip
# What of a lead is said with a word that has a name of its own.
HAPPENED = {
    "email opened": "email_open", "opened email": "email_open", "email clicked": "email_click",
    "clicked email": "email_click", "link clicked": "email_click", "email bounced": "email_bounce",
    "email replied": "reply", "email unsubscribed": "unsubscribe", "form submitted": "form", "form filled": "form",
    "submitted form": "form", "form submission": "form", "page viewed": "page_view", "page visited": "page_view",
    "page view": "page_view", "ad clicked": "ad_click", "webinar attended": "webinar where attended",
    "attended webinar": "webinar where attended", "meeting booked": "meeting", "meeting held": "meeting",
    "trial started": "trial", "email open": "email_open", "email click": "email_click", "ad click": "ad_click",
}  # fmt: skip
LEAD_PREFIX = re.compile(r"\blead\.(?!grade\b)(?=[^\W\d])")


def _happened(groups: Sequence[str]) -> str:
    return HAPPENED[one_space(groups[1])]


def _without_lead(groups: Sequence[str]) -> str:
    """The rest of the line with every `lead.` taken out that stands in no text."""
    parts = re.split(rf"({TEXT})", groups[0])
    return "".join(part if part.startswith('"') else LEAD_PREFIX.sub("", part) for part in parts)


def _method(groups: Sequence[str]) -> str:
    """`title contains "CEO"` of `title.contains("CEO")`; of several texts a list."""
    texts = re.findall(TEXT, groups[3])
    operator = METHODS[groups[2].lower()]
    if len(texts) > 1 and operator == "is":
        operator = "in"
    listed = ", ".join(texts)
    return f"{groups[1]} {operator} {listed if len(texts) == 1 else f'[{listed}]'}"


def _bracketed(word: str) -> Callable[[Sequence[str]], str]:
    """`(a and b)` of `all of (a, b)`."""
    return lambda groups: f"({f' {word} '.join(part.strip() for part in groups[1].rstrip(' ,').split(','))})"


def _negated(groups: Sequence[str]) -> str:
    return f"not {_bracketed('or')(groups)}"


def _one_of(groups: Sequence[str]) -> str:
    """`in ["CEO", "VP"]` of `is one of "CEO", "VP"`."""
    texts = ", ".join(re.findall(VALUE, groups[3] or groups[4]))
    return f"{'not ' if groups[2] else ''}in [{texts}]"


NO_OPERATOR = "`{0}` is not an operator"

SLIPS = (
    # a field
    slip(
        "lead-prefix", rf"\b(lead\.)(?!grade\b)(?={WORD}).*", "a field of the lead stands by its name alone",
        "remove `lead.`", _without_lead, mark=1,
    ),
    slip(
        "unknown-operator", rf"\b({WORD})\.({spaced(METHODS)})\(\s*({TEXT}(?:\s*,\s*{TEXT})*)\s*\)",
        "nothing is called with a point", lambda groups: f"write `{_method(groups)}`", _method,
    ),
    slip("filler-word", rf"\b(the)\s+(?={WORD})", "`{1}` is not needed", "remove it", "", mark=1),
    slip(
        "number-unit", rf"(?<=[<>=\s])({NUMBER})\s+({COUNTED_UNITS})\b(?!\s*(?:[<>=.]|is\b|in\b))",
        "a number stands without a unit", "remove `{2}`", "{1}", mark=2,
    ),
    # one of a list
    slip(
        "unknown-operator",
        rf"\b((?:is|are)\s+(not\s+)?(?:either\s+)?(?:one|any)\s+of)\s*(?:({SEVERAL})(?=\s+(?:then|and|or|because)\b|\s*$|"
        rf"\s*\))|\(\s*({SEVERAL})\s*,?\s*\))", "`{1}` is not an operator", lambda groups: f"write `{_one_of(groups)}`",
        _one_of, mark=1,
    ),
    slip(
        "unknown-operator", rf"\b({spaced(OPERATOR)})\s+((?:any|one|some)(?:\s+of)?)(?=\s*[\[(])",
        "`{1}` is true of a list when it is of one of its texts", "remove `{2}`",
        lambda groups: f"{OPERATOR[one_space(groups[1])]} ", mark=2,
    ),
    # numbers of events
    slip(
        "event-count", r"\b(?:max(?:imum)?|highest|greatest)\s+of\b(?!\s*\()", "the greatest of all is `largest of`",
        "write `largest of`", "largest of",
    ),
    slip(
        "event-count", r"\b(?:min(?:imum)?|lowest|least)\s+of\b(?!\s*\()", "the smallest of all is `smallest of`",
        "write `smallest of`", "smallest of",
    ),
    slip(
        "event-count", rf"\b(?:total|sum)(?:\s+of)?\b(?=\s+{WORD}\.)", "all together are `sum of`", "write `sum of`",
        "sum of",
    ),
    slip(
        "event-count", r"\b(?:avg|mean|average)\s+(?:of\b)?(?!\s*\()", "the mean of all is `average of`",
        "write `average of`", "average of ",
    ),
    # words without quotes
    slip(
        "missing-value", rf"(?<=\sis\s)(an?\s+{WORD}(?:[ \t]+(?!then\b|and\b|or\b){WORD})*)",
        "`is` is followed by one value", 'such as `"CEO"`, `5`, `yes` or `missing`', mark=1,
    ),
    slip(
        "spaces-in-name", r"(?-i:\b([A-Z]\w*(?:[ \t]+[A-Z]\w*)+)(?=\s*(?:$|[<>=!]|(?:is|in|not|contains|mentions|like|"
        r"starts|ends|from|then|and|or|within)\b)))", "a name has no spaces",
        "a column with spaces has a field of one word",
        help=("declare it below `lead:`, for example `title text from \"Job Title\"`, and write `title` here",), mark=1,
    ),
    # several conditions
    slip(
        "joining-word", r"(?<=\s)(?=[^\0]*\bxor\b)((?:(?!\b(?:and|or|xor|then|if|require|not)\b)[^(),])+?)\s+(xor)\s+"
        r"((?:(?!\b(?:and|or|xor|then|if)\b)[^(),])+?)(?=\s+then\b|\s*$)", "there is no `xor`",
        "write `exactly 1 of (…)`", "exactly 1 of ({1}, {3})", mark=2,
    ),
    slip("joining-word", r"\bxor\b", "there is no `xor`", "write `exactly 1 of (…, …)`"),
    slip(
        "quorum", r"\b(?:all|both|every\s+one)\s+of\s*\(([^()]+)\)", "that all hold is typed with `and`",
        lambda groups: f"write `{_bracketed('and')(groups)}`", _bracketed("and"),
    ),
    slip(
        "quorum", r"\b(?:none|neither|not\s+any)\s+of\s*\(([^()]+)\)", "that none holds is typed with `not`",
        lambda groups: f"write `{_negated(groups)}`", _negated,
    ),
    # events
    slip(
        "event-words", rf"\b({spaced(HAPPENED)})(?=\s*(?:$|[,)]|\"|\b(?:then|within|and|or|at|where|more|in)\b))",
        "this event has another name", lambda groups: f"write `{_happened(groups)}`", _happened,
    ),
    slip(
        "no-events", rf"(?<=\s)(never|without(?:\s+an?|\s+any)?|zero)\s+(?={WORD})",
        "that there are no such events is typed with `no`", "write `no`", "no ", mark=1,
    ),
    slip(
        "last-event", rf"^(?:if\s+)?((?:the\s+)?(?:last|latest))\s+({WORD}(?:\s+{TEXT})?)\s+more\s+than\s+({NUMBER})\s+"
        r"days\s+ago\b", "how long ago the last one was is a number of days", "write `days since last {2} > {3}`",
        "if days since last {2} > {3}", mark=1,
    ),
    slip(
        "last-event",
        rf"\b((?:the\s+)?(?:last|latest|most\s+recent|any))\s+(?={WORD}(?:\s+{TEXT})?\s+(?:within|since)\b)",
        "any such event counts", "remove `{1}`", "", mark=1,
    ),
    slip(
        "event-count", rf"\b((?:the\s+)?(?:number|amount|total)\s+of|count)\s+(?!of\b)(?={WORD})",
        "how many there are is typed with `count of`", "write `count of`", "count of ", mark=1,
    ),
    slip(
        "event-count", rf"\b({WORD})\s+counts?\b(?=\s*[<>=])", "how many there are is typed with `count of`",
        "write `count of {1}`", "count of {1}",
    ),
)  # fmt: skip
