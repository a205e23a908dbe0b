"""What the checker says of tests and bounds that cannot be meant: the code of the message, and its line."""

from __future__ import annotations

import pytest

import scorelang

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
