"""How leads drift, what rejected ones share, and where a threshold lies: against hand-worked tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import rel_entr
from statsmodels.stats.proportion import confint_proportions_2indep

import scorelang
from scorelang.outcomes.cutoff import NoThresholdError, Wanted, cutoff_at, find_cutoff, mean_value, weeks_of
from scorelang.outcomes.drift import by_chance, drifts, stability
from scorelang.outcomes.fields import conditions_of, fields_of
from scorelang.outcomes.history import history_of
from scorelang.outcomes.rates import difference, rate
from scorelang.outcomes.reading import Entry
from scorelang.outcomes.rejections import feedback
from scorelang.outcomes.table import Table, TableBuilder, goal_of
from scorelang.outcomes.words import Step
from scorelang.values import DAY, Type, coerce

MODEL = """\
lead:
    title  text missing "unknown"
    email  text
    size   number
    demo   flag
    made   date
if title is "CEO" then +20 because "decision maker"
if size >= 10     then +5
require demo because "no demo"
stage MQL from 20
"""


def entry(step: Step, day: int | None = None, reason: str | None = None, value: float | None = None) -> Entry:
    return step, None if day is None else day * DAY, reason, value


def table_of(leads: Sequence[dict[str, object]], entries: Sequence[Sequence[Entry]] | None = None) -> Table:
    model = scorelang.loads(MODEL)
    builder = TableBuilder(model.checked, {field.name: (field.name,) for field in model.checked.fields})
    for at, lead in enumerate(leads):
        said = entries[at] if entries is not None else ()
        history = history_of(said)
        builder.said |= {each[0] for each in said}
        builder.add(model.score(lead, (), "2026-01-01"), lead, history, history.first or 0)
    return builder.finished()


# --- the population stability index ---------------------------------------------------------------------------------


def _by_hand(p: tuple[float, ...], q: tuple[float, ...]) -> float:
    return sum((after - before) * math.log(after / before) for before, after in zip(p, q, strict=True))


def test_the_index_is_worked_by_hand() -> None:
    assert stability([50, 50], [20, 80]) == pytest.approx(_by_hand((0.5, 0.5), (0.2, 0.8)))
    assert stability([50, 50], [500, 500]) == pytest.approx(0, abs=1e-12)


def test_where_a_bin_is_empty_each_has_half_a_lead_more() -> None:
    p, q = (50.5 / 101, 50.5 / 101), (0.5 / 101, 100.5 / 101)
    assert stability([50, 50], [0, 100]) == pytest.approx(_by_hand(p, q))
    assert math.isfinite(stability([50, 0], [0, 50]))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=8))
def test_the_index_is_the_sum_of_both_relative_entropies(counts: list[tuple[int, int]]) -> None:
    added = 0.5 * any(0 in pair for pair in counts)
    p, q = (np.array(row, dtype=float) + added for row in zip(*counts, strict=True))
    p, q = p / p.sum(), q / q.sum()
    one, other = zip(*counts, strict=True)
    assert stability(one, other) == pytest.approx(float((rel_entr(p, q) + rel_entr(q, p)).sum()))


def test_what_chance_explains_shrinks_with_the_leads() -> None:
    # 3.841 is the 95 % point of chi-square with one degree of freedom.
    assert by_chance(2, 100, 100) == pytest.approx(3.8415 * 0.02, abs=1e-4)
    assert by_chance(10, 100, 100) > by_chance(10, 1000, 1000)


def test_two_samples_of_the_same_leads_are_stable() -> None:
    rng = np.random.default_rng(1)
    sizes = rng.integers(0, 40, 600)
    tables = [table_of([{"size": int(size), "demo": True} for size in part]) for part in (sizes[:300], sizes[300:])]
    found = drifts(*tables)
    assert [one.verdict for one in (found.score, *found.fields)] == ["stable"] * 3
    assert not found.found


def test_a_number_that_many_leads_have_is_a_bin_of_its_own() -> None:
    before = table_of([{"size": 0}] * 90 + [{"size": at} for at in range(1, 11)])
    now = table_of([{"size": 0}] * 20 + [{"size": at % 10 + 1} for at in range(60)] + [{}] * 20)
    found = {one.name: one for one in drifts(before, now).fields}["size"]
    assert found.verdict == "drifted"
    assert found.most.name == "0"
    assert (found.most.reference.count, found.most.now.count) == (90, 20)


def test_values_that_the_reference_does_not_have_are_the_others() -> None:
    before = table_of([{"title": "CEO"}] * 50 + [{"title": "VP"}] * 50)
    now = table_of([{"title": "ceo"}] * 50 + [{"title": "Chief"}] * 50)
    [found] = [one for one in drifts(before, now).fields if one.name == "title"]
    assert (found.most.name, found.most.now.count) in {("VP", 0), ("(others)", 50)}


def made_on(month: int, as_of: str) -> Table:
    """Leads that were made in a month, scored as of a day."""
    table = table_of([{"made": f"2026-{month:02}-{at % 28 + 1:02}"} for at in range(100)])
    when = coerce(Type.DATE, as_of, UTC)
    assert isinstance(when, int)
    return evolve(table, as_of=np.full(len(table), when))


def test_of_dates_the_age_drifts() -> None:
    before, later = made_on(1, "2026-02-01"), made_on(2, "2026-03-04")
    [found] = [one for one in drifts(before, later).fields if one.name == "made"]
    assert (found.kind, found.verdict) == ("date", "stable")
    [found] = [one for one in drifts(before, made_on(1, "2026-04-01")).fields if one.name == "made"]
    assert found.verdict == "drifted"
    assert found.most.name.endswith(" days before")


def test_a_rule_has_gone_silent_only_where_chance_would_not_have_silenced_it() -> None:
    before = table_of([{"title": "CEO"}] * 10 + [{}] * 90)
    few, many = table_of([{}] * 10), table_of([{}] * 100)
    assert [rule.silent for rule in drifts(before, few).rules] == [False, False]
    assert [rule.silent for rule in drifts(before, many).rules] == [True, False]


def test_what_means_missing_is_missing_and_more_and_more_of_it_is_found() -> None:
    before = table_of([{"title": "CEO"}] * 100)
    now = table_of([{"title": "CEO"}] * 60 + [{"title": "Unknown"}] * 40)
    rising = [one for one in drifts(before, now).missing if one.rising]
    assert [(one.field, one.now.count) for one in rising] == [("title", 40)]


# --- what rejected leads share --------------------------------------------------------------------------------------


def test_a_difference_of_shares_has_the_interval_of_newcombe() -> None:
    found = difference(rate(30, 100), rate(10, 100))
    assert found is not None
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx(confint_proportions_2indep(30, 100, 10, 100, method="newcomb"))
    assert difference(rate(0, 0), rate(1, 2)) is None


def test_conditions_on_fields_are_true_where_the_model_says_so() -> None:
    leads: list[dict[str, object]] = [
        {"title": "CEO", "email": "a@gmail.com", "size": 5, "demo": "yes"},
        {"title": "ceo", "email": "b@acme.example", "size": "15", "demo": "no"},
        {"title": "unknown", "email": "", "size": None, "demo": ""},
    ]
    table = table_of(leads)
    conditions = [condition for field in fields_of(table) for condition in conditions_of(field)]
    assert {condition.text: condition.true.tolist() for condition in conditions} == {
        "title is missing": [False, False, True],
        'title is "CEO"': [True, True, False],
        "email is missing": [False, False, True],
        "domain(email) in free_mail": [True, False, False],
        "domain(email) in disposable_mail": [False, False, False],
        "size is missing": [False, False, True],
        "size < 15": [True, False, False],
        "size >= 15": [False, True, False],
        "demo is missing": [False, False, True],
        "demo": [True, False, False],
        "not demo": [False, True, False],
    }
    for condition in conditions:
        rule = f'{MODEL}use free_mail, disposable_mail from "std/email"\nif {condition.text} then +1 because "it"\n'
        model = scorelang.loads(rule)
        fired = [any(one.rule == "it" for one in model.score(lead, ()).fired) for lead in leads]
        assert fired == condition.true.tolist(), condition.text


def test_what_rejected_leads_share_may_be_a_word_of_their_titles_or_a_member_of_their_lists() -> None:
    text = 'lead:\n    title text\n    tools text list\nif title is "x" then +1\n'
    model = scorelang.loads(text).checked
    builder = TableBuilder(model, {field.name: (field.name,) for field in model.fields})
    for at in range(300):
        unfit = at % 3 == 0
        title = f"{'Student of' if unfit else 'Head of'} {('law', 'art', 'film', 'music', 'trade')[at % 5]} {at % 17}"
        lead = {"title": title, "tools": "Paper; Excel" if unfit else "Excel"}
        builder.add(
            scorelang.loads(text).score(lead), lead,
            history_of([entry("rejected", reason="no firm") if unfit else entry("accepted")]), 0,
        )  # fmt: skip
    builder.said |= {"accepted", "rejected"}
    [reason] = feedback(builder.finished()).reasons
    lines = {mark.line for mark in reason.marks}
    # Both are true of the same leads, and say the same: the first will do.
    assert lines == {'disqualify if title mentions "Student"'}


def test_reasons_are_ranked_and_the_rare_ones_say_nothing_of_what_they_share() -> None:
    leads: list[dict[str, object]] = [{"size": 1}] * 60 + [{"size": 20}] * 100 + [{"size": 20}] * 5
    entries = [[entry("rejected", reason="too small")]] * 60 + [[entry("accepted")]] * 100
    entries += [[entry("rejected", reason="no time")]] * 3 + [[entry("rejected")]] * 2
    found = feedback(table_of(leads, entries))
    assert [(one.reason, one.rejected.count, one.small) for one in found.reasons] == [
        ("too small", 60, False), ("no time", 3, True), ("(no reason)", 2, True),
    ]  # fmt: skip
    mark = found.reasons[0].marks[0]
    assert (mark.what, mark.here.share, mark.accepted.share) == ("size < 20", 1, 0)
    assert mark.line == "disqualify if size < 20"
    assert found.reasons[1].marks == ()


def test_of_several_limits_of_a_number_the_one_that_tells_most_is_a_mark() -> None:
    # Limits are tenths of all leads, and the first above 50 is 56.
    leads: list[dict[str, object]] = [{"size": at % 50 + 1} for at in range(100)]
    leads += [{"size": at % 100 + 1} for at in range(200)]
    entries = [[entry("rejected", reason="too small")]] * 100 + [[entry("accepted")]] * 200
    [reason] = feedback(table_of(leads, entries)).reasons
    assert [mark.what for mark in reason.marks if "size" in mark.what] == ["size < 56"]


def test_no_line_is_suggested_that_stops_many_accepted_leads() -> None:
    leads: list[dict[str, object]] = [{"title": "Clerk"}] * 60 + [{"title": "Clerk"}] * 40 + [{"title": "CEO"}] * 60
    entries = [[entry("rejected", reason="no budget")]] * 60 + [[entry("accepted")]] * 100
    [reason] = feedback(table_of(leads, entries)).reasons
    assert reason.marks[0].what == 'title is "Clerk"'
    assert reason.marks[0].line is None


def test_a_rule_that_fired_more_often_on_rejected_leads_is_a_mark_with_its_condition_as_a_line() -> None:
    model_text = 'lead:\n    size number\nif size * 2 > 30 then +5 because "large"\n'
    model = scorelang.loads(model_text)
    builder = TableBuilder(model.checked)
    for at in range(120):
        history = history_of([entry("rejected", reason="too large") if at < 60 else entry("accepted")])
        builder.said |= {"rejected", "accepted"}
        builder.add(model.score({"size": 20 if at < 60 else 2}, ()), {}, history, 0)
    [reason] = feedback(builder.finished()).reasons
    assert (reason.marks[0].kind, reason.marks[0].what) == ("rule", "large")
    assert reason.marks[0].line == "disqualify if size * 2 > 30"
    assert not scorelang.loads(f"{model_text}{reason.marks[0].line}\n").score({"size": 20}).qualified


# --- thresholds -----------------------------------------------------------------------------------------------------


def judged(rows: Sequence[tuple[str, bool, int]], day: int = 7) -> Table:
    """Leads by their title, whether they had a demo and how many of ten are won; one is decided every so many days."""
    leads: list[dict[str, object]] = []
    entries: list[list[Entry]] = []
    for title, demo, won in rows:
        for at in range(10):
            leads.append({"title": title, "demo": demo})
            entries.append([entry("won" if at < won else "lost", len(leads) * day, value=100.0)])
    return table_of(leads, entries)


def test_a_threshold_splits_the_leads_and_disqualified_ones_are_below() -> None:
    table = judged([("CEO", True, 8), ("Clerk", True, 1), ("CEO", False, 4)])
    found = cutoff_at(table, goal_of(table, "won"), 2000)
    assert (found.above.leads, found.below.leads, found.disqualified) == (10, 20, 10)
    assert (found.above.goal.count, found.below.goal.count) == (8, 5)
    assert found.above.of_all.share == pytest.approx(8 / 13)
    assert (found.above.value, found.above.valued) == (800, 8)
    assert found.above.a_week == pytest.approx(10 / 29)
    assert found.small


def test_a_capacity_is_kept_and_no_lower_threshold_would_keep_it() -> None:
    table = judged([("CEO", True, 8), ("Clerk", True, 1)])
    goal = goal_of(table, "won")
    assert find_cutoff(table, goal, Wanted(capacity=15, in_all=True)).points == 20
    assert find_cutoff(table, goal, Wanted(capacity=20, in_all=True)).points == 0
    assert find_cutoff(table, goal, Wanted(capacity=0.6)).points == 20
    with pytest.raises(NoThresholdError, match="even the highest score alone is had by more leads than that: 10"):
        find_cutoff(table, goal, Wanted(capacity=5, in_all=True))


def test_without_times_a_capacity_is_of_all_leads() -> None:
    table = table_of([{"demo": True}] * 2, [[entry("won")], [entry("lost")]])
    assert weeks_of(table) is None
    with pytest.raises(NoThresholdError, match="no times say how many leads come in a week"):
        find_cutoff(table, goal_of(table, "won"), Wanted(capacity=1))


def test_wanted_precision_and_recall_are_worked_by_hand() -> None:
    table = judged([("CEO", True, 8), ("Clerk", True, 1), ("CEO", False, 4)])
    goal = goal_of(table, "won")
    assert find_cutoff(table, goal, Wanted(precision=0.45)).points == 0
    assert find_cutoff(table, goal, Wanted(precision=0.46)).points == 20
    assert find_cutoff(table, goal, Wanted(recall=8 / 13)).points == 20
    assert find_cutoff(table, goal, Wanted(recall=9 / 13)).points == 0
    with pytest.raises(NoThresholdError, match="4 of 13 that got there are disqualified"):
        find_cutoff(table, goal, Wanted(recall=0.9))
    with pytest.raises(NoThresholdError, match=r"the best has 80\.0% of 10 leads"):
        find_cutoff(table, goal, Wanted(precision=0.9))


def test_where_a_lead_costs_more_than_it_brings_the_threshold_rises() -> None:
    table = judged([("CEO", True, 8), ("Clerk", True, 1)])
    goal = goal_of(table, "won")
    cheap, dear = (find_cutoff(table, goal, Wanted(cost=cost, value=100)) for cost in (5, 15))
    assert (cheap.points, dear.points) == (0, 20)
    assert dear.above.profit == 8 * 100 - 10 * 15
    assert mean_value(table, goal) == (100, 9)


def test_without_a_qualified_lead_there_is_no_threshold() -> None:
    table = judged([("CEO", False, 5)])
    with pytest.raises(NoThresholdError, match="no lead is qualified"):
        find_cutoff(table, goal_of(table, "won"), Wanted(recall=0.5))
