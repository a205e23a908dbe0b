"""What the checker says of tests and bounds that cannot be meant: the code of the message, and its line."""

from __future__ import annotations

from pathlib import Path

import pytest

import scorelang
from scorelang import model as m

LEAD = "lead:\n    title  text\n    size   number\n    since  date\n"


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ("as of 2026-01-01\n    as of 2026-01-02\n    expect score 0", "declared-twice", 7),
        ("given size 1\n    given size 2\n    expect score 0", "declared-twice", 7),
        ("given size 1 with a yes\n    expect score 0", "not-an-event", 6),
        ("given size 1, size 2\n    expect score 0", "declared-twice", 6),
    ],
)
def test_a_test_that_cannot_be_meant_is_an_error_where_it_is(lines: str, code: str, line: int) -> None:
    with pytest.raises(scorelang.ModelError) as raised:
        scorelang.loads(f'{LEAD}test "a test":\n    {lines}\n')
    assert [(one.code, one.line) for one in raised.value.diagnostics] == [(code, line)]


def test_outcomes_are_the_words_of_a_crm_and_change_no_score() -> None:
    rules = "if a then +1\n"
    model = scorelang.loads(f'{rules}outcomes:\n    won from "Closed Won ", "Won"\n    lost from "No"\n')
    assert model.checked.outcomes == {"won": ("Closed Won", "Won"), "lost": ("No",)}
    assert model.fingerprint == scorelang.loads(rules).fingerprint


def test_a_text_behind_an_event_in_a_test_is_its_name_whichever_attribute_came_first() -> None:
    told = 'define a as no tryout where (plan is "told")\ndefine b as no tryout where (name is "told")\n'
    model = scorelang.loads(f'{told}if c then +1\nnever "x": tryout "1e3" at least 3 times\n')
    (invariant,) = model.checked.invariants
    assert isinstance(invariant.condition, m.Happened)
    assert invariant.condition.query.first == "name"


def test_an_event_may_be_called_outcomes() -> None:
    model = scorelang.loads('outcomes "won" then +5\n')
    assert model.score({}, [{"type": "outcomes", "at": "2026-01-01", "name": "Won"}], as_of="2026-01-02").score == 5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("category Fit:\n    if a then +1\nif b then +1, at most Fit", "not-a-number"),
        ("if a then +size, at least 5, at most 2", "ends-before-start"),
    ],
)
def test_bounds_of_a_rule_that_cannot_hold_are_an_error(text: str, code: str) -> None:
    with pytest.raises(scorelang.ModelError) as raised:
        scorelang.loads(text)
    assert [one.code for one in raised.value.diagnostics] == [code]


@pytest.mark.parametrize("name", ["Behaviour", '"Behaviour"', '"Low down"'])
def test_a_test_may_expect_less_than_nothing_of_a_category_in_quotes(name: str) -> None:
    rules = "".join(f"category {each}:\n    if a then -1\n" for each in ("Behaviour", '"Low down"'))
    model = scorelang.loads(f'{rules}test "t":\n    given a yes\n    expect {name} -1\n')
    (test,) = model.checked.tests
    (expectation,) = test.expectations
    assert isinstance(expectation.condition, m.Apply)
    assert isinstance(expectation.condition.operands[0], m.ResultValue)


def test_a_file_that_only_tests_another_is_no_model_to_test(tmp_path: Path) -> None:
    (tmp_path / "a.score").write_text("if a then +1\n")
    (tmp_path / "a_test.score").write_text('use model "a.score"\n')
    (tmp_path / "b_test.score").write_text('use model "a_test.score"\n')
    with pytest.raises(scorelang.ModelError) as raised:
        scorelang.load(tmp_path / "b_test.score")
    assert [found.code for found in raised.value.diagnostics] == ["not-a-model"]
