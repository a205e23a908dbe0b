"""Generated Python gives what the reference interpreter gives: generated models × leads × events, every field.

`make differential N=20` tries twenty times the examples and prints the seed that repeats the run.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from scorelang import Model
from scorelang.codegen.alone import module_of
from scorelang.engines import Python, Reference

from .generators import examples
from .generators.cases import Case, cases
from .generators.leads import History


def assert_equal(model: Model, history: History) -> None:
    """Every field of every result is that of the reference, to the type."""
    arguments = (history.lead, history.events, history.instant)
    python = Python(model.checked)
    expected = Reference(model.checked).score(*arguments, True)
    for detail in (True, False):
        got = python.score(*arguments, detail)
        assert got.to_dict() == expected.to_dict()
        assert repr(got) == repr(expected)


def in_json(history: History) -> str:
    """A lead with its events as one JSON object."""
    return json.dumps({**history.lead, "events": history.events})


@examples(80)
@given(cases())
def test_generated_python_gives_what_the_interpreter_gives(case: Case) -> None:
    for history in case.histories:
        assert_equal(case.model, history)


@examples(25)
@given(cases(rich=True))
def test_generated_python_reads_every_type_of_value_as_the_interpreter_does(case: Case) -> None:
    for history in case.histories:
        assert_equal(case.model, history)


@examples(25)
@given(cases())
def test_decoded_leads_score_as_those_that_the_standard_library_reads(case: Case) -> None:
    decoder = case.model.decoder()
    for history in case.histories:
        expected = Reference(case.model.checked).score(json.loads(in_json(history)), None, history.instant, True)
        lead = decoder.decode(in_json(history).encode())
        assert Reference(case.model.checked).score(lead, None, history.instant, True) == expected
        for detail in (True, False):
            got = case.model.score(lead, None, history.as_of, detail=detail)
            assert got.to_dict() == expected.to_dict()


@examples(12)
@given(cases())
def test_a_compiled_module_gives_what_the_interpreter_gives(case: Case) -> None:
    namespace: dict[str, Any] = {"__name__": "scoring"}
    exec(module_of(case.model.checked, ()), namespace)
    for history in case.histories:
        expected = Reference(case.model.checked).score(history.lead, history.events, history.instant, True)
        assert namespace["score"](history.lead, history.events, history.as_of) == expected.to_dict()
