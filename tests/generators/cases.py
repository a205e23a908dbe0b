"""A model together with leads for it: what most properties are about."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from scorelang import Model, ModelError
from scorelang.interpret import Outcome, interpret
from scorelang.leads import Facts, read_lead

from .leads import History, histories
from .models import ModelText, models


@frozen
class Case:
    """A model, as text and checked, and histories of leads that fit it."""

    written: ModelText
    model: Model
    histories: tuple[History, ...]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis shows the text and the leads, not the checked model."""
        printer.text(f"Case(\n{self.written}")
        for history in self.histories:
            printer.text(f"{history}\n")
        printer.text(")")


@st.composite
def cases(
    draw: DrawFn, *, number: int = 4, wanted: tuple[str, ...] = (), without: tuple[str, ...] = (), rich: bool = False
) -> Case:
    """A model and so many histories; features of models may be wanted or left out (models.FEATURES)."""
    written = draw(models(wanted=wanted, without=without))
    try:
        model = written.load()
    except ModelError:
        # That every generated model loads is a property of its own (tests/test_properties.py).
        reject()
    return Case(written, model, tuple(draw(histories(model, rich=rich)) for _ in range(number)))


def facts_of(model: Model, history: History) -> Facts:
    """A history as engines see it; its every value fits."""
    facts, problems = read_lead(model.checked, history.lead, history.events, history.instant)
    assert not problems, problems
    return facts


def outcome_of(model: Model, history: History) -> Outcome:
    """All that the reference interpreter works out for a history."""
    return interpret(model.checked, facts_of(model, history))


def scored(model: Model, history: History) -> dict[str, object]:
    """The public result of a history, in JSON's types."""
    return model.score(history.lead, history.events, history.as_of).to_dict()
