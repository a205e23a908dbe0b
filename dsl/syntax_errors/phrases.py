"""Slips of those who write conditions as they would say them: names of several words, and other verbs for events."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scorelang.syntax_errors.conditions import OPERATOR, SIGN
from scorelang.syntax_errors.durations import BACK, UNIT
from scorelang.syntax_errors.numbers import DIGIT_WORD, DIGITS
from scorelang.syntax_errors.other_words import HAPPENED
from scorelang.syntax_errors.slip import KIND, NUMBER, OPERAND, TEXT, WORD, one_space, slip, spaced

A = r"(?:(?:an?|the|our|any|some|your)\s+)?"
MAIL = rf"{A}e-?mails?"
SENT = r"(?:submitted|submits|filled\s+(?:out|in)|fills\s+(?:out|in)|completed)"
# What leads did, as people say it, and the event that it is.
DID = {
    rf"(?:opened|opens)\s+{MAIL}|e-?mails\s+opened|email\s+opens": "email_open",
    rf"(?:clicked|clicks)\s+(?:on\s+)?{A}(?:links?\s+)?(?:in\s+)?{MAIL}(?:\s+links?)?|email\s+clicks": "email_click",
    rf"{SENT}\s+{A}form": "form",
    rf"(?:booked|books|had)\s+{A}meeting": "meeting",
    rf"(?:attended|attends|joined)\s+{A}webinar": "webinar where attended",
    rf"(?:replied|replies|answered)\s+(?:to\s+)?{MAIL}": "reply",
    rf"(?:started|starts|began)\s+{A}trial": 'trial "started"',
    rf"(?:clicked|clicks)\s+(?:on\s+)?{A}ad": "ad_click",
    rf"(?:visited|visits|viewed|views)\s+{A}(?:page|site|website)|visit\s+any\s+page": "visit",
    r"e-?mail\s+hard[\s-]bounced": 'email_bounce where kind is "hard"',
}
DEEDS = "|".join(DID)
# What of an event is held against a text, and the attribute and the unit of how long it lasted.
LASTED = {
    "visit": ("path", "seconds"), "page_view": ("path", "seconds"), "webinar": ("name", "minutes"),
    "call": ("outcome", "minutes"), "chat": ("topic", "minutes"), "meeting": ("role", "minutes"),
}  # fmt: skip
# Words at which a name of several words has ended.
COMPARED = (
    r"(?:[<>=!]|(?:is|isn['’]?t|are|in|not|contains?|does|doesn['’]?t|includes?|mentions|like|starts?|ends?|begins?|"
    r"matches|from|between|equals?|greater|more|less|fewer|at\s+least|at\s+most|exceeds|over|under|above|below|older)\b)"
)
# Words that are part of no name of several words.
NO_NAME = (
    rf"(?:{KIND}|if|when|and|or|not|no|only|each|every|then|the|an?|is|are|has|have|had|at|more|fewer|less|days|count|"
    r"sum|largest|smallest|average|exactly|all|any|both|none|either|neither|because|score|grade|category|persona|route|"
    r"qualified|in|from|within|since|before|between|contains?|over|under|above|below|older|unless|except|max|min|avg|"
    r"mean|maximum|minimum|highest|lowest|unsubscribed|visited|opened|clicked|never|otherwise|else|as|for|of|to|add|"
    r"give|subtract|deduct|minus|plus|must|require|disqualify|does|do|did|times|starts?|ends?|begins?|matches|equals?|"
    r"mentions|like|includes?|exceeds|where|with|property|list|elif|elsif|elseif|whenever|once|rule|on|provided|given|per|"
    r"exclude|reject|qualified|needs?|mandatory)"
)
FIRST = rf"(?!(?:(?:{spaced(HAPPENED)}|{DEEDS})(?=\s*(?:$|{COMPARED}|then\b|within\b))|stage\b|last\s+{KIND}\b))"
NAME = rf"{FIRST}(?!{NO_NAME}\b){WORD}(?:[ \t]+(?!{NO_NAME}\b){WORD}){{1,3}}"
BEGINS = r"(?:(?<=\bif\s)|(?<=\band\s)|(?<=\bor\s)|(?<=\bnot\s)|(?<=\brequire\s)|(?<=\()|^)"
GO_ON = r"(?:then|and|or|because|add|give|subtract)"
ITEM = rf"(?:{TEXT}|(?!(?:{GO_ON}|if|is|not|one|any|either)\b){WORD}(?:[ \t]+(?!{GO_ON}\b){WORD})*)"
SEVERAL = rf"{ITEM}(?:\s*,\s*{ITEM})+(?:\s*,?\s*or\s+{ITEM})?"
DONE = rf"(?=\s+{GO_ON}\b|\s*[,)]|\s*$)"
PEOPLE = r"(employees|people|users|seats|staff)"
COLUMN = ('where it comes from another column, declare it below `lead:`: `job_title text from "Job Title"`',)
WITHIN = "time back from now is typed with `within`"
OLDER = "time further back is typed with `more than … ago`"
NO_IS = "`is` does not stand before a time"
SPACES = "a name has no spaces"
DEED = "an event stands by its name"
PAGE = "a page is typed as its path"
LIST = "one of several is typed with `in` and a list"
OFTEN = "how often is typed with `at least`, `at most` or `exactly`"


def underscored(text: str) -> str:
    """`job_title` of `Job title`."""
    return re.sub(r"\W+", "_", text.strip(' "')).strip("_").lower()


def _underscored(groups: Sequence[str]) -> str:
    return underscored(next(group for group in groups[1:] if group))


def event_of(said: str) -> str | None:
    """The event that a phrase is for: `email_open` of `opened an email`; None for what no row knows."""
    return next((kind for phrase, kind in DID.items() if re.fullmatch(phrase, said.strip(), re.IGNORECASE)), None)


def _event(groups: Sequence[str]) -> str:
    return event_of(groups[1]) or groups[1]


def listed(text: str) -> str:
    """`"VP", "CEO"` of `VP, "CEO"` or `VP or CEO`."""
    items = re.findall(ITEM, re.sub(r"\s*,?\s*\b(?:or|nor)\s+", ", ", text), re.IGNORECASE)
    return ", ".join(item if item.startswith('"') else f'"{item.strip()}"' for item in items)


def _in(groups: Sequence[str]) -> str:
    negative = re.search(r"not|n['’]?t|!|neither", groups[1], re.IGNORECASE)
    return f"{'not ' if negative else ''}in [{listed(groups[2])}]"


def _of_list(groups: Sequence[str]) -> str:
    return f"{OPERATOR[one_space(groups[1])]} [{listed(groups[2])}]"


def _sized(groups: Sequence[str]) -> str:
    """`employees > 50` of `company has more than 50 employees`."""
    return f"{groups[3].lower()} {SIGN[one_space(groups[1])]} {groups[2]}"


def _pair(groups: Sequence[str]) -> str:
    """The number and the unit that one of several ways has found."""
    return " ".join(group for group in groups[1:] if group)


def _for(groups: Sequence[str]) -> str:
    return f"{groups[0][: -len(groups[1])]}within {groups[2]} {groups[3]}"


def _once(groups: Sequence[str]) -> str:
    """`visit at least 2 times` of `visit more than once`."""
    often = {"more than": " at least 2 times", "only": " exactly 1 times", "exactly": " exactly 1 times"}
    return groups[1] + often.get(one_space(groups[3]), "")


def _digits(groups: Sequence[str]) -> str:
    return str(DIGITS.get(groups[3].lower(), groups[3]))


def _lasting(groups: Sequence[str]) -> str:
    """`visit where (path is "/pricing" and seconds > 60)` of `visit "/pricing" for more than 60 seconds`."""
    kind, text, number, unit = groups[1].lower(), groups[2], groups[3], groups[4].lower()
    named, measure = LASTED[kind]
    amount = float(number.replace("_", "")) * (1 if unit == measure else 60 if measure == "seconds" else 1 / 60)
    longer = f"{measure} > {amount:g}"
    return f"{kind} where ({named} is {text} and {longer})" if text else f"{kind} where {longer}"


SLIPS = (
    # times
    slip(
        "time-window", rf"\bis\s+(?:(?:within|in|during)\s+)?(?:the\s+)?{BACK}\s+({NUMBER})\s+({UNIT})\b|"
        rf"\bis\s+within\s+({NUMBER})\s+({UNIT})\b|"
        rf"\bis\s+(?:less|newer|fewer)\s+than\s+({NUMBER})\s+({UNIT})\s+(?:ago|old)\b",
        NO_IS, lambda groups: f"write `within {_pair(groups)}`", lambda groups: f"within {_pair(groups)}",
    ),
    slip(
        "time-window", rf"\b(?:within|in|during|over)\s+(?:the\s+)?{BACK}\s+{DIGIT_WORD}\s+({UNIT})\b", WITHIN,
        lambda groups: f"write `within {DIGITS[groups[1].lower()]} {groups[2]}`",
        lambda groups: f"within {DIGITS[groups[1].lower()]} {groups[2]}",
    ),
    slip(
        "last-event", rf"\b((?:the\s+)?last\s+({KIND})\s+(?:is|was)\s+(?:more|older|longer)\s+than)\s+({NUMBER})\s+days"
        r"(?:\s+ago)?\b", "how long ago the last one was is a number of days", "write `days since last {2} > {3}`",
        "days since last {2} > {3}", mark=1,
    ),
    slip(
        "time-window", rf"\bis\s+(?:more|older|longer)\s+than\s+({NUMBER})\s+({UNIT})\s+(?:ago|old)\b|"
        rf"\bis\s+older\s+than\s+({NUMBER})\s+({UNIT})\b",
        NO_IS, lambda groups: f"write `more than {_pair(groups)} ago`", lambda groups: f"more than {_pair(groups)} ago",
    ),
    slip(
        "time-window", rf"\bis\s+(?:with)?in\s+(?:the\s+)?(?:next|coming)\s+({NUMBER})\s+({UNIT})\b", NO_IS,
        "write `within the next {1} {2}`", "within the next {1} {2}",
    ),
    slip(
        "time-window", rf">=?\s*({NUMBER})\s+({UNIT})\s+ago\b", OLDER, "write `more than {1} {2} ago`",
        "more than {1} {2} ago",
    ),
    slip("time-window", rf"<=?\s*({NUMBER})\s+({UNIT})\s+ago\b", WITHIN, "write `within {1} {2}`", "within {1} {2}"),
    slip(
        "time-window", rf"\bno\s+(?!activit|engagement|interaction){WORD}(?:\s+{TEXT})?\s+"
        rf"(for\s+(?:(?:at\s+least|more\s+than|over)\s+)?({NUMBER})\s+({UNIT}))\b", WITHIN,
        "write `within {2} {3}`", _for, mark=1,
    ),
    # how often
    slip(
        "event-times", rf"(?<!\w)({WORD}|{TEXT})\s+(?<!least\s)(?<!most\s)(?<!exactly\s)(?<!than\s)"
        rf"(({NUMBER}|{DIGIT_WORD})\s*\+?\s*times)\b(?!\s+(?:a|per|each|every)\b)", OFTEN,
        lambda groups: f"write `at least {_digits(groups)} times`",
        lambda groups: f"{groups[1]} at least {_digits(groups)} times", mark=2,
        places="top rule destination",
    ),
    slip(
        "event-times", rf"({KIND}(?:\s+{TEXT})?)\s+((?:(more\s+than|at\s+least|only|exactly)\s+)?once)\b"
        r"(?!\s+(?:a|per|each|every)\b)", "how often is spelled out", lambda groups: f"write `{_once(groups)}`",
        _once, mark=2, places="top rule destination",
    ),
    # events
    slip(
        "event-count", rf"\b({DEEDS}|email\s+opened)(?=\s*[<>=])", "how many there are is typed with `count of`",
        lambda groups: f"write `count of {event_of(groups[1]) or 'email_open'}`",
        lambda groups: f"count of {event_of(groups[1]) or 'email_open'}", mark=1,
    ),
    slip(
        "event-words", rf"\b({KIND})(?:\s+({TEXT}))?\s+(?:for\s+)?(?:longer|more)\s+than\s+({NUMBER})\s+"
        r"(seconds|minutes)\b", "how long an event lasted is an attribute of it",
        lambda groups: f"write `{_lasting(groups)}`",
        lambda groups: _lasting(groups) if groups[1].lower() in LASTED else groups[0],
    ),
    slip("event-words", rf"\b({DEEDS})\b", DEED, lambda groups: f"write `{_event(groups)}`", _event, mark=1),
    slip(
        "event-words", rf"\b(form(?:\s+{TEXT})?)\s+(submitted|submissions?|filled(?:\s+(?:out|in))?|sent)\b",
        "a form that was sent is the event `form`", "remove `{2}`", "{1}", mark=2,
    ),
    slip(
        "event-words", rf"\b{SENT}\s+{A}((?!form\b){WORD}(?:[ \t]+(?!form\b){WORD})*)\s+form\b", DEED,
        'write `form "{1}"`', 'form "{1}"',
    ),
    slip(
        "event-words", rf"\bwebinar\s+({TEXT})\s+attended\b", "two conditions on an event stand in brackets",
        "write `webinar where (name is {1} and attended)`", "webinar where (name is {1} and attended)",
    ),
    slip(
        "event-words", rf"\b(?:visited|visits?|viewed|views?|saw)\s+{A}((?!any\b|every\b)[a-z]\w*)\s+page\b", PAGE,
        'for example `visit "/{1}"`', 'visit "/{1}"',
    ),
    slip(
        "event-words", rf"\b(visit|page_view)\s+(?:page|url|path)\s+(?=(?:{spaced(OPERATOR)}|is)\s)",
        "a condition on an event begins with `where`", "write `{1} where path`", "{1} where path ",
    ),
    slip(
        "event-words", rf"\b((?:visit|page_view)\s+)(?!{NO_NAME}\b)([a-z]\w*)(?=\s+(?:then|within|and|or|at\s+least|"
        r"at\s+most)\b)", f"{PAGE}, in quotes", 'write `"/{2}"`', '{1}"/{2}"', mark=2,
    ),
    slip("event-words", rf"\b(any)\s+(?={KIND}\b)", "any such event counts", "remove `any`", "", mark=1),
    # names of several words
    slip(
        "spaces-in-name", r"\b(e-?mail\s+domain)\b", "the domain of an address is `domain(email)`",
        "write `domain(email)`", "domain(email)",
    ),
    slip(
        "spaces-in-name", rf"{BEGINS}({NAME})(?=\s*{COMPARED})", SPACES,
        lambda groups: f"write `{_underscored(groups)}`", _underscored, help=COLUMN, places="top rule destination",
    ),
    slip(
        "spaces-in-name", rf"(?<=^define\s)({NAME})(?=\s+as\b|\s*=)", SPACES,
        lambda groups: f"write `{_underscored(groups)}`", _underscored,
    ),
    slip(
        "spaces-in-name", rf"\{{\{{?\s*(?:\w+\.)*(\w+)\s*\}}\}}?|(?<=\bif\s)\[([^\W\d][\w ]*)\]|"
        rf"\b(?:contact|company|lead)\s+(?:property|field|attribute)\s+({TEXT})", "a field stands by its name alone",
        lambda groups: f"write `{_underscored(groups)}`", _underscored, help=COLUMN,
    ),
    slip(
        "known-or-missing", rf"\bno\s+({NAME})(?=\s+then\b)", "that a field has no value is `is missing`",
        lambda groups: f"write `{_underscored(groups)} is missing`",
        lambda groups: f"{_underscored(groups)} is missing",
    ),
    slip(
        "spaces-in-name", rf"\bnumber\s+of\s+(?!{KIND}\b){PEOPLE}(?=\s*{COMPARED})", SPACES, "write `{1}`", "{1}",
        help=COLUMN,
    ),
    slip(
        "filler-word", r"\b((?:the\s+)?(?:lead|contact|person|company)['’]s)\s+(?=[^\W\d])", "`{1}` is not needed",
        "remove it", "", mark=1,
    ),
    slip(
        "filler-word", rf"{BEGINS}(?<!^)((?:(?:they|it)\s+)?(?:is|are))\s+(?={WORD}\s+(?:then|and|or)\b)(?!not\b)",
        "a flag stands by its name alone", "remove `{1}`", "", mark=1,
    ),
    slip(
        "number-unit", rf"\b(?:{A}(?:company|account|lead|organi[sz]ation)\s+(?:has|have|with)\s+)?({spaced(SIGN)})\s+"
        rf"({NUMBER})\s+{PEOPLE}\b", "the field comes first, then the comparison",
        lambda groups: f"write `{_sized(groups)}`", _sized,
    ),
    slip(
        "number-range", rf"\b{A}(?:company|account|lead)\s+(?:has|have|with)\s+(?:between\s+|from\s+)?({NUMBER})\s*"
        rf"(?:-|to|and)\s*({NUMBER})\s+{PEOPLE}\b", "the field comes first, then the span",
        "write `{3} from {1} to {2}`", "{3} from {1} to {2}",
    ),
    slip(
        "number-range", rf"\b({WORD})\s+(?:is\s+)?not\s+(?:between|from)\s+({NUMBER})\s*(?:-|to|and)\s*({NUMBER})\b",
        "`not` stands before the whole comparison", "write `not {1} from {2} to {3}`", "not {1} from {2} to {3}",
    ),
    slip(
        "number-unit", rf"([<>=]\s*{NUMBER})\s*(%|percent\b)", "a number stands without a percent sign",
        "remove `{2}`; does the data have 50 or 0.5?", "{1}", mark=2,
    ),
    # one of several, without quotes or brackets
    slip(
        "half-comparison", rf"(?<=\s)(is\s+not|isn['’]?t|is|!=|==?|not\s+in|in)\s+"
        rf"(?:(?:either\s+)?(?:one|any)\s+of\s+)?(?!(?:in|between|from)\b)({SEVERAL}){DONE}", LIST,
        lambda groups: f"write `{_in(groups)}`", _in,
    ),
    slip(
        "half-comparison", rf"(?<=\s)(not\s+in|in)\s*\(\s*({ITEM}(?:\s*,\s*{ITEM})*)\s*\)", LIST,
        lambda groups: f"write `{_in(groups)}`", _in,
    ),
    slip(
        "half-comparison", rf"(?<=\s)(is\s+neither)\s+({ITEM}(?:\s*,\s*{ITEM})*\s+nor\s+{ITEM}){DONE}",
        "none of several is typed with `not in` and a list", lambda groups: f"write `{_in(groups)}`", _in,
    ),
    slip(
        "half-comparison", rf"(?<=\s)({spaced(OPERATOR)})\s+(?:(?:any|one)\s+of\s+)?({SEVERAL}){DONE}",
        "any of several texts is a list", lambda groups: f"write `{_of_list(groups)}`", _of_list,
    ),
    slip(
        "half-comparison", rf"({OPERAND})\s+({spaced(OPERATOR)})\s*({TEXT})\s+(?:and|but)\s+(?:does\s+not|doesn['’]?t|"
        rf"not)\s+(?:(?:{spaced(OPERATOR)})\s*)?({TEXT})", "both sides of `and` are whole conditions",
        "write `{1} {2} {3} and not {1} {2} {4}`", "{1} {2} {3} and not {1} {2} {4}",
    ),
    slip(
        "half-comparison", rf"({OPERAND})\s+({spaced(OPERATOR)})\s*({TEXT})\s+(and|or)\s+"
        rf"({spaced(OPERATOR)})\s*({TEXT})",
        "both sides of `{4}` are whole conditions", "write `{1} {2} {3} {4} {1} {5} {6}`",
        "{1} {2} {3} {4} {1} {5} {6}",
    ),
    slip(
        "half-comparison", rf"\b({KIND})\s+({TEXT})\s+(and)\s+({TEXT})", "both sides of `and` are whole conditions",
        "write `{1} {2} and {1} {4}`", "{1} {2} and {1} {4}", mark=3,
    ),
    slip(
        "unknown-operator", rf"\b(?:contains?|includes?|has)\s+(?:the\s+)?words?\s+(?={TEXT})",
        "a whole word is found by `mentions`", "write `mentions`", "mentions ",
    ),
    slip(
        "unquoted-text", r"(?<=\s)()(\.[a-z]{2,})(?=\s|$)", "a text stands between double quotes", 'write `"{2}"`',
        '"{2}"', mark=2,
    ),
    slip(
        "quorum", r"\b((?:at\s+least|at\s+most|exactly)\s+\d+)\s+of\s+([^()\n]*?,[^()\n]*?)(?=\s+then\b|\s*$)",
        "the conditions stand between round brackets after `of`", "write `{1} of ({2})`", "{1} of ({2})",
    ),
    slip(
        "quorum", r"(?:(?<=\bif\s)|(?<=\brequire\s))any\s+of\s+([^()\"\n]*?,[^()\"\n]*?)(?=\s+then\b|\s*$)",
        "how many of them is a number", "write `at least 1 of ({1})`", "at least 1 of ({1})",
    ),
    slip("joining-word", r"(?<=\w|\")\s+(\|)\s+(?=\w)", "`{1}` does not join conditions", "write `or`", " or ", mark=1,
         places="top rule"),
)  # fmt: skip
