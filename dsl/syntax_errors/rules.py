"""Slips in lines that give points: their first word, their order, their modifiers and their reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scorelang.syntax_errors.slip import KIND, LABEL, NUMBER, TEXT, WORD, slip

POINTS = rf"[+-]\s*{NUMBER}"
UNIT = r"(?:points?|pts?)\b"
RULES = "top rule"
# How a rule begins that lacks only its `then`: with a word of its own, or with an event and its text.
HEAD = r'(?:if|each|no|only)\b.*?|.*?"'
LEADS = r"than|thn|thne|hten|adds?|gives?|gets?|earns?|awards?|scores?(?:\s*\+?=)?|worth|equals"
BOUND = r"(?:max(?:imum)?(?:\s+of)?|(?:no|not)\s+more\s+than|at\s+(?:the\s+)?max|at\s+the\s+most|atmost|<=)"
CAP = rf"(?:up\s+to|capp?(?:ed)?(?:\s+(?:at|to))?|limit(?:ed)?(?:\s+to)?|{BOUND})"
FLOOR = r"(?:min(?:imum)?(?:\s+of)?|(?:no|not)\s+less\s+than|at\s+(?:the\s+)?min|at\s+the\s+least|atleast|floor|>=)"
LOSS = rf"losing\s+{NUMBER}\s*%\s+every\s+{NUMBER}\s+\w+"


def _condition(groups: Sequence[str]) -> str:
    """`title is "CEO"` of `for title "CEO"`; events are followed by their text as they are."""
    match = NAMED_TEXT.fullmatch(groups[2])
    return f"{match[1]} is {match[2]}" if match and not re.fullmatch(KIND, match[1]) else groups[2]


NAMED_TEXT = re.compile(rf"({WORD})\s+({TEXT})")
THEN = "`then` is missing before the points"
ORDER = "the condition comes first, then the points"
REASON = "a reason is a text in double quotes after `because`"

SLIPS = (
    # the first word
    slip(
        "branch-word", r"^(?:else\s*,?\s*if|elif|elsif|elseif|otherwise\s*,?\s*if|or\s+if|and\s+if)\b",
        "the lines of a `choose:` are tried in turn, each with `if`", "write `if`", "if", places=RULES,
    ),
    slip(
        "branch-word",
        r"^(else|default|otherwise|in\s+all\s+other\s+cases)\s*[:,]?\s*(?:then\s*|give\s+)?(?=[+-]\s*\d)",
        "what is left is given by `otherwise`", "write `otherwise`", "otherwise ", mark=1, places=RULES,
    ),
    slip(
        "branch-word",
        rf"^(else|default|otherwise|in\s+all\s+other\s+cases)\s*[:,]?\s*(?:then\s*|give\s+)?({NUMBER})(?:\s*{UNIT})?",
        "what is left is given by `otherwise`", "write `otherwise +{2}`", "otherwise +{2}", mark=1, places=RULES,
    ),
    slip(
        "condition-word",
        r"^(?:when(?:ever)?|where|once|rule|on|provided|given(?:\s+that)?|in\s+case|only\s+if)\s*:?\s+(?:if\s+)?",
        "a rule begins with `if`", "write `if`", "if ", places=RULES,
    ),
    slip(
        "condition-word", r"^(?:for\s*each|for\s+every|every|per|each\s+time|if\s+each)\s+",
        "points for every event begin with `each`", "write `each`", "each ", places=RULES,
    ),
    slip("condition-word", r"^if\s*:\s*", "`if` has no colon", "remove it", "if ", places=RULES),
    slip(
        "missing-condition", r"^(?:if\s+)?then\b.*", "the condition is missing",
        "write `if`, the condition, `then` and the points", places=RULES,
    ),
    slip(
        "missing-condition", r"^if\s*$", "the condition is missing",
        "write `if`, the condition, `then` and the points", places=RULES,
    ),
    slip(
        "missing-condition", r"^([+-](?:(?!\b(?:if|when|for|where|then)\b).)*)$", "points without a condition",
        "write `if`, the condition, `then` and the points", mark=1, places="rule",
        help=("for points that every lead gets, raise the bounds or the stages instead",),
    ),
    slip(
        "choice", rf"\bthen\s+{POINTS}\s*,?\s*\b(else|otherwise)\b.*$", "`{1}` stands in the block of a `choose:`",
        "put both on lines of their own below `choose:`", mark=1, places=RULES,
        help=("for example: choose:", "                 if employees > 100 then +10", "                 otherwise +5"),
    ),
    slip(
        "two-points", rf"\bthen\s+{POINTS}\s*,?\s*(and(?:\s+then)?|then|\+|plus)\s*(?:{POINTS}|$).*",
        "a rule gives points once", "add the points up, or write a second rule", mark=1, places=RULES,
    ),
    slip(
        "no-assignment", r"^(?:the\s+)?(?:score|total|points)\s*(?:[+-]?=|:=)\s*.*[^\d\s.].*$",
        "the score is the sum of what rules give", "write a rule: `if … then +10`", places="top rule",
    ),
    # `then`
    slip(
        "missing-then", r"\bthen\s*([:,])\s*", "the points follow `then` directly", "remove `{1}`", "then ", mark=1,
        places=RULES,
    ),
    slip(
        "missing-then", rf"(?<!\bthen)\s*[,:;=]?\s({POINTS})(?=\s*$|\s*,|\s+because\b)", THEN, "write `then {1}`",
        " then {1}", mark=1, places=RULES,
    ),
    slip(
        "missing-then", rf"\s*[,:;=]\s*({POINTS})(?=\s*$|\s*,|\s+because\b)", THEN, "write `then {1}`", " then {1}",
        mark=1, places=RULES,
    ),
    slip(
        "missing-then", rf"^(if\s(?!then\b).*?)\s*[,:;=]?\s({NUMBER})(?:\s*{UNIT})?\s*$", THEN, "write `then +{2}`",
        "{1} then +{2}", mark=2, places=RULES,
    ),
    slip(
        "missing-then", r"\s*(,)\s*then\b", "no comma stands before `then`", "remove it", " then", mark=1,
        places=RULES,
    ),
    slip(
        "missing-then", rf"^({HEAD})\s+({LEADS})\s*({POINTS})(?:\s*{UNIT})?", "`then` leads to the points",
        "write `then {3}`", "{1} then {3}", mark=2, places=RULES,
    ),
    slip(
        "missing-then", rf"^({HEAD})\s+({LEADS})\s*({NUMBER})(?:\s*{UNIT})?", "`then` leads to the points",
        "write `then +{3}`", "{1} then +{3}", mark=2, places=RULES,
    ),
    # the order
    slip(
        "rule-order",
        rf"^({POINTS})(?:\s*{UNIT})?(?:\s*:)?\s*\b(?:if|when|for|where)\s+(.*?)((?:(?:\s*,)?\s*because\s+{TEXT})?)\s*$",
        ORDER, "write `if … then {1}`", lambda groups: f"if {_condition(groups)} then {groups[1]}{groups[3]}",
        mark=1, places=RULES,
    ),
    slip(
        "rule-order",
        rf"^({NUMBER})(?:\s*{UNIT})?(?:\s*:)?\s*\b(?:if|when|for|where)\s+(.*?)((?:(?:\s*,)?\s*because\s+{TEXT})?)\s*$",
        ORDER, "write `if … then +{1}`", lambda groups: f"if {_condition(groups)} then +{groups[1]}{groups[3]}",
        mark=1, places=RULES,
    ),
    slip(
        "rule-order", rf"^(.*?)[\s,]*(because\s+{TEXT})[\s,]*(then\s+{POINTS}.*)$", "the reason comes last",
        "write it after the points", "{1} {3} {2}", mark=2, places=RULES,
    ),
    slip(
        "rule-order", rf"^(.*?)[\s,]*(because\s+{TEXT})\s*((?:,[^,]+)+)$", "the reason comes last",
        "write it at the end of the line", "{1}{3} {2}", mark=2, places=RULES,
    ),
    # modifiers
    slip(
        "each-frequency", rf"^(?!each\b)(?:if\s+)?(.*\bthen\s+{POINTS}[^,]*?)\s*,?\s+((?:once|{NUMBER}\s+times)\s+a\s+"
        r"(?:day|week|month))\s*$", "only points for each event can be limited to so many a day", "write `each …, {2}`",
        "each {1}, {2}", mark=2, places=RULES,
    ),
    slip(
        "bound-word", rf"\b{CAP}\s*:?\s*(?=[+-]?\d)", "an upper bound is typed with `at most`", "write `at most`",
        "at most ",
    ),
    slip(
        "bound-word", rf"\b{FLOOR}\s*:?\s*(?=[+-]?\d)", "a lower bound is typed with `at least`", "write `at least`",
        "at least ",
    ),
    slip(
        "decay-word",
        rf"\b(?:decay(?:s|ing)?|loses|lose|loosing|drops?|dropping|shrink(?:s|ing)|minus)\s+(?:by\s+)?(?={NUMBER}\s*"
        r"%)", "a decay begins with `losing`", "write `losing`", "losing ",
    ),
    slip(
        "decay-word", rf"\bhalf[\s_-]*life\s*(?:of|:|=)?\s+({NUMBER}\s+\w+)", "a half-life is a loss of 50%",
        "write `losing 50% every {1}`", "losing 50% every {1}",
    ),
    slip(
        "decay-word", rf"\b(?:fading|fades?|fade\s+out)\s+(?:out\s+)?(?:over|in|within|after|for)\s+(?={NUMBER})",
        "a straight line to nothing is `fading out over`", "write `fading out over`", "fading out over ",
    ),
    slip(
        "silence", rf"\b({LOSS})\s+((?:without|of|with)\s+(?:no\s+)?\w+|inactive|silent|silence)\b",
        "time without events is called silence", "write `of silence`", "{1} of silence", mark=2, places="top",
    ),
    slip(
        "silence", rf"\b({LOSS})(?=\s*[:,])", "a category loses points for silence", "write `of silence` behind it",
        "{1} of silence", places="top",
    ),
    # the reason
    slip(
        "reason", r'\b(because\s*:?\s*(?!\s*")(?:of\s+)?)([^"\s,][^"\n]*?)\s*$', REASON, 'write `"{2}"`',
        'because "{2}"', mark=2, places="top rule",
    ),
    slip("reason", rf"\b(because\s*(?:[:=]|of\b|that\b))\s*(?={TEXT})", REASON, "write `because`", "because ", mark=1),
    slip(
        "reason",
        rf",?\s+\b((?:reason|note|label|description|comment|due\s+to|as|for|since|why)\s*[:=]?)\s*({TEXT})\s*$",
        REASON, "write `because`", " because {2}", mark=1, places=RULES,
    ),
    slip(
        "reason", rf"^(.*\b(?:then|otherwise|require|disqualify)\b.*?)(?:,\s*|\s+|\s*\(\s*)({TEXT})\s*\)?\s*$",
        REASON, "write `because {2}`", "{1} because {2}", mark=2, places=RULES,
    ),
    slip("reason", r"\b(because)\s*$", "the reason is missing", "write a text in double quotes behind `because`"),
    # other words for a block of rules
    slip(
        "block-word", r"^(?:switch|case|select|choose\s+one|first\s+of|first\s+match|if)\s*(?:of|from)?\s*:\s*$",
        "the first rule that holds is found by `choose:`", "write `choose:`", "choose:", places=RULES,
    ),
    slip(
        "block-word",
        r"^(?:choose\s+(?:the\s+)?(?:highest|max(?:imum)?|most|largest)|(?:best|max(?:imum)?|highest|largest)\s+of)"
        r"\s*:?\s*$", "the rule with the most points is found by `choose best:`", "write `choose best:`",
        "choose best:", places=RULES,
    ),
    slip(
        "block-word", rf"^(?:group|section|dimension|block|bucket|module|pillar|factor)\s+({LABEL})\s*(?=:|,)",
        "a group of rules is a `category`", "write `category {1}`", "category {1}", places="top",
    ),
    slip(
        "no-loops", r"^(?:while|loop|do|repeat|for\s+\w+\s+in)\b.*", "there are no loops",
        "points for every event are `each EVENT then +2`", places=RULES,
    ),
)  # fmt: skip
