"""Outcomes of leads, and the statistics of them: against hand-worked tables and the libraries' own figures."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from attrs import asdict
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, precision_recall_curve, roc_auc_score
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import proportion_confint

import scorelang
from scorelang.data import DataError
from scorelang.outcomes import learn
from scorelang.outcomes.as_data import as_data
from scorelang.outcomes.as_text import number
from scorelang.outcomes.backtest import Question, Until, backtest, is_early
from scorelang.outcomes.bands import edges_of, gains, score_bands, thresholds
from scorelang.outcomes.calibration import calibrate
from scorelang.outcomes.columns import Column, ColumnBuilder, built, grouped
from scorelang.outcomes.history import history_of
from scorelang.outcomes.joint import beyond_others
from scorelang.outcomes.leaks import suspects
from scorelang.outcomes.per_rule import impacts
from scorelang.outcomes.rates import auc, evidence, is_small, rate, rate_of
from scorelang.outcomes.reading import BadOutcomeError, Columns, Entry, Reader, read_outcomes
from scorelang.outcomes.table import NEVER, Goal, Table, TableBuilder, furthest, goal_of
from scorelang.outcomes.team import measures
from scorelang.outcomes.words import Step, UnknownWordError, Words
from scorelang.values import DAY, zone_of

MODEL = """\
if big then +10 because "big"
if small then -5 because "small"
if blue then +3 because "blue"
stage MQL from 10
grade score: A from 10, B from 0, else C
"""


def entry(step: Step, day: int | None = None, reason: str | None = None, value: float | None = None) -> Entry:
    return step, None if day is None else day * DAY, reason, value


def table_of(rows: Sequence[tuple[dict[str, object], Sequence[Entry]]], text: str = MODEL) -> Table:
    """A table of leads with what became of them, with all of their columns."""
    model = scorelang.loads(text)
    builder = TableBuilder(model.checked, None)
    for lead, entries in rows:
        history = history_of(entries)
        builder.said |= {each[0] for each in entries}
        builder.add(model.score(lead, (), "2026-01-01"), lead, history, history.first or 0)
    return builder.finished()


def some(count: int, won: int, **lead: object) -> list[tuple[dict[str, object], Sequence[Entry]]]:
    """So many equal leads, of which so many are won and the others lost."""
    return [(dict(lead), [entry("won" if number < won else "lost")]) for number in range(count)]


# --- words ----------------------------------------------------------------------------------------------------------


def test_outcomes_are_read_by_their_own_names_in_any_case() -> None:
    words = Words.of({})
    assert [words.read(each) for each in ("Won", " lost ", "ACCEPTED", "", None)] == [
        "won",
        "lost",
        "accepted",
        None,
        None,
    ]


def test_a_crm_has_its_own_words_for_outcomes() -> None:
    words = Words.of({"won": ["Closed Won", "yes"], "rejected": ["won"]})
    assert [words.read(each) for each in ("closed won", "YES", "Won")] == ["won", "won", "rejected"]
    with pytest.raises(UnknownWordError, match="Recycled"):
        words.read("Recycled")


def test_flags_and_numbers_are_words_too() -> None:
    words = Words.of({"won": ["true", "1"]}, rest="lost")
    assert [words.read(each) for each in (True, False, 1, 1.0, 0, float("nan"))] == [
        "won", "lost", "won", "won", "lost", None,
    ]  # fmt: skip


def test_a_word_means_one_outcome() -> None:
    with pytest.raises(ValueError, match="`yes` is given for won and for lost"):
        Words.of({"won": ["Yes"], "lost": ["yes"]})


# --- histories ------------------------------------------------------------------------------------------------------


def test_a_lead_is_known_by_its_first_decision() -> None:
    history = history_of([entry("won", 30, value=500.0), entry("accepted", 3), entry("opportunity", 9, value=400.0)])
    assert history.first == 3 * DAY
    assert history.times == {"accepted": 3 * DAY, "opportunity": 9 * DAY, "won": 30 * DAY}
    assert history.value == 500
    assert history.steps == {"accepted", "reached", "conversation", "opportunity", "won"}


def test_of_opposites_the_later_one_holds_and_of_equally_late_ones_the_one_read_later() -> None:
    assert history_of([entry("accepted", 5), entry("rejected", 2, "too small")]).steps == {"accepted"}
    assert history_of([entry("won"), entry("lost")]).steps == {"lost", "accepted"}


def test_a_further_step_implies_those_before_it_and_a_loss_only_that_it_was_accepted() -> None:
    assert history_of([entry("conversation")]).steps == {"accepted", "reached", "conversation"}
    assert history_of([entry("lost", reason="price")]).steps == {"lost", "accepted"}
    assert history_of([entry("rejected", 9), entry("reached", 1)]).steps == {"rejected", "reached"}


def test_the_reason_is_that_of_the_last_rejection_that_has_one() -> None:
    found = history_of([entry("rejected", 1, "budget"), entry("rejected", 2, "timing"), entry("rejected", 3)])
    assert found.reason == "timing"
    assert history_of([entry("won", 1, "liked it")]).reason is None


# --- reading --------------------------------------------------------------------------------------------------------


def reader(**columns: str) -> Reader:
    return Reader(Columns(**columns), Words.of({}), zone_of("UTC"))


def folded(raw: object) -> str | None:
    return str(raw).lower() or None


def test_a_file_of_outcomes_is_read_and_every_bad_row_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text(
        "lead,at,outcome,reason,value\n"
        "a,2026-03-01,won,,500\n"
        "A,2026-02-01,accepted,,\n"
        ",2026-02-01,won,,\n"
        "b,soon,won,,\n"
        "b,,won,,\n"
        "b,2026-02-01,wonn,,\n"
        "b,2026-02-01,,,\n"
        "b,2026-02-01,won,,much\n"
        "b,2026-02-01\n",
        encoding="utf-8",
    )
    found = read_outcomes(str(path), reader(), folded, timed=True)
    assert list(found.by_lead) == ["a"]
    assert [step for step, *_ in found.get("a")] == ["won", "accepted"]
    assert [(bad.line, bad.lead) for bad in found.bad] == [
        (4, None), (5, "b"), (6, "b"), (7, "b"), (8, "b"), (9, "b"), (10, None),
    ]  # fmt: skip
    messages = [bad.message for bad in found.bad]
    assert messages[0] == "the row has no `lead`"
    assert messages[1].startswith("`at` is 'soon', which is not a date")
    assert messages[2] == "the row has no `at`, so nobody knows when it fell"
    assert messages[3] == "`outcome` is 'wonn', which is no outcome: did this mean won?"
    assert messages[4] == "the row has no `outcome`"
    assert messages[5].startswith("`value` is 'much', which is not a number")


def test_outcomes_without_times_will_do_where_none_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.ndjson"
    path.write_text('{"lead": 1, "outcome": "won"}\n{"lead": 2, "outcome": "lost", "value": null}\n', encoding="utf-8")
    found = read_outcomes(str(path), reader(), folded, timed=False)
    assert found.by_lead == {"1": [("won", None, None, None)], "2": [("lost", None, None, None)]}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("lead,at,result", "there is no column `outcome`, which outcomes need\n  = `--outcome COLUMN` names the one"),
        ("leads,at,outcome", "no column `lead`, which outcomes need\n  = `--outcome-lead leads` names the one"),
        ("mql_id,at,outcome", "`--outcome-lead COLUMN` names the one that is meant; columns: mql_id, at, outcome"),
        ("lead,outcome", "(?s)there is no column `at`, .*; without times, `--as-of TIME` says when leads are scored"),
    ],
)
def test_a_table_that_lacks_a_column_is_refused(header: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text(f"{header}\n1,2,3\n", encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_outcomes(str(path), reader(), folded, timed=True)


def test_an_outcome_in_the_columns_of_a_lead_is_read_from_there() -> None:
    read = reader(outcome="y", at="closed", value="amount")
    assert read.entry({"y": "won", "closed": "1970-01-02", "amount": "2.5"}) == ("won", DAY, None, 2.5)
    assert read.entry({"y": ""}) is None
    with pytest.raises(BadOutcomeError, match="`y` is 'maybe', which is no outcome"):
        read.entry({"y": "maybe"})


# --- the table ------------------------------------------------------------------------------------------------------


def test_the_table_has_scores_firings_and_outcomes_of_every_lead() -> None:
    table = table_of([
        ({"big": True}, [entry("won", 4, value=7.5)]),
        ({"small": True, "blue": True}, [entry("lost", 2, "price")]),
        ({"big": True, "blue": True}, [entry("conversation")]),
    ])  # fmt: skip
    assert table.scores.tolist() == [1000, -200, 1300]
    assert [rule.id for rule in table.rules] == ["big", "small", "blue"]
    assert table.matrix().tolist() == [[True, False, False], [False, True, True], [True, False, True]]
    assert table.points().tolist() == [[1000, 0, 0], [0, -500, 300], [1000, 0, 300]]
    assert [table.stage_names[at] for at in table.stages] == ["MQL", "none", "MQL"]
    assert table.first.tolist() == [4 * DAY, 2 * DAY, NEVER]
    assert table.has("won").tolist() == [True, False, False]
    assert table.has("reached").tolist() == [True, False, True]
    assert table.values[0] == 7.5
    assert np.isnan(table.values[1:]).all()
    assert [table.reasons.values[at] if at >= 0 else None for at in table.reasons.codes] == [None, "price", None]


def test_some_leads_of_a_table_are_a_table() -> None:
    table = table_of([*some(2, 1, big=True), *some(2, 0, blue=True, colour="x"), *some(1, 1, big=True, blue=True)])
    chosen = np.array([False, True, False, True, True])
    part = table.where(chosen)
    assert part.matrix().tolist() == table.matrix()[chosen].tolist()
    assert part.points().tolist() == table.points()[chosen].tolist()
    assert part.columns["colour"].codes.tolist() == [-1, 0, -1]


def test_of_a_deal_won_only_decided_leads_count() -> None:
    table = table_of([({}, [entry("won")]), ({}, [entry("lost")]), ({}, [entry("rejected")]), ({}, [entry("reached")])])
    goal = goal_of(table, "won")
    assert goal.counts.tolist() == [True, True, True, False]
    assert goal.reached.tolist() == [True, False, False, False]
    assert goal_of(table, "reached").counts.all()


def test_without_a_word_for_the_contrary_all_leads_count() -> None:
    table = table_of([({}, [entry("won")]), ({}, [entry("reached")])])
    assert goal_of(table, "won").counts.tolist() == [True, True]


def test_the_furthest_step_is_the_goal() -> None:
    assert furthest(["accepted", "lost", "opportunity"]) == "opportunity"
    assert furthest(["lost", "rejected"]) is None


# --- columns --------------------------------------------------------------------------------------------------------


def column(*values: object) -> Column:
    builder = ColumnBuilder()
    for value in values:
        builder.add(value)
    return built("column", builder)


def test_a_column_of_numbers_is_read_as_numbers() -> None:
    numbers = column("1", 2, "", "3.5", "n/a", None).numbers()
    assert numbers is not None
    assert np.nan_to_num(numbers, nan=-1).tolist() == [1, 2, -1, 3.5, -1, -1]
    assert column("1", "a").numbers() is None
    assert column("", None).numbers() is None


def test_dates_are_instants_and_numbers_are_none() -> None:
    instants = column("1970-01-02", "").instants()
    assert instants is not None
    assert np.nan_to_num(instants, nan=-1).tolist() == [DAY, -1]
    assert column("1", "2").instants() is None


def test_values_that_mean_none_are_not_known() -> None:
    assert column("a", "", "Unknown", "999", None).known(["999"]).tolist() == [True, False, False, False, False]


def test_groups_are_the_largest_values_without_regard_to_case() -> None:
    numbers, names = grouped(column("SaaS", "saas", "Bank", "", "Farm", "Farm", "Farm"), 2)
    assert list(names) == ["Farm", "SaaS", "(others)"]
    assert numbers.tolist() == [1, 1, 2, 2, 0, 0, 0]


def test_a_list_in_a_column_is_a_value() -> None:
    found = column(["a", "b"], ["a", "b"], ["b"])
    assert (found.codes.tolist(), found.values) == ([0, 0, 1], ("a;b", "b"))


# --- rates and ranks, against the libraries' own figures ------------------------------------------------------------


def test_a_rate_has_the_interval_of_wilson() -> None:
    # Worked by hand for 1 of 10 with z = 1.959964: (0.1 + z²/20 ± z √(0.009 + z²/400)) ÷ (1 + z²/10).
    z = 1.959964
    middle, width, under = 0.1 + z * z / 20, z * math.sqrt(0.009 + z * z / 400), 1 + z * z / 10
    found = rate(1, 10)
    assert (found.low, found.high) == pytest.approx(((middle - width) / under, (middle + width) / under), abs=1e-6)
    assert (found.low, found.high) == pytest.approx(proportion_confint(1, 10, method="wilson"))
    assert asdict(rate(0, 0)) == {"count": 0, "of": 0, "share": None, "low": None, "high": None}


def test_groups_of_few_leads_or_few_expected_successes_are_small() -> None:
    assert is_small(29, 0.5)
    assert is_small(99, 0.05)
    assert not is_small(100, 0.05)
    assert is_small(99, 0.95)


def test_the_auc_and_its_interval_are_those_of_delong_worked_by_hand() -> None:
    ones, zeros = np.array([3.0, 4, 4, 6]), np.array([1.0, 2, 4, 3, 0])
    wins = (ones[:, None] > zeros) + 0.5 * (ones[:, None] == zeros)
    # DeLong: the variances of the placements, each over its number.
    spread = math.sqrt(wins.mean(axis=1).var(ddof=1) / 4 + wins.mean(axis=0).var(ddof=1) / 5)
    found = auc(np.concatenate([ones, zeros]), np.array([True] * 4 + [False] * 5))
    assert found is not None
    assert found.value == pytest.approx(wins.mean())
    assert found.low == pytest.approx(wins.mean() - 1.959964 * spread, abs=1e-6)
    assert found.high == 1  # 1.10, cut off
    assert (found.reached, found.others) == (4, 5)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=40))
def test_the_auc_is_that_of_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    numbers, reached = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = auc(numbers, reached)
    if reached.all() or not reached.any():
        assert found is None
    else:
        assert found is not None
        assert found.value == pytest.approx(roc_auc_score(reached, numbers))
        assert (found.low is None) or 0 <= found.low <= found.value <= (found.high or 0) <= 1


def test_a_perfect_order_has_an_auc_of_1_without_an_interval() -> None:
    found = auc(np.array([1, 2, 3, 4]), np.array([False, False, True, True]))
    assert found is not None
    assert (found.value, found.low, found.high) == (1, None, None)


def test_the_weight_of_evidence_is_worked_by_hand_and_has_the_interval_of_a_risk_ratio() -> None:
    # Of 100 won 20 fired, of 200 lost 10: ln((20/100) ÷ (10/200)) = ln 4; variance 1/20 − 1/100 + 1/10 − 1/200.
    found = evidence(fired_reached=20, fired=30, reached=100, leads=300)
    assert found is not None
    spread = 1.959964 * math.sqrt(1 / 20 - 1 / 100 + 1 / 10 - 1 / 200)
    assert found.value == pytest.approx(math.log(4))
    assert (found.low, found.high) == pytest.approx((math.log(4) - spread, math.log(4) + spread), abs=1e-5)
    assert (found.low, found.high) == pytest.approx(Table2x2([[20, 80], [10, 190]]).log_riskratio_confint())
    assert found.above
    assert evidence(0, 0, 100, 300) is None
    assert evidence(100, 300, 100, 300) is None
    empty = evidence(0, 30, 100, 300)
    assert empty is not None
    assert empty.below


# --- bands, thresholds, gains ---------------------------------------------------------------------------------------

LEADS = [*some(10, 6, big=True), *some(20, 4), *some(20, 2, blue=True), *some(10, 0, small=True)]


def test_bands_are_the_grades_of_the_score_and_worked_by_hand() -> None:
    table = table_of(LEADS)
    goal = goal_of(table, "won")
    bands = score_bands(table, goal, edges_of(table, None))
    assert [(band.name, band.leads, band.goal.count) for band in bands] == [
        ("A from 10", 10, 6), ("B from 0", 40, 6), ("C below 0", 10, 0),
    ]  # fmt: skip
    assert [band.lift for band in bands] == pytest.approx([0.6 / 0.2, 0.15 / 0.2, 0])
    assert [band.leads_share for band in bands] == pytest.approx([1 / 6, 5 / 6, 1])
    assert [band.gain for band in bands] == pytest.approx([0.5, 1, 1])


def test_bands_that_are_asked_for_begin_at_their_points() -> None:
    table = table_of(LEADS)
    bands = score_bands(table, goal_of(table, "won"), edges_of(table, [300, 1000]))
    assert [(band.name, band.leads) for band in bands] == [("from 10", 10), ("3 to below 10", 20), ("below 3", 30)]


def test_without_grades_bands_are_of_like_size_and_equal_scores_stay_together() -> None:
    table = table_of(LEADS, MODEL.partition("grade")[0])
    bands = score_bands(table, goal_of(table, "won"), edges_of(table, None))
    assert [(band.name, band.leads) for band in bands] == [
        ("from 10", 10), ("3 to below 10", 20), ("0 to below 3", 20), ("below 0", 10),
    ]  # fmt: skip


def test_values_are_added_up_over_leads_that_got_there() -> None:
    table = table_of([({}, [entry("won", value=0.1)])] * 10 + [({}, [entry("lost", value=99.0)]), ({}, [entry("won")])])
    [band] = [band for band in score_bands(table, goal_of(table, "won"), edges_of(table, [0])) if band.leads]
    assert (band.value, band.valued) == (1.0, 10)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-3, 9), st.booleans()), min_size=1, max_size=40))
def test_precision_and_recall_are_those_of_scikit_learn_at_every_score(rows: list[tuple[int, bool]]) -> None:
    scores, reached = np.array([row[0] * 100 for row in rows]), np.array([row[1] for row in rows])
    if not reached.any():
        return
    precision, recall, points = precision_recall_curve(reached, scores)
    found = {one.points: one for one in thresholds(scores, reached)}
    assert sorted(found) == (points / 100).tolist()
    for at, point in enumerate(points / 100):
        assert found[point].precision.share == pytest.approx(precision[at])
        assert found[point].recall.share == pytest.approx(recall[at])
        assert found[point].leads == (scores >= points[at]).sum()


def test_of_many_thresholds_some_are_told_and_those_that_matter_always() -> None:
    scores, reached = np.arange(10_000), np.arange(10_000) % 2 == 0
    found = thresholds(scores, reached, 20, [777, 99_999])
    assert 20 <= len(found) <= 23
    assert {7.77, 999.99} <= {one.points for one in found}
    assert found[0].leads == 0
    assert found[-1].leads == 10_000


def test_gains_share_out_equal_scores() -> None:
    scores, reached = np.array([5, 5, 1, 1]), np.array([True, True, True, False])
    found = gains(scores, reached, 4)
    assert [one.gain for one in found] == pytest.approx([1 / 3, 2 / 3, 5 / 6, 1])
    assert found[0].lift == pytest.approx(4 / 3)


# --- calibration ----------------------------------------------------------------------------------------------------


def test_calibration_holds_later_leads_against_what_earlier_ones_promise() -> None:
    scores = np.array([0] * 100 + [10] * 100)
    reached = np.array(([True] * 10 + [False] * 90) + ([True] * 60 + [False] * 40))
    found = calibrate(scores, reached, (scores, reached))
    assert found is not None
    assert [one.expected for one in found.bins] == pytest.approx([0.6, 0.1], abs=1e-3)
    assert [one.actual.share for one in found.bins] == [0.6, 0.1]
    expected = np.where(scores == 10, 0.6, 0.1)
    assert found.brier == pytest.approx(brier_score_loss(reached, expected), abs=1e-4)
    assert found.brier_of_average == pytest.approx(0.35 * 0.65)


def test_leads_that_promise_nothing_calibrate_nothing() -> None:
    scores, reached = np.arange(8), np.array([True] * 4 + [False] * 4)
    assert calibrate(scores, reached, None) is None
    assert calibrate(scores, reached, (scores, np.ones(8, dtype=bool))) is None


def test_calibration_without_earlier_leads_is_by_folds() -> None:
    scores, reached = np.array([0, 10] * 200), np.arange(400) % 3 == 0
    found = calibrate(scores, reached, None)
    assert found is not None
    assert found.on == "5 folds, each by the others"
    assert sum(one.actual.of for one in found.bins) == 400


# --- rules ----------------------------------------------------------------------------------------------------------


def test_a_rule_that_takes_points_from_leads_that_buy_points_the_wrong_way() -> None:
    table = table_of([*some(100, 50, small=True), *some(200, 20)])
    big, small, _ = impacts(table, goal_of(table, "won"))
    assert (big.verdict, small.verdict) == ("never fires", "wrong way")
    assert (small.with_.share, small.without.share) == (0.5, 0.1)
    assert small.lift == pytest.approx(0.5 / (70 / 300))
    assert small.evidence is not None
    assert small.evidence.value == pytest.approx(math.log((50 / 70) / (50 / 230)))
    assert small.says.startswith("points the wrong way: it takes points")
    assert (small.low, small.high, small.leads) == (-5, -5, 100)


def test_a_rule_whose_leads_fare_as_the_others_adds_nothing() -> None:
    table = table_of([*some(100, 20, blue=True), *some(200, 41)])
    assert impacts(table, goal_of(table, "won"))[2].verdict == "adds nothing"


def test_a_rule_that_fires_with_another_adds_nothing_beside_it() -> None:
    leads = [
        *some(200, 100, big=True, blue=True), *some(300, 30), *some(6, 1, blue=True), *some(6, 3, big=True),
    ]  # fmt: skip
    table = table_of(leads)
    big, _, blue = impacts(table, goal_of(table, "won"))
    assert big.like == "blue"
    assert blue.likeness == pytest.approx(np.corrcoef(table.matrix()[:, 0], table.matrix()[:, 2])[0, 1])
    assert blue.evidence is not None
    assert blue.evidence.above
    assert blue.verdict == "adds nothing"
    assert "beside `big`, which fires on much the same leads" in blue.says


def test_a_rule_that_fires_on_few_leads_is_not_judged() -> None:
    table = table_of([*some(20, 20, big=True), *some(200, 20)])
    assert impacts(table, goal_of(table, "won"))[0].verdict == "too few"


def test_a_rule_that_fires_on_all_leads_tells_none_from_another() -> None:
    table = table_of(some(50, 20, big=True))
    assert impacts(table, goal_of(table, "won"))[0].verdict == "always fires"


def test_a_branch_is_held_against_leads_on_which_no_branch_fired() -> None:
    text = "choose:\n    if size >= 20 then +4\n    if size >= 10 then +3\n"
    table = table_of([*some(100, 60, size=20), *some(100, 30, size=10), *some(100, 10, size=1)], text)
    first, second = impacts(table, goal_of(table, "won"))
    assert (first.without.count, first.without.of) == (10, 100)
    assert (second.without.count, second.without.of) == (10, 100)
    assert second.evidence is not None
    assert second.evidence.value == pytest.approx(math.log((30 / 40) / (70 / 160)))
    assert (first.verdict, second.verdict) == ("holds", "holds")


def test_where_a_branch_fires_on_every_lead_it_is_held_against_the_rest() -> None:
    text = "choose:\n    if size >= 20 then +4\n    otherwise -1\n"
    table = table_of([*some(100, 60, size=20), *some(100, 10, size=1)], text)
    assert [one.without.of for one in impacts(table, goal_of(table, "won"))] == [100, 100]


def test_what_a_rule_adds_beside_others_is_the_coefficient_of_a_logistic_regression() -> None:
    # Two rules that fire apart: then the coefficients are the logarithms of the odds against neither firing.
    firings = np.array([[True, False]] * 40 + [[False, True]] * 40 + [[False, False]] * 40)
    reached = np.array([at % 40 < (20, 10, 8)[at // 40] for at in range(120)])
    first, second = beyond_others(firings, reached)
    assert first is not None
    assert second is not None
    assert first.value == pytest.approx(math.log((20 / 20) / (8 / 32)), abs=1e-6)
    assert second.value == pytest.approx(math.log((10 / 30) / (8 / 32)), abs=1e-6)
    # The variance of a difference of logarithms of odds is the sum of one over each cell.
    spread = 1.959964 * math.sqrt(1 / 20 + 1 / 20 + 1 / 8 + 1 / 32)
    assert first.low == pytest.approx(first.value - spread, abs=1e-4)


def test_rules_that_follow_from_one_another_are_told_apart_as_far_as_they_can_be() -> None:
    one = np.arange(100) % 2 == 0
    found = beyond_others(np.column_stack([one, ~one, one]), np.arange(100) % 3 == 0)
    assert sum(each is not None for each in found) == 1


def test_what_one_rule_decides_alone_has_no_coefficient() -> None:
    one = np.arange(100) < 50
    assert beyond_others(one.reshape(-1, 1), one) == [None]


# --- leaks ----------------------------------------------------------------------------------------------------------


def test_a_field_that_knows_the_outcome_is_the_first_suspect() -> None:
    leads = [
        ({**lead, "call": 9 if history[0][0] == "won" else 1, "size": at % 7, "noise": f"n{at % 3}"}, history)
        for at, (lead, history) in enumerate(some(200, 60))
    ]
    found = suspects(table_of(leads), goal_of(table_of(leads), "won"))
    assert found[0].field == "call"
    assert found[0].why == ("alone it tells who got there with an AUC above 0.95",)
    assert not any(one.why for one in found[1:])


def test_a_field_that_is_filled_in_only_for_those_who_buy_is_suspicious() -> None:
    leads = [({"invoice": f"i{at % 4}" if at < 50 else None}, history) for at, (_, history) in enumerate(some(200, 50))]
    table = table_of(leads)
    [found] = suspects(table, goal_of(table, "won"))
    assert "it is filled in only for leads that got there" in found.why
    assert (found.known.share, found.known_else.share) == (1, 0)


def test_where_no_lead_counts_no_column_is_suspicious() -> None:
    table = table_of([({"call": at, "made": "1970-01-02", "word": "x"}, [entry("accepted")]) for at in range(3)])
    nobody = np.zeros(len(table), dtype=bool)
    assert not any(one.why for one in suspects(table, Goal("won", nobody, nobody)))


def test_a_date_after_the_decision_is_suspicious() -> None:
    leads = [({"closed": f"1970-02-{at % 28 + 1:02}"}, [entry(("won", "lost")[at % 2], 40)]) for at in range(56)]
    table = table_of(leads)
    [found] = suspects(table, goal_of(table, "won"))
    assert (found.kind, found.later) == ("date", sum(at % 28 + 31 > 40 for at in range(56)))
    assert found.why == ("it holds dates after the decision",)


def test_a_date_is_suspicious_from_which_only_those_who_buy_are_decided_soon() -> None:
    # As where losses have no date of their own, and all got that of the export.
    leads = [
        ({"made": f"1970-01-{at % 20 + 1:02}"}, [entry("won", at % 20 + 3) if at % 3 else entry("lost", 300)])
        for at in range(100)
    ]
    table = table_of(leads)
    [found] = suspects(table, goal_of(table, "won"))
    assert (found.kind, found.later) == ("date", 0)
    assert found.why == ("alone it tells who got there with an AUC above 0.95",)


def test_a_date_on_the_day_of_a_decision_without_a_time_is_not_after_it_and_one_of_many_may_be_mistyped() -> None:
    closed = ["1970-02-10T17:00:00Z"] * 199 + ["1999-01-01"]
    leads = [({"closed": day}, [entry(("won", "lost")[at % 2], 40)]) for at, day in enumerate(closed)]
    table = table_of(leads)
    [found] = suspects(table, goal_of(table, "won"))
    assert (found.later, found.why) == (1, ())


@pytest.mark.parametrize("blank", [False, True])
def test_values_of_many_leads_of_which_hardly_any_got_there_are_suspicious(blank: bool) -> None:
    leads = []
    for at, (_, history) in enumerate(some(400, 80)):
        handed_over = history[0][0] == "won" or at % 4 == 0
        status = "Handed over" if handed_over else None if blank else ("Open", "Closed")[at % 2]
        leads.append(({"status": status, "size": at % 5}, history))
    table = table_of(leads)
    status, size = suspects(table, goal_of(table, "won"))
    told = "no value" if blank else "`Closed` and `Open`"
    assert status.field == "status"
    assert [re.sub(r"\d+%", "…%", why) for why in status.why] == [
        f"hardly any of the …% of leads with {told} got there"
    ]
    assert size.why == ()


def test_what_means_missing_in_the_model_is_missing() -> None:
    text = "lead:\n    pdays number missing 999\nif pdays < 5 then +1\n"
    leads = [({"pdays": 999 if at % 2 else at}, history) for at, (_, history) in enumerate(some(100, 30))]
    table = table_of(leads, text)
    [found] = suspects(table, goal_of(table, "won"))
    assert found.known.of - found.known.count == 15


# --- the whole ------------------------------------------------------------------------------------------------------


def test_time_is_cut_at_a_date_or_after_a_share_of_the_leads() -> None:
    table = table_of([({}, [entry("won", day)]) for day in (5, 1, 3, 2)] + [({}, [entry("lost")])])
    assert is_early(table, Until(instant=3 * DAY)).tolist() == [False, True, False, True, False]
    assert is_early(table, Until(share=0.6)).tolist() == [False, True, False, True, True]


def test_a_backtest_of_later_leads_has_the_earlier_ones_beside_them() -> None:
    leads = [({"big": at % 2 == 0}, [entry("won" if at % 4 == 0 else "lost", at)]) for at in range(1, 401)]
    found = backtest(table_of(leads), Question("won", until=Until(share=0.5)))
    assert found.before is not None
    assert (found.before.goal.of, found.whole.goal.of) == (200, 200)
    assert (found.before.first, found.whole.last) == (DAY, 400 * DAY)
    assert all(band.before is not None for band in found.bands)
    assert found.rules[0].before is not None
    assert found.calibration is not None
    assert found.calibration.on == "the earlier leads"


def test_segments_that_are_small_come_last_and_are_flagged() -> None:
    leads = [({"industry": "Farm" if at < 3 else "SaaS"}, history) for at, (_, history) in enumerate(some(100, 40))]
    found = backtest(table_of(leads), Question("won", by=["industry"]))
    assert [(one.name, one.leads, one.small) for one in found.segments["industry"]] == [
        ("SaaS", 97, False), ("Farm", 3, True),
    ]  # fmt: skip


def test_a_backtest_is_json() -> None:
    data = as_data(backtest(table_of(LEADS), Question("won", leaks=True)))
    assert data["whole"]["goal"] == {"count": 12, "of": 60, "share": 0.2, "low": 0.118285, "high": 0.317818}
    assert "marks" not in data
    assert data["rules"][0]["with"]["count"] == 6


def test_the_five_measures_are_worked_by_hand() -> None:
    table = table_of([
        ({}, [entry("rejected", 1)]),
        ({}, [entry("accepted", 1)]),
        ({}, [entry("accepted", 1), entry("reached", 2)]),
        ({}, [entry("accepted", 1), entry("conversation", 3)]),
        ({}, [entry("accepted", 1), entry("opportunity", 5, value=100.0), entry("lost", 9)]),
        ({}, [entry("accepted", 1), entry("opportunity", 7, value=250.0), entry("won", 9)]),
    ])  # fmt: skip
    found = {one.name: one for one in measures(table)}
    rates = {name: (one.rate.count, one.rate.of) for name, one in found.items() if one.rate}
    assert rates == {
        "acceptance": (5, 6), "reach": (4, 5), "qualification": (3, 4), "conversion": (2, 3), "win rate": (1, 2),
    }  # fmt: skip
    assert (found["conversion"].median_days, found["conversion"].timed) == (5, 2)
    assert (found["pipeline"].amount, found["pipeline"].leads) == (350, 2)


def test_a_lead_that_was_lost_counts_for_the_pipeline_only_where_it_was_an_opportunity() -> None:
    table = table_of([({}, [entry("lost", 1, value=70.0)]), ({}, [entry("won", 1, value=250.0)])])
    found = {one.name: one for one in measures(table)}["pipeline"]
    assert (found.amount, found.leads, found.among) == (250, 1, "deals won with a value")


def test_a_target_is_met_or_missed_only_by_the_whole_interval() -> None:
    table = table_of(some(100, 50))
    verdicts = {target: measures(table, {"win rate": target})[0].verdict for target in (0.3, 0.48, 0.52, 0.7)}
    assert verdicts == {0.3: "met", 0.48: "open", 0.52: "open", 0.7: "missed"}


def test_measures_that_the_data_does_not_give_are_not_told() -> None:
    assert [one.name for one in measures(table_of(some(10, 2)))] == ["win rate"]
    assert rate_of(np.array([True, False])).share == 0.5


def test_without_the_libraries_it_says_how_to_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "LIBRARIES", ("no_such_library",))
    with pytest.raises(learn.NoLibraryError, match=r"pip install 'scorelang\[learn\]'"):
        learn.require_libraries()


def test_an_amount_is_typed_alike_whether_it_is_whole_or_not() -> None:
    assert [number(each) for each in (0, 0.0, 1250, 2.504)] == ["0", "0", "1,250", "2.5"]
