"""Leads that the linter puts together of others: what they come to is known before they are scored."""

from __future__ import annotations

from random import Random

import pytest

import scorelang
from scorelang import model as m
from scorelang.lint import Lint, lint_source, named
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.crossing import Crossing
from scorelang.lint.logic.watched import watched
from scorelang.source import source_of
from scorelang.testing.vocabulary import USUAL

from .test_lint_logic_models import INBOUND, PRODUCT

WEIGHTED = """\
category Person, at most 40, weight 30%:
    if title is "CEO" or seats > 100 then +30
    if title is "CFO" then +12.5
    choose best:
        if seats > 100 then +4
        if funded and not opted_out then +6
        otherwise -2
category Doing, 0 to 50, weight 70%, losing 50% every 10 days of silence:
    each visit within 60 days then +7, losing 25% every 7 days
    webinar where attended then +20, fading out over 30 days
    if seats > 50 and visit "/pricing" then +13
    if email is missing then -9
stage MQL from 20
stage SQL from 45 when webinar within 30 days
"""
BOUNDED = """\
category Company, -5 to 30:
    if seats > 100 then +30
    if country in ["DE", "FR"] and seats > 10 then +15
    if country is missing then -20
category Person, at most Company:
    if title is known then +15
    if title is "CEO" and country is "DE" then +9
if funded then +8
score from 0 to 50
stage MQL from 20
grade Person: A from 20, else B
"""
MODELS = {"inbound": INBOUND, "product": PRODUCT, "weighted": WEIGHTED, "bounded": BOUNDED}
# Of these a lead without any event starts over like all others.
PLAIN = "\n".join(line for line in PRODUCT.splitlines() if "churned" not in line)


def logic_of(text: str) -> Logic:
    """A model that may be asked."""
    model: m.CheckedModel = scorelang.loads(text).checked
    return Logic(model)


@pytest.mark.parametrize("name", MODELS)
def test_a_mix_comes_to_what_the_interpreter_says_of_it(name: str) -> None:
    logic, random = logic_of(PLAIN if name == "product" else MODELS[name]), Random(1)
    mixes = logic.mixes
    givers = [*logic.samples.found]
    mix = mixes.mix(dict.fromkeys(mixes.names, mixes.nobody), USUAL)
    for _ in range(60):
        thing, giver = random.choice(mixes.names), random.choice(givers)
        [mix] = mixes.changed(mix, thing, [giver])
        lead = mixes.scored(mix)
        standing = mixes.standing(mix)
        assert mixes.reckoning.sums(lead) == mix.sums
        assert standing.score == lead.score
        assert {group: standing.values[at] for group, at in mixes.reckoning.places.items()} == lead.values
        personas = [group.name for group in logic.model.groups]
        assert (None if standing.persona is None else personas[standing.persona]) == lead.persona


@pytest.mark.parametrize("name", MODELS)
def test_a_rule_is_shown_to_matter_by_a_lead_and_not_by_the_solver(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def may(*_: object) -> None:
        raise AssertionError("the solver was asked")

    monkeypatch.setattr(Logic, "may", may)
    lint = Lint(named(["SL4"]), seconds=60.0)
    assert "no-effect" not in {one.name for one in lint_source(source_of("model.score", MODELS[name]), None, lint)}
    assert not lint.budget.undecided


def test_every_lead_that_shows_a_rule_to_matter_is_another_without_its_points() -> None:
    logic = logic_of(BOUNDED)
    crossing = Crossing(logic, watched(logic.model))
    for unit in logic.units:
        assert crossing.is_shown(unit)
        shown = [sample for sample in logic.samples.giving(unit.ids) if unit.points(sample)]
        sums = crossing.mixes.reckoning.sums
        assert any(crossing.differs(sample, sums(sample), unit, unit.points(sample)) for sample in shown)


def test_points_that_only_a_stage_with_a_condition_asks_for_are_looked_at_under_that_condition() -> None:
    text = "if demo then +40\nif trial then +5\nif trial and demo then -1\nstage SQL from 40 when demo and not trial\n"
    found = lint_source(source_of("model.score", text), None, Lint(named(["no-effect"]), seconds=60.0))
    assert [one.line for one in found] == [2, 3]
