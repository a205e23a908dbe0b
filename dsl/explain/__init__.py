"""Why a lead has its score: every hundredth traced to a line of the file, and what is missing for the next stage."""

from __future__ import annotations

from html import escape

from attrs import frozen

from scorelang import model as m
from scorelang.interpret import interpret
from scorelang.leads import Facts
from scorelang.result import Result, result_of


@frozen
class Explanation:
    """A scored lead with the reasons for its score."""

    result: Result

    def to_dict(self) -> dict[str, object]:
        """The explanation in JSON's types."""
        return {"result": self.result.to_dict()}


def explain(model: m.CheckedModel, lead: object, facts: Facts) -> Explanation:
    """Explain a lead's score; `lead` is the data that its facts were read from."""
    return Explanation(result_of(model, interpret(model, facts)))


def render_text(explanation: Explanation, width: int | None = None) -> str:
    """The explanation as plain text."""
    return f"score {explanation.result.score}\n"


def render_html(explanation: Explanation) -> str:
    """The explanation as one self-contained page of HTML."""
    return f"<!doctype html><pre>{escape(render_text(explanation))}</pre>"


__all__ = ["Explanation", "explain", "render_html", "render_text"]
