"""What is proved of two versions of a model: what can differ for a lead, by how much, and what a lead is to both."""

from __future__ import annotations

import itertools

import pytest
from attrs import evolve

import scorelang
from scorelang import model as m
from scorelang.analysis.crossing import crossed
from scorelang.analysis.joint import joint
from scorelang.analysis.versions import compare
from scorelang.diff import difference
from scorelang.diff.proof import Part, Proof, Turn
from scorelang.interpret import interpret
from scorelang.leads import Fact, Facts
from scorelang.values import DAY

LEAD = "lead:\n    title text\n    employees number\n    demo flag\n    created date\n"
EVENTS = "event visit(path page, seconds number)\nevent meeting(role text)\n"


def checked(text: str, name: str = "model.score") -> m.CheckedModel:
    return scorelang.loads(text, name=name).checked


def compared(old: str, new: str, *, head: str = LEAD + EVENTS, seconds: float = 60) -> Proof:
    one, other = checked(head + old, "old.score"), checked(head + new, "new.score")
    return compare(one, other, difference(one, other), seconds)


def part(proof: Proof, name: str) -> Part:
    return next(each for each in proof.parts if each.name == name)


def far(proof: Proof) -> tuple[int | None, int | None]:
    """By how many hundredths scores fall and rise at most; both are exact."""
    assert proof.up is not None
    assert proof.down is not None
    assert proof.up.exact
    assert proof.down.exact
    return proof.down.points, proof.up.points


# --- the same -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("if employees >= 10 then +5\nif demo then +1\n", "if demo then +1\nif not employees < 10 then +5\n"),
        ("if demo then +5\n", "if demo and title is known then +5\nif demo and title is missing then +5\n"),
        ("if employees >= 5 and employees <= 9 then +1\n", "if employees from 5 to 9 then +1\n"),
        ("choose:\n    if demo then +5\n    otherwise +2\n",
         "if demo then +3\nif demo is missing then +2\nif demo is known then +2\n"),
        ("visit within 30 days then +5\n", "if count of visit within 30 days >= 1 then +5\n"),
        ("if title contains \"chief exec\" then +5\n",
         "if title contains \"chief exec\" and title contains \"chief\" then +5\n"),
        ("each visit within 30 days then +5, at most 10\n",
         "visit at least 1 times within 30 days then +5\nvisit at least 2 times within 30 days then +5\n"),
        ("visit then +10, losing 50% every 30 days\n", "visit then +10, losing 50% every 30 days\n"),
        ("each visit within 90 days then +2, once a day\n", "each visit within 90 days then +2, once a day\n"),
        ("if employees * title_length > 5 then +1\n".replace("title_length", "length(title)"),
         "if employees * length(title) > 5 then +1\n"),
        ("category Fit, at most 10:\n    if demo then +10\n    if employees > 5 then +10\nstage MQL from 10\n",
         "category Fit, at most 10:\n    if demo or employees > 5 then +10\nstage MQL from 3\n"),
    ],
)  # fmt: skip
def test_what_is_written_in_another_way_is_the_same_for_every_lead(old: str, new: str) -> None:
    proof = compared(old, new)
    assert proof.decision == "same", proof
    assert (proof.up, proof.down, proof.shown) == (None, None, None)


def test_names_of_categories_stages_and_personas_are_no_difference() -> None:
    text = "category {}, at most 30:\n    if demo then +10\n    if employees > 3 then +7\nstage {} from 10\n"
    proof = compared(text.format("Fit", "Warm"), text.format("Match", "Tepid"))
    assert part(proof, "score").decision == "same"
    assert part(proof, "stage").decision == "same"


# --- different ------------------------------------------------------------------------------------------------------


def test_the_largest_differences_are_exact() -> None:
    proof = compared(
        "score from 0 to 12\nif demo then +5\nif employees > 3 then +10\n",
        "score from 0 to 12\nif demo then +9\nif employees > 3 then +4\n",
    )
    # With both, 12 becomes 12; the one alone gives 4 more, the other 6 less.
    assert far(proof) == (-600, 400)
    assert proof.decision == "different"


def test_a_lead_that_differs_is_scored_and_made_simple() -> None:
    proof = compared("if demo then +5\nif employees > 3 then +5\n", "if demo then +5\nif employees > 4 then +5\n")
    assert proof.shown is not None
    assert proof.shown.test == 'test "it is as it was":\n    given employees 4\n    expect score 5\n'
    assert proof.shown.confirmed
    assert [(cause.name, cause.before, cause.after) for cause in proof.shown.causes] == [
        ("employees-over-4", 5.0, None)
    ]


def test_the_test_that_is_shown_passes_in_the_old_version_and_fails_in_the_new_one() -> None:
    from scorelang.testing.run import run_tests

    old = "if demo then +5\nvisit within 3 days then +5\n"
    old += 'stage MQL from 5\nstage SQL from 9\nroute:\n    "Go" if stage is SQL\n'
    new = old.replace("from 9", "from 11").replace("+5", "+4")
    proof = compared(old, new)
    assert proof.shown is not None
    passed = [next(iter(run_tests(checked(f"{LEAD}{EVENTS}{text}\n{proof.shown.test}")))).passed for text in (old, new)]
    assert passed == [True, False]


def test_a_lead_that_went_nowhere_is_a_test_too() -> None:
    old = 'if demo then +1\nroute:\n    "Call" if demo\n'
    proof = compared(old, old.replace("if demo\n", "if demo or employees > 3\n"))
    assert proof.shown is not None
    assert proof.shown.confirmed
    assert "expect route is missing" in proof.shown.test


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("if demo then +5\nstage S from 5\n", "if demo then +6\nstage T from 5\n", "score 5"),
        ("if demo then +5\nstage S from 5\n", "if demo then +5\n", "stage is not none"),
        ("if demo then +5\nstage S from 5\nstage T from 6\n", "if demo then +6\nstage T from 5\n", "score 5"),
        ("persona A:\n    if demo then +1\n", "if demo then +1\n", "persona is not none"),
        ("if demo then +5\ngrade score: A from 5, else B\n", "if demo then +5\ngrade score: C from 5, else B\n",
         "score.grade is not C"),
    ],
)  # fmt: skip
def test_the_test_that_is_shown_names_nothing_that_the_new_version_has_not(old: str, new: str, expected: str) -> None:
    proof = compared(old, new)
    assert proof.shown is not None
    assert proof.shown.test.endswith(f"    expect {expected}\n")
    assert proof.shown.confirmed


def test_a_time_that_both_versions_read_is_not_of_one_alone() -> None:
    old = "if created is 2020-01-15 and created within 10 days then +5\n"
    proof = compared(old, old.replace("+5", "+6"))
    assert proof.shown is not None
    assert "as of" in proof.shown.test
    assert proof.shown.besides == ()


def test_every_change_of_stage_that_occurs_is_told_and_no_other() -> None:
    proof = compared(
        "if demo then +10\nif employees > 3 then +10\nstage Low from 10\nstage High from 20\n",
        "if demo then +10\nif employees > 3 then +10\nstage Low from 10\nstage High from 10 when demo\n",
    )
    assert part(proof, "score").decision == "same"
    stage = part(proof, "stage")
    assert (stage.turns, stage.undecided) == ((Turn("Low", "High"),), ())


def test_a_change_that_occurs_decides_that_there_is_a_difference() -> None:
    old = """\
if demo then +30
if employees > 10 then +14
if title is "boss" then +9
each visit within 120 days then +3, 2 times a month, at most 12
no visit "/login" within 90 days then -6
if largest of visit.seconds within 90 days >= 100 then +7
stage Low from 15
stage Mid from 28 when meeting within 60 days
stage High from 52
"""
    stage = part(compared(old, old.replace("largest", "smallest")), "stage")
    assert stage.decision == "different"
    assert set(stage.turns) == {Turn("Low", "none"), Turn("Mid", "Low"), Turn("High", "Low"), Turn("High", "Mid")}
    assert stage.undecided == ()


def test_leads_are_made_of_two_of_which_one_tells_something() -> None:
    event = Fact("visit", -DAY, {"path": "/", "seconds": None})
    one = Facts(None, {"demo": True, "employees": None}, (), 0)
    other = Facts(None, {"demo": None, "employees": 20.0}, (evolve(event, at=DAY),), 2 * DAY)
    made = [*crossed([one, other], lambda facts: facts.fields["demo"] is True)]
    assert Facts(None, {"demo": True, "employees": 20.0}, (event,), 0) in made
    assert [*crossed([other], lambda facts: facts.fields["demo"] is True)] == []


def test_gates_grades_personas_and_routes_are_compared() -> None:
    old = (
        'category Fit:\n    if demo then +10\npersona Boss:\n    if title is "boss" then +1\n'
        'require demo\ngrade Fit: A from 10, else B\nroute:\n    "Call" if demo\n'
    )
    new = (
        old.replace("require demo", "require demo or employees > 5")
        .replace("A from 10", "A from 11")
        .replace('"boss"', '"chief"')
        .replace('"Call" if demo', '"Ring" if demo')
    )
    proof = compared(old, new)
    told = {each.name: set(each.turns) for each in proof.parts if each.name != "score"}
    assert told == {
        "qualified": {Turn("no", "yes")},
        "persona": {Turn("Boss", "none"), Turn("none", "Boss")},
        "route": {Turn("Call", "Ring")},
        "grade Fit": {Turn("A", "B")},
    }


def test_domains_and_ends_of_a_long_list_are_compared() -> None:
    head = 'use free_mail from "std/email"\nlead:\n    email text\n'
    old = "if domain(email) in free_mail then -6\n"
    assert far(compared(old, "if email ends with free_mail then -6\n", head=head)) == (-600, 0)


def test_what_has_no_limit_is_told() -> None:
    proof = compared("each visit then +2\n", "each visit then +3\n")
    assert proof.up is not None
    assert proof.up.unlimited
    assert proof.down is not None
    assert (proof.down.points, proof.down.exact) == (0, True)


def test_a_lead_of_very_many_events_is_made_simple() -> None:
    old = "each visit where seconds > 30 then +0.01, at most 15\nstage S from 5\n"
    proof = compared(old, old.replace("0.01", "0.02"))
    assert proof.up is not None
    assert proof.up.shown is not None
    assert "given visit with seconds 31, 750 times\n    expect score 7.5\n" in proof.up.shown.test
    assert part(proof, "stage").turns == (Turn("none", "S"),)


def test_where_there_is_no_end_any_lead_shows_the_way() -> None:
    proof = compared("each visit then +0.01\n", "each visit then +0.02\n")
    assert proof.up is not None
    assert (proof.up.unlimited, proof.up.points, proof.up.shown) == (True, 1, proof.shown)


def test_without_time_nothing_is_decided_and_that_is_told() -> None:
    proof = compared(
        'if title like "*a*b*" then +5\n',
        'if title like "*a*b*" and title contains "a" and title contains "b" then +5\n',
        seconds=0.000001,
    )
    assert proof.decision == "unknown"


def test_small_models_are_compared_as_brute_force_compares_them() -> None:
    rules = ["if demo then +5", "if employees > 3 then +7", "if employees > 8 then -4", 'if title is "x" then +2']
    others = ["if demo then +6", "if employees > 4 then +7", "if employees >= 8 then -4", 'if title is "x" then +2']
    values = {"demo": (None, True, False), "employees": (None, 3.0, 4.0, 5.0, 8.0, 9.0), "title": (None, "x", "y")}
    end = "\nscore from 0 to 11\nstage MQL from 6\nstage SQL from 10 when demo\n"
    for mixed in itertools.islice(itertools.product((0, 1), repeat=4), 1, None, 3):
        old = "\n".join(rules) + end
        new = "\n".join((rules, others)[pick][at] for at, pick in enumerate(mixed)) + end
        one, other = checked(LEAD + old), checked(LEAD + new)
        points, turns = set(), set()
        for found in itertools.product(*values.values()):
            facts = Facts(None, {"created": None, **dict(zip(values, found, strict=True))}, (), 0)
            before, after = interpret(one, facts), interpret(other, facts)
            points.add(after.score - before.score)
            turns |= {Turn(before.stage, after.stage)} if before.stage != after.stage else set()
        proof = compared(old, new, head=LEAD)
        assert set(part(proof, "stage").turns) == turns
        assert (far(proof) if proof.up else (0, 0)) == (min(points), max(points))


# --- what a lead is -------------------------------------------------------------------------------------------------


def leads_of(old: str, new: str) -> Proof:
    return compared(old, new, head="")


def test_a_field_that_only_one_version_reads_may_be_anything() -> None:
    proof = leads_of("lead:\n    a flag\nif a then +1\n", "lead:\n    b flag\nif b then +1\n")
    assert far(proof) == (-100, 100)


def test_a_field_under_another_name_is_the_same_where_its_column_is() -> None:
    proof = leads_of(
        'lead:\n    size number from "Employees"\nif size > 5 then +1\n',
        'lead:\n    staff number from "Employees"\nif staff > 5 then +1\n',
    )
    assert proof.decision == "same"
    assert proof.notes == ("`size` and `staff` are read from the same column, and taken to be the same",)


def test_columns_that_differ_are_taken_to_say_the_same_and_that_is_told() -> None:
    proof = leads_of('lead:\n    a flag from "A"\nif a then +1\n', 'lead:\n    a flag from "B"\nif a then +1\n')
    assert proof.decision == "same"
    assert proof.notes == ("`a` is read from “A” and from “B”, which are taken to say the same",)


def test_no_lead_is_looked_at_that_has_what_the_two_read_as_other_types() -> None:
    proof = leads_of(
        "lead:\n    a flag\n    b flag\nif a then +1\n", 'lead:\n    a text\n    b flag\nif a is "yes" then +1\n'
    )
    assert part(proof, "score").decision == "same"
    assert proof.left_out == ("leads with `a`, which is flag to the one and text to the other",)
    assert proof.decision == "unknown"


def test_what_is_missing_to_one_version_alone_is_known_to_the_other() -> None:
    proof = leads_of(
        'lead:\n    a text missing "none"\n    b number missing 999\nif a is known then +1\nif b > 5 then +2\n',
        "lead:\n    a text\n    b number\nif a is known then +1\nif b > 5 then +2\n",
    )
    assert far(proof) == (0, 300)
    assert proof.left_out == ()
    limited = leads_of(
        'lead:\n    a text missing "none"\nif a is known then +1\n',
        'lead:\n    a text\nif a is known and not a is "none" then +1\n',
    )
    assert limited.decision == "same"


def test_a_field_that_is_only_asked_whether_it_is_known_fits_every_type() -> None:
    proof = leads_of(
        "if email is missing then +1\nif demo then +1\n",
        'if not email is known then +1\nif demo then +1\nif email is "a" then +2\n',
    )
    assert far(proof) == (0, 200)
    assert proof.left_out == ()


def test_events_of_both_versions_happen_to_a_lead() -> None:
    proof = leads_of(
        "lead:\n    a flag\nevent visit(path page)\nvisit then +1\n",
        "lead:\n    a flag\nevent call(minutes number)\nevent visit(path page, seconds number)\ncall then +1\n"
        "visit then +1\n",
    )
    assert far(proof) == (0, 100)


def test_events_whose_attributes_contradict_each_other_are_left_out() -> None:
    proof = leads_of(
        "lead:\n    a flag\nevent visit(path page, seconds number)\nvisit where seconds > 5 then +1\n",
        'lead:\n    a flag\nevent visit(path page, seconds text)\nvisit where seconds is "6" then +1\n',
    )
    assert part(proof, "score").decision == "same"
    assert proof.left_out == ("leads with a `visit`, whose `seconds` is number to the one and text to the other",)


def test_versions_that_start_over_after_other_events_are_compared_for_leads_that_do_not() -> None:
    head = "lead:\n    a flag\nevent visit(path page)\nevent recycled(why text)\nevent lost(why text)\nvisit then +1\n"
    proof = leads_of(head + "start over after recycled\n", head + "start over after lost\n")
    # Generated leads do start over, and show a difference; nobody says how large it can be.
    assert proof.decision in ("different", "unknown")
    assert proof.left_out == ("leads that start over, which the two do after different events",)
    same = leads_of(head + "start over after recycled\n", head + "start over after recycled\n# the same\n")
    assert same.decision == "same"


def test_silence_is_broken_by_the_events_that_each_version_names() -> None:
    text = (
        "lead:\n    a flag\n{}category B, losing 50% every 10 days of silence:\n    if a then +8\n    visit then +4\n"
    )
    visit, call = "event visit(path page)\n", "event call(minutes number)\n"
    proof = leads_of(text.format(visit), text.format(visit + call))
    assert part(proof, "score").decision == "different"
    again = leads_of(text.format(visit), text.format(visit) + "# the same\n")
    assert again.decision == "same"


def test_each_version_sees_of_a_lead_what_it_reads() -> None:
    one = checked(
        'lead:\n    size number from "Employees"\n    a text missing "none"\nif size > 5 and a is "x" then +1\n'
    )
    other = checked('lead:\n    staff number from "Employees"\n    a text\nif staff > 5 and a is "x" then +1\n')
    both = joint(one, other)
    facts = Facts(None, {"staff": 4.0, "a": "none"}, (), 0)
    assert both.old.of(facts).fields == {"size": 4.0, "a": None}
    assert both.new.of(facts).fields == {"staff": 4.0, "a": "none"}


def test_a_condition_of_which_nothing_is_known_is_the_same_to_both() -> None:
    proof = compared(
        "if sum of visit.seconds > 50 then +5\nif demo then +1\n",
        "if sum of visit.seconds > 50 then +6\nif demo then +1\n",
    )
    assert proof.down is not None
    assert (proof.down.points, proof.down.exact) == (0, True)
    assert part(proof, "score").decision == "different"
