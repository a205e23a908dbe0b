"""Slips in conditions: comparisons and events in other words than the language's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scorelang.syntax_errors.slip import KIND, NUMBER, OPERAND, TEXT, WORD, one_space, slip, spaced

SIGNS = {
    ">=": (
        "greater than or equal to", "more than or equal to", "not less than", "no less than", "not fewer than",
        "no fewer than", "at least", "minimum", "gte",
    ),
    "<=": (
        "less than or equal to", "fewer than or equal to", "not more than", "no more than", "not greater than",
        "at most", "up to", "maximum", "lte",
    ),
    ">": (
        "greater than", "more than", "bigger than", "larger than", "higher than", "above", "over", "exceeds", "after",
        "gt",
    ),
    "<": ("less than", "fewer than", "smaller than", "lower than", "below", "under", "before", "lt"),
    "from": ("from",),
}  # fmt: skip
SIGN = {f"{lead}{words}": sign for sign, every in SIGNS.items() for words in every for lead in ("", "is ")}
EQUAL = r"is\s+equal\s+to|is\s+the\s+same\s+as|equal\s+to|equals|equal|is\s+exactly|are|was|eq"
UNEQUAL = (
    r"is\s+not\s+equal\s+to|is\s+different\s+from|is\s+other\s+than|does\s+not\s+equal|do(?:es)?n['’]?t\s+equal|"
    r"not\s+equals?(?:\s+to)?|isn['’]?t|aren['’]?t|wasn['’]?t|are\s+not|is\s*!=|not\s*=+|is\s+no|neq?|not"
)
NOT = r"(?:do|does)\s+not|do(?:es)?n['’]?t|is\s+not|isn['’]?t|not|!"
OPERATORS = {
    "contains": ("contains", "contain", "includes", "include", "including", "has", "have", "containing", "holds"),
    "mentions": ("mentions", "mention", "mentioning"),
    "starts with": (
        "starts with", "start with", "startswith", "starting with", "begins with", "begin with", "beginning with",
        "starts-with", "starts_with", "begins-with", "begins_with",
    ),
    "ends with": (
        "ends with", "end with", "ends in", "endswith", "ending with", "finishes with", "ends-with", "ends_with",
    ),
    "like": ("like", "looks like", "look like"),
}  # fmt: skip
OPERATOR = {words: operator for operator, every in OPERATORS.items() for words in every}
EMPTY = r"empty|null|nil|blank|none|nothing|undefined"
SOMETHING = rf"not\s+(?:{EMPTY}|missing)|set|present|filled(?:\s+(?:in|out))?|available|given|provided"
NOTHING = rf"{EMPTY}|n/a|unset|not\s+(?:set|known|given|present|available|provided|filled(?:\s+(?:in|out))?|there)"
ENDS = r"(?=\s*(?:$|\)|\b(?:then|and|or|because)\b))"
# Not a word for what happened: `form submitted` asks for no form of that name.
WAS = r"(?!\w+ed\b)"
COUNT = r"(at least|at most|exactly|fewer than|more than)"
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
OFTEN = {">=": "at least", "<=": "at most", ">": "more than", "<": "fewer than", "=": "exactly", "==": "exactly"}
SIDE = rf"(?:{NUMBER}|{OPERAND})"
VALUE = rf"(?:{TEXT}|[+-]?{NUMBER})"
SEVERAL = rf"{VALUE}(?:(?:\s*,\s*(?:or\s+|and\s+)?|\s+or\s+){VALUE})*"
PLAIN = re.compile(r"(\^|\.\*)?([\w &/@-]*)(\$|\.\*)?")


def _chained(groups: Sequence[str]) -> str:
    """`employees from 10 to 20` of `10 <= employees <= 20`, or two comparisons."""
    low, first, name, second, high = groups[1:6]
    if (first, second) == ("<=", "<="):
        return f"{name} from {low} to {high}"
    if not low[0].isdigit():
        return f"{low} {first} {name} and {name} {second} {high}"
    return f"{name} {FLIPPED[first]} {low} and {name} {second} {high}"


def _edge(groups: Sequence[str]) -> str:
    return "starts with" if groups[1] else "ends with"


def _times(groups: Sequence[str]) -> str:
    """`visit "/pricing" at least 3 times` of `at least 3 visits "/pricing"`."""
    how, number, kind, pattern = groups[1:5]
    return f"{kind}{pattern} {how.lower()} {number} times"


def _choice(groups: Sequence[str]) -> str:
    """`["CEO", "VP"]` of `"CEO" or is "VP"`."""
    return f"[{', '.join(re.findall(VALUE, groups[2]))}]"


def _each_or_in(groups: Sequence[str]) -> str:
    """`visit in ["/a", "/b"]` of `visit "/a" or "/b"`; a list has no patterns."""
    name, first, others = groups[1:4]
    texts = [first, *re.findall(TEXT, others)]
    if any("*" in text or "?" in text for text in texts):
        return " or ".join(f"{name} {text}" for text in texts)
    return f"{name} in [{', '.join(texts)}]"


def _often(groups: Sequence[str]) -> str:
    return f"{groups[1]} {OFTEN[groups[2]]} {groups[3]} times"


def _whole(groups: Sequence[str]) -> str:
    """`at least 3` of `more than 2`."""
    number = int(float(groups[2].replace("_", "")[:15]))
    return f"at least {number + 1}" if groups[1].lower().startswith("more") else f"at most {number - 1}"


def _like(groups: Sequence[str]) -> str:
    """`like "VP*"` of `matches "^VP"`; unchanged where a pattern cannot say the same."""
    plain = PLAIN.fullmatch(groups[1] or groups[2])
    if plain is None:
        return groups[0]
    return f'like "{"" if plain[1] == "^" else "*"}{plain[2]}{"" if plain[3] == "$" else "*"}"'


def _unquoted(groups: Sequence[str]) -> str:
    return f'{groups[1]}"{groups[2]}"'


# Words that are no event, and no text that was meant to stand behind one.
NO_EVENT = (
    r"(?:if|when|whenever|unless|every|for|else|elif|otherwise|not|and|or|given|expect|then|no|only|each|require|disqualify|is|in|"
    r"within|at|more|fewer|exactly|where|with|to|of|any|all|either|but|has|have|had|did|the|a|an|max|min|total|score|"
    r"never|last|latest|first|none|one|some|several|stage|grade|category|persona|route|define|list|use|lead|event|test|"
    r"model|from|since|before|between|losing|fading)"
)
# Words that begin a time, a span or a list behind `is`, and no text.
NO_TEXT = (
    r"(?:not|an?|in|within|between|from|more|less|fewer|older|newer|greater|before|after|since|under|over|above|below|"
    r"neither|either|one|any|member|part)"
)
QUOTES = "a text stands between double quotes"
NO_OPERATOR = "`{0}` is not an operator"
SPELLED = "`{{0}}` is spelled `{}`"
NO_PATTERNS = "there are no regular expressions"
PATTERN = "`like` takes a pattern: `*` is any run of characters, `?` is one"
MANY = "how many begins with `at least`, `at most` or `exactly`"
COUNTED = "the events come first, then how often"

SLIPS = (
    # missing and known
    slip("known-or-missing", rf"\bis\s+(?:{SOMETHING})\b", SPELLED.format("is known"), "write `is known`", "is known"),
    slip(
        "known-or-missing", rf"\bis\s+(?:{NOTHING})(?!\w)", SPELLED.format("is missing"), "write `is missing`",
        "is missing",
    ),
    slip(
        "known-or-missing", rf"\b(?:isn['’]?t|is\s*!=?)\s*(?:{EMPTY}|missing)\b", SPELLED.format("is known"),
        "write `is known`", "is known",
    ),
    slip(
        "known-or-missing", rf"\b(?:exists?|has\s+(?:a|any)\s+value){ENDS}", SPELLED.format("is known"),
        "write `is known`", "is known",
    ),
    slip(
        "known-or-missing",
        rf"\b(?:do(?:es)?\s+not\s+exist|doesn['’]?t\s+exist|has\s+no\s+value|not\s+exists?){ENDS}",
        SPELLED.format("is missing"), "write `is missing`", "is missing",
    ),
    # one of a list
    slip(
        "unknown-operator",
        r"\b(?:is|are)\s+not\s+(?:one\s+of|any\s+of|in|among(?:st)?)(?=\s|\[)|\bisn['’]?t\s+(?:in|one\s+of|any\s+of)"
        r"(?=\s|\[)|\bnot\s+(?:one|any)\s+of(?=\s|\[)|!\s*in\b", NO_OPERATOR, "write `not in`", "not in ",
    ),
    slip(
        "unknown-operator",
        r"\b(?:(?:is|are)\s+)?(?:either\s+)?(?:one\s+of|any\s+of|among(?:st)?)(?=\s*\[|\s+[^\W\d])|\bis\s+(?:either|"
        r"in)(?=\s|\[)", NO_OPERATOR, "write `in`", "in ",
    ),
    slip(
        "unknown-operator", r"\b(?:is\s+not|!=)\s*(?=\[)", "`{0}` compares with one value", "write `not in`",
        "not in ",
    ),
    # parts of texts
    slip(
        "negated-operator", rf"({OPERAND})\s+(({NOT})\s*)({spaced(OPERATOR)})\b",
        "`not` stands before the whole comparison",
        lambda groups: f"write `not {groups[1]} {OPERATOR[one_space(groups[4])]}`",
        lambda groups: f"not {groups[1]} {OPERATOR[one_space(groups[4])]}", mark=2,
    ),
    slip(
        "unknown-operator", rf"\b(?:is\s+)?({spaced(OPERATOR)})\b", NO_OPERATOR,
        lambda groups: f"write `{OPERATOR[one_space(groups[1])]}`", lambda groups: OPERATOR[one_space(groups[1])],
    ),
    slip(
        "unknown-operator", r'\b(?:(starts?|begins?)|ends?)\s*(?=["\[])', NO_OPERATOR,
        lambda groups: f"write `{_edge(groups)}`", lambda groups: f"{_edge(groups)} ",
    ),
    slip(
        "no-patterns", r'(?:=~|~|\b(?:matches|match|regexp?|rlike|ilike)\b)\s*(?:"([^"\n]*)"|/([^/\n]*)/i?)',
        NO_PATTERNS, lambda groups: f"write `{_like(groups)}`", _like, raw=True,
    ),
    slip("no-patterns", r"(?:=~|~|\b(?:matches|match|regexp?|rlike|ilike)\b)[^,]*", NO_PATTERNS, PATTERN),
    # signs in words
    slip(
        "negated-operator", rf"({OPERAND})\s+(not)\s*(<=?|>=?|=)(?=\s)", "`not` stands before the whole comparison",
        "write `not {1} {3} …`", "not {1} {3}", mark=2,
    ),
    slip(
        "event-times", rf"\b((?:{KIND}|{WORD}\s+{TEXT})\s+(?:at\s+least|at\s+most|exactly|more\s+than|fewer\s+than)\s+"
        rf"({NUMBER}))(?=\s*(?:$|\)|\b(?:then|and|or|within|where)\b))", "how often is followed by `times`",
        "write `{2} times`", "{1} times", mark=2,
    ),
    slip(
        "event-times", rf"(?<![\w.])({WORD}(?:\s+{TEXT})?)\s+(twice)(?=\s*(?:$|\)|\b(?:then|and|or|within)\b))",
        "how often is spelled out", "write `at least 2 times`", "{1} at least 2 times", mark=2,
    ),
    slip(
        "chained-comparison", rf"\b({SIDE})\s*(<=?|>=?)\s*({OPERAND})\s*(<=?|>=?)\s*({SIDE})",
        "a comparison has two sides", lambda groups: f"write `{_chained(groups)}`", _chained,
    ),
    slip(
        "unknown-operator", rf"\b({spaced(SIGN)})\s+(?=[+-]?\d)", "`{1}` is not an operator",
        lambda groups: f"write `{SIGN[one_space(groups[1])]}`", lambda groups: f"{SIGN[one_space(groups[1])]} ",
        mark=1,
    ),
    slip("unknown-operator", rf"(?<=\s)(?:{UNEQUAL})(?=\s)", NO_OPERATOR, "write `is not`", "is not"),
    slip("unknown-operator", rf"(?<=\s)(?:{EQUAL})(?=\s)", NO_OPERATOR, "write `is`", "is"),
    # what both sides of `or` need
    slip(
        "half-comparison",
        rf"({OPERAND})(?:\s+is(?:\s+|(?=\"))|\s*==?\s*)({VALUE}(?:\s*,?\s*\bor(?:\s+(?:is(?:\s+|(?=\")))?|(?=\")){VALUE})+)",
        "`or` stands between whole conditions", lambda groups: f"write `in {_choice(groups)}`",
        lambda groups: f"{groups[1]} in {_choice(groups)}", mark=2,
    ),
    slip(
        "half-comparison",
        rf"({OPERAND})\s+(<=?|>=?|is\s+not|!=)\s*({VALUE})\s+(and|or)\s+(<=?|>=?|is\s+not|!=)\s*({VALUE})",
        "`{4}` stands between whole conditions", "write `{1} {2} {3} {4} {1} {5} {6}`", "{1} {2} {3} {4} {1} {5} {6}",
    ),
    slip(
        "half-comparison", rf"\b(?!{NO_EVENT}\b|like\b|with\b)({WORD})\s*({TEXT})((?:\s*,?\s*\bor\s*{TEXT})+)",
        "`or` stands between whole conditions", lambda groups: f"write `{_each_or_in(groups)}`", _each_or_in, mark=3,
    ),
    # texts without quotes
    slip(
        "unquoted-text",
        rf"(?<=\s)(?<!\bif\s)(?<!\band\s)(?<!\bor\s)((?:is(?:\s+not)?|=|!=|{spaced(OPERATOR)})\s+)"
        rf"((?!{NO_TEXT}\b){WORD}(?:[ \t]+(?!then\b|and\b|or\b)[\w&.+/-]+)+)(?=\s+(?:then|and|or)\b|\s*[,)]|\s*$)",
        QUOTES, 'write `"{2}"`', _unquoted, mark=2,
    ),
    slip(
        "unquoted-text", r"(?<=[\[,])(\s*)([^\W\d][\w&.+/-]*(?:[ \t]+[\w&.+/-]+)*)(?=\s*[,\]])", QUOTES,
        'write `"{2}"`', _unquoted, mark=2,
    ),
    slip(
        "unquoted-text", r"(?<=\s)()(/[\w/*.?=-]*)(?=\s|$)", "a page stands between double quotes", 'write `"{2}"`',
        _unquoted,
    ),
    slip(
        "unquoted-text", r"(?<=\s)()((?:https?://|www\.)[^\s,)\]]+)", "a page stands between double quotes",
        'write `"{2}"`', _unquoted,
    ),
    slip(
        "unquoted-text", r"(?<=[\s\[(])()([\w.+-]*@?[\w-]+(?:\.[\w-]+)+)(?=[\s,)\]]|$)", QUOTES, 'write `"{2}"`',
        _unquoted,
    ),
    slip(
        "unquoted-text",
        rf"((?:^|^each\s+|\bno\s+|\bonly\s+|\bif\s+|\band\s+|\bor\s+){KIND}\s+)(?!{NO_EVENT}\b){WAS}"
        rf"({WORD})(?=\s+(?:then|within|and|or|at\s+least|at\s+most)\b)", QUOTES, 'write `"{2}"`', _unquoted, mark=2,
    ),
    # joining conditions
    slip(
        "joining-word", r"(?<!^)\s*(,)\s*(?=\w)(?!(?:add|give|subtract|deduct|minus)\b)",
        "a comma does not join conditions", "write `and`", " and ", mark=1,
        places="top",
    ),
    slip(
        "joining-word", r"\b(?:and\s+also|and\s+if|but\s+not|as\s+well\s+as|and\s+and|but)\b|,\s*and\b",
        "`{0}` does not join conditions", "write `and`",
        lambda groups: "and not" if groups[0].lower().endswith("not") else "and",
    ),
    slip(
        "joining-word", r"\b(?:or\s+if|or\s+else|and/or|or\s+or)\b|,\s*or\b", "`{0}` does not join conditions",
        "write `or`", "or",
    ),
    slip("joining-word", r"\beither\b", "`either` is not needed", "remove it", ""),
    slip("joining-word", r"\b(and|or)\s+(?=then\b)", "no condition follows `{1}`", "remove it", "", mark=1),
    slip(
        "joining-word", r"\b(if|when|where|and|or|then)\s+(\1)\b", "`{1}` stands here twice", "remove one", "{1}",
        mark=2,
    ),
    slip(
        "joining-word", r"\b(unless)\s+(.+?)\s+then\b", "there is no `unless`", "write `if not (…)`",
        "if not ({2}) then", mark=1,
    ),
    # so many of several
    slip(
        "quorum", r"\bany\s+(?:one\s+)?of\s*\(", "how many of them is a number", "write `at least 1 of (`",
        "at least 1 of (",
    ),
    slip(
        "quorum", rf"(?<!least )(?<!most )(?<!exactly )(?<!than )\b({NUMBER})\s+of\s*\(", MANY,
        "write `at least {1} of (`", "at least {1} of (",
    ),
    slip(
        "quorum", rf"\b(at least|at most|exactly)\s+({NUMBER})\s*(?:of\s*)?[\[(]([^\[\]()]*)[\])]",
        "the conditions stand between round brackets after `of`", "write `{1} {2} of (…)`", "{1} {2} of ({3})",
    ),
    slip(
        "quorum", rf"\b(more than|fewer than)\s+({NUMBER})\s+of\s*\(", MANY,
        lambda groups: f"write `{_whole(groups)} of (`", lambda groups: f"{_whole(groups)} of (",
    ),
    # events
    slip(
        "no-events", rf"\b(false)\s+(?={WORD})", "`false` is a flag; that there are no such events is typed with `no`",
        "write `no`", "no ", mark=1,
    ),
    slip(
        "no-events", r"\b(each)\s+no\s+", "`each` gives points for every event, and here are none", "remove `each`",
        "no ", mark=1,
    ),
    slip(
        "only-events", r"\beach\s+(only)\s+",
        "`each` counts every event; `only` asks whether there are others",
        "remove `only`", "each ", mark=1,
    ),
    slip(
        "events-first", rf"\b{COUNT}\s+({NUMBER})\s+(?!times\b|of\b)({WORD}?)(?:e?s)?((?:\s+{TEXT})?)(?=\s|$)",
        COUNTED, lambda groups: f"write `{_times(groups)}`", _times,
    ),
    slip(
        "events-first", rf"(?<![\w.])({WORD}(?:\s+{TEXT})?)\s*(>=|<=|>|<|==?)\s*({NUMBER})(?:\s+times|\s*x)?\b",
        "how often is spelled out", lambda groups: f"write `{_often(groups)}`", _often,
    ),
    slip(
        "event-words", rf"\b((?:has|have|had|did)(?:\s+(?:a|an|any))?)\s+(?={WORD})",
        "an event stands by its name alone", "remove `{1}`", "", mark=1,
    ),
    slip(
        "event-words",
        rf"\b(?!because\b)(?!{NO_EVENT}\b)({WORD})\s+(to|of|on|at|for|page|url|path|named|called)\s+({TEXT})",
        "the text follows the event directly",
        "write `{1} {3}`", "{1} {3}", mark=2,
    ),
    slip(
        "event-words", rf"\b({WORD})(\(({TEXT})\))", "the text follows the event without brackets", "write `{1} {3}`",
        "{1} {3}", mark=2,
    ),
    slip(
        "event-words", rf"\b(?:with|having|whose|that|which|when)\b(?=\s+{WORD})",
        "a condition on an event begins with `where`", "write `where`", "where", places="top rule destination",
    ),
    slip(
        "event-words",
        rf"\bwhere\s+(({OPERAND})\b.*?\b(?:and|or)\b.*?)(?=\s+(?:then|within|at\s+least|at\s+most|exactly)\b|\s*,|"
        r"\s*$)", "two conditions after `where` stand in brackets", "write `where (…)`", "where ({1})", mark=1,
    ),
)  # fmt: skip
