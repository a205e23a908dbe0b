"""Drafting a lead from data: names, types, and what seems to mean nothing."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorelang.data import BadRecord, InferredField, Record, infer_lead
from scorelang.data.naming import field_names
from scorelang.data.shapes import NO, NO_VALUE, NO_VALUE_BUT_AS_TEXT, YES
from scorelang.values import Type, Unfit, coerce


def inferred(*values: object, column: str = "x") -> InferredField:
    (field,) = infer_lead(Record({column: value}, line) for line, value in enumerate(values, 1))
    return field


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("Job Title", "job_title"),
        ("jobTitle", "job_title"),
        ("emp.var.rate", "emp_var_rate"),
        ("HTTPStatus", "http_status"),
        ("Email Opt-In?", "email_opt_in"),
        ("# employees", "employees"),
        ("euribor3m", "euribor3m"),
        ("B2B", "b2b"),
        ("Größe", "größe"),
        ("会社名", "会社名"),
        ("İl", "i_l"),
        ("_id_", "id"),
        ("2nd phone", "field_2nd_phone"),
        ("%", "field"),
        ("", "field"),
        ("Score", "lead_score"),
        ("stage", "lead_stage"),
        ("persona", "lead_persona"),
        ("qualified", "lead_qualified"),
        ("route", "lead_route"),
        ("Not", "lead_not"),
        ("days", "days"),
    ],
)
def test_a_column_gets_a_name_that_a_model_can_use(column: str, name: str) -> None:
    assert field_names([column]) == [name]


def test_names_that_come_out_alike_are_numbered_and_a_column_keeps_its_own() -> None:
    assert field_names(["Job Title", "job-title", "job_title", "job_title_2"]) == [
        "job_title_3",
        "job_title_4",
        "job_title",
        "job_title_2",
    ]


@given(st.lists(st.text(max_size=8)))
def test_every_name_is_an_identifier_and_has_no_double(columns: list[str]) -> None:
    names = field_names(columns)
    assert len(set(names)) == len(columns)
    for name in names:
        assert name.replace("_", "a").isalnum()
        assert not name[0].isdecimal()


@pytest.mark.parametrize(
    ("values", "type"),
    [
        (["yes", "no"], "flag"),
        (["TRUE", "FALSE", ""], "flag"),
        (["yes"], "flag"),
        (["Y", "N"], "flag"),
        (["0", "1"], "flag"),
        ([True, False, None], "flag"),
        ([True], "flag"),
        ([0, 1], "flag"),
        (["1"], "number"),
        (["0", "1", "2"], "number"),
        (["F"], "text"),
        (["F", "N"], "text"),
        (["F", "M"], "text"),
        (["-1.5", "2e3", " 7 "], "number"),
        ([1, 2.5, "3"], "number"),
        ([Decimal("1.50"), Decimal(2)], "number"),
        (["1,200"], "text"),
        (["007", "123"], "text"),
        (["12345678901234567"], "text"),
        (["2026-01-31", "2026-01-31T14:30", "2026-01-31 14:30:05.25Z", "2026-01-31T14:30+02:00"], "date"),
        ([dt.date(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)], "date"),
        (["2026-02-31"], "text"),
        (["31.01.2026"], "text"),
        (["/pricing", "/", "/a?b=c"], "page"),
        (["https://a.com/x", "http://a.com", "/y"], "page"),
        (["https://a.com", "https://b.com"], "text"),
        ([f"https://{host}.com/about" for host in "abcd"], "text"),
        (["/", "/"], "text"),
        (["and/or"], "text"),
        (["a; b", "c", "d;e;f"], "text list"),
        ([["a", "b"], [], None], "text list"),
        ([["a", 7], "b;c"], "text list"),
        (["a;b"] + ["c"] * 9, "text"),
        (["A short start; and then a rather long sentence that goes on and has no members at all.", "b"], "text"),
        ([";"], "text"),
        (["CEO", "VP"], "text"),
        (["CEO", 7], "text"),
        (["", None], "text"),
        ([{"a": 1}], None),
        ([["a", {"b": 1}]], None),
        ([["a", 1.5]], None),
        ([True, "maybe"], None),
        ([1.5, "maybe"], None),
        ([dt.date(2026, 1, 1), "soon"], None),
        ([b"x"], None),
    ],
)
def test_a_column_has_the_type_that_reads_all_its_values(values: list[object], type: str | None) -> None:
    assert inferred(*values).type == type


@pytest.mark.parametrize("column", ["id", "Customer ID", "id_student", "zip", "ZipCode", "Phone"])
def test_digits_that_name_something_are_text(column: str) -> None:
    assert inferred("10115", "20095", column=column).type == "text"
    assert inferred(10115, 20095, column=column).type == "text"
    assert inferred(1.5, 2, column=column).type == "number"


def test_words_for_no_value_are_suggested_once_and_counted_as_missing() -> None:
    field = inferred("CEO", "unknown", "Unknown", "unknown", "", "Select", "VP", "CEO")
    assert (field.type, field.missing_values, field.missing) == ("text", ("unknown", "Select"), 5 / 8)
    assert (field.top, field.distinct) == ((("CEO", 2), ("VP", 1)), 2)


def test_a_flag_or_number_with_a_word_for_no_value_stays_what_it_is() -> None:
    assert (inferred("yes", "no", "unknown").type, inferred("yes", "no", "NA").missing_values) == ("flag", ("NA",))
    assert (inferred("1", "2", "?").type, inferred("1", "2", "none").missing_values) == ("number", ("none",))
    assert (inferred("2026-01-01", "-").type, inferred("2026-01-01", "-").missing) == ("date", 0.5)


def test_a_word_that_may_be_a_text_is_not_suggested_in_a_text() -> None:
    assert inferred("NA", "EMEA", "APAC").missing_values == ()


def test_a_far_and_frequent_row_of_nines_means_nothing() -> None:
    field = inferred(*["3", "6", "4", "9", "12"], *["999"] * 20)
    assert (field.missing_values, field.missing, field.low, field.high) == (("999",), 0.8, 3.0, 12.0)
    assert ("999", 20) not in field.top


def test_minus_one_among_whole_numbers_from_zero_means_nothing() -> None:
    field = inferred(0, 5, 7, 12, 30, -1, -1)
    assert (field.missing_values, field.low) == (("-1",), 0.0)


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, 3, 4, 5, 999],
        [*range(0, 2000, 7), 999, 999],
        [-1, -1, 0, 0, 1, 1],
        [-2, -1, -1, 0, 3, 5, 7],
        [0.5, 1.5, 2.5, 3.5, -1, -1],
        [40, 60, 75, 88, 95, 98, 99, 99],
    ],
)
def test_a_number_that_may_be_real_is_not_suggested(values: list[object]) -> None:
    assert inferred(*values).missing_values == ()


def test_a_field_says_what_it_was_made_from() -> None:
    records: list[Record | BadRecord] = [
        Record({"Job Title": "CEO", "n": 1}, 2),
        BadRecord(3, "odd", "x", "a.csv"),
        Record({"Job Title": "", "n": 2.5}, 4),
        Record({"Job Title": "VP", "late": "x"}, 5),
    ]
    assert infer_lead(records) == [
        InferredField("Job Title", "job_title", "text", 3, 1 / 3, (), 2, (("CEO", 1), ("VP", 1))),
        InferredField("n", "n", "number", 3, 1 / 3, (), 2, (("1", 1), ("2.5", 1)), 1.0, 2.5),
        InferredField("late", "late", "text", 3, 2 / 3, (), 1, (("x", 1),)),
    ]
    assert [field.records for field in infer_lead(records, limit=1)] == [1, 1]
    assert infer_lead([]) == []


def test_the_most_frequent_values_are_five_and_in_order() -> None:
    assert inferred(*"aabbbcdefg").top == (("b", 3), ("a", 2), ("c", 1), ("d", 1), ("e", 1))
    assert inferred("a;b;b", "b", "a;c").top == (("a", 2), ("b", 2), ("c", 1))


def test_what_is_not_finite_is_missing() -> None:
    assert inferred(1.5, float("nan"), float("inf"), Decimal("NaN")).missing == 0.75


@pytest.mark.parametrize("word", sorted(YES | NO))
def test_the_words_for_flags_are_those_of_the_language(word: str) -> None:
    assert coerce(Type.FLAG, word, dt.UTC) is (word in YES)


@pytest.mark.parametrize("word", sorted(NO_VALUE | NO_VALUE_BUT_AS_TEXT))
def test_words_for_no_value_are_written_in_lower_case(word: str) -> None:
    assert word == word.lower().strip()


TEXTS = st.sampled_from(
    [
        *("", " ", "yes", "no", "1", "0", "-1", "999", "2.5", "1e999", "nan", "unknown", "NA", "?", "a;b", "/a", "007"),
        *("2026-01-01", "2026-01-01T10:00Z", "CEO", "https://a.com/b", "\uff11", "\u0663"),
    ]
) | st.text(max_size=4)
DATA = (
    st.none()
    | TEXTS
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals(allow_infinity=False)
    | st.dates()
    | st.datetimes(timezones=st.sampled_from([dt.UTC, ZoneInfo("Europe/Paris")]))
    | st.lists(TEXTS | st.integers(), max_size=3)
    | st.dictionaries(TEXTS, TEXTS, max_size=1)
)
COLUMN = st.lists(TEXTS, max_size=12) | st.lists(DATA, max_size=6)


@given(COLUMN)
def test_the_language_reads_every_value_as_the_type_that_was_guessed(values: list[object]) -> None:
    for field in infer_lead(Record({"x": value}, 1) for value in values):
        if field.type is None:
            continue
        absent = {text.lower() for text in field.missing_values}
        for value in values:
            if not (isinstance(value, str) and value.strip().lower() in absent):
                try:
                    coerce(Type(field.type), value, dt.UTC)
                except Unfit:
                    pytest.fail(f"{value!r} is no {field.type}")


@given(COLUMN)
def test_the_shares_and_counts_add_up(values: list[object]) -> None:
    for field in infer_lead(Record({"x": value}, 1) for value in values):
        assert 0 <= field.missing <= 1
        assert field.distinct >= len(field.top)
        assert field.low is None or field.low <= (field.high or 0) or field.high == 0
