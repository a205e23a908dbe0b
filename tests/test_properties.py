"""What holds for every model and every lead: tried on generated ones (tests/generators)."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import assume, event, given
from hypothesis import strategies as st

import scorelang
from scorelang import LeadError, Model, ModelError, Result
from scorelang import model as m
from scorelang.interpret import Outcome, Scope, evaluate, interpret, rule_holds
from scorelang.values import Type

from .generators import examples
from .generators.cases import Case, cases, facts_of, outcome_of, scored
from .generators.constants import below
from .generators.junk import junk
from .generators.layout import laid_out_again, spoiled
from .generators.leads import events_for, micros
from .generators.models import ModelText, models
from .generators.raw import instant_text
from .generators.truths import degree_of, spelled, truths

DAY = 86_400_000_000


# --- every model, every lead ----------------------------------------------------------------------------------------


@examples(40)
@given(models())
def test_every_model_that_follows_the_grammar_and_the_types_loads(written: ModelText) -> None:
    written.load()


@examples(20)
@given(cases(rich=True))
def test_every_lead_that_fits_a_model_is_scored(case: Case) -> None:
    for history in case.histories:
        result = case.model.score(history.lead, history.events, history.as_of)
        _check_result(case.model.checked, result)
        event(f"fired {min(len(result.fired), 3)}, stage {result.stage != 'none'}, blocked {bool(result.blocked_by)}")


def _check_result(model: m.CheckedModel, result: Result) -> None:
    """A result says only what its model can say, and can be written as JSON."""
    assert json.loads(json.dumps(result.to_dict())) == result.to_dict()
    ids = [rule.id for rule in m.rules_of(model.ordered)]
    fired = [amount.rule for amount in result.fired]
    assert fired == [identity for identity in ids if identity in fired]
    assert len(set(ids)) == len(ids)
    assert result.stage in ("none", *(stage.name for stage in model.stages))
    assert result.route in (None, *(to.text for to in model.route))
    assert result.qualified == (not result.blocked_by)
    assert list(result.grades) == [grade.what for grade in model.grades]
    assert set(result.grades.values()) <= {label for grade in model.grades for label in _labels(grade)}
    assert list(result.categories) == [group.name for group in model.groups if group.word == "category"]
    for points in (result.score, *result.categories.values(), *(amount.points for amount in result.fired)):
        assert points == round(points * 100) / 100


def _labels(grade: m.Grade) -> tuple[str, ...]:
    return (*(label for label, _ in grade.bands), grade.otherwise)


@examples(20)
@given(cases(number=1), st.data())
def test_any_lead_at_all_is_scored_or_refused_with_a_lead_error(case: Case, data: st.DataObject) -> None:
    history = case.histories[0]
    lead: Any = dict(history.lead)
    for name in data.draw(st.lists(st.sampled_from([*lead, "id", "events"]), max_size=3)):
        lead[name] = data.draw(junk())
    events: Any = [dict(one) for one in history.events]
    for one in events:
        if data.draw(st.booleans()):
            one[data.draw(st.sampled_from([*one, "type", "at"]))] = data.draw(junk())
    lead = data.draw(st.one_of(st.just(lead), st.just(lead), junk()))
    events = data.draw(st.one_of(st.just(events), st.just(events), st.none(), junk()))
    try:
        answer: Result | LeadError = case.model.score(lead, events, history.as_of)
    except LeadError as error:
        answer = error
    event(type(answer).__name__)
    assert str(answer)


@examples(12)
@given(cases())
def test_the_same_lead_gets_the_same_result_again_and_from_the_same_text_loaded_again(case: Case) -> None:
    again = case.written.load()
    assert again.fingerprint == case.model.fingerprint
    for history in case.histories:
        assert scored(case.model, history) == scored(case.model, history) == scored(again, history)


@examples(12)
@given(cases())
def test_scoring_many_leads_gives_what_scoring_each_gives(case: Case) -> None:
    leads = [history.lead | {"events": history.events} for history in case.histories]
    as_of = case.histories[0].as_of
    each = [case.model.score(lead, as_of=as_of) for lead in leads]
    assert list(case.model.score_many(leads, as_of=as_of)) == each


# --- order does not matter ------------------------------------------------------------------------------------------


@examples(15)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(case: Case, random: Any) -> None:
    for history in case.histories:
        shuffled = evolve(history, events=random.sample(history.events, len(history.events)))
        assert scored(case.model, shuffled) == scored(case.model, history)


@examples(15)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter_for_the_score(case: Case, random: Any) -> None:
    model = case.model.checked
    groups = tuple(evolve(group, scoring=_shuffled(random, group.scoring)) for group in model.groups)
    turned = evolve(model, groups=groups, scoring=_shuffled(random, model.scoring))
    for history in case.histories:
        facts = facts_of(case.model, history)
        before, after = interpret(model, facts), interpret(turned, facts)
        assert (before.score, before.persona, before.stage) == (after.score, after.persona, after.stage)
        assert [done.value for done in before.subtotals] == [done.value for done in after.subtotals]


def _shuffled(random: Any, scoring: tuple[m.Scoring, ...]) -> tuple[m.Scoring, ...]:
    return tuple(random.sample(scoring, len(scoring)))


# --- time -----------------------------------------------------------------------------------------------------------


NAMES = st.sampled_from(("a", "b", "c", "d", "e"))
DEFINES = "define u as a\ndefine v as u\ndefine w as e\n"
# What tells the types of two names, or leaves them open; `d` and `e` may stand for defines.
TELLING = st.sampled_from((
    "if {} > 3 then +1", "if {} within 30 days then +1", "if {} then +1", 'if {} contains "x" then +1',
    "if {} is known then +1", "if {} > {} then +1", "if {} is {} then +1", "if {} + {} > 3 then +1",
    "if {} from {} to 9 then +1", "if {} in [1, 2] then +1", "if length({}) > {} then +1", "if v > {} then +1",
    "if w is {} then +1", "if v then +1", "if {} < w then +1", "foo where {} > {} then +1", "each foo then +{}",
    "foo where {} is known then +1", "if sum of foo.{} > {} then +1", "if visit where {} = 1 then +1",
    "category C{}:\n    if {} >= {} then +1", "require {} since 2025-01-01", "stage S{} when {} is {}",
))  # fmt: skip


@examples(150)
@given(st.lists(st.tuples(TELLING, NAMES, NAMES, NAMES), min_size=1, max_size=8, unique=True), st.randoms())
def test_the_types_that_uses_tell_do_not_depend_on_the_order_of_statements(told: list[Any], random: Any) -> None:
    lines = [*(line.format(*names) for line, *names in told), *DEFINES.splitlines()]
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert _types_told(lines) == _types_told(shuffled)


def _types_told(statements: list[str]) -> object:
    """The types of all fields and attributes; None where uses contradict each other."""
    try:
        model = scorelang.loads("\n".join(statements)).checked
    except ModelError:
        return None
    kinds = {(kind.name, known.name): known.type for kind in model.kinds.values() for known in kind.attributes}
    return {known.name: known.type for known in model.fields} | kinds


@examples(15)
@given(cases(), st.data())
def test_an_event_after_as_of_does_not_exist(case: Case, data: st.DataObject) -> None:
    for history in case.histories:
        later = data.draw(events_for(case.model, history, when=lambda at, as_of: as_of + 1 + abs(as_of - at)))
        assume(later["type"] in case.model.checked.kinds)
        assume(history.instant < micros("9999-12-29"))
        assert scored(case.model, evolve(history, events=[*history.events, later])) == scored(case.model, history)


@examples(15)
@given(cases())
def test_a_history_cut_at_as_of_gives_what_the_whole_history_gives(case: Case) -> None:
    for history in case.histories:
        kept = [one for one in history.events if _at(case.model, one) <= history.instant]
        event(f"cut {min(len(history.events) - len(kept), 3)}")
        assert scored(case.model, evolve(history, events=kept)) == scored(case.model, history)


def _at(model: Model, one: dict[str, Any]) -> int:
    return model.instant(one["at"])


@examples(12)
@given(cases(), st.dictionaries(st.text(max_size=5), junk(), max_size=3))
def test_events_of_a_kind_that_the_model_does_not_name_change_nothing(case: Case, rest: dict[str, Any]) -> None:
    for history in case.histories:
        more = [*history.events, rest | {"type": "no_such_kind"}]
        assert scored(case.model, evolve(history, events=more)) == scored(case.model, history)


@examples(20)
@given(cases(wanted=("start over",)))
def test_starting_over_forgets_what_came_before_and_nothing_else(case: Case) -> None:
    start_over = case.model.checked.start_over
    assert start_over is not None
    plain = evolve(case.model.checked, start_over=None)
    for history in case.histories:
        facts = facts_of(case.model, history)
        resets = [one.at for one in facts.events if _meant(start_over, one, facts, case.model)]
        kept = [one for one in facts.events if one.at > max(resets, default=-(10**30))]
        event(f"forgot {min(len(facts.events) - len(kept), 3)}")
        _check_same(interpret(case.model.checked, facts), interpret(plain, evolve(facts, events=tuple(kept))))


def _meant(query: m.Query, one: Any, facts: Any, model: Model) -> bool:
    """Whether an event is one of those meant, asked by counting in a history of that event alone."""
    count = m.CountOf(Type.NUMBER, query.place, query)
    return evaluate(count, Scope(evolve(facts, events=(one,)), model.checked.zone)) == 1.0


def _check_same(one: Outcome, other: Outcome) -> None:
    for name in ("loose", "total", "score", "persona", "qualified", "stage", "grades", "route"):
        assert getattr(one, name) == getattr(other, name), name
    assert [done.value for done in one.subtotals] == [done.value for done in other.subtotals]


# --- sums and bounds ------------------------------------------------------------------------------------------------


@examples(20)
@given(cases())
def test_the_parts_explain_the_whole_to_the_hundredth(case: Case) -> None:
    for history in case.histories:
        outcome = outcome_of(case.model, history)
        result = case.model.score(history.lead, history.events, history.as_of)
        counted = [
            done for done in outcome.subtotals if done.group.word == "category" or done.group.name == outcome.persona
        ]
        fired = sum(round(amount.points * 100) for amount in result.fired)
        silence = sum(done.after_silence - done.total for done in counted)
        bounds = sum(done.value - done.after_silence for done in counted)
        weights = sum(done.adds - done.value for done in counted)
        clamped = outcome.score - outcome.total
        assert fired + silence + bounds + weights + clamped == outcome.score == round(result.score * 100)


@examples(20)
@given(cases())
def test_bounds_hold(case: Case) -> None:
    model = case.model.checked
    for history in case.histories:
        outcome = outcome_of(case.model, history)
        values = {done.group.name: done.value for done in outcome.subtotals if done.group.word == "category"}
        _check_bounds(outcome.score, model.least, model.most)
        for done in outcome.subtotals:
            least, most = (
                values[limit] if isinstance(limit, str) else limit for limit in (done.group.least, done.group.most)
            )
            _check_bounds(done.value, least, most)
        amounts = {amount.id: amount.points for done in outcome.subtotals for amount in done.amounts}
        amounts |= {amount.id: amount.points for amount in outcome.loose}
        for rule in m.rules_of(model.ordered):
            if isinstance(rule, m.Rule) and rule.id in amounts:
                _check_bounds(amounts[rule.id], rule.modifiers.least, rule.modifiers.most)


def _check_bounds(points: int, least: int | None, most: int | None) -> None:
    assert most is None or points <= most
    assert least is None or points >= least or points == most


@examples(15)
@given(cases(wanted=("weights",), without=("bounds",)))
def test_a_category_with_a_weight_adds_between_its_share_of_its_least_and_its_weight(case: Case) -> None:
    """So that the score is within 0 and 100 where no category goes below 0."""
    for history in case.histories:
        outcome = outcome_of(case.model, history)
        for done in outcome.subtotals:
            weight, least, most = done.group.weight, done.group.least, done.group.most
            assert weight is not None
            assert isinstance(most, int)
            assert done.adds <= math.ceil(weight * 100)
            assert not isinstance(least, int) or done.adds >= math.floor(Fraction(least, most) * weight * 100)
        assert outcome.score <= 100_00 + len(outcome.subtotals)


@examples(15)
@given(cases())
def test_a_choice_gives_what_one_of_its_branches_gives_alone(case: Case) -> None:
    model = case.model.checked
    every = [part for group in model.groups for part in group.scoring] + list(model.scoring)
    for choice in (part for part in every if isinstance(part, m.Choice)):
        for history in case.histories:
            facts = facts_of(case.model, history)
            alone = [_alone(model, branch, facts) for branch in choice.branches if branch.form != "otherwise"]
            scope = outcome_of(case.model, history).scope
            true = [points for points, branch in zip(alone, choice.branches, strict=False) if rule_holds(branch, scope)]
            last = choice.branches[-1]
            other = _alone(model, last, facts) if last.form == "otherwise" else None
            best = max((points for points in true if points is not None), default=None)
            assert _alone(model, choice, facts) == ((best if choice.best else true[0]) if true else other)


def _alone(model: m.CheckedModel, scoring: m.Scoring, facts: Any) -> int | None:
    """What a rule, choice or matrix gives in a model of its own."""
    loose = interpret(
        evolve(model, groups=(), scoring=(scoring,), gates=(), stages=(), grades=(), route=()), facts
    ).loose
    return loose[0].points if loose else None


@examples(15)
@given(cases(wanted=("personas",), without=("weights",)))
def test_only_the_persona_with_the_most_points_counts(case: Case) -> None:
    for history in case.histories:
        outcome = outcome_of(case.model, history)
        personas = [done for done in outcome.subtotals if done.group.word == "persona"]
        best = max((done.value for done in personas), default=0)
        chosen = next((done for done in personas if done.value == best), None) if best > 0 else None
        assert outcome.persona == (chosen.group.name if chosen else None)
        others = sum(done.adds for done in outcome.subtotals if done.group.word == "category")
        assert outcome.total == others + sum(amount.points for amount in outcome.loose) + (best if chosen else 0)


# --- what is known --------------------------------------------------------------------------------------------------

STRICT = (m.IsKnown, m.AmountOf, m.Query, m.ResultValue)


@examples(20)
@given(cases(), st.data())
def test_forgetting_a_field_makes_no_condition_true_or_false_that_was_not(case: Case, data: st.DataObject) -> None:
    """Kleene: with less known, a condition keeps its value or becomes unknown (those that ask what is known apart)."""
    conditions = [test for test in _conditions(case.model.checked) if not _asks_what_is_known(test)]
    assume(conditions and case.model.checked.fields)
    for history in case.histories:
        facts = facts_of(case.model, history)
        name = data.draw(st.sampled_from([definition.name for definition in case.model.checked.fields]))
        less = evolve(facts, fields={**facts.fields, name: None})
        for test in conditions:
            before, after = (evaluate(test, Scope(known, case.model.checked.zone)) for known in (facts, less))
            assert after is None or after == before


def _asks_what_is_known(test: m.Expression) -> bool:
    return any(isinstance(part, STRICT) for part, _ in below(test))


def _conditions(model: m.CheckedModel) -> Iterable[m.Expression]:
    for rule in m.rules_of(model.ordered):
        if isinstance(rule, m.Rule) and rule.condition is not None:
            yield rule.condition
        elif isinstance(rule, m.Grid):
            yield from (test for test in (*rule.rows, *rule.columns) if test is not None)
    yield from (gate.condition for gate in model.gates)


@examples(60)
@given(truths())
def test_conditions_follow_three_valued_logic(tree: Any) -> None:
    test = spelled(tree)
    model = scorelang.loads(
        "lead:\n    a flag\n    b flag\n    c flag\n"
        f"if {test} then +1\nif not ({test}) then +2\nif ({test}) is missing then +4\nif ({test}) is known then +8\n"
    )
    for values in product((None, False, True), repeat=3):
        degree = degree_of(
            tree, {name: 0.5 if value is None else float(value) for name, value in zip("abc", values, strict=True)}
        )
        assert model.score(dict(zip("abc", values, strict=True))).score == {1: 9, 0: 10, 0.5: 4}[degree]


# --- more events, more time -----------------------------------------------------------------------------------------

AS_OF = micros("2026-06-15T12:00:00")
APRIL = micros("2026-04-01T00:00:00")
turns = st.sampled_from([0, DAY, 7 * DAY, 30 * DAY, 60 * DAY, 90 * DAY, AS_OF - APRIL])
edges = st.builds(lambda age, off: max(0, age + off), turns, st.integers(-1, 1))
ages = edges | edges | st.integers(0, 200 * DAY)


def _visits(some: Iterable[int], path: str = "/pricing") -> list[dict[str, Any]]:
    return [{"type": "visit", "path": path, "at": instant_text(AS_OF - age, UTC)} for age in some]


def _hundredths(result: Result) -> int:
    return round(result.score * 100)


@examples(40)
@given(st.lists(ages, max_size=8), ages)
def test_one_more_event_never_takes_points_from_rules_that_only_give_for_having_events(
    some: list[int], more: int
) -> None:
    model = scorelang.loads(
        'visit "/pricing" within 30 days then +3\nvisit at least 3 times within 60 days then +5\n'
        "each visit within 90 days then +1.25, at most 6\neach visit then +2, 2 times a week\n"
        "each visit then +4, fading out over 60 days\nif count of visit > 4 then +1\n"
        "category C, 0 to 20, losing 25% every 7 days of silence:\n    each visit then +10, losing 50% every 30 days\n"
    )
    before, after = (model.score({}, _visits(ages), instant_text(AS_OF, UTC)) for ages in (some, [*some, more]))
    assert after.score >= before.score


@examples(40)
@given(st.lists(ages, min_size=1, max_size=5), st.integers(0, 100 * DAY))
def test_points_that_wear_off_never_grow_with_time(some: list[int], later: int) -> None:
    model = scorelang.loads(
        "each visit then +10, losing 33.3% every 7 days\nvisit then +7.77, fading out over 90 days\n"
        "category C, losing 1% every 1 hour of silence:\n"
        "    each visit then +3, losing 50% every 30 days, fading out over 80 days\n"
    )
    now, then = (model.score({}, _visits(some), instant_text(at, UTC)) for at in (AS_OF, AS_OF + later))
    assert then.score <= now.score


# --- a second opinion on the hard parts, worked out in another way ----------------------------------------------------

SIZES = {"minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800, "months": 2_592_000}


def _round(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _left_after(points: Decimal, share: Decimal, periods: int) -> Decimal:
    """Step by step: in every period that share of what is left goes."""
    for _ in range(periods):
        points -= points * share / 100
        if abs(points) < Decimal("1e-9"):
            return Decimal(0)
    return points


@examples(60)
@given(
    st.lists(ages, max_size=5),
    st.integers(-5_000, 5_000).filter(bool),
    st.sampled_from(["50", "25", "33.3", "99.99", "100", "0.5", "12.34"]),
    st.integers(1, 40),
    st.sampled_from(["hours", "days", "weeks"]),
)
def test_losing_a_share_every_period_is_what_taking_it_step_by_step_gives(
    some: list[int], hundredths: int, share: str, number: int, unit: str
) -> None:
    points = Decimal(hundredths) / 100
    decay = f"losing {share}% every {number} {unit}"
    model = scorelang.loads(
        f"category E:\n    each visit then {points:+}, {decay}\ncategory L:\n    visit then {points:+}, {decay}\n"
    )
    result = model.score({}, _visits(some), instant_text(AS_OF, UTC))
    with localcontext() as context:
        context.prec = 3_000
        every = number * SIZES[unit] * 1_000_000
        left = [_round(_left_after(Decimal(hundredths), Decimal(share), age // every)) for age in some]
    assert round(result.categories["E"] * 100) == sum(left)
    latest = min(range(len(some)), key=some.__getitem__, default=None)
    assert round(result.categories["L"] * 100) == (0 if latest is None else left[latest])


@examples(60)
@given(
    st.lists(ages, max_size=5),
    st.integers(-5_000, 5_000).filter(bool),
    st.integers(1, 90),
    st.sampled_from(["hours", "days"]),
)
def test_fading_out_is_a_straight_line_to_nothing(some: list[int], hundredths: int, number: int, unit: str) -> None:
    over = number * SIZES[unit] * 1_000_000
    model = scorelang.loads(f"each visit then {Decimal(hundredths) / 100:+}, fading out over {number} {unit}")
    result = model.score({}, _visits(some), instant_text(AS_OF, UTC))
    sign = 1 if hundredths > 0 else -1
    # In whole numbers: twice the exact value plus a half, rounded down.
    left = [sign * ((2 * abs(hundredths) * max(0, over - age) + over) // (2 * over)) for age in some]
    assert _hundredths(result) == sum(left)


@examples(60)
@given(st.lists(ages, max_size=6), ages, st.integers(0, 5_000), st.sampled_from(["25", "50", "1", "100"]))
def test_silence_counts_from_the_latest_event_of_any_kind_the_model_names(
    some: list[int], other: int, hundredths: int, share: str
) -> None:
    model = scorelang.loads(
        f"event ping(x text)\nlead:\n    ok flag\ncategory C, losing {share}% every 10 days of silence:\n"
        f"    if ok then {Decimal(hundredths) / 100:+}\n    visit then +0\n"
    )
    events = [
        *_visits(some),
        {"type": "ping", "at": instant_text(AS_OF - other, UTC)},
        {"type": "form", "at": instant_text(AS_OF, UTC)},
    ]
    with localcontext() as context:
        context.prec = 300
        expected = _round(_left_after(Decimal(hundredths), Decimal(share), min([*some, other]) // (10 * DAY)))
    assert _hundredths(model.score({"ok": True}, events, instant_text(AS_OF, UTC))) == expected


@examples(60)
@given(st.lists(ages, max_size=8), st.integers(0, 60), st.integers(0, 60), st.sampled_from(["days", "weeks", "hours"]))
def test_windows_count_the_events_between_their_ends(some: list[int], one: int, other: int, unit: str) -> None:
    low, high = sorted((one, other))
    model = scorelang.loads(
        f"category W:\n    if yes then +count of visit within {high} {unit}\n"
        f"category M:\n    if yes then +count of visit more than {low} {unit} ago\n"
        f"category B:\n    if yes then +count of visit between {low} and {high} {unit} ago\n"
        "category S:\n    if yes then +count of visit since 2026-04-01\n"
        "category P:\n    if yes then +count of visit before 2026-04-01T00:00\n"
    )
    now = datetime(2026, 6, 15, 12, tzinfo=UTC)
    near, far = timedelta(seconds=low * SIZES[unit]), timedelta(seconds=high * SIZES[unit])
    moments = [now - timedelta(microseconds=age) for age in some]
    april = datetime(2026, 4, 1, tzinfo=UTC)
    expected = {
        "W": sum(now - far <= moment <= now for moment in moments),
        "M": sum(moment < now - near for moment in moments),
        "B": sum(now - far <= moment <= now - near for moment in moments),
        "S": sum(moment >= april for moment in moments),
        "P": sum(moment < april for moment in moments),
    }
    assert model.score({}, _visits(some), now).categories == expected


@examples(60)
@given(
    st.lists(st.tuples(st.one_of(st.integers(0, 40 * 24), st.integers(0, 3)), st.integers(-300, 900)), max_size=12),
    st.integers(1, 3),
    st.sampled_from(["day", "week", "month"]),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Australia/Lord_Howe"]),
    st.sampled_from(["2026-04-10T01:00", "2026-11-05T23:30", "2027-01-02T00:00", "2021-01-04T12:00"]),
)
def test_only_the_latest_so_many_of_each_day_week_or_month_count(
    told: list[tuple[int, int]], number: int, period: str, zone: str, start: str
) -> None:
    model = scorelang.loads(f'timezone "{zone}"\neach adjustment then +points, {number} times a {period}')
    now = datetime.fromisoformat(start).replace(tzinfo=UTC)
    events = [
        {"type": "adjustment", "at": now - timedelta(hours=hours), "points": points / 100} for hours, points in told
    ]
    piles: dict[str, list[tuple[datetime, int]]] = {}
    for hours, points in told:
        moment = now - timedelta(hours=hours)
        label = {"day": "%Y-%m-%d", "week": "%G-%V", "month": "%Y-%m"}[period]
        piles.setdefault(moment.astimezone(ZoneInfo(zone)).strftime(label), []).append((moment, points))
    expected = sum(points for pile in piles.values() for _, points in sorted(pile)[-number:])
    assert _hundredths(model.score({}, events, now)) == expected


@examples(60)
@given(st.lists(st.sampled_from(["/a", "/A/", "/b", None, "/c?x=1"]), max_size=6))
def test_no_only_and_how_often_agree_with_counting(paths: list[str | None]) -> None:
    model = scorelang.loads(
        'no visit "/a" then +1\nonly visit "/a" then +2\nvisit "/a" at least 2 times then +4\n'
        'visit "/a" exactly 1 times then +8\nvisit "/a" fewer than 2 times then +16\n'
        'visit in ["/a", "/b"] more than 2 times then +32\nvisit "/?" at most 3 times then +64\n'
    )
    clean = [None if path is None else path.lower().rstrip("/").partition("?")[0] for path in paths]
    a, ab, one = clean.count("/a"), clean.count("/a") + clean.count("/b"), sum(path is not None for path in clean)
    tests = (a == 0, a >= 1 and a == len(paths), a >= 2, a == 1, a < 2, ab > 2, one <= 3)
    events = [{"type": "visit", "path": path, "at": "2026-06-01"} for path in paths]
    assert model.score({}, events, "2026-06-15").score == sum(2**at for at, holds in enumerate(tests) if holds)


@examples(40)
@given(
    st.dates(date(1990, 1, 1), date(2060, 12, 31)),
    st.integers(0, 86_399),
    st.sampled_from(["Europe/Berlin", "America/St_Johns"]),
)
def test_days_since_a_date_are_whole_days_of_24_hours(day: date, second: int, zone: str) -> None:
    model = scorelang.loads(f'timezone "{zone}"\nlead:\n    d date\nif d is known then +days since d')
    now = datetime(2026, 6, 15, 12, tzinfo=UTC) + timedelta(seconds=second)
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert model.score({"d": day.isoformat()}, [], now).score == (now - start).total_seconds() // 86_400


# --- text -----------------------------------------------------------------------------------------------------------


@examples(20)
@given(cases(number=2), st.data())
def test_comments_blank_lines_and_lines_continued_below_change_nothing(case: Case, data: st.DataObject) -> None:
    _check_laid_out(case, data.draw(laid_out_again(case.written)))


@examples(20)
@given(cases(number=2), st.data())
def test_comments_inside_a_continued_statement_change_nothing(case: Case, data: st.DataObject) -> None:
    _check_laid_out(case, data.draw(laid_out_again(case.written, inside=True)))


def _check_laid_out(case: Case, text: str) -> None:
    again = case.written.load(text)
    assert again.fingerprint == case.model.fingerprint
    for history in case.histories:
        assert scored(again, history) == scored(case.model, history)


@examples(40)
@given(models(), st.data())
def test_a_text_that_is_no_model_is_refused_with_a_message_for_every_mistake(
    written: ModelText, data: st.DataObject
) -> None:
    text = data.draw(spoiled(written.text))
    start = time.process_time()
    refused = _refusal(written, text)
    assert time.process_time() - start < 2
    event("refused" if refused else "still a model")
    assert refused is None or refused.diagnostics
    for found in refused.diagnostics if refused else ():
        assert 0 <= found.span.start <= found.span.end <= len(found.source.text)
        assert found.render()
        assert json.dumps(found.to_dict())


def _refusal(written: ModelText, text: str) -> ModelError | None:
    """Why a text is refused; None when it is a model."""
    try:
        written.load(text)
    except ModelError as error:
        return error
    return None


@examples(60)
@given(st.text(max_size=200))
def test_any_text_at_all_is_a_model_or_refused(text: str) -> None:
    refused = _refusal(ModelText(()), text)
    assert refused is None or str(refused)


@pytest.mark.parametrize("where", ["if a then +1", "stage A from 1", 'list x = ["a"]', "score at most 5"])
def test_a_model_says_something_else_when_a_line_is_added(where: str) -> None:
    start = "lead:\n    a flag\n    b flag\nif b then +1\n"
    assert scorelang.loads(start).fingerprint != scorelang.loads(f"{start}{where}\n").fingerprint
