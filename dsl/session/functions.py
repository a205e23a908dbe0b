"""A model's functions for scoring step by step, compiled once for all its leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import define, field

from scorelang import model as m
from scorelang.codegen.engine import namespace_of
from scorelang.codegen.stepwise import Steps, steps_of
from scorelang.engines import Plan
from scorelang.session.watched import PLAIN, WATCHED, Members

Function = Callable[..., Any]


@define(eq=False)
class Functions:
    """What `Steps` say, as functions: on plain times, and on such as tell how long all they decide stays so."""

    model: m.CheckedModel
    steps: Steps
    plan: Plan
    _plain: dict[str, Any] = field(factory=dict, init=False)
    _watched: dict[str, Any] = field(factory=dict, init=False)

    @classmethod
    def of(cls, model: m.CheckedModel) -> Functions:
        """The functions of a model."""
        return cls(model, steps_of(model), Plan.of(model, None))

    def plain(self, name: str) -> Function:
        """A function by its name, for times as they are."""
        if not self._plain:
            self._plain = self._compiled(PLAIN)
        return self._plain[name]  # type: ignore[no-any-return]

    def watched(self, name: str) -> Function:
        """A function by its name, for times that move."""
        if not self._watched:
            self._watched = self._compiled(WATCHED)
            lists = {name: Members(value) for name, value in self._watched.items() if isinstance(value, frozenset)}
            self._watched |= lists
        return self._watched[name]  # type: ignore[no-any-return]

    def _compiled(self, helpers: dict[str, Any]) -> dict[str, Any]:
        namespace = namespace_of(self.steps.constants, helpers)
        for text in (self.steps.shared, self.steps.functions):
            exec(compile(text, "<scorelang step by step>", "exec"), namespace)
        return namespace
