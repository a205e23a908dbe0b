"""From a column of data to a value of the language, as scorelang.values.coerce reads one, and where it does not fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from attrs import evolve, frozen

from scorelang.model import FieldDefinition
from scorelang.sql import spell as s
from scorelang.sql import texts
from scorelang.sql.dates import date_of_text
from scorelang.sql.spell import Sql
from scorelang.sql.zones import local_to_instant
from scorelang.values import EPOCH, Type, Value

Kind = Literal[
    "text", "whole", "large", "double", "decimal", "flag", "day", "local", "instant", "micros",
    "list", "json", "digits", "other",
]  # fmt: skip

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
NOT_A_NUMBER = r"(?i)[+-]?(?:nan|inf|infinity)"
# Python's calendar, in microseconds.
FIRST, LAST = ((limit - EPOCH) // timedelta(microseconds=1) for limit in (datetime.min, datetime.max))
YES, NO = ("yes", "true", "y", "t", "1"), ("no", "false", "n", "f", "0")


@frozen
class Raw:
    """A raw value: its SQL, what kind of SQL type it has, and for a list that of its members."""

    sql: Sql
    kind: Kind
    members: Kind | None = None


@frozen
class Cell:
    """A value (NULL: missing) and whether the raw one does not fit; None: it always does."""

    value: Sql
    unfit: Sql | None = None


def kind_of(type_: str) -> Kind:
    """What kind a type of DuckDB, by its id, is."""
    return _KINDS.get(type_, "other")


_OF_KIND: dict[Kind, tuple[str, ...]] = {
    "text": ("varchar", "uuid", "time", "time_ns", "time with time zone", "interval", "bit", "enum"),
    "whole": ("tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger"),
    "large": ("ubigint", "hugeint", "uhugeint"),
    "double": ("float", "double"),
    "decimal": ("decimal",),
    "flag": ("boolean",),
    "day": ("date",),
    "local": ("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"),
    "instant": ("timestamp with time zone", "timestamptz_ns"),
    "list": ("list", "array"),
    "json": ("json",),
}
_KINDS: dict[str, Kind] = {type_: kind for kind, types in _OF_KIND.items() for type_ in types}


@frozen
class Reading:
    """What reading a value needs besides it: the model's time zone, and a way to name what is used more than once.

    With `moved` instants are read as so many microseconds later.
    """

    zone: tzinfo
    bind: Callable[[Sql], Sql]
    moved: Sql | None = None


def read_cell(definition: FieldDefinition, raw: Raw | None, reading: Reading) -> Cell:
    """The value of a field or attribute; `raw` is None where data has no such column."""
    cell = _as_it_is(definition, raw, reading)
    if reading.moved is None or definition.type is not Type.DATE:
        return cell
    return evolve(cell, value=s.plus(cell.value, reading.moved))


def _as_it_is(definition: FieldDefinition, raw: Raw | None, reading: Reading) -> Cell:
    if raw is None:
        return Cell(s.null(SQL_TYPES[definition.type]))
    if raw.kind == "json":
        return _from_json(definition, reading.bind(raw.sql), reading)
    cell = _READERS[definition.type](raw, reading)
    return _without_missing(definition, raw, cell)


SQL_TYPES = {
    Type.TEXT: "VARCHAR",
    Type.PAGE: "VARCHAR",
    Type.NUMBER: "DOUBLE",
    Type.FLAG: "BOOLEAN",
    Type.DATE: "BIGINT",
    Type.TEXT_LIST: "VARCHAR[]",
    Type.ANYTHING: "BOOLEAN",
}


def _without_missing(definition: FieldDefinition, raw: Raw, cell: Cell) -> Cell:
    """Values that the model says mean missing are missing; such a text needs not fit the type."""
    said = definition.missing
    if not said:
        return cell
    if definition.type is Type.TEXT_LIST:
        words = s.listed([s.text(value) for value in sorted(v for v in said if isinstance(v, str))])
        members = s.call(
            "LIST_FILTER", cell.value, s.function("m", s.negated(s.call("LIST_CONTAINS", words, s.col("m"))))
        )
        cell = evolve(cell, value=_or_none(members))
    else:
        plain = [literal(value) for value in _of_type(definition.type, said)]
        if plain:
            cell = evolve(cell, value=s.case([(s.among(cell.value, plain), s.null())], cell.value))
    texts_said = [s.text(value) for value in sorted(value for value in said if isinstance(value, str))]
    if raw.kind != "text" or not texts_said:
        return cell
    means = s.is_true(s.among(texts.folded(texts.trimmed(raw.sql)), texts_said))
    unfit = None if cell.unfit is None else s.both(s.negated(means), cell.unfit)
    return Cell(s.case([(means, s.null())], cell.value), unfit)


def _of_type(type_: Type, values: frozenset[Value]) -> list[Value]:
    fits = {Type.NUMBER: (float, int), Type.FLAG: (bool, float, int), Type.DATE: (int,)}.get(type_, (str,))
    if type_ is Type.FLAG:
        return [flag for flag in (True, False) if flag in values]
    return sorted((value for value in values if isinstance(value, fits) and not isinstance(value, bool)), key=repr)


def literal(value: Value) -> Sql:
    """A value of the language as a literal."""
    match value:
        case bool():
            return s.flag(value)
        case str():
            return s.text(value)
        case float():
            return s.double(value)
        case int():
            return s.long(value)
        case None:
            return s.null()
    return s.listed([s.text(member) for member in sorted(value)])


# --- one type from each kind of column ------------------------------------------------------------------------------


def _never(raw: Raw) -> Cell:
    """A column of this kind holds nothing of the type: only what is missing fits."""
    blank = s.missing(texts.or_missing(texts.trimmed(raw.sql))) if raw.kind == "text" else s.missing(raw.sql)
    return Cell(s.null(), s.negated(blank))


def _plain_text(raw: Raw) -> Cell:
    """The text as it is, trimmed, not folded: what identities and all texts are made of."""
    match raw.kind:
        case "text":
            return Cell(texts.or_missing(texts.trimmed(s.cast(raw.sql, "VARCHAR"))))
        case "whole" | "large":
            return Cell(s.cast(raw.sql, "VARCHAR"))
        case "digits":
            digits = s.case([(s.eq(raw.sql, s.text("-0")), s.text("0"))], raw.sql)
            of_double = _plain_text(Raw(s.try_cast(raw.sql, "DOUBLE"), "double"))
            is_whole = s.call("REGEXP_FULL_MATCH", raw.sql, s.text(r"-?\d+"))
            assert of_double.unfit is not None
            return Cell(s.case([(is_whole, digits)], of_double.value), s.both(s.negated(is_whole), of_double.unfit))
        case "double" | "decimal":
            number = raw.sql
            digits = s.call("FORMAT", s.text("{:.0f}"), s.cast(number, "DOUBLE"))
            if raw.kind == "decimal":
                digits = s.cast(s.call("TRUNC", number), "HUGEINT")
                digits = s.cast(digits, "VARCHAR")
            else:
                digits = s.case([(s.eq(number, s.double(0.0)), s.text("0"))], digits)
            finite = _finite(number) if raw.kind == "double" else s.known(number)
            is_whole = s.eq(number, s.call("TRUNC", number))
            return Cell(s.case([(s.both(finite, is_whole), digits)]), s.both(finite, s.negated(is_whole)))
    return _never(raw)


def _text(raw: Raw, _reading: Reading) -> Cell:
    if raw.kind == "text":
        return Cell(texts.read_text(s.cast(raw.sql, "VARCHAR")))
    cell = _plain_text(raw)
    return evolve(cell, value=texts.folded(cell.value))


def _page(raw: Raw, _reading: Reading) -> Cell:
    if raw.kind == "text":
        return Cell(texts.read_page(s.cast(raw.sql, "VARCHAR")))
    cell = _plain_text(raw)
    return evolve(cell, value=texts.read_page(cell.value))


def _finite(number: Sql) -> Sql:
    return s.is_true(s.call("ISFINITE", number))


def _number(raw: Raw, _reading: Reading) -> Cell:
    match raw.kind:
        case "whole":
            return Cell(s.cast(raw.sql, "DOUBLE"))
        case "double":
            return Cell(s.case([(_finite(raw.sql), s.cast(raw.sql, "DOUBLE"))]))
        case "large" | "decimal" | "digits":
            # By way of text it is rounded once and correctly.
            number = s.try_cast(s.cast(raw.sql, "VARCHAR"), "DOUBLE")
            return Cell(s.case([(_finite(number), number)]))
        case "text":
            trimmed = texts.or_missing(texts.trimmed(raw.sql))
            is_number = s.call("REGEXP_FULL_MATCH", trimmed, s.text(NUMBER))
            number = s.try_cast(trimmed, "DOUBLE")
            is_none = s.call("REGEXP_FULL_MATCH", trimmed, s.text(NOT_A_NUMBER))
            return Cell(
                s.case([(s.both(is_number, _finite(number)), number)]),
                s.negated(s.coalesce(s.either(is_number, is_none), s.flag(True))),
            )
    return _never(raw)


def _flag(raw: Raw, _reading: Reading) -> Cell:
    match raw.kind:
        case "flag":
            return Cell(raw.sql)
        case "whole" | "large" | "decimal" | "double" | "digits":
            number = s.try_cast(raw.sql, "DOUBLE")
            value = s.case([(s.eq(number, s.double(1.0)), s.flag(True)), (s.eq(number, s.double(0.0)), s.flag(False))])
            missing = s.missing(number)
            if raw.kind == "double":
                missing = s.either(missing, s.is_true(s.call("ISNAN", number)))
            return Cell(value, s.negated(s.either(missing, s.known(value))))
        case "text":
            lower = s.call("LOWER", texts.or_missing(texts.trimmed(raw.sql)))
            yes, no = (s.among(lower, [s.text(word) for word in words]) for words in (YES, NO))
            value = s.case([(yes, s.flag(True)), (no, s.flag(False))])
            return Cell(value, s.negated(s.either(s.missing(lower), s.known(value))))
    return _never(raw)


def _date(raw: Raw, reading: Reading) -> Cell:
    match raw.kind:
        case "instant" | "local" | "day" | "micros":
            micros = raw.sql if raw.kind == "micros" else s.call("EPOCH_US", raw.sql)
            in_calendar = s.is_true(s.both(s.ge(micros, s.whole(FIRST)), s.le(micros, s.whole(LAST))))
            micros = reading.bind(s.case([(in_calendar, micros)]))
            value = (
                micros if raw.kind in ("instant", "micros") else local_to_instant(micros, reading.zone, reading.bind)
            )
            return Cell(value, s.both(s.known(raw.sql), s.missing(micros)))
        case "double":
            return Cell(s.null(), s.both(s.known(raw.sql), s.negated(s.call("ISNAN", raw.sql))))
        case "text":
            trimmed = reading.bind(texts.or_missing(texts.trimmed(raw.sql)))
            value, fits = date_of_text(trimmed, reading.zone, reading.bind)
            return Cell(value, s.both(s.known(trimmed), s.negated(s.is_true(fits))))
    return _never(raw)


def _text_list(raw: Raw, reading: Reading) -> Cell:
    if raw.kind == "double":
        return Cell(s.null("VARCHAR[]"), s.both(s.known(raw.sql), s.negated(s.call("ISNAN", raw.sql))))
    if raw.kind == "text":
        members, member = s.call("STRING_SPLIT", raw.sql, s.text(";")), Raw(s.col("m"), "text")
    elif raw.kind == "list" and raw.members is not None:
        members, member = raw.sql, Raw(s.col("m"), raw.members)
    else:
        return evolve(_never(raw), value=s.null("VARCHAR[]"))
    definition = FieldDefinition("", Type.TEXT)
    inside = Reading(reading.zone, lambda node: node)  # a member has no column of its own
    cell = _from_json(definition, member.sql, inside) if member.kind == "json" else _text(member, inside)
    read = s.call("LIST_TRANSFORM", members, s.function("m", cell.value))
    value = _or_none(s.call("LIST_FILTER", read, s.function("m", s.known(s.col("m")))))
    if cell.unfit is None:
        return Cell(value)
    wrong = s.call("LIST_FILTER", members, s.function("m", s.is_true(cell.unfit)))
    return Cell(value, s.is_true(s.gt(s.call("LEN", wrong), s.long(0))))


def _anything(raw: Raw, _reading: Reading) -> Cell:
    """TRUE for whatever is there: no blank text, no empty list, no number that is none."""
    there = s.known(raw.sql)
    if raw.kind == "text":
        there = s.known(texts.or_missing(texts.trimmed(s.cast(raw.sql, "VARCHAR"))))
    elif raw.kind == "double":
        there = _finite(raw.sql)
    elif raw.kind == "digits":
        is_whole = s.call("REGEXP_FULL_MATCH", raw.sql, s.text(r"-?\d+"))
        there = s.is_true(s.either(is_whole, _finite(s.try_cast(raw.sql, "DOUBLE"))))
    elif raw.kind == "list":
        there = s.is_true(s.gt(s.call("LEN", raw.sql), s.whole(0)))
    return Cell(s.case([(there, s.flag(True))]))


def _or_none(items: Sql) -> Sql:
    """An empty list is missing."""
    return s.case([(s.gt(s.call("LEN", items), s.whole(0)), items)])


_READERS = {
    Type.TEXT: _text,
    Type.PAGE: _page,
    Type.NUMBER: _number,
    Type.FLAG: _flag,
    Type.DATE: _date,
    Type.TEXT_LIST: _text_list,
    Type.ANYTHING: _anything,
}


def _from_json(definition: FieldDefinition, node: Sql, reading: Reading) -> Cell:
    """A value of any of JSON's types."""
    string = reading.bind(s.call("JSON_EXTRACT_STRING", node, s.text("$")))
    ways: list[tuple[tuple[str, ...], Raw]] = [
        (("VARCHAR",), Raw(string, "text")),
        (("BIGINT", "UBIGINT", "HUGEINT", "DOUBLE"), Raw(s.cast(node, "VARCHAR"), "digits")),
        (("BOOLEAN",), Raw(s.cast(node, "BOOLEAN"), "flag")),
    ]
    if definition.type in (Type.TEXT_LIST, Type.ANYTHING):
        ways.append((("ARRAY",), Raw(s.cast(node, "JSON[]"), "list", "json")))
    if definition.type is Type.ANYTHING:
        ways.append((("OBJECT",), Raw(node, "other")))
    kind = reading.bind(s.call("JSON_TYPE", node))
    cells = [(kinds, _without_missing(definition, raw, _READERS[definition.type](raw, reading))) for kinds, raw in ways]
    known = [s.text(kind) for kinds, _ in ways for kind in kinds] + [s.text("NULL")]
    values = [(s.among(kind, [s.text(one) for one in kinds]), cell.value) for kinds, cell in cells]
    unfits = [(s.among(kind, [s.text(one) for one in kinds]), cell.unfit or s.flag(False)) for kinds, cell in cells]
    other = s.is_true(s.negated(s.among(kind, known)))
    return Cell(s.cast(s.case(values), SQL_TYPES[definition.type]), s.case(unfits, other))


def read_identity(raw: Raw | None, type_: Type = Type.TEXT) -> Cell:
    """A lead's identity: trimmed, not folded; a whole number as its digits."""
    if raw is None:
        return Cell(s.null("VARCHAR"))
    if raw.kind != "json":
        return _plain_text(raw)
    string = s.call("JSON_EXTRACT_STRING", raw.sql, s.text("$"))
    kind = s.call("JSON_TYPE", raw.sql)
    numbers = _plain_text(Raw(s.cast(raw.sql, "VARCHAR"), "digits"))
    is_text, is_null = s.eq(kind, s.text("VARCHAR")), s.eq(kind, s.text("NULL"))
    is_number = s.among(kind, [s.text(one) for one in ("BIGINT", "UBIGINT", "HUGEINT", "DOUBLE")])
    other = s.is_true(s.negated(s.either(is_text, is_null)))
    return Cell(
        s.case([(is_text, _plain_text(Raw(string, "text")).value), (is_number, numbers.value)]),
        s.case([(is_number, numbers.unfit or s.flag(False))], other),
    )


__all__ = ["Cell", "Kind", "Raw", "kind_of", "literal", "read_cell", "read_identity"]
