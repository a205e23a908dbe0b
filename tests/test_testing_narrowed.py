"""What is quicker than asking the interpreter of each rule says what the interpreter says."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given

import scorelang
from scorelang.interpret import Outcome, interpret
from scorelang.testing.narrowed import narrowed

from .generators import examples
from .generators.cases import Case, cases, facts_of


def said(outcome: Outcome) -> Outcome:
    """An outcome without what was worked out on the way to it."""
    return attrs.evolve(outcome, scope=attrs.evolve(outcome.scope, defined={}))


@examples(60)
@given(cases())
def test_what_a_narrowed_model_gives_is_what_the_whole_model_gives(case: Case) -> None:
    model = case.model.checked
    score = narrowed(model).score
    for history in case.histories:
        facts = facts_of(case.model, history)
        # With a part of what is known, most rules lack something.
        for some in (facts, attrs.evolve(facts, events=()), attrs.evolve(facts, fields=dict.fromkeys(facts.fields))):
            assert said(score(some)) == said(interpret(model, some))


A, B, VISIT = ("field", "a"), ("field", "b"), ("event", "visit")


@pytest.mark.parametrize(
    ("condition", "needs"),
    [
        ("a = 1", {A}),
        ("not (a = 1)", {A}),
        ("a = 1 and visit", {A}),
        ("a = 1 or b = 1", {A, B}),
        ("a + b > 1", {A}),
        ("a is known", {A}),
        ('title is "Head of Sales"', {("word", "title", "head")}),
        ('not (title is "CEO")', {("field", "title")}),
        ('title in ["CEO", "-"] and a = 1', {("word", "title", "ceo"), ("word", "title", "")}),
        ('title mentions ["VP sales", "VP marketing"]', {("word", "title", "vp")}),
        ('title contains "VP"', {("field", "title")}),
        ('home is "/a"', {("word", "home", "")}),
        ("not (a is known)", None),
        ("visit", {VISIT}),
        ("visit at least 3 times within 5 days", {VISIT}),
        ("days since last visit > 3", {VISIT}),
        ("largest of visit.seconds > 3", {VISIT}),
        ("only visit", {VISIT}),
        ('visit "/a"', {("event", "visit", "path", "/a")}),
        ('visit "/a/" within 3 days and a = 1', {("event", "visit", "path", "/a")}),
        ('visit in ["/a", "/b"]', {("event", "visit", "path", "/a"), ("event", "visit", "path", "/b")}),
        ('visit "/a*"', {VISIT}),
        ('no visit "/a"', None),
        ("a is missing", None),
        ("no visit", None),
        ("visit at most 2 times", None),
        ("sum of visit.seconds < 3", None),
        ("count of visit < 3", None),
        ("a = 1 or no visit", None),
        ("not (a = 1 and b = 1)", None),
        ("at least 1 of (a = 1, b = 1)", None),
    ],
)
def test_what_has_to_be_there_for_a_condition_to_be_true(condition: str, needs: set[tuple[str, ...]] | None) -> None:
    fields = "a number", "b number", "title text", "home page"
    lead = "".join(f"    {field}\n" for field in fields)
    text = f"lead:\n{lead}event visit(path page, seconds number)\nif {condition} then +1\n"
    assert narrowed(scorelang.loads(text).checked).loose == (needs and frozenset(needs),)


def test_a_define_that_stands_in_others_many_times_is_read_once() -> None:
    steps = "".join(f"define d{at + 1} as d{at} and not d{at}\n" for at in range(18))
    model = scorelang.loads(f"define d0 as a = 1\n{steps}if d18 then +1\n").checked
    assert narrowed(model).loose == (frozenset({("field", "a")}),)


def test_a_choice_needs_what_one_of_its_branches_needs_unless_one_is_otherwise() -> None:
    model = scorelang.loads("choose:\n    if a then +1\n    if b then +2\n").checked
    assert narrowed(model).loose == (frozenset({A, B}),)
    model = scorelang.loads("choose:\n    if a then +1\n    otherwise +2\n").checked
    assert narrowed(model).loose == (None,)
