"""The listing of a model's rules, and the scoring matrix that people sign off."""

import re

from hypothesis import given, reject
from hypothesis import strategies as st

import scorelang
from scorelang.rules import HEADER, PointsTable, render_html, render_markdown, rows, scoring_matrix

from .generators import examples, models

SINK = """
model "Sink", version 3, owner "revops@acme.example", timezone "Europe/Berlin"
use half_life_month from "std/decay"
event visit(path page, seconds number)
list verticals = ["SaaS", "Bank"]
define big as employees >= 500 and industry in verticals
start over after recycled
score from 0 to 60
category Company, 0 to 20, losing 25% every 10 days of silence:
    matrix by industry and employees because "size | and | vertical":
        |                     | < 200 | otherwise |
        | in ["SaaS", "Bank"] |    +5 |       +20 |
        | otherwise           |     0 |      -2.5 |
    choose:
        if big then +10
        otherwise -5
category Person, at most Company:
    choose best:
        if intent > 50 then +intent / 3
        visit "/a|b*" then +12.5, half_life_month
persona Buyer:
    visit "/pricing" at least 2 times then +20
each visit where seconds >= 30 then +2, once a day, at most 5
if intent > 5 then +3, at least 1, during 2026-01-01 to 2026-03-31 because "_spring_ *campaign*"
require big for MQL because "too <small>"
disqualify if industry is "Student"
stage MQL from 50 when employees >= 500
grade Company: A from 15, else B
route:
    "sales" if stage is MQL
    "nurture" otherwise
"""


def test_every_rule_is_listed_in_the_order_of_the_text() -> None:
    rules = scorelang.loads(SINK).rules
    assert [(rule.group, rule.kind, rule.condition, rule.line) for rule in rules] == [
        ("Company", "matrix", "matrix by industry and employees", 10),
        ("Company", "branch", "big", 15),
        ("Company", "otherwise", "otherwise", 16),
        ("Person", "best", "intent > 50", 19),
        ("Person", "best", 'visit "/a|b*"', 20),
        ("Buyer", "rule", 'visit "/pricing" at least 2 times', 22),
        (None, "each", "each visit where seconds >= 30", 23),
        (None, "rule", "intent > 5", 24),
    ]
    assert {rule.path for rule in rules} == {"model.score"}


def test_points_are_a_number_an_expression_or_a_table() -> None:
    table, ten, _, third, *_ = (rule.points for rule in scorelang.loads(SINK).rules)
    assert table == PointsTable(('in ["SaaS", "Bank"]', "otherwise"), ("< 200", "otherwise"), ((5, 20), (0, -2.5)))
    assert (ten, third) == (10, "+intent / 3")


def test_limits_are_in_the_words_of_the_language_and_a_named_decay_is_written_out() -> None:
    assert [rule.modifiers for rule in scorelang.loads(SINK).rules if rule.modifiers] == [
        "losing 50% every 30 days",
        "at most 5, once a day",
        "at least 1, during 2026-01-01 to 2026-03-31",
    ]


@examples(40)
@given(st.data())
def test_the_listing_and_the_fired_rules_speak_of_the_same_identities(data: st.DataObject) -> None:
    try:
        model = data.draw(models.models(without=("tests", "invariants"))).load()
    except scorelang.ModelError:
        # That every generated text is a model is a property of its own.
        reject()
    identities = [rule.id for rule in model.rules]
    assert len(set(identities)) == len(identities)
    assert {rule.id for rule in scorelang.model.rules_of(model.checked.ordered)} == set(identities)
    assert all(len(row) == len(HEADER) for row in rows(model)[1])
    assert render_markdown(model).startswith("# Scoring matrix")
    assert render_html(model).startswith("<!doctype html>")


def test_a_table_has_a_row_for_every_rule_and_for_every_row_of_a_matrix() -> None:
    header, body = rows(scorelang.loads(SINK))
    assert header == ("category", "when", "points", "limits", "because", "rule", "where")
    assert [row[1:3] for row in body[:6]] == [
        ('matrix by industry and employees: in ["SaaS", "Bank"]', "< 200: +5, otherwise: +20"),
        ("matrix by industry and employees: otherwise", "< 200: 0, otherwise: -2.5"),
        ("first of: big", "+10"),
        ("otherwise", "-5"),
        ("best of: intent > 50", "+intent / 3"),
        ('or: visit "/a|b*"', "+12.5"),
    ]
    assert body[0][-1] == "model.score:10"


def test_the_matrix_for_sign_off_holds_all_that_decides() -> None:
    matrix = scoring_matrix(scorelang.loads(SINK).checked)
    assert (matrix.limits, matrix.start_over) == ("0 to 60", "start over after recycled")
    assert [(group.word, group.name, group.limits, len(group.rules)) for group in matrix.groups] == [
        ("category", "Company", "0 to 20, losing 25% every 10 days of silence", 3),
        ("category", "Person", "at most Company", 2),
        ("persona", "Buyer", "", 1),
        ("rules", None, "", 2),
    ]
    assert [gate.text for gate in matrix.gates] == ["require big for MQL", 'disqualify if industry is "Student"']
    assert [stage.text for stage in matrix.stages] == ["stage MQL from 50 when employees >= 500"]
    assert [grade.text for grade in matrix.grades] == ["Company: A from 15, else B"]
    assert [to.text for to in matrix.route] == ['"sales" if stage is MQL', '"nurture" otherwise']
    assert ("big", "employees >= 500 and industry in verticals") in [(term.name, term.meaning) for term in matrix.terms]


def test_every_row_of_the_markdown_has_as_many_cells_as_its_header() -> None:
    text = render_markdown(scorelang.loads(SINK))
    assert "size \\| and \\| vertical" in text
    assert "\\_spring\\_ \\*campaign\\*" in text
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(tables) == 9
    for table in tables:
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(cells) == 1


def test_the_markdown_names_categories_with_their_bounds_and_what_follows_the_score() -> None:
    titles = re.findall(r"^#+ (.*)$", render_markdown(scorelang.loads(SINK)), re.MULTILINE)
    assert titles == [
        "Scoring matrix: Sink",
        "Category Company (0 to 20, losing 25% every 10 days of silence)",
        "Category Person (at most Company)",
        "Persona Buyer",
        "Rules outside every category",
        "Gates",
        "Stages",
        "Grades",
        "Route",
        "Terms",
    ]


def test_the_page_is_escaped_and_has_a_line_to_sign() -> None:
    page = render_html(scorelang.loads(SINK))
    assert "too &lt;small&gt;" in page
    assert "Signed off by" in page
    assert "<script" not in page
    assert "http" not in page


def test_a_model_without_a_name_is_called_by_its_file() -> None:
    model = scorelang.loads("if funded then +1", name="here/lead.score")
    assert render_markdown(model).startswith("# Scoring matrix: lead.score\n")
