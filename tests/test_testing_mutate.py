"""Changing a model: what its tests notice, and for what they do not the test that would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorelang import load, loads
from scorelang import model as m
from scorelang.cli import program
from scorelang.interpret import interpret
from scorelang.leads import Facts
from scorelang.testing.golden import difference, expected
from scorelang.testing.mutants import Mutant, mutants
from scorelang.testing.mutate import Mutation, confirmed, mutate
from scorelang.testing.mutate_text import styled
from scorelang.testing.rebuild import changed_rules, replaced
from scorelang.testing.search import Search
from scorelang.testing.suite import Suite, items_of

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
LEAD = """\
lead:
    title text
    industry text
    employees number
    funded flag
    created date
event visit(path page, seconds number)
"""


def checked(text: str) -> m.CheckedModel:
    return loads(LEAD + text, name="acme.score").checked


def changes(text: str) -> list[str]:
    return [mutant.change for mutant in mutants(checked(text))]


@pytest.mark.parametrize(
    "condition", ["title is missing", "not (title is known)", "not (not funded)", "title is not known"]
)
def test_one_change_is_counted_once(condition: str) -> None:
    opposites = [change for change in changes(f"disqualify if {condition}\n") if change.startswith("the opposite")]
    assert len(opposites) == 1


def mutation(text: str) -> Mutation:
    model = checked(text)
    return mutate([Suite("acme.score", model, items_of(model, "acme.score"))], lambda count, of: None)


# --- changes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("if funded then +10\n", "+10 → +11 for funded"),
        ("if funded then -2.5\n", "-2.5 → -3.5 for funded"),
        ("if employees >= 200 then +1\n", ">= → > in employees >= 200"),
        ("if employees >= 200 then +1\n", "200 → 201 in employees >= 200"),
        ("if employees from 5 to 9 then +1\n", "9 → 10 in employees from 5 to 9"),
        ('if title is "CEO" then +1\n', '"ceo" → "∅" in title is "CEO"'),
        ('if title mentions "CEO" then +1\n', 'mentions → contains in title mentions "CEO"'),
        ('if industry in ["SaaS", "AI"] then +1\n', 'without "ai" in the list'),
        ("if funded and employees > 5 then +1\n", "and → or in funded and employees > 5"),
        ("if funded or employees > 5 then +1\n", "or → and in funded or employees > 5"),
        ("if not funded then +1\n", "the opposite of not funded"),
        ("if funded is known then +1\n", "the opposite of funded is known"),
        (
            "if at least 1 of (funded, employees > 5) then +1\n",
            "at least 1 → 2 of at least 1 of (funded, employees > 5)",
        ),
        ("if created within 30 days then +1\n", "within 30 days: a day longer"),
        ("if created before 2026-01-01 then +1\n", "before 2026-01-01: a day later"),
        ("visit at least 3 times within 14 days then +1\n", "within 14 days: a day shorter"),
        ("visit at least 3 times then +1\n", "at least 3 → 4 of visit at least 3 times"),
        ('visit "/pricing" then +1\n', 'any visit, not only "/pricing"'),
        ('visit in ["/a", "/b"] then +1\n', 'without "/b" in the list of visit in ["/a", "/b"]'),
        ('only visit "/a" then +1\n', 'without only: only visit "/a"'),
        ("visit where seconds > 3 then +1\n", "any visit, not only where seconds > 3"),
        ("each visit then +1, at most 5\n", "at most 5 → 6"),
        ("each visit then +1, once a day\n", "1 → 2 times a day"),
        ("each visit then +1, losing 50% every 30 days\n", "losing 50% every 30 days → losing 60% every 30 days"),
        ("each visit then +1, losing 50% every 30 days\n", "without losing 50% every 30 days"),
        ("each visit then +1, fading out over 9 days\n", "fading out over 9 days → fading out over 10 days"),
        ("if funded then +1, during 2026-01-01 to 2026-02-01\n", "during ends a day earlier"),
        ("category Fit, 0 to 50:\n    if funded then +50\n", "Fit at most 50 → 49"),
        ("category Fit, -5 to 50:\n    if funded then -5\n", "Fit at least -5 → -4"),
        ("category Fit, at most 50:\n    each visit then +1\n", "Fit at most 50 → 49"),
        ("if funded then +1\nscore from 0 to 100\n", "score at least 0 → 1"),
        ("if funded then +1\nstage MQL from 20 when funded\n", "MQL without when funded"),
        ("if funded then +1\nstage MQL from 20\n", "MQL from 20 → 21"),
        ("if funded then +1\ngrade score: A from 20, else B\n", "score A from 20 → 19"),
        ("if funded then +1\nrequire funded\n", "without require funded"),
        ('if funded then +1\nroute:\n    "Call" if funded\n    "Wait" otherwise\n', 'without "Call"'),
        ("choose:\n    if funded then +1\n    if employees > 5 then +2\n", "employees > 5 before funded"),
        ("choose:\n    if funded then +1\n    if employees > 5 then +2\n", "choose → choose best"),
    ],
)
def test_everything_that_can_be_off_by_one_is_changed(text: str, change: str) -> None:
    assert change in changes(text)


CHOOSE = "choose:\n    if {} then +{}\n    if {} then +{}\n"


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("category Fit, 0 to 50:\n    if funded then +49\n", "Fit at most 50 → 49"),
        ("category Fit, 0 to 50:\n    each visit then +9, at most 40\n    if funded then +9\n", "Fit at most 50 → 49"),
        ("category Fit, -5 to 9:\n    if funded then -4\n    if employees > 5 then +9\n", "Fit at least -5 → -4"),
        (
            "category Fit, 0 to 9:\n    choose:\n        if funded then +8\n        otherwise +2\n",
            "Fit at most 9 → 8",
        ),
        (
            "category Fit, 0 to 9:\n    matrix by title and industry:\n"
            '        |     | otherwise |\n        | "a" |        +8 |\n',
            "Fit at most 9 → 8",
        ),
        (CHOOSE.format("funded", 2, "employees > 5", 2), "choose → choose best"),
        (CHOOSE.format("employees > 5", 1, "employees <= 5", 2), "employees <= 5 before employees > 5"),
        (CHOOSE.format("employees from 1 to 5", 1, "employees = 6", 2), "employees = 6 before employees from 1 to 5"),
        (CHOOSE.format('title is "a"', 1, 'title in ["b", "c"]', 2), 'title in ["b", "c"] before title is "a"'),
    ],
)
def test_a_change_that_can_be_shown_to_make_no_difference_is_not_made(text: str, change: str) -> None:
    found = changes(text)
    assert found
    assert change not in found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("employees > 5", "employees > 7"),
        ("employees <= 5", "employees >= 5"),
        ("employees < 5", "employees != 7"),
        ("employees < 5", 'industry is "a"'),
        ('title is "a"', 'title in ["A", "b"]'),
        ('title is "a"', 'title mentions "b"'),
        ("funded", "employees > 5"),
    ],
)
def test_conditions_that_may_both_be_true_are_put_in_another_order(first: str, second: str) -> None:
    assert f"{second} before {first}" in changes(CHOOSE.format(first, 1, second, 2))


def test_changes_that_came_to_the_same_are_listed_only_when_asked_for() -> None:
    text = "if funded then +10\nstage MQL from 10\n"
    tests = 'test "a":\n    given funded yes\n    expect score 10, stage MQL\ntest "b":\n    expect score 0\n'
    found = mutation(text + tests)
    assert [change for _, change in found.same] == ["MQL from 10 → 9"]
    shown, listed = ("".join(text for text, _ in styled(found, every=every)) for every in (False, True))
    assert "  1 more change came to the same for every generated lead (-v lists them)\n" in shown
    assert "MQL from 10 → 9" not in shown
    assert "MQL from 10 → 9\n" in listed


def test_the_fewer_changes_are_left_the_more_leads_are_tried_for_them() -> None:
    model = checked('if industry is "Fintech" and title is "CEO" and employees = 77 then +1\n')
    found = mutate([Suite("acme.score", model, (), Search(seed=0, examples=1))], lambda count, of: None)
    assert found.unnoticed > 0
    assert found.same == ()


def test_the_standard_library_is_left_as_it_is() -> None:
    use = 'use free_mail from "std/email"\nuse is_c_level from "std/titles"\n'
    assert changes(use + "if domain(title) in free_mail then +1\nif is_c_level then +2\n") == [
        "+1 → +2 for domain(title) in free_mail",
        "+2 → +3 for is_c_level",
    ]


@pytest.mark.parametrize("example", ["acme/acme", "bank/bank", "brief/brief", "opportunity/opportunity", "shop/shop"])
def test_every_changed_model_differs_in_one_place_and_still_scores(example: str) -> None:
    model = load(EXAMPLES / f"{example}.score").checked
    facts = Facts(None, dict.fromkeys(field.name for field in model.fields), (), 1_767_225_600_000_000)
    found = list(mutants(model))
    assert found
    for mutant in found:
        assert mutant.model is not model
        assert interpret(mutant.model, facts).scope.facts.fields == facts.fields
        rules = changed_rules(model, mutant.model)
        assert rules is None or len(rules) >= 1


def test_a_define_is_changed_wherever_it_is_used() -> None:
    model = checked("define big as employees > 5\nif big then +1\nif big and funded then +2\n")
    [mutant] = [mutant for mutant in mutants(model) if mutant.change.startswith("5 → 6")]
    assert len(changed_rules(model, mutant.model) or ()) == 2
    facts = Facts(None, {"employees": 6.0, "funded": True}, (), 0)
    assert (interpret(model, facts).score, interpret(mutant.model, facts).score) == (300, 0)


def test_what_is_not_changed_is_shared() -> None:
    model = checked("if funded then +1\nif employees > 5 then +2\n")
    first, second = model.scoring
    assert isinstance(first, m.Rule)
    other = replaced(model, first, first)
    assert other.scoring is model.scoring
    [mutant] = [mutant for mutant in mutants(model) if mutant.change.startswith("+1")]
    assert mutant.model.scoring[0] is not first
    assert mutant.model.scoring[1] is second


# --- what tests notice ------------------------------------------------------------------------------------------------

RULE = "if employees >= 200 then +10\n"
BOTH = 'test "edges":\n    | employees | score |\n    | 200       | 10    |\n    | 199       | 0     |\n'


def test_tests_at_both_sides_of_a_threshold_notice_everything() -> None:
    found = mutation(RULE + BOTH)
    assert (found.noticed, found.unnoticed, found.percent) == (3, 0, 100.0)
    assert found.missed == ()


def test_what_no_test_notices_is_told_with_the_test_that_would() -> None:
    found = mutation(RULE + 'test "big":\n    given employees 500\n    expect score 10\n')
    assert found.noticed == 1
    assert [[change for _, change in missed.changes] for missed in found.missed] == [
        [">= → > in employees >= 200", "200 → 201 in employees >= 200"]
    ]
    [missed] = found.missed
    assert missed.test.endswith("    given employees 200\n    expect score 10\n")


def test_the_test_that_would_notice_does_once_it_is_pasted() -> None:
    text = RULE + 'visit "/pricing" within 30 days then +5\nstage MQL from 12\n'
    found = mutation(text)
    assert found.noticed == 0
    model = checked(text)
    for missed in found.missed:
        assert confirmed(model, missed.test, Path())
    again = mutation(text + "".join(missed.test for missed in found.missed))
    assert again.unnoticed == 0
    assert again.noticed >= found.unnoticed


def test_an_invariant_notices_too() -> None:
    found = mutation(
        RULE + 'never "small ones score": score > 0 and employees < 200\nalways "ten at most": score <= 10\n'
    )
    assert found.noticed == 1  # +11; a threshold that is moved up gives nobody too much


def test_changes_are_told_where_they_are_from_where_the_tests_are_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "fit.score").write_text("category Fit:\n    if a then +5\n", "utf-8")
    (tmp_path / "acme" / "acme.score").write_text('use Fit from "fit.score"\nif b then +1\n', "utf-8")
    path = "acme/acme_test.score"
    (tmp_path / path).write_text('use model "acme.score"\ntest "t":\n    given a no\n    expect score 0\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    model = load(path).checked
    found = mutate([Suite(path, model, items_of(model, path))], lambda count, of: None)
    assert found.path == "acme/acme.score"
    told = {str(where) for missed in found.missed for where, _ in missed.changes}
    assert told == {"acme/fit.score:2", "acme/acme.score:2"}


def test_a_change_that_comes_to_the_same_is_no_failing() -> None:
    found = mutation(
        "category Fit, at most 5:\n" + "    " + RULE + 'test "big":\n    given employees 200\n    expect Fit 5\n'
    )
    assert "+10 → +11 for employees >= 200" in [change for _, change in found.same]


def test_a_test_expects_what_differs_and_no_more() -> None:
    model = checked(f"category Fit:\n    {RULE}stage MQL from 10\ngrade Fit: A from 10, else B\n")
    other = next(mutant for mutant in mutants(model) if mutant.change.startswith("200 →"))
    facts = Facts(None, {"employees": 200.0}, (), 0)
    was, now = interpret(model, facts), interpret(other.model, facts)
    assert difference(model, was, now) == ["Fit 10, stage MQL, Fit.grade A"]
    assert difference(model, was, was) == []
    assert expected(model, was) == ["Fit 10, score 10", "stage MQL, Fit.grade A"]


def test_a_rule_can_be_all_that_differs() -> None:
    model = checked('if funded then +0 because "noted"\nif title is "x" then +1\n'.replace("+0", "0"))
    changed = replaced(model, model.scoring[0], model.scoring[1])
    facts = Facts(None, {"funded": True}, (), 0)
    mutant = Mutant(model.scoring[0].place, "", changed)
    assert difference(model, interpret(model, facts), interpret(mutant.model, facts)) == ['fires "noted"']


# --- on the command line ----------------------------------------------------------------------------------------------


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["test", *arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCORELANG_CACHE", "")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
class TestCommand:
    def test_unnoticed_changes_are_exit_1_and_are_listed_by_their_lines(self) -> None:
        Path("acme.score").write_text(LEAD + RULE + 'test "x":\n    given employees 500\n    expect score 10\n')
        result = run("--mutate")
        assert result.exit_code == 1
        assert "changes of acme.score that the tests notice: 33.3% (1 of 3)\n" in result.stdout
        assert "Not noticed\n  line 8      >= → > in employees >= 200\n" in result.stdout
        assert "    given employees 200\n    expect score 10\n" in result.stdout

    def test_noticed_changes_are_exit_0(self) -> None:
        Path("acme.score").write_text(LEAD + RULE + BOTH)
        result = run("--mutate")
        assert (result.exit_code, "notice: 100% (3 of 3)" in result.stdout) == (0, True)

    def test_the_tests_of_a_test_file_count_for_its_model(self) -> None:
        Path("acme.score").write_text(LEAD + RULE)
        Path("acme_test.score").write_text(f'use model "acme.score"\n{BOTH}')
        result = run("--mutate", "--format", "json")
        [data] = json.loads(result.stdout)["mutation"]
        assert (data["noticed"], data["unnoticed"], data["percent"]) == (3, 0, 100.0)

    def test_a_model_with_a_failing_test_is_not_changed(self) -> None:
        Path("acme.score").write_text(LEAD + RULE + BOTH.replace("| 10 ", "| 11 "))
        result = run("--mutate")
        assert "note: acme.score is not changed while a test of it fails" in result.stderr
        assert "changes of" not in result.stdout
