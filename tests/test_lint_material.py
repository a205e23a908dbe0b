"""What the linter makes leads of: the same as tests make them of, found more quickly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

import scorelang
from scorelang import model as m
from scorelang.check.walk import walk
from scorelang.lint import Lint, lint_source, named, reading
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.material import quick_material_of
from scorelang.lint.logic.samples import AT_FIRST
from scorelang.lint.project import project_of
from scorelang.source import source_of
from scorelang.testing.fitting import Material
from scorelang.testing.leads import material_of
from scorelang.values import Value

WORDS = """\
lead:
    title   text missing "none"
    email   text
list ranks = ["CEO", "vice president", "head of", "R&D", "c++", "-", "von"]
event meeting(role text, minutes number)
category Fit, 0 to 40:
    if title mentions ranks then +20
    if title mentions "intern" then -20
    if title mentions ["intern", "working student"] then -5
    if not title mentions ["a", "b c"] then +3
    if email mentions ["gmail.com", "ann"] then -5
    if title in ["CEO", "VP"] then +2
    meeting where role mentions ["CFO", "chief of"] then +4
stage MQL from 20
"""
TEXTS = (
    "ceo", "ceos", "vice  president", "the vice president", "head of r&d", "head off", "r&d", "c++", "c++11", "c", "-",
    "a-b", "von der heide", "avon", "working student", "internal", "b c", "ab c", "ann@gmail.com", "cfo",
    "chief of staff", "x", "größe von", "ceo,cfo", "",
)  # fmt: skip


def comparisons(model: m.CheckedModel) -> Iterator[tuple[m.Apply, m.FieldValue | m.AttributeValue]]:
    """Every comparison of a field or an attribute in a model's rules, with what it compares."""
    for rule in m.rules_of(model.ordered):
        assert isinstance(rule, m.Rule)
        assert rule.condition is not None
        for one in walk(rule.condition):
            if isinstance(one, m.Apply) and isinstance(one.operands[0], m.FieldValue | m.AttributeValue):
                yield one, one.operands[0]


def test_values_fit_quick_material_where_they_fit_that_of_tests() -> None:
    model = scorelang.loads(WORDS).checked
    plain, quick = material_of(model), quick_material_of(model)
    seen = 0
    for (condition, part), wanted in product(comparisons(model), (True, False, None)):
        kind = "meeting" if isinstance(part, m.AttributeValue) else None
        assert quick.of([(condition, wanted)], part, kind) == plain.of([(condition, wanted)], part, kind)
        for value in (*TEXTS, None):
            aims = [(condition, wanted)]
            assert quick.meets(value, aims, part, kind) is plain.meets(value, aims, part, kind), (value, condition)
            seen += 1
    assert seen > 500


def test_a_value_meets_several_conditions_on_quick_material_as_on_that_of_tests() -> None:
    model = scorelang.loads(WORDS).checked
    plain, quick = material_of(model), quick_material_of(model)
    titles = [(one, part) for one, part in comparisons(model) if part.name == "title"]
    for (one, part), (other, _) in product(titles, titles):
        aims = [(one, True), (other, False)]
        assert quick.of(aims, part, None) == plain.of(aims, part, None)
        values: tuple[Value, ...] = (*TEXTS, None)
        met = [value for value in values if quick.meets(value, aims, part, None)]
        assert met == [value for value in values if plain.meets(value, aims, part, None)]


def test_the_linter_makes_the_leads_that_it_would_make_of_the_material_of_tests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = Logic(scorelang.loads(WORDS).checked)
    quick.samples.begin()
    for name in ("truths_of", "meets"):
        monkeypatch.setattr("scorelang.lint.logic.material.QuickMaterial." + name, getattr(Material, name))
    slow = Logic(scorelang.loads(WORDS).checked)
    slow.samples.begin()
    assert [sample.facts for sample in quick.samples.found] == [sample.facts for sample in slow.samples.found]
    assert len(quick.samples.found) == AT_FIRST


@pytest.mark.parametrize("more", ["", "start over after meeting\n", "persona Buyer:\n    if email is known then +1\n"])
def test_leads_are_the_same_whether_the_model_is_compiled_or_interpreted(
    more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leads() -> list[tuple[object, int, int, str]]:
        logic = Logic(scorelang.loads(WORDS + more).checked)
        logic.samples.begin()
        for rule in m.rules_of(logic.model.ordered):
            assert isinstance(rule, m.Rule)
            assert rule.condition is not None
            list(logic.samples.aimed(rule.condition))
        return [(each.facts, each.score, each.total, each.stage) for each in logic.samples.found]

    compiled = leads()
    monkeypatch.setattr("scorelang.lint.logic.samples.WORTH_COMPILING", 10**9)
    assert leads() == compiled


def test_an_escape_for_a_character_that_nobody_sees_is_told_in_a_plain_file() -> None:
    text = 'if title is "C\\u200bEO" then +1\n'
    assert text.isascii()
    (found,) = lint_source(source_of("m.score", text), None, Lint(named(["invisible-character"])))
    assert found.code == "SL105"


def test_a_turning_character_in_a_comment_is_told() -> None:
    text = 'if title is "CEO" then +1  # \u202e\n'
    (found,) = lint_source(source_of("m.score", text), None, Lint(named(["invisible-character"])))
    assert found.code == "SL105"


def test_a_comment_silences_in_any_case_of_letters() -> None:
    text = 'if title is "VP*" then +10  # LINT: Ignore[star-without-like]\n'
    assert not lint_source(source_of("m.score", text), None, Lint(named(["star-without-like"])))


def test_a_project_reads_names_of_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.score").write_text('list free = ["x.com"]\nif domain(email) in free then -1\n', encoding="utf-8")
    (tmp_path / "b.score").write_text("category Fit:\n    if seats > 1 then +2\n", encoding="utf-8")
    (tmp_path / "t_test.score").write_text(
        'use model "a.score"\ntest "one":\n    given email "a@x.com"\n    expect score -1\n', encoding="utf-8"
    )
    asked: list[object] = []
    names_in = reading.names_in
    monkeypatch.setattr(
        "scorelang.lint.project.names_in", lambda file, **more: (asked.append(file), names_in(file, **more))[1]
    )
    project = project_of([str(tmp_path / name) for name in ("a.score", "b.score", "t_test.score")])
    first = project.others(tmp_path / "a.score")
    assert project.others(tmp_path / "a.score").names == first.names
    assert len(asked) == 2
