"""What is proved of two versions holds for generated leads: generated models × one change of them × leads.

`make differential N=20` tries twenty times the examples and prints the seed that repeats the run.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scorelang import model as m
from scorelang.analysis.joint import joint
from scorelang.analysis.shown import Both
from scorelang.analysis.versions import Versions, compare
from scorelang.diff import difference
from scorelang.diff.proof import Proof
from scorelang.interpret import interpret
from scorelang.leads import Facts
from scorelang.testing.mutants import mutants

from .generators import examples
from .generators.cases import Case, cases, facts_of

# For each pair; what is open by then holds of every lead all the same.
SECONDS = 1.0


def assert_holds(proof: Proof, versions: Versions, outcome: Both) -> None:
    """What is proved of all leads is true of one."""
    parts = {part.name: part for part in proof.parts}
    if parts["score"].decision == "same":
        assert outcome.points == 0
    for far in (proof.up, proof.down):
        if far is not None and far.exact and far.points is not None:
            assert outcome.points <= far.points if far is proof.up else outcome.points >= far.points
    for aspect in versions.aspects():
        part, turn = parts[aspect.name], aspect.turn(outcome)
        if part.decision == "same":
            assert turn.before == turn.after
        elif turn.before != turn.after and part.undecided is not None:
            assert turn in (*part.turns, *part.undecided), aspect.name


def assert_proof(old: m.CheckedModel, new: m.CheckedModel, leads: list[Facts]) -> None:
    found = difference(old, new)
    proof = compare(old, new, found, SECONDS)
    versions = Versions(joint(old, new), found, SECONDS)
    assert not proof.left_out
    for facts in leads:
        assert_holds(proof, versions, Both(interpret(old, facts), interpret(new, facts)))


@examples(6)
@given(cases(number=3), st.randoms(use_true_random=False))
def test_what_is_proved_of_a_change_holds_for_leads(case: Case, random: object) -> None:
    model = case.model.checked
    every = [mutant.model for mutant in mutants(model)]
    leads = [facts_of(case.model, history) for history in case.histories]
    for mutant in random.sample(every, min(1, len(every))):  # type: ignore[attr-defined]
        if mutant.start_over is model.start_over:
            assert_proof(model, mutant, leads)


@examples(4)
@given(cases(number=3))
def test_a_model_differs_from_itself_for_no_lead(case: Case) -> None:
    model, again = case.model.checked, case.written.load().checked
    proof = compare(model, again, difference(model, again), SECONDS)
    assert proof.decision in ("same", "unknown")
