"""The parts of lowered queries, each against the function of the reference that it stands for."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from scorelang import model as m
from scorelang.interpret import calendar_period, share_left
from scorelang.sql import decays, texts
from scorelang.sql import spell as s
from scorelang.sql.cells import Raw, Reading, read_cell
from scorelang.sql.packed import Asked, Words
from scorelang.sql.spell import Sql
from scorelang.sql.zones import instant_to_local, local_to_instant
from scorelang.values import DAY, EPOCH, Type, Unfit, coerce, fold, fold_page, instant_of, matches, mentions, rounded

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Kolkata",
)


def evaluated(node: Sql, values: Sequence[object], type_: str) -> list[Any]:
    """What an expression on the column `v` gives for each value."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    given = f'SELECT unnest(?::{type_}[]) AS "v", generate_subscripts(?::{type_}[], 1) AS n'
    query = f"SELECT {node.sql('duckdb')} FROM ({given}) ORDER BY n"
    rows = connection.execute(query, [list(values), list(values)]).fetchall()
    return [value for (value,) in rows]


def assigned() -> list[str]:
    """Every character that Python's Unicode knows, but for halves of surrogate pairs and NUL."""
    codes = (chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    return [character for character in codes if unicodedata.category(character) != "Cn"]


def test_every_character_folds_as_in_python() -> None:
    characters = assigned()
    folded = evaluated(texts.folded(s.col("v")), characters, "VARCHAR")
    assert [one for one, got in zip(characters, folded, strict=True) if fold(one) != got] == []


def test_every_character_is_trimmed_and_read_as_in_python() -> None:
    characters = assigned()
    framed = [f"{one}a{one}" for one in characters]
    read = evaluated(texts.read_text(s.col("v")), framed, "VARCHAR")
    assert [one for one, got in zip(framed, read, strict=True) if fold(one.strip()) != got] == []


def test_every_character_parts_words_as_in_python() -> None:
    characters = assigned()
    framed = [f"{one}vp" for one in characters]
    found = evaluated(texts.mentions(s.col("v"), ["vp"], lambda node: node), framed, "VARCHAR")
    assert [one for one, got in zip(framed, found, strict=True) if mentions(one, "vp") != got] == []


def made(random: Random, alphabet: str) -> str:
    return "".join(random.choice(alphabet) for _ in range(random.randrange(0, 9)))


def test_pages_are_read_as_in_python() -> None:
    random = Random(1)
    parts = ("http://", "https://", "//", "/", "a", "B", "?", "#", "x=1", " ", ".", "İ", "\n", "é", "acme.example", ":")
    pages = ["".join(random.choices(parts, k=random.randrange(1, 8))) for _ in range(5_000)]
    read = evaluated(texts.read_page(s.col("v")), pages, "VARCHAR")
    wanted = [fold_page(page) if page.strip() else None for page in pages]
    assert [(p, w, g) for p, w, g in zip(pages, wanted, read, strict=True) if w != g] == []


def test_patterns_and_whole_words_match_as_in_python() -> None:
    random = Random(2)
    given = [made(random, "ab*?%_!\\.é ") for _ in range(400)]
    for pattern in sorted({made(random, "ab*?%_!\\.é") for _ in range(40)} - {""}):
        matched = evaluated(texts.like(s.col("v"), pattern), given, "VARCHAR")
        assert matched == [matches(pattern, one) for one in given], pattern
        found = evaluated(texts.mentions(s.col("v"), [pattern], lambda node: node), given, "VARCHAR")
        assert found == [mentions(one, pattern) for one in given], pattern


def test_signs_that_are_not_ascii_part_words_and_stand_in_them() -> None:
    random = Random(5)
    given = [made(random, "aé–™\x01-ς ") for _ in range(500)]
    for _ in range(20):
        words = sorted({made(random, "aé–\x01-") for _ in range(3)} - {""})
        found = evaluated(texts.mentions(s.col("v"), words, lambda node: node), given, "VARCHAR")
        assert found == [any(mentions(one, word) for word in words) for one in given], words


@pytest.mark.parametrize("name", ZONES)
def test_local_times_and_instants_are_told_as_by_zoneinfo(name: str) -> None:
    zone, random = ZoneInfo(name), Random(name)
    moments = [random.randrange(-(10**17) // 2, 2 * 10**17) for _ in range(2_000)]
    moments += [
        random.randrange(0, 2 * 10**15) // 1_800_000_000 * 1_800_000_000 + random.choice((-1, 0, 1))
        for _ in range(4_000)
    ]
    moments = [at for at in moments if timedelta(microseconds=at) > EPOCH.replace(year=2) - EPOCH]
    instants = evaluated(local_to_instant(s.col("v"), zone, lambda node: node), moments, "BIGINT")
    wanted = [instant_of(EPOCH + timedelta(microseconds=at), zone) for at in moments]
    assert [(at, w, g) for at, w, g in zip(moments, wanted, instants, strict=True) if w != g] == []
    locals_ = evaluated(instant_to_local(s.col("v"), zone, lambda node: node), moments, "BIGINT")
    days = [calendar_period("day", at, zone) for at in moments]
    assert [(EPOCH + timedelta(microseconds=at)).date() for at in locals_] == days


def test_clocks_that_change_and_change_back_within_a_week_are_seen() -> None:
    zone = ZoneInfo("Asia/Gaza")
    begin, end = datetime(2040, 10, 10), datetime(2040, 11, 10)
    moments = [
        (begin - EPOCH + timedelta(hours=at)) // timedelta(microseconds=1) for at in range((end - begin).days * 24)
    ]
    instants = evaluated(local_to_instant(s.col("v"), zone, lambda node: node), moments, "BIGINT")
    assert instants == [instant_of(EPOCH + timedelta(microseconds=at), zone) for at in moments]
    assert len({at - instant for at, instant in zip(moments, instants, strict=True)}) == 2


def test_the_rules_of_a_zone_go_on_for_four_hundred_years() -> None:
    zone = ZoneInfo("America/New_York")
    for year in (2129, 2400, 2500, 4000):
        moments = [
            (datetime(year, 1, 1) - EPOCH + timedelta(hours=at)) // timedelta(microseconds=1) for at in range(8760)
        ]
        instants = evaluated(local_to_instant(s.col("v"), zone, lambda node: node), moments, "BIGINT")
        assert instants == [instant_of(EPOCH + timedelta(microseconds=at), zone) for at in moments], year


DATES = (
    "2025-12-31", " 2025-12-31 ", "2025-02-29", "2024-02-29", "0000-01-01", "0001-01-01", "9999-12-31",
    "2025-12-31T10:00", "2025-12-31t10:00z", "2025-12-31 10:00:59", "2025-12-31T10:00:60", "2025-12-31T24:00",
    "2025-12-31T23:60",
    "2025-12-31T10:00:00.1", "2025-12-31T10:00:00,123456789", "2025-12-31T10:00:00.1234567890", "2025-12-31T10:00+02",
    "2025-12-31T10:00:00-0730", "2025-12-31T10:00:00.5 +05:45", "2025-12-31T10:00+24:00", "2025-12-31T10:00-23:59",
    "2025-12-31T10:00+23:60", "2025-12-31T10", "31/12/2025", "2025-12-31Z", "", " ",
    "٢٠٢٥-12-31", "2025-12-31T10:00\tZ",
)  # fmt: skip
NUMBERS = (
    "5", "5.", ".5", "+.5", "-2.50", "1e3", "1E-3", "1e999", "-1e999", "1e-999", "nan", "-Infinity", "inf", "1,200",
    "0x10", "1_000", "", " 7 ", "--1", ".", "e5", "5e", "½", "٣", "0.1", "179769313486231570000000000000000000000e270",
    "9007199254740993", "2.2250738585072011e-308", "123456789.123456789123456789",
)  # fmt: skip
FLAGS = ("yes", "YES", " true ", "t", "1", "no", "F", "0", "on", "2", "", "ja", "n\u03bf")


@pytest.mark.parametrize(
    ("type_", "given"),
    [(Type.DATE, DATES), (Type.NUMBER, NUMBERS), (Type.FLAG, FLAGS), (Type.TEXT_LIST, ("a;B", ";", " "))],
)
def test_texts_are_read_as_values_as_the_reference_reads_them(type_: Type, given: tuple[str, ...]) -> None:
    zone = ZoneInfo("Europe/Berlin")
    reading = Reading(zone, lambda node: node)
    cell = read_cell(m.FieldDefinition("v", type_), Raw(s.col("v"), "text"), reading)
    values = evaluated(cell.value, given, "VARCHAR")
    unfit = evaluated(cell.unfit, given, "VARCHAR") if cell.unfit is not None else [False] * len(given)
    for text, value, wrong in zip(given, values, unfit, strict=True):
        try:
            wanted: Any = coerce(type_, text, zone)
        except Unfit:
            assert wrong, text
            continue
        assert not wrong, text
        assert (frozenset(value) if isinstance(value, list) else value) == wanted, text


# --- decay and counts -----------------------------------------------------------------------------------------------

LOSSES = (
    m.Losing(Fraction(1, 2), 30 * DAY),
    m.Losing(Fraction(333, 1000), 7 * DAY),
    m.Losing(Fraction(1, 100), DAY),
    m.Losing(Fraction(1), DAY),
    m.Fading(90 * DAY),
)


@pytest.mark.parametrize("decay", LOSSES)
@pytest.mark.parametrize("points", [1, -5, 1050, 99_999_999_999, None])
def test_points_lose_what_they_lose_in_the_reference(decay: m.Losing | m.Fading, points: int | None) -> None:
    random, as_of = Random(3), 1_767_225_600_000_000
    period = decay.over if isinstance(decay, m.Fading) else decay.every
    ages = [random.randrange(0, 60) * period + random.choice((-1, 0, 1, period // 3)) for _ in range(300)]
    ages = [age for age in ages if age >= 0]
    for whole in [points] if points is not None else [7, -3, 12_345, 2**61 - 1, 3_333_333_333]:
        asked = whole if points is not None else s.long(whole)
        node = decays.aged(asked, (decay,), s.col("v"), as_of, lambda node: node)
        left = evaluated(node, [as_of - age for age in ages], "BIGINT")
        assert left == [rounded(whole * share_left(decay, age)) for age in ages]


def test_a_word_of_references_says_what_each_alone_says() -> None:
    random = Random(4)
    asks = [s.eq(s.col("x"), s.text(letter)) for letter in "abc"] + [s.gt(s.col("y"), s.whole(at)) for at in (1, 2)]
    asks += [
        s.all_of([s.eq(s.col("x"), s.text("a")), s.gt(s.col("y"), s.whole(1))]),
        s.negated(s.eq(s.col("x"), s.text("b"))),
    ]
    ends = (None, 3, 5, 6, 8)
    tests = [
        (random.choice("kl"), Asked(random.choice(ends), random.choice(ends), tuple(random.sample(asks, k=at % 4))))
        for at in range(60)
    ]
    letters, numbers = (*"abcd", None), (None, 1, 2, 3)
    events = [
        (random.choice("klm"), random.randrange(0, 10), random.choice(letters), random.choice(numbers))
        for _ in range(50)
    ]
    connection = duckdb.connect()
    connection.execute('CREATE TABLE events("kind" VARCHAR, "at" BIGINT, x VARCHAR, y BIGINT)')
    connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", events)
    for count in (False, True):
        words = Words()
        for kind, test in tests:
            if (word := words.room(count=count)) is None:
                word = f"w{len(words.slots)}"
                words.open(word, count=count)
            words.add(word, s.col(word), kind, test)
        for word, node in words.aggregates():
            found = connection.execute(f"SELECT {node.sql('duckdb')} FROM events").fetchone()
            assert found is not None
            width = 20 if count else 1
            for at, (kind, test) in enumerate(words.slots[word]):
                alone = s.all_of([
                    s.eq(s.col("kind"), s.text(kind)),
                    *([] if test.since is None else [s.ge(s.col("at"), s.whole(test.since))]),
                    *([] if test.until is None else [s.le(s.col("at"), s.whole(test.until))]),
                    *test.asks,
                ])  # fmt: skip
                wanted = connection.execute(f"SELECT count(*) FILTER ({alone.sql('duckdb')}) FROM events").fetchone()
                assert wanted is not None
                assert found[0] >> (width * at) & ((1 << width) - 1) == (wanted[0] if count else bool(wanted[0]))
