"""Slips in conditions: comparisons and events in other words than the language's."""

from __future__ import annotations

from collections.abc import Sequence

from scorelang.syntax_errors.slip import NUMBER, OPERAND, TEXT, WORD, slip

# Longer spellings first: the pattern tries them in this order.
SIGNS = {
    "is greater than or equal to": ">=", "greater than or equal to": ">=", "is more than or equal to": ">=",
    "is less than or equal to": "<=", "less than or equal to": "<=", "is not less than": ">=", "is not more than": "<=",
    "no less than": ">=", "no more than": "<=", "not less than": ">=", "not more than": "<=", "is no less than": ">=",
    "is no more than": "<=", "is at least": ">=", "is at most": "<=", "at least": ">=", "at most": "<=",
    "is greater than": ">", "greater than": ">", "is bigger than": ">", "bigger than": ">", "is larger than": ">",
    "larger than": ">", "is more than": ">", "more than": ">", "is higher than": ">", "higher than": ">",
    "is less than": "<", "less than": "<", "is fewer than": "<", "fewer than": "<", "is smaller than": "<",
    "smaller than": "<", "is lower than": "<", "lower than": "<", "is above": ">", "above": ">", "is over": ">",
    "over": ">", "exceeds": ">", "is below": "<", "below": "<", "is under": "<", "under": "<", "is from": "from",
    "is after": ">", "after": ">", "is before": "<", "gte": ">=", "lte": "<=", "gt": ">", "lt": "<",
}  # fmt: skip
EQUAL = r"is\s+equal\s+to|is\s+the\s+same\s+as|equal\s+to|equals|equal|is\s+exactly|==+|are|was|eq"
UNEQUAL = (
    r"is\s+not\s+equal\s+to|is\s+different\s+from|is\s+other\s+than|does\s+not\s+equal|do(?:es)?n['’]?t\s+equal|"
    r"not\s+equals?(?:\s+to)?|isn['’]?t|aren['’]?t|wasn['’]?t|are\s+not|is\s*!=|not\s*=+|is\s+no|neq?|not"
)
NOT_OF = r"do(?:es)?\s+not|do(?:es)?n['’]?t|is\s+not|isn['’]?t|not|!"
OPERATORS = {
    "contains": "contains", "contain": "contains", "includes": "contains", "include": "contains", "has": "contains",
    "have": "contains", "containing": "contains", "mentions": "mentions", "mention": "mentions", "mentioning": "mentions",
    "starts with": "starts with", "start with": "starts with", "startswith": "starts with", "begins with": "starts with",
    "begin with": "starts with", "starting with": "starts with", "beginning with": "starts with",
    "ends with": "ends with", "end with": "ends with", "endswith": "ends with", "ending with": "ends with",
    "finishes with": "ends with", "like": "like", "looks like": "like", "look like": "like",
}  # fmt: skip
NOTHING = r"empty|null|nil|blank|none|nothing|undefined|n/a|unset|not\s+(?:set|known|given|present|available|there)"
SOMETHING = r"not\s+(?:empty|null|nil|blank|none|missing|undefined)|set|present|filled(?:\s+(?:in|out))?|available|given"
EVENT = rf"{WORD}(?:\s+{TEXT})?"


def _spaced(words: Sequence[str]) -> str:
    """A pattern of any of these words."""
    return "|".join(word.replace(" ", r"\s+") for word in sorted(words, key=len, reverse=True))


def _sign(words: str) -> str:
    return SIGNS[" ".join(words.lower().split())]


def _operator(words: str) -> str:
    return OPERATORS[" ".join(words.lower().split())]


def _negated(groups: Sequence[str]) -> str:
    return f"not {groups[1]} {_operator(groups[3])}"


FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _chained(groups: Sequence[str]) -> str:
    """`employees from 10 to 20` of `10 <= employees <= 20`, or two comparisons."""
    low, first, name, second, high = groups[1:6]
    if (first, second) == ("<=", "<="):
        return f"{name} from {low} to {high}"
    return f"{name} {FLIPPED[first]} {low} and {name} {second} {high}"


def _times(groups: Sequence[str]) -> str:
    """`visit at least 3 times` of `at least 3 visits`."""
    how, number, kind, pattern = groups[1:5]
    return f"{kind}{pattern} {how.lower()} {number} times"


SLIPS = (
    # missing and known
    slip("unknown-operator", rf"\bis\s+({SOMETHING})\b", "`{0}` is not a condition here", "write `is known`", "is known"),
    slip("unknown-operator", rf"\bis\s+({NOTHING})(?!\w)", "`{0}` is not a condition here", "write `is missing`", "is missing"),
    slip("unknown-operator", r"\b(is\s*n['’]?t|isnt)\s+(?:empty|null|blank|missing|none|nil)\b", "`{0}` is not a condition here", "write `is known`", "is known"),
    slip("unknown-operator", r"\b(?:exists?|has\s+(?:a|any)\s+value|is\s+not\s*(?:nil|null))(?=\s*(?:$|\)|\b(?:then|and|or)\b))", "`{0}` is not a condition here", "write `is known`", "is known"),
    slip("unknown-operator", r"\b(?:does\s+not\s+exist|doesn['’]?t\s+exist|has\s+no\s+value|not\s+exists?)(?=\s*(?:$|\)|\b(?:then|and|or)\b))", "`{0}` is not a condition here", "write `is missing`", "is missing"),
    # one of a list
    slip("unknown-operator", r"\b(?:is|are)\s+not\s+(?:one\s+of|any\s+of|in|among(?:st)?|within)(?=\s|\[)|\bisn['’]?t\s+(?:in|one\s+of|any\s+of)(?=\s|\[)|\bnot\s+(?:one|any)\s+of(?=\s|\[)|!\s*in\b",
         "`{0}` is not an operator", "write `not in`", "not in"),
    slip("unknown-operator", r"\b(?:(?:is|are)\s+)?(?:either\s+)?(?:one\s+of|any\s+of|among(?:st)?)(?=\s|\[)|\bis\s+(?:either|in)(?=\s|\[)|\b(?:is|=)\s*(?=\[)",
         "`{0}` is not an operator", "write `in`", "in "),
    # parts of texts
    slip("negated-operator", rf"({OPERAND})\s+(({NOT_OF})\s*)({_spaced(OPERATORS)})\b", "`not` stands before the whole comparison",
         lambda g: f"write `not {g[1]} {_operator(g[4])} …`", lambda g: f"not {g[1]} {_operator(g[4])}", mark=2),
    slip("unknown-operator", rf"\b(?:is\s+)?({_spaced(OPERATORS)})\b", "`{0}` is not an operator",
         lambda g: f"write `{_operator(g[1])}`", lambda g: _operator(g[1])),
    slip("no-patterns", r"=~|~|\bmatch(?:es)?\b|\bregexp?\b|\brlike\b|\bilike\b", "there are no regular expressions",
         'write `like` and a pattern: `*` is any run of characters, `?` is one', "like"),
    slip("no-patterns", r"=~|~|\bmatch(?:es)?\b|\bregexp?\b|(?<!\S)/[^/\s]+/[a-z]*(?=\s|$)", "there are no regular expressions",
         'write `like "VP*"`: `*` is any run of characters, `?` is one'),
    # signs in words
    slip("chained-comparison", rf"({NUMBER})\s*(<=?|>=?)\s*({OPERAND})\s*(<=?|>=?)\s*({NUMBER})", "two comparisons do not share a side",
         lambda g: f"write `{_chained(g)}`", _chained),
    slip("unknown-operator", rf"\b({_spaced(SIGNS)})\s+(?=[+-]?\d)", "`{1}` does not compare numbers", lambda g: f"write `{_sign(g[1])}`", lambda g: f"{_sign(g[1])} ", mark=1),
    slip("unknown-operator", rf"(?<=\s)({UNEQUAL})(?=\s)", "`{1}` is not an operator", "write `is not`", "is not"),
    slip("unknown-operator", rf"(?<=\s)({EQUAL})(?=\s)", "`{1}` is not an operator", "write `is`", "is"),
    # texts without quotes
    slip("unquoted-text", rf"(?<=\s)((?:is(?:\s+not)?|=|!=|{_spaced(OPERATORS)})\s+)((?!not\b){WORD}(?:[ \t]+(?!then\b|and\b|or\b)[\w&.+/-]+)+)(?=\s+(?:then|and|or)\b|\s*[,)]|\s*$)",
         "a text stands in double quotes", 'write `"{2}"`', '{1}"{2}"', mark=2),
    slip("unquoted-text", r"(?<=[\[,])(\s*)([^\W\d][\w&.+/-]*(?:[ \t]+[\w&.+/-]+)*)(?=\s*[,\]])", "a text stands in double quotes", 'write `"{2}"`', '{1}"{2}"', mark=2),
    slip("unquoted-text", r"(?<=\s)/[\w/*.?=-]*(?=\s|$)", "a page stands in double quotes", 'write `"{0}"`', '"{0}"'),
    slip("unquoted-text", r"(?<=\s)(?:https?://|www\.)[^\s,)\]]+", "a page stands in double quotes", 'write `"{0}"`', '"{0}"'),
    slip("unquoted-text", r"(?<=[\s\[(])[\w.+-]*@?[\w-]+(?:\.[\w-]+)+(?=[\s,)\]]|$)", "a text stands in double quotes", 'write `"{0}"`', '"{0}"'),
    # joining conditions
    slip("unknown-word", r"\b(?:and\s+also|and\s+if|but|as\s+well\s+as|and\s+and|plus|additionally)\b(?!\s*\d)|,\s*and\b", "`{0}` does not join conditions", "write `and`", "and"),
    slip("unknown-word", r"\b(?:or\s+if|or\s+else|and/or|or\s+or|xor|nor)\b|,\s*or\b", "`{0}` does not join conditions", "write `or`", "or"),
    slip("unknown-word", r"\beither\s+", "`either` is not needed", "remove it", ""),
    slip("unknown-word", r"\b(?:and|or)\s+(?=then\b)", "no condition follows `{0}`", "remove it", ""),
    slip("unknown-word", r"\b(if|when|where|and|or)\s+\1\b", "`{1}` stands here twice", "remove one", "{1}"),
    slip("unknown-word", r"\bunless\s+(.+?)\s+then\b", "there is no `unless`", "write `if not (…)`", "if not ({1}) then"),
    slip("quorum", rf"\bany\s+(?:one\s+)?of\s*\(", "how many is a number", "write `at least 1 of (`", "at least 1 of ("),
    slip("quorum", rf"(?<!least )(?<!most )(?<!exactly )\b({NUMBER})\s+of\s*\(", "how many begins with `at least`, `at most` or `exactly`", "write `at least {1} of (`", "at least {1} of ("),
    slip("quorum", rf"\b(at least|at most|exactly)\s+({NUMBER})\s*(?:of\s*)?[\[(]([^\[\]()]*)[\])]", "the conditions stand in brackets after `of`", "write `{1} {2} of (…)`", "{1} {2} of ({3})"),
    slip("quorum", rf"\b(more than|fewer than)\s+({NUMBER})\s+of\s*\(", "how many begins with `at least`, `at most` or `exactly`",
         lambda g: f"write `{_whole(g)} of (`", lambda g: f"{_whole(g)} of ("),
    # events
    slip("events-first", rf"\b(at least|at most|exactly|fewer than|more than)\s+({NUMBER})\s+(?!times\b)({WORD}?)(?:e?s)?((?:\s+{TEXT})?)(?=\s|$)", "the events come first, then how often",
         lambda g: f"write `{_times(g)}`", _times),
    slip("events-first", rf"\b({EVENT})\s*(>=|<=|>|<|=)\s*({NUMBER})(?:\s+times|\s*x)?\b", "how often is spelled out",
         lambda g: f"write `{g[1]} {_often(g)} times`", lambda g: f"{g[1]} {_often(g)} times"),
    slip("events-first", rf"({TEXT})\s+(>=|<=|>|<|=)\s*({NUMBER})(?:\s+times|\s*x)?\b", "how often is spelled out",
         lambda g: f"write `{_often(g)} times`", lambda g: f"{g[1]} {_often(g)} times", mark=2),
    slip("unknown-word", rf"\b(?:has|have|had|did)\s+(?:(?:a|an|any)\s+)?(?={WORD})", "an event stands by its name alone", "remove `{0}`", ""),
    slip("unknown-word", rf"\bno\s+({WORD})s\b", "events are named as they are declared", "write `no {1}`", "no {1}"),
    slip("unknown-word", rf"\b({WORD})\s+(?:to|of|on|at)\s+({TEXT})", "the text follows the event directly", "write `{1} {2}`", "{1} {2}"),
    slip("unknown-word", rf"\b(?:with|having|whose|that|which|when)\b(?=\s+{WORD})", "a condition on an event's attributes begins with `where`", "write `where`", "where"),
    slip("brackets-around", rf"\bwhere\s+({OPERAND}.*?\b(?:and|or)\b.*?)(?=\s+(?:then|within|at\s+least|at\s+most|exactly)\b|\s*,|\s*$)", "more than one condition after `where` needs brackets",
         "write `where (…)`", "where ({1})", mark=1),
    slip("event-call", rf"\b({WORD})\(({TEXT})\)", "the text follows the event without brackets", "write `{1} {2}`", "{1} {2}"),
)  # fmt: skip


def _whole(groups: Sequence[str]) -> str:
    """`at least 3` of `more than 2`."""
    number = int(float(groups[2].replace("_", "")))
    return f"at least {number + 1}" if groups[1].lower().startswith("more") else f"at most {number - 1}"


def _often(groups: Sequence[str]) -> str:
    how = {">=": "at least", "<=": "at most", ">": "more than", "<": "fewer than", "=": "exactly"}
    return f"{how[groups[2]]} {groups[3]}"
