"""What several dialects say alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.spell import Sql, call
from scorelang.sql.texts import letter_ranges


def named(function: str) -> Callable[..., Sql]:
    """The function of another name with the same operands."""
    return lambda *operands: call(function, *operands)


# Functions that mean the same everywhere.
SAME: Mapping[str, Callable[..., Sql]] = {
    name: named(name)
    for name in (
        *("REPLACE", "LOWER", "LENGTH", "REVERSE", "SUBSTR", "ASCII", "SPLIT_PART", "STARTS_WITH"),
        *("ABS", "FLOOR", "GREATEST", "LEAST", "SUM", "MAX", "MIN", "COUNT", "BIT_OR", "BOOL_OR", "CONCAT"),
    )
}


@cache
def letter_class(escape: Callable[[int], str]) -> str:
    """Letters and digits as what stands in the brackets of a regular expression, each character escaped."""
    return "".join(escape(low) if low == high else f"{escape(low)}-{escape(high)}" for low, high in letter_ranges())


def whole_text(_format: Sql, number: Sql) -> Sql:
    """A double that is whole as its digits; beyond 64 bits the lead is left to the reference."""
    small = s.lt(call("ABS", number), s.double(2.0**63))
    return s.case([(small, s.cast(s.cast(number, "BIGINT"), "VARCHAR"))])


def padded(digits: Sql, pattern: Sql) -> Sql:
    """Digits with as many zeros before them as the pattern (`%015x`) asks for."""
    return call("LPAD", digits, s.whole(int(pattern.name.strip("%x"))), s.text("0"))


def hex_padded(function: str) -> Callable[[Sql, Sql], Sql]:
    """A number as hexadecimal digits, by a function that pads nothing."""
    return lambda pattern, number: padded(call(function, number), pattern)


def unicode_chr(code: Sql) -> Sql:
    """A character by its number, in a text of the form U&'…'."""
    return exp.UnicodeString(this=f"\\+{int(code.name):06X}")


def unicode_joined(node: exp.DPipe) -> Sql:
    """Two parts of a text as one of that form."""
    parts = [
        part.name if isinstance(part, exp.UnicodeString) else part.name.replace("\\", r"\\")
        for part in (node.this, node.expression)
    ]
    return exp.UnicodeString(this="".join(parts))


def conditional(node: exp.Filter) -> Sql:
    """An aggregate of what is NULL where the test is not true, for databases without FILTER."""
    aggregate, test = node.this, node.expression.this
    return call(aggregate.name, s.case([(test, aggregate.expressions[0])]))


def raw_chr(code: Sql) -> Sql:
    """A character as it is, where it cannot be said by its number."""
    return exp.Literal(this=chr(int(code.name)), is_string=True)


def raw_joined(node: exp.DPipe) -> Sql:
    """Two parts of a text as one."""
    return exp.Literal(this=node.this.name + node.expression.name, is_string=True)


def greatest(*operands: Sql) -> Sql:
    """The largest of the whole numbers that are known, where GREATEST of one that is not gives NULL."""
    least = s.long(1 - 2**63)
    return exp.Nullif(this=call("GREATEST", *(s.coalesce(operand, least) for operand in operands)), expression=least)


def below_infinity(number: Sql) -> Sql:
    """Whether a number is finite, where NaN is above infinity."""
    return s.lt(call("ABS", number), s.cast(s.text("Infinity"), "DOUBLE"))


def is_nan(number: Sql) -> Sql:
    """Whether a number is NaN, where that equals itself."""
    return s.eq(number, s.cast(s.text("NaN"), "DOUBLE"))


def within(node: Sql, part: Sql) -> Sql:
    """Whether a text holds another."""
    return s.gt(call("STRPOS", node, part), s.whole(0))


def whole_quotient(node: exp.IntDiv) -> Sql:
    """A quotient without its fraction, where a division rounds: of what is left without the remainder."""
    rest = call("MOD", node.this, node.expression)
    return exp.Div(this=s.minus(node.this, rest), expression=node.expression, typed=True, safe=False)


def plain_quotient(node: exp.IntDiv) -> Sql:
    """A quotient without its fraction, where whole numbers divide so."""
    return exp.Div(this=node.this, expression=node.expression, typed=True, safe=False)


def without_groups(pattern: Sql) -> Sql:
    """A regular expression for those who know no groups that are not captured."""
    return s.text(pattern.name.replace("(?:", "("))


def members(group: Sql) -> tuple[Sql, list[tuple[str, Sql]]]:
    """A group of a result's list: whether it is there, and its keys and values."""
    there, *pairs = group.expressions
    return there, [(key.name, value) for key, value in zip(pairs[::2], pairs[1::2], strict=True)]


def marked_by_braces(node: Sql, mark: Sql) -> Sql:
    """The text with a mark on both sides of each run of letters and digits; the pattern has code points in braces."""
    pattern = f"([{letter_class(_in_braces)}]+)"
    return call("REGEXP_REPLACE", node, s.text(pattern), s.text(f"{mark.name}$1{mark.name}"))


def _in_braces(code: int) -> str:
    return rf"\x{{{code:x}}}"
