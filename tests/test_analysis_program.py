"""Formulas as a program of whole numbers: what another solver says of it is what z3 says, and no lead goes beyond it.

Three solvers look for the same optima: z3 by halves, CP-SAT (the extra `prove`), and HiGHS, which scipy has, in a
process of its own, as it and CP-SAT cannot share one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given

import scorelang
from scorelang import model as m
from scorelang.analysis import optimum
from scorelang.analysis.advice import Advice, solved
from scorelang.analysis.encoding import Encoding
from scorelang.analysis.extra import MISSING
from scorelang.analysis.optimum import Extreme, extreme
from scorelang.analysis.program import NoProgramError, Program
from scorelang.analysis.questions import Questions
from scorelang.analysis.rows import Sum
from scorelang.analysis.spans import score_span
from scorelang.diff import proven
from scorelang.diff.proof import Furthest, Part, Proof
from scorelang.interpret import Outcome

from .analysis_pins import outside
from .generators import examples
from .generators.cases import Case, cases, outcome_of

needs_cp_sat = pytest.mark.skipif(find_spec("ortools") is None, reason="the extra `prove` is not installed")
needs_highs = pytest.mark.skipif(find_spec("scipy") is None, reason="scipy, which has HiGHS, is not installed")


def model_of(text: str) -> m.CheckedModel:
    return scorelang.loads(text).checked


def total(outcome: Outcome) -> int:
    return outcome.total


def furthest(model: m.CheckedModel, *, up: bool, seconds: float = 10) -> Extreme:
    """The greatest or least sum of all points."""
    asked = Questions(model, seconds=seconds)
    span = score_span(model)[0]
    return extreme(asked, asked.encoding.results.total, total, up=up, seconds=seconds, span=span)


def advised(model: m.CheckedModel) -> list[Advice | None]:
    """What CP-SAT says of the greatest, and of the least with its sign turned."""
    encoding = Questions(model).encoding
    return [encoding.advice([], encoding.results.total, up=up, seconds=10) for up in (True, False)]


@needs_cp_sat
@examples(10)
@given(cases(number=4))
def test_no_lead_goes_beyond_what_another_solver_says(case: Case) -> None:
    model = case.model.checked
    ends = advised(model)
    for history in case.histories:
        outcome = outcome_of(case.model, history)
        if not outside(outcome):
            assert ends[0] is None or outcome.total <= ends[0].most
            assert ends[1] is None or outcome.total >= -ends[1].most


@needs_cp_sat
@examples(5)
@given(cases(number=0))
def test_optima_are_the_same_with_and_without_another_solver(case: Case) -> None:
    model = case.model.checked
    for up in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(optimum, "PATIENCE", 0)
            one = furthest(model, up=up, seconds=3)
            patch.setattr(optimum, "is_installed", lambda: False)
            other = furthest(model, up=up, seconds=3)
        if one.exact and other.exact:
            assert one.reached == other.reached


def as_line(program: Program, goal: Sum) -> str:
    """A program as `solve_with_highs.py` reads it."""
    rows = [[list(row.factors), list(row.factors.values()), row.low, row.high] for row in program.rows]
    told = [list(goal.factors), list(goal.factors.values())]
    return json.dumps({"low": program.low, "high": program.high, "rows": rows, "goal": told})


@needs_cp_sat
@needs_highs
def test_two_solvers_find_the_same_optima() -> None:
    lines: list[str] = []
    found: list[int] = []

    @examples(6)
    @given(cases(number=0))
    def gather(case: Case) -> None:
        encoding = Questions(case.model.checked).encoding
        term = encoding.results.total
        encoding.solver()
        for up in (True, False):
            program = Program(encoding.events.numbers)
            with suppress(NoProgramError):
                whole = program.sum_where([*encoding.events.facts, *encoding.facts], term)
                goal = whole if up else whole.times(-1)
                solution = solved(program, goal, 20)
                if solution is not None and solution[0] == value_of(goal, solution[1]):
                    lines.append(as_line(program, goal))
                    found.append(solution[0] - goal.constant)

    gather()
    assert lines
    script = Path(__file__).with_name("solve_with_highs.py")
    told = subprocess.run([sys.executable, script], input="\n".join(lines), capture_output=True, text=True, check=True)
    others = [json.loads(line) for line in told.stdout.splitlines()]
    assert [round(other) for other in others if other is not None] == [
        one for one, other in zip(found, others, strict=True) if other is not None
    ]


def value_of(goal: Sum, values: Sequence[int]) -> int:
    """What a sum comes to."""
    return goal.constant + sum(factor * values[at] for at, factor in goal.factors.items())


MODEL = """\
lead:
    title text
    employees number
    created date
event visit(path page)
category Fit, -5 to 40:
    if title mentions ["CEO", "VP"] then +20
    if title mentions "CEO" and employees < 50 then -5.5
    choose best:
        if employees >= 200 then +15
        if employees >= 5_000 then +5
category Doing, at most 30, losing 50% every 10 days of silence:
    each visit "/pricing" within 30 days then +8, at most 20
    each visit then +2, at most 8
    visit "/jobs" more than 10 days ago then -5
    visit then +12, fading out over 30 days
    visit "/jobs" then +12, losing 50% every 10 days
if created within 7 days and no visit within 3 days then +3
"""


@needs_cp_sat
@pytest.mark.parametrize("up", [True, False])
def test_another_solver_finds_what_z3_finds_of_all_that_rules_can_say(
    up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_of(MODEL)
    monkeypatch.setattr(optimum, "PATIENCE", 0)
    one = furthest(model, up=up)
    monkeypatch.setattr(optimum, "is_installed", lambda: False)
    other = furthest(model, up=up)
    assert one.exact
    assert (one.reached, one.exact) == (other.reached, other.exact)


@needs_cp_sat
def test_no_time_is_no_advice() -> None:
    encoding = Questions(model_of(MODEL)).encoding
    assert encoding.advice([], encoding.results.total, up=True, seconds=0.0001) is None


@needs_cp_sat
def test_what_has_no_end_is_no_program() -> None:
    model = model_of("each visit then +5\neach download then -5\n")
    assert advised(model) == [None, None]


def test_nothing_more_is_asked_where_no_other_solver_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimum, "is_installed", lambda: False)
    monkeypatch.setattr(optimum, "PATIENCE", 0)
    monkeypatch.setattr(Encoding, "advice", lambda *_, **__: pytest.fail("it is not there"))
    assert furthest(model_of(MODEL), up=True).exact


@pytest.mark.parametrize(("installed", "exact", "told"), [(False, False, 1), (True, False, 0), (False, True, 0)])
def test_a_document_says_what_would_have_been_quicker_where_a_limit_was_hit(
    installed: bool, exact: bool, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proven, "is_installed", lambda: installed)
    up = Furthest(500, exact, 900, False, None)
    proof = Proof((Part("score", "different"),), up, None, None, (), (), 60.0, 60.0, late=True)
    assert list(proven.remarks(proof)).count(MISSING) == told
