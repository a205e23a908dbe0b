"""Dates as texts: ISO 8601, read as scorelang.values.parse_instant reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from scorelang.sql import spell as s
from scorelang.sql.spell import Sql
from scorelang.sql.zones import local_to_instant
from scorelang.values import SECOND

DATE = (
    r"\d{4}-\d\d-\d\d(?:[Tt ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?[\t\n\x0b\x0c\r ]?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?"
)


def date_of_text(trimmed: Sql, zone: tzinfo, bind: Callable[[Sql], Sql]) -> tuple[Sql, Sql]:
    """The instant that an ISO 8601 text says, and whether it says one.

    The day is told by DuckDB's calendar, the rest by its places in the text.
    """

    def number(start: int, length: int, of: Sql = trimmed) -> Sql:
        return s.coalesce(s.try_cast(s.call("SUBSTR", of, s.whole(start), s.whole(length)), "BIGINT"), s.long(0))

    day = s.try_cast(s.call("SUBSTR", trimmed, s.whole(1), s.whole(10)), "DATE")
    fits = s.both(
        s.call("REGEXP_FULL_MATCH", trimmed, s.text(DATE)),
        s.both(s.known(day), s.negated(s.call("STARTS_WITH", trimmed, s.text("0000")))),
    )
    rest = s.call("SUBSTR", trimmed, s.whole(17))
    fraction = s.call(
        "RPAD", s.call("REGEXP_EXTRACT", rest, s.text(r"[.,](\d{1,6})"), s.whole(1)), s.whole(6), s.text("0")
    )
    seconds = s.case([(s.call("STARTS_WITH", rest, s.text(":")), number(18, 2))], s.long(0))
    clock = bind(
        s.total(
            [
                s.call("EPOCH_US", s.cast(day, "TIMESTAMP")),
                s.times(number(12, 2), s.long(3600 * SECOND)),
                s.times(number(15, 2), s.long(60 * SECOND)),
                s.times(seconds, s.long(SECOND)),
                s.try_cast(fraction, "BIGINT"),
            ]
        )
    )
    offset = bind(s.call("REGEXP_EXTRACT", rest, s.text(r"([Zz]|[+-]\d\d(?::?\d\d)?)$"), s.whole(1)))
    digits = s.call("REPLACE", s.call("SUBSTR", offset, s.whole(2)), s.text(":"), s.text(""))
    shift = s.plus(
        s.times(number(1, 2, digits), s.long(3600 * SECOND)), s.times(number(3, 2, digits), s.long(60 * SECOND))
    )
    value = s.case(
        [
            (s.negated(fits), s.null("BIGINT")),
            (s.eq(offset, s.text("")), local_to_instant(clock, zone, bind)),
            (s.call("STARTS_WITH", offset, s.text("-")), s.plus(clock, shift)),
        ],
        s.minus(clock, shift),
    )
    return s.case([(s.known(trimmed), value)]), fits
