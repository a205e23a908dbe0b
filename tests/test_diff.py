"""What a change of a model changes in what it means."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from attrs import evolve

import scorelang
from scorelang.diff import Change, Difference, difference
from scorelang.diff.together import read_alike, sharing
from scorelang.model import rules_of
from scorelang.testing.mutants import mutants

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

MODEL = """\
model "Acme", version 3, owner "sales"
lead:
    title      text from "Job Title"
    employees  number missing 0
    country    text
    demo       flag
event visit(path page, seconds number)
list dach = ["DE", "AT", "CH"]
list pages = ["/pricing", "/demo"]
define large as employees >= 200
define core as country in dach
category Fit, 0 to 50:
    if title is "CEO" then +20 because "decision maker"
    if large and core then +10 because "right company"
    if employees < 10 then -5
    choose:
        if title is "VP" then +8
        if title is "Clerk" then +4
        otherwise +1
category Behaviour, at most 60, losing 25% every 30 days of silence:
    visit in pages within 30 days then +10
    each visit then +1, once a day, at most 5
    matrix by title and employees because "size":
        |           | < 50 | otherwise |
        | "CEO"     |   +1 |        +2 |
        | otherwise |    0 |        +3 |
score from 0 to 100
require demo
disqualify if country is "XX" because "embargo"
stage MQL from 20
stage SQL from 40 when demo
grade Fit: A from 20, B from 10, else C
route:
    "Call" if stage is at least MQL
    "Mail" if core
    "Nurture" otherwise
"""


def loads(text: str, folder: Path | None = None) -> scorelang.Model:
    return scorelang.loads(text, name="acme.score", folder=folder)


def compared(old: str, new: str) -> Difference:
    return difference(loads(old).checked, loads(new).checked)


def edited(before: str, after: str, text: str = MODEL) -> tuple[Change, ...]:
    """The changes that one edit of the model makes."""
    assert text.count(before) == 1, before
    return compared(text, text.replace(before, after)).changes


def only(before: str, after: str, text: str = MODEL) -> Change:
    (change,) = edited(before, after, text)
    return change


def aspects(change: Change) -> dict[str, tuple[str, str]]:
    return {aspect.what: (aspect.before, aspect.after) for aspect in change.aspects}


# --- no change ------------------------------------------------------------------------------------------------------


def test_a_model_differs_from_itself_in_nothing() -> None:
    found = compared(MODEL, MODEL)
    assert found.changes == ()
    assert found.old == found.new


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if demo then +1", "# a comment\nif demo   then +1"),
        ("if demo and large then", "if large and demo then"),
        ("if demo and large then", "if demo and employees >= 200 then"),
        ("if demo and large then", "if demo and (large and demo) then"),
        ('title in ["a", "b"]', 'title in ["B", "A", "b"]'),
        ("at least 1 of (demo, large)", "at least 1 of (large, demo)"),
        ("within 2 weeks", "within 14 days"),
        ("then +5", "then +5.0"),
    ],
)
def test_what_means_the_same_is_no_change(before: str, after: str) -> None:
    text = (
        "define large as employees >= 200\n"
        'if demo and large then +5 because "a"\nif demo then +1 because "b"\n'
        'if title in ["a", "b"] then +2 because "c"\n'
        'if at least 1 of (demo, large) then +3 because "d"\nvisit within 2 weeks then +4 because "e"\n'
    )
    assert text.count(before) == 1
    assert compared(text, text.replace(before, after)).changes == ()


def test_the_order_of_rules_is_no_change() -> None:
    lines = ["if a then +1", "if b then +2", "if c then +3"]
    assert compared("\n".join(lines), "\n".join(reversed(lines))).changes == ()


def test_tests_and_invariants_are_no_part_of_what_a_model_means() -> None:
    assert compared(MODEL, MODEL + 'test "a chief":\n    given title "CEO"\n    expect Fit 20\n').changes == ()


@pytest.mark.parametrize("name", ["bank", "shop", "opportunity"])
def test_no_change_of_what_a_model_means_goes_untold(name: str) -> None:
    model = scorelang.load(EXAMPLES / name / f"{name}.score").checked
    for mutant in mutants(model):
        changed = evolve(mutant.model, fingerprint="another")
        assert difference(model, changed).changes != (), mutant.change


def test_any_two_models_can_be_compared() -> None:
    names = ("bank", "shop", "opportunity", "brief")
    models = [scorelang.load(EXAMPLES / name / f"{name}.score").checked for name in names]
    for old, new in permutations(models, 2):
        found = difference(old, new)
        rules = {rule.id for rule in rules_of(new.ordered)}
        told = {change.name for change in found.changes if change.what == "rule" and change.kind != "removed"}
        assert rules == told


# --- rules ----------------------------------------------------------------------------------------------------------


def test_other_points_are_told_under_the_rules_identity() -> None:
    change = only("+20 because", "+25 because")
    assert (change.what, change.kind, change.name, change.group) == ("rule", "changed", "decision-maker", "Fit")
    assert aspects(change) == {"points": ("+20", "+25")}
    assert change.before == change.after
    assert str(change.after) == "acme.score:13"


def test_another_condition_is_told_as_it_was_typed() -> None:
    change = only("large and core then", "large or core then")
    assert aspects(change) == {"condition": ("large and core", "large or core")}
    assert change.was is None


def test_a_rule_that_is_known_by_its_condition_is_found_again_when_that_changes() -> None:
    change = only("employees < 10 then", "employees < 20 then")
    assert (change.kind, change.was, change.name) == ("changed", "employees-under-10", "employees-under-20")
    assert aspects(change) == {"condition": ("employees < 10", "employees < 20")}


def test_a_rule_with_another_reason_is_renamed() -> None:
    change = only('"decision maker"', '"chief"')
    assert (change.kind, change.was, change.name) == ("renamed", "decision-maker", "chief")
    assert aspects(change) == {"because": ("decision maker", "chief")}
    assert compared(MODEL, MODEL.replace('"decision maker"', '"chief"')).identities == {"decision-maker": "chief"}


def test_rules_that_share_a_reason_are_told_apart_when_one_is_put_before_them() -> None:
    old = 'if a then +1 because "x"\nif b then +2 because "x"\n'
    found = compared(old, 'if c then +3 because "x"\n' + old)
    assert [(change.what, change.kind, change.name) for change in found.changes if change.kind == "added"] == [
        ("rule", "added", "x"), ("field", "added", "c"),
    ]  # fmt: skip
    assert found.identities == {"x": "x-2", "x-2": "x-3"}


def test_a_new_rule_and_a_removed_one_are_told_as_they_read() -> None:
    added = only("    if employees < 10 then -5\n", '    if employees < 10 then -5\n    if title is "Intern" then -9\n')
    assert (added.kind, added.name, added.text) == ("added", "title-is-intern", 'if title is "Intern" then -9')
    assert added.before is None
    removed = only("    if employees < 10 then -5\n", "")
    assert (removed.kind, removed.name, removed.text) == ("removed", "employees-under-10", "if employees < 10 then -5")
    assert removed.after is None


def test_a_rule_in_another_category_has_moved() -> None:
    rule = "    if employees < 10 then -5\n"
    moved = MODEL.replace(rule, "").replace("of silence:\n", f"of silence:\n{rule}")
    (change,) = compared(MODEL, moved).changes
    assert (change.kind, change.name) == ("moved", "employees-under-10")
    assert aspects(change) == {"category": ("Fit", "Behaviour")}


def test_other_limits_of_a_rule_are_told_in_words() -> None:
    change = only("+1, once a day, at most 5", "+1, once a week, at most 6")
    assert aspects(change) == {"limits": ("at most 5, once a day", "at most 6, once a week")}


def test_a_branch_before_another_is_told_where_both_may_be_true() -> None:
    first, second = '        if title is "VP" then +8\n', '        if title is "Clerk" then +4\n'
    assert compared(MODEL, MODEL.replace(first + second, second + first)).changes == ()
    old = "choose:\n    if a then +8\n    if b then +4\n"
    (change,) = compared(old, "choose:\n    if b then +4\n    if a then +8\n").changes
    assert (change.what, aspects(change)) == ("choice", {"order": ("a, b", "b, a")})


def test_choose_best_is_another_choice() -> None:
    change = only("choose:", "choose best:")
    assert aspects(change) == {"chooses": ("the first", "the best")}


def test_a_branch_that_stands_alone_is_told_so() -> None:
    old = "choose:\n    if a then +8\n    if b then +4\n    if c then +2\n"
    (change,) = compared(old, "choose:\n    if a then +8\n    if b then +4\nif c then +2\n").changes
    assert change.name == "c"
    assert aspects(change) == {"stands as": ("a branch of `choose:` with a", "a rule of its own")}


def test_an_otherwise_is_the_same_whatever_branch_is_first() -> None:
    change = only("otherwise +1\n", "otherwise +2\n")
    assert (change.name, aspects(change)) == ("otherwise-title-is-vp", {"points": ("+1", "+2")})
    (change,) = edited('if title is "VP" then +8', 'if title is "Vice" then +8')
    assert (change.name, change.was) == ("title-is-vice", "title-is-vp")


def test_a_cell_of_a_matrix_is_told_by_its_row_and_column() -> None:
    change = only('"CEO"     |   +1 |        +2', '"CEO"     |   +1 |        +7')
    assert (change.name, aspects(change)) == ("size", {'"CEO" and otherwise': ("+2", "+7")})


def test_a_new_row_of_a_matrix_is_told_with_its_points() -> None:
    change = only("        | otherwise |    0", '        | "VP" | +4 | +5 |\n        | otherwise |    0')
    assert aspects(change) == {'row "VP"': ("", "+4, +5")}


# --- around the rules -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "what", "kind", "name", "said"),
    [
        ("version 3", "version 4", "model", "changed", "Acme", {"version": ("3", "4")}),
        ("Fit, 0 to 50", "Fit, 0 to 40", "category", "changed", "Fit", {"bounds": ("0 to 50", "0 to 40")}),
        ("at most 60, losing 25%", "at most 60, losing 50%", "category", "changed", "Behaviour",
         {"silence": ("losing 25% every 30 days", "losing 50% every 30 days")}),
        ("score from 0 to 100", "score from 0 to 90", "score", "changed", "score", {"bounds": ("0 to 100", "0 to 90")}),
        ("require demo", "require demo or core", "gate", "changed", "demo-or-core",
         {"condition": ("demo", "demo or core")}),
        ('"embargo"', '"sanctions"', "gate", "renamed", "sanctions", {"because": ("embargo", "sanctions")}),
        ("MQL from 20", "MQL from 15", "stage", "changed", "MQL", {"from": ("20", "15")}),
        ("when demo", "when core", "stage", "changed", "SQL", {"when": ("demo", "core")}),
        ("stage SQL", "stage Hot", "stage", "renamed", "Hot", {"name": ("SQL", "Hot")}),
        ("A from 20", "A from 25", "grade", "changed", "Fit",
         {"bands": ("A from 20, B from 10, else C", "A from 25, B from 10, else C")}),
        ('"Mail" if core', '"Mail" if large', "route", "changed", "Mail", {"condition": ("core", "large")}),
        ('"Mail"', '"Post"', "route", "renamed", "Post", {"to": ('"Mail"', '"Post"')}),
        ('"Job Title"', '"Title"', "field", "changed", "title", {"from": ("Job Title", "Title")}),
        ("number missing 0", "number", "field", "changed", "employees", {"missing": ("0", "")}),
        ("path page, seconds number", "path page, seconds number, ms number", "event", "changed", "visit",
         {"ms": ("", "ms number")}),
    ],
)  # fmt: skip
def test_everything_around_the_rules_is_told_once(
    before: str, after: str, what: str, kind: str, name: str, said: dict[str, tuple[str, str]]
) -> None:
    change = only(before, after)
    assert (change.what, change.kind, change.name) == (what, kind, name)
    assert aspects(change) == said


def test_lines_of_the_route_in_another_order_are_told() -> None:
    first, second = '    "Call" if stage is at least MQL\n', '    "Mail" if core\n'
    (change,) = compared(MODEL, MODEL.replace(first + second, second + first)).changes
    assert aspects(change) == {"order": ('"Call", "Mail", "Nurture"', '"Mail", "Call", "Nurture"')}


def test_a_category_under_another_name_is_renamed_and_its_rules_are_the_same() -> None:
    text = MODEL.replace("grade Fit: A from 20, B from 10, else C\n", "")
    change = only("category Fit", "category Suits", text)
    assert (change.what, change.kind, change.was, change.name) == ("category", "renamed", "Fit", "Suits")


def test_a_new_persona_is_told_with_its_rules() -> None:
    added = 'persona Buyer:\n    if title is "Buyer" then +3\n'
    found = compared(MODEL, MODEL + added).changes
    assert [(change.what, change.kind, change.name) for change in found] == [
        ("persona", "added", "Buyer"),
        ("rule", "added", "title-is-buyer"),
    ]


# --- terms ----------------------------------------------------------------------------------------------------------


def test_a_define_that_changed_is_told_once_with_what_it_reaches() -> None:
    change = only("employees >= 200", "employees >= 100")
    assert (change.what, change.name) == ("define", "large")
    assert aspects(change) == {"means": ("employees >= 200", "employees >= 100")}
    assert change.reaches == ("right-company",)


def test_a_list_that_changed_is_told_by_its_members() -> None:
    change = only('["DE", "AT", "CH"]', '["DE", "AT", "LI", "LU"]')
    assert (change.what, change.name) == ("list", "dach")
    assert aspects(change) == {"members": ("3", "4"), "added": ("", '"li", "lu"'), "removed": ('"ch"', "")}
    assert change.reaches == ("right-company", 'route "Mail"')


def test_a_list_that_an_event_is_looked_up_in_reaches_its_rule() -> None:
    change = only('["/pricing", "/demo"]', '["/pricing"]')
    assert (change.what, change.name, change.reaches) == ("list", "pages", ("visit-in-pages-within-30-days",))


def test_a_list_that_nothing_uses_changes_nothing() -> None:
    text = MODEL + 'list unused = ["a"]\n'
    found = compared(text, text.replace('["a"]', '["b"]'))
    assert found.changes == ()
    assert found.old.fingerprint != found.new.fingerprint


def test_a_list_in_a_file_is_read_for_each_version(tmp_path: Path) -> None:
    text = 'list named from "named.csv"\nif company in named then +10 because "named"\n'
    models = []
    for folder, members in (("old", "Acme\nBolt\n"), ("new", "Acme\nCrate\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "named.csv").write_text(members, encoding="utf-8")
        models.append(loads(text, tmp_path / folder).checked)
    (change,) = difference(*models).changes
    assert aspects(change) == {"added": ("", '"crate"'), "removed": ('"bolt"', "")}


def test_what_stands_under_a_name_or_is_written_out_means_the_same() -> None:
    written_out = MODEL.replace("if large and core then", "if employees >= 200 and core then")
    assert compared(MODEL, written_out).changes == ()


def test_changes_are_told_in_the_order_of_what_a_model_is_made_of() -> None:
    new = (
        MODEL.replace("version 3", "version 4")
        .replace("MQL from 20", "MQL from 10")
        .replace("+20 because", "+9 because")
    )
    assert [change.what for change in compared(MODEL, new).changes] == ["model", "rule", "stage"]


# --- together -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "alike"),
    [
        ("if a > 1 then +2\nvisit then +1\n", True),
        ("# moved\nif a > 1 then +1\nif b > 1 then +1\nvisit then +1\n", True),
        ('timezone "Europe/Berlin"\nif a > 1 then +1\nvisit then +1\n', False),
        ("if a > 1 then +1\n", False),
        ('if a is "x" then +1\nvisit then +1\n', False),
        ("start over after recycled\nif a > 1 then +1\nvisit then +1\n", False),
    ],
)
def test_versions_that_take_the_same_from_data_read_alike(after: str, alike: bool) -> None:
    old, new = (scorelang.loads(text).checked for text in ("if a > 1 then +1\nvisit then +1\n", after))
    assert read_alike(old, new) is alike


def test_what_means_the_same_in_two_versions_is_shared_wherever_it_stands() -> None:
    old, new = (
        scorelang.loads(f"category Fit:\n{rules}require a > 5\nstage MQL from {start}\n").checked
        for rules, start in (
            ("    if a > 1 then +1\n    if b then +3\n", 20),
            ("    if b then +3\n    if a > 1 then +2\n", 30),
        )
    )
    found = sharing(old, new)
    changed, same = found.groups[0].scoring
    assert same is new.groups[0].scoring[0]
    assert changed is old.groups[0].scoring[0]
    assert found.gates[0] is new.gates[0]
    assert found.stages[0] is old.stages[0]
