"""scorelang: lead scoring as code. Load a model, score leads, and have every score explained."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from scorelang.api import CallError, Model, load, loads
from scorelang.diagnostics import Diagnostic, LeadError, ModelError, ScorelangError
from scorelang.result import Blocked, Fired, ModelInfo, Result

if TYPE_CHECKING:
    from scorelang.explain import Explanation
    from scorelang.format import format_text
    from scorelang.rules import RuleInfo

__all__ = [
    "Blocked",
    "CallError",
    "Diagnostic",
    "Explanation",
    "Fired",
    "LeadError",
    "Model",
    "ModelError",
    "ModelInfo",
    "Result",
    "RuleInfo",
    "ScorelangError",
    "format_text",
    "load",
    "loads",
]

# What tools have for programs, which one that only scores does not load.
_LATER = {"Explanation": "scorelang.explain", "RuleInfo": "scorelang.rules", "format_text": "scorelang.format"}


def __getattr__(name: str) -> object:
    """A public class or function of a tool, loaded when it is first asked for."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
