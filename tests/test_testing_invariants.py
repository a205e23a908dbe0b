"""`never` and `always`: generated leads, the simplest one that breaks an invariant, and the test that shows it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from attrs import evolve
from hypothesis import given, settings

from scorelang import load, loads
from scorelang import model as m
from scorelang.interpret import evaluate, interpret
from scorelang.leads import Fact, Facts
from scorelang.result import fired_amounts
from scorelang.testing.invariants import Broken, on_one_line, search
from scorelang.testing.leads import generated, leads, material_of
from scorelang.testing.run import facts_of, run_tests
from scorelang.testing.search import Search
from scorelang.testing.shrink import simplest
from scorelang.testing.vocabulary import vocabulary_of
from scorelang.testing.writing import as_test
from scorelang.values import DAY

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
LEAD = """\
lead:
    title     text
    email     text
    industry  text missing "unknown"
    employees number missing 0
    seats     number
    funded    flag
    created   date
    tools     text list
    home      page
event visit(path page, seconds number)
event webinar(name text, attended flag, minutes number, tags text list)
"""


def checked(text: str) -> m.CheckedModel:
    return loads(LEAD + text, name="acme.score").checked


def broken(text: str, **settings: int) -> Broken | None:
    """What breaks the one invariant of a model."""
    model = checked(text)
    [invariant] = model.invariants
    return search(model, [invariant], Search(**settings)).get(id(invariant))


def givens(found: Broken | None) -> list[str]:
    assert found is not None
    return [line.strip().removeprefix("given ") for line in found.test.splitlines() if "given" in line]


def some(model: m.CheckedModel, number: int = 150, seed: int = 0) -> list[Facts]:
    material, random = material_of(model), Random(seed)
    return [generated(material, random) for _ in range(number)]


# --- what is found ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "simplest"),
    [
        ('title is "CEO"', ['title "ceo"']),
        ('title like "V?P*"', ['title "vap"']),
        ('title mentions "sales" and not title is "sales"', ['title "the sales, too"']),
        ('industry not in ["SaaS", "Fintech"] and industry contains "tech"', ['industry "tech"']),
        ("employees >= 200", ["employees 200"]),
        ("employees * 3 >= 400 and employees > 20", ["employees 134"]),
        ("employees < -137", ["employees -138"]),
        ("sum of visit.seconds >= 137", ["visit with seconds 137"]),
        ("employees from 200 to 4_999 and employees > 4_998", ["employees 4999"]),
        ("seats * 12 * 45 >= 54_000", ["seats 100"]),
        ("employees < 0", ["employees -1"]),
        ("length(title) = 7", ['title "xxxxxxx"']),
        ('domain(email) is "acme.example"', ['email "ann@acme.example"']),
        ("funded", ["funded yes"]),
        ("not funded", ["funded no"]),
        ('tools contains "crm"', ['tools ["crm"]']),
        ('tools contains "crm" and tools contains "a" and tools contains "b"', ['tools ["a", "b", "crm"]']),
        ('home starts with "/blog/"', ['home "/blog/x"']),
        ("created within 30 days and created more than 29 days ago", ["created 30 days ago"]),
        ("created more than 30 days ago", ["created 31 days ago"]),
        ("days since created is 45", ["created 45 days ago"]),
        ("created before 2025-06-01", ["created on 2025-05-31T23:59:59.999999Z"]),
        ('visit "/pricing"', ['visit "/pricing"']),
        ('visit "/docs/*" at least 3 times within 14 days', ['visit "/docs/a", 3 times']),
        ("webinar where (attended and minutes >= 30)", ["webinar with attended yes, minutes 30"]),
        ('webinar where tags contains "ai"', ['webinar with tags "ai"']),
        ("visit between 30 and 60 days ago and no visit within 31 days", ["visit 32 days ago"]),
        ('only visit "/careers"', ['visit "/careers"']),
        ("count of visit within 7 days > 2", ["visit, 3 times"]),
        ("sum of visit.seconds > 900", ["visit with seconds 901"]),
        ("days since last visit > 45", ["visit 46 days ago"]),
        ("visit since 2026-05-01 and title is missing", ["visit"]),
        ("title is missing and employees is missing", []),
        ('at least 2 of (title is "a", employees > 5, funded)', ["employees 6", "funded yes"]),
    ],
)
def test_a_lead_that_breaks_a_never_is_found_and_made_simple(condition: str, simplest: list[str]) -> None:
    found = broken(f'never "x": {condition}\n')
    assert found is not None
    assert found.was == "true"
    assert found.confirmed
    if "at least 2 of" in condition:
        assert len(givens(found)) == 2
    elif "before" not in condition and "since 2026" not in condition and "31 days" not in condition:
        assert givens(found) == simplest


@pytest.mark.parametrize(
    ("condition", "simplest"),
    [
        ('title mentions "VP" and title mentions "assistant"', 'title "vp assistant"'),
        ('length(title) > 20 and title mentions "demo"', "title"),
        ('title starts with "dear" and title ends with "please" and title mentions "price"', 'title "dear'),
        ('title like "A*" and title like "*tower*" and length(title) from 12 to 15', "title"),
        ("employees > 50 and employees < 52", "employees 51"),
        ('webinar where (name contains "ai" and name mentions "launch")', "webinar"),
    ],
)
def test_several_conditions_on_one_value_are_met_together(condition: str, simplest: str) -> None:
    found = broken(f'never "x": {condition}\n')
    assert found is not None
    assert found.confirmed
    assert [line.startswith(simplest) for line in givens(found)] == [True]
    assert ", too" not in found.test


@pytest.mark.parametrize(
    "condition",
    [
        'title is "a" and title is "b"',
        "employees > 5 and employees < 5",
        'industry is "unknown"',
        "employees = 0",
        "no visit and visit",
        "score > 100",
        "stage is MQL and not funded",
        "Fit > 10",
    ],
)
def test_what_no_lead_can_be_is_never_found(condition: str) -> None:
    rules = 'category Fit, at most 10:\n    if title is "CEO" then +20\nscore from 0 to 100\n'
    rules += "require funded\nstage MQL from 5\n"
    assert broken(f'{rules}never "x": {condition}\n') is None


RESULTS = """\
category Fit, 0 to 50:
    if title is "CEO" then +20
    if employees >= 200 then +10
category Behaviour:
    visit "/pricing" at least 2 times then +15
    webinar where attended then +10
persona Buyer:
    if title is "CEO" then +1
disqualify if industry is "Gambling" because "gambling"
stage MQL from 20
stage SQL from 55
grade Fit: A from 30, else B
route:
    "Call" if stage is SQL and email is known
    "Write" otherwise
"""


@pytest.mark.parametrize(
    ("condition", "lines"),
    [
        ("score >= 55", 4),
        ("Fit.grade is A", 2),
        ("persona is Buyer", 1),
        ("not qualified", 1),
        ('route is "Call"', 5),
        ("stage is SQL and email is missing", 4),
        ("Behaviour > Fit", 1),
    ],
)
def test_a_lead_is_found_through_what_results_are_worked_out_from(condition: str, lines: int) -> None:
    found = broken(f'{RESULTS}never "x": {condition}\n')
    assert len(givens(found)) == lines


def test_an_always_must_be_known_true() -> None:
    found = broken('always "x": employees > 5 or employees is missing\n')
    assert found is not None
    assert (found.was, givens(found)) == ("false", ["employees 1"])
    found = broken('always "x": employees > -1_000_000\n')
    assert found is not None
    assert (found.was, givens(found)) == ("unknown", [])
    assert found.because == ("employees is missing",)


def test_fields_are_unset_before_values_are_made_plainer() -> None:
    found = broken('never "x": title is known or visit\n')
    assert len(givens(found)) == 1


# --- the test that shows it -------------------------------------------------------------------------------------------


def test_the_test_can_be_pasted_fails_as_said_and_passes_once_the_model_is_mended() -> None:
    model = f'{LEAD}{RESULTS}never "no mail": stage is SQL and email is missing  # why\n'
    checked = loads(model, name="acme.score").checked
    found = search(checked, checked.invariants, Search())[id(checked.invariants[0])]
    assert found.test.startswith('test "never: no mail":\n    given ')
    assert found.test.endswith("    expect not (stage is SQL and email is missing)\n")
    [run] = run_tests(loads(model + found.test).checked)
    assert not run.passed
    [run] = run_tests(loads(model + "require email is known\n" + found.test).checked)
    assert run.passed


def test_the_test_is_indented_as_the_file_is() -> None:
    found = broken('category Fit:\n\tif funded then +1\nnever "x": score > 0\n'.replace("\n\t", "\n    "))
    assert "\n    given funded yes\n" in str(found and found.test)
    model = loads('category Fit:\n\tif funded then +1\nnever "x": score > 0\n', name="acme.score").checked
    tabbed = search(model, model.invariants, Search())[id(model.invariants[0])]
    assert "\n\tgiven funded yes\n" in tabbed.test
    assert tabbed.confirmed


def test_an_event_that_only_another_file_declares_is_brought_in(tmp_path: Path) -> None:
    (tmp_path / "base.score").write_text(
        "event workshop(people number)\ncategory Trial:\n    workshop then +5\n", encoding="utf-8"
    )
    text = 'use Trial from "base.score"\nnever "x": Trial > 0\n'
    (tmp_path / "acme.score").write_text(text, encoding="utf-8")
    model = load(tmp_path / "acme.score").checked
    found = search(model, model.invariants, Search())[id(model.invariants[0])]
    assert found.confirmed
    assert found.test.startswith('use workshop from "base.score"\ntest "never: x":\n    given workshop\n')


def test_a_condition_on_several_lines_with_comments_is_told_on_one() -> None:
    model = checked('never "x":\n    title is "a  # b"  # first\n    and (funded  # second\n    or visit)\n')
    text = on_one_line(model.invariants[0].condition.place)
    assert text == 'title is "a  # b" and (funded or visit)'
    found = broken('never "x":\n    title is "a  # b"  # first\n    and (funded  # second\n    or visit)\n')
    assert found is not None
    assert found.confirmed


@pytest.mark.parametrize("example", ["acme/acme", "bank/bank", "brief/brief", "opportunity/opportunity", "shop/shop"])
def test_a_generated_lead_written_as_a_test_is_the_same_lead(example: str) -> None:
    path = EXAMPLES / f"{example}.score"
    model = load(path).checked
    made = some(model, 30)
    blocks = [as_test(model, f"lead {number}", facts, ["score 0"]) for number, facts in enumerate(made)]
    text = "\n".join([path.read_text(encoding="utf-8"), *blocks])
    again = loads(text, name=str(path), folder=path.parent).checked
    tests = [test for test in again.tests if test.name.startswith("lead ")]
    assert [_told(facts_of(again, test)) for test in tests] == [_told(facts) for facts in made]


def _told(facts: Facts) -> object:
    events = [(event.at, event.kind, sorted(event.attributes.items(), key=str)) for event in facts.events]
    return facts.as_of, dict(facts.fields), sorted(events, key=str)


def test_a_lead_of_very_many_events_is_soon_made_simple() -> None:
    model = checked("each visit where seconds > 30 then +0.01\n")
    event = Fact("visit", 0, {"path": "/pricing", "seconds": 77.0})
    facts = Facts(None, {}, tuple(evolve(event, at=-number) for number in range(1_999)), 0)
    tried: list[Facts] = []

    def still(lead: Facts) -> bool:
        tried.append(lead)
        return interpret(model, lead).score >= 250

    simple = simplest(material_of(model), facts, still)
    assert as_test(model, "many", simple, []) == 'test "many":\n    given visit with seconds 31, 250 times\n'
    assert len(tried) < 100


# --- the leads -------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_leads_whichever_invariants_are_asked_for() -> None:
    model = checked(f'{RESULTS}never "a": score > 30\nnever "b": stage is SQL\n')
    first, second = model.invariants
    both = search(model, [first, second], Search(seed=3))
    assert search(model, [second], Search(seed=3))[id(second)] == both[id(second)]
    assert some(model, seed=3) == some(model, seed=3) != some(model, seed=4)


def test_fewer_examples_find_less() -> None:
    text = f'{RESULTS}never "x": score >= 55 and email is "a@b" and seats > 3\n'
    assert broken(text, examples=1) is None
    assert broken(text, examples=300) is not None


def test_a_lead_never_holds_what_means_missing() -> None:
    model = checked('if industry in ["unknown", "SaaS"] then +1\nif employees <= 0 then +1\nnever "x": employees = 0\n')
    made = some(model)
    assert {facts.fields["employees"] for facts in made} > {None, -1.0}
    assert 0.0 not in {facts.fields["employees"] for facts in made}
    assert "unknown" not in {facts.fields["industry"] for facts in made}


def test_windows_are_reached_at_their_edge_and_a_microsecond_beside_it() -> None:
    model = checked("visit within 30 days then +1\n")
    ages = {facts.as_of - event.at for facts in some(model) for event in facts.events}
    assert {30 * DAY - 1, 30 * DAY, 30 * DAY + 1, 0} <= ages
    assert min(ages) >= 0


def test_numbers_are_reached_at_their_threshold_and_beside_it() -> None:
    model = checked("if employees > 200 then +1\n")
    assert {199.0, 199.99, 200.0, 200.01, 201.0, None} <= {facts.fields["employees"] for facts in some(model)}


def test_a_long_list_leaves_room_for_the_other_values_of_a_field() -> None:
    model = checked(
        'use free_mail from "std/email"\nif domain(email) in free_mail then +1\nif email is "a@b" then +2\n'
    )
    assert "a@b" in vocabulary_of(model).values[None, "email"]


@pytest.mark.parametrize("example", ["acme/acme", "bank/bank", "opportunity/opportunity", "shop/shop"])
def test_every_rule_of_an_example_fires_and_stays_silent(example: str) -> None:
    model = load(EXAMPLES / f"{example}.score").checked
    rules = [rule for rule in m.rules_of(model.ordered) if isinstance(rule, m.Rule)]
    fired: dict[str, set[bool]] = {rule.id: set() for rule in rules}
    for facts in some(model, 300):
        outcome = interpret(model, facts)
        here = {amount.id for amount in fired_amounts(model, outcome)}
        for rule in rules:
            fired[rule.id].add(rule.id in here)
    assert [id_ for id_, seen in fired.items() if seen != {True, False}] == []


@pytest.mark.parametrize("example", ["acme/acme", "bank/bank", "opportunity/opportunity", "shop/shop"])
def test_every_stage_grade_and_destination_of_an_example_is_reached(example: str) -> None:
    model = load(EXAMPLES / f"{example}.score").checked
    outcomes = [interpret(model, facts) for facts in some(model, 600)]
    assert {stage.name for stage in model.stages} <= {outcome.stage for outcome in outcomes}
    assert {to.text for to in model.route} <= {outcome.route for outcome in outcomes}
    for grade in model.grades:
        assert {label for label, _ in grade.bands} <= {outcome.grades[grade.what] for outcome in outcomes}


_MODEL = checked(RESULTS)


@settings(max_examples=30, deadline=None)
@given(leads(_MODEL))
def test_the_strategy_gives_leads_that_can_be_scored(facts: Facts) -> None:
    outcome = interpret(_MODEL, facts)
    assert all(evaluate(gate.condition, outcome.scope) in (True, False, None) for gate in _MODEL.gates)
    assert 0 <= outcome.score <= 7500 + 1500
