"""What the texts of a column look like: which type of the language would read them, and which of them mean no value."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

# Words for "no value" that mean nothing else in any column: those of the UCI data sets (`unknown`, `?`), of CRM pick
# lists, and of the defaults of pandas.read_csv those that are no ordinary words.
NO_VALUE = frozenset(
    (
        *("unknown", "unspecified", "undefined", "not specified", "not provided", "not available", "not applicable"),
        *("select", "please select", "-- select --", "(blank)", "(none)", "n/a", "#n/a", "n.a.", "<na>", "null"),
        *("missing", "no data", "tbd", "?", "-", "--", "."),
    )
)
# And those that may well be a text (`NA` is a region, `none` a plan), but never a number, a date or a flag.
NO_VALUE_BUT_AS_TEXT = frozenset(("na", "nan", "none", "nil", "unk", "blank", "empty"))

# The language's words for a flag; tests hold all of this file against what the language reads.
YES, NO = frozenset(("yes", "true", "y", "t", "1")), frozenset(("no", "false", "n", "f", "0"))
FULL_WORDS = frozenset(("yes", "true", "no", "false"))

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
PAGE = re.compile(r"(?:https?://(?P<host>[^/?#\s]+))?(?P<path>/\S*)?", re.IGNORECASE)

# Digits that name something and are not to be added or compared: by the name of the column, or by their own look.
CODE_NAME = re.compile(r"^id_|(?:^|_)(?:id|zip|zip_?code|postcode|postal_code|phone|mobile|fax|vat|sku)$")
CODE = re.compile(r"0\d+|\d{16,}")  # a double does not hold more digits

MOST_HOSTS = 3  # with more of them the host says something, and a page forgets it
LISTED_SHARE = 0.2  # of the values hold a `;` between parts
LONGEST_MEMBER = 60  # characters; longer parts are sentences

SENTINEL_SHARE = 0.01  # of all records; below it, 999 may be a real value far out
HIGH_SENTINEL = re.compile(r"9{3,}(?:\.0+)?")
LOW_SENTINEL = re.compile(r"-(?:1|9{2,})(?:\.0+)?")


def guess(name: str, kinds: Collection[str], counts: Mapping[str, int]) -> tuple[str | None, frozenset[str]]:
    """The type of the language for a field of this name, and those of its texts that seem to mean no value.

    `kinds` are the kinds of Python values it has: `text`, `whole` and `fraction` (numbers), `flag`, `date`, `list`,
    `other`. The type is None when none reads them all.
    """
    has = frozenset(kinds)
    if "list" in has:
        return ("text list" if has <= {"list", "text"} else None), frozenset()
    absent = frozenset(text for text in counts if text.lower() in NO_VALUE | NO_VALUE_BUT_AS_TEXT)
    texts = counts.keys() - absent
    if texts:
        if has <= {"flag", "text", "whole"} and _are_flags(texts):
            return "flag", absent
        if has <= {"whole", "fraction", "text"} and _are_numbers(texts, None if "fraction" in has else name):
            return "number", absent
        if has <= {"date", "text"} and all(map(_is_date, texts)):
            return "date", absent
    absent = frozenset(text for text in absent if text.lower() in NO_VALUE)
    if not has <= {"text", "whole"}:
        return None, frozenset()
    if "whole" not in has and _are_pages(counts.keys() - absent):
        return "page", absent
    if "whole" not in has and _are_lists(counts):
        return "text list", frozenset()
    return "text", absent


def sentinels(numbers: Mapping[str, float], counts: Mapping[str, int], records: int) -> frozenset[str]:
    """Those of a column's numbers that clearly stand for no value.

    999 (or more nines) when it is the largest, at least twice the next, and not rare; -1, -99 and so on when it is the
    smallest, the only negative one, and not rare, in a column of whole numbers. `numbers` are the texts with their
    values, `counts` how often each stands in the `records`.
    """
    values = sorted(set(numbers.values()))
    if len(values) < 5:
        return frozenset()
    clear = set()
    if values[-1] >= 2 * values[-2]:
        clear |= {text for text in numbers if numbers[text] == values[-1] and HIGH_SENTINEL.fullmatch(text)}
    if values[1] >= 0 and all(value.is_integer() for value in values):
        clear |= {text for text in numbers if numbers[text] == values[0] and LOW_SENTINEL.fullmatch(text)}
    return frozenset(text for text in clear if counts[text] >= max(2, SENTINEL_SHARE * records))


def _are_flags(texts: Collection[str]) -> bool:
    """Whether all are words for yes and no, and not one letter or digit alone, which may mean anything."""
    words = {text.lower() for text in texts}
    return words <= YES | NO and bool((words & YES and words & NO) or words & FULL_WORDS)


def _are_numbers(texts: Collection[str], name: str | None) -> bool:
    """Whether all are numbers and (unless `name` is None) not codes made of digits."""
    if not all(map(NUMBER.fullmatch, texts)):
        return False
    return name is None or not (CODE_NAME.search(name) or any(map(CODE.fullmatch, texts)))


def _is_date(text: str) -> bool:
    if not DATE.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _are_pages(texts: Collection[str]) -> bool:
    """Whether all are URLs of few hosts or paths, and some say more than the host."""
    matches = [PAGE.fullmatch(text) for text in texts]
    found = [match for match in matches if match]
    hosts = {match["host"].lower() for match in found if match["host"]}
    return (
        len(found) == len(matches) and len(hosts) <= MOST_HOSTS and any(len(match["path"] or "") > 1 for match in found)
    )


def _are_lists(counts: Mapping[str, int]) -> bool:
    """Whether many of the values are several short texts with `;` between them."""
    listed = 0
    for text, count in counts.items():
        parts = [part.strip() for part in text.split(";")]
        if sum(map(bool, parts)) > 1:
            if max(map(len, parts)) > LONGEST_MEMBER:
                return False
            listed += count
    return listed > 0 and listed >= LISTED_SHARE * sum(counts.values())
