"""How data becomes values, and how values compare: each against a slower way that is plainly right."""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scorelang.values import (
    DATA_TYPES,
    EPOCH,
    MOST_POINTS,
    SPACES,
    Type,
    Unfit,
    coerce,
    fold,
    fold_page,
    format_instant,
    from_hundredths,
    has_glob,
    identity,
    instant_of,
    local_date,
    matches,
    mentions,
    parse_instant,
    rounded,
    to_hundredths,
)

from .generators import examples
from .generators.junk import junk
from .generators.words import PAGES, TEXTS, ZONES

BERLIN = ZoneInfo("Europe/Berlin")

# Few letters, so that what is looked for is found, with those that fold or part words in unusual ways.
few = st.text(alphabet="aAbß İıςΣσé\u0301_-1²٣/*?\\\n\U0001d518", max_size=8)


# --- text -----------------------------------------------------------------------------------------------------------


def every_character() -> Iterator[str]:
    """All of Unicode, the halves of surrogate pairs included."""
    return map(chr, range(sys.maxunicode + 1))


def test_folding_is_the_documented_formula_over_all_of_unicode() -> None:
    special = {"İ": "i", "ς": "σ"}
    assert [letter for letter in every_character() if fold(letter) != special.get(letter, letter.lower())] == []


def test_folding_twice_is_folding_once_over_all_of_unicode() -> None:
    assert [letter for letter in every_character() if fold(fold(letter)) != fold(letter)] == []


def test_folding_keeps_one_character_one_character_over_all_of_unicode() -> None:
    assert [letter for letter in every_character() if len(fold(letter)) != 1] == []


@examples(50)
@given(st.text(), st.text())
def test_folding_a_text_folds_each_character_wherever_it_stands(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other) == "".join(map(fold, one + other))


@examples(50)
@given(few)
def test_case_does_not_matter_where_a_letter_has_just_two_forms(text: str) -> None:
    assume(
        all(
            len(letter.upper()) == len(letter.lower()) == 1 and letter.upper().lower() == letter.lower()
            for letter in text
        )
    )
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


def test_spaces_are_all_that_python_calls_a_space() -> None:
    assert set(filter(str.isspace, every_character())) == set(SPACES)
    assert len(SPACES) == len(set(SPACES))


@examples(50)
@given(st.text(alphabet=SPACES, max_size=3), st.text(max_size=6), st.text(alphabet=SPACES, max_size=3))
def test_a_text_is_trimmed_and_an_empty_one_is_missing(before: str, text: str, after: str) -> None:
    value = coerce(Type.TEXT, before + text + after, UTC)
    assert value == (fold(text.strip()) or None)


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "page"),
    [
        ("/pricing", "/pricing"), ("/Pricing/", "/pricing"), ("https://acme.example/Pricing?plan=1#top", "/pricing"),
        ("/", "/"),
        ("https://acme.example", "/"), ("//acme.example/a/", "/a"), ("?q=1", "/"), ("#top", "/"), ("/a//", "/a"),
        (" /a ", "/a"),
        ("HTTP://ACME.EXAMPLE:8080/A/b?x=/y/", "/a/b"), ("/a?b=https://x/y", "/a"), ("pricing", "pricing"), ("app://x",
        "/"),
    ],
)  # fmt: skip
def test_a_page_is_the_path_of_a_url(raw: str, page: str) -> None:
    assert fold_page(raw) == page


path_parts = st.lists(st.text(alphabet="aA/b.-é ", min_size=1, max_size=5), max_size=4)


@examples(50)
@given(
    path_parts.map(lambda parts: "/" + "/".join(parts)),
    st.sampled_from(["", "https://acme.example", "HTTP://h:8080", "//h"]),
    st.sampled_from(["", "?", "?q=/x/", "?a?b"]),
    st.sampled_from(["", "#", "#top/", "#a?b"]),
)
def test_scheme_host_query_fragment_and_final_slash_do_not_matter(
    path: str, host: str, query: str, fragment: str
) -> None:
    # A path that begins with two slashes is a host and a path.
    assume(not path.startswith("//"))
    plain = path.strip().rstrip("/").strip() or "/"
    assume(not plain.endswith("/") or plain == "/")
    assert fold_page(host + path + query + fragment) == fold(plain)


@examples(50)
@given(st.text(max_size=20) | st.sampled_from(PAGES))
def test_reading_a_page_again_gives_the_same_page(text: str) -> None:
    page = fold_page(text)
    # Only a path is a page: what is left of `a:b//c` could again be taken for a scheme and a host.
    assume("//" not in page)
    assert fold_page(page) == page


# --- patterns and words ---------------------------------------------------------------------------------------------


@cache
def _matches_slowly(pattern: str, text: str) -> bool:
    """By the definition: one character of the pattern at a time."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return _matches_slowly(pattern[1:], text) or (bool(text) and _matches_slowly(pattern, text[1:]))
    if not text:
        return False
    if pattern[0] == "?":
        return _matches_slowly(pattern[1:], text[1:])
    if pattern[0] == "\\" and len(pattern) > 1:
        return pattern[1] == text[0] and _matches_slowly(pattern[2:], text[1:])
    return pattern[0] == text[0] and _matches_slowly(pattern[1:], text[1:])


globs = st.text(alphabet="ab*?\\\n", max_size=8)


@examples(200)
@given(globs, st.text(alphabet="ab*?\\\n", max_size=10))
@example("\\", "\\")
@example("a\\", "a\\")
@example("\\\n", "\n")
@example("*a*b", "aab")
def test_patterns_match_what_they_do_one_character_at_a_time(pattern: str, text: str) -> None:
    assert matches(pattern, text) == _matches_slowly(pattern, text)


@examples(50)
@given(few)
def test_a_pattern_without_stars_and_question_marks_matches_itself_only(text: str) -> None:
    assume(not set(text) & set("*?\\"))
    assert matches(text, text)
    assert not matches(text, text + "a")
    assert not has_glob(text)


def test_a_pattern_of_many_stars_takes_no_longer_than_it_should() -> None:
    assert not matches("*a" * 200 + "b", "a" * 2_000)


def _mentions_slowly(text: str, words: str) -> bool:
    """By the definition: the phrase stands somewhere, and no letter or digit goes on over either of its ends."""
    for start in range(len(text) - len(words) + 1):
        before, found, after = text[:start], text[start : start + len(words)], text[start + len(words) :]
        if found != words:
            continue
        goes_on = before and before[-1].isalnum() and (words + after)[:1].isalnum()
        runs_on = after and after[0].isalnum() and (before + words)[-1:].isalnum()
        if not goes_on and not runs_on:
            return True
    return False


@examples(200)
@given(few, few)
@example("vp, sales", "vp")
@example("svp", "vp")
@example("vp vps", "vp")
@example("ab", "")
def test_mentioning_is_containing_with_word_ends_on_both_sides(text: str, words: str) -> None:
    assert mentions(text, words) == _mentions_slowly(text, words)


@examples(50)
@given(
    st.lists(st.text(alphabet="abßé1", min_size=1, max_size=3), min_size=1, max_size=5),
    st.sampled_from([" ", ", ", "-", "_", "/", " & "]),
)
def test_a_text_mentions_its_words_and_no_parts_of_them(words: list[str], between: str) -> None:
    text = between.join(words)
    assert all(mentions(text, word) for word in words)
    assert mentions(text, "ab") == ("ab" in words)


# --- numbers and points ---------------------------------------------------------------------------------------------


@examples(100)
@given(st.fractions() | st.integers(-1000, 1000).map(lambda half: Fraction(half, 2)))
def test_rounding_goes_to_the_nearest_whole_number_halves_away_from_zero(exact: Fraction) -> None:
    whole = rounded(exact)
    assert abs(whole - exact) <= Fraction(1, 2)
    assert abs(exact) <= abs(whole) or abs(whole - exact) < Fraction(1, 2)
    assert rounded(-exact) == -whole


@examples(50)
@given(
    st.floats(allow_nan=False)
    | st.floats(-1e9, 1e9)
    | st.integers(-(10**6), 10**6).map(lambda hundredths: hundredths / 200)
)
@example(0.285)
@example(2.675)
@example(1.005)
@example(-0.005)
@example(1e9)
@example(math.nextafter(1e9, math.inf))
@example(1.7e308)
def test_points_are_the_double_times_100_to_the_nearest_whole_number(number: float) -> None:
    scaled = number * 100
    if abs(scaled) <= MOST_POINTS * 100:
        assert to_hundredths(number) == int(Decimal(scaled).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    else:
        # The most that a rule may give, either way.
        assert to_hundredths(number) == math.copysign(MOST_POINTS * 100, number)


@examples(50)
@given(st.integers(-(10**11), 10**11))
def test_hundredths_come_back_from_the_double_that_stands_for_them(hundredths: int) -> None:
    assert to_hundredths(from_hundredths(hundredths)) == hundredths
    assert Decimal(repr(from_hundredths(hundredths))) == Decimal(hundredths) / 100


@examples(100)
@given(st.floats(allow_nan=True) | st.integers())
def test_a_number_is_itself_and_missing_when_it_is_not_finite(raw: float | int) -> None:
    value = coerce(Type.NUMBER, raw, UTC)
    assert value == (float(raw) if (isinstance(raw, float) and math.isfinite(raw)) or isinstance(raw, int) else None)
    assert coerce(Type.NUMBER, str(raw), UTC) == value


@pytest.mark.parametrize(
    "text", ["1,200", "1_000", "0x10", "1e", "--1", "1 2", "٣", "½", "yes", "5%", "$5", "1.2.3", "e5", ".", "+"]
)
def test_a_text_that_is_not_wholly_one_number_is_none(text: str) -> None:
    with pytest.raises(Unfit):
        coerce(Type.NUMBER, text, UTC)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("+5", 5),
        ("-.5", -0.5),
        ("5.", 5),
        (" 1e3 ", 1000),
        ("1E-2", 0.01),
        ("007", 7),
        ("1e999", None),
        ("NaN", None),
        ("-inf", None),
    ],
)
def test_a_text_that_is_wholly_a_number_is_read_as_one(text: str, number: float | None) -> None:
    assert coerce(Type.NUMBER, text, UTC) == number


@pytest.mark.parametrize("raw", [True, 1, 1.0, "yes", "Y", " TRUE ", "t", "1"])
def test_yes_is_read_in_every_spelling(raw: object) -> None:
    assert coerce(Type.FLAG, raw, UTC) is True


@pytest.mark.parametrize("raw", [False, 0, 0.0, -0.0, "no", "N", "False", "f", "0"])
def test_no_is_read_in_every_spelling(raw: object) -> None:
    assert coerce(Type.FLAG, raw, UTC) is False


@pytest.mark.parametrize("raw", [2, -1, 0.5, "maybe", "on", "10", [], math.inf])
def test_what_is_neither_yes_nor_no_is_no_flag(raw: object) -> None:
    with pytest.raises(Unfit):
        coerce(Type.FLAG, raw, UTC)


# --- time -----------------------------------------------------------------------------------------------------------

moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31))
nearly_dates = st.builds(
    lambda moment, at: str(moment)[:at] + str(moment)[at + 1 :], st.datetimes(), st.integers(0, 25)
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@examples(100)
@given(
    moments,
    st.none() | offsets,
    st.sampled_from([" ", "T"]),
    st.sampled_from(["auto", "minutes", "seconds", "milliseconds", "microseconds"]),
)
def test_a_date_is_read_as_python_reads_iso_8601(
    moment: datetime, offset: timezone | None, between: str, precision: str
) -> None:
    text = moment.replace(tzinfo=offset).isoformat(between, precision)
    read = datetime.fromisoformat(text)
    expected = read if offset is not None else read.replace(tzinfo=UTC)
    assert parse_instant(text, UTC) == (expected - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@examples(100)
@given(st.text(alphabet="0123456789-:.,TZ+ ", max_size=26) | nearly_dates)
def test_a_text_that_is_read_as_a_date_means_what_python_means_by_it(text: str) -> None:
    try:
        instant = parse_instant(text, UTC)
    except Unfit:
        return
    # Python 3.11 to 3.14 read a fraction of more than six digits, cut off, and no space before an offset.
    read = datetime.fromisoformat(re.sub(r"\s(?=[Zz+-])", "", text.strip()).replace("z", "Z"))
    expected = read if read.tzinfo is not None else read.replace(tzinfo=UTC)
    assert instant == (expected - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@examples(100)
@given(moments, st.sampled_from([zone for zone in ZONES if zone != "utc"]))
def test_a_date_without_an_offset_is_local_to_the_zone(moment: datetime, zone: str) -> None:
    local = moment.replace(tzinfo=ZoneInfo(zone))
    expected = (local - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert parse_instant(moment.isoformat(), ZoneInfo(zone)) == instant_of(moment, ZoneInfo(zone)) == expected


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "0000-01-01", "2026-1-1", "20260101", "2026-01-01T25:00", "2026-01-01T24:00",
     "2026-01-01T12:60", "2026-01-01T12:00:60",
     "2026-01-01T12", "2026-W01-1", "01/02/2026", "2026-01-01T12:00+25:00", "2026-01-01T12:00+10:60", "2026-01-01Z",
     "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0661", "today", "1767225600"],
)  # fmt: skip
def test_what_is_no_date_is_not_guessed_at(text: str) -> None:
    with pytest.raises(Unfit):
        parse_instant(text, UTC)


def test_the_first_and_the_last_instant_of_the_calendar_can_be_read_in_every_offset() -> None:
    for text in ("0001-01-01T00:00", "9999-12-31T23:59:59.999999"):
        for offset in ("Z", "+23:59", "-23:59"):
            assert isinstance(parse_instant(text + offset, UTC), int)
        for zone in ZONES:
            assert isinstance(parse_instant(text, UTC if zone == "utc" else ZoneInfo(zone)), int)


@examples(50)
@given(st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
def test_an_instant_comes_back_from_its_text(instant: int) -> None:
    assert parse_instant(format_instant(instant), BERLIN) == instant
    assert (EPOCH + timedelta(microseconds=instant)).isoformat() + "Z" == format_instant(instant)


@examples(100)
@given(st.integers(-62_135_000_000_000_000, 253_402_000_000_000_000), st.sampled_from(sorted(available_timezones())))
def test_the_local_day_is_the_one_a_calendar_in_that_zone_shows(instant: int, zone: str) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    assert local_date(instant, ZoneInfo(zone)) == moment.astimezone(ZoneInfo(zone)).date()


# --- any data at all ------------------------------------------------------------------------------------------------


KINDS: dict[Type, type] = {
    Type.TEXT: str, Type.PAGE: str, Type.NUMBER: float, Type.FLAG: bool, Type.DATE: int, Type.TEXT_LIST: frozenset,
}  # fmt: skip


@examples(200)
@given(st.sampled_from(DATA_TYPES), junk(), st.sampled_from(ZONES))
def test_a_value_fits_its_type_or_is_unfit_whatever_it_is(type_: Type, raw: Any, zone: str) -> None:
    try:
        value = coerce(type_, raw, UTC if zone == "utc" else ZoneInfo(zone))
    except Unfit:
        return
    assert value is None or type(value) is KINDS[type_]
    assert value != ""
    assert value != frozenset()
    assert not isinstance(value, float) or math.isfinite(value)
    assert not isinstance(value, str) or value == fold(value).strip(SPACES)


@examples(50)
@given(junk())
def test_an_identity_is_a_text_or_a_whole_number_or_unfit(raw: Any) -> None:
    try:
        found = identity(raw)
    except Unfit:
        return
    assert found is None or (isinstance(found, str) and found.strip(SPACES) == found != "")


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        (Type.TEXT, Decimal("7"), "7"), (Type.TEXT, Decimal("7.0"), "7"), (Type.NUMBER, Decimal("2.5"), 2.5),
        (Type.NUMBER, Decimal("NaN"), None),
        (Type.NUMBER, Fraction(1, 4), 0.25), (Type.FLAG, Decimal(1), True), (Type.DATE, date(1970, 1, 2),
        86_400_000_000),
        (Type.DATE, datetime(1970, 1, 1, 1, tzinfo=UTC), 3_600_000_000), (Type.TEXT_LIST, ("A", None, 7, " "),
        frozenset({"a", "7"})),
        (Type.TEXT_LIST, "a; B;;", frozenset({"a", "b"})), (Type.TEXT_LIST, [], None), (Type.TEXT_LIST, ";", None),
        (Type.NUMBER, 10**400, None),
        (Type.TEXT, 3.0, "3"), (Type.TEXT, math.nan, None), (Type.PAGE, "/A/", "/a"),
    ],
)  # fmt: skip
def test_what_other_libraries_hold_is_read_for_what_it_means(type_: Type, raw: object, value: object) -> None:
    assert coerce(type_, raw, UTC) == value


@pytest.mark.parametrize("raw", [Decimal("2.5"), 2.5, True, b"a", time(1), ["a"], {"a": 1}])
def test_what_is_no_text_is_not_made_one(raw: object) -> None:
    with pytest.raises(Unfit):
        coerce(Type.TEXT, raw, UTC)


def test_numpy_scalars_are_read_as_the_python_values_they_hold() -> None:
    numpy = pytest.importorskip("numpy")
    assert coerce(Type.NUMBER, numpy.float32(0.5), UTC) == 0.5
    assert coerce(Type.NUMBER, numpy.float64("nan"), UTC) is None
    assert coerce(Type.TEXT, numpy.int64(7), UTC) == "7"
    assert coerce(Type.FLAG, numpy.bool_(True), UTC) is True
    assert coerce(Type.TEXT, numpy.str_("A"), UTC) == "a"
    assert coerce(Type.DATE, numpy.datetime64("1970-01-02"), UTC) == 86_400_000_000
    assert coerce(Type.TEXT_LIST, numpy.array(["A", "b"]), UTC) == frozenset({"a", "b"})


@examples(50)
@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS))
def test_texts_are_equal_when_their_folded_and_trimmed_forms_are(one: str, other: str) -> None:
    same = coerce(Type.TEXT, one, UTC) == coerce(Type.TEXT, other, UTC)
    assert same == (fold(one.strip()) == fold(other.strip()))
    assert not same or unicodedata.normalize("NFC", one) == one or one == other or fold(one) == fold(other)
