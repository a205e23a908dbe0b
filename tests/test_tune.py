"""Points learned from outcomes: scores under other points against the engine's, and statistics against libraries'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

import scorelang
from scorelang.outcomes.history import history_of
from scorelang.outcomes.rates import auc
from scorelang.outcomes.table import Goal, Table, TableBuilder, goal_of
from scorelang.tune.candidates import candidates, pairs_of
from scorelang.tune.compare import auc_gain, top_of
from scorelang.tune.design import Counts, Design, design_of
from scorelang.tune.features import features_of
from scorelang.tune.findings import EXTENDED, PRESENT, TUNED, Question, Tuned
from scorelang.tune.fit import Limits, fit
from scorelang.tune.folds import folds_of, is_dated, shift_of
from scorelang.tune.likelihood import Chance, area, by_score, chance_of, loss, score_test
from scorelang.tune.lines import lines_of
from scorelang.tune.references import LOGISTIC, TREES, learners
from scorelang.tune.rewrite import Addition, RewriteError, with_points, with_rules
from scorelang.tune.tune import counting, tune
from scorelang.values import DAY

MODEL = """\
lead:
    title     text
    size      number
    industry  text
    noise     flag

category Fit:
    if title is "CEO"  then +5 because "chief"   # who decides
    if size >= 100     then +10
    if noise           then +8
if industry is "Farm" then +2
stage MQL from 15
"""


def table_of(text: str, leads: Sequence[dict[str, object]], won: Sequence[bool], *, dated: bool = False) -> Table:
    """A table of leads that were won or lost, with all of their columns; decided a day after another, if dated."""
    model = scorelang.loads(text)
    builder = TableBuilder(model.checked, None)
    for at, (lead, got) in enumerate(zip(leads, won, strict=True)):
        history = history_of([("won" if got else "lost", at * DAY if dated else None, None, None)])
        builder.said.add("won" if got else "lost")
        values = {name: value for name, value in lead.items() if name != "events"}
        builder.add(model.score(lead, as_of="2026-01-01"), values, history, history.first or 0)
    return builder.finished()


def world(count: int, seed: int = 0) -> tuple[list[dict[str, object]], list[bool]]:
    """Leads of whom chiefs and farms mostly buy, large firms a little, and noise means nothing."""
    chance = np.random.default_rng(seed)
    leads: list[dict[str, object]] = []
    won: list[bool] = []
    for _ in range(count):
        chief, farm, large = chance.random() < 0.3, chance.random() < 0.2, chance.random() < 0.5
        leads.append({
            "title": "CEO" if chief else "Clerk",
            "industry": "Farm" if farm else chance.choice(["SaaS", "Steel"]).item(),
            "size": int(chance.integers(100, 200) if large else chance.integers(1, 100)),
            "noise": bool(chance.random() < 0.5),
            "colour": chance.choice(["red", "blue", "green"]).item(),
        })  # fmt: skip
        odds = -2.5 + 2.0 * chief + 1.5 * farm + 0.3 * large
        won.append(bool(chance.random() < 1 / (1 + np.exp(-odds))))
    return leads, won


def tuned(table: Table, by: str = "random", **asked: object) -> Tuned:
    goal = goal_of(table, "won")
    counted, reached = counting(table, goal)
    parts = 2 if "most_new" in asked else 4
    folds = folds_of(counted, reached, "time" if by == "time" else "random", 0.3, parts, 0)
    return tune(table, goal, folds, Question(**asked))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sample() -> Table:
    return table_of(MODEL, *world(1500))


@pytest.fixture(scope="module")
def found(sample: Table) -> Tuned:
    return tuned(sample)


# --- what can be learned --------------------------------------------------------------------------------------------

SORTS = """\
decay slow as losing 50% every 30 days
lead:
    a flag
    b flag
    n number
    d text
category Plain, -20 to 30:
    if a then +10
    if b then -4, at most 0
    if n > 1 then +n
    if b and a then 0
    visit "/x" then +6, slow
    each visit then +1
    choose:
        if n > 5 then +3
        otherwise -2
    choose best:
        if a then +2
        if b then +5
    matrix by d and n:
        |           | < 5 | otherwise |
        | "x"       |   0 |        +7 |
        | otherwise |  -3 |        +7 |
category Quiet, losing 10% every 30 days of silence:
    if a then +1
category Capped, at most Plain:
    if b then +9
persona Buyer:
    if a then +2
if d is missing then -1
"""


def test_plain_points_branches_and_cells_are_learned_and_the_rest_is_left_with_its_reason() -> None:
    lines, left = lines_of(scorelang.loads(SORTS).checked)
    assert [(line.text, line.points) for line in lines if not line.cell] == [
        ("a", 1000), ("b", -400), ("n > 5", 300), ("otherwise", -200), ("d is missing", -100),
    ]  # fmt: skip
    assert [(line.points, len(line.spans)) for line in lines if line.cell] == [(700, 2), (-300, 1)]
    assert [one.why for one in left] == [
        "its points are worked out of the lead",
        "it gives no points",
        "its points fade",
        "it counts once for every event",
        "its points decide which branch counts",
        "its points decide which branch counts",
        "Quiet loses points for silence",
        "Capped is bounded by another category",
        "its points decide which persona a lead has",
    ]


def test_points_keep_their_sign_and_stay_within_the_bounds_of_rule_and_category() -> None:
    lines, _ = lines_of(scorelang.loads(SORTS).checked)
    room = {line.text: (line.least, line.most) for line in lines if not line.cell}
    assert room["a"] == (0, 3000)
    assert room["b"] == (-2000, 0)
    assert room["n > 5"] == (0, 3000)
    assert room["d is missing"][1] == 0


def test_a_rule_of_another_file_is_left(tmp_path: Path) -> None:
    (tmp_path / "fit.score").write_text("category Fit:\n    if a then +1\n", encoding="utf-8")
    model = scorelang.loads('use Fit from "fit.score"\nif b then +2\n', folder=tmp_path).checked
    lines, left = lines_of(model)
    assert [line.text for line in lines] == ["b"]
    assert [one.why for one in left] == ["it stands in fit.score"]


def test_a_rule_that_asks_whether_something_is_missing_leans_on_blanks() -> None:
    text = "if a is missing then -1\nif b is known then +1\nif not (c is known) then +2\nif c > 1 then +3\n"
    lines, _ = lines_of(scorelang.loads(text).checked)
    assert [line.blanks for line in lines] == [True, False, True, False]


# --- scores under other points --------------------------------------------------------------------------------------

BOUNDED = """\
lead:
    a flag
    b flag
    n number
    d text
category One, 0 to 10, weight 60%:
    choose:
        if a then +6
        otherwise -3
    if n > 3 then +7
category Two, -5 to 20, weight 40%:
    matrix by d and n:
        |           | < 5 | otherwise |
        | "x"       |  +1 |        +7 |
        | otherwise |  -3 |        +7 |
    if b then -9, at least -20
    if n > 1 then +n
"""
LEADS = st.lists(
    st.fixed_dictionaries({
        "a": st.sampled_from([True, False, None]),
        "b": st.booleans(),
        "n": st.sampled_from([None, 0, 2, 4.5, 6, 30]),
        "d": st.sampled_from(["x", "y", None]),
    }),
    min_size=1,
    max_size=12,
)  # fmt: skip


def same_with_other_points(text: str, leads: Sequence[dict[str, object]], chance: np.random.Generator) -> None:
    """The scores of a design are those of the engine, at the present points and at others."""
    table = table_of(text, leads, [at % 2 == 0 for at in range(len(leads))])
    lines, _ = lines_of(table.model)
    design = design_of(table, lines)
    assert (design.scores(design.present())[design.of] == table.scores).all()
    points = np.array(
        [int(chance.integers(1, 12)) * 100 * (1 if line.points > 0 else -1) for line in lines], dtype=np.int64
    )  # fmt: skip
    written, _ = with_points(table.model, lines, points, None)
    model = scorelang.loads(written)
    scores = [round(model.score(lead, as_of="2026-01-01").score * 100) for lead in leads]
    assert design.scores(points)[design.of].tolist() == scores


@settings(max_examples=25)
@given(LEADS, st.integers(0, 1000))
def test_a_design_scores_as_the_engine_does_with_the_points_that_are_written(
    leads: list[dict[str, object]], seed: int
) -> None:
    same_with_other_points(BOUNDED, leads, np.random.default_rng(seed))


@settings(max_examples=15)
@given(LEADS, st.integers(0, 1000))
def test_what_is_left_counts_as_it_did_beside_what_is_learned(leads: list[dict[str, object]], seed: int) -> None:
    without = SORTS.replace("category Capped, at most Plain:", "category Capped:").replace(", losing 10% every", "")
    without = without.replace(" 30 days of silence:", ":")
    same_with_other_points(without, leads, np.random.default_rng(seed))


def test_points_that_a_category_loses_for_silence_stay_as_they_are() -> None:
    leads = [
        {"a": True, "b": at % 2 == 0, "events": [{"type": "visit", "at": f"2025-{at % 9 + 1:02}-01", "path": "/x"}]}
        for at in range(20)
    ]
    table = table_of(SORTS.replace(", at most Plain", ""), leads, [at % 3 == 0 for at in range(20)])
    design = design_of(table, lines_of(table.model)[0])
    assert np.count_nonzero(design.rest)
    assert (design.scores(design.present())[design.of] == table.scores).all()


def test_leads_with_the_same_are_one_pattern(sample: Table) -> None:
    design = design_of(sample, lines_of(sample.model)[0])
    assert len(design) == 16
    counts = design.counts(np.ones(len(sample), dtype=bool), sample.has("won"))
    assert counts.ones.sum() + counts.others.sum() == len(sample)
    assert area(design.scores(design.present()), counts) == pytest.approx(
        roc_auc_score(sample.has("won"), sample.scores)
    )  # fmt: skip


# --- likelihood and statistics --------------------------------------------------------------------------------------


def some(seed: int, size: int = 400) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    chance = np.random.default_rng(seed)
    scores = chance.integers(-20, 60, size) * 100
    return scores, chance.random(size) < 1 / (1 + np.exp(2 - scores / 2000))


def each_alone(reached: NDArray[np.bool_]) -> Counts:
    return Counts(reached.astype(float), (~reached).astype(float))


@pytest.mark.parametrize("seed", range(4))
def test_the_chance_of_a_score_is_that_of_scikit_learn(seed: int) -> None:
    scores, reached = some(seed)
    found = chance_of(scores, each_alone(reached))
    theirs = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(scores.reshape(-1, 1) / 1000, reached)
    assert found.slope * 1000 == pytest.approx(theirs.coef_[0][0], rel=1e-4)
    assert found.base == pytest.approx(theirs.intercept_[0], rel=1e-3, abs=1e-4)


def test_the_likelihood_is_that_of_statsmodels() -> None:
    scores, reached = some(1)
    found = chance_of(scores, each_alone(reached))
    theirs = GLM(reached.astype(float), np.column_stack([np.ones(len(scores)), scores]), family=Binomial()).fit()
    assert loss(found.log_odds(scores), each_alone(reached)) == pytest.approx(-theirs.llf)


@pytest.mark.parametrize("seed", range(4))
def test_the_chance_is_the_same_of_each_score_once_and_from_one_that_is_near(seed: int) -> None:
    scores, reached = some(seed)
    plain = chance_of(scores, each_alone(reached))
    each, counts = by_score(scores, each_alone(reached))
    assert len(each) == len(set(scores.tolist()))
    for near in (None, plain, Chance(plain.base + 0.5, plain.slope * 3)):
        found = chance_of(each, counts, near)
        assert (found.base, found.slope) == pytest.approx((plain.base, plain.slope))
    assert loss(plain.log_odds(each), counts) == pytest.approx(loss(plain.log_odds(scores), each_alone(reached)))


def test_the_chance_of_a_score_that_ranks_the_other_way_round_is_found_from_that_of_the_old_one() -> None:
    # Newton's method swings to and fro here for ever.
    scores, counts = np.array([-500, 0]), Counts(np.array([373.0, 165.0]), np.array([247.0, 1315.0]))
    near = Chance(-1.9549873672064302, 0.0013229693755761227)
    assert chance_of(scores, counts, near).slope == pytest.approx(chance_of(scores, counts).slope)
    for slope in (0.01, 0.1, 1.0):
        again = chance_of(scores, counts, Chance(0.0, slope))
        assert again.slope == pytest.approx(chance_of(scores, counts).slope)


def test_scores_that_are_all_the_same_stand_for_the_base_rate() -> None:
    found = chance_of(np.full(10, 500), each_alone(np.arange(10) < 3))
    assert found.slope == 0
    assert 1 / (1 + np.exp(-found.base)) == pytest.approx(3.5 / 11)


def test_the_score_test_is_that_of_statsmodels() -> None:
    scores, reached = some(2)
    chance = np.random.default_rng(5)
    new = (chance.random((len(scores), 3)) < 0.4).astype(float)
    base = scores.reshape(-1, 1).astype(float)
    ours = score_test(base, new, each_alone(reached))
    known = np.column_stack([np.ones(len(scores)), scores / 1000])
    fitted = GLM(reached.astype(float), known, family=Binomial())
    for at in range(3):
        theirs = fitted.score_test(fitted.fit().params, exog_extra=new[:, [at]])[0]
        assert abs(ours[at]) == pytest.approx(float(np.squeeze(theirs)), rel=1e-3)


def test_what_follows_from_the_base_adds_nothing() -> None:
    scores, reached = some(3)
    base = np.column_stack([scores, scores > 0, scores < 3000]).astype(float)
    known = np.column_stack([scores <= 0, np.ones(len(scores))]).astype(float)
    assert (score_test(base, known, each_alone(reached)) == 0).all()


def test_the_gain_of_a_score_over_chance_has_delongs_interval() -> None:
    scores, reached = some(4)
    gain, alone = auc_gain(scores, np.zeros(len(scores)), reached), auc(scores, reached)
    assert gain is not None
    assert alone is not None
    assert gain.value == pytest.approx(alone.value - 0.5)
    assert gain.low == pytest.approx((alone.low or 0) - 0.5, abs=1e-4)
    assert gain.high == pytest.approx((alone.high or 0) - 0.5, abs=1e-4)


def test_the_interval_of_a_gain_is_that_of_resampled_leads() -> None:
    scores, reached = some(5, 600)
    other = scores + np.random.default_rng(1).normal(0, 1500, len(scores))
    gain = auc_gain(scores, other, reached)
    assert gain is not None
    chance = np.random.default_rng(2)
    gains = []
    for _ in range(400):
        drawn = np.bincount(chance.integers(0, len(scores), len(scores)), minlength=len(scores))
        leads = Counts(drawn * reached.astype(float), drawn * (~reached).astype(float))
        gains.append(area(scores, leads) - area(other, leads))
    assert (gain.high or 0) - (gain.low or 0) == pytest.approx(2 * 1.96 * np.std(gains), rel=0.15)
    assert gain.value == pytest.approx(np.mean(gains), abs=0.01)


def test_the_best_tenth_counts_equal_scores_at_the_edge_at_their_rate() -> None:
    scores = np.array([5] * 2 + [3] * 10 + [0] * 28)
    reached = np.array([True] * 2 + [True, False] * 5 + [False] * 28)
    top = top_of(scores, reached)
    assert (top.rate.count, top.rate.of) == (3, 4)
    assert top.lift == pytest.approx((3 / 4) / (7 / 40))


# --- fitting --------------------------------------------------------------------------------------------------------


def whole(table: Table) -> tuple[Design, Counts]:
    design = design_of(table, lines_of(table.model)[0])
    return design, design.counts(np.ones(len(table), dtype=bool), table.has("won"))


def test_without_leave_to_move_points_stay(sample: Table) -> None:
    design, counts = whole(sample)
    assert (fit(design, counts, Limits(0.0)).points == design.present()).all()


def test_the_more_points_may_move_the_likelier_the_outcomes_become(sample: Table) -> None:
    design, counts = whole(sample)
    losses = []
    for spread in (0.0, 0.1, 1.0):
        scores = design.scores(fit(design, counts, Limits(spread)).points)
        losses.append(loss(chance_of(scores, counts).log_odds(scores), counts))
    assert losses == sorted(losses, reverse=True)
    assert losses[0] - losses[-1] > 20


def test_points_are_worth_to_each_other_what_the_outcomes_say(sample: Table) -> None:
    design, counts = whole(sample)
    points = fit(design, counts, Limits(3.0)).points
    chief, large, noise, farm = (int(each) / 100 for each in points)
    assert noise == 0
    assert all(each.is_integer() for each in (chief, large, farm))
    kept = np.column_stack([design.firings[design.of, at] for at in (0, 1, 3)])
    theirs = LogisticRegression(C=9.0).fit(kept, sample.has("won")).coef_[0]
    assert chief / farm == pytest.approx(theirs[0] / theirs[2], rel=0.15)
    assert chief / large == pytest.approx(theirs[0] / theirs[1], rel=0.3)


def test_a_rule_whose_leads_speak_against_its_sign_gets_no_points_and_not_the_other_sign() -> None:
    leads, won = world(1500)
    table = table_of(MODEL.replace('is "CEO"  then +5', 'is "CEO"  then -5'), leads, won)
    design, counts = whole(table)
    found = fit(design, counts, Limits(3.0))
    assert found.points[0] == 0
    assert 0 in found.against


def test_at_most_so_many_rules_change_and_those_that_matter_most_do(sample: Table) -> None:
    design, counts = whole(sample)
    for most in (1, 2):
        points = fit(design, counts, Limits(3.0, most_changes=most)).points
        assert 0 < np.count_nonzero(points != design.present()) <= most


def test_points_can_be_put_on_the_scale_of_a_scorecard(sample: Table) -> None:
    design, counts = whole(sample)
    for doubling in (10.0, 40.0):
        slope = fit(design, counts, Limits(3.0, factor=doubling / np.log(2))).chance.slope
        assert np.log(2) / slope / 100 == pytest.approx(doubling, rel=0.1)


def test_a_category_that_is_full_gives_no_more() -> None:
    leads, won = world(1500)
    table = table_of(MODEL.replace("category Fit:", "category Fit, 0 to 12:"), leads, won)
    design, counts = whole(table)
    points = fit(design, counts, Limits(3.0)).points
    assert points[:3].max() <= 1200
    assert design.scores(points).max() <= 1200 + points[3]


def test_a_rule_that_never_fired_keeps_its_points() -> None:
    leads, won = world(600)
    table = table_of(MODEL + 'if industry is "Mining" then +7\n', leads, won)
    design, counts = whole(table)
    assert fit(design, counts, Limits(3.0)).points[-1] == 700


def test_a_model_whose_points_say_nothing_is_learned_from_scratch() -> None:
    leads, won = world(1500)
    table = table_of('if noise then +10\nif title is "CEO" then +0.01\nif industry is "Farm" then +0.01\n', leads, won)
    design, counts = whole(table)
    points = fit(design, counts, Limits(1.0)).points
    assert area(design.scores(points), counts) > 0.7


# --- parting leads --------------------------------------------------------------------------------------------------


def test_in_time_the_latest_leads_are_held_out_and_folds_are_learned_from_what_lies_before_them() -> None:
    leads, won = world(200)
    table = table_of(MODEL, leads, won, dated=True)
    folds = folds_of(table, np.array(won), "time", 0.25, 4, 0)
    assert is_dated(table)
    assert table.first[folds.train].max() < table.first[folds.held].min()
    assert folds.held.sum() == 50
    for learn, test in folds.pairs:
        assert table.first[learn].max() < table.first[test].min()
        assert not (test & folds.held).any()


def test_at_random_every_lead_is_tested_once_and_both_sides_have_the_same_share() -> None:
    leads, won = world(400)
    table = table_of(MODEL, leads, won)
    reached = np.array(won)
    folds = folds_of(table, reached, "random", 0.3, 5, 7)
    assert not is_dated(table)
    times_tested = np.sum([test for _, test in folds.pairs], axis=0)
    assert (times_tested == folds.train).all()
    assert reached[folds.held].mean() == pytest.approx(reached.mean(), abs=0.01)
    assert not shift_of(folds, reached).shifted


def test_a_base_rate_that_moves_is_told() -> None:
    leads, _ = world(400)
    won = [at % (20 if at < 280 else 3) == 0 for at in range(400)]
    table = table_of(MODEL, leads, won, dated=True)
    shift = shift_of(folds_of(table, np.array(won), "time", 0.3, 4, 0), np.array(won))
    assert shift.shifted
    assert (shift.train.count, shift.train.of, shift.held.of) == (14, 280, 120)


# --- candidates and suggestions -------------------------------------------------------------------------------------


def test_every_condition_means_in_the_language_what_it_was_counted_as(sample: Table) -> None:
    everyone = np.ones(len(sample), dtype=bool)
    singles = candidates(sample, everyone, sample.has("won"), (), undeclared=False)
    some_pairs = list(pairs_of(singles))[::60]
    leads, _ = world(1500)
    lead = "lead:\n    title text\n    size number\n    industry text\n    noise flag\n"
    for one in [*singles, *some_pairs]:
        model = scorelang.loads(f"{lead}if {one.text} then +1\n")
        fired = [model.score(each).score == 1 for each in leads[:150]]
        assert fired == one.true[:150].tolist(), one.text
    assert {one.fields[0] for one in singles} == {"title", "size", "industry", "noise"}


def test_blanks_and_what_is_left_out_are_no_conditions(sample: Table) -> None:
    leads = [{**each, "size": None if at % 3 else each["size"]} for at, each in enumerate(world(600)[0])]
    table = table_of(MODEL, leads, world(600)[1])
    everyone = np.ones(len(table), dtype=bool)
    found = candidates(table, everyone, table.has("won"), {"title"}, undeclared=False)
    assert not any("missing" in one.text or "title" in one.text for one in found)


def test_a_column_that_is_no_field_comes_with_the_line_that_declares_it(sample: Table) -> None:
    everyone = np.ones(len(sample), dtype=bool)
    found = candidates(sample, everyone, sample.has("won"), (), undeclared=True)
    assert {one.declared for one in found if "colour" in one.fields} == {("colour text",)}


def test_a_date_is_asked_how_long_ago_it_was_and_texts_that_hold_dates_are_no_conditions() -> None:
    leads, won = world(900)
    for at, lead in enumerate(leads):
        day = at % 9 + 1
        lead |= {
            "iso": f"2025-12-0{day}",
            "us": f"1/{day}/2026 10:30",
            "said": f"Jan {day}, 2026",
            "size": f"{day}-{day}0",
        }
    table = table_of("if x > 1 then +1\n", leads, won)
    table = evolve(table, as_of=np.full(len(table), scorelang.loads("if a then +1\n").instant("2026-01-01")))
    found = candidates(table, np.ones(len(table), dtype=bool), table.has("won"), (), undeclared=True)
    assert not {name for one in found for name in one.fields} & {"us", "said"}
    assert any(one.fields == ("size",) for one in found)
    ages = [one for one in found if one.fields == ("iso",)]
    assert {one.text for one in ages} >= {"days since iso < 28", "days since iso >= 28"}
    for one in ages:
        model = scorelang.loads(f"if {one.text} then +1\n")
        fired = [model.score(each, as_of="2026-01-01").score == 1 for each in leads[:30]]
        assert fired == one.true[:30].tolist(), one.text


def test_a_number_that_each_lead_has_for_itself_teaches_nothing() -> None:
    leads, won = world(900)
    order = sorted(range(900), key=lambda at: (won[at], at))
    numbered = {lead: number for number, lead in enumerate(order)}
    leads = [{**lead, "record": 70_000 + numbered[at] * 3, "revenue": at * 1.5} for at, lead in enumerate(leads)]
    table = table_of(MODEL, leads, won)
    assert [name for name, column in table.columns.items() if column.identifies] == ["record"]
    # It may well be a leak; that is another matter.
    leads = [{**lead, "record": 70_000 + at * 3} for at, lead in enumerate(leads)]
    found = tuned(table_of(MODEL, leads, won), most_new=6, undeclared=True)
    assert not any("record" in one.line for one in found.suggested)


def test_what_the_best_of_many_values_say_together_by_chance_is_known() -> None:
    said: list[float] = []
    luck: list[float] = []
    for seed in range(6):
        chance = np.random.default_rng(seed)
        leads = [{"colour": f"c{chance.integers(40)}"} for _ in range(2400)]
        won = chance.random(len(leads)) < 0.2
        table, everyone = table_of("if x > 1 then +1\n", leads, won.tolist()), np.ones(len(leads), dtype=bool)
        joined = [one for one in candidates(table, everyone, won, (), undeclared=True) if one.luck]
        columns = np.column_stack([one.true for one in joined]).astype(float)
        counts = Counts(won.astype(float), (~won).astype(float))
        said += np.abs(score_test(np.zeros((len(leads), 0)), columns, counts)).tolist()
        luck += [one.luck for one in joined]
    assert np.mean(luck) > 7
    assert 0.9 < np.mean(said) / np.mean(luck) < 1.3


def test_what_a_rule_says_with_the_wrong_sign_may_be_suggested_with_the_right_one() -> None:
    leads, won = world(3000)
    text = MODEL.replace('if industry is "Farm" then +2', 'if industry is "Farm" then -2')
    lines = [one.line for one in tuned(table_of(text, leads, won), most_new=2).suggested]
    assert any(re.match(r'if industry is "Farm" then \+', line) for line in lines)


def test_where_the_bounds_of_a_category_would_cut_new_rules_off_they_stand_alone() -> None:
    leads, won = world(3000)
    text = "lead:\n    title text\n    size number\n    industry text\ncategory Fit, 0 to 2:\n"
    text += '    if title is "CEO" then +2\n    if industry is "Steel" then +1\n'
    [first, *_] = tuned(table_of(text, leads, won), most_new=1).suggested
    assert (first.line.split(" then ")[0], first.group) == ('if industry is "Farm"', None)
    wide = text.replace("0 to 2", "0 to 500")
    assert tuned(table_of(wide, leads, won), most_new=1).suggested[0].group == "Fit"


def test_the_rule_that_a_model_lacks_is_suggested_with_its_support_lift_and_interval() -> None:
    leads, won = world(3000)
    table = table_of(MODEL.replace('if industry is "Farm" then +2\n', ""), leads, won)
    found = tuned(table, most_new=2)
    first = found.suggested[0]
    assert first.line.startswith('if industry is "Farm" then +')
    assert first.train.of == first.support.count
    assert first.lift is not None
    assert (first.lift.low or 0) > 1.3
    assert first.holds
    assert first.lift.value == pytest.approx((first.train.share or 0) / (found.shift.train.share or 1))
    contests = {one.name: one for one in found.contests}
    assert (contests[EXTENDED].folds or 0) > (contests[TUNED].folds or 1)
    extended, alone = contests[EXTENDED].auc, contests[TUNED].auc
    assert extended is not None
    assert alone is not None
    assert extended.value > alone.value + 0.02


def test_values_that_do_next_best_and_next_worst_are_put_together_as_well() -> None:
    chance = np.random.default_rng(5)
    leads: list[dict[str, object]] = []
    won: list[bool] = []
    for _ in range(4000):
        page = int(chance.integers(30))
        leads.append({"page": f"p{page}", "a": chance.random() < 0.5})
        won.append(bool(chance.random() < 1 / (1 + np.exp(2.2 - page / 10))))
    found = tuned(table_of("lead:\n    page text\n    a flag\nif a then +1\n", leads, won), most_new=8)
    lists = [one for one in found.suggested if one.line.startswith("if page in [")]
    assert len(lists) >= 3
    assert {one.points > 0 for one in lists} == {True, False}
    named = [name for one in lists for name in re.findall(r'"(p\d+)"', one.line)]
    assert len(named) > 15
    contests = {one.name: one.auc.value for one in found.contests if one.auc is not None}
    assert contests[EXTENDED] > contests[LOGISTIC] - 0.015


def test_a_rule_that_gives_nothing_beside_the_new_ones_leaves_its_place_to_another() -> None:
    leads, won = world(3000)
    text = "lead:\n    title text\n    industry text\n    noise flag\n    size number\n"
    text += "if noise then +40\nif size >= 100 then +9\n"
    table = table_of(text, leads, won)
    [only] = tuned(table, most_new=1).suggested
    two = tuned(table, most_new=1, most_rules=3)
    assert two.idle == ("noise",)
    assert [one.line.split(" then ")[0] for one in two.suggested] == ['if title is "CEO"', 'if industry is "Farm"']
    assert only.line.startswith('if title is "CEO"')
    # With two in all there is no room for another one.
    assert len(tuned(table, most_new=1, most_rules=2).suggested) == 1


def test_suggested_lines_when_pasted_score_as_was_promised() -> None:
    leads, won = world(3000)
    table = table_of(MODEL.replace('if industry is "Farm" then +2\n', ""), leads, won)
    found = tuned(table, most_new=3, undeclared=True)
    text = with_rules(table.model, [one.addition for one in found.suggested])
    became = table_of(text, leads, won)
    numbers = {rule.id: at for at, rule in enumerate(became.rules)}
    assert found.suggested
    for one in found.suggested:
        assert became.did_fire(numbers[rule_id(text, one.line)]).sum() == one.train.of + one.held.of


def rule_id(text: str, line: str) -> str:
    """The identity of the rule that stands on a line."""
    number = next(at for at, each in enumerate(text.splitlines(), 1) if each.strip() == line)
    return next(rule.id for rule in table_of(text, [{}], [True]).rules if rule.place.line == number)


def test_a_field_that_knows_the_outcome_is_never_suggested_and_teaches_no_reference() -> None:
    leads, won = world(800)
    leads = [{**lead, "colour": "paid" if got else "open"} for lead, got in zip(leads, won, strict=True)]
    found = tuned(table_of(MODEL, leads, won), most_new=3, undeclared=True)
    assert found.leaky == ("colour",)
    assert not any("colour" in one.line for one in found.suggested)
    best = max(one.auc.value for one in found.contests if one.auc is not None)
    assert best < 0.9


def test_points_of_suggestions_are_on_the_side_of_what_their_leads_did() -> None:
    leads, won = world(3000)
    found = tuned(table_of("if noise then +5\nlead:\n    noise flag\n", leads, won), most_new=6, undeclared=True)
    assert found.suggested
    for one in found.suggested:
        assert one.lift is not None
        assert (one.points > 0) == (one.lift.value > 1)


def dying_out(end: int) -> Table:
    """Leads over time whose colour tells who buys, until it is blue for good."""
    leads, won = world(2000)
    chance = np.random.default_rng(2)
    coloured = [
        {**lead, "colour": "red" if at < end and chance.random() < (0.8 if got else 0.3) else "blue"}
        for at, (lead, got) in enumerate(zip(leads, won, strict=True))
    ]
    return table_of(MODEL, coloured, won, dated=True)


def test_a_rule_that_hardly_any_of_the_latest_leads_meets_is_not_suggested() -> None:
    found = tuned(dying_out(900), by="time", most_new=3, undeclared=True)
    assert not any("colour" in one.line for one in found.suggested)
    assert any("colour" in one.line for one in tuned(dying_out(900), most_new=3, undeclared=True).suggested)


def test_a_rule_that_no_lead_held_out_meets_is_found_and_does_not_hold() -> None:
    # What was not yet to be seen in the leads to learn from is not known when rules are chosen.
    found = tuned(dying_out(1400), by="time", most_new=3, undeclared=True)
    assert [one.holds for one in found.suggested if "colour" in one.line] == [False]


def test_nothing_is_chosen_by_what_became_of_leads_held_out(sample: Table) -> None:
    goal = goal_of(sample, "won")
    counted, reached = counting(sample, goal)
    folds = folds_of(counted, reached, "random", 0.3, 2, 0)
    chance = np.random.default_rng(1)
    other = reached.copy()
    other[folds.held] = chance.random(int(folds.held.sum())) < 0.5
    asked = Question(most_new=3, undeclared=True)
    first, second = (tune(sample, Goal("won", goal.counts, each), folds, asked) for each in (reached, other))
    assert [one.line for one in first.suggested] == [one.line for one in second.suggested] != []
    assert (first.points == second.points).all()
    assert [one.folds for one in first.contests] == [one.folds for one in second.contests]
    assert first.contests[0].auc != second.contests[0].auc


def test_a_suggestion_on_a_protected_attribute_says_so() -> None:
    leads, won = world(1500)
    leads = [{**lead, "gender": "f" if lead["title"] == "CEO" else "m"} for lead in leads]
    found = tuned(table_of("if noise then +5\n", leads, won), most_new=1, undeclared=True)
    by_line = {one.line.split()[1]: one.protected for one in found.suggested}
    assert by_line in ({"gender": True}, {"title": False})
    without = tuned(table_of("if noise then +5\n", leads, won), most_new=1, undeclared=True, leave_out={"title"})
    assert [one.protected for one in without.suggested] == [True]


# --- rewriting ------------------------------------------------------------------------------------------------------


def test_only_the_points_of_the_text_change_and_comments_stay(sample: Table) -> None:
    lines, _ = lines_of(sample.model)
    text, became = with_points(sample.model, lines, np.array([700, 1000, 0, 1200]), None)
    assert text == (
        MODEL.replace("+5 because", "+7 because").replace("then +8", "then 0").replace("then +2", "then +12")
    )  # fmt: skip
    assert [line.points for line in lines_of(became)[0]] == [700, 1000, 1200]


def test_a_formatted_file_stays_formatted() -> None:
    text = 'if a then +8   because "one"\nif b then +100 because "two"\n'
    text = scorelang.format_text(text)
    model = scorelang.loads(text).checked
    lines, _ = lines_of(model)
    new, _ = with_points(model, lines, np.array([100_000, 200]), None)
    assert scorelang.format_text(new) == new
    assert "+1000" in new.replace("_", "")


def test_all_cells_of_the_same_points_change_together() -> None:
    model = scorelang.loads(BOUNDED).checked
    lines, _ = lines_of(model)
    points = np.array([900 if line.points == 700 and line.cell else line.points for line in lines])
    text, _ = with_points(model, lines, points, None)
    assert text.count("+9 |") == 2
    assert "if n > 3 then +7" in text


def test_rules_are_pasted_below_their_category_with_what_they_need(sample: Table) -> None:
    text = with_rules(
        sample.model,
        [
            Addition('if colour is "red" then +3', "Fit", ("colour text",)),
            Addition("if size < 5 then -2", None),
            Addition('if colour is "blue" then +1', "Fit", ("colour text",)),
        ],
    )
    model = scorelang.loads(text)
    assert text.count("colour text") == 1
    assert [rule.group for rule in model.checked.groups[0].scoring[-2:] if hasattr(rule, "group")] == ["Fit", "Fit"]
    assert model.score({"colour": "red", "size": 1}).score == 1


def test_a_text_that_says_other_points_is_a_mistake_of_ours(sample: Table) -> None:
    lines, _ = lines_of(sample.model)
    wrong = [evolve(lines[0], spans=()), *lines[1:]]
    with pytest.raises(RewriteError):
        with_points(sample.model, wrong, np.array([700, 1000, 800, 200]), None)


# --- the whole ------------------------------------------------------------------------------------------------------


def test_points_that_sort_better_on_leads_held_out_are_recommended(found: Tuned) -> None:
    assert found.verdict == "better"
    assert found.recommended
    contests = {one.name: one for one in found.contests}
    assert list(contests)[:2] == [PRESENT, TUNED]
    assert LOGISTIC in contests
    more = contests[TUNED].more
    assert more is not None
    assert (more.low or 0) > 0
    assert contests[PRESENT].more is None
    assert found.learned_from + found.held_out == found.leads == 1500


def test_points_as_they_should_be_have_nothing_to_change() -> None:
    text = MODEL.replace("+5 because", "+20 because").replace("+10", "+3").replace("+8", "+0.01").replace("+2", "+15")
    found = tuned(table_of(text, *world(1500)))
    assert found.verdict in ("nothing to change", "no clear difference")
    assert not found.recommended
    assert len(found.changes) <= 1


def test_what_was_right_only_before_is_not_recommended() -> None:
    leads, won = world(2000)
    turned = [got if at < 1400 else not got for at, got in enumerate(won)]
    found = tuned(table_of(MODEL, leads, turned, dated=True), by="time")
    assert found.shift.shifted
    assert found.verdict == "worse"
    assert not found.recommended
    assert found.held_from == 1400 * DAY


def test_leads_that_are_still_open_do_not_count(sample: Table) -> None:
    goal = goal_of(sample, "won")
    half = Goal("won", np.arange(len(sample)) % 2 == 0, goal.reached & (np.arange(len(sample)) % 2 == 0))
    table, reached = counting(sample, half)
    found = tune(sample, half, folds_of(table, reached, "random", 0.3, 4, 0), Question())
    assert found.leads == found.open == 750


def test_the_same_seed_gives_the_same_answer(sample: Table, found: Tuned) -> None:
    assert tuned(sample).changes == found.changes


def test_events_reach_the_references_by_the_rules_that_look_at_them() -> None:
    leads = [
        {"events": [{"type": "visit", "at": "2025-12-01", "path": "/x"}] if at % 2 else [], "n": at} for at in range(40)
    ]
    table = table_of('visit "/x" then +3\nif n > 5 then +1\n', leads, [at % 2 == 1 for at in range(40)])
    names = [one.name for one in features_of(table, ())]
    assert names == ["n", "visit-x"]
    assert [one.name for one in features_of(table, {"n"})] == ["visit-x"]


def test_references_are_those_that_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    import scorelang.tune.references as references

    monkeypatch.setattr(references, "_has_trees", lambda: False)
    assert list(learners()) == [LOGISTIC]
    monkeypatch.setattr(references, "_has_trees", lambda: True)
    assert list(learners()) == [LOGISTIC, TREES]


def test_the_scale_says_what_points_stand_for_and_where_odds_are(sample: Table) -> None:
    found = tuned(sample, odds=1.0)
    assert found.scale.doubling is not None
    assert found.scale.at is not None
    higher = tuned(sample, odds=2.0).scale.at
    assert higher is not None
    assert higher - found.scale.at == pytest.approx(found.scale.doubling)


def test_rules_that_held_only_before_are_not_recommended() -> None:
    leads, won = world(2000)
    turned = [got if at < 1400 else not got for at, got in enumerate(won)]
    table = table_of(MODEL.replace('if industry is "Farm" then +2\n', ""), leads, turned, dated=True)
    found = tuned(table, by="time", most_new=1)
    assert found.suggested
    assert not any(one.holds for one in found.suggested)
    assert found.suggested_verdict == "worse"
