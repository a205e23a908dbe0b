"""What could have stood somewhere, in the words of the language instead of the grammar's terminals."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import frozen

from scorelang.suggest import listed

# More alternatives than this are no help.
MOST = 6


@frozen
class Group:
    """Terminals that say one thing together: where all of `sign` may stand, `words` stands for all of `covers`."""

    words: str
    sign: frozenset[str]
    covers: frozenset[str]


def _group(words: str, sign: str, covers: str = "") -> Group:
    return Group(words, frozenset(sign.split()), frozenset(sign.split()) | frozenset(covers.split()))


VALUES = "NAME STRING NUMBER DATE YES NO FALSE SIGN OPEN COUNT_OF AGGREGATE_OF DAYS_SINCE DAYS_SINCE_LAST"
CONDITIONS = f"{VALUES} NOT ONLY AT_LEAST AT_MOST EXACTLY"
STATEMENTS = (
    "MODEL TIMEZONE USE LEAD EVENT LIST DEFINE DECAY CATEGORY PERSONA SCORE START_OVER_AFTER REQUIRE DISQUALIFY STAGE "
    "GRADE ROUTE OUTCOMES TEST NEVER ALWAYS EACH CHOOSE MATRIX OTHERWISE IF"
)
# In the order in which they are named: what ends a thought first, what merely goes on with it last.
GROUPS = (
    _group("a statement such as `if`, `category` or `stage`", "CATEGORY STAGE", f"{STATEMENTS} {CONDITIONS}"),
    _group("a rule such as `if … then +10`", "CHOOSE EACH", f"{STATEMENTS} {CONDITIONS}"),
    _group("a condition", "NOT NAME NUMBER", CONDITIONS),
    _group("a value", "COUNT_OF NAME", VALUES),
    _group("a value", "STRING NUMBER DATE YES", "NO FALSE SIGN"),
    _group("a value", "STRING NUMBER DATE", "SIGN"),
    _group("a comparison such as `is`, `>=` or `in`", "IS COMPARE WORD_OPERATOR", "IS_NOT EQUALS IN NOT_IN FROM DOT"),
    _group("a comparison such as `is` or `>=`", "IS COMPARE", "IS_NOT EQUALS IN NOT_IN FROM DOT"),
    _group("a number of times such as `at least 3 times`", "FEWER_THAN EXACTLY", "AT_LEAST AT_MOST MORE_THAN WHERE"),
    _group("a time such as `within 30 days`", "WITHIN SINCE", "WITHIN_NEXT BEFORE BETWEEN MORE_THAN WHERE"),
    _group("an expectation such as `score 65`", "FIRES NOT_FIRES", "BLOCKED_BY NOT_BLOCKED_BY"),
    _group("arithmetic", "SIGN FACTOR", ""),
)  # fmt: skip
WORDS = {
    "NAME": "a name",
    "STRING": "a text in double quotes",
    "NUMBER": "a number",
    "PERCENT": "a share such as `50%`",
    "DATE": "a date such as `2026-11-21`",
    "SIGN": "`+` or `-`",
    "FACTOR": "`*` or `/`",
    "COMPARE": "a sign such as `>=`",
    "WORD_OPERATOR": "`contains`, `mentions` or `like`",
    "AGGREGATE_OF": "`sum of`",
    "TYPE": "a type: text, page, number, flag, date or text list",
    "UNIT": "a unit such as `days`",
    "PERIOD": "`day`, `week` or `month`",
    "HEADER_WORD": "`version`, `owner` or `timezone`",
    "YES": "`yes`",
    "NO": "`no`",
    "FALSE": "`false`",
    "$END": "the end of the line",
}
# Named before all others, in this order; arithmetic and the end of the line come last.
FIRST = (
    "THEN", "COLON", "_COMMA_VALUE", "COMMA", "CLOSE", "CLOSE_LIST", "BAR", "TYPE", "UNIT", "PERIOD", "PERCENT", "DATE",
    "STRING", "NAME", "NUMBER",
)  # fmt: skip
ALIKE = {"_COMMA_VALUE": "COMMA"}


def alternatives(expected: Collection[str], spellings: Mapping[str, str]) -> list[str]:
    """What could have stood there, the likely first, at most six."""
    left = {ALIKE.get(name, name) for name in expected}
    first = [name for name in FIRST if name in left and name not in VALUES.split()]
    ends = left & {"$END"}
    if len(left) > 1:
        left -= {"DOT"}  # which may follow any name and text
    words = [_word(name, spellings) for name in first]
    left -= {*first, "$END"}
    grouped, left = _grouped(left)
    rest = [name for name in FIRST if name in left] + sorted(left - set(FIRST))
    words += [word for word in grouped if word != "arithmetic"]
    words += [_word(name, spellings) for name in rest]
    words += ["arithmetic"] if "arithmetic" in grouped and not words else []
    words = list(dict.fromkeys(words))[: MOST - bool(ends)]
    return words + [_word("$END", spellings)] * bool(ends)


def _grouped(left: set[str]) -> tuple[list[str], set[str]]:
    words = []
    for group in GROUPS:
        if group.sign <= left:
            words.append(group.words)
            left = left - group.covers
    return words, left


def _word(name: str, spellings: Mapping[str, str]) -> str:
    return WORDS.get(name) or f"`{spelled_as(name, spellings)}`"


def spelled_as(name: str, spellings: Mapping[str, str]) -> str:
    """How a terminal is typed; one that is typed in several ways is named after the likely one."""
    return spellings.get(name) or name.lower().replace("_", " ")


def expectation(expected: Collection[str], spellings: Mapping[str, str]) -> str:
    """`expected a name or `then``; nothing where nothing is known."""
    words = alternatives(expected, spellings)
    return f"expected {listed(words, last='or')}" if words else ""
