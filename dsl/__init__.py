"""scorelang: lead scoring as code. Load a model, score leads, and have every score explained."""

from __future__ import annotations

from scorelang.api import CallError, Model, load, loads
from scorelang.diagnostics import Diagnostic, LeadError, ModelError, ScorelangError
from scorelang.result import Blocked, Fired, ModelInfo, Result

__all__ = [
    "Blocked",
    "CallError",
    "Diagnostic",
    "Fired",
    "LeadError",
    "Model",
    "ModelError",
    "ModelInfo",
    "Result",
    "ScorelangError",
    "load",
    "loads",
]
