"""Explanations: every hundredth traced to a line of the file, and hints that are true."""

import json
import pickle
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import scorelang
from scorelang import model as m
from scorelang.explain import Explanation, Line, as_given, render_html, render_text, styled
from scorelang.explain.changes import AddEvents
from scorelang.explain.why_not import Search
from scorelang.interpret import Scope, evaluate, interpret
from scorelang.leads import read_lead
from scorelang.trace import Trace, trace
from scorelang.values import Value, format_instant

from .generators import examples, leads, models

AS_OF = "2026-11-21"

ACME = """
model "Acme inbound", version 3, owner "revops@acme.example"

use free_mail from "std/email"
use decision_makers, influencers from "std/titles"

lead:
    title        text    from "Job Title"
    email        text
    industry     text    missing "unknown", "Select"
    employees    number
    funded       flag
    demo         flag
    interests    text list
    created      date

event visit(path page, seconds number)
event email_click(campaign text)
event webinar(name text, attended flag)
event meeting(role text)

list target_verticals = ["SaaS", "Fintech", "Healthcare"]

define personal_email as domain(email) in free_mail

category Fit, 0 to 50:
    if title mentions decision_makers then +20 because "decision maker"
    if industry in target_verticals then +10
    choose:
        if employees from 200 to 4_999 then +10
        if employees >= 5_000          then +5
        otherwise -5
    if personal_email then -10 because "personal address"

category Behaviour, at most 60, losing 25% every 30 days of silence:
    visit "/pricing" within 30 days then +10
    visit "/pricing" at least 3 times within 14 days then +15
    visit "/careers" then -5
    only visit "/careers" then -20
    each email_click within 90 days then +2, at most 10
    each webinar where attended then +20, at most 40, losing 50% every 30 days
    no visit within 60 days then -10 because "gone quiet"

require funded and demo
require at least 2 of (meeting "decision maker", employees >= 200, industry in target_verticals) for SQL
disqualify if email is missing because "nobody to write to"

stage MQL from 20
stage SQL from 45 when meeting "decision maker" within 30 days

grade Fit: A from 40, B from 25, C from 10, else D
grade Behaviour: Hot from 40, Warm from 15, else Cold

route:
    "Call within 90 seconds" if stage is at least MQL and Behaviour.grade is Hot
    "SDR queue"              if stage is at least MQL
    "Nurture"                otherwise
"""

CEO: dict[str, Any] = {
    "id": 17, "title": "CEO", "industry": "SaaS", "employees": 250, "funded": True, "demo": True,
    "email": "ann@acme.example",
}  # fmt: skip


def visits(path: str, *days: int) -> list[dict[str, Any]]:
    """Visits to a page, each so many days before `AS_OF`."""
    return [{"type": "visit", "at": f"2026-11-{21 - day:02}", "path": path} for day in days]


def explained(text: str, lead: dict[str, Any] | None = None, events: object = (), as_of: str = AS_OF) -> Explanation:
    """The explanation that a model gives of a lead."""
    return scorelang.loads(text).explain(lead or {}, list(events), as_of)  # type: ignore[call-overload]


def every(line: Line) -> Iterator[Line]:
    """A line and all below it."""
    yield line
    for below in line.lines:
        yield from every(below)


def found(explanation: Explanation, text: str) -> Line:
    """The first line with that text."""
    return next(line for line in every(explanation.score) if line.text == text)


def adjustments(explanation: Explanation) -> list[tuple[str, float]]:
    """What was added or taken by no rule."""
    return [(line.text, line.points) for line in every(explanation.score) if line.kind == "adjustment"]


def scored(data: st.DataObject) -> tuple[scorelang.Model, leads.History]:
    """A model, and a lead to score with it."""
    written = data.draw(models.models(without=("tests", "invariants"), wanted=("stages",)))
    try:
        model = written.load()
    except scorelang.ModelError:
        # That every generated text is a model is a property of its own.
        reject()
    return model, data.draw(leads.histories(model))


# --- the whole ------------------------------------------------------------------------------------------------------


def counted(line: Line) -> Iterator[tuple[str, float]]:
    """The identities and points of the rules that count."""
    if line.kind == "persona" and line.status != "counts":
        return
    if line.id is not None and line.status == "counts":
        yield line.id, line.points
    for below in line.lines:
        yield from counted(below)


@examples(40)
@given(st.data())
def test_every_line_is_the_sum_of_those_below_it_and_the_whole_is_the_score(data: st.DataObject) -> None:
    model, history = scored(data)
    result = model.score(history.lead, history.events, history.as_of)
    explanation = model.explain(history.lead, history.events, history.as_of)
    assert explanation.result == result
    assert explanation.score.points == result.score
    assert sum(line.hundredths for line in explanation.score.leaves()) == explanation.score.hundredths
    for line in every(explanation.score):
        assert not line.lines or sum(below.hundredths for below in line.lines) == line.hundredths
        assert line.status == "counts" or line.hundredths == 0
    assert list(counted(explanation.score)) == [(fired.rule, fired.points) for fired in result.fired]
    blocking = [gate.id for gate in explanation.gates if gate.blocks and gate.stage is None]
    assert blocking == [blocked.rule for blocked in result.blocked_by]
    assert [line.text for line in explanation.route if line.status == "counts"] == [result.route or ""] * bool(
        result.route
    )
    json.dumps(explanation.to_dict(), allow_nan=False)
    render_text(explanation, 60)
    render_html(explanation)


@examples(40)
@given(st.data())
def test_every_change_that_is_tried_out_does_the_same_to_the_data(data: st.DataObject) -> None:
    model, history = scored(data)
    facts, _ = read_lead(model.checked, history.lead, history.events, history.instant)
    outcome = interpret(model.checked, facts)
    search = Search(model.checked, facts, outcome, as_given(model.checked, history.lead, facts))
    fields = {field.name: field.type.value for field in model.checked.fields}
    for trial in search.trials():
        lead, events = dict(history.lead), list(history.events)
        for change in trial.changes:
            if isinstance(change, AddEvents):
                types = {known.name: known.type.value for known in model.checked.kinds[change.kind].attributes}
                raw = {name: as_data(value, types[name]) for name, value in change.attributes if value is not None}
                events += [{"type": change.kind, "at": history.as_of, **raw}] * change.number
            else:
                lead[change.name] = as_data(change.value, fields[change.name])
        after = model.score(lead, events, history.as_of)
        assert round(after.score * 100) == trial.score == outcome.score + trial.gain
        assert after.stage == ("none" if trial.stage < 0 else model.stages[trial.stage])


def as_data(value: Value, type_: str) -> object:
    """A value in the form that data has it in."""
    if isinstance(value, frozenset):
        return sorted(value)
    return format_instant(int(value)) if type_ == "date" and isinstance(value, int) else value


def test_the_whole_example_is_explained_rule_by_rule() -> None:
    explanation = explained(ACME, CEO, visits("https://acme.example/pricing?from=mail", 2, 2, 2))
    assert [(line.id, line.points, line.status) for line in every(explanation.score) if line.id] == [
        ("decision-maker", 20, "counts"),
        ("industry-in-target-verticals", 10, "counts"),
        ("employees-from-200-to-4-999", 10, "counts"),
        ("employees-at-least-5-000", 0, "passed over"),
        ("otherwise-employees-from-200-to-4-999", 0, "passed over"),
        ("personal-address", 0, "false"),
        ("visit-pricing-within-30-days", 10, "counts"),
        ("visit-pricing-at-least-3-times-within-14-days", 15, "counts"),
        ("visit-careers", 0, "false"),
        ("only-visit-careers", 0, "false"),
        ("each-email-click-within-90-days", 0, "false"),
        ("each-webinar-where-attended", 0, "false"),
        ("gone-quiet", 0, "false"),
    ]
    assert found(explanation, "title mentions decision_makers").where == explanation.score.lines[0].lines[0].where
    assert str(found(explanation, "title mentions decision_makers").where) == "model.score:27"


def test_an_explanation_can_be_pickled_and_says_the_same_as_json() -> None:
    explanation = explained(ACME, CEO, visits("/pricing", 2))
    assert pickle.loads(pickle.dumps(explanation)) == explanation
    told = json.loads(json.dumps(explanation.to_dict()))
    assert told["result"] == scorelang.loads(ACME).score(CEO, visits("/pricing", 2), AS_OF).to_dict()
    assert told["score"]["points"] == sum(line["points"] for line in told["score"]["lines"])


def test_a_value_that_does_not_fit_is_an_error_as_it_is_in_scoring() -> None:
    with pytest.raises(scorelang.LeadError, match="employees is 'many'"):
        explained(ACME, {"employees": "many"})


# --- conditions -----------------------------------------------------------------------------------------------------


def condition(text: str, lead: dict[str, Any], events: object = ()) -> Trace:
    """The trace of a condition."""
    return explained(f"if {text} then +1", lead, events).score.lines[0].conditions[0]


def test_a_condition_that_is_unknown_names_what_is_missing() -> None:
    unknown = condition(
        "employees > 100 and (funded or domain(email) is country)", {"funded": False, "email": "nobody"}
    )
    assert unknown.value is None
    assert unknown.missing == ("employees", "domain(email)", "country")
    assert [child.missing for child in unknown.children] == [("employees",), ("domain(email)", "country")]


def test_a_division_by_zero_is_missing_by_its_own_text() -> None:
    assert condition("a / b > 1", {"a": 1, "b": 0}).missing == ("a / b",)


def test_a_condition_that_is_known_misses_nothing() -> None:
    assert condition("employees > 100 or funded", {"funded": True}).missing == ()


def test_a_comparison_says_what_the_lead_has_as_the_data_had_it() -> None:
    assert condition('title is "ceo"', {"title": "CEO"}).note == 'title is "CEO"'
    assert condition("employees >= 200", {"employees": "120"}).note == "employees is 120"
    assert (
        condition('domain(email) is "a.b"', {"email": "Ann@A.B"}).because
        == 'domain(email) is "a.b"; email is "Ann@A.B"'
    )


def test_a_value_that_stands_for_missing_is_shown_as_the_data_has_it() -> None:
    text = 'lead:\n    industry text missing "Select"\nif industry is "SaaS" then +1'
    [asked] = explained(text, {"industry": "Select"}).score.lines[0].conditions
    assert (asked.value, asked.note) == (None, 'industry is missing ("Select" in the data)')


def test_the_member_of_a_list_that_matched_is_named() -> None:
    assert condition('title mentions ["VP", "Head of"]', {"title": "Head of Sales"}).note == (
        'title is "Head of Sales"; matches "head of"'
    )


def test_events_say_how_many_matched_and_when_the_latest_was() -> None:
    some = [*visits("/pricing", 2, 9), *visits("/blog", 1)]
    assert condition('visit "/pricing" at least 3 times', {}, some).note == (
        "2 of 3 visit events, the latest 2 days ago (2026-11-19)"
    )
    assert condition('visit "/jobs"', {}, some).note == 'none of 3 visit events matches "/jobs"'
    assert condition("visit", {}).note == "no visit at all"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'visit "/pricing" at least 3 times within 14 days',
            '3 of 4 visit events match "/pricing", none of them within 14 days, the latest 18 days ago (2026-11-03)',
        ),
        (
            'visit "/blog" within 14 days',
            '1 of 4 visit events matches "/blog", not within 14 days, the latest 16 days ago (2026-11-05)',
        ),
        (
            'visit in ["/pricing", "/blog"] within 14 days',
            "4 of 4 visit events match the list, none of them within 14 days, the latest 16 days ago (2026-11-05)",
        ),
        ("visit within 7 days", "none of 4 visit events within 7 days, the latest 16 days ago (2026-11-05)"),
        (
            "visit more than 30 days ago",
            "none of 4 visit events more than 30 days ago, the earliest 20 days ago (2026-11-01)",
        ),
        ("visit where seconds > 30", "none of 4 visit events where seconds > 30"),
        (
            'visit "/pricing" where seconds > 30 within 14 days',
            '3 of 4 visit events match "/pricing", none of them where seconds > 30',
        ),
        (
            'visit where url is "x" within 14 days',
            '1 of 4 visit events is one where url is "x", not within 14 days, the latest 16 days ago (2026-11-05)',
        ),
        (
            "visit at least 4 times within 19 days",
            "3 of 4 visit events, the latest 16 days ago (2026-11-05); "
            "1 more not within 19 days, the latest 20 days ago (2026-11-01)",
        ),
        (
            "visit exactly 4 times within 19 days",
            "3 of 4 visit events, the latest 16 days ago (2026-11-05); "
            "1 more not within 19 days, the latest 20 days ago (2026-11-01)",
        ),
        ("no visit within 19 days", "3 of 4 visit events, the latest 16 days ago (2026-11-05)"),
        ("visit at least 3 times within 19 days", "3 of 4 visit events, the latest 16 days ago (2026-11-05)"),
    ],
)
def test_events_that_do_not_count_say_what_leaves_them_out(text: str, told: str) -> None:
    some = [*visits("/pricing", 18, 19, 20), {**visits("/blog", 16)[0], "url": "x"}]
    assert condition(text, {}, some).because == told


def test_each_says_what_leaves_its_events_out() -> None:
    rule = explained('each visit "/pricing" within 14 days then +1', {}, visits("/pricing", 20)).score.lines[0]
    assert rule.note == (
        '1 of 1 visit event matches "/pricing", not within 14 days, the latest 20 days ago (2026-11-01)'
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("at least 2 of (funded, seats > 50, a > 1)", ["funded is missing", "seats is 20"]),
        ("at least 1 of (funded, seats > 50, a > 1)", ["a is 2"]),
        ("at most 0 of (funded, seats > 50, a > 1)", ["a is 2"]),
        ("exactly 2 of (funded, seats > 50, a > 1)", ["funded is missing", "seats is 20", "a is 2"]),
        ("seats > 50 and funded", ["seats is 20", "funded is missing"]),
        ("not (seats > 50 and funded)", ["seats is 20"]),
        ("a > 1 or funded", ["a is 2"]),
    ],
)
def test_every_part_that_is_in_the_way_is_told_and_no_other(text: str, told: list[str]) -> None:
    asked = condition(text, {"seats": 20, "a": 2})
    assert [part.because for part in asked.reasons()] == told


def test_a_negated_comparison_is_one_part_as_it_is_one_in_the_text() -> None:
    asked = condition('title is not "CEO"', {"title": "VP"})
    assert (asked.text, asked.value, asked.children) == ('title is not "CEO"', True, ())


def test_a_range_is_one_part_as_it_is_one_in_the_text() -> None:
    asked = condition("employees from 10 to 50", {"employees": 7})
    assert (asked.value, asked.note, asked.children) == (False, "employees is 7", ())


def test_a_condition_is_explained_by_the_smallest_parts_that_decided_it() -> None:
    asked = condition("(a and b) and (c or not d)", {"a": True, "b": True, "c": False, "d": True})
    assert [part.because for part in asked.reasons()] == ["c is no", "d is yes"]


def test_a_define_that_doubles_at_every_level_is_taken_apart_once() -> None:
    defines = [
        "define d0 as a > 5",
        *(f"define d{at} as (d{at - 1} and x) or (d{at - 1} and y)" for at in range(1, 30)),
    ]
    explanation = explained("\n".join([*defines, "if d29 then +10", "stage Q from 5"]), {"a": 9, "x": True})
    assert explanation.score.points == 10
    assert len(json.dumps(explanation.to_dict())) < 100_000


def parts(expression: m.Expression, told: Trace) -> Iterator[tuple[m.Expression, Trace]]:
    """Logical parts and their traces side by side."""
    yield expression, told
    if isinstance(expression, m.AllOf | m.AnyOf | m.AmountOf) and told.children:
        for item, child in zip(expression.items, told.children, strict=True):
            yield from parts(item, child)


@examples(40)
@given(st.data())
def test_every_part_has_the_value_that_the_interpreter_finds(data: st.DataObject) -> None:
    model, history = scored(data)
    facts, _ = read_lead(model.checked, history.lead, history.events, history.instant)
    scope = interpret(model.checked, facts).scope
    rules = [rule for rule in m.rules_of(model.checked.ordered) if isinstance(rule, m.Rule)]
    asked = [rule.condition for rule in rules if rule.condition is not None]
    for expression in (*asked, *(gate.condition for gate in model.checked.gates)):
        for part, told in parts(expression, trace(expression, scope)):
            assert told.value == evaluate(part, Scope(scope.facts, scope.zone, results=scope.results))
            assert (told.value is None) == bool(told.missing)


# --- points ---------------------------------------------------------------------------------------------------------


def test_each_event_says_what_it_gave_and_what_age_took() -> None:
    text = "each webinar then +10, losing 50% every 30 days, at most 12"
    events = [{"type": "webinar", "at": at} for at in ("2026-11-20", "2026-10-15", "2026-08-01")]
    explanation = explained(text, {}, events)
    rule = explanation.score.lines[0]
    assert [(line.kind, line.points) for line in rule.lines] == [
        ("event", 10), ("event", 5), ("event", 1.25), ("adjustment", -4.25),
    ]  # fmt: skip
    assert [line.text for line in rule.lines[1].lines] == [
        "when new", "losing 50% every 30 days: 50% left after 37 days",
    ]  # fmt: skip
    assert rule.lines[-1].text == "cut to at most 12"


def test_events_that_once_a_day_leaves_out_say_so() -> None:
    events = [{"type": "visit", "at": f"2026-11-20T{hour:02}:00Z"} for hour in (8, 12, 16)]
    rule = explained("each visit then +2, once a day", {}, events).score.lines[0]
    assert [(line.points, line.status) for line in rule.lines] == [
        (2, "counts"),
        (0, "passed over"),
        (0, "passed over"),
    ]
    assert (rule.lines[1].note, rule.lines[1].worth) == ("only the latest 1 of each day count", 200)


def test_of_equal_events_only_as_many_count_as_the_interpreter_keeps() -> None:
    events = [{"type": "visit", "at": "2026-11-20"}] * 3
    rule = explained("each visit then +2, 2 times a week", {}, events).score.lines[0]
    assert [line.points for line in rule.lines] == [2, 2, 0]


def test_points_that_an_event_brings_along_are_traced() -> None:
    text = "event adjustment(points number, author text)\neach adjustment then +points"
    events = [{"type": "adjustment", "at": AS_OF, "points": 7}, {"type": "adjustment", "at": AS_OF, "author": "Bob"}]
    told = [(line.points, line.status) for line in explained(text, {}, events).score.lines[0].lines]
    assert told == [(7, "counts"), (0, "no points")]


def test_points_that_are_missing_are_named() -> None:
    line = explained("if funded then +intent / 5", {"funded": True}).score.lines[0]
    assert (line.status, line.note) == ("no points", "intent is missing")


def test_a_rule_outside_its_span_of_dates_says_so() -> None:
    text = 'model "x", timezone "Europe/Berlin"\nif funded then +5, during 2026-01-01 to 2026-03-31'
    line = explained(text, {"funded": True}).score.lines[0]
    assert (line.status, line.note) == ("out of time", "only during 2026-01-01 to 2026-03-31")


def test_silence_bounds_and_the_clamp_are_lines_of_their_own() -> None:
    text = """
score from 0 to 12
category A, at most 15, losing 50% every 10 days of silence:
    visit then +40
category B, at least -3:
    if funded then -9.5
"""
    explanation = explained(text, {"funded": True}, visits("/", 11))
    assert adjustments(explanation) == [
        ("losing 50% every 10 days of silence: 50% left after 11 days", -20),
        ("cut to at most 15", -5),
        ("raised to at least -3", 6.5),
    ]
    assert explanation.score.points == 12
    more = explained(text.replace("0 to 12", "0 to 10"), {"funded": True}, visits("/", 11))
    assert adjustments(more)[-1] == ("cut to at most 10", -2)


def test_a_bound_that_is_another_category_is_named_with_its_value() -> None:
    text = "category A:\n    if a then +5\ncategory B, at most A:\n    if b then +8"
    assert adjustments(explained(text, {"a": True, "b": True})) == [("cut to at most A, which is 5", -3)]


def test_what_a_weight_makes_of_a_category_is_a_line_of_its_own() -> None:
    text = "category A, 0 to 40, weight 75%:\n    if a then +10\ncategory B, at most 5, weight 25%:\n    if b then +5"
    explanation = explained(text, {"a": True, "b": True})
    assert adjustments(explanation) == [("weight 75%: 10 of 40", 8.75), ("weight 25%: 5 of 5", 20)]
    assert explanation.score.points == 43.75


def test_of_personas_all_are_shown_and_one_counts() -> None:
    text = "persona Buyer:\n    if a then +5\npersona User:\n    if a then +8"
    buyer, user = explained(text, {"a": True}).score.lines
    assert (buyer.points, buyer.worth, buyer.status) == (0, 500, "passed over")
    assert buyer.lines[-1].text == "does not count: the lead's persona is User"
    assert (user.points, user.status, user.note) == (8, "counts", "the lead's persona")


def test_a_choice_says_which_line_was_taken_and_why_the_others_were_not() -> None:
    text = "choose:\n    if a then +1\n    if b then +2\n    if c then +3\n    otherwise +4"
    branches = explained(text, {"b": True, "c": True}).score.lines[0].lines
    assert [(line.points, line.status) for line in branches] == [
        (0, "unknown"), (2, "counts"), (0, "passed over"), (0, "passed over"),
    ]  # fmt: skip
    assert branches[2].note == "a line above is true"


def test_the_best_of_a_choice_says_what_the_others_would_have_given() -> None:
    text = "choose best:\n    if a then +1\n    if b then +2\n    if c then +1"
    branches = explained(text, {"a": True, "b": True, "c": False}).score.lines[0].lines
    assert [(line.points, line.status, line.worth) for line in branches] == [
        (0, "passed over", 100), (2, "counts", None), (0, "false", None),
    ]  # fmt: skip


MATRIX = """
matrix by industry and employees because "size":
    |             | < 200 | 200 to 4_999 |
    | "Education" |    +1 |           +2 |
    | otherwise   |     0 |           +4 |
"""


def test_a_matrix_says_its_row_and_its_column() -> None:
    line = explained(MATRIX, {"employees": 300}).score.lines[0]
    assert (line.text, line.points, line.note) == (
        "matrix by industry and employees", 4, "row otherwise, column 200 to 4_999",
    )  # fmt: skip
    line = explained(MATRIX, {"industry": "Education"}).score.lines[0]
    assert (line.status, line.note) == ("unknown", "no column is known to match")


def test_events_from_before_the_lead_started_over_are_counted_as_forgotten() -> None:
    events = [*visits("/", 1, 9, 10), {"type": "recycled", "at": "2026-11-15"}]
    explanation = explained("start over after recycled\neach visit then +1", {}, events)
    assert (explanation.score.points, explanation.events, explanation.forgotten) == (1, 1, 3)


# --- what follows the score -----------------------------------------------------------------------------------------


def test_gates_stages_grades_and_the_route_say_where_the_lead_stands() -> None:
    explanation = explained(ACME, CEO | {"demo": None}, visits("/pricing", 2))
    assert [(gate.value, gate.blocks) for gate in explanation.gates] == [(None, True), (True, False), (False, False)]
    assert explanation.gates[0].condition.missing == ("demo",)
    assert [(stage.name, stage.holds, stage.reached) for stage in explanation.stages] == [
        ("MQL", True, False), ("SQL", False, False),
    ]  # fmt: skip
    assert [(grade.grade, grade.better, grade.short) for grade in explanation.grades] == [
        ("A", None, None), ("Cold", "Warm", 500),
    ]  # fmt: skip
    assert [(line.text, line.status) for line in explanation.route] == [
        ("Call within 90 seconds", "false"), ("SDR queue", "false"), ("Nurture", "counts"),
    ]  # fmt: skip


# --- why not --------------------------------------------------------------------------------------------------------


def hints(explanation: Explanation, at: int = 0) -> list[tuple[tuple[str, ...], float, bool]]:
    """The changes of the hints for a stage, what they gain, and whether they reach it."""
    return [(hint.changes, hint.hundredths / 100, hint.reaches) for hint in explanation.why_not[at].hints]


def test_a_lead_in_the_highest_stage_lacks_nothing() -> None:
    assert explained("if funded then +5\nstage MQL from 5", {"funded": True}).why_not == ()


def test_the_nearest_rule_closes_the_gap() -> None:
    text = """
visit "/Pricing" within 14 days then +15
visit "/docs" at least 3 times within 14 days then +15
if employees >= 200 then +12
if funded then +3
stage MQL from 10
"""
    explanation = explained(text, {"employees": 120}, visits("/docs", 1))
    assert explanation.why_not[0].short == 1000
    assert hints(explanation) == [
        (('1 more visit "/Pricing"',), 15, True),
        (("employees 200 (now 120)",), 12, True),
        (("funded yes (now missing)",), 3, False),
    ]


def test_a_hint_counts_what_a_bound_leaves_of_it() -> None:
    text = "category A, at most 8:\n    if a then +5\n    if b then +10\nstage MQL from 8"
    assert hints(explained(text, {"a": True})) == [(("b yes (now missing)",), 3, True)]
    text += "\nif c then +1\nstage SQL from 9"
    assert hints(explained(text, {"a": True, "b": True})) == [(("c yes (now missing)",), 1, True)]


def test_a_hint_counts_the_rules_that_it_silences() -> None:
    text = "visit then +5\nno visit within 30 days then -10\nstage MQL from 5"
    assert hints(explained(text)) == [(("1 more visit",), 15, True)]


def test_changes_that_are_enough_only_together_are_found_together() -> None:
    text = "if a then +4\nif b then +4\nif c then +4\nrequire d\nstage MQL from 8"
    explanation = explained(text)
    assert hints(explanation)[0] == (
        ("d yes (now missing)", "a yes (now missing)", "b yes (now missing)"), 8, True,
    )  # fmt: skip
    assert [gate.id for gate in explanation.why_not[0].gates] == ["d"]


def test_a_stage_that_asks_for_points_of_a_category_does_not_keep_changes_from_being_found_together() -> None:
    text = "category A:\n    if a then +20\nif b then +5\nrequire c\nstage MQL from 20 when A >= 10"
    assert hints(explained(text))[0] == (("c yes (now missing)", "a yes (now missing)"), 20, True)


def test_what_is_in_the_way_of_a_lower_stage_is_in_the_way_of_a_higher_one() -> None:
    text = "if a then +50\nrequire b for MQL\nstage MQL from 10\nstage SQL from 20"
    explanation = explained(text, {"a": True})
    assert [[gate.id for gate in missing.gates] for missing in explanation.why_not] == [["b"], ["b"]]
    assert hints(explanation, 1) == [(("b yes (now missing)",), 0, True)]


def test_a_short_cut_past_the_points_is_a_hint() -> None:
    text = 'if a then +1\nstage MQL from 50 or when form "demo request"'
    explanation = explained(text)
    assert [shortcut.text for shortcut in explanation.why_not[0].shortcuts] == ['form "demo request"']
    assert hints(explanation)[0] == (('1 more form "demo request"',), 0, True)


def test_an_event_is_hinted_with_the_attributes_that_it_needs() -> None:
    text = 'webinar "Launch" where (attended and minutes >= 30) then +5\nstage MQL from 5'
    assert hints(explained(text)) == [(('1 more webinar "Launch" with attended yes, minutes 30',), 5, True)]


@pytest.mark.parametrize(
    "rule",
    [
        'visit "/pricing" more than 30 days ago',
        "if name is missing",
        "if length(name) > 3",
        "no visit within 30 days",
        'if domain(email) is "acme.example"',
        "if a / b > 3",
        "if visit where (path is name)",
    ],
)
def test_nothing_is_said_where_no_change_is_known_to_help(rule: str) -> None:
    lead = {"name": "Ann", "email": "ann@b.example", "a": 1, "b": 1}
    assert hints(explained(f"{rule} then +5\nstage MQL from 5", lead, visits("/", 1))) == []


def test_a_value_that_stands_for_missing_is_no_hint() -> None:
    text = 'lead:\n    industry text missing "Select"\nif industry in ["Select", "SaaS"] then +5\nstage MQL from 5'
    assert hints(explained(text)) == []


def test_a_hint_is_tried_on_a_lead_that_starts_over() -> None:
    text = "start over after recycled\nvisit then +5\nstage MQL from 5"
    events = [*visits("/", 3), {"type": "recycled", "at": "2026-11-20"}]
    assert hints(explained(text, {}, events)) == [(("1 more visit",), 5, True)]
    events.append({"type": "recycled", "at": AS_OF})
    assert hints(explained(text, {}, events)) == []


def test_the_matrix_cell_that_is_nearest_is_a_hint() -> None:
    explanation = explained(f"{MATRIX}stage MQL from 4", {"employees": 20, "industry": "Retail"})
    assert hints(explanation)[0] == (("employees 200 (now 20)",), 4, True)


# --- for people -----------------------------------------------------------------------------------------------------

HOSTILE = {"id": "<b>\x1b[31m\u202e</b>", "title": "<script>alert(1)</script>\x07", "email": "a@b"}


def test_the_text_shows_points_reasons_and_lines() -> None:
    text = render_text(explained(ACME, CEO, visits("/pricing", 2, 2, 2)))
    assert text.startswith('Lead 17: score 65, stage MQL, route "SDR queue"\n')
    assert '+20 title mentions decision_makers because "decision maker"  (line 27)' in text
    assert "employees is 250" in text
    assert 'nearest: 1 more meeting "decision maker", which is enough' in text


def test_the_text_keeps_to_its_width_where_words_allow_it() -> None:
    explanation = explained(ACME, CEO, visits("/pricing", 2))
    for width in (60, 80, 120):
        assert max(map(len, render_text(explanation, width).splitlines())) <= width


def test_the_styled_text_says_the_same_as_the_plain_one() -> None:
    rich_text = pytest.importorskip("rich.text")
    explanation = explained(ACME, CEO, visits("/pricing", 2))
    assert rich_text.Text.assemble(*styled(explanation)).plain == render_text(explanation)


def test_data_cannot_steer_the_terminal() -> None:
    text = render_text(explained(ACME, HOSTILE))
    assert not any(character in text for character in "\x1b\x07\u202e")


def test_many_events_are_counted_not_listed() -> None:
    text = render_text(explained("each visit then +1", {}, visits("/", *range(20))))
    assert "+10 10 events before those" in text


class _Tags(HTMLParser):
    """Collects tags, and checks that they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_escaped_and_needs_nothing_else() -> None:
    page = render_html(explained(ACME, HOSTILE, visits("/pricing", 2)))
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe", "b"} & set(tags.seen)
    assert not {"src", "href", "onclick"} & set(tags.attributes)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "http" not in page
    assert not any(character in page for character in "\x1b\x07\u202e")


# --- as the data has it, and once -----------------------------------------------------------------------------------

TOLD = """
lead:
    title text
    employees number
event webinar(name text, topics text list, page page)
each webinar then +2
if title mentions "VP" or title mentions "Sales" then +employees / 100
"""


def test_the_texts_of_an_event_are_shown_as_the_data_has_them() -> None:
    data = [
        {"type": "webinar", "at": "2027-01-01", "name": "Of The Future"},
        {"type": "sneeze", "at": "2026-11-01", "name": "Of Another Kind"},
        {"type": "webinar", "at": "2026-11-02", "name": "Spring Launch", "topics": ["CRM", "Data"], "page": "/A/B?c=D"},
        {"type": "webinar", "at": "2026-11-01", "name": "Launch", "topics": "CRM"},
    ]
    model = scorelang.loads(TOLD)
    for events in (data, iter(data), None):
        lead = {"id": 1, "events": data} if events is None else {"id": 1}
        lines = [line.text for line in found(model.explain(lead, events, AS_OF), "each webinar").lines]
        assert lines == [
            'webinar 19 days ago (2026-11-02): name "Spring Launch", topics "CRM", "Data", page "/A/B?c=D"',
            'webinar 20 days ago (2026-11-01): name "Launch", topics "CRM"',
        ]


def test_a_fact_is_told_once_for_each_rule() -> None:
    explanation = explained(TOLD, {"title": "VP Sales", "employees": 500})
    told = 'title is "VP Sales"'
    assert render_text(explanation).count(told) == 1
    summary = render_html(explanation).partition("<details>")[0]
    assert summary.count("VP Sales") == 1
