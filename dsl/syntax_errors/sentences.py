"""Slips of those who write a rule as a sentence: in another order, or with what is said elsewhere than in points."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scorelang.syntax_errors.durations import UNIT
from scorelang.syntax_errors.phrases import ITEM, event_of, listed
from scorelang.syntax_errors.rules import CAP, ORDER, POINTS, REASON, RULES
from scorelang.syntax_errors.slip import KIND, LABEL, NUMBER, TEXT, WORD, one_space, slip

GIVES = r"add|give|award|plus|assign|grant"
TAKES = r"subtract|deduct|minus|remove|take(?:\s+away)?"
PTS = r"(?:\s*(?:points?|pts?)\b)?"
# The common event that happened where a condition says no more; elsewhere the word may be a field.
PAST = {"unsubscribed": "unsubscribe", "visited": "visit", "bounced": "email_bounce", "replied": "reply"}
OUT = r"(?:disqualify|disqualified|exclude|excluded|reject|rejected|ignore|block|suppress)"
STAGES = r"MQL|SQL|SAL|PQL|IQL|MEL|MQA"
DID = (
    r"(?:visited|downloaded|requested|watched|attended|registered|signed\s+up|clicked|opened|submitted|filled|booked|"
    r"viewed|spent)"
)
NO_UNLESS = "there is no `{2}`"
RULED_OUT = "what rules a lead out begins with `disqualify if`"
STEP = "a step of the score is a `stage`"


def _taken(groups: Sequence[str]) -> str:
    """`-5` of `subtract 5`."""
    return f"{'-' if re.fullmatch(TAKES, one_space(groups[1])) else '+'}{groups[2]}"


def _first(groups: Sequence[str]) -> str:
    """`if title is "CEO" then +10` of `add 10 if title is "CEO"`."""
    named = re.fullmatch(rf"({WORD})\s+({TEXT})", groups[3].strip())
    is_field = named is not None and not re.fullmatch(KIND, named[1])
    condition = f"{named[1]} is {named[2]}" if named is not None and is_field else groups[3].strip()
    return f"if {condition} then {_taken(groups)}{groups[4]}"


def _each(groups: Sequence[str]) -> str:
    """`each email_click then +1, at most 5` of `1 point for each email click, max 5`."""
    said = " ".join(groups[3].split())
    name = re.sub(r"^e-?mail\s+opened$", "email_open", said).replace(" ", "_")
    kind = event_of(said) or (name if re.fullmatch(KIND, name) else said)
    most = f", at most {groups[4]}" if groups[4] else ""
    return f"each {kind} then {groups[1] or '+'}{groups[2]}{most}"


def _not(condition: str) -> str:
    """The negation of a condition: `no unsubscribe` of `unsubscribed`."""
    condition = condition.strip()
    if condition.lower() in PAST:
        return f"no {PAST[condition.lower()]}"
    return f"not ({condition})" if re.search(r"\b(?:and|or)\b", condition) else f"not {condition}"


def _whole(condition: str) -> str:
    return f"({condition})" if re.search(r"\bor\b", condition) else condition


def _unless(groups: Sequence[str]) -> str:
    """`if a and not b then` of `if a unless b then`."""
    head = re.sub(r"^if\s+", "", groups[1])
    return f"if {_whole(head)} and {_not(groups[3])} then"


def _unless_last(groups: Sequence[str]) -> str:
    """`if a and not b then +5` of `if a then +5 unless b`."""
    head = re.sub(r"^if\s+", "", groups[1])
    return f"if {_whole(head)} and {_not(groups[5])} {groups[2]}"


def _so_often(groups: Sequence[str]) -> str:
    return f"once a {groups[3]}" if groups[1] or groups[2] == "1" else f"{groups[2]} times a {groups[3]}"


def _changed(groups: Sequence[str]) -> str:
    return f"{'-' if re.match('decrease|lower|reduce', groups[1], re.IGNORECASE) else '+'}{groups[2]}"


SLIPS = (
    # the order
    slip(
        "rule-order", rf"^([+-]?)({NUMBER}){PTS}\s+(?:for\s+(?:each|every)|per|each|every)\s+([\w \"/.-]+?)"
        rf"(?:\s*,?\s*{CAP}\s*({NUMBER}){PTS})?\s*$", "the event comes first, then the points",
        lambda groups: f"write `{_each(groups)}`", _each, places=RULES,
    ),
    slip(
        "rule-order", rf"^({GIVES}|{TAKES})\s+({NUMBER}){PTS}\s*,?\s+(?:if|when|for|where|to)\s+(.*?)"
        rf"((?:\s*,?\s*because\s+{TEXT})?)\s*$", ORDER, lambda groups: f"write `if … then {_taken(groups)}`", _first,
        places=RULES,
    ),
    slip(
        "rule-order", rf"^([+-]\s*{NUMBER}){PTS}\s*:?\s+({WORD}\s*(?:[<>=]|\b(?:is|in|contains|mentions)\b).*)$", ORDER,
        "write `if … then {1}`", "if {2} then {1}", mark=1, places=RULES,
    ),
    slip(
        "missing-then", rf"(?<!\s)(?<!\bthen)(?:\s*+[,:])?+\s++\b({GIVES}|{TAKES})\s+({NUMBER}){PTS}"
        r"(?:\s+to\s+(?:the\s+)?score)?(?=\s*$|\s*,|\s+because\b)",
        "`then` leads to the points", lambda groups: f"write `then {_taken(groups)}`",
        lambda groups: f" then {_taken(groups)}", mark=1, places=RULES,
    ),
    # points
    slip(
        "points-words", rf"(?<=\bthen\s)(increase|raise|decrease|lower|reduce|add)(?:\s+(?:the\s+)?(?:score|points))?"
        rf"\s+by\s+({NUMBER}){PTS}", "points are a number with its sign", lambda groups: f"write `{_changed(groups)}`",
        _changed, places=RULES,
    ),
    slip(
        "points-words", rf"(?<=\bthen\s)({GIVES}|{TAKES})\s+({NUMBER}){PTS}\s+(?:to|from)\s+(?:the\s+)?score\b",
        "points are a number with its sign", lambda groups: f"write `{_taken(groups)}`", _taken, places=RULES,
    ),
    slip(
        "points-words", rf"(?<=\bthen\s)(?:the\s+)?score\s*:?=\s*(?:the\s+)?score\s*([+-])\s*({NUMBER})",
        "a rule adds to the score by itself", "write `{1}{2}`", "{1}{2}", places=RULES,
    ),
    slip(
        "bound-word", rf"\b(then\s+{POINTS})\s+({CAP}\s*:?\s*({NUMBER})){PTS}(?!\s*(?:times|x|per|an?)\b)",
        "an upper bound follows a comma and `at most`", "write `, at most {3}`", "{1}, at most {3}", mark=2,
        places=RULES,
    ),
    slip(
        "how-often", r"(?<=[,\s])(?:(?:max(?:imum)?|at\s+most|up\s+to|limit(?:ed)?(?:\s+to)?|(?:but\s+)?only)\s+)"
        rf"(?:(once)|({NUMBER})(?:\s*(?:times|x))?)\s+(?:per|an?|each|every)\s+(day|week|month)\b",
        "how often is typed with `a`", lambda groups: f"write `{_so_often(groups)}`", _so_often, places=RULES,
    ),
    slip(
        "how-often", rf"(?<=,\s)()({NUMBER})\s+(?:per|each|every)\s+(day|week|month)\b", "how often is typed with `a`",
        lambda groups: f"write `{_so_often(groups)}`", _so_often, places=RULES,
    ),
    slip(
        "missing-comma", rf"\b(then\s+{POINTS})(\s+)(?=(?:decay|los(?:ing|es)|fad(?:ing|es)|half)\b|decay(?:s|ing)\b)",
        "a comma is missing here", "write `,`", "{1}, ", mark=2, places=RULES,
    ),
    slip(
        "time-window", rf"^((?:each\s+)?{WORD}(?:\s+{TEXT})?)\s+(then\s+{POINTS})\s*,?\s+((?:for|(?:expir\w+|valid)\s+"
        rf"(?:after|for|in))\s+({NUMBER})\s+({UNIT}))\s*$", "points that end stand behind a time",
        "write `within {4} {5}` before `then`", "{1} within {4} {5} {2}", mark=3, places=RULES,
    ),
    slip(
        "reason", rf"\b(then\s+{POINTS})\s*(\(([^()\"\n]+)\))\s*$", REASON, 'write `because "{3}"`',
        '{1} because "{3}"', mark=2, places=RULES,
    ),
    # unless
    slip(
        "joining-word", rf"^(.*?)\s+(then\s+{POINTS}([^\"]*?))\s*,?\s+(unless|except\s+(?:if|when))\s+(.+)$",
        "there is no `{4}`", lambda groups: f"write `and {_not(groups[5])}` before `then`", _unless_last, mark=4,
        places=RULES,
    ),
    slip(
        "joining-word", r"^(.+?)(?<!\s)\s++(unless|except(?:\s+(?:if|when|for))?)\s+(.+?)(?<!\s)\s++then\b", NO_UNLESS,
        lambda groups: f"write `and {_not(groups[3])}`", _unless, mark=2, places=RULES,
    ),
    slip(
        "joining-word", rf"^(unless)\s+(.+?)\s*,?\s+(?:then\s+)?(?:(?:{GIVES})\s+\+?|\+)({NUMBER}){PTS}\s*$",
        "there is no `unless`", lambda groups: f"write `if {_not(groups[2])}`",
        lambda groups: f"if {_not(groups[2])} then +{groups[3]}", mark=1, places=RULES,
    ),
    # fields that nobody named
    slip(
        "half-comparison", rf"^(?:if\s+)?(?:is\s+|located\s+|based\s+)?(?:from|in)\s+({ITEM}(?:\s*,\s*{ITEM})*"
        rf"(?:\s*,?\s*or\s+{ITEM})?)(?=\s+then\b)", "where a lead is from is a field, such as `country`",
        lambda groups: f"write `country in [{listed(groups[1])}]`",
        lambda groups: f"if country in [{listed(groups[1])}]", mark=1, places=RULES,
    ),
    # what is no matter of points
    slip(
        "gate-word", rf"^(?:if\s+)?(.+?)(?<!\s)(?:\s*+,)?+\s++((?:then\s+)?{OUT})"
        r"(?:\s+(?:the\s+)?(?:leads?|them|it|contacts?))?\s*$", RULED_OUT, "write `disqualify if`",
        "disqualify if {1}", mark=2, places="top",
    ),
    slip(
        "gate-word", r"^(?:do\s+not|don['’]?t|never)\s+score\s+(?:leads?\s+)?(?:if|when|where|that\s+are)\s+(?=\S)",
        RULED_OUT, "write `disqualify if`", "disqualify if ", places="top",
    ),
    slip(
        "stage-line", rf"^if\s+(?:the\s+)?score\s*(?:>=|is\s+at\s+least|at\s+least|reaches)\s*({NUMBER})\s*,?\s*then\s+"
        rf"(?:stage\s+(?:is\s+|=\s*)?)?(?!route\b)({LABEL})\s*$", STEP, "write `stage {2} from {1}`",
        "stage {2} from {1}", places="top",
    ),
    slip(
        "stage-line", rf"^({STAGES})(?:\s+threshold)?\s*(?::|=|>=|at|from|if\s+score\s*>=)?\s*({NUMBER})\s*\+?{PTS}$",
        STEP, "write `stage {1} from {2}`", "stage {1} from {2}", places="top",
    ),
    slip(
        "grade-line", r"^grade\s*:\s*(?=\S)", "what is graded stands behind `grade`", "write `grade score:`",
        "grade score: ", places="top",
    ),
    slip(
        "grade-line", rf"(?<=\sif\s)({WORD})\s+(grade)(?=\s+(?:is|in)\b)", "the grade of a category follows a point",
        "write `{1}.grade`", "{1}.grade", places="destination",
    ),
    # what is said in another way, which the line does not tell
    slip(
        "route-line", r"^(?:route|send|assign|hand)\b(?!\s*:).*",
        "what to do with a lead stands in the block `route:`", "a text, then `if` and the condition", places="top",
        help=("for example: route:", '                 "Call today" if stage is MQL'),
    ),
    slip(
        "no-activity", r"\b(?:no\s+(?:activity|activities|engagement|interactions?)|inactive|last\s+activity)\b.*",
        "activity is no event by itself", "name the events that count as such", places="top rule",
        help=(
            "for example: if no visit within 30 days and no email_click within 30 days then -10",
            "or let a whole category fade: `category Behaviour, losing 25% every 30 days of silence:`",
        ),
    ),
    slip(
        "decay-line", rf"^(?:score\s*,?\s*)?(?:decays?|decaying|los(?:e|es|ing)|expires?|fad(?:es?|ing)|"
        rf"(?:{TAKES})\b.*\bafter)\b.*{NUMBER}.*$", "points wear off in a rule or in a category", "say of which",
        places="top",
        help=(
            'a rule: visit "/pricing" then +10, losing 50% every 30 days',
            "a category: category Behaviour, losing 25% every 30 days of silence:",
        ),
    ),
    slip(
        "list-member", r"\b(?:is\s+)?(?:an?\s+)?(?:(?:in|on)\s+(?:the\s+)?(?:list|segment)|(?:member|part)\s+of)\b.*",
        "whether a lead is in a list is asked of one of its fields", "such as `company in target_accounts`",
        help=('above it: list target_accounts from "accounts.csv"',),
    ),
    slip(
        "event-order", rf"\b(?:after|before|followed\s+by|following)\s+(?:an?\s+|the\s+)?{KIND}\b.*",
        "events are not held against each other", "what can be asked is that both happened",
        help=('for example: visit "/pricing" within 7 days and webinar within 30 days then +10',),
    ),
    slip(
        "time-window", r"\b(?:yesterday|this\s+(?:week|month|quarter|year))\b", "time is counted back from now",
        "such as `within 7 days`",
    ),
    slip(
        "number-unit", rf"[<>=]\s*{NUMBER}\s+{UNIT}\b(?!\s+ago)", "a number stands without a unit",
        "a number as the data has it, such as `> 300`",
    ),
    slip(
        "two-statements", r"\band\s+if\b.*\bthen\b.*$", "a rule gives points once", "write a second rule below",
        places=RULES,
    ),
    slip(
        "event-words", rf"^(?:if\s+)?(?:only\s+)?{DID}\b.*", "what a lead did is an event, and begins with its name",
        'such as `visit "/pricing"`, `form "demo request"` or `download "price list"`', places=RULES,
        help=("`scorelang stdlib std/events` lists the common ones; `event NAME` declares another",),
    ),
)  # fmt: skip

# What is tried when no other row fits.
LAST = (
    slip(
        "block-word", rf"^((?!(?:if|else|when|lead|route|test|category|persona|choose|event|list|define|stages?|matrix|"
        rf"rules?|score|grades?|gates?)\b){LABEL})\s*:\s*$", "a group of rules is a `category`",
        "write `category {1}:`", "category {1}:", places="top",
    ),
)  # fmt: skip
