"""Running the tests of a model, and saying why one fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from scorelang import Model, load, loads
from scorelang.testing.as_text import render
from scorelang.testing.failures import Failure
from scorelang.testing.select import SelectionError, selection
from scorelang.testing.suite import Report, Suite, items_of

MODEL = """\
lead:
    title text
    industry text
    employees number
    funded flag
event visit(path page, seconds number)
event webinar(name text, attended flag)
category Fit, 0 to 50:
    if title is "CEO" then +20 because "boss"
    if industry in ["SaaS", "Fintech"] then +10 because "target industry"
    choose:
        if employees >= 5_000 then +5
        if employees >= 200 then +15
        otherwise -5
category Behaviour, at most 30:
    visit "/pricing" within 30 days then +10 because "pricing"
    each webinar where attended then +7, at most 20
    matrix by industry and employees, because "grid":
        |           | < 200 | otherwise |
        | "SaaS"    |    +1 |        +4 |
        | otherwise |     0 |        +2 |
persona Buyer:
    if title is "CEO" then +3
persona User:
    visit then +2
require funded because "no money"
require title is known for SQL because "nobody"
disqualify if industry is "Gambling" because "gambling"
stage MQL from 20
stage SQL from 40 when webinar
grade Fit: A from 30, B from 10, else C
route:
    "Call" if stage is at least SQL
    "Write" if stage is at least MQL and funded
    "Wait" otherwise
"""


def reports(test: str, model: str = MODEL) -> list[Report]:
    checked = loads(model + test, name="acme.score").checked
    items = items_of(checked, "acme.score")
    suite = Suite("acme.score", checked, items)
    return [suite.run(item) for item in items]


def failure(given: str, expected: str) -> Failure:
    """The one failure of a test with one expectation."""
    lines = "".join(f"    given {line}\n" for line in given.split(";") if line)
    [report] = reports(f'test "t":\n{lines}    expect {expected}\n')
    [found] = report.failures
    return found


# --- expected against actual -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("score 38", "score is 40, 2 too much"),
        ("score < 40", "score is 40, 0.01 too much"),
        ("score > 43", "score is 40, 3.01 too little"),
        ("Fit 30", "Fit is 35, 5 too much"),
        ("Fit from 40 to 50", "Fit is 35, 5 too little"),
        ("Fit.grade B", "Fit.grade is A"),
        ("stage SQL", "stage is none"),
        ("qualified", "qualified is no"),
        ("persona User", "persona is Buyer"),
        ('route "Call"', 'route is "Wait"'),
        ("employees is 400", "this is false"),
        ("funded", "this is unknown"),
    ],
)
def test_what_was_found_stands_beside_what_was_expected(expected: str, actual: str) -> None:
    found = failure('title "CEO";employees 200', expected)
    assert (found.expected, found.actual) == (expected, actual)


def test_a_cell_of_a_table_is_shown_with_its_column() -> None:
    found = reports('test "t":\n    | title | Fit | stage |\n    | "CEO" | >= 99 | SQL |\n')[0].failures
    assert [(each.expected, each.actual) for each in found] == [
        ("Fit >= 99", "Fit is 15, 84 too little"),
        ("stage SQL", "stage is none"),
    ]


def test_a_difference_is_in_hundredths_and_below_0_when_points_are_missing() -> None:
    assert failure('title "CEO";employees 200', "Fit 35.5").difference == -50
    assert failure('title "CEO";employees 200', "Fit 34").difference == 100


@pytest.mark.parametrize(
    ("expected", "notes"),
    [
        ("Fit > 40 and funded", ("funded is unknown: funded is missing",)),
        ("funded and Fit > 40", ("funded is unknown: funded is missing",)),
        ("Fit > 40 and Behaviour > 5", ("Behaviour > 5 is false: Behaviour is 2",)),
        ("Fit > 40 or employees > 500", ("employees > 500 is false: employees is 200",)),
        ("Fit > 40 and employees > 5", ()),
        ("Fit from 40 to 50", ()),
    ],
)
def test_every_part_of_an_expectation_that_does_not_hold_is_told(expected: str, notes: tuple[str, ...]) -> None:
    assert failure('title "CEO";employees 200', expected).notes == notes


def test_events_outside_the_period_of_a_rule_are_why_it_did_not_fire() -> None:
    rule = 'visit "/pricing" at least 3 times within 14 days then +15 because "keen"\n'
    given = '    given visit "/pricing" 20 days ago, 3 times\n'
    [report] = reports(f'test "t":\n{given}    expect fires "keen"\n', MODEL + rule)
    assert (
        report.failures[0]
        .notes[1]
        .startswith('3 of 3 visit events match "/pricing", none of them within 14 days, the latest 20 days ago (')
    )


# --- which rules ------------------------------------------------------------------------------------------------------


EVENTFUL = """\
start over after recycled
visit "/pricing" then +5
persona Techie:
    if title mentions "CTO" then +10 because "builds"
persona Money:
    if title mentions "CFO" then +10 because "pays"
"""


def notes_on(*lines: str) -> tuple[str, ...]:
    text = "".join(f"    {line}\n" for line in lines)
    [report] = reports(f'test "t":\n{text}', EVENTFUL)
    [found] = report.failures
    return found.notes


def test_events_that_are_given_and_do_not_count_are_told() -> None:
    given = "given visit on 2026-01-02, visit on 2026-01-05, visit on 2026-02-01, 2 times, recycled on 2026-01-03"
    assert notes_on("as of 2026-01-04", given, "expect score 5")[-2:] == (
        "not counted: 3 visit events later than 2026-01-04",
        "not counted: 1 visit event, forgotten by `start over after recycled`",
    )


def test_a_rule_of_a_persona_that_the_lead_is_not_says_which_it_is() -> None:
    assert (
        notes_on('given title "CTO, CFO"', 'expect fires "pays"')[-1]
        == "it is Money's, and the lead's persona is Techie"
    )


def test_a_persona_that_was_expected_says_which_of_its_rules_stayed_silent() -> None:
    assert notes_on('given title "CFO"', "expect persona Techie") == (
        "Techie has 0: the lead's persona is Money",
        'title mentions "CTO" because "builds" is false: title is "CFO" (acme.score:4)',
    )


def test_the_rules_that_fired_add_up_to_the_number() -> None:
    found = failure('title "CEO";industry "SaaS";employees 200;visit "/pricing"', "score 0")
    assert sum(part.hundredths for part in found.fired) == 6200 == found.difference
    fired = {(part.id, part.hundredths) for part in found.fired}
    assert {("boss", 2000), ("target-industry", 1000), ("pricing", 1000), ("grid", 400)} <= fired


def test_a_rule_says_what_its_points_are_made_of_where_they_are_not_those_typed() -> None:
    found = failure('webinar with attended yes 2 days ago, 4 times;visit "/pricing"', "Behaviour 0")
    made_of = {part.id: part.because for part in found.fired}
    assert made_of["pricing"] == ()
    assert made_of["each-webinar-where-attended"] == (
        "+7, at most 20: 4 of 4 webinar events, the latest 2 days ago (2025-12-30)",
    )


def test_what_a_bound_takes_stands_among_the_parts() -> None:
    found = failure('webinar with attended yes, 3 times;visit "/pricing";employees 900', "Behaviour 42")
    assert [(part.text.split(":")[0], part.hundredths) for part in found.fired][-1] == ("cut to at most 30", -200)
    assert sum(part.hundredths for part in found.fired) == 3000


def remedies(found: Failure) -> list[list[tuple[str | None, int]]]:
    return [[(part.id, part.hundredths) for part in remedy] for remedy in found.remedies]


def test_one_silent_rule_can_make_up_a_difference_and_says_why_it_is_silent() -> None:
    found = failure('title "VP";employees 200', "Fit 35")
    assert remedies(found) == [[("boss", 2000)]]
    assert found.remedies[0][0].because == ('title is "VP"',)


def test_one_rule_that_fired_can_be_too_much() -> None:
    found = failure('title "CEO";employees 200', "Fit 15")
    assert remedies(found) == [[("boss", -2000)]]
    assert found.remedies[0][0].because == ()


def test_two_rules_can_make_up_a_difference_together() -> None:
    [remedy] = remedies(failure("employees 200", "Fit 45"))
    assert set(remedy) == {("target-industry", 1000), ("boss", 2000)}


def test_a_remedy_counts_what_bounds_leave_of_it() -> None:
    # +20 would make 65; only 50 are kept.
    found = failure('title "VP";industry "SaaS";employees 5_000', "Fit 35")
    assert remedies(found) == [[("boss", 2000)]]
    assert remedies(failure('title "CEO";industry "SaaS";employees 200', "Fit 50")) == []


def test_another_branch_of_a_choice_can_make_up_a_difference() -> None:
    # The branch for 5,000 would have come first, and stood for +5 instead of +15.
    assert [("employees-at-least-5000", 500)] not in remedies(failure("employees 200", "Fit 15.5"))
    found = failure("employees 100", "Fit 15")
    assert remedies(found) == [[("employees-at-least-200", 1500)]]


def test_another_cell_of_a_matrix_can_make_up_a_difference() -> None:
    [[part]] = failure('industry "SaaS";employees 10', "Behaviour 4").remedies
    assert (part.id, part.hundredths) == ("grid", 300)
    assert part.text.endswith('row "SaaS", column otherwise')


def test_otherwise_cannot_be_silent_where_nothing_above_it_is_true() -> None:
    assert remedies(failure('title "CEO"', "Fit 20")) == []


def test_a_rule_that_would_not_make_up_the_difference_is_no_remedy() -> None:
    assert failure("employees 200", "Fit 16").remedies == ()


def test_an_expectation_of_more_is_met_by_a_rule_with_enough_points() -> None:
    assert [("boss", 2000)] in remedies(failure("employees 200", "score >= 30"))


def test_the_rules_of_another_category_are_no_remedy_for_this_one() -> None:
    assert [("pricing", 1000)] not in remedies(failure("employees 200", "Fit 25"))
    assert [("pricing", 1000)] in remedies(failure("employees 200", "score 27"))


# --- reasons ----------------------------------------------------------------------------------------------------------


def test_a_rule_that_should_have_fired_says_what_its_condition_saw() -> None:
    found = failure('title "VP"', 'fires "boss"')
    assert found.actual == "it did not fire"
    assert found.notes == ('title is "CEO" because "boss", false (acme.score:9)', 'title is "VP"')
    unknown = failure("employees 5", 'fires "boss"')
    assert unknown.notes[0].endswith("unknown (acme.score:9)")
    assert unknown.notes[1] == "title is missing"


def test_a_rule_that_should_not_have_fired_says_why_it_did() -> None:
    found = failure('visit "/pricing" 3 days ago', 'not fires "pricing"')
    assert found.actual == "it fired with +10"
    assert "1 of 1 visit event, the latest 3 days ago" in found.notes[1]


def test_a_gate_says_what_it_saw() -> None:
    found = failure("funded yes", 'blocked by "no money"')
    assert found.actual == "it is not in the way"
    assert found.notes == ('require funded because "no money" is true: funded is yes (acme.score:26)',)
    found = failure('industry "gambling"', 'not blocked by "gambling"')
    assert found.actual == "it is in the way"


def test_a_gate_cannot_fire_and_a_rule_is_in_nobodys_way() -> None:
    assert failure("", 'fires "no money"').actual == "this is a gate, which never fires"
    assert failure("", 'blocked by "boss"').actual == "this is a rule, which is in nobody's way"


def test_a_stage_says_which_gate_points_and_condition_it_lacks() -> None:
    found = failure('title "CEO"', "stage SQL")
    assert found.notes == (
        'require funded because "no money" is unknown: funded is missing (acme.score:26)',
        "stage SQL from 40 when webinar: 20 points short with a score of 20 (acme.score:30)",
        "SQL when webinar is false: no webinar at all (acme.score:30)",
    )


def test_a_stage_that_is_too_high_says_what_put_the_lead_there() -> None:
    found = failure('title "CEO";funded yes;employees 200', "stage none")
    assert found.notes == ("stage MQL from 20 holds with a score of 40 (acme.score:29)",)


def test_a_stage_that_should_not_be_is_told_with_what_keeps_the_lead_from_the_others() -> None:
    notes = ("stage MQL from 20: 3 points short with a score of 17 (acme.score:29)",)
    for expected in ("not stage is none", "stage is not none"):
        assert notes[0] in failure("funded yes;employees 200", expected).notes


def test_a_route_says_why_not_the_one_expected_and_which_was_taken() -> None:
    found = failure('title "CEO";funded yes;employees 200', 'route "Call"')
    assert found.notes[0].startswith('not taken: "Call": stage is at least SQL is false: stage is MQL')
    assert found.notes[1].startswith('taken: "Write" if stage is at least MQL and funded is true')
    found = failure('title "CEO";funded yes;employees 200', 'route "Wait"')
    assert found.notes[1] == 'not taken: "Wait": a line above it is true (acme.score:35)'


def test_a_grade_says_its_points_and_bands() -> None:
    found = failure("employees 200", "Fit.grade A")
    assert found.notes == ("Fit is 15; its grades: A from 30, B from 10, else C",)
    assert [(part.id, part.hundredths) for part in found.fired] == [("employees-at-least-200", 1500)]


def test_texts_are_shown_as_the_test_has_them() -> None:
    assert failure('title "Very Important"', 'fires "boss"').notes[1] == 'title is "Very Important"'


# --- the report -------------------------------------------------------------------------------------------------------


def test_a_failure_reads_from_expected_to_why() -> None:
    [report] = reports('test "big":\n    given title "VP", employees 200\n    expect Fit 35\n')
    assert render(report) == (
        "FAILED acme.score:36  big\n"
        "  expected  Fit 35  (line 38)\n"
        "  actual    Fit is 15, 20 too little\n"
        "    fired        +15  employees >= 200  (line 13)\n"
        '    would do     +20  title is "CEO" because "boss"  (line 9)\n'
        '                      title is "VP"\n'
    )


def test_a_test_that_holds_has_nothing_to_say() -> None:
    [report] = reports('test "big":\n    given title "CEO"\n    expect Fit 15\n')
    assert report.passed
    assert report.failures == ()


def test_a_value_that_means_missing_in_data_is_missing_in_a_test() -> None:
    model = """\
lead:
    size number missing 0, 999
    tags text list missing "none"
event call(outcome text missing "n/a")
if size >= 5 then +1
if tags is missing then +10
call where outcome is missing then +100
"""
    test = """\
test "none of it is known":
    given tags "none", call with outcome "n/a"
    | size | score |
    | 999  | 110   |
    | 0    | 110   |
    | 5    | 111   |
test "some of it is":
    given tags "none;a", call with outcome "sold"
    expect score 0
"""
    assert [report.passed for report in reports(test, model)] == [True] * 4


def test_rows_are_run_one_by_one_under_their_numbers() -> None:
    found = reports('test "t":\n    | employees | Fit |\n    | 199 | 0 |\n    | 200 | 0 |\n')
    assert [(report.item.title, report.passed, report.item.where.line) for report in found] == [
        ("t [row 1]", True, 38),
        ("t [row 2]", False, 39),
    ]


def test_files_are_named_from_where_the_tests_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme" / "tests").mkdir(parents=True)
    (tmp_path / "acme" / "fit.score").write_text("category Fit:\n    if a then +5\n", "utf-8")
    (tmp_path / "acme" / "acme.score").write_text('use Fit from "fit.score"\nif b then +1\n', "utf-8")
    test = 'use model "../acme.score"\ntest "t":\n    given a yes, b yes\n    expect score 9\n'
    (tmp_path / "acme" / "tests" / "acme_test.score").write_text(test, "utf-8")
    monkeypatch.chdir(tmp_path)
    path = "acme/tests/acme_test.score"
    suite = Suite(path, load(path).checked, items_of(load(path).checked, path))
    [found] = suite.run(suite.items[0]).failures
    assert str(found.where) == f"{path}:4"
    assert [str(part.where) for part in found.fired] == ["acme/fit.score:2", "acme/acme.score:2"]


def test_a_test_file_runs_only_its_own_tests(tmp_path: Path) -> None:
    (tmp_path / "acme.score").write_text(MODEL + 'test "inside":\n    expect score -3\n', encoding="utf-8")
    (tmp_path / "acme_test.score").write_text(
        'use model "acme.score"\ntest "outside":\n    expect score -4\nalways "bounded": Fit <= 50\n', encoding="utf-8"
    )
    for name, titles in {"acme": ["inside"], "acme_test": ["outside", "always: bounded"]}.items():
        path = str(tmp_path / f"{name}.score")
        model: Model = load(path)
        assert [item.title for item in items_of(model.checked, path)] == titles


# --- choosing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("pricing", "ab"),
        ("PRICING", "ab"),
        ("pricing and webinar", "b"),
        ("pricing or webinar", "abc"),
        ("not pricing", "cd"),
        ("pricing and not webinar", "a"),
        ("not (pricing or webinar)", "d"),
        ("pricing or webinar and gone", "abc"),
        ("(pricing or webinar) and gone", "c"),
        ('"gone quiet"', "c"),
        ("gone quiet", "c"),
        ('"not"', "d"),
        ("not not pricing", "ab"),
    ],
)
def test_tests_are_chosen_by_words_in_their_names(expression: str, chosen: str) -> None:
    names = {"a": "Pricing page", "b": "pricing, webinar", "c": "webinar, gone quiet", "d": "nothing"}
    choice = selection(expression)
    assert "".join(key for key, name in names.items() if choice(name)) == chosen


@pytest.mark.parametrize("expression", ["", "  ", "and", "a and", "not", "(a", "a)", '"a', "a or or b", "()", "a (b)"])
def test_an_expression_that_chooses_nothing_is_an_error(expression: str) -> None:
    with pytest.raises(SelectionError):
        selection(expression)
