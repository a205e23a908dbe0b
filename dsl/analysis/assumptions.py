"""Conditions that are typed beside a model, as on a command line: read as if they stood in its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from scorelang import model as m
from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics, HintedError
from scorelang.source import Source, source_of

# Before a condition, in the file in which it is read.
WRITTEN = 'always "assumed":'


class ConditionError(HintedError):
    """A text that is no condition of the model: which, and why; `hint` says what can be done about it."""


def with_conditions(
    source: Source, folder: Path | None, texts: Sequence[str]
) -> tuple[m.CheckedModel, tuple[m.Expression, ...]]:
    """The model of a source, and conditions that may name all that its invariants may.

    The conditions are no invariants of the model. Raises `ModelError` for what is no model, and `ConditionError` for
    the first text that is no condition.
    """
    found = Diagnostics()
    model = check_source(source, folder, found)
    found.raise_if_any()
    assert model is not None
    for text in texts:
        _check(source, folder, text)
    if not texts:
        return model, ()
    longer = check_source(_longer(source, texts), folder, found)
    # Each is a condition alone; together they could still say different types of an undeclared name.
    found.raise_if_any()
    assert longer is not None
    own = len(model.invariants)
    conditions = tuple(invariant.condition for invariant in longer.invariants[own:])
    return evolve(longer, invariants=longer.invariants[:own]), conditions


def _check(source: Source, folder: Path | None, text: str) -> None:
    if not text.strip() or len(text.splitlines()) != 1:
        raise ConditionError(f"{text!r} is no condition", "write one on one line, as `stage is MQL and Fit < 20`")
    found = Diagnostics()
    check_source(_longer(source, [text]), folder, found)
    for diagnostic in found.found[:1]:
        # What shows the whole line mended shows what was not typed.
        hints = [each for each in (diagnostic.label, *diagnostic.help) if each and WRITTEN not in each]
        raise ConditionError(f"`{text}` is no condition here: {diagnostic.message}", "; ".join(hints) or None)


def _longer(source: Source, texts: Sequence[str]) -> Source:
    """The source with the conditions below it."""
    lines = [f"{WRITTEN} {text}" for text in texts]
    return source_of(source.name, "\n".join([source.text.rstrip("\n"), *lines, ""]))
